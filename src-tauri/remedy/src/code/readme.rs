//! What stands beside exported code: the order, the commands, and everything a plan says about each step.

use crate::code::Round;
use crate::code::bicep::BicepFile;
use crate::code::listing::{list, merged, one_line};
use crate::code::owner::Owners;
use crate::quote::shell;
use crate::steps::binding::{Standing, beyond_terraform, standing};
use crate::steps::network::LIFECYCLE;
use crate::steps::step_text;
use quay_model::{Change, Plan, Step};
use std::fmt::Write;

/// How one file of Bicep or one root of Terraform is brought in.
pub(crate) struct Deployment {
    round: Round,
    language: &'static str,
    commands: Option<String>,
    /// What is not deployed but merged into the code of others, and where it stands.
    to_merge: Option<String>,
}

impl Deployment {
    pub(crate) fn bicep(round: Round, subscription: &str, group: &str, path: &str, file: &BicepFile) -> Self {
        let commands = || {
            let (subscription, group, file) = (shell(subscription), shell(group), shell(path));
            format!("az deployment group create --subscription {subscription} -g {group} -f {file}")
        };
        let clusters: Vec<String> = file.to_merge.iter().map(|name| one_line(name)).collect();
        Deployment {
            round,
            language: "Bicep",
            // a deployment of outputs alone would succeed and close nothing
            commands: file.deploys.then(commands),
            to_merge: (!clusters.is_empty()).then(|| format!("`{path}`: {}", clusters.join(", "))),
        }
    }

    pub(crate) fn terraform(round: Round, path: &str) -> Self {
        let path = shell(path);
        let commands = format!("terraform -chdir={path} init\nterraform -chdir={path} apply");
        Deployment { round, language: "Terraform", commands: Some(commands), to_merge: None }
    }
}

const START: &str = "# Closing plan as code

Made by Quaymaster for review; it was not applied. Review it in a pull request, and apply it in this order. What no code can
say stands as a command: before the deployments where it comes first, and always in its place among the steps below.
";

/// How the line below and the note of every plan with steps begin.
const LOCKS: &str = "Locks were not read";

const OWNERS: &str = "
## Before you apply

- The code that owns a cluster must take the same values over in the same change, or its next apply takes them back (or
  makes the cluster again).
- A binding that other code declares has two owners once it is imported here. Only code that was read beside the fleet is
  known to this README: it says below what is left to which.
- Ranges: add the addresses of people and pipelines first; who is not listed is cut off at once.
- Locks were not read: a ReadOnly lock on a cluster, its group or its subscription stops every step.
";

const TO_MERGE: &str = "### Settings to merge into the template that owns each cluster

Bicep cannot change one setting of a cluster that is there. `settingsToMerge` in these files holds values to take over into
the template that makes the cluster; deploying these files closes nothing:";

