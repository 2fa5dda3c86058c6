//! The result of one audit: everything a screen or a report may show about it.

use crate::{Coverage, FixText, Outcome, RuleInfo, Settings, Severity, Verdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::iter::Sum;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ToolFacts {
    pub name: String,
    pub version: String,
    /// SHA-256 over the rule catalogue: two audits with the same value asked the same questions.
    pub rules_hash: String,
    pub rules: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotFacts {
    pub hash: String,
    pub previous_hash: String,
    pub origin: String,
    /// When the fleet was read.
    pub taken: String,
    /// The moment the verdicts speak of.
    pub as_of: String,
    /// Empty, or why this audit stands beside the first one of its snapshot.
    pub label: String,
    pub documents: u32,
}

/// How many verdicts ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    pub pass: u32,
    pub fail: u32,
    pub not_applicable: u32,
    pub not_assessed: u32,
}

impl Tally {
    pub fn of<'a>(verdicts: impl IntoIterator<Item = &'a Verdict>) -> Self {
        let mut tally = Tally::default();
        verdicts.into_iter().for_each(|verdict| tally.add(verdict.verdict));
        tally
    }

    pub fn add(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Pass => self.pass += 1,
            Outcome::Fail => self.fail += 1,
            Outcome::NotApplicable => self.not_applicable += 1,
            Outcome::NotAssessed => self.not_assessed += 1,
        }
    }

    pub fn assessed(&self) -> u32 {
        self.pass + self.fail
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Tally>>(tallies: I) -> Tally {
        tallies.fold(Tally::default(), |all, one| Tally {
            pass: all.pass + one.pass,
            fail: all.fail + one.fail,
            not_applicable: all.not_applicable + one.not_applicable,
            not_assessed: all.not_assessed + one.not_assessed,
        })
    }
}

/// The score, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Score {
    pub value: Option<u32>,
    pub passed_weight: u32,
    pub assessed_weight: u32,
    pub assessed_percent: u32,
    pub formula: String,
}

/// One control and how its tests ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControlRow {
    pub framework: String,
    pub control: String,
    pub title: String,
    pub condition: String,
    pub condition_title: String,
    pub rules: Vec<String>,
    pub tally: Tally,
    pub relation: String,
    pub basis: String,
    pub confidence: String,
    pub caveat: String,
}

#[derive(Debug, Clone)]
pub struct Audit {
    pub tool: ToolFacts,
    pub snapshot: SnapshotFacts,
    pub settings: Settings,
    pub coverage: Coverage,
    pub score: Score,
    /// Every verdict, passes too, in a stable order.
    pub verdicts: Vec<Verdict>,
    pub controls: Vec<ControlRow>,
    pub rules: Vec<RuleInfo>,
    /// Per rule with findings: how to close its worst one, names filled in. `pipeline` asks `remedy` for it.
    pub fixes: BTreeMap<String, FixText>,
}

impl Audit {
    pub fn rule(&self, id: &str) -> Option<&RuleInfo> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    pub fn findings(&self) -> impl Iterator<Item = &Verdict> {
        self.verdicts.iter().filter(|verdict| verdict.verdict == Outcome::Fail)
    }

    pub fn count(&self, severity: Severity) -> u32 {
        u32::try_from(self.findings().filter(|finding| finding.severity == severity).count()).unwrap_or(u32::MAX)
    }

    /// Short id printed on every page: the same snapshot, settings and moment give the same one.
    pub fn report_id(&self) -> String {
        let settings = serde_json::to_string(&self.settings).unwrap_or_default();
        let key = format!("{}\n{}\n{}\n{settings}", self.snapshot.hash, self.snapshot.as_of, self.tool.rules_hash);
        let hash = crate::sha256_hex(key.as_bytes());
        format!("QM-{}", hash.get(..10).unwrap_or_default().to_uppercase())
    }
}
