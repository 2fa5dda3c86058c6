//! `quaymaster scan`: sign in, show the scope, read the fleet, keep it.

use crate::arguments::{CredentialKind, ScanArguments};
use crate::audit::{failed, write};
use crate::summary::{self, Voice, plain};
use crate::{Ending, key};
use quay_model::{GapReason, Problem, ProblemCode, Settings};
use quay_pipeline::{
    Audited, Cloud, DeviceCode, Engagement, LiveScan, Pace, Preflight, ScanProgress, Scanned, Session, Taken, Watch,
    Workload, look_before,
};
use std::io::{self, BufRead, IsTerminal, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// Subscriptions named before a scan; a tenant can have thousands.
const MOST_NAMED: usize = 20;

pub(crate) fn runtime() -> Result<Runtime, Problem> {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(|error| {
        Problem::new(ProblemCode::Internal, format!("No work could be started: {error}."), "Try again.")
    })
}

pub(crate) fn run(asked: &ScanArguments) -> Ending {
    let voice = Arc::new(Voice::new());
    let done = runtime().and_then(|runtime| runtime.block_on(scan(asked, &voice)));
    match done {
        Ok(ending) => ending,
        Err(problem) => failed(&voice, &problem),
    }
}

async fn scan(asked: &ScanArguments, voice: &Arc<Voice>) -> Result<Ending, Problem> {
    let cloud = match Cloud::named(&asked.cloud) {
        Some(cloud) => cloud,
        None => Cloud::read(Path::new(&asked.cloud))?,
    };
    // a file that is in use, newer or locked is found out before anybody signs in
    let mut engagement = key::open_for_scan(asked.engagement.as_deref(), &asked.key)?;
    if !engagement.is_secret() {
        return Err(Problem::new(
            ProblemCode::BadInput,
            "This engagement file is not encrypted, and answers of Azure are only kept encrypted.",
            "Choose a file that does not exist yet, or --memory-only.",
        ));
    }
    let (stop, stopped) = watch::channel(false);
    let session = Arc::new(sign_in(asked, cloud, &mut engagement, voice).await?);
    engagement.remember(&session).await?;
    let pace = Pace { most_per_second: asked.most_per_second, ..Pace::default() };
    let who = session.who().await?;
    voice.say(&format!("Signed in to {} of {} as {}", session.tenant(), session.cloud().name, plain(&who.name)));
    let before = look_before(&session, &asked.subscription, pace.clone(), stopped.clone()).await?;
    if !agreed(asked, &before, voice) {
        voice.say("Nothing was scanned.");
        return Ok(Ending::Done);
    }
    // until here Ctrl-C ends the program; from here it stops the scan, and the second time the program
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            // nobody listens any more when the scan is done
            let _heard = stop.send(true);
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
    let live = LiveScan {
        subscriptions: asked.subscription.clone(),
        management_group: asked.management_group.clone(),
        directory: asked.with_directory,
        pace,
        fresh: asked.fresh,
    };
    let scanned = engagement.scan(&session, &live, watcher(Arc::clone(voice)), stopped).await;
    voice.clear();
    // what rotated is kept, however the scan ended
    engagement.remember(&session).await?;
    finish(asked, &mut engagement, scanned?, voice)
}

async fn sign_in(
    asked: &ScanArguments,
    cloud: Cloud,
    engagement: &mut Engagement,
    voice: &Arc<Voice>,
) -> Result<Session, Problem> {
    let of_person = matches!(asked.credential, CredentialKind::Browser | CredentialKind::DeviceCode);
    if of_person && let Some(recalled) = engagement.recall().await {
        match recalled {
            Ok(session) => {
                let client = asked.client_id.as_deref().unwrap_or_default();
                if session.is_of(&cloud, &asked.tenant, client).await? {
                    return Ok(session);
                }
                voice.say("The sign-in that is kept here is another one. Signing in again.");
            }
            Err(problem) => voice.say(&format!("{} Signing in again.", problem.message)),
        }
    }
    let variable = |name: &str| std::env::var(name).ok();
    let client = asked.client_id.clone().unwrap_or_default();
    let workload = match asked.credential {
        CredentialKind::Browser => {
            let shown = Arc::clone(voice);
            let open = move |url: &str| {
                shown.say(&format!("Opening the browser to sign in. If none opens, go to:\n{url}"));
                // the address is there to be copied; a machine without a browser is no reason to stop
                if let Err(why) = open_browser(url) {
                    shown.say(&format!("(no browser could be opened: {why})"));
                }
                Ok(())
            };
            return Session::with_browser(cloud, &asked.tenant, &client, &open).await;
        }
        CredentialKind::DeviceCode => {
            let shown = Arc::clone(voice);
            let show =
                move |code: DeviceCode| shown.say(&format!("Open {} and enter the code {}", code.page, code.code));
            return Session::with_device_code(cloud, &asked.tenant, &client, &show).await;
        }
        CredentialKind::AzureCli => Workload::AzureCli,
        CredentialKind::ServicePrincipal => Workload::service_principal(&variable)?,
        CredentialKind::ManagedIdentity => Workload::managed_identity(&variable),
        CredentialKind::WorkloadIdentity => Workload::workload_identity(&variable),
    };
    Session::with_workload(cloud, &asked.tenant, workload).await
}

/// `QUAYMASTER_BROWSER` names a program; without it the desktop's own is used.
fn open_browser(url: &str) -> Result<(), String> {
    match std::env::var_os("QUAYMASTER_BROWSER") {
        Some(program) => {
            std::process::Command::new(program).arg(url).spawn().map(|_| ()).map_err(|error| error.to_string())
        }
        None => open::that_detached(url).map_err(|error| error.to_string()),
    }
}

/// Shows what will be read, and asks a person who is there.
fn agreed(asked: &ScanArguments, before: &Preflight, voice: &Voice) -> bool {
    let wanted =
        |id: &str| asked.subscription.is_empty() || asked.subscription.iter().any(|own| own.eq_ignore_ascii_case(id));
    let (chosen, skipped): (Vec<_>, Vec<_>) = before.subscriptions.iter().partition(|access| wanted(&access.id));
    voice.say(&format!("{} subscriptions to scan, {} left out", chosen.len(), skipped.len()));
    if let Some(group) = &asked.management_group {
        voice.say(&format!("Of these only the ones below the management group {}", plain(group)));
    }
    for access in chosen.iter().take(MOST_NAMED) {
        let missing = match &access.missing {
            None => "what may be read is not known".to_owned(),
            Some(missing) if missing.is_empty() => "everything may be read".to_owned(),
            Some(missing) => format!(
                "not readable: {}; the Reader role would do",
                missing.iter().map(|need| need.what).collect::<Vec<_>>().join(", ")
            ),
        };
        voice.say(&format!("  {} ({}): {missing}", plain(&access.name), access.id));
    }
    if chosen.len() > MOST_NAMED {
        voice.say(&format!("  and {} more", chosen.len() - MOST_NAMED));
    }
    for access in skipped.iter().take(MOST_NAMED) {
        voice.say(&format!("  left out: {} ({})", plain(&access.name), access.id));
    }
    summary::gaps(&before.gaps, voice);
    if asked.yes || !io::stdin().is_terminal() {
        return true;
    }
    voice.say("Scan these? [Y/n]");
    let mut answer = String::new();
    let read = io::stdin().lock().read_line(&mut answer);
    read.is_ok() && !answer.trim().to_lowercase().starts_with('n')
}

fn watcher(voice: Arc<Voice>) -> Watch {
    // lines in a log are for reading later: not more than one each ten seconds
    const QUIET: Duration = Duration::from_secs(10);
    let last = Mutex::new(Instant::now());
    Arc::new(move |progress: &ScanProgress| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if voice.is_terminal() {
            voice.line(&line(progress));
        } else if last.elapsed() >= QUIET {
            *last = Instant::now();
            voice.say(&line(progress));
        }
    })
}

