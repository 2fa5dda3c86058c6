//! How the sample's bindings came to be: the activity log, the code that declares some, and the roles on offer.

use super::around::{operator, pipeline, vault};
use super::clusters::VAULT_ROLE;
use super::desk::{Desk, at, guid};
use super::{DATA, PLATFORM, PRODUCTION, RETAIL, SANDBOX, SampleSubscription};
use By::{Cli, Deployment, Identity, Operator, Portal};
use quay_model::{DocumentKind, lists};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// As Azure lists them today: `GET .../locations/{location}/trustedAccessRoles`.
const ROLES: &str = include_str!("roles.json");

#[derive(Clone, Copy)]
enum By {
    /// A person, by the part of the address before the company's domain.
    Portal(&'static str),
    Cli(&'static str),
    Deployment(&'static str),
    /// Of a plan of Defender.
    Operator(&'static SampleSubscription, &'static str),
    /// id-deploy-pipeline.
    Identity,
}

/// Cluster, binding, when, and who wrote it; every other binding is older than the log.
const WRITTEN: &[(&str, &str, &str, By)] = &[
    ("ml-pilot-weu", "ml-pilot", "2026-09-14T13:22:41Z", Portal("ada.lind")),
    ("ml-gpu-sec", "ml-demand-copy", "2026-10-27T16:05:09Z", Cli("wei.chen")),
    ("kafka-prod-weu", "aks-backup", "2026-09-02T08:11:30Z", Deployment("wei.chen")),
    ("hub-ingress-weu", "aks-backup", "2026-10-19T05:40:12Z", Identity),
    // the day on which Defender for Containers was told to read clusters without an agent
    ("hub-ingress-weu", "defender-containers", "2026-10-06T09:01:18Z", Operator(&PLATFORM, "Containers")),
    ("hub-ingress-neu", "defender-containers", "2026-10-06T09:01:44Z", Operator(&PLATFORM, "Containers")),
    ("observability-weu", "defender-containers", "2026-10-06T09:02:03Z", Operator(&PLATFORM, "Containers")),
    ("siem-collector-weu", "defender-containers", "2026-10-06T09:02:37Z", Operator(&PLATFORM, "Containers")),
    ("gitops-control-weu", "defender-containers", "2026-10-06T09:03:10Z", Operator(&PLATFORM, "Containers")),
    ("shop-prod-sea", "defender-cloudposture", "2026-09-21T02:17:55Z", Operator(&RETAIL, "CloudPosture")),
];

/// Applications as the log names them.
const PORTAL_APP: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
const CLI_APP: &str = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";

const STATE_FILE: &str = "infra/freight.tfstate";
const TEMPLATE_FILE: &str = "infra/billing.json";
/// Clusters in the Terraform state: whether they are private, and the ranges it names. It declares a binding for backup
/// on each, which tracking-edge-weu lacks, and knows nothing of Defender's.
const IN_STATE: &[(&str, bool, &[&str])] = &[
    ("freight-prod-weu", true, &[]),
    ("freight-prod-neu", true, &[]),
    ("freight-dr-neu", true, &[]),
    ("tracking-prod-weu", false, &["203.0.113.0/28"]),
    ("tracking-edge-weu", false, &["0.0.0.0/32"]),
];

/// What westeurope let the operator of Defender read only later, and the roles it did not offer yet.
const READ_LATER: [&str; 3] = ["secrets", "configmaps", "nodes/proxy"];
const OFFERED_LATER: [&str; 3] =
    ["mdc-response-operator", "microsoft-defender-network-policy-operator", "microsoft-defender-policy-operator"];

pub(crate) fn put(desk: &mut Desk<'_>) {
    for (cluster, binding, when, by) in WRITTEN {
        written(desk, cluster, binding, when, *by);
    }
    for subscription in [&PRODUCTION, &PLATFORM, &DATA, &RETAIL, &SANDBOX] {
        desk.whole(lists::EVENTS, &at(subscription));
    }
    terraform(desk);
    template(desk);
    role_catalogues(desk);
}

fn written(desk: &mut Desk<'_>, cluster: &str, binding: &str, when: &str, by: By) {
    let person = |name: &str| format!("{name}@nordwind.example");
    let (caller, application) = match by {
        Portal(name) => (person(name), PORTAL_APP.to_owned()),
        Cli(name) | Deployment(name) => (person(name), CLI_APP.to_owned()),
        Operator(subscription, plan) => {
            let id = operator(subscription, plan);
            (guid(&id), guid(&format!("{id} app")))
        }
        Identity => (guid(&pipeline()), guid("id-deploy-pipeline app")),
    };
    let id = format!("{}/trustedAccessRoleBindings/{binding}", desk.cluster(cluster));
    let event = |resource: &str, operation: &str| {
        json!({"resourceId": resource, "operationName": {"value": operation}, "status": {"value": "Succeeded"},
            "eventTimestamp": when, "caller": caller, "claims": {"appid": application},
            "correlationId": guid(&format!("{id} {when}"))})
    };
    let write = event(&id, "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write");
    desk.put(DocumentKind::Event, &id, lists::EVENTS, &write);
    if let Deployment(_) = by {
        let group = id.split("/providers/").next().unwrap_or_default();
        let deployment = format!("{group}/providers/Microsoft.Resources/deployments/{binding}");
        let body = event(&deployment, "Microsoft.Resources/deployments/write");
        desk.put(DocumentKind::Event, &deployment, lists::EVENTS, &body);
    }
}

fn terraform(desk: &mut Desk<'_>) {
    const LANGUAGE: &str = "Terraform state";
    let source = vault(&PRODUCTION, "bv-nordwind-weu");
    for (name, private, ranges) in IN_STATE {
        let id = desk.cluster(name);
        let own = name.replace('-', "_");
        let mut body = json!({"thing": "cluster", "language": LANGUAGE, "id": id, "name": name,
            "address": format!("azurerm_kubernetes_cluster.{own}"), "private": private,
            "localAccountsDisabled": true, "azureRbac": true, "runCommandDisabled": true});
        if !ranges.is_empty() {
            body["ranges"] = json!(ranges);
        }
        desk.declared(STATE_FILE, &body);
        let body = json!({"thing": "binding", "language": LANGUAGE, "name": "aks-backup",
            "id": format!("{id}/trustedAccessRoleBindings/aks-backup"), "cluster": id, "source": source,
            "address": format!("azurerm_kubernetes_cluster_trusted_access_role_binding.{own}"),
            "roles": [VAULT_ROLE]});
        desk.declared(STATE_FILE, &body);
    }
}

/// Only a deployment would know what its parameters are.
fn template(desk: &mut Desk<'_>) {
    const LANGUAGE: &str = "ARM template";
    const CLUSTER: &str = "billing-prod-weu";
    const KIND: &str = "Microsoft.ContainerService/managedClusters";
    let unknown = |expression: &str| json!({ "expression": expression });
    let body = json!({"thing": "cluster", "language": LANGUAGE, "address": format!("{KIND}/{CLUSTER}"), "name": CLUSTER,
        "private": unknown("[parameters('privateCluster')]"), "localAccountsDisabled": true, "azureRbac": true});
    desk.declared(TEMPLATE_FILE, &body);
    let body = json!({"thing": "binding", "language": LANGUAGE, "name": "aks-backup", "cluster": CLUSTER,
        "address": format!("{KIND}/trustedAccessRoleBindings/{CLUSTER}/aks-backup"), "roles": [VAULT_ROLE],
        "source": unknown("[resourceId('Microsoft.DataProtection/backupVaults', parameters('vault'))]")});
    desk.declared(TEMPLATE_FILE, &body);
}

fn role_catalogues(desk: &mut Desk<'_>) {
    let today: Value = serde_json::from_str(ROLES).unwrap_or_default();
    let clusters = desk.clusters;
    let locations: BTreeSet<&str> = clusters.iter().map(|cluster| cluster.location).collect();
    for location in locations {
        desk.put(DocumentKind::RoleCatalogue, location, "trustedAccessRoles", &today);
    }
    let mut in_spring = today.clone();
    in_spring["asOf"] = json!("2026-05-18");
    desk.put(DocumentKind::RoleCatalogue, "northeurope", "trustedAccessRoles", &in_spring);
    desk.put(DocumentKind::RoleCatalogue, "westeurope", "trustedAccessRoles", &in_2023(today));
}

fn in_2023(mut roles: Value) -> Value {
    let named = |role: &Value, names: &[&str]| names.iter().any(|name| role["name"] == *name);
    if let Some(Value::Array(all)) = roles.get_mut("value") {
        all.retain(|role| !named(role, &OFFERED_LATER));
        for role in all.iter_mut().filter(|role| named(role, &["microsoft-defender-operator"])) {
            for rule in role["rules"].as_array_mut().into_iter().flatten() {
                if let Some(Value::Array(resources)) = rule.get_mut("resources") {
                    resources.retain(|resource| !READ_LATER.iter().any(|later| resource == later));
                }
            }
        }
    }
    roles["asOf"] = json!("2023-11-27");
    roles
}
