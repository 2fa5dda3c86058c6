//! The closing half of a plan: rights that services no longer need, and paid ways in.

use crate::doors::Looked;
use crate::plan::{Draft, called};
use crate::reach::Held;
use crate::workarounds;
use quay_model::{Before, Change, Integration, Reading, Service};

impl Draft<'_> {
    /// Rights that a service held to get in another way.
    pub(crate) fn take_back_rights(&mut self) {
        let Looked { fleet, integrated, reached, .. } = self.looked;
        for integration in integrated.needing() {
            let Some(holder) = fleet.around.holders.get(&integration.source.to_lowercase()) else { continue };
            let Reading::Value(principal) = &holder.principal.reading else { continue };
            let principal = principal.to_lowercase();
            let of_source =
                || reached.held.iter().filter(|held| *held.assignment.principal == *principal && !held.eligible);
            let too_much = |held: &&Held<'_>| {
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
                let step = self.close(change, title, why, decide.to_owned());
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
