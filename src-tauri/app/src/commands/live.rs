//! The look before a scan, and the scan.

use super::Answer;
use super::opening::{chosen, engagement_view};
use crate::home::RecentEngagement;
use crate::live::SignedIn;
use crate::session::{Open, Session, Shown};
use crate::transport::{
    AccessView, EngagementView, GapView, PreflightView, ProblemView, ScanLineView, ScanProgressView, ScanRequest, count,
};
use quay_model::{Problem, ProblemCode};
use quay_pipeline::Session as Signed;
use quay_pipeline::{Engagement, LiveScan, Pace, Preflight, ScanProgress, Unlock, Watch, look_before, now};
use std::path::PathBuf;
use std::sync::Arc;
use tauri::State;
use tauri::ipc::Channel;
use tokio::sync::watch;

/// Subscriptions shown while a scan runs; all of them stand in the coverage afterwards.
const MOST_LINES: usize = 300;

/// Stops a sign-in or a scan; what was read is kept.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn stop_work(session: State<'_, Session>) {
    session.live.cancel();
}

/// The look before another scan of the engagement that is open, with the sign-in that is kept in it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn look_again(session: State<'_, Session>) -> Answer<PreflightView> {
    if let Some(signed) = session.live.session() {
        return look(&session, &signed);
    }
    let recalled = session.with(|open| {
        let engagement = open.engagement()?;
        session.live.wait(|runtime| runtime.block_on(engagement.recall()).unwrap_or_else(|| Err(nobody())))
    })?;
    let signed = Arc::new(recalled);
    *session.live.lock() = Some(SignedIn { session: Arc::clone(&signed), path: None, engagement: None });
    look(&session, &signed)
}

/// Goes on with an engagement whose first scan was stopped, with the sign-in that is kept in it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn resume_recent(session: State<'_, Session>, index: u32, passphrase: String) -> Answer<PreflightView> {
    let recent = chosen(&session, index)?;
    let unlock = if passphrase.is_empty() { Unlock::AsItIs } else { Unlock::Passphrase(passphrase.into()) };
    let mut engagement = Engagement::open_existing(&recent.path, &unlock)?;
    let (signed, engagement) = session.live.wait(|runtime| {
        let signed = runtime.block_on(engagement.recall()).unwrap_or_else(|| Err(nobody()))?;
        Ok((Arc::new(signed), engagement))
    })?;
    session.replace(None);
    *session.live.lock() =
        Some(SignedIn { session: Arc::clone(&signed), path: Some(recent.path), engagement: Some(engagement) });
    look(&session, &signed)
}

pub(super) fn look(session: &Session, signed: &Arc<Signed>) -> Answer<PreflightView> {
    let stop = session.live.begin();
    let (who, before) = session.live.wait(|runtime| {
        runtime.block_on(async {
            let who = signed.who().await?;
            Ok((who, look_before(signed, &[], Pace::default(), stop).await?))
        })
    })?;
    let fresh = session.live.lock().as_ref().and_then(|live| live.engagement.as_ref().map(|_| live.path.is_none()));
    let is_in_memory = match fresh {
        Some(in_memory) => in_memory,
        None => session.with(|open| Ok(open.path.is_none()))?,
    };
    let waiting = session.live.lock().as_ref().and_then(|live| live.engagement.as_ref().map(Engagement::can_resume));
    let can_resume = match waiting {
        Some(known) => known?,
        None => session.with(|open| open.engagement()?.can_resume())?,
    };
    let Preflight { subscriptions, gaps } = before;
    Ok(PreflightView {
        who: who.name,
        tenant: signed.tenant().to_owned(),
        cloud: signed.cloud().name.clone(),
        is_in_memory,
        can_resume,
        subscriptions: subscriptions
            .into_iter()
            .map(|access| AccessView {
                readable: match &access.missing {
                    None => "unknown",
                    Some(missing) if missing.is_empty() => "all",
                    Some(missing) if missing.iter().any(|need| need.what == "clusters") => "none",
                    Some(_) => "some",
                }
                .to_owned(),
                missing: access.missing.unwrap_or_default().iter().map(|need| need.what.to_owned()).collect(),
                id: access.id,
                name: access.name,
                state: access.state,
            })
            .collect(),
        gaps: gaps.iter().map(GapView::from).collect(),
    })
}

/// Reads the fleet, keeps it, audits it and shows it.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn scan(
    session: State<'_, Session>,
    request: ScanRequest,
    progress: Channel<ScanProgressView>,
) -> Answer<EngagementView> {
    let signed = session.live.session().ok_or_else(nobody)?;
    let asked = LiveScan {
        subscriptions: request.subscriptions,
        management_group: None,
        directory: request.directory,
        pace: Pace::default(),
        fresh: request.fresh,
    };
    let watch: Watch = Arc::new(move |now: &ScanProgress| {
        // a window that was closed meanwhile does not stop the scan: what was read is kept
        let _heard = progress.send(progress_view(now));
    });
    let stop = session.live.begin();
    let fresh = session
        .live
        .lock()
        .as_mut()
        .and_then(|live| live.engagement.take().map(|engagement| (engagement, live.path.clone())));
    match fresh {
        Some((engagement, path)) => first_scan(&session, &signed, engagement, path, &asked, watch, stop)?,
        None => another_scan(&session, &signed, &asked, watch, stop)?,
    }
    Ok(engagement_view(&*session.shown()?))
}

