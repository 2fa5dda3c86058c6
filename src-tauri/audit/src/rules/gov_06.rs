//! GOV-06: Azure Policy watches local accounts.

use crate::policy::reported::{CLUSTERS, Wanted};
use crate::policy::rule_language::{At, World};
use crate::policy::watched;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-06",
        area: Area::Governance,
        title: "Azure Policy watches local accounts",
        finding: "No policy watches local accounts",
        severity: Severity::Medium,
        what: "Whether a policy about local accounts is assigned at the cluster or above, is not switched off, and does not exempt the cluster without an end.",
        why: "Local accounts are turned on again for an hour of repair and stay on. No built-in initiative holds the policy about them, so that somebody has to assign it.",
        not_applicable: "Always applies.",
        reads: &["policyAssignments", "policyExemptions", "policyStates", "policyDefinitions"],
        conditions: &["C19"],
        references: &[references::POLICIES_FOR_AKS, references::LOCAL_ACCOUNTS, references::POLICY_EXEMPTIONS],
        fix: Fix {
            what_to_do: "Assign the built-in policy about local accounts in audit mode. Give each exemption an end.",
            cli: "az policy assignment create --name aks-local-accounts --scope /subscriptions/{subscription} --policy 993c2fcd-2b29-49d2-9eb0-df2c3a730c32",
            bicep: "// targetScope = 'subscription'\nresource watch 'Microsoft.Authorization/policyAssignments@2023-04-01' = {\n  name: 'aks-local-accounts'\n  properties: {\n    policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/993c2fcd-2b29-49d2-9eb0-df2c3a730c32'\n  }\n}",
            terraform: "resource \"azurerm_subscription_policy_assignment\" \"aks_local_accounts\" {\n  name                 = \"aks-local-accounts\"\n  subscription_id      = \"/subscriptions/{subscription}\"\n  policy_definition_id = \"/providers/Microsoft.Authorization/policyDefinitions/993c2fcd-2b29-49d2-9eb0-df2c3a730c32\"\n}",
            caution: "The effect Audit only reports. Deny refuses later changes to clusters that do not comply, upgrades included: begin with Audit.",
            look: "az policy state list --resource {id} --query '[].{policy: policyDefinitionName, state: complianceState}'",
        },
    },
    check: Check::Cluster(check),
};

const DISABLED: &str = "microsoft.containerservice/managedclusters/disablelocalaccounts";
const OFF: World = &[(DISABLED, At::Flag(true))];

const LOCAL_ACCOUNTS: Wanted = Wanted {
    what: "local accounts",
    kind: CLUSTERS,
    built_in: &["993c2fcd-2b29-49d2-9eb0-df2c3a730c32"],
    aliases: &[DISABLED],
    pairs: &[(&[(DISABLED, At::Nothing)], Some(OFF)), (&[(DISABLED, At::Flag(false))], Some(OFF))],
};

fn check(subject: &Subject<'_>) -> Judgement {
    watched::judge(subject, &LOCAL_ACCOUNTS)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    const POLICY: &str = "/providers/Microsoft.Authorization/policyDefinitions/993c2fcd-2b29-49d2-9eb0-df2c3a730c32";

    fn below(scope: &str, kind: &str, name: &str) -> String {
        format!("{scope}/providers/Microsoft.Authorization/{kind}/{name}")
    }

    fn own() -> String {
        format!("/subscriptions/{SUBSCRIPTION}")
    }

    fn assigned(name: &str) -> Value {
        json!({"id": below(&own(), "policyAssignments", name), "properties": {"policyDefinitionId": POLICY, "scope": own()}})
    }

    fn exempt(scope: &str, assignment: &str, ends: Value, references: Value) -> Value {
        json!({"id": below(scope, "policyExemptions", assignment), "properties": {"expiresOn": ends,
            "policyAssignmentId": below(&own(), "policyAssignments", assignment), "policyDefinitionReferenceIds": references}})
    }

    fn state(said: &str) -> Value {
        json!({"id": format!("{CLUSTER_ID}/providers/Microsoft.PolicyInsights/policyStates/s"), "properties": {
            "resourceId": CLUSTER_ID, "policyDefinitionId": POLICY, "complianceState": said,
            "timestamp": "2026-11-23T03:00:00Z", "policyAssignmentId": below(&own(), "policyAssignments", "a")}})
    }

    #[test]
    fn an_exemption_needs_an_end() {
        let bare = || Scene::new(json!({})).whole(lists::POLICY_ASSIGNMENTS).whole(lists::POLICY_EXEMPTIONS);
        let ending = |ends: Value| bare().with(assigned("a")).with(exempt(CLUSTER_ID, "a", ends, json!([])));
        let outcome = |said: &str| Scene::new(json!({})).whole(lists::POLICY_EXEMPTIONS).with(state(said));
        let of_set = exempt(&own(), "a", json!(null), json!(["another"]));
        let elsewhere = exempt(&format!("{CLUSTER_ID}0"), "a", json!(null), json!([]));
        let rows = vec![
            ("nothing is assigned", bare(), Fail),
            ("assigned", bare().with(assigned("a")), Pass),
            ("exempt without end", ending(json!(null)), Fail),
            ("exempt until next year", ending(json!("2027-01-31T00:00:00Z")), Pass),
            ("was exempt", ending(json!("2026-11-01T00:00:00Z")), Pass),
            ("exempt until who knows", ending(json!("soon")), NotAssessed),
            ("the end is damaged", ending(json!([1])), NotAssessed),
            ("another cluster is exempt", bare().with(assigned("a")).with(elsewhere), Pass),
            ("another policy of a set is", bare().with(assigned("a")).with(of_set), Pass),
            ("a second one watches", ending(json!(null)).with(assigned("b")), Pass),
            ("only the outcome was read", outcome("NonCompliant"), Pass),
            ("it says exempt", outcome("Exempt"), NotAssessed),
            ("exempt for the outcome too", ending(json!("2027-01-31")).with(state("Exempt")), Pass),
            ("exemptions unread", Scene::new(json!({})).with(state("Compliant")), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
