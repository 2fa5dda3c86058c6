//! EXP-01: The API server is not open to the internet.

use crate::exposure::Exposure;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-01",
        area: Area::Exposure,
        title: "The API server is not open to the internet",
        finding: "API server open to the internet",
        severity: Severity::Critical,
        what: "Whether any address on the internet can open a connection to the API server.",
        why: "An API server that answers everyone is one stolen token, one leaked kubeconfig or one Kubernetes vulnerability away from being taken over. It is the first thing scanners of the whole internet find.",
        not_applicable: "Always applies.",
        reads: &[
            "properties.apiServerAccessProfile.enablePrivateCluster",
            "properties.apiServerAccessProfile.authorizedIPRanges",
        ],
        conditions: &["C01", "C03"],
        references: &[references::AUTHORIZED_RANGES, references::PRIVATE_CLUSTERS, references::VNET_INTEGRATION],
        fix: Fix {
            what_to_do: "Find out who calls the API server today, allow only their addresses, and give Azure services a Trusted Access binding instead of an address. Plan to make the cluster private.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --api-server-authorized-ip-ranges 203.0.113.0/28",
            bicep: "// inside the cluster's properties; 203.0.113.0/28 stands for your own egress addresses\napiServerAccessProfile: {\n  authorizedIPRanges: [ '203.0.113.0/28' ]\n}",
            terraform: "# inside azurerm_kubernetes_cluster; 203.0.113.0/28 stands for your own egress addresses\napi_server_access_profile {\n  authorized_ip_ranges = [\"203.0.113.0/28\"]\n}",
            caution: "Every caller whose address is not listed is cut off at once: pipelines, developers, monitoring, and Azure services without a Trusted Access binding. Read the kube-audit log for source addresses first. Nodes keep access through the outbound address of the cluster's load balancer, which AKS adds by itself; where they leave by another address (a firewall, a NAT gateway, public addresses of their own), add that one first, or they are cut off too.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query apiServerAccessProfile",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let api = &subject.cluster.api_server;
    let ranges = api.ranges.evidence("addresses of known callers only", "none: open to the internet");
    let private = api.private.evidence("true, or authorized IP ranges", "false");
    match subject.exposure {
        Exposure::Open(why) => Judgement::fail(format!("Everyone on the internet can reach the API server: {why}.")),
        Exposure::Private => Judgement::pass("The cluster is private; its API server has no public endpoint."),
        Exposure::OwnEgress => Judgement::pass("Only the cluster's own outbound address is let in."),
        Exposure::Broad(why) => {
            Judgement::pass(format!("Not everyone is let in, but many are: {why}. EXP-03 judges that."))
        }
        Exposure::Restricted => Judgement::pass("Only the listed ranges are let in."),
        Exposure::PublicUnknown(why) | Exposure::Unknown(why) => {
            Judgement::not_assessed(format!("Who is let in could not be read: {why}."))
        }
    }
    .with(private)
    .with(ranges)
    .with(concluded("exposure", subject.exposure.label(), "not open to the internet"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn an_api_server_that_answers_everyone_fails() {
        rows(
            &RULE,
            vec![
                ("a default cluster", json!({"provisioningState": "Succeeded"}), Fail),
                (
                    "two halves",
                    json!({"apiServerAccessProfile": {"authorizedIPRanges": ["0.0.0.0/1", "128.0.0.0/1"]}}),
                    Fail,
                ),
                ("private", json!({"apiServerAccessProfile": {"enablePrivateCluster": true}}), Pass),
                ("narrow", json!({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}), Pass),
                ("damaged", json!({"apiServerAccessProfile": [1]}), NotAssessed),
            ],
        );
    }
}
