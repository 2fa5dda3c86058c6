//! How the sample's company is ordered and watched: management groups, tags, policies, logs, and supported versions.

use super::desk::{Desk, EVERYWHERE, at, guid, id_in};
use super::shape::Start;
use super::{DATA, HAVNIA, PLATFORM, PRODUCTION, RETAIL, SANDBOX, SampleSubscription, TENANT};
use quay_model::lists;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

type Names = &'static [&'static str];
type Tags = &'static [(&'static str, &'static str)];

/// Each subscription with the management group it is in, below the company's own, and its tags.
const SUBSCRIPTIONS: &[(&SampleSubscription, &str, Tags)] = &[
    (&PRODUCTION, "nordwind-online", &[("environment", "prod")]),
    (&PLATFORM, CORP, &[("environment", "shared"), ("team", "platform")]),
    (&DATA, CORP, &[("environment", "prod")]),
    (&RETAIL, "nordwind-online", &[("environment", "prod"), ("cost-centre", "CC-6000")]),
    (&SANDBOX, "nordwind-sandboxes", &[("environment", "sandbox"), ("cost-centre", "CC-2900")]),
    // not moved below the company yet
    (&HAVNIA, "", &[]),
];
const CORP: &str = "nordwind-corp";

/// Resource groups with tags; those of the clusters that are not here have none.
const GROUP_TAGS: &[(&str, Tags)] = &[
    ("rg-training", &[("owner", "learning@nordwind.example"), ("team", "people"), ("cost-centre", "CC-8100")]),
    ("rg-campaign", &[("owner", "lucia.ferrari@nordwind.example"), ("cost-centre", "CC-6100")]),
    ("rg-hackathon", &[("cost-centre", "CC-2900")]),
    ("rg-payments", &[("owner", "noor.haddad@nordwind.example"), ("team", "payments"), ("cost-centre", "CC-6200")]),
];

/// Built-in: authorized ranges, private clusters, local accounts.
const RANGES: &str = "0e246bcf-5f6f-4f87-bc6f-775d4712c7ea";
const PRIVATE: &str = "040732e8-d947-40b8-95d6-854c95024bf8";
const LOCAL_ACCOUNTS: &str = "993c2fcd-2b29-49d2-9eb0-df2c3a730c32";

/// Assignment, the policy, and the effect where it says one.
const ASSIGNED: &[(&SampleSubscription, &str, &str, &str)] = &[
    (&PRODUCTION, "aks-authorized-ranges", RANGES, ""),
    (&PRODUCTION, "aks-private-clusters", PRIVATE, ""),
    (&PRODUCTION, "aks-local-accounts", LOCAL_ACCOUNTS, ""),
    // too many findings before the sale, and never turned on again
    (&RETAIL, "aks-authorized-ranges", RANGES, "Disabled"),
    (&RETAIL, "aks-local-accounts", LOCAL_ACCOUNTS, "Disabled"),
];
/// The company's own initiative, and its two policies of its own.
const BASELINE: &str = "nordwind-aks-baseline";
const OWN_RANGES: &str = "nordwind-aks-ranges";
const OWN_BINDINGS: &str = "nordwind-aks-bindings";

/// Cluster in Production, assignment, why, and the end.
const EXEMPT: &[(&str, &str, &str, &str)] = &[
    ("billing-batch-weu", "aks-local-accounts", "Batch scheduler signs in with the admin kubeconfig", ""),
    ("tracking-edge-weu", "aks-authorized-ranges", "Move of the edge sites", "2025-03-31T00:00:00Z"),
    ("truck-telemetry-weu", "aks-local-accounts", "Until the cluster is rebuilt", "2027-01-31T00:00:00Z"),
];

/// Cluster, assignment, policy, and what Azure Policy said.
const STATES: &[(&str, &str, &str, &str)] = &[
    ("freight-prod-weu", "aks-private-clusters", PRIVATE, "Compliant"),
    ("tracking-prod-weu", "aks-private-clusters", PRIVATE, "NonCompliant"),
    // the built-in policy is content with any list, one that lets everyone in too
    ("customs-broker-weu", "aks-authorized-ranges", RANGES, "Compliant"),
    ("billing-batch-weu", "aks-local-accounts", LOCAL_ACCOUNTS, "Exempt"),
    ("truck-telemetry-weu", "aks-local-accounts", LOCAL_ACCOUNTS, "Exempt"),
    ("hub-ingress-weu", BASELINE, LOCAL_ACCOUNTS, "Compliant"),
    ("build-agents-weu", BASELINE, LOCAL_ACCOUNTS, "NonCompliant"),
];

/// Hardened clusters whose log of Entra ID and Azure RBAC decisions goes nowhere, and those without any log.
const WITHOUT_GUARD: Names =
    &["tracking-edge-weu", "build-agents-weu", "spark-adhoc-weu", "kafka-test-weu", "payments-recon-weu"];
