//! Terraform: state files, and what `terraform show -json` prints of states and plans.

mod plan;

use super::kinds;
use super::said::{Said, Shape, begin, put};
use super::template;
use plan::{Change, Changes};
use quay_model::{Reading, child};
use serde_json::{Map, Value, json};

static NOTHING: Value = Value::Null;

/// Resources of the azurerm provider, and of the one that speaks ARM itself.
const CLUSTER: &str = "azurerm_kubernetes_cluster";
const BINDING: &str = "azurerm_kubernetes_cluster_trusted_access_role_binding";
const AZAPI: [&str; 2] = ["azapi_resource", "azapi_update_resource"];

/// Modules in modules deeper than this are not followed.
const DEEPEST: u8 = 32;

/// What a plan knows only after it is applied.
const LATER: &str = "known after apply";

/// A setting in azurerm's words, the older ones last.
type Setting = (&'static str, Shape, &'static [&'static [&'static str]]);

const OF_CLUSTERS: [Setting; 4] = [
    ("private", Shape::Flag, &[&["private_cluster_enabled"]]),
    (
        "ranges",
        Shape::Texts,
        &[&["api_server_access_profile", "authorized_ip_ranges"], &["api_server_authorized_ip_ranges"]],
    ),
    ("localAccountsDisabled", Shape::Flag, &[&["local_account_disabled"]]),
    (
        "azureRbac",
        Shape::Flag,
        &[
            &["azure_active_directory_role_based_access_control", "azure_rbac_enabled"],
            &["role_based_access_control", "azure_active_directory", "azure_rbac_enabled"],
        ],
    ),
];
const OF_BINDINGS: [Setting; 3] = [
    ("cluster", Shape::Text, &[&["kubernetes_cluster_id"]]),
    ("source", Shape::Text, &[&["source_resource_id"]]),
    ("roles", Shape::Texts, &[&["roles"]]),
];

pub(super) fn is_terraform(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    let state = value.get("version").is_some_and(Value::is_u64) && has("terraform_version");
    let shown = value.get("format_version").is_some_and(Value::is_string)
        && (has("terraform_version") || has("planned_values") || has("values"));
    state || shown
}

/// What it declares, in the form that declarations are kept in; `Err` says why it could not be read.
pub(super) fn read(value: &Value) -> Result<Vec<Value>, String> {
    let mut found = Vec::new();
    if value.get("format_version").is_none() {
        let Some(Value::Array(resources)) = value.get("resources") else {
            return Err(format!(
                "This is a Terraform state of version {}, and its resources could not be read; version 4 is known.",
                value.get("version").and_then(Value::as_u64).unwrap_or_default()
            ));
        };
        resources.iter().for_each(|resource| of_state(resource, &mut found));
        return Ok(found);
    }
    let changes = Changes::of(value);
    for (key, language) in [("planned_values", "Terraform plan"), ("values", "Terraform state")] {
        if let Some(root) = value.get(key).and_then(|values| values.get("root_module")) {
            module(root, language, &changes, 0, &mut found);
            found.extend(changes.deleted().filter_map(|(address, change)| {
                let own = declared(language, address, change.kind(), change.before()?, &NOTHING)?;
                Some(planned(own, change))
            }));
            return Ok(found);
        }
    }
    // a state that holds nothing has no values
    if value.get("planned_values").is_none() && value.get("values").is_none_or(Value::is_null) {
        return Ok(found);
    }
    Err("This is a Terraform plan or state, and its root module could not be read.".to_owned())
}

/// One resource of a state file, with all its instances.
fn of_state(resource: &Value, found: &mut Vec<Value>) {
    let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
    // what code only looks at, it does not declare
    if text("mode") == "data" {
        return;
    }
    let module = Some(text("module")).filter(|module| !module.is_empty()).map(|module| format!("{module}."));
    let base = format!("{}{}.{}", module.unwrap_or_default(), text("type"), text("name"));
    for instance in resource.get("instances").and_then(Value::as_array).into_iter().flatten() {
        if is_left_behind(instance, "deposed") {
            continue;
        }
        let index = instance.get("index_key").filter(|key| !key.is_null()).map(|key| format!("[{key}]"));
        let address = format!("{base}{}", index.unwrap_or_default());
        let values = instance.get("attributes").unwrap_or(&NOTHING);
        found.extend(declared("Terraform state", &address, text("type"), values, &NOTHING));
    }
}

