//! What code declares beside what is deployed: the kind of each difference, and what nobody can tell.

use super::*;
use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
use DriftKind::{Different, Missing, Same, Undeclared, Unknown};
use quay_model::{ArmId, Gap, GapReason};
use serde_json::{Value, json};

const ROLE: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const VAULT: &str = "/subscriptions/1/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
const RANGES: &str = "properties.apiServerAccessProfile.authorizedIPRanges";

fn kinds(fleet: &Fleet) -> Vec<(DriftKind, String)> {
    drift(fleet).into_iter().map(|drift| (drift.kind, drift.what)).collect()
}

fn expected(rows: &[(DriftKind, &str)]) -> Vec<(DriftKind, String)> {
    rows.iter().map(|(kind, what)| (*kind, (*what).to_owned())).collect()
}

fn declared(thing: &str, mut more: Value) -> Value {
    let fixed = json!({"thing": thing, "language": "ARM template", "address": "x"});
    for (key, value) in fixed.as_object().into_iter().flatten() {
        more[key] = value.clone();
    }
    more
}

fn open(names: &str) -> Value {
    json!({ "expression": names })
}

fn default(value: Value) -> Value {
    json!({"value": value, "defaultOf": "p"})
}

#[test]
fn code_and_azure_are_compared_both_ways() {
    let binding = |name: &str, source: &str| {
        declared("binding", json!({"name": name, "cluster": CLUSTER_ID, "source": source, "roles": [ROLE]}))
    };
    let scene = Scene::new(json!({"disableLocalAccounts": false}))
        .binding("same", VAULT, &[ROLE])
        .binding("moved", VAULT, &[ROLE])
        .binding("by-hand", VAULT, &[ROLE])
        .declared(binding("same", &VAULT.to_uppercase()))
        .declared(binding("moved", &format!("{VAULT}2")))
        .declared(binding("lost", VAULT))
        .declared(declared(
            "cluster",
            json!({"name": "aks1", "localAccountsDisabled": true, "private": open("parameters('private')"), "ranges": []}),
        ));
    let rows = [
        (Missing, "lost"),
        (Undeclared, "by-hand"),
        (Different, "moved"),
        (Different, "properties.disableLocalAccounts"),
        (Unknown, "properties.apiServerAccessProfile.enablePrivateCluster"),
        (Same, RANGES),
        (Same, "same"),
    ];
    assert_eq!(kinds(&scene.fleet()), expected(&rows));
}

