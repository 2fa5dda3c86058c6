//! Opening and closing engagements.

use super::Answer;
use crate::home::{RecentEngagement, name_of};
use crate::session::{Open, Session, Shown};
use crate::transport::{EngagementView, ProblemView, ProgressView, RecentView, StartView, count};
use quay_model::{Problem, ProblemCode};
use quay_pipeline::{Engagement, Progress, Source, Taken, Unlock, now, take};
use std::path::{Path, PathBuf};
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_dialog::{DialogExt, FilePath};

const SAMPLE: &str = "Sample fleet: Nordwind Logistics";

/// The first question of the web view. Opens again what was open when the window was closed.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn start(session: State<'_, Session>) -> Answer<StartView> {
    if session.shown().is_err() {
        if session.starts_with_sample {
            take_sample(&session)?;
        } else if let Some(last) = session.home.last() {
            // an engagement that no longer opens is not the end: the welcome screen is there
            let _reopened = reopen(&session, &last);
        }
    }
    Ok(StartView {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        recent: session
            .home
            .recent()
            .into_iter()
            .enumerate()
            .map(|(index, recent)| RecentView { index: count(index), name: recent.name, opened: recent.opened })
            .collect(),
        open: session.shown().ok().map(|shown| engagement_view(&shown)),
    })
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_sample(session: State<'_, Session>) -> Answer<EngagementView> {
    take_sample(&session)?;
    Ok(engagement_view(&*session.shown()?))
}

fn take_sample(session: &Session) -> Answer<()> {
    let path = session.home.sample_file();
    if path.is_file()
        && Engagement::open_existing(&path, &Unlock::AsItIs)
            .and_then(|e| e.snapshots())
            .is_ok_and(|list| !list.is_empty())
    {
        let kept = RecentEngagement { path, name: SAMPLE.to_owned(), opened: now() };
        return reopen(session, &kept);
    }
    open(session, &Source::Sample, path, SAMPLE.to_owned(), &mut |_| true)
}

/// Opens files that were dropped on the window or chosen in a dialog.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_files(
    session: State<'_, Session>,
    paths: Vec<String>,
    progress: Channel<ProgressView>,
) -> Answer<EngagementView> {
    let paths: Vec<PathBuf> = paths.into_iter().map(PathBuf::from).collect();
    if paths.is_empty() {
        return Err(
            Problem::new(ProblemCode::BadInput, "No file was chosen.", "Choose a file, a folder or a zip.").into()
        );
    }
    let name = name_of(&paths);
    let file = session.home.new_engagement_file("files", &now());
    open(&session, &Source::Files(paths), file, name, &mut |at: Progress| {
        // a window that was closed meanwhile does not stop the reading: its result is kept
        let _heard = progress.send(ProgressView { step: "Reading files".to_owned(), done: at.done, total: at.found });
        true
    })?;
    Ok(engagement_view(&*session.shown()?))
}

fn open(
    session: &Session,
    source: &Source,
    path: PathBuf,
    name: String,
    progress: &mut dyn FnMut(Progress) -> bool,
) -> Answer<()> {
    let moment = now();
    let Taken { snapshot, anything_read } = take(source, &moment, progress);
    if !anything_read {
        let first =
            snapshot.gaps.first().map(|gap| format!("{}: {} {}", gap.scope, gap.message, gap.hint)).unwrap_or_default();
        return Err(Problem::new(
            ProblemCode::BadInput,
            format!("Nothing in {name} could be read. {first}"),
            "Collect with `az aks list -o json` and open the file it prints.",
        )
        .into());
    }
    let mut engagement = open_new(&path, *source == Source::Sample)?;
    let audited = engagement.keep_and_audit(snapshot, &moment)?;
    let is_sample = *source == Source::Sample;
    session.replace(Some(Open {
        engagement: Some(engagement),
        path: Some(path.clone()),
        shown: Shown::new(name.clone(), is_sample, audited),
    }));
    session.home.remember(RecentEngagement { path, name, opened: moment }).map_err(ProblemView::from)
}

/// Encrypted where the desktop has a keychain; the sample is no secret.
fn open_new(path: &Path, is_sample: bool) -> Result<Engagement, Problem> {
    if is_sample || path.exists() {
        return Engagement::open(path, &Unlock::AsItIs);
    }
    match Engagement::open(path, &Unlock::Keychain) {
        Err(problem) if problem.code == ProblemCode::NoKeychain => Engagement::open(path, &Unlock::AsItIs),
        other => other,
    }
}

fn reopen(session: &Session, recent: &RecentEngagement) -> Answer<()> {
    reopen_with(session, recent, &Unlock::AsItIs)
}

