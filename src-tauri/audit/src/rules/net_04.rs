//! NET-04: No VPN or ExpressRoute gateway is kept for service access only.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::workarounds::{Construct, judge};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "NET-04",
        area: Area::Network,
        title: "No VPN or ExpressRoute gateway is kept for service access only",
        finding: "Gateway that services may no longer need",
        severity: Severity::Info,
        what: "Whether a VPN or ExpressRoute gateway stands in the cluster's network or in one peered with it although a service that supports Trusted Access uses the cluster. A candidate to ask about, not a fault.",
        why: "A gateway is paid by the hour whether it is used or not (meters VpnGw1, VpnGw1AZ and so on, per hour), and it joins whole networks where a service needs one call. A binding needs none.",
        not_applicable: "Clusters that no service with Trusted Access uses.",
        reads: &["Microsoft.Network/virtualNetworkGateways", "properties.gatewayType", "properties.ipConfigurations"],
        conditions: &["C20"],
        references: &[references::TRUSTED_ACCESS, references::PRIVATE_CLUSTERS],
        fix: Fix {
            what_to_do: "Ask the owner of the gateway who comes through it. Only when it served nothing but services that now have a binding can it go.",
            cli: "# a candidate, not an order: look at the gateways and their connections and ask their owners\naz resource list --subscription {subscription} --resource-type Microsoft.Network/virtualNetworkGateways -o table\naz network vnet-gateway list-connections -g GATEWAY_GROUP -n GATEWAY -o table",
            bicep: "// nothing to declare: a gateway leaves the code only when everyone behind it agrees",
            terraform: "# nothing to declare: a gateway leaves the code only when everyone behind it agrees",
            caution: "Offices and data centres hang on it. A shared gateway in a hub saves nothing until its last user leaves, and takes long to bring back.",
            look: "az resource list --subscription {subscription} --resource-type Microsoft.Network/virtualNetworkGateways -o table",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    judge(subject, Construct::Gateway)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use crate::workarounds::scenery::{in_managed_network, in_own_network, network, standing, unasked, unused};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const GATEWAYS: &str = "Network/virtualNetworkGateways";

    #[test]
    fn a_gateway_beside_a_service_is_a_candidate() {
        let read = |scene: Scene| scene.whole(lists::GATEWAYS);
        let alone = || in_own_network().with(network("own", &[]));
        let peered = || in_own_network().with(network("own", &["hub"])).with(network("hub", &["own"]));
        let mut express_route = standing(GATEWAYS, "er", "hub");
        express_route["properties"]["gatewayType"] = json!("ExpressRoute");
        let rows = vec![
            ("nobody uses it", unused().with(standing(GATEWAYS, "g", "own")), NotApplicable),
            ("nobody knows who uses it", unasked().with(standing(GATEWAYS, "g", "own")), NotAssessed),
            ("VPN", alone().with(standing(GATEWAYS, "g", "own")), Fail),
            ("VPN in the hub", read(peered()).with(standing(GATEWAYS, "g", "hub")), Fail),
            ("ExpressRoute in the hub", read(peered()).with(express_route), Fail),
            ("a gateway elsewhere", read(peered()).with(standing(GATEWAYS, "g", "other")), Pass),
            ("none", read(alone()), Pass),
            ("not listed", alone(), NotAssessed),
            ("refused", read(alone()).denied(lists::GATEWAYS), NotAssessed),
            ("its network not read", read(in_own_network()), NotAssessed),
            ("a peered network not read", read(in_own_network().with(network("own", &["hub"]))), NotAssessed),
            ("a network of AKS", read(in_managed_network().whole(lists::NETWORKS)), Pass),
            (
                "a network of AKS, and what stands in it was not read",
                in_managed_network().whole(lists::NETWORKS),
                NotAssessed,
            ),
        ];
        scenes(&RULE, rows);
        let reason = read(peered()).with(standing(GATEWAYS, "g", "hub")).judge(&RULE).reason;
        assert!(reason.contains("the VPN gateway g in the peered network hub"), "{reason}");
    }
}
