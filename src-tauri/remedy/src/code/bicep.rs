//! The steps of one resource group as Bicep: bindings to deploy, settings to merge.

use crate::blocks::{bicep_binding_of, bicep_cluster};
use crate::code::settings::ClusterSettings;
use crate::labels::Labels;
use crate::quote::bicep;
use crate::steps::binding::{Standing, source_of, standing};
use crate::steps::network::ADD_FIRST;
use quay_model::{ArmId, Change, Step};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// One file a resource group: a deployment of Bicep goes to one group.
pub(crate) struct BicepFile {
    pub(crate) text: String,
    /// Whether a deployment changes anything: an output makes nothing.
    pub(crate) deploys: bool,
    /// The clusters with settings for the templates that own them.
    pub(crate) to_merge: Vec<String>,
}

/// `None` when there is nothing to say.
pub(crate) fn bicep_file(steps: &[&Step]) -> Option<BicepFile> {
    let mut labels = Labels::default();
    let mut declared: BTreeSet<String> = BTreeSet::new();
    let mut blocks: Vec<String> = Vec::new();
    for step in steps {
        let Some(cluster) = ArmId::parse(&step.cluster_id) else { continue };
        let (Change::CreateBinding { name, source, roles, .. } | Change::SetBindingRoles { name, source, roles, .. }) =
            &step.change
        else {
            continue;
        };
        // a deployment would close and let in at once, if Azure took it at all
        if standing(&step.before, source) == Standing::Other {
            continue;
        }
        let symbol = labels.of(cluster.lower(), cluster.name());
        if declared.insert(symbol.clone()) {
            blocks.push(bicep_cluster(&symbol, cluster.name()));
        }
        let own = labels.of(&format!("{}/{name}", cluster.lower()), &format!("{}_{name}", cluster.name()));
        blocks.push(bicep_binding_of(&symbol, &own, name, source_of(step, source), roles));
    }
    let deploys = !blocks.is_empty();
    let all = ClusterSettings::of(steps);
    let to_merge = all.keys().map(|cluster| last(cluster).to_owned()).collect();
    blocks.extend(settings(&all));
    if blocks.is_empty() {
        return None;
    }
    Some(BicepFile { text: format!("{}\n", blocks.join("\n\n")), deploys, to_merge })
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

fn settings(all: &BTreeMap<&str, ClusterSettings<'_>>) -> Option<String> {
    if all.is_empty() {
        return None;
    }
    let mut block = String::from(
        "// Bicep cannot change one setting of an existing cluster: a deployment replaces what it leaves out.\n// Merge these values into the template that makes each cluster.\noutput settingsToMerge object = {\n",
    );
    for (cluster, own) in all {
        let _ = writeln!(block, "  '{}': {{", bicep(last(cluster)));
        if own.has_access() {
            block.push_str("    apiServerAccessProfile: {\n");
            if let Some(ranges) = own.ranges {
                let list: String = ranges.iter().map(|range| format!("        '{}'\n", bicep(range))).collect();
                let _ = write!(block, "      // {ADD_FIRST}\n      authorizedIPRanges: [\n{list}      ]\n");
            }
            if own.private {
                if own.ranges.is_none() {
                    // they are for public endpoints, and the owner's template may still hold some
                    block.push_str("      authorizedIPRanges: []\n");
                }
                block.push_str("      enablePrivateCluster: true\n      enablePrivateClusterPublicFQDN: false\n");
            }
            if own.run_command_off {
                block.push_str("      disableRunCommand: true\n");
            }
            block.push_str("    }\n");
        }
        if own.local_accounts_off {
            block.push_str("    disableLocalAccounts: true\n");
        }
        block.push_str("  }\n");
    }
    block.push('}');
    Some(block)
}
