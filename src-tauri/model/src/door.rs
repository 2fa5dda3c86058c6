//! Ways into an API server, and the services that use them. Made by `audit`; shown, planned with and printed elsewhere.

use crate::Evidence;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// An Azure service that uses, or is set up to use, a cluster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Service {
    Backup,
    DefenderContainers,
    DefenderCspm,
    MachineLearning,
    Flux,
    ArgoCd,
    Dapr,
    KeyVault,
    ApplicationGateway,
    Prometheus,
    ContainerInsights,
    Grafana,
    Fleet,
    EventGrid,
    ChaosStudio,
    ServiceConnector,
    ContainerRegistry,
    PrivateEndpoint,
    OtherExtension,
    /// An identity with a role on the cluster that belongs to a resource.
    ResourceIdentity,
}

impl Service {
    /// The columns of the Trusted Access matrix: the services that support it.
    pub const WITH_TRUSTED_ACCESS: [Service; 4] =
        [Service::Backup, Service::DefenderContainers, Service::DefenderCspm, Service::MachineLearning];

    pub fn label(self) -> &'static str {
        match self {
            Service::Backup => "Azure Backup",
            Service::DefenderContainers => "Defender for Containers",
            Service::DefenderCspm => "Defender CSPM",
            Service::MachineLearning => "Azure Machine Learning",
            Service::Flux => "Flux (GitOps)",
            Service::ArgoCd => "Argo CD",
            Service::Dapr => "Dapr",
            Service::KeyVault => "Key Vault provider",
            Service::ApplicationGateway => "Application Gateway ingress",
            Service::Prometheus => "Managed Prometheus",
            Service::ContainerInsights => "Container insights",
            Service::Grafana => "Managed Grafana",
            Service::Fleet => "Fleet Manager",
            Service::EventGrid => "Event Grid",
            Service::ChaosStudio => "Chaos Studio",
            Service::ServiceConnector => "Service Connector",
            Service::ContainerRegistry => "Container Registry",
            Service::PrivateEndpoint => "Private endpoint",
            Service::OtherExtension => "Other extension",
            Service::ResourceIdentity => "Resource with a role",
        }
    }

    /// The path it takes to the cluster, or from it.
    pub fn path(self) -> &'static str {
        match self {
            Service::Backup | Service::DefenderContainers | Service::DefenderCspm | Service::MachineLearning => {
                "calls the Kubernetes API; supports Trusted Access"
            }
            Service::Flux | Service::ArgoCd | Service::Dapr | Service::OtherExtension => {
                "runs inside the cluster and calls out; needs no way in"
            }
            Service::KeyVault | Service::ContainerRegistry | Service::ServiceConnector => {
                "the cluster calls it; needs no way in"
            }
            Service::ApplicationGateway => "an add-on inside the cluster writes to the gateway; needs no way in",
            Service::Prometheus | Service::ContainerInsights => {
                "an agent inside the cluster sends out; needs no way in"
            }
            Service::Grafana => "reads the Monitor workspace, not the cluster",
            Service::Fleet => "an agent and Azure Resource Manager; uses no Trusted Access role",
            Service::EventGrid => "Azure Resource Manager sends events; needs no way in",
            Service::ChaosStudio => "uses credentials of the cluster; supports no Trusted Access",
            Service::PrivateEndpoint => "a network way to the API server; whoever uses it brings credentials",
            Service::ResourceIdentity => "holds an Azure role on the cluster",
        }
    }
}

