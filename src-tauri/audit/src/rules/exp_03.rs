//! EXP-03: Authorized IP ranges are narrow.

use crate::exposure::Exposure;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-03",
        area: Area::Exposure,
        title: "Authorized IP ranges are narrow",
        finding: "Authorized IP ranges are broad",
        severity: Severity::High,
        what: "Whether the allow-list names callers, or whole networks, or a service tag that stands for machines of every Azure tenant.",
        why: "A wide range lets in people nobody thought of. The service tag AzureCloud lets in any virtual machine anyone rents from Azure.",
        not_applicable: "Private clusters, and clusters open to the internet (EXP-01 says so).",
        reads: &["properties.apiServerAccessProfile.authorizedIPRanges"],
        conditions: &["C03"],
        references: &[references::AUTHORIZED_RANGES, references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Replace wide entries by the egress addresses of those who need them, and service tags by a Trusted Access binding for the service.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --api-server-authorized-ip-ranges 203.0.113.0/28",
            bicep: "// inside the cluster's properties; list the addresses you confirmed with their owners\napiServerAccessProfile: {\n  authorizedIPRanges: [ '203.0.113.0/28' ]\n}",
            terraform: "# inside azurerm_kubernetes_cluster; list the addresses you confirmed with their owners\napi_server_access_profile {\n  authorized_ip_ranges = [\"203.0.113.0/28\"]\n}",
            caution: "Callers inside the wide range that you did not know of are cut off. Read source addresses from the kube-audit log before you narrow it.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query apiServerAccessProfile.authorizedIpRanges",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let settings = subject.settings;
    let expected = format!(
        "no service tag, nothing wider than /{} (IPv4) or /{} (IPv6), all together no more than a /{} or /{}",
        settings.widest_v4_prefix, settings.widest_v6_prefix, settings.total_v4_prefix, settings.total_v6_prefix
    );
    let ranges = subject.cluster.api_server.ranges.evidence(expected, "none: open to the internet");
    match subject.exposure {
        Exposure::Private => Judgement::not_applicable("The cluster is private; ranges do not apply to it."),
        Exposure::Open(_) => Judgement::not_applicable("The API server is open to the internet; EXP-01 says so."),
        Exposure::Broad(why) => Judgement::fail(format!("The allow-list is broad: {why}.")),
        Exposure::Restricted => Judgement::pass("Every entry is narrow, and all together are."),
        Exposure::OwnEgress => Judgement::pass("Only the cluster's own outbound address is let in."),
        Exposure::PublicUnknown(why) | Exposure::Unknown(why) => {
            Judgement::not_assessed(format!("How wide the allow-list is could not be read: {why}."))
        }
    }
    .with(ranges)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn wide_entries_and_service_tags_fail() {
        let ranges = |list: serde_json::Value| json!({"apiServerAccessProfile": {"authorizedIPRanges": list}});
        rows(
            &RULE,
            vec![
                ("a tag", ranges(json!(["203.0.113.0/28", "AzureCloud"])), Fail),
                ("one wide entry", ranges(json!(["203.0.113.0/28", "192.0.2.0/22"])), Fail),
                ("half the internet", ranges(json!(["0.0.0.0/1"])), Fail),
                ("narrow", ranges(json!(["203.0.113.0/28", "198.51.100.7"])), Pass),
                ("own egress", ranges(json!(["0.0.0.0/32"])), Pass),
                ("open", ranges(json!(["0.0.0.0/0"])), NotApplicable),
                ("no ranges", ranges(json!([])), NotApplicable),
                ("private", json!({"apiServerAccessProfile": {"enablePrivateCluster": true}}), NotApplicable),
                ("nobody understands it", ranges(json!(["203.0.113.0/28", "what?"])), NotAssessed),
            ],
        );
    }
}
