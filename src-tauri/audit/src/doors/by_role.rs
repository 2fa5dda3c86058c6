//! The doors that Azure roles open: to people, groups, programs and resources, at the cluster, above it and inside it.

use crate::doors::{Found, MANAGED_NAMESPACE};
use crate::reach::{Held, name_of};
use quay_model::{Door, DoorKind, DoorState, Reach, Reading, Replaceable, WhoKind};
use std::borrow::Cow;
use std::sync::Arc;

/// The doors that one assignment opens.
struct Opened<'a> {
    held: &'a Held<'a>,
    doors: Vec<(DoorKind, DoorState, Reach, Cow<'static, str>)>,
}

impl<'a> Opened<'a> {
    fn by(held: &'a Held<'a>) -> Self {
        Opened { held, doors: Vec::new() }
    }

    fn door(&mut self, kind: DoorKind, state: DoorState, reach: Reach, right: impl Into<Cow<'static, str>>) {
        self.doors.push((kind, state, reach, right.into()));
    }
}

impl Found<'_> {
    /// The doors that an Azure role opens.
    pub(crate) fn by_azure_roles(&mut self) {
        let credentials = &self.looked.cluster.credentials;
        let run_command = opened(&self.looked.cluster.api_server.run_command_disabled.or_default(false));
        let local_accounts = match opened(&credentials.local_accounts_disabled.or_default(false)) {
            // without Entra ID the switch is not documented to do anything
            DoorState::Dormant if !matches!(credentials.entra.reading, Reading::Value(_)) => DoorState::Unknown,
            state => state,
        };
        let legacy =
            credentials.entra_legacy_client.reading.value().or(credentials.entra_legacy_server.reading.value());
        let no_entra = match (&credentials.entra.reading, &credentials.entra_managed.reading) {
            (Reading::Absent, _) => Some(DoorState::Open),
            (Reading::Value(_), Reading::Value(true)) => None,
            (Reading::Value(_), _) if legacy.is_some() => None,
            // a profile that says neither shows nothing to be on (CRED-02)
            (Reading::Value(_), _) | (Reading::Unreadable(_), _) => Some(DoorState::Unknown),
        };
        let azure_rbac = match credentials.azure_rbac.or_default(false) {
            Reading::Value(true) => Some(DoorState::Open),
            Reading::Value(false) | Reading::Absent => None,
            Reading::Unreadable(_) => Some(DoorState::Unknown),
        };
        let looked = self.looked;
        let below = looked.fleet.around.attached.get(looked.cluster.id.lower()).into_iter().flatten();
        let namespaces = below.filter(|thing| thing.kind == MANAGED_NAMESPACE).count();
        for held in &looked.reached.held {
            let powers = held.powers();
            let mut open = Opened::by(held);
            if held.role.is_none() {
                let right = "a role that nobody here could read";
                open.door(DoorKind::Control, DoorState::Unknown, Reach::Admin, right);
                self.held(open);
                continue;
            }
            if powers.run_command {
                let right = "run any command in the cluster as its administrator, also where the cluster is private";
                open.door(DoorKind::RunCommand, run_command, Reach::Admin, right);
            }
            if powers.admin_credential {
                let right = match local_accounts {
                    DoorState::Dormant => {
                        "fetch the static admin kubeconfig once local accounts are on again; one fetched before stays valid until certificates are rotated"
                    }
                    _ => "fetch the static admin kubeconfig, which is valid until certificates are rotated",
                };
                open.door(DoorKind::AdminCredential, local_accounts, Reach::Admin, right);
            }
            if let (true, Some(state)) = (powers.user_credential, no_entra) {
                let right = "fetch the user kubeconfig, which is an administrator's where there is no Entra ID";
                open.door(DoorKind::UserCredential, state, Reach::Admin, right);
            }
            if let (Some((reach, right)), Some(state)) = (in_kubernetes(held), azure_rbac) {
                open.door(DoorKind::AzureRbac, state, reach, right);
            }
            if powers.namespace_credential && namespaces > 0 {
                let right = format!("fetch a credential for {namespaces} managed namespaces");
                open.door(DoorKind::ManagedNamespace, DoorState::Open, Reach::Limited, right);
            }
            let limited = powers.assign_roles && held.assignment.condition.is_some();
            if powers.cluster_write || powers.binding_write || (powers.assign_roles && !limited) {
                let right = match (powers.assign_roles && !limited, powers.cluster_write) {
                    (true, _) => "give anybody any role, and with it any other door",
                    (false, true) => "change the cluster's settings and bindings, and with them any other door",
                    (false, false) => "make Trusted Access bindings for other resources",
                };
                open.door(DoorKind::Control, DoorState::Open, Reach::Strong, right);
            } else if limited || held.role.is_some_and(|role| role.assigns_power) {
                let right = "give others roles, as far as a condition allows that is not evaluated here";
                open.door(DoorKind::Control, DoorState::Unknown, Reach::Strong, right);
            }
            self.held(open);
        }
        self.inside(azure_rbac);
    }

    /// Roles given below the cluster: in one namespace, or on one of its bindings.
    fn inside(&mut self, azure_rbac: Option<DoorState>) {
        let looked = self.looked;
        for held in &looked.reached.inside {
            let scope = &*held.assignment.scope;
            let name = scope.rsplit('/').next().unwrap_or_default();
            let powers = held.powers();
            let mut open = Opened::by(held);
            let is_managed = scope.contains("/managednamespaces/");
            let is_binding = scope.contains("/trustedaccessrolebindings/");
            let unread = "act as far as a role allows that nobody here could read";
            if scope.contains("/namespaces/") || is_managed {
                let known = in_kubernetes(held).map(|(reach, right)| (reach.max(Reach::Strong), right));
                if let (Some((reach, right)), Some(state)) = (known, azure_rbac) {
                    open.door(DoorKind::AzureRbac, state, reach, format!("{right}, in the namespace {name} alone"));
                }
                if is_managed && powers.namespace_credential {
                    let right = format!("fetch a credential for the namespace {name}");
                    open.door(DoorKind::ManagedNamespace, DoorState::Open, Reach::Limited, right);
                }
                if held.role.is_none() {
                    let kind = if is_managed { DoorKind::ManagedNamespace } else { DoorKind::AzureRbac };
                    open.door(kind, DoorState::Unknown, Reach::Strong, format!("{unread}, in the namespace {name}"));
                }
            } else if is_binding && held.role.is_none() {
                open.door(DoorKind::Control, DoorState::Unknown, Reach::Strong, unread);
            } else if is_binding && powers.binding_write {
                let right = format!("change the binding {name}, and with it who comes in and what they may do");
                open.door(DoorKind::Control, DoorState::Open, Reach::Strong, right);
            }
            self.held(open);
        }
    }

    /// All doors of one assignment share who holds it and what shows it.
    fn held(&mut self, Opened { held, doors }: Opened<'_>) {
        if doors.is_empty() {
            return;
        }
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
        let unplaced = if held.placed { "" } else { "; whether that group holds the cluster was not read" };
        // a resource is one identity, whether it enters by a role or by a binding
        let who = resource.map_or_else(|| Arc::clone(&assignment.principal), |of| of.resource.to_lowercase().into());
        let who_name = name_of(fleet, assignment);
        let shown_by: Arc<str> =
            format!("{may}{} at {}{condition}{unplaced}; {}", held.role_name(), held.place(), assignment.source())
                .into();
        self.doors.extend(doors.into_iter().map(|(kind, state, reach, right)| Door {
            kind,
            state: match state {
                DoorState::Open if !held.placed => DoorState::Unknown,
                // what has to be activated first is not open today
                DoorState::Open if held.eligible => DoorState::Dormant,
                state => state,
            },
            who_kind,
            who: Arc::clone(&who),
            who_name: Arc::clone(&who_name),
            reach,
            right,
            shown_by: Arc::clone(&shown_by),
            // who may change the cluster holds that for other reasons than to get in
            replaceable: if supported && kind != DoorKind::Control { Replaceable::Yes } else { Replaceable::No },
        }));
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
    } else if powers.kubernetes_some {
        Some((Reach::Limited, "do what its role says to a few kinds of objects"))
    } else {
        None
    }
}
