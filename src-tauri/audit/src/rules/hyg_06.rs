//! HYG-06: Secrets are encrypted with a key of your own.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, switch};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "HYG-06",
        area: Area::Hygiene,
        title: "Secrets are encrypted with a key of your own",
        finding: "Secrets not encrypted with a key of your own",
        severity: Severity::Low,
        what: "Whether Kubernetes secrets in etcd are encrypted with a key in your Key Vault (KMS).",
        why: "AKS encrypts etcd with keys of Microsoft's. A key of your own can be revoked, rotated and audited by you.",
        not_applicable: "Always applies.",
        reads: &["properties.securityProfile.azureKeyVaultKms.enabled"],
        conditions: &[],
        references: &[references::KMS],
        fix: Fix {
            what_to_do: "Make a key, let the cluster's identity use it, turn KMS on, and rewrite all secrets.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-azure-keyvault-kms --azure-keyvault-kms-key-id KEY_ID",
            bicep: "// inside the cluster's properties\nsecurityProfile: {\n  azureKeyVaultKms: {\n    enabled: true\n    keyId: keyId\n  }\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nkey_management_service {\n  key_vault_key_id = azurerm_key_vault_key.aks.id\n}",
            caution: "If the key or the vault is ever lost or unreachable, the cluster cannot read its secrets and stops working. Turn on purge protection first.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query securityProfile.azureKeyVaultKms",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    switch(
        &subject.cluster.hygiene.kms,
        true,
        false,
        "Secrets are encrypted with a key of your own.",
        "Secrets are encrypted with keys of Microsoft's only.",
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn kms_is_off_unless_said_otherwise() {
        rows(
            &RULE,
            vec![
                ("default", json!({"securityProfile": {}}), Fail),
                ("on", json!({"securityProfile": {"azureKeyVaultKms": {"enabled": true, "keyId": "k"}}}), Pass),
                ("off", json!({"securityProfile": {"azureKeyVaultKms": {"enabled": false}}}), Fail),
                ("damaged", json!({"securityProfile": {"azureKeyVaultKms": {"enabled": "?"}}}), NotAssessed),
            ],
        );
    }
}
