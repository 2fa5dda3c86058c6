//! What is taken out of Terraform's files, what is not, and what is known only after a plan is applied.

use super::*;

const ID: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/aks1";
const ARM_CLUSTER: &str = "Microsoft.ContainerService/managedClusters@2025-10-01";
const ARM_BINDING: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01";

fn unknown() -> Value {
    json!({ "expression": LATER })
}

fn state(kind: &str, instances: Value) -> Value {
    json!({"version": 4, "terraform_version": "1.9.5", "resources": [
        {"mode": "managed", "type": kind, "name": "x", "instances": instances}]})
}

/// One resource as a plan shows it, and what it does not know yet.
fn planned(kind: &str, values: Value, after_unknown: Value) -> Value {
    let plan = json!({"format_version": "1.2", "terraform_version": "1.9.5",
        "planned_values": {"root_module": {"child_modules": [{"resources": [
            {"address": "module.m.x", "mode": "managed", "type": kind, "name": "x", "values": values}]}]}},
        "resource_changes": [
            {"address": "module.m.x", "change": {"after_unknown": after_unknown}},
            {"address": "module.m.x", "deposed": "abcd1234", "change": {"after_unknown": {}}}]});
    one(&plan)
}

fn one(value: &Value) -> Value {
    read(value).unwrap_or_default().pop().unwrap_or_default()
}

#[test]
fn a_state_is_cut_down_to_what_is_compared() {
    let state = json!({"version": 4, "terraform_version": "1.9.5", "outputs": {"kube": {"value": "s3cr3t", "sensitive": true}}, "resources": [
        {"mode": "managed", "type": CLUSTER, "name": "main", "module": "module.aks", "instances": [{"index_key": "eu", "attributes": {
            "id": "/subscriptions/s/c", "name": "aks1", "resource_group_name": "rg", "private_cluster_enabled": false,
            "local_account_disabled": true, "run_command_enabled": true,
            "api_server_access_profile": [{"authorized_ip_ranges": ["203.0.113.0/28"]}],
            "azure_active_directory_role_based_access_control": [{"azure_rbac_enabled": true}],
            "kube_admin_config_raw": "s3cr3t", "service_principal": [{"client_secret": "s3cr3t"}]}}]},
        {"mode": "managed", "type": BINDING, "name": "b", "instances": [
            {"attributes": {"id": "/x", "name": "b1", "kubernetes_cluster_id": "/subscriptions/s/c", "source_resource_id": "/v", "roles": ["A/b/c"]}},
            {"deposed": "abcd1234", "attributes": {"id": "/old", "name": "old"}}]},
        {"mode": "data", "type": CLUSTER, "name": "seen", "instances": [{"attributes": {"name": "other"}}]},
        {"mode": "managed", "type": "random_password", "name": "p", "instances": [{"attributes": {"result": "s3cr3t"}}]}
    ]});
    assert!(is_terraform(&state));
    let found = read(&state).unwrap_or_default();
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
    let shown = json!({"format_version": "1.0", "values": {"root_module": {"resources": [
        {"address": "a", "mode": "managed", "type": BINDING, "deposed_key": "abcd1234", "values": {"id": "/old", "name": "old"}}]}}});
    assert_eq!(read(&shown), Ok(vec![]), "what was replaced is declared no longer");
}

#[test]
fn an_empty_block_says_that_there_is_none() {
    let none = (json!([]), json!(false));
    let unsaid = (Value::Null, Value::Null);
    for (about, values, expected) in [
        (
            "empty blocks",
            json!({"api_server_access_profile": [], "azure_active_directory_role_based_access_control": []}),
            none.clone(),
        ),
        (
            "no blocks",
            json!({"api_server_access_profile": null, "azure_active_directory_role_based_access_control": null}),
            none.clone(),
        ),
        (
            "blocks that say nothing",
            json!({"api_server_access_profile": [{"authorized_ip_ranges": null}],
                "azure_active_directory_role_based_access_control": [{"azure_rbac_enabled": null}]}),
            none.clone(),
        ),
        (
            "the older words",
            json!({"api_server_access_profile": [], "api_server_authorized_ip_ranges": ["1.2.3.4/32"],
                "role_based_access_control": [{"azure_active_directory": [{"azure_rbac_enabled": true}]}]}),
            (json!(["1.2.3.4/32"]), json!(true)),
        ),
        ("a provider that knows neither", json!({}), unsaid),
    ] {
        let found = one(&state(CLUSTER, json!([{ "attributes": values }])));
        let of = |key: &str| found.get(key).cloned().unwrap_or_default();
        assert_eq!((of("ranges"), of("azureRbac")), expected, "{about}");
        let open = json!({"api_server_access_profile": true, "azure_active_directory_role_based_access_control": true});
        let later = planned(CLUSTER, json!({}), open);
        assert_eq!((&later["ranges"], &later["azureRbac"]), (&unknown(), &unknown()));
    }
}

