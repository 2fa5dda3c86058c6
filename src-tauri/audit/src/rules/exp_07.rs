//! EXP-07: Exposure settings agree with each other.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-07",
        area: Area::Exposure,
        title: "Exposure settings agree with each other",
        finding: "Exposure settings contradict each other",
        severity: Severity::Medium,
        what: "Whether the settings that speak of exposure tell one story.",
        why: "Settings that contradict each other show that someone believed the cluster to be closed. `publicNetworkAccess: Disabled` on a cluster that is not private closes nothing.",
        not_applicable: "Always applies.",
        reads: &[
            "properties.publicNetworkAccess",
            "properties.apiServerAccessProfile.enablePrivateCluster",
            "properties.apiServerAccessProfile.authorizedIPRanges",
            "properties.apiServerAccessProfile.privateDNSZone",
            "properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN",
        ],
        conditions: &[],
        references: &[references::PRIVATE_CLUSTERS, references::AUTHORIZED_RANGES],
        fix: Fix {
            what_to_do: "Decide what the cluster should be, private or public with an allow-list, and set all of these so.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-private-cluster",
            bicep: "// inside the cluster's properties: say one thing\napiServerAccessProfile: {\n  enablePrivateCluster: true\n}",
            terraform: "# inside azurerm_kubernetes_cluster: say one thing\nprivate_cluster_enabled = true",
            caution: "Making the cluster private cuts off everyone who reaches it over the internet; see EXP-02. Only clusters with API Server VNet Integration can be switched.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query '{access: apiServerAccessProfile, publicNetworkAccess: publicNetworkAccess}'",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let api = &subject.cluster.api_server;
    let judgement = match (&api.private.or_default(false), &api.ranges.reading, &api.public_network_access.reading) {
        (Reading::Unreadable(why), _, _) | (_, Reading::Unreadable(why), _) | (_, _, Reading::Unreadable(why)) => {
            Judgement::not_assessed(format!("The exposure settings could not be read: {why}."))
        }
        (Reading::Value(private), ranges, access) => {
            let disabled = matches!(access, Reading::Value(word) if word.eq_ignore_ascii_case("disabled"));
            let listed = matches!(ranges, Reading::Value(list) if !list.is_empty());
            if !private && disabled {
                Judgement::fail(
                    "publicNetworkAccess says Disabled, but the cluster is not private: the public endpoint is still there.",
                )
            } else if *private && listed {
                Judgement::fail("The cluster is private and still keeps an allow-list, which has no effect on it.")
            } else if *private && let Some(why) = unread_names(subject) {
                Judgement::not_assessed(format!("How the name is published could not be read: {why}."))
            } else if *private && no_name_at_all(subject) {
                Judgement::fail(
                    "Neither private DNS nor public DNS is said to hold the name of the API server; AKS does not support that.",
                )
            } else {
                Judgement::pass("The settings that speak of exposure agree.")
            }
        }
        (Reading::Absent, _, _) => Judgement::not_assessed("Whether the cluster is private was not read."),
    };
    judgement
        .with(api.public_network_access.evidence("in agreement with the others", "not said"))
        .with(api.private.evidence("in agreement with the others", "false"))
        .with(api.ranges.evidence("none on a private cluster", "none"))
}

fn unread_names(subject: &Subject<'_>) -> Option<String> {
    let api = &subject.cluster.api_server;
    match (&api.private_dns_zone.reading, &api.public_name.reading) {
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => Some(why.clone()),
        _ => None,
    }
}

fn no_name_at_all(subject: &Subject<'_>) -> bool {
    let api = &subject.cluster.api_server;
    let none = matches!(&api.private_dns_zone.reading, Reading::Value(zone) if zone.eq_ignore_ascii_case("none"));
    none && matches!(api.public_name.reading, Reading::Value(false))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn contradictions_are_shown_as_such() {
        rows(
            &RULE,
            vec![
                ("disabled but public", json!({"publicNetworkAccess": "Disabled"}), Fail),
                (
                    "private with ranges",
                    json!({"apiServerAccessProfile": {"enablePrivateCluster": true, "authorizedIPRanges": ["203.0.113.0/28"]}}),
                    Fail,
                ),
                (
                    "no name anywhere",
                    json!({"apiServerAccessProfile": {"enablePrivateCluster": true, "privateDNSZone": "None", "enablePrivateClusterPublicFQDN": false}}),
                    Fail,
                ),
                (
                    "disabled and private",
                    json!({"publicNetworkAccess": "Disabled", "apiServerAccessProfile": {"enablePrivateCluster": true}}),
                    Pass,
                ),
                ("default", json!({"provisioningState": "Succeeded"}), Pass),
                ("damaged", json!({"publicNetworkAccess": {"a": 1}}), NotAssessed),
            ],
        );
    }
}
