//! HYG-04: A network policy engine is set.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "HYG-04",
        area: Area::Hygiene,
        title: "A network policy engine is set",
        finding: "No network policy engine",
        severity: Severity::Low,
        what: "Whether network policies inside the cluster are enforced.",
        why: "Without an engine, network policies are accepted and do nothing: any pod reaches any pod, and the API server.",
        not_applicable: "Always applies.",
        reads: &["properties.networkProfile.networkPolicy"],
        conditions: &[],
        references: &[references::NETWORK_POLICY],
        fix: Fix {
            what_to_do: "Choose Cilium for new clusters; for an existing one enable an engine in a maintenance window.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --network-policy cilium",
            bicep: "// inside the cluster's properties\nnetworkProfile: {\n  networkPolicy: 'cilium'\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nnetwork_profile {\n  network_policy = \"cilium\"\n}",
            caution: "Enabling an engine reimages the node pools. Policies that were never enforced begin to act at once.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query networkProfile.networkPolicy",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let field = &subject.cluster.hygiene.network_policy;
    match &field.reading {
        Reading::Unreadable(why) => Judgement::not_assessed(format!("It could not be read: {why}.")),
        Reading::Absent => Judgement::fail("No network policy engine is set."),
        Reading::Value(word) if word.eq_ignore_ascii_case("none") => {
            Judgement::fail(format!("No network policy engine is set ({word})."))
        }
        Reading::Value(word) => Judgement::pass(format!("Network policies are enforced by {word}.")),
    }
    .with(field.evidence("azure, calico or cilium", "none"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn the_word_none_is_off() {
        let of = |word: serde_json::Value| json!({"networkProfile": {"networkPolicy": word}});
        rows(
            &RULE,
            vec![
                ("absent", json!({"networkProfile": {}}), Fail),
                ("none", of(json!("none")), Fail),
                ("cilium", of(json!("cilium")), Pass),
                ("damaged", of(json!({})), NotAssessed),
            ],
        );
    }
}
