//! What is known of the resource that holds a binding: there, gone, or not read.

use quay_model::{ArmId, Binding, Evidence, Fleet, Holder, Reading, lists};

#[derive(Debug)]
pub(crate) enum Standing<'a> {
    Here(&'a Holder),
    /// Azure says that there is none: how it said so.
    Gone(String),
    /// Nobody knows, and why.
    Unknown(String),
}

pub(crate) fn standing<'a>(fleet: &'a Fleet, binding: &Binding) -> Standing<'a> {
    let id = match (&binding.source_resource_id.reading, binding.holder()) {
        (_, Some(id)) => id,
        (Reading::Value(text), None) => return Standing::Unknown(format!("{text:?} is no resource id")),
        (Reading::Absent, None) => return Standing::Unknown("the answer names no source".to_owned()),
        (Reading::Unreadable(why), None) => {
            return Standing::Unknown(format!("the source could not be read: {why}"));
        }
    };
    if fleet.around.disputed.contains(id.lower()) {
        return Standing::Unknown("one answer says that it does not exist, and another one describes it".to_owned());
    }
    if fleet.around.gone.contains(id.lower()) {
        return Standing::Gone("Azure answered 404 for it".to_owned());
    }
    if let Some(holder) = fleet.around.holders.get(id.lower()) {
        return Standing::Here(holder);
    }
    if id.resource_type() == "microsoft.security/pricings/securityoperators"
        && let Some(plan) = id.parent()
        && fleet.known.whole(lists::OPERATORS, &plan).is_ok()
    {
        return Standing::Gone(format!("it is not among the operators of the plan {}", plan.name()));
    }
    Standing::Unknown(match fleet.known.whole(lists::SOURCE, &id) {
        Err(why) => format!("{why}; that no list names it proves nothing"),
        Ok(()) => format!("{} is of a kind that is not read here", id.name()),
    })
}

/// Defender's own identities: they have no network endpoint and make their bindings themselves.
pub(crate) fn is_operator(id: &ArmId) -> bool {
    id.resource_type().starts_with("microsoft.security/")
}

/// Evidence out of the holder's own document.
pub(crate) fn read_at(holder: &Holder, mut evidence: Evidence) -> Evidence {
    evidence.source = holder.source.as_str().into();
    evidence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{SUBSCRIPTION, Scene};
    use serde_json::json;

    #[test]
    fn a_source_is_there_gone_or_unknown() {
        let vault = &format!(
            "/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v"
        );
        let plan = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/pricings/CloudPosture");
        let operator = &format!("{plan}/securityOperators/DefenderCSPMSecurityOperator");
        let of = |source: &str| Scene::new(json!({})).binding("b", source, &[]);
        let rows = [
            ("read", of(vault).with(json!({"id": vault.to_uppercase()})), "here"),
            ("404", of(vault).gone(&vault.to_lowercase()), "gone"),
            ("404, and described by another file", of(vault).with(json!({"id": vault})).gone(vault), "unknown"),
            (
                "404 in a scan, and still in a list",
                of(vault).with(json!({"id": vault})).gone(vault).whole("managedClusters"),
                "gone",
            ),
            (
                "404, and its own list was answered",
                of(vault).gone(vault).whole_at(lists::BACKUPS, &vault.to_lowercase()),
                "unknown",
            ),
            ("in no list", of(vault).whole(lists::VAULTS), "unknown"),
            ("refused", of(vault).denied(lists::SOURCE), "unknown"),
            ("an operator that was read", of(operator).with(json!({"id": operator})), "here"),
            ("not among its plan's", of(operator).whole_at(lists::OPERATORS, &plan.to_lowercase()), "gone"),
            ("another plan was read", of(operator).whole_at(lists::OPERATORS, "/subscriptions/2"), "unknown"),
            ("no id", of("vault-1"), "unknown"),
        ];
        for (about, scene, expected) in rows {
            let fleet = scene.fleet();
            let bindings = fleet.clusters.iter().flat_map(|cluster| &cluster.bindings.seen);
            let found: Vec<&str> = bindings
                .map(|binding| match standing(&fleet, binding) {
                    Standing::Here(_) => "here",
                    Standing::Gone(_) => "gone",
                    Standing::Unknown(_) => "unknown",
                })
                .collect();
            assert_eq!(found, [expected], "{about}");
        }
    }
}
