//! Two documents about one id: two readings of one cluster, or two clusters that carried the id one after the other?

use crate::{Reading, json};
use serde_json::{Map, Value, json};

/// What tells one cluster from a later one under the same id. AKS puts a random part into the FQDN of each cluster it
/// makes; `resourceUID` says the same but is missing before api-version 2023-06.
pub(crate) fn instance_of(body: &Value) -> String {
    let names = ["fqdn", "privateFQDN", "resourceUID"];
    let below = match json::child(body, "properties") {
        Reading::Value(properties) => properties,
        Reading::Absent | Reading::Unreadable(_) => body,
    };
    names
        .iter()
        .find_map(|name| json::child(below, name).and_then(json::text).value().map(|text| text.to_lowercase()))
        .unwrap_or_default()
}

/// The settings side by side; where the two disagree neither is believed, and the setting becomes unreadable.
pub(crate) fn merge(first: &Value, second: &Value) -> Value {
    side_by_side(&nest(first), &nest(second))
}

fn side_by_side(first: &Value, second: &Value) -> Value {
    match (first, second) {
        (Value::Object(a), Value::Object(b)) => {
            let mut merged = Map::new();
            for (key, value) in a {
                let twin = json::child(second, key).value().copied().unwrap_or(&Value::Null);
                merged.insert(key.clone(), side_by_side(value, twin));
            }
            for (key, value) in b {
                if !a.keys().any(|known| known.eq_ignore_ascii_case(key)) {
                    merged.insert(key.clone(), side_by_side(&Value::Null, value));
                }
            }
            Value::Object(merged)
        }
        (Value::String(a), Value::String(b)) if a.eq_ignore_ascii_case(b) => first.clone(),
        (a, b) if a == b => first.clone(),
        (Value::Null, Value::Object(b)) if b.is_empty() => second.clone(),
        (Value::Object(a), Value::Null) if a.is_empty() => first.clone(),
        // go down to the settings, so that each of them is unreadable and none looks absent
        (Value::Null, Value::Object(_)) => side_by_side(&Value::Object(Map::new()), second),
        (Value::Object(_), Value::Null) => side_by_side(first, &Value::Object(Map::new())),
        (a, b) => json!({ "twoDocumentsDisagree": [a, b] }),
    }
}

/// Both shapes (`az` and ARM) in ARM's, so that they can be compared.
fn nest(body: &Value) -> Value {
    const OUTSIDE: [&str; 12] = [
        "id",
        "name",
        "type",
        "location",
        "tags",
        "identity",
        "sku",
        "kind",
        "extendedlocation",
        "zones",
        "systemdata",
        "etag",
    ];
    // what az and Resource Graph add beside the object
    const ADDED: [&str; 6] = ["resourcegroup", "subscriptionid", "tenantid", "managedby", "plan", "sysdata"];
    let Value::Object(object) = body else {
        return body.clone();
    };
    let mut outer = Map::new();
    let mut inner = Map::new();
    for (key, value) in object {
        let lower = key.to_ascii_lowercase();
        if lower == "properties" {
            if let Value::Object(properties) = value {
                inner.extend(properties.clone());
            }
        } else if OUTSIDE.contains(&lower.as_str()) {
            outer.insert(lower, value.clone());
        } else if !ADDED.contains(&lower.as_str()) {
            inner.insert(key.clone(), value.clone());
        }
    }
    outer.insert("properties".to_owned(), Value::Object(inner));
    Value::Object(outer)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Cluster;
    use crate::{ArmId, Source};

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";

    fn read(body: &Value) -> Cluster {
        let id = ArmId::parse(ID).unwrap_or_else(|| unreachable!("a well-formed id"));
        Cluster::read(id, body, Source { name: "f".into(), position: String::new() }, "h".into())
    }

    #[test]
    fn the_same_settings_in_two_shapes_stay_readable() {
        let arm = json!({"id": ID, "properties": {"provisioningState": "Succeeded", "enableRBAC": true}});
        let az = json!({"id": ID, "provisioningState": "succeeded", "enableRbac": true, "resourceGroup": "g"});
        let cluster = read(&merge(&arm, &az));
        assert_eq!(cluster.credentials.kubernetes_rbac.reading, Reading::Value(true));
        assert_eq!(cluster.provisioning_state.reading.value().map(String::as_str), Some("Succeeded"));
    }

    #[test]
    fn a_setting_on_which_two_documents_disagree_is_unreadable() {
        let open = json!({"id": ID, "properties": {"enableRBAC": true}});
        let narrow = json!({"id": ID, "properties": {"enableRBAC": true, "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}});
        for merged in [merge(&open, &narrow), merge(&narrow, &open)] {
            let cluster = read(&merged);
            assert!(
                matches!(cluster.api_server.ranges.reading, Reading::Unreadable(_)),
                "neither document may win in silence"
            );
            assert_eq!(cluster.credentials.kubernetes_rbac.reading, Reading::Value(true));
        }
    }
}
