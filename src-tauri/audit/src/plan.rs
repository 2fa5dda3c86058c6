//! The closing plan of one cluster: what must exist before a door shuts, and then the doors, in an order in which no
//! detected service is ever without a way in.

pub(crate) mod bind;
pub(crate) mod clean;
pub(crate) mod close;
pub(crate) mod credentials;
pub(crate) mod names;
pub(crate) mod rights;
#[cfg(test)]
mod tests;

use crate::doors::Looked;
use quay_model::{Before, Binding, Change, Cluster, Integration, Plan, Settings, Step, sha256_hex};
use std::collections::HashMap;

/// Sources without a binding yet, to the clusters they use: a right that is given above a cluster serves all of those.
pub(crate) type Unbound = HashMap<String, Vec<String>>;

/// Nothing here asks Azure for locks ("Lock your resources to protect your infrastructure").
const LOCKS: &str =
    "Locks were not read: a ReadOnly lock on the cluster, its group or its subscription stops every step.";

pub(crate) fn plan(looked: &Looked<'_>, settings: &Settings, unbound: &Unbound) -> Plan {
    let mut draft = Draft {
        looked,
        settings,
        unbound,
        steps: Vec::new(),
        notes: Vec::new(),
        stuck: Vec::new(),
        waiting: Vec::new(),
    };
    match out_of_reach(looked.cluster) {
        Some(why) => draft.notes.push(why),
        None => draft.fill(),
    }
    let cluster = looked.cluster;
    let mut steps = draft.steps;
    steps.sort_by_key(|step| step.change.order());
    Plan { cluster_id: cluster.id.as_str().to_owned(), instance: cluster.instance.clone(), steps, notes: draft.notes }
}

/// A plan that says only why there is none.
pub(crate) fn no_plan(cluster: &Cluster, why: &str) -> Plan {
    Plan {
        cluster_id: cluster.id.as_str().to_owned(),
        instance: cluster.instance.clone(),
        steps: Vec::new(),
        notes: vec![why.to_owned()],
    }
}

/// Why Azure would refuse every step, or undo it.
fn out_of_reach(cluster: &Cluster) -> Option<String> {
    let state = cluster.provisioning_state.reading.value().map(String::as_str).unwrap_or_default();
    if state.eq_ignore_ascii_case("creating") {
        return Some("The cluster is still being created: look again when it is there.".to_owned());
    }
    if state.eq_ignore_ascii_case("deleting") {
        return Some("The cluster is being deleted: nothing is planned for it.".to_owned());
    }
    // "Azure Kubernetes Fleet Manager hub clusters": Azure makes them in a group FL_…, and denies changes in it
    let of_fleet = |group: &str| group.to_lowercase().starts_with("fl_");
    let groups = [cluster.id.resource_group(), cluster.node_group.reading.value().map(String::as_str)];
    if groups.into_iter().flatten().any(of_fleet) {
        return Some(
            "It is the hub cluster of a Fleet, which Azure itself runs: nothing is planned for it.".to_owned(),
        );
    }
    None
}

pub(crate) struct Draft<'a> {
    pub(crate) looked: &'a Looked<'a>,
    pub(crate) settings: &'a Settings,
    pub(crate) unbound: &'a Unbound,
    pub(crate) steps: Vec<Step>,
    pub(crate) notes: Vec<String>,
    /// Services that no step can give a way in: nothing may shut while they are there.
    pub(crate) stuck: Vec<String>,
    /// Services that would lose their way in today, and not after the steps before.
    pub(crate) waiting: Vec<String>,
}

impl Draft<'_> {
    fn fill(&mut self) {
        self.clean();
        self.let_in();
        self.narrow_roles();
        self.close_network();
        self.close_credentials();
        self.take_back_rights();
        self.review();
        self.start_first();
        self.tell_stuck();
        if !self.steps.is_empty() {
            self.notes.push(LOCKS.to_owned());
        }
    }

    pub(crate) fn id(&self) -> String {
        self.looked.cluster.id.as_str().to_owned()
    }

    pub(crate) fn add(&mut self, change: Change, title: String, why: &str) -> &mut Step {
        let key = serde_json::to_string(&change).unwrap_or_default();
        let id = sha256_hex(key.to_lowercase().as_bytes()).get(..12).unwrap_or_default().to_owned();
        self.steps.push(Step {
            id,
            cluster_id: self.id(),
            change,
            before: Before::Nothing,
            title,
            why: why.to_owned(),
            breaks_today: Vec::new(),
            held_back: Vec::new(),
            unsure: Vec::new(),
            decide: None,
        });
        let last = self.steps.len() - 1;
        &mut self.steps[last]
    }

    /// Whether the plan deletes this binding.
    pub(crate) fn deletes(&self, binding: &Binding) -> bool {
        let deleted = |step: &Step| matches!(&step.change, Change::DeleteBinding { name, .. } if name.eq_ignore_ascii_case(&binding.name));
        self.steps.iter().any(deleted)
    }

    /// Where nothing is left to shut, no step says what a service waits for.
    fn tell_stuck(&mut self) {
        let untold = |why: &&String| !self.steps.iter().any(|step| step.held_back.contains(*why));
        let notes: Vec<String> = self.stuck.iter().filter(untold).map(|why| format!("{why}.")).collect();
        self.notes.extend(notes);
    }

    /// A stopped cluster can only be started or deleted.
    fn start_first(&mut self) {
        let needing = || self.steps.iter().filter(|step| step.change.needs_running_cluster());
        if !self.looked.cluster.is_stopped() || needing().next().is_none() {
            return;
        }
        let for_nothing = needing().all(Step::is_held_back);
        let change = Change::Start { cluster: self.id() };
        let why = "A stopped cluster can only be started or deleted; nothing of it can be changed.";
        let step = self.add(change, "Start the cluster".to_owned(), why);
        step.decide =
            Some("Who stops it again afterwards: it costs money while it runs, and its doors are open.".to_owned());
        if for_nothing {
            step.held_back.push("it is needed only for steps that are held back".to_owned());
        }
    }
}

pub(crate) fn called(integration: &Integration) -> String {
    // a plan of Defender has one operator, whose name says the same again
    if integration.source.to_lowercase().contains("/securityoperators/") {
        return integration.service.label().to_owned();
    }
    let name = integration.source.rsplit('/').next().unwrap_or_default();
    format!("{} ({name})", integration.service.label())
}

/// What stands there until the step is done.
pub(crate) fn before(binding: &Binding) -> Before {
    Before::Binding {
        source: binding.source_resource_id.reading.value().cloned().unwrap_or_default(),
        roles: binding.roles.reading.value().cloned().unwrap_or_default(),
    }
}
