//! The scenarios the product exists for, from the documents a person brings to the verdict, the plan and the PDF page.

use crate::runs::{MOMENT, cluster_id, code, folder, run, said, text, verdict, write};
use serde_json::{Value, json};
use std::process::Command;

const SUB: &str = "/subscriptions/11111111-1111-1111-1111-111111111111";

fn id(group: &str, kind: &str, name: &str) -> String {
    format!("{SUB}/resourceGroups/{group}/providers/{kind}/{name}")
}

fn vault(name: &str) -> String {
    id("rg-b", "Microsoft.DataProtection/backupVaults", name)
}

fn workspace(name: &str) -> String {
    id("rg-m", "Microsoft.MachineLearningServices/workspaces", name)
}

fn cluster(name: &str, properties: Value) -> Value {
    let mut body = json!({"id": cluster_id(name), "name": name, "location": "westeurope", "type": "Microsoft.ContainerService/ManagedClusters",
        "tags": {"owner": "ada@example.com"}, "properties": {"provisioningState": "Succeeded"}});
    for (key, value) in properties.as_object().into_iter().flatten() {
        body["properties"][key] = value.clone();
    }
    body
}

fn binding(cluster: &str, name: &str, source: &str, roles: &[&str]) -> Value {
    json!({"id": format!("{}/trustedAccessRoleBindings/{name}", cluster_id(cluster)), "name": name,
        "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
        "properties": {"provisioningState": "Succeeded", "sourceResourceId": source, "roles": roles}})
}

fn exchange(url: &str, status: u16, body: &Value) -> Value {
    json!({"request": {"method": "GET", "url": format!("https://management.azure.com{url}?api-version=2025-10-01")},
        "response": {"status": status, "body": body}})
}

/// The bindings of one cluster, as the call for it answered.
fn bindings(cluster: &str, all: &[Value]) -> Value {
    exchange(&format!("{}/trustedAccessRoleBindings", cluster_id(cluster)), 200, &json!({"value": all}))
}

const BACKUP: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const ML: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
const INFERENCE: &str = "Microsoft.MachineLearningServices/workspaces/inference-v1";

/// Audits the documents; answers findings.json and the text of the report.
fn audited(documents: &[Value]) -> (Value, String) {
    let (put, out) = (folder(), folder());
    for (number, document) in documents.iter().enumerate() {
        write(put.path(), &format!("{number:02}.json"), document.to_string());
    }
    let output = run(&[
        "audit",
        "--as-of",
        MOMENT,
        "--output",
        text(out.path()),
        "--format",
        "json,pdf",
        "--files",
        text(put.path()),
    ]);
    assert_eq!(code(&output), 0, "{}", said(&output));
    let findings = std::fs::read_to_string(out.path().join("findings.json")).expect("findings.json");
    let pdf = Command::new("pdftotext").arg("-layout").arg(out.path().join("report.pdf")).arg("-").output();
    let page = pdf.map(|ran| String::from_utf8_lossy(&ran.stdout).into_owned()).unwrap_or_default();
    (serde_json::from_str(&findings).expect("JSON"), page)
}

/// In findings.json, and as words on a page.
fn fails(found: &(Value, String), rule: &str, resource: &str, heading: &str, severity: &str) {
    let verdicts = found.0["verdicts"].as_array().cloned().unwrap_or_default();
    let of = verdicts.iter().find(|v| v["rule"] == rule && v["resourceId"] == resource);
    let of = of.unwrap_or_else(|| unreachable!("{rule} gave no verdict on {resource}"));
    assert_eq!(
        (of["verdict"].as_str(), of["severity"].as_str()),
        (Some("fail"), Some(severity)),
        "{rule}: {}",
        of["reason"]
    );
    assert!(of["evidence"].as_array().is_some_and(|all| !all.is_empty()), "{rule} shows evidence");
    assert_eq!(of["owner"], "ada@example.com", "findings carry their owner");
    if found.1.is_empty() {
        println!("skipped: pdftotext is not installed, so the page was not read");
    } else {
        assert!(found.1.contains(&format!("{rule} {heading}")), "the report has a page on {rule}");
    }
}

