//! GOV-02: The cluster names its technical team.

use crate::rule::{Check, Judgement, Rule, Subject};
use crate::{references, tags};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-02",
        area: Area::Governance,
        title: "The cluster names its technical team",
        finding: "No technical team named",
        severity: Severity::Medium,
        what: "Whether a tag says which team runs the cluster.",
        why: "The team is who has to make the change, and who is called at night.",
        not_applicable: "Always applies.",
        reads: &["tags"],
        conditions: &["C18"],
        references: &[references::TAGGING],
        fix: Fix {
            what_to_do: "Ask who answers for this cluster and write it into the tag. Keys that count are set in the settings.",
            cli: "az tag update --resource-id {id} --operation merge --tags team=team-name",
            bicep: "// on the cluster resource itself, beside the tags it has\ntags: union(existingTags, {\n  team: 'team-name'\n})",
            terraform: "# inside azurerm_kubernetes_cluster\ntags = merge(var.tags, {\n  \"team\" = \"team-name\"\n})",
            caution: "Tags change nothing in the cluster, but AKS copies them to its node resources, and policies or cost reports may read them.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query tags",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    tags::is_named(subject, &subject.settings.team_tag, "technical team")
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
        assert_eq!(of(json!({"team": "x1"})), Pass);
        assert_eq!(of(json!({"TEAM": "x1"})), Pass, "case and separators do not matter");
        assert_eq!(of(json!({"team": " "})), Fail, "an empty value names nobody");
        assert_eq!(of(json!({"teamx": "x1"})), Fail, "a near miss is no tag");
        assert_eq!(of(json!({})), Fail);
        assert_eq!(of(json!(null)), Fail);
        assert_eq!(of(json!("damaged")), NotAssessed);
    }
}
