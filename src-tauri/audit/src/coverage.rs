//! What was read and what was not, counted.

use quay_model::{CallCoverage, Coverage, Fleet, SubscriptionCoverage, Tally, Verdict};

pub(crate) fn coverage(fleet: &Fleet, verdicts: &[Verdict]) -> Coverage {
    let tally = Tally::of(verdicts);
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
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
    }
}
