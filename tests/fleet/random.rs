//! Random fleets as documents: written apart from the product, so that it can be held against it.

use quay_azure::Dice;
use quay_model::{Document, DocumentKind, Snapshot, Source};
use serde_json::{Map, Value, json};

pub(crate) const SUB: &str = "11111111-1111-1111-1111-111111111111";
const ELSEWHERE: &str = "22222222-2222-2222-2222-222222222222";
pub(crate) const BACKUP: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
pub(crate) const ML: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
pub(crate) const INFERENCE: &str = "Microsoft.MachineLearningServices/workspaces/inference-v1";
pub(crate) const DEFENDER: &str = "Microsoft.Security/pricings/microsoft-defender-operator";
const POLICY: &str = "Microsoft.Security/pricings/microsoft-defender-policy-operator";
const SCALE_SETS: &str = "Microsoft.Compute/virtualMachineScaleSets/test-admin";
/// Owner, Contributor, AKS Cluster Admin, Reader, AKS RBAC Cluster Admin, User Access Administrator.
const ROLES: [&str; 6] = [
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    "b24988ac-6180-42a0-ab88-20f7382dd24c",
    "0ab0b1a8-8aac-4efd-b8c2-3ee1fb270be8",
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",
    "b1ff04bb-8a4e-4dc4-8eb5-8693973ce19b",
    "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
];

pub(crate) struct Maker {
    pub(crate) dice: Dice,
    pub(crate) documents: Vec<Document>,
}

pub(crate) fn source() -> Source {
    Source::new("random", "")
}

pub(crate) fn cluster_id(n: u64) -> String {
    format!("/subscriptions/{SUB}/resourceGroups/rg{}/providers/Microsoft.ContainerService/managedClusters/c{n}", n % 2)
}

fn vault(n: u64, subscription: &str) -> String {
    format!("/subscriptions/{subscription}/resourceGroups/rg-b/providers/Microsoft.DataProtection/backupVaults/v{n}")
}

fn workspace(n: u64) -> String {
    format!("/subscriptions/{SUB}/resourceGroups/rg-m/providers/Microsoft.MachineLearningServices/workspaces/w{n}")
}

pub(crate) fn operator(plan: &str) -> String {
    let name =
        if plan == "Containers" { "DefenderForContainersSecurityOperator" } else { "DefenderCSPMSecurityOperator" };
    format!("/subscriptions/{SUB}/providers/Microsoft.Security/pricings/{plan}/securityOperators/{name}")
}

/// An operator of the same plan for another feature.
fn another(plan: &str, name: &str) -> String {
    format!("/subscriptions/{SUB}/providers/Microsoft.Security/pricings/{plan}/securityOperators/{name}")
}

/// Three or four clusters with everything that can stand around them.
pub(crate) fn fleet(seed: u64) -> Snapshot {
    let mut maker = Maker { dice: Dice::new(seed), documents: Vec::new() };
    maker.sources();
    let clusters = 3 + maker.dice.roll(2);
    for n in 0..clusters {
        maker.cluster(n);
    }
    maker.lists();
    Snapshot { taken: "2026-11-23T12:00:00Z".into(), origin: "random".into(), documents: maker.documents, gaps: vec![] }
}

impl Maker {
    fn one_in(&mut self, sides: u64) -> bool {
        self.dice.roll(sides) == 0
    }

    fn keep(&mut self, kind: DocumentKind, id: &str, body: &Value) {
        self.documents.push(Document::new(kind, id.to_owned(), source(), body));
    }

    fn related(&mut self, body: &Value) {
        let id = body["id"].as_str().unwrap_or_default().to_owned();
        self.keep(DocumentKind::Related, &id, body);
    }

    fn identity(&mut self, principal: &str) -> Value {
        let given = json!({"/subscriptions/s/user": {}});
        match self.dice.roll(12) {
            0 => json!({"type": "UserAssigned", "userAssignedIdentities": given}),
            1 => json!({"userAssignedIdentities": given}),
            2 => json!({"type": 5, "userAssignedIdentities": given}),
            3 => Value::Null,
            4 => {
                json!({"type": "SystemAssigned, UserAssigned", "principalId": principal, "userAssignedIdentities": given})
            }
            _ => json!({"type": "SystemAssigned", "principalId": principal}),
        }
    }

    /// Azure writes one id in several cases.
    fn cased(&mut self, id: &str) -> String {
        match self.dice.roll(5) {
            0 => id.to_lowercase(),
            1 => id.replace("resourceGroups", "resourcegroups"),
            2 => id.replace("/providers/Microsoft.", "/providers/microsoft."),
            _ => id.to_owned(),
        }
    }

