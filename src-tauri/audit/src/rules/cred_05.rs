//! CRED-05: The cluster runs as a managed identity.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Credentials, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-05",
        area: Area::Credentials,
        title: "The cluster runs as a managed identity",
        finding: "Cluster runs as a service principal",
        severity: Severity::High,
        what: "Whether the cluster acts in Azure with an identity that Azure rotates, or with a service principal and its secret.",
        why: "The secret of a service principal expires, leaks and is shared. When it expires the cluster can no longer scale or attach disks.",
        not_applicable: "Always applies.",
        reads: &["identity.type", "properties.servicePrincipalProfile.clientId"],
        conditions: &["C08"],
        references: &[references::MANAGED_IDENTITY],
        fix: Fix {
            what_to_do: "Move the cluster to a managed identity, then upgrade its node pools so that the kubelets use it too.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-managed-identity\naz aks nodepool upgrade --subscription {subscription} -g {group} --cluster-name {cluster} -n POOL --node-image-only",
            bicep: "// on the cluster resource itself\nidentity: {\n  type: 'SystemAssigned'\n}",
            terraform: "# inside azurerm_kubernetes_cluster, instead of service_principal\nidentity {\n  type = \"SystemAssigned\"\n}",
            caution: "The new identity starts without role assignments: give it what the service principal had (network, registry, disks) before the node pools are upgraded. It cannot be moved back.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query '{identity: identity.type, servicePrincipal: servicePrincipalProfile.clientId}'",
        },
    },
    check: Check::Cluster(check),
};

/// What a cluster acts in Azure as.
pub(crate) enum RunsAs<'a> {
    /// In the word that says so.
    Managed(&'a str),
    ServicePrincipal(&'a str),
    Unnamed,
    Unread(&'a str),
}

pub(crate) fn runs_as(credentials: &Credentials) -> RunsAs<'_> {
    let managed = |kind: &str| {
        kind.split(',')
            .any(|part| matches!(part.trim().to_ascii_lowercase().as_str(), "systemassigned" | "userassigned"))
    };
    match (&credentials.identity_type.reading, &credentials.service_principal.reading) {
        (Reading::Value(kind), _) if managed(kind) => RunsAs::Managed(kind),
        (_, Reading::Value(app)) if app.eq_ignore_ascii_case("msi") => RunsAs::Managed("msi"),
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => RunsAs::Unread(why),
        (_, Reading::Value(app)) => RunsAs::ServicePrincipal(app),
        (Reading::Value(_) | Reading::Absent, Reading::Absent) => RunsAs::Unnamed,
    }
}

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    match runs_as(credentials) {
        RunsAs::Managed(kind) => Judgement::pass(format!("The cluster runs as a managed identity ({kind}).")),
        RunsAs::Unread(why) => Judgement::not_assessed(format!("What the cluster runs as could not be read: {why}.")),
        RunsAs::ServicePrincipal(app) => Judgement::fail(format!(
            "The cluster runs as the service principal {app}, whose secret someone has to keep and renew."
        )),
        RunsAs::Unnamed => Judgement::fail("Neither a managed identity nor msi is named."),
    }
    .with(credentials.identity_type.evidence("SystemAssigned or UserAssigned", "none"))
    .with(credentials.service_principal.evidence("msi", "none"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, judge, whole};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn a_managed_identity_shows_in_either_of_two_places() {
        let rows = [
            (
                "system-assigned",
                json!({"type": "SystemAssigned"}),
                json!({"servicePrincipalProfile": {"clientId": "msi"}}),
                Pass,
            ),
            (
                "user-assigned, other case",
                json!({"Type": "userassigned"}),
                json!({"servicePrincipalProfile": null}),
                Pass,
            ),
            ("both at once", json!({"type": "SystemAssigned, UserAssigned"}), json!({"x": 1}), Pass),
            ("msi alone", json!(null), json!({"servicePrincipalProfile": {"clientId": "MSI"}}), Pass),
            (
                "a service principal",
                json!(null),
                json!({"servicePrincipalProfile": {"clientId": "8d1e5b20-7c44-4a19-b3d2-6f0a9c8e5d31"}}),
                Fail,
            ),
            ("identity None", json!({"type": "None"}), json!({"servicePrincipalProfile": {"clientId": "8d1e"}}), Fail),
            ("neither", json!(null), json!({"enableRBAC": true}), Fail),
            ("damaged", json!({"type": 5}), json!({"servicePrincipalProfile": {"clientId": "8d1e"}}), NotAssessed),
        ];
        for (about, identity, properties, expected) in rows {
            let cluster = whole(json!({"id": CLUSTER_ID, "identity": identity, "properties": properties}));
            assert_eq!(judge(&RULE, &cluster).outcome, expected, "{about}");
        }
    }
}
