//! GOV-03: The cluster names its cost centre.

use crate::rule::{Check, Judgement, Rule, Subject};
use crate::{references, tags};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-03",
        area: Area::Governance,
        title: "The cluster names its cost centre",
        finding: "No cost centre named",
        severity: Severity::Medium,
        what: "Whether a tag says who pays for the cluster.",
        why: "Without it the cost of the cluster, and of the workarounds around it, cannot be shown to anyone.",
        not_applicable: "Always applies.",
        reads: &["tags"],
        conditions: &["C18"],
        references: &[references::TAGGING],
        fix: Fix {
            what_to_do: "Ask who answers for this cluster and write it into the tag. Keys that count are set in the settings.",
            cli: "az tag update --resource-id {id} --operation merge --tags cost-centre=CC-0000",
            bicep: "// on the cluster resource itself, beside the tags it has\ntags: union(existingTags, {\n  'cost-centre': 'CC-0000'\n})",
            terraform: "# inside azurerm_kubernetes_cluster\ntags = merge(var.tags, {\n  \"cost-centre\" = \"CC-0000\"\n})",
            caution: "Tags change nothing in the cluster, but AKS copies them to its node resources, and policies or cost reports may read them.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query tags",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    tags::is_named(subject, &subject.settings.cost_centre_tag, "cost centre")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, judge, whole};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn the_tag_counts_under_any_of_its_keys() {
        let of = |tags: serde_json::Value| {
            judge(&RULE, &whole(json!({"id": CLUSTER_ID, "properties": {}, "tags": tags}))).outcome
        };
        assert_eq!(of(json!({"cost-centre": "x1"})), Pass);
        assert_eq!(of(json!({"COST_CENTRE": "x1"})), Pass, "case and separators do not matter");
        assert_eq!(of(json!({"cost-centre": " "})), Fail, "an empty value names nobody");
        assert_eq!(of(json!({"cost-centrex": "x1"})), Fail, "a near miss is no tag");
        assert_eq!(of(json!({})), Fail);
        assert_eq!(of(json!(null)), Fail);
        assert_eq!(of(json!("damaged")), NotAssessed);
    }
}
