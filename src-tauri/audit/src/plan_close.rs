//! The closing half of a plan: network, credentials, rights, and paid ways in. Each step waits for every service that is
//! let in before it, and is held back for those that no step can let in.

use crate::doors::Looked;
use crate::exposure::{Exposure, OWN_EGRESS, narrowed};
use crate::plan::{Draft, called};
use crate::workarounds;
use quay_model::{Change, Integration, Reading, Service};

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

    pub(crate) fn close_credentials(&mut self) {
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
        let credentials = &cluster.credentials;
        if let Reading::Unreadable(why) = &credentials.entra.reading {
            self.notes.push(format!(
                "Whether there is Entra ID could not be read ({why}), so local accounts stay on in this plan."
            ));
            return;
        }
        let named =
            credentials.admin_groups.reading.value().is_some_and(|groups| groups.iter().any(|id| !id.is_empty()));
        if !named && credentials.azure_rbac.reading != Reading::Value(true) {
            let note = "Nobody but the local account is known to be administrator: CRED-10 or CRED-04 comes before turning local accounts off.";
            self.notes.push(note.to_owned());
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
                if *held.assignment.scope != *self.looked.cluster.id.lower() {
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
