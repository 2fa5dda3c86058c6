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
    /// The owner of the cluster has not approved it yet: nothing comes through.
    pub waits: bool,
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
                // the Developer SKU has no subnet of its own and names its network
                let named =
                    || body.lookup_below("virtualNetwork.id").and_then(json::text).value().map(|id| id.to_lowercase());
                let subnet = first_subnet(body).as_deref().and_then(network_of);
                let Some(network) = subnet.or_else(named) else { return false };
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
                        let state = [
                            "properties.privateLinkServiceConnectionState.status",
                            "privateLinkServiceConnectionState.status",
                        ]
                        .iter()
                        .find_map(|path| crate::lookup(link, path).and_then(json::text).value().cloned());
                        let is = |word: &str| state.as_ref().is_some_and(|state| state.eq_ignore_ascii_case(word));
                        // "Private endpoint connection states": nothing comes through these, and nothing ever will
                        if is("Rejected") || is("Disconnected") {
                            continue;
                        }
                        if let Some(target) = nested.value().or(flat.value()) {
                            let (id, source, waits) = (id.clone(), source.clone(), is("Pending"));
                            let endpoint = PrivateEndpoint { id, waits, source };
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

#[cfg(test)]
mod tests {
    use crate::{Document, DocumentKind, Fleet, Snapshot, Source};
    use serde_json::{Value, json};

    fn fleet(bodies: &[Value]) -> Fleet {
        let document = |body: &Value| {
            let id = body["id"].as_str().unwrap_or_default().to_owned();
            Document::new(DocumentKind::Related, id, Source::new("f", ""), body)
        };
        Fleet::read(&Snapshot { documents: bodies.iter().map(document).collect(), ..Snapshot::default() })
    }

    fn id(kind: &str, name: &str) -> String {
        format!("/subscriptions/s/resourceGroups/g/providers/Microsoft.{kind}/{name}")
    }

    #[test]
    fn what_lacks_what_azure_always_sends_is_lost_and_not_nothing() {
        let network = |properties: Value| json!({"id": id("Network/virtualNetworks", "n"), "properties": properties});
        let peered = |peering: Value| network(json!({"virtualNetworkPeerings": [peering]}));
        let subnet =
            json!([{"properties": {"subnet": {"id": format!("{}/subnets/x", id("Network/virtualNetworks", "n"))}}}]);
        let gateway = |kind: Value| json!({"id": id("Network/virtualNetworkGateways", "g"), "properties": {"gatewayType": kind, "ipConfigurations": subnet}});
        for (body, lost) in [
            (network(json!({"virtualNetworkPeerings": []})), 0),
            (
                json!({"id": id("Network/bastionHosts", "b"), "sku": {"name": "Developer"}, "properties": {"virtualNetwork": {"id": id("Network/virtualNetworks", "n")}}}),
                0,
            ),
            (json!({"id": id("Network/bastionHosts", "b"), "properties": {"ipConfigurations": []}}), 1),
            (network(json!({"addressSpace": {}})), 1),
            (json!({"id": id("Network/virtualNetworks", "n"), "name": "n"}), 1),
            (peered(json!({"properties": {"remoteVirtualNetwork": {"id": "/m"}}})), 0),
            (peered(json!({"properties": {}})), 1),
            (gateway(json!("Vpn")), 0),
            (gateway(Value::Null), 1),
            (
                json!({"id": id("Network/privateEndpoints", "e"), "properties": {"privateLinkServiceConnections": []}}),
                0,
            ),
            (json!({"id": id("Network/privateEndpoints", "e"), "properties": {}}), 1),
            (json!({"id": id("Compute/virtualMachines", "v"), "properties": {}}), 1),
            (json!({"id": id("Network/networkInterfaces", "i"), "properties": {}}), 1),
        ] {
            assert_eq!(fleet(std::slice::from_ref(&body)).gaps.len(), lost, "{body}");
        }
        let gone =
            peered(json!({"properties": {"peeringState": "Disconnected", "remoteVirtualNetwork": {"id": "/m"}}}));
        let read = fleet(&[gone]);
        assert!(read.around.network.networks.values().all(|network| network.peers.is_empty()), "nothing passes");
    }

    #[test]
    fn a_machine_stands_in_every_network_of_its_interfaces() {
        let interface = |name: &str, network: &str| {
            let subnet = format!("{}/subnets/x", id("Network/virtualNetworks", network));
            json!({"id": id("Network/networkInterfaces", name), "properties": {"ipConfigurations": [{"properties": {"subnet": {"id": subnet}}}]}})
        };
        let nics = json!([{"id": id("Network/networkInterfaces", "a")}, {"id": id("Network/networkInterfaces", "b")}]);
        let machine = json!({"id": id("Compute/virtualMachines", "jump"), "properties": {"networkProfile": {"networkInterfaces": nics}}});
        let both = fleet(&[machine.clone(), interface("a", "n"), interface("b", "m")]);
        assert_eq!((both.around.network.things.len(), both.around.network.unplaced.len()), (2, 0));
        let one = fleet(&[machine, interface("a", "n")]);
        assert_eq!(
            (one.around.network.things.len(), one.around.network.unplaced.len()),
            (1, 1),
            "where else nobody knows"
        );
    }

    #[test]
    fn a_version_that_cannot_be_read_as_offered_is_not_offered_by_default() {
        let versions = |version: Value| {
            let id = "/subscriptions/s/providers/Microsoft.ContainerService/locations/eastus/kubernetesVersions/all";
            let read = fleet(&[json!({"id": id, "values": [version]})]);
            read.around.versions.get("eastus").map(|list| (list.whole, list.supported.len()))
        };
        assert_eq!(versions(json!({"version": "1.34"})), Some((true, 1)));
        assert_eq!(versions(json!({"version": "1.34", "isPreview": true})), Some((true, 0)));
        for unread in [
            json!({"version": "1.34", "isPreview": "maybe"}),
            json!({"version": "1.34", "capabilities": {"supportPlan": "AKSLongTermSupport"}}),
            json!({"version": "1.34", "capabilities": {"supportPlan": [7]}}),
        ] {
            assert_eq!(versions(unread.clone()), Some((false, 0)), "{unread}");
        }
    }
}
