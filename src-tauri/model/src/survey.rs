//! What an audit tells beside its verdicts: doors, the Trusted Access matrix, roles in plain words, owners, and what code
//! declares.

use crate::{ClusterDoors, Radius, Service};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How one service stands on one cluster; in the order in which they matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MatrixState {
    /// First what lets in too much, then what is not let in.
    Dangling,
    OverBroad,
    Missing,
    Unused,
    Unknown,
    Bound,
    NotApplicable,
}

impl MatrixState {
    pub const ALL: [MatrixState; 7] = [
        MatrixState::Dangling,
        MatrixState::OverBroad,
        MatrixState::Missing,
        MatrixState::Unused,
        MatrixState::Unknown,
        MatrixState::Bound,
        MatrixState::NotApplicable,
    ];

    pub fn label(self) -> &'static str {
        match self {
            MatrixState::Missing => "missing",
            MatrixState::OverBroad => "over-broad",
            MatrixState::Dangling => "dangling",
            MatrixState::Unused => "unused",
            MatrixState::Unknown => "unknown",
            MatrixState::Bound => "bound",
            MatrixState::NotApplicable => "not applicable",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixCell {
    pub service: Service,
    pub state: MatrixState,
    pub detail: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MatrixRow {
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instance: String,
    /// One for each of `Service::WITH_TRUSTED_ACCESS`, in that order.
    pub cells: Vec<MatrixCell>,
}

/// One Trusted Access role in plain words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RoleLine {
    pub name: String,
    /// `cluster-admin`, `high`, `medium`, `low`, or `unknown`.
    pub grade: String,
    /// What makes it so.
    pub because: String,
    /// What it may do, one sentence each.
    pub sentences: Vec<String>,
    pub bindings: u32,
    pub clusters: u32,
    /// The catalogue it was read in.
    pub catalogue: String,
}

/// Who answers for a cluster, and where that stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Owned {
    pub owner: String,
    pub team: String,
    pub cost_centre: String,
    /// `cluster`, `resource group`, `subscription`; empty where nobody is named.
    pub named_on: String,
    /// A tag that looks like a slip.
    pub near_miss: String,
}

/// One line of the owners' scoreboard.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OwnerLine {
    /// Empty for clusters that name nobody.
    pub owner: String,
    pub teams: Vec<String>,
    pub cost_centres: Vec<String>,
    pub clusters: u32,
    pub critical: u32,
    pub high: u32,
    pub medium: u32,
    pub low: u32,
    pub not_assessed: u32,
    pub score: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// Declared and not deployed.
    Missing,
    /// Deployed and not declared.
    Undeclared,
    Different,
    /// The code holds an expression, or the setting was not read.
    Unknown,
    Same,
}

impl DriftKind {
    pub const ALL: [DriftKind; 5] =
        [DriftKind::Missing, DriftKind::Undeclared, DriftKind::Different, DriftKind::Unknown, DriftKind::Same];

    pub fn label(self) -> &'static str {
        match self {
            DriftKind::Missing => "declared, not deployed",
            DriftKind::Undeclared => "deployed, not declared",
            DriftKind::Different => "different",
            DriftKind::Unknown => "cannot be compared",
            DriftKind::Same => "the same",
        }
    }
}

/// What code declares against what is deployed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Drift {
    pub kind: DriftKind,
    pub cluster_id: String,
    /// The binding's name or the setting's path.
    pub what: String,
    pub declared: String,
    pub deployed: String,
    /// Language, address and file.
    pub code: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Survey {
    pub doors: Vec<ClusterDoors>,
    pub radius: Vec<Radius>,
    pub matrix: Vec<MatrixRow>,
    pub roles: Vec<RoleLine>,
    /// By cluster id as sent, and instance.
    pub owned: BTreeMap<(String, String), Owned>,
    pub drift: Vec<Drift>,
}

impl Survey {
    pub fn owned(&self, cluster_id: &str, instance: &str) -> Option<&Owned> {
        self.owned.get(&(cluster_id.to_owned(), instance.to_owned()))
    }
}
