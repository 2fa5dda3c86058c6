//! CRED-07: No service identity may fetch the admin kubeconfig.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::service_rights::{Gives, Right, judge};
use quay_model::{Area, Fix, Outcome, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-07",
        area: Area::Credentials,
        title: "No service identity may fetch the admin kubeconfig",
        finding: "Service identity may fetch the admin kubeconfig",
        severity: Severity::High,
        what: "Which managed identities and applications hold a role with listClusterAdminCredential on the cluster or above it. Roles are told by their actions, not by their names.",
        why: "The admin kubeconfig is cluster-admin without a name: it passes Entra ID and Azure RBAC, and stays valid until the certificates are rotated.",
        not_applicable: "Always applies.",
        reads: &["roleAssignments", "roleDefinitions.properties.permissions", "properties.disableLocalAccounts"],
        conditions: &["C10"],
        references: &[references::KUBECONFIG_ACCESS, references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Give the service its own way in first: a Trusted Access binding, or a role without this action. Then take the wide role off.",
            cli: "# where the service has a Trusted Access role\naz aks trustedaccess rolebinding create --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --source-resource-id SOURCE_ID --roles ROLE\n# when it works\naz role assignment delete --ids ASSIGNMENT_ID",
            bicep: "// instead of the role assignment\nresource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "# instead of the azurerm_role_assignment\nresource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"binding\" {\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id\n  name                  = \"{binding}\"\n  roles                 = [\"ROLE\"]\n  source_resource_id    = var.source_resource_id\n}",
            caution: "A role given above the cluster may serve other clusters and other work: look where it was given before it is taken off. A kubeconfig fetched earlier works until the certificates are rotated.",
            look: "az role assignment list --subscription {subscription} --scope {id} --include-inherited --query \"[?principalType=='ServicePrincipal'].[principalName, roleDefinitionName, scope]\" -o table",
        },
    },
    check: Check::Cluster(check),
};

const RIGHT: Right =
    Right { to: "fetch the admin kubeconfig", gives: |held| Gives::wholly_if(held.powers().admin_credential) };

fn check(subject: &Subject<'_>) -> Judgement {
    let local_accounts = &subject.cluster.credentials.local_accounts_disabled;
    let mut judgement = judge(subject, &RIGHT);
    // without Entra ID the switch does nothing
    let entra = &subject.cluster.credentials.entra.reading;
    let are_off = local_accounts.reading == Reading::Value(true) && matches!(entra, Reading::Value(_));
    if judgement.outcome == Outcome::Fail && are_off {
        let dormant = "Local accounts are off, so Azure refuses the call today; it works again as soon as they are on.";
        judgement.reason = format!("{} {dormant}", judgement.reason).into();
    }
    judgement.with(local_accounts.evidence("true", "false"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::powers::CONTRIBUTOR;
    use crate::testing::{SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";
    const NOBODY_KNOWS: &str = "ffffffff-0000-4000-8000-000000000000";

    fn scene() -> Scene {
        Scene::new(json!({"disableLocalAccounts": true, "aadProfile": {"managed": true}})).whole(lists::ASSIGNMENTS)
    }

    #[test]
    fn only_service_identities_count() {
        let given = |kind: &str, role: &str| scene().role("p1", kind, role, "");
        let subscription = format!("/subscriptions/{SUBSCRIPTION}");
        let refused = || Scene::new(json!({})).denied(lists::ASSIGNMENTS);
        let rows = vec![
            ("nobody", scene(), Pass),
            ("a service", given("ServicePrincipal", CONTRIBUTOR), Fail),
            ("above", scene().role("p1", "servicePrincipal", CONTRIBUTOR, &subscription), Fail),
            ("at the root", scene().role("p1", "ServicePrincipal", CONTRIBUTOR, "/"), Fail),
            ("without the right", given("ServicePrincipal", READER), Pass),
            ("a person", given("User", CONTRIBUTOR), Pass),
            ("a group", given("Group", CONTRIBUTOR), Pass),
            ("whose kind was not told", given("", CONTRIBUTOR), NotAssessed),
            ("not told, without the right", given("", READER), Pass),
            ("a role nobody knows", given("ServicePrincipal", NOBODY_KNOWS), NotAssessed),
            ("a person with such a role", given("User", NOBODY_KNOWS), Pass),
            ("not listed", refused(), NotAssessed),
            ("not listed, and one seen", refused().role("p1", "ServicePrincipal", CONTRIBUTOR, ""), Fail),
        ];
        scenes(&RULE, rows);
    }

    #[test]
    fn what_hangs_on_a_management_group_counts_below_it_alone() {
        let group = "/providers/Microsoft.Management/managementGroups/Corp";
        let given = || scene().role("p1", "ServicePrincipal", CONTRIBUTOR, group);
        let two = || given().beside_another_subscription();
        let rows = vec![
            ("the one subscription that was asked", given(), Fail),
            ("one of two, and nobody says where they hang", two(), NotAssessed),
            ("below it", two().placed(&["corp"]), Fail),
            ("below another", two().placed(&["sandbox"]), Pass),
            ("its own list names the group", two().sees_above(&["corp"]), Fail),
            ("its own list names none", two().sees_above(&[]), Pass),
        ];
        scenes(&RULE, rows);
    }

    #[test]
    fn reasons_name_who_and_what_instead() {
        let vault = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DataProtection/backupVaults/v1");
        let held = scene().role("p1", "ServicePrincipal", CONTRIBUTOR, "");
        let held = held.with(json!({"id": vault, "identity": {"principalId": "P1"}, "properties": {}})).judge(&RULE);
        for part in ["v1 (", "holds Contributor on the cluster", "binding can take its place for v1", "refuses"] {
            assert!(held.reason.contains(part), "{part}: {}", held.reason);
        }
        let group = scene().role("g1", "Group", CONTRIBUTOR, "").judge(&RULE);
        assert!(group.reason.contains("1 group holds it too"), "{}", group.reason);
        let ten = (0..10).fold(scene(), |s, n| s.role(&format!("p{n}"), "ServicePrincipal", CONTRIBUTOR, ""));
        let ten = ten.judge(&RULE);
        assert!(ten.reason.contains("and 7 more"), "{}", ten.reason);
        assert_eq!(ten.evidence.len(), 10, "eight, their count, and the local accounts");
    }
}
