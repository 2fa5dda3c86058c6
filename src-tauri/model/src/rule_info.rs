//! What people read about a rule; the rule itself lives in `audit`.

use crate::Severity;
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub enum Area {
    #[serde(rename = "EXP")]
    Exposure,
    #[serde(rename = "CRED")]
    Credentials,
    #[serde(rename = "TA")]
    TrustedAccess,
    #[serde(rename = "GOV")]
    Governance,
    #[serde(rename = "NET")]
    Network,
    #[serde(rename = "HYG")]
    Hygiene,
}

impl Area {
    pub const ALL: [Area; 6] =
        [Area::Exposure, Area::Credentials, Area::TrustedAccess, Area::Governance, Area::Network, Area::Hygiene];

    pub fn label(self) -> &'static str {
        match self {
            Area::Exposure => "Exposure",
            Area::Credentials => "Credentials",
            Area::TrustedAccess => "Trusted Access",
            Area::Governance => "Governance",
            Area::Network => "Network workarounds",
            Area::Hygiene => "Hygiene",
        }
    }

    pub fn prefix(self) -> &'static str {
        match self {
            Area::Exposure => "EXP",
            Area::Credentials => "CRED",
            Area::TrustedAccess => "TA",
            Area::Governance => "GOV",
            Area::Network => "NET",
            Area::Hygiene => "HYG",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Reference {
    pub title: &'static str,
    pub url: &'static str,
}

#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    pub id: &'static str,
    pub area: Area,
    /// True when the rule passes.
    pub title: &'static str,
    /// True when it fails; what people read in a list of findings.
    pub finding: &'static str,
    pub severity: Severity,
    pub what: &'static str,
    pub why: &'static str,
    /// When the rule does not apply.
    pub not_applicable: &'static str,
    /// The ARM paths it reads.
    pub reads: &'static [&'static str],
    /// Condition ids of the control map, such as `C01`.
    pub conditions: &'static [&'static str],
    pub references: &'static [Reference],
    #[serde(skip)]
    pub fix: crate::Fix,
}
