//! What the screens of `coverage` get and ask.

use serde::Serialize;
use specta::Type;

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoverageView {
    pub(crate) percent: Option<u32>,
    pub(crate) tests_assessed: u32,
    pub(crate) tests_not_assessed: u32,
    pub(crate) subscriptions: Vec<SubscriptionView>,
    pub(crate) calls: Vec<CallView>,
    pub(crate) gaps: Vec<GapView>,
    pub(crate) all_gaps: u32,
    pub(crate) unassessed: Vec<UnassessedView>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SubscriptionView {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) state: String,
    pub(crate) clusters: u32,
    pub(crate) bindings_read: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallView {
    pub(crate) call: String,
    pub(crate) read: u32,
    pub(crate) not_read: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GapView {
    pub(crate) scope: String,
    pub(crate) call: String,
    pub(crate) reason: String,
    pub(crate) message: String,
    pub(crate) hint: String,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnassessedView {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) tests: u32,
    pub(crate) example: String,
}
