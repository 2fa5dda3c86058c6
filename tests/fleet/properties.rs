//! What must hold for any fleet: spelling does not matter, damage stays where it is, more access is never better.

use crate::fleets::{audit_bodies, cluster, cluster_id, outcome};
use proptest::prelude::*;
use quay_model::{Outcome, Verdict};
use quay_pipeline::Audited;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

fn rich_cluster(name: &str) -> Value {
    cluster(
        name,
        json!({
            "provisioningState": "Succeeded", "powerState": {"code": "Running"}, "kubernetesVersion": "1.33.4",
            "fqdn": format!("{name}.hcp.westeurope.azmk8s.io"), "enableRBAC": true, "disableLocalAccounts": true,
            "publicNetworkAccess": "Enabled",
            "apiServerAccessProfile": {"enablePrivateCluster": false, "authorizedIPRanges": ["203.0.113.0/28", "2001:db8::/56"], "disableRunCommand": true},
            "aadProfile": {"managed": true, "enableAzureRBAC": true, "adminGroupObjectIDs": ["g1"]},
            "servicePrincipalProfile": {"clientId": "msi"},
            "oidcIssuerProfile": {"enabled": true},
            "securityProfile": {"workloadIdentity": {"enabled": true}, "azureKeyVaultKms": {"enabled": true}},
            "autoUpgradeProfile": {"upgradeChannel": "patch", "nodeOSUpgradeChannel": "SecurityPatch"},
            "addonProfiles": {"azurepolicy": {"enabled": true, "config": null}},
            "networkProfile": {"networkPolicy": "cilium"}
        }),
    )
}