fn plan_titles(findings: &Value, cluster: &str) -> Vec<String> {
    let plans = findings["closingPlans"].as_array().cloned().unwrap_or_default();
    let plan = plans.into_iter().find(|plan| plan["clusterId"] == cluster_id(cluster)).unwrap_or_default();
    plan["steps"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|step| step["title"].as_str().map(str::to_owned))
        .collect()
}

#[test]
fn backup_of_a_private_cluster_needs_its_binding() {
    let private =
        cluster("priv", json!({"privateFQDN": "p", "apiServerAccessProfile": {"enablePrivateCluster": true}}));
    let instance = json!({"id": format!("{}/backupInstances/priv", vault("v")), "properties": {"currentProtectionState": "ProtectionConfigured",
        "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": cluster_id("priv")}}});
    let instances = exchange(&format!("{}/backupInstances", vault("v")), 200, &json!({"value": [instance]}));
    let found = audited(&[json!([private]), bindings("priv", &[]), instances.clone()]);
    fails(&found, "TA-01", &cluster_id("priv"), "Service without its Trusted Access binding", "high");
    let titles = plan_titles(&found.0, "priv");
    assert_eq!(titles.first().map(String::as_str), Some("Give Azure Backup (v) a binding"), "{titles:?}");
    // and with it the finding is gone, though the other services were not read
    let private =
        cluster("priv", json!({"privateFQDN": "p", "apiServerAccessProfile": {"enablePrivateCluster": true}}));
    let (bound, _) =
        audited(&[json!([private]), bindings("priv", &[binding("priv", "b", &vault("v"), &[BACKUP])]), instances]);
    assert_eq!(verdict(&bound, "TA-01", &cluster_id("priv")), "not-assessed", "Defender and ML were not read");
    assert_eq!(verdict(&bound, "TA-04", &format!("{}/trustedAccessRoleBindings/b", cluster_id("priv"))), "pass");
}

#[test]
fn agentless_defender_needs_its_binding() {
    let plans = json!({"value": [{"id": format!("{SUB}/providers/Microsoft.Security/pricings/CloudPosture"), "name": "CloudPosture",
        "type": "Microsoft.Security/pricings", "properties": {"pricingTier": "Standard", "extensions": [{"name": "AgentlessDiscoveryForKubernetes", "isEnabled": "True"}]}}]});
    let listed = exchange(&format!("{SUB}/providers/Microsoft.Security/pricings"), 200, &plans);
    let found = audited(&[json!([cluster("c", json!({"fqdn": "c"}))]), bindings("c", &[]), listed]);
    fails(&found, "TA-01", &cluster_id("c"), "Service without its Trusted Access binding", "high");
    let titles = plan_titles(&found.0, "c");
    assert!(titles.iter().any(|title| title.starts_with("Give Defender CSPM")), "{titles:?}");
}

#[test]
fn a_workspace_on_a_private_inference_cluster_needs_its_binding() {
    let private = cluster(
        "inf",
        json!({"privateFQDN": "p", "apiServerAccessProfile": {"enablePrivateCluster": true}, "disableLocalAccounts": true,
        "aadProfile": {"managed": true}}),
    );
    let compute = json!({"id": format!("{}/computes/inf", workspace("w")), "properties": {"computeType": "Kubernetes", "resourceId": cluster_id("inf")}});
    let computes = exchange(&format!("{}/computes", workspace("w")), 200, &json!({"value": [compute]}));
    let found = audited(&[json!([private]), bindings("inf", &[]), computes]);
    fails(&found, "TA-01", &cluster_id("inf"), "Service without its Trusted Access binding", "high");
    assert!(found.0["verdicts"].to_string().contains(ML), "the role it needs is named");
}

