//! Everything that can be asked of Azure, one variant a call: where it goes, which counter it uses, what it is about.

use super::lanes::Lane;
use super::queries::Table;
use quay_model::{ArmId, Endpoint, ReadCall, ReadPost, lists, sha256_hex};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The binding type's first stable version is 2023-09-01; this one is known to all three clouds' documentation.
const AKS: &str = "2025-10-01";

/// `jwtAuthenticators` is in previews only ("Microsoft.ContainerService managedClusters/jwtAuthenticators", Bicep reference).
const AKS_PREVIEW: &str = "2025-10-02-preview";

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Question {
    Subscriptions,
    /// The subscriptions below a management group.
    Below(String),
    /// What the caller may do in a subscription.
    Permissions(String),
    Clusters(String),
    /// One that Resource Graph names and the list did not.
    Cluster(String),
    Bindings(String),
    DiagnosticSettings(String),
    /// Namespaces that hand out a credential of their own.
    ManagedNamespaces(String),
    /// Issuers outside Entra ID whose tokens the API server takes.
    Authenticators(String),
    Roles {
        subscription: String,
        location: String,
    },
    /// What AKS offers in a location.
    KubernetesVersions {
        subscription: String,
        location: String,
    },
    /// Roles that may be activated.
    Eligible(String),
    /// At a subscription and above it: Resource Graph shows what is above only to those who may read it there.
    RoleAssignments(String),
    PolicyAssignments(String),
    PolicyExemptions(String),
    /// Writes of bindings since a day.
    BindingEvents {
        subscription: String,
        since: String,
    },
    /// What else happened when a binding was written.
    Correlated {
        subscription: String,
        since: String,
        correlation: String,
    },
    SecurityOperators {
        subscription: String,
        plan: &'static str,
    },
    Computes(String),
    /// The resource a binding names: 404 is gone, 403 is unknown.
    BindingSource(String),
    Graph {
        table: Table,
        subscriptions: Arc<[String]>,
    },
    Principals(Arc<[String]>),
    Application(String),
}

/// Resource Graph takes at most 1,000 subscriptions; "Guidance for throttled requests" advises groups below 300.
pub(crate) const SUBSCRIPTIONS_PER_QUERY: usize = 250;

/// "directoryObject: getByIds" takes at most this many.
pub(crate) const IDS_PER_LOOKUP: usize = 1000;

/// How old an answer may be and still be used in a new scan: no older than AKS itself takes to put a binding in force
/// ("Get secure access to resources in AKS using Trusted Access": up to five minutes).
const RECENT: Duration = Duration::from_secs(300);

/// Role catalogues and versions change with releases of AKS, weeks apart.
const A_DAY: Duration = Duration::from_secs(24 * 3600);

impl Question {
    /// The same for the same question in every scan.
    pub(crate) fn key(&self) -> String {
        match self {
            Question::Subscriptions => "subscriptions".to_owned(),
            Question::Graph { table, subscriptions } => {
                format!("graph/{table:?}/{}", sha256_hex(subscriptions.join("\n").to_lowercase().as_bytes()))
            }
            Question::Principals(ids) => format!("principals/{}", sha256_hex(ids.join("\n").as_bytes())),
            Question::BindingEvents { subscription, .. } => format!("events/{}", subscription.to_lowercase()),
            Question::Roles { location, subscription } => {
                format!("roles/{}/{}", location.to_lowercase(), subscription.to_lowercase())
            }
            Question::KubernetesVersions { location, subscription } => {
                format!("versions/{}/{}", location.to_lowercase(), subscription.to_lowercase())
            }
            Question::Correlated { subscription, correlation, .. } => {
                format!("correlated/{}/{}", subscription.to_lowercase(), correlation.to_lowercase())
            }
            Question::SecurityOperators { subscription, plan } => {
                format!("operators/{}/{plan}", subscription.to_lowercase())
            }
            Question::Below(name) => format!("below/{}", name.to_lowercase()),
            Question::Permissions(id) => format!("permissions/{}", id.to_lowercase()),
            Question::Clusters(id) => format!("clusters/{}", id.to_lowercase()),
            Question::Cluster(id) => format!("cluster/{}", id.to_lowercase()),
            Question::Bindings(id) => format!("bindings/{}", id.to_lowercase()),
            Question::DiagnosticSettings(id) => format!("diagnostics/{}", id.to_lowercase()),
            Question::ManagedNamespaces(id) => format!("namespaces/{}", id.to_lowercase()),
            Question::Authenticators(id) => format!("authenticators/{}", id.to_lowercase()),
            Question::Eligible(id) => format!("eligible/{}", id.to_lowercase()),
            Question::RoleAssignments(id) => format!("roleAssignments/{}", id.to_lowercase()),
            Question::PolicyAssignments(id) => format!("assignments/{}", id.to_lowercase()),
            Question::PolicyExemptions(id) => format!("exemptions/{}", id.to_lowercase()),
            Question::Computes(id) => format!("computes/{}", id.to_lowercase()),
            Question::BindingSource(id) => format!("source/{}", id.to_lowercase()),
            Question::Application(id) => format!("application/{}", id.to_lowercase()),
        }
    }

