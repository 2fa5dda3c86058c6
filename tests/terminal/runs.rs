//! Runs the program.

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

pub const MOMENT: &str = "2026-11-23T12:00:00Z";

pub fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quaymaster"));
    command.env_remove("RUST_BACKTRACE");
    command
}

pub fn run(arguments: &[&str]) -> Output {
    program().args(arguments).output().expect("the program starts")
}

pub fn code(output: &Output) -> i32 {
    output.status.code().expect("it ended by itself")
}

pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

pub fn text(path: &Path) -> &str {
    path.to_str().expect("temporary folders have plain names")
}

pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder can be made")
}

/// Audits `paths` and answers the code, what was said, and findings.json.
pub fn audit(paths: &[&Path]) -> (i32, String, Value) {
    let out = folder();
    let mut arguments = vec!["audit", "--as-of", MOMENT, "--output", text(out.path()), "--format", "json", "--files"];
    arguments.extend(paths.iter().map(|path| text(path)));
    let output = run(&arguments);
    let findings =
        std::fs::read_to_string(out.path().join("findings.json")).ok().and_then(|t| serde_json::from_str(&t).ok());
    (code(&output), said(&output), findings.unwrap_or(Value::Null))
}

pub fn cluster(name: &str) -> Value {
    json!({"id": cluster_id(name), "name": name, "location": "westeurope", "type": "Microsoft.ContainerService/ManagedClusters",
        "properties": {"provisioningState": "Succeeded", "fqdn": format!("{name}.hcp"), "apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}})
}

pub fn cluster_id(name: &str) -> String {
    format!(
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerService/managedClusters/{name}"
    )
}

pub fn binding(cluster: &str, name: &str) -> Value {
    json!({"id": format!("{}/trustedAccessRoleBindings/{name}", cluster_id(cluster)), "name": name,
        "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
        "properties": {"provisioningState": "Succeeded", "roles": ["Microsoft.DataProtection/backupVaults/backup-operator"],
            "sourceResourceId": "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v"}})
}

pub fn write(folder: &Path, name: &str, bytes: impl AsRef<[u8]>) -> std::path::PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).expect("the temporary folder can be written");
    path
}

pub fn clusters_in(findings: &Value) -> u64 {
    findings["coverage"]["clusters"].as_u64().unwrap_or(0)
}

pub fn gaps_in(findings: &Value) -> Vec<String> {
    findings["coverage"]["gaps"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|gap| format!("{} {} {}", gap["scope"], gap["reason"], gap["message"]))
        .collect()
}

pub fn verdict(findings: &Value, rule: &str, resource: &str) -> String {
    let verdicts = findings["verdicts"].as_array().cloned().unwrap_or_default();
    let found = verdicts.iter().find(|v| v["rule"] == rule && v["resourceId"] == resource);
    found.map(|v| v["verdict"].as_str().unwrap_or_default().to_owned()).unwrap_or_default()
}
