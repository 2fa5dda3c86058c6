//! The typed nouns read out of a snapshot: subscriptions, clusters, their bindings, role catalogues.

use crate::cluster::source_line;
use crate::field::Body;
use crate::instance::{disagree, merge};
use crate::instances::Instances;
use crate::known::{Known, WholeList};
use crate::twins::{Told, Twins};
use crate::{
    ArmId, Binding, Bindings, Cluster, ControlTotal, Document, DocumentKind, Gap, GapReason, Reading, Role,
    RoleCatalogue, Snapshot, Source, Surroundings, json, lists,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subscription {
    pub id: String,
    /// `/subscriptions/` and the id, in lower case.
    pub scope: String,
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
    /// What two routes counted, per subscription.
    pub control_totals: Vec<ControlTotal>,
    /// Lists that were read to their end.
    pub whole_lists: Vec<WholeList>,
    pub around: Surroundings,
    /// Which lists are known to be whole where; made from the lists and the gaps.
    pub known: Known,
    /// Role catalogues of earlier days, oldest first.
    pub earlier_roles: Vec<RoleCatalogue>,
}

impl Fleet {
    /// Every document becomes a noun or a gap; none is lost and none can harm another.
    pub fn read(snapshot: &Snapshot) -> Fleet {
        let mut fleet = Fleet { gaps: snapshot.gaps.clone(), ..Fleet::default() };
        let mut clusters: BTreeMap<String, Instances<'_>> = BTreeMap::new();
        let mut bindings: HashMap<String, Vec<Binding>> = HashMap::new();
        let mut whole_lists: BTreeSet<String> = BTreeSet::new();
        let mut names: BTreeMap<String, String> = BTreeMap::new();

        let twins = Twins::of(&snapshot.documents);
        for document in &snapshot.documents {
            let Ok(body) = serde_json::from_str::<Value>(&document.body) else {
                fleet.gaps.push(damaged(document));
                continue;
            };
            match document.kind {
                DocumentKind::Cluster => {
                    if let Some(id) = ArmId::parse(&document.resource_id) {
                        fleet.around.cluster_identities(&id, &body);
                    }
                    clusters.entry(document.resource_id.to_lowercase()).or_default().add(document, &body);
                }
                DocumentKind::Binding => match read_binding(document, &body) {
                    Some(binding) => {
                        let of_cluster = bindings.entry(binding.cluster.lower().to_owned()).or_default();
                        add_binding(of_cluster, binding, &mut fleet.gaps);
                    }
                    None => fleet.gaps.push(damaged(document)),
                },
                DocumentKind::BindingListEnd => {
                    let cluster = document.resource_id.to_lowercase();
                    let read = source_line(&document.source, &document.hash);
                    let (scope, what) = (cluster.clone(), lists::BINDINGS.to_owned());
                    fleet.whole_lists.push(WholeList { scope, what, read, since: Reading::Absent });
                    whole_lists.insert(cluster);
                }
                DocumentKind::ListEnd => {
                    let what = json::child(&body, "wholeListOf").and_then(json::text);
                    let what = what.value().cloned().unwrap_or_default();
                    let read = source_line(&document.source, &document.hash);
                    let since = json::child(&body, "since").and_then(json::text);
                    let scope = document.resource_id.to_lowercase();
                    fleet.whole_lists.push(WholeList { scope, what, read, since });
                }
                DocumentKind::ControlTotal => match serde_json::from_value(body) {
                    Ok(total) => fleet.control_totals.push(total),
                    Err(_) => fleet.gaps.push(damaged(document)),
                },
                DocumentKind::Related => match twins.told(document, &body) {
                    Told::Alone => fleet.gaps.extend(fleet.around.add(document, &body)),
                    Told::Together(whole, gap) => {
                        fleet.gaps.extend(fleet.around.add(document, &whole).into_iter().chain(gap));
                    }
                    Told::Already => {}
                },
                DocumentKind::Event | DocumentKind::Principal | DocumentKind::Gone | DocumentKind::Declared => {
                    fleet.gaps.extend(fleet.around.add(document, &body));
                }
                DocumentKind::Subscription => {
                    let name = json::child(&body, "displayName").and_then(json::text);
                    let name =
                        if let Reading::Absent = name { json::child(&body, "name").and_then(json::text) } else { name };
                    let id = document.resource_id.to_lowercase();
                    fleet.around.subscription_tags(&id, &body);
                    names.insert(id.clone(), name.value().cloned().unwrap_or(id));
                }
                DocumentKind::RoleCatalogue => {
                    let read = read_catalogue(document, &body);
                    if !read.whole {
                        fleet.gaps.push(damaged(document));
                    }
                    if read.dated {
                        fleet.earlier_roles.push(read);
                        continue;
                    }
                    match fleet.role_catalogues.iter_mut().find(|known| known.location == read.location) {
                        Some(known) => known.add(read),
                        None => fleet.role_catalogues.push(read),
                    }
                }
            }
        }

        fleet.gaps.extend(fleet.role_catalogues.iter().filter_map(disputed));
        // nearly always one each: growing by doubling would need room for thrice as many
        fleet.clusters.reserve_exact(clusters.len());
        for (id, all) in clusters {
            let mut read: Vec<Cluster> = Vec::new();
            for (instance, documents) in all.finish() {
                let cluster = read_cluster(&documents, &mut fleet.gaps);
                read.extend(cluster.map(|cluster| Cluster { instance, ..cluster }));
            }
            let Some((last, others)) = read.split_last_mut() else { continue };
            let of_all = bindings_of(bindings.remove(&id).unwrap_or_default(), whole_lists.contains(&id));
            // nothing in a binding says which of them it is of
            others.iter_mut().for_each(|cluster| cluster.bindings = of_all.clone());
            last.bindings = of_all;
            fleet.clusters.append(&mut read);
        }
        let mut homeless: Vec<Gap> = bindings.iter().map(|(cluster, of)| orphan_bindings(cluster, of.len())).collect();
        homeless.sort();
        fleet.gaps.extend(homeless);
        if !fleet.is_scan() {
            // what was asked for its own list, and answered, exists
            let listed: BTreeSet<&str> = fleet.whole_lists.iter().map(|list| list.scope.as_str()).collect();
            fleet.gaps.extend(fleet.around.dispute(|id| listed.contains(id)));
            fleet.doubt_bindings();
        }
        fleet.subscriptions = subscriptions(&fleet, names);
        fleet.gaps.sort();
        fleet.gaps.dedup();
        fleet.around.settle();
        fleet.earlier_roles.sort_by(|a, b| a.as_of.cmp(&b.as_of));
        fleet.known = Known::of(&fleet.whole_lists, &fleet.gaps);
        fleet
    }

    /// A binding that one answer names and another one does not is neither there nor gone.
    fn doubt_bindings(&mut self) {
        let in_doubt = |gap: &&Gap| gap.call == lists::BINDING && gap.reason == GapReason::Contradiction;
        let doubted: BTreeSet<String> = self.gaps.iter().filter(in_doubt).map(|gap| gap.scope.to_lowercase()).collect();
        for binding in self.clusters.iter_mut().flat_map(|cluster| &mut cluster.bindings.seen) {
            let is_gone = self.around.gone.contains(binding.id.lower());
            if is_gone {
                self.gaps.push(binding_in_doubt(binding.id.as_str()));
            }
            if is_gone || doubted.contains(binding.id.lower()) {
                let why = "one answer names this binding, and another one says that it is not there";
                binding.provisioning_state.reading = Reading::Unreadable(why.to_owned());
            }
        }
    }

    pub fn cluster(&self, id: &str, instance: &str) -> Option<&Cluster> {
        let lower = id.to_lowercase();
        self.clusters.iter().find(|c| c.id.lower() == lower && c.instance == instance)
    }

    /// Whether Azure was asked, so that a list of clusters that is not there is one that was not read.
    pub fn is_scan(&self) -> bool {
        self.whole_lists.iter().any(|list| list.what == "managedClusters" || list.what == "subscriptions")
    }

    pub fn subscription_name<'a>(&'a self, id: &'a str) -> &'a str {
        self.subscriptions.iter().find(|s| s.id == id).map_or(id, |s| s.name.as_str())
    }
}

fn read_cluster(documents: &[&Document], gaps: &mut Vec<Gap>) -> Option<Cluster> {
    // a document whose settings were cut away says nothing about them, and cannot disagree either
    let alone = documents.len() == 1;
    let whole: Vec<&&Document> = documents.iter().filter(|document| alone || !is_cut_down(document)).collect();
    let mut told: Vec<&&Document> = if whole.is_empty() { documents.iter().collect() } else { whole };
    told.sort_by(|a, b| a.source.cmp(&b.source).then_with(|| a.hash.cmp(&b.hash)));
    let (first, others) = told.split_first()?;
    let id = ArmId::parse(&first.resource_id)?;
    let mut body: Value = serde_json::from_str(&first.body).ok()?;
    for other in others.iter().filter(|other| other.hash != first.hash) {
        let second: Value = serde_json::from_str(&other.body).ok()?;
        body = merge(&body, &second);
    }
    if disagree(&body) {
        let places: Vec<String> = told.iter().map(|document| place(document)).collect();
        gaps.push(Gap {
            scope: id.as_str().to_owned(),
            call: "cluster".to_owned(),
            reason: GapReason::Contradiction,
            message: format!(
                "{} describe this cluster differently; where they disagree the settings count as unread.",
                places.join(" and ")
            ),
            hint: "Keep only the newest of these files, then open the folder again.".to_owned(),
        });
    }
    Some(Cluster::read(id, &body, first.source.clone(), first.hash))
}

fn bindings_of(mut seen: Vec<Binding>, is_whole: bool) -> Bindings {
    seen.sort_by(|a, b| a.id.cmp(&b.id));
    let why = if seen.is_empty() {
        "its Trusted Access bindings were not collected"
    } else {
        "the list of its Trusted Access bindings was not read to the end"
    };
    Bindings { incomplete: (!is_whole).then(|| why.to_owned()), seen }
}

fn is_cut_down(document: &Document) -> bool {
    serde_json::from_str::<Value>(&document.body).is_ok_and(|body| Body::new(&body).is_cut_down())
}

fn place(document: &Document) -> String {
    let Source { name, position, .. } = &document.source;
    if position.is_empty() { name.to_string() } else { format!("{name} ({position})") }
}

fn read_binding(document: &Document, body: &Value) -> Option<Binding> {
    Binding::read(ArmId::parse(&document.resource_id)?, body, document.source.clone(), document.hash)
}

fn add_binding(of_cluster: &mut Vec<Binding>, binding: Binding, gaps: &mut Vec<Gap>) {
    let Some(known) = of_cluster.iter_mut().find(|known| known.id == binding.id) else {
        of_cluster.push(binding);
        return;
    };
    let any_order = |list: &Vec<String>| {
        let mut list: Vec<String> = list.iter().map(|role| role.to_lowercase()).collect();
        list.sort();
        list.join("\n")
    };
    let roles = same_words(&known.roles.reading, &binding.roles.reading, any_order);
    let id = |text: &String| text.trim_end_matches('/').to_owned();
    let source = same_words(&known.source_resource_id.reading, &binding.source_resource_id.reading, id);
    let state = same_words(&known.provisioning_state.reading, &binding.provisioning_state.reading, Clone::clone);
    if roles && source && state {
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
    if !roles {
        known.roles.reading = Reading::Unreadable(disagree());
    }
    if !source {
        known.source_resource_id.reading = Reading::Unreadable(disagree());
    }
    if !state {
        known.provisioning_state.reading = Reading::Unreadable(disagree());
    }
}

/// Azure writes one id in several cases.
fn same_words<T: PartialEq>(a: &Reading<T>, b: &Reading<T>, words: impl Fn(&T) -> String) -> bool {
    match (a, b) {
        (Reading::Value(a), Reading::Value(b)) => words(a).eq_ignore_ascii_case(&words(b)),
        (a, b) => a == b,
    }
}

/// One role that cannot be read leaves the others; what it is called nobody knows, so the list is not whole.
fn read_catalogue(document: &Document, body: &Value) -> RoleCatalogue {
    let listed = json::child(body, "value").value().and_then(|value| value.as_array()).cloned().unwrap_or_default();
    let roles: Vec<Role> = listed.iter().filter_map(Role::read).collect();
    let goes_on = matches!(json::child(body, "nextLink"), Reading::Value(_));
    let broken = matches!(json::child(body, "error"), Reading::Value(_));
    // an answer of an earlier day says so; one without a day is of this snapshot
    let day = json::child(body, "asOf").and_then(json::text);
    let mut catalogue = RoleCatalogue {
        location: document.resource_id.to_lowercase().replace(' ', ""),
        dated: day.value().is_some(),
        as_of: day.value().cloned().unwrap_or_else(|| document.source.name.to_string()),
        source: source_line(&document.source, &document.hash),
        whole: roles.len() == listed.len() && !goes_on && !broken,
        roles: Vec::new(),
        disputed: Vec::new(),
    };
    roles.into_iter().for_each(|role| catalogue.add_role(role));
    catalogue
}

/// What a role allows is unread where two answers of one location tell it differently.
fn disputed(catalogue: &RoleCatalogue) -> Option<Gap> {
    let RoleCatalogue { location, disputed, .. } = catalogue;
    (!disputed.is_empty()).then(|| Gap {
        scope: location.clone(),
        call: "trustedAccessRoles".to_owned(),
        reason: GapReason::Contradiction,
        message: format!(
            "Two answers of {location} tell {} differently; whether it is offered, and what it allows, counts as unread.",
            disputed.join(", ")
        ),
        hint: "Keep only the newest of them, then open the folder again.".to_owned(),
    })
}

/// Two answers differ about whether a binding is there.
pub fn binding_in_doubt(id: &str) -> Gap {
    Gap {
        scope: id.to_owned(),
        call: lists::BINDING.to_owned(),
        reason: GapReason::Contradiction,
        message: "One answer names this binding, and another one says that it is not there; whether it is in force counts as unread.".to_owned(),
        hint: "Keep only the newest of them, then open the folder again.".to_owned(),
    }
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
    // after a scan of Azure, only a list that was read to its end has been read
    let is_scan = fleet.is_scan();
    if is_scan {
        let listed = |id: &String| {
            let scope = format!("/subscriptions/{id}");
            fleet.whole_lists.iter().any(|list| list.scope == scope && list.what == "managedClusters")
        };
        for id in all.keys().filter(|id| !listed(id)) {
            unread.entry(id.clone()).or_insert(GapReason::Failed);
        }
    }
    all.into_iter()
        .map(|(id, name)| Subscription {
            unread: unread.get(&id).copied(),
            scope: format!("/subscriptions/{}", id.to_lowercase()),
            id,
            name,
        })
        .collect()
}
