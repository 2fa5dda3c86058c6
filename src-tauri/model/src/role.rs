//! Trusted Access roles and the Kubernetes rules behind them.

use crate::{Reading, child, json};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleRule {
    #[serde(deserialize_with = "null_is_empty")]
    pub verbs: Vec<String>,
    #[serde(deserialize_with = "null_is_empty")]
    pub api_groups: Vec<String>,
    #[serde(deserialize_with = "null_is_empty")]
    pub resources: Vec<String>,
    #[serde(deserialize_with = "null_is_empty")]
    pub resource_names: Vec<String>,
    #[serde(rename = "nonResourceURLs", deserialize_with = "null_is_empty")]
    pub non_resource_urls: Vec<String>,
}

impl RoleRule {
    /// `None` for a rule that allows nothing known: it may allow anything.
    fn read(body: &Value) -> Option<RoleRule> {
        let list = |key: &str| match child(body, key).and_then(json::texts) {
            Reading::Value(list) => Some(list),
            Reading::Absent => Some(Vec::new()),
            Reading::Unreadable(_) => None,
        };
        let rule = RoleRule {
            verbs: list("verbs")?,
            api_groups: list("apiGroups")?,
            resources: list("resources")?,
            resource_names: list("resourceNames")?,
            non_resource_urls: list("nonResourceURLs")?,
        };
        let is_empty = rule.verbs.is_empty() || (rule.resources.is_empty() && rule.non_resource_urls.is_empty());
        (!is_empty).then_some(rule)
    }
}

fn null_is_empty<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<String>, D::Error> {
    Option::<Vec<String>>::deserialize(from).map(Option::unwrap_or_default)
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    pub source_resource_type: String,
    pub name: String,
    /// Empty when they were not sent, or when two answers disagree: such a role cannot be graded.
    #[serde(default, deserialize_with = "null_is_no_rule")]
    pub rules: Vec<RoleRule>,
}

fn null_is_no_rule<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<RoleRule>, D::Error> {
    Option::<Vec<RoleRule>>::deserialize(from).map(Option::unwrap_or_default)
}

impl Role {
    /// `None` for what has no name; rules that cannot be read leave a role that nobody can grade.
    pub(crate) fn read(body: &Value) -> Option<Role> {
        let text = |key: &str| child(body, key).and_then(json::text).value().cloned();
        let rules = match child(body, "rules") {
            Reading::Value(Value::Array(listed)) => {
                listed.iter().map(RoleRule::read).collect::<Option<Vec<_>>>().unwrap_or_default()
            }
            Reading::Value(_) | Reading::Absent | Reading::Unreadable(_) => Vec::new(),
        };
        Some(Role { source_resource_type: text("sourceResourceType")?, name: text("name")?, rules })
    }

    /// Whatever the order in which the two are told.
    fn allows_the_same(&self, other: &Role) -> bool {
        let sorted = |list: &[String]| {
            let mut list: Vec<String> = list.iter().map(|text| text.to_lowercase()).collect();
            list.sort();
            list.dedup();
            list
        };
        let plain = |role: &Role| {
            let mut rules: Vec<_> = role
                .rules
                .iter()
                .map(|rule| {
                    let RoleRule { verbs, api_groups, resources, resource_names, non_resource_urls } = rule;
                    [verbs, api_groups, resources, resource_names, non_resource_urls].map(|list| sorted(list))
                })
                .collect();
            rules.sort();
            rules.dedup();
            rules
        };
        plain(self) == plain(other)
    }

    fn is_named_as(&self, other: &Role) -> bool {
        self.qualified_name().eq_ignore_ascii_case(&other.qualified_name())
    }

    /// The form in which bindings name it.
    pub fn qualified_name(&self) -> String {
        format!("{}/{}", self.source_resource_type, self.name)
    }
}

/// The roles one location offered on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoleCatalogue {
    pub location: String,
    pub as_of: String,
    /// It is of an earlier day than the snapshot it came with.
    pub dated: bool,
    /// The document it was read from.
    pub source: String,
    pub roles: Vec<Role>,
    /// Whether the answer was read to its end and could be read at all; without it nothing is known to be missing.
    pub whole: bool,
    /// Roles that two answers tell differently, or that only one of two whole answers names.
    pub disputed: Vec<String>,
}

