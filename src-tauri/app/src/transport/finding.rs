//! What the screens of `finding` get and ask.

use super::SeverityView;
use serde::{Deserialize, Serialize};
use specta::Type;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FindingState {
    Open,
    New,
    NotAssessed,
    Passed,
    NotApplicable,
}

/// Empty lists mean no filter.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingQuery {
    pub(crate) text: String,
    pub(crate) severities: Vec<SeverityView>,
    pub(crate) rules: Vec<String>,
    pub(crate) subscriptions: Vec<String>,
    pub(crate) owners: Vec<String>,
    pub(crate) state: FindingState,
    pub(crate) sort: String,
    pub(crate) descending: bool,
    pub(crate) offset: u32,
    pub(crate) limit: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingRow {
    pub(crate) id: String,
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) severity: SeverityView,
    pub(crate) state: FindingState,
    pub(crate) cluster: String,
    pub(crate) cluster_id: String,
    pub(crate) instance: String,
    /// Name of the binding, or empty.
    pub(crate) part: String,
    pub(crate) subscription: String,
    pub(crate) owner: String,
    pub(crate) reason: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingPage {
    pub(crate) rows: Vec<FindingRow>,
    /// Rows that match the query.
    pub(crate) matching: u32,
    /// Clusters with an assessed test among all verdicts: the population.
    pub(crate) clusters: u32,
    pub(crate) not_assessed: u32,
    pub(crate) severities: Vec<super::CountView>,
    pub(crate) rules: Vec<ChoiceView>,
    pub(crate) subscriptions: Vec<ChoiceView>,
    pub(crate) owners: Vec<ChoiceView>,
}

/// Something to filter by.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ChoiceView {
    pub(crate) key: String,
    pub(crate) label: String,
    pub(crate) count: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EvidenceView {
    pub(crate) path: String,
    pub(crate) observed: String,
    pub(crate) expected: String,
    pub(crate) source: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FixView {
    pub(crate) what_to_do: String,
    pub(crate) cli: String,
    pub(crate) bicep: String,
    pub(crate) terraform: String,
    pub(crate) caution: String,
    pub(crate) look: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FindingView {
    pub(crate) row: FindingRow,
    pub(crate) resource_id: String,
    /// What is true when the rule passes.
    pub(crate) wanted: String,
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) evidence: Vec<EvidenceView>,
    /// The fields the rule read, as they were sent.
    pub(crate) raw: String,
    pub(crate) fix: FixView,
    pub(crate) references: Vec<(String, String)>,
    pub(crate) controls: Vec<String>,
    /// The whole finding for a ticket.
    pub(crate) markdown: String,
}
