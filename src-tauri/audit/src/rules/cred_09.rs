//! CRED-09: No service identity holds cluster-admin through Azure RBAC.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::service_rights::{Gives, Right, judge};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-09",
        area: Area::Credentials,
        title: "No service identity holds cluster-admin through Azure RBAC",
        finding: "Service identity is cluster-admin through Azure RBAC",
        severity: Severity::High,
        what: "Which managed identities and applications hold a role whose data actions amount to cluster-admin, on the cluster or above it.",
        why: "A service that is cluster-admin reads every secret and may do anything in every namespace. Few services need more than a namespace or a small Trusted Access role.",
        not_applicable: "Clusters where Azure RBAC does not decide about Kubernetes permissions (CRED-04 says so).",
        reads: &["properties.aadProfile.enableAzureRBAC", "roleAssignments", "roleDefinitions.properties.permissions"],
        conditions: &["C10"],
        references: &[references::AZURE_RBAC, references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Give the service a role on the namespaces it works in, or a Trusted Access binding, then take the wide role off.",
            cli: "# what the service needs, in its own namespace\naz role assignment create --assignee-object-id PRINCIPAL_ID --assignee-principal-type ServicePrincipal --role 'Azure Kubernetes Service RBAC Writer' --scope {id}/namespaces/NAMESPACE\n# when it works\naz role assignment delete --ids ASSIGNMENT_ID",
            bicep: "// the wide role assignment leaves the code; a service with a Trusted Access role gets a binding instead\nresource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "# instead of the wide assignment\nresource \"azurerm_role_assignment\" \"namespace\" {\n  scope                = \"${azurerm_kubernetes_cluster.aks.id}/namespaces/${var.namespace}\"\n  role_definition_name = \"Azure Kubernetes Service RBAC Writer\"\n  principal_id         = var.principal_id\n}",
            caution: "GitOps and deployment tools that make namespaces or cluster roles need more than a namespace: give those a custom role with just these data actions.",
            look: "az role assignment list --subscription {subscription} --scope {id} --include-inherited --query \"[?principalType=='ServicePrincipal'].[principalName, roleDefinitionName, scope]\" -o table",
        },
    },
    check: Check::Cluster(check),
};

const RIGHT: Right = Right {
    to: "do everything in the cluster through Azure RBAC",
    gives: |held| Gives::wholly_if(held.powers().kubernetes_admin),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    let judgement = match (&credentials.entra.reading, credentials.azure_rbac.or_default(false)) {
        (Reading::Absent, _) => {
            return Judgement::not_applicable("There is no Entra ID integration; CRED-02 says so.");
        }
        (_, Reading::Value(false) | Reading::Absent) => {
            return Judgement::not_applicable("Azure RBAC does not decide about Kubernetes permissions here.");
        }
        (Reading::Unreadable(why), _) => not_known(why),
        (_, Reading::Unreadable(why)) => not_known(&why),
        (Reading::Value(_), Reading::Value(true)) => judge(subject, &RIGHT),
    };
    judgement.with(credentials.azure_rbac.evidence("true", "false"))
}

fn not_known(why: &str) -> Judgement {
    Judgement::not_assessed(format!("Whether Azure RBAC decides about Kubernetes permissions is not known: {why}."))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::powers::CONTRIBUTOR;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    const CLUSTER_ADMIN: &str = "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b";
    const ADMIN: &str = "3498e952-d568-435e-9b2c-8d77e338d7f7";
    const WRITER: &str = "a7ffa36f-339b-4b5c-8bdf-e2c188b2c0eb";

    fn scene(azure_rbac: Value) -> Scene {
        let properties = json!({"aadProfile": {"managed": true, "enableAzureRBAC": azure_rbac}});
        Scene::new(properties).whole(lists::ASSIGNMENTS)
    }

    #[test]
    fn data_actions_count_where_azure_rbac_decides() {
        let given = |kind: &str, role: &str| scene(json!(true)).role("p1", kind, role, "");
        let without = |azure_rbac: Value| scene(azure_rbac).role("p1", "ServicePrincipal", CLUSTER_ADMIN, "");
        let rows = vec![
            ("a service", given("ServicePrincipal", CLUSTER_ADMIN), Fail),
            ("one that may make itself admin", given("ServicePrincipal", ADMIN), Fail),
            ("a writer", given("ServicePrincipal", WRITER), Pass),
            ("a role without data actions", given("ServicePrincipal", CONTRIBUTOR), Pass),
            ("a person", given("User", CLUSTER_ADMIN), Pass),
            ("off", without(json!(false)), NotApplicable),
            ("not said, so off", without(json!(null)), NotApplicable),
            ("unreadable", without(json!(7)), NotAssessed),
            ("no Entra ID", Scene::new(json!({})).whole(lists::ASSIGNMENTS), NotApplicable),
            ("damaged above", Scene::new(json!({"aadProfile": 1})), NotAssessed),
            ("not listed", Scene::new(json!({"aadProfile": {"enableAzureRBAC": true}})), NotAssessed),
        ];
        scenes(&RULE, rows);
    }

    #[test]
    fn a_definition_that_lacks_a_list_does_not_replace_what_is_known() {
        let own = "55555555-0000-4000-8000-000000000000";
        let given = |role: &str, block: Value| {
            let id = format!("/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/{role}");
            let definition = json!({"id": id, "properties": {"roleName": "Some", "permissions": [block]}});
            scene(json!(true)).role("p1", "ServicePrincipal", role, "").with(definition)
        };
        let old = || json!({"actions": ["*/read"], "notActions": []});
        let all = || json!({"actions": [], "dataActions": ["Microsoft.ContainerService/managedClusters/*"]});
        let rows = vec![
            ("a built-in role, by an old version", given(CLUSTER_ADMIN, old()), Fail),
            ("a role of one's own, by an old version", given(own, old()), NotAssessed),
            ("with its data actions", given(own, all()), Fail),
        ];
        scenes(&RULE, rows);
    }
}