impl RoleCatalogue {
    /// Two answers of one location: pages of one list, or two readings. A role they tell differently has no rules left.
    /// One that only one of two whole answers names may be offered, or not.
    pub(crate) fn add(&mut self, other: RoleCatalogue) {
        if self.whole && other.whole {
            let lacks = |all: &[Role], role: &Role| !all.iter().any(|known| known.is_named_as(role));
            let once = self.roles.iter().filter(|role| lacks(&other.roles, role));
            let once = once.chain(other.roles.iter().filter(|role| lacks(&self.roles, role)));
            let once: Vec<String> = once.map(Role::qualified_name).collect();
            self.whole = once.is_empty();
            self.disputed.extend(once);
        } else {
            self.whole = false;
        }
        self.disputed.extend(other.disputed);
        other.roles.into_iter().for_each(|role| self.add_role(role));
        self.disputed.sort();
        self.disputed.dedup();
    }

    pub(crate) fn add_role(&mut self, role: Role) {
        let name = role.qualified_name();
        match self.roles.iter_mut().find(|known| known.is_named_as(&role)) {
            Some(known) if !known.allows_the_same(&role) => {
                known.rules.clear();
                self.disputed.push(name);
            }
            Some(_) => {}
            None => self.roles.push(role),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Document, DocumentKind, Fleet, GapReason, Snapshot, Source};
    use serde_json::json;

    #[test]
    fn a_role_told_twice_keeps_its_rules_while_both_allow_the_same() {
        let role = |rules: Value| {
            let body = json!({"sourceResourceType": "P.Q/r", "name": "n", "rules": rules});
            Role::read(&body).unwrap_or_else(|| unreachable!("it has a name"))
        };
        let rule = |verbs: &[&str], resource: &str| json!({"verbs": verbs, "apiGroups": [""], "resources": [resource]});
        let kept = |first: Value, second: Value| {
            let mut known = RoleCatalogue {
                location: String::new(),
                as_of: String::new(),
                dated: false,
                source: String::new(),
                roles: vec![role(first)],
                whole: true,
                disputed: Vec::new(),
            };
            known.add_role(role(second));
            known.roles.first().map(|role| (role.rules.len(), known.disputed.len()))
        };
        let first = || json!([rule(&["get", "list"], "pods"), rule(&["get"], "nodes")]);
        assert_eq!(kept(first(), json!([rule(&["GET"], "nodes"), rule(&["list", "get"], "pods")])), Some((2, 0)));
        assert_eq!(kept(first(), json!([rule(&["get", "list"], "pods")])), Some((0, 1)), "nobody knows which is right");
    }

    #[test]
    fn answers_that_tell_a_role_differently_are_a_gap() {
        let answer = |verb: &str| {
            let role = json!({"sourceResourceType": "P.Q/r", "name": "n",
                "rules": [{"verbs": [verb], "apiGroups": [""], "resources": ["pods"]}]});
            let source = Source::new("f", "");
            Document::new(DocumentKind::RoleCatalogue, "westeurope".to_owned(), source, &json!({"value": [role]}))
        };
        let gaps = |documents| Fleet::read(&Snapshot { documents, ..Snapshot::default() }).gaps;
        assert_eq!(gaps(vec![answer("get"), answer("GET")]), []);
        let other = Document { body: answer("get").body.replace("P.Q/r", "P.Q/s").into(), ..answer("get") };
        let fleet =
            Fleet::read(&Snapshot { documents: vec![answer("get"), other, answer("get")], ..Snapshot::default() });
        assert_eq!(
            fleet.role_catalogues.iter().map(|all| (all.roles.len(), all.whole)).collect::<Vec<_>>(),
            [(2, false)]
        );
        assert!(fleet.gaps.iter().any(|gap| gap.message.contains("P.Q/s/n") && gap.message.contains("P.Q/r/n")));
        let told = gaps(vec![answer("get"), answer("*")]);
        assert!(told.iter().any(|gap| gap.reason == GapReason::Contradiction && gap.scope == "westeurope"), "{told:?}");
    }
}
