//! How each step of a closing plan is done, checked and undone. Nothing here is ever run.

use crate::blocks::{bicep_binding, terraform_binding};
use crate::quote::{bicep, shell, terraform};
use quay_model::{ArmId, Before, Change, Step, StepText};

/// The names of one cluster, quoted for a shell.
struct Place {
    flags: String,
    binding_flags: String,
    name: String,
}

fn place(cluster: &str) -> Place {
    let id = ArmId::parse(cluster);
    let part = |read: &dyn Fn(&ArmId) -> String| id.as_ref().map(read).unwrap_or_default();
    let subscription = shell(&part(&|id| id.subscription().to_owned()));
    let group = shell(&part(&|id| id.resource_group().unwrap_or_default().to_owned()));
    let name = part(&|id| id.name().to_owned());
    let cluster = shell(&name);
    Place {
        flags: format!("--subscription {subscription} -g {group} -n {cluster}"),
        binding_flags: format!("--subscription {subscription} -g {group} --cluster-name {cluster}"),
        name,
    }
}

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
        Change::CreateBinding { cluster, name, source, roles } => {
            binding(cluster, name, source, roles, "create", before)
        }
        Change::SetBindingRoles { cluster, name, source, roles } => {
            binding(cluster, name, source, roles, "update", before)
        }
        Change::DeleteBinding { cluster, name } => {
            let Place { binding_flags, .. } = place(cluster);
            StepText {
                cli: format!("az aks trustedaccess rolebinding delete {binding_flags} -n {} -y", shell(name)),
                bicep: "// take the binding's resource out; a deployment does not delete what a template leaves out"
                    .to_owned(),
                terraform: "# take the binding's resource out; the next apply deletes it".to_owned(),
                check: format!("az aks trustedaccess rolebinding list {binding_flags} -o table"),
                back: binding_again(&binding_flags, name, before),
            }
        }
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
                cli: format!("az aks rotate-certs {flags} -y"),
                bicep: "// an action, not a setting".to_owned(),
                terraform: "# an action, not a setting".to_owned(),
                check: format!("az aks show {flags} --query provisioningState"),
                back: "# cannot be taken back: fetch new kubeconfigs".to_owned(),
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

fn binding(cluster: &str, name: &str, source: &str, roles: &[String], verb: &str, before: &Before) -> StepText {
    let Place { binding_flags, name: cluster_name, .. } = place(cluster);
    let quoted = shell(name);
    let from = if verb == "create" { format!(" --source-resource-id {}", shell(source)) } else { String::new() };
    let back = match before {
        Before::Binding { .. } => binding_again(&binding_flags, name, before),
        _ => format!("az aks trustedaccess rolebinding delete {binding_flags} -n {quoted} -y"),
    };
    StepText {
        cli: format!(
            "az aks trustedaccess rolebinding {verb} {binding_flags} -n {quoted}{from} --roles {}",
            shell(&roles.join(","))
        ),
        bicep: bicep_binding("aks", &cluster_name, "binding", name, source, roles),
        terraform: terraform_binding("binding", cluster, name, source, roles),
        check: format!("az aks trustedaccess rolebinding show {binding_flags} -n {quoted} --query provisioningState"),
        back,
    }
}

