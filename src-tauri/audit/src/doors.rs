//! Every way into one API server: who holds it, what it lets them do, what shows it, and whether Trusted Access could
//! take its place.

use crate::exposure::Exposure;
use crate::facts::RoleFacts;
use crate::grade::{Grade, grade};
use crate::integrations::Integrated;
use crate::reach::{Held, Reached, name_of};
use quay_model::{
    ArmId, Cluster, ClusterDoors, Door, DoorKind, DoorState, Fleet, Reach, Reading, Replaceable, WhoKind, lists,
};
use std::borrow::Cow;
use std::sync::Arc;

/// So many entries of an allow-list are doors of their own; the rest are counted.
const MOST_RANGES: usize = 20;

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
    unread.extend(fleet.known.whole(lists::PRIVATE_ENDPOINTS, &cluster.id).err());
    found.doors.sort_by(|a, b| (a.kind, a.state, a.reach, &a.who_name).cmp(&(b.kind, b.state, b.reach, &b.who_name)));
    ClusterDoors {
        cluster_id: cluster.id.as_str().into(),
        instance: cluster.instance.clone(),
        doors: found.doors,
        integrations: integrated.list.clone(),
        unread,
    }
}

struct Found<'a> {
    looked: &'a Looked<'a>,
    doors: Vec<Door>,
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

    /// The doors that an Azure role opens.
    fn by_azure_roles(&mut self) {
        let credentials = &self.looked.cluster.credentials;
        let run_command = opened(&self.looked.cluster.api_server.run_command_disabled.or_default(false));
        let local_accounts = opened(&credentials.local_accounts_disabled.or_default(false));
        let no_entra = match &credentials.entra.reading {
            Reading::Absent => Some(DoorState::Open),
            Reading::Value(_) => None,
            Reading::Unreadable(_) => Some(DoorState::Unknown),
        };
        let azure_rbac = match credentials.azure_rbac.or_default(false) {
            Reading::Value(true) => Some(DoorState::Open),
            Reading::Value(false) | Reading::Absent => None,
            Reading::Unreadable(_) => Some(DoorState::Unknown),
        };
        let looked = self.looked;
        for held in &looked.reached.held {
            let powers = held.powers();
            if held.role.is_none() {
                let right = "a role that nobody here could read";
                self.held(held, DoorKind::Control, DoorState::Unknown, Reach::Admin, right);
                continue;
            }
            if powers.run_command {
                let right = "run any command in the cluster as its administrator, also where the cluster is private";
                self.held(held, DoorKind::RunCommand, run_command, Reach::Admin, right);
            }
            if powers.admin_credential {
                let right = match local_accounts {
                    DoorState::Dormant => {
                        "fetch the static admin kubeconfig once local accounts are on again; one fetched before stays valid until certificates are rotated"
                    }
                    _ => "fetch the static admin kubeconfig, which is valid until certificates are rotated",
                };
                self.held(held, DoorKind::AdminCredential, local_accounts, Reach::Admin, right);
            }
            if let (true, Some(state)) = (powers.user_credential, no_entra) {
                let right = "fetch the user kubeconfig, which is an administrator's where there is no Entra ID";
                self.held(held, DoorKind::UserCredential, state, Reach::Admin, right);
            }
            if let (Some((reach, right)), Some(state)) = (in_kubernetes(held), azure_rbac) {
                self.held(held, DoorKind::AzureRbac, state, reach, right);
            }
            if powers.cluster_write || powers.binding_write || powers.assign_roles {
                let right = match (powers.assign_roles, powers.cluster_write) {
                    (true, _) => "give anybody any role, and with it any other door",
                    (false, true) => "change the cluster's settings and bindings, and with them any other door",
                    (false, false) => "make Trusted Access bindings for other resources",
                };
                self.held(held, DoorKind::Control, DoorState::Open, Reach::Strong, right);
            }
        }
        if azure_rbac.is_some() {
            self.inside_namespaces();
        }
    }

    /// Roles given inside the cluster, for one namespace.
    fn inside_namespaces(&mut self) {
        let looked = self.looked;
        let access = &looked.fleet.around.access;
        for scope in access.inside(looked.cluster.id.lower()) {
            for assignment in access.at(scope) {
                let namespace = scope.rsplit('/').next().unwrap_or_default();
                let held = Held { assignment, role: None, eligible: false };
                let right = format!("act in the namespace {namespace} as far as the role allows");
                self.held(&held, DoorKind::AzureRbac, DoorState::Open, Reach::Limited, right);
            }
        }
    }

    fn held(
        &mut self,
        held: &Held<'_>,
        kind: DoorKind,
        state: DoorState,
        reach: Reach,
        right: impl Into<Cow<'static, str>>,
    ) {
        let fleet = self.looked.fleet;
        let assignment = held.assignment;
        let resource = fleet.around.directory.identity(&assignment.principal);
        let who_kind = match (&resource, &*assignment.principal_type) {
            (Some(_), _) => WhoKind::Service,
            (None, kind) if kind.eq_ignore_ascii_case("User") => WhoKind::Person,
            (None, kind) if kind.to_lowercase().contains("group") => WhoKind::Group,
            (None, kind) if kind.eq_ignore_ascii_case("ServicePrincipal") => WhoKind::Application,
            _ => WhoKind::Unknown,
        };
        let supported = resource.is_some_and(|identity| self.looked.roles.needed_by(&identity.kind).is_some());
        let condition = assignment.condition.as_ref().map_or_else(String::new, |text| format!("; only where {text}"));
        let may = if held.eligible { "may activate " } else { "" };
        self.doors.push(Door {
            kind,
            // what has to be activated first is not open today
            state: if held.eligible && state == DoorState::Open { DoorState::Dormant } else { state },
            who_kind,
            // a resource is one identity, whether it enters by a role or by a binding
            who: resource.map_or_else(|| Arc::clone(&assignment.principal), |of| of.resource.to_lowercase().into()),
            who_name: name_of(fleet, assignment),
            reach,
            right: right.into(),
            shown_by: format!("{may}{} at {}{condition}; {}", held.role_name(), held.place(), assignment.source())
                .into(),
            // who may change the cluster holds that for other reasons than to get in
            replaceable: if supported && kind != DoorKind::Control { Replaceable::Yes } else { Replaceable::No },
        });
    }

    fn admin_groups(&mut self) {
        let fleet = self.looked.fleet;
        let groups = &self.looked.cluster.credentials.admin_groups;
        for group in groups.reading.value().into_iter().flatten() {
            let name = fleet.around.directory.name(&group.to_lowercase()).unwrap_or(group);
            self.doors.push(Door {
                kind: DoorKind::AdminGroup,
                state: DoorState::Open,
                who_kind: WhoKind::Group,
                who: group.to_lowercase().into(),
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
            let gone = holder.as_ref().is_some_and(|id| fleet.around.gone.contains(id.lower()));
            let state = match binding.provisioning_state.reading.value() {
                _ if gone => DoorState::Dormant,
                Some(state) if state.eq_ignore_ascii_case("succeeded") => DoorState::Open,
                // after a change that failed, what was granted before may still stand
                _ => DoorState::Unknown,
            };
            let right = if known.len() < named.len() || named.is_empty() {
                "what its role allows, which is in no catalogue known here".to_owned()
            } else {
                known.iter().map(|role| grade(&role.rules).because()).collect::<Vec<_>>().join("; ")
            };
            let right = if gone { format!("nobody today; whoever makes that resource again: {right}") } else { right };
            self.doors.push(Door {
                kind: DoorKind::TrustedAccess,
                state,
                who_kind: WhoKind::Service,
                who: holder.as_ref().map_or("unread", ArmId::lower).into(),
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
        for thing in below.chain(above) {
            let (kind, who_kind, reach, right) = match thing.kind.as_str() {
                "microsoft.containerservice/managedclusters/jwtauthenticators" => (
                    DoorKind::JwtAuthenticator,
                    WhoKind::Tenant,
                    Reach::Strong,
                    "sign in with tokens of an issuer outside Entra ID",
                ),
                "microsoft.containerservice/managedclusters/managednamespaces" => {
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
            let name = if thing.detail.is_empty() { thing.id.name() } else { &thing.detail };
            self.doors.push(Door {
                kind,
                state: DoorState::Open,
                who_kind,
                who: thing.id.lower().into(),
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
                state: DoorState::Open,
                who_kind: WhoKind::Network,
                who: endpoint.id.lower().into(),
                who_name: endpoint.id.name().into(),
                reach: Reach::NetworkOnly,
                right: Cow::Borrowed("reach the API server from another network; a credential is needed besides"),
                shown_by: endpoint.source.as_str().into(),
                replaceable: Replaceable::No,
            });
        }
    }
}

/// A switch that shuts a door: on means that the rights behind it sleep.
fn opened(disabled: &Reading<bool>) -> DoorState {
    match disabled {
        Reading::Value(true) => DoorState::Dormant,
        Reading::Value(false) | Reading::Absent => DoorState::Open,
        Reading::Unreadable(_) => DoorState::Unknown,
    }
}

/// What a role of Azure RBAC for Kubernetes amounts to.
fn in_kubernetes(held: &Held<'_>) -> Option<(Reach, &'static str)> {
    let powers = held.powers();
    if powers.kubernetes_admin {
        Some((Reach::Admin, "do everything in the cluster"))
    } else if powers.kubernetes_strong {
        Some((Reach::Strong, "read secrets, change workloads or run commands in pods"))
    } else if powers.kubernetes_read {
        Some((Reach::Limited, "look at most objects in the cluster"))
    } else {
        None
    }
}
