//! Two documents about one id: two readings of one cluster, or two clusters that carried the id one after the other?

use crate::json::{self, DISAGREE};
use serde_json::{Map, Value, json};

/// What tells one cluster from a later one under the same id. AKS puts a random part into the FQDN of each cluster it
/// makes; `resourceUID` says the same but is missing before api-version 2023-06. A body may lack either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tokens {
    name: String,
    uid: String,
}

impl Tokens {
    pub(crate) fn of(body: &Value) -> Self {
        let read = |names: &[&str]| {
            let inner = json::child(body, "properties").value().copied().filter(|value| value.is_object());
            let look = |name: &&str| {
                inner
                    .into_iter()
                    .chain([body])
                    .find_map(|at| json::child(at, name).and_then(json::text).value().map(|t| t.to_lowercase()))
            };
            names.iter().find_map(look).unwrap_or_default()
        };
        Tokens { name: read(&["fqdn", "privateFQDN"]), uid: read(&["resourceUID"]) }
    }

    /// Whether both can speak of one cluster; one that names nothing can speak of any.
    pub(crate) fn same_as(&self, other: &Tokens) -> Option<bool> {
        let agree = |a: &str, b: &str| (!a.is_empty() && !b.is_empty()).then_some(a == b);
        agree(&self.uid, &other.uid).or(agree(&self.name, &other.name))
    }

    pub(crate) fn take_over(&mut self, other: &Tokens) {
        if self.name.is_empty() {
            self.name.clone_from(&other.name);
        }
        if self.uid.is_empty() {
            self.uid.clone_from(&other.uid);
        }
    }

    /// What it can be found by.
    pub(crate) fn keys(&self) -> Vec<String> {
        let key = |kind: &str, token: &str| (!token.is_empty()).then(|| format!("{kind} {token}"));
        [key("uid", &self.uid), key("name", &self.name)].into_iter().flatten().collect()
    }

    /// For people: what tells it from the others. A name alone can come back; with its uid it cannot.
    pub(crate) fn shown(&self) -> String {
        match (self.name.as_str(), self.uid.as_str()) {
            ("", "") => "no name yet".to_owned(),
            (name, "") => name.to_owned(),
            ("", uid) => uid.to_owned(),
            (name, uid) => format!("{name}, {uid}"),
        }
    }
}

/// The settings side by side; where the two disagree neither is believed, and the setting becomes unreadable.
pub(crate) fn merge(first: &Value, second: &Value) -> Value {
    side_by_side(&nest(first), &nest(second))
}

/// The same for things that several routes lead to: what one of them lacks is the other's.
pub(crate) fn either(first: &Value, second: &Value) -> Value {
    fill(&nest(first), &nest(second))
}

fn fill(first: &Value, second: &Value) -> Value {
    match (first, second) {
        (Value::Object(a), Value::Object(b)) if plain(first) != plain(second) => {
            let mut merged = Map::new();
            for (key, value) in a {
                let twin = json::child(second, key).value().copied().unwrap_or(&Value::Null);
                let either = if counts_down(key) { value.clone() } else { fill(value, twin) };
                merged.insert(key.clone(), either);
            }
            let more = b.iter().filter(|(key, _)| !a.keys().any(|known| known.eq_ignore_ascii_case(key)));
            merged.extend(more.map(|(key, value)| (key.clone(), value.clone())));
            Value::Object(merged)
        }
        (Value::Null, value) | (value, Value::Null) => value.clone(),
        (a, b) if plain(a) == plain(b) => a.clone(),
        (Value::Array(a), Value::Array(b)) => by_name(a, b).unwrap_or_else(|| json!({ DISAGREE: [a, b] })),
        (a, b) => json!({ DISAGREE: [a, b] }),
    }
}

/// What differs between any two moments, and says nothing of a setting: the trial of a Defender plan.
fn counts_down(key: &str) -> bool {
    key.eq_ignore_ascii_case("freeTrialRemainingTime")
}

/// Lists of named things side by side, in whatever order each tells them, such as the extensions of a Defender plan;
/// `None` for lists of anything else.
fn by_name(a: &[Value], b: &[Value]) -> Option<Value> {
    let name = |item: &Value| json::child(item, "name").and_then(json::text).value().map(|name| name.to_lowercase());
    let named: Vec<(String, &Value)> = b.iter().map(|item| Some((name(item)?, item))).collect::<Option<_>>()?;
    let mut merged = Vec::new();
    let mut met = Vec::new();
    for item in a {
        let own = name(item)?;
        let twins: Vec<&Value> = named.iter().filter(|(other, _)| *other == own).map(|(_, item)| *item).collect();
        if twins.len() > 1 || met.contains(&own) {
            return None;
        }
        merged.push(twins.first().map_or_else(|| item.clone(), |twin| fill(item, twin)));
        met.push(own);
    }
    merged.extend(named.into_iter().filter(|(other, _)| !met.contains(other)).map(|(_, item)| item.clone()));
    Some(Value::Array(merged))
}

