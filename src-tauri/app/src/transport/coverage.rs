//! What the screens of `coverage` get and ask.

use quay_model::Gap;
use serde::Serialize;
use specta::Type;

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CoverageView {
    pub(crate) percent: Option<u32>,
    pub(crate) tests_assessed: u32,
    pub(crate) tests_not_assessed: u32,
    pub(crate) subscriptions: Vec<SubscriptionView>,
    /// Questions that were asked of the tenant as a whole.
    pub(crate) tenant_asked: Vec<CallStateView>,
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
    /// Each kind of call made in it; empty when nothing was asked of Azure.
    pub(crate) asked: Vec<CallStateView>,
    pub(crate) control_total: Option<ControlTotalView>,
}

/// How the calls of one kind ended.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallStateView {
    pub(crate) call: String,
    pub(crate) read: u32,
    pub(crate) denied: u32,
    pub(crate) throttled: u32,
    pub(crate) failed: u32,
    pub(crate) not_asked: u32,
}

/// Clusters counted by two routes.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ControlTotalView {
    pub(crate) resource_manager: u32,
    pub(crate) resource_graph: Option<u32>,
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

impl From<&Gap> for GapView {
    fn from(gap: &Gap) -> Self {
        GapView {
            scope: gap.scope.clone(),
            call: gap.call.clone(),
            reason: gap.reason.label().to_owned(),
            message: gap.message.clone(),
            hint: gap.hint.clone(),
        }
    }
}

#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UnassessedView {
    pub(crate) rule: String,
    pub(crate) title: String,
    pub(crate) tests: u32,
    pub(crate) example: String,
}
