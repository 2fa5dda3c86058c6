//! Where a cluster is, in the words of the Azure CLI and as Azure itself writes its id.

use crate::quote::shell;
use quay_model::ArmId;

/// The names of one cluster, quoted for a shell.
pub(crate) struct Place {
    pub(crate) flags: String,
    pub(crate) binding_flags: String,
    pub(crate) name: String,
}

pub(crate) fn place(cluster: &str) -> Place {
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

/// The id as azurerm builds it from its parts. AKS answers `resourcegroups` too, and Terraform takes two spellings of one
/// id for two clusters: it would make the binding again.
pub(crate) fn canonical(cluster: &str) -> String {
    match ArmId::parse(cluster) {
        Some(id) => format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.ContainerService/managedClusters/{}",
            id.subscription(),
            id.resource_group().unwrap_or_default(),
            id.name()
        ),
        None => cluster.to_owned(),
    }
}
