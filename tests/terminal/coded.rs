//! Infrastructure code beside what is deployed, in every combination that the help text names.

use crate::runs::{MOMENT, cluster, cluster_id, code, folder, run, said, text, write};
use serde_json::{Value, json};

#[test]
fn code_is_compared_beside_files_and_beside_an_engagement() {
    let dir = folder();
    let files = write(dir.path(), "deployed.json", json!([cluster("a")]).to_string());
    // Azure has an allow-list, the code says that there is none
    let state = json!({"version": 4, "terraform_version": "1.11.4", "resources": [{"mode": "managed", "type": "azurerm_kubernetes_cluster", "name": "a",
        "instances": [{"attributes": {"id": cluster_id("a"), "name": "a", "api_server_access_profile": []}}]}]});
    let state = write(dir.path(), "a.tfstate", state.to_string());
    let engagement = dir.path().join("e.quay");
    for (about, from) in [
        ("files alone", vec!["--files", text(&files)]),
        ("files that are kept", vec!["--files", text(&files), "--engagement", text(&engagement)]),
        ("what is kept", vec!["--engagement", text(&engagement)]),
    ] {
        let out = folder();
        let mut arguments = vec!["audit", "--as-of", MOMENT, "--output", text(out.path()), "--format", "json"];
        arguments.extend(from);
        arguments.extend(["--code", text(&state)]);
        let output = run(&arguments);
        assert_eq!(code(&output), 0, "{about}: {}", said(&output));
        let found = std::fs::read_to_string(out.path().join("findings.json")).expect("written");
        let found: Value = serde_json::from_str(&found).expect("JSON");
        let kinds: Vec<&Value> = found["declared"].as_array().into_iter().flatten().map(|line| &line["kind"]).collect();
        assert_eq!(kinds.iter().filter(|kind| **kind == "different").count(), 1, "{about}: {found}");
    }
    let alone = run(&["audit", "--code", text(&state)]);
    assert_eq!(code(&alone), 2, "{}", said(&alone));
}

#[test]
fn code_that_declares_nothing_is_said_and_nothing_is_kept() {
    let dir = folder();
    let files = write(dir.path(), "deployed.json", json!([cluster("a")]).to_string());
    let engagement = dir.path().join("e.quay");
    let output = run(&["audit", "--files", text(&files), "--engagement", text(&engagement), "--code", text(&files)]);
    assert_eq!(code(&output), 1);
    assert!(said(&output).contains("declare no AKS cluster"), "{}", said(&output));
}
