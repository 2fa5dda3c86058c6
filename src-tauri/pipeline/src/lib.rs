//! The order of it all: source, snapshot, store, fleet, audit, changes, outputs. Headless; knows no Tauri.
//!
//! The only room that reads a clock, and only when nobody says which moment is meant.

mod engagement;
mod live;
mod moment;
mod outputs;
mod raw;
mod scan;

pub use engagement::{Engagement, SnapshotLine};
pub use live::{LiveScan, Scanned, look_before};
pub use moment::{now, parse_moment};
pub use outputs::{Format, Written, write_one, write_outputs};
pub use quay_audit::{Exposure, RULES, framework_name, tool_facts};
pub use quay_collect::{Access, Need, Pace, Preflight, Progress, ScanProgress, SubscriptionProgress, Watch};
pub use quay_history::Changes;
pub use quay_remedy::fix_for;
pub use quay_signin::{Cloud, DeviceCode, Secret, Session, Who, Workload, client_id_is_well};
pub use quay_store::Unlock;
pub use raw::{raw_document, raw_excerpt};
pub use scan::{Source, Taken, take};

use quay_model::{Audit, Fleet, Snapshot};

/// A fleet with its audit: what screens and reports show.
#[derive(Debug)]
pub struct Audited {
    pub snapshot: Snapshot,
    pub fleet: Fleet,
    pub audit: Audit,
    /// Against the audit before it in the same engagement, if there is one.
    pub changes: Option<Changes>,
}
