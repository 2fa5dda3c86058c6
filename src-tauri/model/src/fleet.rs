//! The typed nouns read out of a snapshot: subscriptions, clusters, their bindings, role catalogues.

use crate::instance::{instance_of, merge};
use crate::{
    ArmId, Binding, Bindings, Cluster, Document, DocumentKind, Gap, GapReason, Reading, Role, RoleCatalogue, Snapshot,
    json,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: String,
    pub name: String,
    /// Set when its clusters could not be listed.
    pub unread: Option<GapReason>,
}

#[derive(Debug, Clone, Default)]
pub struct Fleet {
    pub subscriptions: Vec<Subscription>,
    /// Sorted by id, then by instance.
    pub clusters: Vec<Cluster>,
    pub role_catalogues: Vec<RoleCatalogue>,
    pub gaps: Vec<Gap>,
}

impl Fleet {
    /// Every document becomes a noun or a gap; none is lost and none can harm another.
    pub fn read(snapshot: &Snapshot) -> Fleet {
        let mut fleet = Fleet { gaps: snapshot.gaps.clone(), ..Fleet::default() };
        let mut clusters: BTreeMap<(String, String), Vec<&Document>> = BTreeMap::new();
        let mut bindings: HashMap<String, Vec<Binding>> = HashMap::new();
        let mut whole_lists: BTreeSet<String> = BTreeSet::new();
        let mut names: BTreeMap<String, String> = BTreeMap::new();

        for document in &snapshot.documents {
            let Ok(body) = serde_json::from_str::<Value>(&document.body) else {
                fleet.gaps.push(damaged(document));
                continue;
            };
            match document.kind {
                DocumentKind::Cluster => {
                    clusters
                        .entry((document.resource_id.to_lowercase(), instance_of(&body)))
                        .or_default()
                        .push(document);
                }
                DocumentKind::Binding => match read_binding(document, &body) {
                    Some(binding) => {
                        let of_cluster = bindings.entry(binding.cluster.lower().to_owned()).or_default();
                        add_binding(of_cluster, binding, &mut fleet.gaps);
                    }
                    None => fleet.gaps.push(damaged(document)),
                },
                DocumentKind::BindingListEnd => {
                    whole_lists.insert(document.resource_id.to_lowercase());
                }
                DocumentKind::Subscription => {
                    let name = json::child(&body, "displayName").and_then(json::text);
                    let name =
                        if let Reading::Absent = name { json::child(&body, "name").and_then(json::text) } else { name };
                    let id = document.resource_id.to_lowercase();
                    names.insert(id.clone(), name.value().cloned().unwrap_or(id));
                }
                DocumentKind::RoleCatalogue => fleet.role_catalogues.extend(read_catalogue(document, &body)),
            }
        }

        fold_nameless_instances(&mut clusters);
        let mut per_id: HashMap<String, u32> = HashMap::new();
        for (id, _) in clusters.keys() {
            *per_id.entry(id.clone()).or_default() += 1;
        }
        for ((id, instance), documents) in clusters {
            let Some(mut cluster) = read_cluster(&documents, &mut fleet.gaps) else {
                continue;
            };
            if per_id.get(&id).copied().unwrap_or_default() > 1 {
                cluster.instance = if instance.is_empty() { "no name yet".to_owned() } else { instance };
            }
            let mut seen = bindings.get(&id).cloned().unwrap_or_default();
            seen.sort_by(|a, b| a.id.cmp(&b.id));
            cluster.bindings = Bindings {
                incomplete: (!whole_lists.contains(&id)).then(|| {
                    if seen.is_empty() {
                        "its Trusted Access bindings were not collected".to_owned()
                    } else {
                        "the list of its Trusted Access bindings was not read to the end".to_owned()
                    }
                }),
                seen,
            };
            fleet.clusters.push(cluster);
        }
        let known: BTreeSet<&str> = fleet.clusters.iter().map(|c| c.id.lower()).collect();
        let mut homeless: Vec<Gap> = bindings
            .iter()
            .filter(|(cluster, _)| !known.contains(cluster.as_str()))
            .map(|(cluster, of)| orphan_bindings(cluster, of.len()))
            .collect();
        homeless.sort();
        fleet.gaps.extend(homeless);
        fleet.subscriptions = subscriptions(&fleet, names);
        fleet.gaps.sort();
        fleet.gaps.dedup();
        fleet
    }

    pub fn cluster(&self, id: &str, instance: &str) -> Option<&Cluster> {
        let lower = id.to_lowercase();
        self.clusters.iter().find(|c| c.id.lower() == lower && c.instance == instance)
    }

    pub fn subscription_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.subscriptions.iter().find(|s| s.id == id).map_or(id, |s| s.name.as_str())
    }
}

/// A body that names no instance (just being created) belongs to the one instance known under its id, if there is one.
fn fold_nameless_instances(clusters: &mut BTreeMap<(String, String), Vec<&Document>>) {
    let nameless: Vec<String> =
        clusters.keys().filter(|(_, instance)| instance.is_empty()).map(|(id, _)| id.clone()).collect();
    for id in nameless {
        let others: Vec<(String, String)> =
            clusters.keys().filter(|(other, instance)| *other == id && !instance.is_empty()).cloned().collect();
        if let [only] = others.as_slice()
            && let Some(documents) = clusters.remove(&(id.clone(), String::new()))
        {
            clusters.entry(only.clone()).or_default().extend(documents);
        }
    }
}

