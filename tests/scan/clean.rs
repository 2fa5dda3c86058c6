//! A scan that nothing disturbs: everything is read, by both routes, and nothing but what reads is sent.

use crate::{Lab, audited, collected, hasty, run, verdicts};
use quay_azure::{Options, generate, kubernetes_versions};
use quay_model::{Document, DocumentKind, GapReason, lists};
use quay_pipeline::{Engagement, LiveScan, Source, take};
use std::collections::BTreeSet;

#[test]
fn a_scan_reads_what_is_there_and_judges_it_as_collected_files_would_be() {
    run(async {
        let lab = Lab::small(30, 4).await;
        let scanned = lab.plain_scan().await;
        assert_eq!(scanned.taken.snapshot.gaps, [], "nothing was refused");
        let world = generate(30, 4, 7);
        // the same documents as files, each list with the question it answers
        let folder = tempfile::tempdir().expect("a folder");
        collected::write(&world, &kubernetes_versions(), folder.path());
        let files = take(&Source::Files(vec![folder.path().to_owned()]), "2026-11-23T12:00:00Z", &mut |_| true);
        assert_eq!(files.snapshot.gaps, [], "every file was understood");
        let (live, by_files) = (verdicts(&scanned.taken.snapshot), verdicts(&files.snapshot));
        assert_eq!(live.len(), by_files.len());
        let differ: Vec<_> = live.iter().filter(|(key, verdict)| by_files.get(*key) != Some(verdict)).collect();
        assert!(differ.is_empty(), "{} of {} differ, such as {:?}", differ.len(), live.len(), differ.first());
        assert!(live.len() > 900, "{} verdicts", live.len());
    });
}

