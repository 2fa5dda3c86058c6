//! What the screens of `cluster` get and ask.

use super::FindingRow;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterQuery {
    pub(crate) text: String,
    /// Exposure labels; empty for all.
    pub(crate) exposures: Vec<String>,
    pub(crate) sort: String,
    pub(crate) descending: bool,
    pub(crate) offset: u32,
    pub(crate) limit: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterRow {
    pub(crate) id: String,
    pub(crate) instance: String,
    pub(crate) name: String,
    pub(crate) subscription: String,
    pub(crate) location: String,
    pub(crate) version: String,
    pub(crate) exposure: String,
    pub(crate) stopped: bool,
    pub(crate) bindings: String,
    pub(crate) owner: String,
    pub(crate) critical: u32,
    pub(crate) high: u32,
    pub(crate) medium: u32,
    pub(crate) low: u32,
    pub(crate) not_assessed: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterPage {
    pub(crate) rows: Vec<ClusterRow>,
    pub(crate) matching: u32,
    pub(crate) all: u32,
    pub(crate) exposures: Vec<super::ChoiceView>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FactView {
    pub(crate) name: String,
    pub(crate) value: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BindingView {
    pub(crate) name: String,
    pub(crate) source: String,
    pub(crate) roles: Vec<String>,
    pub(crate) state: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ClusterView {
    pub(crate) row: ClusterRow,
    pub(crate) facts: Vec<FactView>,
    /// Every verdict on it and on its bindings, worst first.
    pub(crate) verdicts: Vec<FindingRow>,
    pub(crate) bindings: Vec<BindingView>,
    /// Empty, or why the list of bindings is not known to be whole.
    pub(crate) bindings_incomplete: String,
    pub(crate) raw: String,
}
