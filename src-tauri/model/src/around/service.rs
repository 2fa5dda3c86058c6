//! The services that use clusters, and what shows it.

use super::Surroundings;
use crate::cluster::source_line;
use crate::field::Body;
use crate::instance::disagree;
use crate::{ArmId, Document, Field, Reading, child, json};
use serde_json::Value;
use std::collections::BTreeMap;

/// What can be the source of a binding: a vault, a workspace, an operator of Defender.
#[derive(Debug, Clone)]
pub struct Holder {
    pub id: ArmId,
    pub identity_type: Field<String>,
    /// Whether it acts as identities that it was given; told even where the type is left out.
    pub user_assigned: Field<bool>,
    pub principal: Field<String>,
    pub public_access: Field<String>,
    /// Addresses a workspace lets in although its public access is on.
    pub allowed_addresses: Field<Vec<String>>,
    pub source: String,
}

impl Holder {
    /// Whether it is known to have no identity with which a binding works.
    pub fn lacks_system_identity(&self) -> bool {
        let told = self.identity_type.reading.value();
        told.is_some_and(|kind| !kind.to_lowercase().contains("systemassigned"))
    }

    pub(super) fn read(id: ArmId, body: &Body<'_>, document: &Document) -> Self {
        let mut identity_type = Field::text(body, "identity.type");
        // Azure leaves the key out where there is none, and so does whoever asked for some keys alone; a whole answer
        // has a location, and rows of Resource Graph hold what their query named
        let kind = body.lookup("type").and_then(json::text);
        let is_whole = body.has_key("location") && kind.value().is_some_and(|kind| *kind != kind.to_lowercase());
        if identity_type.is_absent() && !body.has_key("identity") && !is_whole {
            identity_type.reading =
                Reading::Unreadable("the answer was cut down to some keys, without the identity".to_owned());
        }
        Holder {
            id,
            identity_type,
            user_assigned: Field::read(body, "identity.userAssignedIdentities", any_named),
            principal: Field::text(body, "identity.principalId"),
            public_access: Field::text(body, "properties.publicNetworkAccess"),
            allowed_addresses: Field::texts(body, "properties.ipAllowlist"),
            source: line(document),
        }
    }
}

/// A cluster protected by a vault.
#[derive(Debug, Clone)]
pub struct Backup {
    pub id: ArmId,
    pub vault: ArmId,
    pub state: Field<String>,
    pub source: String,
}

impl Backup {
    /// Whether the vault no longer protects the cluster ("Manage Azure Kubernetes Service backups": soft delete).
    pub fn is_over(&self) -> Reading<bool> {
        let over = |state: String| {
            ["SoftDeleted", "SoftDeleting", "NotProtected"].iter().any(|over| state.eq_ignore_ascii_case(over))
        };
        self.state.reading.clone().map(over)
    }

    /// Whether that could not be read at all.
    pub fn is_unclear(&self) -> bool {
        matches!(self.is_over(), Reading::Unreadable(_))
    }

    /// Azure leaves the state out until there is one to tell.
    pub fn is_live(&self) -> bool {
        matches!(self.is_over(), Reading::Value(false) | Reading::Absent)
    }
}

#[derive(Debug, Clone)]
pub struct Extension {
    pub id: ArmId,
    pub kind: Field<String>,
    pub state: Field<String>,
    pub principal: Field<String>,
    pub source: String,
}

/// A compute of an ML workspace that is this cluster.
#[derive(Debug, Clone)]
pub struct Compute {
    pub id: ArmId,
    pub workspace: ArmId,
    /// `AKS` is the compute of SDK v1, `Kubernetes` that of v2.
    pub kind: Field<String>,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct DefenderPlan {
    pub id: ArmId,
    /// `containers` or `cloudposture`.
    pub name: String,
    pub tier: Field<String>,
    pub extensions: Reading<BTreeMap<String, bool>>,
    pub source: String,
}

impl DefenderPlan {
    pub(super) fn read(id: &ArmId, body: &Body<'_>, document: &Document) -> Self {
        let extensions = body.lookup("properties.extensions").and_then(|list| {
            let Value::Array(items) = list else {
                let why = if disagree(list) {
                    "two documents disagree about its extensions"
                } else {
                    "its extensions are no list"
                };
                return Reading::Unreadable(why.to_owned());
            };
            let mut read = BTreeMap::new();
            for item in items {
                let name = child(item, "name").and_then(json::text);
                match (name, child(item, "isEnabled").and_then(json::boolean)) {
                    (Reading::Value(name), Reading::Value(on)) => {
                        read.insert(name.to_lowercase(), on);
                    }
                    _ => return Reading::Unreadable("one of its extensions cannot be read".to_owned()),
                }
            }
            Reading::Value(read)
        });
        DefenderPlan {
            name: id.name().to_lowercase(),
            id: id.clone(),
            tier: Field::text(body, "properties.pricingTier"),
            extensions,
            source: line(document),
        }
    }