    /// What is listed or looked at, for coverage and gaps.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Question::Subscriptions => "subscriptions",
            Question::Below(_) => "subscriptions of the management group",
            Question::Permissions(_) => "permissions",
            Question::Clusters(_) => "managedClusters",
            Question::Cluster(_) => "cluster",
            Question::Bindings(_) => lists::BINDINGS,
            Question::DiagnosticSettings(_) => lists::DIAGNOSTICS,
            Question::ManagedNamespaces(_) => lists::NAMESPACES,
            Question::Authenticators(_) => lists::AUTHENTICATORS,
            Question::Roles { .. } => "trustedAccessRoles",
            Question::KubernetesVersions { .. } => lists::VERSIONS,
            Question::Eligible(_) => lists::ELIGIBLE,
            Question::RoleAssignments(_) => lists::ASSIGNMENTS,
            Question::PolicyAssignments(_) => lists::POLICY_ASSIGNMENTS,
            Question::PolicyExemptions(_) => lists::POLICY_EXEMPTIONS,
            // a write that nobody could explain is a log that is not whole
            Question::BindingEvents { .. } | Question::Correlated { .. } => lists::EVENTS,
            Question::SecurityOperators { .. } => lists::OPERATORS,
            Question::Computes(_) => lists::COMPUTES,
            Question::BindingSource(_) => lists::SOURCE,
            Question::Graph { table, .. } => table.label(),
            Question::Principals(_) => lists::DIRECTORY,
            Question::Application(_) => lists::APPLICATION,
        }
    }

    /// The ARM scope it speaks of; the tenant where it is wider than a subscription.
    pub(crate) fn scope(&self) -> String {
        match self {
            Question::Subscriptions | Question::Graph { .. } | Question::Principals(_) => "tenant".to_owned(),
            Question::Application(id) => format!("application {id}"),
            Question::Below(name) => format!("/providers/Microsoft.Management/managementGroups/{name}"),
            Question::Permissions(id)
            | Question::Clusters(id)
            | Question::Eligible(id)
            | Question::RoleAssignments(id)
            | Question::PolicyAssignments(id)
            | Question::PolicyExemptions(id) => format!("/subscriptions/{id}"),
            Question::BindingEvents { subscription, .. } | Question::Correlated { subscription, .. } => {
                format!("/subscriptions/{subscription}")
            }
            Question::Roles { subscription, location } | Question::KubernetesVersions { subscription, location } => {
                format!("/subscriptions/{subscription}/providers/Microsoft.ContainerService/locations/{location}")
            }
            Question::SecurityOperators { subscription, plan } => {
                format!("/subscriptions/{subscription}/providers/Microsoft.Security/pricings/{plan}")
            }
            Question::Cluster(id)
            | Question::Bindings(id)
            | Question::DiagnosticSettings(id)
            | Question::ManagedNamespaces(id)
            | Question::Authenticators(id)
            | Question::Computes(id)
            | Question::BindingSource(id) => id.clone(),
        }
    }

    pub(crate) fn lane(&self) -> Lane {
        match self {
            Question::Subscriptions | Question::Below(_) => Lane::Tenant,
            Question::Graph { .. } => Lane::Graph,
            Question::Principals(_) | Question::Application(_) => Lane::Directory,
            other => match ArmId::parse(&other.scope()) {
                Some(id) => Lane::Subscription(id.subscription().to_owned()),
                None => Lane::Tenant,
            },
        }
    }

    /// How old an answer from an earlier scan may be and still be used; lists of clusters are always asked again.
    pub(crate) fn keeps(&self) -> Duration {
        match self {
            Question::Subscriptions
            | Question::Below(_)
            | Question::Permissions(_)
            | Question::Clusters(_)
            | Question::Cluster(_) => Duration::ZERO,
            // where a right was granted a moment ago, Resource Graph has more to say
            Question::Graph { .. } => Duration::ZERO,
            Question::Roles { .. } | Question::KubernetesVersions { .. } => A_DAY,
            _ => RECENT,
        }
    }

    /// The whole answer is one thing, not a list.
    pub(crate) fn is_one_thing(&self) -> bool {
        matches!(self, Question::Cluster(_) | Question::BindingSource(_))
    }

    /// The namespace whose absence from a subscription means that it holds nothing of the kind.
    pub(crate) fn namespace(&self) -> Option<&'static str> {
        match self {
            Question::Clusters(_) => Some("Microsoft.ContainerService"),
            Question::SecurityOperators { .. } => Some("Microsoft.Security"),
            _ => None,
        }
    }

    /// The first page. `None` when an id out of a document is no path, or its type has no version known here.
    pub(crate) fn call(&self, skip_token: Option<&str>) -> Option<ReadCall> {
        let arm =
            |path: &str, version: &str| ReadCall::get(Endpoint::ResourceManager, path, &[("api-version", version)]);
        match self {
            Question::Subscriptions => arm("/subscriptions", "2022-12-01"),
            Question::Below(name) => {
                arm(&format!("/providers/Microsoft.Management/managementGroups/{name}/descendants"), "2020-05-01")
            }
            Question::Permissions(id) => {
                arm(&format!("/subscriptions/{id}/providers/Microsoft.Authorization/permissions"), "2022-04-01")
            }
            Question::Clusters(id) => {
                arm(&format!("/subscriptions/{id}/providers/Microsoft.ContainerService/managedClusters"), AKS)
            }
            Question::Cluster(id) => arm(id, AKS),
            Question::Bindings(id) => arm(&format!("{id}/trustedAccessRoleBindings"), AKS),
            Question::DiagnosticSettings(id) => {
                arm(&format!("{id}/providers/Microsoft.Insights/diagnosticSettings"), "2021-05-01-preview")
            }
            Question::ManagedNamespaces(id) => arm(&format!("{id}/managedNamespaces"), AKS),
            Question::Authenticators(id) => arm(&format!("{id}/jwtAuthenticators"), AKS_PREVIEW),
            Question::Roles { .. } => arm(&format!("{}/trustedAccessRoles", self.scope()), AKS),
            Question::KubernetesVersions { .. } => arm(&format!("{}/kubernetesVersions", self.scope()), AKS),
            // without a filter: `atScope()` would leave out what may be activated further down
            Question::Eligible(id) => arm(
                &format!("/subscriptions/{id}/providers/Microsoft.Authorization/roleEligibilityScheduleInstances"),
                "2020-10-01",
            ),
            Question::RoleAssignments(id) => ReadCall::get(
                Endpoint::ResourceManager,
                &format!("/subscriptions/{id}/providers/Microsoft.Authorization/roleAssignments"),
                &[("api-version", "2022-04-01"), ("$filter", "atScope()")],
            ),
            Question::PolicyAssignments(id) => {
                arm(&format!("/subscriptions/{id}/providers/Microsoft.Authorization/policyAssignments"), "2023-04-01")
            }
            Question::PolicyExemptions(id) => arm(
                &format!("/subscriptions/{id}/providers/Microsoft.Authorization/policyExemptions"),
                "2022-07-01-preview",
            ),
            Question::BindingEvents { subscription, since } => log(
                subscription,
                &format!("eventTimestamp ge '{since}' and resourceProvider eq 'Microsoft.ContainerService'"),
            ),
            Question::Correlated { subscription, since, correlation } => {
                let plain = correlation.replace('\'', "");
                log(subscription, &format!("eventTimestamp ge '{since}' and correlationId eq '{plain}'"))
            }
            Question::SecurityOperators { .. } => {
                arm(&format!("{}/securityOperators", self.scope()), "2023-01-01-preview")
            }
            Question::Computes(id) => arm(&format!("{id}/computes"), "2024-10-01"),
            Question::BindingSource(id) => arm(id, version_of(&ArmId::parse(id)?.resource_type())?),
            Question::Graph { table, subscriptions } => {
                let mut options = json!({"$top": 1000, "resultFormat": "objectArray"});
                if let Some(token) = skip_token {
                    options["$skipToken"] = json!(token);
                }
                if table.looks_above() {
                    options["authorizationScopeFilter"] = json!("AtScopeAboveAndBelow");
                }
                let body = json!({"subscriptions": &subscriptions[..], "query": table.query(), "options": options});
                Some(ReadCall::post(ReadPost::ResourceGraphQuery, body))
            }
            Question::Principals(ids) => Some(ReadCall::post(
                ReadPost::DirectoryObjectsByIds,
                json!({"ids": &ids[..], "types": ["user", "group", "servicePrincipal"]}),
            )),
            Question::Application(id) => ReadCall::get(
                Endpoint::Directory,
                "/v1.0/applications",
                &[
                    ("$filter", &format!("appId eq '{}'", id.replace('\'', ""))),
                    ("$select", "id,appId,displayName,passwordCredentials,keyCredentials"),
                ],
            ),
        }
    }
}

/// The activity log of a subscription ("Activity Logs - List"): a beginning, and one thing to look for.
fn log(subscription: &str, filter: &str) -> Option<ReadCall> {
    ReadCall::get(
        Endpoint::ResourceManager,
        &format!("/subscriptions/{subscription}/providers/Microsoft.Insights/eventtypes/management/values"),
        &[("api-version", "2015-04-01"), ("$filter", filter)],
    )
}

/// A version in which each type that can hold a binding is known.
fn version_of(kind: &str) -> Option<&'static str> {
    match kind {
        "microsoft.dataprotection/backupvaults" => Some("2024-04-01"),
        "microsoft.machinelearningservices/workspaces" => Some("2024-10-01"),
        "microsoft.compute/virtualmachinescalesets" => Some("2024-07-01"),
        "microsoft.security/pricings/securityoperators" => Some("2023-01-01-preview"),
        _ => None,
    }
}
