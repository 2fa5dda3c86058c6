//! What stands around the clusters of a made-up fleet: roles, resource groups, networks, a policy, versions.

use serde_json::{Value, json};

/// The built-in roles that the fleet assigns, as Azure defines them; they belong to no subscription.
pub(crate) fn role_definitions() -> Vec<Value> {
    let taken = [
        "Microsoft.Authorization/*/Delete",
        "Microsoft.Authorization/*/Write",
        "Microsoft.Authorization/elevateAccess/Action",
        "Microsoft.Blueprint/blueprintAssignments/write",
        "Microsoft.Blueprint/blueprintAssignments/delete",
        "Microsoft.Compute/galleries/share/action",
        "Microsoft.Purview/consents/write",
        "Microsoft.Purview/consents/delete",
    ];
    let role = |guid: &str, name: &str, actions: &[&str], not_actions: &[&str]| {
        json!({"id": format!("/providers/Microsoft.Authorization/roleDefinitions/{guid}"), "name": guid, "type": "Microsoft.Authorization/roleDefinitions",
            "properties": {"roleName": name, "type": "BuiltInRole", "assignableScopes": ["/"],
                "permissions": [{"actions": actions, "notActions": not_actions, "dataActions": [], "notDataActions": []}]}})
    };
    vec![
        role("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", "Owner", &["*"], &[]),
        role("b24988ac-6180-42a0-ab88-20f7382dd24c", "Contributor", &["*"], &taken),
        role("acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", &["*/read"], &[]),
    ]
}

pub(crate) fn group(scope: &str, name: &str) -> Value {
    json!({"id": format!("{scope}/resourceGroups/{name}"), "name": name, "type": "Microsoft.Resources/resourceGroups", "location": "westeurope",
        "tags": {"environment": "production"}, "properties": {"provisioningState": "Succeeded"}})
}

fn network_id(scope: &str, name: &str) -> String {
    format!("{scope}/resourceGroups/rg-net/providers/Microsoft.Network/virtualNetworks/{name}")
}

/// Where nodes stand that AKS did not make a network for.
pub(crate) fn subnet(scope: &str, number: u32) -> String {
    format!("{}/subnets/nodes", network_id(scope, &format!("spoke-{number:03}")))
}

/// A network for nodes, peered with a hub; in the first subscription the hub has the usual ways in.
pub(crate) fn networks(scope: &str, number: u32) -> Vec<Value> {
    let (spoke, hub) =
        (network_id(scope, &format!("spoke-{number:03}")), network_id(scope, &format!("hub-{number:03}")));
    let network = |id: &str, peer: &str| {
        let name = id.rsplit('/').next().unwrap_or_default();
        json!({"id": id, "name": name, "type": "Microsoft.Network/virtualNetworks", "location": "westeurope",
            "properties": {"provisioningState": "Succeeded", "addressSpace": {"addressPrefixes": ["10.0.0.0/16"]},
                "virtualNetworkPeerings": [{"id": format!("{id}/virtualNetworkPeerings/p"), "name": "p",
                    "properties": {"peeringState": "Connected", "remoteVirtualNetwork": {"id": peer}}}]}})
    };
    let mut made = vec![network(&spoke, &hub), network(&hub, &spoke)];
    if number == 0 {
        made.extend(ways_in(scope, &hub));
    }
    made
}

fn ways_in(scope: &str, hub: &str) -> Vec<Value> {
    let group = format!("{scope}/resourceGroups/rg-net/providers");
    let in_subnet =
        |name: &str| json!([{"name": "ip", "properties": {"subnet": {"id": format!("{hub}/subnets/{name}")}}}]);
    let machine = format!("{group}/Microsoft.Compute/virtualMachines/jump-01");
    // an interface is seldom named like its machine
    let interface = format!("{group}/Microsoft.Network/networkInterfaces/nic-7f3a");
    vec![
        json!({"id": format!("{group}/Microsoft.Network/virtualNetworkGateways/vpn-hub"), "name": "vpn-hub", "type": "Microsoft.Network/virtualNetworkGateways", "location": "westeurope",
            "properties": {"gatewayType": "Vpn", "sku": {"name": "VpnGw1AZ"}, "ipConfigurations": in_subnet("GatewaySubnet")}}),
        json!({"id": format!("{group}/Microsoft.Network/bastionHosts/bastion-hub"), "name": "bastion-hub", "type": "Microsoft.Network/bastionHosts", "location": "westeurope",
            "sku": {"name": "Standard"}, "properties": {"ipConfigurations": in_subnet("AzureBastionSubnet")}}),
        json!({"id": machine, "name": "jump-01", "type": "Microsoft.Compute/virtualMachines", "location": "westeurope",
            "properties": {"networkProfile": {"networkInterfaces": [{"id": interface}]}}}),
        json!({"id": interface, "name": "nic-7f3a", "type": "Microsoft.Network/networkInterfaces", "location": "westeurope",
            "properties": {"virtualMachine": {"id": machine}, "ipConfigurations": in_subnet("default")}}),
    ]
}

/// A policy of the client's own; nobody assigned it yet.
pub(crate) fn policy(scope: &str) -> Value {
    json!({"id": format!("{scope}/providers/Microsoft.Authorization/policyDefinitions/storage-https"), "name": "storage-https", "type": "Microsoft.Authorization/policyDefinitions",
        "properties": {"displayName": "Storage over HTTPS", "policyType": "Custom", "mode": "Indexed", "parameters": {},
            "policyRule": {"if": {"field": "type", "equals": "Microsoft.Storage/storageAccounts"}, "then": {"effect": "audit"}}}})
}

/// What a location offers; by November 2026 the clusters' 1.33 has long-term support only.
pub fn kubernetes_versions() -> Value {
    let version = |minor: &str, patch: &str, plans: &[&str], is_preview: Value| json!({"version": minor, "capabilities": {"supportPlan": plans}, "isPreview": is_preview, "patchVersions": {patch: {"upgrades": []}}});
    let both = ["KubernetesOfficial", "AKSLongTermSupport"];
    json!({"values": [
        version("1.32", "1.32.11", &["AKSLongTermSupport"], Value::Null),
        version("1.33", "1.33.9", &["AKSLongTermSupport"], Value::Null),
        version("1.34", "1.34.6", &both, Value::Null),
        version("1.35", "1.35.4", &both, Value::Null),
        version("1.36", "1.36.1", &both, Value::Null),
        version("1.37", "1.37.0", &["KubernetesOfficial"], json!(true)),
    ]})
}

#[cfg(test)]
mod tests {
    use crate::kql::Query;
    use serde_json::Value;

    #[test]
    fn a_jump_host_is_found_by_its_name_and_its_interface_by_its_machine() {
        let all = super::networks("/subscriptions/s", 0);
        let of = |filter: &str| -> Vec<Value> {
            let rows =
                Query::parse(&format!("resources | where {filter} | project id")).map(|query| query.run(all.iter()));
            rows.unwrap_or_default()
        };
        let machines =
            "type =~ 'microsoft.compute/virtualmachines' and (name contains 'jump' or name contains 'bastion')";
        let interfaces = "type =~ 'microsoft.network/networkinterfaces' and tostring(properties.virtualMachine) != '' and (tostring(properties.virtualMachine.id) contains 'jump' or tostring(properties.virtualMachine.id) contains 'bastion')";
        assert_eq!((of(machines).len(), of(interfaces).len()), (1, 1));
    }
}
