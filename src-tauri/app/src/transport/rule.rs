//! What the screens of `rules` get and ask.

use super::SeverityView;
use serde::Serialize;
use specta::Type;

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RuleView {
    pub(crate) id: String,
    pub(crate) area: String,
    pub(crate) title: String,
    pub(crate) severity: SeverityView,
    pub(crate) what: String,
    pub(crate) why: String,
    pub(crate) not_applicable: String,
    pub(crate) reads: Vec<String>,
    pub(crate) references: Vec<(String, String)>,
    pub(crate) fail: u32,
    pub(crate) pass: u32,
    pub(crate) not_assessed: u32,
    pub(crate) not_applicable_count: u32,
}