fn reopen_with(session: &Session, recent: &RecentEngagement, unlock: &Unlock) -> Answer<()> {
    let engagement = Engagement::open_existing(&recent.path, unlock)?;
    let audited = engagement.look_again()?;
    // whoever was signed in to another tenant is not signed in to this one
    *session.live.lock() = None;
    let is_sample = recent.path == session.home.sample_file();
    session.replace(Some(Open {
        engagement: Some(engagement),
        path: Some(recent.path.clone()),
        shown: Shown::new(recent.name.clone(), is_sample, audited),
    }));
    session.home.remember(RecentEngagement { opened: now(), ..recent.clone() }).map_err(ProblemView::from)
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_recent(session: State<'_, Session>, index: u32) -> Answer<EngagementView> {
    reopen(&session, &chosen(&session, index)?)?;
    Ok(engagement_view(&*session.shown()?))
}

/// Opens an engagement that a passphrase locks.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn open_recent_with(session: State<'_, Session>, index: u32, passphrase: String) -> Answer<EngagementView> {
    reopen_with(&session, &chosen(&session, index)?, &Unlock::Passphrase(passphrase.into()))?;
    Ok(engagement_view(&*session.shown()?))
}

pub(super) fn chosen(session: &Session, index: u32) -> Result<RecentEngagement, Problem> {
    let recent = session.home.recent();
    usize::try_from(index).ok().and_then(|index| recent.get(index)).cloned().ok_or_else(|| {
        Problem::new(
            ProblemCode::NotFound,
            "This engagement is no longer there.",
            "Its file was moved or deleted; open the files again.",
        )
    })
}

/// Writes a copy of the open engagement that a passphrase opens on any machine. `None`: the person changed their mind.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn export_engagement(
    app: AppHandle,
    session: State<'_, Session>,
    passphrase: String,
) -> Answer<Option<String>> {
    // a test of the real window cannot click in a native dialog
    let place = match std::env::var_os("QUAYMASTER_SAVE_TO") {
        Some(folder) => Some(PathBuf::from(folder).join("engagement.quay")),
        None => {
            let dialog =
                app.dialog().file().set_title("Save a copy of the engagement").set_file_name("engagement.quay");
            dialog.add_filter("Engagement", &["quay"]).blocking_save_file().and_then(|path| path.into_path().ok())
        }
    };
    let Some(place) = place else { return Ok(None) };
    session.with(|open| open.engagement()?.export(&place, &passphrase))?;
    Ok(Some(place.to_string_lossy().into_owned()))
}

/// How the open engagement is kept: `encrypted`, `memory` or `plain`.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn how_kept(session: State<'_, Session>) -> Answer<String> {
    session.with(|open| {
        let in_memory = open.path.is_none();
        let encrypted = open.engagement()?.is_secret();
        Ok(if in_memory {
            "memory"
        } else if encrypted {
            "encrypted"
        } else {
            "plain"
        }
        .to_owned())
    })
}

/// Removes the open engagement for good: its key, its file, and every word about it beside them.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn purge_engagement(session: State<'_, Session>) -> Answer<()> {
    let (engagement, path) = session.with(|open| {
        open.engagement()?;
        Ok((open.engagement.take(), open.path.clone()))
    })?;
    *session.live.lock() = None;
    session.replace(None);
    let (Some(engagement), Some(path)) = (engagement, path) else {
        return session.home.forget_last().map_err(ProblemView::from);
    };
    // the words beside it go first: they name the tenant
    session.home.forget(&path)?;
    engagement.remove(&path).map_err(ProblemView::from)
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn close(session: State<'_, Session>) -> Answer<()> {
    session.replace(None);
    *session.live.lock() = None;
    session.home.forget_last().map_err(ProblemView::from)
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn choose_files(app: AppHandle) -> Vec<String> {
    let chosen = app.dialog().file().set_title("Open collected files").blocking_pick_files();
    chosen.unwrap_or_default().into_iter().filter_map(shown_path).collect()
}

#[tauri::command(async)]
#[specta::specta]
pub(crate) fn choose_folder(app: AppHandle) -> Vec<String> {
    // a test of the real window cannot click in a native dialog
    if let Some(folder) = std::env::var_os("QUAYMASTER_OPEN") {
        return vec![folder.to_string_lossy().into_owned()];
    }
    let chosen = app.dialog().file().set_title("Open a folder of collected files").blocking_pick_folder();
    chosen.into_iter().filter_map(shown_path).collect()
}

fn shown_path(path: FilePath) -> Option<String> {
    path.into_path().ok().map(|path| path.to_string_lossy().into_owned())
}

pub(crate) fn engagement_view(shown: &Shown) -> EngagementView {
    let audit = &shown.audited.audit;
    EngagementView {
        name: shown.name.clone(),
        is_sample: shown.is_sample,
        as_of: audit.snapshot.as_of.clone(),
        origin: audit.snapshot.origin.clone(),
        hash: audit.snapshot.hash.clone(),
        clusters: audit.coverage.clusters,
        coverage_percent: audit.coverage.percent(),
        gaps: count(audit.coverage.gaps.len()),
        unread_subscriptions: count(audit.coverage.subscriptions.iter().filter(|s| s.state != "read").count()),
    }
}
