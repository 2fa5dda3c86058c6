//! Role evaluation against an independent one: 78 built-in roles, every action that was evaluated there.

use crate::fleets::shared;
use quay_model::Permissions;
use serde_json::Value;

#[test]
fn all_recorded_roles_grant_what_they_were_found_to_grant() {
    let Some(path) = shared("domain/data/aks-builtin-roles.json") else { return };
    let text = std::fs::read_to_string(path).expect("readable");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let actions = file["actionsEvaluated"].as_object().expect("actions");
    let roles = file["roles"].as_array().expect("roles");
    let mut compared = 0;
    for role in roles {
        let permissions = Permissions::of_blocks(&role["permissions"]).expect("permissions");
        let grants: Vec<&str> = role["grants"].as_array().expect("grants").iter().filter_map(Value::as_str).collect();
        for (name, action) in actions {
            let action = action.as_str().expect("an action");
            // what is done to Kubernetes objects is a data action
            let allowed =
                if name.starts_with("k8s") { permissions.allow_data(action) } else { permissions.allow(action) };
            assert_eq!(allowed, grants.contains(&name.as_str()), "{}: {name}", role["roleName"]);
            compared += 1;
        }
    }
    println!("role evaluation: {} roles × {} actions = {compared} agree", roles.len(), actions.len());
    assert_eq!((roles.len(), actions.len()), (78, 23));
}
