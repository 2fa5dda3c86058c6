//! Steps about the network: whose addresses are let in, and going private.

use crate::place::{Place, canonical, place};
use crate::quote::{bicep, one_line, shell, terraform};
use crate::steps::ranges::ranges_cli;
use crate::versions::AKS_VERSION;
use quay_model::{Before, StepText};

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

/// Authorized ranges belong to public endpoints, so they go in the same request, whatever stands there by then; the name
/// goes out of public DNS.
pub(crate) fn private_text(cluster: &str, before: &Before) -> StepText {
    let Place { flags, .. } = place(cluster);
    StepText {
        cli: format!(
            "az aks update {flags} --enable-private-cluster --api-server-authorized-ip-ranges \"\"\naz aks update {flags} --disable-public-fqdn"
        ),
        bicep: "// inside the cluster's properties\napiServerAccessProfile: {\n  authorizedIPRanges: []\n  enablePrivateCluster: true\n  enablePrivateClusterPublicFQDN: false\n}".to_owned(),
        terraform: format!(
            "# Not with azurerm: it would destroy the cluster and make it again. Use the command, or azapi as in the exported code,\n# and add this to the azurerm_kubernetes_cluster that owns the cluster first; authorized_ip_ranges go out of it\n{LIFECYCLE}"
        ),
        check: format!("az aks show {flags} --query apiServerAccessProfile"),
        back: public_again(cluster, &flags, before),
    }
}

/// `az aks update` refuses ranges while a cluster is private, so that they would come in a second request, and between
/// the two everybody would be let in. `az resource update` reads the cluster and writes it back with both.
fn public_again(cluster: &str, flags: &str, before: &Before) -> String {
    let ranges = match before {
        Before::Ranges { ranges } if !ranges.is_empty() => ranges,
        _ => return format!("az aks update {flags} --disable-private-cluster"),
    };
    let list = ranges.iter().map(|range| json_text(range)).collect::<Vec<_>>().join(",");
    let set = shell(&format!("properties.apiServerAccessProfile.authorizedIPRanges=[{list}]"));
    format!(
        "# both in one request: after `--disable-private-cluster` alone everybody is let in until the ranges are back\naz resource update --ids {} --api-version {AKS_VERSION} --set properties.apiServerAccessProfile.enablePrivateCluster=false {set}",
        shell(&canonical(cluster))
    )
}

/// A text in JSON; a name from a tenant ends it nowhere.
fn json_text(text: &str) -> String {
    format!("\"{}\"", one_line(text).replace('\\', "\\\\").replace('"', "\\\""))
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
            let sets = text.terraform.lines().any(|line| line.trim_start().starts_with("private_cluster"));
            assert!(!sets, "it would make the cluster again: {}", text.terraform);
            assert!(text.terraform.contains("ignore_changes  = [private_cluster_enabled, private_cluster_public"));
            assert!(text.terraform.contains("prevent_destroy = true"), "{}", text.terraform);
        }
    }

    #[test]
    fn the_way_back_from_private_lets_nobody_in_for_a_moment() {
        let back = |before| step_text(&step(Change::MakePrivate { cluster: CLUSTER.to_owned() }, before)).back;
        for (list, written) in [
            (vec!["1.2.3.4"], r#"["1.2.3.4"]'"#),
            (vec!["203.0.113.0/28", "AzureCloud"], r#"["203.0.113.0/28","AzureCloud"]'"#),
            (vec!["a\"]\\b"], r#"["a\"]\\b"]'"#),
        ] {
            let text = back(ranges(&list));
            let commands: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
            assert_eq!(commands.len(), 1, "{text}");
            let both = format!(
                "apiServerAccessProfile.enablePrivateCluster=false 'properties.apiServerAccessProfile.authorizedIPRanges={written}"
            );
            assert!(commands[0].ends_with(&both), "{text}");
            assert!(
                commands[0].starts_with("az resource update --ids '/subscriptions/s1/resourceGroups/g 1/"),
                "{text}"
            );
        }
        let open = back(ranges(&[]));
        assert!(open.ends_with("--disable-private-cluster") && open.lines().count() == 1, "it was open before: {open}");
    }
}
