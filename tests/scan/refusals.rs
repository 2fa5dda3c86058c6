//! Whatever Azure answers in place of data: the gap names it, the rest is read, and unread is never clean.

use crate::{Lab, audited, hasty, run, verdicts};
use quay_azure::{Fault, FaultKind, Options, generate};
use quay_model::{GapReason, Outcome};
use quay_pipeline::{Engagement, LiveScan, Pace, look_before};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::sync::watch;

fn impatient() -> LiveScan {
    let pace = Pace { first_wait: Duration::from_millis(2), tries: 3, throttled_tries: 2, ..Pace::default() };
    LiveScan { pace, ..LiveScan::default() }
}

/// What one fault, for good, on the bindings of one cluster leads to.
/// Verdicts of other clusters that nobody could give.
fn unknown_elsewhere(judged: &std::collections::BTreeMap<(String, String), Outcome>) -> usize {
    judged.iter().filter(|((_, id), verdict)| !id.contains("aks-00003") && **verdict == Outcome::NotAssessed).count()
}

async fn on_bindings(lab: &Lab, kind: FaultKind, usual: usize) -> (Vec<quay_model::Gap>, usize, usize) {
    lab.azure.clear_faults();
    lab.azure.add_fault(Fault { on: "aks-00003/trustedaccessrolebindings".into(), kind, times: None });
    let mut engagement = Engagement::in_memory().expect("memory");
    let snapshot = lab.scan(&mut engagement, &impatient()).await.expect("scanned").taken.snapshot;
    let gaps = snapshot.gaps.clone();
    let judged = verdicts(&snapshot);
    // a service whose binding was on the page that came is bound, whatever the next page holds
    let known_from_one_page = |rule: &str| kind == FaultKind::ForeignLink && rule == "TA-01";
    let of_cluster = judged
        .iter()
        .filter(|((rule, id), _)| rule.starts_with("TA-") && !known_from_one_page(rule) && id.ends_with("/aks-00003"));
    let passed = of_cluster.filter(|(_, verdict)| **verdict == Outcome::Pass).count();
    (gaps, passed, unknown_elsewhere(&judged) - usual)
}

#[test]
fn each_way_to_fail_is_a_gap_that_names_itself_and_harms_nothing_else() {
    run(async {
        let lab = Lab::small(6, 1).await;
        let mut engagement = Engagement::in_memory().expect("memory");
        let clean = lab.scan(&mut engagement, &impatient()).await.expect("scanned").taken.snapshot;
        // without the directory and without an earlier snapshot some rules cannot be assessed anywhere
        let usual = unknown_elsewhere(&verdicts(&clean));
        let reasons = [
            (FaultKind::Denied, GapReason::Denied),
            (FaultKind::NotFound, GapReason::Failed),
            (FaultKind::NotFoundBare, GapReason::Failed),
            (FaultKind::Conflict, GapReason::Failed),
            (FaultKind::RequestTimeout, GapReason::Failed),
            (FaultKind::ThrottledJson, GapReason::Throttled),
            (FaultKind::ThrottledText, GapReason::Throttled),
            (FaultKind::ThrottledDate, GapReason::Throttled),
            (FaultKind::ServerError, GapReason::Failed),
            (FaultKind::BadGateway, GapReason::Failed),
            (FaultKind::Unavailable, GapReason::Failed),
            (FaultKind::GatewayTimeout, GapReason::Failed),
            (FaultKind::Cut, GapReason::Failed),
            (FaultKind::Truncated, GapReason::Damaged),
            (FaultKind::Malformed, GapReason::Damaged),
            (FaultKind::WrongType, GapReason::Damaged),
            (FaultKind::TokenExpired, GapReason::Denied),
            (FaultKind::TenantInvalid, GapReason::Denied),
            (FaultKind::ForeignLink, GapReason::PageMissing),
        ];
        for (kind, reason) in reasons {
            let (gaps, passed, others) = on_bindings(&lab, kind, usual).await;
            let named =
                gaps.iter().find(|gap| gap.scope.ends_with("/aks-00003") && gap.call == "trustedAccessRoleBindings");
            let gap = named.unwrap_or_else(|| unreachable!("{kind:?}: {gaps:?}"));
            // a token that is revoked again and again can spoil calls that are under way beside it
            assert!(gaps.len() == 1 || kind == FaultKind::TokenExpired, "{kind:?}: {gaps:?}");
            println!("{kind:?}: {} {}", gap.message, gap.hint);
            assert_eq!(gap.reason, reason, "{kind:?}: {gap:?}");
            assert_eq!(
                (passed, if gaps.len() == 1 { others } else { 0 }),
                (0, 0),
                "{kind:?}: unread is not clean, and others are not touched"
            );
        }
    });
}

