//! Paid ways into the network of a cluster that may have been built for a service. Each is a candidate and never an
//! order: people and other systems may use it too, and only its owner knows.

use crate::doors::Looked;
use crate::rule::{Judgement, Subject, concluded, read_in};
use quay_model::{ArmId, Cluster, Evidence, Fleet, NetworkThing, Reading, VirtualNetwork, lists};
use std::collections::{BTreeMap, BTreeSet};

/// So many are named in a reason, and so many get a line of evidence.
const NAMED: usize = 3;
const SHOWN: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Construct {
    Peering,
    PrivateEndpoint,
    JumpHost,
    Gateway,
}

impl Construct {
    const ALL: [Construct; 4] =
        [Construct::Peering, Construct::PrivateEndpoint, Construct::JumpHost, Construct::Gateway];

    /// What is said when there is none.
    fn none(self) -> &'static str {
        match self {
            Construct::Peering => "Its network is peered with no other.",
            Construct::PrivateEndpoint => "No private endpoint leads to the cluster but its own.",
            Construct::JumpHost => {
                "No Bastion, and no machine that is called a jump host or bastion, stands in its network or in one peered with it."
            }
            Construct::Gateway => "No VPN or ExpressRoute gateway stands in its network or in one peered with it.",
        }
    }

    fn path(self) -> &'static str {
        match self {
            Construct::Peering => "properties.virtualNetworkPeerings",
            Construct::PrivateEndpoint => "properties.privateLinkServiceConnections",
            Construct::JumpHost | Construct::Gateway => "properties.ipConfigurations",
        }
    }
}

/// One construct that may have been built for a service.
#[derive(Debug)]
struct Candidate {
    /// In words, with its article.
    what: String,
    resource: String,
    shown: Evidence,
}

/// What was found, and why it may not be all.
#[derive(Debug, Default)]
struct Seen {
    candidates: Vec<Candidate>,
    unread: Option<String>,
    /// AKS made the network, and it is peered with none.
    managed: bool,
}

const EXPECTED: &str = "nothing that only services use";

/// A finding where a service that could come through Trusted Access uses the cluster and a paid way in is there.
pub(crate) fn judge(subject: &Subject<'_>, construct: Construct) -> Judgement {
    let users: Vec<_> = subject.integrated.needing().collect();
    let Some(first) = users.first() else {
        return match subject.integrated.unknown.first() {
            None => Judgement::not_applicable(
                "No service with Trusted Access uses this cluster, so nothing was built for one.",
            ),
            Some((service, why)) => {
                Judgement::not_assessed(format!("Whether {} uses this cluster is not known: {why}.", service.label()))
                    .with(concluded("integrations", why.as_str(), "every service that uses the cluster"))
            }
        };
    };
    let services: BTreeSet<&str> = users.iter().map(|integration| integration.service.label()).collect();
    let services: Vec<&str> = services.into_iter().collect();
    let Seen { candidates, unread, managed } = look(construct, subject.fleet, subject.cluster);
    let judgement = if !candidates.is_empty() {
        let mut reason = format!(
            "A candidate, not an order: {}. Ask who else uses it; {} can come through Trusted Access instead.",
            shortened(candidates.iter().map(|candidate| candidate.what.as_str())),
            services.join(", ")
        );
        if construct == Construct::JumpHost {
            reason.push_str(" Bastion itself stays.");
        }
        let count = candidates.len();
        let shown = candidates.into_iter().take(SHOWN).map(|candidate| candidate.shown);
        let judgement = shown.fold(Judgement::fail(reason), Judgement::with);
        if count > SHOWN {
            judgement.with(concluded(construct.path(), format!("{count} in all"), EXPECTED))
        } else {
            judgement
        }
    } else if let Some(why) = unread {
        Judgement::not_assessed(format!("Whether there is one is not known: {why}.")).with(concluded(
            construct.path(),
            why,
            EXPECTED,
        ))
    } else if managed {
        Judgement::pass("Its network is managed by AKS, and nothing else was found in it.").with(concluded(
            "networks",
            "managed by AKS",
            EXPECTED,
        ))
    } else {
        Judgement::pass(construct.none()).with(concluded(construct.path(), "none", EXPECTED))
    };
    judgement.with(first.shown_by.clone())
}

