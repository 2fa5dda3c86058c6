//! One answer before it is sent, the ways in which it can be spoilt, and how it goes over the wire.

use crate::arm;
use crate::faults::FaultKind;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use futures_util::stream;
use serde_json::{Value, json};
use std::io;
use std::time::Duration;

/// One answer before it is sent.
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(status: u16, body: &Value) -> Answer {
        Answer {
            status,
            headers: vec![("content-type", "application/json; charset=utf-8".into())],
            body: body.to_string().into(),
        }
    }

    pub(crate) fn html(status: u16, body: &str) -> Answer {
        let page =
            format!("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"></head><body>{body}</body></html>");
        Answer { status, headers: vec![("content-type", "text/html; charset=utf-8".into())], body: page.into() }
    }

    pub(crate) fn text(status: u16, body: &str) -> Answer {
        Answer { status, headers: vec![("content-type", "text/plain; charset=utf-8".into())], body: body.into() }
    }

    pub(crate) fn redirect(to: &str) -> Answer {
        Answer { status: 302, headers: vec![("location", to.to_owned())], body: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Answer {
        self.headers.push((name, value.into()));
        self
    }
}

/// How the body goes over the wire.
pub(crate) enum Delivery {
    Whole,
    /// The connection breaks after half of it.
    Broken,
    Drops,
}

/// Faults that spoil an honest answer.
pub(crate) fn spoilt(mut answer: Answer, kind: FaultKind) -> (Answer, Delivery) {
    let half = answer.body.len() / 2;
    match kind {
        FaultKind::Cut => return (answer, Delivery::Broken),
        FaultKind::Slow => return (answer, Delivery::Drops),
        FaultKind::Truncated => answer.body.truncate(half),
        FaultKind::Malformed => answer.body = b"{\"value\": [{\"id\": ".to_vec(),
        FaultKind::ForeignLink => {
            let mut body: Value = serde_json::from_slice(&answer.body).unwrap_or_default();
            body["nextLink"] = json!("https://management.azure.com.evil.example/steal?%24skipToken=1");
            answer.body = body.to_string().into();
        }
        _ => {}
    }
    (answer, Delivery::Whole)
}

pub(crate) fn unauthorized(tenant: &str, code: &str, error: &str, claims: &str) -> Answer {
    let claims = if claims.is_empty() { String::new() } else { format!(", claims=\"{claims}\"") };
    let header = format!(
        "Bearer authorization_uri=\"https://login.windows.net/{tenant}\", error=\"{error}\", error_description=\"The access token is not accepted.\"{claims}"
    );
    arm::refused(401, code, "The access token is not accepted.").with("www-authenticate", header)
}

pub(crate) fn send(answer: Answer, delivery: Delivery, date: &str) -> Response<Body> {
    let mut response =
        Response::builder().status(StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK)).header("date", date);
    for (name, value) in &answer.headers {
        response = response.header(*name, value);
    }
    let body = match delivery {
        Delivery::Whole => Body::from(answer.body),
        Delivery::Broken => {
            let half = answer.body.get(..answer.body.len() / 2).unwrap_or_default().to_vec();
            Body::from_stream(stream::iter([Ok(half), Err(io::Error::other("cut"))]))
        }
        Delivery::Drops => {
            let drops: Vec<Vec<u8>> = answer.body.chunks((answer.body.len() / 4).max(1)).map(<[u8]>::to_vec).collect();
            Body::from_stream(stream::unfold(drops.into_iter(), |mut drops| async move {
                tokio::time::sleep(Duration::from_millis(20)).await;
                drops.next().map(|drop| (Ok::<_, io::Error>(drop), drops))
            }))
        }
    };
    response.body(body).expect("headers that are headers")
}

pub(crate) fn iso(seconds_ahead: i64) -> String {
    let moment = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds_ahead);
    moment.strftime("%Y-%m-%dT%H:%M:%S.0000000Z").to_string()
}

pub(crate) fn http_date(seconds_ahead: i64) -> String {
    let moment = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds_ahead);
    moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
