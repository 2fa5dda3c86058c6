//! What is signed in: the session with a tenant, the engagement it fills, and the runtime both live on.

use quay_model::{Problem, ProblemCode};
use quay_pipeline::{Engagement, Session};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;

/// A tenant that somebody signed in to.
pub(crate) struct SignedIn {
    pub(crate) session: Arc<Session>,
    /// The file of its engagement; `None` when nothing is kept on disk.
    pub(crate) path: Option<PathBuf>,
    /// Not yet shown: it has no snapshot. Taken by the first scan.
    pub(crate) engagement: Option<Engagement>,
}

pub(crate) struct Live {
    /// One for all: connections belong to the runtime that opened them.
    runtime: Runtime,
    signed_in: Mutex<Option<SignedIn>>,
    /// One for each piece of work that runs; a sender that were dropped could not stop it any more.
    cancel: Mutex<Vec<watch::Sender<bool>>>,
}

impl Live {
    pub(crate) fn new() -> std::io::Result<Live> {
        let runtime = Builder::new_multi_thread().worker_threads(2).thread_name("scan").enable_all().build()?;
        Ok(Live { runtime, signed_in: Mutex::new(None), cancel: Mutex::new(Vec::new()) })
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Option<SignedIn>> {
        // a panic elsewhere leaves a whole value here: it is only ever replaced
        self.signed_in.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn session(&self) -> Option<Arc<Session>> {
        self.lock().as_ref().map(|signed_in| Arc::clone(&signed_in.session))
    }

    /// Work that waits for the network, on a thread of its own: the caller's belongs to the window.
    pub(crate) fn wait<T: Send>(&self, work: impl FnOnce(&Runtime) -> Result<T, Problem> + Send) -> Result<T, Problem> {
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| work(&self.runtime));
            thread.join().unwrap_or_else(|_| {
                Err(Problem::new(
                    ProblemCode::Internal,
                    "The work ended in a way nobody foresaw.",
                    "Try again; what was read is kept.",
                ))
            })
        })
    }

    /// A fresh way to stop what begins now.
    pub(crate) fn begin(&self) -> watch::Receiver<bool> {
        let (sender, receiver) = watch::channel(false);
        let mut running = self.cancel.lock().unwrap_or_else(PoisonError::into_inner);
        running.retain(|known| !known.is_closed());
        running.push(sender);
        receiver
    }

    /// Stops everything that runs.
    pub(crate) fn cancel(&self) {
        for sender in self.cancel.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            // nobody listens when it ended by itself
            let _heard = sender.send(true);
        }
    }
}
