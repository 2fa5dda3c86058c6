//! How a finding is closed: the template a rule carries, and the text for one resource.

use serde::{Deserialize, Serialize};

/// A rule's remediation. Placeholders such as `{cluster}`, `{group}`, `{subscription}`, `{binding}` and `{location}`
/// are filled in by `remedy`, quoted for the language they stand in.
#[derive(Debug, Clone, Copy)]
pub struct Fix {
    pub what_to_do: &'static str,
    pub cli: &'static str,
    pub bicep: &'static str,
    pub terraform: &'static str,
    /// What it could break, and what to check first.
    pub caution: &'static str,
    /// One read-only command with which a person can look for themselves.
    pub look: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FixText {
    pub what_to_do: String,
    pub cli: String,
    pub bicep: String,
    pub terraform: String,
    pub caution: String,
    pub look: String,
}
