//! What is logged: where the audit log of a cluster goes, and who wrote a binding.

use super::Surroundings;
use super::service::{cluster_above, line};
use crate::field::Body;
use crate::{ArmId, Document, Reading, child, json, lookup};
use serde_json::Value;

/// One diagnostic setting of one cluster.
#[derive(Debug, Clone)]
pub struct LogSetting {
    pub name: String,
    /// Categories and category groups that are on, in lower case; groups begin with `group:`.
    pub on: Reading<Vec<String>>,
    /// Workspace, storage account, event hub or partner; empty when it goes nowhere.
    pub goes_to: Vec<String>,
    pub source: String,
}

/// One write or delete of a binding in the activity log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub when: String,
    pub operation: String,
    pub caller: String,
    pub application: String,
    /// Whether the program that wrote it did so in somebody's name.
    pub delegated: bool,
    /// Whether the token says that it is one of a program.
    pub of_program: bool,
    /// In lower case.
    pub correlation: String,
    pub status: String,
    /// The file or call it was read from, the place in it, and the SHA-256 of the body.
    pub source: String,
}

pub(super) fn add_setting(all: &mut Surroundings, id: &ArmId, body: &Body<'_>, document: &Document) -> bool {
    let Some(cluster) = cluster_above(id) else { return true };
    let on = match body.lookup("properties.logs") {
        Reading::Value(Value::Array(logs)) => {
            let mut on = Vec::new();
            let mut unread = None;
            for log in logs {
                let text = |key: &str| child(log, key).and_then(json::text);
                match child(log, "enabled").and_then(json::boolean) {
                    Reading::Value(true) => {
                        on.extend(text("category").value().map(|name| name.to_lowercase()));
                        on.extend(text("categoryGroup").value().map(|name| format!("group:{}", name.to_lowercase())));
                    }
                    Reading::Value(false) | Reading::Absent => {}
                    Reading::Unreadable(why) => unread = Some(why),
                }
            }
            unread.map_or(Reading::Value(on), Reading::Unreadable)
        }
        Reading::Absent if is_cut_down(body) => {
            Reading::Unreadable("its logs were cut away when it was collected".to_owned())
        }
        // it sends metrics only
        Reading::Absent => Reading::Value(Vec::new()),
        Reading::Value(_) => Reading::Unreadable("its logs are no list".to_owned()),
        Reading::Unreadable(why) => Reading::Unreadable(why),
    };
    let goes_to =
        ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "serviceBusRuleId", "marketplacePartnerId"]
            .into_iter()
            .filter_map(|key| body.lookup_below(key).and_then(json::text).value().cloned())
            .collect();
    let setting = LogSetting { name: id.name().to_owned(), on, goes_to, source: line(document) };
    let of_cluster = all.log_settings.entry(cluster).or_default();
    match of_cluster.iter_mut().find(|known| known.name.eq_ignore_ascii_case(&setting.name)) {
        None => of_cluster.push(setting),
        Some(known) if known.on == setting.on && known.goes_to == setting.goes_to => {}
        Some(known) => known.on = Reading::Unreadable("two documents disagree about it".to_owned()),
    }
    true
}

/// Whether only a part of the setting was kept: Azure answers with `logs` and `metrics` below `properties`, and `az`
/// prints both beside the id. Neither of them, and nothing else below `properties`, is a projection.
fn is_cut_down(body: &Body<'_>) -> bool {
    let settings = body.lookup("properties").value().and_then(|value| value.as_object());
    let nested = settings.is_some_and(|settings| !settings.is_empty());
    !nested && matches!(body.lookup_below("metrics"), Reading::Absent)
}

pub(super) fn add_event(all: &mut Surroundings, body: &Value, document: &Document) {
    let text = |path: &str| lookup(body, path).and_then(json::text).value().cloned();
    let operation = text("operationName.value").or_else(|| text("operationName")).unwrap_or_default();
    let correlation = text("correlationId").unwrap_or_default().to_lowercase();
    let lower = operation.to_lowercase();
    if !lower.contains("/trustedaccessrolebindings/") {
        all.correlated.entry(correlation).or_default().push(lower);
        return;
    }
    let id = text("resourceId").or_else(|| text("authorization.scope")).unwrap_or_default().to_lowercase();
    let claims = claims_of(body);
    let event = Event {
        when: text("eventTimestamp").unwrap_or_default(),
        operation: lower,
        caller: text("caller").unwrap_or_default(),
        application: child(&claims, "appid").and_then(json::text).value().cloned().unwrap_or_default(),
        delegated: is_delegated(&claims),
        of_program: claim(&claims, "idtyp").any(|kind| kind.eq_ignore_ascii_case("app")),
        correlation,
        status: text("status.value").or_else(|| text("status")).unwrap_or_default(),
        source: line(document),
    };
    let events = all.events.entry(id).or_default();
    // one event may stand in two answers
    if !events.iter().any(|known| Event { source: event.source.clone(), ..known.clone() } == event) {
        events.push(event);
    }
}

/// What the token said: an object, or the text of one, as exports of the log hold it.
fn claims_of(event: &Value) -> Value {
    match child(event, "claims").value().copied() {
        Some(Value::String(text)) => serde_json::from_str(text).unwrap_or_default(),
        Some(claims) => claims.clone(),
        None => Value::Null,
    }
}

/// The values under a name, which may stand at the end of a long one.
fn claim<'a>(claims: &'a Value, name: &'a str) -> impl Iterator<Item = &'a str> {
    let own = |key: &str| key.to_lowercase().rsplit('/').next() == Some(name);
    let all = claims.as_object().into_iter().flatten();
    all.filter(move |(key, _)| own(key)).filter_map(|(_, value)| value.as_str()).map(str::trim)
}

