//! Real clusters and bindings, as Azure answered.

use crate::fleets::{audit_text, shared};
use flate2::read::GzDecoder;
use quay_model::{Fleet, Outcome};
use quay_pipeline::{Audited, RULES};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::Read;

/// Azure makes one of each: no two clusters share a name in DNS.
fn fqdn(cluster: &Value) -> String {
    let name = |key: &str| {
        cluster.pointer(&format!("/properties/{key}")).and_then(Value::as_str).unwrap_or_default().to_lowercase()
    };
    let id = cluster["id"].as_str().unwrap_or_default().to_lowercase();
    format!("{id} {}", if name("fqdn").is_empty() { name("privateFQDN") } else { name("fqdn") })
}

/// Every cluster has a verdict on every rule, and every verdict stands on evidence.
fn assert_nothing_is_lost(audited: &Audited, expected: usize) {
    assert_eq!(audited.fleet.clusters.len(), expected, "clusters were lost or merged");
    let mut seen: BTreeMap<(&str, &str), BTreeSet<&str>> = BTreeMap::new();
    for verdict in &audited.audit.verdicts {
        assert!(
            verdict.verdict == Outcome::NotApplicable || !verdict.evidence.is_empty(),
            "{verdict:?} has no evidence"
        );
        assert!(!verdict.reason.is_empty());
        seen.entry((&verdict.cluster_id, &verdict.instance)).or_default().insert(&verdict.rule);
    }
    assert_eq!(seen.len(), expected);
    for (cluster, rules) in &seen {
        assert_eq!(rules.len(), RULES.len(), "{cluster:?} lacks a verdict");
    }
    println!("{expected} clusters, {} verdicts", audited.audit.verdicts.len());
}

#[test]
fn all_chosen_clusters_get_a_verdict_on_every_rule() {
    let Some(path) = shared("domain/data/real-clusters.json") else { return };
    let records: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    let clusters: Vec<&Value> = records.iter().map(|record| &record["cluster"]).collect();
    let distinct: BTreeSet<String> = clusters.iter().map(|cluster| fqdn(cluster)).collect();
    let audited = audit_text(&serde_json::to_string(&clusters).expect("JSON"));
    assert!(distinct.len() >= 496, "the file holds {} clusters", distinct.len());
    assert_nothing_is_lost(&audited, distinct.len());
}

#[test]
fn all_recorded_clusters_get_a_verdict_on_every_rule() {
    let Some(path) = shared("domain/data/real-clusters-all.jsonl.gz") else { return };
    let mut text = String::new();
    GzDecoder::new(File::open(path).expect("readable")).read_to_string(&mut text).expect("gzip");
    let lines: Vec<String> =
        text.lines().map(|line| serde_json::from_str::<Value>(line).expect("JSON")["cluster"].to_string()).collect();
    assert_eq!(lines.len(), 4243);
    let audited = audit_text(&lines.join("\n"));
    assert_nothing_is_lost(&audited, 4243);
}

#[test]
fn recorded_bindings_are_read_and_judged() {
    let Some(path) = shared("domain/data/trusted-access-exchanges.json") else { return };
    let exchanges: Vec<Value> = serde_json::from_str(&std::fs::read_to_string(path).expect("readable")).expect("JSON");
    let mut bindings: BTreeMap<String, Value> = BTreeMap::new();
    for exchange in &exchanges {
        let body = &exchange["response"]["body"];
        let listed = body["value"].as_array().cloned().unwrap_or_default();
        for body in listed.iter().chain([body]) {
            let id = body["id"].as_str().unwrap_or_default().to_lowercase();
            if id.contains("/trustedaccessrolebindings/") {
                bindings.insert(id, body.clone());
            }
        }
    }
    assert!(bindings.len() >= 3, "{} bindings in the recording", bindings.len());
    let mut bodies: Vec<Value> = bindings.values().cloned().collect();
    let clusters: BTreeSet<String> =
        bindings.keys().filter_map(|id| id.split("/trustedaccessrolebindings").next()).map(str::to_owned).collect();
    bodies.extend(
        clusters.iter().map(|id| serde_json::json!({"id": id, "properties": {"provisioningState": "Succeeded"}})),
    );
    let audited = audit_text(&Value::Array(bodies).to_string());
    for id in bindings.keys() {
        let judged: Vec<_> = audited.audit.verdicts.iter().filter(|v| v.resource_id.to_lowercase() == *id).collect();
        for rule in ["TA-02", "TA-06", "TA-07", "TA-13"] {
            assert!(judged.iter().any(|v| v.rule == rule && v.verdict != Outcome::NotApplicable), "{rule} on {id}");
        }
    }
}

#[test]
fn recorded_exchanges_are_recognised_as_they_are() {
    let Some(path) = shared("domain/data/trusted-access-exchanges.json") else { return };
    let audited = audit_text(&std::fs::read_to_string(path).expect("readable"));
    let Fleet { gaps, role_catalogues, .. } = &audited.fleet;
    assert!(
        role_catalogues.iter().any(|c| c.location == "eastus" && c.roles.len() >= 7),
        "the catalogue of eastus was read"
    );
    assert!(!gaps.is_empty(), "bindings without their clusters, and exchanges that are no GET, are said");
}