#[test]
fn everything_else_a_rule_may_ask_for_is_kept_too() {
    run(async {
        let lab = Lab::small(30, 4).await;
        let mut engagement = Engagement::in_memory().expect("memory");
        let asked = LiveScan { directory: true, ..hasty() };
        let snapshot = lab.scan(&mut engagement, &asked).await.expect("scanned").taken.snapshot;
        let world = generate(30, 4, 7);
        let kept: BTreeSet<String> = snapshot.documents.iter().map(|d| d.resource_id.to_lowercase()).collect();
        let missing: Vec<&String> = world.all().map(|(id, _)| id).filter(|id| !kept.contains(*id)).collect();
        assert!(
            missing.is_empty(),
            "{} of {} were not read, such as {:?}",
            missing.len(),
            world.all().count(),
            missing.first()
        );
        let count = |kind: DocumentKind| snapshot.documents.iter().filter(|d| d.kind == kind).count();
        assert_eq!(count(DocumentKind::Event), world.events.len());
        assert!(count(DocumentKind::Principal) > 4, "people, services and applications of the directory");
        assert!(count(DocumentKind::Gone) >= 1, "the vault that was is gone, and that is known");
        assert_eq!(count(DocumentKind::ControlTotal), 4);
        let of_log = |d: &&Document| d.kind == DocumentKind::ListEnd && d.body.contains(lists::EVENTS);
        let logs: Vec<&Document> = snapshot.documents.iter().filter(of_log).collect();
        assert!(logs.len() == 4 && logs.iter().all(|d| d.body.contains(r#""since":"20"#)), "{logs:?}");
        let with_call = snapshot.documents.iter().filter(|d| d.kind == DocumentKind::Cluster);
        for document in with_call {
            let source = &document.source;
            for part in ["GET https://localhost", "api-version=2025-10-01"] {
                assert!(source.name.contains(part), "{} lacks {part}", source.name);
            }
            for part in ["status 200", "request ", "correlation ", "server date ", "read 20"] {
                assert!(source.circumstances.contains(part), "{} lacks {part}", source.circumstances);
            }
        }
    });
}

#[test]
fn a_whole_scan_sends_nothing_but_get_and_two_posts() {
    run(async {
        let lab = Lab::small(20, 3).await;
        let mut engagement = Engagement::in_memory().expect("memory");
        lab.scan(&mut engagement, &LiveScan { directory: true, ..hasty() }).await.expect("scanned");
        let log = lab.azure.log();
        assert!(log.len() > 60, "{} requests were recorded", log.len());
        let reads = ["/providers/Microsoft.ResourceGraph/resources?", "/v1.0/directoryObjects/getByIds"];
        for request in &log {
            let sign_in = request.method == "POST" && request.target.ends_with("/oauth2/v2.0/token");
            let listed = request.method == "POST" && reads.iter().any(|read| request.target.starts_with(read));
            assert!(request.method == "GET" || sign_in || listed, "{} {}", request.method, request.target);
            let lower = request.target.to_lowercase();
            for word in ["listcluster", "runcommand", "listkeys", "accessprofiles", "listcredential"] {
                assert!(!lower.contains(word), "{}", request.target);
            }
        }
        for post in reads {
            assert!(log.iter().any(|request| request.target.starts_with(post)), "{post} was never asked");
        }
    });
}

#[test]
fn a_second_scan_asks_for_less_and_a_fresh_one_for_everything() {
    run(async {
        let lab = Lab::small(30, 4).await;
        let mut engagement = Engagement::in_memory().expect("memory");
        let mut requests = Vec::new();
        let mut seen = Vec::new();
        for fresh in [false, false, true] {
            lab.azure.clear_log();
            let scanned = lab.scan(&mut engagement, &LiveScan { fresh, ..hasty() }).await.expect("scanned");
            requests.push(lab.azure.counts().requests);
            seen.push(verdicts(&scanned.taken.snapshot));
        }
        println!("requests: {requests:?}");
        let [first, second, third] = requests[..] else { unreachable!("three scans") };
        assert!(second * 2 < first, "the second asked {second} times, the first {first}");
        assert!(third + 5 >= first, "a fresh scan asked {third} times, the first {first}");
        assert!(seen[0] == seen[1] && seen[1] == seen[2]);
    });
}

#[test]
fn only_the_chosen_subscriptions_are_read_and_the_others_are_named() {
    run(async {
        let lab = Lab::small(12, 4).await;
        let chosen = "00000000-0000-4000-8000-000000000001".to_owned();
        let mut engagement = Engagement::in_memory().expect("memory");
        let asked = LiveScan { subscriptions: vec![chosen.to_uppercase()], ..hasty() };
        lab.azure.clear_log();
        let snapshot = lab.scan(&mut engagement, &asked).await.expect("scanned").taken.snapshot;
        let log = lab.azure.log();
        assert!(log.iter().all(|request| !request.target.contains("000000000002/providers")), "another was asked");
        let not_asked = snapshot.gaps.iter().filter(|gap| gap.reason == GapReason::NotAsked).count();
        assert_eq!((not_asked, snapshot.gaps.len()), (3, 3));
        let coverage = audited(snapshot).audit.coverage;
        assert_eq!((coverage.clusters, coverage.unread_subscriptions()), (3, 3));

        let group = LiveScan { management_group: Some("platform".into()), ..hasty() };
        let mut engagement = Engagement::in_memory().expect("memory");
        let snapshot = lab.scan(&mut engagement, &group).await.expect("scanned").taken.snapshot;
        assert_eq!(audited(snapshot).audit.coverage.clusters, 6, "half of the subscriptions are below it");

        let unseen = LiveScan { subscriptions: vec!["99999999-0000-4000-8000-000000000000".into()], ..hasty() };
        let mut engagement = Engagement::in_memory().expect("memory");
        let scanned = lab.scan(&mut engagement, &unseen).await.expect("scanned");
        assert!(!scanned.taken.anything_read);
        let said = scanned
            .taken
            .snapshot
            .gaps
            .iter()
            .any(|gap| gap.scope.contains("99999999") && gap.reason == GapReason::Denied);
        assert!(said, "a subscription nobody sees is not silence");
    });
}

#[test]
fn two_routes_are_counted_and_a_cluster_that_one_lacks_is_still_read() {
    run(async {
        let lab = Lab::small(12, 2).await;
        let behind = "/subscriptions/00000000-0000-4000-8000-000000000000/";
        lab.azure.change(|world| {
            let id = world
                .all()
                .map(|(id, _)| id.clone())
                .find(|id| id.starts_with(behind) && id.contains("managedclusters/") && id.matches('/').count() == 8);
            world.graph_is_behind_on.extend(id);
        });
        let snapshot = lab.plain_scan().await.taken.snapshot;
        let totals = audited(snapshot.clone()).audit.coverage.control_totals;
        let counted: Vec<(u32, Option<u32>)> = totals.iter().map(|t| (t.resource_manager, t.resource_graph)).collect();
        assert_eq!(counted, [(6, Some(5)), (6, Some(6))]);
        assert_eq!(snapshot.gaps, [], "Resource Graph may be minutes behind");
    });
}

#[test]
fn one_engagement_is_one_tenants_and_a_file_in_the_clear_is_refused() {
    run(async {
        let lab = Lab::small(3, 1).await;
        let mut engagement = Engagement::in_memory().expect("memory");
        lab.scan(&mut engagement, &hasty()).await.expect("scanned");
        let mut other = generate(3, 1, 7);
        other.tenant = "aaaaaaaa-0000-4000-8000-0000000000bb".into();
        let elsewhere = Lab::new(other, Options::default()).await;
        let refused = elsewhere.scan(&mut engagement, &hasty()).await.expect_err("another tenant");
        assert!(refused.message.contains("belongs to the tenant"), "{refused}");
        let plain = lab.folder.path().join("plain.quay");
        let mut plain = Engagement::open(&plain, &quay_pipeline::Unlock::AsItIs).expect("opened");
        let refused = lab.scan(&mut plain, &hasty()).await.expect_err("in the clear");
        assert!(refused.message.contains("not encrypted"), "{refused}");
    });
}