/// A token that stands for a person names its scopes, by a short name or a long one; one of a program names none.
fn is_delegated(claims: &Value) -> bool {
    let scopes = claim(claims, "scp").chain(claim(claims, "scope"));
    scopes.chain(claim(claims, "idtyp").filter(|kind| kind.eq_ignore_ascii_case("user"))).any(|said| !said.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentKind, Source};
    use serde_json::json;

    const ID: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/c/providers/Microsoft.Insights/diagnosticSettings/d";

    fn read(bodies: &[Value]) -> Reading<Vec<String>> {
        let mut all = Surroundings::default();
        for body in bodies {
            let document = Document::new(DocumentKind::Related, ID.to_owned(), Source::new("t", ""), body);
            let id = ArmId::parse(ID).unwrap_or_else(|| unreachable!("a well-formed id"));
            add_setting(&mut all, &id, &Body::beside(body), &document);
        }
        let mut settings = all.log_settings.into_values().flatten();
        let first = settings.next().map(|setting| setting.on).unwrap_or_default();
        assert!(settings.next().is_none(), "one setting is one");
        first
    }

    #[test]
    fn a_setting_that_was_cut_down_says_nothing_about_logs() {
        let logs = || json!([{"categoryGroup": "allLogs", "enabled": true}]);
        let none = Reading::Value(Vec::new());
        let all = Reading::Value(vec!["group:alllogs".to_owned()]);
        assert_eq!(read(&[json!({"id": ID, "properties": {"logs": logs()}})]), all);
        assert_eq!(read(&[json!({"id": ID, "logs": logs()})]), all);
        assert_eq!(read(&[json!({"id": ID, "properties": {"metrics": [], "workspaceId": "w"}})]), none);
        assert_eq!(read(&[json!({"id": ID, "properties": {"logs": null, "workspaceId": "w"}})]), none);
        assert_eq!(read(&[json!({"id": ID, "metrics": []})]), none, "metrics only");
        for cut in
            [json!({"id": ID, "name": "d"}), json!({"id": ID, "properties": {}}), json!({"id": ID, "workspaceId": "w"})]
        {
            assert!(matches!(read(std::slice::from_ref(&cut)), Reading::Unreadable(_)), "{cut}");
        }
    }

    #[test]
    fn two_documents_of_one_setting_that_disagree_are_unreadable() {
        let of = |on: bool| json!({"id": ID, "properties": {"logs": [{"category": "guard", "enabled": on}]}});
        assert_eq!(read(&[of(true), of(true)]), Reading::Value(vec!["guard".to_owned()]));
        assert!(matches!(read(&[of(true), of(false)]), Reading::Unreadable(_)));
    }
}

#[cfg(test)]
mod event_tests {
    use super::*;
    use crate::{DocumentKind, Source};
    use serde_json::json;

    fn event(claims: Value, correlation: &str, operation: &str) -> Value {
        json!({"resourceId": "/x", "operationName": {"value": operation}, "claims": claims, "correlationId": correlation})
    }

    fn read(events: &[(&str, Value)]) -> Surroundings {
        let mut all = Surroundings::default();
        for (file, body) in events {
            let document = Document::new(DocumentKind::Event, String::new(), Source::new(*file, "item 1"), body);
            add_event(&mut all, body, &document);
        }
        all
    }

    const WRITE: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write";

    #[test]
    fn a_token_with_scopes_stands_for_a_person() {
        for (claims, delegated) in [
            (json!({"appid": "a"}), false),
            (json!({"idtyp": "app"}), false),
            (json!({"idtyp": "User"}), true),
            (json!({"scp": "user_impersonation"}), true),
            (json!({"scp": ""}), false),
            (json!({"http://schemas.microsoft.com/identity/claims/scope": "user_impersonation"}), true),
            (json!("damaged"), false),
            (json!("{\"scp\": \"user_impersonation\"}"), true),
        ] {
            let all = read(&[("log.json", event(claims.clone(), "C", WRITE))]);
            let found: Vec<bool> = all.events.values().flatten().map(|event| event.delegated).collect();
            assert_eq!(found, [delegated], "{claims}");
        }
    }

    #[test]
    fn what_a_token_says_may_be_an_object_or_the_text_of_one() {
        for (claims, application, of_program) in [
            (json!({"appid": "a"}), "a", false),
            (json!({"appid": "a", "idtyp": "App"}), "a", true),
            (json!("{\"appid\": \"a\", \"idtyp\": \"app\"}"), "a", true),
            (json!({"idtyp": "user"}), "", false),
            (json!("{\"appid\": "), "", false),
            (json!("[\"appid\"]"), "", false),
            (Value::Null, "", false),
        ] {
            let all = read(&[("log.json", event(claims.clone(), "C", WRITE))]);
            let found: Vec<(&str, bool)> =
                all.events.values().flatten().map(|event| (event.application.as_str(), event.of_program)).collect();
            assert_eq!(found, [(application, of_program)], "{claims}");
        }
    }

    #[test]
    fn an_event_counts_once_names_its_document_and_is_tied_to_others_without_case() {
        let (write, deployment) = (event(json!({}), "AB-1", WRITE), "Microsoft.Resources/deployments/write");
        let all =
            read(&[("a.json", write.clone()), ("b.json", write), ("b.json", event(json!({}), "ab-1", deployment))]);
        let [found] = all.events.get("/x").map(Vec::as_slice).unwrap_or_default() else {
            unreachable!("{:?}", all.events)
        };
        assert!(found.source.starts_with("a.json, item 1; sha256 "), "{}", found.source);
        assert_eq!(all.correlated.get(&found.correlation).map(Vec::len), Some(1));
    }
}
