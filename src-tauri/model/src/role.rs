//! Trusted Access roles and the Kubernetes rules behind them.

use serde::{Deserialize, Deserializer, Serialize};

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
    pub roles: Vec<Role>,
    /// Whether the answer was read to its end and could be read at all; without it nothing is known to be missing.
    pub whole: bool,
}

impl RoleCatalogue {
    /// Two answers of one location: pages of one list, or two readings. A role they tell differently has no rules left.
    pub(crate) fn add(&mut self, other: RoleCatalogue) {
        self.whole = self.whole && other.whole;
        for role in other.roles {
            let same = |known: &&mut Role| known.qualified_name().eq_ignore_ascii_case(&role.qualified_name());
            match self.roles.iter_mut().find(same) {
                Some(known) if known.rules != role.rules => known.rules.clear(),
                Some(_) => {}
                None => self.roles.push(role),
            }
        }
    }
}
