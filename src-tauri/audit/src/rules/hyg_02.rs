//! HYG-02: An auto-upgrade channel is set.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "HYG-02",
        area: Area::Hygiene,
        title: "An auto-upgrade channel is set",
        finding: "No auto-upgrade channel",
        severity: Severity::Low,
        what: "Whether AKS upgrades the Kubernetes version of the cluster by itself.",
        why: "Clusters that nobody upgrades fall out of support, and with that out of security fixes.",
        not_applicable: "Always applies.",
        reads: &["properties.autoUpgradeProfile.upgradeChannel"],
        conditions: &[],
        references: &[references::AUTO_UPGRADE],
        fix: Fix {
            what_to_do: "Choose the channel patch, and a maintenance window in which it may act.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --auto-upgrade-channel patch",
            bicep: "// inside the cluster's properties\nautoUpgradeProfile: {\n  upgradeChannel: 'patch'\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nautomatic_upgrade_channel = \"patch\"",
            caution: "Nodes are drained and replaced in the window. Workloads without disruption budgets or with a single replica are interrupted.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query autoUpgradeProfile",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let field = &subject.cluster.hygiene.upgrade_channel;
    match &field.reading {
        Reading::Unreadable(why) => Judgement::not_assessed(format!("It could not be read: {why}.")),
        Reading::Absent => Judgement::fail("No auto-upgrade channel is set."),
        Reading::Value(word) if word.eq_ignore_ascii_case("none") => {
            Judgement::fail(format!("No auto-upgrade channel is set ({word})."))
        }
        Reading::Value(word)
            if matches!(word.to_ascii_lowercase().as_str(), "patch" | "stable" | "rapid" | "node-image") =>
        {
            Judgement::pass(format!("The channel {word} is set."))
        }
        Reading::Value(word) => Judgement::not_assessed(format!("{word} is no channel known here.")),
    }
    .with(field.evidence("patch, stable, rapid or node-image", "none"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn none_is_no_channel() {
        let of = |word: serde_json::Value| json!({"autoUpgradeProfile": {"upgradeChannel": word}});
        rows(
            &RULE,
            vec![
                ("default", json!({"provisioningState": "Succeeded"}), Fail),
                ("none", of(json!("None")), Fail),
                ("patch", of(json!("patch")), Pass),
                ("node-image", of(json!("node-image")), Pass),
                ("a word of tomorrow", of(json!("tomorrow")), NotAssessed),
                ("damaged", of(json!(true)), NotAssessed),
            ],
        );
    }
}