/// Replaced already and still to be deleted: code does not declare it any more.
fn is_left_behind(instance: &Value, key: &str) -> bool {
    instance.get(key).is_some_and(|key| !key.is_null())
}

fn module(module: &Value, language: &str, changes: &Changes<'_>, depth: u8, found: &mut Vec<Value>) {
    let list = |key: &str| module.get(key).and_then(Value::as_array).into_iter().flatten();
    for resource in list("resources") {
        let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("mode") != "data" && !is_left_behind(resource, "deposed_key") {
            let address = text("address");
            let values = resource.get("values").unwrap_or(&NOTHING);
            let change = changes.at(address);
            let open = change.and_then(Change::unseen).unwrap_or(&NOTHING);
            let own = declared(language, address, text("type"), values, open);
            found.extend(own.map(|own| match change {
                Some(change) => planned(own, change),
                None => own,
            }));
        }
    }
    if depth < DEEPEST {
        list("child_modules").for_each(|child| self::module(child, language, changes, depth + 1, found));
    }
}

/// With what the plan would do to it. A cluster that is made again is the one that stands there, until it is.
fn planned(mut body: Value, change: Change<'_>) -> Value {
    let Some(word) = change.plans() else { return body };
    body["planned"] = json!(word);
    let before = change.before().and_then(|before| before.get("id")).and_then(Value::as_str);
    if let (Some(id), "replace", Some("cluster")) = (before, word, body.get("thing").and_then(Value::as_str)) {
        body["id"] = json!(id);
    }
    body
}

fn declared(language: &str, address: &str, kind: &str, values: &Value, open: &Value) -> Option<Value> {
    let (thing, wanted): (&str, &[Setting]) = match kind {
        CLUSTER => ("cluster", &OF_CLUSTERS),
        BINDING => ("binding", &OF_BINDINGS),
        _ if AZAPI.contains(&kind) => return of_azapi(language, address, values, open),
        _ => return None,
    };
    let mut body = begin(thing, language, address);
    place(&mut body, thing, known(at(values, open, &["id"])), at(values, open, &["resource_group_name"]));
    put(&mut body, "name", Shape::Text, at(values, open, &["name"]));
    for (key, shape, paths) in wanted {
        put(&mut body, key, *shape, setting(values, open, key, paths));
    }
    if thing == "cluster" {
        // the code says whether it is on
        let run_command = at(values, open, &["run_command_enabled"]).map(|on| match on {
            Said::Value(Value::Bool(on)) => Said::Value(Value::Bool(!on)),
            Said::Value(other) => Said::unfit("true or false", &other),
            other => other,
        });
        put(&mut body, "runCommandDisabled", Shape::Flag, run_command);
    }
    Some(Value::Object(body))
}

/// Where it is. What has no id yet is told from others of its name by its resource group.
fn place(body: &mut Map<String, Value>, thing: &str, id: Option<String>, group: Option<Said>) {
    match id {
        Some(id) => put(body, "id", Shape::Text, Some(Said::Value(Value::String(id)))),
        None if thing == "cluster" => {
            put(body, "group", Shape::Text, Some(group.unwrap_or_else(|| Said::Unknown(LATER.to_owned()))));
        }
        None => {}
    }
}

fn setting(values: &Value, open: &Value, key: &str, paths: &[&[&str]]) -> Option<Said> {
    if let Some(said) = paths.iter().find_map(|path| at(values, open, path)) {
        return Some(said);
    }
    // Terraform writes down every block it knows: one that is empty says that there is none
    let is_known = paths.iter().any(|path| path.first().is_some_and(|first| values.get(first).is_some()));
    let none = match key {
        "ranges" => json!([]),
        "azureRbac" => json!(false),
        _ => return None,
    };
    is_known.then_some(Said::Value(none))
}

