//! Tokens, codes and secrets are in no document, no answer that is kept, no report, no printed value and no file.

use crate::sign_in::by_browser;
use crate::{Lab, audited, hasty, run, scan_with};
use quay_pipeline::{Engagement, Format, LiveScan, Unlock, write_outputs};
use std::path::Path;
use std::sync::Arc;

fn files_below(folder: &Path, found: &mut Vec<(String, Vec<u8>)>) {
    for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files_below(&path, found);
        } else {
            found.push((path.display().to_string(), std::fs::read(&path).expect("read")));
        }
    }
}

#[test]
fn no_secret_is_found_anywhere_after_a_scan() {
    run(async {
        let lab = Lab::small(12, 2).await;
        let session = Arc::new(by_browser(&lab).await.expect("signed in"));
        let program = lab.session().await;
        let place = tempfile::tempdir().expect("a folder");
        let path = place.path().join("client.quay");
        let mut engagement =
            Engagement::open(&path, &Unlock::Passphrase("four words make good".to_owned().into())).expect("opened");
        engagement.remember(&session).await.expect("kept");
        let scanned =
            scan_with(&session, &mut engagement, &LiveScan { directory: true, ..hasty() }).await.expect("scanned");
        scan_with(&program, &mut engagement, &LiveScan { fresh: true, ..hasty() }).await.expect("scanned");
        engagement.remember(&session).await.expect("kept");
        let snapshot = scanned.taken.snapshot;
        engagement.keep(&snapshot).expect("kept");
        write_outputs(&audited(snapshot.clone()), &place.path().join("out"), &Format::ALL, &mut |_| {})
            .expect("written");

        let mut seen: Vec<(String, Vec<u8>)> = snapshot
            .documents
            .iter()
            .map(|d| (format!("{:?} {}", d.kind, d.resource_id), format!("{} {:?}", d.body, d.source).into_bytes()))
            .collect();
        seen.push(("gaps".into(), format!("{:?}", snapshot.gaps).into_bytes()));
        seen.push(("session printed".into(), format!("{session:?} {program:?} {:?}", lab.principal()).into_bytes()));
        seen.push(("progress printed".into(), format!("{:?}", scanned.progress).into_bytes()));
        files_below(place.path(), &mut seen);
        let secrets = lab.azure.secrets();
        assert!(secrets.len() > 8 && seen.len() > 30, "{} secrets, {} places", secrets.len(), seen.len());
        for secret in &secrets {
            for (place, bytes) in &seen {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(
                    !found,
                    "{place} holds a secret that begins with {}",
                    secret.split('-').next().unwrap_or_default()
                );
            }
        }
        // the test can fail: the tenant's id, which is no secret, is found in the report
        let reported = seen.iter().any(|(place, bytes)| {
            place.ends_with(".json") && bytes.windows(lab.tenant.len()).any(|part| part == lab.tenant.as_bytes())
        });
        assert!(reported);
        let database = seen.iter().filter(|(place, _)| place.contains("client.quay"));
        for (place, bytes) in database {
            assert!(
                !bytes.windows(lab.tenant.len()).any(|part| part == lab.tenant.as_bytes()),
                "{place} is not encrypted"
            );
        }
        engagement.remove(&path).expect("purged");
        std::fs::remove_dir_all(place.path().join("out")).expect("reports are the person's own");
        assert_eq!(std::fs::read_dir(place.path()).expect("a folder").count(), 0, "nothing is left");
    });
}