    pub fn is_on(&self) -> Reading<bool> {
        self.tier.reading.clone().map(|tier| tier.eq_ignore_ascii_case("standard"))
    }

    /// Whether an extension of the plan is on; off when the plan is.
    pub fn uses(&self, extension: &str) -> Reading<bool> {
        match self.is_on() {
            Reading::Value(true) => {
                self.extensions.clone().map(|all| all.get(&extension.to_lowercase()).copied().unwrap_or(false))
            }
            other => other,
        }
    }
}

/// Another resource that points at a cluster: fleet membership, link, target, association, configuration.
#[derive(Debug, Clone)]
pub struct Attached {
    pub id: ArmId,
    /// In lower case.
    pub kind: String,
    pub detail: String,
    pub source: String,
}

/// A Managed Grafana with the Monitor workspaces it reads, in lower case.
#[derive(Debug, Clone)]
pub struct Dashboard {
    pub id: ArmId,
    pub reads: Vec<String>,
    pub source: String,
}

/// The Kubernetes versions one location offers.
#[derive(Debug, Clone, Default)]
pub struct VersionList {
    /// Minor version to the support plans that hold it; previews are left out.
    pub supported: BTreeMap<String, Vec<String>>,
    pub whole: bool,
    pub source: String,
}

fn any_named(identities: &Value) -> Reading<bool> {
    match identities {
        Value::Object(named) => Reading::Value(!named.is_empty()),
        other => Reading::Unreadable(format!("expected identities, found {}", json::display_short(other))),
    }
}

pub(super) fn line(document: &Document) -> String {
    source_line(&document.source, &document.hash)
}

fn below(id: &ArmId, marker: &str) -> Option<ArmId> {
    let at = id.lower().find(marker)?;
    ArmId::parse(id.as_str().get(..at)?)
}

/// The cluster an extension resource hangs on.
pub(super) fn cluster_above(id: &ArmId) -> Option<String> {
    let lower = id.lower();
    let start = lower.find("/providers/microsoft.containerservice/managedclusters/")?;
    let name_at = start + "/providers/microsoft.containerservice/managedclusters/".len();
    let end = lower.get(name_at..)?.find('/').map_or(lower.len(), |len| name_at + len);
    lower.get(..end).map(str::to_owned)
}

fn cluster_named(field: &Field<String>) -> Option<String> {
    let id = ArmId::parse(field.reading.value()?)?;
    (id.resource_type() == "microsoft.containerservice/managedclusters").then(|| id.lower().to_owned())
}

pub(super) fn add_backup(all: &mut Surroundings, id: ArmId, body: &Body<'_>, document: &Document) -> bool {
    let kind = Field::text(body, "properties.dataSourceInfo.datasourceType");
    if let Reading::Value(other) = &kind.reading
        && !other.eq_ignore_ascii_case("Microsoft.ContainerService/managedClusters")
    {
        // a disk or a database: nothing of ours
        return true;
    }
    let field = Field::text(body, "properties.dataSourceInfo.resourceID");
    let (Some(cluster), Some(vault)) = (cluster_named(&field), id.parent()) else { return false };
    let state = Field::text(body, "properties.currentProtectionState");
    all.backups.entry(cluster).or_default().push(Backup { id, vault, state, source: line(document) });
    true
}

pub(super) fn add_extension(all: &mut Surroundings, id: ArmId, body: &Body<'_>, document: &Document) -> bool {
    // extensions of connected clusters (Arc) are none of ours
    let Some(cluster) = cluster_above(&id) else { return id.lower().contains("/microsoft.kubernetes/") };
    let extension = Extension {
        id,
        kind: Field::text(body, "properties.extensionType"),
        state: Field::text(body, "properties.provisioningState"),
        principal: Field::text(body, "properties.aksAssignedIdentity.principalId"),
        source: line(document),
    };
    let told = extension.kind.reading.value().is_some();
    all.extensions.entry(cluster).or_default().push(extension);
    told
}

pub(super) fn add_compute(all: &mut Surroundings, id: ArmId, body: &Body<'_>, document: &Document) -> bool {
    let kind = Field::text(body, "properties.computeType");
    let on_kubernetes = match kind.reading.value() {
        Some(kind) => kind.eq_ignore_ascii_case("aks") || kind.eq_ignore_ascii_case("kubernetes"),
        None => return false,
    };
    if !on_kubernetes {
        return true;
    }
    let field = Field::text(body, "properties.resourceId");
    if let (None, Reading::Value(other)) = (cluster_named(&field), &field.reading) {
        // an Arc cluster
        return ArmId::parse(other).is_some();
    }
    let (Some(cluster), Some(workspace)) = (cluster_named(&field), below(&id, "/computes/")) else { return false };
    all.computes.entry(cluster).or_default().push(Compute { id, workspace, kind, source: line(document) });
    true
}

/// Types with the path at which they name their cluster; those without hang below it.
const POINTERS: [(&str, &str); 5] = [
    ("microsoft.containerservice/fleets/members", "properties.clusterResourceId"),
    ("microsoft.eventgrid/systemtopics", "properties.source"),
    ("microsoft.managedservices/registrationassignments", ""),
    ("microsoft.chaos/targets", ""),
    ("microsoft.servicelinker/linkers", ""),
];

pub(super) fn add_attached(
    all: &mut Surroundings,
    kind: &str,
    id: &ArmId,
    body: &Body<'_>,
    document: &Document,
) -> bool {
    let path = POINTERS.iter().find(|(named, _)| *named == kind).map_or("", |(_, path)| *path);
    let named = if path.is_empty() { None } else { cluster_named(&Field::text(body, path)) };
    let key = named.or_else(|| cluster_above(id)).unwrap_or_else(|| format!("/subscriptions/{}", id.subscription()));
    let detail = [
        "properties.dataCollectionRuleId",
        "properties.targetService.id",
        "properties.issuer.url",
        "properties.managedByTenantName",
        "properties.registrationDefinition.properties.managedByTenantName",
        "properties.sourceKind",
    ]
    .into_iter()
    .find_map(|path| Field::text(body, path).reading.value().cloned())
    .unwrap_or_default();
    let attached = Attached { id: id.clone(), kind: kind.to_owned(), detail, source: line(document) };
    all.attached.entry(key).or_default().push(attached);
    true
}

/// The texts at a key of each object of a list, in lower case.
fn ids_in(body: &Body<'_>, list: &str, key: &str) -> Vec<String> {
    let Reading::Value(Value::Array(items)) = body.lookup(list) else { return Vec::new() };
    let id = |item: &Value| child(item, key).and_then(json::text).value().map(|id| id.to_lowercase());
    items.iter().filter_map(id).collect()
}

pub(super) fn add_rule(all: &mut Surroundings, id: &ArmId, body: &Body<'_>) {
    let accounts = ids_in(body, "properties.destinations.monitoringAccounts", "accountResourceId");
    all.monitors.insert(id.lower().to_owned(), accounts);
}

pub(super) fn add_dashboard(all: &mut Surroundings, id: ArmId, body: &Body<'_>, document: &Document) {
    const LINKS: &str = "properties.grafanaIntegrations.azureMonitorWorkspaceIntegrations";
    let reads = ids_in(body, LINKS, "azureMonitorWorkspaceResourceId");
    all.dashboards.push(Dashboard { id, reads, source: line(document) });
}

pub(super) fn add_versions(all: &mut Surroundings, id: &ArmId, body: &Value, document: &Document) -> bool {
    let Some(location) = id.lower().split("/locations/").nth(1).and_then(|rest| rest.split('/').next()) else {
        return false;
    };
    let listed = ["values", "value"].into_iter().find_map(|key| child(body, key).value().copied());
    let Some(Value::Array(items)) = listed else { return false };
    let mut list = VersionList { whole: true, source: line(document), ..VersionList::default() };
    for item in items {
        let Reading::Value(version) = child(item, "version").and_then(json::text) else {
            list.whole = false;
            continue;
        };
        match child(item, "isPreview").and_then(json::boolean) {
            Reading::Value(true) => continue,
            Reading::Value(false) | Reading::Absent => {}
            Reading::Unreadable(_) => {
                list.whole = false;
                continue;
            }
        }
        let plans = match crate::lookup(item, "capabilities.supportPlan").and_then(json::texts) {
            Reading::Value(plans) => plans,
            // answers of before 2023 name no plan
            Reading::Absent => vec!["KubernetesOfficial".to_owned()],
            Reading::Unreadable(_) => {
                list.whole = false;
                continue;
            }
        };
        list.supported.insert(version, plans);
    }
    // two lists of one location: only what both say is known
    if let Some(known) = all.versions.get_mut(location) {
        let same = known.supported == list.supported;
        known.whole = known.whole && list.whole && same;
        known.supported.retain(|version, plans| list.supported.get(version) == Some(plans));
        return true;
    }
    all.versions.insert(location.to_owned(), list);
    true
}
