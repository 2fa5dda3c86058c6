//! Every way into one API server: who holds it, what it lets them do, what shows it, and whether Trusted Access could
//! take its place.

pub(crate) mod by_role;

use crate::beside::resources_with_roles;
use crate::exposure::Exposure;
use crate::facts::RoleFacts;
use crate::grade::{Grade, grade};
use crate::holder::{Standing, standing};
use crate::integrations::Integrated;
use crate::reach::Reached;
use quay_model::{
    ArmId, Attached, Cluster, ClusterDoors, Door, DoorKind, DoorState, Fleet, Reach, Reading, Replaceable, WhoKind,
    lists,
};
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

/// So many entries of an allow-list are doors of their own; the rest are counted.
const MOST_RANGES: usize = 20;

pub(crate) const MANAGED_NAMESPACE: &str = "microsoft.containerservice/managedclusters/managednamespaces";

/// Everything that is needed to find the doors of one cluster.
#[derive(Debug)]
pub struct Looked<'a> {
    pub fleet: &'a Fleet,
    pub cluster: &'a Cluster,
    pub exposure: &'a Exposure,
    pub integrated: &'a Integrated,
    pub reached: &'a Reached<'a>,
    pub roles: &'a RoleFacts,
}

pub fn doors(looked: &Looked<'_>) -> ClusterDoors {
    let mut found = Found { looked, doors: Vec::new(), source: looked.cluster.source_line().into() };
    found.endpoint();
    found.by_azure_roles();
    found.admin_groups();
    found.bindings();
    found.attached();
    let Looked { fleet, cluster, integrated, reached, .. } = looked;
    let mut unread: Vec<String> = reached.incomplete.iter().cloned().collect();
    unread.extend(cluster.bindings.incomplete.clone());
    unread.extend(integrated.unknown.iter().map(|(service, why)| format!("{}: {why}", service.label())));
    // what was not listed may be a way in that nobody sees
    let doors_of = [
        lists::ELIGIBLE,
        lists::PRIVATE_ENDPOINTS,
        lists::FLEET_MEMBERS,
        lists::NAMESPACES,
        lists::AUTHENTICATORS,
        lists::DELEGATIONS,
    ];
    unread.extend(doors_of.iter().filter_map(|list| fleet.known.whole(list, &cluster.id).err()));
    if let Reading::Unreadable(why) = &cluster.credentials.admin_groups.reading {
        unread.push(format!("{}: {why}", cluster.credentials.admin_groups.path));
    }
    let mut integrations = integrated.list.clone();
    integrations.extend(resources_with_roles(looked));
    found.doors.sort_by(|a, b| (a.kind, a.state, a.reach, &a.who_name).cmp(&(b.kind, b.state, b.reach, &b.who_name)));
    found.doors.shrink_to_fit();
    ClusterDoors {
        cluster_id: cluster.id.as_str().into(),
        instance: cluster.instance.clone(),
        doors: found.doors,
        integrations,
        unread,
    }
}

pub(crate) struct Found<'a> {
    pub(crate) looked: &'a Looked<'a>,
    pub(crate) doors: Vec<Door>,
    source: Arc<str>,
}

