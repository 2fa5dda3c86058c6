//! HYG-03: A node OS upgrade channel is set.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "HYG-03",
        area: Area::Hygiene,
        title: "A node OS upgrade channel is set",
        finding: "No node OS upgrade channel",
        severity: Severity::Low,
        what: "Whether AKS keeps the operating system of the nodes patched.",
        why: "Unpatched nodes carry known kernel and runtime vulnerabilities, with which a pod can take the node over.",
        not_applicable: "Always applies.",
        reads: &["properties.autoUpgradeProfile.nodeOSUpgradeChannel"],
        conditions: &[],
        references: &[references::NODE_OS_UPGRADE],
        fix: Fix {
            what_to_do: "Choose SecurityPatch or NodeImage, and a maintenance window.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --node-os-upgrade-channel SecurityPatch",
            bicep: "// inside the cluster's properties\nautoUpgradeProfile: {\n  nodeOSUpgradeChannel: 'SecurityPatch'\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nnode_os_upgrade_channel = \"SecurityPatch\"",
            caution: "Nodes may be replaced in the window; see HYG-02.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query autoUpgradeProfile",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let field = &subject.cluster.hygiene.node_os_channel;
    match &field.reading {
        Reading::Unreadable(why) => Judgement::not_assessed(format!("It could not be read: {why}.")),
        // documented: "The default is NodeImage"; but clusters older than that default answer without the key and have no channel
        Reading::Absent => Judgement::fail(
            "No node OS upgrade channel is named; clusters made before the default NodeImage came have none.",
        ),
        Reading::Value(word) if matches!(word.to_ascii_lowercase().as_str(), "none" | "unmanaged") => {
            Judgement::fail(format!("AKS does not patch the nodes of this cluster ({word})."))
        }
        Reading::Value(word) if matches!(word.to_ascii_lowercase().as_str(), "securitypatch" | "nodeimage") => {
            Judgement::pass(format!("The channel {word} is set."))
        }
        Reading::Value(word) => Judgement::not_assessed(format!("{word} is no channel known here.")),
    }
    .with(
        field.evidence(
            "SecurityPatch or NodeImage",
            "NodeImage on clusters made since api-version 2023-06-01, none before",
        ),
    )
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn unmanaged_is_not_patched_by_aks() {
        let of = |word: serde_json::Value| json!({"autoUpgradeProfile": {"nodeOSUpgradeChannel": word}});
        rows(
            &RULE,
            vec![
                ("absent", json!({"provisioningState": "Succeeded"}), Fail),
                ("None", of(json!("None")), Fail),
                ("Unmanaged", of(json!("Unmanaged")), Fail),
                ("SecurityPatch", of(json!("SecurityPatch")), Pass),
                ("NodeImage", of(json!("NodeImage")), Pass),
                ("a word of tomorrow", of(json!("tomorrow")), NotAssessed),
                ("damaged", of(json!(["NodeImage"])), NotAssessed),
            ],
        );
    }
}