/// The engagement is away while it is filled, so that its screens can still be looked at.
fn another_scan(
    session: &Session,
    signed: &Arc<Signed>,
    asked: &LiveScan,
    watch: Watch,
    stop: watch::Receiver<bool>,
) -> Answer<()> {
    let (mut engagement, path) = session.with(|open| {
        open.engagement()?;
        Ok((open.engagement.take().ok_or_else(nobody)?, open.path.clone()))
    })?;
    let scanned = session.live.wait(|runtime| scan_into(runtime, &mut engagement, signed, asked, watch, stop));
    // whatever was opened meanwhile stays open; what was read is kept in its own file
    let still_open = session.with(|open| {
        if open.engagement.is_some() || open.path != path {
            return Ok(None);
        }
        open.engagement = Some(engagement);
        Ok(Some(scanned.map(|audited| open.shown = Shown::new(open.shown.name.clone(), false, audited))))
    })?;
    still_open.unwrap_or(Ok(())).map_err(ProblemView::from)
}

fn first_scan(
    session: &Session,
    signed: &Arc<Signed>,
    mut engagement: Engagement,
    path: Option<PathBuf>,
    asked: &LiveScan,
    watch: Watch,
    stop: watch::Receiver<bool>,
) -> Answer<()> {
    let scanned = session.live.wait(|runtime| scan_into(runtime, &mut engagement, signed, asked, watch, stop));
    let audited = match scanned {
        Ok(audited) => audited,
        Err(problem) => {
            // the next try goes on with it
            *session.live.lock() = Some(SignedIn { session: Arc::clone(signed), path, engagement: Some(engagement) });
            return Err(problem.into());
        }
    };
    let name = format!("Azure tenant {}", signed.tenant());
    session.replace(Some(Open {
        engagement: Some(engagement),
        path: path.clone(),
        shown: Shown::new(name.clone(), false, audited),
    }));
    match path {
        Some(path) => session.home.remember(RecentEngagement { path, name, opened: now() }).map_err(ProblemView::from),
        None => Ok(()),
    }
}

fn scan_into(
    runtime: &tokio::runtime::Runtime,
    engagement: &mut Engagement,
    signed: &Arc<Signed>,
    asked: &LiveScan,
    watch: Watch,
    stop: watch::Receiver<bool>,
) -> Result<quay_pipeline::Audited, Problem> {
    let scanned = runtime.block_on(engagement.scan(signed, asked, watch, stop));
    runtime.block_on(engagement.remember(signed))?;
    let scanned = scanned?;
    if !scanned.taken.anything_read {
        let first = scanned.taken.snapshot.gaps.first();
        return Err(Problem::new(
            ProblemCode::BadInput,
            first.map_or_else(
                || "Nothing could be read.".to_owned(),
                |gap| format!("Nothing could be read. {}", gap.message),
            ),
            first.map_or_else(|| "Check the scope.".to_owned(), |gap| gap.hint.clone()),
        ));
    }
    let moment = scanned.taken.snapshot.taken.clone();
    engagement.keep_and_audit(scanned.taken.snapshot, &moment)
}

fn progress_view(progress: &ScanProgress) -> ScanProgressView {
    let mut lines: Vec<ScanLineView> = progress
        .subscriptions
        .iter()
        .filter(|(id, _)| !id.is_empty())
        .map(|(id, of)| ScanLineView {
            id: id.clone(),
            name: if of.name.is_empty() { id.clone() } else { of.name.clone() },
            clusters: of.clusters,
            answered: of.answered,
            known: of.known,
            denied: of.denied,
            failed: of.failed,
            waiting_seconds: of.waiting_seconds,
        })
        .collect();
    let all = lines.len();
    lines.sort_by_key(|line| {
        (std::cmp::Reverse(line.known - line.answered.min(line.known)), std::cmp::Reverse(line.known))
    });
    lines.truncate(MOST_LINES);
    ScanProgressView {
        clusters: progress.clusters,
        answered: progress.answered,
        known: progress.known,
        reused: progress.reused,
        requests: progress.requests,
        throttled: progress.throttled,
        per_second: progress.per_second.round() as u32,
        seconds_left: progress.seconds_left,
        waiting_seconds: progress.waiting_seconds,
        gaps: progress.gaps,
        subscriptions: lines,
        all_subscriptions: count(all),
    }
}

fn nobody() -> Problem {
    Problem::new(ProblemCode::SignIn, "Nobody is signed in to this tenant.", "Sign in, then scan.")
}
