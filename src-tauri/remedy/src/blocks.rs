//! Blocks of Bicep and Terraform that say one thing each: a cluster that is there, a binding.

use crate::quote::{bicep, terraform};
use crate::versions::{AKS_VERSION, label};

pub(crate) const BINDING: &str = "azurerm_kubernetes_cluster_trusted_access_role_binding";

/// An existing cluster and one binding below it.
pub(crate) fn bicep_binding(
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
        "resource \"{BINDING}\" \"{}\" {{\n  kubernetes_cluster_id = \"{}\"\n  name                  = \"{}\"\n  roles                 = [{roles}]\n  source_resource_id    = \"{}\"\n}}",
        label(address),
        terraform(cluster),
        terraform(name),
        terraform(source)
    )
}
