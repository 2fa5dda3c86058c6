//! The order in which the doors of one cluster can be shut, and what each step changes.

use serde::{Deserialize, Serialize};

/// One change of configuration. What-if applies it to a fleet in memory; a person applies it to Azure; this program never does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "do")]
pub enum Change {
    /// Nothing of a stopped cluster can be changed.
    Start {
        cluster: String,
    },
    DeleteBinding {
        cluster: String,
        name: String,
    },
    /// A source acts with its system-assigned identity only.
    GiveIdentity {
        resource: String,
    },
    CreateBinding {
        cluster: String,
        name: String,
        source: String,
        roles: Vec<String>,
    },
    SetBindingRoles {
        cluster: String,
        name: String,
        source: String,
        roles: Vec<String>,
    },
    /// Looked at by a person; changes nothing.
    Confirm {
        cluster: String,
        source: String,
    },
    SetRanges {
        cluster: String,
        ranges: Vec<String>,
    },
    MakePrivate {
        cluster: String,
    },
    DisableRunCommand {
        cluster: String,
    },
    DisableLocalAccounts {
        cluster: String,
    },
    /// What was handed out stays valid until then; no setting shows it.
    RotateCertificates {
        cluster: String,
    },
    RemoveRoleAssignment {
        id: String,
    },
    /// A paid construct that may have served a service alone; its owner decides.
    ReviewWorkaround {
        resource: String,
    },
}

impl Change {
    /// The order of a plan: what lets in comes before what shuts out.
    pub fn order(&self) -> u8 {
        match self {
            Change::Start { .. } => 0,
            Change::DeleteBinding { .. } => 1,
            Change::GiveIdentity { .. } => 2,
            Change::CreateBinding { .. } => 3,
            Change::Confirm { .. } => 4,
            // takes something away, so it waits for the confirmation too
            Change::SetBindingRoles { .. } => 5,
            Change::SetRanges { .. } => 6,
            // a private cluster has no ranges: they are narrowed before, never after
            Change::MakePrivate { .. } => 7,
            Change::DisableRunCommand { .. } => 8,
            Change::DisableLocalAccounts { .. } => 9,
            Change::RotateCertificates { .. } => 10,
            Change::RemoveRoleAssignment { .. } => 11,
            Change::ReviewWorkaround { .. } => 12,
        }
    }

    /// Whether it changes the cluster itself, which Azure refuses while the cluster is stopped.
    pub fn needs_running_cluster(&self) -> bool {
        match self {
            Change::DeleteBinding { .. }
            | Change::CreateBinding { .. }
            | Change::SetBindingRoles { .. }
            | Change::SetRanges { .. }
            | Change::MakePrivate { .. }
            | Change::DisableRunCommand { .. }
            | Change::DisableLocalAccounts { .. }
            | Change::RotateCertificates { .. } => true,
            Change::Start { .. }
            | Change::GiveIdentity { .. }
            | Change::Confirm { .. }
            | Change::RemoveRoleAssignment { .. }
            | Change::ReviewWorkaround { .. } => false,
        }
    }
}

/// What a step replaces: without it there is no way back.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase", tag = "is")]
pub enum Before {
    /// It made something new, or a switch tells it.
    #[default]
    Nothing,
    /// As Azure writes it: some tools make a binding again when one letter of its source has another case.
    Binding {
        source: String,
        roles: Vec<String>,
    },
    Ranges {
        ranges: Vec<String>,
    },
    /// The type of a resource's identity, as Azure writes it.
    Identity {
        kind: String,
    },
    Assignment {
        principal: String,
        principal_type: String,
        role: String,
        scope: String,
        condition: Option<String>,
    },
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The same step has the same id in every plan.
    pub id: String,
    pub cluster_id: String,
    pub change: Change,
    pub before: Before,
    pub title: String,
    pub why: String,
    /// What would stop working if it were done today, before the steps above it; each names a service.
    pub breaks_today: Vec<String>,
    /// What would stop working even in its place: the step is held back until a person says otherwise.
    pub held_back: Vec<String>,
    /// What nobody read, so that something may use this door unseen.
    pub unsure: Vec<String>,
    /// What a person has to decide first.
    pub decide: Option<String>,
}

impl Step {
    pub fn is_held_back(&self) -> bool {
        !self.held_back.is_empty()
    }
}

/// How a step is done, checked and undone, in the languages people apply it in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StepText {
    pub cli: String,
    pub bicep: String,
    pub terraform: String,
    pub check: String,
    pub back: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    pub cluster_id: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instance: String,
    pub steps: Vec<Step>,
    /// What cannot be done by a step, and why.
    pub notes: Vec<String>,
}