pub(crate) fn disagree(merged: &Value) -> bool {
    match merged {
        Value::Object(object) => object.contains_key(DISAGREE) || object.values().any(disagree),
        Value::Array(items) => items.iter().any(disagree),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn side_by_side(first: &Value, second: &Value) -> Value {
    match (first, second) {
        (a, b) if plain(a) == plain(b) => {
            if a.is_null() {
                b.clone()
            } else {
                a.clone()
            }
        }
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
        // go down to the settings, so that each of them is unreadable and none looks absent
        (Value::Null, Value::Object(_)) => side_by_side(&Value::Object(Map::new()), second),
        (Value::Object(_), Value::Null) => side_by_side(first, &Value::Object(Map::new())),
        (a, b) => json!({ DISAGREE: [a, b] }),
    }
}

/// What a value says, whatever way it is written: case, text for booleans, order of names, empty for nothing.
fn plain(value: &Value) -> Value {
    match value {
        Value::String(text) => match text.trim().to_lowercase().replace(' ', "").as_str() {
            "" => Value::Null,
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            other => Value::String(other.to_owned()),
        },
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(plain).collect();
            if items.iter().all(Value::is_string) {
                items.sort_by_key(ToString::to_string);
                items.dedup();
            }
            if items.is_empty() { Value::Null } else { Value::Array(items) }
        }
        Value::Object(object) => {
            let mut entries: Vec<(String, Value)> = object
                .iter()
                .map(|(key, inner)| (key.to_lowercase(), plain(inner)))
                .filter(|(_, inner)| !inner.is_null())
                .collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            if entries.is_empty() { Value::Null } else { Value::Object(entries.into_iter().collect()) }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
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
    use crate::{ArmId, Cluster, Reading, Source};

    const ID: &str = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";

    fn read(body: &Value) -> Cluster {
        let id = ArmId::parse(ID).unwrap_or_else(|| unreachable!("a well-formed id"));
        Cluster::read(id, body, Source::new("f", ""), crate::ContentHash::of(b"h"))
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
    fn the_same_said_in_other_ways_is_no_contradiction() {
        let pairs = [
            (json!({"enableRBAC": true}), json!({"enableRBAC": "True"})),
            (
                json!({"apiServerAccessProfile": {"authorizedIPRanges": null}}),
                json!({"apiServerAccessProfile": {"authorizedIPRanges": []}}),
            ),
            (
                json!({"apiServerAccessProfile": {"authorizedIPRanges": ["1.2.3.4", "5.6.7.8"]}}),
                json!({"apiServerAccessProfile": {"authorizedIPRanges": ["5.6.7.8", "1.2.3.4"]}}),
            ),
            (
                json!({"agentPoolProfiles": [{"name": "a"}]}),
                json!({"agentPoolProfiles": [{"name": "a", "count": null}]}),
            ),
        ];
        for (a, b) in pairs {
            let of = |properties: &Value| json!({"id": ID, "location": "West Europe", "properties": properties});
            let merged = merge(&of(&a), &json!({"id": ID, "location": "westeurope", "properties": b}));
            assert!(!disagree(&merged), "{merged}");
        }
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

    #[test]
    fn lists_of_named_things_are_told_in_any_order_and_disagree_one_by_one() {
        let plan = |extensions: Value| json!({"id": "p", "properties": {"extensions": extensions}});
        let on = |name: &str, flag: &str| json!({"name": name, "isEnabled": flag});
        let first = plan(json!([on("A", "True"), on("B", "True")]));
        for other in [
            json!([on("B", "true"), on("a", "True")]),
            json!([{"name": "B", "isEnabled": "True", "operationStatus": {"code": "Succeeded"}}, on("A", "True")]),
            json!([on("A", "True"), on("B", "True"), on("C", "False")]),
        ] {
            let merged = either(&first, &plan(other));
            assert!(!disagree(&merged), "{merged}");
        }
        let merged = either(&first, &plan(json!([on("A", "True"), on("B", "False")])));
        assert!(disagree(&merged["properties"]["extensions"][1]) && !disagree(&merged["properties"]["extensions"][0]));
        let trial =
            |left: &str| json!({"id": "p", "properties": {"freeTrialRemainingTime": left, "pricingTier": "Free"}});
        assert!(!disagree(&either(&trial("P29D"), &trial("29 days, 0:00:00"))), "it counts down");
        let twice = either(&first, &plan(json!([on("A", "True"), on("A", "False")])));
        assert!(disagree(&twice), "one name for two things");
    }
}
