//! Before a scan: which subscriptions the caller sees, what may be read in each, and which role is missing for what.

use super::collector::Collector;
use super::{Conditions, NoJournal, Pace, Scope, Wire};
use quay_model::{Gap, GapReason, Permissions, Problem};
use std::sync::Arc;
use tokio::sync::watch;

/// What a scan reads in a subscription ("Azure permissions", by provider) and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub action: &'static str,
    pub what: &'static str,
}

pub(super) const NEEDS: [Need; 10] = [
    Need { action: "Microsoft.ContainerService/managedClusters/read", what: "clusters" },
    Need {
        action: "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/read",
        what: "Trusted Access bindings",
    },
    Need { action: "Microsoft.ContainerService/locations/trustedAccessRoles/read", what: "Trusted Access roles" },
    Need { action: "Microsoft.Authorization/roleAssignments/read", what: "role assignments" },
    Need { action: "Microsoft.Authorization/policyAssignments/read", what: "policy assignments" },
    Need { action: "Microsoft.DataProtection/backupVaults/backupInstances/read", what: "backup instances" },
    Need { action: "Microsoft.Security/pricings/read", what: "Defender plans" },
    Need { action: "Microsoft.MachineLearningServices/workspaces/computes/read", what: "ML computes" },
    Need { action: "Microsoft.Insights/diagnosticSettings/read", what: "diagnostic settings" },
    Need { action: "Microsoft.Insights/eventtypes/values/read", what: "activity log" },
];

/// One subscription the caller sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    pub id: String,
    pub name: String,
    /// Azure's word: Enabled, Warned, PastDue, Disabled, Deleted.
    pub state: String,
    /// What may not be read; nothing when Azure did not say what may.
    pub missing: Option<Vec<Need>>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preflight {
    pub subscriptions: Vec<Access>,
    pub gaps: Vec<Gap>,
}

pub async fn preflight(
    scope: &Scope,
    wire: Arc<dyn Wire>,
    pace: Pace,
    cancel: watch::Receiver<bool>,
) -> Result<Preflight, Problem> {
    let conditions = Conditions { wire, journal: &mut NoJournal, pace, watch: Arc::new(|_| {}), cancel };
    let gathered = Collector::new(scope.clone(), conditions, true).run().await?;
    let missing =
        |permissions: &Permissions| NEEDS.into_iter().filter(|need| !permissions.allow(need.action)).collect();
    let mut subscriptions: Vec<Access> = gathered
        .visible()
        .iter()
        .map(|(id, name, state)| Access {
            id: id.clone(),
            name: name.clone(),
            state: state.clone(),
            missing: gathered.permissions.get(&id.to_lowercase()).map(missing),
        })
        .collect();
    subscriptions.sort_by(|a, b| a.name.to_lowercase().cmp(&b.name.to_lowercase()).then_with(|| a.id.cmp(&b.id)));
    // what is left out by choice is no news
    let gaps = gathered.gaps.into_iter().filter(|gap| gap.reason != GapReason::NotAsked).collect();
    Ok(Preflight { subscriptions, gaps })
}
