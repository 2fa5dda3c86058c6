//! CRED-03: Kubernetes RBAC is on.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, switch};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-03",
        area: Area::Credentials,
        title: "Kubernetes RBAC is on",
        finding: "Kubernetes RBAC is off",
        severity: Severity::Critical,
        what: "Whether Kubernetes checks what a caller may do at all.",
        why: "Without RBAC every credential, including that of every pod, is cluster-admin.",
        not_applicable: "Always applies.",
        reads: &["properties.enableRBAC"],
        conditions: &["C06"],
        references: &[references::ACCESS_CONCEPTS],
        fix: Fix {
            what_to_do: "Build a new cluster with RBAC on and move the workloads. It cannot be turned on later.",
            cli: "az aks create --subscription {subscription} -g {group} -n {cluster}-new --enable-aad --enable-azure-rbac --disable-local-accounts",
            bicep: "// inside the new cluster's properties\nenableRBAC: true",
            terraform: "# inside the new azurerm_kubernetes_cluster\nrole_based_access_control_enabled = true",
            caution: "It needs a new cluster. Workloads that relied on being cluster-admin fail in the new one until they get roles of their own.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query enableRbac",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    switch(
        &subject.cluster.credentials.kubernetes_rbac,
        true,
        true,
        "Kubernetes RBAC is on.",
        "Kubernetes RBAC is off: every credential, that of every pod too, is cluster-admin.",
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn rbac_is_on_unless_said_otherwise() {
        rows(
            &RULE,
            vec![
                ("absent: Azure's default is on", json!({"provisioningState": "Succeeded"}), Pass),
                ("on", json!({"enableRBAC": "True"}), Pass),
                ("off", json!({"enableRbac": false}), Fail),
                ("damaged", json!({"enableRBAC": "on"}), NotAssessed),
            ],
        );
    }

    #[test]
    fn a_cluster_whose_properties_were_cut_away_is_not_assessed() {
        let cut =
            crate::testing::whole(json!({"id": crate::testing::CLUSTER_ID, "name": "aks1", "location": "eastus"}));
        assert_eq!(
            crate::testing::judge(&RULE, &cut).outcome,
            NotAssessed,
            "a default may not be assumed where nothing was read"
        );
    }

    #[test]
    fn the_evidence_says_that_a_default_was_used() {
        let judgement =
            crate::testing::judge(&RULE, &crate::testing::cluster(json!({"provisioningState": "Succeeded"})));
        assert!(judgement.evidence.iter().any(|e| e.observed.contains("documented default")), "{judgement:?}");
    }
}
