//! Remedy as code: the steps of closing plans as Bicep and Terraform, a folder a subscription, for a pull request.
//! Never applied by this program.

use crate::blocks::{BINDING, bicep_binding_of, bicep_cluster, terraform_binding};
use crate::quote::{bicep, terraform};
use crate::steps::step_text;
use crate::versions::{AKS_VERSION, label};
use quay_model::{ArmId, Before, Change, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// A file of the export: its path and what stands in it.
pub type CodeFile = (String, String);

/// Names that are alike after cleaning get a number.
#[derive(Default)]
struct Labels {
    taken: BTreeMap<String, String>,
}

impl Labels {
    fn of(&mut self, key: &str, wanted: &str) -> String {
        if let Some(known) = self.taken.get(key) {
            return known.clone();
        }
        let plain = label(wanted);
        let mut free = plain.clone();
        let mut number = 2_u32;
        while self.taken.values().any(|taken| *taken == free) {
            free = format!("{plain}_{number}");
            number += 1;
        }
        self.taken.insert(key.to_owned(), free.clone());
        free
    }
}

/// The steps that are not held back, as code. Held back ones and those that no code can say stand in the README.
pub fn remedy_as_code(steps: &[Step]) -> Vec<CodeFile> {
    let mut by_group: BTreeMap<(String, String), Vec<&Step>> = BTreeMap::new();
    for step in steps.iter().filter(|step| !step.is_held_back()) {
        if let Some(id) = ArmId::parse(&step.cluster_id) {
            let group = id.resource_group().unwrap_or_default().to_owned();
            by_group.entry((id.subscription().to_owned(), group)).or_default().push(step);
        }
    }
    let mut files = Vec::new();
    let mut terraform_files: BTreeMap<String, String> = BTreeMap::new();
    let mut labels: BTreeMap<String, Labels> = BTreeMap::new();
    for ((subscription, group), steps) in &by_group {
        let text = bicep_file(steps);
        if !text.is_empty() {
            files.push((format!("bicep/{subscription}/{}.bicep", label(group)), text));
        }
        let own = labels.entry(subscription.clone()).or_default();
        let written = terraform_blocks(steps, own);
        if !written.is_empty() {
            terraform_files.entry(subscription.clone()).or_default().push_str(&written);
        }
    }
    for (subscription, blocks) in terraform_files {
        files.push((format!("terraform/{subscription}/providers.tf"), providers(&subscription)));
        files.push((format!("terraform/{subscription}/main.tf"), blocks));
    }
    files.push(("README.md".to_owned(), readme(steps)));
    files.sort();
    files
}

/// One file a resource group: a deployment of Bicep goes to one group.
fn bicep_file(steps: &[&Step]) -> String {
    let mut labels = Labels::default();
    let mut declared: BTreeSet<String> = BTreeSet::new();
    let mut blocks: Vec<String> = Vec::new();
    let mut settings: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for step in steps {
        let Some(cluster) = ArmId::parse(&step.cluster_id) else { continue };
        match &step.change {
            Change::CreateBinding { name, source, roles, .. } | Change::SetBindingRoles { name, source, roles, .. } => {
                let symbol = labels.of(cluster.lower(), cluster.name());
                if declared.insert(symbol.clone()) {
                    blocks.push(bicep_cluster(&symbol, cluster.name()));
                }
                let own = labels.of(&format!("{}/{name}", cluster.lower()), &format!("{}_{name}", cluster.name()));
                blocks.push(bicep_binding_of(&symbol, &own, name, source, roles));
            }
            change => {
                if let Some(line) = bicep_setting(change) {
                    settings.entry(cluster.name().to_owned()).or_default().push(line);
                }
            }
        }
    }
    if !settings.is_empty() {
        let mut block = String::from(
            "// Bicep cannot change one setting of an existing cluster: a deployment replaces what it leaves out.\n// Merge these values into the template that makes each cluster.\noutput settingsToMerge object = {",
        );
        for (cluster, lines) in &settings {
            let _ = write!(block, "\n  '{}': {{", bicep(cluster));
            for line in lines {
                let _ = write!(block, "\n    {}", line.replace('\n', "\n    "));
            }
            block.push_str("\n  }");
        }
        block.push_str("\n}");
        blocks.push(block);
    }
    if blocks.is_empty() { String::new() } else { format!("{}\n", blocks.join("\n\n")) }
}

fn bicep_setting(change: &Change) -> Option<String> {
    match change {
        Change::SetRanges { ranges, .. } => {
            let list: String = ranges.iter().map(|range| format!("\n  '{}'", bicep(range))).collect();
            Some(format!("authorizedIPRanges: [{list}\n]"))
        }
        Change::MakePrivate { .. } => {
            Some("enablePrivateCluster: true\nenablePrivateClusterPublicFQDN: false".to_owned())
        }
        Change::DisableRunCommand { .. } => Some("disableRunCommand: true".to_owned()),
        Change::DisableLocalAccounts { .. } => Some("disableLocalAccounts: true".to_owned()),
        _ => None,
    }
}

fn terraform_blocks(steps: &[&Step], labels: &mut Labels) -> String {
    let mut written = String::new();
    let mut settings: BTreeMap<&str, Vec<&Change>> = BTreeMap::new();
    let mut let_in: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for step in steps {
        let Some(cluster) = ArmId::parse(&step.cluster_id) else { continue };
        match &step.change {
            Change::CreateBinding { name, source, roles, .. } | Change::SetBindingRoles { name, source, roles, .. } => {
                let key = format!("{}/{name}", cluster.lower());
                let address = labels.of(&key, &format!("{}_{name}", cluster.name()));
                let_in.entry(&step.cluster_id).or_default().push(format!("{BINDING}.{address}"));
                // what is there already is taken over, not made a second time
                if let Before::Binding { .. } = step.before {
                    let id = format!("{}/trustedAccessRoleBindings/{name}", step.cluster_id);
                    let _ =
                        write!(written, "import {{\n  to = {BINDING}.{address}\n  id = \"{}\"\n}}\n\n", terraform(&id));
                }
                written.push_str(&terraform_binding(&address, &step.cluster_id, name, source, roles));
                written.push_str("\n\n");
            }
            change => settings.entry(&step.cluster_id).or_default().push(change),
        }
    }
    for (cluster, changes) in settings {
        let after = let_in.get(cluster).map(Vec::as_slice).unwrap_or_default();
        if let Some(block) = terraform_settings(cluster, &changes, after, labels) {
            written.push_str(&block);
        }
    }
    written
}

/// `azapi_update_resource` reads the cluster, changes these properties, and writes it back; after the bindings, also
/// where somebody applies all at once.
fn terraform_settings(cluster: &str, changes: &[&Change], after: &[String], labels: &mut Labels) -> Option<String> {
    let mut access: Vec<(&str, String)> = Vec::new();
    let mut local = false;
    for change in changes {
        match change {
            Change::SetRanges { ranges, .. } => {
                let list =
                    ranges.iter().map(|range| format!("\"{}\"", terraform(range))).collect::<Vec<_>>().join(", ");
                access.push(("authorizedIPRanges", format!("[{list}]")));
            }
            Change::MakePrivate { .. } => {
                access.push(("enablePrivateCluster", "true".to_owned()));
                access.push(("enablePrivateClusterPublicFQDN", "false".to_owned()));
            }
            Change::DisableRunCommand { .. } => access.push(("disableRunCommand", "true".to_owned())),
            Change::DisableLocalAccounts { .. } => local = true,
            _ => {}
        }
    }
    // a private cluster has no ranges, and keeps none it had
    if access.iter().any(|(name, _)| *name == "enablePrivateCluster") {
        access.retain(|(name, _)| *name != "authorizedIPRanges");
        access.push(("authorizedIPRanges", "[]".to_owned()));
    }
    if access.is_empty() && !local {
        return None;
    }
    let name = cluster.rsplit('/').next().unwrap_or_default();
    let address = labels.of(&format!("{}/settings", cluster.to_lowercase()), &format!("{name}_settings"));
    let mut block = format!(
        "resource \"azapi_update_resource\" \"{address}\" {{\n  type        = \"Microsoft.ContainerService/managedClusters@{AKS_VERSION}\"\n  resource_id = \"{}\"\n\n  body = {{\n    properties = {{\n",
        terraform(cluster)
    );
    // terraform fmt aligns neighbouring lines; a block over several lines stands for itself
    if !access.is_empty() {
        let width = access.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        block.push_str("      apiServerAccessProfile = {\n");
        for (name, value) in &access {
            let _ = writeln!(block, "        {name:width$} = {value}");
        }
        block.push_str("      }\n");
    }
    if local {
        block.push_str("      disableLocalAccounts = true\n");
    }
    block.push_str("    }\n  }\n");
    if !after.is_empty() {
        let _ = write!(block, "\n  depends_on = [{}]\n", after.join(", "));
    }
    block.push_str("}\n\n");
    Some(block)
}

fn providers(subscription: &str) -> String {
    format!(
        "terraform {{\n  required_providers {{\n    azurerm = {{\n      source  = \"hashicorp/azurerm\"\n      version = \">= 4.0\"\n    }}\n    azapi = {{\n      source  = \"azure/azapi\"\n      version = \">= 2.0\"\n    }}\n  }}\n}}\n\nprovider \"azurerm\" {{\n  features {{}}\n  subscription_id = \"{}\"\n}}\n\nprovider \"azapi\" {{\n  subscription_id = \"{}\"\n}}\n",
        terraform(subscription),
        terraform(subscription)
    )
}

fn readme(steps: &[Step]) -> String {
    let mut text = String::from(
        "# Closing plan as code\n\nMade by Quaymaster for review; it was not applied. Review it in a pull request, and apply it in the order below:\nbindings first, then confirm that each service works, then close.\n\n- `bicep/SUBSCRIPTION/GROUP.bicep`: `az deployment group create -g GROUP -f FILE`\n- `terraform/SUBSCRIPTION`: `terraform plan`\n\nApply the bindings alone first (`-target` in Terraform), and the settings only when every service was seen to work.\n",
    );
    let mut listed = |heading: &str, wanted: &dyn Fn(&Step) -> bool| {
        let of: Vec<&Step> = steps.iter().filter(|step| wanted(step)).collect();
        if of.is_empty() {
            return;
        }
        let _ = write!(text, "\n## {heading}\n");
        for step in of {
            let cluster = step.cluster_id.rsplit('/').next().unwrap_or_default();
            let _ = writeln!(text, "\n- **{cluster}**: {}", one_line(&step.title));
            for why in &step.held_back {
                let _ = writeln!(text, "  - held back: {}", one_line(why));
            }
            if let Some(decide) = &step.decide {
                let _ = writeln!(text, "  - decide first: {}", one_line(decide));
            }
            let _ = writeln!(text, "\n  ```\n  {}\n  ```", step_text(step).cli.replace('\n', "\n  "));
        }
    };
    listed("In this order", &|step| !step.is_held_back());
    listed("Held back: each would cut off a service", &|step| step.is_held_back());
    text
}

/// Names come from a tenant: none may begin a heading or a list.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'")
}