#[test]
fn what_nobody_can_tell_is_neither_missing_nor_undeclared() {
    let template = |body: Value| declared("binding", body);
    let b1 = json!({"name": "b1", "cluster": "aks1", "source": VAULT, "roles": [ROLE]});
    let with = |key: &str, value: Value| {
        let mut body = b1.clone();
        body[key] = value;
        template(body)
    };
    let cluster = |body: Value| declared("cluster", body);
    let governs = cluster(json!({"name": "aks1"}));
    for (about, deployed, code, rows) in [
        ("the same", true, vec![template(b1.clone())], vec![(Same, "b1")]),
        ("not there", false, vec![template(b1.clone())], vec![(Missing, "b1")]),
        (
            "its name is made by guid()",
            true,
            vec![with("name", open("guid(…)"))],
            vec![(Unknown, "b1"), (Unknown, "x")],
        ),
        ("its name is a default, and there", true, vec![with("name", default(json!("b1")))], vec![(Same, "b1")]),
        (
            "its name is a default, and not there",
            false,
            vec![with("name", default(json!("b2")))],
            vec![(Unknown, "b2")],
        ),
        (
            "its name is a default, beside another",
            true,
            vec![with("name", default(json!("b2")))],
            vec![(Unknown, "b1"), (Unknown, "b2")],
        ),
        (
            "its cluster is open",
            true,
            vec![governs.clone(), with("cluster", open("parameters('c')"))],
            vec![(Unknown, "b1"), (Unknown, "b1")],
        ),
        (
            "another binding on an open cluster",
            true,
            vec![governs.clone(), with("cluster", open("parameters('c')")), with("name", json!("b1"))],
            vec![(Unknown, "b1"), (Same, "b1")],
        ),
        ("its cluster is elsewhere", false, vec![with("cluster", json!("aks9"))], vec![(Missing, "b1")]),
        ("its cluster is a default", false, vec![with("cluster", default(json!("aks9")))], vec![(Unknown, "b1")]),
        (
            "a default name, and other roles",
            true,
            vec![json!({"thing": "binding", "language": "ARM template", "address": "x",
            "name": default(json!("b1")), "cluster": "aks1", "source": VAULT, "roles": ["A/b/c"]})],
            vec![(Unknown, "b1")],
        ),
        (
            "a cluster of a default name, and other ranges",
            false,
            vec![cluster(json!({"name": default(json!("aks1")), "ranges": ["1.2.3.4"]}))],
            vec![(Unknown, RANGES)],
        ),
        (
            "a default cluster, and not there",
            false,
            vec![with("cluster", default(json!("aks1")))],
            vec![(Unknown, "b1")],
        ),
        ("an open condition, there", true, vec![with("condition", open("parameters('on')"))], vec![(Unknown, "b1")]),
        (
            "an open condition, not there",
            false,
            vec![with("condition", open("parameters('on')"))],
            vec![(Unknown, "b1")],
        ),
        ("off by default, there", true, vec![with("condition", default(json!(false)))], vec![(Unknown, "b1")]),
        ("off by default, not there", false, vec![with("condition", default(json!(false)))], vec![]),
        ("on by default, there", true, vec![with("condition", default(json!(true)))], vec![(Same, "b1")]),
        ("on by default, not there", false, vec![with("condition", default(json!(true)))], vec![(Unknown, "b1")]),
        ("another source by default", true, vec![with("source", default(json!("/v2")))], vec![(Unknown, "b1")]),
        ("a source that is an expression", true, vec![with("source", open("resourceId(…)"))], vec![(Unknown, "b1")]),
        (
            "a template in another file",
            true,
            vec![governs.clone(), declared("linked", json!({}))],
            vec![(Unknown, "b1")],
        ),
        ("no such template", true, vec![governs.clone()], vec![(Undeclared, "b1")]),
        ("a cluster that is not here", false, vec![cluster(json!({"name": "aks9"}))], vec![(Missing, "aks9")]),
        (
            "a cluster whose name is open",
            false,
            vec![cluster(json!({"name": open("copyIndex()")}))],
            vec![(Unknown, "x")],
        ),
        (
            "a cluster made perhaps",
            false,
            vec![cluster(json!({"name": "aks1", "condition": open("parameters('on')"), "ranges": []}))],
            vec![(Unknown, RANGES)],
        ),
        (
            "a new cluster in another group",
            true,
            vec![cluster(json!({"name": "aks1", "group": "rg-new", "ranges": []}))],
            vec![(Missing, "aks1")],
        ),
        (
            "the cluster of this group",
            false,
            vec![cluster(json!({"name": "aks1", "group": "RG", "ranges": []}))],
            vec![(Same, RANGES)],
        ),
        (
            "a binding for a cluster in another group",
            true,
            vec![governs.clone(), with("group", json!("rg-dev"))],
            vec![(Missing, "b1"), (Undeclared, "b1")],
        ),
        ("a binding for this group", true, vec![with("group", json!("RG"))], vec![(Same, "b1")]),
        (
            "a binding for another subscription",
            true,
            vec![governs.clone(), with("subscription", json!("2"))],
            vec![(Missing, "b1"), (Undeclared, "b1")],
        ),
        (
            "a binding for this subscription",
            true,
            vec![with("subscription", json!(SUBSCRIPTION.to_uppercase()))],
            vec![(Same, "b1")],
        ),
        (
            "a binding for an open group",
            true,
            vec![governs.clone(), with("group", open("parameters('g')"))],
            vec![(Unknown, "b1"), (Unknown, "b1")],
        ),
        (
            "a binding for another group by default",
            true,
            vec![governs.clone(), with("group", default(json!("rg-dev")))],
            vec![(Unknown, "b1"), (Unknown, "b1")],
        ),
        (
            "other roles in this group by default",
            true,
            vec![template(
                json!({"name": "b1", "cluster": "aks1", "source": VAULT, "roles": [], "group": default(json!("rg"))}),
            )],
            vec![(Unknown, "b1")],
        ),
        (
            "a cluster in another subscription",
            false,
            vec![cluster(json!({"name": "aks1", "subscription": "2", "ranges": []}))],
            vec![(Missing, "aks1")],
        ),
        (
            "a cluster in an open subscription",
            false,
            vec![cluster(json!({"name": "aks1", "subscription": open("parameters('s')"), "ranges": []}))],
            vec![(Unknown, "aks1")],
        ),
        (
            "a cluster in a group that is not known yet",
            true,
            vec![cluster(json!({"name": "aks1", "group": open("known after apply")}))],
            vec![(Unknown, "aks1")],
        ),
    ] {
        let mut scene = Scene::new(json!({}));
        if deployed {
            scene = scene.binding("b1", VAULT, &[ROLE]);
        }
        let scene = code.into_iter().fold(scene, Scene::declared);
        assert_eq!(kinds(&scene.fleet()), expected(&rows), "{about}");
    }
}

