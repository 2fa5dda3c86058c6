//! TA-05: No two bindings hold one source and role.

use std::collections::BTreeMap;

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-05",
        area: Area::TrustedAccess,
        title: "No two bindings hold one source and role",
        finding: "Two bindings for one source and role",
        severity: Severity::Low,
        what: "Whether one Azure resource holds the same role of one cluster under two names.",
        why: "Removing one of the two looks like closing the door and closes nothing. Each takes one of the eight places a cluster has.",
        not_applicable: "Clusters without a binding.",
        reads: &["properties.sourceResourceId", "properties.roles"],
        conditions: &["C15"],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Keep the binding your code declares and delete the other.",
            cli: "az aks trustedaccess rolebinding delete --subscription {subscription} -g {group} --cluster-name {cluster} -n DUPLICATE",
            bicep: "// keep one resource of type\n// Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings per source and role, and remove the other",
            terraform: "# keep one of the two and remove the other from the code\n# resource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"duplicate\" { .. }",
            caution: "The access stays while one of the two is there, so nothing stops. A binding made by a service may come back.",
            look: "az aks trustedaccess rolebinding list --subscription {subscription} -g {group} --cluster-name {cluster}",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let bindings = &subject.cluster.bindings;
    if bindings.seen.is_empty() && bindings.is_complete() {
        return Judgement::not_applicable("The cluster has no Trusted Access binding.");
    }
    let mut holders: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    let mut unread = Vec::new();
    for binding in &bindings.seen {
        match (binding.holder(), &binding.roles.reading) {
            (Some(holder), Reading::Value(roles)) => {
                let mut roles: Vec<String> = roles.iter().map(|role| role.to_lowercase()).collect();
                roles.sort();
                roles.dedup();
                for role in roles {
                    holders.entry((holder.lower().to_owned(), role)).or_default().push(&binding.name);
                }
            }
            _ => unread.push(binding.name.as_str()),
        }
    }
    let twins: Vec<String> = holders
        .iter()
        .filter(|(_, names)| names.len() > 1)
        .map(|((source, role), names)| format!("{} all give {role} to {source}", names.join(" and ")))
        .collect();
    let names = bindings.seen.iter().map(|b| b.name.as_str()).collect::<Vec<_>>().join(", ");
    let evidence = concluded("trustedAccessRoleBindings", names, "each source and role once");
    if !twins.is_empty() {
        Judgement::fail(format!("{}.", twins.join("; "))).with(evidence)
    } else if let Some(why) = &bindings.incomplete {
        Judgement::not_assessed(format!("Not every binding is known: {why}.")).with(evidence)
    } else if !unread.is_empty() {
        Judgement::not_assessed(format!("Source or roles of {} could not be read.", unread.join(", "))).with(evidence)
    } else {
        Judgement::pass("Each source holds each of its roles once.").with(evidence)
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{binding, cluster, judge, with_bindings};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::{Value, json};

    fn outcome(bindings: Vec<Value>) -> quay_model::Outcome {
        let read = bindings.into_iter().enumerate().map(|(n, body)| binding(&format!("b{n}"), body)).collect();
        judge(&RULE, &with_bindings(cluster(json!({})), read)).outcome
    }

    #[test]
    fn the_same_source_and_role_twice_is_a_duplicate() {
        let of = |source: &str, roles: Value| json!({"sourceResourceId": format!("/subscriptions/1/resourceGroups/r/providers/P/t/{source}"), "roles": roles});
        assert_eq!(outcome(vec![of("v", json!(["P/t/a"])), of("V", json!(["p/T/A"]))]), Fail, "case does not matter");
        assert_eq!(
            outcome(vec![of("v", json!(["P/t/a", "P/t/b"])), of("v", json!(["P/t/b"]))]),
            Fail,
            "one shared role is enough"
        );
        assert_eq!(outcome(vec![of("v", json!(["P/t/a"])), of("w", json!(["P/t/a"]))]), Pass);
        assert_eq!(outcome(vec![of("v", json!(["P/t/a"])), of("v", json!(["P/t/b"]))]), Pass);
        assert_eq!(outcome(vec![of("v", json!(["P/t/a", "P/t/a"]))]), Pass, "one binding is no duplicate of itself");
        assert_eq!(outcome(vec![]), NotApplicable);
        assert_eq!(outcome(vec![json!({"roles": ["P/t/a"]})]), NotAssessed);
        let mut half = with_bindings(cluster(json!({})), vec![binding("b", of("v", json!(["P/t/a"])))]);
        half.bindings.incomplete = Some("the list was not read to the end".into());
        assert_eq!(judge(&RULE, &half).outcome, NotAssessed, "the twin may be on the page that is missing");
    }
}
