//! Signing in to one tenant, and signing out.

use super::Answer;
use super::live::look;
use crate::home::RecentEngagement;
use crate::live::SignedIn;
use crate::session::Session;
use crate::transport::{Keeping, PreflightView, SignInMemory, SignInMethod, SignInRequest, SignInStep};
use quay_model::{Problem, ProblemCode};
use quay_pipeline::Session as Signed;
use quay_pipeline::{Cloud, DeviceCode, Engagement, Unlock, Workload, now};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tauri::ipc::Channel;
use tauri::{AppHandle, State};
use tauri_plugin_opener::OpenerExt;

/// What was typed the last time.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sign_in_memory(session: State<'_, Session>) -> SignInMemory {
    session.home.sign_in_memory()
}

/// Signs in to one tenant and looks what can be read there. Nothing is scanned yet.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sign_in(
    app: AppHandle,
    session: State<'_, Session>,
    request: SignInRequest,
    steps: Channel<SignInStep>,
) -> Answer<PreflightView> {
    let cloud = match Cloud::named(request.cloud.trim()) {
        Some(cloud) => cloud,
        None => Cloud::read(Path::new(request.cloud.trim()))?,
    };
    // an engagement of the tenant that is open already is gone on with; a new one is made before anybody signs in, so
    // that a keychain that does not answer is found out first
    let own = session.with(|open| open.engagement()?.note("tenant")).ok().flatten();
    let mut made = if own.is_none() { Some(new_engagement(&session, &request)?) } else { None };
    let say = move |text: &str, code: DeviceCode| {
        // a window that was closed meanwhile cannot show it; the sign-in then ends by itself
        let _heard = steps.send(SignInStep { text: text.to_owned(), page: code.page, code: code.code });
    };
    let tenant = request.tenant.trim().to_owned();
    let client = request.client_id.trim().to_owned();
    let mut stop = session.live.begin();
    let signed = session.live.wait(|runtime| {
        runtime.block_on(async {
            tokio::select! {
                signed = sign_in_by(request.method, cloud, &tenant, &client, &app, &say) => signed,
                _ = stop.changed() => Err(stopped()),
            }
        })
    });
    let signed = match signed {
        Ok(signed) => Arc::new(signed),
        Err(problem) => {
            // an engagement nobody signed in to is not left behind
            if let Some((engagement, Some(path))) = made {
                engagement.remove(&path)?;
            }
            return Err(problem.into());
        }
    };
    session.home.keep_sign_in_memory(&SignInMemory { tenant, client_id: client, cloud: request.cloud.clone() })?;
    if own.as_deref() == Some(signed.tenant()) {
        session.with(|open| {
            let engagement = open.engagement()?;
            session.live.wait(|runtime| runtime.block_on(engagement.remember(&signed)))
        })?;
        *session.live.lock() = Some(SignedIn { session: Arc::clone(&signed), path: None, engagement: None });
        return look(&session, &signed);
    }
    let (mut engagement, path) = match made.take() {
        Some(made) => made,
        None => new_engagement(&session, &request)?,
    };
    session.live.wait(|runtime| runtime.block_on(engagement.remember(&signed)))?;
    if let Some(path) = path.clone() {
        // a window that dies in the first scan finds it again
        let name = format!("Azure tenant {}", signed.tenant());
        session.home.remember(RecentEngagement { path, name, opened: now() })?;
    }
    session.replace(None);
    *session.live.lock() = Some(SignedIn { session: Arc::clone(&signed), path, engagement: Some(engagement) });
    look(&session, &signed)
}

async fn sign_in_by(
    method: SignInMethod,
    cloud: Cloud,
    tenant: &str,
    client: &str,
    app: &AppHandle,
    say: &(dyn Fn(&str, DeviceCode) + Send + Sync),
) -> Result<Signed, Problem> {
    let nothing = || DeviceCode { page: String::new(), code: String::new() };
    match method {
        SignInMethod::Browser => {
            say("Your browser opens the sign-in page. Come back here when it says that you may.", nothing());
            Signed::with_browser(cloud, tenant, client, &|url| open_browser(app, url)).await
        }
        SignInMethod::DeviceCode => {
            let show = |code: DeviceCode| say("Open the page on any device and enter the code.", code);
            Signed::with_device_code(cloud, tenant, client, &show).await
        }
        SignInMethod::AzureCli => {
            say("Asking the Azure CLI for your sign-in.", nothing());
            Signed::with_workload(cloud, tenant, Workload::AzureCli).await
        }
    }
}

/// `QUAYMASTER_BROWSER` names a program; without it the desktop's own is used.
fn open_browser(app: &AppHandle, url: &str) -> Result<(), String> {
    match std::env::var_os("QUAYMASTER_BROWSER") {
        Some(program) => {
            std::process::Command::new(program).arg(url).spawn().map(|_| ()).map_err(|error| error.to_string())
        }
        None => app.opener().open_url(url, None::<&str>).map_err(|error| error.to_string()),
    }
}

fn new_engagement(session: &Session, request: &SignInRequest) -> Result<(Engagement, Option<PathBuf>), Problem> {
    let path = session.home.new_engagement_file("azure", &now());
    let engagement = match request.keeping {
        Keeping::Memory => return Engagement::in_memory().map(|engagement| (engagement, None)),
        Keeping::Keychain => Engagement::open(&path, &Unlock::Keychain)?,
        Keeping::Passphrase => Engagement::open(&path, &Unlock::Passphrase(request.passphrase.clone().into()))?,
    };
    Ok((engagement, Some(path)))
}

/// Forgets the sign-in, here and in the engagement that is open.
#[tauri::command(async)]
#[specta::specta]
pub(crate) fn sign_out(session: State<'_, Session>) -> Answer<()> {
    let signed = session.live.lock().take();
    if session.shown().is_ok() {
        session.with(|open| {
            let engagement = open.engagement()?;
            let own = signed.as_ref().map(|live| &*live.session);
            session.live.wait(|runtime| runtime.block_on(engagement.sign_out(own)))
        })?;
    } else if let Some(SignedIn { path: Some(path), engagement: Some(engagement), .. }) = signed {
        // nothing was scanned into it: nothing is lost
        session.home.forget(&path)?;
        engagement.remove(&path)?;
    }
    Ok(())
}

fn stopped() -> Problem {
    Problem::new(ProblemCode::Cancelled, "The sign-in was stopped.", "Sign in again when you like.")
}
