//! What stands beside exported code: the order, the commands, and everything a plan says about each step.

use crate::code::Round;
use crate::code::bicep::BicepFile;
use crate::quote::shell;
use crate::steps::binding::beyond_terraform;
use crate::steps::network::LIFECYCLE;
use crate::steps::step_text;
use quay_model::{Change, Plan, Step, StepText};
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
say, such as starting a cluster or deleting a binding, stands as a command in its place among the steps below.
";

/// How the line below and the note of every plan with steps begin.
const LOCKS: &str = "Locks were not read";

const OWNERS: &str = "
## Before you apply

- The code that owns a cluster must take the same values over in the same change, or its next apply takes them back (or
  makes the cluster again).
- Ranges: add the addresses of people and pipelines first; who is not listed is cut off at once.
- Locks were not read: a ReadOnly lock on a cluster, its group or its subscription stops every step.
";

const TO_MERGE: &str = "### Settings to merge into the template that owns each cluster

Bicep cannot change one setting of a cluster that is there. `settingsToMerge` in these files holds values to take over into
the template that makes the cluster; deploying these files closes nothing:";

pub(crate) fn readme(plans: &[Plan], deployments: &[Deployment]) -> String {
    let steps = || plans.iter().flat_map(|plan| &plan.steps);
    let mut text = String::from(START);
    for (heading, round) in
        [("1. Let services in", Round::LetIn), ("3. Close, only when every service was seen to work", Round::Close)]
    {
        if round == Round::Close {
            text.push_str("\n## 2. Confirm\n\nLook whether each service works through its binding: a backup, a job or a scan that ends well.\n");
        }
        let folder = round.folder();
        let _ = write!(text, "\n## {heading}\n\nThe folders `{folder}`, by Bicep or by Terraform, not by both.\n");
        for language in ["Bicep", "Terraform"] {
            let own = deployments.iter().filter(|one| one.round == round && one.language == language);
            let commands: Vec<&str> = own.filter_map(|one| one.commands.as_deref()).collect();
            let _ = match commands.as_slice() {
                [] => write!(text, "\n{language}: nothing to deploy.\n"),
                _ => write!(text, "\n{language}:\n\n```sh\n{}\n```\n", commands.join("\n")),
            };
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
    list(&mut text, "In this order", steps().filter(|step| !step.is_held_back()));
    list(&mut text, "Held back: each needs somebody's word first", steps().filter(|step| step.is_held_back()));
    text
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

fn list<'a>(text: &mut String, heading: &str, steps: impl Iterator<Item = &'a Step>) {
    let mut steps = steps.peekable();
    if steps.peek().is_some() {
        let _ = write!(text, "\n## {heading}\n");
    }
    for step in steps {
        let cluster = step.cluster_id.rsplit('/').next().unwrap_or_default();
        let _ = writeln!(text, "\n- **{}**: {}", one_line(cluster), one_line(&step.title));
        let mut line = |what: &str, about: &str| {
            let _ = writeln!(text, "  - {what}: {}", one_line(about));
        };
        step.held_back.iter().for_each(|why| line("held back", why));
        step.breaks_today
            .iter()
            .filter(|what| !step.held_back.contains(what))
            .for_each(|what| line("breaks today", what));
        step.unsure.iter().for_each(|what| line("not known", what));
        step.decide.iter().for_each(|what| line("decide first", what));
        if let Some(why) = beyond_terraform(step) {
            line("not in the Terraform code", why);
        }
        let StepText { cli, check, back, .. } = step_text(step);
        let commands = format!("{cli}\n\n# check\n{check}\n\n# way back\n{back}");
        let indented: String = commands
            .lines()
            .map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") })
            .collect();
        let _ = write!(text, "\n  ```sh\n{indented}  ```\n");
    }
}

/// Names come from a tenant: none may begin a heading or a list.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'")
}
