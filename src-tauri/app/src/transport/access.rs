//! What the screens about access get and ask: Trusted Access, doors, owners, and what code declares.

use super::SeverityView;
use serde::{Deserialize, Serialize};
use specta::Type;

/// A part of a long list.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ListQuery {
    pub(crate) text: String,
    /// Keys of choices; empty for all. Keys of one sort widen the list, keys of two sorts narrow it.
    pub(crate) kinds: Vec<String>,
    pub(crate) offset: u32,
    pub(crate) limit: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatrixCellView {
    /// `missing`, `over-broad`, `dangling`, `unused`, `unknown`, `bound`, `not applicable`.
    pub(crate) state: String,
    pub(crate) detail: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatrixRowView {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) name: String,
    pub(crate) subscription: String,
    pub(crate) exposure: String,
    /// In the order of `services`.
    pub(crate) cells: Vec<MatrixCellView>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MatrixPage {
    pub(crate) services: Vec<String>,
    pub(crate) rows: Vec<MatrixRowView>,
    pub(crate) matching: u32,
    pub(crate) all: u32,
    /// How many cells are in each state; the keys of `kinds`.
    pub(crate) states: Vec<super::ChoiceView>,
    /// Clusters whose every detected integration is bound, and clusters with one that could be read.
    pub(crate) covered: u32,
    pub(crate) coverable: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BindingRow {
    pub(crate) id: String,
    pub(crate) cluster_id: String,
    pub(crate) instance: String,
    pub(crate) cluster: String,
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) source_name: String,
    pub(crate) roles: Vec<String>,
    pub(crate) state: String,
    /// Who made it, in one word: `by hand`, `code`, `deployment`, `Defender`, `program`, `unknown`.
    pub(crate) origin: String,
    /// Who made it, as far as that is known: what follows "The binding", or why it is not known.
    pub(crate) made_by: String,
    /// Findings about it, worst first: rule and words.
    pub(crate) findings: Vec<BindingFinding>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BindingFinding {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) severity: SeverityView,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BindingPage {
    pub(crate) rows: Vec<BindingRow>,
    pub(crate) matching: u32,
    pub(crate) all: u32,
    /// Clusters whose bindings were not read.
    pub(crate) unread: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoleView {
    pub(crate) name: String,
    /// `cluster-admin`, `high`, `medium`, `low`, `unknown`.
    pub(crate) grade: String,
    pub(crate) because: String,
    pub(crate) sentences: Vec<String>,
    pub(crate) bindings: u32,
    pub(crate) clusters: u32,
    pub(crate) catalogue: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorView {
    /// `Public endpoint`, `Run command`, …
    pub(crate) door: String,
    /// `open`, `dormant`, `closed`, `unknown`.
    pub(crate) state: String,
    /// `everyone`, `network`, `person`, `group`, `service`, `application`, `tenant`, `unknown`.
    pub(crate) who_kind: String,
    pub(crate) who: String,
    pub(crate) who_name: String,
    /// `admin`, `strong`, `limited`, `network-only`.
    pub(crate) reach: String,
    pub(crate) right: String,
    pub(crate) shown_by: String,
    /// `yes`, `no`, `is`.
    pub(crate) replaceable: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct IntegrationView {
    pub(crate) service: String,
    pub(crate) source: String,
    pub(crate) source_name: String,
    pub(crate) state: String,
    pub(crate) path: String,
    /// `bound`, `not bound`, `unknown`, `needs none`.
    pub(crate) bound: String,
    pub(crate) detail: String,
    pub(crate) shown_by: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorsView {
    pub(crate) doors: Vec<DoorView>,
    pub(crate) integrations: Vec<IntegrationView>,
    /// What was not read, so that a door may be missing here.
    pub(crate) unread: Vec<String>,
}

/// A cluster that can be gone to.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterLink {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) name: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RadiusRow {
    pub(crate) who: String,
    pub(crate) who_name: String,
    pub(crate) who_kind: String,
    pub(crate) clusters: u32,
    pub(crate) admin_of: u32,
    pub(crate) doors: Vec<String>,
    /// The clusters it can enter; at most some hundreds, `clusters` counts them all.
    pub(crate) enters: Vec<ClusterLink>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RadiusPage {
    pub(crate) rows: Vec<RadiusRow>,
    pub(crate) matching: u32,
    pub(crate) all: u32,
    pub(crate) clusters: u32,
    /// Clusters of which something was not read, so that doors may be missing there.
    pub(crate) unread: u32,
    /// Kinds of holders, as keys of `kinds`.
    pub(crate) kinds: Vec<super::ChoiceView>,
    /// Doors of each kind: open, dormant, on how many clusters. Their names are keys of `kinds` too.
    pub(crate) doors: Vec<DoorCount>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DoorCount {
    pub(crate) door: String,
    pub(crate) open: u32,
    pub(crate) dormant: u32,
    pub(crate) unknown: u32,
    pub(crate) clusters: u32,
    /// The clusters with an open one; at most some hundreds, `clusters` counts them all.
    pub(crate) open_on: Vec<ClusterLink>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnerRow {
    /// Empty for clusters that name nobody.
    pub(crate) owner: String,
    pub(crate) teams: Vec<String>,
    pub(crate) cost_centres: Vec<String>,
    pub(crate) clusters: u32,
    pub(crate) critical: u32,
    pub(crate) high: u32,
    pub(crate) medium: u32,
    pub(crate) low: u32,
    pub(crate) not_assessed: u32,
    pub(crate) score: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnedRow {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) name: String,
    pub(crate) owner: String,
    pub(crate) team: String,
    pub(crate) cost_centre: String,
    pub(crate) named_on: String,
    pub(crate) near_miss: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OwnersView {
    pub(crate) owners: Vec<OwnerRow>,
    /// Clusters with something missing or misspelled.
    pub(crate) incomplete: Vec<OwnedRow>,
    pub(crate) clusters: u32,
    pub(crate) complete: u32,
    pub(crate) inherits: bool,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftRow {
    /// `declared, not deployed`, `deployed, not declared`, `different`, `cannot be compared`, `the same`.
    pub(crate) kind: String,
    pub(crate) cluster_id: String,
    pub(crate) cluster: String,
    pub(crate) what: String,
    pub(crate) declared: String,
    pub(crate) deployed: String,
    pub(crate) code: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DriftView {
    pub(crate) rows: Vec<DriftRow>,
    pub(crate) kinds: Vec<super::ChoiceView>,
    /// Files of code that were read.
    pub(crate) files: Vec<String>,
}
