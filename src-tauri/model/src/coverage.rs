//! How much of what should have been read was read; stands beside every number.

use crate::Gap;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SubscriptionCoverage {
    pub id: String,
    pub name: String,
    /// `read` or the label of the gap's reason.
    pub state: String,
    pub clusters: u32,
    pub bindings_read: u32,
    /// Each kind of call in this subscription and how its answers ended; empty when nothing was asked of Azure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asked: Vec<CallState>,
}

/// How the calls of one kind in one scope ended.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallState {
    pub call: String,
    pub read: u32,
    pub denied: u32,
    pub throttled: u32,
    pub failed: u32,
    pub not_asked: u32,
}

/// The clusters of one subscription, counted by two routes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ControlTotal {
    pub subscription: String,
    /// Listed by Azure Resource Manager, which is the authority.
    pub resource_manager: u32,
    /// Found by Azure Resource Graph, which can be minutes behind; nothing when it could not be asked.
    pub resource_graph: Option<u32>,
}

/// One kind of call over the whole fleet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallCoverage {
    pub call: String,
    pub read: u32,
    pub not_read: u32,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Coverage {
    pub clusters: u32,
    pub subscriptions: Vec<SubscriptionCoverage>,
    pub calls: Vec<CallCoverage>,
    /// Tests that ended in pass or fail, and those that could not.
    pub tests_assessed: u32,
    pub tests_not_assessed: u32,
    pub gaps: Vec<Gap>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub control_totals: Vec<ControlTotal>,
    /// Questions that were asked of the tenant as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tenant_asked: Vec<CallState>,
}

impl Coverage {
    /// Subscriptions whose clusters nobody saw: no share of tests speaks of them.
    pub fn unread_subscriptions(&self) -> usize {
        self.subscriptions.iter().filter(|subscription| subscription.state != "read").count()
    }

    /// Share of applicable tests that were assessed, in whole percent, rounded down: 99.9 % is not 100 %.
    pub fn percent(&self) -> Option<u32> {
        let all = u64::from(self.tests_assessed) + u64::from(self.tests_not_assessed);
        (all > 0).then(|| u32::try_from(u64::from(self.tests_assessed) * 100 / all).unwrap_or(100))
    }
}
