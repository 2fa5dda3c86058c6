//! What the `ml` extension of `az` prints: names with underscores, and settings beside the id. Put into ARM's words.

use super::kinds;
use serde_json::{Map, Value};

/// Keys that stand beside `properties` in ARM's shape.
const BESIDE: [&str; 6] = ["id", "name", "type", "location", "tags", "identity"];

pub(super) fn in_arms_words(kind: &str, value: &mut Value) {
    let Value::Object(object) = value else { return };
    let of_ml = kind == kinds::WORKSPACES || kind == kinds::COMPUTES;
    if !of_ml || object.contains_key("properties") {
        return;
    }
    // a type without a namespace is the extension's own word for the kind of compute
    let short = object.get("type").and_then(Value::as_str).filter(|text| !text.contains('/')).map(str::to_owned);
    if short.is_none() && !object.keys().any(|key| key.contains('_')) {
        return;
    }
    let mut settings: Map<String, Value> = object
        .iter()
        .filter(|(key, _)| !BESIDE.contains(&key.as_str()))
        .map(|(key, inner)| (joined(key, false), inner.clone()))
        .collect();
    if let Some(short) = short.filter(|_| kind == kinds::COMPUTES) {
        settings.insert("computeType".to_owned(), Value::String(short));
        object.remove("type");
    }
    if let Some(Value::Object(identity)) = object.get("identity") {
        let identity: Map<String, Value> = identity
            .iter()
            .map(|(key, inner)| match inner {
                Value::String(text) if key == "type" => (key.clone(), Value::String(identity_type(text))),
                other => (joined(key, false), other.clone()),
            })
            .collect();
        object.insert("identity".to_owned(), Value::Object(identity));
    }
    object.insert("properties".to_owned(), Value::Object(settings));
}

/// `system_assigned,user_assigned` is `SystemAssigned,UserAssigned`.
fn identity_type(text: &str) -> String {
    text.split(',').map(|part| joined(part.trim(), true)).collect::<Vec<_>>().join(",")
}

/// `public_network_access` is `publicNetworkAccess`.
fn joined(name: &str, capital: bool) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut upper = capital;
    for letter in name.chars() {
        if letter == '_' {
            upper = !plain.is_empty() || capital;
        } else if upper {
            plain.extend(letter.to_uppercase());
            upper = false;
        } else {
            plain.push(letter);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_extension_s_words_become_arm_s() {
        let mut compute = json!({"id": "/x/computes/k", "type": "kubernetes", "resource_id": "/subscriptions/s/c", "namespace": "default"});
        in_arms_words(kinds::COMPUTES, &mut compute);
        assert_eq!(
            (&compute["properties"]["computeType"], &compute["properties"]["resourceId"]),
            (&json!("kubernetes"), &json!("/subscriptions/s/c"))
        );
        let mut workspace = json!({"id": "/x", "public_network_access": "Disabled", "location": "eastus",
            "identity": {"principal_id": "p", "type": "system_assigned"}});
        in_arms_words(kinds::WORKSPACES, &mut workspace);
        assert_eq!(workspace["properties"], json!({"publicNetworkAccess": "Disabled"}));
        assert_eq!(workspace["identity"], json!({"principalId": "p", "type": "SystemAssigned"}));
    }

    #[test]
    fn arm_s_own_shape_stays_as_it_is() {
        for (kind, body) in [
            (
                kinds::COMPUTES,
                json!({"type": "Microsoft.MachineLearningServices/workspaces/computes", "properties": {"computeType": "AKS"}}),
            ),
            (kinds::WORKSPACES, json!({"identity": {"type": "SystemAssigned"}, "publicNetworkAccess": "Enabled"})),
            (kinds::VAULTS, json!({"type": "vault", "some_key": 1})),
        ] {
            let mut same = body.clone();
            in_arms_words(kind, &mut same);
            assert_eq!(same, body);
        }
    }
}
