//! HYG-05: The Azure Policy add-on is on.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, switch};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "HYG-05",
        area: Area::Hygiene,
        title: "The Azure Policy add-on is on",
        finding: "Azure Policy add-on is off",
        severity: Severity::Low,
        what: "Whether Azure Policy can see and deny what runs in the cluster.",
        why: "Without the add-on, in-cluster policies assigned in Azure look assigned and do nothing here.",
        not_applicable: "Always applies.",
        reads: &["properties.addonProfiles.azurepolicy.enabled"],
        conditions: &[],
        references: &[references::AZURE_POLICY],
        fix: Fix {
            what_to_do: "Turn the add-on on, with policies in audit mode first.",
            cli: "az aks enable-addons --subscription {subscription} -g {group} -n {cluster} --addons azure-policy",
            bicep: "// inside the cluster's properties\naddonProfiles: {\n  azurepolicy: {\n    enabled: true\n  }\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nazure_policy_enabled = true",
            caution: "Assigned policies with the effect deny begin to refuse workloads. Look at their effects first.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query addonProfiles",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    switch(
        &subject.cluster.hygiene.policy_addon,
        true,
        false,
        "The Azure Policy add-on is on.",
        "The Azure Policy add-on is off.",
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn the_key_is_found_in_any_case() {
        rows(
            &RULE,
            vec![
                ("default", json!({"provisioningState": "Succeeded"}), Fail),
                ("on", json!({"addonProfiles": {"azurePolicy": {"enabled": true, "config": null}}}), Pass),
                ("off", json!({"addonProfiles": {"azurepolicy": {"enabled": false}}}), Fail),
                ("damaged", json!({"addonProfiles": {"azurepolicy": "on"}}), NotAssessed),
            ],
        );
    }
}
