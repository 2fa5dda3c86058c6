//! Steps about the network: whose addresses are let in, and going private.

use crate::place::{Place, place};
use crate::quote::{bicep, shell, terraform};
use quay_model::{Before, StepText};
use std::net::Ipv4Addr;

/// Stands wherever ranges are handed out: those of people and pipelines nobody here knows.
pub(crate) const ADD_FIRST: &str = "add the addresses of people and pipelines first";

/// What azurerm must leave alone on a cluster that is made private: it would destroy the cluster and make it again,
/// because `private_cluster_enabled` forces replacement (azurerm_kubernetes_cluster).
pub(crate) const LIFECYCLE: &str = "lifecycle {
  ignore_changes  = [private_cluster_enabled, private_cluster_public_fqdn_enabled]
  prevent_destroy = true
}";

pub(crate) fn ranges_text(cluster: &str, ranges: &[String], before: &Before) -> StepText {
    let Place { flags, .. } = place(cluster);
    let in_bicep = ranges.iter().map(|range| format!("'{}'", bicep(range))).collect::<Vec<_>>().join("\n    ");
    let in_terraform = ranges.iter().map(|range| format!("\"{}\"", terraform(range))).collect::<Vec<_>>().join(", ");
    StepText {
        cli: ranges_cli(&flags, ranges),
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
    match before {
        Before::Ranges { ranges } if !ranges.is_empty() => ranges_cli(flags, ranges),
        _ => format!("az aks update {flags} --api-server-authorized-ip-ranges \"\""),
    }
}

/// The Azure CLI takes fewer entries than Azure (`validate_ip_ranges` of its acs module): what it refuses is named beside
/// the command, and is never left out in silence.
fn ranges_cli(flags: &str, ranges: &[String]) -> String {
    let (takes, refused): (Vec<_>, Vec<_>) =
        ranges.iter().map(|range| (range, for_the_cli(range))).partition(|(_, taken)| taken.is_some());
    let mut takes: Vec<String> = takes.into_iter().filter_map(|(_, taken)| taken).collect();
    let mut refused: Vec<&str> = refused.into_iter().map(|(range, _)| range.as_str()).collect();
    if takes.len() > 1 && takes.iter().any(|range| range == ONLY_NODES) {
        takes.retain(|range| range != ONLY_NODES);
        refused.push(ONLY_NODES);
    }
    // a comment ends with its line, and no entry needs more than these letters
    let plain = |text: &str| -> String {
        text.chars().map(|c| if c.is_ascii_alphanumeric() || ".:/-".contains(c) { c } else { '?' }).collect()
    };
    let named = refused.iter().map(|range| plain(range)).collect::<Vec<_>>().join(", ");
    let command = format!("az aks update {flags} --api-server-authorized-ip-ranges {}", shell(&takes.join(",")));
    match (takes.is_empty(), refused.is_empty()) {
        (_, true) => command,
        (false, false) => format!(
            "# the Azure CLI refuses {named}: set the whole list with Bicep or Terraform, or go on without\n{command}"
        ),
        (true, false) => format!("# the Azure CLI refuses {named}: set the list with Bicep or Terraform"),
    }
}

/// Lets in the cluster's own nodes only, and stands alone.
const ONLY_NODES: &str = "0.0.0.0/32";

/// One entry as the CLI takes it, without host bits.
fn for_the_cli(range: &str) -> Option<String> {
    let range = range.trim();
    let (address, length) = range.split_once('/').unwrap_or((range, "32"));
    let address: Ipv4Addr = address.parse().ok()?;
    let length = length.parse::<u32>().ok().filter(|length| *length <= 32)?;
    if range == ONLY_NODES {
        return Some(range.to_owned());
    }
    // what `is_global` of Python's ipaddress says, for which 0.0.0.0/0 is public
    let inside = address.is_private() || address.is_loopback() || address.is_link_local();
    let public = !inside && (!address.is_unspecified() || length == 0);
    let mask = u32::MAX.checked_shl(32 - length).unwrap_or(0);
    let network = Ipv4Addr::from(u32::from(address) & mask);
    let written = if network == address { range.to_owned() } else { format!("{network}/{length}") };
    public.then_some(written)
}

/// Authorized ranges belong to public endpoints, so they go in the same request, whatever stands there by then; the name
/// goes out of public DNS.
pub(crate) fn private_text(cluster: &str, before: &Before) -> StepText {
    let Place { flags, .. } = place(cluster);
    let had_ranges = matches!(before, Before::Ranges { ranges } if !ranges.is_empty());
    let again = if had_ranges { format!("\n{}", ranges_again(&flags, before)) } else { String::new() };
    StepText {
        cli: format!(
            "az aks update {flags} --enable-private-cluster --api-server-authorized-ip-ranges \"\"\naz aks update {flags} --disable-public-fqdn"
        ),
        bicep: "// inside the cluster's properties\napiServerAccessProfile: {\n  authorizedIPRanges: []\n  enablePrivateCluster: true\n  enablePrivateClusterPublicFQDN: false\n}".to_owned(),
        terraform: format!(
            "# Not with azurerm: it would destroy the cluster and make it again. Use the command, or azapi as in the exported code,\n# and add this to the azurerm_kubernetes_cluster that owns the cluster first; authorized_ip_ranges go out of it\n{LIFECYCLE}"
        ),
        check: format!("az aks show {flags} --query apiServerAccessProfile"),
        back: format!("az aks update {flags} --disable-private-cluster{again}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::step_text;
    use crate::testing::{CLUSTER, step};
    use quay_model::Change;

    fn ranges(list: &[&str]) -> Before {
        Before::Ranges { ranges: list.iter().map(|range| (*range).to_owned()).collect() }
    }

    #[test]
    fn a_way_back_restores_the_ranges_that_stood_there() {
        let back = |before| {
            let change = Change::SetRanges { cluster: CLUSTER.to_owned(), ranges: vec!["0.0.0.0/32".into()] };
            step_text(&step(change, before)).back
        };
        assert!(back(ranges(&["1.2.3.4/32", "5.6.7.8"])).ends_with(" '1.2.3.4/32,5.6.7.8'"));
        assert!(back(ranges(&[])).ends_with(" \"\""), "without ranges everybody is let in again");
        let mixed = back(ranges(&["8.8.8.1/28", "AzureCloud", "10.20.0.0/16", "2001:db8:4c::/48", "0.0.0.0/32"]));
        let (note, command) = mixed.split_once('\n').unwrap_or_default();
        assert!(command.ends_with(" 8.8.8.0/28"), "without host bits, and only what the CLI takes: {mixed}");
        assert!(
            note.starts_with("# the Azure CLI refuses AzureCloud, 10.20.0.0/16, 2001:db8:4c::/48, 0.0.0.0/32:"),
            "{note}"
        );
        assert!(!back(ranges(&["::/0"])).contains("az aks"), "there is no command for it");
        assert!(back(ranges(&["0.0.0.0/32"])).ends_with(" 0.0.0.0/32"));
    }

    #[test]
    fn going_private_clears_the_ranges_and_is_never_left_to_azurerm() {
        for before in [ranges(&["1.2.3.4"]), ranges(&[])] {
            let text = step_text(&step(Change::MakePrivate { cluster: CLUSTER.to_owned() }, before.clone()));
            let first = text.cli.lines().next().unwrap_or_default();
            assert!(first.ends_with("--enable-private-cluster --api-server-authorized-ip-ranges \"\""), "{first}");
            assert_eq!(
                text.back.ends_with("--api-server-authorized-ip-ranges 1.2.3.4"),
                before == ranges(&["1.2.3.4"])
            );
            let sets = text.terraform.lines().any(|line| line.trim_start().starts_with("private_cluster"));
            assert!(!sets, "it would make the cluster again: {}", text.terraform);
            assert!(text.terraform.contains("ignore_changes  = [private_cluster_enabled, private_cluster_public"));
            assert!(text.terraform.contains("prevent_destroy = true"), "{}", text.terraform);
        }
    }
}
