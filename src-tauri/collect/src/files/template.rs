//! ARM templates, and what Bicep compiles to: the clusters and bindings they declare, also in templates inside them.

use super::expression::{Part, Scope, is_unknown, joined, unknown};
use super::kinds;
use super::shapes::text;
use quay_model::{Reading, child, lookup};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

static NOTHING: Value = Value::Null;

const LANGUAGE: &str = "ARM template";
const DEPLOYMENTS: &str = "microsoft.resources/deployments";

/// Templates in templates deeper than this are not followed.
const DEEPEST: u8 = 16;

/// Where the settings stand that code is compared by, and what they are called in a declaration.
const OF_CLUSTERS: [(&str, &[&str]); 5] = [
    ("private", &["apiServerAccessProfile", "enablePrivateCluster"]),
    ("ranges", &["apiServerAccessProfile", "authorizedIPRanges"]),
    ("localAccountsDisabled", &["disableLocalAccounts"]),
    ("runCommandDisabled", &["apiServerAccessProfile", "disableRunCommand"]),
    ("azureRbac", &["aadProfile", "enableAzureRBAC"]),
];
const OF_BINDINGS: [(&str, &[&str]); 2] = [("source", &["sourceResourceId"]), ("roles", &["roles"])];

pub(super) fn read(template: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let scope = Scope::of(template, &BTreeMap::new());
    resources(template, &Place { scope: &scope, parent: None, path: String::new(), depth: 0 }, &mut found);
    found
}

/// Settings of a cluster in ARM's words; `properties` may be an expression itself, or hold some.
pub(super) fn cluster_settings(into: &mut Map<String, Value>, properties: &Value, scope: &Scope) {
    settings(into, &OF_CLUSTERS, properties, scope);
}

pub(super) fn binding_settings(into: &mut Map<String, Value>, properties: &Value, scope: &Scope) {
    settings(into, &OF_BINDINGS, properties, scope);
}

fn settings(into: &mut Map<String, Value>, wanted: &[(&str, &[&str])], properties: &Value, scope: &Scope) {
    for (key, path) in wanted {
        if let Some(value) = setting(properties, path, scope) {
            into.insert((*key).to_owned(), value);
        }
    }
}

/// `None` where the code does not say.
fn setting(properties: &Value, path: &[&str], scope: &Scope) -> Option<Value> {
    let mut at = scope.solve(properties);
    for name in path {
        if is_unknown(&at) {
            return Some(at);
        }
        let inner = match child(&at, name) {
            Reading::Value(inner) => scope.solve(inner),
            Reading::Absent => return None,
            Reading::Unreadable(why) => unknown(&why),
        };
        at = inner;
    }
    Some(at)
}

/// Where in a file a list of resources stands.
struct Place<'a> {
    scope: &'a Scope,
    /// The type and the name of the resource around it.
    parent: Option<(String, Vec<Part>)>,
    /// The deployments around it, each with a slash behind.
    path: String,
    depth: u8,
}

/// The resources of a template or of a resource: a list, or, where they have symbolic names, an object.
fn resources(holder: &Value, place: &Place<'_>, found: &mut Vec<Value>) {
    if place.depth > DEEPEST {
        return;
    }
    match child(holder, "resources") {
        Reading::Value(Value::Array(items)) => items.iter().for_each(|item| resource(item, None, place, found)),
        Reading::Value(Value::Object(named)) => {
            named.iter().for_each(|(symbol, item)| resource(item, Some(symbol), place, found));
        }
        Reading::Value(_) | Reading::Absent | Reading::Unreadable(_) => {}
    }
}

fn resource(body: &Value, symbol: Option<&String>, place: &Place<'_>, found: &mut Vec<Value>) {
    let scope = place.scope;
    let refers = matches!(child(body, "existing"), Reading::Value(Value::Bool(true)));
    let never = child(body, "condition").value().is_some_and(|when| scope.solve(when) == Value::Bool(false));
    let told = text(body, "type").unwrap_or_default();
    let name = child(body, "name").value().map_or_else(Vec::new, |name| scope.parts(name));
    // inside its parent a child is called by the last part of its type, and of its name
    let inside = place.parent.as_ref().filter(|_| !told.contains('/'));
    let (kind, name) = match inside {
        Some((of, around)) => {
            let whole = around.iter().cloned().chain([Part::Text("/".to_owned())]).chain(name);
            (format!("{of}/{}", told.to_lowercase()), whole.collect())
        }
        None => (told.to_lowercase(), name),
    };
    if refers || never {
        return;
    }
    let shown = match joined(&name) {
        Value::String(name) => name,
        other => other.get("expression").and_then(Value::as_str).unwrap_or_default().to_owned(),
    };
    let address = format!("{}{}", place.path, symbol.cloned().unwrap_or_else(|| format!("{told}/{shown}")));
    let declared = |thing: &str| -> Map<String, Value> {
        [("thing", thing), ("language", LANGUAGE), ("address", address.as_str())]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), json!(value)))
            .collect()
    };
    let properties = child(body, "properties").value().copied().unwrap_or(&NOTHING);
    match kind.as_str() {
        kinds::CLUSTERS => {
            let mut cluster = declared("cluster");
            cluster.insert("name".to_owned(), joined(&name));
            cluster_settings(&mut cluster, properties, scope);
            found.push(Value::Object(cluster));
        }
        kinds::BINDINGS => {
            let (cluster, own) = split(&name);
            let mut binding = declared("binding");
            binding.insert("name".to_owned(), joined(&own));
            binding.insert("cluster".to_owned(), joined(&cluster));
            binding_settings(&mut binding, properties, scope);
            found.push(Value::Object(binding));
        }
        DEPLOYMENTS => {
            nested(properties, place, format!("{address}/"), found);
            return;
        }
        _ => {}
    }
    let path = place.path.clone();
    resources(body, &Place { scope, parent: Some((kind, name)), path, depth: place.depth + 1 }, found);
}

