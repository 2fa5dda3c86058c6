//! Saving reports. The person picks the place in a native dialog; the web view never names a path of its own choosing
//! outside it, and opens nothing but the folder of a report that was just saved.

use super::Answer;
use crate::session::{Session, Shown};
use crate::transport::{ProblemView, ProgressView, ReportFormat, ReportPreview, SavedView, SectionView, count};
use quay_model::{Outcome, Problem, ProblemCode, Service};
use quay_pipeline::{Format, write_one};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::DialogExt;
use tauri_plugin_opener::OpenerExt;

/// The folder of the report saved last.
static LAST_FOLDER: Mutex<Option<PathBuf>> = Mutex::new(None);

fn format_of(format: ReportFormat) -> Format {
    match format {
        ReportFormat::Pdf => Format::Pdf,
        ReportFormat::Json => Format::Json,
        ReportFormat::Csv => Format::Csv,
    }
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn report_preview(session: State<'_, Session>) -> Answer<ReportPreview> {
    Ok(preview(&*session.shown()?))
}

pub(crate) fn preview(shown: &Shown) -> ReportPreview {
    let (audit, fleet, survey) = (&shown.audited.audit, &shown.audited.fleet, &shown.audited.survey);
    let section = |title: &str, holds: String| SectionView { title: title.to_owned(), holds };
    let failing_rules = audit.rules.iter().filter(|rule| audit.findings().any(|f| f.rule == rule.id)).count();
    let criteria = audit.controls.iter().filter(|row| row.framework == "soc2").count();
    let not_assessed = audit.verdicts.iter().filter(|v| v.verdict == Outcome::NotAssessed).count();
    let declared = match fleet.around.declared.len() {
        0 => "that no infrastructure code was given".to_owned(),
        number => format!("{number} declarations of infrastructure code, and where they and Azure disagree"),
    };
    ReportPreview {
        report_id: audit.report_id(),
        as_of: audit.snapshot.as_of.clone(),
        snapshot_hash: audit.snapshot.hash.clone(),
        classification: "Confidential".to_owned(),
        verdicts: count(audit.verdicts.len()),
        sections: vec![
            section("Cover", "moment, population, coverage, hashes".to_owned()),
            section("Summary", "score with its formula, findings by severity and area, worst first".to_owned()),
            section(
                "Scope and method",
                format!(
                    "{} subscriptions, how they were read, thresholds, meaning of results",
                    fleet.subscriptions.len()
                ),
            ),
            section("Population", format!("{} clusters, one line each", fleet.clusters.len())),
            section(
                "Trusted Access",
                format!(
                    "{} clusters against the {} services that support it, {} roles in plain words",
                    survey.matrix.len(),
                    Service::WITH_TRUSTED_ACCESS.len(),
                    survey.roles.len()
                ),
            ),
            section(
                "Doors",
                format!("ways in by kind and by cluster, {} identities with what they can enter", survey.radius.len()),
            ),
            section("Closing plans", "the order in which doors can be shut, and what is held back".to_owned()),
            section("SOC 2 control matrix", format!("{criteria} rows with basis and confidence")),
            section(
                "Findings",
                format!(
                    "{} findings under {failing_rules} rules, with evidence and remediation",
                    audit.findings().count()
                ),
            ),
            section("Ownership", "the owners' scoreboard, and tags that look like slips".to_owned()),
            section("Declared against deployed", declared),
            section(
                "Coverage and limits",
                format!("{} gaps, {not_assessed} tests not assessed", audit.coverage.gaps.len()),
            ),
            section("Rule catalogue", format!("{} rules in words", audit.rules.len())),
        ],
    }
}

/// Asks where to save. `None` when the person changed their mind.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn choose_report_place(
    app: AppHandle,
    session: State<'_, Session>,
    format: ReportFormat,
) -> Answer<Option<String>> {
    // a test of the real window cannot click in a native dialog
    if let Some(folder) = std::env::var_os("QUAYMASTER_SAVE_TO") {
        return Ok(Some(PathBuf::from(folder).join(format_of(format).file_name()).to_string_lossy().into_owned()));
    }
    let shown = session.shown()?;
    let ending = format_of(format).label();
    let name = format!("quaymaster-{}.{ending}", shown.audited.audit.report_id());
    let chosen = app
        .dialog()
        .file()
        .set_title("Save the report")
        .set_file_name(name)
        .add_filter(ending.to_uppercase(), &[ending])
        .blocking_save_file();
    Ok(chosen.and_then(|path| path.into_path().ok()).map(|path| path.to_string_lossy().into_owned()))
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn save_report(
    session: State<'_, Session>,
    format: ReportFormat,
    place: String,
    progress: Channel<ProgressView>,
) -> Answer<SavedView> {
    let shown = session.shown()?;
    let say = |step: &str, done: u32| {
        // a window that was closed meanwhile does not stop the writing
        let _heard = progress.send(ProgressView { step: step.to_owned(), done, total: 2 });
    };
    say("Laying out the pages", 0);
    let path = PathBuf::from(place);
    let written = write_one(&shown.audited, &path, format_of(format))?;
    say("Saved", 2);
    let folder = remember_folder(&path);
    let file = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(SavedView { file, folder, sha256: written.sha256 })
}

/// What was saved last can be shown in its folder.
pub(super) fn remember_folder(path: &Path) -> String {
    let folder = path.parent().map(PathBuf::from).unwrap_or_default();
    *LAST_FOLDER.lock().unwrap_or_else(PoisonError::into_inner) = Some(folder.clone());
    folder.to_string_lossy().into_owned()
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_folder(app: AppHandle) -> Answer<()> {
    let folder = LAST_FOLDER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let folder =
        folder.ok_or_else(|| Problem::new(ProblemCode::NotFound, "No report was saved yet.", "Save one first."))?;
    app.opener().open_path(folder.to_string_lossy(), None::<&str>).map_err(|error| {
        ProblemView::from(Problem::new(
            ProblemCode::NotFound,
            format!("The folder could not be opened: {error}."),
            format!("It is {}.", folder.display()),
        ))
    })
}
