//! The score: the share of severity-weighted assessed tests that pass. What was not assessed stands beside it, never in it.

use quay_model::{Outcome, Score, Severity, Tally, Verdict};

/// Below this share of assessed tests there is no score: it would speak of the wrong fleet. (Evidence brief, 3.2.)
const LEAST_ASSESSED_PERCENT: u32 = 80;

/// The value alone, for a part of the fleet.
pub(crate) fn score_value<'a>(verdicts: impl Iterator<Item = &'a Verdict>) -> Option<u32> {
    let (mut passed, mut assessed, mut tests, mut known) = (0_u64, 0_u64, 0_u64, 0_u64);
    for verdict in verdicts {
        let weight = u64::from(verdict.severity.weight());
        match verdict.verdict {
            Outcome::Pass => {
                passed += weight;
                assessed += weight;
            }
            Outcome::Fail => assessed += weight,
            Outcome::NotAssessed => {
                tests += 1;
                continue;
            }
            Outcome::NotApplicable => continue,
        }
        tests += 1;
        known += 1;
    }
    let percent = (known * 100).checked_div(tests)?;
    let share = (passed * 100).checked_div(assessed)?;
    (percent >= u64::from(LEAST_ASSESSED_PERCENT)).then(|| u32::try_from(share).unwrap_or(100))
}

pub(crate) fn score(verdicts: &[Verdict]) -> Score {
    let tally = Tally::of(verdicts);
    let weigh = |wanted: &dyn Fn(Outcome) -> bool| {
        verdicts.iter().filter(|v| wanted(v.verdict)).map(|v| v.severity.weight()).sum::<u32>()
    };
    let passed = weigh(&|o| o == Outcome::Pass);
    let assessed = weigh(&|o| matches!(o, Outcome::Pass | Outcome::Fail));
    let tests = u64::from(tally.assessed()) + u64::from(tally.not_assessed);
    let percent =
        (u64::from(tally.assessed()) * 100).checked_div(tests).map_or(0, |share| u32::try_from(share).unwrap_or(100));
    let enough = percent >= LEAST_ASSESSED_PERCENT && assessed > 0;
    // rounded down: 100 means that nothing failed
    let value = enough.then(|| u32::try_from(u64::from(passed) * 100 / u64::from(assessed)).unwrap_or(100));
    let weights = Severity::ALL.map(|s| format!("{} {}", s.label(), s.weight())).join(", ");
    let rule = format!("Weight of passed tests divided by weight of assessed tests ({weights}).");
    let formula = match value {
        Some(value) => format!(
            "{rule} {passed} of {assessed} = {value}. Not assessed and outside the fraction: {} tests.",
            tally.not_assessed
        ),
        None if assessed == 0 => format!("{rule} No score: no test was assessed."),
        None => format!(
            "{rule} No score: {percent} % of tests were assessed, and below {LEAST_ASSESSED_PERCENT} % a score would mislead."
        ),
    };
    Score { value, passed_weight: passed, assessed_weight: assessed, assessed_percent: percent, formula }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdicts(outcomes: &[(Outcome, Severity)]) -> Vec<Verdict> {
        outcomes
            .iter()
            .map(|(verdict, severity)| Verdict {
                rule: "X".into(),
                resource_id: "/r".into(),
                cluster_id: "/r".into(),
                instance: "".into(),
                verdict: *verdict,
                severity: *severity,
                reason: "".into(),
                evidence: Box::default(),
            })
            .collect()
    }

    #[test]
    fn the_score_weighs_by_severity_and_leaves_the_unassessed_out() {
        let four = [
            (Outcome::Pass, Severity::Critical),
            (Outcome::Fail, Severity::High),
            (Outcome::Pass, Severity::Low),
            (Outcome::NotApplicable, Severity::Critical),
        ];
        assert_eq!(score(&verdicts(&four)).value, Some(11 * 100 / 16));
        let with_one_unread =
            [four[0], four[1], four[2], (Outcome::Pass, Severity::Low), (Outcome::NotAssessed, Severity::Critical)];
        assert_eq!(score(&verdicts(&with_one_unread)).value, Some(12 * 100 / 17), "4 of 5 assessed is just enough");
    }

    #[test]
    fn too_little_assessed_gives_no_score() {
        let half = [(Outcome::Pass, Severity::High), (Outcome::NotAssessed, Severity::High)];
        assert_eq!(score(&verdicts(&half)).value, None);
        assert_eq!(score(&[]).value, None, "an empty fleet has no score, and certainly not 100");
    }
}
