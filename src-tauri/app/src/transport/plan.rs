//! What the screens of plans and guardrails get and ask.

use super::SeverityView;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StepView {
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) why: String,
    /// `let in`, `confirm`, `close`, `clean up`, `review`: for the mark in front of it.
    pub(crate) kind: String,
    pub(crate) breaks_today: Vec<String>,
    pub(crate) held_back: Vec<String>,
    pub(crate) unsure: Vec<String>,
    /// Ids of steps of the same plan that have to be done for it.
    pub(crate) needs: Vec<String>,
    pub(crate) decide: String,
    pub(crate) cli: String,
    pub(crate) bicep: String,
    pub(crate) terraform: String,
    pub(crate) check: String,
    pub(crate) back: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PlanView {
    pub(crate) steps: Vec<StepView>,
    pub(crate) notes: Vec<String>,
    /// What was not read, so that a door, and a step to close it, may be missing here.
    pub(crate) unread: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FleetPlanRow {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) name: String,
    pub(crate) subscription: String,
    pub(crate) exposure: String,
    pub(crate) steps: u32,
    pub(crate) held_back: u32,
    /// Something that may use a door, or a door itself, was not read.
    pub(crate) unsure: bool,
    /// What comes first.
    pub(crate) first: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FleetPlanView {
    pub(crate) rows: Vec<FleetPlanRow>,
    pub(crate) steps: u32,
    pub(crate) held_back: u32,
}

/// Which steps are imagined: these, or all that are not held back, of one cluster or of all.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhatIfQuery {
    /// Empty for the whole fleet.
    pub(crate) cluster: String,
    /// Ids of steps; empty for all that are not held back.
    pub(crate) steps: Vec<String>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhatIfLine {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) severity: SeverityView,
    pub(crate) cluster: String,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct WhatIfView {
    pub(crate) steps: u32,
    pub(crate) score_before: Option<u32>,
    pub(crate) score_after: Option<u32>,
    pub(crate) findings_before: u32,
    pub(crate) findings_after: u32,
    /// Those of the one cluster that is asked about; `None` for the whole fleet.
    pub(crate) own_before: Option<u32>,
    pub(crate) own_after: Option<u32>,
    pub(crate) not_assessed_before: u32,
    pub(crate) not_assessed_after: u32,
    pub(crate) public_before: u32,
    pub(crate) public_after: u32,
    pub(crate) closed: Vec<WhatIfLine>,
    pub(crate) opened: Vec<WhatIfLine>,
    /// How many were closed in all; the list is cut.
    pub(crate) closed_count: u32,
    pub(crate) opened_count: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GuardrailView {
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) what: String,
    pub(crate) rules: Vec<String>,
    pub(crate) file: String,
    pub(crate) text: String,
    /// Findings today that it would have shown.
    pub(crate) findings: u32,
}

/// A set of files that can be saved as one zip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ExportKind {
    Code,
    Guardrails,
    Owners,
}
