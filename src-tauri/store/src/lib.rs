//! Keeps documents, snapshots, audits and settings of one engagement in one SQLite file, encrypted if it holds more
//! than the sample; the only room that knows SQL, and the only one that knows the keychain.
//!
//! A snapshot is one transaction: after a crash at any moment the file opens and holds whole snapshots only. What was
//! kept is never changed: a second audit of a snapshot is a new row with a label.

mod answers;
mod audits;
mod content;
mod keys;
mod open;
mod secrets;
mod settings;
mod snapshots;

pub use answers::{KeptAnswer, KeptScan};
pub use audits::{KeptAudit, NewAudit};
pub use keys::Unlock;
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
        None if matches!(error, rusqlite::Error::InvalidPath(_)) => Problem::new(
            ProblemCode::NotWritable,
            "The folder of the engagement file does not exist.",
            "Make it first, or choose another one.",
        ),
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen) => Problem::new(
            ProblemCode::NotWritable,
            "The engagement file cannot be opened for writing.",
            "Check that its folder exists and that you may write in it.",
        ),
        _ => Problem::new(ProblemCode::Internal, format!("The engagement file answered: {error}."), "Try again."),
    }
}
