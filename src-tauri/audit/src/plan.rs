//! The closing plan of one cluster: what must exist before a door shuts, and then the doors, in an order in which no
//! detected service is ever without a way in.

use crate::doors::Looked;
use crate::exposure::{Exposure, OWN_EGRESS, narrowed};
use crate::integrations::{Use, needed_by, use_of};
use crate::plan_names::{Names, binding_name};
use crate::workarounds;
use quay_model::{ArmId, Binding, Bound, Change, Integration, Plan, Reading, Service, Settings, Step, sha256_hex};
use std::collections::HashMap;

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

struct Draft<'a> {
    looked: &'a Looked<'a>,
    settings: &'a Settings,
    unbound: &'a Unbound,
    steps: Vec<Step>,
    notes: Vec<String>,
    /// Services that no step can give a way in: nothing may shut while they are there.
    stuck: Vec<String>,
    /// Services that would lose their way in today, and not after the steps before.
    waiting: Vec<String>,
}

impl Draft<'_> {
    fn id(&self) -> String {
        self.looked.cluster.id.as_str().to_owned()
    }

    fn add(&mut self, change: Change, title: String, why: &str) -> &mut Step {
        let key = serde_json::to_string(&change).unwrap_or_default();
        let id = sha256_hex(key.to_lowercase().as_bytes()).get(..12).unwrap_or_default().to_owned();
        self.steps.push(Step {
            id,
            cluster_id: self.id(),
            change,
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
            } else if let Use::Unused(_) = use_of(fleet, cluster, &source, &roles) {
                "Its source does not use this cluster any more."
            } else if self.is_copy(binding) {
                "Another binding in force gives the same source the same roles."
            } else {
                continue;
            };
            let change = Change::DeleteBinding { cluster: self.id(), name: binding.name.clone() };
            let defender = source.lower().contains("/microsoft.security/");
            let step = self.add(change, format!("Delete the binding {}", binding.name), why);
            if defender {
                step.decide = Some("Defender puts its own bindings back while its plan is on: turn the extension of the plan off first.".to_owned());
            }
        }
    }

    /// The same source, and no role that another binding in force does not hold; of two alike the first by name stays.
    fn is_copy(&self, binding: &Binding) -> bool {
        let (Some(source), Reading::Value(roles)) = (binding.holder(), &binding.roles.reading) else { return false };
        let plain = |roles: &[String]| -> Vec<String> { roles.iter().map(|role| role.to_lowercase()).collect() };
        let own = plain(roles);
        self.looked.cluster.bindings.seen.iter().any(|other| {
            let Reading::Value(theirs) = &other.roles.reading else { return false };
            let theirs = plain(theirs);
            let same = other.holder().as_ref() == Some(&source) && other.id != binding.id;
            let holds = own.iter().all(|role| theirs.contains(role));
            let alike = theirs.len() == own.len();
            same && in_force(other) && holds && (!alike || !in_force(binding) || other.name < binding.name)
        })
    }

    /// A binding for every service that has none; narrower roles where there are too many.
    fn let_in(&mut self) {
        let Looked { cluster, integrated, .. } = self.looked;
        let going: Vec<String> = self
            .steps
            .iter()
            .filter_map(|step| match &step.change {
                Change::DeleteBinding { name, .. } => Some(name.to_lowercase()),
                _ => None,
            })
            .collect();
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
            self.add(change, title, "Trusted Access works with the system-assigned identity of the source only.");
        }
        let source = integration.source.clone();
        let change = Change::CreateBinding { cluster: self.id(), name, source: source.clone(), roles };
        let why = "Trusted Access lets the service in over the Azure backbone, whatever the other doors are.";
        self.add(change, title, why);
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
            self.add(change, title, "What a service does not need, whoever takes it over does not get either.");
        }
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

    fn close_network(&mut self) {
        let Looked { cluster, exposure, .. } = self.looked;
        let ranges = cluster.api_server.ranges.reading.value().cloned().unwrap_or_default();
        let private_is_possible = cluster.api_server.vnet_integration.reading == Reading::Value(true);
        let wanted = match exposure {
            Exposure::Open(_) | Exposure::Broad(_) => Some(narrowed(&ranges, self.settings)),
            _ => None,
        };
        if let Some(wanted) = wanted {
            let title = if wanted == [OWN_EGRESS] {
                "Let in only the cluster's own outbound address and those you add".to_owned()
            } else {
                format!("Let in only {}", wanted.join(", "))
            };
            let change = Change::SetRanges { cluster: self.id(), ranges: wanted };
            self.close(
                change,
                title,
                "Everybody else can no longer open a connection.",
                "Which addresses people and pipelines call from: add them to the list, or they are cut off.",
            );
        }
        match (exposure.is_public(), private_is_possible) {
            (Some(true), true) => {
                let change = Change::MakePrivate { cluster: self.id() };
                self.close(change, "Make the cluster private".to_owned(), "With API Server VNet Integration the public endpoint can be turned off.", "Who calls from outside the network: they need a way into it first.");
            }
            (Some(true), false) => self.notes.push("A cluster without API Server VNet Integration is private only if it is made so: going private means making it again.".to_owned()),
            (Some(false) | None, _) => {}
        }
    }

    fn close_credentials(&mut self) {
        let Looked { cluster, .. } = self.looked;
        if open(&cluster.api_server.run_command_disabled.reading) {
            let change = Change::DisableRunCommand { cluster: self.id() };
            self.close(
                change,
                "Turn run command off".to_owned(),
                "It runs commands as the cluster's administrator for whoever holds one Azure action.",
                "Who uses `az aks command invoke`, and from which pipeline.",
            );
        }
        if !open(&cluster.credentials.local_accounts_disabled.reading) {
            return;
        }
        if cluster.credentials.entra.reading == Reading::Absent {
            self.notes.push(
                "Local accounts can be turned off only with Entra ID integration: CRED-02 comes first.".to_owned(),
            );
            return;
        }
        let decide = "Who still uses the static admin kubeconfig.";
        let change = Change::DisableLocalAccounts { cluster: self.id() };
        self.close(
            change,
            "Turn local accounts off".to_owned(),
            "The static admin credential belongs to nobody and cannot be taken from one person.",
            decide,
        );
        let change = Change::RotateCertificates { cluster: self.id() };
        self.close(
            change,
            "Rotate the cluster's certificates".to_owned(),
            "A kubeconfig fetched earlier stays valid until then.",
            "A time at which the API server may be away for up to 30 minutes.",
        );
    }

    /// A step that shuts something: it waits for every service, and is held back for those that no step can let in.
    fn close(&mut self, change: Change, title: String, why: &str, decide: &str) {
        let (stuck, waiting) = (self.stuck.clone(), self.waiting.clone());
        let integrated = self.looked.integrated;
        let chaos = integrated
            .list
            .iter()
            .filter(|i| i.service == Service::ChaosStudio && !matches!(change, Change::DisableRunCommand { .. }));
        let mut held: Vec<String> = stuck;
        held.extend(chaos.map(|i| {
            format!("{}: it uses credentials of the cluster from outside, and supports no Trusted Access", called(i))
        }));
        held.sort();
        held.dedup();
        let unsure = integrated
            .unknown
            .iter()
            .map(|(service, why)| format!("whether {} uses this cluster ({why})", service.label()))
            .collect();
        let step = self.add(change, title, why);
        step.breaks_today = waiting.into_iter().chain(held.iter().cloned()).collect();
        step.held_back = held;
        step.unsure = unsure;
        step.decide = Some(decide.to_owned());
    }

    /// Rights that a service held to get in another way.
    fn take_back_rights(&mut self) {
        let Looked { fleet, integrated, reached, .. } = self.looked;
        for integration in integrated.needing() {
            let Some(holder) = fleet.around.holders.get(&integration.source.to_lowercase()) else { continue };
            let Reading::Value(principal) = &holder.principal.reading else { continue };
            let principal = principal.to_lowercase();
            let of_source =
                || reached.held.iter().filter(|held| *held.assignment.principal == *principal && !held.eligible);
            let too_much = |held: &&crate::reach::Held<'_>| {
                let powers = held.powers();
                powers.admin_credential
                    || powers.run_command
                    || powers.broad
                    || powers.kubernetes_admin
                    || powers.assign_roles
            };
            for held in of_source().filter(too_much) {
                let id = held.assignment.id();
                let others = self.others_under(&held.assignment.scope, integration);
                let keeps_reading = of_source()
                    .any(|other| other.assignment.id() != id && !too_much(&other) && other.powers().cluster_read);
                let change = Change::RemoveRoleAssignment { id: id.clone() };
                let title = format!("Take {} at {} from {}", held.role_name(), held.place(), holder.id.name());
                let already = self.steps.iter().any(|step| step.change == change);
                if already {
                    continue;
                }
                let needs_reader = integration.service == Service::Backup && !keeps_reading;
                self.close(
                    change,
                    title,
                    "With its binding the service no longer needs it.",
                    "Whether it uses the role for anything besides this cluster.",
                );
                let Some(step) = self.steps.last_mut() else { continue };
                if !others.is_empty() {
                    step.held_back.push(format!(
                        "{} uses {} through this role and has no binding there",
                        integration.service.label(),
                        others.join(", ")
                    ));
                }
                if needs_reader {
                    step.held_back.push(format!(
                        "{} needs Reader on the cluster beside its binding: give it that first",
                        called(integration)
                    ));
                }
            }
        }
    }

    /// Other clusters that this source reaches by a right at this scope, and has no binding on.
    fn others_under(&self, scope: &str, integration: &Integration) -> Vec<String> {
        let own = self.looked.cluster.id.lower();
        let at_cluster = scope == own;
        let of = self.unbound.get(&integration.source.to_lowercase()).map(Vec::as_slice).unwrap_or_default();
        let mut others: Vec<String> = of.iter().filter(|id| !at_cluster && *id != own).cloned().collect();
        others.iter_mut().for_each(|id| *id = id.rsplit('/').next().unwrap_or_default().to_owned());
        others
    }

    /// Paid ways in that a service may have been the reason for.
    fn review(&mut self) {
        for (what, resource) in workarounds::found(self.looked) {
            let change = Change::ReviewWorkaround { resource };
            let title = format!("Ask the owner of {what} whether services were its only reason");
            let why =
                "It costs money every hour. People and other systems may use it too: this is a question, not an order.";
            self.add(change, title, why).decide = Some("Only its owner knows who else uses it.".to_owned());
        }
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

pub(crate) fn called(integration: &Integration) -> String {
    let name = integration.source.rsplit('/').next().unwrap_or_default();
    format!("{} ({name})", integration.service.label())
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

/// A switch that shuts its door when it is on, and is known to be off.
fn open(disabled: &Reading<bool>) -> bool {
    matches!(disabled, Reading::Value(false) | Reading::Absent)
}
