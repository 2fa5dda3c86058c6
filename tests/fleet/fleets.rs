//! Fleets for tests: from bodies, through a real file, as a person would bring them.

use quay_model::{Outcome, Settings, Verdict};
use quay_pipeline::{Audited, Source, take};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

pub(crate) const MOMENT: &str = "2026-11-23T12:00:00Z";

/// The folder of recordings beside a checkout; CI has it, a clone does not.
pub(crate) fn shared(what: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(what);
    if path.exists() {
        return Some(path);
    }
    println!("skipped: ../shared/{what} is not beside this checkout");
    None
}

/// Audits what stands in one file.
pub(crate) fn audit_text(text: &str) -> Audited {
    let folder = tempdir();
    let path = folder.path().join("collected.json");
    std::fs::write(&path, text).expect("the temporary folder can be written");
    audit_paths(vec![path])
}

pub(crate) fn audit_paths(paths: Vec<PathBuf>) -> Audited {
    let taken = take(&Source::Files(paths), MOMENT, &mut |_| true);
    Audited::of(taken.snapshot, MOMENT, &Settings::default())
}

pub(crate) fn audit_bodies(bodies: &[Value]) -> Audited {
    audit_text(&Value::Array(bodies.to_vec()).to_string())
}

pub(crate) fn tempdir() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

pub(crate) fn cluster_id(name: &str) -> String {
    format!(
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/{name}"
    )
}

/// A cluster in ARM's shape.
pub(crate) fn cluster(name: &str, properties: Value) -> Value {
    json!({"id": cluster_id(name), "name": name, "type": "Microsoft.ContainerService/ManagedClusters",
        "location": "westeurope", "tags": {"owner": "a@b.example"}, "identity": {"type": "SystemAssigned"}, "properties": properties})
}

/// The outcome of one rule on one cluster.
pub(crate) fn outcome(audited: &Audited, rule: &str, name: &str) -> Outcome {
    let id = cluster_id(name);
    let found: Vec<&Verdict> = audited.audit.verdicts.iter().filter(|v| v.rule == rule && v.cluster_id == id).collect();
    assert!(!found.is_empty(), "{rule} gave no verdict on {name}");
    found.iter().map(|v| v.verdict).min().expect("there is one")
}
