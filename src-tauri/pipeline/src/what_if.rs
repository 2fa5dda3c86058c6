//! What-if: the same rules over the fleet as it would be, so that a score after is computed and not promised.

use crate::Audited;
use quay_audit::{audit, plans};
use quay_model::{Audit, Change, Memory, Plan, Step, Verdict};

/// The audit before and after some steps.
#[derive(Debug)]
pub struct WhatIf {
    pub after: Audit,
    /// Findings that the steps close, and findings that they make.
    pub closed: Vec<Verdict>,
    pub opened: Vec<Verdict>,
}

/// The closing plan of one cluster.
pub fn plan_of(audited: &Audited, cluster: &str) -> Option<Plan> {
    plans(&audited.fleet, &audited.audit.settings, Some(cluster)).into_iter().next()
}

/// The closing plans of all clusters.
pub fn plans_of(audited: &Audited) -> Vec<Plan> {
    plans(&audited.fleet, &audited.audit.settings, None)
}

/// The steps by their order, whatever order they were chosen in.
pub fn changes_of(steps: &[&Step]) -> Vec<Change> {
    let mut changes: Vec<Change> = steps.iter().map(|step| step.change.clone()).collect();
    changes.sort_by_key(Change::order);
    changes.dedup();
    changes
}

pub fn what_if(audited: &Audited, memory: &Memory, changes: &[Change]) -> WhatIf {
    let fleet = audited.fleet.after(changes);
    let after = audit(&fleet, audited.audit.snapshot.clone(), &audited.audit.settings, memory);
    let missing_in = |from: &Audit, other: &Audit| -> Vec<Verdict> {
        let known: std::collections::HashSet<String> = other.findings().map(Verdict::identity).collect();
        from.findings().filter(|finding| !known.contains(&finding.identity())).cloned().collect()
    };
    let (closed, opened) = (missing_in(&audited.audit, &after), missing_in(&after, &audited.audit));
    WhatIf { after, closed, opened }
}
