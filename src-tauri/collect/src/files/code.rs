//! Infrastructure code: Terraform state and plans, ARM templates and compiled Bicep. State files hold secrets, so that of
//! each cluster and binding only the settings that are compared are taken, and nothing of anything else.

use super::expression::{Scope, unknown};
use super::{kinds, template};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

static NOTHING: Value = Value::Null;

/// The resource of Terraform's azurerm provider, and of the one that speaks ARM itself.
const CLUSTER: &str = "azurerm_kubernetes_cluster";
const BINDING: &str = "azurerm_kubernetes_cluster_trusted_access_role_binding";
const AZAPI: &str = "azapi_resource";

/// Modules in modules deeper than this are not followed.
const DEEPEST: u8 = 32;

/// Settings of a cluster in azurerm's words, the older ones last.
const OF_CLUSTERS: [(&str, &[&[&str]]); 4] = [
    ("private", &[&["private_cluster_enabled"]]),
    ("ranges", &[&["api_server_access_profile", "authorized_ip_ranges"], &["api_server_authorized_ip_ranges"]]),
    ("localAccountsDisabled", &[&["local_account_disabled"]]),
    (
        "azureRbac",
        &[
            &["azure_active_directory_role_based_access_control", "azure_rbac_enabled"],
            &["role_based_access_control", "azure_active_directory", "azure_rbac_enabled"],
        ],
    ),
];
const OF_BINDINGS: [(&str, &[&[&str]]); 3] =
    [("cluster", &[&["kubernetes_cluster_id"]]), ("source", &[&["source_resource_id"]]), ("roles", &[&["roles"]])];

pub(super) fn is_code(value: &Value) -> bool {
    is_terraform(value) || is_template(value)
}

fn is_terraform(value: &Value) -> bool {
    let has = |key: &str| value.get(key).is_some();
    let state = value.get("version").is_some_and(Value::is_u64) && has("terraform_version");
    let shown = value.get("format_version").is_some_and(Value::is_string)
        && (has("terraform_version") || has("planned_values") || has("values"));
    state || shown
}

fn is_template(value: &Value) -> bool {
    let schema = value.get("$schema").and_then(Value::as_str).unwrap_or_default().to_lowercase();
    schema.contains("deploymenttemplate.json")
}

