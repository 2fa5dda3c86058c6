//! Who holds which role on one cluster: at it, its group, its subscription, the management groups above, and the root.

use crate::powers::{Powers, Role, Roles};
use quay_model::{Cluster, Fleet, Identity, RoleAssignment, lists};
use std::sync::Arc;

const CLUSTERS: &str = "/providers/microsoft.containerservice/managedclusters/";

/// One assignment as it counts for one cluster.
#[derive(Debug, Clone)]
pub struct Held<'a> {
    pub assignment: &'a RoleAssignment,
    /// `None` when nobody here knows what the role allows.
    pub role: Option<&'a Role>,
    pub eligible: bool,
    /// Whether its scope is known to hold the cluster: a management group may not.
    pub placed: bool,
}

impl Held<'_> {
    pub fn powers(&self) -> Powers {
        self.role.map(|role| role.powers).unwrap_or_default()
    }

    pub fn role_name(&self) -> &str {
        self.role.map_or(&*self.assignment.role, |role| &*role.name)
    }

    /// Where it was given, in words.
    pub fn place(&self) -> String {
        let scope = &*self.assignment.scope;
        match scope {
            "/" => "the tenant root".to_owned(),
            _ if scope.contains("/managementgroups/") => {
                format!("management group {}", scope.rsplit('/').next().unwrap_or_default())
            }
            _ if scope.matches('/').count() == 2 => "the subscription".to_owned(),
            _ if scope.contains(CLUSTERS) => {
                let below = scope.rsplit_once(CLUSTERS).map_or("", |(_, below)| below);
                let Some((_, inside)) = below.split_once('/') else { return "the cluster".to_owned() };
                let (path, name) = inside.rsplit_once('/').unwrap_or(("", inside));
                let kind = match path.rsplit('/').next().unwrap_or_default() {
                    "namespaces" | "managednamespaces" => "namespace",
                    "trustedaccessrolebindings" => "binding",
                    other => other,
                };
                format!("{kind} {name}")
            }
            _ => format!("resource group {}", scope.rsplit('/').next().unwrap_or_default()),
        }
    }
}

/// All of it, for one cluster.
#[derive(Debug, Clone)]
pub struct Reached<'a> {
    pub held: Vec<Held<'a>>,
    /// What was given below it: in a namespace, on one of its bindings.
    pub inside: Vec<Held<'a>>,
    /// Why it may not be all; `None` when it is.
    pub incomplete: Option<String>,
}

/// Every assignment that reaches the cluster.
pub fn reached<'a>(fleet: &'a Fleet, roles: &'a Roles, cluster: &Cluster) -> Reached<'a> {
    let access = &fleet.around.access;
    let at = |scope: &str, placed: bool| {
        let of = move |assignment: &'a RoleAssignment, eligible| Held {
            assignment,
            role: roles.find(&assignment.role),
            eligible,
            placed,
        };
        let active = access.at(scope).iter().map(move |assignment| of(assignment, false));
        active.chain(access.eligible_at(scope).iter().map(move |assignment| of(assignment, true)))
    };
    let held = scopes_above(fleet, cluster).iter().flat_map(|(scope, placed)| at(scope, *placed)).collect();
    let inside = access.inside(cluster.id.lower()).iter().flat_map(|scope| at(scope, true)).collect();
    Reached { held, inside, incomplete: fleet.known.whole(lists::ASSIGNMENTS, &cluster.id).err() }
}

/// The cluster, its group, its subscription, the management groups above it, the root, in lower case; and whether each is
/// known to hold the cluster. Azure lists what hangs on a group only to those who ask from below it: where one
/// subscription was asked alone, that is the one.
fn scopes_above(fleet: &Fleet, cluster: &Cluster) -> Vec<(String, bool)> {
    let own = cluster.subscription();
    let mut scopes = vec![(cluster.id.lower().to_owned(), true)];
    scopes.extend(cluster.id.group_scope().map(|scope| (scope.to_owned(), true)));
    scopes.push((format!("/subscriptions/{own}"), true));
    let alone = fleet.subscriptions.len() <= 1;
    let groups = fleet.around.access.management_groups();
    scopes.extend(groups.into_iter().filter_map(|scope| {
        let (_, group) = scope.rsplit_once("/managementgroups/")?;
        match fleet.around.is_above(group, own) {
            Some(false) => None,
            above => Some((scope.to_owned(), alone || above == Some(true))),
        }
    }));
    scopes.push(("/".to_owned(), true));
    scopes
}

/// Whether a directory that was read to its end no longer knows the holder.
pub(crate) fn is_unknown_to_directory(fleet: &Fleet, held: &Held<'_>) -> bool {
    let directory = &fleet.around.directory;
    let principal = &held.assignment.principal;
    // groups of another tenant are not in this one's directory
    let foreign = held.assignment.principal_type.eq_ignore_ascii_case("ForeignGroup");
    !foreign && !directory.knows(principal) && !directory.identity(principal).is_some_and(Identity::is_told_by_itself)
}

/// Who a principal is, for people.
pub fn name_of(fleet: &Fleet, assignment: &RoleAssignment) -> Arc<str> {
    let directory = &fleet.around.directory;
    match (directory.identity(&assignment.principal), directory.name(&assignment.principal)) {
        (Some(Identity { name, .. }), _) => name.as_str().into(),
        (None, Some(name)) => name.into(),
        (None, None) => {
            let kind = if assignment.principal_type.is_empty() { "principal" } else { &assignment.principal_type };
            format!("unresolved {kind} {}", assignment.principal).into()
        }
    }
}
