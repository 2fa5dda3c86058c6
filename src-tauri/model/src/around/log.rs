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
    pub correlation: String,
    pub status: String,
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

pub(super) fn add_event(all: &mut Surroundings, body: &Value) {
    let text = |path: &str| lookup(body, path).and_then(json::text).value().cloned();
    let operation = text("operationName.value").or_else(|| text("operationName")).unwrap_or_default();
    let correlation = text("correlationId").unwrap_or_default();
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
        correlation,
        status: text("status.value").or_else(|| text("status")).unwrap_or_default(),
    };
    let events = all.events.entry(id).or_default();
    if !events.contains(&event) {
        events.push(event);
    }
}