#[test]
fn a_plan_says_what_it_does_not_know_yet() {
    for (kind, values, open, key, expected) in [
        (BINDING, json!({"name": "b1"}), json!({"id": true, "kubernetes_cluster_id": true}), "cluster", unknown()),
        (
            CLUSTER,
            json!({"name": "aks1", "resource_group_name": "rg-new"}),
            json!({"id": true}),
            "group",
            json!("rg-new"),
        ),
        (CLUSTER, json!({"name": "aks1"}), json!({"id": true, "resource_group_name": true}), "group", unknown()),
        (CLUSTER, json!({"name": "aks1"}), json!({"id": true}), "group", unknown()),
        (CLUSTER, json!({"id": ID, "name": "aks1"}), json!({}), "group", Value::Null),
        (
            CLUSTER,
            json!({"api_server_access_profile": [{"authorized_ip_ranges": ["1.2.3.4/32"]}]}),
            json!({"api_server_access_profile": [{"authorized_ip_ranges": [false, true]}]}),
            "ranges",
            unknown(),
        ),
        (
            CLUSTER,
            json!({"run_command_enabled": "s3cr3t"}),
            json!({}),
            "runCommandDisabled",
            json!({"unreadable": "expected true or false, found text"}),
        ),
        (
            CLUSTER,
            json!({"private_cluster_enabled": ["s3cr3t"]}),
            json!({}),
            "private",
            json!({"unreadable": "expected true or false, found a list"}),
        ),
    ] {
        let found = planned(kind, values.clone(), open.clone());
        assert_eq!(found.get(key).cloned().unwrap_or_default(), expected, "{key} of {values} without {open}");
        assert!(!found.to_string().contains("s3cr3t"));
    }
}

#[test]
fn a_plan_says_what_it_would_make_delete_and_make_again() {
    let plan = |mode: &str, kind: &str, actions: &Value| {
        let change = json!({"actions": actions, "before": {"id": ID, "name": "was"}, "after_unknown": {"id": true}});
        // what is only deleted is not planned any more
        let there = actions.as_array().is_some_and(|actions| actions.last() != Some(&json!("delete")))
            || actions == &json!(["create", "delete"]);
        let values = json!({"name": "new", "type": ARM_BINDING});
        let resources: Vec<Value> =
            Vec::from_iter(there.then(|| json!({"address": "x", "mode": mode, "type": kind, "values": values})));
        let mut before = change.clone();
        before["before"]["type"] = json!(ARM_BINDING);
        one(&json!({"format_version": "1.2", "planned_values": {"root_module": {"resources": resources}},
            "resource_changes": [{"address": "x", "mode": mode, "type": kind, "change": before},
                {"address": "x", "mode": mode, "type": kind, "deposed": "a", "change": {"actions": ["delete"]}}]}))
    };
    for (mode, kind, actions, expected) in [
        ("managed", BINDING, json!(["create"]), [json!("create"), json!("new"), Value::Null]),
        ("managed", BINDING, json!(["delete"]), [json!("delete"), json!("was"), json!(ID)]),
        ("managed", BINDING, json!(["delete", "create"]), [json!("replace"), json!("new"), Value::Null]),
        ("managed", BINDING, json!(["no-op"]), [Value::Null, json!("new"), Value::Null]),
        ("managed", BINDING, json!(["update"]), [Value::Null, json!("new"), Value::Null]),
        ("managed", CLUSTER, json!(["create"]), [json!("create"), json!("new"), Value::Null]),
        ("managed", CLUSTER, json!(["delete"]), [json!("delete"), json!("was"), json!(ID)]),
        ("managed", CLUSTER, json!(["delete", "create"]), [json!("replace"), json!("new"), json!(ID)]),
        ("managed", CLUSTER, json!(["create", "delete"]), [json!("replace"), json!("new"), json!(ID)]),
        ("managed", AZAPI[0], json!(["create"]), [json!("create"), json!("new"), Value::Null]),
        ("managed", AZAPI[1], json!(["create"]), [Value::Null, json!("new"), Value::Null]),
        ("managed", AZAPI[1], json!(["delete"]), [Value::Null, Value::Null, Value::Null]),
        ("data", CLUSTER, json!(["read"]), [Value::Null, Value::Null, Value::Null]),
        ("data", CLUSTER, json!(["delete"]), [Value::Null, Value::Null, Value::Null]),
    ] {
        let found = plan(mode, kind, &actions);
        let told = ["planned", "name", "id"].map(|key| found.get(key).cloned().unwrap_or_default());
        assert_eq!(told, expected, "{mode} {kind} {actions}");
    }
}

