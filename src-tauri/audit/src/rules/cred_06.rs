//! CRED-06: The service principal's secret does not end soon.

use super::cred_05::{RunsAs, runs_as};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::secrets::{of_application, unseen};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-06",
        area: Area::Credentials,
        title: "The service principal's secret does not end soon",
        finding: "Service principal's secret has expired or soon will",
        severity: Severity::High,
        what: "When the secrets of the application end that the cluster acts as. The days that count as soon are a setting; 30 unless changed.",
        why: "With an expired secret the cluster can no longer scale, attach disks or pull images, and it is found out in the middle of an incident.",
        not_applicable: "Clusters that run as a managed identity; Azure renews its credentials.",
        reads: &["properties.servicePrincipalProfile.clientId", "passwordCredentials.endDateTime"],
        conditions: &["C09"],
        references: &[references::SERVICE_PRINCIPAL_SECRET, references::MANAGED_IDENTITY],
        fix: Fix {
            what_to_do: "Move the cluster to a managed identity, which has no secret (CRED-05). Until then, add a new secret and hand it to the cluster.",
            cli: "# adds a secret beside the old one and hands it to the cluster; APP_ID is the client id\nSECRET=$(az ad app credential reset --id APP_ID --append --query password -o tsv)\naz aks update-credentials --subscription {subscription} -g {group} -n {cluster} --reset-service-principal --service-principal APP_ID --client-secret \"$SECRET\"",
            bicep: "// on the cluster resource itself, instead of a secret\nidentity: {\n  type: 'SystemAssigned'\n}",
            terraform: "# inside azurerm_kubernetes_cluster, instead of service_principal\nidentity {\n  type = \"SystemAssigned\"\n}",
            caution: "The nodes are brought up to date with the new secret one after the other. Keep the old secret until all node pools have the new one.",
            look: "az ad app credential list --id APP_ID --query '[].{name: displayName, ends: endDateTime}'",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let field = &subject.cluster.credentials.service_principal;
    let judgement = match runs_as(&subject.cluster.credentials) {
        RunsAs::Managed(kind) => {
            return Judgement::not_applicable(format!("The cluster runs as a managed identity ({kind})."));
        }
        RunsAs::Unread(why) => Judgement::not_assessed(format!("What the cluster runs as could not be read: {why}.")),
        RunsAs::Unnamed => Judgement::not_assessed("No service principal is named; CRED-05 says so."),
        RunsAs::ServicePrincipal(app) => match subject.fleet.around.directory.application(app) {
            None => Judgement::not_assessed(format!("When its secret ends is not known: {}.", unseen(subject, app))),
            Some(application) => of_application(subject, app, application),
        },
    };
    judgement.with(field.evidence("an application whose secrets were read", "none"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::{Value, json};

    #[test]
    fn the_secret_in_use_that_ends_first_decides() {
        let cluster = |app: &str| Scene::new(json!({"servicePrincipalProfile": {"clientId": app}}));
        let listing = |secrets: Value| {
            cluster("8D1E").principal(
                json!({"id": "a", "appId": "8d1e", "signInAudience": "AzureADMyOrg", "passwordCredentials": secrets}),
            )
        };
        let principal = |end: &str, scene: Scene| {
            scene.principal(json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": "b", "appId": "8d1e",
                "servicePrincipalType": "Application", "passwordCredentials": [{"displayName": "own", "endDateTime": end}]}))
        };
        let ends = |dates: &[&str]| listing(dates.iter().map(|date| json!({"endDateTime": date})).collect());
        let rows = vec![
            ("msi", cluster("msi"), NotApplicable),
            ("not named", cluster(""), NotAssessed),
            ("the directory was not asked", cluster("8d1e"), NotAssessed),
            ("no list", listing(json!(null)), NotAssessed),
            ("an empty list", listing(json!([])), NotAssessed),
            ("in 30 days", ends(&["2026-12-23T12:00:00Z"]), Pass),
            ("sooner, and another", ends(&["2026-12-23T11:59:59Z", "2028-01-01T00:00:00Z"]), Fail),
            ("ended, and another", ends(&["2026-11-23T11:00:00Z", "2028-01-01T00:00:00Z"]), NotAssessed),
            (
                "of whom nobody knows whether it is the application",
                cluster("8d1e").principal(json!({"id": "a", "appId": "8d1e", "passwordCredentials": [{"endDateTime": "2028-01-01T00:00:00Z"}]})),
                NotAssessed,
            ),
            ("the application without its list", principal("2028-01-01T00:00:00Z", listing(json!(null))), NotAssessed),
            ("ended", ends(&["2026-11-23T11:00:00Z"]), Fail),
            ("no date, and another", ends(&["soon", "2028-01-01T00:00:00Z"]), NotAssessed),
            (
                "ended, and one that begins later",
                listing(json!([{"endDateTime": "2026-01-01T00:00:00Z"},
                {"startDateTime": "2027-06-01T00:00:00Z", "endDateTime": "2028-01-01T00:00:00Z"}])),
                Fail,
            ),
            ("of the service principal alone", principal("2028-01-01T00:00:00Z", cluster("8d1e")), NotAssessed),
            (
                "soon, of the service principal",
                principal("2026-11-25T00:00:00Z", ends(&["2028-01-01T00:00:00Z"])),
                Fail,
            ),
            ("later, of both", principal("2027-11-25T00:00:00Z", ends(&["2028-01-01T00:00:00Z"])), Pass),
        ];
        scenes(&RULE, rows);
    }
}
