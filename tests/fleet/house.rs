//! The walls of the house: who may know whom, how long a file may be, that every file says what it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_below(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            if !matches!(name.as_str(), "target" | "node_modules" | "dist" | "dist-browser" | "bindings" | "gen") {
                files_below(&path, ending, found);
            }
        } else if name.ends_with(ending) {
            found.push(path);
        }
    }
}

fn sources(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    files_below(&root().join(folder), ending, &mut found);
    found.sort();
    assert!(!found.is_empty(), "{folder} holds no {ending}");
    found.into_iter().map(|path| (path.display().to_string(), fs::read_to_string(&path).expect("readable"))).collect()
}

/// Which rooms a room may know.
const ROOMS: [(&str, &[&str]); 11] = [
    ("model", &[]),
    ("signin", &["model"]),
    ("collect", &["model"]),
    ("store", &["model"]),
    ("audit", &["model"]),
    ("history", &["model"]),
    ("remedy", &["model"]),
    ("report", &["model"]),
    ("pipeline", &["model", "signin", "collect", "store", "audit", "history", "remedy", "report"]),
    ("cli", &["model", "pipeline"]),
    ("dev", &["azure"]),
];

#[test]
fn rooms_know_only_the_rooms_they_may() {
    for (room, allowed) in ROOMS {
        let manifest =
            fs::read_to_string(root().join(format!("src-tauri/{room}/Cargo.toml"))).expect("each room has a manifest");
        let own = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let known: BTreeSet<&str> =
            own.lines().filter_map(|line| line.strip_prefix("quay-")?.split(['.', ' ']).next()).collect();
        let allowed: BTreeSet<&str> = allowed.iter().copied().collect();
        assert!(known.is_subset(&allowed), "{room} knows {known:?}, and may know {allowed:?}");
    }
    let simulator = fs::read_to_string(root().join("tests/azure/Cargo.toml")).expect("readable");
    assert!(!simulator.lines().any(|line| line.starts_with("quay-")), "the simulator knows nothing of the product");
    let root_manifest = fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    let app = root_manifest
        .split("\n[dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .expect("the app has dependencies");
    let known: BTreeSet<&str> = app.lines().filter_map(|line| line.strip_prefix("quay-")?.split('.').next()).collect();
    assert_eq!(known, BTreeSet::from(["model", "pipeline"]), "the window asks the pipeline, and nobody else");
}

#[test]
fn what_a_room_must_not_know_it_does_not_name() {
    let forbidden: [(&str, &[&str]); 9] = [
        ("model", &["std::fs", "std::net::Tcp", "std::net::Udp", "SystemTime", "rusqlite", "tauri"]),
        ("audit", &["std::fs", "std::net::Tcp", "std::net::Udp", "SystemTime", "rusqlite", "tauri"]),
        ("history", &["std::fs", "std::net::Tcp", "std::net::Udp", "SystemTime"]),
        ("remedy", &["std::fs", "std::net::Tcp", "std::net::Udp", "std::process"]),
        ("report", &["rusqlite", "SystemTime", "management.azure.com"]),
        ("collect", &["rusqlite", "tauri", "bearer", "reqwest", "quay_signin"]),
        ("signin", &["rusqlite", "tauri", "managedClusters", "println!", "quay_store"]),
        ("pipeline", &["bearer", "access_token", "tauri"]),
        ("app", &["bearer", "access_token", "refresh_token", "rusqlite"]),
    ];
    for (room, words) in forbidden {
        for (path, text) in sources(&format!("src-tauri/{room}/src"), ".rs") {
            for word in words {
                assert!(!text.contains(word), "{path} names {word}");
            }
        }
    }
    for (path, text) in sources("src-tauri", ".rs") {
        let sql = ["SELECT ", "INSERT INTO", "UPDATE "].iter().any(|word| text.contains(word));
        assert!(!sql || path.contains("/store/"), "{path} speaks SQL");
        let opens = text.contains("Connection::open");
        assert!(!opens || path.contains("store/src/open.rs"), "{path} opens a database");
    }
}

#[test]
fn every_source_file_says_what_it_is_and_is_short_enough() {
    const LONGEST: usize = 400;
    for (path, text) in sources("src-tauri", ".rs").into_iter().chain(sources("tests", ".rs")) {
        assert!(text.starts_with("//!"), "{path} does not say what it is");
        assert!(text.lines().count() <= LONGEST, "{path} has {} lines", text.lines().count());
    }
    for ending in [".ts", ".tsx"] {
        for (path, text) in sources("ui/src", ending) {
            assert!(text.lines().count() <= LONGEST, "{path} has {} lines", text.lines().count());
            let says = text.starts_with("//") || path.ends_with(".test.ts") || path.ends_with(".d.ts");
            assert!(says, "{path} does not say what it is");
        }
    }
}

#[test]
fn rules_are_registered_documented_and_short() {
    const LONGEST: usize = 120;
    let list = fs::read_to_string(root().join("src-tauri/audit/src/rules/mod.rs")).expect("readable");
    let mut ids = BTreeSet::new();
    for (path, text) in sources("src-tauri/audit/src/rules", ".rs") {
        let name = Path::new(&path).file_stem().expect("a name").to_string_lossy().into_owned();
        if name == "mod" {
            continue;
        }
        assert!(
            list.contains(&format!("mod {name};")) && list.contains(&format!("&{name}::RULE,")),
            "{name} is not registered"
        );
        let id = name.to_uppercase().replace('_', "-");
        assert!(text.contains(&format!("id: \"{id}\"")), "{path} holds another rule than its name says");
        assert!(text.contains("#[cfg(test)]"), "{path} has no tests");
        assert!(text.lines().count() <= LONGEST, "{path} has {} lines", text.lines().count());
        ids.insert(id);
    }
    assert_eq!(ids.len(), quay_pipeline::RULES.len());
    for rule in quay_pipeline::RULES {
        let info = &rule.info;
        for text in [
            info.title,
            info.finding,
            info.what,
            info.why,
            info.not_applicable,
            info.fix.what_to_do,
            info.fix.cli,
            info.fix.bicep,
            info.fix.terraform,
            info.fix.caution,
            info.fix.look,
        ] {
            assert!(!text.trim().is_empty(), "{} leaves a field empty", info.id);
        }
        assert!(!info.reads.is_empty() && !info.references.is_empty(), "{} cites nothing", info.id);
        let changes = ["update", "create", "delete", "invoke", "get-credentials", "rotate"];
        assert!(!changes.iter().any(|word| info.fix.look.contains(word)), "{}: looking must change nothing", info.id);
    }
}

#[test]
fn the_catalogue_holds_what_was_promised() {
    let promised = "EXP-01 EXP-02 EXP-03 EXP-04 EXP-05 EXP-06 EXP-07 EXP-08 CRED-01 CRED-02 CRED-03 CRED-04 CRED-05 \
        CRED-06 CRED-07 CRED-08 CRED-09 CRED-10 CRED-11 CRED-12 TA-01 TA-02 TA-03 TA-04 TA-05 TA-06 TA-07 \
        TA-08 TA-09 TA-10 TA-11 TA-12 TA-13 GOV-01 GOV-02 GOV-03 GOV-04 GOV-05 GOV-06 GOV-07 GOV-08 GOV-09 \
        NET-01 NET-02 NET-03 NET-04 HYG-01 HYG-02 HYG-03 HYG-04 HYG-05 HYG-06";
    let known: BTreeMap<&str, &str> = quay_pipeline::RULES.iter().map(|rule| (rule.info.id, rule.info.title)).collect();
    for id in promised.split_whitespace() {
        assert!(known.contains_key(id), "{id} is missing");
    }
}

#[test]
fn dependencies_say_why_they_are_here() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    let section = manifest
        .split("[workspace.dependencies]")
        .nth(1)
        .and_then(|rest| rest.split("\n[").next())
        .expect("there are dependencies");
    let lines: Vec<&str> = section.lines().collect();
    for (index, line) in lines.iter().enumerate() {
        if line.contains(" = ") && !line.starts_with('#') && !line.starts_with("quay-") {
            assert!(index > 0 && lines[index - 1].starts_with('#'), "{line} does not say why");
        }
    }
}
