//! Everything that crosses to the web view. Numbers are 32 bits wide, names are ready for a screen, nothing is secret.

mod access;
mod cluster;
mod coverage;
mod finding;
mod live;
mod opening;
mod overview;
mod plan;
mod report;
mod rule;
mod settings;

pub(crate) use access::{
    BindingFinding, BindingPage, BindingRow, ClusterLink, DoorCount, DoorView, DoorsView, DriftRow, DriftView,
    IntegrationView, ListQuery, MatrixCellView, MatrixPage, MatrixRowView, OwnedRow, OwnerRow, OwnersView, RadiusPage,
    RadiusRow, RoleView,
};
pub(crate) use cluster::{BindingView, ClusterPage, ClusterQuery, ClusterRow, ClusterView, FactView};
pub(crate) use coverage::{
    CallStateView, CallView, ControlTotalView, CoverageView, GapView, SubscriptionView, UnassessedView,
};
pub(crate) use finding::{
    ChoiceView, EvidenceView, FindingPage, FindingQuery, FindingRow, FindingState, FindingView, FixView,
};
pub(crate) use live::{
    AccessView, Keeping, PreflightView, ScanLineView, ScanProgressView, ScanRequest, SignInMemory, SignInMethod,
    SignInRequest, SignInStep,
};
pub(crate) use opening::{EngagementView, ProgressView, RecentView, StartView};
pub(crate) use overview::{AreaView, CountView, GroupCount, GroupView, OverviewView};
pub(crate) use plan::{
    ExportKind, FleetPlanRow, FleetPlanView, GuardrailView, PlanView, StepView, WhatIfLine, WhatIfQuery, WhatIfView,
};
pub(crate) use report::{ReportFormat, ReportPreview, SavedView, SectionView};
pub(crate) use rule::RuleView;
pub(crate) use settings::SettingsView;

use quay_model::{Problem, Severity};
use serde::{Deserialize, Serialize};
use specta::Type;

/// What went wrong, for people. The code is for switches, never for display.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProblemView {
    code: String,
    message: String,
    hint: String,
    retry_is_safe: bool,
}

impl From<Problem> for ProblemView {
    fn from(problem: Problem) -> Self {
        let code =
            serde_json::to_value(problem.code).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        ProblemView { code, message: problem.message, hint: problem.hint, retry_is_safe: problem.retry_is_safe }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SeverityView {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl From<Severity> for SeverityView {
    fn from(severity: Severity) -> Self {
        match severity {
            Severity::Critical => SeverityView::Critical,
            Severity::High => SeverityView::High,
            Severity::Medium => SeverityView::Medium,
            Severity::Low => SeverityView::Low,
            Severity::Info => SeverityView::Info,
        }
    }
}

/// Counts on screens; a fleet of four thousand million clusters is not expected.
pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
