//! Five hundred scans of an Azure in trouble. Each ends with the verdicts of the clean run, or with gaps that name
//! exactly what is missing; never with another verdict, never without an end.

use crate::{CLIENT, Lab, hasty, run, verdicts};
use quay_azure::{Chaos, FaultKind, Options, generate};
use quay_model::{Gap, Outcome, Snapshot};
use quay_pipeline::{Engagement, LiveScan, Pace};
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const SCANS: u64 = 500;
const AT_ONCE: usize = 100;

type Verdicts = BTreeMap<(String, String), Outcome>;

#[test]
fn chaos_never_makes_a_wrong_verdict() {
    let seed = std::env::var("QUAY_CHAOS_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| SystemTime::now().duration_since(UNIX_EPOCH).map_or(7, |since| since.as_nanos() as u64));
    println!("seed {seed}; QUAY_CHAOS_SEED={seed} repeats this run");
    run(async {
        let clean = verdicts(&one(0, 0, vec![]).await);
        // on the first day no role can have widened since an earlier one
        let open: BTreeSet<&str> = clean
            .iter()
            .filter(|(_, verdict)| **verdict == Outcome::NotAssessed)
            .map(|((rule, _), _)| rule.as_str())
            .collect();
        assert_eq!(open, BTreeSet::from(["TA-09"]));
        let (mut same, mut gaps, mut not_assessed) = (0, 0, 0);
        for first in (0..SCANS).step_by(AT_ONCE) {
            let scans = (first..(first + AT_ONCE as u64).min(SCANS)).map(|number| {
                tokio::spawn(async move {
                    let mut kinds = FaultKind::PASSING.to_vec();
                    // some refuse for good, and some lists lead astray; a 404 about one thing that is there would be
                    // a lie, and about lists `refusals.rs` asks
                    kinds.extend([FaultKind::Denied, FaultKind::Conflict, FaultKind::ForeignLink]);
                    // from a little trouble to a lot
                    (number, one(seed.wrapping_add(number), 5 + (number % 20) * 8, kinds).await)
                })
            });
            for scan in scans.collect::<Vec<_>>() {
                let (number, snapshot) = scan.await.expect("no scan panics");
                let judged = verdicts(&snapshot);
                let missing = differences(&clean, &judged, &snapshot.gaps, seed.wrapping_add(number));
                same += usize::from(judged == clean);
                gaps += usize::from(!snapshot.gaps.is_empty());
                not_assessed += missing;
            }
        }
        println!(
            "{SCANS} scans: {same} with the verdicts of the clean run, {gaps} with gaps, {not_assessed} verdicts missing or not assessed"
        );
        assert!(same > 20 && gaps > 20, "the run was neither too calm nor too rough to show anything");
    });
}

/// How many verdicts the scan could not give; panics when one is wrong or its absence is not named.
fn differences(clean: &Verdicts, judged: &Verdicts, gaps: &[Gap], seed: u64) -> usize {
    let mut missing = 0;
    for (key, verdict) in judged {
        match clean.get(key) {
            Some(expected) if expected == verdict => {}
            // where bindings were not read, their rules are not assessed at the cluster instead
            _ if *verdict == Outcome::NotAssessed => {}
            other => unreachable!("seed {seed}: {key:?} is {verdict:?} and was {other:?}"),
        }
    }
    for ((rule, id), expected) in clean {
        if judged.get(&(rule.clone(), id.clone())) == Some(expected) {
            continue;
        }
        missing += 1;
        let subscription = id.split('/').take(3).collect::<Vec<_>>().join("/");
        let named = gaps.iter().any(|gap| {
            let scope = gap.scope.to_lowercase();
            // what a service is asked for belongs to its subscription, as the cluster does
            let own = scope == subscription || scope.starts_with(&format!("{subscription}/"));
            own || scope == "tenant" || scope.starts_with("application ") || scope.contains("/locations/")
        });
        assert!(named, "seed {seed}: {rule} of {id} is missing, and no gap says why: {gaps:?}");
    }
    missing
}

async fn one(seed: u64, per_mille: u64, kinds: Vec<FaultKind>) -> Snapshot {
    let options = Options { throttle: false, page: 2, rows: 5, ..Options::default() };
    let lab = Lab::new(generate(8, 2, 11), options).await;
    let session = lab.session().await;
    if !kinds.is_empty() {
        lab.azure.set_chaos(Chaos { seed, per_mille, kinds });
    }
    let pace = Pace { first_wait: Duration::from_millis(2), tries: 4, throttled_tries: 4, ..Pace::default() };
    let asked = LiveScan { pace, directory: true, ..hasty() };
    let mut engagement = Engagement::in_memory().expect("memory");
    let scanned = crate::scan_with(&session, &mut engagement, &asked).await;
    let scanned = scanned.unwrap_or_else(|problem| unreachable!("seed {seed}: {problem} ({CLIENT})"));
    scanned.taken.snapshot
}
