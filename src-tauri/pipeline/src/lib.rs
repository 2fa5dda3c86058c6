//! The order of it all: source, snapshot, store, fleet, audit, changes, outputs. Headless; knows no Tauri.
//!
//! The only room that reads a clock, and only when nobody says which moment is meant.

mod code;
mod engagement;
mod exports;
mod live;
mod memory;
mod moment;
mod outputs;
mod raw;
mod scan;
mod what_if;

pub use code::{made_by, with_code};
pub use engagement::{Engagement, SnapshotLine};
pub use exports::{Export, export_files, write_export};
pub use live::{LiveScan, Scanned, look_before};
pub use moment::{now, parse_moment};
pub use outputs::{Format, Written, write_one, write_outputs};
pub use quay_audit::{Exposure, RULES, audit as rules_over, framework_name, scoreboard, survey, tool_facts};
pub use quay_collect::{Access, Need, Pace, Preflight, Progress, ScanProgress, SubscriptionProgress, Watch};
pub use quay_history::Changes;
pub use quay_remedy::{GUARDRAILS, Guardrail, fix_for, remedy_as_code, step_text};
pub use quay_signin::{Cloud, DeviceCode, Secret, Session, Who, Workload, client_id_is_well};
pub use quay_store::Unlock;
pub use raw::{raw_document, raw_excerpt};
pub use scan::{Source, Taken, take};
pub use what_if::{WhatIf, changes_of, plan_of, plans_of, what_if};

use quay_model::{Audit, Fleet, Memory, Snapshot, Survey};

/// A fleet with its audit: what screens and reports show.
#[derive(Debug)]
pub struct Audited {
    pub snapshot: Snapshot,
    pub fleet: Fleet,
    pub audit: Audit,
    /// Doors, matrix, roles, owners and what code declares.
    pub survey: Survey,
    /// What earlier snapshots know, for what-if.
    pub memory: Memory,
    /// Against the audit before it in the same engagement, if there is one.
    pub changes: Option<Changes>,
}
