//! NET-01: No peering is kept for service access only.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::workarounds::{Construct, judge};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "NET-01",
        area: Area::Network,
        title: "No peering is kept for service access only",
        finding: "Peering that services may no longer need",
        severity: Severity::Info,
        what: "Whether the cluster's network is peered with others although a service that supports Trusted Access uses the cluster. A candidate to ask about, not a fault.",
        why: "Peerings made so that a service reaches a private API server are paid by traffic (meters Intra-Region Ingress and Intra-Region Egress, per GB each way) and open the network to more than that service. A binding needs none.",
        not_applicable: "Clusters that no service with Trusted Access uses.",
        reads: &["properties.virtualNetworkPeerings", "properties.agentPoolProfiles.vnetSubnetID"],
        conditions: &["C20"],
        references: &[references::TRUSTED_ACCESS, references::PRIVATE_CLUSTERS],
        fix: Fix {
            what_to_do: "Ask the owners of both networks who uses the peering. Only when it served nothing but services that now have a binding can it go.",
            cli: "# a candidate, not an order: look at the peerings and ask their owners\naz network vnet peering list --subscription {subscription} -g NETWORK_GROUP --vnet-name NETWORK -o table",
            bicep: "// nothing to declare: a peering leaves the code only when the owners of both networks agree",
            terraform: "# nothing to declare: a peering leaves the code only when the owners of both networks agree",
            caution: "People, pipelines, name resolution and other systems often use the same peering. A shared hub saves nothing until its last user leaves.",
            look: "az network vnet peering list --subscription {subscription} -g NETWORK_GROUP --vnet-name NETWORK --query '[].remoteVirtualNetwork.id'",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    judge(subject, Construct::Peering)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, judge_in, scenes, whole};
    use crate::workarounds::scenery::{in_managed_network, in_own_network, network, unasked, unused};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::{Memory, Settings, lists};
    use serde_json::json;

    #[test]
    fn a_peering_beside_a_service_is_a_candidate() {
        let own = |peers: &[&str]| in_own_network().with(network("own", peers));
        let mut made_by_aks = network("aks-vnet", &["hub"]);
        made_by_aks["id"] = json!(made_by_aks["id"].as_str().unwrap_or_default().replace("/net/", "/mc_RG/"));
        let rows = vec![
            ("nobody uses it", unused().with(network("own", &["hub"])), NotApplicable),
            ("nobody knows who uses it", unasked().with(network("own", &["hub"])), NotAssessed),
            ("peered", own(&["hub", "spoke"]), Fail),
            ("peered, among others", own(&["hub"]).whole(lists::NETWORKS), Fail),
            ("peered with none", own(&[]).whole(lists::NETWORKS), Pass),
            ("the list was not read", own(&[]), NotAssessed),
            ("its own was not read", in_own_network().whole(lists::NETWORKS), NotAssessed),
            ("refused", in_own_network().denied(lists::NETWORKS), NotAssessed),
            ("a network of AKS", in_managed_network().whole(lists::NETWORKS), Pass),
            ("a network of AKS that is peered", in_managed_network().whole(lists::NETWORKS).with(made_by_aks), Fail),
        ];
        scenes(&RULE, rows);
        let reason = own(&["hub", "a", "b", "c"]).judge(&RULE).reason;
        assert!(reason.contains("the peering of own with hub, a, b and 1 more"), "{reason}");
        assert!(reason.contains("Azure Backup can come through Trusted Access"), "{reason}");
    }

    #[test]
    fn a_cluster_that_was_not_read_has_no_network_of_aks() {
        let mut fleet = in_managed_network().whole(lists::NETWORKS).fleet();
        fleet.clusters = vec![whole(json!({"id": CLUSTER_ID, "location": "eastus"}))];
        let judgement = judge_in(&RULE, &fleet, &Settings::default(), &Memory::default());
        assert_eq!(judgement.outcome, NotAssessed, "{}", judgement.reason);
    }
}