/// All candidates around one cluster that a service uses, for the plan: in words, and the id of each.
pub(crate) fn found(looked: &Looked<'_>) -> Vec<(String, String)> {
    if looked.integrated.needing().next().is_none() { Vec::new() } else { ways_in(looked) }
}

/// Ways into the network of a cluster, whoever uses them: in words, and the id of each.
pub(crate) fn ways_in(looked: &Looked<'_>) -> Vec<(String, String)> {
    let of = |construct| look(construct, looked.fleet, looked.cluster).candidates;
    Construct::ALL.into_iter().flat_map(of).map(|candidate| (candidate.what, candidate.resource)).collect()
}

fn look(construct: Construct, fleet: &Fleet, cluster: &Cluster) -> Seen {
    let mut seen = match construct {
        Construct::Peering => peerings(fleet, cluster),
        Construct::PrivateEndpoint => endpoints(fleet, cluster),
        Construct::JumpHost => near(fleet, cluster, &[lists::BASTIONS, lists::MACHINES], jump_host),
        Construct::Gateway => near(fleet, cluster, &[lists::GATEWAYS], gateway),
    };
    for candidate in &mut seen.candidates {
        candidate.shown.path = construct.path().into();
    }
    seen.candidates.sort_by(|a, b| a.resource.cmp(&b.resource));
    seen.candidates.dedup_by(|a, b| a.resource.eq_ignore_ascii_case(&b.resource));
    seen
}

fn candidate(what: String, id: &ArmId, observed: String, source: &str) -> Candidate {
    Candidate { what, resource: id.as_str().to_owned(), shown: read_in("", observed, EXPECTED, source) }
}

/// The networks of a cluster that were read.
struct Ground<'a> {
    networks: Vec<&'a VirtualNetwork>,
    unread: Option<String>,
    managed: bool,
}

fn ground<'a>(fleet: &'a Fleet, cluster: &Cluster) -> Ground<'a> {
    let all = &fleet.around.network.networks;
    let mut networks: Vec<&VirtualNetwork> = Vec::new();
    if !cluster.networks.is_empty() {
        let mut unread = None;
        for id in &cluster.networks {
            match all.get(id) {
                Some(network) => networks.push(network),
                None => unread = unread.or_else(|| Some(not_read(fleet, id))),
            }
        }
        return Ground { networks, unread, managed: false };
    }
    // every answer of Azure has a state; without one, nobody knows whether the networks were cut away
    if !matches!(cluster.provisioning_state.reading, Reading::Value(_)) || !cluster.pools_told {
        let unread = Some("the networks of the cluster were not read".to_owned());
        return Ground { networks, unread, managed: false };
    }
    networks.extend(all.values().filter(|network| is_in_node_group(cluster, &network.id)));
    networks.sort_by(|a, b| a.id.cmp(&b.id));
    // a network that AKS made is one to look at, too: people peer them
    let unseen = networks.is_empty().then(|| fleet.known.whole(lists::NETWORKS, &cluster.id).err()).flatten();
    let managed = unseen.is_none() && networks.iter().all(|network| network.peers.is_empty());
    Ground { networks, unread: unseen, managed }
}

/// A network that is not among those that were read: refused, or in a subscription that nobody asked.
fn not_read(fleet: &Fleet, id: &str) -> String {
    let refused = ArmId::parse(id).and_then(|id| fleet.known.whole(lists::NETWORKS, &id).err());
    refused.unwrap_or_else(|| format!("the network {} is not among those that were read", last(id)))
}

/// The node resource group belongs to AKS.
fn is_in_node_group(cluster: &Cluster, id: &ArmId) -> bool {
    let (Some(own), Some(group)) = (cluster.node_group.reading.value(), id.resource_group()) else { return false };
    own.eq_ignore_ascii_case(group) && id.subscription() == cluster.subscription()
}

