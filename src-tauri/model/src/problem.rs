//! What goes wrong, for machines (a closed code), for people (a sentence), and what to do next (a hint).

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProblemCode {
    NotFound,
    NotAnEngagement,
    NewerEngagement,
    Locked,
    DiskFull,
    NotWritable,
    Damaged,
    BadInput,
    NothingOpen,
    Cancelled,
    /// No token could be had, and the message says why.
    SignIn,
    /// The file is encrypted, and no key or the wrong one was given.
    WrongKey,
    /// There is no keychain on this desktop that answers.
    NoKeychain,
    /// There is one, and it is locked or did not let us in.
    KeychainLocked,
    Internal,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    pub code: ProblemCode,
    pub message: String,
    pub hint: String,
    /// Whether trying the same again can do no harm.
    pub retry_is_safe: bool,
}

impl Problem {
    pub fn new(code: ProblemCode, message: impl Into<String>, hint: impl Into<String>) -> Self {
        Problem { code, message: message.into(), hint: hint.into(), retry_is_safe: true }
    }

    /// What writing to `path` met.
    pub fn writing(path: &std::path::Path, error: &std::io::Error) -> Self {
        let shown = path.display();
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Problem::new(
                ProblemCode::DiskFull,
                format!("The disk is full; {shown} was not written."),
                "Free some space or choose another folder, then try again. Nothing that was there before was changed.",
            ),
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => Problem::new(
                ProblemCode::NotWritable,
                format!("You may not write {shown}."),
                "Choose a folder in which you may write.",
            ),
            std::io::ErrorKind::NotADirectory | std::io::ErrorKind::AlreadyExists => Problem::new(
                ProblemCode::NotWritable,
                format!("{shown} cannot be written, because a part of its path is a file."),
                "Choose another folder.",
            ),
            _ => Problem::new(
                ProblemCode::NotWritable,
                format!("{shown} could not be written: {error}."),
                "Check the folder and try again.",
            ),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.message, self.hint)
    }
}

impl std::error::Error for Problem {}
