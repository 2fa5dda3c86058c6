//! Trusted Access roles and the Kubernetes rules behind them.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoleRule {
    pub verbs: Vec<String>,
    pub api_groups: Vec<String>,
    pub resources: Vec<String>,
    pub resource_names: Vec<String>,
    #[serde(rename = "nonResourceURLs")]
    pub non_resource_urls: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Role {
    pub source_resource_type: String,
    pub name: String,
    #[serde(default)]
    pub rules: Vec<RoleRule>,
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
    pub roles: Vec<Role>,
}
