//! What code declares against what is deployed: bindings, and the settings that decide who can reach the API server.

use crate::address::{AddressSet, Entry};
use crate::declares::{
    Fit, Meant, against, called_by_default, cluster_meant, compare, content, doubtful, elsewhere, fit, listed, shown,
    wanted,
};
use quay_model::{
    Binding, Cluster, Declaration, DeclaredBinding, DeclaredCluster, DeclaredThing, Drift, DriftKind, Fleet, Planned,
    Reading, Said,
};
use std::collections::{BTreeMap, BTreeSet};

const DELETED: &str = "nothing; the plan would delete it";
const REPLACED: &str = "a cluster that the plan would delete first, with everything on it";

/// The files that speak of a cluster, by its id in lower case.
type Governed<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;

pub(crate) fn drift(fleet: &Fleet) -> Vec<Drift> {
    let mut found = Vec::new();
    let mut governed = Governed::new();
    for declaration in &fleet.around.declared {
        let about = match &declaration.thing {
            DeclaredThing::Cluster(declared) => cluster(fleet, declared, declaration, &mut found),
            DeclaredThing::Binding(declared) => binding(fleet, declared, declaration, &mut found),
            DeclaredThing::Linked => None,
        };
        if let Some(cluster) = about {
            governed.entry(cluster.id.lower()).or_default().insert(&declaration.file);
        }
    }
    undeclared(fleet, &governed, &mut found);
    found.sort_by(|a, b| (a.kind, &a.cluster_id, &a.what).cmp(&(b.kind, &b.cluster_id, &b.what)));
    found
}

/// The cluster that is meant, if one is.
fn cluster<'a>(
    fleet: &'a Fleet,
    declared: &DeclaredCluster,
    of: &Declaration,
    found: &mut Vec<Drift>,
) -> Option<&'a Cluster> {
    let id = of.id.as_deref().unwrap_or_default();
    let doubt = match cluster_meant(fleet, of) {
        Meant::This(cluster) => {
            found.extend(planned(cluster, of));
            // of what goes nothing is compared
            if of.planned != Planned::Deleted {
                settings(cluster, declared, of, found);
            }
            return Some(cluster);
        }
        Meant::Nowhere => None,
        Meant::Unknown(why) => Some(why),
    };
    found.extend(absent(id, "a cluster", "not in this snapshot", doubt, of));
    None
}

/// What a plan would do to a cluster that stands there, beyond its settings.
fn planned(cluster: &Cluster, of: &Declaration) -> Option<Drift> {
    let (kind, declared, deployed) = match of.planned {
        Planned::Kept => return None,
        Planned::Made => (DriftKind::Different, "a cluster", against(of.planned)?),
        Planned::Deleted => (DriftKind::Undeclared, DELETED, "a cluster"),
        Planned::Replaced => (DriftKind::Different, "a cluster that is made again", REPLACED),
    };
    Some(Drift { what: cluster.id.name().to_owned(), ..line(kind, cluster.id.as_str(), declared, deployed, of) })
}

/// The cluster it is on, if that is known.
fn binding<'a>(
    fleet: &'a Fleet,
    declared: &DeclaredBinding,
    of: &Declaration,
    found: &mut Vec<Drift>,
) -> Option<&'a Cluster> {
    let doubt = match cluster_meant(fleet, of) {
        Meant::This(cluster) => {
            found.extend(on_cluster(cluster, declared, of));
            return Some(cluster);
        }
        Meant::Nowhere => None,
        Meant::Unknown(why) => Some(why),
    };
    let named = declared.cluster.reading.value().map_or("", String::as_str);
    found.extend(absent(named, &wanted(declared), "its cluster is not in this snapshot", doubt, of));
    None
}

fn on_cluster(cluster: &Cluster, declared: &DeclaredBinding, of: &Declaration) -> Option<Drift> {
    let (id, wanted) = (cluster.id.as_str(), wanted(declared));
    let named = |name: &String| cluster.bindings.seen.iter().find(|b| b.name.eq_ignore_ascii_case(name));
    match (of.name.reading.value().and_then(named), &cluster.bindings.incomplete) {
        (Some(deployed), _) if of.planned == Planned::Deleted => {
            Some(line(DriftKind::Undeclared, id, DELETED, &described(deployed), of))
        }
        (Some(deployed), _) if let Some(why) = against(of.planned) => {
            Some(line(DriftKind::Different, id, &wanted, &format!("{}; {why}", described(deployed)), of))
        }
        // it is gone already
        (None, _) if of.planned == Planned::Deleted => None,
        (Some(deployed), _) => {
            let why = elsewhere(declared, deployed).map_or_else(String::new, |why| format!("; {why}"));
            let (kind, observed) = judged(content(declared, deployed), described(deployed) + &why, of);
            Some(line(kind, id, &wanted, &observed, of))
        }
        (None, Some(why)) => Some(line(DriftKind::Unknown, id, &wanted, why, of)),
        (None, None) => absent(id, &wanted, "nothing", name_doubt(of), of),
    }
}

/// What a comparison is worth: nothing where the code may not make it, and a difference nothing where it may be about
/// another thing.
fn judged(kind: DriftKind, observed: String, of: &Declaration) -> (DriftKind, String) {
    let differs = kind == DriftKind::Different;
    match doubtful(of).or_else(|| called_by_default(of).filter(|_| differs)) {
        Some(why) => (DriftKind::Unknown, format!("{observed}; {why}")),
        None => (kind, observed),
    }
}