    fn sources(&mut self) {
        for n in 0..3 {
            let subscription = if n == 2 { ELSEWHERE } else { SUB };
            let identity = self.identity(&format!("vault-{n}"));
            self.related(&json!({"id": vault(n, subscription), "identity": identity, "properties": {"publicNetworkAccess": "Enabled"}}));
            let identity = self.identity(&format!("workspace-{n}"));
            self.related(
                &json!({"id": workspace(n), "identity": identity, "properties": {"publicNetworkAccess": "Disabled"}}),
            );
        }
        self.keep(DocumentKind::Gone, &vault(9, SUB), &json!({"status": 404}));
        for plan in ["Containers", "CloudPosture"] {
            let tier = if self.one_in(2) { "Standard" } else { "Free" };
            let on = if self.one_in(3) { "False" } else { "True" };
            self.related(&json!({"id": format!("/subscriptions/{SUB}/providers/Microsoft.Security/pricings/{plan}"),
                "properties": {"pricingTier": tier, "extensions": [{"name": "AgentlessDiscoveryForKubernetes", "isEnabled": on}]}}));
            self.related(&json!({"id": operator(plan), "identity": {"type": "SystemAssigned", "principalId": format!("operator-{plan}")}}));
            for name in ["AlphaOperator", "ZetaOperator"] {
                if self.one_in(4) {
                    self.related(&json!({"id": another(plan, name), "identity": {"type": "SystemAssigned", "principalId": format!("{name}-{plan}")}}));
                }
            }
        }
        let holders = ["vault-0", "vault-1", "workspace-0", "workspace-1", "someone"];
        for n in 0..self.dice.roll(4) {
            let who = holders[self.dice.roll(5) as usize];
            let scope = ["", "/resourceGroups/rg0"][self.dice.roll(2) as usize];
            self.assignment(&format!("/subscriptions/{SUB}{scope}"), who, &format!("wide-{n}"));
        }
    }

