//! The only requests that exist: GET, and a closed list of POSTs that read. Nothing else can be built.
//!
//! A request that changes something has no constructor, and its fields cannot be filled in from outside:
//!
//! ```compile_fail
//! use quay_model::ReadCall;
//! let call = ReadCall { verb: "DELETE", target: "/subscriptions/s".to_owned() };
//! ```
//!
//! ```compile_fail
//! use quay_model::{ReadCall, ReadPost};
//! let call = ReadCall::post(ReadPost::ListClusterAdminCredential, serde_json::json!({}));
//! ```
//!
//! ```
//! use quay_model::{Endpoint, ReadCall};
//! let call = ReadCall::get(Endpoint::ResourceManager, "/subscriptions", &[("api-version", "2022-12-01")]);
//! assert_eq!(call.map(|c| c.verb()), Some("GET"));
//! ```

use serde_json::Value;

/// Which of the cloud's services is asked. Each has its own host and its own token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Endpoint {
    ResourceManager,
    /// Microsoft Graph: only with a consent of its own.
    Directory,
}

/// The POSTs that read. Their documentation says that they change nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadPost {
    /// Azure Resource Graph, "Resources - Resources".
    ResourceGraphQuery,
    /// Microsoft Graph, "directoryObject: getByIds".
    DirectoryObjectsByIds,
}

impl ReadPost {
    pub const ALL: [ReadPost; 2] = [ReadPost::ResourceGraphQuery, ReadPost::DirectoryObjectsByIds];

    pub fn endpoint(self) -> Endpoint {
        match self {
            ReadPost::ResourceGraphQuery => Endpoint::ResourceManager,
            ReadPost::DirectoryObjectsByIds => Endpoint::Directory,
        }
    }

    pub fn target(self) -> &'static str {
        match self {
            ReadPost::ResourceGraphQuery => "/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01",
            ReadPost::DirectoryObjectsByIds => "/v1.0/directoryObjects/getByIds",
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Verb {
    Get,
    Post(Value),
}

/// One request that reads.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadCall {
    verb: Verb,
    endpoint: Endpoint,
    target: String,
}

impl ReadCall {
    /// `path` is an ARM id or a path of the documentation; what does not belong in a path is escaped, and a path that
    /// climbs (`..`) is refused.
    pub fn get(endpoint: Endpoint, path: &str, query: &[(&str, &str)]) -> Option<ReadCall> {
        let rooted = path.starts_with('/') && !path.starts_with("//");
        let climbs = path.split('/').any(|segment| segment == ".." || segment == ".");
        if !rooted || climbs {
            return None;
        }
        let mut target = escaped(path, "-._~!$&'()*+,;=:@/");
        for (index, (name, value)) in query.iter().enumerate() {
            target.push(if index == 0 { '?' } else { '&' });
            target.push_str(&escaped(name, "-._~$"));
            target.push('=');
            target.push_str(&escaped(value, "-._~:()"));
        }
        Some(ReadCall { verb: Verb::Get, endpoint, target })
    }

    /// A page that Azure itself points to. `origin` is the scheme and host that was asked; a link elsewhere is refused,
    /// because the token would go with it.
    pub fn follow(endpoint: Endpoint, origin: &str, link: &str) -> Option<ReadCall> {
        let link = link.trim();
        let origin = origin.trim_end_matches('/');
        let same = link.get(..origin.len()).is_some_and(|start| start.eq_ignore_ascii_case(origin));
        let rest = link.get(origin.len()..)?;
        let rest = rest.strip_prefix(":443").unwrap_or(rest);
        let plain = link.bytes().all(|byte| byte.is_ascii_graphic());
        (same && plain && rest.starts_with('/') && !rest.starts_with("//")).then(|| ReadCall {
            verb: Verb::Get,
            endpoint,
            target: rest.to_owned(),
        })
    }

    pub fn post(post: ReadPost, body: Value) -> ReadCall {
        ReadCall { verb: Verb::Post(body), endpoint: post.endpoint(), target: post.target().to_owned() }
    }

    pub fn verb(&self) -> &'static str {
        match self.verb {
            Verb::Get => "GET",
            Verb::Post(_) => "POST",
        }
    }

    pub fn endpoint(&self) -> Endpoint {
        self.endpoint
    }

    /// Path and query, as they go over the wire.
    pub fn target(&self) -> &str {
        &self.target
    }

    pub fn body(&self) -> Option<&Value> {
        match &self.verb {
            Verb::Get => None,
            Verb::Post(body) => Some(body),
        }
    }
}

/// RFC 3986: what is neither a letter, a digit nor one of `kept` is written as its bytes.
fn escaped(text: &str, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        let letter = char::from(byte);
        if byte.is_ascii_alphanumeric() || (byte.is_ascii() && kept.contains(letter)) {
            out.push(letter);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ARM: &str = "https://management.azure.com";

    fn target(path: &str) -> Option<String> {
        ReadCall::get(Endpoint::ResourceManager, path, &[]).map(|call| call.target().to_owned())
    }

    #[test]
    fn an_id_out_of_a_document_cannot_bend_the_path() {
        assert_eq!(
            target("/subscriptions/s/x?api-version=1#y z"),
            Some("/subscriptions/s/x%3Fapi-version=1%23y%20z".into())
        );
        for path in ["", "subscriptions", "//evil.example/x", "/subscriptions/../../x", "/./x", "https://evil.example"]
        {
            assert_eq!(target(path), None, "{path}");
        }
    }

    #[test]
    fn a_link_to_another_host_is_refused() {
        let follow = |link: &str| ReadCall::follow(Endpoint::ResourceManager, ARM, link).map(|c| c.target().to_owned());
        assert_eq!(follow("https://management.azure.com/a?$skiptoken=b").as_deref(), Some("/a?$skiptoken=b"));
        assert_eq!(follow("HTTPS://Management.Azure.Com:443/a").as_deref(), Some("/a"));
        for link in [
            "https://management.azure.com.evil.example/a",
            "https://management.azure.com@evil.example/a",
            "https://management.azure.com:444/a",
            "https://management.azure.com//evil.example/a",
            "http://management.azure.com/a",
            "https://evil.example/https://management.azure.com/a",
            "//management.azure.com/a",
            "/a",
            "",
            "https://management.azure.com/a\r\nHost: evil",
        ] {
            assert_eq!(follow(link), None, "{link}");
        }
    }

    #[test]
    fn every_post_that_exists_reads() {
        for post in ReadPost::ALL {
            let call = ReadCall::post(post, Value::Null);
            let last = call.target().split('?').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
            assert!(["resources", "getByIds"].contains(&last), "{}", call.target());
            assert_eq!(call.verb(), "POST");
        }
    }
}
