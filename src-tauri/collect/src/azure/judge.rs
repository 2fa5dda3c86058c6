//! What an answer means: data, nothing of the kind, gone, refused, or ask again and when. Six shapes of errors are
//! known (recorded ones: ARM, AKS, OData, wrapped, HTML and text).

use super::question::Question;
use quay_model::{Answer, GapReason, NoAnswer, child, lookup};
use serde_json::Value;
use std::time::{Duration, SystemTime};

#[derive(Debug, PartialEq)]
pub(crate) enum Judgement {
    Data(Value),
    /// The provider is not registered there: nothing of the kind can exist.
    NothingOfTheKind,
    /// The one thing that was asked for does not exist.
    Gone,
    /// For good; a word of Azure's about it.
    Refused(GapReason, String),
    /// Another try may work; if Azure said when, then not before.
    Again {
        reason: GapReason,
        why: String,
        after: Option<Duration>,
    },
    /// No token: asking anything else would end the same way.
    SignedOut(quay_model::Problem),
}

/// Longer waits than Azure has ever been seen to ask for are cut.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

pub(crate) fn judge(question: &Question, came: Result<Answer, NoAnswer>, now: SystemTime) -> Judgement {
    let answer = match came {
        Ok(answer) => answer,
        Err(NoAnswer::NotSignedIn(problem)) => return Judgement::SignedOut(problem),
        Err(NoAnswer::Broken(why)) => return Judgement::Again { reason: GapReason::Failed, why, after: None },
        Err(NoAnswer::TooLarge) => {
            return Judgement::Refused(GapReason::TooLarge, "the answer is larger than any of Azure's".to_owned());
        }
    };
    let body = serde_json::from_slice::<Value>(&answer.body).ok();
    if (200..300).contains(&answer.status) {
        return match body {
            Some(body) if has_shape(question, &body) => Judgement::Data(body),
            // a proxy's page, a body that broke off
            _ => Judgement::Again {
                reason: GapReason::Damaged,
                why: format!(
                    "the answer is not what was asked for ({})",
                    answer.header("content-type").unwrap_or("no type")
                ),
                after: None,
            },
        };
    }
    let (code, message) = body.as_ref().map_or_else(|| (String::new(), text_of(&answer.body)), words);
    let said = told(answer.status, &code, &message);
    match answer.status {
        401 if code.eq_ignore_ascii_case("InvalidAuthenticationTokenTenant") => {
            Judgement::Refused(GapReason::Denied, said)
        }
        401 => Judgement::Again { reason: GapReason::Denied, why: said, after: None },
        403 => Judgement::Refused(GapReason::Denied, said),
        404 if question.is_one_thing() && is_absence(&code) => Judgement::Gone,
        404 | 409 if nothing_registered(question, &code, &message) => Judgement::NothingOfTheKind,
        429 => Judgement::Again { reason: GapReason::Throttled, why: said, after: wait(&answer, &message, now) },
        408 | 500 | 502 | 503 | 504 => {
            Judgement::Again { reason: GapReason::Failed, why: said, after: wait(&answer, &message, now) }
        }
        _ => Judgement::Refused(GapReason::Failed, said),
    }
}

fn has_shape(question: &Question, body: &Value) -> bool {
    let list = |key: &str| matches!(child(body, key).value(), Some(Value::Array(_)));
    match question {
        Question::Graph { .. } => list("data"),
        // AKS alone calls this list so
        Question::KubernetesVersions { .. } => list("values") || list("value"),
        one if one.is_one_thing() => matches!(child(body, "id").value(), Some(Value::String(_))),
        _ => list("value"),
    }
}

/// Only words that say "it does not exist"; a type or a version that is not known says nothing about it.
pub(crate) fn is_absence(code: &str) -> bool {
    let lower = code.to_lowercase();
    // a subscription that is not found can be one of another tenant, and what lies in it may well be there
    let about_another = ["type", "api", "subscription", "tenant", "user", "principal", "location"];
    lower.ends_with("notfound") && !about_another.iter().any(|word| lower.contains(word))
}

fn nothing_registered(question: &Question, code: &str, message: &str) -> bool {
    let lower = code.to_lowercase();
    // a type or version that this cloud does not know says nothing about what there is
    let registered = lower == "missingsubscriptionregistration";
    question.namespace().is_some_and(|namespace| registered && message.to_lowercase().contains(&namespace.to_lowercase()))
        // a plan without an operator is a plan that uses no Trusted Access
        || (matches!(question, Question::SecurityOperators { .. }) && is_absence(code))
}