/// What it declares, in the form that declarations are kept in; `Err` says why it could not be read.
pub(super) fn read(value: &Value) -> Result<Vec<Value>, String> {
    if is_template(value) {
        return Ok(template::read(value));
    }
    let mut found = Vec::new();
    if value.get("format_version").is_none() {
        let Some(Value::Array(resources)) = value.get("resources") else {
            return Err(format!(
                "This is a Terraform state of version {}, and its resources could not be read; version 4 is known.",
                value.get("version").unwrap_or(&NOTHING)
            ));
        };
        resources.iter().for_each(|resource| of_state(resource, &mut found));
        return Ok(found);
    }
    let unseen = unseen(value);
    for (key, language) in [("planned_values", "Terraform plan"), ("values", "Terraform state")] {
        if let Some(root) = value.get(key).and_then(|values| values.get("root_module")) {
            module(root, language, &unseen, 0, &mut found);
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
        let index = instance.get("index_key").filter(|key| !key.is_null()).map(|key| format!("[{key}]"));
        let address = format!("{base}{}", index.unwrap_or_default());
        let values = instance.get("attributes").unwrap_or(&NOTHING);
        found.extend(declared("Terraform state", &address, text("type"), values, &NOTHING));
    }
}

fn module(module: &Value, language: &str, unseen: &BTreeMap<&str, &Value>, depth: u8, found: &mut Vec<Value>) {
    let list = |key: &str| module.get(key).and_then(Value::as_array).into_iter().flatten();
    for resource in list("resources") {
        let text = |key: &str| resource.get(key).and_then(Value::as_str).unwrap_or_default();
        if text("mode") != "data" {
            let address = text("address");
            let values = resource.get("values").unwrap_or(&NOTHING);
            let open = unseen.get(address).copied().unwrap_or(&NOTHING);
            found.extend(declared(language, address, text("type"), values, open));
        }
    }
    if depth < DEEPEST {
        list("child_modules").for_each(|child| self::module(child, language, unseen, depth + 1, found));
    }
}

/// What a plan does not know before it is applied, by address.
fn unseen(plan: &Value) -> BTreeMap<&str, &Value> {
    let changes = plan.get("resource_changes").and_then(Value::as_array).into_iter().flatten();
    let open = changes.filter_map(|change| {
        let address = change.get("address").and_then(Value::as_str)?;
        Some((address, change.get("change")?.get("after_unknown")?))
    });
    open.collect()
}

fn declared(language: &str, address: &str, kind: &str, values: &Value, open: &Value) -> Option<Value> {
    let mut body = Map::new();
    let thing = match kind {
        CLUSTER => "cluster",
        BINDING => "binding",
        AZAPI => return of_azapi(language, address, values, open),
        _ => return None,
    };
    begin(&mut body, thing, language, address);
    for key in ["id", "name"] {
        put(&mut body, key, at(values, open, &[key]));
    }
    let wanted: &[(&str, &[&[&str]])] = if kind == CLUSTER { &OF_CLUSTERS } else { &OF_BINDINGS };
    for (key, paths) in wanted {
        put(&mut body, key, paths.iter().find_map(|path| at(values, open, path)));
    }
    if kind == CLUSTER {
        // the code says whether it is on
        let run_command = at(values, open, &["run_command_enabled"]).map(|on| match on {
            Value::Bool(on) => Value::Bool(!on),
            other => other,
        });
        put(&mut body, "runCommandDisabled", run_command);
    }
    Some(Value::Object(body))
}

/// A resource in ARM's own words: its body is an object, or text of one.
fn of_azapi(language: &str, address: &str, values: &Value, open: &Value) -> Option<Value> {
    let told = values.get("type")?.as_str()?.to_lowercase();
    let kind = told.split('@').next().unwrap_or_default();
    let given = at(values, open, &["body"]).unwrap_or(Value::Null);
    let given = match given {
        Value::String(text) => serde_json::from_str(&text).unwrap_or_else(|_| unknown("a body that is no JSON")),
        // how Terraform writes down a value whose type it does not know beforehand
        Value::Object(mut wrapped) if wrapped.contains_key("type") && wrapped.contains_key("value") => {
            wrapped.remove("value").unwrap_or(Value::Null)
        }
        other => other,
    };
    let properties =
        given.get("properties").unwrap_or(if given.get("expression").is_some() { &given } else { &NOTHING });
    let mut body = Map::new();
    let scope = Scope::default();
    match kind {
        kinds::CLUSTERS => {
            begin(&mut body, "cluster", language, address);
            template::cluster_settings(&mut body, properties, &scope);
        }
        kinds::BINDINGS => {
            begin(&mut body, "binding", language, address);
            put(&mut body, "cluster", at(values, open, &["parent_id"]));
            template::binding_settings(&mut body, properties, &scope);
        }
        _ => return None,
    }
    for key in ["id", "name"] {
        put(&mut body, key, at(values, open, &[key]));
    }
    Some(Value::Object(body))
}

fn begin(body: &mut Map<String, Value>, thing: &str, language: &str, address: &str) {
    for (key, value) in [("thing", thing), ("language", language), ("address", address)] {
        body.insert(key.to_owned(), json!(value));
    }
}

fn put(body: &mut Map<String, Value>, key: &str, value: Option<Value>) {
    if let Some(value) = value {
        body.insert(key.to_owned(), value);
    }
}

/// A value, an expression where a plan does not know it yet, or nothing where the code does not say.
fn at(values: &Value, open: &Value, path: &[&str]) -> Option<Value> {
    let (mut here, mut unseen) = (values, open);
    for name in path {
        here = block(here).get(name).unwrap_or(&NOTHING);
        if *unseen != Value::Bool(true) {
            unseen = block(unseen).get(name).unwrap_or(&NOTHING);
        }
    }
    match here {
        Value::Null if *unseen == Value::Bool(true) => Some(unknown("known after apply")),
        Value::Null => None,
        value => Some(value.clone()),
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
mod tests {
    use super::*;

    fn state() -> Value {
        json!({"version": 4, "terraform_version": "1.9.5", "outputs": {"kube": {"value": "s3cr3t", "sensitive": true}}, "resources": [
            {"mode": "managed", "type": CLUSTER, "name": "main", "module": "module.aks", "instances": [{"index_key": "eu", "attributes": {
                "id": "/subscriptions/s/c", "name": "aks1", "private_cluster_enabled": false, "local_account_disabled": true,
                "run_command_enabled": true, "api_server_access_profile": [{"authorized_ip_ranges": ["203.0.113.0/28"]}],
                "azure_active_directory_role_based_access_control": [{"azure_rbac_enabled": true}],
                "kube_admin_config_raw": "s3cr3t", "service_principal": [{"client_secret": "s3cr3t"}]}}]},
            {"mode": "managed", "type": BINDING, "name": "b", "instances": [{"attributes": {"id": "/x", "name": "b1",
                "kubernetes_cluster_id": "/subscriptions/s/c", "source_resource_id": "/v", "roles": ["A/b/c"]}}]},
            {"mode": "data", "type": CLUSTER, "name": "seen", "instances": [{"attributes": {"name": "other"}}]},
            {"mode": "managed", "type": "random_password", "name": "p", "instances": [{"attributes": {"result": "s3cr3t"}}]}
        ]})
    }

    #[test]
    fn a_state_is_cut_down_to_what_is_compared() {
        assert!(is_code(&state()));
        let found = read(&state()).unwrap_or_default();
        assert_eq!(
            found,
            [
                json!({"thing": "cluster", "language": "Terraform state", "address": format!("module.aks.{CLUSTER}.main[\"eu\"]"),
                    "id": "/subscriptions/s/c", "name": "aks1", "private": false, "ranges": ["203.0.113.0/28"],
                    "localAccountsDisabled": true, "azureRbac": true, "runCommandDisabled": false}),
                json!({"thing": "binding", "language": "Terraform state", "address": format!("{BINDING}.b"), "id": "/x", "name": "b1",
                    "cluster": "/subscriptions/s/c", "source": "/v", "roles": ["A/b/c"]}),
            ]
        );
        assert!(!json!(found).to_string().contains("s3cr3t"));
    }

    #[test]
    fn a_plan_says_what_it_does_not_know_yet() {
        let address = format!("{BINDING}.b");
        let plan = json!({"format_version": "1.2", "terraform_version": "1.9.5",
            "planned_values": {"root_module": {"child_modules": [{"resources": [
                {"address": address, "mode": "managed", "type": BINDING, "name": "b", "values": {"name": "b1", "roles": ["A/b/c"]}},
                {"address": "azapi_resource.c", "mode": "managed", "type": AZAPI, "values": {"name": "aks1",
                    "type": "Microsoft.ContainerService/managedClusters@2025-10-01",
                    "body": "{\"properties\":{\"disableLocalAccounts\":true}}"}}]}]}},
            "resource_changes": [{"address": address, "change": {"after_unknown": {"id": true, "kubernetes_cluster_id": true}}}]});
        let found = read(&plan).unwrap_or_default();
        let [binding, cluster] = &found[..] else { unreachable!("{found:?}") };
        assert_eq!(
            (&binding["cluster"], &binding["language"]),
            (&unknown("known after apply"), &json!("Terraform plan"))
        );
        assert_eq!((&cluster["thing"], &cluster["localAccountsDisabled"]), (&json!("cluster"), &json!(true)));
    }

    #[test]
    fn what_cannot_be_read_as_what_it_is_says_so_and_strangers_are_no_code() {
        assert!(read(&json!({"version": 3, "terraform_version": "0.11.0", "modules": []})).is_err());
        assert!(read(&json!({"format_version": "1.0", "terraform_version": "1.9.5", "values": {}})).is_err());
        assert_eq!(read(&json!({"format_version": "1.0", "terraform_version": "1.9.5"})), Ok(vec![]));
        for stranger in [
            json!({"values": [{"version": "1.33"}]}),
            json!({"version": 4}),
            json!({"$schema": "deploymentParameters.json#"}),
        ] {
            assert!(!is_code(&stranger), "{stranger}");
        }
    }
}
