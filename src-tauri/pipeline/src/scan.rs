//! Takes a snapshot from a source.

use quay_collect::{Progress, read_files, read_sample};
use quay_model::Snapshot;
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    Sample,
    Files(Vec<PathBuf>),
}

/// A snapshot, and whether anything at all was read for it.
#[derive(Debug)]
pub struct Taken {
    pub snapshot: Snapshot,
    pub anything_read: bool,
}

/// Never fails: what could not be read is in the snapshot's gaps.
pub fn take(source: &Source, moment: &str, progress: &mut dyn FnMut(Progress) -> bool) -> Taken {
    let (origin, collected) = match source {
        Source::Sample => ("sample fleet", read_sample()),
        Source::Files(paths) => ("collected files", read_files(paths, progress)),
    };
    let snapshot = Snapshot {
        taken: moment.to_owned(),
        origin: origin.to_owned(),
        documents: collected.documents,
        gaps: collected.gaps,
    };
    Taken { snapshot, anything_read: collected.anything_read }
}
