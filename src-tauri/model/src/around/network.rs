//! Networks near the clusters, as far as they tell of paid ways in.

use super::service::line;
use crate::field::Body;
use crate::{ArmId, Document, Field, Reading, child, json};
use serde_json::Value;
use std::collections::HashMap;

#[derive(Debug, Clone)]
pub struct VirtualNetwork {
    pub id: ArmId,
    /// Networks it is peered with, in lower case.
    pub peers: Vec<String>,
    pub source: String,
}

/// A gateway, a Bastion host or a machine, with the network it stands in.
#[derive(Debug, Clone)]
pub struct NetworkThing {
    pub id: ArmId,
    /// `vpn`, `expressroute`, `bastion`, `machine`.
    pub kind: String,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PrivateEndpoint {
    pub id: ArmId,
    pub source: String,
}

#[derive(Debug, Clone, Default)]
pub struct Network {
    pub networks: HashMap<String, VirtualNetwork>,
    /// By network.
    pub things: HashMap<String, Vec<NetworkThing>>,
    /// By the resource they lead to.
    pub endpoints: HashMap<String, Vec<PrivateEndpoint>>,
    machines: HashMap<String, (ArmId, String)>,
    interfaces: HashMap<String, String>,
}

/// The network a subnet's id lies in.
pub(crate) fn network_of(subnet: &str) -> Option<String> {
    let lower = subnet.to_lowercase();
    lower.find("/subnets/").and_then(|at| lower.get(..at).map(str::to_owned))
}

impl Network {
    pub(super) fn add(&mut self, kind: &str, id: ArmId, body: &Body<'_>, document: &Document) -> bool {
        let source = line(document);
        match kind {
            "microsoft.network/virtualnetworks" => {
                let peers = match body.lookup("properties.virtualNetworkPeerings") {
                    Reading::Value(Value::Array(peerings)) => peerings
                        .iter()
                        .filter_map(|peering| {
                            let below =
                                crate::lookup(peering, "properties.remoteVirtualNetwork.id").and_then(json::text);
                            let flat = crate::lookup(peering, "remoteVirtualNetwork.id").and_then(json::text);
                            below.value().or(flat.value()).map(|id| id.to_lowercase())
                        })
                        .collect(),
                    Reading::Absent => Vec::new(),
                    Reading::Value(_) | Reading::Unreadable(_) => return false,
                };
                self.networks.insert(id.lower().to_owned(), VirtualNetwork { id, peers, source });
                true
            }
            "microsoft.network/virtualnetworkgateways" | "microsoft.network/bastionhosts" => {
                let kind = if kind.ends_with("bastionhosts") {
                    "bastion".to_owned()
                } else {
                    Field::text(body, "properties.gatewayType")
                        .reading
                        .value()
                        .map_or_else(String::new, |kind| kind.to_lowercase())
                };
                let Some(network) = first_subnet(body).as_deref().and_then(network_of) else { return false };
                self.things.entry(network).or_default().push(NetworkThing { id, kind, source });
                true
            }
            "microsoft.network/networkinterfaces" => {
                if let Some(network) = first_subnet(body).as_deref().and_then(network_of) {
                    self.interfaces.insert(id.lower().to_owned(), network);
                }
                true
            }
            "microsoft.compute/virtualmachines" => {
                let first = crate::field::first_text(body, "properties.networkProfile.networkInterfaces", &["id"]);
                if let Some(interface) = first {
                    self.machines.insert(interface.to_lowercase(), (id, source));
                }
                true
            }
            _ => {
                for path in
                    ["properties.privateLinkServiceConnections", "properties.manualPrivateLinkServiceConnections"]
                {
                    let Reading::Value(Value::Array(links)) = body.lookup(path) else { continue };
                    for link in links {
                        let nested = crate::lookup(link, "properties.privateLinkServiceId").and_then(json::text);
                        let flat = child(link, "privateLinkServiceId").and_then(json::text);
                        if let Some(target) = nested.value().or(flat.value()) {
                            let endpoint = PrivateEndpoint { id: id.clone(), source: source.clone() };
                            self.endpoints.entry(target.to_lowercase()).or_default().push(endpoint);
                        }
                    }
                }
                true
            }
        }
    }

    /// Machines stand in the network of their interface; both have been read by now.
    pub(crate) fn settle(&mut self) {
        for (interface, (id, source)) in std::mem::take(&mut self.machines) {
            if let Some(network) = self.interfaces.get(&interface) {
                let thing = NetworkThing { id, kind: "machine".to_owned(), source };
                self.things.entry(network.clone()).or_default().push(thing);
            }
        }
    }
}

fn first_subnet(body: &Body<'_>) -> Option<String> {
    crate::field::first_text(body, "properties.ipConfigurations", &["properties.subnet.id", "subnet.id"])
}
