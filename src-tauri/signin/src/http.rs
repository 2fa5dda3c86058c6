//! The one HTTP client of a session: the system's proxy and certificates, one connection pool, a deadline per call.

use crate::Cloud;
use quay_model::{Answer, KEPT_HEADERS, NoAnswer, Problem, ProblemCode};
use reqwest::{Certificate, Client, Response, redirect};
use std::error::Error;
use std::fs;
use std::time::Duration;

const CONNECT: Duration = Duration::from_secs(15);

/// ARM's own gateway gives up after 60 seconds; a call that takes longer will not come.
const DEADLINE: Duration = Duration::from_secs(90);

/// No page of ARM or Resource Graph comes near it; what is larger is not from Azure.
const LARGEST: usize = 64 << 20;

pub(crate) fn client(cloud: &Cloud) -> Result<Client, Problem> {
    let mut builder = Client::builder()
        .user_agent(concat!("Quaymaster/", env!("CARGO_PKG_VERSION")))
        .https_only(true)
        // a token must never follow a redirect
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(DEADLINE)
        .pool_max_idle_per_host(32);
    if let Some(path) = &cloud.ca_file {
        let unusable = |why: &dyn std::fmt::Display| {
            Problem::new(
                ProblemCode::BadInput,
                format!("The certificate authority {} cannot be used: {why}.", path.display()),
                "Give a file with certificates in PEM.",
            )
        };
        let pem = fs::read(path).map_err(|error| unusable(&error))?;
        let certificates = Certificate::from_pem_bundle(&pem).map_err(|error| unusable(&error))?;
        if certificates.is_empty() {
            return Err(unusable(&"it holds no certificate"));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(|error| {
        Problem::new(
            ProblemCode::Internal,
            format!("The network cannot be used: {}.", causes(&error)),
            "Check the proxy settings of the system.",
        )
    })
}

/// Reads an answer to its end, keeping only the headers that may be kept.
pub(crate) async fn read(mut response: Response) -> Result<Answer, NoAnswer> {
    let status = response.status().as_u16();
    let headers = KEPT_HEADERS
        .iter()
        .filter_map(|name| Some(((*name).to_owned(), response.headers().get(*name)?.to_str().ok()?.to_owned())))
        .collect();
    let mut body = Vec::new();
    loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() > LARGEST => return Err(NoAnswer::TooLarge),
            Ok(Some(chunk)) => body.extend_from_slice(&chunk),
            Ok(None) => return Ok(Answer { status, headers, body }),
            Err(error) => return Err(NoAnswer::Broken(causes(&error))),
        }
    }
}

/// What went wrong with the connection, in words; URLs are left out, for they can hold what must not be printed.
pub(crate) fn broken(error: reqwest::Error) -> String {
    causes(&error.without_url())
}

/// An error and what is behind it; the last cause is the one that says something.
fn causes(error: &dyn Error) -> String {
    let mut last = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        last = cause.to_string();
        next = cause.source();
    }
    let lower = last.to_lowercase();
    if lower.contains("unknownissuer") || lower.contains("certificate") {
        return format!(
            "the server's certificate is not trusted ({last}); if your organisation inspects TLS, install its certificate authority or name it as caFile"
        );
    }
    if lower.contains("dns") || lower.contains("lookup") {
        return format!("the host's name could not be resolved ({last})");
    }
    if ["stream error", "before message completed", "connection reset", "unexpected eof", "body"]
        .iter()
        .any(|word| lower.contains(word))
    {
        return "the connection broke off before the answer was whole".to_owned();
    }
    if lower.contains("timed out") || lower.contains("deadline") {
        return "no answer in time".to_owned();
    }
    last
}

pub(crate) fn no_connection(host: &str, why: &str) -> Problem {
    Problem::new(
        ProblemCode::SignIn,
        format!("{host} could not be reached: {why}."),
        "Check the network, the proxy and the cloud, then try again.",
    )
}
