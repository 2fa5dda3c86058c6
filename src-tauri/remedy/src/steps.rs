//! How each step of a closing plan is done, checked and undone. Nothing here is ever run.

pub(crate) mod binding;
pub(crate) mod network;
pub(crate) mod ranges;

use crate::place::{Place, place};
use crate::quote::shell;
use crate::steps::binding::{create_text, delete_text, roles_text};
use crate::steps::network::{private_text, ranges_text};
use quay_model::{Before, Change, Step, StepText};

pub fn step_text(step: &Step) -> StepText {
    let before = &step.before;
    match &step.change {
        Change::Start { cluster } => {
            let Place { flags, .. } = place(cluster);
            StepText {
                cli: format!("az aks start {flags}"),
                bicep: "// whether a cluster runs is no property of its template".to_owned(),
                terraform: "# whether a cluster runs is no argument of its resource".to_owned(),
                check: format!("az aks show {flags} --query powerState.code"),
                back: format!("az aks stop {flags}"),
            }
        }
        Change::CreateBinding { cluster, name, source, roles } => create_text(step, cluster, name, source, roles),
        Change::SetBindingRoles { cluster, name, source, roles } => roles_text(step, cluster, name, source, roles),
        Change::DeleteBinding { cluster, name } => delete_text(step, cluster, name),
        Change::GiveIdentity { resource } => identity(resource, before),
        Change::Confirm { cluster, .. } => {
            let Place { binding_flags, .. } = place(cluster);
            let list = format!("az aks trustedaccess rolebinding list {binding_flags} -o table");
            StepText {
                cli: list.clone(),
                bicep: "// nothing to declare: look whether the service works".to_owned(),
                terraform: "# nothing to declare: look whether the service works".to_owned(),
                check: list,
                back: "# nothing was changed".to_owned(),
            }
        }
        Change::SetRanges { cluster, ranges } => ranges_text(cluster, ranges, before),
        Change::MakePrivate { cluster } => private_text(cluster, before),
        Change::DisableRunCommand { cluster } => setting(
            cluster,
            "--disable-run-command",
            "--enable-run-command",
            "apiServerAccessProfile: {\n  disableRunCommand: true\n}",
            "run_command_enabled = false",
            "apiServerAccessProfile.disableRunCommand",
        ),
        Change::DisableLocalAccounts { cluster } => setting(
            cluster,
            "--disable-local-accounts",
            "--enable-local-accounts",
            "disableLocalAccounts: true",
            "local_account_disabled = true",
            "disableLocalAccounts",
        ),
        Change::RotateCertificates { cluster } => {
            let Place { flags, .. } = place(cluster);
            StepText {
                // the first command comes back at once
                cli: format!("az aks rotate-certs {flags} -y\naz aks wait {flags} --updated"),
                bicep: "// an action, not a setting".to_owned(),
                terraform: "# an action, not a setting".to_owned(),
                check: format!("az aks show {flags} --query provisioningState"),
                back: "# cannot be taken back: everybody fetches a new kubeconfig".to_owned(),
            }
        }
        Change::RemoveRoleAssignment { id } => {
            let quoted = shell(id);
            StepText {
                cli: format!("az role assignment delete --ids {quoted}"),
                bicep: "// take the role assignment's resource out; a deployment does not delete what a template leaves out".to_owned(),
                terraform: "# take the role assignment's resource out; the next apply deletes it".to_owned(),
                // without a host it goes to the cloud that is signed in to
                check: format!("az rest --method get --url {}", shell(&format!("{id}?api-version=2022-04-01"))),
                back: assignment_again(before),
            }
        }
        Change::ReviewWorkaround { resource } => {
            let id = shell(resource);
            StepText {
                cli: format!("az resource show --ids {id}"),
                bicep: "// nothing to declare: a question for its owner".to_owned(),
                terraform: "# nothing to declare: a question for its owner".to_owned(),
                check: format!("az resource show --ids {id}"),
                back: "# nothing was changed".to_owned(),
            }
        }
    }
}

fn assignment_again(before: &Before) -> String {
    let Before::Assignment { principal, principal_type, role, scope, condition } = before else {
        return "# what was assigned could not be read: keep what the check prints before this step".to_owned();
    };
    let kind = if principal_type.is_empty() {
        String::new()
    } else {
        format!(" --assignee-principal-type {}", shell(principal_type))
    };
    let only = condition
        .as_ref()
        .map_or_else(String::new, |text| format!(" --condition {} --condition-version 2.0", shell(text)));
    format!(
        "az role assignment create --assignee-object-id {}{kind} --role {} --scope {}{only}",
        shell(principal),
        shell(role),
        shell(scope)
    )
}