    fn assignment(&mut self, scope: &str, who: &str, name: &str) {
        let role = ROLES[self.dice.roll(6) as usize];
        let kind = if who == "someone" { "User" } else { "ServicePrincipal" };
        self.related(&json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"),
            "properties": {"principalId": who, "principalType": kind, "scope": scope,
                "roleDefinitionId": format!("/providers/Microsoft.Authorization/roleDefinitions/{role}")}}));
    }

    fn cluster(&mut self, n: u64) {
        let id = self.cased(&cluster_id(n));
        let mut access = Map::new();
        match self.dice.roll(6) {
            0 => {
                access.insert("enablePrivateCluster".into(), json!(true));
            }
            1 => {
                access.insert("authorizedIPRanges".into(), json!(["203.0.113.0/28", "AzureCloud"]));
            }
            2 => {
                access.insert("authorizedIPRanges".into(), json!(["203.0.113.0/28"]));
            }
            3 => {
                access.insert("enableVnetIntegration".into(), json!(true));
            }
            4 => {
                access.insert("enableVnetIntegration".into(), json!(true));
                access.insert("authorizedIPRanges".into(), json!(["203.0.113.0/28", "AzureCloud"]));
            }
            _ => {}
        }
        if self.one_in(3) {
            access.insert("disableRunCommand".into(), json!(true));
        }
        let private = access.contains_key("enablePrivateCluster");
        let groups = if self.one_in(3) { json!(["admins"]) } else { json!([]) };
        let aad = if self.one_in(4) {
            Value::Null
        } else {
            json!({"managed": true, "enableAzureRBAC": self.one_in(2), "adminGroupObjectIDs": groups})
        };
        let state = ["Succeeded", "Creating", "Deleting"][self.dice.roll(24).saturating_sub(21) as usize];
        let node_group = if self.one_in(20) { format!("FL_{n}") } else { format!("MC_{n}") };
        let mut properties = json!({"provisioningState": state, "apiServerAccessProfile": access, "aadProfile": aad,
            "disableLocalAccounts": self.one_in(3), "powerState": {"code": if self.one_in(6) { "Stopped" } else { "Running" }},
            "nodeResourceGroup": node_group, "servicePrincipalProfile": {"clientId": "msi"}, "networkProfile": self.network(),
            "agentPoolProfiles": [{"name": "system"}, {"name": "user", "enableNodePublicIP": self.one_in(10)}]});
        let name = if private { "privateFQDN" } else { "fqdn" };
        properties[name] = json!(format!("c{n}.hcp.example"));
        self.keep(
            DocumentKind::Cluster,
            &id,
            &json!({"id": id, "name": format!("c{n}"), "location": "eastus", "properties": properties}),
        );
        if self.one_in(3) {
            let of = self.pick(3);
            let subscription = if self.one_in(5) { ELSEWHERE } else { SUB };
            let protected = self.cased(&id);
            self.related(&json!({"id": format!("{}/backupInstances/c{n}", vault(of, subscription)),
                "properties": {"currentProtectionState": "ProtectionConfigured", "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": protected}}}));
        }
        if self.one_in(3) {
            let kind = if self.one_in(3) { "AKS" } else { "Kubernetes" };
            let of = self.pick(3);
            self.compute(of, &format!("c{n}"), kind, &id);
            if self.one_in(4) {
                self.compute(of, &format!("c{n}-too"), if kind == "AKS" { "Kubernetes" } else { "AKS" }, &id);
            }
        }
        if self.one_in(8) {
            self.related(&json!({"id": format!("{id}/providers/Microsoft.Chaos/targets/mesh"), "properties": {}}));
        }
        // nearly full ones are held by what nobody here can tell the use of, so that nothing of it is in the way
        let (bindings, others) = if self.one_in(6) { (6 + self.pick(3), 5) } else { (self.pick(5), 0) };
        for b in 0..bindings {
            self.binding(&id, b, b < others);
        }
        self.keep(DocumentKind::BindingListEnd, &id, &json!({}));
        for a in 0..self.dice.roll(3) {
            let who = ["vault-0", "vault-1", "workspace-0", "workspace-2", "someone"][self.dice.roll(5) as usize];
            self.assignment(&id, who, &format!("own-{n}-{a}"));
        }
    }

    fn compute(&mut self, of: u64, name: &str, kind: &str, cluster: &str) {
        let cluster = self.cased(cluster);
        self.related(&json!({"id": format!("{}/computes/{name}", workspace(of)), "properties": {"computeType": kind, "resourceId": cluster}}));
    }

    fn network(&mut self) -> Value {
        match self.dice.roll(8) {
            0 => json!({"outboundType": "userDefinedRouting"}),
            1 => json!({"outboundType": "managedNATGateway"}),
            2 => Value::Null,
            _ => json!({"outboundType": "loadBalancer"}),
        }
    }

    fn pick(&mut self, sides: u64) -> u64 {
        self.dice.roll(sides)
    }

    fn binding(&mut self, cluster: &str, b: u64, of_another_kind: bool) {
        let kinds = if of_another_kind { 1 } else { 9 };
        let (source, roles) = match self.dice.roll(kinds) {
            0 if of_another_kind => (
                format!(
                    "/subscriptions/{SUB}/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/s{b}"
                ),
                vec![SCALE_SETS],
            ),
            0 => (vault(9, SUB), vec![BACKUP]),
            1 => (workspace(self.pick(3)), vec![ML, INFERENCE]),
            2 => (workspace(self.pick(3)), vec![ML]),
            3 => (operator("Containers"), vec![DEFENDER]),
            4 => (operator("CloudPosture"), vec![DEFENDER]),
            5 => (vault(self.pick(3), SUB), vec![]),
            6 => (operator("Containers"), vec![POLICY]),
            7 => (another("Containers", "ZetaOperator"), vec![DEFENDER]),
            _ => (vault(self.pick(3), SUB), vec![BACKUP]),
        };
        let state = ["Failed", "Canceled", "Updating", "Deleting", "Succeeded"][self.dice.roll(16).min(4) as usize];
        let source = self.cased(&source);
        let id = format!("{cluster}/trustedAccessRoleBindings/b{b}");
        self.keep(
            DocumentKind::Binding,
            &id,
            &json!({"id": id, "name": format!("b{b}"),
            "properties": {"provisioningState": state, "sourceResourceId": source, "roles": roles}}),
        );
    }

    /// Most lists were read to their end; what was not makes verdicts unknown, in what-if as in reality.
    fn lists(&mut self) {
        use quay_model::lists;
        for what in [
            lists::BACKUPS,
            lists::COMPUTES,
            lists::WORKSPACES,
            lists::PLANS,
            lists::OPERATORS,
            lists::ASSIGNMENTS,
            lists::PRIVATE_ENDPOINTS,
            lists::CHAOS,
        ] {
            if !self.one_in(8) {
                self.keep(DocumentKind::ListEnd, "tenant", &json!({"wholeListOf": what}));
            }
        }
    }
}
