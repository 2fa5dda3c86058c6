//! Closing plans, what-if, guardrails, and the files that are exported from them. Nothing here changes anything in Azure.

use super::Answer;
use super::doors::doors_of;
use super::rows::finding_title;
use super::steps::{kind_of, needs};
use crate::session::{Session, Shown};
use crate::transport::{
    ExportKind, FleetPlanRow, FleetPlanView, GuardrailView, PlanView, SavedView, StepView, WhatIfLine, WhatIfQuery,
    WhatIfView, count,
};
use quay_model::{Audit, Outcome, Plan, Problem, ProblemCode, Step, Verdict};
use quay_pipeline::{
    Export, Exposure, GUARDRAILS, changes_of, export_files, plan_of, plans_of, step_text, what_if, write_export,
};
use std::collections::HashSet;
use std::path::PathBuf;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;

/// So many closed findings are listed; the rest are counted.
const MOST_LINES: usize = 500;

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn plan(session: State<'_, Session>, id: String) -> Answer<PlanView> {
    let shown = session.shown()?;
    plan_view(&shown, &id).ok_or_else(|| {
        Problem::new(
            ProblemCode::NotFound,
            "This cluster is not in the snapshot that is open.",
            "Look at the list of clusters again.",
        )
        .into()
    })
}

pub(crate) fn plan_view(shown: &Shown, id: &str) -> Option<PlanView> {
    let Plan { steps, notes, instance, .. } = plan_of(&shown.audited, id)?;
    let unread = doors_of(shown, id, &instance).map(|doors| doors.unread.clone()).unwrap_or_default();
    Some(PlanView { steps: steps.iter().map(|step| step_view(step, &steps)).collect(), notes, unread })
}

