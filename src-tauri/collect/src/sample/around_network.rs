//! The sample's networks: the company's own, joined through one hub, and the ways in that stand there.

use super::desk::{Desk, EVERYWHERE, id_in};
use super::shape::SampleCluster;
use super::{DATA, PLATFORM, SampleSubscription};
use quay_model::lists;
use serde_json::{Value, json};

/// Subscription, group, name, location, and the networks it is peered with.
const NETWORKS: &[(&SampleSubscription, &str, &str, &str, &[&str])] = &[
    (&PLATFORM, "rg-network", HUB, "westeurope", &["vnet-data", "vnet-data-neu", "vnet-data-sec"]),
    (&DATA, "rg-net", "vnet-data", "westeurope", &[HUB]),
    (&DATA, "rg-net", "vnet-data-neu", "northeurope", &[HUB]),
    (&DATA, "rg-net", "vnet-data-sec", "swedencentral", &[HUB]),
    (&PLATFORM, "rg-partners", PARTNERS, "westeurope", &[]),
];
const HUB: &str = "vnet-hub";
const PARTNERS: &str = "vnet-partners";

/// Clusters of the platform team whose nodes stand in the hub; elsewhere AKS made the network.
const IN_HUB: [&str; 3] = ["hub-ingress-weu", "observability-weu", "gitops-control-weu"];

/// The subnet of a cluster's nodes, where the company made it.
pub(crate) fn subnet(cluster: &SampleCluster) -> Option<String> {
    let name = if IN_HUB.contains(&cluster.name) {
        HUB
    } else if cluster.subscription.id == DATA.id {
        NETWORKS
            .iter()
            .find(|(of, _, _, location, _)| of.id == DATA.id && *location == cluster.location)
            .map(|(_, _, name, ..)| *name)?
    } else {
        return None;
    };
    Some(subnet_in(name, "snet-aks"))
}

fn network(name: &str) -> String {
    let known = NETWORKS.iter().find(|(_, _, known, ..)| *known == name);
    known.map_or_else(String::new, |(subscription, group, ..)| {
        id_in(subscription, group, "Microsoft.Network/virtualNetworks", name)
    })
}

fn subnet_in(of: &str, name: &str) -> String {
    format!("{}/subnets/{name}", network(of))
}

pub(crate) fn put(desk: &mut Desk<'_>) {
    for (_, _, name, location, peers) in NETWORKS {
        let peer = |other: &&str| {
            json!({"name": format!("to-{other}"),
                "properties": {"peeringState": "Connected", "remoteVirtualNetwork": {"id": network(other)}}})
        };
        let peerings: Vec<Value> = peers.iter().map(peer).collect();
        let body = json!({"id": network(name), "name": name, "type": "Microsoft.Network/virtualNetworks",
            "location": location, "properties": {"virtualNetworkPeerings": peerings}});
        desk.related(lists::NETWORKS, &body);
    }
    in_the_hub(desk);
    from_partners(desk);
    for list in [lists::NETWORKS, lists::GATEWAYS, lists::BASTIONS, lists::MACHINES, lists::PRIVATE_ENDPOINTS] {
        desk.whole(list, EVERYWHERE);
    }
}

fn in_the_hub(desk: &mut Desk<'_>) {
    let in_hub = |kind: &str, name: &str| id_in(&PLATFORM, "rg-network", kind, name);
    let stands = |subnet: &str| json!([{"name": "ipconfig", "properties": {"subnet": {"id": subnet_in(HUB, subnet)}}}]);
    let interface = in_hub("Microsoft.Network/networkInterfaces", "nic-jump-ops-01");
    let things = [
        (
            lists::GATEWAYS,
            in_hub("Microsoft.Network/virtualNetworkGateways", "vpngw-offices"),
            json!({"gatewayType": "Vpn", "ipConfigurations": stands("GatewaySubnet")}),
        ),
        (
            lists::BASTIONS,
            in_hub("Microsoft.Network/bastionHosts", "bas-hub"),
            json!({"ipConfigurations": stands("AzureBastionSubnet")}),
        ),
        (lists::MACHINES, interface.clone(), json!({"ipConfigurations": stands("snet-ops")})),
        (
            lists::MACHINES,
            in_hub("Microsoft.Compute/virtualMachines", "jump-ops-01"),
            json!({"networkProfile": {"networkInterfaces": [{"id": interface}]}}),
        ),
    ];
    for (list, id, properties) in things {
        desk.related(list, &json!({"id": id, "location": "westeurope", "properties": properties}));
    }
}

/// A partner's analysts reach the training cluster from their own network.
fn from_partners(desk: &mut Desk<'_>) {
    let link = json!({"privateLinkServiceId": desk.cluster("ml-training-weu"), "groupIds": ["management"]});
    let body = json!({"id": id_in(&PLATFORM, "rg-partners", "Microsoft.Network/privateEndpoints", "pe-ml-training"),
        "location": "westeurope",
        "properties": {"subnet": {"id": subnet_in(PARTNERS, "snet-endpoints")},
            "privateLinkServiceConnections": [{"name": "ml-training", "properties": link}]}});
    desk.related(lists::PRIVATE_ENDPOINTS, &body);
}
