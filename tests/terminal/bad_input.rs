//! Bad input gets a plain sentence, a hint and the promised code; the rest is still read; nothing is lost.

use crate::runs::{MOMENT, audit, cluster, clusters_in, code, folder, gaps_in, program, run, said, text, write};
use serde_json::{Value, json};
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

fn assert_plain(said: &str) {
    for word in ["panicked", "RUST_BACKTRACE", "Error {", "unwrap", "src/"] {
        assert!(!said.contains(word), "not a sentence for people: {said}");
    }
}

#[test]
fn what_cannot_be_read_is_said_and_ends_with_4() {
    let dir = folder();
    let empty_folder = dir.path().join("nothing");
    fs::create_dir(&empty_folder).expect("writable");
    let without_json = dir.path().join("pictures");
    fs::create_dir(&without_json).expect("writable");
    write(&without_json, "cat.png", [0x89, b'P', b'N', b'G', 0, 1, 2, 255]);
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let huge = dir.path().join("huge.json");
    File::create(&huge).and_then(|file| file.set_len(2_000_000_000)).expect("a sparse file");
    let cases: Vec<(&str, std::path::PathBuf, &str)> = vec![
        ("a missing file", dir.path().join("not-here.json"), "no such file"),
        ("an empty folder", empty_folder, "holds no file"),
        ("a folder without JSON", without_json, "cat.png"),
        ("2 GB", huge, "Split it"),
        ("deep nesting", write(dir.path(), "deep.json", deep), "nested deeper"),
        (
            "wrong encoding",
            write(dir.path(), "latin1.json", b"[{\"name\": \"M\xfcnchen\"}]"),
            "neither UTF-8 nor UTF-16",
        ),
        ("an empty file", write(dir.path(), "empty.json", ""), "empty"),
        ("no JSON", write(dir.path(), "note.json", "hello"), "not JSON"),
        (
            "another type",
            write(
                dir.path(),
                "storage.json",
                json!({"id": "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/v"})
                    .to_string(),
            ),
            "microsoft.storage/storageaccounts",
        ),
        (
            "an error answer",
            write(
                dir.path(),
                "403.json",
                json!({"error": {"code": "AuthorizationFailed", "message": "m"}}).to_string(),
            ),
            "AuthorizationFailed",
        ),
        ("a damaged zip", write(dir.path(), "bad.zip", b"PK\x03\x04 not really"), "zip could not be opened"),
        ("a damaged gzip", write(dir.path(), "bad.gz", b"\x1f\x8b not really"), "gzip"),
    ];
    for (about, path, expected) in cases {
        let (code, said, findings) = audit(&[&path]);
        assert_eq!(code, 4, "{about}: {said}");
        assert!(said.contains(expected), "{about}: {said}");
        assert!(!gaps_in(&findings).is_empty(), "{about}: the gap is in the file too");
        assert_plain(&said);
    }
}

#[test]
fn a_bad_file_or_line_or_tail_harms_only_itself() {
    let dir = folder();
    let good = write(dir.path(), "good.json", json!([cluster("good")]).to_string());
    let whole = serde_json::to_string_pretty(&json!([cluster("a"), cluster("b"), cluster("c")])).expect("JSON");
    let cut = write(dir.path(), "cut.json", &whole[..whole.len() - 40]);
    let (code, said, findings) = audit(&[&good, &cut]);
    assert_eq!((code, clusters_in(&findings)), (0, 3), "{said}");
    assert!(
        gaps_in(&findings).iter().any(|gap| gap.contains("cut.json") && gap.contains("breaks off")),
        "{:?}",
        gaps_in(&findings)
    );
    let arm = json!({"value": [cluster("a"), cluster("b")]}).to_string();
    let cut = write(dir.path(), "cut-arm.json", &arm[..arm.len() - 20]);
    let (_, _, findings) = audit(&[&cut]);
    assert_eq!(clusters_in(&findings), 1);
    let lines = write(dir.path(), "lines", format!("{}\n{{\"id\": broken}}\n{}\n", cluster("a"), cluster("b")));
    let (code, said, findings) = audit(&[&lines]);
    assert_eq!((code, clusters_in(&findings)), (0, 2), "{said}");
    assert!(gaps_in(&findings).iter().any(|gap| gap.contains("Line 2")), "{:?}", gaps_in(&findings));
    let deep = format!("{{\"id\": {}1{}}}", "[".repeat(500), "]".repeat(500));
    let list = format!("[{}, {deep}, {{\"name\": \"a \\\" ]}} b\", oops}}, {}]", cluster("a"), cluster("b"));
    let around = write(dir.path(), "around", list);
    let (code, said, findings) = audit(&[&around]);
    assert_eq!((code, clusters_in(&findings)), (0, 2), "what stands behind a damaged element is read: {said}");
    let gaps = gaps_in(&findings).join("\n");
    assert!(gaps.contains("Item 2") && gaps.contains("Item 3"), "{gaps}");
    let mixed = write(dir.path(), "mixed", json!([cluster("a"), {"name": "stranger"}, 7, {"type": "Microsoft.ContainerService/managedClusters", "name": "no-id"}]).to_string());
    let (code, _, findings) = audit(&[&mixed]);
    assert_eq!((code, clusters_in(&findings)), (0, 1));
    let gaps = gaps_in(&findings).join("\n");
    assert!(
        gaps.contains("no-id") && gaps.contains("nothing this product knows") && gaps.contains("not an object"),
        "{gaps}"
    );
}