#[test]
fn a_link_to_another_host_is_not_followed_and_no_token_leaves() {
    run(async {
        let lab = Lab::small(6, 1).await;
        lab.azure.add_fault(Fault { on: "/managedclusters?".into(), kind: FaultKind::ForeignLink, times: None });
        let snapshot = lab.plain_scan().await.taken.snapshot;
        let said = snapshot
            .gaps
            .iter()
            .any(|gap| gap.reason == GapReason::PageMissing && gap.message.contains("another host"));
        assert!(said, "{:?}", snapshot.gaps);
        let coverage = audited(snapshot).audit.coverage;
        assert_eq!(coverage.unread_subscriptions(), 1, "a list that is not whole is not read");
        assert_eq!(coverage.clusters, 6, "Resource Graph knew the others, and they were read one by one");
    });
}

#[test]
fn a_denied_subscription_stops_nobody_else() {
    run(async {
        let lab = Lab::small(12, 3).await;
        let denied = "/subscriptions/00000000-0000-4000-8000-000000000001".to_owned();
        lab.azure.change(|world| world.denied.push((denied.clone(), "*/read".into())));
        let before = {
            let (_never, stop) = watch::channel(false);
            look_before(&lab.session().await, &[], Pace::default(), stop).await.expect("looked")
        };
        let missing: Vec<usize> =
            before.subscriptions.iter().map(|s| s.missing.as_ref().map_or(99, Vec::len)).collect();
        assert_eq!(missing, [0, 10, 0], "preflight says it before the scan does");
        let snapshot = lab.plain_scan().await.taken.snapshot;
        assert!(
            snapshot.gaps.iter().all(|gap| gap.scope == denied && gap.reason == GapReason::Denied),
            "{:?}",
            snapshot.gaps
        );
        assert!(snapshot.gaps.iter().any(|gap| gap.hint.contains("Reader")));
        let coverage = audited(snapshot).audit.coverage;
        assert_eq!((coverage.clusters, coverage.unread_subscriptions()), (8, 1));
    });
}

#[test]
fn one_right_that_is_missing_is_named_before_and_after() {
    run(async {
        let lab = Lab::small(8, 2).await;
        let scope = "/subscriptions/00000000-0000-4000-8000-000000000000".to_owned();
        lab.azure.change(|world| {
            world
                .denied
                .push((scope, "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/read".into()))
        });
        let (_never, stop) = watch::channel(false);
        let before = look_before(&lab.session().await, &[], Pace::default(), stop).await.expect("looked");
        let missing: Vec<&str> =
            before.subscriptions.iter().flat_map(|s| s.missing.iter().flatten()).map(|need| need.what).collect();
        assert_eq!(missing, ["Trusted Access bindings"]);
        let snapshot = lab.plain_scan().await.taken.snapshot;
        let coverage = audited(snapshot).audit.coverage;
        let state = coverage.subscriptions[0].asked.iter().find(|call| call.call == "trustedAccessRoleBindings");
        assert_eq!(state.map(|call| (call.read, call.denied)), Some((0, 4)));
        let state = coverage.subscriptions[1].asked.iter().find(|call| call.call == "trustedAccessRoleBindings");
        assert_eq!(state.map(|call| (call.read, call.denied)), Some((4, 0)));
    });
}

#[test]
fn documented_limits_are_kept_without_being_told() {
    run(async {
        let lab = Lab::new(generate(200, 1, 7), Options::default()).await;
        let mut engagement = Engagement::in_memory().expect("memory");
        let started = std::time::Instant::now();
        let scanned = lab.scan(&mut engagement, &LiveScan::default()).await.expect("scanned");
        let took = started.elapsed().as_secs_f64();
        let requests = f64::from(scanned.progress.requests);
        // what the bucket of one subscription allows: 250 at once, 25 more each second
        let least = (requests - 250.0) / 25.0;
        println!(
            "{requests} requests in {took:.1} s; the limit alone takes {least:.1} s; {} answered with 429",
            scanned.progress.throttled
        );
        assert_eq!(scanned.taken.snapshot.gaps, []);
        assert!(scanned.progress.throttled <= 3, "{} were throttled", scanned.progress.throttled);
    });
}

#[test]
fn stopping_is_at_once_and_what_was_read_is_not_asked_for_again() {
    run(async {
        let options = Options { throttle: false, latency: Duration::from_millis(30), ..Options::default() };
        let lab = Lab::new(generate(60, 2, 7), options).await;
        let session = lab.session().await;
        let whole = verdicts(&lab.plain_scan().await.taken.snapshot);
        let mut engagement = Engagement::in_memory().expect("memory");
        let (stop, stopped) = watch::channel(false);
        let asked = hasty();
        let scan = engagement.scan(&session, &asked, std::sync::Arc::new(|_| {}), stopped);
        let (ended, waited) = tokio::join!(scan, async {
            tokio::time::sleep(Duration::from_millis(250)).await;
            stop.send(true).expect("it listens");
            std::time::Instant::now()
        });
        assert!(waited.elapsed() < Duration::from_millis(500), "it stopped after {:?}", waited.elapsed());
        let problem = ended.expect_err("stopped");
        println!("{problem}");
        assert_eq!(problem.code, quay_model::ProblemCode::Cancelled);
        // what was on its way when the scan stopped may still arrive
        tokio::time::sleep(Duration::from_millis(200)).await;
        lab.azure.clear_log();
        let resumed = crate::scan_with(&session, &mut engagement, &hasty()).await.expect("scanned");
        assert!(resumed.resumed && resumed.progress.reused > 10, "{:?}", resumed.progress);
        assert_eq!(verdicts(&resumed.taken.snapshot), whole);
        assert_eq!(u64::from(resumed.progress.requests), lab.azure.counts().requests);
    });
}

