//! The test inputs of other tools through our rules. Where we differ, `docs/peer-disagreements.md` says why; a new or
//! vanished difference fails this test. UPDATE_PEERS=1 prints the table as it would be.

use crate::fleets::{audit_bodies, cluster_id, outcome, shared};
use quay_model::Outcome;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Their check, and the rule of ours that asks the same. Checks that are not here ask what no rule of ours asks yet.
const SAME: [(&str, &str); 31] = [
    ("CKV_AZURE_5", "CRED-03"),
    ("CKV_AZURE_6", "EXP-01"),
    ("CKV_AZURE_7", "HYG-04"),
    ("CKV_AZURE_141", "CRED-01"),
    ("CKV_AZURE_171", "HYG-02"),
    ("ensure-azure-rbac-is-set", "CRED-04"),
    ("ensure-clusters-are-created-with-private-endpoint-enabled-and-public-access-disabled", "EXP-02"),
    ("ensure-clusters-are-created-with-private-nodes", "EXP-02"),
    ("rbac-enabled-cloud", "CRED-03"),
    ("restrict-access-to-the-control-plane-endpoint", "EXP-01"),
    ("rule-cni-enabled-aks", "HYG-04"),
    ("secret-etcd-encryption-cloud", "HYG-06"),
    ("aks_cluster_auto_upgrade_enabled", "HYG-02"),
    ("aks_cluster_local_accounts_disabled", "CRED-01"),
    ("aks_cluster_rbac_enabled", "CRED-03"),
    ("aks_clusters_public_access_disabled", "EXP-02"),
    ("aks_network_policy_enabled", "HYG-04"),
    ("Azure.AKS.AuthorizedIPs", "EXP-01"),
    ("Azure.AKS.AutoUpgrade", "HYG-02"),
    ("Azure.AKS.AzurePolicyAddOn", "HYG-05"),
    ("Azure.AKS.AzureRBAC", "CRED-04"),
    ("Azure.AKS.LocalAccounts", "CRED-01"),
    ("Azure.AKS.ManagedAAD", "CRED-02"),
    ("Azure.AKS.ManagedIdentity", "CRED-05"),
    ("Azure.AKS.NetworkPolicy", "HYG-04"),
    ("Azure.AKS.NodeAutoUpgrade", "HYG-03"),
    ("Azure.AKS.UseRBAC", "CRED-03"),
    ("AZU-0041", "EXP-01"),
    ("AZU-0042", "CRED-03"),
    ("AZU-0043", "HYG-04"),
    ("AZU-0065", "EXP-02"),
];

/// The clusters of one input, in ARM's shape, by the name the expectation uses.
fn clusters(peer: &str, file: &str, text: &str) -> Vec<(String, Value)> {
    let body: Value = serde_json::from_str(text).expect("their inputs are JSON");
    match peer {
        "checkov" => {
            let parameters = body["parameters"].clone();
            let resources = body["resources"].as_array().cloned().unwrap_or_default();
            let of_aks = resources.into_iter().filter(|r| {
                r["type"].as_str().is_some_and(|t| t.eq_ignore_ascii_case("Microsoft.ContainerService/managedClusters"))
            });
            of_aks.map(|resource| ("*".to_owned(), resolve(&resource, &parameters))).collect()
        }
        "kubescape" if body["metadata"]["provider"] == "aks" || file.contains("/aks") => {
            vec![("*".to_owned(), body["data"].clone())]
        }
        "kubescape" => Vec::new(),
        "trivy-checks" => body.as_array().into_iter().flatten().flat_map(trivy).collect(),
        _ => {
            let list = body.as_array().cloned().unwrap_or_default();
            list.into_iter().map(|cluster| (cluster["name"].as_str().unwrap_or_default().to_owned(), cluster)).collect()
        }
    }
}

/// A template's parameter by its default, which is all a file can tell.
fn resolve(value: &Value, parameters: &Value) -> Value {
    match value {
        Value::String(text) => {
            let name = text.strip_prefix("[parameters('").and_then(|rest| rest.strip_suffix("')]"));
            name.and_then(|name| parameters[name].get("defaultValue").cloned()).unwrap_or_else(|| value.clone())
        }
        Value::Array(items) => Value::Array(items.iter().map(|item| resolve(item, parameters)).collect()),
        Value::Object(object) => {
            Value::Object(object.iter().map(|(k, v)| (k.clone(), resolve(v, parameters))).collect())
        }
        other => other.clone(),
    }
}