fn binding(cluster: &str) -> Value {
    json!({"id": format!("{}/trustedAccessRoleBindings/b1", cluster_id(cluster)), "name": "b1",
        "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
        "properties": {"provisioningState": "Succeeded", "roles": ["Microsoft.DataProtection/backupVaults/backup-operator"],
            "sourceResourceId": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v"}})
}

/// Everything but the evidence, which quotes the spelling it saw.
fn outcomes(audited: &Audited) -> BTreeMap<(String, String), Outcome> {
    let of = |v: &Verdict| ((v.rule.to_string(), v.resource_id.to_lowercase()), v.verdict);
    audited.audit.verdicts.iter().map(of).collect()
}

/// Every path to a value below an object.
fn paths(value: &Value, at: &str, found: &mut Vec<String>) {
    if let Value::Object(object) = value {
        for (key, inner) in object {
            let path = format!("{at}/{key}");
            paths(inner, &path, found);
            found.push(path);
        }
    }
}

fn respell(value: &Value, choose: &mut impl FnMut() -> u8) -> Value {
    match value {
        Value::Object(object) => {
            let mut entries: Vec<(String, Value)> = object
                .iter()
                .map(|(key, inner)| {
                    let key = match choose() % 3 {
                        0 => key.clone(),
                        1 => key.to_uppercase(),
                        _ => key.to_lowercase(),
                    };
                    (key, respell(inner, choose))
                })
                .collect();
            if choose().is_multiple_of(2) {
                entries.reverse();
            }
            // null and absent are one
            if choose().is_multiple_of(2) {
                entries.push(("somethingNewer".to_owned(), Value::Null));
            }
            Value::Object(entries.into_iter().collect::<Map<_, _>>())
        }
        Value::Bool(flag) if choose().is_multiple_of(2) => json!(if *flag { "True" } else { "False" }),
        Value::Array(items) => Value::Array(items.iter().map(|item| respell(item, choose)).collect()),
        other => other.clone(),
    }
}

/// Tag keys are names people gave: their case is compared loosely by the rules, but they stay theirs.
fn fleet() -> Vec<Value> {
    let mut second = rich_cluster("second");
    second["properties"]["apiServerAccessProfile"] = Value::Null;
    vec![rich_cluster("first"), second, binding("first")]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn spelling_order_and_null_never_change_a_verdict(choices in proptest::collection::vec(any::<u8>(), 64)) {
        let mut turn = 0usize;
        let mut choose = || { turn += 1; choices[turn % choices.len()].wrapping_add(u8::try_from(turn % 251).unwrap_or(0)) };
        let original = fleet();
        let respelt: Vec<Value> = original.iter().map(|body| respell(body, &mut choose)).collect();
        prop_assert_eq!(outcomes(&audit_bodies(&original)), outcomes(&audit_bodies(&respelt)));
    }

    #[test]
    fn widening_a_range_never_improves_a_verdict(
        addresses in proptest::collection::vec((any::<u32>(), 8u8..=32), 1..4),
        which in any::<prop::sample::Index>(),
        by in 1u8..=32,
    ) {
        let text = |list: &[(u32, u8)]| list.iter().map(|(a, p)| json!(format!("{}/{p}", std::net::Ipv4Addr::from(*a)))).collect::<Vec<_>>();
        let mut wider = addresses.clone();
        let entry = &mut wider[which.index(addresses.len())];
        entry.1 = entry.1.saturating_sub(by);
        let audited = |list: &[(u32, u8)]| audit_bodies(&[cluster("c", json!({"provisioningState": "Succeeded", "apiServerAccessProfile": {"authorizedIPRanges": text(list)}}))]);
        let (before, after) = (audited(&addresses), audited(&wider));
        for rule in ["EXP-01", "EXP-02", "EXP-04", "EXP-07"] {
            let improved = outcome(&before, rule, "c") == Outcome::Fail && outcome(&after, rule, "c") != Outcome::Fail;
            prop_assert!(!improved, "{} improved: {:?} to {:?}", rule, addresses, wider);
        }
        // a broad list that becomes an open one moves from EXP-03 to EXP-01
        let bad = |a: &Audited| outcome(a, "EXP-03", "c") == Outcome::Fail || outcome(a, "EXP-01", "c") == Outcome::Fail;
        prop_assert!(!bad(&before) || bad(&after), "{addresses:?} to {wider:?}");
    }
}

#[test]
fn removing_or_damaging_any_field_stays_where_it_is() {
    let untouched = outcomes(&audit_bodies(&fleet()));
    let of_second = |all: &BTreeMap<(String, String), Outcome>| -> BTreeMap<_, _> {
        all.iter().filter(|((_, id), _)| id.contains("/managedclusters/second")).map(|(k, v)| (k.clone(), *v)).collect()
    };
    let mut all_paths = Vec::new();
    paths(&rich_cluster("first"), "", &mut all_paths);
    assert!(all_paths.len() > 40);
    let damages = [
        None,
        Some(json!("damaged")),
        Some(json!(12345)),
        Some(json!([])),
        Some(json!({})),
        Some(json!([{"a": [null]}])),
        Some(Value::Null),
    ];
    for path in &all_paths {
        for damage in &damages {
            let mut bodies = fleet();
            let (parent, key) = path.rsplit_once('/').expect("a path has a parent");
            let Some(Value::Object(object)) = bodies[0].pointer_mut(parent) else { continue };
            match damage {
                None => object.shift_remove(key),
                Some(value) => object.insert(key.to_owned(), value.clone()),
            };
            let audited = audit_bodies(&bodies);
            assert_eq!(
                of_second(&outcomes(&audited)),
                of_second(&untouched),
                "damage at {path} reached another cluster"
            );
            let lost = !outcomes(&audited).keys().any(|(_, id)| id.ends_with("/managedclusters/first"));
            assert!(!lost || !audited.fleet.gaps.is_empty(), "damage at {path} made a cluster vanish in silence");
        }
    }
}

#[test]
fn a_damaged_setting_is_never_a_pass() {
    let settings = [
        ("EXP-06", "/properties/apiServerAccessProfile/disableRunCommand"),
        ("CRED-01", "/properties/disableLocalAccounts"),
        ("CRED-03", "/properties/enableRBAC"),
        ("CRED-04", "/properties/aadProfile/enableAzureRBAC"),
        ("HYG-05", "/properties/addonProfiles/azurepolicy/enabled"),
        ("EXP-03", "/properties/apiServerAccessProfile/authorizedIPRanges"),
        ("EXP-02", "/properties/apiServerAccessProfile"),
        ("CRED-03", "/properties"),
    ];
    for (rule, path) in settings {
        let mut body = rich_cluster("first");
        *body.pointer_mut(path).expect("the path is there") = json!(42);
        let found = outcome(&audit_bodies(&[body]), rule, "first");
        assert_ne!(found, Outcome::Pass, "{rule} passed on a damaged {path}");
    }
}
