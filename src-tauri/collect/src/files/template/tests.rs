//! What is taken out of templates, and of templates inside them: where it stands, whether it is made, what stays unknown.

use super::*;
use serde_json::json;

const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";
const BINDING: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings";

fn unknown(names: &str) -> Value {
    json!({ "expression": names })
}

#[test]
fn a_template_is_cut_down_to_clusters_and_bindings() {
    let template = json!({
        "parameters": {"name": {"type": "string", "defaultValue": "aks1"}, "other": {"type": "string"}},
        "variables": {"private": true},
        "resources": [
            {"type": CLUSTER, "name": "[parameters('name')]", "properties": {
                "apiServerAccessProfile": {"enablePrivateCluster": "[variables('private')]", "disableRunCommand": "[parameters('rc')]",
                    "copy": [{"name": "authorizedIPRanges", "count": 2, "input": "s3cr3t"}]},
                "servicePrincipalProfile": {"secret": "s3cr3t"}, "disableLocalAccounts": "s3cr3t"},
                "resources": [{"type": "trustedAccessRoleBindings", "name": "inside", "properties": {"roles": ["A/b/c"]}}]},
            {"type": BINDING, "name": "[concat(parameters('other'), '/b1')]",
                "properties": {"sourceResourceId": "[resourceId('s3cr3t', 'v')]", "roles": ["A/b/c"]}},
            {"type": BINDING, "name": {"expression": "s3cr3t"}, "properties": "[json('s3cr3t')]"},
            {"type": "Microsoft.Storage/storageAccounts", "name": "x"}
        ]
    });
    let found = read(&template);
    let [cluster, inside, binding, stranger] = &found[..] else { unreachable!("{found:?}") };
    let default = json!({"value": "aks1", "defaultOf": "name"});
    assert_eq!((&cluster["name"], &cluster["private"]), (&default, &json!(true)));
    assert_eq!((&cluster["runCommandDisabled"], &cluster["ranges"]), (&unknown("parameters('rc')"), &unknown("copy")));
    assert_eq!(cluster["localAccountsDisabled"], json!({"unreadable": "expected true or false, found text"}));
    assert_eq!((cluster.get("azureRbac"), cluster.get("condition")), (None, None), "the code does not say");
    assert_eq!(inside["cluster"], default);
    assert_eq!((&binding["name"], &binding["cluster"]), (&json!("b1"), &unknown("parameters('other')")));
    assert_eq!((&binding["source"], &binding["roles"]), (&unknown("resourceId(…, …)"), &json!(["A/b/c"])));
    assert_eq!((&stranger["name"], &stranger["roles"]), (&unknown("…"), &unknown("json(…)")));
    assert!(!json!(found).to_string().contains("s3cr3t"), "{}", json!(found));
}

#[test]
fn symbolic_names_and_modules_are_followed() {
    let inner = json!({"parameters": {"cluster": {"type": "string", "defaultValue": "own"}}, "resources": {
        "aks": {"existing": true, "type": CLUSTER, "name": "[parameters('cluster')]"},
        "binding": {"type": BINDING, "name": "[format('{0}/{1}', parameters('cluster'), 'b1')]",
            "properties": {"roles": "[parameters('roles')]"}}}});
    let of = |given: Value| {
        let template = json!({"parameters": {"open": {"type": "string"}}, "resources": {"module": {"type": DEPLOYMENTS, "name": "m",
            "properties": {"expressionEvaluationOptions": {"scope": "inner"}, "parameters": {"cluster": given}, "template": inner}}}});
        let found = read(&template);
        let [binding] = &found[..] else { unreachable!("{found:?}") };
        assert_eq!((&binding["address"], &binding["name"]), (&json!("module/binding"), &json!("b1")));
        assert_eq!(binding["roles"], unknown("parameters('roles')"));
        binding["cluster"].clone()
    };
    assert_eq!(of(json!({"value": "aks1"})), json!("aks1"));
    assert_eq!(of(json!({"value": "[parameters('open')]"})), unknown("parameters('open')"));
    assert_eq!(of(json!({"reference": {"secretName": "n"}})), unknown("parameters('cluster')"));
}