const WITHOUT_LOG: Names = &["image-scan-weu", "egress-proxy-neu", "warehouse-robots-sec"];
/// The custom role that may not read bindings there may not read these either.
const LOG_DENIED: Names = &["point-of-sale-weu", "point-of-sale-eus"];

/// Minor versions, and whether they have more than long-term support in November 2026.
const VERSIONS: [(&str, bool); 7] =
    [("1.37", true), ("1.36", true), ("1.35", true), ("1.34", true), ("1.33", false), ("1.32", false), ("1.31", false)];

pub(crate) fn put(desk: &mut Desk<'_>) {
    containers(desk);
    assignments(desk);
    own_policies(desk);
    exemptions_and_states(desk);
    logs(desk);
    versions(desk);
    for (subscription, group, _) in SUBSCRIPTIONS {
        if !group.is_empty() {
            desk.whole(lists::POLICY_ASSIGNMENTS, &at(subscription));
            desk.whole(lists::POLICY_EXEMPTIONS, &at(subscription));
        }
    }
    for list in [lists::CONTAINERS, lists::POLICY_DEFINITIONS, lists::POLICY_STATES] {
        desk.whole(list, EVERYWHERE);
    }
}

fn object(tags: Tags) -> Map<String, Value> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), json!(value))).collect()
}

fn containers(desk: &mut Desk<'_>) {
    for (subscription, group, tags) in SUBSCRIPTIONS {
        let above = if group.is_empty() { vec![TENANT] } else { vec![*group, "nordwind", TENANT] };
        let chain: Vec<Value> = above.iter().map(|name| json!({"name": name, "displayName": name})).collect();
        let body = json!({"id": at(subscription), "name": subscription.name, "tags": object(tags),
            "properties": {"state": "Enabled", "managementGroupAncestorsChain": chain}});
        desk.related(lists::CONTAINERS, &body);
    }
    let clusters = desk.clusters;
    let groups: BTreeSet<(&str, &str)> = clusters.iter().map(|c| (c.subscription.id, c.group)).collect();
    for (subscription, name) in groups {
        let none: Tags = &[];
        let tags = GROUP_TAGS.iter().find(|(group, _)| *group == name).map_or(none, |(_, tags)| *tags);
        let body = json!({"id": format!("/subscriptions/{subscription}/resourceGroups/{name}"), "name": name,
            "type": "Microsoft.Resources/resourceGroups", "tags": object(tags), "properties": {}});
        desk.related(lists::CONTAINERS, &body);
    }
}

/// Below a subscription or, for the baseline, below a management group.
fn assignment(subscription: &SampleSubscription, name: &str) -> String {
    let scope = if name == BASELINE { company(CORP) } else { at(subscription) };
    format!("{scope}/providers/Microsoft.Authorization/policyAssignments/{name}")
}

fn company(group: &str) -> String {
    format!("/providers/Microsoft.Management/managementGroups/{group}")
}

fn built_in(policy: &str) -> String {
    format!("/providers/Microsoft.Authorization/policyDefinitions/{policy}")
}

fn own(kind: &str, name: &str) -> String {
    format!("{}/providers/Microsoft.Authorization/{kind}/{name}", company("nordwind"))
}

fn assignments(desk: &mut Desk<'_>) {
    for (subscription, name, policy, effect) in ASSIGNED {
        let parameters = if effect.is_empty() { json!({}) } else { json!({"effect": {"value": effect}}) };
        let body = json!({"id": assignment(subscription, name), "name": name,
            "type": "Microsoft.Authorization/policyAssignments",
            "properties": {"displayName": name, "scope": at(subscription), "notScopes": [],
                "enforcementMode": "Default", "policyDefinitionId": built_in(policy), "parameters": parameters}});
        desk.related(lists::POLICY_ASSIGNMENTS, &body);
    }
    let body = json!({"id": assignment(&PLATFORM, BASELINE), "name": BASELINE,
        "type": "Microsoft.Authorization/policyAssignments",
        "properties": {"displayName": "Nordwind AKS baseline", "scope": company(CORP), "notScopes": [],
            "enforcementMode": "Default", "policyDefinitionId": own("policySetDefinitions", BASELINE)}});
    desk.related(lists::POLICY_ASSIGNMENTS, &body);
}

