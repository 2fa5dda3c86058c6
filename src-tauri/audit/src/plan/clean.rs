//! The tidying part of a plan: bindings that serve nobody, and roles that no service needs.

use crate::doors::Looked;
use crate::plan::{Draft, before};
use crate::usage::{ML_INFERENCE, Use, needed_by, use_of};
use quay_model::{Binding, Change, Reading, Step, lists};
use std::collections::BTreeSet;

/// The type in lower case.
const BACKUP_VAULTS: &str = "microsoft.dataprotection/backupvaults";

/// What Azure is doing with a binding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase<'a> {
    InForce,
    /// It came to an end that is no success; it may be made again.
    Ended,
    Going,
    /// Azure works on it, and refuses changes meanwhile.
    Busy(&'a str),
    /// Nobody told.
    Untold,
}

/// `provisioningState` of a binding is one of Canceled, Deleting, Failed, Succeeded, Updating (API 2025-10-01).
pub(crate) fn phase(binding: &Binding) -> Phase<'_> {
    let Some(state) = binding.provisioning_state.reading.value() else { return Phase::Untold };
    match state.to_lowercase().as_str() {
        "succeeded" => Phase::InForce,
        "failed" | "canceled" => Phase::Ended,
        "deleting" => Phase::Going,
        _ => Phase::Busy(state),
    }
}

impl Draft<'_> {
    /// Bindings that serve nobody: they hold access, and take up room.
    pub(crate) fn clean(&mut self) {
        let Looked { fleet, cluster, .. } = self.looked;
        for binding in cluster.bindings.seen.iter().filter(|binding| phase(binding) != Phase::Going) {
            let Some(source) = binding.holder() else { continue };
            let roles = binding.roles.reading.value().cloned().unwrap_or_default();
            // of Defender's operators only a 404 counts here: its plan may still come in by one that no list names
            let ask = match source.resource_type().as_str() {
                BACKUP_VAULTS => "Whether somebody still wants to restore from it: ask its owner.",
                _ => "Whether somebody will use it again: ask its owner.",
            };
            let (why, decide) = if fleet.around.gone.contains(source.lower()) {
                let why =
                    "Its source no longer exists; whoever makes a resource with that id again inherits the access.";
                (why, Some(ask))
            } else if let Use::Unused(..) = use_of(fleet, cluster, &source, &roles) {
                ("Its source does not use this cluster any more.", Some(ask))
            } else if self.is_copy(binding) {
                ("Another binding in force gives the same source the same roles.", None)
            } else {
                continue;
            };
            let change = Change::DeleteBinding { cluster: self.id(), name: binding.name.clone() };
            let defender = source.lower().contains("/microsoft.security/");
            let step = self.add(change, format!("Delete the binding {}", binding.name), why);
            step.before = before(binding);
            step.decide = decide.map(str::to_owned);
            if defender {
                step.decide = Some("Defender puts its own bindings back while its plan is on: turn the extension of the plan off first.".to_owned());
            }
        }
    }

    /// The same source, and no role that another binding in force does not hold; of two alike the first by name stays.
    fn is_copy(&self, binding: &Binding) -> bool {
        if !matches!(phase(binding), Phase::InForce | Phase::Ended) {
            return false;
        }
        let (Some(source), Reading::Value(roles)) = (binding.holder(), &binding.roles.reading) else { return false };
        let plain = |roles: &[String]| -> BTreeSet<String> { roles.iter().map(|role| role.to_lowercase()).collect() };
        let own = plain(roles);
        self.looked.cluster.bindings.seen.iter().any(|other| {
            let Reading::Value(theirs) = &other.roles.reading else { return false };
            let theirs = plain(theirs);
            let stays = !self.deletes(other) && !self.is_unused(other);
            let same = other.holder().as_ref() == Some(&source) && other.id != binding.id && stays;
            let holds = own.iter().all(|role| theirs.contains(role));
            let alike = theirs.len() == own.len();
            let first = !alike || phase(binding) != Phase::InForce || other.name < binding.name;
            same && phase(other) == Phase::InForce && holds && first
        })
    }

    fn is_unused(&self, binding: &Binding) -> bool {
        let Some(source) = binding.holder() else { return false };
        let roles = binding.roles.reading.value().cloned().unwrap_or_default();
        matches!(use_of(self.looked.fleet, self.looked.cluster, &source, &roles), Use::Unused(..))
    }

    /// Roles that the service of a binding does not need.
    pub(crate) fn narrow_roles(&mut self) {
        let Looked { fleet, cluster, roles, .. } = self.looked;
        let can_change = |binding: &&Binding| !matches!(phase(binding), Phase::Going | Phase::Busy(_));
        for binding in cluster.bindings.seen.iter().filter(can_change) {
            let (Some(source), Reading::Value(held)) = (binding.holder(), &binding.roles.reading) else { continue };
            // the other operators of Defender belong to features that nothing here tells
            let defender = source.lower().contains("/microsoft.security/");
            if defender || self.deletes(binding) || self.makes(binding) {
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
    fn makes(&self, binding: &Binding) -> bool {
        let made = |step: &Step| matches!(&step.change, Change::CreateBinding { name, .. } if name.eq_ignore_ascii_case(&binding.name));
        self.steps.iter().any(made)
    }
}
