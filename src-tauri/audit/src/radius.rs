//! The blast radius: how many clusters each identity can enter, and by which doors.

use quay_model::{ClusterDoors, DoorKind, DoorState, Radius, Reach, WhoKind};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

#[derive(Default)]
struct Counted {
    name: Arc<str>,
    kind: Option<WhoKind>,
    clusters: u32,
    admin_of: u32,
    doors: BTreeSet<DoorKind>,
    /// The cluster counted last, so that two doors into one count once.
    last: usize,
    last_admin: usize,
}

/// Identities by how many clusters they can enter today, the widest first. Networks are no identities.
pub fn radius<'a>(all: impl Iterator<Item = &'a ClusterDoors>) -> Vec<Radius> {
    let mut counted: HashMap<Arc<str>, Counted> = HashMap::new();
    let mut number = 0;
    let mut before = "";
    for cluster in all {
        // an id that several clusters carried, one after the other, is one cluster today
        if !cluster.cluster_id.eq_ignore_ascii_case(before) {
            number += 1;
        }
        before = &cluster.cluster_id;
        for door in &cluster.doors {
            // a namespace that hands out credentials is a door, and nobody
            let is_place = door.kind == DoorKind::ManagedNamespace && door.who_kind == WhoKind::Group;
            let is_identity = !is_place && !matches!(door.who_kind, WhoKind::Everyone | WhoKind::Network);
            if !is_identity || door.state != DoorState::Open {
                continue;
            }
            let of = counted.entry(Arc::clone(&door.who)).or_default();
            of.name = Arc::clone(&door.who_name);
            of.kind = Some(door.who_kind);
            of.doors.insert(door.kind);
            if of.last != number {
                of.last = number;
                of.clusters += 1;
            }
            if door.reach == Reach::Admin && of.last_admin != number {
                of.last_admin = number;
                of.admin_of += 1;
            }
        }
    }
    let line = |(who, of): (Arc<str>, Counted)| Radius {
        who,
        who_name: of.name,
        who_kind: of.kind.unwrap_or(WhoKind::Unknown),
        clusters: of.clusters,
        admin_of: of.admin_of,
        doors: of.doors.into_iter().collect(),
    };
    let mut lines: Vec<Radius> = counted.into_iter().map(line).collect();
    lines.sort_by(|a, b| (b.admin_of, b.clusters, &a.who).cmp(&(a.admin_of, a.clusters, &b.who)));
    lines
}
