//! EXP-08: No old allow-list is kept beside Trusted Access.

use crate::address::Entry;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use crate::stand::lets_nobody_in;
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-08",
        area: Area::Exposure,
        title: "No old allow-list is kept beside Trusted Access",
        finding: "Old allow-list kept beside Trusted Access",
        severity: Severity::Medium,
        what: "Whether a cluster whose Azure services come in through Trusted Access still keeps an allow-list.",
        why: "Trusted Access goes over the Azure backbone and needs no entry. Entries made for those services earlier stay open for everyone behind the same addresses.",
        not_applicable: "Private clusters, clusters without ranges, clusters without a binding.",
        reads: &["properties.apiServerAccessProfile.authorizedIPRanges", "trustedAccessRoleBindings"],
        conditions: &["C17"],
        references: &[references::TRUSTED_ACCESS, references::AUTHORIZED_RANGES],
        fix: Fix {
            what_to_do: "Ask the owner of each entry whether people or pipelines still use it. Take off what was there for the service that now has a binding; keep only your own egress addresses, or 0.0.0.0/32 if nobody else calls.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --api-server-authorized-ip-ranges 0.0.0.0/32",
            bicep: "// inside the cluster's properties: the cluster's own egress only\napiServerAccessProfile: {\n  authorizedIPRanges: [ '0.0.0.0/32' ]\n}",
            terraform: "# inside azurerm_kubernetes_cluster: the cluster's own egress only\napi_server_access_profile {\n  authorized_ip_ranges = [\"0.0.0.0/32\"]\n}",
            caution: "An entry may serve people or pipelines: take it off only when its owner confirms. Waive this finding for entries that were confirmed.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query apiServerAccessProfile.authorizedIpRanges",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let api = &subject.cluster.api_server;
    let bindings = &subject.cluster.bindings;
    let evidence = api.ranges.evidence("none that was made for a service with a binding", "none");
    let kept: Vec<&String> = match (&api.private.or_default(false), &api.ranges.reading) {
        (Reading::Value(true), _) => return Judgement::not_applicable("The cluster is private."),
        (_, Reading::Absent) => return Judgement::not_applicable("There are no ranges."),
        (Reading::Unreadable(why), _) => {
            return Judgement::not_assessed(format!("Whether the cluster is private could not be read: {why}."))
                .with(api.private.evidence("true or false", "false"));
        }
        (_, Reading::Unreadable(why)) => {
            return Judgement::not_assessed(format!("The ranges could not be read: {why}.")).with(evidence);
        }
        (_, Reading::Value(texts)) if texts.is_empty() => {
            return Judgement::not_applicable("There are no ranges.");
        }
        (_, Reading::Value(texts)) => texts.iter().filter(|text| !Entry::parse(text).is_own_egress()).collect(),
    };
    if bindings.seen.is_empty() {
        return match &bindings.incomplete {
            Some(why) => {
                Judgement::not_assessed(format!("Whether the cluster uses Trusted Access is not known: {why}."))
                    .with(evidence)
            }
            None => Judgement::not_applicable("The cluster has no Trusted Access binding."),
        };
    }
    let names = bindings.seen.iter().map(|b| b.name.as_str()).collect::<Vec<_>>().join(", ");
    let judgement = if kept.is_empty() {
        Judgement::pass("The allow-list holds only the cluster's own egress.")
    } else {
        let shown = |text: &&String| if text.is_empty() { "an empty entry".to_owned() } else { (*text).clone() };
        let kept = kept.iter().map(shown).collect::<Vec<_>>().join(", ");
        // the service of a binding that lets nobody in may have no other way than the list
        let idle = bindings.seen.iter().all(|binding| lets_nobody_in(subject.fleet, binding));
        let first = if idle { " None of them lets anybody in today: mend that first." } else { "" };
        Judgement::fail(format!("Beside the bindings {names} the allow-list keeps {kept}.{first}"))
    };
    judgement.with(evidence).with(concluded("trustedAccessRoleBindings", names, "the only way in for Azure services"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, binding, cluster, judge, with_bindings};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn an_allow_list_beside_a_binding_is_a_finding() {
        let of = |list: serde_json::Value, bound: bool| {
            let cluster = cluster(json!({"apiServerAccessProfile": {"authorizedIPRanges": list}}));
            let bindings = if bound { vec![binding("b", json!({"roles": []}))] } else { Vec::new() };
            judge(&RULE, &with_bindings(cluster, bindings)).outcome
        };
        assert_eq!(of(json!(["203.0.113.0/28"]), true), Fail);
        assert_eq!(of(json!(["0.0.0.0/32"]), true), Pass);
        assert_eq!(of(json!(["203.0.113.0/28"]), false), NotApplicable, "no binding");
        assert_eq!(of(json!([]), true), NotApplicable, "no ranges");
        assert_eq!(of(json!("x"), true), NotAssessed, "damaged");
        let mut unread = cluster(json!({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}));
        unread.bindings.incomplete = Some("they were not collected".into());
        assert_eq!(judge(&RULE, &unread).outcome, NotAssessed, "unread bindings are not no bindings");
    }

    #[test]
    fn where_no_binding_lets_anybody_in_that_comes_first() {
        const V: &str = "/subscriptions/s/providers/Microsoft.DataProtection/backupVaults/v";
        let listed = || Scene::new(json!({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}));
        let failed = json!({"id": format!("{CLUSTER_ID}/trustedAccessRoleBindings/b"), "properties": {"provisioningState": "Failed", "roles": []}});
        for (scene, first) in [
            (listed().binding_of(&failed).binding("c", V, &[]), false),
            (listed().binding("b", V, &[]).gone(V), true),
            (listed().binding_of(&failed), true),
            (listed().binding("b", V, &[]).with(json!({"id": V, "identity": {"type": "UserAssigned"}})), true),
        ] {
            let judged = scene.judge(&RULE);
            assert_eq!((judged.outcome, judged.reason.contains("mend that first")), (Fail, first), "{}", judged.reason);
        }
    }
}
