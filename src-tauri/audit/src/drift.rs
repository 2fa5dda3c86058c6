//! What code declares against what is deployed: bindings, and the settings that decide who can reach the API server.

use crate::origin::{declares, is_alone};
use quay_model::{
    Binding, Cluster, Declaration, DeclaredBinding, DeclaredCluster, DeclaredThing, Drift, DriftKind, Fleet, Reading,
};
use std::collections::BTreeSet;

pub(crate) fn drift(fleet: &Fleet) -> Vec<Drift> {
    let mut found = Vec::new();
    let mut governed: BTreeSet<&str> = BTreeSet::new();
    for declaration in &fleet.around.declared {
        match &declaration.thing {
            DeclaredThing::Cluster(declared) => match cluster_of(fleet, declaration) {
                Some(cluster) => {
                    governed.insert(cluster.id.lower());
                    settings(cluster, declared, declaration, &mut found);
                }
                None => found.push(line(
                    DriftKind::Missing,
                    &declaration.id.clone().unwrap_or_default(),
                    &declaration.name,
                    "a cluster",
                    "not in this snapshot",
                    declaration,
                )),
            },
            DeclaredThing::Binding(declared) => binding(fleet, declared, declaration, &mut governed, &mut found),
        }
    }
    // code that speaks of a cluster should speak of all its bindings
    for cluster in fleet.clusters.iter().filter(|cluster| governed.contains(cluster.id.lower())) {
        for deployed in &cluster.bindings.seen {
            if !is_declared(fleet, deployed) {
                found.push(Drift {
                    kind: DriftKind::Undeclared,
                    cluster_id: cluster.id.as_str().to_owned(),
                    what: deployed.name.clone(),
                    declared: "nothing".to_owned(),
                    deployed: described(deployed),
                    code: String::new(),
                });
            }
        }
    }
    found.sort_by(|a, b| (a.kind, &a.cluster_id, &a.what).cmp(&(b.kind, &b.cluster_id, &b.what)));
    found
}

/// Whether some code declares this binding.
fn is_declared(fleet: &Fleet, binding: &Binding) -> bool {
    fleet.around.declared.iter().any(|declaration| declares(fleet, declaration, binding))
}

fn on_cluster(declared: &DeclaredBinding, cluster: &Cluster) -> bool {
    declared.cluster.value().is_some_and(|named| {
        named.eq_ignore_ascii_case(cluster.id.as_str()) || named.eq_ignore_ascii_case(&cluster.name)
    })
}

/// By id; a template knows only the name, which counts when one cluster carries it.
fn cluster_of<'a>(fleet: &'a Fleet, declaration: &Declaration) -> Option<&'a Cluster> {
    if let Some(id) = &declaration.id {
        return fleet.clusters.iter().find(|cluster| cluster.id.as_str().eq_ignore_ascii_case(id));
    }
    let mut named = fleet.clusters.iter().filter(|cluster| cluster.name.eq_ignore_ascii_case(&declaration.name));
    let first = named.next()?;
    named.next().is_none().then_some(first)
}

fn binding<'a>(
    fleet: &'a Fleet,
    declared: &DeclaredBinding,
    declaration: &Declaration,
    governed: &mut BTreeSet<&'a str>,
    found: &mut Vec<Drift>,
) {
    let wanted = format!("{} with {}", shown(&declared.source), shown_list(&declared.roles));
    let by_id = declaration
        .id
        .as_deref()
        .and_then(|id| id.to_lowercase().split("/trustedaccessrolebindings/").next().map(str::to_owned));
    let meant = |c: &&Cluster| {
        let whole = declared.cluster.value().is_some_and(|named| named.eq_ignore_ascii_case(c.id.as_str()));
        by_id.as_deref() == Some(c.id.lower()) || whole || (on_cluster(declared, c) && is_alone(fleet, &c.id))
    };
    let cluster = fleet.clusters.iter().find(meant);
    let Some(cluster) = cluster else {
        let shared = fleet.clusters.iter().any(|c| on_cluster(declared, c));
        let kind = if shared || matches!(declared.cluster, Reading::Unreadable(_)) {
            DriftKind::Unknown
        } else {
            DriftKind::Missing
        };
        found.push(line(
            kind,
            declared.cluster.value().map_or("", String::as_str),
            &declaration.name,
            &wanted,
            "its cluster is not in this snapshot",
            declaration,
        ));
        return;
    };
    governed.insert(cluster.id.lower());
    let deployed = cluster.bindings.seen.iter().find(|b| b.name.eq_ignore_ascii_case(&declaration.name));
    let id = cluster.id.as_str();
    match (deployed, &cluster.bindings.incomplete) {
        (None, Some(why)) => found.push(line(DriftKind::Unknown, id, &declaration.name, &wanted, why, declaration)),
        (None, None) => found.push(line(DriftKind::Missing, id, &declaration.name, &wanted, "nothing", declaration)),
        (Some(deployed), _) => {
            let source =
                compare(&declared.source, &deployed.source_resource_id.reading, |a, b| a.eq_ignore_ascii_case(b));
            let roles = compare(&declared.roles, &deployed.roles.reading, |a, b| plain(a) == plain(b));
            found.push(line(source.min(roles), id, &declaration.name, &wanted, &described(deployed), declaration));
        }
    }
}

