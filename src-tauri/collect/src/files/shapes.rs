//! The shapes in which Azure and its tools write things: what tells one from another, and where things stand in them.

use quay_model::{ArmId, Reading, Source, child, lookup};
use serde_json::Value;

pub(super) fn at(source: &Source, index: usize) -> Source {
    let item = format!("item {}", index + 1);
    let position = if source.position.is_empty() { item } else { format!("{}, {item}", source.position) };
    Source { position: position.into(), ..source.clone() }
}

pub(super) fn text(value: &Value, path: &str) -> Option<String> {
    match lookup(value, path) {
        Reading::Value(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    }
}

pub(super) fn binding_id(item: &Value) -> Option<ArmId> {
    let id = ArmId::parse(&text(item, "id")?)?;
    (id.resource_type() == "microsoft.containerservice/managedclusters/trustedaccessrolebindings").then_some(id)
}

/// Urls arrive here in lower case.
pub(super) fn bindings_asked_of(url: &str) -> Option<String> {
    let path = url.split('?').next()?;
    let at = path.find("/subscriptions/")?;
    let end = path.strip_suffix("/trustedaccessrolebindings")?.len();
    path.get(at..end).map(str::to_owned)
}

/// A GET of one cluster or one binding, and not of a list of them.
pub(super) fn asks_for_one_thing(url: &str) -> bool {
    let path = url.split('?').next().unwrap_or_default();
    let parent = path.rsplit('/').nth(1).unwrap_or_default();
    matches!(parent, "managedclusters" | "trustedaccessrolebindings")
}

/// The text below a key that may hold dots.
pub(super) fn own_text(value: &Value, key: &str) -> Option<String> {
    match child(value, key) {
        Reading::Value(Value::String(text)) if !text.trim().is_empty() => Some(text.clone()),
        _ => None,
    }
}

pub(super) fn is_answer(value: &Value) -> bool {
    let lists = |name: &str| matches!(child(value, name), Reading::Value(Value::Array(_)));
    is_exchange(value) || ((lists("value") || lists("data")) && text(value, "id").is_none())
}

pub(super) fn scope_of_url(url: &str) -> Option<String> {
    let path = url.split('?').next()?;
    let at = path.find("/subscriptions/")?;
    let below = path.get(at..)?;
    let end = below.find("/providers/microsoft.containerservice/managedclusters").unwrap_or(below.len());
    let listing = below.ends_with("/managedclusters");
    Some(if listing { below.get(..end)?.to_owned() } else { below.to_owned() })
}

/// What the missing page is about: the cluster of the bindings, or the subscription of the clusters.
pub(super) fn next_scope(next: &str, items: &[Value]) -> String {
    if let Some(cluster) = items.iter().find_map(|item| binding_id(item)?.parent()) {
        return cluster.as_str().to_owned();
    }
    items
        .iter()
        .find_map(|item| ArmId::parse(&text(item, "id")?))
        .map(|id| format!("/subscriptions/{}", id.subscription()))
        .or_else(|| scope_of_url(&next.to_lowercase()))
        .unwrap_or_else(|| "an unnamed list".to_owned())
}

pub(super) fn is_exchange(value: &Value) -> bool {
    text(value, "request.url").is_some() && matches!(child(value, "response"), Reading::Value(Value::Object(_)))
}

pub(super) fn is_error(value: &Value) -> bool {
    let wrapped = matches!(child(value, "error"), Reading::Value(_))
        || matches!(child(value, "ErrorResponse"), Reading::Value(_));
    wrapped || (text(value, "code").is_some() && text(value, "message").is_some() && text(value, "id").is_none())
}

/// The code of an error, in whichever of its shapes it comes.
pub(super) fn error_code(value: &Value) -> Option<String> {
    ["error.code", "code", "ErrorResponse.error.code"]
        .iter()
        .find_map(|path| text(value, path))
        .or_else(|| child(value, "odata.error").value().and_then(|inner| text(inner, "code")))
}

/// What an entry of the activity log did, in lower case; nothing when it is none.
pub(super) fn event_action(value: &Value) -> Option<String> {
    let action = text(value, "operationName.value").or_else(|| text(value, "operationName"))?;
    text(value, "eventTimestamp").map(|_| action.to_lowercase())
}

/// Something of Microsoft Graph: it says so, or it has what only users, groups, applications and their principals have.
pub(super) fn is_principal(value: &Value) -> bool {
    let named = text(value, "id").is_some_and(|id| !id.contains('/'));
    let told = own_text(value, "@odata.type").is_some_and(|kind| kind.starts_with("#microsoft.graph."));
    let there = |key: &str| matches!(child(value, key), Reading::Value(_));
    let marks = ["appId", "passwordCredentials", "userPrincipalName", "servicePrincipalType", "securityEnabled"];
    named && (told || marks.into_iter().any(there))
}

/// A policy state as `az policy state list` prints it: it has no id.
pub(super) fn is_policy_state(value: &Value) -> bool {
    let keys = ["complianceState", "policyDefinitionId", "resourceId"];
    text(value, "id").is_none() && keys.iter().all(|key| text(value, key).is_some())
}

/// Azure's list of Kubernetes versions; its URL alone says of which location.
pub(super) fn is_versions(value: &Value) -> bool {
    let Reading::Value(Value::Array(items)) = child(value, "values") else { return false };
    !items.is_empty() && items.iter().all(|item| text(item, "version").is_some())
}

/// `az account list` and ARM's list of subscriptions.
pub(super) fn is_account(value: &Value) -> bool {
    let state = text(value, "state").is_some() && text(value, "tenantId").is_some();
    state && (text(value, "id").is_some() || text(value, "subscriptionId").is_some())
}

pub(super) fn rows_of_table(table: &Value) -> Vec<Value> {
    let list = |name: &str| child(table, name).value().and_then(|value| value.as_array()).cloned().unwrap_or_default();
    let names: Vec<String> = list("columns").iter().map(|column| text(column, "name").unwrap_or_default()).collect();
    list("rows")
        .into_iter()
        .map(|row| match row {
            Value::Array(cells) => Value::Object(names.iter().cloned().zip(cells).collect()),
            other => other,
        })
        .collect()
}