fn line(progress: &ScanProgress) -> String {
    let mut text = format!(
        "{} clusters, {} of {} answers, {:.0} requests a second",
        progress.clusters, progress.answered, progress.known, progress.per_second
    );
    if progress.reused > 0 {
        text.push_str(&format!(", {} held already", progress.reused));
    }
    if progress.gaps > 0 {
        text.push_str(&format!(", {} not read", progress.gaps));
    }
    if progress.waiting_seconds > 0 {
        text.push_str(&format!(", waiting {} s", progress.waiting_seconds));
    } else if let Some(left) = progress.seconds_left.filter(|left| *left > 2) {
        text.push_str(&format!(", about {left} s left"));
    }
    text
}

fn finish(
    asked: &ScanArguments,
    engagement: &mut Engagement,
    scanned: Scanned,
    voice: &Voice,
) -> Result<Ending, Problem> {
    let Scanned { taken: Taken { snapshot, anything_read }, progress, resumed } = scanned;
    if resumed {
        voice.say("Went on from the scan that was stopped");
    }
    voice.say(&format!(
        "{} clusters, {} documents, {} requests ({} answered with 429), {} answers held already, {} gaps",
        progress.clusters,
        snapshot.documents.len(),
        progress.requests,
        progress.throttled,
        progress.reused,
        snapshot.gaps.len()
    ));
    voice.say(&format!(
        "Asked for {:.1} s; Azure's own limits allow no less than {:.1} s for so many requests",
        progress.seconds, progress.least_seconds
    ));
    let incomplete = snapshot.gaps.iter().any(|gap| gap.reason != GapReason::NotAsked);
    if !anything_read {
        summary::gaps(&snapshot.gaps, voice);
        voice.say("Nothing could be read. Each gap above says why and what to do next.");
        return Ok(Ending::NothingRead);
    }
    if asked.key.memory_only || asked.output.is_some() {
        let moment = snapshot.taken.clone();
        let audited = match engagement.settings()? {
            settings if asked.key.memory_only => Audited::of(snapshot, &moment, &settings),
            Settings { .. } => engagement.keep_and_audit(snapshot, &moment)?,
        };
        summary::print(&audited, voice);
        if let Some(folder) = &asked.output {
            write(&audited, folder, &asked.format, "YOUR-MANAGEMENT-GROUP", voice)?;
        }
    } else {
        engagement.keep(&snapshot)?;
        summary::gaps(&snapshot.gaps, voice);
        if let Some(path) = &asked.engagement {
            voice.say(&format!("Kept in {0}. Next: quaymaster audit --engagement {0} --output out", path.display()));
        }
    }
    // a closed pipe is the reader's choice
    let _flushed = io::stderr().flush();
    Ok(if asked.require_complete && incomplete { Ending::Incomplete } else { Ending::Done })
}
