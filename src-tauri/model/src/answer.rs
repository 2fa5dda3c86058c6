//! What came back for one request, before anybody looks into it.

use serde::{Deserialize, Serialize};

/// The headers that are kept; all others are dropped where they arrive, so that none with a secret can be written down.
pub const KEPT_HEADERS: [&str; 14] = [
    "content-type",
    "date",
    "retry-after",
    "www-authenticate",
    "x-ms-request-id",
    "request-id",
    "x-ms-correlation-request-id",
    "x-ms-ratelimit-remaining-subscription-reads",
    "x-ms-ratelimit-remaining-subscription-global-reads",
    "x-ms-ratelimit-remaining-tenant-reads",
    "x-ms-ratelimit-remaining-tenant-resource-requests",
    "x-ms-user-quota-remaining",
    "x-ms-user-quota-resets-after",
    "x-ms-tenant-subscription-limit-hit",
];

/// One HTTP answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Lower-case names, only those of [`KEPT_HEADERS`].
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoAnswer {
    /// No token could be had: asking anything else would fail the same way.
    NotSignedIn(crate::Problem),
    /// The connection failed, broke off or took too long; another try may work.
    Broken(String),
    /// More bytes than any answer of Azure has.
    TooLarge,
}

/// How a body was got: printed beside every verdict that rests on it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Exchange {
    pub method: String,
    /// With the host and the `api-version`.
    pub url: String,
    pub status: u16,
    pub request_id: String,
    pub correlation_id: String,
    /// By the server's clock, as it wrote it.
    pub server_date: String,
    /// By this machine's clock, RFC 3339.
    pub read_at: String,
}

impl Exchange {
    pub fn call(&self) -> String {
        format!("{} {}", self.method, self.url)
    }

    /// What follows the call in evidence.
    pub fn circumstances(&self) -> String {
        let mut parts = vec![format!("status {}", self.status)];
        let mut add = |name: &str, value: &str| {
            if !value.is_empty() {
                parts.push(format!("{name} {value}"));
            }
        };
        add("request", &self.request_id);
        add("correlation", &self.correlation_id);
        add("server date", &self.server_date);
        add("read", &self.read_at);
        parts.join(", ")
    }
}
