//! The rule catalogue.

use super::Answer;
use crate::session::Session;
use crate::transport::{RuleView, count};
use quay_model::{Outcome, Tally, Verdict};
use quay_pipeline::RULES;
use tauri::State;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn rules(session: State<'_, Session>) -> Answer<Vec<RuleView>> {
    let shown = session.shown().ok();
    Ok(views(shown.as_ref().map(|s| s.audited.audit.verdicts.as_slice()).unwrap_or_default()))
}

/// The catalogue, with how each rule came out.
pub(crate) fn views(verdicts: &[Verdict]) -> Vec<RuleView> {
    RULES
        .iter()
        .map(|rule| {
            let info = &rule.info;
            let tally = Tally::of(verdicts.iter().filter(|v| v.rule == info.id));
            let failing = verdicts.iter().filter(|v| v.rule == info.id && v.verdict == Outcome::Fail).count();
            RuleView {
                id: info.id.to_owned(),
                area: info.area.label().to_owned(),
                title: info.title.to_owned(),
                severity: info.severity.into(),
                what: info.what.to_owned(),
                why: info.why.to_owned(),
                not_applicable: info.not_applicable.to_owned(),
                reads: info.reads.iter().map(|r| (*r).to_owned()).collect(),
                references: info.references.iter().map(|r| (r.title.to_owned(), r.url.to_owned())).collect(),
                fail: count(failing),
                pass: tally.pass,
                not_assessed: tally.not_assessed,
                not_applicable_count: tally.not_applicable,
            }
        })
        .collect()
}
