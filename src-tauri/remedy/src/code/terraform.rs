//! The steps of one subscription as a root of Terraform: bindings by azurerm, settings of clusters by azapi.

use crate::blocks::{BINDING, terraform_binding};
use crate::code::settings::ClusterSettings;
use crate::labels::Labels;
use crate::place::canonical;
use crate::quote::{one_line, terraform};
use crate::steps::binding::{beyond_terraform, source_of};
use crate::steps::network::ADD_FIRST;
use crate::versions::AKS_VERSION;
use quay_model::{Before, Change, Step};
use std::fmt::Write;

/// `None` when there is nothing to say.
pub(crate) fn main_file(steps: &[&Step]) -> Option<String> {
    let mut labels = Labels::default();
    let mut blocks: Vec<String> = Vec::new();
    for step in steps.iter().filter(|step| beyond_terraform(step).is_none()) {
        let (Change::CreateBinding { name, source, roles, .. } | Change::SetBindingRoles { name, source, roles, .. }) =
            &step.change
        else {
            continue;
        };
        let cluster = canonical(&step.cluster_id);
        let own = cluster.rsplit('/').next().unwrap_or_default();
        let address = labels.of(&format!("{}/{name}", cluster.to_lowercase()), &format!("{own}_{name}"));
        // what is there already is taken over, not made a second time
        if let Before::Binding { .. } = step.before {
            let id = terraform(&format!("{cluster}/trustedAccessRoleBindings/{name}"));
            blocks.push(format!("import {{\n  to = {BINDING}.{address}\n  id = \"{id}\"\n}}"));
        }
        blocks.push(terraform_binding(&address, &cluster, name, source_of(step, source), roles));
    }
    for (cluster, own) in ClusterSettings::of(steps) {
        blocks.push(settings(&canonical(cluster), &own, &mut labels));
    }
    if blocks.is_empty() { None } else { Some(format!("{}\n", blocks.join("\n\n"))) }
}

/// `azapi_update_resource` reads the cluster, changes these properties, and writes it back.
fn settings(cluster: &str, own: &ClusterSettings<'_>, labels: &mut Labels) -> String {
    let mut access: Vec<(&str, String)> = Vec::new();
    if let Some(ranges) = own.ranges {
        let list = ranges.iter().map(|range| format!("\"{}\"", terraform(range))).collect::<Vec<_>>().join(", ");
        access.push(("authorizedIPRanges", format!("[{list}]")));
    }
    if own.private {
        access.push(("authorizedIPRanges", "[]".to_owned()));
        access.push(("enablePrivateCluster", "true".to_owned()));
        access.push(("enablePrivateClusterPublicFQDN", "false".to_owned()));
    }
    if own.run_command_off {
        access.push(("disableRunCommand", "true".to_owned()));
    }
    let name = cluster.rsplit('/').next().unwrap_or_default();
    let address = labels.of(&format!("{}/settings", cluster.to_lowercase()), &format!("{name}_settings"));
    let mut block = String::new();
    if own.private {
        let name = one_line(name);
        let _ = writeln!(
            block,
            "# Before this, the azurerm_kubernetes_cluster that owns {name} needs the lifecycle of README.md."
        );
    }
    let id = terraform(cluster);
    let _ = write!(
        block,
        "resource \"azapi_update_resource\" \"{address}\" {{\n  type        = \"Microsoft.ContainerService/managedClusters@{AKS_VERSION}\"\n  resource_id = \"{id}\"\n\n  body = {{\n    properties = {{\n"
    );
    // terraform fmt aligns neighbouring lines; a block over several lines stands for itself
    if own.has_access() {
        let width = access.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        block.push_str("      apiServerAccessProfile = {\n");
        if own.ranges.is_some() {
            let _ = writeln!(block, "        # {ADD_FIRST}");
        }
        for (name, value) in &access {
            let _ = writeln!(block, "        {name:width$} = {value}");
        }
        block.push_str("      }\n");
    }
    if own.local_accounts_off {
        block.push_str("      disableLocalAccounts = true\n");
    }
    block.push_str("    }\n  }\n}");
    block
}

/// `import` blocks came with Terraform 1.5, bodies that are objects with azapi 2.
pub(crate) fn providers(subscription: &str) -> String {
    let id = terraform(subscription);
    format!(
        "terraform {{\n  required_version = \">= 1.5\"\n\n  required_providers {{\n    azurerm = {{\n      source  = \"hashicorp/azurerm\"\n      version = \">= 4.0\"\n    }}\n    azapi = {{\n      source  = \"azure/azapi\"\n      version = \">= 2.4\"\n    }}\n  }}\n}}\n\nprovider \"azurerm\" {{\n  features {{}}\n  subscription_id = \"{id}\"\n}}\n\nprovider \"azapi\" {{\n  subscription_id = \"{id}\"\n}}\n"
    )
}
