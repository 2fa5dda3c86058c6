//! What is written: the promised shape, the same bytes for the same input, the promised codes.

use crate::runs::{MOMENT, cluster, code, folder, run, said, text, write};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;

#[test]
fn the_same_input_and_moment_give_the_same_bytes_in_every_format() {
    let (one, two) = (folder(), folder());
    for out in [&one, &two] {
        let output = run(&["audit", "--sample", "--as-of", MOMENT, "--output", text(out.path())]);
        assert_eq!(code(&output), 0, "{}", said(&output));
    }
    for name in ["findings.json", "findings.csv", "report.pdf"] {
        let bytes = |out: &tempfile::TempDir| fs::read(out.path().join(name)).expect("written");
        assert!(bytes(&one) == bytes(&two), "{name} differs");
    }
}

#[test]
fn files_give_the_same_bytes_wherever_the_folder_is() {
    let runs: Vec<Vec<u8>> = (0..2)
        .map(|_| {
            let dir = folder();
            let source = dir.path().join("collected");
            fs::create_dir(&source).expect("writable");
            write(&source, "a.json", json!([cluster("a"), cluster("b")]).to_string());
            let out = dir.path().join("out");
            assert_eq!(
                code(&run(&[
                    "audit",
                    "--files",
                    text(&source),
                    "--as-of",
                    MOMENT,
                    "--output",
                    text(&out),
                    "--format",
                    "json"
                ])),
                0
            );
            fs::read(out.join("findings.json")).expect("written")
        })
        .collect();
    assert!(runs[0] == runs[1]);
}

#[test]
fn findings_json_has_the_promised_shape() {
    let out = folder();
    run(&["audit", "--sample", "--as-of", MOMENT, "--output", text(out.path()), "--format", "json"]);
    let findings: Value =
        serde_json::from_str(&fs::read_to_string(out.path().join("findings.json")).expect("written")).expect("JSON");
    assert_eq!(findings["schema"], 1);
    for key in ["tool", "snapshot", "coverage", "verdicts"] {
        assert!(!findings[key].is_null(), "{key}");
    }
    let verdicts = findings["verdicts"].as_array().expect("a list");
    let words: BTreeSet<&str> = verdicts.iter().filter_map(|v| v["verdict"].as_str()).collect();
    assert_eq!(words, BTreeSet::from(["pass", "fail", "not-applicable", "not-assessed"]));
    for verdict in verdicts {
        for key in ["rule", "resourceId", "verdict", "severity", "reason"] {
            assert!(verdict[key].is_string(), "{verdict}");
        }
        for item in verdict["evidence"].as_array().expect("a list") {
            for key in ["path", "observed", "expected", "source"] {
                assert!(item[key].is_string(), "{verdict}");
            }
        }
    }
    assert_eq!(fs::read_dir(out.path()).expect("readable").count(), 1, "only what was asked for is written");
}

#[test]
fn fail_on_ends_with_3_at_or_above_the_severity() {
    let dir = folder();
    let fine = write(dir.path(), "fine.json", json!([cluster("a")]).to_string());
    assert_eq!(code(&run(&["audit", "--sample", "--fail-on", "critical"])), 3);
    assert_eq!(
        code(&run(&["audit", "--files", text(&fine), "--fail-on", "critical"])),
        0,
        "this cluster has no critical finding"
    );
    assert_eq!(code(&run(&["audit", "--files", text(&fine), "--fail-on", "HIGH"])), 3);
    let plain = run(&["audit", "--sample"]);
    assert_eq!(code(&plain), 0, "findings alone are no failure");
    assert!(said(&plain).contains("1 of 6 subscriptions not read"), "{}", said(&plain));
}

#[test]
fn the_catalogue_is_printed_for_people_and_machines() {
    let text = run(&["rules"]);
    assert!(String::from_utf8_lossy(&text.stdout).contains("EXP-01"));
    let catalogue: Value = serde_json::from_slice(&run(&["rules", "--json"]).stdout).expect("JSON");
    assert_eq!(catalogue.as_array().map(Vec::len), Some(52));
    assert_eq!(catalogue[0]["id"], "EXP-01");
}

#[test]
fn a_folder_that_is_written_again_holds_nothing_of_the_export_before() {
    let (dir, out) = (folder(), folder());
    let small = write(dir.path(), "small.json", json!([cluster("a")]).to_string());
    let export = |source: &[&str], to: &std::path::Path| {
        let mut arguments = vec!["audit", "--as-of", MOMENT, "--output", text(to), "--format", "code,owners"];
        arguments.extend(source);
        let output = run(&arguments);
        assert_eq!(code(&output), 0, "{}", said(&output));
        said(&output)
    };
    let listed = |root: &std::path::Path| -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut folders = vec![root.to_owned()];
        while let Some(folder) = folders.pop() {
            for path in fs::read_dir(&folder).expect("readable").map(|entry| entry.expect("an entry").path()) {
                found.insert(path.strip_prefix(root).expect("below").to_string_lossy().into_owned());
                folders.extend(path.is_dir().then_some(path));
            }
        }
        found
    };
    export(&["--sample"], out.path());
    let of_sample = listed(out.path());
    fs::write(out.path().join("owners/mine.csv"), "mine").expect("writable");
    let edited = of_sample.iter().find(|path| path.ends_with("2-close/main.tf")).expect("the sample closes much");
    fs::write(out.path().join(edited), "edited").expect("writable");
    let words = export(&["--files", text(&small)], out.path());
    let fresh = folder();
    export(&["--files", text(&small)], fresh.path());
    let (left, expected) = (listed(out.path()), listed(fresh.path()));
    let more: Vec<&String> = left.difference(&expected).filter(|path| out.path().join(path).is_file()).collect();
    assert_eq!(more, [edited.as_str(), "owners/mine.csv"], "{words}");
    assert!(words.contains("was changed since, so it was left"), "{words}");
}
