//! Runs the program.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

pub(crate) const MOMENT: &str = "2026-11-23T12:00:00Z";

pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quaymaster"));
    command.env_remove("RUST_BACKTRACE");
    command
}

pub(crate) fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program starts")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

pub(crate) fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub(crate) fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Audits `paths` and answers the code, what was said, and findings.json.
pub(crate) fn audit(paths: &[&Path]) -> (i32, String, Value) {
    let out = folder();
    let mut arguments = vec!["audit", "--as-of", MOMENT, "--output", text(out.path()), "--format", "json", "--files"];
    arguments.extend(paths.iter().map(|path| text(path)));
    let output = run(&arguments);
    let findings =
        std::fs::read_to_string(out.path().join("findings.json")).ok().and_then(|t| serde_json::from_str(&t).ok());
    (code(&output), said(&output), findings.unwrap_or(Value::Null))
}

pub(crate) fn cluster(name: &str) -> Value {
    json!({"id": cluster_id(name), "name": name, "location": "westeurope", "type": "Microsoft.ContainerService/ManagedClusters",
        "properties": {"provisioningState": "Succeeded", "fqdn": format!("{name}.hcp"), "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}})
}

pub(crate) fn cluster_id(name: &str) -> String {
    format!(
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/{name}"
    )
}

pub(crate) fn binding(cluster: &str, name: &str) -> Value {
    json!({"id": format!("{}/trustedAccessRoleBindings/{name}", cluster_id(cluster)), "name": name,
        "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
        "properties": {"provisioningState": "Succeeded", "roles": ["Microsoft.DataProtection/backupVaults/backup-operator"],
            "sourceResourceId": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v"}})
}

pub(crate) fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the temporary folder can be written");
    path
}

pub(crate) fn clusters_in(findings: &Value) -> u64 {
    findings["coverage"]["clusters"].as_u64().unwrap_or(0)
}

pub(crate) fn gaps_in(findings: &Value) -> Vec<String> {
    findings["coverage"]["gaps"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|gap| format!("{} {} {}", gap["scope"], gap["reason"], gap["message"]))
        .collect()
}

pub(crate) fn verdict(findings: &Value, rule: &str, resource: &str) -> String {
    let verdicts = findings["verdicts"].as_array().cloned().unwrap_or_default();
    let found = verdicts.iter().find(|v| v["rule"] == rule && v["resourceId"] == resource);
    found.map(|v| v["verdict"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
}
