//! What infrastructure code declares: clusters and bindings out of Terraform state and plans, ARM templates and compiled
//! Bicep. `collect` cuts each file down to these before it is kept: state files hold secrets.

use crate::{Document, Reading, child, json};
use serde_json::Value;

/// One thing that code declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Declaration {
    pub thing: DeclaredThing,
    /// `Terraform state`, `Terraform plan`, `ARM template`.
    pub language: String,
    /// The address in the code, such as `azurerm_kubernetes_cluster.main`.
    pub address: String,
    pub file: String,
    /// Where it is; a template that is not bound to a place knows only the name.
    pub id: Option<String>,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredThing {
    Cluster(DeclaredCluster),
    Binding(DeclaredBinding),
}

/// Access settings as declared; `Absent` where the code does not say, `Unreadable` where it is an expression.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredCluster {
    pub private: Reading<bool>,
    pub ranges: Reading<Vec<String>>,
    pub local_accounts_disabled: Reading<bool>,
    pub run_command_disabled: Reading<bool>,
    pub azure_rbac: Reading<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredBinding {
    /// Id or, in a template, name of the cluster.
    pub cluster: Reading<String>,
    pub source: Reading<String>,
    pub roles: Reading<Vec<String>>,
}

impl Declaration {
    /// Reads the cut-down form that `collect` keeps.
    pub(super) fn read(document: &Document, body: &Value) -> Option<Declaration> {
        let text = |key: &str| child(body, key).and_then(json::text).value().cloned();
        let flag = |key: &str| known(child(body, key)).and_then(json::boolean);
        let list = |key: &str| known(child(body, key)).and_then(json::texts);
        let words = |key: &str| known(child(body, key)).and_then(json::text);
        let thing = match text("thing")?.as_str() {
            "cluster" => DeclaredThing::Cluster(DeclaredCluster {
                private: flag("private"),
                ranges: list("ranges"),
                local_accounts_disabled: flag("localAccountsDisabled"),
                run_command_disabled: flag("runCommandDisabled"),
                azure_rbac: flag("azureRbac"),
            }),
            "binding" => DeclaredThing::Binding(DeclaredBinding {
                cluster: words("cluster"),
                source: words("source"),
                roles: list("roles"),
            }),
            _ => return None,
        };
        Some(Declaration {
            thing,
            language: text("language")?,
            address: text("address").unwrap_or_default(),
            file: document.source.name.to_string(),
            id: text("id"),
            name: text("name").unwrap_or_default(),
        })
    }
}

/// An expression of the template language is no value: only a deployment would know it.
fn known(value: Reading<&Value>) -> Reading<&Value> {
    value.and_then(|value| match value.get("expression").and_then(Value::as_str) {
        Some(expression) => Reading::Unreadable(format!("the expression {expression}")),
        None => Reading::Value(value),
    })
}
