//! What is open in the window: one engagement with its newest audit.

use crate::home::Home;
use crate::live::Live;
use crate::transport::ProblemView;
use quay_model::{Problem, ProblemCode};
use quay_pipeline::{Audited, Engagement};
use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

pub(crate) struct Session {
    pub(crate) home: Home,
    pub(crate) live: Live,
    /// Asked for on the command line.
    pub(crate) starts_with_sample: bool,
    open: Mutex<Option<Open>>,
}

pub(crate) struct Open {
    /// Away while a scan fills it.
    pub(crate) engagement: Option<Engagement>,
    /// Its file; nothing when it is kept in memory only.
    pub(crate) path: Option<PathBuf>,
    pub(crate) shown: Arc<Shown>,
}

/// What screens read; replaced as a whole when there is a new audit.
pub(crate) struct Shown {
    pub(crate) name: String,
    pub(crate) is_sample: bool,
    pub(crate) audited: Audited,
    /// Identities of findings that the audit before did not have.
    pub(crate) new: HashSet<String>,
}

impl Shown {
    pub(crate) fn new(name: String, is_sample: bool, audited: Audited) -> Arc<Shown> {
        let new = audited.changes.as_ref().map(|changes| changes.new.iter().cloned().collect()).unwrap_or_default();
        Arc::new(Shown { name, is_sample, audited, new })
    }
}

impl Open {
    pub(crate) fn engagement(&mut self) -> Result<&mut Engagement, Problem> {
        self.engagement.as_mut().ok_or_else(|| {
            Problem::new(
                ProblemCode::Locked,
                "A scan is filling this engagement.",
                "Wait until it is done, or stop it.",
            )
        })
    }
}

impl Session {
    pub(crate) fn new(home: Home, live: Live, starts_with_sample: bool) -> Session {
        Session { home, live, starts_with_sample, open: Mutex::new(None) }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Open>> {
        // a panic elsewhere leaves a whole value here: it is only ever replaced
        self.open.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    pub(crate) fn replace(&self, open: Option<Open>) {
        *self.lock() = open;
    }

    pub(crate) fn shown(&self) -> Result<Arc<Shown>, ProblemView> {
        self.lock().as_ref().map(|open| Arc::clone(&open.shown)).ok_or_else(|| nothing_open().into())
    }

    /// Works on the open engagement; nothing else can until it is done.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut Open) -> Result<T, Problem>) -> Result<T, ProblemView> {
        let mut guard = self.lock();
        let open = guard.as_mut().ok_or_else(nothing_open)?;
        work(open).map_err(ProblemView::from)
    }
}

fn nothing_open() -> Problem {
    Problem::new(ProblemCode::NothingOpen, "No engagement is open.", "Open the sample fleet or collected files first.")
}