/// What is declared and not deployed is missing where it is known that the code makes it, and makes this.
fn absent(cluster: &str, wanted: &str, deployed: &str, doubt: Option<String>, of: &Declaration) -> Option<Drift> {
    if is_off(of) || of.planned == Planned::Deleted {
        return None;
    }
    let by_default = of.condition.default_of.as_ref();
    let doubt = doubt
        .or_else(|| doubtful(of))
        .or_else(|| by_default.map(|parameter| format!("the code makes it if {parameter} is left at its default")));
    Some(match doubt {
        Some(why) => line(DriftKind::Unknown, cluster, wanted, &why, of),
        None => line(DriftKind::Missing, cluster, wanted, deployed, of),
    })
}

/// What the code makes only if somebody asks for it is not missed.
fn is_off(of: &Declaration) -> bool {
    of.condition.reading == Reading::Value(false)
}

fn name_doubt(of: &Declaration) -> Option<String> {
    match &of.name.reading {
        Reading::Unreadable(why) => Some(format!("its name is not known: {why}")),
        Reading::Absent => Some("its name is not said".to_owned()),
        Reading::Value(_) => called_by_default(of),
    }
}

/// Code that speaks of a cluster should speak of all its bindings.
fn undeclared(fleet: &Fleet, governed: &Governed<'_>, found: &mut Vec<Drift>) {
    let declared = &fleet.around.declared;
    let told: BTreeSet<(String, String)> =
        found.iter().map(|drift| (drift.cluster_id.to_lowercase(), drift.what.to_lowercase())).collect();
    let linked: Vec<&Declaration> = declared.iter().filter(|one| one.thing == DeclaredThing::Linked).collect();
    for cluster in &fleet.clusters {
        let Some(files) = governed.get(cluster.id.lower()) else { continue };
        let elsewhere = linked.iter().find(|link| files.contains(link.file.as_str()));
        for deployed in &cluster.bindings.seen {
            if told.contains(&(cluster.id.lower().to_owned(), deployed.name.to_lowercase())) {
                continue;
            }
            let mut perhaps = elsewhere.map(|link| (*link, "a template in another file may declare it".to_owned()));
            let is_declared = declared.iter().any(|declaration| match fit(fleet, declaration, deployed) {
                Fit::Yes | Fit::Other(_) => true,
                Fit::Perhaps(why) => {
                    perhaps.get_or_insert((declaration, format!("this may declare it: {why}")));
                    false
                }
                Fit::No => false,
            });
            if is_declared {
                continue;
            }
            let mut drift = Drift {
                kind: DriftKind::Undeclared,
                cluster_id: cluster.id.as_str().to_owned(),
                what: deployed.name.clone(),
                declared: "nothing".to_owned(),
                deployed: described(deployed),
                code: String::new(),
            };
            if let Some((declaration, why)) = perhaps {
                (drift.kind, drift.declared, drift.code) = (DriftKind::Unknown, why, code_of(declaration));
            }
            found.push(drift);
        }
    }
}

fn settings(cluster: &Cluster, declared: &DeclaredCluster, of: &Declaration, found: &mut Vec<Drift>) {
    let api = &cluster.api_server;
    let flags = [
        (&declared.private, &api.private),
        (&declared.run_command_disabled, &api.run_command_disabled),
        (&declared.local_accounts_disabled, &cluster.credentials.local_accounts_disabled),
        (&declared.azure_rbac, &cluster.credentials.azure_rbac),
    ];
    let mut tell = |path: &str, kind: DriftKind, wanted: String, observed: String| {
        let (kind, observed) = judged(kind, observed, of);
        let mut drift = line(kind, cluster.id.as_str(), &wanted, &observed, of);
        path.clone_into(&mut drift.what);
        found.push(drift);
    };
    for (wanted, field) in flags {
        // what the code does not say is Azure's to choose
        if wanted.reading != Reading::Absent {
            let kind = compare(wanted, &field.or_default(false), |a, b| a == b);
            let observed = field.evidence("", "false").observed;
            tell(field.path, kind, shown(wanted, bool::to_string), observed.to_string());
        }
    }
    if declared.ranges.reading != Reading::Absent {
        let none = Reading::Value(Vec::new());
        let deployed = if api.ranges.is_absent() { &none } else { &api.ranges.reading };
        let kind = compare(&declared.ranges, deployed, |a, b| same_addresses(a, b));
        let observed = api.ranges.evidence("", "none").observed;
        tell(api.ranges.path, kind, shown(&declared.ranges, |list| listed(list)), observed.to_string());
    }
}

/// Whether two allow-lists let the same addresses in, however they are written or cut.
fn same_addresses(a: &[String], b: &[String]) -> bool {
    let read = |list: &[String]| {
        let entries: Vec<Entry> = list.iter().map(|text| Entry::parse(text)).collect();
        let names = entries.iter().filter(|entry| !matches!(entry, Entry::Range(_))).map(Entry::plain);
        (names.collect::<BTreeSet<_>>(), AddressSet::of(&entries))
    };
    read(a) == read(b)
}

fn described(binding: &Binding) -> String {
    let words = |reading: &Reading<String>| shown(&Said { reading: reading.clone(), default_of: None }, String::clone);
    let roles = Said { reading: binding.roles.reading.clone(), default_of: None };
    format!("{} with {}", words(&binding.source_resource_id.reading), shown(&roles, |list| listed(list)))
}

fn line(kind: DriftKind, cluster: &str, declared: &str, deployed: &str, of: &Declaration) -> Drift {
    Drift {
        kind,
        cluster_id: cluster.to_owned(),
        // what has no name yet is called as in the code
        what: of.name.reading.value().unwrap_or(&of.address).clone(),
        declared: declared.to_owned(),
        deployed: deployed.to_owned(),
        code: code_of(of),
    }
}

fn code_of(declaration: &Declaration) -> String {
    format!("{} {} ({})", declaration.language, declaration.address, declaration.file)
}

#[cfg(test)]
mod tests;