/// How an integration that needs a binding stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is", content = "detail")]
pub enum Bound {
    /// A binding with what it needs: its name.
    Yes(String),
    /// Its bindings lack a role it needs: which.
    Lacking(String),
    /// A binding with what it needs that is not in force: its state.
    NotInForce(String),
    /// A binding that may be the one could not be read: why.
    Unreadable(String),
    No,
    /// The bindings were not read.
    Unknown(String),
    /// It uses no Trusted Access.
    NotNeeded,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Integration {
    pub service: Service,
    /// The resource that uses the cluster: vault, workspace, operator, extension.
    pub source: String,
    pub state: String,
    /// The roles its binding must hold; empty where none is needed.
    pub needs: Vec<String>,
    pub bound: Bound,
    pub shown_by: Evidence,
}

impl Integration {
    pub fn supports_trusted_access(&self) -> bool {
        Service::WITH_TRUSTED_ACCESS.contains(&self.service)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoorKind {
    PublicEndpoint,
    RunCommand,
    AdminCredential,
    UserCredential,
    AzureRbac,
    AdminGroup,
    TrustedAccess,
    JwtAuthenticator,
    ManagedNamespace,
    FleetMembership,
    PrivateEndpoint,
    Lighthouse,
    /// Can make any of the others: writes the cluster, its bindings, or roles on it.
    Control,
}

impl DoorKind {
    pub const ALL: [DoorKind; 13] = [
        DoorKind::PublicEndpoint,
        DoorKind::RunCommand,
        DoorKind::AdminCredential,
        DoorKind::UserCredential,
        DoorKind::AzureRbac,
        DoorKind::AdminGroup,
        DoorKind::TrustedAccess,
        DoorKind::JwtAuthenticator,
        DoorKind::ManagedNamespace,
        DoorKind::FleetMembership,
        DoorKind::PrivateEndpoint,
        DoorKind::Lighthouse,
        DoorKind::Control,
    ];

    pub fn label(self) -> &'static str {
        match self {
            DoorKind::PublicEndpoint => "Public endpoint",
            DoorKind::RunCommand => "Run command",
            DoorKind::AdminCredential => "Static admin credential",
            DoorKind::UserCredential => "User credential",
            DoorKind::AzureRbac => "Azure RBAC for Kubernetes",
            DoorKind::AdminGroup => "Entra admin group",
            DoorKind::TrustedAccess => "Trusted Access binding",
            DoorKind::JwtAuthenticator => "JWT authenticator",
            DoorKind::ManagedNamespace => "Managed namespace",
            DoorKind::FleetMembership => "Fleet membership",
            DoorKind::PrivateEndpoint => "Private endpoint",
            DoorKind::Lighthouse => "Lighthouse delegation",
            DoorKind::Control => "Control of the cluster resource",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoorState {
    Open,
    /// A right that works again as soon as a setting is changed back.
    Dormant,
    Closed,
    /// What shows it was not read.
    Unknown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhoKind {
    Everyone,
    Network,
    Person,
    Group,
    /// A resource's own identity, resolved to it.
    Service,
    /// A service principal that belongs to no resource that was read.
    Application,
    Tenant,
    Unknown,
}

/// How much a door lets its holder do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reach {
    /// Everything, as cluster-admin.
    Admin,
    /// Reads secrets, runs things, or changes who may.
    Strong,
    Limited,
    /// A network way: needs a credential besides.
    NetworkOnly,
}

/// Whether Trusted Access could take its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Replaceable {
    /// Its holder is a service with a Trusted Access role.
    Yes,
    No,
    /// It is Trusted Access.
    Is,
}

/// One way into one API server. Texts are shared: one identity stands at the doors of many clusters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Door {
    pub kind: DoorKind,
    pub state: DoorState,
    pub who_kind: WhoKind,
    /// Principal id, resource id or range.
    pub who: Arc<str>,
    pub who_name: Arc<str>,
    pub reach: Reach,
    /// What they may do, in plain words.
    pub right: Cow<'static, str>,
    /// What shows it, with the document.
    pub shown_by: Arc<str>,
    pub replaceable: Replaceable,
}

/// The doors of one cluster and the services that use it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterDoors {
    pub cluster_id: Arc<str>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instance: String,
    pub doors: Vec<Door>,
    pub integrations: Vec<Integration>,
    /// What could not be read, so that doors may be missing here.
    pub unread: Vec<String>,
}

/// One identity across the fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Radius {
    pub who: Arc<str>,
    pub who_name: Arc<str>,
    pub who_kind: WhoKind,
    /// Clusters it can enter today.
    pub clusters: u32,
    /// Clusters it would be admin of.
    pub admin_of: u32,
    pub doors: Vec<DoorKind>,
}

/// What earlier snapshots of the engagement know.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// Binding id in lower case, to the moment of the first snapshot that holds it.
    pub first_seen: std::collections::BTreeMap<String, String>,
    /// Catalogues of earlier snapshots, oldest first.
    pub role_catalogues: Vec<crate::RoleCatalogue>,
}
