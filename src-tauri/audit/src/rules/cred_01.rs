//! CRED-01: Local accounts are off.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, switch};
use quay_model::{Area, Fix, Outcome, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-01",
        area: Area::Credentials,
        title: "Local accounts are off",
        finding: "Local accounts are on",
        severity: Severity::High,
        what: "Whether the static admin certificate that AKS makes for each cluster is accepted.",
        why: "The local admin kubeconfig belongs to nobody, knows no MFA and no Conditional Access, and works until the certificates are rotated. Whoever copied it once keeps it.",
        not_applicable: "Always applies.",
        reads: &["properties.disableLocalAccounts"],
        conditions: &["C04"],
        references: &[references::LOCAL_ACCOUNTS],
        fix: Fix {
            what_to_do: "Turn local accounts off, then rotate the cluster certificates, because turning them off does not revoke what was handed out.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --disable-local-accounts\naz aks rotate-certs --subscription {subscription} -g {group} -n {cluster}",
            bicep: "// inside the cluster's properties; needs Entra ID integration\ndisableLocalAccounts: true",
            terraform: "# inside azurerm_kubernetes_cluster; needs Entra ID integration\nlocal_account_disabled = true",
            caution: "Everything that uses `--admin` credentials stops: old pipelines, backup tools, Azure ML without Trusted Access. Rotating certificates restarts nodes and the control plane; plan up to half an hour of downtime.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query disableLocalAccounts",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    let judgement = switch(
        &credentials.local_accounts_disabled,
        true,
        false,
        "Local accounts are off.",
        "Local accounts are on: a static admin certificate that belongs to nobody opens the cluster.",
    );
    let entra = credentials.entra.evidence("Entra ID integration", "none");
    match credentials.entra.reading {
        Reading::Value(_) => judgement,
        // the switch alone is what Azure's own policy looks at, too; that it hangs in the air is said
        Reading::Absent if judgement.outcome == Outcome::Pass => {
            let reason = "Local accounts are off. Without Entra ID integration the switch is not documented to do anything; CRED-02 comes first.";
            Judgement { evidence: judgement.evidence, ..Judgement::pass(reason) }.with(entra)
        }
        Reading::Absent | Reading::Unreadable(_) => judgement.with(entra),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn local_accounts_are_on_unless_said_otherwise() {
        rows(
            &RULE,
            vec![
                ("default", json!({"provisioningState": "Succeeded"}), Fail),
                ("said on", json!({"disableLocalAccounts": false}), Fail),
                ("off", json!({"disableLocalAccounts": true, "aadProfile": {"managed": true}}), Pass),
                ("off without Entra ID", json!({"disableLocalAccounts": true}), Pass),
                ("damaged", json!({"disableLocalAccounts": {}}), NotAssessed),
            ],
        );
    }
}
