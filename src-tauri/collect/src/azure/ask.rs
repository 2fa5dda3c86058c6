//! One request: sent, judged, and read while others wait for theirs.

use super::judge::{Judgement, judge};
use super::question::Question;
use super::reader::{self, Page};
use super::{Held, Wire};
use crate::redact;
use quay_model::{Answer, Exchange, GapReason, Problem, ReadCall, Source};
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};
use tokio::time::{Instant, timeout};

/// A request that was neither answered nor broken by then is given up; longer than the session's own deadline.
const DEADLINE: Duration = Duration::from_secs(120);

/// A page that has to be asked for.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) question: Arc<Question>,
    pub(crate) page: u32,
    pub(crate) call: ReadCall,
    pub(crate) tries: u32,
    pub(crate) throttled: u32,
    pub(crate) not_before: Instant,
    /// Pages already seen: a list that goes round in a circle ends.
    pub(crate) visited: BTreeSet<String>,
    /// Elements so far.
    pub(crate) elements: usize,
    /// Nothing on the pages before was unreadable.
    pub(crate) whole: bool,
    /// The way to this page is from an earlier run, and may no longer be open.
    pub(crate) by_old_link: bool,
}

impl Pending {
    pub(crate) fn first(question: Question, now: Instant) -> Option<Pending> {
        let call = question.call(None)?;
        Some(Pending {
            question: Arc::new(question),
            page: 0,
            call,
            tries: 0,
            throttled: 0,
            not_before: now,
            visited: BTreeSet::new(),
            elements: 0,
            whole: true,
            by_old_link: false,
        })
    }

    /// What tells this page from the others of its list.
    pub(crate) fn mark(&self) -> String {
        let body = self.call.body().map(ToString::to_string).unwrap_or_default();
        format!("{} {body}", self.call.target())
    }
}

/// How a request ended.
pub(crate) enum Ended {
    Page(Box<Page>, Held),
    NothingOfTheKind(Held),
    Gone(Held),
    Refused(GapReason, String),
    Again { reason: GapReason, why: String, after: Option<Duration> },
    SignedOut(Problem),
}

pub(crate) struct Done {
    pub(crate) pending: Pending,
    pub(crate) ended: Ended,
    /// Status and headers, for the pace; the body is gone.
    pub(crate) heard: Option<Answer>,
}

pub(crate) async fn ask(wire: Arc<dyn Wire>, pending: Pending) -> Done {
    let came = match timeout(DEADLINE, wire.send(&pending.call)).await {
        Ok(came) => came,
        Err(_) => Err(quay_model::NoAnswer::Broken("no answer in time".to_owned())),
    };
    let heard = came.as_ref().ok().map(|answer| Answer { body: Vec::new(), ..answer.clone() });
    let exchange = exchange(&*wire, &pending.call, heard.as_ref());
    let held = |body: String| Held { exchange: exchange.clone(), body };
    let ended = match judge(&pending.question, came, SystemTime::now()) {
        Judgement::Data(mut body) => {
            redact::remove_secrets(&mut body);
            let page = reader::read(&pending.question, &body, &source(&exchange), wire.origin(pending.call.endpoint()));
            Ended::Page(Box::new(page), held(body.to_string()))
        }
        Judgement::NothingOfTheKind => Ended::NothingOfTheKind(held(String::new())),
        Judgement::Gone => Ended::Gone(held(String::new())),
        Judgement::Refused(reason, why) => Ended::Refused(reason, why),
        Judgement::Again { reason, why, after } => Ended::Again { reason, why, after },
        Judgement::SignedOut(problem) => Ended::SignedOut(problem),
    };
    Done { pending, ended, heard }
}

/// A page that is held already, read again as if it had just come.
pub(crate) fn reread(question: &Question, held: Held, origin: &str) -> Option<Ended> {
    if held.body.is_empty() {
        return Some(if question.is_one_thing() { Ended::Gone(held) } else { Ended::NothingOfTheKind(held) });
    }
    let body: Value = serde_json::from_str(&held.body).ok()?;
    let page = reader::read(question, &body, &source(&held.exchange), origin);
    Some(Ended::Page(Box::new(page), held))
}

pub(crate) fn source(exchange: &Exchange) -> Source {
    Source { circumstances: exchange.circumstances().into(), ..Source::new(exchange.call(), "") }
}

fn exchange(wire: &dyn Wire, call: &ReadCall, heard: Option<&Answer>) -> Exchange {
    let header = |names: [&str; 2]| {
        names.iter().find_map(|name| heard.and_then(|answer| answer.header(name))).unwrap_or_default().to_owned()
    };
    Exchange {
        method: call.verb().to_owned(),
        url: format!("{}{}", wire.origin(call.endpoint()), call.target()),
        status: heard.map_or(0, |answer| answer.status),
        request_id: header(["x-ms-request-id", "request-id"]),
        correlation_id: header(["x-ms-correlation-request-id", "x-ms-correlation-request-id"]),
        server_date: header(["date", "date"]),
        read_at: wire.now(),
    }
}