/// A resource in ARM's own words: its body is an object, or text of one.
fn of_azapi(language: &str, address: &str, values: &Value, open: &Value) -> Option<Value> {
    let told = values.get("type")?.as_str()?.to_lowercase();
    let kind = told.split('@').next().unwrap_or_default();
    let (thing, child_of, wanted): (&str, &str, &[template::Setting]) = match kind {
        kinds::CLUSTERS => ("cluster", "/providers/Microsoft.ContainerService/managedClusters", &template::OF_CLUSTERS),
        kinds::BINDINGS => ("binding", "/trustedAccessRoleBindings", &template::OF_BINDINGS),
        _ => return None,
    };
    let text = |key: &str| known(at(values, open, &[key]));
    let (name, parent) = (text("name"), text("parent_id"));
    let below = parent
        .as_ref()
        .zip(name.as_ref())
        .map(|(parent, name)| format!("{}{child_of}/{name}", parent.trim_end_matches('/')));
    let id = text("id").or_else(|| text("resource_id")).or(below);
    let mut body = begin(thing, language, address);
    let own = name.or_else(|| id.as_deref().and_then(|id| id.rsplit('/').next()).map(str::to_owned));
    let own = own.map_or_else(|| at(values, open, &["name"]), |name| Some(Said::Value(Value::String(name))));
    put(&mut body, "name", Shape::Text, own);
    if thing == "binding" {
        put(&mut body, "cluster", Shape::Text, at(values, open, &["parent_id"]));
    }
    place(&mut body, thing, id, None);
    let given = given(values);
    let unseen = open.get("body").unwrap_or(open);
    for (key, shape, path) in wanted {
        let path: Vec<&str> = std::iter::once("properties").chain(path.iter().copied()).collect();
        let said = match &given {
            Some(given) => at(given, unseen, &path),
            None => Some(Said::Unfit("the body of this resource is no JSON".to_owned())),
        };
        put(&mut body, key, *shape, said);
    }
    Some(Value::Object(body))
}

/// The body of a resource; `None` when it is text of something else.
fn given(values: &Value) -> Option<Value> {
    match values.get("body").cloned().unwrap_or_default() {
        Value::String(text) => serde_json::from_str(&text).ok(),
        // how Terraform writes down a value whose type it does not know beforehand
        Value::Object(mut wrapped) if wrapped.contains_key("type") && wrapped.contains_key("value") => {
            Some(wrapped.remove("value").unwrap_or_default())
        }
        other => Some(other),
    }
}

fn known(said: Option<Said>) -> Option<String> {
    match said {
        Some(Said::Value(Value::String(text))) if !text.trim().is_empty() => Some(text),
        _ => None,
    }
}

/// A value, an expression where a plan does not know it yet, or nothing where the code does not say.
fn at(values: &Value, open: &Value, path: &[&str]) -> Option<Said> {
    let (mut here, mut unseen) = (values, open);
    for name in path {
        if *unseen != Value::Bool(true) {
            unseen = block(unseen).get(name).unwrap_or(&NOTHING);
        }
        here = match child(block(here), name) {
            Reading::Value(inner) => inner,
            Reading::Absent => &NOTHING,
            Reading::Unreadable(_) if *unseen == Value::Bool(true) => &NOTHING,
            Reading::Unreadable(_) => return Some(Said::unfit("a block", here)),
        };
    }
    if is_open(unseen) {
        return Some(Said::Unknown(LATER.to_owned()));
    }
    (!here.is_null()).then(|| Said::Value(here.clone()))
}

/// Whether some of it is known only later.
fn is_open(unseen: &Value) -> bool {
    match unseen {
        Value::Bool(open) => *open,
        Value::Array(items) => items.iter().any(is_open),
        Value::Object(keys) => keys.values().any(is_open),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

/// A block is written as a list of one.
fn block(value: &Value) -> &Value {
    match value {
        Value::Array(items) => items.first().unwrap_or(&NOTHING),
        other => other,
    }
}

#[cfg(test)]
mod tests;