#[test]
fn the_end_of_an_id_is_compared_with_what_stands_in_the_template_s_own_group() {
    let vault = "/providers/Microsoft.DataProtection/backupVaults/v";
    let own = CLUSTER_ID.split("/providers/").next().unwrap_or_default();
    let subscription = format!("/subscriptions/{SUBSCRIPTION}");
    let of_group = format!("/resourceGroups/r{vault}");
    let default_end = default(json!(vault));
    for (source, deployed, kind) in [
        (json!(vault), format!("{own}{vault}"), Same),
        (json!(vault.to_uppercase()), format!("{own}{vault}/"), Same),
        (json!(vault), format!("{subscription}{vault}"), Same),
        (json!(vault), format!("{own}{vault}2"), Different),
        (json!(vault), format!("{subscription}/resourceGroups/r{vault}"), Unknown),
        (json!(vault), format!("/subscriptions/2/resourceGroups/rg{vault}"), Unknown),
        (json!(vault), format!("{own}/providers/A.B/c/x{vault}"), Different),
        (json!(of_group), format!("{subscription}/resourceGroups/R{vault}"), Same),
        (json!(of_group), format!("{own}{vault}"), Different),
        (json!(of_group), format!("/subscriptions/2/resourceGroups/r{vault}"), Unknown),
        (json!("/subscriptions/2"), "/subscriptions/1/subscriptions/2".to_owned(), Different),
        (default_end, format!("{own}{vault}2"), Unknown),
    ] {
        let code = json!({"name": "b1", "cluster": "aks1", "source": source, "roles": [ROLE]});
        let scene = Scene::new(json!({})).binding("b1", &deployed, &[ROLE]).declared(declared("binding", code));
        assert_eq!(kinds(&scene.fleet()), expected(&[(kind, "b1")]), "{source} against {deployed}");
    }
}

