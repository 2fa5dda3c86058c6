//! What the screens of `opening` get and ask.

use serde::Serialize;
use specta::Type;

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StartView {
    pub(crate) version: String,
    pub(crate) recent: Vec<RecentView>,
    /// What was open when the window was closed, opened again.
    pub(crate) open: Option<EngagementView>,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecentView {
    /// Place in the list; the web view never names a path of its own.
    pub(crate) index: u32,
    pub(crate) name: String,
    pub(crate) opened: String,
}

/// What stands above every screen.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct EngagementView {
    pub(crate) name: String,
    pub(crate) is_sample: bool,
    pub(crate) as_of: String,
    pub(crate) origin: String,
    pub(crate) hash: String,
    pub(crate) clusters: u32,
    pub(crate) coverage_percent: Option<u32>,
    pub(crate) gaps: u32,
    pub(crate) unread_subscriptions: u32,
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProgressView {
    pub(crate) step: String,
    pub(crate) done: u32,
    pub(crate) total: u32,
}
