//! Generated code is code: every Bicep file parses, every Terraform file parses and is formatted as Terraform formats it.
//! The judges are other people's parsers; without them the test says so and skips.

use crate::fleets::{MOMENT, tempdir};
use crate::random;
use quay_model::{Before, Change, Plan, Settings, Step};
use quay_pipeline::{Audited, Export, Source, export_files, remedy_as_code, take, write_export};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Parses and checks a folder; `None` when there is no judge here.
fn judged(folder: &Path) -> Option<usize> {
    let python = root().join("target/judges/bin/python");
    if !python.exists() {
        println!("skipped: the parsers of Bicep and Terraform are not installed (make test installs them)");
        return None;
    }
    let ran =
        Command::new(python).arg(root().join("tests/judges/code_judge.py")).arg(folder).output().expect("it runs");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert!(
        ran.status.success(),
        "{}{}",
        said.lines().last().unwrap_or_default(),
        String::from_utf8_lossy(&ran.stderr)
    );
    let judges = root().join("target/judges");
    if judges.join("node_modules/@cdktf/hcl-tools").exists() {
        let judge = root().join("tests/judges/format_judge.mjs");
        let ran = Command::new("node").arg(judge).arg(&judges).arg(folder).output().expect("node runs");
        let told = String::from_utf8_lossy(&ran.stdout);
        let why = String::from_utf8_lossy(&ran.stderr);
        assert!(ran.status.success(), "{}{why}", told.lines().last().unwrap_or_default());
        println!("format: {} Terraform files are as terraform fmt writes them", told.lines().count());
    } else {
        println!("skipped: the formatter of Terraform is not installed (make test installs it)");
    }
    terraform_agrees(folder);
    Some(said.lines().filter(|line| line.ends_with(": ok")).count())
}

/// Terraform itself, where it is installed: it is in no registry, so that most machines do without.
fn terraform_agrees(folder: &Path) {
    let mut terraform = Command::new("terraform");
    // nothing of the machine's own settings, and no look for a newer version
    terraform.env("CHECKPOINT_DISABLE", "1").env("TF_CLI_CONFIG_FILE", "/dev/null");
    match terraform.args(["fmt", "-check", "-recursive", "-list=true"]).arg(folder).output() {
        Err(_) => println!("skipped: terraform is not installed here"),
        Ok(ran) => {
            let told = String::from_utf8_lossy(&ran.stdout);
            assert!(ran.status.success(), "{told}{}", String::from_utf8_lossy(&ran.stderr));
            println!("terraform fmt -check: every file is as it writes them");
        }
    }
}

#[test]
fn what_is_exported_for_the_sample_parses() {
    let taken = take(&Source::Sample, MOMENT, &mut |_| true);
    let audited = Audited::of(taken.snapshot, MOMENT, &Settings::default());
    let folder = tempdir();
    for (export, name) in [
        (Export::Code { cluster: None }, "code"),
        (Export::Guardrails { management_group: "nordwind".into() }, "guardrails"),
    ] {
        write_export(&export_files(&audited, &export), &folder.path().join(name)).expect("written");
    }
    if let Some(files) = judged(folder.path()) {
        println!("code: {files} files of the sample parse");
        assert!(files > 20);
    }
}

#[test]
fn what_is_exported_for_random_fleets_and_hostile_names_parses() {
    let folder = tempdir();
    for seed in 0..60 {
        let audited = Audited::of(random::fleet(seed), MOMENT, &Settings::default());
        let files = export_files(&audited, &Export::Code { cluster: None });
        let paths: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths.len(), files.len(), "no file stands in for another: {paths:?}");
        write_export(&files, &folder.path().join(format!("fleet-{seed}"))).expect("written");
    }
    // no backslash before a closing quote: the judge takes it for an escaped quote, which Bicep does not
    let hostile = "/subscriptions/s/resourceGroups/g'${x}\"%{if}\n}/providers/Microsoft.ContainerService/managedClusters/1'\"${a}\\b";
    let made = |change: Change, before: Before| Step {
        id: "x".into(),
        cluster_id: hostile.into(),
        change,
        before,
        title: "# a title\n- that is a list".into(),
        why: String::new(),
        breaks_today: vec![],
        held_back: vec![],
        unsure: vec![],
        decide: None,
    };
    let plan = |steps: Vec<Step>| Plan {
        cluster_id: hostile.into(),
        instance: String::new(),
        steps,
        notes: vec!["# a note\n- that is a list".into()],
    };
    let step = |change: Change| made(change, Before::Nothing);
    let cluster = hostile.to_owned();
    let there = Before::Binding { source: hostile.to_uppercase(), roles: vec!["r'${x}".into()] };
    let again = Change::CreateBinding {
        cluster: cluster.clone(),
        name: "there".into(),
        source: hostile.into(),
        roles: vec!["r'${x}".into(), "s".into()],
    };
    let steps = vec![
        made(again, there),
        step(Change::CreateBinding {
            cluster: cluster.clone(),
            name: "b".into(),
            source: hostile.into(),
            roles: vec!["r'${x}".into(), "s".into()],
        }),
        step(Change::SetBindingRoles {
            cluster: cluster.clone(),
            name: "b".into(),
            source: hostile.into(),
            roles: vec!["\"}".into()],
        }),
        step(Change::SetRanges { cluster: cluster.clone(), ranges: vec!["0.0.0.0/32".into(), "'}]".into()] }),
        step(Change::DisableRunCommand { cluster: cluster.clone() }),
        step(Change::DisableLocalAccounts { cluster: cluster.clone() }),
        step(Change::MakePrivate { cluster }),
    ];
    write_export(&remedy_as_code(&[plan(steps)], &[]), &folder.path().join("hostile")).expect("written");
    let alike = ["rg-x", "rg_x", "RG-X"].map(|group| {
        let cluster =
            format!("/subscriptions/s/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/c");
        Step { cluster_id: cluster.clone(), ..step(Change::DisableRunCommand { cluster }) }
    });
    write_export(&remedy_as_code(&[plan(alike.to_vec())], &[]), &folder.path().join("alike.zip"))
        .expect("groups alike in one archive");
    if let Some(files) = judged(folder.path()) {
        println!("code: {files} files of random fleets and hostile names parse");
        assert!(files > 150, "{files}");
    }
}
