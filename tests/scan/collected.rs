//! The same world as collected files: every list as a recorded exchange, with the question that it answers.

use quay_azure::World;
use serde_json::{Value, json};
use std::fs::File;
use std::io::Write;
use std::path::Path;

const ARM: &str = "https://management.azure.com";
const CLUSTERS: &str = "microsoft.containerservice/managedclusters";

/// What is listed of a subscription.
const OF_SUBSCRIPTIONS: [&str; 21] = [
    "microsoft.dataprotection/backupvaults",
    "microsoft.machinelearningservices/workspaces",
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.security/pricings",
    "microsoft.authorization/roleassignments",
    "microsoft.authorization/roledefinitions",
    "microsoft.authorization/roleeligibilityscheduleinstances",
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policyexemptions",
    "microsoft.authorization/policydefinitions",
    "microsoft.authorization/policysetdefinitions",
    "microsoft.network/privateendpoints",
    "microsoft.network/virtualnetworks",
    "microsoft.network/virtualnetworkgateways",
    "microsoft.network/bastionhosts",
    "microsoft.network/networkinterfaces",
    "microsoft.compute/virtualmachines",
    "microsoft.eventgrid/systemtopics",
    "microsoft.dashboard/grafana",
    "microsoft.insights/datacollectionrules",
    "microsoft.managedservices/registrationassignments",
];

/// What is listed of a resource of a type, and where below it.
const BELOW: [(&str, &str, &str); 11] = [
    (
        "microsoft.dataprotection/backupvaults",
        "backupInstances",
        "microsoft.dataprotection/backupvaults/backupinstances",
    ),
    (
        "microsoft.machinelearningservices/workspaces",
        "computes",
        "microsoft.machinelearningservices/workspaces/computes",
    ),
    ("microsoft.security/pricings", "securityOperators", "microsoft.security/pricings/securityoperators"),
    (CLUSTERS, "trustedAccessRoleBindings", "microsoft.containerservice/managedclusters/trustedaccessrolebindings"),
    (CLUSTERS, "providers/Microsoft.Insights/diagnosticSettings", "microsoft.insights/diagnosticsettings"),
    (
        CLUSTERS,
        "providers/Microsoft.KubernetesConfiguration/extensions",
        "microsoft.kubernetesconfiguration/extensions",
    ),
    (
        CLUSTERS,
        "providers/Microsoft.Insights/dataCollectionRuleAssociations",
        "microsoft.insights/datacollectionruleassociations",
    ),
    (
        CLUSTERS,
        "providers/Microsoft.KubernetesConfiguration/fluxConfigurations",
        "microsoft.kubernetesconfiguration/fluxconfigurations",
    ),
    (CLUSTERS, "providers/Microsoft.Chaos/targets", "microsoft.chaos/targets"),
    (CLUSTERS, "managedNamespaces", "microsoft.containerservice/managedclusters/managednamespaces"),
    (CLUSTERS, "jwtAuthenticators", "microsoft.containerservice/managedclusters/jwtauthenticators"),
];

const STATES: &str = "policyresources | where type =~ 'microsoft.policyinsights/policystates' and properties.resourceType =~ 'microsoft.containerservice/managedclusters' | project id, name, type, properties | order by id asc";

/// One exchange a line.
pub(crate) fn write(world: &World, versions: &Value, folder: &Path) {
    let mut file = File::create(folder.join("all.jsonl")).expect("a file");
    let mut keep = |exchange: Value| writeln!(file, "{exchange}").expect("written");
    for subscription in &world.subscriptions {
        let scope = subscription["id"].as_str().expect("an id");
        keep(answered(scope, subscription.clone()));
        keep(listed(&format!("{scope}/resourceGroups"), world.below(scope, "").cloned().collect()));
        for kind in OF_SUBSCRIPTIONS {
            let mut items: Vec<Value> = world.below(scope, kind).cloned().collect();
            if kind.ends_with("/roledefinitions") {
                // what is built in stands above all subscriptions, and in each of their lists
                let built_in = world.all().filter(|(id, _)| id.starts_with("/providers/microsoft.authorization/"));
                items.extend(built_in.map(|(_, definition)| definition.clone()));
            }
            keep(listed(&format!("{scope}/providers/{kind}"), items));
        }
        for cluster in world.below(scope, CLUSTERS) {
            keep(cluster.clone());
        }
        for (parent, path, kind) in BELOW {
            for resource in world.below(scope, parent) {
                let id = resource["id"].as_str().expect("an id");
                keep(listed(&format!("{id}/{path}"), world.below(id, kind).cloned().collect()));
            }
        }
        keep(states(world, scope));
        let own = |event: &&Value| event["subscriptionId"] == subscription["subscriptionId"];
        let events: Vec<Value> = world.events.iter().filter(own).cloned().collect();
        let log = format!("{scope}/providers/Microsoft.Insights/eventtypes/management/values");
        let filter = "&$filter=eventTimestamp%20ge%20%272026-09-01T00:00:00Z%27";
        keep(exchange(&format!("{log}?api-version=2015-04-01{filter}"), 200, json!({ "value": events })));
    }
    let first = world.subscriptions.first().and_then(|subscription| subscription["id"].as_str()).unwrap_or_default();
    for location in ["westeurope", "eastus", "southeastasia"] {
        let place = format!("{first}/providers/Microsoft.ContainerService/locations/{location}");
        keep(answered(&format!("{place}/trustedAccessRoles"), world.roles.clone()));
        keep(answered(&format!("{place}/kubernetesVersions"), versions.clone()));
    }
    for (id, binding) in world.all().filter(|(id, _)| id.contains("/trustedaccessrolebindings/")) {
        let source = binding["properties"]["sourceResourceId"].as_str().unwrap_or_else(|| unreachable!("{id}"));
        if world.get(source).is_none() && !source.contains("/securityOperators/") {
            let gone = json!({"error": {"code": "ResourceNotFound", "message": "It was not found."}});
            keep(exchange(&format!("{source}?api-version=2024-04-01"), 404, gone));
        }
    }
}

fn states(world: &World, scope: &str) -> Value {
    let id = scope.rsplit('/').next().unwrap_or_default();
    let rows: Vec<&Value> = world.below(scope, "microsoft.policyinsights/policystates").collect();
    let body = json!({"totalRecords": rows.len(), "count": rows.len(), "data": rows, "facets": [], "resultTruncated": "false"});
    let url = format!("{ARM}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01");
    json!({"request": {"method": "POST", "url": url, "body": {"subscriptions": [id], "query": STATES}},
        "response": {"status": 200, "body": body}})
}

fn listed(path: &str, items: Vec<Value>) -> Value {
    answered(path, json!({ "value": items }))
}

fn answered(path: &str, body: Value) -> Value {
    exchange(&format!("{path}?api-version=2025-10-01"), 200, body)
}

fn exchange(target: &str, status: u16, body: Value) -> Value {
    json!({"request": {"method": "GET", "url": format!("{ARM}{target}")}, "response": {"status": status, "body": body}})
}
