//! What was read, and what was not.

use super::Answer;
use crate::session::{Session, Shown};
use crate::transport::{
    CallStateView, CallView, ControlTotalView, CoverageView, GapView, SubscriptionView, UnassessedView, count,
};
use quay_model::{CallState, Outcome};
use std::collections::BTreeMap;
use tauri::State;

/// Own limit: the reports hold them all, a screen does not have to.
const MOST_GAPS: usize = 2000;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn coverage(session: State<'_, Session>) -> Answer<CoverageView> {
    Ok(view(&*session.shown()?))
}

pub(crate) fn view(shown: &Shown) -> CoverageView {
    let audit = &shown.audited.audit;
    let coverage = &audit.coverage;
    let mut unassessed: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
    for verdict in audit.verdicts.iter().filter(|v| v.verdict == Outcome::NotAssessed) {
        unassessed.entry(&verdict.rule).or_insert((0, &verdict.reason)).0 += 1;
    }
    CoverageView {
        percent: coverage.percent(),
        tests_assessed: coverage.tests_assessed,
        tests_not_assessed: coverage.tests_not_assessed,
        subscriptions: coverage
            .subscriptions
            .iter()
            .map(|s| SubscriptionView {
                id: s.id.clone(),
                name: s.name.clone(),
                state: s.state.clone(),
                clusters: s.clusters,
                bindings_read: s.bindings_read,
                asked: s.asked.iter().map(state).collect(),
                control_total: coverage.control_totals.iter().find(|total| total.subscription == s.id).map(|total| {
                    ControlTotalView { resource_manager: total.resource_manager, resource_graph: total.resource_graph }
                }),
            })
            .collect(),
        tenant_asked: coverage.tenant_asked.iter().map(state).collect(),
        calls: coverage
            .calls
            .iter()
            .map(|c| CallView { call: c.call.clone(), read: c.read, not_read: c.not_read })
            .collect(),
        gaps: coverage.gaps.iter().take(MOST_GAPS).map(GapView::from).collect(),
        all_gaps: count(coverage.gaps.len()),
        unassessed: unassessed
            .into_iter()
            .map(|(rule, (tests, example))| UnassessedView {
                rule: rule.to_owned(),
                title: audit.rule(rule).map_or("", |info| info.title).to_owned(),
                tests,
                example: example.to_owned(),
            })
            .collect(),
    }
}

fn state(of: &CallState) -> CallStateView {
    CallStateView {
        call: of.call.clone(),
        read: of.read,
        denied: of.denied,
        throttled: of.throttled,
        failed: of.failed,
        not_asked: of.not_asked,
    }
}
