//! TA-06: A Trusted Access binding is in force.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-06",
        area: Area::TrustedAccess,
        title: "A Trusted Access binding is in force",
        finding: "Trusted Access binding not in force",
        severity: Severity::Medium,
        what: "Whether the binding reached the state Succeeded.",
        why: "A binding that failed, or hangs in an update, does not do what people believe: the service may be cut off, or an older grant may still stand.",
        not_applicable: "Clusters without a binding.",
        reads: &["properties.provisioningState"],
        conditions: &[],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Look at the state again after ten minutes; if it is not Succeeded, make the binding anew.",
            cli: "az aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}\naz aks trustedaccess rolebinding update --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --roles ROLE",
            bicep: "// deploy the binding again\nresource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "# terraform apply -replace=azurerm_kubernetes_cluster_trusted_access_role_binding.binding",
            caution: "While it is made anew the service has no access for up to five minutes. Bindings of a stopped cluster cannot be changed.",
            look: "az aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --query provisioningState",
        },
    },
    check: Check::Binding(check),
};

fn check(_subject: &Subject<'_>, binding: &Binding) -> Judgement {
    match &binding.provisioning_state.reading {
        Reading::Value(state) if state.eq_ignore_ascii_case("succeeded") => Judgement::pass("The binding is in force."),
        Reading::Value(state) => Judgement::fail(format!("The binding is in the state {state}.")),
        Reading::Absent => Judgement::not_assessed("The answer does not say in which state the binding is."),
        Reading::Unreadable(why) => {
            Judgement::not_assessed(format!("The state of the binding could not be read: {why}."))
        }
    }
    .with(binding.provisioning_state.evidence("Succeeded", ""))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::binding_rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn only_succeeded_is_in_force() {
        let state = |word: serde_json::Value| json!({"provisioningState": word, "roles": []});
        binding_rows(
            &RULE,
            vec![
                ("in force", state(json!("Succeeded")), Pass, None),
                ("other case", state(json!("succeeded")), Pass, None),
                ("failed", state(json!("Failed")), Fail, None),
                ("updating", state(json!("Updating")), Fail, None),
                ("never heard of", state(json!("Pondering")), Fail, None),
                ("not said", json!({"roles": []}), NotAssessed, None),
                ("damaged", state(json!(3)), NotAssessed, None),
            ],
        );
    }
}
