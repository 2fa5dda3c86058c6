//! One AKS cluster as its document describes it; every setting is a `Field`, read once, here.

use crate::around::network_of;
use crate::field::Body;
use crate::{ArmId, Bindings, ContentHash, Field, Reading, Settings, Source, json};
use serde_json::Value;
use std::collections::BTreeMap;

/// Who can reach the API server.
#[derive(Debug, Clone)]
pub struct ApiServer {
    pub private: Field<bool>,
    pub public_name: Field<bool>,
    pub ranges: Field<Vec<String>>,
    pub run_command_disabled: Field<bool>,
    pub vnet_integration: Field<bool>,
    pub private_dns_zone: Field<String>,
    pub public_network_access: Field<String>,
    pub fqdn: Field<String>,
    pub private_fqdn: Field<String>,
}

/// How callers prove who they are and what they may do.
#[derive(Debug, Clone)]
pub struct Credentials {
    pub local_accounts_disabled: Field<bool>,
    /// Whether there is an `aadProfile` at all.
    pub entra: Field<bool>,
    pub entra_managed: Field<bool>,
    pub entra_legacy_client: Field<String>,
    pub entra_legacy_server: Field<String>,
    pub azure_rbac: Field<bool>,
    pub admin_groups: Field<Vec<String>>,
    pub kubernetes_rbac: Field<bool>,
    pub identity_type: Field<String>,
    pub service_principal: Field<String>,
    /// The principal id that nodes pull images with.
    pub kubelet: Field<String>,
    pub oidc_issuer: Field<bool>,
    pub workload_identity: Field<bool>,
}

/// By which address the nodes leave: theirs too has to be let in by a public API server.
#[derive(Debug, Clone)]
pub struct Nodes {
    pub outbound_type: Field<String>,
    /// Whether any pool gives its nodes public addresses of their own.
    pub public_addresses: Field<bool>,
}

#[derive(Debug, Clone)]
pub struct Hygiene {
    pub upgrade_channel: Field<String>,
    pub node_os_channel: Field<String>,
    pub network_policy: Field<String>,
    pub policy_addon: Field<bool>,
    pub kms: Field<bool>,
    pub key_vault_addon: Field<bool>,
    pub gateway_addon: Field<bool>,
    pub insights_addon: Field<bool>,
    pub prometheus: Field<bool>,
    /// `KubernetesOfficial` or `AKSLongTermSupport`.
    pub support_plan: Field<String>,
    pub defender_sensor: Field<bool>,
}

#[derive(Debug, Clone)]
pub struct Cluster {
    pub id: ArmId,
    pub name: String,
    pub location: String,
    /// Tells apart clusters that carried this id one after the other; empty in the usual case of one.
    pub instance: String,
    pub source: Source,
    pub hash: ContentHash,
    pub version: Field<String>,
    pub provisioning_state: Field<String>,
    pub power_state: Field<String>,
    pub tags: Field<BTreeMap<String, String>>,
    pub api_server: ApiServer,
    pub credentials: Credentials,
    pub nodes: Nodes,
    pub hygiene: Hygiene,
    /// Networks its nodes and its API server stand in, in lower case.
    pub networks: Vec<String>,
    pub node_group: Field<String>,
    /// Whether the answer names its node pools; one that was cut down may not.
    pub pools_told: bool,
    pub bindings: Bindings,
}

impl Cluster {
    pub fn read(id: ArmId, root: &Value, source: Source, hash: ContentHash) -> Self {
        let body = &Body::new(root);
        let name =
            json::child(root, "name").and_then(json::text).value().cloned().unwrap_or_else(|| id.name().to_owned());
        let location = json::child(root, "location").and_then(json::text).value().cloned().unwrap_or_default();
        Cluster {
            name,
            location: location.to_lowercase().replace(' ', ""),
            instance: String::new(),
            source,
            hash,
            version: first_of(
                Field::text(body, "properties.currentKubernetesVersion"),
                Field::text(body, "properties.kubernetesVersion"),
            ),
            provisioning_state: Field::text(body, "properties.provisioningState"),
            power_state: Field::text(body, "properties.powerState.code"),
            tags: Field::read(body, "tags", tags),
            api_server: ApiServer {
                private: Field::boolean(body, "properties.apiServerAccessProfile.enablePrivateCluster"),
                public_name: Field::boolean(body, "properties.apiServerAccessProfile.enablePrivateClusterPublicFQDN"),
                ranges: Field::texts(body, "properties.apiServerAccessProfile.authorizedIPRanges"),
                run_command_disabled: Field::boolean(body, "properties.apiServerAccessProfile.disableRunCommand"),
                vnet_integration: Field::boolean(body, "properties.apiServerAccessProfile.enableVnetIntegration"),
                private_dns_zone: Field::text(body, "properties.apiServerAccessProfile.privateDNSZone"),
                public_network_access: Field::text(body, "properties.publicNetworkAccess"),
                fqdn: Field::text(body, "properties.fqdn"),
                private_fqdn: Field::text(body, "properties.privateFQDN"),
            },
            credentials: Credentials {
                local_accounts_disabled: Field::boolean(body, "properties.disableLocalAccounts"),
                entra: Field::read(body, "properties.aadProfile", present),
                entra_managed: Field::boolean(body, "properties.aadProfile.managed"),
                entra_legacy_client: Field::text(body, "properties.aadProfile.clientAppID"),
                entra_legacy_server: Field::text(body, "properties.aadProfile.serverAppID"),
                azure_rbac: Field::boolean(body, "properties.aadProfile.enableAzureRBAC"),
                admin_groups: Field::texts(body, "properties.aadProfile.adminGroupObjectIDs"),
                kubernetes_rbac: Field::boolean(body, "properties.enableRBAC"),
                identity_type: Field::text(body, "identity.type"),
                service_principal: Field::text(body, "properties.servicePrincipalProfile.clientId"),
                kubelet: Field::text(body, "properties.identityProfile.kubeletidentity.objectId"),
                oidc_issuer: Field::boolean(body, "properties.oidcIssuerProfile.enabled"),
                workload_identity: Field::boolean(body, "properties.securityProfile.workloadIdentity.enabled"),
            },
            nodes: Nodes {
                outbound_type: Field::text(body, "properties.networkProfile.outboundType"),
                public_addresses: Field::read(body, "properties.agentPoolProfiles", public_addresses),
            },
            hygiene: Hygiene {
                upgrade_channel: Field::text(body, "properties.autoUpgradeProfile.upgradeChannel"),
                node_os_channel: Field::text(body, "properties.autoUpgradeProfile.nodeOSUpgradeChannel"),
                network_policy: Field::text(body, "properties.networkProfile.networkPolicy"),
                policy_addon: Field::boolean(body, "properties.addonProfiles.azurepolicy.enabled"),
                kms: Field::boolean(body, "properties.securityProfile.azureKeyVaultKms.enabled"),
                key_vault_addon: Field::boolean(body, "properties.addonProfiles.azureKeyvaultSecretsProvider.enabled"),
                gateway_addon: Field::boolean(body, "properties.addonProfiles.ingressApplicationGateway.enabled"),
                insights_addon: Field::boolean(body, "properties.addonProfiles.omsagent.enabled"),
                prometheus: Field::boolean(body, "properties.azureMonitorProfile.metrics.enabled"),
                support_plan: Field::text(body, "properties.supportPlan"),
                defender_sensor: sensor(body),
            },
            networks: networks(body),
            node_group: Field::text(body, "properties.nodeResourceGroup"),
            pools_told: matches!(body.lookup("properties.agentPoolProfiles"), Reading::Value(_)),
            bindings: Bindings::default(),
            id,
        }
    }

