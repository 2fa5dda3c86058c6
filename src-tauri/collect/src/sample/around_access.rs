//! Who holds which role in the sample, and what the directory knows of them.

use super::around::{VAULTS, operator, operators, pipeline, vault, workspace};
use super::clusters::RECON_APP;
use super::desk::{Desk, EVERYWHERE, at, guid, id_in};
use super::shape::{SHARED_APP, admin_group};
use super::{DATA, PLATFORM, PRODUCTION, RETAIL, SANDBOX, SampleSubscription};
use Scope::{Cluster, Company, Namespace, ResourceGroup, Subscription};
use Who::{Deleted, Demand, GitHub, Group, Person, Pipeline, Vault};
use quay_model::{DocumentKind, lists};
use serde_json::{Value, json};
use std::collections::BTreeSet;

const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";
const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
const RBAC_ADMINISTRATOR: &str = "f58310d9-a9f6-439a-9e8d-f62e7b41a168";
const AKS_CONTRIBUTOR: &str = "ed7f3fbd-7b88-4dd4-9017-9adb7ce333f8";
const CLUSTER_ADMIN: &str = "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8";
const CLUSTER_USER: &str = "4abbcc35-e782-43d8-92c5-2d3f1bd2253f";
const KUBERNETES_ADMIN: &str = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
const KUBERNETES_WRITER: &str = "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb";
const KUBERNETES_READER: &str = "7f6c6a51-bcf8-42ba-9220-52d62157d7db";
/// Defender Kubernetes API Access: its operators make their own bindings with it.
const DEFENDER_ACCESS: &str = "d5a2ae44-610b-4500-93be-660a0c5f5ca6";
const ACR_PULL: &str = "7f951dda-4ed3-4680-a7ca-43fe172d538d";
/// Nordwind's own role.
const CLUSTER_OPERATOR: &str = "6c1e9d52-3b7a-4c80-9f64-a0d2e5b81c37";

