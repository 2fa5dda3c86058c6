//! The changes of a plan applied by hand to the documents of a fleet, and what Azure would refuse: written apart from the
//! product, so that it can be held against it.

use crate::random::source;
use quay_model::{Change, Document, DocumentKind, Snapshot, lists};
use serde_json::{Value, json};

/// "Azure Kubernetes Service RBAC Cluster Admin".
const RBAC_CLUSTER_ADMIN: &str = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
/// "Get secure access to resources in AKS by using Trusted Access".
const MOST_BINDINGS: usize = 8;

/// What the documents say about one resource.
fn body(snapshot: &Snapshot, id: &str) -> Value {
    let kinds = [DocumentKind::Cluster, DocumentKind::Binding, DocumentKind::Related];
    let of = |d: &&Document| kinds.contains(&d.kind) && d.resource_id.eq_ignore_ascii_case(id);
    snapshot.documents.iter().find(of).and_then(|d| serde_json::from_str(&d.body).ok()).unwrap_or_default()
}

fn bindings_of(snapshot: &Snapshot, cluster: &str) -> usize {
    let start = format!("{cluster}/trustedAccessRoleBindings/").to_lowercase();
    let below = |d: &&Document| d.kind == DocumentKind::Binding && d.resource_id.to_lowercase().starts_with(&start);
    snapshot.documents.iter().filter(below).count()
}

/// Whether somebody is administrator without the local account; where nobody asked who holds roles, that is not known.
pub(crate) fn nobody_signs_in(snapshot: &Snapshot, cluster: &str) -> bool {
    let properties = &body(snapshot, cluster)["properties"];
    let named = properties["aadProfile"]["adminGroupObjectIDs"].as_array().is_some_and(|groups| !groups.is_empty());
    let asked =
        snapshot.documents.iter().any(|d| d.kind == DocumentKind::ListEnd && d.body.contains(lists::ASSIGNMENTS));
    if named || !asked && properties["aadProfile"]["enableAzureRBAC"] == true {
        return false;
    }
    let lower = cluster.to_lowercase();
    let admin = |d: &Document| {
        let body: Value = serde_json::from_str(&d.body).unwrap_or_default();
        let text = |key: &str| body["properties"][key].as_str().unwrap_or_default().to_lowercase();
        text("roleDefinitionId").ends_with(RBAC_CLUSTER_ADMIN) && lower.starts_with(&text("scope"))
    };
    !snapshot.documents.iter().filter(|d| d.resource_id.contains("/roleAssignments/")).any(admin)
}

/// Why Azure would refuse a change, or why nobody may make it.
pub(crate) fn refused(snapshot: &Snapshot, change: &Change) -> Option<&'static str> {
    let binding = |cluster: &str, name: &str| body(snapshot, &format!("{cluster}/trustedAccessRoleBindings/{name}"));
    let busy = |binding: &Value| {
        let state = binding["properties"]["provisioningState"].as_str().unwrap_or_default();
        state == "Updating" || state == "Deleting"
    };
    let cluster = match change {
        Change::GiveIdentity { resource } => {
            let unreadable = body(snapshot, resource)["identity"]["type"].is_number();
            return unreadable.then_some("nobody knows which identities it would take away");
        }
        Change::Start { .. }
        | Change::Confirm { .. }
        | Change::RemoveRoleAssignment { .. }
        | Change::ReviewWorkaround { .. } => return None,
        Change::DeleteBinding { cluster, .. }
        | Change::CreateBinding { cluster, .. }
        | Change::SetBindingRoles { cluster, .. }
        | Change::SetRanges { cluster, .. }
        | Change::MakePrivate { cluster }
        | Change::DisableRunCommand { cluster }
        | Change::DisableLocalAccounts { cluster }
        | Change::RotateCertificates { cluster } => cluster,
    };
    let properties = body(snapshot, cluster)["properties"].clone();
    if properties["powerState"]["code"] == "Stopped" {
        return Some("the cluster is stopped");
    }
    if properties["provisioningState"] != "Succeeded" {
        return Some("the cluster is coming or going");
    }
    if properties["nodeResourceGroup"].as_str().is_some_and(|group| group.starts_with("FL_")) {
        return Some("the cluster is Azure's own");
    }
    let access = &properties["apiServerAccessProfile"];
    let integrated = access["enableVnetIntegration"] == true;
    match change {
        Change::CreateBinding { name, source, .. } => {
            let there = binding(cluster, name);
            let held = there["properties"]["sourceResourceId"].as_str().unwrap_or_default().to_owned();
            match () {
                () if there.is_null() && bindings_of(snapshot, cluster) >= MOST_BINDINGS => Some("it is the ninth"),
                () if there.is_null() => None,
                () if !held.eq_ignore_ascii_case(source) => Some("the name is taken by another source"),
                () => busy(&there).then_some("Azure works on the binding"),
            }
        }
        Change::SetBindingRoles { name, .. } => {
            let there = binding(cluster, name);
            (there.is_null() || busy(&there)).then_some("Azure works on the binding, or there is none")
        }
        Change::DeleteBinding { name, .. } => {
            let there = binding(cluster, name);
            let going = there["properties"]["provisioningState"] == "Deleting";
            (there.is_null() || going).then_some("the binding is gone, or going")
        }
        Change::SetRanges { .. } => {
            let outbound = properties["networkProfile"]["outboundType"].as_str().unwrap_or("loadBalancer");
            let pools = properties["agentPoolProfiles"].as_array().cloned().unwrap_or_default();
            let outside = outbound != "loadBalancer" || pools.iter().any(|pool| pool["enableNodePublicIP"] == true);
            match () {
                () if access["enablePrivateCluster"] == true => Some("a private cluster has no ranges"),
                () => (outside && !integrated).then_some("its nodes are cut off"),
            }
        }
        Change::MakePrivate { .. } => (!integrated).then_some("only a cluster with VNet integration can go private"),
        Change::DisableLocalAccounts { .. } => match () {
            () if properties["aadProfile"].is_null() => Some("there is no Entra ID"),
            () => nobody_signs_in(snapshot, cluster).then_some("nobody could sign in"),
        },
        _ => None,
    }
}

