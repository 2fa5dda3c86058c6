//! What-if equals reality, and a plan never leaves a service without a way in: over a thousand random fleets each.

use crate::applied::{apply, nobody_signs_in, refused};
use crate::random::fleet;
use crate::walk::Walk;
use quay_azure::Dice;
use quay_model::{Change, Memory, Settings, Snapshot, Step};
use quay_pipeline::{Audited, changes_of, plans_of, what_if};
use std::collections::BTreeMap;

const FLEETS: u64 = 1000;
const MOMENT: &str = "2026-11-23T12:00:00Z";

fn audited(snapshot: Snapshot) -> Audited {
    Audited::of(snapshot, MOMENT, &Settings::default())
}

type Outcomes = BTreeMap<(String, String), (String, String, String)>;

fn outcomes(audit: &quay_model::Audit) -> Outcomes {
    let of = |v: &quay_model::Verdict| {
        let told = (v.verdict.label().to_owned(), v.severity.label().to_owned(), v.reason.to_string());
        ((v.rule.to_string(), v.resource_id.to_lowercase()), told)
    };
    audit.verdicts.iter().map(of).collect()
}

#[test]
fn what_if_says_what_auditing_the_changed_documents_says() {
    let (mut steps_taken, mut changed) = (0, 0);
    for seed in 0..FLEETS {
        let before = audited(fleet(seed));
        let plans = plans_of(&before);
        let mut dice = Dice::new(seed);
        // held back steps too: whoever says so may take them
        let chosen: Vec<&Step> = plans.iter().flat_map(|plan| &plan.steps).filter(|_| dice.roll(3) > 0).collect();
        let changes = changes_of(&chosen);
        let imagined = what_if(&before, &Memory::default(), &changes);
        let mut reality = fleet(seed);
        changes.iter().for_each(|change| apply(&mut reality, change));
        let real = audited(reality);
        assert_eq!(outcomes(&imagined.after), outcomes(&real.audit), "seed {seed}: {changes:#?}");
        assert_eq!(imagined.after.score, real.audit.score, "seed {seed}");
        steps_taken += changes.len();
        changed += usize::from(outcomes(&before.audit) != outcomes(&real.audit));
    }
    println!("what-if: {FLEETS} fleets, {steps_taken} steps taken, verdicts changed in {changed} fleets");
    assert!(changed > 800, "most plans should change something");
}

#[test]
fn following_a_plan_never_leaves_a_service_without_a_way_in() {
    let (mut walked, mut services, mut rescued, mut held) = (0, 0, 0, 0);
    for seed in 0..FLEETS {
        let mut snapshot = fleet(seed + 5_000);
        let first = snapshot.clone();
        let start = Walk::of(&first, None, Vec::new());
        let uses = start.detected();
        services += uses.len();
        let mut had: Vec<bool> = uses.iter().map(|uses| start.has_way(uses)).collect();
        let mut plans = plans_of(&audited(snapshot.clone()));
        // whoever works on several clusters does them in any order
        if seed % 2 == 0 {
            plans.reverse();
        }
        let mut rotated = Vec::new();
        for step in plans.iter().flat_map(|plan| &plan.steps) {
            if step.is_held_back() {
                held += 1;
                continue;
            }
            let refusal = refused(&snapshot, &step.change);
            assert_eq!(refusal, None, "seed {seed}: {:?}", step.change);
            apply(&mut snapshot, &step.change);
            if let Change::RotateCertificates { cluster } = &step.change {
                rotated.push(cluster.to_lowercase());
            }
            walked += 1;
            let now = Walk::of(&snapshot, Some(&start), rotated.clone());
            for (uses, had) in uses.iter().zip(&mut had) {
                let has = now.has_way(uses);
                assert!(
                    has || !*had,
                    "seed {seed}: after {:?} {} lost its way into {}",
                    step.change,
                    uses.source,
                    uses.cluster
                );
                rescued += usize::from(has && !*had);
                *had = has;
            }
        }
        // rights that other steps take back may have been the last ones
        for step in plans.iter().flat_map(|plan| &plan.steps).filter(|step| !step.is_held_back()) {
            if let Change::DisableLocalAccounts { cluster } = &step.change {
                assert!(!nobody_signs_in(&snapshot, cluster), "seed {seed}: in the end nobody signs in to {cluster}");
            }
        }
    }
    println!(
        "plans: {FLEETS} fleets, {walked} steps walked, {held} held back, {services} services, {rescued} got a way in they did not have"
    );
    assert!(walked > 5_000 && rescued > 100 && held > 500, "{walked} {rescued} {held}");
}
