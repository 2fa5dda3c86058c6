//! New, fixed, gone, unread: the difference between two audits of one engagement.

use quay_model::{Outcome, Verdict};
use std::collections::HashMap;

/// Identities of findings, each in the order of the audit they come from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    pub new: Vec<String>,
    /// Failed before, and its test passed or no longer applies now.
    pub fixed: Vec<String>,
    pub still_open: Vec<String>,
    /// Failed before, and could not be assessed now: neither open nor fixed.
    pub no_longer_assessed: Vec<String>,
    /// Failed before, and there is no verdict on the resource now.
    pub resource_gone: Vec<String>,
    /// The rules differ, so part of the difference may come from them.
    pub rules_changed: bool,
}

pub fn changes(before: &[Verdict], now: &[Verdict], rules_changed: bool) -> Changes {
    let of = |verdicts: &[Verdict]| -> HashMap<String, Outcome> {
        verdicts.iter().map(|v| (v.identity(), v.verdict)).collect()
    };
    let (earlier, later) = (of(before), of(now));
    let mut found = Changes { rules_changed, ..Changes::default() };
    for verdict in before.iter().filter(|v| v.verdict == Outcome::Fail) {
        let identity = verdict.identity();
        match later.get(&identity) {
            Some(Outcome::Fail) => found.still_open.push(identity),
            Some(Outcome::Pass | Outcome::NotApplicable) => found.fixed.push(identity),
            Some(Outcome::NotAssessed) => found.no_longer_assessed.push(identity),
            None => found.resource_gone.push(identity),
        }
    }
    for verdict in now.iter().filter(|v| v.verdict == Outcome::Fail) {
        let identity = verdict.identity();
        if earlier.get(&identity) != Some(&Outcome::Fail) {
            found.new.push(identity);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use quay_model::Severity;

    fn verdict(resource: &str, outcome: Outcome) -> Verdict {
        Verdict {
            rule: "EXP-01".into(),
            resource_id: resource.into(),
            cluster_id: resource.into(),
            instance: "".into(),
            verdict: outcome,
            severity: Severity::High,
            reason: "".into(),
            evidence: Box::default(),
        }
    }

    #[test]
    fn a_finding_that_was_not_read_is_not_fixed() {
        let before = ["/open", "/fixed", "/unread", "/gone"].map(|r| verdict(r, Outcome::Fail));
        let now = [
            verdict("/OPEN", Outcome::Fail),
            verdict("/fixed", Outcome::Pass),
            verdict("/unread", Outcome::NotAssessed),
            verdict("/new", Outcome::Fail),
        ];
        let found = changes(&before, &now, false);
        let counts = [&found.still_open, &found.fixed, &found.no_longer_assessed, &found.resource_gone, &found.new]
            .map(Vec::len);
        assert_eq!(counts, [1, 1, 1, 1, 1]);
        assert_eq!(found.fixed, [before[1].identity()]);
    }
}
