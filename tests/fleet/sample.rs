//! The sample fleet shows what it was made to show.

use crate::fleets::MOMENT;
use quay_model::{DoorKind, DriftKind, MatrixState, Outcome, Settings};
use quay_pipeline::{Audited, Exposure, RULES, Source, take};
use std::collections::BTreeSet;

fn sample() -> Audited {
    let taken = take(&Source::Sample, MOMENT, &mut |_| true);
    Audited::of(taken.snapshot, MOMENT, &Settings::default())
}

#[test]
fn it_has_a_cluster_for_every_row_of_the_truth_table() {
    let audited = sample();
    let clusters = &audited.fleet.clusters;
    assert_eq!((clusters.len(), audited.fleet.subscriptions.len()), (60, 6));
    let labels: BTreeSet<&str> = clusters.iter().map(|c| Exposure::of(c, &audited.audit.settings).label()).collect();
    let expected = [
        "open to the internet",
        "private",
        "public, broad",
        "public, own egress only",
        "public, ranges unread",
        "public, restricted",
    ];
    assert_eq!(labels, BTreeSet::from(expected));
    let any = |what: &str, holds: &dyn Fn(&quay_model::Cluster) -> bool| {
        assert!(clusters.iter().any(holds), "no cluster is {what}")
    };
    any("stopped", &|c| c.is_stopped());
    any("being created", &|c| c.provisioning_state.reading.value().is_some_and(|s| s == "Creating"));
    any("VNet-integrated and public", &|c| {
        c.api_server.vnet_integration.reading.value() == Some(&true) && c.api_server.private.is_absent()
    });
    any("disabled by word only", &|c| {
        c.api_server.public_network_access.reading.value().is_some_and(|w| w == "Disabled")
    });
    any("private with a public name", &|c| c.api_server.public_name.reading.value() == Some(&true));
    any("without a profile", &|c| c.api_server.run_command_disabled.is_absent() && c.api_server.ranges.is_absent());
    any("with an empty list", &|c| c.api_server.ranges.reading.value().is_some_and(Vec::is_empty));
}

#[test]
fn nearly_every_rule_finds_something_and_every_rule_passes_somewhere() {
    let audited = sample();
    let rules_with = |outcome: Outcome| -> BTreeSet<&str> {
        audited.audit.verdicts.iter().filter(|v| v.verdict == outcome).map(|v| v.rule.as_str()).collect()
    };
    let (failing, passing) = (rules_with(Outcome::Fail), rules_with(Outcome::Pass));
    for rule in RULES {
        assert!(passing.contains(rule.info.id), "{} never passes in the sample", rule.info.id);
    }
    let silent: Vec<&str> = RULES.iter().map(|rule| rule.info.id).filter(|id| !failing.contains(id)).collect();
    assert_eq!(silent, ["TA-11", "TA-13"], "rules that find nothing in the sample");
    assert!(audited.fleet.subscriptions.iter().any(|s| s.unread.is_some()), "one subscription is unreadable");
}

#[test]
fn every_screen_has_something_to_tell() {
    let audited = sample();
    let survey = &audited.survey;
    let states = survey.matrix.iter().flat_map(|row| &row.cells).map(|cell| cell.state);
    assert_eq!(states.collect::<BTreeSet<_>>(), BTreeSet::from(MatrixState::ALL));
    let doors = survey.doors.iter().flat_map(|of| &of.doors).map(|door| door.kind);
    assert_eq!(doors.collect::<BTreeSet<_>>(), BTreeSet::from(DoorKind::ALL));
    let drift = survey.drift.iter().map(|drift| drift.kind);
    assert_eq!(drift.collect::<BTreeSet<_>>(), BTreeSet::from(DriftKind::ALL));
}

#[test]
fn nothing_in_it_is_damaged_and_little_is_unread() {
    let audited = sample();
    let gaps: BTreeSet<(&str, &str)> =
        audited.fleet.gaps.iter().map(|gap| (gap.call.as_str(), gap.reason.label())).collect();
    let meant = ["diagnosticSettings", "managedClusters", "role assignments", "trustedAccessRoleBindings"];
    assert_eq!(gaps, BTreeSet::from(meant.map(|call| (call, "denied"))));
    let bindings: BTreeSet<&str> =
        audited.fleet.clusters.iter().flat_map(|c| &c.bindings.seen).map(|b| b.id.lower()).collect();
    for written in audited.fleet.around.events.keys() {
        assert!(bindings.contains(written.as_str()), "no binding is called {written}");
    }
    let assessed = audited.audit.coverage.percent();
    assert!(assessed > Some(90), "{assessed:?} per cent of the tests were assessed");
}
