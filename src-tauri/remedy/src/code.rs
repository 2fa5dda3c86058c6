//! Remedy as code: the steps of closing plans as Bicep and Terraform, a folder a subscription, for a pull request.
//! Letting in and closing never stand in one deployment. Never applied by this program.

pub(crate) mod bicep;
pub(crate) mod listing;
pub(crate) mod owner;
pub(crate) mod readme;
pub(crate) mod settings;
pub(crate) mod terraform;

use crate::code::bicep::bicep_file;
use crate::code::owner::Owners;
use crate::code::readme::{Deployment, readme};
use crate::code::terraform::{main_file, providers};
use crate::labels::Labels;
use crate::quote::one_line;
use quay_model::{ArmId, Change, Drift, Plan, Step};
use std::collections::BTreeMap;

/// A file of the export: its path and what stands in it.
pub type CodeFile = (String, String);

/// What is deployed together: a service has to be seen to work before anything is closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Round {
    LetIn,
    Close,
}

impl Round {
    const BOTH: [Round; 2] = [Round::LetIn, Round::Close];

    pub(crate) fn folder(self) -> &'static str {
        match self {
            Round::LetIn => "1-let-in",
            Round::Close => "2-close",
        }
    }

    /// `None` for what no code can say.
    fn of(change: &Change) -> Option<Round> {
        match change {
            Change::CreateBinding { .. } => Some(Round::LetIn),
            Change::SetBindingRoles { .. }
            | Change::SetRanges { .. }
            | Change::MakePrivate { .. }
            | Change::DisableRunCommand { .. }
            | Change::DisableLocalAccounts { .. } => Some(Round::Close),
            Change::Start { .. }
            | Change::DeleteBinding { .. }
            | Change::GiveIdentity { .. }
            | Change::Confirm { .. }
            | Change::RotateCertificates { .. }
            | Change::RemoveRoleAssignment { .. }
            | Change::ReviewWorkaround { .. } => None,
        }
    }
}

/// The steps in one resource group. Azure writes one group in several cases.
struct Group<'a> {
    subscription: String,
    name: String,
    steps: Vec<&'a Step>,
}

/// The steps that are not held back, as code. Held back ones, those that no code can say and those that the code of
/// somebody else owns stand in the README, and so does what a plan says beside its steps. `drift` tells whose code that is.
pub fn remedy_as_code(plans: &[Plan], drift: &[Drift]) -> Vec<CodeFile> {
    let owners = Owners::new(drift);
    let mut files = Vec::new();
    let mut deployments = Vec::new();
    let mut folders = Labels::default();
    let mut names: BTreeMap<String, Labels> = BTreeMap::new();
    // a deployment of Bicep goes to one group, one of Terraform to all of a subscription
    let mut roots: BTreeMap<(String, Round), Vec<&Step>> = BTreeMap::new();
    for Group { subscription, name, steps } in grouped(plans.iter().flat_map(|plan| &plan.steps)) {
        let folder = folders.folder(&subscription, &subscription);
        let file = names.entry(subscription.clone()).or_default().of(&name.to_lowercase(), &name);
        for round in Round::BOTH {
            let own = || steps.iter().copied().filter(|step| Round::of(&step.change) == Some(round));
            let in_bicep: Vec<&Step> = own().filter(|step| !owners.of(step).keeps_out_of_bicep(&step.change)).collect();
            if let Some(bicep) = bicep_file(&in_bicep) {
                let path = format!("bicep/{folder}/{}/{file}.bicep", round.folder());
                let about = format!("// Subscription {}, resource group {}", one_line(&subscription), one_line(&name));
                deployments.push(Deployment::bicep(round, &subscription, &name, &path, &bicep));
                files.push((path, format!("{about}\n{}", bicep.text)));
            }
            let in_terraform = own().filter(|step| !owners.of(step).keeps_out_of_terraform(&step.change));
            roots.entry((subscription.clone(), round)).or_default().extend(in_terraform);
        }
    }
    for ((subscription, round), own) in roots {
        let Some(text) = main_file(&own) else { continue };
        let path = format!("terraform/{}/{}", folders.folder(&subscription, &subscription), round.folder());
        let about = format!("# Subscription {}", one_line(&subscription));
        files.push((format!("{path}/providers.tf"), providers(&subscription)));
        files.push((format!("{path}/main.tf"), format!("{about}\n\n{text}")));
        deployments.push(Deployment::terraform(round, &path));
    }
    files.push(("README.md".to_owned(), readme(plans, &owners, &deployments)));
    files.sort();
    files
}

/// By subscription and group, without those that are held back.
fn grouped<'a>(steps: impl Iterator<Item = &'a Step>) -> Vec<Group<'a>> {
    let mut groups: BTreeMap<(String, String), Group<'a>> = BTreeMap::new();
    for step in steps.filter(|step| !step.is_held_back()) {
        let Some(id) = ArmId::parse(&step.cluster_id) else { continue };
        let name = id.resource_group().unwrap_or_default().to_owned();
        let subscription = id.subscription().to_owned();
        let group = groups.entry((subscription.clone(), name.to_lowercase())).or_insert_with(|| Group {
            subscription,
            name,
            steps: Vec::new(),
        });
        group.steps.push(step);
    }
    groups.into_values().collect()
}

#[cfg(test)]
mod tests;
