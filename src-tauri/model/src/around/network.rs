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
    /// Machines of which no interface was read: nobody knows where they stand.
    pub unplaced: Vec<ArmId>,
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
                // Azure always sends the list, empty where there is none; one without it was cut down
                let Reading::Value(Value::Array(peerings)) = body.lookup("properties.virtualNetworkPeerings") else {
                    return false;
                };
                let connected = peerings.iter().filter(|peering| !is_disconnected(peering));
                let Some(peers) = connected.map(peer_of).collect::<Option<Vec<String>>>() else { return false };
                self.networks.insert(id.lower().to_owned(), VirtualNetwork { id, peers, source });
                true
            }
            "microsoft.network/virtualnetworkgateways" | "microsoft.network/bastionhosts" => {
                let kind = if kind.ends_with("bastionhosts") {
                    "bastion".to_owned()
                } else {
                    let Reading::Value(kind) = Field::text(body, "properties.gatewayType").reading else {
                        return false;
                    };
                    kind.to_lowercase()
                };
                let Some(network) = first_subnet(body).as_deref().and_then(network_of) else { return false };
                self.things.entry(network).or_default().push(NetworkThing { id, kind, source });
                true
            }
            "microsoft.network/networkinterfaces" => {
                let Some(network) = first_subnet(body).as_deref().and_then(network_of) else { return false };
                self.interfaces.insert(id.lower().to_owned(), network);
                true
            }
            "microsoft.compute/virtualmachines" => {
                let listed = body.lookup("properties.networkProfile.networkInterfaces");
                let Reading::Value(Value::Array(interfaces)) = listed else { return false };
                for interface in interfaces {
                    let Reading::Value(interface) = child(interface, "id").and_then(json::text) else { return false };
                    self.machines.insert(interface.to_lowercase(), (id.clone(), source.clone()));
                }
                true
            }
            _ => {
                let mut told = false;
                for path in
                    ["properties.privateLinkServiceConnections", "properties.manualPrivateLinkServiceConnections"]
                {
                    let Reading::Value(Value::Array(links)) = body.lookup(path) else { continue };
                    told = true;
                    for link in links {
                        let nested = crate::lookup(link, "properties.privateLinkServiceId").and_then(json::text);
                        let flat = child(link, "privateLinkServiceId").and_then(json::text);
                        if let Some(target) = nested.value().or(flat.value()) {
                            let endpoint = PrivateEndpoint { id: id.clone(), source: source.clone() };
                            self.endpoints.entry(target.to_lowercase()).or_default().push(endpoint);
                        }
                    }
                }
                told
            }
        }
    }

    /// Machines stand in the network of their interface; both have been read by now.
    pub(crate) fn settle(&mut self) {
        for (interface, (id, source)) in std::mem::take(&mut self.machines) {
            let Some(network) = self.interfaces.get(&interface) else {
                self.unplaced.push(id);
                continue;
            };
            let own = self.things.entry(network.clone()).or_default();
            // a machine may stand in one network twice
            if !own.iter().any(|thing| thing.id == id) {
                own.push(NetworkThing { id, kind: "machine".to_owned(), source });
            }
        }
        self.unplaced.sort();
        self.unplaced.dedup();
    }
}

/// The network on the other side.
fn peer_of(peering: &Value) -> Option<String> {
    let below = crate::lookup(peering, "properties.remoteVirtualNetwork.id").and_then(json::text);
    let flat = crate::lookup(peering, "remoteVirtualNetwork.id").and_then(json::text);
    below.value().or(flat.value()).map(|id| id.to_lowercase())
}

/// The other side took it away; nothing passes.
fn is_disconnected(peering: &Value) -> bool {
    let below = crate::lookup(peering, "properties.peeringState").and_then(json::text);
    let flat = child(peering, "peeringState").and_then(json::text);
    below.value().or(flat.value()).is_some_and(|state| state.eq_ignore_ascii_case("Disconnected"))
}

fn first_subnet(body: &Body<'_>) -> Option<String> {
    crate::field::first_text(body, "properties.ipConfigurations", &["properties.subnet.id", "subnet.id"])
}
