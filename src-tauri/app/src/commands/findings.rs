//! The list of findings, a page at a time, and one finding whole.

use super::Answer;
use super::lists::page_of;
use super::rows::{Owners, finding_row, state_of};
use crate::session::{Session, Shown};
use crate::transport::{
    ChoiceView, CountView, EvidenceView, FindingPage, FindingQuery, FindingRow, FindingState, FindingView, FixView,
    SeverityView, count,
};
use quay_model::{FixText, Problem, ProblemCode, Severity, Verdict};
use quay_pipeline::{fix_for, framework_name, raw_excerpt};
use std::collections::BTreeMap;
use tauri::State;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn findings(session: State<'_, Session>, query: FindingQuery) -> Answer<FindingPage> {
    let shown = session.shown()?;
    Ok(page(&shown, &query))
}

pub(crate) fn page(shown: &Shown, query: &FindingQuery) -> FindingPage {
    let audit = &shown.audited.audit;
    let owners = Owners::of(shown);
    let in_state: Vec<FindingRow> = audit
        .verdicts
        .iter()
        .filter(|v| is_in_state(shown, v, query.state))
        .map(|v| finding_row(shown, &owners, v))
        .collect();
    let mut choices: [BTreeMap<String, (String, u32)>; 3] = Default::default();
    for row in &in_state {
        let [rules, subscriptions, by_owner] = &mut choices;
        let add = |to: &mut BTreeMap<String, (String, u32)>, key: &str, label: &str| {
            to.entry(key.to_owned()).or_insert_with(|| (label.to_owned(), 0)).1 += 1;
        };
        add(rules, &row.rule, &row.title);
        add(subscriptions, &row.subscription, &row.subscription);
        add(by_owner, &row.owner, &row.owner);
    }
    let mut matching: Vec<&FindingRow> = in_state.iter().filter(|row| matches(row, query)).collect();
    let severities = Severity::ALL
        .map(|s| {
            let view = SeverityView::from(s);
            CountView { severity: view, count: count(matching.iter().filter(|row| row.severity == view).count()) }
        })
        .to_vec();
    sort(&mut matching, &query.sort, query.descending);
    let number = count(matching.len());
    let rows = page_of(&matching, query.offset, query.limit).into_iter().cloned().collect();
    let [rules, subscriptions, by_owner] = choices.map(choice_views);
    FindingPage {
        rows,
        matching: number,
        clusters: audit.coverage.clusters,
        not_assessed: audit.coverage.tests_not_assessed,
        severities,
        rules,
        subscriptions,
        owners: by_owner,
    }
}

fn choice_views(choices: BTreeMap<String, (String, u32)>) -> Vec<ChoiceView> {
    choices.into_iter().map(|(key, (label, number))| ChoiceView { key, label, count: number }).collect()
}

fn is_in_state(shown: &Shown, verdict: &Verdict, wanted: FindingState) -> bool {
    let state = state_of(shown, verdict);
    // what is new is open as well
    state == wanted || (wanted == FindingState::Open && state == FindingState::New)
}

fn matches(row: &FindingRow, query: &FindingQuery) -> bool {
    let any = |list: &[String], value: &str| list.is_empty() || list.iter().any(|wanted| wanted == value);
    let text = query.text.trim().to_lowercase();
    let found = |field: &str| field.to_lowercase().contains(&text);
    (query.severities.is_empty() || query.severities.contains(&row.severity))
        && any(&query.rules, &row.rule)
        && any(&query.subscriptions, &row.subscription)
        && any(&query.owners, &row.owner)
        && (text.is_empty()
            || [&row.rule, &row.title, &row.cluster, &row.part, &row.subscription, &row.owner, &row.reason]
                .into_iter()
                .any(|f| found(f)))
}

