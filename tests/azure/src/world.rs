//! What exists in this Azure: subscriptions, resources by id, events, and what the caller may not read.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

/// Everything there is to read.
#[derive(Debug, Clone, Default)]
pub struct World {
    pub tenant: String,
    pub subscriptions: Vec<Value>,
    /// By id in lower case.
    resources: BTreeMap<String, Value>,
    /// Entries of the activity log, each with `subscriptionId`.
    pub events: Vec<Value>,
    /// Objects of the directory, each with `@odata.type` and `id`.
    pub principals: Vec<Value>,
    /// The catalogue of Trusted Access roles, the same in each location.
    pub roles: Value,
    /// Management groups and the subscriptions below them.
    pub management_groups: BTreeMap<String, Vec<String>>,
    /// What may not be read: a scope (the start of an id, in lower case) and an action with wildcards.
    pub denied: Vec<(String, String)>,
    /// Ids that Resource Graph does not show yet.
    pub graph_is_behind_on: BTreeSet<String>,
}

impl World {
    /// Nothing but a tenant and its catalogue of Trusted Access roles.
    pub fn empty(tenant: &str, roles: Value) -> World {
        World { tenant: tenant.to_owned(), roles, ..World::default() }
    }

    pub fn add(&mut self, resource: Value) {
        let id = resource.get("id").and_then(Value::as_str).unwrap_or_default().to_lowercase();
        if id.matches('/').count() == 2 && id.starts_with("/subscriptions/") {
            self.subscriptions.push(resource);
        } else if resource.get("operationName").is_some() {
            self.events.push(resource);
        } else if id.starts_with('/') {
            self.resources.insert(id, resource);
        } else {
            self.principals.push(resource);
        }
    }

    pub fn remove(&mut self, id: &str) -> Option<Value> {
        self.resources.remove(&id.to_lowercase())
    }

    pub fn get(&self, id: &str) -> Option<&Value> {
        self.resources.get(&id.to_lowercase())
    }

    pub fn all(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.resources.iter()
    }

    pub fn count(&self, kind: &str) -> usize {
        self.resources.keys().filter(|id| type_of(id) == kind).count()
    }

    /// Resources of one type below a scope, in the order of their ids.
    pub fn below<'a>(&'a self, scope: &str, kind: &'a str) -> impl Iterator<Item = &'a Value> {
        let start = format!("{}/", scope.to_lowercase());
        let range = (Bound::Included(start.clone()), Bound::Unbounded);
        self.resources
            .range(range)
            .take_while(move |(id, _)| id.starts_with(&start))
            .filter(move |(id, _)| type_of(id) == kind)
            .map(|(_, value)| value)
    }

    pub fn subscription(&self, id: &str) -> Option<&Value> {
        self.subscriptions
            .iter()
            .find(|s| s.get("subscriptionId").and_then(Value::as_str).is_some_and(|own| own.eq_ignore_ascii_case(id)))
    }

    pub fn group_exists(&self, scope: &str) -> bool {
        let start = format!("{}/", scope.to_lowercase());
        self.get(scope).is_some()
            || self.resources.range(start.clone()..).next().is_some_and(|(id, _)| id.starts_with(&start))
    }

    /// Whether the caller may do this there.
    pub fn may(&self, id: &str, action: &str) -> bool {
        let (id, action) = (id.to_lowercase(), action.to_lowercase());
        !self.denied.iter().any(|(scope, denied)| id.starts_with(scope.as_str()) && wildcard(denied, &action))
    }

    /// The answer of "Permissions - List" for a subscription.
    pub fn permissions(&self, subscription: &str) -> Value {
        let scope = format!("/subscriptions/{}", subscription.to_lowercase());
        let taken: Vec<&String> =
            self.denied.iter().filter(|(denied, _)| *denied == scope).map(|(_, action)| action).collect();
        json!({"value": [{"actions": ["*/read"], "notActions": taken, "dataActions": [], "notDataActions": []}]})
    }
}

/// The full type out of an id in lower case.
pub(crate) fn type_of(id: &str) -> String {
    let mut whole = String::new();
    let mut segments = id.split('/').skip(1);
    while let Some(key) = segments.next() {
        let name = segments.next().unwrap_or_default();
        if key == "providers" {
            whole = name.to_owned();
            if let Some(kind) = segments.next() {
                whole = format!("{whole}/{kind}");
                segments.next();
            }
        } else if !whole.is_empty() {
            whole = format!("{whole}/{key}");
        }
    }
    whole
}

/// `*` stands for anything; case does not matter.
pub fn wildcard(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.to_lowercase(), text.to_lowercase());
    let parts: Vec<&str> = pattern.split('*').collect();
    let [first, middle @ .., last] = parts.as_slice() else { return pattern == text };
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_type_of_an_id_is_read_behind_its_last_provider() {
        let id = "/subscriptions/s/resourcegroups/g/providers/microsoft.containerservice/managedclusters/c";
        assert_eq!(type_of(id), "microsoft.containerservice/managedclusters");
        let below = format!("{id}/providers/microsoft.insights/diagnosticsettings/d");
        assert_eq!(type_of(&below), "microsoft.insights/diagnosticsettings");
        assert_eq!(
            type_of("/subscriptions/s/providers/microsoft.security/pricings/c/securityoperators/o"),
            "microsoft.security/pricings/securityoperators"
        );
    }

    #[test]
    fn wildcards_span_slashes() {
        assert!(wildcard("*/read", "Microsoft.ContainerService/managedClusters/read"));
        assert!(wildcard("Microsoft.ContainerService/*", "microsoft.containerservice/x/read"));
        assert!(!wildcard("Microsoft.Compute/*", "Microsoft.ContainerService/x"));
        assert!(wildcard("a", "A") && !wildcard("a", "ab"));
    }
}
