//! The shape of a rule and of its answer.

use crate::exposure::Exposure;
use crate::facts::RoleFacts;
use crate::integrations::Integrated;
use crate::reach::Reached;
use quay_model::{
    Binding, Cluster, Evidence, Field, Fleet, Memory, Name, Outcome, Reading, RuleInfo, Settings, Severity,
};
use std::borrow::Cow;

/// One question asked of one resource.
#[derive(Debug)]
pub struct Rule {
    pub info: RuleInfo,
    pub check: Check,
}

/// What a rule is asked about. The engine loops over clusters and bindings, so a rule cannot look at the first one only.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    Cluster(fn(&Subject<'_>) -> Judgement),
    Binding(fn(&Subject<'_>, &Binding) -> Judgement),
}

/// A cluster with everything a rule may know beside it.
#[derive(Debug)]
pub struct Subject<'a> {
    pub cluster: &'a Cluster,
    pub exposure: &'a Exposure,
    pub settings: &'a Settings,
    pub roles: &'a RoleFacts,
    pub fleet: &'a Fleet,
    /// The services that use the cluster.
    pub integrated: &'a Integrated,
    /// Who holds a role on it.
    pub reached: &'a Reached<'a>,
    /// What earlier snapshots know.
    pub memory: &'a Memory,
    /// The moment the verdicts speak of.
    pub as_of: &'a str,
}

/// A rule's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    pub outcome: Outcome,
    pub reason: Cow<'static, str>,
    pub evidence: Vec<Evidence>,
    /// Only where it differs from the rule's own.
    pub severity: Option<Severity>,
}

impl Judgement {
    fn new(outcome: Outcome, reason: impl Into<Cow<'static, str>>) -> Self {
        Judgement { outcome, reason: reason.into(), evidence: Vec::new(), severity: None }
    }

    pub(crate) fn pass(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Pass, reason)
    }

    pub(crate) fn fail(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::Fail, reason)
    }

    pub(crate) fn not_applicable(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::NotApplicable, reason)
    }

    pub(crate) fn not_assessed(reason: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Outcome::NotAssessed, reason)
    }

    pub(crate) fn with(mut self, evidence: Evidence) -> Self {
        self.evidence.push(evidence);
        self
    }

    pub(crate) fn graded(mut self, severity: Severity) -> Self {
        self.severity = Some(severity);
        self
    }
}

/// The usual question: is this switch where it should be? Absent means Azure's documented default, and the evidence says so.
pub(crate) fn switch(
    field: &Field<bool>,
    wanted: bool,
    default: bool,
    when_right: &'static str,
    when_wrong: &'static str,
) -> Judgement {
    let judgement = match field.or_default(default) {
        Reading::Value(on) if on == wanted => Judgement::pass(when_right),
        Reading::Value(_) => Judgement::fail(when_wrong),
        Reading::Absent => Judgement::not_assessed(format!("{} was not read.", field.path)),
        Reading::Unreadable(why) => Judgement::not_assessed(format!("{} could not be read: {why}.", field.path)),
    };
    judgement.with(field.evidence(wanted.to_string(), &default.to_string()))
}

/// The same with the document it was read from.
pub(crate) fn read_in(
    path: impl Into<Cow<'static, str>>,
    observed: impl Into<Name>,
    expected: impl Into<Name>,
    source: &str,
) -> Evidence {
    Evidence { path: path.into(), observed: observed.into(), expected: expected.into(), source: source.into() }
}

/// Evidence for what was concluded from several values.
pub(crate) fn concluded(
    path: impl Into<Cow<'static, str>>,
    observed: impl Into<Name>,
    expected: impl Into<Name>,
) -> Evidence {
    Evidence { path: path.into(), observed: observed.into(), expected: expected.into(), source: "".into() }
}