#[test]
fn an_empty_list_is_an_empty_fleet_and_not_a_clean_one() {
    let dir = folder();
    for body in ["[]", "{\"value\": []}"] {
        let path = write(dir.path(), "empty.json", body);
        let (code, said, findings) = audit(&[&path]);
        assert_eq!((code, clusters_in(&findings)), (0, 0), "{said}");
        assert!(findings["score"]["value"].is_null() && !gaps_in(&findings).is_empty(), "{said}");
    }
}

#[test]
fn wrong_usage_ends_with_2() {
    for arguments in [
        &["audit"][..],
        &[],
        &["audit", "--sample", "--files", "x"],
        &["audit", "--sample", "--as-of", "yesterday"],
        &["audit", "--sample", "--fail-on", "terrible"],
        &["audit", "--sample", "--output", "x", "--format", "docx"],
        &["frobnicate"],
    ] {
        let output = run(arguments);
        assert_eq!(code(&output), 2, "{arguments:?}: {}", said(&output));
        assert_plain(&said(&output));
    }
    for arguments in [&["--version"][..], &["--help"], &["audit", "--help"], &["rules"], &["rules", "--json"]] {
        assert_eq!(code(&run(arguments)), 0, "{arguments:?}");
    }
}

#[test]
fn a_folder_that_cannot_be_written_is_said_and_nothing_is_lost() {
    let dir = folder();
    let file = write(dir.path(), "a-file", "precious");
    let below = file.join("out");
    let output = run(&["audit", "--sample", "--as-of", MOMENT, "--output", text(&below)]);
    assert_eq!(code(&output), 1);
    assert!(said(&output).contains("Choose another folder"), "{}", said(&output));
    assert_eq!(fs::read_to_string(&file).expect("readable"), "precious");
    // a folder stands where the file should go
    let out = dir.path().join("out");
    fs::create_dir_all(out.join("findings.json/x")).expect("writable");
    let output = run(&["audit", "--sample", "--output", text(&out), "--format", "json"]);
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert_plain(&said(&output));
    assert_eq!(fs::read_dir(&out).expect("readable").count(), 1, "no half-written file is left behind");
}

/// A folder of one megabyte. Needs the right to mount, which CI's machines give.
fn tiny_disk(at: &Path) -> bool {
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "none"]).arg(at).output();
    mounted.is_ok_and(|out| out.status.success())
}

#[test]
fn a_full_disk_is_said_and_what_was_there_stays() {
    let dir = folder();
    let disk = dir.path().join("disk");
    fs::create_dir(&disk).expect("writable");
    if !tiny_disk(&disk) {
        println!("skipped: this machine does not let us mount a small disk");
        return;
    }
    let engagement = disk.join("e.quay");
    let small = write(dir.path(), "small.json", json!([cluster("a")]).to_string());
    let first = run(&[
        "audit",
        "--files",
        text(&small),
        "--engagement",
        text(&engagement),
        "--output",
        text(&disk.join("out")),
        "--format",
        "json",
    ]);
    let many: Vec<Value> = (0..3000).map(|n| cluster(&format!("c{n}"))).collect();
    let large = write(dir.path(), "large.json", Value::Array(many).to_string());
    let into_folder = run(&["audit", "--files", text(&large), "--output", text(&disk.join("out")), "--format", "json"]);
    let into_engagement = run(&["audit", "--files", text(&large), "--engagement", text(&engagement)]);
    let kept = fs::read_to_string(disk.join("out/findings.json"));
    let again = run(&["audit", "--engagement", text(&engagement)]);
    let unmounted = Command::new("umount").arg(&disk).output();
    assert!(unmounted.is_ok_and(|out| out.status.success()));
    assert_eq!(code(&first), 0, "{}", said(&first));
    for output in [&into_folder, &into_engagement] {
        assert_eq!(code(output), 1, "{}", said(output));
        assert!(said(output).contains("disk is full"), "{}", said(output));
    }
    let kept: Value = serde_json::from_str(&kept.expect("the first result is still there")).expect("whole");
    assert_eq!(clusters_in(&kept), 1);
    assert!(code(&again) == 0 || said(&again).contains("disk is full"), "{}", said(&again));
    assert!(
        said(&again).contains("1 cluster") || said(&again).contains("disk is full"),
        "the first snapshot is whole: {}",
        said(&again)
    );
}

#[test]
fn the_terminal_gets_no_control_characters_from_names() {
    let dir = folder();
    let mut hostile = cluster("x");
    hostile["id"] = json!(format!("{}\u{1b}[31m", crate::runs::cluster_id("evil")));
    hostile["properties"]["apiServerAccessProfile"] = Value::Null;
    let path = write(dir.path(), "x.json", json!([hostile]).to_string());
    let output = program().args(["audit", "--files", text(&path)]).output().expect("runs");
    assert!(!output.stderr.contains(&0x1b), "{}", said(&output));
}
