//! A made-up fleet of any size; the same numbers and seed give the same fleet.

use crate::around;
use crate::world::World;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same everywhere.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % sides.max(1)
    }

    fn one_in(&mut self, sides: u64) -> bool {
        self.roll(sides) == 0
    }
}

pub(crate) const TENANT: &str = "7e4a4700-0000-4000-8000-0000000000aa";
const LOCATIONS: [&str; 3] = ["westeurope", "eastus", "southeastasia"];
const DEFENDER_OPERATOR: &str = "Microsoft.Security/pricings/microsoft-defender-operator";
const BACKUP_OPERATOR: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const ML_WORKLOAD: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";

/// The fleet as an Azure that can be asked.
pub fn generate(clusters: u32, subscriptions: u32, seed: u64) -> World {
    let mut world = World::empty(TENANT, roles());
    for document in generate_documents(clusters, subscriptions, seed) {
        world.add(document);
    }
    let ids = |world: &World| -> Vec<String> {
        world.subscriptions.iter().filter_map(|s| s["subscriptionId"].as_str().map(str::to_owned)).collect()
    };
    let all = ids(&world);
    let half = all.iter().take(all.len().div_ceil(2)).cloned().collect();
    world.management_groups.insert("platform".to_owned(), half);
    world.management_groups.insert("root".to_owned(), all);
    world
}

/// The fleet as documents, one after the other.
pub fn generate_documents(clusters: u32, subscriptions: u32, seed: u64) -> Vec<Value> {
    let mut maker = Maker { dice: Dice::new(seed), made: Vec::new(), groups: BTreeSet::new() };
    if subscriptions > 0 {
        maker.made.extend(around::role_definitions());
    }
    for number in 0..subscriptions {
        maker.subscription(number);
    }
    for number in 0..clusters {
        // spread evenly, so that each subscription has its share
        maker.cluster(number, number % subscriptions.max(1));
    }
    maker.made
}

fn subscription_id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

struct Maker {
    dice: Dice,
    made: Vec<Value>,
    /// Resource groups that are there already.
    groups: BTreeSet<String>,
}

impl Maker {
    fn group(&mut self, scope: &str, name: &str) {
        if self.groups.insert(format!("{scope}/{name}")) {
            self.made.push(around::group(scope, name));
        }
    }

