//! TA-11: There is room under the limit of eight bindings.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use quay_model::{Area, Fix, RuleInfo, Severity};

/// "up to 8 Trusted Access role bindings in an AKS cluster": Get secure resource access to AKS by using Trusted Access.
const LIMIT: usize = 8;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-11",
        area: Area::TrustedAccess,
        title: "There is room under the limit of eight bindings",
        finding: "No room left for a Trusted Access binding",
        severity: Severity::Low,
        what: "How many of the eight Trusted Access bindings that AKS allows a cluster are taken.",
        why: "When all are taken, the next service cannot be bound, and someone opens the endpoint or hands out an admin kubeconfig instead.",
        not_applicable: "Always applies.",
        reads: &["trustedAccessRoleBindings"],
        conditions: &[],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Delete bindings whose source no longer uses the cluster, and merge several roles of one source into one binding.",
            cli: "az aks trustedaccess rolebinding list --subscription {subscription} -g {group} --cluster-name {cluster} -o table",
            bicep: "// one binding can carry several roles of one source\nproperties: {\n  sourceResourceId: source.id\n  roles: [ 'ROLE_1', 'ROLE_2' ]\n}",
            terraform: "# one binding can carry several roles of one source\nroles = [\"ROLE_1\", \"ROLE_2\"]",
            caution: "Deleting a binding cuts off its source within five minutes.",
            look: "az aks trustedaccess rolebinding list --subscription {subscription} -g {group} --cluster-name {cluster} --query \"length(@)\"",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let bindings = &subject.cluster.bindings;
    let count = bindings.seen.len();
    let evidence = concluded("trustedAccessRoleBindings", format!("{count} seen"), format!("fewer than {LIMIT}"));
    match &bindings.incomplete {
        _ if count >= LIMIT => {
            Judgement::fail(format!("{count} of {LIMIT} bindings are taken; the next service cannot be bound."))
        }
        Some(why) => Judgement::not_assessed(format!("How many bindings there are is not known: {why}.")),
        None => Judgement::pass(format!("{count} of {LIMIT} bindings are taken.")),
    }
    .with(evidence)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{binding, cluster, judge, with_bindings};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn the_eighth_binding_leaves_no_room() {
        let of = |count: usize, whole: bool| {
            let bindings = (0..count).map(|n| binding(&format!("b{n}"), json!({"roles": []}))).collect();
            let mut cluster = with_bindings(cluster(json!({})), bindings);
            cluster.bindings.incomplete = (!whole).then(|| "not read to the end".to_owned());
            judge(&RULE, &cluster).outcome
        };
        assert_eq!(of(0, true), Pass);
        assert_eq!(of(7, true), Pass);
        assert_eq!(of(8, true), Fail);
        assert_eq!(of(8, false), Fail, "eight seen are eight, whatever else there is");
        assert_eq!(of(7, false), NotAssessed);
        assert_eq!(of(0, false), NotAssessed);
    }
}
