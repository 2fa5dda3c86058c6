//! CRED-02: Microsoft Entra ID signs people in, in its managed form.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-02",
        area: Area::Credentials,
        title: "Microsoft Entra ID signs people in, in its managed form",
        finding: "No managed Entra ID integration",
        severity: Severity::High,
        what: "Whether people reach the API server as themselves through AKS-managed Entra ID.",
        why: "Without Entra ID the user kubeconfig equals the admin one. The legacy form needs two app registrations with a secret and can no longer be created.",
        not_applicable: "Always applies.",
        reads: &[
            "properties.aadProfile",
            "properties.aadProfile.managed",
            "properties.aadProfile.clientAppID",
            "properties.aadProfile.serverAppID",
        ],
        conditions: &["C05"],
        references: &[references::ENTRA, references::ACCESS_CONCEPTS],
        fix: Fix {
            what_to_do: "Turn on AKS-managed Entra ID and name an admin group. It cannot be turned off again.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --enable-aad --aad-admin-group-object-ids GROUP_OBJECT_ID",
            bicep: "// inside the cluster's properties\naadProfile: {\n  managed: true\n  enableAzureRBAC: true\n  adminGroupObjectIDs: [ adminGroupObjectId ]\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nazure_active_directory_role_based_access_control {\n  azure_rbac_enabled     = true\n  admin_group_object_ids = [var.admin_group_object_id]\n}",
            caution: "kubeconfigs handed out before have to be fetched again, and non-interactive callers need kubelogin. Entra ID integration cannot be undone.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query aadProfile",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    let legacy =
        credentials.entra_legacy_client.reading.value().or(credentials.entra_legacy_server.reading.value()).is_some();
    match (&credentials.entra.reading, &credentials.entra_managed.or_default(false)) {
        (Reading::Absent, _) => {
            Judgement::fail("There is no Entra ID integration: the user kubeconfig equals the admin one.")
        }
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => {
            Judgement::not_assessed(format!("The Entra ID integration could not be read: {why}."))
        }
        (Reading::Value(_), Reading::Value(true)) => Judgement::pass("People sign in through AKS-managed Entra ID."),
        (Reading::Value(_), Reading::Value(false) | Reading::Absent) if legacy => {
            Judgement::fail("Entra ID is integrated in its legacy form, with app registrations of your own.")
        }
        (Reading::Value(_), Reading::Value(false) | Reading::Absent) => {
            Judgement::fail("There is an aadProfile, but it does not say that Entra ID is managed by AKS.")
        }
    }
    .with(credentials.entra.evidence("present", "none"))
    .with(credentials.entra_managed.evidence("true", "false"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn only_managed_entra_id_passes() {
        rows(
            &RULE,
            vec![
                ("none", json!({"provisioningState": "Succeeded"}), Fail),
                ("null", json!({"aadProfile": null}), Fail),
                ("legacy", json!({"aadProfile": {"clientAppID": "a", "serverAppID": "b"}}), Fail),
                ("not managed", json!({"aadProfile": {"managed": false}}), Fail),
                ("managed", json!({"aadProfile": {"managed": true, "adminGroupObjectIDs": null}}), Pass),
                ("damaged", json!({"aadProfile": true}), NotAssessed),
            ],
        );
    }
}