fn peerings(fleet: &Fleet, cluster: &Cluster) -> Seen {
    let Ground { networks, unread, managed } = ground(fleet, cluster);
    let of = |network: &&VirtualNetwork| {
        let what = format!(
            "the peering of {} with {}",
            network.id.name(),
            shortened(network.peers.iter().map(|peer| last(peer)))
        );
        candidate(what, &network.id, shortened(network.peers.iter().map(String::as_str)), &network.source)
    };
    Seen {
        candidates: networks.iter().filter(|network| !network.peers.is_empty()).map(of).collect(),
        unread: unread.or_else(|| fleet.known.whole(lists::NETWORKS, &cluster.id).err().filter(|_| !managed)),
        managed,
    }
}

fn endpoints(fleet: &Fleet, cluster: &Cluster) -> Seen {
    let own = fleet.known.whole(lists::PRIVATE_ENDPOINTS, &cluster.id).err();
    // the endpoint of a hub stands in the hub's subscription
    let elsewhere = || {
        let mut all = fleet.subscriptions.iter();
        all.find_map(|other| fleet.known.whole_at(lists::PRIVATE_ENDPOINTS, &other.scope).err())
    };
    let unread = own.or_else(elsewhere);
    let mut seen = Seen { unread, ..Seen::default() };
    for endpoint in fleet.around.network.endpoints.get(cluster.id.lower()).into_iter().flatten() {
        let name = endpoint.id.name();
        // a private cluster's own endpoint is part of the product
        if is_in_node_group(cluster, &endpoint.id) {
            continue;
        }
        if cluster.node_group.reading.value().is_none() {
            seen.unread = Some(format!("its node resource group was not read, and {name} may be the cluster's own"));
            continue;
        }
        let waits = if endpoint.waits { ", which waits to be approved" } else { "" };
        let what = format!("the private endpoint {name}{waits}");
        seen.candidates.push(candidate(what, &endpoint.id, endpoint.id.as_str().to_owned(), &endpoint.source));
    }
    seen
}

fn jump_host(thing: &NetworkThing) -> Option<&'static str> {
    let name = thing.id.name().to_lowercase();
    match thing.kind.as_str() {
        "bastion" => Some("the Bastion host"),
        // a machine does not say what it is for; its name is all there is
        "machine" if name.contains("jump") || name.contains("bastion") => Some("the machine"),
        _ => None,
    }
}

fn gateway(thing: &NetworkThing) -> Option<&'static str> {
    match thing.kind.as_str() {
        "vpn" => Some("the VPN gateway"),
        "expressroute" => Some("the ExpressRoute gateway"),
        _ => None,
    }
}

/// What stands in the cluster's networks and in those peered with them.
fn near(fleet: &Fleet, cluster: &Cluster, needed: &[&str], named: fn(&NetworkThing) -> Option<&'static str>) -> Seen {
    let Ground { networks, unread, managed } = ground(fleet, cluster);
    let around = &fleet.around.network;
    let mut places: BTreeMap<&str, bool> = cluster.networks.iter().map(|id| (id.as_str(), false)).collect();
    places.extend(networks.iter().map(|network| (network.id.lower(), false)));
    for peer in networks.iter().flat_map(|network| &network.peers) {
        places.entry(peer).or_insert(true);
    }
    let mut seen = Seen { unread, managed, ..Seen::default() };
    for (place, peered) in &places {
        for thing in around.things.get(*place).into_iter().flatten() {
            let Some(what) = named(thing) else { continue };
            let where_to = if *peered { "peered network" } else { "network" };
            let what = format!("{what} {} in the {where_to} {}", thing.id.name(), last(place));
            let observed = format!("{} in {place}", thing.id.as_str());
            seen.candidates.push(candidate(what, &thing.id, observed, &thing.source));
        }
    }
    if let (Some(machine), true) = (around.unplaced.first(), needed.contains(&lists::MACHINES)) {
        seen.unread = Some(format!("the network interfaces of {} were not read", machine.name()));
    }
    let mut abouts = vec![cluster.id.clone()];
    abouts.extend(places.keys().filter_map(|place| ArmId::parse(place)));
    let not_listed = || needed.iter().find_map(|what| abouts.iter().find_map(|id| fleet.known.whole(what, id).err()));
    let peer_not_read = || places.keys().find(|place| !around.networks.contains_key(**place));
    seen.unread = seen.unread.or_else(not_listed).or_else(|| peer_not_read().map(|place| not_read(fleet, place)));
    seen
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// The first few, and how many more.
fn shortened<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let all: Vec<&str> = names.collect();
    let start = all.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if all.len() > NAMED { format!("{start} and {} more", all.len() - NAMED) } else { start }
}

