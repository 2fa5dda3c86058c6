//! CRED-08: No service identity holds Owner, Contributor or the right to assign roles.

use crate::powers::{CONTRIBUTOR, OWNER};
use crate::reach::Held;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::service_rights::{Gives, Right, judge, listed};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-08",
        area: Area::Credentials,
        title: "No service identity holds Owner, Contributor or the right to assign roles",
        finding: "Service identity controls the cluster or who may",
        severity: Severity::High,
        what: "Which managed identities and applications hold Owner, Contributor, a custom role that amounts to one, or the right to assign any role, on the cluster or above it.",
        why: "Such an identity can open every other door: fetch admin credentials, run commands, make bindings, change the network settings. Whoever controls the service controls the cluster.",
        not_applicable: "Always applies.",
        reads: &["roleAssignments", "roleDefinitions.properties.permissions"],
        conditions: &["C10"],
        references: &[references::RBAC_BEST_PRACTICES, references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Ask what the service does with the role, give it the smallest role or a Trusted Access binding for that, then take the wide role off.",
            cli: "# what the service needs, as narrow as it can be\naz role assignment create --assignee-object-id PRINCIPAL_ID --assignee-principal-type ServicePrincipal --role Reader --scope {id}\n# when it works\naz role assignment delete --ids ASSIGNMENT_ID",
            bicep: "// instead of the wide assignment\nresource narrow 'Microsoft.Authorization/roleAssignments@2022-04-01' = {\n  name: guid(aks.id, principalId, 'reader')\n  scope: aks\n  properties: {\n    principalId: principalId\n    principalType: 'ServicePrincipal'\n    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'acdd72a7-3385-48ef-bd42-f606fba81ae7')\n  }\n}",
            terraform: "# instead of the wide assignment\nresource \"azurerm_role_assignment\" \"narrow\" {\n  scope                = azurerm_kubernetes_cluster.aks.id\n  role_definition_name = \"Reader\"\n  principal_id         = var.principal_id\n}",
            caution: "Pipelines that deploy often hold Contributor on purpose: give them a custom role or waive this with a named owner. A role given above the cluster serves other resources too.",
            look: "az role assignment list --subscription {subscription} --scope {id} --include-inherited --query \"[?principalType=='ServicePrincipal'].[principalName, roleDefinitionName, scope]\" -o table",
        },
    },
    check: Check::Cluster(check),
};

const RIGHT: Right = Right { to: "control the cluster or assign roles on it", gives };

fn gives(held: &Held<'_>) -> Gives {
    let powers = held.powers();
    if powers.broad || matches!(&*held.assignment.role, OWNER | CONTRIBUTOR) {
        return Gives::Wholly;
    }
    match (powers.assign_roles, &held.assignment.condition) {
        (true, None) => Gives::Wholly,
        (true, Some(_)) => Gives::Limited,
        // within a condition of the role itself, which names a role that opens clusters
        (false, _) if held.role.is_some_and(|role| role.assigns_power) => Gives::Limited,
        (false, _) => Gives::Nothing,
    }
}

fn check(subject: &Subject<'_>) -> Judgement {
    let mut judgement = judge(subject, &RIGHT);
    let by_role = |held: &&Held<'_>| {
        let assigns_some = held.powers().assign_some_roles && gives(held) == Gives::Nothing;
        assigns_some && !held.eligible && held.assignment.is_service()
    };
    let some: Vec<&Held<'_>> = subject.reached.held.iter().filter(by_role).collect();
    if !some.is_empty() {
        let words = listed(subject.fleet, &some);
        let more = "Not counted, because the role itself limits what it assigns";
        judgement.reason = format!("{} {more}: {words}.", judgement.reason).into();
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::{CONTRIBUTOR, OWNER, RULE};
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    const ADMINISTRATOR: &str = "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9";
    const CLUSTER_ADMIN: &str = "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8";

    fn scene() -> Scene {
        Scene::new(json!({})).whole(lists::ASSIGNMENTS)
    }

    fn under_condition(role: &str) -> Value {
        json!({"id": format!("{CLUSTER_ID}/providers/Microsoft.Authorization/roleAssignments/c"), "properties": {
            "principalId": "p1", "principalType": "ServicePrincipal", "condition": "@Request[x] is y",
            "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}")}})
    }

    #[test]
    fn control_is_told_by_what_a_role_allows() {
        let service = |role: &str| scene().role("p1", "ServicePrincipal", role, "");
        let id = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/some");
        let names = |guid: &str| {
            let condition = format!(
                "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] ForAnyOfAnyValues:GuidEquals{{{guid}}}"
            );
            json!({"id": id, "properties": {"roleName": "Some", "permissions": [
                {"actions": ["Microsoft.Authorization/roleAssignments/write"], "dataActions": [], "condition": condition}]}})
        };
        let some = names("acdd72a773854efbd42f606fba81ae7");
        let reader = names("acdd72a7-3385-48ef-bd42-f606fba81ae7");
        let rows = vec![
            ("Owner", service(OWNER), Fail),
            ("Contributor", service(CONTRIBUTOR), Fail),
            ("who assigns roles", service(ADMINISTRATOR), Fail),
            ("a narrow role", service(CLUSTER_ADMIN), Pass),
            ("under a condition", scene().with(under_condition(ADMINISTRATOR)), NotAssessed),
            ("wide under a condition", scene().with(under_condition(OWNER)), Fail),
            ("the role may give Reader alone", service("some").with(reader.clone()), Pass),
            ("the role may give Contributor", service("some").with(names(&CONTRIBUTOR.replace('-', ""))), NotAssessed),
            ("the role names no role", service("some").with(some), NotAssessed),
            ("not listed", Scene::new(json!({})), NotAssessed),
        ];
        scenes(&RULE, rows);
        let limited = scene().with(under_condition(ADMINISTRATOR)).judge(&RULE);
        assert!(limited.reason.contains("under the condition \"@Request[x] is y\""), "{}", limited.reason);
        let mentioned = service("some").with(reader).judge(&RULE);
        assert!(mentioned.reason.contains("Not counted") && mentioned.reason.contains("Some"), "{}", mentioned.reason);
    }
}
