//! What the tests about Azure Policy share: documents of policies, and a scene in which every list was read.

use crate::RULES;
use crate::rule::Rule;
use crate::testing::{SUBSCRIPTION, Scene};
use quay_model::lists;
use serde_json::{Value, json};

/// The built-in policy about authorized ranges.
pub(crate) const RANGES: &str =
    "/providers/Microsoft.Authorization/policyDefinitions/0e246bcf-5f6f-4f87-bc6f-775d4712c7ea";
/// The Microsoft cloud security benchmark, and what it calls the policy about ranges.
pub(crate) const MCSB: &str =
    "/providers/Microsoft.Authorization/policySetDefinitions/1f3afdf9-d0c9-4c3d-847f-89da613e70a8";
pub(crate) const IN_MCSB: &str = "kubernetesServiceAuthorizedIPRangesEnabledMonitoring";
pub(crate) const BINDING: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings";
pub(crate) const CLUSTER: &str = "Microsoft.ContainerService/managedClusters";

pub(crate) fn rule(id: &str) -> &'static Rule {
    RULES.iter().copied().find(|rule| rule.info.id == id).unwrap_or_else(|| unreachable!("{id} is a rule"))
}

pub(crate) fn own() -> String {
    format!("/subscriptions/{SUBSCRIPTION}")
}

/// Something of Azure Policy at the subscription of the cluster.
pub(crate) fn at_own(kind: &str, name: &str) -> String {
    format!("{}/providers/Microsoft.Authorization/{kind}/{name}", own())
}

/// Everything was listed.
pub(crate) fn whole() -> Scene {
    Scene::new(json!({}))
        .whole(lists::POLICY_ASSIGNMENTS)
        .whole(lists::POLICY_DEFINITIONS)
        .whole(lists::POLICY_EXEMPTIONS)
}

/// `a`, an assignment at the subscription.
pub(crate) fn assigned(policy: &str, more: Value) -> Value {
    document(&at_own("policyAssignments", "a"), json!({"policyDefinitionId": policy}), more)
}

/// `e`, an exemption from `a` at the subscription.
pub(crate) fn exemption(more: Value) -> Value {
    let of = json!({"policyAssignmentId": at_own("policyAssignments", "a")});
    document(&at_own("policyExemptions", "e"), of, more)
}

/// `d`, a definition of one's own, whose effect is a parameter with the default Audit.
pub(crate) fn definition(condition: Value, more: Value) -> Value {
    let effect = json!({"effect": {"type": "String", "defaultValue": "Audit"}});
    let rule = json!({"if": condition, "then": {"effect": "[parameters('effect')]"}});
    document(&at_own("policyDefinitions", "d"), json!({"mode": "All", "parameters": effect, "policyRule": rule}), more)
}

/// `s`, a set with these members and defaults of its parameters.
pub(crate) fn set(members: Value, defaults: Value) -> Value {
    document(
        &at_own("policySetDefinitions", "s"),
        json!({"policyDefinitions": members, "parameters": defaults}),
        json!({}),
    )
}

/// A cluster that is not private.
pub(crate) fn public() -> Value {
    clusters(json!({"field": format!("{CLUSTER}/apiServerAccessProfile.enablePrivateCluster"), "notEquals": "true"}))
}

pub(crate) fn clusters(condition: Value) -> Value {
    json!({"allOf": [{"field": "type", "equals": CLUSTER}, condition]})
}

pub(crate) fn document(id: &str, mut properties: Value, more: Value) -> Value {
    for (key, value) in more.as_object().into_iter().flatten() {
        properties[key] = value.clone();
    }
    json!({"id": id, "properties": properties})
}