fn told(status: u16, code: &str, message: &str) -> String {
    let message = shortened(message);
    match (code.is_empty(), message.is_empty()) {
        (true, true) => format!("{status}"),
        (true, false) => format!("{status}: {message}"),
        (false, true) => format!("{status} {code}"),
        (false, false) => format!("{status} {code}: {message}"),
    }
}

/// Azure's words can be pages long; the first sentence says what happened.
fn shortened(message: &str) -> String {
    const MOST: usize = 240;
    let line: String = message.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = line.char_indices().nth(MOST).map_or(line.len(), |(at, _)| at);
    let kept = line.get(..end).unwrap_or_default();
    if end < line.len() { format!("{} …", kept.trim_end()) } else { kept.trim_end_matches('.').to_owned() }
}

fn text_of(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    if text.trim_start().starts_with('<') { "a page of HTML".to_owned() } else { text.into_owned() }
}

/// Code and message out of whichever shape they come in.
fn words(body: &Value) -> (String, String) {
    let at = |path: &str| lookup(body, path).value().and_then(|v| v.as_str()).map(str::to_owned);
    let odata = || {
        child(body, "odata.error")
            .value()
            .and_then(|inner| child(inner, "code").value().and_then(|v| v.as_str()).map(str::to_owned))
    };
    let code = at("error.code")
        .or_else(|| at("code"))
        .or_else(|| at("ErrorResponse.error.code"))
        .or_else(odata)
        .or_else(|| at("error"));
    let message = at("error.message").or_else(|| at("message")).or_else(|| at("ErrorResponse.error.message"));
    let bare = body.as_str().map(str::to_owned);
    (code.unwrap_or_default(), message.or(bare).unwrap_or_default())
}

