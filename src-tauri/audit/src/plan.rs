//! The closing plan of one cluster: what must exist before a door shuts, and then the doors, in an order in which no
//! detected service is ever without a way in.

use crate::doors::Looked;
use crate::plan_names::{Names, binding_name};
use crate::usage::{ML_INFERENCE, Use, needed_by, use_of};
use quay_model::{
    ArmId, Before, Binding, Bound, Change, Integration, Plan, Reading, Settings, Step, lists, sha256_hex,
};
use std::collections::{BTreeSet, HashMap};

/// "Get secure access to resources in AKS by using Trusted Access": at most so many bindings a cluster.
const MOST_BINDINGS: usize = 8;

/// Sources without a binding yet, to the clusters they use: a right that is given above a cluster serves all of those.
pub(crate) type Unbound = HashMap<String, Vec<String>>;

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
    draft.clean();
    draft.let_in();
    draft.close_network();
    draft.close_credentials();
    draft.take_back_rights();
    draft.review();
    draft.start_first();
    let cluster = looked.cluster;
    let mut steps = draft.steps;
    steps.sort_by_key(|step| step.change.order());
    Plan { cluster_id: cluster.id.as_str().to_owned(), instance: cluster.instance.clone(), steps, notes: draft.notes }
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

    /// Bindings that serve nobody: they hold access, and take up room.
    fn clean(&mut self) {
        let Looked { fleet, cluster, .. } = self.looked;
        for binding in &cluster.bindings.seen {
            let Some(source) = binding.holder() else { continue };
            let roles = binding.roles.reading.value().cloned().unwrap_or_default();
            let why = if fleet.around.gone.contains(source.lower()) {
                "Its source no longer exists; whoever makes a resource with that id again inherits the access."
            } else if let Use::Unused(..) = use_of(fleet, cluster, &source, &roles) {
                "Its source does not use this cluster any more."
            } else if self.is_copy(binding) {
                "Another binding in force gives the same source the same roles."
            } else {
                continue;
            };
            let change = Change::DeleteBinding { cluster: self.id(), name: binding.name.clone() };
            let defender = source.lower().contains("/microsoft.security/");
            let step = self.add(change, format!("Delete the binding {}", binding.name), why);
            step.before = before(binding);
            step.decide =
                Some("Whether somebody still wants to restore from it or use it again: ask its owner.".to_owned());
            if defender {
                step.decide = Some("Defender puts its own bindings back while its plan is on: turn the extension of the plan off first.".to_owned());
            }
        }
    }

    /// The same source, and no role that another binding in force does not hold; of two alike the first by name stays.
    fn is_copy(&self, binding: &Binding) -> bool {
        let (Some(source), Reading::Value(roles)) = (binding.holder(), &binding.roles.reading) else { return false };
        let plain = |roles: &[String]| -> BTreeSet<String> { roles.iter().map(|role| role.to_lowercase()).collect() };
        let going: Vec<&str> = self.steps.iter().filter_map(deleted).collect();
        let own = plain(roles);
        self.looked.cluster.bindings.seen.iter().any(|other| {
            let Reading::Value(theirs) = &other.roles.reading else { return false };
            let theirs = plain(theirs);
            let stays = !going.iter().any(|name| name.eq_ignore_ascii_case(&other.name)) && !self.is_unused(other);
            let same = other.holder().as_ref() == Some(&source) && other.id != binding.id && stays;
            let holds = own.iter().all(|role| theirs.contains(role));
            let alike = theirs.len() == own.len();
            same && in_force(other) && holds && (!alike || !in_force(binding) || other.name < binding.name)
        })
    }

    fn is_unused(&self, binding: &Binding) -> bool {
        let Some(source) = binding.holder() else { return false };
        let roles = binding.roles.reading.value().cloned().unwrap_or_default();
        matches!(use_of(self.looked.fleet, self.looked.cluster, &source, &roles), Use::Unused(..))
    }

    /// A binding for every service that has none; narrower roles where there are too many.
    fn let_in(&mut self) {
        let Looked { cluster, integrated, .. } = self.looked;
        let going: Vec<String> = self.steps.iter().filter_map(deleted).map(str::to_lowercase).collect();
        let mut names = Names::taken(cluster.bindings.seen.iter().map(|b| b.name.to_lowercase()));
        let mut room = MOST_BINDINGS.saturating_sub(cluster.bindings.seen.len() - going.len());
        for integration in integrated.needing() {
            let who = called(integration);
            match &integration.bound {
                Bound::Yes(_) | Bound::NotNeeded => continue,
                Bound::Unknown(why) | Bound::Unreadable(why) => {
                    self.stuck.push(format!("{who}: whether it has a binding is not known ({why})"));
                    continue;
                }
                Bound::Lacking(_) | Bound::NotInForce(_) | Bound::No => {}
            }
            if let Some(why) = self.cannot_be_bound(integration) {
                self.stuck.push(format!("{who}: {why}"));
                continue;
            }
            let existing = cluster
                .bindings
                .seen
                .iter()
                .find(|b| self.is_of(b, integration) && !going.contains(&b.name.to_lowercase()));
            if existing.is_none() {
                if room == 0 {
                    self.stuck.push(format!("{who}: there is no room for a binding, the limit is {MOST_BINDINGS}"));
                    continue;
                }
                room -= 1;
            }
            self.bind(integration, existing, &mut names);
            self.waiting.push(format!("{who} would lose its way in: it has no Trusted Access binding in force."));
        }
        self.narrow_roles(&going);
    }

    fn bind(&mut self, integration: &Integration, existing: Option<&Binding>, names: &mut Names) {
        let mut roles = integration.needs.clone();
        let (name, title) = match existing {
            Some(binding) => {
                let more = binding.roles.reading.value().into_iter().flatten();
                roles.extend(
                    more.filter(|role| !integration.needs.iter().any(|n| n.eq_ignore_ascii_case(role))).cloned(),
                );
                (
                    binding.name.clone(),
                    format!("Make the binding {} again, with what {} needs", binding.name, integration.service.label()),
                )
            }
            None => {
                let name = names.free(&binding_name(integration));
                let title = format!("Give {} a binding", called(integration));
                (name, title)
            }
        };
        if let Some(holder) = self.looked.fleet.around.holders.get(&integration.source.to_lowercase())
            && !is_system_assigned(holder.identity_type.reading.value(), holder.principal.reading.value())
        {
            let change = Change::GiveIdentity { resource: integration.source.clone() };
            let title = format!("Give {} a system-assigned identity", holder.id.name());
            let kind = holder.identity_type.reading.value().cloned().unwrap_or_default();
            let why = "Trusted Access works with the system-assigned identity of the source only.";
            self.add(change, title, why).before = Before::Identity { kind };
        }
        let source = integration.source.clone();
        let change = Change::CreateBinding { cluster: self.id(), name, source: source.clone(), roles };
        let why = "Trusted Access lets the service in over the Azure backbone, whatever the other doors are.";
        self.add(change, title, why).before = existing.map_or(Before::Nothing, before);
        let change = Change::Confirm { cluster: self.id(), source };
        let title = format!("Confirm that {} works through its binding", called(integration));
        self.add(
            change,
            title,
            "A binding takes up to five minutes; a backup, a job or a scan that ends well shows that it works.",
        );
    }

    fn narrow_roles(&mut self, going: &[String]) {
        let Looked { fleet, cluster, roles, .. } = self.looked;
        for binding in cluster.bindings.seen.iter().filter(|b| !going.contains(&b.name.to_lowercase())) {
            let (Some(source), Reading::Value(held)) = (binding.holder(), &binding.roles.reading) else { continue };
            // the other operators of Defender belong to features that nothing here tells
            if source.lower().contains("/microsoft.security/") || self.makes(&binding.name) {
                continue;
            }
            // an endpoint of SDK v1 shows only in the list of computes
            let v1 = held.iter().any(|role| role.eq_ignore_ascii_case(ML_INFERENCE));
            if v1 && fleet.known.whole(lists::COMPUTES, &source).is_err() {
                continue;
            }
            let Some(needed) = needed_by(fleet, roles, cluster, &source) else { continue };
            let kept: Vec<String> =
                held.iter().filter(|role| needed.iter().any(|n| n.eq_ignore_ascii_case(role))).cloned().collect();
            // a binding without any needed role is a question, not a step
            if kept.is_empty() || kept.len() == held.len() {
                continue;
            }
            let change = Change::SetBindingRoles {
                cluster: self.id(),
                name: binding.name.clone(),
                source: source.as_str().to_owned(),
                roles: kept,
            };
            let title = format!("Take the roles off {} that its service does not need", binding.name);
            let why = "What a service does not need, whoever takes it over does not get either.";
            self.add(change, title, why).before = before(binding);
        }
    }

    /// Whether a step before makes this binding again.
    fn makes(&self, binding: &str) -> bool {
        let made = |step: &Step| matches!(&step.change, Change::CreateBinding { name, .. } if name.eq_ignore_ascii_case(binding));
        self.steps.iter().any(made)
    }

    fn is_of(&self, binding: &Binding, integration: &Integration) -> bool {
        let plan = |id: &str| id.to_lowercase().split("/securityoperators/").next().map(str::to_owned);
        binding.holder().is_some_and(|holder| plan(holder.lower()) == plan(&integration.source))
    }

    fn cannot_be_bound(&self, integration: &Integration) -> Option<String> {
        let source = ArmId::parse(&integration.source)?;
        if source.subscription() != self.looked.cluster.subscription() {
            return Some(
                "its source is in another subscription, and Trusted Access is documented for the same one only"
                    .to_owned(),
            );
        }
        if self.looked.fleet.around.gone.contains(source.lower()) {
            return Some("its source no longer exists".to_owned());
        }
        None
    }

    fn start_first(&mut self) {
        let changes_bindings = |step: &Step| {
            matches!(
                step.change,
                Change::CreateBinding { .. } | Change::DeleteBinding { .. } | Change::SetBindingRoles { .. }
            )
        };
        if self.looked.cluster.is_stopped() && self.steps.iter().any(changes_bindings) {
            let change = Change::Start { cluster: self.id() };
            self.add(
                change,
                "Start the cluster".to_owned(),
                "A stopped cluster can only be started or deleted; its bindings cannot be changed.",
            );
        }
    }
}

fn deleted(step: &Step) -> Option<&str> {
    if let Change::DeleteBinding { name, .. } = &step.change { Some(name) } else { None }
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
fn before(binding: &Binding) -> Before {
    Before::Binding {
        source: binding.source_resource_id.reading.value().cloned().unwrap_or_default(),
        roles: binding.roles.reading.value().cloned().unwrap_or_default(),
    }
}

fn in_force(binding: &Binding) -> bool {
    binding.provisioning_state.reading.value().is_some_and(|state| state.eq_ignore_ascii_case("succeeded"))
}

fn is_system_assigned(kind: Option<&String>, principal: Option<&String>) -> bool {
    match kind {
        Some(kind) => kind.to_lowercase().contains("systemassigned"),
        None => principal.is_some(),
    }
}
