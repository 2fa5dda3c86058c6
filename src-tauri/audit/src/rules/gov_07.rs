//! GOV-07: Azure Policy watches Trusted Access bindings.

use crate::policy::reported::{BINDINGS, Wanted};
use crate::policy::watched;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-07",
        area: Area::Governance,
        title: "Azure Policy watches Trusted Access bindings",
        finding: "No policy watches Trusted Access bindings",
        severity: Severity::Medium,
        what: "Whether a policy about role bindings of Trusted Access is assigned at the cluster or above, is not switched off, and does not exempt the cluster without an end.",
        why: "A binding opens the cluster without touching any setting other policies look at. No built-in policy speaks of bindings, so that only one of your own can.",
        not_applicable: "Always applies.",
        reads: &["policyAssignments", "policyExemptions", "policyStates", "policyDefinitions"],
        conditions: &["C19"],
        references: &[references::TRUSTED_ACCESS, references::POLICY_RULES, references::POLICY_EXEMPTIONS],
        fix: Fix {
            what_to_do: "Create a policy of your own about the type of bindings and assign it in audit mode; Quaymaster's guardrails hold two. Azure publishes no field of a binding for policies, so that the sure one only tests the type.",
            cli: "az policy definition create --subscription {subscription} --name trusted-access-bindings --mode All --rules '{\"if\": {\"field\": \"type\", \"equals\": \"Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings\"}, \"then\": {\"effect\": \"audit\"}}'\naz policy assignment create --name trusted-access-bindings --scope /subscriptions/{subscription} --policy trusted-access-bindings",
            bicep: "// targetScope = 'subscription'\nresource watched 'Microsoft.Authorization/policyDefinitions@2023-04-01' = {\n  name: 'trusted-access-bindings'\n  properties: {\n    mode: 'All'\n    policyRule: {\n      if: {\n        field: 'type'\n        equals: 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings'\n      }\n      then: {\n        effect: 'audit'\n      }\n    }\n  }\n}",
            terraform: "resource \"azurerm_policy_definition\" \"trusted_access_bindings\" {\n  name         = \"trusted-access-bindings\"\n  display_name = \"Trusted Access bindings\"\n  policy_type  = \"Custom\"\n  mode         = \"All\"\n  policy_rule = jsonencode({\n    \"if\"   = { field = \"type\", equals = \"Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings\" }\n    \"then\" = { effect = \"audit\" }\n  })\n}",
            caution: "Nobody has proved that Azure Policy evaluates this type. After a day, look whether states for bindings arrive. Do not use Deny before that.",
            look: "az policy state list --subscription {subscription} --filter \"resourceType eq 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings'\" --query '[].{binding: resourceId, policy: policyDefinitionName, state: complianceState}'",
        },
    },
    check: Check::Cluster(check),
};

const BOUND: Wanted =
    Wanted { what: "Trusted Access bindings", kind: BINDINGS, built_in: &[], aliases: &[], pairs: &[(&[], None)] };

fn check(subject: &Subject<'_>) -> Judgement {
    watched::judge(subject, &BOUND)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    const BINDING: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings";

    fn own(kind: &str, name: &str) -> String {
        format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/{kind}/{name}")
    }

    fn assigned(policy: &str, effect: Value) -> Value {
        json!({"id": own("policyAssignments", "a"), "properties": {
            "scope": format!("/subscriptions/{SUBSCRIPTION}"), "policyDefinitionId": policy, "parameters": effect}})
    }

    fn definition(kind: &str, effect: &str) -> Value {
        json!({"id": own("policyDefinitions", "d"), "properties": {
            "mode": "All", "parameters": {"effect": {"type": "String", "defaultValue": effect}},
            "policyRule": {"if": {"field": "type", "equals": kind}, "then": {"effect": "[parameters('effect')]"}}}})
    }

    #[test]
    fn only_a_policy_of_ones_own_can_watch_bindings() {
        let policy = own("policyDefinitions", "d");
        let set = json!({"id": own("policySetDefinitions", "s"), "properties": {"policyDefinitions": [
            {"policyDefinitionId": policy, "parameters": {"effect": {"value": "[parameters('bindingsEffect')]"}}}],
            "parameters": {"bindingsEffect": {"defaultValue": "Audit"}}}});
        let bare = || Scene::new(json!({})).whole(lists::POLICY_ASSIGNMENTS).whole(lists::POLICY_EXEMPTIONS);
        let effect = |name: &str, value: &str| json!({name: {"value": value}});
        let direct = |kind: &str, default: &str| {
            bare().whole(lists::POLICY_DEFINITIONS).with(definition(kind, default)).with(assigned(&policy, json!({})))
        };
        let by_set = |parameters: Value| {
            let scene = bare().with(definition(BINDING, "Audit")).with(set.clone());
            scene.with(assigned(&own("policySetDefinitions", "s"), parameters))
        };
        let built_in = "/providers/Microsoft.Authorization/policyDefinitions/0e246bcf-5f6f-4f87-bc6f-775d4712c7ea";
        let rows = vec![
            ("a policy about bindings", direct(BINDING, "Audit"), Pass),
            ("off by its own default", direct(BINDING, "Disabled"), Fail),
            ("about something else", direct("Microsoft.Compute/virtualMachines", "Audit"), Fail),
            ("in a set", by_set(json!({})), Pass),
            ("switched off in the set", by_set(effect("bindingsEffect", "Disabled")), Fail),
            ("another one is", by_set(effect("clustersEffect", "Disabled")), Pass),
            ("what it tests was not read", bare().with(assigned(&policy, json!({}))), NotAssessed),
            ("nor the set", bare().with(assigned(&own("policySetDefinitions", "s"), json!({}))), NotAssessed),
            ("a built-in one cannot", bare().with(assigned(built_in, json!({}))), Fail),
        ];
        scenes(&RULE, rows);
    }
}
