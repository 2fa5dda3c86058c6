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
        Reading::Absent => Reading::Value(Vec::new()),
        Reading::Value(_) => Reading::Unreadable("its logs are no list".to_owned()),
        Reading::Unreadable(why) => Reading::Unreadable(why),
    };
    let goes_to = ["workspaceId", "storageAccountId", "eventHubAuthorizationRuleId", "marketplacePartnerId"]
        .into_iter()
        .filter_map(|key| body.lookup_below(key).and_then(json::text).value().cloned())
        .collect();
    let setting = LogSetting { name: id.name().to_owned(), on, goes_to, source: line(document) };
    all.log_settings.entry(cluster).or_default().push(setting);
    true
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
    let event = Event {
        when: text("eventTimestamp").unwrap_or_default(),
        operation: lower,
        caller: text("caller").unwrap_or_default(),
        application: text("claims.appid").unwrap_or_default(),
        delegated: is_delegated(body),
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

/// A token that stands for a person names its scopes, by a short name or a long one; one of a program names none.
fn is_delegated(event: &Value) -> bool {
    let Some(Value::Object(claims)) = child(event, "claims").value().copied() else { return false };
    claims.iter().any(|(key, value)| {
        let (key, value) = (key.to_lowercase(), value.as_str().unwrap_or_default().trim());
        let scopes = key == "scp" || key.ends_with("/scope");
        (scopes && !value.is_empty()) || (key == "idtyp" && value.eq_ignore_ascii_case("user"))
    })
}

#[cfg(test)]
mod tests {
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
        ] {
            let all = read(&[("log.json", event(claims.clone(), "C", WRITE))]);
            let found: Vec<bool> = all.events.values().flatten().map(|event| event.delegated).collect();
            assert_eq!(found, [delegated], "{claims}");
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