/// Trivy's own model of a cluster, put back into ARM's words.
fn trivy(case: &Value) -> Vec<(String, Value)> {
    let name = case["name"].as_str().unwrap_or_default();
    let clusters = case["input"]["azure"]["container"]["kubernetesclusters"].as_array().cloned().unwrap_or_default();
    clusters
        .iter()
        .map(|cluster| {
            let ranges: Vec<Value> = cluster["apiserverauthorizedipranges"].as_array().into_iter().flatten().map(|r| r["value"].clone()).collect();
            let properties = json!({
                "provisioningState": "Succeeded",
                "apiServerAccessProfile": {"enablePrivateCluster": cluster["enableprivatecluster"]["value"], "authorizedIPRanges": ranges},
                "enableRBAC": cluster["rolebasedaccesscontrol"]["enabled"]["value"],
                "networkProfile": {"networkPolicy": cluster["networkprofile"]["networkpolicy"]["value"]},
            });
            (name.to_owned(), json!({"name": name, "properties": properties}))
        })
        .collect()
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "PASS",
        Outcome::Fail => "FAIL",
        Outcome::NotApplicable => "NOT_APPLICABLE",
        Outcome::NotAssessed => "NOT_ASSESSED",
    }
}

/// Ours, on the worst of the clusters the input holds.
fn ours(rule: &str, peer: &str, file: &str, resource: &str, text: &str) -> Option<&'static str> {
    let bodies: Vec<Value> = clusters(peer, file, text)
        .into_iter()
        .filter(|(name, _)| resource == "*" || name == resource)
        .map(|(_, mut body)| {
            body["id"] = json!(cluster_id("c"));
            body
        })
        .collect();
    let outcomes = bodies.iter().map(|body| outcome(&audit_bodies(std::slice::from_ref(body)), rule, "c"));
    outcomes.min().map(word)
}

#[test]
fn differences_from_other_tools_are_known_and_explained() {
    let Some(folder) = shared("peers/fixtures") else { return };
    let rows: Vec<Value> =
        serde_json::from_str(&fs::read_to_string(folder.join("expectations.json")).expect("readable")).expect("JSON");
    let same: BTreeMap<&str, &str> = SAME.into_iter().collect();
    let (mut agreed, mut without) = (0, 0);
    let mut differing = BTreeSet::new();
    for row in &rows {
        let text = |key: &str| row[key].as_str().unwrap_or_default();
        let Some(rule) = same.get(text("check")) else {
            without += 1;
            continue;
        };
        let input = fs::read_to_string(folder.join(text("file"))).expect("their input is there");
        let Some(found) = ours(rule, text("peer"), text("file"), text("resource"), &input) else {
            without += 1;
            continue;
        };
        let name = if text("resource") == "*" {
            text("file").rsplit("test/").next().unwrap_or_default().rsplit("resource/").next().unwrap_or_default()
        } else {
            text("resource")
        };
        if found == text("expected") {
            agreed += 1;
        } else {
            differing.insert(format!(
                "| {} | {} | {rule} | {name} | {} | {found} |",
                text("peer"),
                text("check"),
                text("expected")
            ));
        }
    }
    println!(
        "{} expectations: {agreed} agree, {} differ, {without} ask what no rule of ours asks",
        rows.len(),
        differing.len()
    );
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/peer-disagreements.md"))
        .unwrap_or_default();
    // the last column is the reason; the others are the difference
    let listed: BTreeMap<String, &str> = table
        .lines()
        .filter(|line| line.starts_with("| ") && !line.starts_with("| peer") && !line.starts_with("| ---"))
        .filter_map(|line| {
            line.trim_end_matches(" |").rsplit_once(" | ").map(|(row, reason)| (format!("{row} |"), reason))
        })
        .collect();
    if std::env::var_os("UPDATE_PEERS").is_some() {
        differing.iter().for_each(|row| println!("{row} {} |", listed.get(row).unwrap_or(&"")));
    }
    let known: BTreeSet<String> = listed.keys().cloned().collect();
    assert_eq!(differing, known, "differences and their explanations do not match");
    assert!(listed.values().all(|reason| reason.len() > 20), "each difference has a reason");
    assert!(agreed > 100);
}