fn step_view(step: &Step, plan: &[Step]) -> StepView {
    let text = step_text(step);
    StepView {
        id: step.id.clone(),
        title: step.title.clone(),
        why: step.why.clone(),
        kind: kind_of(&step.change).to_owned(),
        breaks_today: step.breaks_today.clone(),
        held_back: step.held_back.clone(),
        unsure: step.unsure.clone(),
        needs: needs(step, plan),
        decide: step.decide.clone().unwrap_or_default(),
        cli: text.cli,
        bicep: text.bicep,
        terraform: text.terraform,
        check: text.check,
        back: text.back,
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn fleet_plan(session: State<'_, Session>) -> Answer<FleetPlanView> {
    Ok(fleet_plan_view(&*session.shown()?))
}

pub(crate) fn fleet_plan_view(shown: &Shown) -> FleetPlanView {
    let audited = &shown.audited;
    // a door that nobody saw has no step in a plan
    let unread = audited.survey.doors.iter().filter(|doors| !doors.unread.is_empty());
    let unread: HashSet<(&str, &str)> = unread.map(|doors| (&*doors.cluster_id, &*doors.instance)).collect();
    let mut rows: Vec<FleetPlanRow> = plans_of(audited)
        .iter()
        .zip(&audited.fleet.clusters)
        .map(|(plan, cluster)| FleetPlanRow {
            id: plan.cluster_id.clone(),
            instance: plan.instance.clone(),
            name: cluster.name.clone(),
            subscription: audited.fleet.subscription_name(cluster.subscription()).to_owned(),
            exposure: Exposure::of(cluster, &audited.audit.settings).label().to_owned(),
            steps: count(plan.steps.len()),
            held_back: count(plan.steps.iter().filter(|step| step.is_held_back()).count()),
            unsure: plan.steps.iter().any(|step| !step.unsure.is_empty())
                || unread.contains(&(plan.cluster_id.as_str(), plan.instance.as_str())),
            first: plan.steps.first().map(|step| step.title.clone()).unwrap_or_default(),
        })
        .collect();
    rows.sort_by(|a, b| (b.steps, &a.name).cmp(&(a.steps, &b.name)));
    FleetPlanView {
        steps: rows.iter().map(|row| row.steps).sum(),
        held_back: rows.iter().map(|row| row.held_back).sum(),
        rows,
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn imagine(session: State<'_, Session>, query: WhatIfQuery) -> Answer<WhatIfView> {
    Ok(imagined(&*session.shown()?, &query))
}

pub(crate) fn imagined(shown: &Shown, query: &WhatIfQuery) -> WhatIfView {
    let audited = &shown.audited;
    let plans = if query.cluster.is_empty() {
        plans_of(audited)
    } else {
        plan_of(audited, &query.cluster).into_iter().collect()
    };
    let chosen: Vec<&Step> = plans
        .iter()
        .flat_map(|plan| &plan.steps)
        .filter(|step| if query.steps.is_empty() { !step.is_held_back() } else { query.steps.contains(&step.id) })
        .collect();
    let changes = changes_of(&chosen);
    let found = what_if(audited, &audited.memory, &changes);
    let line = |verdict: &Verdict| WhatIfLine {
        rule: verdict.rule.to_string(),
        title: finding_title(shown, verdict),
        severity: verdict.severity.into(),
        cluster: verdict.cluster_id.rsplit('/').next().unwrap_or_default().to_owned(),
        reason: verdict.reason.to_string(),
    };
    let lines = |mut verdicts: Vec<&Verdict>| -> Vec<WhatIfLine> {
        verdicts.sort_by_key(|verdict| verdict.severity);
        verdicts.into_iter().take(MOST_LINES).map(line).collect()
    };
    let public = |audit: &Audit| count(audit.findings().filter(|finding| &*finding.rule == "EXP-02").count());
    let not_assessed =
        |audit: &Audit| count(audit.verdicts.iter().filter(|verdict| verdict.verdict == Outcome::NotAssessed).count());
    let own = |audit: &Audit| {
        let of_it = audit.findings().filter(|finding| finding.cluster_id.eq_ignore_ascii_case(&query.cluster));
        (!query.cluster.is_empty()).then(|| count(of_it.count()))
    };
    WhatIfView {
        steps: count(changes.len()),
        score_before: audited.audit.score.value,
        score_after: found.after.score.value,
        findings_before: count(audited.audit.findings().count()),
        findings_after: count(found.after.findings().count()),
        own_before: own(&audited.audit),
        own_after: own(&found.after),
        not_assessed_before: not_assessed(&audited.audit),
        not_assessed_after: not_assessed(&found.after),
        public_before: public(&audited.audit),
        public_after: public(&found.after),
        closed_count: count(found.closed.len()),
        opened_count: count(found.opened.len()),
        closed: lines(found.closed.iter().collect()),
        opened: lines(found.opened.iter().collect()),
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn guardrails(session: State<'_, Session>) -> Answer<Vec<GuardrailView>> {
    Ok(guardrail_views(&*session.shown()?))
}

pub(crate) fn guardrail_views(shown: &Shown) -> Vec<GuardrailView> {
    let view = |guardrail: &quay_pipeline::Guardrail| GuardrailView {
        name: guardrail.name.to_owned(),
        title: guardrail.title.to_owned(),
        what: guardrail.what.to_owned(),
        rules: guardrail.rule_ids.iter().map(|id| (*id).to_owned()).collect(),
        file: format!("policies/{}.json", guardrail.name),
        text: guardrail.json.to_owned(),
        findings: count(shown.audited.audit.findings().filter(|f| guardrail.rule_ids.contains(&&*f.rule)).count()),
    };
    GUARDRAILS.iter().map(view).collect()
}

/// Asks for a place and writes the files there as one zip. `None`: the person changed their mind.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_export(
    app: AppHandle,
    session: State<'_, Session>,
    kind: ExportKind,
    cluster: String,
    management_group: String,
) -> Answer<Option<SavedView>> {
    let shown = session.shown()?;
    let (export, name) = match kind {
        ExportKind::Code => (Export::Code { cluster: Some(cluster).filter(|id| !id.is_empty()) }, "closing-plan.zip"),
        ExportKind::Guardrails => (Export::Guardrails { management_group }, "guardrails.zip"),
        ExportKind::Owners => (Export::Owners, "owners.zip"),
    };
    // a test of the real window cannot click in a native dialog
    let place = match std::env::var_os("QUAYMASTER_SAVE_TO") {
        Some(folder) => Some(PathBuf::from(folder).join(name)),
        None => {
            let dialog = app.dialog().file().set_title("Save the files").set_file_name(name);
            dialog.add_filter("Zip", &["zip"]).blocking_save_file().and_then(|path| path.into_path().ok())
        }
    };
    let Some(place) = place else { return Ok(None) };
    let written = write_export(&export_files(&shown.audited, &export), &place)?;
    let folder = super::reports::remember_folder(&place);
    let file = place.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Some(SavedView { file, folder, sha256: written.sha256 }))
}