fn read_cluster(documents: &[&Document], gaps: &mut Vec<Gap>) -> Option<Cluster> {
    let first = documents.first()?;
    let id = ArmId::parse(&first.resource_id)?;
    let mut body: Value = serde_json::from_str(&first.body).ok()?;
    let mut others: Vec<&&Document> = documents.iter().filter(|d| d.hash != first.hash).collect();
    others.sort_by(|a, b| a.hash.cmp(&b.hash));
    others.dedup_by(|a, b| a.hash == b.hash);
    for other in &others {
        let second: Value = serde_json::from_str(&other.body).ok()?;
        let merged = merge(&body, &second);
        if merged.to_string().contains("twoDocumentsDisagree") {
            gaps.push(Gap {
                scope: id.as_str().to_owned(),
                call: "cluster".to_owned(),
                reason: GapReason::Contradiction,
                message: format!(
                    "{} and {} describe this cluster differently; where they disagree the settings count as unread.",
                    place(first),
                    place(other)
                ),
                hint: "Keep only the newer of the two files, then open the folder again.".to_owned(),
            });
        }
        body = merged;
    }
    Some(Cluster::read(id, &body, first.source.clone(), first.hash.clone()))
}

fn place(document: &Document) -> String {
    format!("{} ({})", document.source.name, document.source.position)
}

fn read_binding(document: &Document, body: &Value) -> Option<Binding> {
    Binding::read(ArmId::parse(&document.resource_id)?, body, document.source.clone(), document.hash.clone())
}

fn add_binding(of_cluster: &mut Vec<Binding>, binding: Binding, gaps: &mut Vec<Gap>) {
    let Some(known) = of_cluster.iter_mut().find(|known| known.id == binding.id) else {
        of_cluster.push(binding);
        return;
    };
    let same = known.roles.reading == binding.roles.reading
        && known.source_resource_id.reading == binding.source_resource_id.reading
        && known.provisioning_state.reading == binding.provisioning_state.reading;
    if same {
        return;
    }
    gaps.push(Gap {
        scope: binding.id.as_str().to_owned(),
        call: "trustedAccessRoleBindings".to_owned(),
        reason: GapReason::Contradiction,
        message: "Two documents describe this binding differently; where they disagree it counts as unread.".to_owned(),
        hint: "Keep only the newer of the two files, then open the folder again.".to_owned(),
    });
    let disagree = || "two documents disagree".to_owned();
    if known.roles.reading != binding.roles.reading {
        known.roles.reading = Reading::Unreadable(disagree());
    }
    if known.source_resource_id.reading != binding.source_resource_id.reading {
        known.source_resource_id.reading = Reading::Unreadable(disagree());
    }
    if known.provisioning_state.reading != binding.provisioning_state.reading {
        known.provisioning_state.reading = Reading::Unreadable(disagree());
    }
}

fn read_catalogue(document: &Document, body: &Value) -> Option<RoleCatalogue> {
    let roles: Vec<Role> = serde_json::from_value(json::child(body, "value").value().copied()?.clone()).ok()?;
    Some(RoleCatalogue { location: document.resource_id.to_lowercase(), as_of: document.source.name.clone(), roles })
}

fn damaged(document: &Document) -> Gap {
    Gap {
        scope: place(document),
        call: format!("{:?}", document.kind).to_lowercase(),
        reason: GapReason::Damaged,
        message: "This document can no longer be read as what it was kept as.".to_owned(),
        hint: "Collect it again.".to_owned(),
    }
}

fn orphan_bindings(cluster: &str, count: usize) -> Gap {
    Gap {
        scope: cluster.to_owned(),
        call: "cluster".to_owned(),
        reason: GapReason::Unreachable,
        message: format!("{count} Trusted Access binding(s) of this cluster were read, but not the cluster itself."),
        hint: "Add the output of `az aks show` for this cluster.".to_owned(),
    }
}

fn subscriptions(fleet: &Fleet, names: BTreeMap<String, String>) -> Vec<Subscription> {
    let mut all = names;
    for cluster in &fleet.clusters {
        all.entry(cluster.subscription().to_owned()).or_insert_with(|| cluster.subscription().to_owned());
    }
    let mut unread: BTreeMap<String, GapReason> = BTreeMap::new();
    for gap in &fleet.gaps {
        if gap.call == "managedClusters"
            && let Some(id) = ArmId::parse(&gap.scope)
            && id.as_str().matches('/').count() == 2
        {
            unread.insert(id.subscription().to_owned(), gap.reason);
            all.entry(id.subscription().to_owned()).or_insert_with(|| id.subscription().to_owned());
        }
    }
    all.into_iter().map(|(id, name)| Subscription { unread: unread.get(&id).copied(), id, name }).collect()
}