#[derive(Clone, Copy)]
enum Who {
    /// By the part of the address before the company's domain.
    Person(&'static str),
    Group(&'static str),
    /// The vault bv-nordwind-weu of a subscription.
    Vault(&'static SampleSubscription),
    /// The workspace mlw-demand.
    Demand,
    /// The identity id-deploy-pipeline.
    Pipeline,
    GitHub,
    /// Left the company; the directory has forgotten the name.
    Deleted,
}

#[derive(Clone, Copy)]
enum Scope {
    /// The management group over everything but Havnia.
    Company,
    Subscription(&'static SampleSubscription),
    ResourceGroup(&'static SampleSubscription, &'static str),
    Cluster(&'static str),
    Namespace(&'static str, &'static str),
}

type Held = (Who, &'static str, Scope);

/// Roles in Retail may not be read, so that there are none here.
const HELD: &[Held] = &[
    (Group("Platform administrators"), OWNER, Company),
    (Group("AKS operators"), CLUSTER_OPERATOR, Subscription(&PRODUCTION)),
    (Group("AKS operators"), CLUSTER_OPERATOR, Subscription(&PLATFORM)),
    (Group("Service desk"), KUBERNETES_READER, Subscription(&PRODUCTION)),
    (Group("Tracking developers"), KUBERNETES_WRITER, Namespace("tracking-prod-weu", "tracking")),
    (Group("Data scientists"), KUBERNETES_WRITER, ResourceGroup(&DATA, "rg-ml")),
    (Person("amara.okafor"), RBAC_ADMINISTRATOR, Subscription(&PLATFORM)),
    (Person("amara.okafor"), CLUSTER_USER, ResourceGroup(&PLATFORM, "rg-legacy")),
    (Person("ingrid.holm"), CLUSTER_USER, ResourceGroup(&PRODUCTION, "rg-freight")),
    (Person("tomasz.wilk"), CLUSTER_USER, Cluster("customs-prod-weu")),
    (Person("sofia.lind"), CLUSTER_USER, Cluster("billing-prod-weu")),
    (Person("wei.chen"), CLUSTER_USER, Subscription(&DATA)),
    (Person("ada.lind"), CLUSTER_ADMIN, Cluster("ml-pilot-weu")),
    // given when backups did not work, before the bindings were made
    (Vault(&PRODUCTION), CONTRIBUTOR, Subscription(&PRODUCTION)),
    (Demand, CLUSTER_ADMIN, Cluster("ml-gpu-sec")),
    (Pipeline, KUBERNETES_ADMIN, ResourceGroup(&DATA, "rg-lake")),
    (GitHub, CONTRIBUTOR, Subscription(&SANDBOX)),
    (Deleted, AKS_CONTRIBUTOR, ResourceGroup(&PLATFORM, "rg-legacy")),
];

/// What may be activated.
const ELIGIBLE: &[Held] = &[(Person("ingrid.holm"), KUBERNETES_ADMIN, Subscription(&PRODUCTION))];

/// An administrator of roles who may give one role only, to people and groups.
const CONDITION: &str = "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR (@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals {4abbcc35-e782-43d8-92c5-2d3f1bd2253f} AND @Request[Microsoft.Authorization/roleAssignments:PrincipalType] ForAnyOfAnyValues:StringEqualsIgnoreCase {'User', 'Group'}))";

/// Groups that clusters name as their administrators, in the order of their ids.
const ADMIN_GROUPS: [&str; 5] = [
    "Platform administrators",
    "Platform on-call",
    "Customs administrators",
    "Customs contractors",
    "Archive migration 2023",
];

/// Applications that clusters act as: id, name, its secret, and when that ends.
const APPLICATIONS: [(&str, &str, &str, &str); 2] = [
    (SHARED_APP, "aks-shared-2019", "renewed by hand", "2026-12-05T09:30:00Z"),
    (RECON_APP, "aks-payments-recon", "renewed by the pipeline", "2028-06-30T00:00:00Z"),
];

pub(crate) fn put(desk: &mut Desk<'_>) {
    assignments(desk);
    own_role(desk);
    directory(desk);
    for list in [lists::ASSIGNMENTS, lists::DEFINITIONS, lists::ELIGIBLE, lists::DIRECTORY] {
        desk.whole(list, EVERYWHERE);
    }
    desk.denied(
        lists::ASSIGNMENTS,
        &at(&RETAIL),
        "Microsoft.Authorization/roleAssignments/read",
        "The custom role used for this scan in Nordwind Retail lacks that action; Reader has it.",
    );
}

fn assignments(desk: &mut Desk<'_>) {
    pulls(desk);
    for (kind, held) in [("roleAssignments", HELD), ("roleEligibilityScheduleInstances", ELIGIBLE)] {
        for (who, role, scope) in held {
            let scope = path(desk, *scope);
            assign(desk, kind, principal(*who), role, &scope);
        }
    }
    // Azure Backup asks for Reader beside the binding
    for (subscription, name, protected) in VAULTS.iter().filter(|(subscription, ..)| subscription.id != RETAIL.id) {
        for cluster in *protected {
            let scope = desk.cluster(cluster);
            assign(desk, "roleAssignments", service(&vault(subscription, name)), READER, &scope);
        }
    }
    for (subscription, plan) in operators().filter(|(subscription, _)| subscription.id != RETAIL.id) {
        assign(desk, "roleAssignments", service(&operator(subscription, plan)), DEFENDER_ACCESS, &at(subscription));
    }
}

/// Nodes that pull images with a role of their own; the others take them from a registry that asks for none.
fn pulls(desk: &mut Desk<'_>) {
    let registry = id_in(&PLATFORM, "rg-cicd", "Microsoft.ContainerRegistry/registries", "crnordwind");
    for name in ["freight-prod-weu", "tracking-prod-weu", "hub-ingress-weu"] {
        let cluster = desk.clusters.iter().find(|cluster| cluster.name == name);
        let kubelet = cluster.and_then(|cluster| Some(cluster.kubelet().get("objectId")?.as_str()?.to_owned()));
        if let Some(kubelet) = kubelet {
            assign(desk, "roleAssignments", (kubelet, "ServicePrincipal"), ACR_PULL, &registry);
        }
    }
}

fn assign(desk: &mut Desk<'_>, kind: &str, holder: (String, &str), role: &str, scope: &str) {
    let (id, holder_kind) = holder;
    let list = if kind == "roleAssignments" { lists::ASSIGNMENTS } else { lists::ELIGIBLE };
    let condition = (role == RBAC_ADMINISTRATOR).then_some(CONDITION);
    let name = guid(&format!("{kind} {id} {role} {scope}"));
    let body = json!({"id": format!("{scope}/providers/Microsoft.Authorization/{kind}/{name}"), "name": name,
        "type": format!("Microsoft.Authorization/{kind}"),
        "properties": {"principalId": id, "principalType": holder_kind, "scope": scope, "condition": condition,
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}")}});
    desk.related(list, &body);
}

fn path(desk: &Desk<'_>, scope: Scope) -> String {
    match scope {
        Company => "/providers/Microsoft.Management/managementGroups/nordwind".to_owned(),
        Subscription(subscription) => at(subscription),
        ResourceGroup(subscription, group) => format!("{}/resourceGroups/{group}", at(subscription)),
        Cluster(name) => desk.cluster(name),
        Namespace(cluster, name) => format!("{}/namespaces/{name}", desk.cluster(cluster)),
    }
}

/// The id of whoever holds a role, and the word for what it is.
fn principal(who: Who) -> (String, &'static str) {
    match who {
        Person(name) => (guid(name), "User"),
        Group(name) => {
            let number = ADMIN_GROUPS.iter().position(|known| *known == name);
            (number.map_or_else(|| guid(name), admin_group), "Group")
        }
        Vault(subscription) => service(&vault(subscription, "bv-nordwind-weu")),
        Demand => service(&workspace(&DATA, "mlw-demand")),
        Pipeline => service(&pipeline()),
        GitHub => service("sp-github-deploy"),
        Deleted => (guid("somebody who left"), "User"),
    }
}

fn service(resource: &str) -> (String, &'static str) {
    (guid(resource), "ServicePrincipal")
}

/// May do everything to clusters but fetch the static admin kubeconfig.
fn own_role(desk: &mut Desk<'_>) {
    let id = format!("{}/providers/Microsoft.Authorization/roleDefinitions/{CLUSTER_OPERATOR}", at(&PLATFORM));
    let body = json!({"id": id, "name": CLUSTER_OPERATOR, "type": "Microsoft.Authorization/roleDefinitions",
        "properties": {"roleName": "Nordwind Cluster Operator", "type": "CustomRole",
            "description": "Runs clusters; signs in with Entra ID like everybody else.",
            "assignableScopes": [at(&PRODUCTION), at(&PLATFORM)],
            "permissions": [{
                "actions": ["Microsoft.ContainerService/managedClusters/*"],
                "notActions": [
                    "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action",
                    "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action",
                ],
                "dataActions": [], "notDataActions": []}]}});
    desk.related(lists::DEFINITIONS, &body);
}

fn directory(desk: &mut Desk<'_>) {
    let mut told: BTreeSet<String> = BTreeSet::new();
    let holders = HELD.iter().chain(ELIGIBLE).map(|(who, ..)| *who);
    let objects: Vec<Value> = holders.chain(ADMIN_GROUPS.map(Group)).filter_map(object).collect();
    for body in objects {
        let id = body.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        if told.insert(id.clone()) {
            desk.put(DocumentKind::Principal, &id, lists::DIRECTORY, &body);
        }
    }
    for (app, name, secret, ends) in APPLICATIONS {
        let id = guid(&format!("{name} object"));
        let body = json!({"@odata.type": "#microsoft.graph.application", "id": id, "appId": app, "displayName": name,
            "passwordCredentials": [{"displayName": secret, "endDateTime": ends}]});
        desk.put(DocumentKind::Principal, &id, lists::APPLICATION, &body);
        desk.whole(lists::APPLICATION, &format!("application {app}"));
    }
}

/// What the directory answers for a holder. Identities of vaults and workspaces are told by those resources.
fn object(who: Who) -> Option<Value> {
    let (id, _) = principal(who);
    let body = match who {
        Person(name) => json!({"@odata.type": "#microsoft.graph.user", "id": id, "displayName": name,
            "userPrincipalName": format!("{name}@nordwind.example")}),
        Group(name) => json!({"@odata.type": "#microsoft.graph.group", "id": id, "displayName": name}),
        Pipeline => json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": id,
            "appId": guid("id-deploy-pipeline app"), "displayName": "id-deploy-pipeline",
            "servicePrincipalType": "ManagedIdentity", "alternativeNames": ["isExplicit=True", pipeline()]}),
        GitHub => json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": id,
            "appId": guid("sp-github-deploy app"), "displayName": "sp-github-deploy",
            "servicePrincipalType": "Application"}),
        Vault(_) | Demand | Deleted => return None,
    };
    Some(body)
}