/// `Retry-After` in both forms, else the message: `'6'` seconds, or a moment.
fn wait(answer: &Answer, message: &str, now: SystemTime) -> Option<Duration> {
    let until = |moment: SystemTime| moment.duration_since(now).unwrap_or_default() + Duration::from_millis(200);
    let header = answer.header("retry-after").map(str::trim);
    // a server whose clock is wrong says a wrong date; its own `date` tells by how much
    let their_now = answer.header("date").and_then(|date| httpdate::parse_http_date(date).ok());
    let by_header = header.and_then(|text| {
        let seconds = text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        let date = || {
            let moment = httpdate::parse_http_date(text).ok()?;
            Some(moment.duration_since(their_now.unwrap_or(now)).unwrap_or_default() + Duration::from_millis(200))
        };
        seconds.or_else(date)
    });
    let by_words = || {
        let quoted = message.split('\'').skip(1).step_by(2);
        quoted
            .filter_map(|inner| {
                let seconds = inner.parse::<u64>().ok().map(Duration::from_secs);
                seconds.or_else(|| inner.parse::<jiff::Timestamp>().ok().map(|moment| until(SystemTime::from(moment))))
            })
            .last()
    };
    by_header.or_else(by_words).map(|wait| wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDINGS: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> Answer {
        let headers = headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Answer { status, headers, body: body.into() }
    }

    fn of(question: &Question, status: u16, headers: &[(&str, &str)], body: &str) -> Judgement {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_701_075_890);
        judge(question, Ok(answer(status, headers, body)), now)
    }

    fn waits(headers: &[(&str, &str)], body: &str) -> Option<u64> {
        match of(&Question::Subscriptions, 429, headers, body) {
            Judgement::Again { reason: GapReason::Throttled, after, .. } => after.map(|after| after.as_secs()),
            other => unreachable!("{other:?}"),
        }
    }

    #[test]
    fn how_long_to_wait_is_read_from_the_header_or_the_words() {
        assert_eq!(waits(&[("retry-after", "17")], ""), Some(17));
        assert_eq!(waits(&[("retry-after", "Mon, 27 Nov 2023 09:05:00 GMT")], ""), Some(10));
        // a server three hours ahead
        let ahead = [("retry-after", "Mon, 27 Nov 2023 12:05:00 GMT"), ("date", "Mon, 27 Nov 2023 12:04:50 GMT")];
        assert_eq!(waits(&ahead, ""), Some(10));
        let json = r#"{"error":{"code":"SubscriptionRequestsThrottled","message":"Number of requests for subscription 'abc' exceeded. Please try again after '6' seconds."}}"#;
        assert_eq!(waits(&[], json), Some(6));
        let text = "You have reached the limit of allowed 'GetOperationStatus' API calls.Please retry after '2023-11-27T09:04:57.0000000Z' UTC.";
        assert_eq!(waits(&[], text), Some(7));
        assert_eq!(waits(&[], "Too many requests."), None);
        assert_eq!(waits(&[("retry-after", "86400")], ""), Some(300));
        assert_eq!(waits(&[("retry-after", "-1")], ""), None);
    }

    #[test]
    fn all_shapes_of_errors_are_understood() {
        let said = |status, body: &str| match of(&Question::Subscriptions, status, &[], body) {
            Judgement::Again { why, .. } | Judgement::Refused(_, why) => why,
            other => format!("{other:?}"),
        };
        assert_eq!(
            said(504, r#"{"error":{"code":"GatewayTimeout","message":"No response."}}"#),
            "504 GatewayTimeout: No response"
        );
        assert_eq!(
            said(500, r#"{"code":"GetSKUStoreError","message":"Internal server error"}"#),
            "500 GetSKUStoreError: Internal server error"
        );
        assert_eq!(said(400, r#"{"odata.error":{"code":"Request_BadRequest"}}"#), "400 Request_BadRequest");
        assert_eq!(said(500, r#"{"ErrorResponse":{"error":{"code":"500","message":"m"}}}"#), "500 500: m");
        assert_eq!(said(502, "<html>502</html>"), "502: a page of HTML");
        assert_eq!(said(502, "Forbidden\n"), "502: Forbidden");
        assert_eq!(said(500, r#"{"error":"server_error"}"#), "500 server_error");
        assert_eq!(said(500, ""), "500");
    }

    #[test]
    fn absence_is_only_believed_where_one_thing_was_asked_for() {
        let not_found = r#"{"error":{"code":"ResourceNotFound","message":"gone"}}"#;
        let bare = r#"{"code":"NotFound","message":"gone","subcode":"x"}"#;
        let source = Question::BindingSource(BINDINGS.into());
        assert_eq!(of(&source, 404, &[], not_found), Judgement::Gone);
        assert_eq!(of(&source, 404, &[], bare), Judgement::Gone);
        for body in ["", "<html>404</html>", r#"{"error":{"code":"InvalidResourceType","message":"m"}}"#] {
            assert!(matches!(of(&source, 404, &[], body), Judgement::Refused(GapReason::Failed, _)), "{body}");
        }
        let bindings = Question::Bindings(BINDINGS.into());
        for body in [not_found, bare] {
            assert!(matches!(of(&bindings, 404, &[], body), Judgement::Refused(..)), "no list is not an empty list");
        }
    }

    #[test]
    fn a_provider_that_is_not_registered_has_nothing_and_only_its_own() {
        let of_aks = r#"{"error":{"code":"MissingSubscriptionRegistration","message":"The subscription is not registered to use namespace 'Microsoft.ContainerService'."}}"#;
        let of_other = of_aks.replace("ContainerService", "DataFactory");
        assert_eq!(of(&Question::Clusters("s".into()), 409, &[], of_aks), Judgement::NothingOfTheKind);
        assert!(matches!(of(&Question::Clusters("s".into()), 409, &[], &of_other), Judgement::Refused(..)));
        assert!(
            matches!(of(&Question::Bindings(BINDINGS.into()), 409, &[], of_aks), Judgement::Refused(..)),
            "there is a cluster"
        );
    }

    #[test]
    fn an_answer_that_is_not_the_answer_is_asked_for_again() {
        for body in ["", "<h1>Sign in</h1>", "{\"value\": [", "{}", "[]", "null", "{\"value\": {}}"] {
            assert!(
                matches!(
                    of(&Question::Subscriptions, 200, &[], body),
                    Judgement::Again { reason: GapReason::Damaged, .. }
                ),
                "{body}"
            );
        }
        assert!(matches!(of(&Question::Subscriptions, 200, &[], "{\"value\": []}"), Judgement::Data(_)));
    }
}
