//! GOV-05: Azure Policy watches the exposure of the API server.

use crate::policy::reported::{CLUSTERS, Wanted};
use crate::policy::rule_language::{At, World};
use crate::policy::watched;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-05",
        area: Area::Governance,
        title: "Azure Policy watches the exposure of the API server",
        finding: "No policy watches API-server exposure",
        severity: Severity::Medium,
        what: "Whether a policy about authorized IP ranges or private clusters is assigned at the cluster or above, is not switched off, and does not exempt the cluster without an end.",
        why: "Settings drift. A policy says so the day it happens; an audit says so when somebody runs it.",
        not_applicable: "Always applies.",
        reads: &["policyAssignments", "policyExemptions", "policyStates", "policyDefinitions"],
        conditions: &["C19"],
        references: &[references::POLICIES_FOR_AKS, references::POLICY_EXEMPTIONS],
        fix: Fix {
            what_to_do: "Assign a policy about private clusters or authorized ranges in audit mode. The built-in one about ranges passes any list, 0.0.0.0/0 too; Quaymaster's guardrails hold one that does not. Give each exemption an end.",
            cli: "az policy assignment create --name aks-private-clusters --scope /subscriptions/{subscription} --policy 040732e8-d947-40b8-95d6-854c95024bf8",
            bicep: "// targetScope = 'subscription'\nresource watch 'Microsoft.Authorization/policyAssignments@2023-04-01' = {\n  name: 'aks-private-clusters'\n  properties: {\n    policyDefinitionId: '/providers/Microsoft.Authorization/policyDefinitions/040732e8-d947-40b8-95d6-854c95024bf8'\n  }\n}",
            terraform: "resource \"azurerm_subscription_policy_assignment\" \"aks_private_clusters\" {\n  name                 = \"aks-private-clusters\"\n  subscription_id      = \"/subscriptions/{subscription}\"\n  policy_definition_id = \"/providers/Microsoft.Authorization/policyDefinitions/040732e8-d947-40b8-95d6-854c95024bf8\"\n}",
            caution: "The effect Audit only reports. Deny refuses later changes to clusters that do not comply, upgrades included: begin with Audit.",
            look: "az policy state list --resource {id} --query '[].{policy: policyDefinitionName, state: complianceState}'",
        },
    },
    check: Check::Cluster(check),
};

const PROFILE: &str = "microsoft.containerservice/managedclusters/apiserveraccessprofile";
const PRIVATE: &str = "microsoft.containerservice/managedclusters/apiserveraccessprofile.enableprivatecluster";
const RANGES: &str = "microsoft.containerservice/managedclusters/apiserveraccessprofile.authorizedipranges";

const DEFAULT: World = &[(PROFILE, At::Nothing), (PRIVATE, At::Nothing), (RANGES, At::Nothing)];
const PUBLIC: World = &[(PROFILE, At::Object), (PRIVATE, At::Flag(false)), (RANGES, At::Nothing)];
const OPEN: World = &[(PROFILE, At::Object), (PRIVATE, At::Flag(false)), (RANGES, At::List(&["0.0.0.0/0"]))];
const NARROW: World = &[(PROFILE, At::Object), (PRIVATE, At::Flag(false)), (RANGES, At::List(&["203.0.113.7/32"]))];
const CLOSED: World = &[(PROFILE, At::Object), (PRIVATE, At::Flag(true)), (RANGES, At::Nothing)];

const EXPOSURE: Wanted = Wanted {
    what: "the exposure of the API server",
    kind: CLUSTERS,
    built_in: &["0e246bcf-5f6f-4f87-bc6f-775d4712c7ea", "040732e8-d947-40b8-95d6-854c95024bf8"],
    aliases: &[PRIVATE, RANGES],
    pairs: &[
        (DEFAULT, Some(CLOSED)),
        (DEFAULT, Some(NARROW)),
        (PUBLIC, Some(CLOSED)),
        (PUBLIC, Some(NARROW)),
        (OPEN, Some(NARROW)),
    ],
};

fn check(subject: &Subject<'_>) -> Judgement {
    watched::judge(subject, &EXPOSURE)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    const RANGES: &str = "/providers/Microsoft.Authorization/policyDefinitions/0e246bcf-5f6f-4f87-bc6f-775d4712c7ea";
    const MCSB: &str = "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8";
    const GROUP: &str = "/providers/Microsoft.Management/managementGroups/corp";
    const EFFECT: &str = "kubernetesServiceAuthorizedIPRangesEnabledMonitoringEffect";

    fn own() -> String {
        format!("/subscriptions/{SUBSCRIPTION}")
    }

    fn assigned(scope: &str, policy: &str, more: Value) -> Value {
        let mut properties = json!({"scope": scope, "policyDefinitionId": policy});
        for (key, value) in more.as_object().into_iter().flatten() {
            properties[key] = value.clone();
        }
        json!({"id": format!("{scope}/providers/Microsoft.Authorization/policyAssignments/a"), "properties": properties})
    }

    fn bare() -> Scene {
        let scene = Scene::new(json!({})).whole(lists::POLICY_ASSIGNMENTS);
        scene.whole(lists::POLICY_DEFINITIONS).whole(lists::POLICY_EXEMPTIONS)
    }

    #[test]
    fn an_assignment_counts_where_it_reaches_and_is_on() {
        let with = |scope: &str, policy: &str, more: Value| bare().with(assigned(scope, policy, more));
        let effect = |name: &str, value: &str| json!({"parameters": {name: {"value": value}}});
        let placed = json!({"id": own(), "properties": {"managementGroupAncestorsChain": [{"name": "Root"}]}});
        let rows = vec![
            ("nothing is assigned", bare(), Fail),
            ("assignments unread", Scene::new(json!({})), NotAssessed),
            ("at the subscription", with(&own(), RANGES, json!({})), Pass),
            ("it only reports", with(&own(), RANGES, json!({"enforcementMode": "DoNotEnforce"})), Pass),
            ("at the cluster, other case", with(&CLUSTER_ID.to_uppercase(), RANGES, json!({})), Pass),
            ("at a namesake", with(&format!("{CLUSTER_ID}0"), RANGES, json!({})), Fail),
            ("at some management group", with(GROUP, RANGES, json!({})), Pass),
            ("at a management group elsewhere", with(GROUP, RANGES, json!({})).with(placed), Fail),
            ("cluster left out", with(&own(), RANGES, json!({"notScopes": [CLUSTER_ID]})), Fail),
            ("switched off", with(&own(), RANGES, effect("effect", "Disabled")), Fail),
            ("in a built-in set", with(&own(), MCSB, json!({})), Pass),
            ("switched off in it", with(&own(), MCSB, effect(EFFECT, "Disabled")), Fail),
            ("another switched off in it", with(&own(), MCSB, effect("otherEffect", "Disabled")), Pass),
            ("exemptions unread", with(&own(), RANGES, json!({})).denied(lists::POLICY_EXEMPTIONS), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