#[test]
fn a_plan_says_what_it_would_do_to_what_is_there() {
    let of = |thing: &str, planned: &str| {
        let more = json!({"name": "b1", "cluster": CLUSTER_ID, "source": VAULT, "roles": [ROLE], "planned": planned});
        let cluster = json!({"name": "aks1", "id": CLUSTER_ID, "planned": planned, "ranges": []});
        declared(thing, if thing == "binding" { more } else { cluster })
    };
    let b1 = "b1";
    for (about, code, there, rows) in [
        ("kept", of("binding", ""), true, vec![(Same, b1, "")]),
        ("made, and there", of("binding", "create"), true, vec![(Different, b1, "import it first")]),
        ("made, and not there", of("binding", "create"), false, vec![(Missing, b1, "nothing")]),
        ("made again", of("binding", "replace"), true, vec![(Same, b1, "")]),
        ("deleted", of("binding", "delete"), true, vec![(Undeclared, b1, "the plan would delete it")]),
        ("deleted, and gone already", of("binding", "delete"), false, vec![]),
        (
            "a cluster made, and there",
            of("cluster", "create"),
            false,
            vec![(Different, "aks1", "import it first"), (Same, RANGES, "")],
        ),
        (
            "a cluster made again",
            of("cluster", "replace"),
            false,
            vec![(Different, "aks1", "delete first"), (Same, RANGES, "")],
        ),
        ("a cluster deleted", of("cluster", "delete"), false, vec![(Undeclared, "aks1", "the plan would delete it")]),
    ] {
        let mut scene = Scene::new(json!({}));
        if there {
            scene = scene.binding(b1, VAULT, &[ROLE]);
        }
        let found = drift(&scene.declared(code).fleet());
        let told: Vec<(DriftKind, &str)> = found.iter().map(|drift| (drift.kind, drift.what.as_str())).collect();
        assert_eq!(told, rows.iter().map(|(kind, what, _)| (*kind, *what)).collect::<Vec<_>>(), "{about}");
        let said = found
            .iter()
            .zip(&rows)
            .all(|(drift, (.., word))| format!("{} against {}", drift.declared, drift.deployed).contains(word));
        assert!(said, "{about}: {found:?}");
    }
}

#[test]
fn a_bare_name_means_nothing_where_two_carry_it_or_not_all_were_read() {
    let scene = |name: &str| Scene::new(json!({})).declared(declared("cluster", json!({"name": name, "ranges": []})));
    let mut two = scene("aks1").fleet();
    let mut other = two.clusters.first().cloned().unwrap_or_else(|| unreachable!("a scene has a cluster"));
    other.id = ArmId::parse(&CLUSTER_ID.replace("/rg/", "/rg2/")).unwrap_or_else(|| unreachable!("a well-formed id"));
    two.clusters.push(other);
    assert_eq!(kinds(&two), expected(&[(Unknown, "aks1")]));
    let mut denied = scene("aks9").fleet();
    denied.gaps.push(Gap {
        scope: "/subscriptions/2".to_owned(),
        call: "managedClusters".to_owned(),
        reason: GapReason::Denied,
        message: "Azure answered 403.".to_owned(),
        hint: String::new(),
    });
    assert_eq!(kinds(&denied), expected(&[(Unknown, "aks9")]));
}

#[test]
fn ranges_are_sets_of_addresses_and_a_default_proves_nothing() {
    let at = |ranges: &[&str]| json!({"apiServerAccessProfile": {"authorizedIPRanges": ranges}});
    for (declares, deployed, kind) in [
        (json!(["1.2.3.4"]), at(&["1.2.3.4/32"]), Same),
        (json!(["10.0.0.0/25", "10.0.0.128/25"]), at(&["10.0.0.0/24"]), Same),
        (json!(["AzureCloud", "1.2.3.4"]), at(&["1.2.3.4/32", "azurecloud"]), Same),
        (json!(["AzureCloud"]), at(&["1.2.3.4/32"]), Different),
        (json!(["10.0.0.0/24"]), at(&["10.0.0.0/25"]), Different),
        (json!([]), at(&["9.9.9.9/32"]), Different),
        (json!([]), json!({}), Same),
        (default(json!(["9.9.9.9"])), at(&["9.9.9.9/32"]), Same),
        (default(json!([])), at(&["9.9.9.9/32"]), Unknown),
        (open("copy"), at(&["9.9.9.9/32"]), Unknown),
    ] {
        let scene = Scene::new(deployed.clone())
            .declared(declared("cluster", json!({"id": CLUSTER_ID, "name": "aks1", "ranges": declares})));
        assert_eq!(kinds(&scene.fleet()), expected(&[(kind, RANGES)]), "{declares} against {deployed}");
    }
    let shown = drift(
        &Scene::new(json!({}))
            .declared(declared("cluster", json!({"id": CLUSTER_ID, "azureRbac": default(json!(true))})))
            .fleet(),
    );
    let words: Vec<(DriftKind, &str)> = shown.iter().map(|drift| (drift.kind, drift.declared.as_str())).collect();
    assert_eq!(words, [(Unknown, "true (default of the parameter p)")]);
}