/// The command that makes a binding as it was.
fn binding_again(flags: &str, name: &str, before: &Before) -> String {
    match before {
        Before::Binding { source, roles } if !source.is_empty() && !roles.is_empty() => format!(
            "az aks trustedaccess rolebinding create {flags} -n {} --source-resource-id {} --roles {}",
            shell(name),
            shell(source),
            shell(&roles.join(","))
        ),
        _ => {
            "# what the binding held could not be read: keep what `rolebinding show` prints before this step".to_owned()
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

fn ranges_text(cluster: &str, ranges: &[String], before: &Before) -> StepText {
    let Place { flags, .. } = place(cluster);
    let in_bicep = ranges.iter().map(|range| format!("'{}'", bicep(range))).collect::<Vec<_>>().join("\n    ");
    let in_terraform = ranges.iter().map(|range| format!("\"{}\"", terraform(range))).collect::<Vec<_>>().join(", ");
    StepText {
        cli: format!("az aks update {flags} --api-server-authorized-ip-ranges {}", shell(&ranges.join(","))),
        bicep: format!(
            "// inside the cluster's properties, with the addresses of people and pipelines added\napiServerAccessProfile: {{\n  authorizedIPRanges: [\n    {in_bicep}\n  ]\n}}"
        ),
        terraform: format!(
            "# inside azurerm_kubernetes_cluster, with the addresses of people and pipelines added\napi_server_access_profile {{\n  authorized_ip_ranges = [{in_terraform}]\n}}"
        ),
        check: format!("az aks show {flags} --query apiServerAccessProfile.authorizedIpRanges"),
        back: ranges_again(&flags, before),
    }
}

/// No ranges at all are written as an empty text.
fn ranges_again(flags: &str, before: &Before) -> String {
    let earlier = if let Before::Ranges { ranges } = before { ranges.join(",") } else { String::new() };
    let earlier = if earlier.is_empty() { "\"\"".to_owned() } else { shell(&earlier) };
    format!("az aks update {flags} --api-server-authorized-ip-ranges {earlier}")
}

/// Authorized ranges belong to public endpoints, so they go in the same request; the name goes out of public DNS.
fn private_text(cluster: &str, before: &Before) -> StepText {
    let Place { flags, .. } = place(cluster);
    let had_ranges = matches!(before, Before::Ranges { ranges } if !ranges.is_empty());
    let cleared = if had_ranges { " --api-server-authorized-ip-ranges \"\"" } else { "" };
    let again = if had_ranges { format!("\n{}", ranges_again(&flags, before)) } else { String::new() };
    StepText {
        cli: format!(
            "az aks update {flags} --enable-private-cluster{cleared}\naz aks update {flags} --disable-public-fqdn"
        ),
        bicep: "// inside the cluster's properties; authorizedIPRanges go\napiServerAccessProfile: {\n  enablePrivateCluster: true\n  enablePrivateClusterPublicFQDN: false\n}".to_owned(),
        terraform: "# inside azurerm_kubernetes_cluster; authorized_ip_ranges go\nprivate_cluster_enabled             = true\nprivate_cluster_public_fqdn_enabled = false".to_owned(),
        check: format!("az aks show {flags} --query apiServerAccessProfile"),
        back: format!("az aks update {flags} --disable-private-cluster{again}"),
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

    const CLUSTER: &str =
        "/subscriptions/s1/resourceGroups/g 1/providers/Microsoft.ContainerService/managedClusters/it's";

    fn step(change: Change, before: Before) -> Step {
        Step {
            id: String::new(),
            cluster_id: CLUSTER.to_owned(),
            change,
            before,
            title: String::new(),
            why: String::new(),
            breaks_today: vec![],
            held_back: vec![],
            unsure: vec![],
            decide: None,
        }
    }

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
            assert!(cli.starts_with("az "), "{cli}");
            assert!([" show ", " list ", "--method get"].iter().any(|look| check.contains(look)), "{check}");
        }
    }

    #[test]
    fn a_way_back_restores_what_was_there() {
        let back = |change: Change, before: Before| step_text(&step(change, before)).back;
        let cluster = || CLUSTER.to_owned();
        let held =
            || Before::Binding { source: "/subscriptions/s/v".into(), roles: vec!["A/b/c".into(), "A/b/d".into()] };
        let again = "-n b --source-resource-id /subscriptions/s/v --roles 'A/b/c,A/b/d'";
        assert!(back(Change::DeleteBinding { cluster: cluster(), name: "b".into() }, held()).ends_with(again));
        let narrowed =
            Change::SetBindingRoles { cluster: cluster(), name: "b".into(), source: String::new(), roles: vec![] };
        assert!(back(narrowed, held()).ends_with(again));
        let ranges = |list: &[&str]| Before::Ranges { ranges: list.iter().map(|range| (*range).to_owned()).collect() };
        let set = || Change::SetRanges { cluster: cluster(), ranges: vec!["0.0.0.0/32".into()] };
        assert!(back(set(), ranges(&["1.2.3.4/32", "5.6.7.8"])).ends_with(" '1.2.3.4/32,5.6.7.8'"));
        assert!(back(set(), ranges(&[])).ends_with(" \"\""), "without ranges everybody is let in again");
        let identity = |kind: &str| {
            let change = Change::GiveIdentity { resource: "/subscriptions/s/v".into() };
            step_text(&step(change, Before::Identity { kind: kind.into() }))
        };
        assert!(identity("UserAssigned").cli.contains("'SystemAssigned, UserAssigned'"), "user-assigned ones stay");
        assert!(identity("UserAssigned").back.ends_with("identity.type=UserAssigned"));
        assert!(identity("None").cli.ends_with("=SystemAssigned") && identity("").back.ends_with("=None"));
        let private = step_text(&step(Change::MakePrivate { cluster: cluster() }, ranges(&["1.2.3.4"])));
        assert!(
            private.cli.contains("--enable-private-cluster --api-server-authorized-ip-ranges \"\""),
            "{}",
            private.cli
        );
        assert!(private.back.ends_with("--api-server-authorized-ip-ranges 1.2.3.4"), "{}", private.back);
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
