//! GOV-01: The cluster names its business owner.

use crate::rule::{Check, Judgement, Rule, Subject};
use crate::{references, tags};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-01",
        area: Area::Governance,
        title: "The cluster names its business owner",
        finding: "No business owner named",
        severity: Severity::Medium,
        what: "Whether a tag says who in the business answers for the cluster.",
        why: "A finding without an owner is fixed by nobody. In an incident it is the first thing that is asked.",
        not_applicable: "Always applies.",
        reads: &["tags"],
        conditions: &["C18"],
        references: &[references::TAGGING],
        fix: Fix {
            what_to_do: "Ask who answers for this cluster and write it into the tag. Keys that count are set in the settings.",
            cli: "az tag update --resource-id {id} --operation merge --tags owner=name@example.com",
            bicep: "// on the cluster resource itself, beside the tags it has\ntags: union(existingTags, {\n  owner: 'name@example.com'\n})",
            terraform: "# inside azurerm_kubernetes_cluster\ntags = merge(var.tags, {\n  \"owner\" = \"name@example.com\"\n})",
            caution: "Tags change nothing in the cluster, but AKS copies them to its node resources, and policies or cost reports may read them.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query tags",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    tags::is_named(subject, &subject.settings.owner_tag, "business owner")
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, judge, judge_in, whole};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::{Settings, lists};
    use serde_json::json;

    #[test]
    fn the_tag_counts_under_any_of_its_keys() {
        let of = |tags: serde_json::Value| {
            judge(&RULE, &whole(json!({"id": CLUSTER_ID, "properties": {}, "tags": tags}))).outcome
        };
        assert_eq!(of(json!({"owner": "x1"})), Pass);
        assert_eq!(of(json!({"OWNER": "x1"})), Pass, "case and separators do not matter");
        assert_eq!(of(json!({"owner": " "})), Fail, "an empty value names nobody");
        assert_eq!(of(json!({"owner": "", "service-owner": "x1"})), Pass, "keys are synonyms");
        assert_eq!(of(json!({"ownerx": "x1"})), Fail, "a near miss is no tag");
        assert_eq!(of(json!({})), Fail);
        assert_eq!(of(json!(null)), Fail);
        assert_eq!(of(json!("damaged")), NotAssessed);
    }

    #[test]
    fn tags_above_count_where_the_settings_say_so() {
        let group = json!({"id": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg", "tags": {"Owner": "b2"}});
        let inherit = Settings { inherit_tags: true, ..Settings::default() };
        let scene = Scene::new(json!({}));
        let of = |scene: &Scene, settings: &Settings| judge_in(&RULE, &scene.fleet(), settings, &scene.memory).outcome;
        assert_eq!(of(&scene.clone().with(group.clone()), &Settings::default()), Fail, "off is the default");
        assert_eq!(of(&scene.clone().with(group), &inherit), Pass);
        assert_eq!(of(&scene, &inherit), NotAssessed, "nobody read the group");
        assert_eq!(of(&scene.whole(lists::CONTAINERS), &inherit), Fail);
    }
}