fn own_policies(desk: &mut Desk<'_>) {
    const CLUSTERS: &str = "Microsoft.ContainerService/managedClusters";
    let profile = |field: &str| format!("{CLUSTERS}/apiServerAccessProfile.{field}");
    let open = json!({"allOf": [
        {"field": "type", "equals": CLUSTERS},
        {"field": profile("enablePrivateCluster"), "notEquals": "true"},
        {"anyOf": [
            {"field": profile("authorizedIPRanges"), "exists": "false"},
            {"field": profile("authorizedIPRanges[*]"), "equals": "0.0.0.0/0"},
        ]},
    ]});
    let bound = json!({"field": "type", "equals": format!("{CLUSTERS}/trustedAccessRoleBindings")});
    for (name, title, test) in [
        (OWN_RANGES, "API servers of AKS are private or let in known ranges", open),
        (OWN_BINDINGS, "Trusted Access bindings are listed", bound),
    ] {
        let body = json!({"id": own("policyDefinitions", name), "name": name,
            "type": "Microsoft.Authorization/policyDefinitions",
            "properties": {"displayName": title, "policyType": "Custom", "mode": "All",
                "parameters": {"effect": {"type": "String", "defaultValue": "Audit"}},
                "policyRule": {"if": test, "then": {"effect": "[parameters('effect')]"}}}});
        desk.related(lists::POLICY_DEFINITIONS, &body);
    }
    let body = json!({"id": own("policySetDefinitions", BASELINE), "name": BASELINE,
    "type": "Microsoft.Authorization/policySetDefinitions",
    "properties": {"displayName": "Nordwind AKS baseline", "policyType": "Custom", "policyDefinitions": [
        {"policyDefinitionReferenceId": "ranges", "policyDefinitionId": own("policyDefinitions", OWN_RANGES)},
        {"policyDefinitionReferenceId": "bindings", "policyDefinitionId": own("policyDefinitions", OWN_BINDINGS)},
        {"policyDefinitionReferenceId": "localAccounts", "policyDefinitionId": built_in(LOCAL_ACCOUNTS)},
    ]}});
    desk.related(lists::POLICY_DEFINITIONS, &body);
}

fn exemptions_and_states(desk: &mut Desk<'_>) {
    for (cluster, of, why, ends) in EXEMPT {
        let ends = Some(*ends).filter(|ends| !ends.is_empty());
        let properties = json!({"displayName": why, "policyAssignmentId": assignment(&PRODUCTION, of),
            "policyDefinitionReferenceIds": [], "exemptionCategory": "Waiver", "expiresOn": ends});
        let below = format!("providers/Microsoft.Authorization/policyExemptions/{of}");
        desk.on_cluster(lists::POLICY_EXEMPTIONS, cluster, &below, &properties);
    }
    for (cluster, of, policy, state) in STATES {
        let properties = json!({"resourceId": desk.cluster(cluster), "complianceState": state,
            "resourceType": "Microsoft.ContainerService/managedClusters",
            "policyAssignmentId": assignment(&PRODUCTION, of), "policyDefinitionId": built_in(policy)});
        let below = format!("providers/Microsoft.PolicyInsights/policyStates/{}", guid(&format!("{cluster} {of}")));
        desk.on_cluster(lists::POLICY_STATES, cluster, &below, &properties);
    }
}

fn logs(desk: &mut Desk<'_>) {
    let goes_to = id_in(&PLATFORM, "rg-secops", "Microsoft.OperationalInsights/workspaces", "law-nordwind-security");
    let clusters = desk.clusters;
    for cluster in clusters {
        if LOG_DENIED.contains(&cluster.name) {
            desk.denied(
                lists::DIAGNOSTICS,
                &cluster.id(),
                "Microsoft.Insights/diagnosticSettings/read",
                "The custom role used for this scan lacks that action; Reader has it.",
            );
            continue;
        }
        if matches!(cluster.start, Start::Hardened) && !WITHOUT_LOG.contains(&cluster.name) {
            let guard = !WITHOUT_GUARD.contains(&cluster.name);
            let properties = json!({"workspaceId": goes_to, "logs": [
                {"category": "kube-audit-admin", "enabled": true},
                {"category": "guard", "enabled": guard},
            ]});
            let below = "providers/Microsoft.Insights/diagnosticSettings/to-security";
            desk.on_cluster(lists::DIAGNOSTICS, cluster.name, below, &properties);
        }
        desk.whole(lists::DIAGNOSTICS, &cluster.id());
    }
}

/// What Azure offered where the clusters are.
fn versions(desk: &mut Desk<'_>) {
    let offered: Vec<Value> = VERSIONS
        .iter()
        .map(|(version, official)| {
            let plans: Names =
                if *official { &["KubernetesOfficial", "AKSLongTermSupport"] } else { &["AKSLongTermSupport"] };
            json!({"version": version, "isPreview": null, "capabilities": {"supportPlan": plans}})
        })
        .collect();
    let clusters = desk.clusters;
    let locations: BTreeSet<&str> = clusters.iter().map(|cluster| cluster.location).collect();
    for location in locations {
        let scope = format!("{}/providers/Microsoft.ContainerService/locations/{location}", at(&PRODUCTION));
        let body = json!({"id": format!("{scope}/kubernetesVersions"), "values": offered});
        desk.related(lists::VERSIONS, &body);
        desk.whole(lists::VERSIONS, &scope);
    }
}
