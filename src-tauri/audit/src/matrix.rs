//! Clusters by services: who is bound, who is missing, and which bindings should not be.

use crate::doors::Looked;
use crate::holder::{Standing, standing};
use crate::integrations::is_only_updating;
use crate::usage::{Use, needed_by, use_of};
use quay_model::{ArmId, Binding, Bound, MatrixCell, MatrixRow, MatrixState, Reading, Service};

pub(crate) fn row(looked: &Looked<'_>) -> MatrixRow {
    MatrixRow {
        cluster_id: looked.cluster.id.as_str().to_owned(),
        instance: looked.cluster.instance.clone(),
        cells: Service::WITH_TRUSTED_ACCESS.into_iter().map(|service| cell(looked, service)).collect(),
    }
}

/// The worst that can be said of a service on a cluster.
fn cell(looked: &Looked<'_>, service: Service) -> MatrixCell {
    let mut said: Vec<(MatrixState, String)> = Vec::new();
    for integration in looked.integrated.needing().filter(|integration| integration.service == service) {
        let name = integration.source.rsplit('/').next().unwrap_or_default();
        said.push(match &integration.bound {
            Bound::Yes(binding) => (MatrixState::Bound, format!("{name} by {binding}")),
            Bound::No => (MatrixState::Missing, format!("{name} has no binding")),
            Bound::NotInForce(why) if is_only_updating(why) => (MatrixState::Bound, format!("{name}: {why}")),
            Bound::Lacking(why) | Bound::NotInForce(why) => (MatrixState::Missing, format!("{name}: {why}")),
            Bound::Unknown(why) | Bound::Unreadable(why) => (MatrixState::Unknown, format!("{name}: {why}")),
            Bound::NotNeeded => continue,
        });
    }
    let of_service = looked.cluster.bindings.seen.iter().filter(|binding| serves(binding, service));
    said.extend(of_service.filter_map(|binding| fault(looked, binding)));
    let unknown = looked.integrated.unknown.iter().filter(|(of, _)| *of == service);
    said.extend(unknown.map(|(_, why)| (MatrixState::Unknown, why.clone())));
    if let (Some(why), true) = (&looked.cluster.bindings.incomplete, said.is_empty()) {
        said.push((MatrixState::Unknown, why.clone()));
    }
    said.sort();
    said.dedup();
    let mut said = said.into_iter();
    match said.next() {
        Some((state, detail)) => {
            // what is wrong besides must not hide behind what is worst
            let more = said.filter(|(other, _)| *other != state && *other < MatrixState::Bound);
            let detail = more.fold(detail, |told, (other, why)| format!("{told}; {}: {why}", other.label()));
            MatrixCell { service, state, detail }
        }
        None => {
            MatrixCell { service, state: MatrixState::NotApplicable, detail: "does not use this cluster".to_owned() }
        }
    }
}

fn serves(binding: &Binding, service: Service) -> bool {
    let Some(holder) = binding.holder() else { return false };
    match service {
        Service::Backup => holder.resource_type() == "microsoft.dataprotection/backupvaults",
        Service::MachineLearning => holder.resource_type() == "microsoft.machinelearningservices/workspaces",
        Service::DefenderContainers => holder.lower().contains("/pricings/containers/"),
        Service::DefenderCspm => holder.lower().contains("/pricings/cloudposture/"),
        _ => false,
    }
}

/// What is wrong with a binding; one without a fault whose use nobody could tell counts as bound.
fn fault(looked: &Looked<'_>, binding: &Binding) -> Option<(MatrixState, String)> {
    let source: ArmId = binding.holder()?;
    let name = &binding.name;
    if let Standing::Gone(why) = standing(looked.fleet, binding) {
        return Some((MatrixState::Dangling, format!("{name}: {} no longer exists ({why})", source.name())));
    }
    let Reading::Value(roles) = &binding.roles.reading else {
        return Some((MatrixState::Unknown, format!("{name}: its roles could not be read")));
    };
    let needed = needed_by(looked.fleet, looked.roles, looked.cluster, &source).unwrap_or_default();
    let excess: Vec<&str> =
        roles.iter().filter(|role| !needed.iter().any(|n| n.eq_ignore_ascii_case(role))).map(String::as_str).collect();
    let strange = excess.iter().find(|role| looked.roles.find(&looked.cluster.location, role).is_none());
    if let Some(role) = strange {
        return Some((MatrixState::Unknown, format!("{name}: what {role} allows is not known here")));
    }
    if !excess.is_empty() {
        let short: Vec<&str> = excess.iter().map(|role| role.rsplit('/').next().unwrap_or_default()).collect();
        return Some((MatrixState::OverBroad, format!("{name} also holds {}", short.join(", "))));
    }
    match use_of(looked.fleet, looked.cluster, &source, roles) {
        Use::Unused(why, _) => Some((MatrixState::Unused, format!("{name}: {why}"))),
        Use::Used(..) => Some((MatrixState::Bound, format!("{} by {name}", source.name()))),
        Use::Unknown(why) => {
            Some((MatrixState::Bound, format!("{} by {name}; whether it is used is not known ({why})", source.name())))
        }
    }
}
