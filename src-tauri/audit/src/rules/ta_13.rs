//! TA-13: Every bound role is in the location's catalogue.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, read_in};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-13",
        area: Area::TrustedAccess,
        title: "Every bound role is in the location's catalogue",
        finding: "Bound role no longer offered",
        severity: Severity::Medium,
        what: "Whether the roles a binding names are still offered where the cluster runs.",
        why: "A role that is no longer offered is a leftover of a preview or a test. Nobody maintains it, and nobody expects it.",
        not_applicable: "Clusters without a binding.",
        reads: &["properties.roles"],
        conditions: &[],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Replace the role by the one the service documents today, or delete the binding.",
            cli: "az aks trustedaccess role list -l {location} -o table\naz aks trustedaccess rolebinding update --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --roles ROLE",
            bicep: "resource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "resource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"binding\" {\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id\n  name                  = \"{binding}\"\n  roles                 = [\"ROLE\"]\n  source_resource_id    = var.source_resource_id\n}",
            caution: "A preview of a service may still need the old role: ask its owner before you change it.",
            look: "az aks trustedaccess role list -l {location} -o table",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let offered = subject.roles.offered_in(&subject.cluster.location);
    let roles_read = binding.roles.evidence("offered in the location of the cluster", "none");
    let Reading::Value(bound) = &binding.roles.reading else {
        return Judgement::not_assessed("The roles of this binding could not be read.").with(roles_read);
    };
    let strangers: Vec<&str> = bound.iter().filter(|role| !offered.holds(role)).map(String::as_str).collect();
    if bound.is_empty() {
        Judgement::not_assessed("The binding names no role.")
    } else if !offered.here {
        let known = if strangers.is_empty() { "Each of them is" } else { "Not all of them are" };
        Judgement::not_assessed(format!("What the location offers was not read. {known} in {}.", offered.described()))
    } else if let Some(role) = bound.iter().find(|role| offered.disputes(role)) {
        Judgement::not_assessed(format!(
            "Two answers of the location differ about {role}, and nobody knows which is the newer."
        ))
    } else if strangers.is_empty() {
        Judgement::pass("Every bound role is in the catalogue.")
    } else if !offered.whole {
        Judgement::not_assessed(format!(
            "{} may be on a part of the catalogue that was not read.",
            strangers.join(", ")
        ))
    } else {
        Judgement::fail(format!("{} is not in the catalogue of {}.", strangers.join(", "), offered.described()))
    }
    .with(roles_read)
    .with(read_in(
        "trustedAccessRoles",
        offered.described(),
        "a catalogue that holds every bound role",
        subject.roles.source_of(&subject.cluster.location),
    ))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn roles_that_a_location_does_not_offer_fail() {
        const OFFERED: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
        let role = json!({"sourceResourceType": "Microsoft.MachineLearningServices/workspaces", "name": "MLworkload",
            "rules": [{"verbs": ["get"], "apiGroups": [""], "resources": ["services"]}]});
        let bound = |roles: &[&str]| Scene::new(json!({})).binding("b", "/subscriptions/s/x/y", roles);
        let here = |roles: &[&str]| bound(roles).catalogue("East US", json!({"value": [role]}));
        let rows = vec![
            ("offered", here(&[OFFERED]), Pass),
            ("a preview's", here(&["Microsoft.MachineLearningServices/workspaces/inferenceV1"]), Fail),
            ("one of two", here(&[OFFERED, "Microsoft.Example/things/new-role"]), Fail),
            ("none", here(&[]), NotAssessed),
            ("of the location nothing was read", bound(&[OFFERED]), NotAssessed),
            ("nor is it in the shipped list", bound(&["Microsoft.Example/things/new-role"]), NotAssessed),
            ("a part", bound(&["a/b/c"]).catalogue("eastus", json!({"value": [role], "nextLink": "x"})), NotAssessed),
            (
                "with an error",
                bound(&["a/b/c"]).catalogue("eastus", json!({"value": [], "error": {"code": "x"}})),
                NotAssessed,
            ),
        ];
        scenes(&RULE, rows);
    }
}