#[test]
fn a_deployment_says_in_which_group_and_subscription_it_deploys() {
    let rg = json!({"value": "rg", "defaultOf": "g"});
    let none = Value::Null;
    for (outer, inner, group, subscription) in [
        (json!({}), json!({}), none.clone(), none.clone()),
        (json!({"resourceGroup": "rg-dev"}), json!({}), json!("rg-dev"), none.clone()),
        (json!({"resourceGroup": "rg-dev", "subscriptionId": "s2"}), json!({}), json!("rg-dev"), json!("s2")),
        (json!({"resourceGroup": "rg-dev"}), json!({"resourceGroup": "rg-in"}), json!("rg-in"), none.clone()),
        (json!({"subscriptionId": "s2"}), json!({"resourceGroup": "rg-in"}), json!("rg-in"), json!("s2")),
        (json!({"resourceGroup": "rg-dev"}), json!({"subscriptionId": "s2"}), none.clone(), json!("s2")),
        (json!({"resourceGroup": "[parameters('g')]"}), json!({}), rg, none.clone()),
        (json!({"resourceGroup": "[parameters('open')]"}), json!({}), unknown("parameters('open')"), none.clone()),
        (
            json!({"resourceGroup": "[resourceGroup().name]", "subscriptionId": "[subscription().subscriptionId]"}),
            json!({}),
            none.clone(),
            none.clone(),
        ),
        (
            json!({"resourceGroup": "rg-dev"}),
            json!({"resourceGroup": "[resourceGroup().name]"}),
            unknown("resourceGroup()"),
            none.clone(),
        ),
    ] {
        let deployment = |of: &Value, name: &str, resource: Value| {
            let mut whole = json!({"type": DEPLOYMENTS, "name": name, "properties": {
                "expressionEvaluationOptions": {"scope": "inner"}, "template": {"resources": [resource]}}});
            whole
                .as_object_mut()
                .into_iter()
                .for_each(|whole| whole.extend(of.as_object().cloned().unwrap_or_default()));
            whole
        };
        for thing in [json!({"type": CLUSTER, "name": "c"}), json!({"type": BINDING, "name": "c/b"})] {
            let resources = [deployment(&outer, "o", deployment(&inner, "i", thing))];
            let parameters = json!({"g": {"type": "string", "defaultValue": "rg"}, "open": {"type": "string"}});
            let found = read(&json!({"parameters": parameters, "resources": resources}));
            let [one] = &found[..] else { unreachable!("{found:?}") };
            let of = |key: &str| one.get(key).cloned().unwrap_or_default();
            assert_eq!((of("group"), of("subscription")), (group.clone(), subscription.clone()), "{outer} {inner}");
        }
    }
}

#[test]
fn the_end_of_an_id_is_kept_where_the_words_are_the_template_s_own() {
    let end = json!("/providers/A.B/c/v");
    let elsewhere = json!({"unreadable": "it is the id of something where another template is deployed"});
    let (own, given) = ("[resourceId('A.B/c', 'v')]", "[parameters('source')]");
    for (group, scope, source, expected) in [
        (Value::Null, "inner", own, &end),
        (Value::Null, "inner", given, &end),
        (Value::Null, "outer", own, &end),
        (json!("rg"), "inner", own, &end),
        (json!("rg"), "inner", given, &elsewhere),
        (json!("rg"), "outer", own, &elsewhere),
        (
            json!("rg"),
            "outer",
            "[resourceId('s', 'g', 'A.B/c', 'v')]",
            &json!("/subscriptions/s/resourceGroups/g/providers/A.B/c/v"),
        ),
    ] {
        let binding = json!({"type": BINDING, "name": "c/b", "properties": {"sourceResourceId": source}});
        let inner = json!({"parameters": {"source": {"type": "string"}}, "resources": [binding]});
        let module = json!({"type": DEPLOYMENTS, "name": "m", "resourceGroup": group, "properties": {"template": inner,
            "parameters": {"source": {"value": own}}, "expressionEvaluationOptions": {"scope": scope}}});
        let found = read(&json!({"resources": [module]}));
        let told: Vec<&Value> = found.iter().map(|one| &one["source"]).collect();
        assert_eq!(told, [expected], "{group} {scope} {source}");
    }
}

