//! Scans of an Azure that runs on this machine: what is read, what is not, what is sent, and what never leaks.
#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "seeds and figures are for whoever reads the run")]

mod chaos;
mod clean;
mod collected;
mod refusals;
mod secrets;
mod sign_in;

use quay_azure::{Azure, Options, World, generate};
use quay_model::{Outcome, Problem, Settings, Snapshot};
use quay_pipeline::{Audited, Cloud, Engagement, LiveScan, Pace, Scanned, Secret, Session, Workload};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::sync::watch;

pub(crate) const CLIENT: &str = "11111111-2222-4333-8444-555555555555";

/// An Azure and the files to reach it.
pub(crate) struct Lab {
    pub(crate) azure: Azure,
    pub(crate) folder: TempDir,
    pub(crate) tenant: String,
}

impl Lab {
    pub(crate) async fn new(world: World, options: Options) -> Lab {
        let tenant = world.tenant.clone();
        let azure = Azure::start(world, options).await.expect("it listens");
        let folder = tempfile::tempdir().expect("a folder");
        let authority = folder.path().join("ca.pem");
        std::fs::write(&authority, azure.authority_pem()).expect("written");
        let cloud = azure.cloud("ca.pem").to_string();
        std::fs::write(folder.path().join("cloud.json"), cloud).expect("written");
        Lab { azure, folder, tenant }
    }

    /// Small, without limits, with pages of three: every list has several.
    pub(crate) async fn small(clusters: u32, subscriptions: u32) -> Lab {
        let options = Options { throttle: false, page: 3, rows: 7, ..Options::default() };
        Lab::new(generate(clusters, subscriptions, 7), options).await
    }

    pub(crate) fn cloud(&self) -> Cloud {
        Cloud::read(&self.folder.path().join("cloud.json")).expect("a cloud")
    }

    pub(crate) fn principal(&self) -> Workload {
        Workload::ClientSecret { client_id: CLIENT.into(), secret: Secret::new("simulated-client-secret") }
    }

    pub(crate) async fn session(&self) -> Arc<Session> {
        Arc::new(Session::with_workload(self.cloud(), &self.tenant, self.principal()).await.expect("signed in"))
    }

    pub(crate) async fn scan(&self, engagement: &mut Engagement, asked: &LiveScan) -> Result<Scanned, Problem> {
        let session = self.session().await;
        scan_with(&session, engagement, asked).await
    }

    /// A scan into memory with nothing special.
    pub(crate) async fn plain_scan(&self) -> Scanned {
        let mut engagement = Engagement::in_memory().expect("memory");
        self.scan(&mut engagement, &hasty()).await.expect("scanned")
    }
}

pub(crate) async fn scan_with(
    session: &Arc<Session>,
    engagement: &mut Engagement,
    asked: &LiveScan,
) -> Result<Scanned, Problem> {
    let (_never, stop) = watch::channel(false);
    let scan = engagement.scan(session, asked, Arc::new(|_| {}), stop);
    let scanned = tokio::time::timeout(Duration::from_secs(120), scan).await.expect("no scan hangs")?;
    // a scan is over when its snapshot is kept
    engagement.keep(&scanned.taken.snapshot)?;
    Ok(scanned)
}

/// Waits shortly: tests have no patience.
pub(crate) fn hasty() -> LiveScan {
    LiveScan { pace: Pace { first_wait: Duration::from_millis(2), ..Pace::default() }, ..LiveScan::default() }
}

pub(crate) fn audited(snapshot: Snapshot) -> Audited {
    Audited::of(snapshot, "2026-11-23T12:00:00Z", &Settings::default())
}

/// Rule and resource, and how it ended.
pub(crate) fn verdicts(snapshot: &Snapshot) -> BTreeMap<(String, String), Outcome> {
    let audited = audited(snapshot.clone());
    let keyed = audited.audit.verdicts.iter().map(|v| ((v.rule.to_string(), v.resource_id.to_lowercase()), v.verdict));
    keyed.collect()
}

/// Work on a runtime of several threads, as the program has.
pub(crate) fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime")
        .block_on(work)
}
