//! GOV-04: Ownership tags hold valid values.

use crate::rule::{Check, Judgement, Rule, Subject};
use crate::{references, tags};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-04",
        area: Area::Governance,
        title: "Ownership tags hold valid values",
        finding: "Ownership tags hold invalid values",
        severity: Severity::Low,
        what: "Whether the values of the owner, team and cost-centre tags mean something: no placeholders, matching the pattern and the allowed values of the settings, and no key that is a slip of the pen away from a real one.",
        why: "A tag that says \"tbd\", or stands under `Onwer`, looks like an answer and is none.",
        not_applicable: "Clusters without any of these tags (GOV-01 to GOV-03 say so).",
        reads: &["tags"],
        conditions: &["C18"],
        references: &[references::TAGGING],
        fix: Fix {
            what_to_do: "Correct the named values and keys.",
            cli: "az tag update --resource-id {id} --operation merge --tags owner=name@example.com\naz tag update --resource-id {id} --operation delete --tags Onwer=VALUE",
            bicep: "// on the cluster resource itself\ntags: union(existingTags, {\n  owner: 'name@example.com'\n})",
            terraform: "# inside azurerm_kubernetes_cluster\ntags = merge(var.tags, {\n  \"owner\" = \"name@example.com\"\n})",
            caution: "Tags change nothing in the cluster, but policies or cost reports may read the key you remove.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query tags",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let settings = subject.settings;
    let of = &subject.cluster.tags;
    let expected =
        [("owner", &settings.owner_tag), ("team", &settings.team_tag), ("cost centre", &settings.cost_centre_tag)];
    let present = match &of.reading {
        Reading::Unreadable(why) => {
            return Judgement::not_assessed(format!("The tags could not be read: {why}."))
                .with(tags::evidence(of, "valid values"));
        }
        Reading::Absent => return Judgement::not_applicable("There are no tags."),
        Reading::Value(present) => present,
    };
    let mut wrong = Vec::new();
    let mut any = false;
    for (which, rule) in expected {
        match rule.find(present) {
            Some((key, value)) => {
                any = true;
                wrong.extend(tags::problem(key, value, rule));
            }
            None => wrong.extend(
                tags::near_miss(present, rule)
                    .map(|(key, meant)| format!("the key {key} looks like a slip for {meant} ({which})")),
            ),
        }
    }
    let evidence = tags::evidence(of, "valid values under the keys of the settings");
    if !wrong.is_empty() {
        Judgement::fail(format!("{}.", wrong.join("; "))).with(evidence)
    } else if any {
        Judgement::pass("The ownership tags hold valid values.").with(evidence)
    } else {
        Judgement::not_applicable("None of the ownership tags is there; GOV-01 to GOV-03 say so.")
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, judge, whole};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn placeholders_and_slips_are_found() {
        let of = |tags: serde_json::Value| {
            judge(&RULE, &whole(json!({"id": CLUSTER_ID, "properties": {}, "tags": tags}))).outcome
        };
        assert_eq!(of(json!({"owner": "a@b.example", "team": "webshop", "cost-centre": "CC-1"})), Pass);
        assert_eq!(of(json!({"owner": "TBD"})), Fail);
        assert_eq!(of(json!({"Onwer": "a@b.example", "team": "webshop"})), Fail, "letters swapped");
        assert_eq!(of(json!({"ownr": "a@b.example"})), Fail, "a letter missing");
        assert_eq!(of(json!({"tier": "gold"})), NotApplicable, "tier is no slip for team");
        assert_eq!(of(json!({})), NotApplicable);
        assert_eq!(of(json!([1])), NotAssessed);
    }
}