/// One change, on the documents themselves.
pub(crate) fn apply(snapshot: &mut Snapshot, change: &Change) {
    let mut edit = |id: &str, with: &dyn Fn(&mut Value)| {
        for document in snapshot.documents.iter_mut().filter(|d| d.resource_id.eq_ignore_ascii_case(id)) {
            if !matches!(document.kind, DocumentKind::Cluster | DocumentKind::Binding | DocumentKind::Related) {
                continue;
            }
            let mut body: Value = serde_json::from_str(&document.body).unwrap_or_default();
            with(&mut body);
            *document = Document::new(document.kind, document.resource_id.clone(), document.source.clone(), &body);
        }
    };
    match change {
        Change::Start { cluster } => edit(cluster, &|body| body["properties"]["powerState"]["code"] = json!("Running")),
        Change::SetRanges { cluster, ranges } => {
            edit(cluster, &|body| body["properties"]["apiServerAccessProfile"]["authorizedIPRanges"] = json!(ranges));
        }
        Change::MakePrivate { cluster } => edit(cluster, &|body| {
            let access = &mut body["properties"]["apiServerAccessProfile"];
            access["enablePrivateCluster"] = json!(true);
            access["enablePrivateClusterPublicFQDN"] = json!(false);
            access["authorizedIPRanges"] = Value::Null;
            body["properties"]["fqdn"] = Value::Null;
            body["properties"]["privateFQDN"] = json!("c.privatelink.example");
        }),
        Change::DisableRunCommand { cluster } => {
            edit(cluster, &|body| body["properties"]["apiServerAccessProfile"]["disableRunCommand"] = json!(true));
        }
        Change::DisableLocalAccounts { cluster } => {
            edit(cluster, &|body| body["properties"]["disableLocalAccounts"] = json!(true))
        }
        Change::GiveIdentity { resource } => edit(resource, &|body| {
            let named =
                |identity: &Value| identity["userAssignedIdentities"].as_object().is_some_and(|all| !all.is_empty());
            let kind = |identity: &Value| identity["type"].as_str().is_some_and(|kind| kind.contains("UserAssigned"));
            let user = named(&body["identity"]) || kind(&body["identity"]);
            body["identity"]["type"] = json!(if user { "SystemAssigned, UserAssigned" } else { "SystemAssigned" });
        }),
        Change::SetBindingRoles { cluster, name, roles, .. } => {
            edit(&format!("{cluster}/trustedAccessRoleBindings/{name}"), &|body| {
                body["properties"]["roles"] = json!(roles)
            });
        }
        Change::DeleteBinding { cluster, name } => {
            remove(snapshot, &format!("{cluster}/trustedAccessRoleBindings/{name}"))
        }
        Change::RemoveRoleAssignment { id } => remove(snapshot, id),
        Change::CreateBinding { cluster, name, source: from, roles } => {
            let id = format!("{cluster}/trustedAccessRoleBindings/{name}");
            remove(snapshot, &id);
            let body = json!({"id": id, "name": name, "properties": {"provisioningState": "Succeeded", "sourceResourceId": from, "roles": roles}});
            snapshot.documents.push(Document::new(DocumentKind::Binding, id, source(), &body));
        }
        Change::Confirm { .. } | Change::RotateCertificates { .. } | Change::ReviewWorkaround { .. } => {}
    }
}

fn remove(snapshot: &mut Snapshot, id: &str) {
    snapshot.documents.retain(|document| !document.resource_id.eq_ignore_ascii_case(id));
}
