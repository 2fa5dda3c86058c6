//! The closing half of a plan: network, credentials, rights, and paid ways in. Each step waits for every service that is
//! let in before it, and is held back for those that no step can let in.

use crate::doors::Looked;
use crate::exposure::{Exposure, OWN_EGRESS, narrowed};
use crate::plan::{Draft, called};
use crate::powers::Powers;
use crate::reach::{Held, name_of};
use crate::workarounds;
use quay_model::{Before, Change, Integration, Reading, Service, Step};
use std::collections::BTreeSet;

/// So many programs are named in a question; the rest are counted.
const NAMED: usize = 5;

impl Draft<'_> {
    pub(crate) fn close_network(&mut self) {
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
            )
            .before = Before::Ranges { ranges: ranges.clone() };
        }
        match (exposure.is_public(), private_is_possible) {
            (Some(true), true) => {
                let change = Change::MakePrivate { cluster: self.id() };
                let why = "With API Server VNet Integration the public endpoint can be turned off.";
                let decide = "Who calls from outside the network: they need a way into it first.";
                let step = self.close(change, "Make the cluster private".to_owned(), why, decide);
                step.before = Before::Ranges { ranges };
            }
            (Some(true), false) => self.notes.push("A cluster without API Server VNet Integration is private only if it is made so: going private means making it again.".to_owned()),
            (Some(false) | None, _) => {}
        }
    }

    pub(crate) fn close_credentials(&mut self) {
        let Looked { cluster, .. } = self.looked;
        if open(&cluster.api_server.run_command_disabled.reading) {
            let change = Change::DisableRunCommand { cluster: self.id() };
            let may = self.programs_that_may(|powers| powers.run_command);
            self.close(
                change,
                "Turn run command off".to_owned(),
                "It runs commands as the cluster's administrator for whoever holds one Azure action.",
                &format!("Who uses `az aks command invoke`, and from which pipeline{may}."),
            );
        }
        if !open(&cluster.credentials.local_accounts_disabled.reading) {
            if cluster.credentials.local_accounts_disabled.reading == Reading::Value(true) {
                self.notes.push("Local accounts are off, and Azure does not tell whether certificates were rotated since: an admin kubeconfig fetched before stays valid until `az aks rotate-certs` is run once.".to_owned());
            }
            return;
        }
        let credentials = &cluster.credentials;
        let managed = credentials.entra_managed.or_default(false);
        match (&credentials.entra.reading, &managed) {
            (Reading::Absent, _) => {
                let note = "Local accounts can be turned off only with Entra ID integration: CRED-02 comes first.";
                self.notes.push(note.to_owned());
                return;
            }
            (Reading::Unreadable(why), _) | (Reading::Value(_), Reading::Unreadable(why)) => {
                self.notes.push(format!(
                    "Whether there is Entra ID could not be read ({why}), so local accounts stay on in this plan."
                ));
                return;
            }
            (Reading::Value(_), Reading::Value(true)) => {}
            (Reading::Value(_), _) => {
                let note =
                    "Local accounts cannot be turned off with the legacy Entra ID integration: CRED-02 comes first.";
                self.notes.push(note.to_owned());
                return;
            }
        }
        let named =
            credentials.admin_groups.reading.value().is_some_and(|groups| groups.iter().any(|id| !id.is_empty()));
        if !named && credentials.azure_rbac.reading != Reading::Value(true) {
            let note = "Nobody but the local account is known to be administrator: CRED-10 or CRED-04 comes before turning local accounts off.";
            self.notes.push(note.to_owned());
            return;
        }
        let may = self.programs_that_may(|powers| powers.admin_credential);
        let change = Change::DisableLocalAccounts { cluster: self.id() };
        self.close(
            change,
            "Turn local accounts off".to_owned(),
            "The static admin credential belongs to nobody and cannot be taken from one person.",
            &format!("Who still uses the static admin kubeconfig{may}."),
        );
        let change = Change::RotateCertificates { cluster: self.id() };
        self.close(
            change,
            "Rotate the cluster's certificates".to_owned(),
            "A kubeconfig fetched earlier stays valid until then.",
            "A time at which the API server may be away for up to 30 minutes.",
        );
    }

    /// Programs with a right that this plan gives no other way in, in words: whether they use it, no setting tells.
    fn programs_that_may(&self, power: fn(Powers) -> bool) -> String {
        let Looked { fleet, integrated, reached, .. } = self.looked;
        let is_let_in = |held: &Held<'_>| {
            let identity = fleet.around.directory.identity(&held.assignment.principal);
            identity.is_some_and(|own| integrated.needing().any(|i| i.source.eq_ignore_ascii_case(&own.resource)))
        };
        let may = |held: &&Held<'_>| {
            !held.eligible && held.assignment.is_service() && power(held.powers()) && !is_let_in(held)
        };
        let holders: BTreeSet<String> = reached
            .held
            .iter()
            .filter(may)
            .map(|held| format!("{} with {} at {}", name_of(fleet, held.assignment), held.role_name(), held.place()))
            .collect();
        if holders.is_empty() {
            return String::new();
        }
        let named: Vec<&str> = holders.iter().take(NAMED).map(String::as_str).collect();
        let more = holders.len().saturating_sub(NAMED);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("; these programs may: {}{rest}", named.join(", "))
    }

    /// A step that shuts something: it waits for every service, and is held back for those that no step can let in.
    fn close(&mut self, change: Change, title: String, why: &str, decide: &str) -> &mut Step {
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
        step
    }

    /// Rights that a service held to get in another way.
    pub(crate) fn take_back_rights(&mut self) {
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
                let is_above = *held.assignment.scope != *self.looked.cluster.id.lower();
                let why = "With its binding the service no longer needs it.";
                let decide = "Whether it uses the role for anything besides this cluster.";
                let step = self.close(change, title, why, decide);
                step.before = Before::Assignment {
                    principal: held.assignment.principal.to_string(),
                    principal_type: held.assignment.principal_type.to_string(),
                    role: held.assignment.role.to_string(),
                    scope: held.assignment.scope.to_string(),
                    condition: held.assignment.condition.as_deref().map(str::to_owned),
                };
                if !others.is_empty() {
                    step.held_back.push(format!(
                        "{} uses {} through this role and has no binding there",
                        integration.service.label(),
                        others.join(", ")
                    ));
                }
                if is_above {
                    let beside =
                        "it may use this role for what lies beside the cluster, such as snapshots or its own storage";
                    step.held_back.push(format!("{}: {beside}", called(integration)));
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
    pub(crate) fn review(&mut self) {
        for (what, resource) in workarounds::found(self.looked) {
            let change = Change::ReviewWorkaround { resource };
            let title = format!("Ask the owner of {what} whether services were its only reason");
            let why =
                "It costs money every hour. People and other systems may use it too: this is a question, not an order.";
            self.add(change, title, why).decide = Some("Only its owner knows who else uses it.".to_owned());
        }
    }
}

/// A switch that shuts its door when it is on, and is known to be off.
fn open(disabled: &Reading<bool>) -> bool {
    matches!(disabled, Reading::Value(false) | Reading::Absent)
}