impl Found<'_> {
    fn endpoint(&mut self) {
        let api = &self.looked.cluster.api_server;
        // without a service that supports Trusted Access there is nothing it could take the place of
        let uses = self.looked.integrated.needing().next().is_some();
        let everyone = |state| Door {
            kind: DoorKind::PublicEndpoint,
            state,
            who_kind: WhoKind::Everyone,
            who: "internet".into(),
            who_name: "Everyone on the internet".into(),
            reach: Reach::NetworkOnly,
            right: Cow::Borrowed("open a connection to the API server; a credential is needed besides"),
            shown_by: Arc::clone(&self.source),
            replaceable: if uses { Replaceable::Yes } else { Replaceable::No },
        };
        let door = match self.looked.exposure {
            Exposure::Open(_) => everyone(DoorState::Open),
            Exposure::Private => Door {
                who_kind: WhoKind::Network,
                who: "private".into(),
                who_name: "Only from inside its network".into(),
                replaceable: Replaceable::No,
                ..everyone(DoorState::Closed)
            },
            Exposure::OwnEgress => Door {
                who_kind: WhoKind::Network,
                who: "0.0.0.0/32".into(),
                who_name: "The cluster's own outbound address".into(),
                replaceable: Replaceable::No,
                ..everyone(DoorState::Open)
            },
            Exposure::PublicUnknown(_) | Exposure::Unknown(_) => everyone(DoorState::Unknown),
            Exposure::Broad(_) | Exposure::Restricted => {
                let ranges = api.ranges.reading.value().map(Vec::as_slice).unwrap_or_default();
                let door = |who: &str| Door {
                    who_kind: WhoKind::Network,
                    who: who.into(),
                    who_name: who.into(),
                    ..everyone(DoorState::Open)
                };
                self.doors.extend(ranges.iter().take(MOST_RANGES).map(|range| door(range)));
                if ranges.len() > MOST_RANGES {
                    self.doors.push(door(&format!("{} more ranges", ranges.len() - MOST_RANGES)));
                }
                return;
            }
        };
        self.doors.push(door);
    }

    fn admin_groups(&mut self) {
        let fleet = self.looked.fleet;
        let groups = &self.looked.cluster.credentials.admin_groups;
        let named: BTreeSet<String> =
            groups.reading.value().into_iter().flatten().map(|id| id.to_lowercase()).collect();
        for group in named.iter().filter(|id| !id.is_empty()) {
            let name = fleet.around.directory.name(group).unwrap_or(group);
            self.doors.push(Door {
                kind: DoorKind::AdminGroup,
                state: DoorState::Open,
                who_kind: WhoKind::Group,
                who: group.as_str().into(),
                who_name: name.into(),
                reach: Reach::Admin,
                right: Cow::Borrowed("do everything in the cluster, signed in with Entra ID"),
                shown_by: format!("{}; {}", groups.path, self.source).into(),
                replaceable: Replaceable::No,
            });
        }
    }

    fn bindings(&mut self) {
        let Looked { fleet, cluster, roles, .. } = self.looked;
        for binding in &cluster.bindings.seen {
            let holder = binding.holder();
            let named = binding.roles.reading.value().map(Vec::as_slice).unwrap_or_default();
            let known: Vec<_> = named.iter().filter_map(|name| roles.find(&cluster.location, name)).collect();
            let worst = known.iter().map(|role| grade(&role.rules).grade).max();
            let reach = match worst.filter(|_| known.len() == named.len()) {
                Some(Grade::ClusterAdmin) | None => Reach::Admin,
                Some(Grade::High) => Reach::Strong,
                Some(Grade::Medium | Grade::Low) => Reach::Limited,
            };
            let gone = matches!(standing(fleet, binding), Standing::Gone(_));
            let state = match binding.provisioning_state.reading.value() {
                _ if gone => DoorState::Dormant,
                Some(state) if state.eq_ignore_ascii_case("succeeded") => DoorState::Open,
                // after a change that failed, what was granted before may still stand
                _ => DoorState::Unknown,
            };
            let right = if known.len() < named.len() || named.is_empty() {
                "what its role allows, which is not known here".to_owned()
            } else {
                known.iter().map(|role| grade(&role.rules).because()).collect::<Vec<_>>().join("; ")
            };
            let right = if gone { format!("nobody today; whoever makes that resource again: {right}") } else { right };
            self.doors.push(Door {
                kind: DoorKind::TrustedAccess,
                state,
                who_kind: WhoKind::Service,
                // two sources that nobody could read are not one
                who: holder.as_ref().unwrap_or(&binding.id).lower().into(),
                who_name: holder.as_ref().map_or("a source that could not be read", ArmId::name).into(),
                reach,
                right: Cow::Owned(right),
                shown_by: format!("binding {}; {}", binding.name, binding.source_line()).into(),
                replaceable: Replaceable::Is,
            });
        }
    }

    /// Resources on the cluster that are ways in of their own.
    fn attached(&mut self) {
        let Looked { fleet, cluster, .. } = self.looked;
        let below = fleet.around.attached.get(cluster.id.lower()).into_iter().flatten();
        let above =
            fleet.around.attached.get(&format!("/subscriptions/{}", cluster.subscription())).into_iter().flatten();
        // what was delegated for another group does not reach this cluster
        let reaches = |thing: &&Attached| {
            thing.id.resource_group().is_none() || thing.id.group_scope() == cluster.id.group_scope()
        };
        for thing in below.chain(above.filter(reaches)) {
            let (kind, who_kind, reach, right) = match thing.kind.as_str() {
                "microsoft.containerservice/managedclusters/jwtauthenticators" => (
                    DoorKind::JwtAuthenticator,
                    WhoKind::Tenant,
                    Reach::Strong,
                    "sign in with tokens of an issuer outside Entra ID",
                ),
                MANAGED_NAMESPACE => {
                    (DoorKind::ManagedNamespace, WhoKind::Group, Reach::Limited, "fetch a credential for one namespace")
                }
                "microsoft.containerservice/fleets/members" => (
                    DoorKind::FleetMembership,
                    WhoKind::Service,
                    Reach::Strong,
                    "place workloads and upgrades from the fleet",
                ),
                "microsoft.managedservices/registrationassignments" => (
                    DoorKind::Lighthouse,
                    WhoKind::Tenant,
                    Reach::Strong,
                    "act in the subscription from another tenant, as far as the delegation allows",
                ),
                _ => continue,
            };
            let fleet_of = thing.id.parent().filter(|_| kind == DoorKind::FleetMembership);
            let name = fleet_of.as_ref().map_or(thing.id.name(), ArmId::name);
            let name = if thing.detail.is_empty() { name } else { &thing.detail };
            // one fleet, one issuer or one tenant is one holder, however many clusters it comes into
            let who = match (&fleet_of, thing.detail.is_empty()) {
                (Some(of), _) => of.lower().to_owned(),
                (None, false) => thing.detail.to_lowercase(),
                (None, true) => thing.id.lower().to_owned(),
            };
            self.doors.push(Door {
                kind,
                state: DoorState::Open,
                who_kind,
                who: who.into(),
                who_name: name.into(),
                reach,
                right: Cow::Borrowed(right),
                shown_by: thing.source.as_str().into(),
                replaceable: Replaceable::No,
            });
        }
        for endpoint in fleet.around.network.endpoints.get(cluster.id.lower()).into_iter().flatten() {
            self.doors.push(Door {
                kind: DoorKind::PrivateEndpoint,
                state: if endpoint.waits { DoorState::Dormant } else { DoorState::Open },
                who_kind: WhoKind::Network,
                who: endpoint.id.lower().into(),
                who_name: endpoint.id.name().into(),
                reach: Reach::NetworkOnly,
                right: Cow::Borrowed(if endpoint.waits {
                    "reach the API server from another network, once the connection is approved"
                } else {
                    "reach the API server from another network; a credential is needed besides"
                }),
                shown_by: endpoint.source.as_str().into(),
                replaceable: Replaceable::No,
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::survey::survey;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
    use quay_model::{Settings, lists};
    use serde_json::{Value, json};

    const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
    const KUBERNETES_ADMIN: &str = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
    const KUBERNETES_WRITER: &str = "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb";
    const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    const BACKUP: &str = "Microsoft.DataProtection/backupVaults/backup-operator";

    fn private() -> Value {
        json!({"apiServerAccessProfile": {"enablePrivateCluster": true, "disableRunCommand": true}, "disableLocalAccounts": true,
            "aadProfile": {"managed": true, "enableAzureRBAC": true}})
    }

    /// Kind, state, reach and holder of each door but that of the network.
    fn doors(scene: &Scene) -> Vec<String> {
        let found = survey(&scene.fleet(), &Settings::default());
        let all = found.doors.iter().flat_map(|of| &of.doors);
        let told = all.map(|d| format!("{:?} {:?} {:?} {}", d.kind, d.state, d.reach, d.who_name));
        told.filter(|door| !door.starts_with("PublicEndpoint")).collect()
    }

    fn networks(ranges: Value) -> Vec<String> {
        let properties = json!({"apiServerAccessProfile": {"authorizedIPRanges": ranges}});
        let found = survey(&Scene::new(properties).fleet(), &Settings::default());
        found.doors.iter().flat_map(|of| &of.doors).map(|d| format!("{:?} {}", d.state, d.who_name)).collect()
    }

    #[test]
    fn the_network_is_one_door_or_one_for_each_range() {
        assert_eq!(networks(json!([])), ["Open Everyone on the internet"]);
        assert_eq!(networks(json!(["0.0.0.0/32"])), ["Open The cluster's own outbound address"]);
        assert_eq!(networks(json!(["198.51.100.0/28", "203.0.113.9"])), ["Open 198.51.100.0/28", "Open 203.0.113.9"]);
        let many: Vec<String> = (0..23).map(|n| format!("203.0.113.{n}/32")).collect();
        assert_eq!(networks(json!(many)).last().map(String::as_str), Some("Open 3 more ranges"));
        assert_eq!(networks(json!({"damaged": true})), ["Unknown Everyone on the internet"]);
        let closed = survey(&Scene::new(private()).fleet(), &Settings::default());
        let state = closed.doors.iter().flat_map(|of| &of.doors).map(|d| format!("{:?}", d.state)).collect::<Vec<_>>();
        assert_eq!(state, ["Closed"]);
    }

    #[test]
    fn a_role_opens_the_doors_that_the_settings_leave_open() {
        let held = |properties: Value, role: &str| doors(&Scene::new(properties).role("p", "User", role, ""));
        let who = "unresolved User p";
        assert_eq!(
            held(json!({}), CONTRIBUTOR),
            ["RunCommand", "AdminCredential", "UserCredential"]
                .map(|kind| format!("{kind} Open Admin {who}"))
                .into_iter()
                .chain([format!("Control Open Strong {who}")])
                .collect::<Vec<_>>(),
            "without Entra ID the user's credential is an administrator's"
        );
        assert_eq!(
            held(private(), CONTRIBUTOR),
            ["RunCommand Dormant Admin", "AdminCredential Dormant Admin", "Control Open Strong"]
                .map(|door| format!("{door} {who}")),
        );
        assert_eq!(held(private(), KUBERNETES_ADMIN), [format!("AzureRbac Open Admin {who}")]);
        let own = json!({"aadProfile": {"managed": true}});
        assert_eq!(held(own, KUBERNETES_ADMIN), Vec::<String>::new(), "data actions count with Azure RBAC only");
        assert_eq!(held(private(), READER), Vec::<String>::new());
        assert_eq!(held(private(), "ffffffff-0000-4000-8000-000000000000"), [format!("Control Unknown Admin {who}")]);
        let unread = json!({"aadProfile": {"managed": true, "enableAzureRBAC": "perhaps"}});
        assert_eq!(held(unread, KUBERNETES_ADMIN), [format!("AzureRbac Unknown Admin {who}")]);
        let group = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/RG");
        let above = Scene::new(private()).role("p", "User", KUBERNETES_ADMIN, &group);
        assert_eq!(doors(&above).len(), 1, "what is given to the group reaches the cluster");
        let other = format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-2");
        assert_eq!(doors(&Scene::new(private()).role("p", "User", KUBERNETES_ADMIN, &other)).len(), 0);
    }

    #[test]
    fn what_is_given_inside_the_cluster_stays_inside() {
        let namespace = format!("{CLUSTER_ID}/namespaces/shop");
        let inside = |role: &str| doors(&Scene::new(private()).role("p", "User", role, &namespace));
        assert_eq!(inside(KUBERNETES_WRITER), ["AzureRbac Open Strong unresolved User p"]);
        assert_eq!(inside(KUBERNETES_ADMIN), ["AzureRbac Open Strong unresolved User p"], "not of the cluster");
        assert_eq!(inside(READER), Vec::<String>::new());
        let managed = json!({"id": format!("{CLUSTER_ID}/managedNamespaces/team"), "properties": {}});
        let found = doors(&Scene::new(private()).with(managed).role("p", "User", CONTRIBUTOR, ""));
        assert!(found.contains(&"ManagedNamespace Open Limited unresolved User p".to_owned()), "{found:?}");
        let binding = format!("{CLUSTER_ID}/trustedAccessRoleBindings/b");
        let found = doors(&Scene::new(private()).role("p", "User", CONTRIBUTOR, &binding));
        assert_eq!(found, ["Control Open Strong unresolved User p"]);
    }

    #[test]
    fn a_binding_is_as_open_as_its_source_and_its_state() {
        let vault = "/subscriptions/s/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
        let bound = |role: &str| Scene::new(private()).binding("b", vault, &[role]);
        assert_eq!(doors(&bound(BACKUP)), ["TrustedAccess Open Limited v"]);
        assert_eq!(doors(&bound(BACKUP).gone(vault)), ["TrustedAccess Dormant Limited v"]);
        assert_eq!(doors(&bound("a/b/unheard-of")), ["TrustedAccess Open Admin v"], "what nobody knows counts as most");
    }

    #[test]
    fn what_hangs_on_a_cluster_is_a_door_and_what_was_not_listed_is_said() {
        let below = |path: &str| json!({"id": format!("{CLUSTER_ID}/{path}"), "properties": {}});
        let scene = Scene::new(private())
            .with(below("jwtAuthenticators/idp"))
            .with(json!({"id": format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/f/providers/Microsoft.ContainerService/fleets/f/members/m"),
                "properties": {"clusterResourceId": CLUSTER_ID.to_uppercase()}}))
            .with(json!({"id": format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ManagedServices/registrationAssignments/x"),
                "properties": {"registrationDefinition": {"properties": {"managedByTenantName": "Elsewhere"}}}}));
        let expected =
            ["JwtAuthenticator Open Strong idp", "FleetMembership Open Strong f", "Lighthouse Open Strong Elsewhere"];
        assert_eq!(doors(&scene), expected);
        let unread = |scene: &Scene, list: &str| {
            let found = survey(&scene.fleet(), &Settings::default());
            found.doors.iter().flat_map(|of| &of.unread).any(|line| line.starts_with(&format!("{list}:")))
        };
        for list in
            [lists::AUTHENTICATORS, lists::NAMESPACES, lists::DELEGATIONS, lists::FLEET_MEMBERS, lists::ASSIGNMENTS]
        {
            assert!(unread(&scene, list), "{list}");
            assert!(!unread(&scene.clone().whole(list), list), "{list} was read");
        }
    }
}
