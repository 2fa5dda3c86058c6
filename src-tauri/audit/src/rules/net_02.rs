//! NET-02: No private endpoint is kept for service access only.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::workarounds::{Construct, judge};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "NET-02",
        area: Area::Network,
        title: "No private endpoint is kept for service access only",
        finding: "Private endpoint that services may no longer need",
        severity: Severity::Info,
        what: "Whether private endpoints besides the cluster's own lead to its API server although a service that supports Trusted Access uses the cluster. A candidate to ask about, not a fault.",
        why: "Each is paid by the hour and by traffic (meters Standard Private Endpoint, per hour, and Standard Data Processed, per GB), and each is one more network from which the API server can be called. A binding needs none.",
        not_applicable: "Clusters that no service with Trusted Access uses.",
        reads: &["properties.privateLinkServiceConnections", "properties.nodeResourceGroup"],
        conditions: &["C20"],
        references: &[references::TRUSTED_ACCESS, references::PRIVATE_CLUSTERS],
        fix: Fix {
            what_to_do: "Ask the owner of the endpoint who comes through it. Only when it served nothing but services that now have a binding can it go.",
            cli: "# a candidate, not an order: look at the connections and ask their owners\naz network private-endpoint-connection list --id {id} -o table",
            bicep: "// nothing to declare: an endpoint leaves the code only when its owner agrees",
            terraform: "# nothing to declare: an endpoint leaves the code only when its owner agrees",
            caution: "People and pipelines may come through it too. The cluster's own endpoint in its node resource group is part of the product and must stay.",
            look: "az network private-endpoint-connection list --id {id} --query '[].properties.privateEndpoint.id'",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    judge(subject, Construct::PrivateEndpoint)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, scenes};
    use crate::workarounds::scenery::{id, in_nameless_group, in_own_network, unasked, unused};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    fn endpoint(group: &str, name: &str) -> Value {
        json!({"id": id(group, "Network/privateEndpoints", name), "properties": {
            "privateLinkServiceConnections": [{"properties": {"privateLinkServiceId": CLUSTER_ID.to_uppercase()}}]}})
    }

    #[test]
    fn an_endpoint_besides_the_clusters_own_is_a_candidate() {
        let used = || in_own_network().whole(lists::PRIVATE_ENDPOINTS);
        let asked = |state: &str| {
            json!({"id": id("net", "Network/privateEndpoints", "pe"), "properties": {"manualPrivateLinkServiceConnections": [
                {"properties": {"privateLinkServiceId": CLUSTER_ID, "privateLinkServiceConnectionState": {"status": state}}}]}})
        };
        let rows = vec![
            ("nobody uses it", unused().with(endpoint("net", "pe")), NotApplicable),
            ("nobody knows who uses it", unasked().with(endpoint("net", "pe")), NotAssessed),
            ("an endpoint", used().with(endpoint("net", "pe")), Fail),
            ("seen on a list that was not whole", in_own_network().with(endpoint("net", "pe")), Fail),
            ("its own", used().with(endpoint("mc_RG", "kube-apiserver")), Pass),
            ("its own and another", used().with(endpoint("MC_rg", "own")).with(endpoint("net", "pe")), Fail),
            ("none", used(), Pass),
            ("approved", used().with(asked("Approved")), Fail),
            ("not approved yet", used().with(asked("Pending")), Fail),
            ("rejected", used().with(asked("Rejected")), Pass),
            ("taken back", used().with(asked("Disconnected")), Pass),
            ("not listed", in_own_network(), NotAssessed),
            ("refused", in_own_network().denied(lists::PRIVATE_ENDPOINTS), NotAssessed),
            ("perhaps its own", in_nameless_group().with(endpoint("net", "pe")), NotAssessed),
            ("no group, no endpoint", in_nameless_group(), Pass),
        ];
        scenes(&RULE, rows);
        let many = (0..10).fold(used(), |scene, n| scene.with(endpoint("net", &format!("pe{n}"))));
        let many = many.with(endpoint("net", "pe0")).judge(&RULE);
        assert!(many.reason.contains("and 7 more"), "{}", many.reason);
        assert_eq!(many.evidence.len(), 10, "eight, their count, and the service");
    }
}