#[test]
fn a_decommissioned_vault_leaves_its_binding() {
    let gone = exchange(
        &vault("old"),
        404,
        &json!({"error": {"code": "ResourceNotFound", "message": "The Resource was not found."}}),
    );
    let documents = |answer: Value| {
        [
            json!([cluster("c", json!({"fqdn": "c"}))]),
            bindings("c", &[binding("c", "old-backup", &vault("old"), &[BACKUP])]),
            answer,
        ]
    };
    let found = audited(&documents(gone));
    let resource = format!("{}/trustedAccessRoleBindings/old-backup", cluster_id("c"));
    fails(&found, "TA-03", &resource, "Binding for a source that is gone", "high");
    let denied = exchange(&vault("old"), 403, &json!({"error": {"code": "AuthorizationFailed", "message": "no"}}));
    assert_eq!(
        verdict(&audited(&documents(denied)).0, "TA-03", &resource),
        "not-assessed",
        "403 is unknown, never gone"
    );
}

#[test]
fn an_admin_level_role_in_a_binding_is_critical() {
    let documents = |kind: &str| {
        let compute = json!({"id": format!("{}/computes/c", workspace("w")), "properties": {"computeType": kind, "resourceId": cluster_id("c")}});
        let computes = exchange(&format!("{}/computes", workspace("w")), 200, &json!({"value": [compute]}));
        [
            json!([cluster("c", json!({"fqdn": "c"}))]),
            bindings("c", &[binding("c", "ml", &workspace("w"), &[ML, INFERENCE])]),
            computes,
        ]
    };
    let found = audited(&documents("Kubernetes"));
    let resource = format!("{}/trustedAccessRoleBindings/ml", cluster_id("c"));
    fails(&found, "TA-02", &resource, "Trusted Access binding wider than its service needs", "critical");
    assert_eq!(verdict(&audited(&documents("AKS")).0, "TA-02", &resource), "pass", "SDK v1 needs that role");
}

#[test]
fn a_binding_made_in_the_portal_stands_out_beside_coded_ones() {
    let two = [binding("c", "by-code", &vault("v"), &[BACKUP]), binding("c", "by-hand", &workspace("w"), &[ML])];
    let event = json!({"id": "/subscriptions/x/events/1", "eventTimestamp": "2026-11-01T10:00:00Z", "caller": "ada@example.com", "correlationId": "k1",
        "operationName": {"value": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write"}, "status": {"value": "Succeeded"},
        "claims": {"appid": "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"}, "resourceId": format!("{}/trustedAccessRoleBindings/by-hand", cluster_id("c"))});
    let state = json!({"version": 4, "terraform_version": "1.11.4", "resources": [{"mode": "managed", "type": "azurerm_kubernetes_cluster_trusted_access_role_binding", "name": "b",
        "instances": [{"attributes": {"id": format!("{}/trustedAccessRoleBindings/by-code", cluster_id("c")), "name": "by-code", "kubernetes_cluster_id": cluster_id("c"),
            "source_resource_id": vault("v"), "roles": [BACKUP]}}]}]});
    let log = exchange(
        &format!("{SUB}/providers/Microsoft.Insights/eventtypes/management/values"),
        200,
        &json!({"value": [event]}),
    );
    let found = audited(&[json!([cluster("c", json!({"fqdn": "c"}))]), bindings("c", &two), log, state]);
    let of = |name: &str| format!("{}/trustedAccessRoleBindings/{name}", cluster_id("c"));
    fails(&found, "TA-10", &of("by-hand"), "Binding made by hand", "medium");
    assert_eq!(verdict(&found.0, "TA-10", &of("by-code")), "pass");
    let drift = found.0["declared"].as_array().cloned().unwrap_or_default();
    assert!(drift.iter().any(|line| line["kind"] == "undeclared" && line["what"] == "by-hand"), "{drift:?}");
}

#[test]
fn an_allow_list_kept_beside_trusted_access_is_found() {
    let listed =
        cluster("c", json!({"fqdn": "c", "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}));
    let found = audited(&[json!([listed]), bindings("c", &[binding("c", "b", &vault("v"), &[BACKUP])])]);
    fails(&found, "EXP-08", &cluster_id("c"), "Old allow-list kept beside Trusted Access", "medium");
}