#[test]
fn a_consent_that_is_missing_for_the_directory_leaves_the_rest_whole() {
    run(async {
        let lab = Lab::small(6, 1).await;
        let session = lab.session().await;
        lab.azure.add_fault(Fault { on: "/token".into(), kind: FaultKind::Aadsts65001, times: None });
        let mut engagement = Engagement::in_memory().expect("memory");
        let asked = LiveScan { directory: true, ..hasty() };
        let snapshot = crate::scan_with(&session, &mut engagement, &asked).await.expect("scanned").taken.snapshot;
        assert!(!snapshot.gaps.is_empty());
        for gap in &snapshot.gaps {
            assert!(gap.message.contains("AADSTS65001") && gap.hint.contains("admin consent"), "{gap:?}");
            assert!(["directory objects", "application credentials"].contains(&gap.call.as_str()), "{gap:?}");
        }
        assert_eq!(audited(snapshot).audit.coverage.clusters, 6);
    });
}

#[test]
fn a_server_whose_clock_is_wrong_is_waited_for_as_long_as_it_means() {
    run(async {
        let options = Options { throttle: false, skew: 3 * 3600, ..Options::default() };
        let lab = Lab::new(generate(6, 1, 7), options).await;
        lab.azure.add_fault(Fault { on: "/managedclusters".into(), kind: FaultKind::ThrottledDate, times: Some(2) });
        let started = std::time::Instant::now();
        let snapshot = lab.plain_scan().await.taken.snapshot;
        assert_eq!(snapshot.gaps, []);
        assert!(started.elapsed() < Duration::from_secs(30), "it waited {:?}", started.elapsed());
    });
}

#[test]
fn a_scope_that_could_not_be_read_is_not_left_out_by_choice() {
    run(async {
        let lab = Lab::small(24, 12).await;
        let group = LiveScan { management_group: Some("platform".into()), ..impatient() };
        let mut engagement = Engagement::in_memory().expect("memory");
        let whole = lab.scan(&mut engagement, &group).await.expect("scanned").taken.snapshot;
        assert_eq!(whole.gaps.iter().filter(|gap| gap.reason == GapReason::NotAsked).count(), 6);
        assert_eq!(audited(whole).audit.coverage.clusters, 12);
        // the second page of the group's list never comes
        lab.azure.add_fault(Fault {
            on: "descendants?api-version=2020-05-01&".into(),
            kind: FaultKind::Unavailable,
            times: None,
        });
        let mut engagement = Engagement::in_memory().expect("memory");
        let broken = lab.scan(&mut engagement, &group).await.expect("scanned").taken.snapshot;
        assert!(broken.gaps.iter().all(|gap| gap.reason != GapReason::NotAsked), "{:?}", broken.gaps);
        let coverage = audited(broken).audit.coverage;
        assert_eq!((coverage.clusters, coverage.unread_subscriptions()), (6, 9), "three were known to be below it");
        // the second page of the subscriptions never comes: those of the first are still read
        lab.azure.clear_faults();
        lab.azure.add_fault(Fault {
            on: "/subscriptions?api-version=2022-12-01&".into(),
            kind: FaultKind::Denied,
            times: None,
        });
        let mut engagement = Engagement::in_memory().expect("memory");
        let broken = lab.scan(&mut engagement, &impatient()).await.expect("scanned").taken;
        assert!(broken.anything_read && broken.snapshot.gaps.iter().any(|gap| gap.call == "subscriptions"));
        assert_eq!(audited(broken.snapshot).audit.coverage.clusters, 6);
    });
}

#[test]
fn what_resource_graph_leaves_out_in_silence_is_said() {
    run(async {
        let lab = Lab::small(6, 1).await;
        let scope = "/subscriptions/00000000-0000-4000-8000-000000000000".to_owned();
        lab.azure
            .change(|world| world.denied.push((scope.clone(), "Microsoft.Authorization/roleAssignments/read".into())));
        let mut engagement = Engagement::in_memory().expect("memory");
        let snapshot = lab.scan(&mut engagement, &hasty()).await.expect("scanned").taken.snapshot;
        let [gap] = &snapshot.gaps[..] else { unreachable!("{:?}", snapshot.gaps) };
        assert_eq!(
            (gap.scope.as_str(), gap.call.as_str(), gap.reason),
            (scope.as_str(), "role assignments", GapReason::Denied)
        );
        // the right is granted: the next scan sees them, however short the time between
        lab.azure.change(|world| world.denied.clear());
        let snapshot = lab.scan(&mut engagement, &hasty()).await.expect("scanned").taken.snapshot;
        let seen: BTreeSet<String> = snapshot.documents.iter().map(|d| d.resource_id.to_lowercase()).collect();
        assert_eq!(seen.iter().filter(|id| id.contains("/roleassignments/")).count(), 3);
    });
}