/// A cluster that Azure Backup uses, and networks around it, for the tests of the rules.
#[cfg(test)]
pub(crate) mod scenery {
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
    use quay_model::lists;
    use serde_json::{Value, json};

    /// An id below the cluster's own subscription.
    pub(crate) fn id(group: &str, kind: &str, name: &str) -> String {
        format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.{kind}/{name}")
    }

    fn subnet(network: &str) -> String {
        format!("{}/subnets/default", id("net", "Network/virtualNetworks", network))
    }

    fn nodes_in(network: &str) -> Scene {
        Scene::new(json!({"nodeResourceGroup": "MC_rg", "agentPoolProfiles": [{"vnetSubnetID": subnet(network)}]}))
    }

    fn used(scene: Scene) -> Scene {
        scene.with(json!({"id": format!("{}/backupInstances/b", id("rg", "DataProtection/backupVaults", "v")),
            "properties": {"currentProtectionState": "ProtectionConfigured", "dataSourceInfo": {
                "datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}}))
    }

    /// Its nodes stand in the network `own`.
    pub(crate) fn in_own_network() -> Scene {
        used(nodes_in("own"))
    }

    pub(crate) fn in_managed_network() -> Scene {
        used(Scene::new(json!({"nodeResourceGroup": "MC_rg", "agentPoolProfiles": [{"name": "pool"}]})))
    }

    /// Its node resource group was not read.
    pub(crate) fn in_nameless_group() -> Scene {
        used(Scene::new(json!({"agentPoolProfiles": [{"name": "pool"}]}))).whole(lists::PRIVATE_ENDPOINTS)
    }

    /// No service with Trusted Access uses it.
    pub(crate) fn unused() -> Scene {
        nodes_in("own").whole(lists::BACKUPS).whole(lists::PLANS).whole(lists::WORKSPACES)
    }

    /// Nobody knows who uses it.
    pub(crate) fn unasked() -> Scene {
        nodes_in("own")
    }

    pub(crate) fn network(name: &str, peers: &[&str]) -> Value {
        let peer = |name: &&str| {
            let remote = id("net", "Network/virtualNetworks", name);
            json!({"properties": {"remoteVirtualNetwork": {"id": remote}}})
        };
        json!({"id": id("net", "Network/virtualNetworks", name),
            "properties": {"virtualNetworkPeerings": peers.iter().map(peer).collect::<Vec<_>>()}})
    }

    /// A gateway, a Bastion host or an interface, by its type.
    pub(crate) fn standing(kind: &str, name: &str, network: &str) -> Value {
        json!({"id": id("net", kind, name), "properties": {"gatewayType": "Vpn",
            "ipConfigurations": [{"properties": {"subnet": {"id": subnet(network)}}}]}})
    }

    /// A machine behind the interface of this name.
    pub(crate) fn machine(name: &str, interface: &str) -> Value {
        let interface = id("net", "Network/networkInterfaces", interface);
        json!({"id": id("net", "Compute/virtualMachines", name),
            "properties": {"networkProfile": {"networkInterfaces": [{"id": interface}]}}})
    }
}
