//! TA-07: A binding's source is in the cluster's own subscription.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-07",
        area: Area::TrustedAccess,
        title: "A binding's source is in the cluster's own subscription",
        finding: "Binding for a source in another subscription",
        severity: Severity::Medium,
        what: "Whether the Azure resource that holds the access lives in the subscription of the cluster.",
        why: "Microsoft documents the same subscription as a requirement. A source elsewhere is controlled by other people than those who answer for the cluster.",
        not_applicable: "Clusters without a binding.",
        reads: &["properties.sourceResourceId"],
        conditions: &[],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Use a vault or workspace in the subscription of the cluster, bind that, and delete this binding.",
            cli: "az aks trustedaccess rolebinding delete --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}\naz aks trustedaccess rolebinding create --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --source-resource-id SOURCE_ID --roles ROLE",
            bicep: "resource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: sourceInThisSubscription.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "resource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"binding\" {\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id\n  name                  = \"{binding}\"\n  roles                 = [\"ROLE\"]\n  source_resource_id    = var.source_in_this_subscription_id\n}",
            caution: "The service behind the old source loses the cluster as soon as the binding is gone: move its work first.",
            look: "az aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --query sourceResourceId",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let own = subject.cluster.subscription();
    let evidence = binding.source_resource_id.evidence(format!("a resource in /subscriptions/{own}"), "");
    match (&binding.source_resource_id.reading, binding.holder()) {
        (_, Some(holder)) if holder.subscription() == own => {
            Judgement::pass("The source is in the cluster's own subscription.")
        }
        (_, Some(holder)) => {
            Judgement::fail(format!("The source is in another subscription, {}.", holder.subscription()))
        }
        (Reading::Value(text), None) => {
            Judgement::not_assessed(format!("{text:?} is no resource id, so its subscription cannot be told."))
        }
        (Reading::Absent, None) => Judgement::not_assessed("The answer names no source."),
        (Reading::Unreadable(why), None) => Judgement::not_assessed(format!("The source could not be read: {why}.")),
    }
    .with(evidence)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::binding_rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn a_source_elsewhere_fails() {
        let source = |id: &str| json!({"sourceResourceId": id});
        binding_rows(
            &RULE,
            vec![
                (
                    "own",
                    source(
                        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v",
                    ),
                    Pass,
                    None,
                ),
                ("own, other case", source("/SUBSCRIPTIONS/11111111-1111-1111-1111-111111111111/x"), Pass, None),
                (
                    "elsewhere",
                    source("/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/r/providers/P/t/v"),
                    Fail,
                    None,
                ),
                ("no id", source("vault-1"), NotAssessed, None),
                ("not said", json!({"roles": []}), NotAssessed, None),
                ("damaged", json!({"sourceResourceId": []}), NotAssessed, None),
            ],
        );
    }
}