/// User-assigned identities stay: other things may act as them.
fn identity(resource: &str, before: &Before) -> StepText {
    let id = shell(resource);
    let had = match before {
        Before::Identity { kind } if kind.to_lowercase().contains("userassigned") => "UserAssigned",
        _ => "None",
    };
    let kind = if had == "UserAssigned" { "SystemAssigned, UserAssigned" } else { "SystemAssigned" };
    StepText {
        cli: format!("az resource update --ids {id} --set identity.type={}", shell(kind)),
        bicep: format!(
            "// on the source itself; userAssignedIdentities stay as they are\nidentity: {{\n  type: '{kind}'\n}}"
        ),
        terraform: format!(
            "# on the source itself; identity_ids stay as they are\nidentity {{\n  type = \"{kind}\"\n}}"
        ),
        check: format!("az resource show --ids {id} --query identity"),
        back: format!("az resource update --ids {id} --set identity.type={had}"),
    }
}

fn setting(cluster: &str, on: &str, off: &str, in_bicep: &str, in_terraform: &str, query: &str) -> StepText {
    let Place { flags, .. } = place(cluster);
    StepText {
        cli: format!("az aks update {flags} {on}"),
        bicep: format!("// inside the cluster's properties\n{in_bicep}"),
        terraform: format!("# inside azurerm_kubernetes_cluster\n{in_terraform}"),
        check: format!("az aks show {flags} --query {query}"),
        back: format!("az aks update {flags} {off}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CLUSTER, step};

    fn every_step() -> Vec<Step> {
        let befores = [
            Before::Nothing,
            Before::Binding { source: "/subscriptions/s1/x; rm -rf /".into(), roles: vec!["a b".into()] },
            Before::Ranges { ranges: vec!["203.0.113.0/24; rm -rf /".into()] },
            Before::Identity { kind: "UserAssigned".into() },
            Before::Assignment {
                principal: "p; rm -rf /".into(),
                principal_type: "ServicePrincipal".into(),
                role: "r".into(),
                scope: CLUSTER.to_lowercase(),
                condition: Some("it's; rm -rf /".into()),
            },
        ];
        every_change().into_iter().flat_map(|c| befores.clone().map(|before| step(c.clone(), before))).collect()
    }

    fn every_change() -> Vec<Change> {
        let cluster = CLUSTER.to_owned();
        let roles = vec!["Microsoft.DataProtection/backupVaults/backup-operator".to_owned()];
        let (name, source) = ("b".to_owned(), "/subscriptions/s1/x; rm -rf /".to_owned());
        vec![
            Change::Start { cluster: cluster.clone() },
            Change::DeleteBinding { cluster: cluster.clone(), name: name.clone() },
            Change::GiveIdentity { resource: source.clone() },
            Change::CreateBinding {
                cluster: cluster.clone(),
                name: name.clone(),
                source: source.clone(),
                roles: roles.clone(),
            },
            Change::SetBindingRoles { cluster: cluster.clone(), name, source: source.clone(), roles },
            Change::Confirm { cluster: cluster.clone(), source: source.clone() },
            Change::SetRanges { cluster: cluster.clone(), ranges: vec!["0.0.0.0/32".into()] },
            Change::MakePrivate { cluster: cluster.clone() },
            Change::DisableRunCommand { cluster: cluster.clone() },
            Change::DisableLocalAccounts { cluster: cluster.clone() },
            Change::RotateCertificates { cluster },
            Change::RemoveRoleAssignment { id: source.clone() },
            Change::ReviewWorkaround { resource: source },
        ]
    }

    #[test]
    fn every_step_says_how_it_is_done_checked_and_undone() {
        for step in every_step() {
            let StepText { cli, bicep, terraform, check, back } = step_text(&step);
            for text in [&cli, &bicep, &terraform, &check, &back] {
                assert!(!text.is_empty(), "{step:?}");
            }
            assert!(cli.lines().all(|line| line.starts_with("az ")), "{cli}");
            assert!([" show ", " list ", "--method get"].iter().any(|look| check.contains(look)), "{check}");
        }
    }

    #[test]
    fn identities_that_were_given_stay() {
        let identity = |kind: &str| {
            let change = Change::GiveIdentity { resource: "/subscriptions/s/v".into() };
            step_text(&step(change, Before::Identity { kind: kind.into() }))
        };
        assert!(identity("UserAssigned").cli.contains("'SystemAssigned, UserAssigned'"), "user-assigned ones stay");
        assert!(identity("UserAssigned").back.ends_with("identity.type=UserAssigned"));
        assert!(identity("None").cli.ends_with("=SystemAssigned") && identity("").back.ends_with("=None"));
    }

    #[test]
    fn rotating_is_waited_for() {
        let text = step_text(&step(Change::RotateCertificates { cluster: CLUSTER.to_owned() }, Before::Nothing));
        let lines: Vec<&str> = text.cli.lines().collect();
        assert!(
            lines.len() == 2 && lines[1].starts_with("az aks wait ") && lines[1].ends_with(" --updated"),
            "{lines:?}"
        );
    }

    #[test]
    fn names_stay_one_word() {
        for step in every_step() {
            let text = step_text(&step);
            for line in [&text.cli, &text.check, &text.back] {
                // outside quotes nothing of a name may stand; an escaped quote is one that a shell reads as a letter
                let plain = line.replace("'\\''", "");
                let outside: String = plain.split('\'').step_by(2).collect();
                assert!(!outside.contains("rm -rf") && !outside.contains(" it"), "{line}");
            }
        }
    }
}