#[test]
fn what_may_not_be_made_says_so() {
    let on = json!({"value": true, "defaultOf": "on"});
    let off = json!({"value": false, "defaultOf": "off"});
    for (around, own, expected) in [
        (Value::Null, json!(true), Some(Value::Null)),
        (Value::Null, json!("[false()]"), None),
        (json!(false), json!("[parameters('open')]"), None),
        (Value::Null, json!("[not(true())]"), None),
        (Value::Null, json!("[parameters('open')]"), Some(unknown("parameters('open')"))),
        (Value::Null, json!("[parameters('on')]"), Some(on.clone())),
        (json!("[parameters('off')]"), Value::Null, Some(off.clone())),
        (json!("[parameters('off')]"), json!("[parameters('on')]"), Some(off)),
        (json!("[parameters('on')]"), json!("[parameters('open')]"), Some(unknown("parameters('open')"))),
        (json!("[parameters('on')]"), json!(true), Some(on)),
        (Value::Null, json!(7), Some(json!({"unreadable": "expected true or false, found a number"}))),
    ] {
        let inner = json!({"resources": [{"type": CLUSTER, "name": "c", "condition": own}]});
        let template = json!({"parameters": {"open": {"type": "bool"}, "on": {"type": "bool", "defaultValue": true},
            "off": {"type": "bool", "defaultValue": false}}, "resources": [
            {"type": DEPLOYMENTS, "name": "m", "condition": around, "properties": {"template": inner}}]});
        let found: Vec<Value> = read(&template).into_iter().map(|one| one["condition"].clone()).collect();
        assert_eq!(found, Vec::from_iter(expected), "{around} {own}");
    }
}

#[test]
fn a_loop_that_makes_nothing_declares_nothing() {
    let on = json!({"value": true, "defaultOf": "two"});
    let off = json!({"value": false, "defaultOf": "none"});
    let unread = json!({"unreadable": "how often the loop makes it cannot be read"});
    for (condition, count, expected) in [
        (Value::Null, json!(2), Some(Value::Null)),
        (Value::Null, json!(0), None),
        (Value::Null, json!("[length(range(0, 0))]"), None),
        (Value::Null, json!("[if(false(), 1, 0)]"), None),
        (json!(false), json!(2), None),
        (Value::Null, json!("[parameters('two')]"), Some(on.clone())),
        (Value::Null, json!("[length(parameters('none'))]"), Some(off.clone())),
        (Value::Null, json!("[parameters('open')]"), Some(unknown("parameters('open')"))),
        (json!("[parameters('open')]"), json!("[parameters('two')]"), Some(unknown("parameters('open')"))),
        (json!("[parameters('on')]"), json!("[length(parameters('none'))]"), Some(off)),
        (Value::Null, json!("many"), Some(unread.clone())),
        (Value::Null, Value::Null, Some(unread)),
    ] {
        let parameters = json!({"open": {"type": "int"}, "two": {"type": "int", "defaultValue": 2},
            "none": {"type": "array", "defaultValue": []}, "on": {"type": "bool", "defaultValue": true}});
        let copy = json!({"name": "loop", "count": count});
        let inner = json!({"type": BINDING, "name": "c/b"});
        let mut here = inner.clone();
        (here["copy"], here["condition"]) = (copy.clone(), condition.clone());
        let module = json!({"type": DEPLOYMENTS, "name": "m", "copy": copy, "condition": condition,
            "properties": {"template": {"resources": [inner]}}});
        for resource in [here, module] {
            let found = read(&json!({"parameters": parameters, "resources": [resource]}));
            let told: Vec<Value> = found.iter().map(|one| one.get("condition").cloned().unwrap_or_default()).collect();
            assert_eq!(told, Vec::from_iter(expected.clone()), "{resource}");
        }
    }
}

#[test]
fn a_template_that_stands_elsewhere_is_told_beside_what_stands_here() {
    let link =
        json!({"type": DEPLOYMENTS, "name": "m", "properties": {"templateLink": {"uri": "https://x?sig=s3cr3t"}}});
    let cluster = json!({"type": CLUSTER, "name": "aks1"});
    let found = read(&json!({"resources": [cluster, link]}));
    let things: Vec<&Value> = found.iter().map(|one| &one["thing"]).collect();
    assert_eq!(things, ["cluster", "linked"]);
    assert!(!json!(found).to_string().contains("s3cr3t"));
    assert_eq!(read(&json!({"resources": [link]})), Vec::<Value>::new(), "it says nothing about any cluster");
}
