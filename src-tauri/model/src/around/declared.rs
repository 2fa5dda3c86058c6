//! What infrastructure code declares: clusters and bindings out of Terraform state and plans, ARM templates and compiled
//! Bicep. `collect` cuts each file down to these before it is kept: state files hold secrets.

use super::service::line;
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
    /// The file, the place in it, and the SHA-256 of what was kept of it.
    pub source: String,
    /// Where it is; a template that is not bound to a place knows only the name.
    pub id: Option<String>,
    pub name: Said<String>,
    /// The resource group and the subscription of what has no id yet, where the code names them.
    pub group: Said<String>,
    pub subscription: Said<String>,
    /// Whether it is made at all; `Absent` when nothing stands in its way.
    pub condition: Said<bool>,
    pub planned: Planned,
}

/// What a plan would do to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Planned {
    /// It keeps it, as a state or a template does; it may change it.
    #[default]
    Kept,
    /// It would make it: its state does not hold it.
    Made,
    /// It would delete it: the code declares it no longer.
    Deleted,
    /// It would delete it and make it again.
    Replaced,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DeclaredThing {
    Cluster(DeclaredCluster),
    Binding(DeclaredBinding),
    /// A template in another file that this one deploys too. It may declare anything.
    Linked,
}

/// What code says of one setting: `Absent` where it does not say, `Unreadable` where only a deployment would know.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Said<T> {
    pub reading: Reading<T>,
    /// The parameter whose default it is: whoever deployed the template may have set another value.
    pub default_of: Option<String>,
}

/// Access settings as declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredCluster {
    pub private: Said<bool>,
    pub ranges: Said<Vec<String>>,
    pub local_accounts_disabled: Said<bool>,
    pub run_command_disabled: Said<bool>,
    pub azure_rbac: Said<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DeclaredBinding {
    /// Id or, in a template, name of the cluster.
    pub cluster: Said<String>,
    pub source: Said<String>,
    pub roles: Said<Vec<String>>,
}

impl Declaration {
    /// Reads the cut-down form that `collect` keeps.
    pub(super) fn read(document: &Document, body: &Value) -> Option<Declaration> {
        let text = |key: &str| child(body, key).and_then(json::text).value().cloned();
        let flag = |key: &str| said(body, key, "true or false", json::boolean);
        let list = |key: &str| said(body, key, "a list of texts", json::texts);
        let words = |key: &str| said(body, key, "text", json::text);
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
            "linked" => DeclaredThing::Linked,
            _ => return None,
        };
        Some(Declaration {
            thing,
            language: text("language")?,
            address: text("address").unwrap_or_default(),
            file: document.source.name.to_string(),
            source: line(document),
            id: text("id"),
            name: words("name"),
            group: words("group"),
            subscription: words("subscription"),
            condition: flag("condition"),
            planned: match text("planned").unwrap_or_default().as_str() {
                "create" => Planned::Made,
                "delete" => Planned::Deleted,
                "replace" => Planned::Replaced,
                _ => Planned::Kept,
            },
        })
    }
}

/// A value as it stands, one with the parameter it is the default of, or why there is none. Code holds secrets: what does
/// not belong there is named by its kind, and never quoted.
fn said<T>(body: &Value, key: &str, wanted: &str, read: fn(&Value) -> Reading<T>) -> Said<T> {
    let told = |value: &Value, key: &str| value.get(key).and_then(Value::as_str).map(str::to_owned);
    let typed = |value: &Value| match read(value) {
        Reading::Unreadable(_) => Reading::Unreadable(format!("expected {wanted}, found {}", kind_of(value))),
        reading => reading,
    };
    let at = match child(body, key) {
        Reading::Value(value) => value,
        Reading::Absent => return Said { reading: Reading::Absent, default_of: None },
        Reading::Unreadable(_) => return unreadable("it stands there twice".to_owned()),
    };
    if let Some(expression) = told(at, "expression") {
        // only a deployment would know its value
        return unreadable(format!("the expression {expression}"));
    }
    if let Some(why) = told(at, "unreadable") {
        return unreadable(why);
    }
    match (told(at, "defaultOf"), at.get("value")) {
        (Some(parameter), Some(value)) => Said { reading: typed(value), default_of: Some(parameter) },
        _ => Said { reading: typed(at), default_of: None },
    }
}

fn unreadable<T>(why: String) -> Said<T> {
    Said { reading: Reading::Unreadable(why), default_of: None }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_code_says_is_a_value_a_default_or_unreadable_and_never_quoted() {
        let unread = |why: &str| (Reading::Unreadable(why.to_owned()), None);
        for (kept, expected) in [
            (json!(true), (Reading::Value(true), None)),
            (json!("False"), (Reading::Value(false), None)),
            (Value::Null, (Reading::Absent, None)),
            (json!({"value": true, "defaultOf": "p"}), (Reading::Value(true), Some("p"))),
            (json!({"expression": "parameters('p')"}), unread("the expression parameters('p')")),
            (json!({"unreadable": "expected a block, found text"}), unread("expected a block, found text")),
            (json!("s3cr3t"), unread("expected true or false, found text")),
            (json!(["s3cr3t"]), unread("expected true or false, found a list")),
            (json!({"s3cr3t": 1}), unread("expected true or false, found an object")),
        ] {
            let Said { reading, default_of } = said(&json!({ "key": kept }), "key", "true or false", json::boolean);
            assert_eq!((reading, default_of.as_deref()), expected, "{kept}");
        }
    }
}
