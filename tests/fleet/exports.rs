//! An export into a folder: it holds what the export says, and no file of anybody else is lost.

use crate::fleets::tempdir;
use quay_model::{Problem, sha256_hex};
use quay_pipeline::write_export;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

const LIST: &str = ".quaymaster-export.json";

type Files = Vec<(String, String)>;

fn files(list: &[(&str, &str)]) -> Files {
    list.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn write_folder(files: &[(String, String)], root: &Path) -> Result<Vec<String>, Problem> {
    write_export(files, root).map(|written| written.left)
}

fn first() -> Files {
    files(&[("README.md", "1"), ("bicep/s/2-close/g.bicep", "old"), ("terraform/s/2-close/main.tf", "old")])
}

fn second() -> Files {
    files(&[("README.md", "2"), ("bicep/s/1-let-in/g.bicep", "new")])
}

/// What stands below a folder, without the list.
fn held(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != LIST) {
                let name = path.strip_prefix(root).expect("below").to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read_to_string(&path).expect("text"));
            }
        }
    }
    found
}

fn as_map(files: Files) -> BTreeMap<String, String> {
    files.into_iter().collect()
}

#[test]
fn a_folder_holds_nothing_of_an_earlier_export() {
    let dir = tempdir();
    let root = dir.path().join("code");
    for export in [first(), second(), first(), second()] {
        assert_eq!(write_folder(&export, &root).expect("written"), Vec::<String>::new());
        assert_eq!(held(&root), as_map(export));
    }
    assert!(!root.join("terraform").exists() && !root.join("bicep/s/2-close").exists(), "nor an empty folder of it");
}

#[test]
fn what_others_wrote_or_changed_is_left_and_told() {
    let dir = tempdir();
    let root = dir.path();
    write_folder(&first(), root).expect("written");
    let (changed, own) = (root.join("terraform/s/2-close/main.tf"), root.join("terraform/s/2-close/terraform.tfstate"));
    fs::write(&changed, "changed").expect("writable");
    fs::write(&own, "state").expect("writable");
    for _ in 0..2 {
        let said = write_folder(&second(), root).expect("written");
        assert_eq!(said.len(), 1, "told until it is gone: {said:?}");
        assert!(said[0].contains("main.tf is of an earlier export and was changed since, so it was left."), "{said:?}");
    }
    let left = held(root);
    assert_eq!(left.get("terraform/s/2-close/main.tf").map(String::as_str), Some("changed"));
    assert_eq!(left.get("terraform/s/2-close/terraform.tfstate").map(String::as_str), Some("state"));
    assert!(!left.contains_key("bicep/s/2-close/g.bicep"));
}

#[test]
fn without_a_list_that_is_ours_nothing_is_removed() {
    let outside = r#"{"files": [{"path": "../precious", "sha256": "HASH"}]}"#;
    let absolute = r#"{"files": [{"path": "/precious", "sha256": "HASH"}]}"#;
    for (list, words) in [
        (None, "held files before this"),
        (Some("no json"), "cannot be read"),
        (Some(outside), "cannot be read"),
        (Some(absolute), "cannot be read"),
    ] {
        let dir = tempdir();
        let root = dir.path().join("code");
        fs::create_dir_all(root.join("terraform")).expect("writable");
        fs::write(root.join("terraform/main.tf"), "theirs").expect("writable");
        fs::write(dir.path().join("precious"), "theirs").expect("writable");
        if let Some(list) = list {
            fs::write(root.join(LIST), list.replace("HASH", &sha256_hex(b"theirs"))).expect("writable");
        }
        let said = write_folder(&second(), &root).expect("written");
        assert!(said.len() == 1 && said[0].contains(words), "{said:?}");
        assert!(root.join("terraform/main.tf").exists() && dir.path().join("precious").exists(), "{list:?}");
        assert_eq!(write_folder(&second(), &root).expect("written"), Vec::<String>::new(), "told once");
    }
}

#[test]
fn nothing_is_lost_when_writing_fails() {
    let dir = tempdir();
    let root = dir.path();
    write_folder(&first(), root).expect("written");
    let before = held(root);
    // a file stands where a folder is needed
    let mut blocked = second();
    blocked.push(("README.md/below".to_owned(), "x".to_owned()));
    write_folder(&blocked, root).expect_err("no folder can be made there");
    assert_eq!(held(root), before, "all of the earlier export, and nothing of this one");
    // a folder stands where a file is needed: it is met half way
    fs::create_dir_all(root.join("bicep/s/1-let-in/g.bicep")).expect("writable");
    write_folder(&second(), root).expect_err("a folder is not replaced");
    assert!(before.keys().all(|name| root.join(name).exists()), "nothing is removed");
    fs::remove_dir(root.join("bicep/s/1-let-in/g.bicep")).expect("empty");
    assert_eq!(write_folder(&second(), root).expect("written"), Vec::<String>::new());
    assert_eq!(held(root), as_map(second()), "what stood there half way is still known as ours");
}

#[test]
fn a_name_in_other_letters_is_no_earlier_file() {
    let dir = tempdir();
    write_folder(&files(&[("A.csv", "1")]), dir.path()).expect("written");
    write_folder(&files(&[("a.csv", "1")]), dir.path()).expect("written");
    assert!(dir.path().join("a.csv").exists());
}