pub(crate) fn readme(plans: &[Plan], owners: &Owners<'_>, deployments: &[Deployment]) -> String {
    let steps = || plans.iter().flat_map(|plan| &plan.steps);
    let mut text = String::from(START);
    for (heading, round) in
        [("1. Let services in", Round::LetIn), ("3. Close, only when every service was seen to work", Round::Close)]
    {
        if round == Round::Close {
            text.push_str("\n## 2. Confirm\n\nLook whether each service works through its binding: a backup, a job or a scan that ends well.\n");
        }
        let folder = round.folder();
        let _ = write!(text, "\n## {heading}\n");
        if round == Round::LetIn {
            first_by_command(&mut text, steps());
        }
        let _ = write!(text, "\nThe folders `{folder}`, by Bicep or by Terraform, not by both.\n");
        for language in ["Bicep", "Terraform"] {
            let own = deployments.iter().filter(|one| one.round == round && one.language == language);
            let commands: Vec<&str> = own.filter_map(|one| one.commands.as_deref()).collect();
            let _ = match commands.as_slice() {
                [] => write!(text, "\n{language}: nothing to deploy.\n"),
                _ => write!(text, "\n{language}:\n\n```sh\n{}\n```\n", commands.join("\n")),
            };
        }
        if round == Round::LetIn {
            unseen_by_terraform(&mut text, steps());
        }
        let own = deployments.iter().filter(|one| one.round == round);
        let to_merge: Vec<&str> = own.filter_map(|one| one.to_merge.as_deref()).collect();
        if !to_merge.is_empty() {
            let _ = write!(text, "\n{TO_MERGE}\n\n- {}\n", to_merge.join("\n- "));
        }
    }
    text.push_str(OWNERS);
    if steps().any(|step| matches!(step.change, Change::MakePrivate { .. })) {
        let _ = write!(
            text,
            "- A cluster that is made private: azurerm would destroy it and make it again. Add this to the\n  `azurerm_kubernetes_cluster` that owns it, and apply that, before anything else:\n\n  ```hcl\n  {}\n  ```\n",
            LIFECYCLE.replace('\n', "\n  ")
        );
    }
    notes(&mut text, plans);
    list(&mut text, "In this order", &merged(steps().filter(|step| !step.is_held_back())), owners);
    list(
        &mut text,
        "Held back: each needs somebody's word first",
        &merged(steps().filter(|step| step.is_held_back())),
        owners,
    );
    text
}

/// What stands before every deployment in the plans, and in no file.
fn first_by_command<'a>(text: &mut String, steps: impl Iterator<Item = &'a Step>) {
    let mut first: Vec<&Step> = steps.filter(|step| !step.is_held_back() && comes_first(step)).collect();
    first.sort_by_key(|step| step.change.order());
    let commands: Vec<String> = merged(first.into_iter()).iter().map(|one| step_text(one.step).cli).collect();
    if !commands.is_empty() {
        let _ = write!(
            text,
            "\nFirst these commands, because no code can say them. What each does, what to decide before it and its way back stand below.\n\n```sh\n{}\n```\n",
            commands.join("\n")
        );
    }
}

/// Bindings that stand as they should and have to be made again: Terraform sees no difference.
fn unseen_by_terraform<'a>(text: &mut String, steps: impl Iterator<Item = &'a Step>) {
    let unseen = |step: &&Step| !step.is_held_back() && !comes_first(step) && beyond_terraform(step).is_some();
    let commands: Vec<String> = steps.filter(unseen).map(|step| step_text(step).cli).collect();
    if !commands.is_empty() {
        let _ = write!(
            text,
            "\nBeside Terraform these commands, because it sees no difference in what they make again:\n\n```sh\n{}\n```\n",
            commands.join("\n")
        );
    }
}

fn comes_first(step: &Step) -> bool {
    match &step.change {
        Change::Start { .. } | Change::DeleteBinding { .. } | Change::GiveIdentity { .. } => true,
        // deleted under its name and made again, which is in neither language
        Change::CreateBinding { source, .. } => standing(&step.before, source) == Standing::Other,
        _ => false,
    }
}

/// What plans say beside their steps; of a cluster without steps it is all there is.
fn notes(text: &mut String, plans: &[Plan]) {
    // said once for all of them above
    let own = |plan: &Plan| -> Vec<String> {
        plan.notes.iter().filter(|note| !note.starts_with(LOCKS)).map(|note| one_line(note)).collect()
    };
    let told: Vec<(&Plan, Vec<String>)> =
        plans.iter().map(|plan| (plan, own(plan))).filter(|(_, notes)| !notes.is_empty()).collect();
    if told.is_empty() {
        return;
    }
    text.push_str("\n## What no step can do\n");
    for (plan, notes) in told {
        let name = plan.cluster_id.rsplit('/').next().unwrap_or_default();
        let _ = write!(text, "\n- **{}**\n  - {}\n", one_line(name), notes.join("\n  - "));
    }
}