#[test]
fn a_resource_in_arm_s_own_words_is_read_in_each_form_it_has() {
    let group = "/subscriptions/s/resourceGroups/rg";
    let local = json!({"properties": {"disableLocalAccounts": true}});
    for (about, kind, values, open, expected) in [
        (
            "text",
            AZAPI[0],
            json!({"type": ARM_CLUSTER, "id": ID, "body": local.to_string()}),
            json!({}),
            (json!(ID), json!(true)),
        ),
        (
            "wrapped",
            AZAPI[0],
            json!({"type": ARM_CLUSTER, "id": ID, "body": {"type": "object", "value": local}}),
            json!({}),
            (json!(ID), json!(true)),
        ),
        (
            "an update",
            AZAPI[1],
            json!({"type": ARM_CLUSTER, "resource_id": ID, "body": local}),
            json!({"id": true}),
            (json!(ID), json!(true)),
        ),
        (
            "not made yet",
            AZAPI[0],
            json!({"type": ARM_CLUSTER, "parent_id": group, "name": "aks1", "body": local}),
            json!({"id": true, "body": {"properties": {"disableLocalAccounts": true}}}),
            (json!(ID), unknown()),
        ),
        (
            "nowhere yet",
            AZAPI[0],
            json!({"type": ARM_CLUSTER, "name": "aks1"}),
            json!({"id": true, "parent_id": true, "body": true}),
            (Value::Null, unknown()),
        ),
        (
            "no JSON",
            AZAPI[0],
            json!({"type": ARM_CLUSTER, "id": ID, "body": "{s3cr3t"}),
            json!({}),
            (json!(ID), json!({"unreadable": "the body of this resource is no JSON"})),
        ),
        (
            "no object",
            AZAPI[0],
            json!({"type": ARM_CLUSTER, "id": ID, "body": {"properties": "s3cr3t"}}),
            json!({}),
            (json!(ID), json!({"unreadable": "expected a block, found text"})),
        ),
    ] {
        let found = planned(kind, values, open);
        let of = |key: &str| found.get(key).cloned().unwrap_or_default();
        assert_eq!((of("id"), of("localAccountsDisabled")), expected, "{about}");
        assert_eq!(of("name"), "aks1", "{about}");
        assert!(!found.to_string().contains("s3cr3t"), "{about}");
    }
    let binding = planned(
        AZAPI[0],
        json!({"type": ARM_BINDING, "parent_id": ID, "name": "b1", "body": {"properties": {"roles": ["A/b/c"]}}}),
        json!({"id": true}),
    );
    assert_eq!((&binding["cluster"], &binding["roles"]), (&json!(ID), &json!(["A/b/c"])));
    assert_eq!(binding["id"], format!("{ID}/trustedAccessRoleBindings/b1"));
}

#[test]
fn what_cannot_be_read_says_so_and_a_state_may_be_empty() {
    assert!(read(&json!({"version": 3, "terraform_version": "0.11.0", "modules": []})).is_err());
    assert!(read(&json!({"format_version": "1.0", "terraform_version": "1.9.5", "values": {}})).is_err());
    assert_eq!(read(&json!({"format_version": "1.0", "terraform_version": "1.9.5"})), Ok(vec![]));
}
