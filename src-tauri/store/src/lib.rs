//! Keeps documents, snapshots, audits and settings of one engagement in one SQLite file; the only room that knows SQL.
//!
//! A snapshot is one transaction: after a crash at any moment the file opens and holds whole snapshots only. What was
//! kept is never changed: a second audit of a snapshot is a new row with a label.

mod audits;
mod content;
mod open;
mod settings;
mod snapshots;

pub use audits::{KeptAudit, NewAudit};
pub use open::Store;
pub use snapshots::KeptSnapshot;

use quay_model::{Problem, ProblemCode};
use rusqlite::ErrorCode;

/// SQLite's errors in words.
fn problem(error: &rusqlite::Error) -> Problem {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Problem::new(
            ProblemCode::Locked,
            "The engagement file is in use by another program.",
            "Close the other window or wait until its scan is done, then try again.",
        ),
        Some(ErrorCode::DiskFull) => Problem::new(
            ProblemCode::DiskFull,
            "The disk is full; the snapshot was not kept.",
            "Free some space and try again. What was kept before is whole.",
        ),
        Some(ErrorCode::NotADatabase) => Problem::new(
            ProblemCode::NotAnEngagement,
            "The file is not an engagement of Quaymaster.",
            "Choose a file made by Quaymaster, or a name that does not exist yet to start a new engagement.",
        ),
        Some(ErrorCode::DatabaseCorrupt) => Problem::new(
            ProblemCode::Damaged,
            "The engagement file is damaged.",
            "Restore it from a backup. Nothing was written to it.",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => Problem::new(
            ProblemCode::NotWritable,
            "The engagement file cannot be opened for writing.",
            "Check that its folder exists and that you may write in it.",
        ),
        _ => Problem::new(ProblemCode::Internal, format!("The engagement file answered: {error}."), "Try again."),
    }
}