/// A template inside a deployment. Its names are its own (Bicep's modules) or those around it, as it says itself.
fn nested(properties: &Value, place: &Place<'_>, path: String, found: &mut Vec<Value>) {
    let Reading::Value(template) = child(properties, "template") else { return };
    let told = text(properties, "expressionEvaluationOptions.scope").unwrap_or_default();
    let depth = place.depth + 1;
    if !told.eq_ignore_ascii_case("inner") {
        resources(template, &Place { scope: place.scope, parent: None, path, depth }, found);
        return;
    }
    let mut given = BTreeMap::new();
    if let Reading::Value(Value::Object(parameters)) = lookup(properties, "parameters") {
        for (name, parameter) in parameters {
            if let Reading::Value(value) = child(parameter, "value") {
                let value = place.scope.solve(value);
                if !is_unknown(&value) {
                    given.insert(name.to_lowercase(), value);
                }
            }
        }
    }
    let scope = Scope::of(template, &given);
    resources(template, &Place { scope: &scope, parent: None, path, depth }, found);
}

/// What stands before the last slash of a name, and what behind it.
fn split(name: &[Part]) -> (Vec<Part>, Vec<Part>) {
    for (index, part) in name.iter().enumerate().rev() {
        if let Part::Text(text) = part
            && let Some((before, behind)) = text.rsplit_once('/')
        {
            let piece = |text: &str| (!text.is_empty()).then(|| Part::Text(text.to_owned()));
            let above = name.iter().take(index).cloned().chain(piece(before)).collect();
            let own = piece(behind).into_iter().chain(name.iter().skip(index + 1).cloned()).collect();
            return (above, own);
        }
    }
    (Vec::new(), name.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_template_is_cut_down_to_clusters_and_bindings() {
        let template = json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "parameters": {"name": {"type": "string", "defaultValue": "aks1"}, "other": {"type": "string"},
                "private": {"type": "bool", "defaultValue": true}},
            "resources": [
                {"type": "Microsoft.ContainerService/managedClusters", "name": "[parameters('name')]", "properties": {
                    "apiServerAccessProfile": {"enablePrivateCluster": "[parameters('private')]", "disableRunCommand": "[parameters('rc')]"},
                    "servicePrincipalProfile": {"secret": "s3cr3t"}},
                    "resources": [{"type": "trustedAccessRoleBindings", "name": "inside", "properties": {"roles": ["A/b/c"]}}]},
                {"type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
                    "name": "[concat(parameters('other'), '/b1')]",
                    "properties": {"sourceResourceId": "[resourceId('A/b', 'v')]", "roles": ["A/b/c"]}},
                {"type": "Microsoft.Storage/storageAccounts", "name": "x"}
            ]
        });
        let found = read(&template);
        let [cluster, inside, binding] = &found[..] else { unreachable!("{found:?}") };
        assert_eq!((&cluster["name"], &cluster["private"]), (&json!("aks1"), &json!(true)));
        assert_eq!(cluster["runCommandDisabled"], unknown("parameters('rc')"));
        assert_eq!((cluster.get("ranges"), cluster.get("azureRbac")), (None, None), "the code does not say");
        assert_eq!((&inside["name"], &inside["cluster"]), (&json!("inside"), &json!("aks1")));
        assert_eq!((&binding["name"], &binding["cluster"]), (&json!("b1"), &unknown("parameters('other')")));
        assert_eq!((&binding["source"], &binding["roles"]), (&unknown("resourceId('A/b', 'v')"), &json!(["A/b/c"])));
        assert!(!json!(found).to_string().contains("s3cr3t"));
    }

    #[test]
    fn symbolic_names_and_modules_are_followed() {
        let inner = json!({"parameters": {"cluster": {"type": "string"}}, "resources": {
            "aks": {"existing": true, "type": "Microsoft.ContainerService/managedClusters", "name": "[parameters('cluster')]"},
            "binding": {"type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
                "name": "[format('{0}/{1}', parameters('cluster'), 'b1')]", "properties": {"roles": "[parameters('roles')]"}}}});
        let template = json!({"parameters": {}, "resources": {"module": {"type": "Microsoft.Resources/deployments", "name": "m",
            "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"cluster": {"value": "aks1"}}, "template": inner}}}});
        let found = read(&template);
        let [binding] = &found[..] else { unreachable!("{found:?}") };
        assert_eq!(binding["address"], "module/binding");
        assert_eq!((&binding["cluster"], &binding["name"]), (&json!("aks1"), &json!("b1")));
        assert_eq!(binding["roles"], unknown("parameters('roles')"));
    }
}
