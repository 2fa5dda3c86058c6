//! What a rule answers about one resource, and what it rests on.

use crate::{Name, finding_identity};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::str::FromStr;
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    Fail,
    NotAssessed,
    Pass,
    NotApplicable,
}

impl Outcome {
    pub fn label(self) -> &'static str {
        match self {
            Outcome::Fail => "fail",
            Outcome::NotAssessed => "not assessed",
            Outcome::Pass => "pass",
            Outcome::NotApplicable => "not applicable",
        }
    }
}

/// In falling order, so that sorting puts the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    Critical,
    High,
    Medium,
    Low,
    Info,
}

impl Severity {
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    pub fn label(self) -> &'static str {
        match self {
            Severity::Critical => "critical",
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
            Severity::Info => "info",
        }
    }

    /// Weight in the score. Our own judgement, printed beside every score.
    pub fn weight(self) -> u32 {
        match self {
            Severity::Critical => 10,
            Severity::High => 5,
            Severity::Medium => 2,
            Severity::Low => 1,
            Severity::Info => 0,
        }
    }
}

impl FromStr for Severity {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Severity::ALL
            .into_iter()
            .find(|severity| severity.label().eq_ignore_ascii_case(text))
            .ok_or_else(|| format!("{text} is no severity; use critical, high, medium, low or info"))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// The ARM path of the value.
    pub path: Cow<'static, str>,
    pub observed: Name,
    pub expected: Name,
    /// The document it was read from: file or call, and the SHA-256 of the body.
    /// Shared between the verdicts of one document.
    pub source: Arc<str>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Verdict {
    pub rule: Name,
    pub resource_id: Name,
    /// The cluster the resource belongs to; for a cluster the cluster itself.
    pub cluster_id: Name,
    /// Tells apart two clusters that carried one id one after the other (deleted and made again); else empty.
    #[serde(default, skip_serializing_if = "str::is_empty")]
    pub instance: Name,
    pub verdict: Outcome,
    pub severity: Severity,
    pub reason: Name,
    pub evidence: Box<[Evidence]>,
}

impl Verdict {
    pub fn identity(&self) -> String {
        finding_identity(&self.rule, &self.resource_id, &self.instance)
    }
}
