//! Whether the source of a binding still uses its cluster, and which roles it needs there.

use crate::facts::RoleFacts;
use crate::integrations::{AGENTLESS, DEFENDER_OPERATOR, is_v1};
use quay_model::{ArmId, Backup, Cluster, Fleet, Reading, lists};

pub(crate) const ML_INFERENCE: &str = "Microsoft.MachineLearningServices/workspaces/inference-v1";

/// Whether the source of a binding still uses the cluster, as far as that can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    /// By what, and the document that shows it.
    Used(String, String),
    /// Why, and the list that shows it.
    Unused(String, String),
    Unknown(String),
}

pub(crate) fn use_of(fleet: &Fleet, cluster: &Cluster, source: &ArmId, roles: &[String]) -> Use {
    let around = &fleet.around;
    match source.resource_type().as_str() {
        "microsoft.dataprotection/backupvaults" => {
            let backups = around.backups.get(cluster.id.lower()).into_iter().flatten();
            let own: Vec<&Backup> = backups.filter(|backup| backup.vault == *source).collect();
            let live = own.iter().find(|backup| backup.is_live());
            let of = live.map(|backup| (backup.id.name().to_owned(), backup.source.clone()));
            match own.iter().find(|backup| backup.is_unclear()) {
                Some(unclear) if of.is_none() => Use::Unknown(format!(
                    "whether the backup instance {} is still live was not read",
                    unclear.id.name()
                )),
                _ if of.is_none() && !own.is_empty() => match proven(fleet, lists::BACKUPS, source) {
                    Ok(read) => {
                        let over: Vec<&str> = own.iter().map(|backup| backup.id.name()).collect();
                        let said = "is deleted or no longer protected, and may still be taken back";
                        Use::Unused(format!("its backup instance {} {said}", over.join(", ")), read)
                    }
                    Err(why) => Use::Unknown(why),
                },
                _ => found_or(of, "backup instance", proven(fleet, lists::BACKUPS, source)),
            }
        }
        "microsoft.machinelearningservices/workspaces" => {
            let mut computes = around.computes.get(cluster.id.lower()).into_iter().flatten();
            let of = computes
                .find(|compute| compute.workspace == *source)
                .map(|compute| (compute.id.name().to_owned(), compute.source.clone()));
            found_or(of, "attached compute", proven(fleet, lists::COMPUTES, source))
        }
        kind if kind.starts_with("microsoft.security/pricings") => {
            let name =
                source.lower().split("/pricings/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            let plan =
                around.plans.get(source.subscription()).and_then(|all| all.iter().find(|plan| plan.name == name));
            // only reading without an agent is told by an extension; the other operators belong to the plan
            let by_extension =
                !roles.is_empty() && roles.iter().all(|role| role.eq_ignore_ascii_case(DEFENDER_OPERATOR));
            match plan.map(|plan| if by_extension { plan.uses(AGENTLESS) } else { plan.is_on() }) {
                Some(Reading::Value(true)) => {
                    let read = plan.map_or_else(String::new, |plan| plan.source.clone());
                    Use::Used(format!("the plan {name} is on"), read)
                }
                Some(Reading::Value(false)) => {
                    let read = plan.map_or_else(String::new, |plan| plan.source.clone());
                    Use::Unused(format!("the plan {name} or its extension {AGENTLESS} is off"), read)
                }
                Some(Reading::Absent) => Use::Unknown(format!("the plan {name} does not name its extensions")),
                Some(Reading::Unreadable(why)) => Use::Unknown(why),
                None => match fleet.known.whole(lists::PLANS, source) {
                    Ok(()) => {
                        let read = fleet.known.read_from(lists::PLANS, source).to_owned();
                        Use::Unused(format!("there is no plan {name}"), read)
                    }
                    Err(why) => Use::Unknown(why),
                },
            }
        }
        other => Use::Unknown(format!("how {other} uses clusters is not known here")),
    }
}

/// That a source has nothing on a cluster is proven by its whole list, if the source itself was read: a list that names
/// nothing of a vault that nobody saw may never have looked at that vault.
fn proven(fleet: &Fleet, what: &str, source: &ArmId) -> Result<String, String> {
    let seen = fleet.around.holders.contains_key(source.lower()) || fleet.known.answered_by(what, source);
    fleet.known.whole(what, source)?;
    if seen {
        Ok(fleet.known.read_from(what, source).to_owned())
    } else {
        Err("the source itself was not read".to_owned())
    }
}

fn found_or(found: Option<(String, String)>, what: &str, whole: Result<String, String>) -> Use {
    match (found, whole) {
        (Some((name, read)), _) => Use::Used(format!("{what} {name}"), read),
        (None, Ok(read)) => Use::Unused(format!("it has no {what} for this cluster"), read),
        (None, Err(why)) => Use::Unknown(why),
    }
}

/// What the source of a binding needs on this cluster; `inference-v1` only where a compute of SDK v1 is attached.
pub(crate) fn needed_by<'a>(
    fleet: &Fleet,
    roles: &'a RoleFacts,
    cluster: &Cluster,
    source: &ArmId,
) -> Option<Vec<&'a str>> {
    let mut needed: Vec<&str> = roles.needed_by(&source.resource_type())?.to_vec();
    let computes = fleet.around.computes.get(cluster.id.lower()).into_iter().flatten();
    if computes.filter(|compute| compute.workspace == *source).any(|compute| is_v1(compute.kind.reading.value())) {
        needed.push(ML_INFERENCE);
    }
    Some(needed)
}

/// Why the role of SDK v1 among these is not taken as needed; empty when it is not among them.
pub(crate) fn unneeded_v1(fleet: &Fleet, workspace: &ArmId, roles: &[String]) -> String {
    if !roles.iter().any(|role| role.eq_ignore_ascii_case(ML_INFERENCE)) {
        return String::new();
    }
    let unread =
        fleet.known.whole(lists::COMPUTES, workspace).err().map_or_else(String::new, |why| format!(" ({why})"));
    format!(" No compute of SDK v1, which would need it, was seen{unread}.")
}
