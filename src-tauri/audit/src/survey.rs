//! Everything an audit tells beside its verdicts, for a whole fleet.

use crate::doors::{Looked, doors};
use crate::exposure::Exposure;
use crate::facts::RoleFacts;
use crate::integrations::integrations;
use crate::plan::{Unbound, no_plan, plan};
use crate::powers::Roles;
use crate::radius::radius;
use crate::reach::reached;
use crate::{drift, explain, matrix, owned};
use quay_model::{Bound, Cluster, Fleet, Plan, Settings, Survey};
use std::collections::HashMap;

/// What is needed to look at any cluster of one fleet.
struct Lens<'a> {
    fleet: &'a Fleet,
    settings: &'a Settings,
    roles: RoleFacts,
    azure_roles: Roles,
}

impl<'a> Lens<'a> {
    fn of(fleet: &'a Fleet, settings: &'a Settings) -> Self {
        Lens {
            fleet,
            settings,
            roles: RoleFacts::with(fleet.role_catalogues.clone()),
            azure_roles: Roles::of(fleet.around.access.definitions()),
        }
    }

    fn look<T>(&self, cluster: &Cluster, at: impl FnOnce(&Looked<'_>) -> T) -> T {
        let exposure = Exposure::of(cluster, self.settings);
        let integrated = integrations(self.fleet, cluster);
        let reached = reached(self.fleet, &self.azure_roles, cluster);
        at(&Looked {
            fleet: self.fleet,
            cluster,
            exposure: &exposure,
            integrated: &integrated,
            reached: &reached,
            roles: &self.roles,
        })
    }
}

pub fn survey(fleet: &Fleet, settings: &Settings) -> Survey {
    let lens = Lens::of(fleet, settings);
    let mut found = Survey::default();
    for cluster in &fleet.clusters {
        let (of_cluster, row) = lens.look(cluster, |looked| (doors(looked), matrix::row(looked)));
        found.doors.push(of_cluster);
        found.matrix.push(row);
        let key = (cluster.id.as_str().to_owned(), cluster.instance.clone());
        found.owned.insert(key, owned::owned(fleet, cluster, settings));
    }
    found.radius = radius(found.doors.iter());
    found.roles = explain::roles_in_use(fleet, &lens.roles);
    found.drift = drift::drift(fleet);
    found
}

/// Nothing in a binding, a right or a backup says which of them it is of.
const ONE_AFTER_THE_OTHER: &str =
    "Several clusters carried this id one after the other; keep only the newest answers, then look again.";

/// The closing plans of some clusters; without names, of all. One for each cluster, in their order.
pub fn plans(fleet: &Fleet, settings: &Settings, only: Option<&str>) -> Vec<Plan> {
    let lens = Lens::of(fleet, settings);
    let unbound = unbound(fleet);
    let wanted = |cluster: &&Cluster| only.is_none_or(|id| cluster.id.as_str().eq_ignore_ascii_case(id));
    let mut carried: HashMap<&str, usize> = HashMap::new();
    fleet.clusters.iter().for_each(|cluster| *carried.entry(cluster.id.lower()).or_default() += 1);
    let of = |cluster: &Cluster| {
        if carried.get(cluster.id.lower()).is_some_and(|clusters| *clusters > 1) {
            return no_plan(cluster, ONE_AFTER_THE_OTHER);
        }
        lens.look(cluster, |looked| plan(looked, settings, &unbound))
    };
    fleet.clusters.iter().filter(wanted).map(of).collect()
}

/// Sources that need a binding somewhere and have none, with the clusters.
fn unbound(fleet: &Fleet) -> Unbound {
    let mut unbound = Unbound::new();
    for cluster in &fleet.clusters {
        for integration in integrations(fleet, cluster).needing() {
            if !matches!(integration.bound, Bound::Yes(_)) {
                unbound.entry(integration.source.to_lowercase()).or_default().push(cluster.id.lower().to_owned());
            }
        }
    }
    unbound
}