fn sort(rows: &mut [&FindingRow], by: &str, descending: bool) {
    rows.sort_by(|a, b| {
        let order = match by {
            "cluster" => a.cluster.cmp(&b.cluster),
            "subscription" => a.subscription.cmp(&b.subscription),
            "owner" => a.owner.cmp(&b.owner),
            "rule" => a.rule.cmp(&b.rule),
            _ => (a.severity as u8).cmp(&(b.severity as u8)),
        };
        let order = if descending { order.reverse() } else { order };
        order
            .then_with(|| (a.severity as u8).cmp(&(b.severity as u8)))
            .then_with(|| a.rule.cmp(&b.rule))
            .then_with(|| a.cluster.cmp(&b.cluster))
    });
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn finding(session: State<'_, Session>, id: String) -> Answer<FindingView> {
    let shown = session.shown()?;
    let verdict = shown.audited.audit.verdicts.iter().find(|v| v.identity() == id).ok_or_else(|| {
        Problem::new(
            ProblemCode::NotFound,
            "This finding is not in the audit that is open.",
            "It may have been fixed; look at the list again.",
        )
    })?;
    Ok(whole(&shown, verdict))
}

pub(crate) fn whole(shown: &Shown, verdict: &Verdict) -> FindingView {
    let audit = &shown.audited.audit;
    let row = finding_row(shown, &Owners::of(shown), verdict);
    let info = audit.rule(&verdict.rule);
    let location =
        shown.audited.fleet.cluster(&verdict.cluster_id, &verdict.instance).map_or("", |c| c.location.as_str());
    let fix = info.map(|info| fix_for(&info.fix, verdict, location));
    let mut controls: Vec<String> = audit
        .controls
        .iter()
        .filter(|control| control.rules.iter().any(|rule| verdict.rule == *rule))
        .map(|control| {
            format!(
                "{} {} ({}, {} confidence)",
                framework_name(&control.framework),
                control.control,
                control.basis,
                control.confidence
            )
        })
        .collect();
    controls.sort();
    controls.dedup();
    FindingView {
        markdown: markdown(&row, verdict, info.map_or("", |i| i.why), fix.as_ref()),
        resource_id: verdict.resource_id.to_string(),
        wanted: info.map_or("", |i| i.title).to_owned(),
        what: info.map_or("", |i| i.what).to_owned(),
        why: info.map_or("", |i| i.why).to_owned(),
        evidence: verdict
            .evidence
            .iter()
            .map(|e| EvidenceView {
                path: e.path.to_string(),
                observed: e.observed.to_string(),
                expected: e.expected.to_string(),
                source: e.source.to_string(),
            })
            .collect(),
        raw: raw_excerpt(&shown.audited, verdict),
        fix: fix.map(fix_view).unwrap_or_else(|| {
            fix_view(FixText {
                what_to_do: String::new(),
                cli: String::new(),
                bicep: String::new(),
                terraform: String::new(),
                caution: String::new(),
                look: String::new(),
            })
        }),
        references: info
            .map(|i| i.references.iter().map(|r| (r.title.to_owned(), r.url.to_owned())).collect())
            .unwrap_or_default(),
        controls,
        row,
    }
}

fn fix_view(fix: FixText) -> FixView {
    FixView {
        what_to_do: fix.what_to_do,
        cli: fix.cli,
        bicep: fix.bicep,
        terraform: fix.terraform,
        caution: fix.caution,
        look: fix.look,
    }
}

/// For a ticket: everything a person needs who has never seen this window.
fn markdown(row: &FindingRow, verdict: &Verdict, why: &str, fix: Option<&FixText>) -> String {
    let mut text = format!(
        "## {} {}\n\n`{}`\n\n{}\n\n{why}\n\n| path | seen | expected |\n| --- | --- | --- |\n",
        row.rule, row.title, verdict.resource_id, verdict.reason
    );
    for item in &verdict.evidence {
        let cell = |words: &str| words.replace('|', "\\|");
        text.push_str(&format!("| `{}` | {} | {} |\n", item.path, cell(&item.observed), cell(&item.expected)));
    }
    if let Some(fix) = fix {
        text.push_str(&format!(
            "\n**What to do.** {}\n\n**Caution.** {}\n\n```sh\n{}\n```\n",
            fix.what_to_do, fix.caution, fix.cli
        ));
    }
    text
}
