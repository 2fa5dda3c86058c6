//! What the tests of all steps share.

use quay_model::{Before, Change, Step};

pub(crate) const CLUSTER: &str =
    "/subscriptions/s1/resourceGroups/g 1/providers/Microsoft.ContainerService/managedClusters/it's";

pub(crate) fn step(change: Change, before: Before) -> Step {
    Step {
        id: String::new(),
        cluster_id: CLUSTER.to_owned(),
        change,
        before,
        title: String::new(),
        why: String::new(),
        breaks_today: vec![],
        held_back: vec![],
        unsure: vec![],
        decide: None,
    }
}
