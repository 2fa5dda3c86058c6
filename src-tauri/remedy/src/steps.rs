//! How each step of a closing plan is done, checked and undone. Nothing here is ever run.

use crate::quote::{bicep, shell, terraform};
use crate::versions::{AKS_VERSION, label};
use quay_model::{ArmId, Change, StepText};

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

pub fn step_text(change: &Change) -> StepText {
    match change {
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
        Change::CreateBinding { cluster, name, source, roles } => binding(cluster, name, source, roles, "create"),
        Change::SetBindingRoles { cluster, name, source, roles } => binding(cluster, name, source, roles, "update"),
        Change::DeleteBinding { cluster, name } => {
            let Place { binding_flags, .. } = place(cluster);
            let name = shell(name);
            StepText {
                cli: format!("az aks trustedaccess rolebinding delete {binding_flags} -n {name} -y"),
                bicep: "// take the binding's resource out; a deployment does not delete what a template leaves out"
                    .to_owned(),
                terraform: "# take the binding's resource out; the next apply deletes it".to_owned(),
                check: format!("az aks trustedaccess rolebinding list {binding_flags} -o table"),
                back: format!(
                    "az aks trustedaccess rolebinding create {binding_flags} -n {name} --source-resource-id SOURCE_ID --roles ROLE"
                ),
            }
        }
        Change::GiveIdentity { resource } => {
            let id = shell(resource);
            StepText {
                cli: format!("az resource update --ids {id} --set identity.type=SystemAssigned"),
                bicep: "// on the source itself; keep user-assigned identities it has\nidentity: {\n  type: 'SystemAssigned'\n}".to_owned(),
                terraform: "# on the source itself; keep user-assigned identities it has\nidentity {\n  type = \"SystemAssigned\"\n}".to_owned(),
                check: format!("az resource show --ids {id} --query identity"),
                back: format!("az resource update --ids {id} --set identity.type=None"),
            }
        }
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
        Change::SetRanges { cluster, ranges } => ranges_text(cluster, ranges),
        Change::MakePrivate { cluster } => setting(
            cluster,
            "--enable-private-cluster",
            "--disable-private-cluster",
            "apiServerAccessProfile: {\n  enablePrivateCluster: true\n}",
            "private_cluster_enabled = true",
            "apiServerAccessProfile.enablePrivateCluster",
        ),
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
                check: format!("az rest --method get --url {}", shell(&format!("https://management.azure.com{id}?api-version=2022-04-01"))),
                back: "az role assignment create --assignee-object-id PRINCIPAL_ID --role ROLE_ID --scope SCOPE".to_owned(),
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

fn binding(cluster: &str, name: &str, source: &str, roles: &[String], verb: &str) -> StepText {
    let Place { binding_flags, name: cluster_name, .. } = place(cluster);
    let quoted = shell(name);
    let from = if verb == "create" { format!(" --source-resource-id {}", shell(source)) } else { String::new() };
    let back = if verb == "create" {
        format!("az aks trustedaccess rolebinding delete {binding_flags} -n {quoted} -y")
    } else {
        format!("az aks trustedaccess rolebinding update {binding_flags} -n {quoted} --roles EARLIER_ROLES")
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

/// An existing cluster and one binding below it.
fn bicep_binding(
    symbol: &str,
    cluster: &str,
    binding_symbol: &str,
    name: &str,
    source: &str,
    roles: &[String],
) -> String {
    format!("{}\n\n{}", bicep_cluster(symbol, cluster), bicep_binding_of(symbol, binding_symbol, name, source, roles))
}

pub(crate) fn bicep_cluster(symbol: &str, cluster: &str) -> String {
    format!(
        "resource {symbol} 'Microsoft.ContainerService/managedClusters@{AKS_VERSION}' existing = {{\n  name: '{}'\n}}",
        bicep(cluster)
    )
}

pub(crate) fn bicep_binding_of(
    symbol: &str,
    binding_symbol: &str,
    name: &str,
    source: &str,
    roles: &[String],
) -> String {
    let roles: String = roles.iter().map(|role| format!("\n      '{}'", bicep(role))).collect();
    format!(
        "resource {binding_symbol} 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@{AKS_VERSION}' = {{\n  parent: {symbol}\n  name: '{}'\n  properties: {{\n    sourceResourceId: '{}'\n    roles: [{roles}\n    ]\n  }}\n}}",
        bicep(name),
        bicep(source)
    )
}

pub(crate) fn terraform_binding(address: &str, cluster: &str, name: &str, source: &str, roles: &[String]) -> String {
    let roles = roles.iter().map(|role| format!("\"{}\"", terraform(role))).collect::<Vec<_>>().join(", ");
    format!(
        "resource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"{}\" {{\n  kubernetes_cluster_id = \"{}\"\n  name                  = \"{}\"\n  roles                 = [{roles}]\n  source_resource_id    = \"{}\"\n}}",
        label(address),
        terraform(cluster),
        terraform(name),
        terraform(source)
    )
}

fn ranges_text(cluster: &str, ranges: &[String]) -> StepText {
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
        back: format!("az aks update {flags} --api-server-authorized-ip-ranges EARLIER_RANGES"),
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
        for change in every_change() {
            let StepText { cli, bicep, terraform, check, back } = step_text(&change);
            for text in [&cli, &bicep, &terraform, &check, &back] {
                assert!(!text.is_empty(), "{change:?}");
            }
            assert!(cli.starts_with("az "), "{cli}");
            for look in [" show ", " list ", "--method get"] {
                assert!(
                    check.contains(look) || [" show ", " list ", "--method get"].iter().any(|w| check.contains(w)),
                    "{check}"
                );
            }
        }
    }

    #[test]
    fn names_stay_one_word() {
        for change in every_change() {
            let text = step_text(&change);
            for line in [&text.cli, &text.check] {
                let bare = line.contains("; rm -rf /")
                    && !line.contains("'/subscriptions/s1/x; rm -rf /")
                    && !line.contains("'https");
                assert!(!bare, "{line}");
                assert!(!line.contains(" it's"), "{line}");
            }
        }
    }
}