    fn subscription(&mut self, number: u32) {
        let sub = subscription_id(number);
        let scope = format!("/subscriptions/{sub}");
        self.made.push(json!({"id": scope, "subscriptionId": sub, "tenantId": TENANT, "displayName": format!("sub-{number:03}"),
            "state": "Enabled", "authorizationSource": "RoleBased", "managedByTenants": [], "subscriptionPolicies": {"spendingLimit": "Off"},
            "tags": {"costCentre": format!("cc-{}", number % 9)}}));
        for group in ["rg-backup", "rg-ml", "rg-id", "rg-net"] {
            self.group(&scope, group);
        }
        self.made.extend(around::networks(&scope, number));
        self.made.push(around::policy(&scope));
        let vault = format!(
            "{scope}/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/vault-{number:03}"
        );
        self.made.push(json!({"id": vault, "name": format!("vault-{number:03}"), "type": "Microsoft.DataProtection/backupVaults", "location": "westeurope",
            "identity": {"type": "SystemAssigned", "principalId": principal(number, 1), "tenantId": TENANT}, "properties": {"provisioningState": "Succeeded", "publicNetworkAccess": "Enabled"}}));
        let workspace = format!(
            "{scope}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ml-{number:03}"
        );
        self.made.push(json!({"id": workspace, "name": format!("ml-{number:03}"), "type": "Microsoft.MachineLearningServices/workspaces", "location": "westeurope",
            "identity": {"type": "SystemAssigned", "principalId": principal(number, 2), "tenantId": TENANT}, "properties": {"publicNetworkAccess": "Enabled"}}));
        let identity = format!(
            "{scope}/resourceGroups/rg-id/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id-{number:03}"
        );
        self.made.push(json!({"id": identity, "name": format!("id-{number:03}"), "type": "Microsoft.ManagedIdentity/userAssignedIdentities", "location": "westeurope",
            "properties": {"principalId": principal(number, 3), "clientId": principal(number, 4), "tenantId": TENANT}}));
        for (plan, operator) in
            [("Containers", "DefenderForContainersSecurityOperator"), ("CloudPosture", "DefenderCSPMSecurityOperator")]
        {
            let on = !self.dice.one_in(3);
            let id = format!("{scope}/providers/Microsoft.Security/pricings/{plan}");
            self.made.push(json!({"id": id, "name": plan, "type": "Microsoft.Security/pricings", "properties": {"pricingTier": if on { "Standard" } else { "Free" },
                "extensions": [{"name": "AgentlessDiscoveryForKubernetes", "isEnabled": if on { "True" } else { "False" }}]}}));
            if on {
                self.made.push(json!({"id": format!("{id}/securityOperators/{operator}"), "name": operator, "type": "Microsoft.Security/pricings/securityOperators",
                    "identity": {"type": "SystemAssigned", "principalId": principal(number, 5), "tenantId": TENANT}}));
            }
        }
        for (index, (role, who)) in [
            ("b24988ac-6180-42a0-ab88-20f7382dd24c", 2),
            ("acdd72a7-3385-48ef-bd42-f606fba81ae7", 1),
            ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", 9),
        ]
        .into_iter()
        .enumerate()
        {
            let name = format!("a5516000-0000-4000-8000-{number:06}{index:06}");
            self.made.push(json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"), "name": name, "type": "Microsoft.Authorization/roleAssignments",
                "properties": {"roleDefinitionId": format!("/providers/Microsoft.Authorization/RoleDefinitions/{role}"), "principalId": principal(number, who),
                    "principalType": if who == 9 { "User" } else { "ServicePrincipal" }, "scope": scope, "createdOn": "2026-02-03T04:05:06Z"}}));
        }
        let policy = format!("{scope}/providers/Microsoft.Authorization/policyAssignments/aks-private");
        self.made.push(json!({"id": policy, "name": "aks-private", "type": "Microsoft.Authorization/policyAssignments", "properties": {"displayName": "AKS private clusters",
            "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/040732e8-d947-40b8-95d6-854c95024bf8", "enforcementMode": "Default", "scope": scope}}));
        self.principals(number);
    }

    fn principals(&mut self, number: u32) {
        self.made.push(json!({"@odata.type": "#microsoft.graph.user", "id": principal(number, 9), "displayName": format!("Owner {number}"), "userPrincipalName": format!("owner-{number}@example.com")}));
        for (who, name) in [(1, "vault"), (2, "ml")] {
            self.made.push(json!({"@odata.type": "#microsoft.graph.servicePrincipal", "id": principal(number, who), "appId": principal(number, who + 20), "displayName": format!("{name}-{number:03}"), "servicePrincipalType": "ManagedIdentity"}));
        }
    }

    fn cluster(&mut self, number: u32, of: u32) {
        let sub = subscription_id(of);
        let name = format!("aks-{number:05}");
        let group = format!("rg-{}", self.dice.roll(8));
        let scope = format!("/subscriptions/{sub}");
        self.group(&scope, &group);
        let id = format!(
            "/subscriptions/{sub}/resourceGroups/{group}/providers/Microsoft.ContainerService/managedClusters/{name}"
        );
        let location = LOCATIONS.get(self.dice.roll(3) as usize).copied().unwrap_or("westeurope");
        let access = match self.dice.roll(5) {
            0 => json!({"enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": self.dice.one_in(2)}),
            1 => json!({"authorizedIPRanges": [format!("203.0.113.{}/32", self.dice.roll(256))]}),
            2 => json!({"authorizedIPRanges": ["203.0.113.0/28", "AzureCloud"]}),
            3 => json!({"authorizedIPRanges": ["0.0.0.0/32"], "disableRunCommand": true}),
            _ => Value::Null,
        };
        let service_principal = self.dice.one_in(12);
        let client = if service_principal { principal(of, 30 + number % 50) } else { "msi".to_owned() };
        if service_principal {
            self.made.push(json!({"@odata.type": "#microsoft.graph.application", "id": format!("app-{number}"), "appId": client, "displayName": name, "keyCredentials": [],
                "passwordCredentials": [{"keyId": "k", "endDateTime": "2026-12-01T00:00:00Z", "hint": "abc"}]}));
        }
        let private = access["enablePrivateCluster"] == true;
        // every third stands in a network that its owners made
        let subnet = if number.is_multiple_of(3) { json!(around::subnet(&scope, of)) } else { Value::Null };
        self.made.push(json!({
            "id": id, "name": name, "type": "Microsoft.ContainerService/ManagedClusters", "location": location,
            "tags": {"owner": format!("owner-{}@example.com", self.dice.roll(30)), "costCentre": format!("cc-{}", self.dice.roll(9))},
            "identity": if service_principal { Value::Null } else { json!({"type": "SystemAssigned", "principalId": principal(number, 100), "tenantId": TENANT}) },
            "sku": {"name": "Base", "tier": "Standard"},
            "properties": {
                "provisioningState": "Succeeded", "powerState": {"code": if self.dice.one_in(20) { "Stopped" } else { "Running" }},
                "kubernetesVersion": "1.33", "currentKubernetesVersion": "1.33.4", "enableRBAC": true, "nodeResourceGroup": format!("MC_{group}_{name}_{location}"),
                "agentPoolProfiles": [{"name": "system", "mode": "System", "count": 3, "vmSize": "Standard_D4s_v5", "vnetSubnetID": subnet}],
                "fqdn": if private { Value::Null } else { json!(format!("{name}-{:08x}.hcp.{location}.azmk8s.io", self.dice.roll(u64::from(u32::MAX)))) },
                "privateFQDN": if private { json!(format!("{name}.privatelink.{location}.azmk8s.io")) } else { Value::Null },
                "apiServerAccessProfile": access, "disableLocalAccounts": self.dice.one_in(2), "servicePrincipalProfile": {"clientId": client},
                "aadProfile": if self.dice.one_in(3) { Value::Null } else { json!({"managed": true, "enableAzureRBAC": self.dice.one_in(2), "adminGroupObjectIDs": ["9a0f7000-0000-4000-8000-000000000001"]}) },
                "networkProfile": {"networkPlugin": "azure", "networkPolicy": if self.dice.one_in(2) { "cilium" } else { "none" }}, "resourceUID": format!("{:016x}", self.dice.roll(u64::MAX))
            }
        }));
        self.surroundings(&id, &name, &sub, of);
    }

    /// What hangs on a cluster: bindings, backup, extensions, settings, policy.
    fn surroundings(&mut self, id: &str, name: &str, sub: &str, of: u32) {
        let scope = format!("/subscriptions/{sub}");
        let vault =
            format!("{scope}/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/vault-{of:03}");
        let workspace =
            format!("{scope}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/ml-{of:03}");
        if self.dice.one_in(3) {
            self.made.push(json!({"id": format!("{vault}/backupInstances/{name}"), "name": name, "type": "Microsoft.DataProtection/backupVaults/backupInstances",
                "properties": {"dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": id, "resourceType": "Microsoft.ContainerService/managedclusters"},
                    "currentProtectionState": "ProtectionConfigured", "friendlyName": name}}));
            self.made.push(json!({"id": format!("{id}/providers/Microsoft.KubernetesConfiguration/extensions/azure-aks-backup"), "name": "azure-aks-backup", "type": "Microsoft.KubernetesConfiguration/extensions",
                "properties": {"extensionType": "microsoft.dataprotection.kubernetes", "provisioningState": "Succeeded", "aksAssignedIdentity": {"principalId": principal(of, 6), "type": "SystemAssigned"}}}));
            // a vault that protects without a binding is what the audit looks for
            if !self.dice.one_in(4) {
                self.binding(id, "aks-backup", &vault, BACKUP_OPERATOR);
            }
        }
        if self.dice.one_in(4) {
            let source = format!(
                "{scope}/providers/Microsoft.Security/pricings/CloudPosture/securityOperators/DefenderCSPMSecurityOperator"
            );
            self.binding(id, "defender-cloudposture", &source, DEFENDER_OPERATOR);
        }
        if self.dice.one_in(6) {
            self.made.push(json!({"id": format!("{workspace}/computes/{name}"), "name": name, "type": "Microsoft.MachineLearningServices/workspaces/computes", "location": "westeurope",
                "properties": {"computeType": "Kubernetes", "resourceId": id, "isAttachedCompute": true, "provisioningState": "Succeeded"}}));
            self.binding(id, "ml", &workspace, ML_WORKLOAD);
        }
        if self.dice.one_in(15) {
            let gone = format!(
                "{scope}/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/vault-that-was"
            );
            self.binding(id, "old-backup", &gone, BACKUP_OPERATOR);
        }
        if !self.dice.one_in(3) {
            self.made.push(json!({"id": format!("{id}/providers/Microsoft.Insights/diagnosticSettings/to-law"), "name": "to-law", "type": "Microsoft.Insights/diagnosticSettings",
                "properties": {"workspaceId": format!("{scope}/resourceGroups/rg-log/providers/Microsoft.OperationalInsights/workspaces/law"), "logs": [{"category": "kube-audit-admin", "enabled": true}, {"category": "guard", "enabled": true}]}}));
        }
        let state = if self.dice.one_in(2) { "NonCompliant" } else { "Compliant" };
        self.made.push(json!({"id": format!("{id}/providers/Microsoft.PolicyInsights/policyStates/{name}-private"), "name": format!("{name}-private"), "type": "Microsoft.PolicyInsights/policyStates",
            "properties": {"complianceState": state, "resourceId": id, "resourceType": "Microsoft.ContainerService/managedClusters", "policyDefinitionId": "/providers/microsoft.authorization/policydefinitions/040732e8-d947-40b8-95d6-854c95024bf8", "policyAssignmentId": format!("{scope}/providers/microsoft.authorization/policyassignments/aks-private")}}));
    }

    fn binding(&mut self, cluster: &str, name: &str, source: &str, role: &str) {
        let id = format!("{cluster}/trustedAccessRoleBindings/{name}");
        self.made.push(json!({"id": id, "name": name, "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
            "properties": {"provisioningState": "Succeeded", "sourceResourceId": source, "roles": [role]}}));
        let by_hand = self.dice.one_in(5);
        self.written(cluster, &id, name, by_hand);
    }

    /// The activity log of one write: a person in the portal, or a deployment that wrote more than the binding.
    fn written(&mut self, cluster: &str, id: &str, name: &str, by_hand: bool) {
        let sub = cluster.split('/').nth(2).unwrap_or_default();
        let correlation = format!("c0aae1a7-{}-{name}", if by_hand { "hand" } else { "code" });
        let caller = if by_hand { "ada@nordwind.example".to_owned() } else { principal(0, 7) };
        let mut event = |about: &str, action: &str| {
            self.made.push(json!({"subscriptionId": sub, "id": format!("{about}/events/e1/ticks/1"), "eventTimestamp": "2026-11-01T10:00:00Z", "caller": caller, "correlationId": correlation,
                "operationName": {"value": action}, "status": {"value": "Succeeded"}, "resourceId": about,
                "claims": {"appid": if by_hand { "c44b4083-3bb0-49c1-b47d-974e53cbdf3c" } else { "0a0a0a0a-0000-4000-8000-000000000007" }},
                "authorization": {"action": action, "scope": about}}));
        };
        event(id, "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write");
        if !by_hand {
            let scope = cluster.split("/providers/").next().unwrap_or_default();
            let of = cluster.rsplit('/').next().unwrap_or_default();
            event(
                &format!("{scope}/providers/Microsoft.Resources/deployments/{of}-{name}"),
                "Microsoft.Resources/deployments/write",
            );
        }
    }
}

