//! From one line of the sample's table to the ARM document Azure would have sent.

use super::around_network::subnet;
use super::desk::guid;
use super::{SampleSubscription, TENANT};
use serde_json::{Map, Value, json};

/// The application that clusters of `Start::Old` act as, one for all of them.
pub(crate) const SHARED_APP: &str = "0b6f3f0e-6f1d-4a37-8d55-7f7e5c2f9d10";

/// How a cluster was set up before its line names what is different.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// Built by the platform team this year.
    Hardened,
    /// `az aks create` with nothing said.
    Default,
    /// Built years ago and never touched.
    Old,
}

#[derive(Clone, Copy)]
pub(crate) enum But {
    Private,
    PublicName(bool),
    Ranges(&'static [&'static str]),
    VnetIntegration,
    NetworkAccess(&'static str),
    RunCommand(bool),
    LocalAccounts(bool),
    LegacyEntra,
    NoEntra,
    AzureRbac(bool),
    AdminGroups(usize),
    KubernetesRbacOff,
    ServicePrincipal(&'static str),
    NoWorkloadIdentity,
    Upgrades(&'static str),
    NodeOs(&'static str),
    NetworkPolicy(&'static str),
    NoPolicyAddon,
    AddOn(&'static str),
    LongTermSupport,
    Kms,
    Stopped,
    Creating,
    Binding { name: &'static str, source: Holder, role: &'static str, state: &'static str },
    BindingsDenied,
}

#[derive(Clone, Copy)]
pub(crate) enum Holder {
    Vault(&'static str),
    Workspace(&'static str),
    WorkspaceElsewhere(&'static str, &'static SampleSubscription),
    DefenderCspm,
    DefenderContainers,
}

pub(crate) struct SampleCluster {
    pub(crate) subscription: SampleSubscription,
    pub(crate) group: &'static str,
    pub(crate) name: &'static str,
    pub(crate) location: &'static str,
    pub(crate) version: &'static str,
    pub(crate) start: Start,
    pub(crate) owner: &'static [(&'static str, &'static str)],
    pub(crate) but: &'static [But],
}

impl SampleCluster {
    pub(crate) fn id(&self) -> String {
        format!(
            "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.ContainerService/managedClusters/{}",
            self.subscription.id, self.group, self.name
        )
    }

    pub(crate) fn bindings_denied(&self) -> bool {
        self.but.iter().any(|but| matches!(but, But::BindingsDenied))
    }

    pub(crate) fn document(&self) -> (String, Value) {
        let mut body = self.starting_point();
        for but in self.but {
            apply(&mut body, *but);
        }
        if let (Some(subnet), Some(pool)) = (subnet(self), body.pointer_mut("/properties/agentPoolProfiles/0")) {
            pool["vnetSubnetID"] = json!(subnet);
        }
        self.names(&mut body);
        (self.id(), body)
    }

    pub(crate) fn binding_documents(&self) -> Vec<(String, Value)> {
        let mut documents = Vec::new();
        for but in self.but {
            if let But::Binding { name, source, role, state } = but {
                let id = format!("{}/trustedAccessRoleBindings/{name}", self.id());
                let body = json!({"id": id, "name": name, "type": "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
                    "properties": {"provisioningState": state, "sourceResourceId": self.holder_id(*source), "roles": [role]}});
                documents.push((id, body));
            }
        }
        documents
    }

    fn holder_id(&self, holder: Holder) -> String {
        let own = self.subscription.id;
        match holder {
            Holder::Vault(name) => format!(
                "/subscriptions/{own}/resourceGroups/rg-backup/providers/Microsoft.DataProtection/backupVaults/{name}"
            ),
            Holder::Workspace(name) => format!(
                "/subscriptions/{own}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/{name}"
            ),
            Holder::WorkspaceElsewhere(name, other) => {
                format!(
                    "/subscriptions/{}/resourceGroups/rg-ml/providers/Microsoft.MachineLearningServices/workspaces/{name}",
                    other.id
                )
            }
            Holder::DefenderCspm => format!(
                "/subscriptions/{own}/providers/Microsoft.Security/pricings/CloudPosture/securityOperators/DefenderCSPMSecurityOperator"
            ),
            Holder::DefenderContainers => format!(
                "/subscriptions/{own}/providers/Microsoft.Security/pricings/Containers/securityOperators/DefenderForContainersSecurityOperator"
            ),
        }
    }

    /// What its nodes pull images with; AKS makes it in the group of the nodes.
    pub(crate) fn kubelet(&self) -> Value {
        let group = format!("MC_{}_{}_{}", self.group, self.name, self.location);
        let name = format!("{}-agentpool", self.name);
        let id = format!(
            "/subscriptions/{}/resourceGroups/{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}",
            self.subscription.id
        );
        json!({"objectId": guid(&id), "clientId": guid(&format!("{id} client")), "resourceId": id})
    }

    fn starting_point(&self) -> Value {
        let tags: Map<String, Value> = self.owner.iter().map(|(k, v)| ((*k).to_owned(), json!(v))).collect();
        let common = json!({
            "id": self.id(), "name": self.name, "type": "Microsoft.ContainerService/ManagedClusters",
            "location": self.location, "tags": tags,
            "sku": {"name": "Base", "tier": "Standard"},
            "identity": {"type": "SystemAssigned", "tenantId": TENANT},
            "properties": {
                "provisioningState": "Succeeded", "powerState": {"code": "Running"},
                "kubernetesVersion": self.version, "currentKubernetesVersion": self.version,
                "dnsPrefix": self.name, "enableRBAC": true,
                "servicePrincipalProfile": {"clientId": "msi"},
                "agentPoolProfiles": [{"name": "system", "count": 3, "vmSize": "Standard_D4s_v5", "mode": "System", "osType": "Linux"}],
                "nodeResourceGroup": format!("MC_{}_{}_{}", self.group, self.name, self.location),
                "networkProfile": {"networkPlugin": "azure", "loadBalancerSku": "standard"},
            }
        });
        let mut body = common;
        if !matches!(self.start, Start::Old) {
            set(&mut body, "identityProfile", json!({"kubeletidentity": self.kubelet()}));
        }
        match self.start {
            Start::Hardened => {
                set(&mut body, "apiServerAccessProfile", json!({"disableRunCommand": true}));
                set(&mut body, "disableLocalAccounts", json!(true));
                set(
                    &mut body,
                    "aadProfile",
                    json!({"managed": true, "enableAzureRBAC": true, "adminGroupObjectIDs": groups(1)}),
                );
                set(&mut body, "oidcIssuerProfile", json!({"enabled": true}));
                set(
                    &mut body,
                    "securityProfile",
                    json!({"workloadIdentity": {"enabled": true}, "defender": {"securityMonitoring": {"enabled": true}}}),
                );
                set(
                    &mut body,
                    "autoUpgradeProfile",
                    json!({"upgradeChannel": "patch", "nodeOSUpgradeChannel": "SecurityPatch"}),
                );
                set(&mut body, "addonProfiles", json!({"azurepolicy": {"enabled": true, "config": null}}));
                set_below(&mut body, "networkProfile", "networkPolicy", json!("cilium"));
            }
            Start::Default => {
                set(&mut body, "autoUpgradeProfile", json!({"nodeOSUpgradeChannel": "NodeImage"}));
                set(&mut body, "securityProfile", json!({}));
            }
            Start::Old => {
                if let Some(object) = body.as_object_mut() {
                    object.remove("identity");
                }
                set(&mut body, "servicePrincipalProfile", json!({"clientId": SHARED_APP}));
                set(&mut body, "addonProfiles", json!({"kubeDashboard": {"enabled": true, "config": null}}));
            }
        }
        body
    }

    /// Names follow from how the API server is published.
    fn names(&self, body: &mut Value) {
        let access = body.pointer("/properties/apiServerAccessProfile").cloned().unwrap_or(Value::Null);
        let flag = |name: &str| access.get(name).and_then(Value::as_bool);
        let stem = format!("{}-{}", self.name, short(self.name));
        if body.pointer("/properties/provisioningState") == Some(&json!("Creating")) {
            return;
        }
        if flag("enablePrivateCluster") == Some(true) {
            set(
                body,
                "privateFQDN",
                json!(format!("{stem}.{}.privatelink.{}.azmk8s.io", short(self.group), self.location)),
            );
        }
        let published =
            flag("enablePrivateCluster") != Some(true) || flag("enablePrivateClusterPublicFQDN") != Some(false);
        if published {
            set(body, "fqdn", json!(format!("{stem}.hcp.{}.azmk8s.io", self.location)));
        }
    }
}

fn apply(body: &mut Value, but: But) {
    let access = "apiServerAccessProfile";
    match but {
        But::Private => set_below(body, access, "enablePrivateCluster", json!(true)),
        But::PublicName(on) => set_below(body, access, "enablePrivateClusterPublicFQDN", json!(on)),
        But::Ranges(ranges) => set_below(body, access, "authorizedIPRanges", json!(ranges)),
        But::VnetIntegration => set_below(body, access, "enableVnetIntegration", json!(true)),
        But::NetworkAccess(word) => set(body, "publicNetworkAccess", json!(word)),
        But::RunCommand(on) => set_below(body, access, "disableRunCommand", json!(!on)),
        But::LocalAccounts(on) => set(body, "disableLocalAccounts", json!(!on)),
        But::LegacyEntra => set(
            body,
            "aadProfile",
            json!({"clientAppID": "3c7f2a11-5b1c-4f7e-9a41-0d6c2b9f1e77", "serverAppID": "8d1e5b20-7c44-4a19-b3d2-6f0a9c8e5d31"}),
        ),
        But::NoEntra => set(body, "aadProfile", Value::Null),
        But::AzureRbac(on) => {
            set_below(body, "aadProfile", "managed", json!(true));
            set_below(body, "aadProfile", "enableAzureRBAC", json!(on));
        }
        But::AdminGroups(count) => {
            set_below(body, "aadProfile", "managed", json!(true));
            set_below(body, "aadProfile", "adminGroupObjectIDs", json!(groups(count)));
        }
        But::KubernetesRbacOff => set(body, "enableRBAC", json!(false)),
        But::ServicePrincipal(app) => {
            set(body, "servicePrincipalProfile", json!({"clientId": app}));
            if let Some(object) = body.as_object_mut() {
                object.remove("identity");
            }
        }
        But::NoWorkloadIdentity => set_below(body, "securityProfile", "workloadIdentity", Value::Null),
        But::Upgrades(channel) => set_below(body, "autoUpgradeProfile", "upgradeChannel", json!(channel)),
        But::NodeOs(channel) => set_below(body, "autoUpgradeProfile", "nodeOSUpgradeChannel", json!(channel)),
        But::NetworkPolicy(policy) => set_below(body, "networkProfile", "networkPolicy", json!(policy)),
        But::NoPolicyAddon => set(body, "addonProfiles", Value::Null),
        But::AddOn(name) => set_below(body, "addonProfiles", name, json!({"enabled": true, "config": null})),
        But::LongTermSupport => {
            set(body, "supportPlan", json!("AKSLongTermSupport"));
            body["sku"]["tier"] = json!("Premium");
        }
        But::Kms => set_below(
            body,
            "securityProfile",
            "azureKeyVaultKms",
            json!({"enabled": true, "keyId": "https://kv-nordwind-kms.vault.azure.net/keys/aks/4f1d", "keyVaultNetworkAccess": "Private"}),
        ),
        But::Stopped => set(body, "powerState", json!({"code": "Stopped"})),
        But::Creating => {
            set(body, "provisioningState", json!("Creating"));
            if let Some(Value::Object(properties)) = body.get_mut("properties") {
                properties.remove("agentPoolProfiles");
                properties.remove("currentKubernetesVersion");
            }
        }
        But::Binding { .. } | But::BindingsDenied => {}
    }
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(Value::Object(properties)) = body.get_mut("properties") {
        properties.insert(name.to_owned(), value);
    }
}

fn set_below(body: &mut Value, parent: &str, name: &str, value: Value) {
    if let Some(Value::Object(properties)) = body.get_mut("properties") {
        let below = properties.entry(parent).or_insert_with(|| json!({}));
        if below.is_null() {
            *below = json!({});
        }
        if let Value::Object(map) = below {
            map.insert(name.to_owned(), value);
        }
    }
}

fn groups(count: usize) -> Vec<String> {
    (0..count).map(admin_group).collect()
}

pub(crate) fn admin_group(n: usize) -> String {
    format!("7e0d4c5a-92b1-4f0e-8a66-0000000000{n:02}")
}

/// The random part AKS puts into a name; here it follows from the name, so that the sample never changes.
fn short(name: &str) -> String {
    let sum = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{sum:08x}")
}