fn settings(cluster: &Cluster, declared: &DeclaredCluster, declaration: &Declaration, found: &mut Vec<Drift>) {
    let api = &cluster.api_server;
    let id = cluster.id.as_str();
    let flags = [
        (&declared.private, &api.private),
        (&declared.run_command_disabled, &api.run_command_disabled),
        (&declared.local_accounts_disabled, &cluster.credentials.local_accounts_disabled),
        (&declared.azure_rbac, &cluster.credentials.azure_rbac),
    ];
    for (wanted, field) in flags {
        // what the code does not say is Azure's to choose
        if *wanted == Reading::Absent {
            continue;
        }
        let kind = compare(wanted, &field.or_default(false), |a, b| a == b);
        found.push(line(kind, id, field.path, &shown(wanted), &field.evidence("", "false").observed, declaration));
    }
    if declared.ranges != Reading::Absent {
        let none = Reading::Value(Vec::new());
        let deployed = if api.ranges.is_absent() { &none } else { &api.ranges.reading };
        let kind = compare(&declared.ranges, deployed, |a, b| plain(a) == plain(b));
        found.push(line(
            kind,
            id,
            api.ranges.path,
            &shown_list(&declared.ranges),
            &api.ranges.evidence("", "none").observed,
            declaration,
        ));
    }
}

fn compare<T>(declared: &Reading<T>, deployed: &Reading<T>, same: impl Fn(&T, &T) -> bool) -> DriftKind {
    match (declared, deployed) {
        (Reading::Unreadable(_), _) | (_, Reading::Unreadable(_)) => DriftKind::Unknown,
        (Reading::Absent, _) => DriftKind::Same,
        (Reading::Value(_), Reading::Absent) => DriftKind::Different,
        (Reading::Value(a), Reading::Value(b)) => {
            if same(a, b) {
                DriftKind::Same
            } else {
                DriftKind::Different
            }
        }
    }
}

fn plain(list: &[String]) -> BTreeSet<String> {
    list.iter().map(|item| item.trim().to_lowercase()).collect()
}

fn shown<T: ToString>(reading: &Reading<T>) -> String {
    match reading {
        Reading::Value(value) => value.to_string(),
        Reading::Absent => "not said".to_owned(),
        Reading::Unreadable(why) => why.clone(),
    }
}

fn shown_list(reading: &Reading<Vec<String>>) -> String {
    match reading {
        Reading::Value(list) if list.is_empty() => "none".to_owned(),
        Reading::Value(list) => list.join(", "),
        Reading::Absent => "not said".to_owned(),
        Reading::Unreadable(why) => why.clone(),
    }
}

fn described(binding: &Binding) -> String {
    format!("{} with {}", shown(&binding.source_resource_id.reading), shown_list(&binding.roles.reading))
}

fn line(kind: DriftKind, cluster: &str, what: &str, declared: &str, deployed: &str, of: &Declaration) -> Drift {
    Drift {
        kind,
        cluster_id: cluster.to_owned(),
        what: what.to_owned(),
        declared: declared.to_owned(),
        deployed: deployed.to_owned(),
        code: format!("{} {} ({})", of.language, of.address, of.file),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CLUSTER_ID, Scene};
    use serde_json::json;

    fn kinds(scene: &Scene) -> Vec<(DriftKind, String)> {
        drift(&scene.fleet()).into_iter().map(|drift| (drift.kind, drift.what)).collect()
    }

    #[test]
    fn code_and_azure_are_compared_both_ways() {
        let role = "Microsoft.DataProtection/backupVaults/backup-operator";
        let vault = "/subscriptions/1/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
        let declared = |name: &str, source: &str| {
            json!({"thing": "binding", "language": "Terraform state", "address": "a", "name": name,
            "cluster": CLUSTER_ID, "source": source, "roles": [role]})
        };
        let scene = Scene::new(json!({"disableLocalAccounts": false}))
            .binding("same", vault, &[role])
            .binding("moved", vault, &[role])
            .binding("by-hand", vault, &[role]);
        let scene = scene
            .declared(declared("same", &vault.to_uppercase()))
            .declared(declared(
                "moved",
                "/subscriptions/1/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/other",
            ))
            .declared(declared("lost", vault))
            .declared(json!({"thing": "cluster", "language": "ARM template", "address": "b", "name": "aks1",
                "localAccountsDisabled": true, "private": {"expression": "[parameters('private')]"}, "ranges": []}));
        let expected = [
            (DriftKind::Missing, "lost"),
            (DriftKind::Undeclared, "by-hand"),
            (DriftKind::Different, "moved"),
            (DriftKind::Different, "properties.disableLocalAccounts"),
            (DriftKind::Unknown, "properties.apiServerAccessProfile.enablePrivateCluster"),
            (DriftKind::Same, "properties.apiServerAccessProfile.authorizedIPRanges"),
            (DriftKind::Same, "same"),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(kind, what)| (kind, what.to_owned())).collect();
        assert_eq!(kinds(&scene), expected);
    }
}
