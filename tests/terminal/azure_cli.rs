//! A client that is not ours against the simulator: the Azure CLI reads the fleet, lends its sign-in, and collects files.

use crate::scanning::{CLIENT, Lab, SECRET, code, said};
use quay_azure::generate;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The `az` of this machine; the tests install it beside the build.
fn az(lab: &Lab) -> Option<impl Fn(&[&str]) -> Output> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/az/bin/az");
    let program = if beside.exists() { beside } else { PathBuf::from("az") };
    let found = Command::new(&program)
        .arg("version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|s| s.success());
    if !found {
        println!("skipped: the Azure CLI is not on this machine (pip install azure-cli)");
        return None;
    }
    let (folder, origin, tenant) = (lab.folder.path().to_owned(), lab.azure.origin().to_owned(), lab.tenant.clone());
    let run = move |arguments: &[&str]| {
        let mut command = Command::new(&program);
        command.args(arguments).current_dir(&folder).stdin(Stdio::null());
        environment(&mut command, &folder).output().expect("az runs")
    };
    let setup: [&[&str]; 4] = [
        &["config", "set", "core.instance_discovery=false", "core.collect_telemetry=false", "--only-show-errors"],
        &[
            "cloud",
            "register",
            "-n",
            "quay",
            "--endpoint-resource-manager",
            &origin,
            "--endpoint-active-directory",
            &origin,
            "--endpoint-active-directory-resource-id",
            &origin,
            "--endpoint-active-directory-graph-resource-id",
            &origin,
            "--endpoint-microsoft-graph-resource-id",
            &origin,
            "--endpoint-management",
            &origin,
        ],
        &["cloud", "set", "-n", "quay"],
        &["login", "--service-principal", "-u", CLIENT, "-p", SECRET, "--tenant", &tenant],
    ];
    for step in setup {
        let done = run(step);
        assert!(done.status.success(), "az {}: {}", step[0], said(&done));
    }
    Some(run)
}

fn environment<'a>(command: &'a mut Command, folder: &Path) -> &'a mut Command {
    command
        .env("AZURE_CONFIG_DIR", folder.join("azure"))
        .env("REQUESTS_CA_BUNDLE", folder.join("ca.pem"))
        .env("PYTHONWARNINGS", "ignore")
}

#[test]
fn the_azure_cli_itself_reads_the_fleet_from_the_simulator() {
    let lab = Lab::small(8, 2);
    let Some(az) = az(&lab) else { return };
    let json = |arguments: &[&str]| -> serde_json::Value {
        let output = az(arguments);
        assert!(output.status.success(), "az {arguments:?}: {}", said(&output));
        serde_json::from_slice(&output.stdout).expect("JSON")
    };
    let world = generate(8, 2, 7);
    let subscription = "00000000-0000-4000-8000-000000000000";
    let clusters = json(&["aks", "list", "--subscription", subscription, "-o", "json"]);
    assert_eq!(clusters.as_array().map(Vec::len), Some(4));
    let bound = world
        .all()
        .find(|(id, _)| id.contains(subscription) && id.contains("/trustedaccessrolebindings/"))
        .map(|(id, _)| id.clone());
    let bound = bound.expect("a cluster of the fleet has a binding");
    let part = |at: usize| bound.split('/').nth(at).expect("an id").to_owned();
    let bindings = json(&[
        "aks",
        "trustedaccess",
        "rolebinding",
        "list",
        "--subscription",
        subscription,
        "-g",
        &part(4),
        "--cluster-name",
        &part(8),
        "-o",
        "json",
    ]);
    assert!(bindings.as_array().is_some_and(|list| list.iter().any(|b| b["name"] == part(10).as_str())), "{bindings}");
    let url = format!("{}/providers/Microsoft.ResourceGraph/resources?api-version=2024-04-01", lab.azure.origin());
    let query = r#"{"query": "resources | where type =~ 'microsoft.containerservice/managedclusters' | project id | order by id asc"}"#;
    let rows = json(&["rest", "--method", "post", "--url", &url, "--resource", lab.azure.origin(), "--body", query]);
    assert_eq!(rows["totalRecords"], 8);
    println!("az listed {} clusters, {} bindings, {} rows", 4, bindings.as_array().map_or(0, Vec::len), rows["count"]);

    // whoever did `az login` can scan with it
    let mut by_cli = lab.command(&[
        "scan",
        "--tenant",
        &lab.tenant,
        "--credential",
        "azure-cli",
        "--cloud",
        "cloud.json",
        "--memory-only",
    ]);
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/az/bin");
    let path = format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    let by_cli = environment(&mut by_cli, lab.folder.path()).env("PATH", path).output().expect("it runs");
    assert!(code(&by_cli) == Some(0) && said(&by_cli).contains("8 clusters"), "{}", said(&by_cli));
}

#[test]
fn what_the_script_collects_opens_as_files_and_is_whole() {
    let lab = Lab::small(3, 1);
    if az(&lab).is_none() {
        return;
    }
    let script = lab.command(&["collect-script"]).output().expect("it runs");
    std::fs::write(lab.path("collect.sh"), &script.stdout).expect("written");
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/az/bin");
    let path = format!("{}:{}", beside.display(), std::env::var("PATH").unwrap_or_default());
    let mut bash = Command::new("bash");
    let collected =
        environment(bash.args(["collect.sh", "collected"]).current_dir(lab.folder.path()), lab.folder.path())
            .env("PATH", path)
            .output()
            .expect("bash runs");
    assert!(collected.status.success(), "{}", said(&collected));
    let place = if lab.path("collected.zip").exists() { "collected.zip" } else { "collected" };
    let audited = lab.command(&["audit", "--files", place]).output().expect("it runs");
    assert_eq!(code(&audited), Some(0), "{}", said(&audited));
    // what only the directory or the log would tell stays open, and says so
    let words = said(&audited);
    assert!(words.contains("3 clusters, ") && words.contains(" of tests assessed, 0 gaps"), "{words}");
    for request in lab.azure.log() {
        assert!(
            request.method == "GET" || request.target.contains("/oauth2/"),
            "{} {}",
            request.method,
            request.target
        );
    }
}
