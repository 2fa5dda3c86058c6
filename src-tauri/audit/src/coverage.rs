//! What was read and what was not, counted.

use quay_model::{ArmId, CallCoverage, CallState, Coverage, Fleet, GapReason, SubscriptionCoverage, Tally, Verdict};
use std::collections::BTreeMap;

pub(crate) fn coverage(fleet: &Fleet, verdicts: &[Verdict]) -> Coverage {
    let tally = Tally::of(verdicts);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let mut asked = if fleet.is_scan() { asked_of_azure(fleet) } else { BTreeMap::new() };
    let tenant_asked: Vec<CallState> = asked.remove("").unwrap_or_default().into_values().collect();
    let subscriptions: Vec<SubscriptionCoverage> = fleet
        .subscriptions
        .iter()
        .map(|subscription| {
            let own = || fleet.clusters.iter().filter(|c| c.subscription() == subscription.id);
            SubscriptionCoverage {
                id: subscription.id.clone(),
                name: subscription.name.clone(),
                state: subscription.unread.map_or("read", |reason| reason.label()).to_owned(),
                clusters: count(own().count()),
                bindings_read: count(own().filter(|c| c.bindings.is_complete()).count()),
                asked: asked.remove(&subscription.id).unwrap_or_default().into_values().collect(),
            }
        })
        .collect();
    let whole = fleet.clusters.iter().filter(|c| c.bindings.is_complete()).count();
    let unread = fleet.subscriptions.iter().filter(|s| s.unread.is_some()).count();
    Coverage {
        clusters: count(fleet.clusters.len()),
        calls: vec![
            CallCoverage {
                call: "cluster lists (per subscription)".to_owned(),
                read: count(fleet.subscriptions.len() - unread),
                not_read: count(unread),
            },
            CallCoverage {
                call: "Trusted Access bindings (per cluster)".to_owned(),
                read: count(whole),
                not_read: count(fleet.clusters.len() - whole),
            },
        ],
        subscriptions,
        tests_assessed: tally.assessed(),
        tests_not_assessed: tally.not_assessed,
        gaps: fleet.gaps.clone(),
        control_totals: fleet.control_totals.clone(),
        tenant_asked,
    }
}

/// Per subscription and kind of call: how the answers ended.
fn asked_of_azure(fleet: &Fleet) -> BTreeMap<String, BTreeMap<String, CallState>> {
    let mut asked: BTreeMap<String, BTreeMap<String, CallState>> = BTreeMap::new();
    let mut state = |scope: &str, call: &str, count: &dyn Fn(&mut CallState)| {
        let id = match ArmId::parse(scope) {
            Some(id) => id.subscription().to_owned(),
            None if scope == "tenant" => String::new(),
            None => return,
        };
        let calls = asked.entry(id).or_default();
        let fresh = || CallState { call: call.to_owned(), ..CallState::default() };
        count(calls.entry(call.to_owned()).or_insert_with(fresh));
    };
    for list in &fleet.whole_lists {
        state(&list.scope, &list.what, &|state| state.read += 1);
    }
    for gap in &fleet.gaps {
        let count: &dyn Fn(&mut CallState) = match gap.reason {
            GapReason::Denied => &|state| state.denied += 1,
            GapReason::Throttled => &|state| state.throttled += 1,
            GapReason::NotAsked => &|state| state.not_asked += 1,
            // two routes that differ were both read
            GapReason::Contradiction => continue,
            GapReason::PageMissing
            | GapReason::Damaged
            | GapReason::Unrecognised
            | GapReason::TooLarge
            | GapReason::Unreachable
            | GapReason::Failed => &|state| state.failed += 1,
        };
        state(&gap.scope, &gap.call, count);
    }
    asked
}
