//! Asks a source for a fleet and writes down answers and refusals alike.
//!
//! Knows no rule and no SQL. A source never fails as a whole: what cannot be read becomes a gap that names itself,
//! and everything else is still read. Secrets that a file happens to hold are removed before anything is kept.

mod azure;
mod files;
mod redact;
mod sample;

pub use azure::{
    Access, Conditions, Held, Journal, Need, NoJournal, Pace, Preflight, ScanProgress, Scope, SubscriptionProgress,
    Watch, Wire, preflight, read_azure,
};
pub use files::{Progress, read_files};
pub use sample::read_sample;

use quay_model::{Document, Gap};

/// What a source gave.
#[derive(Debug, Default)]
pub struct Collected {
    pub documents: Vec<Document>,
    pub gaps: Vec<Gap>,
    /// Whether any answer was understood; an empty list is one.
    pub anything_read: bool,
}
