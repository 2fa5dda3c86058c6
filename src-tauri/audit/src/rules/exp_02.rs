//! EXP-02: The API server has no public endpoint.

use crate::exposure::Exposure;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-02",
        area: Area::Exposure,
        title: "The API server has no public endpoint",
        finding: "API server has a public endpoint",
        severity: Severity::High,
        what: "Whether the API server can be reached over the internet at all, however narrow the allow-list.",
        why: "An allow-list protects against strangers, not against someone who stands inside the listed network or can change the list. A private cluster has nothing to list.",
        not_applicable: "Always applies.",
        reads: &[
            "properties.apiServerAccessProfile.enablePrivateCluster",
            "properties.apiServerAccessProfile.authorizedIPRanges",
        ],
        conditions: &["C01"],
        references: &[references::PRIVATE_CLUSTERS, references::VNET_INTEGRATION],
        fix: Fix {
            what_to_do: "Give every Azure service that calls this API server a Trusted Access binding, bring people and pipelines into the virtual network, then make the cluster private. Clusters with API Server VNet Integration can be switched; others have to be built anew.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-apiserver-vnet-integration --apiserver-subnet-id SUBNET_ID\naz aks update --subscription {subscription} -g {group} -n {cluster} --enable-private-cluster",
            bicep: "// inside the cluster's properties\napiServerAccessProfile: {\n  enableVnetIntegration: true\n  subnetId: apiServerSubnet.id\n  enablePrivateCluster: true\n}",
            terraform: "# inside azurerm_kubernetes_cluster; changing it makes Terraform replace a cluster without VNet integration\nprivate_cluster_enabled = true\napi_server_access_profile {\n  virtual_network_integration_enabled = true\n  subnet_id                           = azurerm_subnet.api_server.id\n}",
            caution: "Everything that reaches the API server over the internet stops: kubectl from laptops, hosted pipeline agents, SaaS tools. Private DNS must resolve from where people work. VNet integration cannot be taken back.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query apiServerAccessProfile",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let private = subject.cluster.api_server.private.evidence("true", "false");
    let integrated = subject.cluster.api_server.vnet_integration.evidence("closes nothing by itself", "false");
    match subject.exposure {
        Exposure::Private => Judgement::pass("The cluster is private."),
        Exposure::Unknown(why) => {
            Judgement::not_assessed(format!("Whether the cluster is private could not be read: {why}."))
        }
        public => Judgement::fail(format!("The API server has a public endpoint ({}).", public.label())),
    }
    .with(private)
    .with(integrated)
    .with(concluded("exposure", subject.exposure.label(), "private"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn only_a_private_cluster_has_no_public_endpoint() {
        rows(
            &RULE,
            vec![
                ("default", json!({"provisioningState": "Succeeded"}), Fail),
                ("restricted", json!({"apiServerAccessProfile": {"authorizedIPRanges": ["203.0.113.0/28"]}}), Fail),
                ("own egress only", json!({"apiServerAccessProfile": {"authorizedIPRanges": ["0.0.0.0/32"]}}), Fail),
                ("VNet integration alone", json!({"apiServerAccessProfile": {"enableVnetIntegration": true}}), Fail),
                ("access disabled by word only", json!({"publicNetworkAccess": "Disabled"}), Fail),
                (
                    "ranges unreadable, but not private",
                    json!({"apiServerAccessProfile": {"authorizedIPRanges": 7}}),
                    Fail,
                ),
                ("private", json!({"apiServerAccessProfile": {"enablePrivateCluster": "true"}}), Pass),
                ("unreadable", json!({"apiServerAccessProfile": {"enablePrivateCluster": "maybe"}}), NotAssessed),
            ],
        );
    }
}
