//! Engagement files from the terminal: kept, audited again, safe against being killed.

use crate::runs::{MOMENT, cluster, code, folder, program, run, said, text, write};
use serde_json::{Value, json};
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

#[test]
fn a_kept_snapshot_can_be_audited_again_without_its_source() {
    let dir = folder();
    let source = write(dir.path(), "a.json", json!([cluster("a")]).to_string());
    let engagement = dir.path().join("e.quay");
    assert_eq!(
        code(&run(&["audit", "--files", text(&source), "--engagement", text(&engagement), "--as-of", MOMENT])),
        0
    );
    std::fs::remove_file(&source).expect("removable");
    let out = dir.path().join("out");
    let again = run(&[
        "audit",
        "--engagement",
        text(&engagement),
        "--as-of",
        "2026-12-01",
        "--output",
        text(&out),
        "--format",
        "json",
    ]);
    assert_eq!(code(&again), 0, "{}", said(&again));
    assert!(said(&again).contains("Since the audit before: 0 new"), "{}", said(&again));
    let findings: Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("findings.json")).expect("written")).expect("JSON");
    assert_eq!(findings["snapshot"]["taken"], MOMENT);
    assert_eq!(findings["snapshot"]["asOf"], "2026-12-01T00:00:00Z");
    assert!(
        findings["snapshot"]["label"].as_str().is_some_and(|label| label.contains("again")),
        "a second result is labelled"
    );
}

#[test]
fn nothing_read_keeps_nothing() {
    let dir = folder();
    let engagement = dir.path().join("e.quay");
    assert_eq!(code(&run(&["audit", "--files", "/no/such/file", "--engagement", text(&engagement)])), 4);
    let again = run(&["audit", "--engagement", text(&engagement)]);
    assert_eq!(code(&again), 1);
    assert!(said(&again).contains("no snapshot yet"), "{}", said(&again));
}

#[test]
fn other_files_are_not_taken_for_engagements() {
    let dir = folder();
    let not_ours =
        write(dir.path(), "x.quay", "something else entirely, and long enough to be looked at by SQLite".repeat(40));
    let output = run(&["audit", "--sample", "--engagement", text(&not_ours)]);
    assert_eq!(code(&output), 1);
    assert!(said(&output).contains("not an engagement"), "{}", said(&output));
    assert_eq!(code(&run(&["audit", "--engagement", text(&dir.path().join("none.quay"))])), 1);
    assert!(!dir.path().join("none.quay").exists(), "looking for a file must not make one");
}

#[test]
fn killed_at_any_moment_the_file_holds_whole_snapshots_only() {
    let dir = folder();
    let clusters: Vec<Value> = (0..400).map(|n| cluster(&format!("c{n}"))).collect();
    let source = write(dir.path(), "many.json", Value::Array(clusters).to_string());
    let engagement = dir.path().join("e.quay");
    assert_eq!(code(&run(&["audit", "--files", text(&source), "--engagement", text(&engagement)])), 0);
    let mut killed = 0;
    for round in 0..24u64 {
        let mut child = program()
            .args(["audit", "--files", text(&source), "--engagement", text(&engagement)])
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        sleep(Duration::from_millis(20 + round * 17));
        killed += u32::from(child.try_wait().expect("asked").is_none());
        child.kill().expect("killable");
        child.wait().expect("ended");
        let again = run(&["audit", "--engagement", text(&engagement)]);
        assert_eq!(code(&again), 0, "round {round}: {}", said(&again));
        assert!(said(&again).contains("400 clusters"), "round {round}: {}", said(&again));
    }
    println!("killed {killed} of 24 runs while they worked");
    assert!(killed > 0, "no run was killed in time");
}
