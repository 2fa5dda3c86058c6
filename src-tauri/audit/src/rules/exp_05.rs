//! EXP-05: A private cluster publishes no public name.

use crate::exposure::Exposure;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "EXP-05",
        area: Area::Exposure,
        title: "A private cluster publishes no public name",
        finding: "Private cluster publishes a public name",
        severity: Severity::Low,
        what: "Whether the private address of the API server can be looked up in public DNS.",
        why: "A public name is not a public endpoint: nobody can connect through it from the internet. It tells outsiders that the cluster exists, what it is called and which private address it has.",
        not_applicable: "Public clusters.",
        reads: &["properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN", "properties.fqdn"],
        conditions: &["C02"],
        references: &[references::PRIVATE_CLUSTERS],
        fix: Fix {
            what_to_do: "Turn the public name off once private DNS resolves the name for everyone who needs it.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --disable-public-fqdn",
            bicep: "// inside the cluster's properties\napiServerAccessProfile: {\n  enablePrivateCluster: true\n  enablePrivateClusterPublicFQDN: false\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nprivate_cluster_public_fqdn_enabled = false",
            caution: "Clients that resolve the public name, such as build agents outside the linked networks or old kubeconfigs, stop finding the server. It cannot be turned off where the private DNS zone is \"none\".",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query '{publicName: apiServerAccessProfile.enablePrivateClusterPublicFqdn, fqdn: fqdn}'",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let api = &subject.cluster.api_server;
    match subject.exposure {
        Exposure::Private => {}
        Exposure::Unknown(why) => {
            return Judgement::not_assessed(format!("Whether the cluster is private could not be read: {why}."))
                .with(api.private.evidence("true", "false"));
        }
        _ => return Judgement::not_applicable("The cluster is public; its name has to be."),
    }
    match (&api.public_name.reading, &api.fqdn.reading) {
        (Reading::Value(true), _) => Judgement::fail("The cluster is private, but public DNS gives its name and private address to everyone."),
        (Reading::Value(false), _) => Judgement::pass("The name is published in private DNS only."),
        (Reading::Absent, Reading::Value(_)) => Judgement::fail("The cluster is private, and a public name (fqdn) is there: public DNS gives its private address to everyone."),
        (Reading::Absent, Reading::Absent) => Judgement::pass("There is no public name (fqdn)."),
        (Reading::Unreadable(why), _) | (Reading::Absent, Reading::Unreadable(why)) => {
            Judgement::not_assessed(format!("Whether a public name is published could not be read: {why}."))
        }
    }
    .with(api.public_name.evidence("false", "told by fqdn: a name there is a published name"))
    .with(api.fqdn.evidence("absent", ""))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn a_public_name_on_a_private_cluster_is_its_own_low_finding() {
        let private = |more: serde_json::Value| {
            let mut access = json!({"enablePrivateCluster": true});
            if let (Some(to), Some(from)) = (access.as_object_mut(), more.as_object()) {
                to.extend(from.clone());
            }
            access
        };
        rows(
            &RULE,
            vec![
                (
                    "said on",
                    json!({"apiServerAccessProfile": private(json!({"enablePrivateClusterPublicFQDN": true}))}),
                    Fail,
                ),
                (
                    "said off",
                    json!({"apiServerAccessProfile": private(json!({"enablePrivateClusterPublicFQDN": "False"})), "fqdn": "x.hcp.eastus.azmk8s.io"}),
                    Pass,
                ),
                (
                    "not said, name there",
                    json!({"apiServerAccessProfile": private(json!({})), "fqdn": "x.hcp.eastus.azmk8s.io"}),
                    Fail,
                ),
                (
                    "not said, no name",
                    json!({"apiServerAccessProfile": private(json!({})), "privateFQDN": "x.privatelink"}),
                    Pass,
                ),
                ("not said, empty name", json!({"apiServerAccessProfile": private(json!({})), "fqdn": ""}), Pass),
                (
                    "damaged",
                    json!({"apiServerAccessProfile": private(json!({"enablePrivateClusterPublicFQDN": []}))}),
                    NotAssessed,
                ),
                ("public", json!({"fqdn": "x.hcp.eastus.azmk8s.io"}), NotApplicable),
            ],
        );
    }
}