    /// Stopped clusters keep their verdicts, marked: so it will be when it starts.
    pub fn is_stopped(&self) -> bool {
        self.power_state.reading.value().is_some_and(|state| state.eq_ignore_ascii_case("stopped"))
    }

    /// Who answers for it, as its tags say; for display, the verdict is GOV-01's.
    pub fn owner(&self, settings: &Settings) -> Option<&str> {
        let tags = self.tags.reading.value()?;
        settings.owner_tag.find(tags).map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    pub fn subscription(&self) -> &str {
        self.id.subscription()
    }

    /// Where a value of this cluster was read: for evidence.
    pub fn source_line(&self) -> String {
        source_line(&self.source, &self.hash)
    }
}

/// The file or call, the place in it, and the SHA-256 of the body.
pub(crate) fn source_line(source: &Source, hash: &ContentHash) -> String {
    let Source { name, position, circumstances } = source;
    let beside = [&**position, &**circumstances].into_iter().filter(|text| !text.is_empty());
    let place: String = beside.flat_map(|text| [", ", text]).collect();
    format!("{name}{place}; sha256 {hash}")
}

/// Answers of before 2022-04 name the sensor `azureDefender`.
fn sensor(body: &Body<'_>) -> Field<bool> {
    let now = Field::boolean(body, "properties.securityProfile.defender.securityMonitoring.enabled");
    let then = Field::boolean(body, "properties.securityProfile.azureDefender.enabled");
    if now.is_absent() && !then.is_absent() { then } else { now }
}

fn networks(body: &Body<'_>) -> Vec<String> {
    let own = body.lookup("properties.apiServerAccessProfile.subnetId").and_then(json::text).value().cloned();
    let mut subnets: Vec<String> = own.into_iter().collect();
    if let Reading::Value(Value::Array(pools)) = body.lookup("properties.agentPoolProfiles") {
        subnets.extend(
            pools.iter().filter_map(|pool| json::child(pool, "vnetSubnetID").and_then(json::text).value().cloned()),
        );
    }
    let mut networks: Vec<String> = subnets.iter().filter_map(|subnet| network_of(subnet)).collect();
    networks.sort();
    networks.dedup();
    networks
}

/// One pool with them is enough; else one pool that nobody can read leaves all of them unread.
fn public_addresses(pools: &Value) -> Reading<bool> {
    let Value::Array(pools) = pools else {
        return Reading::Unreadable(format!("expected a list of pools, found {}", json::display_short(pools)));
    };
    let of_pool = |pool: &Value| json::child(pool, "enableNodePublicIP").and_then(json::boolean);
    let read: Vec<Reading<bool>> = pools.iter().map(of_pool).collect();
    if read.contains(&Reading::Value(true)) {
        return Reading::Value(true);
    }
    let unread = read.into_iter().find(|pool| matches!(pool, Reading::Unreadable(_)));
    unread.unwrap_or(Reading::Value(false))
}

fn first_of<T>(first: Field<T>, second: Field<T>) -> Field<T> {
    if first.is_absent() { second } else { first }
}

fn present(value: &Value) -> Reading<bool> {
    match value {
        Value::Object(_) => Reading::Value(true),
        other => Reading::Unreadable(format!("expected an object, found {}", json::display_short(other))),
    }
}

fn tags(value: &Value) -> Reading<BTreeMap<String, String>> {
    let Value::Object(map) = value else {
        return Reading::Unreadable(format!("expected tags, found {}", json::display_short(value)));
    };
    let mut read = BTreeMap::new();
    for (key, value) in map {
        match value {
            Value::String(text) => {
                read.insert(key.clone(), text.clone());
            }
            Value::Null => {}
            other => return Reading::Unreadable(format!("the tag {key} is {}", json::display_short(other))),
        }
    }
    Reading::Value(read)
}
