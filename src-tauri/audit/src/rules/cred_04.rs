//! CRED-04: Azure RBAC decides about Kubernetes permissions.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, switch};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-04",
        area: Area::Credentials,
        title: "Azure RBAC decides about Kubernetes permissions",
        finding: "Azure RBAC does not decide about Kubernetes permissions",
        severity: Severity::Medium,
        what: "Whether permissions inside the cluster are given, reviewed and taken away as Azure role assignments.",
        why: "Azure role assignments can be listed, reviewed and time-limited in one place (PIM, access reviews). Bindings kept inside each cluster cannot. Kubernetes RBAC with Entra groups is a valid design too: waive this finding where it was chosen.",
        not_applicable: "Clusters without Entra ID (CRED-02 says so).",
        reads: &["properties.aadProfile.enableAzureRBAC"],
        conditions: &["C07"],
        references: &[references::AZURE_RBAC],
        fix: Fix {
            what_to_do: "Give the groups that work in the cluster an AKS RBAC role, then turn Azure RBAC on.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-azure-rbac",
            bicep: "// inside the cluster's properties\naadProfile: {\n  managed: true\n  enableAzureRBAC: true\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nazure_active_directory_role_based_access_control {\n  azure_rbac_enabled = true\n}",
            caution: "Bindings inside the cluster keep working beside it. People who already hold broad AKS RBAC roles at subscription scope gain access at once: review those first.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query aadProfile.enableAzureRbac",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    if credentials.entra.reading == Reading::Absent {
        return Judgement::not_applicable("There is no Entra ID integration; CRED-02 says so.");
    }
    switch(
        &credentials.azure_rbac,
        true,
        false,
        "Azure role assignments decide about Kubernetes permissions.",
        "Permissions inside the cluster are kept in the cluster, where no access review of Azure sees them.",
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn azure_rbac_needs_entra_id() {
        rows(
            &RULE,
            vec![
                ("no Entra ID", json!({"provisioningState": "Succeeded"}), NotApplicable),
                ("not said", json!({"aadProfile": {"managed": true}}), Fail),
                ("on", json!({"aadProfile": {"managed": true, "enableAzureRbac": true}}), Pass),
                ("damaged", json!({"aadProfile": {"managed": true, "enableAzureRBAC": 1}}), NotAssessed),
                ("damaged above", json!({"aadProfile": 1}), NotAssessed),
            ],
        );
    }
}
