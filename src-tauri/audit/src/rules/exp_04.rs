//! EXP-04: Every authorized IP range has an effect.

use crate::address::{Entry, containers};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};
use std::collections::HashSet;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-04",
        area: Area::Exposure,
        title: "Every authorized IP range has an effect",
        finding: "Authorized IP ranges without effect",
        severity: Severity::Low,
        what: "Whether the allow-list holds entries that let nobody in: private addresses, duplicates, entries inside other entries, entries that are no range at all.",
        why: "Entries without effect make people believe that a network is allowed or closed when it is not, and hide the ones that matter.",
        not_applicable: "Private clusters, and clusters without ranges.",
        reads: &["properties.apiServerAccessProfile.authorizedIPRanges"],
        conditions: &[],
        references: &[references::AUTHORIZED_RANGES],
        fix: Fix {
            what_to_do: "Take the named entries off the list. For callers on private addresses list the public address they leave through.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --api-server-authorized-ip-ranges 203.0.113.0/28",
            bicep: "// inside the cluster's properties: the list without the entries named above\napiServerAccessProfile: {\n  authorizedIPRanges: [ '203.0.113.0/28' ]\n}",
            terraform: "# inside azurerm_kubernetes_cluster: the list without the entries named above\napi_server_access_profile {\n  authorized_ip_ranges = [\"203.0.113.0/28\"]\n}",
            caution: "Nothing stops working when an entry without effect goes. Make sure that the new list still holds all others: the command replaces the whole list.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query apiServerAccessProfile.authorizedIpRanges",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let api = &subject.cluster.api_server;
    let texts = match (&api.private.or_default(false), &api.ranges.reading) {
        (Reading::Value(true), _) => {
            return Judgement::not_applicable("The cluster is private; EXP-07 speaks of ranges kept there.");
        }
        (_, Reading::Absent) => return Judgement::not_applicable("There are no ranges."),
        (_, Reading::Value(texts)) if texts.is_empty() => {
            return Judgement::not_applicable("There are no ranges.");
        }
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => {
            return Judgement::not_assessed(format!("The ranges could not be read: {why}."))
                .with(api.ranges.evidence("entries that let someone in", "none"));
        }
        (Reading::Value(false) | Reading::Absent, Reading::Value(texts)) => texts,
    };
    let without_effect = without_effect(texts);
    let evidence = api.ranges.evidence("public addresses, each once, none inside another", "none");
    if without_effect.is_empty() {
        Judgement::pass("Every entry lets someone in that no other entry does.").with(evidence)
    } else {
        Judgement::fail(format!("{}.", without_effect.join("; "))).with(evidence)
    }
}

fn without_effect(texts: &[String]) -> Vec<String> {
    let entries: Vec<Entry> = texts.iter().map(|text| Entry::parse(text)).collect();
    let containers = containers(&entries);
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for ((text, entry), container) in texts.iter().zip(&entries).zip(containers) {
        let first = seen.insert(entry.plain());
        if let Entry::Unknown(_) = entry {
            found.push(format!("{text:?} is no address, range or service tag"));
        } else if !first {
            found.push(format!("{text} stands there twice"));
        } else if let Some(container) = container.and_then(|at| texts.get(at)) {
            found.push(format!("{text} lies inside {container}"));
        } else if entry.touches_private() {
            found.push(format!("{text} takes in private or reserved addresses, which never arrive from the internet"));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn entries_that_let_nobody_in_are_named() {
        let ranges = |list: serde_json::Value| json!({"apiServerAccessProfile": {"authorizedIPRanges": list}});
        rows(
            &RULE,
            vec![
                ("private", ranges(json!(["203.0.113.0/28", "10.20.0.0/16"])), Fail),
                ("twice", ranges(json!(["203.0.113.0/28", "203.0.113.0/28"])), Fail),
                ("twice in two spellings", ranges(json!(["203.0.113.1", "203.0.113.1/32"])), Fail),
                ("inside another", ranges(json!(["203.0.113.8/29", "203.0.113.0/28"])), Fail),
                ("no range", ranges(json!(["203.0.113.0/28", "not a range"])), Fail),
                ("own egress and an office", ranges(json!(["0.0.0.0/32", "203.0.113.0/28"])), Pass),
                ("a tag and an office", ranges(json!(["AzureCloud", "203.0.113.0/28"])), Pass),
                ("a tag twice, other case", ranges(json!(["AzureCloud", "azurecloud"])), Fail),
                ("multicast", ranges(json!(["203.0.113.0/28", "224.0.0.5"])), Fail),
                ("none", ranges(json!([])), NotApplicable),
                (
                    "private cluster",
                    json!({"apiServerAccessProfile": {"enablePrivateCluster": true, "authorizedIPRanges": ["10.0.0.0/8"]}}),
                    NotApplicable,
                ),
                ("damaged", ranges(json!({"a": 1})), NotAssessed),
            ],
        );
    }
}
