//! What the screens of `overview` get and ask.

use super::{FindingRow, SeverityView};
use serde::Serialize;
use specta::Type;

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OverviewView {
    pub(crate) score: Option<u32>,
    pub(crate) formula: String,
    pub(crate) coverage_percent: Option<u32>,
    pub(crate) tests_assessed: u32,
    pub(crate) tests_not_assessed: u32,
    pub(crate) gaps: u32,
    pub(crate) clusters: u32,
    pub(crate) public_servers: u32,
    pub(crate) open_servers: u32,
    /// Clusters of which a test about who reaches the API server was not assessed.
    pub(crate) unknown_servers: u32,
    /// As in the matrix: clusters whose every integration is bound, clusters with one, and those not read to the end.
    pub(crate) covered: u32,
    pub(crate) coverable: u32,
    pub(crate) matrix_unread: u32,
    pub(crate) severities: Vec<CountView>,
    pub(crate) exposures: Vec<GroupCount>,
    pub(crate) areas: Vec<AreaView>,
    pub(crate) worst: Vec<FindingRow>,
    pub(crate) by_subscription: Vec<GroupView>,
    pub(crate) by_owner: Vec<GroupView>,
    /// Against the audit before; `None` for the first.
    pub(crate) new_findings: Option<u32>,
    pub(crate) fixed_findings: Option<u32>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CountView {
    pub(crate) severity: SeverityView,
    pub(crate) count: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupCount {
    pub(crate) label: String,
    pub(crate) count: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AreaView {
    pub(crate) prefix: String,
    pub(crate) label: String,
    /// Its rules with findings: what the findings can be filtered by.
    pub(crate) rules: Vec<String>,
    pub(crate) fail: u32,
    pub(crate) not_assessed: u32,
    pub(crate) pass: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GroupView {
    /// What the findings can be filtered by.
    pub(crate) key: String,
    pub(crate) name: String,
    /// Empty, or why its clusters were not read.
    pub(crate) unread: String,
    pub(crate) clusters: u32,
    pub(crate) critical: u32,
    pub(crate) high: u32,
    pub(crate) medium: u32,
    pub(crate) low: u32,
}
