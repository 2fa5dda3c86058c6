//! CRED-12: Pods can use workload identity.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-12",
        area: Area::Credentials,
        title: "Pods can use workload identity",
        finding: "Pods cannot use workload identity",
        severity: Severity::Low,
        what: "Whether pods can get Entra tokens of their own, so that no secret has to be stored in the cluster.",
        why: "Without it, workloads that call Azure hold client secrets, or share the identity of the node.",
        not_applicable: "Always applies.",
        reads: &["properties.oidcIssuerProfile.enabled", "properties.securityProfile.workloadIdentity.enabled"],
        conditions: &[],
        references: &[references::WORKLOAD_IDENTITY],
        fix: Fix {
            what_to_do: "Turn on the OIDC issuer and workload identity, then move one workload at a time from secrets to federated credentials.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-oidc-issuer --enable-workload-identity",
            bicep: "// inside the cluster's properties\noidcIssuerProfile: {\n  enabled: true\n}\nsecurityProfile: {\n  workloadIdentity: {\n    enabled: true\n  }\n}",
            terraform: "# inside azurerm_kubernetes_cluster\noidc_issuer_enabled       = true\nworkload_identity_enabled = true",
            caution: "Turning both on breaks nothing. The OIDC issuer cannot be turned off again.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query '{issuer: oidcIssuerProfile.enabled, workloadIdentity: securityProfile.workloadIdentity.enabled}'",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    match (credentials.oidc_issuer.or_default(false), credentials.workload_identity.or_default(false)) {
        (Reading::Value(true), Reading::Value(true)) => {
            Judgement::pass("The OIDC issuer and workload identity are on.")
        }
        (Reading::Value(false), _) => {
            Judgement::fail("The OIDC issuer is off, so pods cannot get tokens of their own.")
        }
        (_, Reading::Value(false)) => {
            Judgement::fail("Workload identity is off, so pods cannot get tokens of their own.")
        }
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => {
            Judgement::not_assessed(format!("It could not be read: {why}."))
        }
        (Reading::Absent, _) | (_, Reading::Absent) => Judgement::not_assessed("It was not read."),
    }
    .with(credentials.oidc_issuer.evidence("true", "false"))
    .with(credentials.workload_identity.evidence("true", "false"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn both_halves_are_needed() {
        let both = |issuer: serde_json::Value, identity: serde_json::Value| json!({"oidcIssuerProfile": {"enabled": issuer}, "securityProfile": {"workloadIdentity": {"enabled": identity}}});
        rows(
            &RULE,
            vec![
                ("default", json!({"securityProfile": {}}), Fail),
                ("both", both(json!(true), json!(true)), Pass),
                ("issuer only", both(json!(true), json!(null)), Fail),
                ("identity only", both(json!(false), json!(true)), Fail),
                ("damaged", both(json!(true), json!("?")), NotAssessed),
            ],
        );
    }
}