fn principal(number: u32, who: u32) -> String {
    format!("b0b0b0b0-{who:04}-4000-8000-{number:012}")
}

/// Four of the roles of eastus, 7 November 2025 (recorded in Get-AzAksTrustedAccessRole).
fn roles() -> Value {
    let rule = |verbs: &[&str], groups: &[&str], resources: &[&str]| json!({"verbs": verbs, "apiGroups": groups, "resources": resources});
    json!({"value": [
        {"sourceResourceType": "Microsoft.DataProtection/backupVaults", "name": "backup-operator", "rules": [
            rule(&["get", "list", "watch", "create", "update", "patch", "delete"], &["clusterbackup.dataprotection.microsoft.com"], &["backups", "validateforbackups", "restores", "validateforrestores", "deletebackups"]),
            rule(&["create", "get", "list", "patch", "update", "delete"], &[""], &["configmaps"])]},
        {"sourceResourceType": "Microsoft.MachineLearningServices/workspaces", "name": "mlworkload", "rules": [rule(&["get", "list", "create", "update", "patch", "delete"], &[""], &["services", "services/proxy"])]},
        {"sourceResourceType": "Microsoft.MachineLearningServices/workspaces", "name": "inference-v1", "rules": [rule(&["get", "list", "create", "delete"], &[""], &["pods", "pods/exec", "secrets"])]},
        {"sourceResourceType": "Microsoft.Security/pricings", "name": "microsoft-defender-operator", "rules": [rule(&["get", "list"], &[""], &["secrets", "configmaps", "nodes/proxy", "pods"])]}
    ]})
}
