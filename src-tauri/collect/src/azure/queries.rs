//! What Resource Graph is asked. Tables: "Azure Resource Graph table and resource type reference". Every query is
//! ordered by id and projects it, because only then are pages handed out with a token ("Working with large data sets").

use quay_model::lists;

/// One query over many subscriptions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Table {
    Clusters,
    Vaults,
    BackupInstances,
    Extensions,
    DefenderPlans,
    Workspaces,
    RoleAssignments,
    RoleDefinitions,
    ManagedIdentities,
    FleetMembers,
    PrivateEndpoints,
    PolicyStates,
    PolicyDefinitions,
    RuleAssociations,
    CollectionRules,
    FluxConfigurations,
    ChaosTargets,
    Delegations,
    Networks,
    Gateways,
    Bastions,
    Machines,
    Interfaces,
    Containers,
    Others,
}

/// What one table is asked, and what it takes to be answered.
struct Asked {
    label: &'static str,
    table: &'static str,
    filter: &'static str,
    columns: &'static str,
    /// Types in the answer, in lower case.
    kinds: &'static [&'static str],
    /// The rights without which rows are missing and nobody says so.
    actions: &'static [&'static str],
}

impl Table {
    pub(crate) const ALL: [Table; 25] = [
        Table::Clusters,
        Table::Vaults,
        Table::BackupInstances,
        Table::Extensions,
        Table::DefenderPlans,
        Table::Workspaces,
        Table::RoleAssignments,
        Table::RoleDefinitions,
        Table::ManagedIdentities,
        Table::FleetMembers,
        Table::PrivateEndpoints,
        Table::PolicyStates,
        Table::PolicyDefinitions,
        Table::RuleAssociations,
        Table::CollectionRules,
        Table::FluxConfigurations,
        Table::ChaosTargets,
        Table::Delegations,
        Table::Networks,
        Table::Gateways,
        Table::Bastions,
        Table::Machines,
        Table::Interfaces,
        Table::Containers,
        Table::Others,
    ];

    pub(crate) fn label(self) -> &'static str {
        self.asked().label
    }

    pub(crate) fn query(self) -> String {
        let Asked { table, filter, columns, .. } = self.asked();
        format!("{table} | where {filter} | project id, {columns} | order by id asc")
    }

    pub(crate) fn actions(self) -> &'static [&'static str] {
        self.asked().actions
    }

    /// Rights and policies are given above a subscription too; without these an inherited one would be missed.
    pub(crate) fn looks_above(self) -> bool {
        matches!(self, Table::RoleAssignments | Table::RoleDefinitions | Table::PolicyDefinitions)
    }

    fn asked(self) -> Asked {
        match self {
            Table::Clusters => Asked {
                label: "clusters in Resource Graph",
                table: "resources",
                filter: "type =~ 'microsoft.containerservice/managedclusters'",
                columns: "subscriptionId, location",
                kinds: &["microsoft.containerservice/managedclusters"],
                actions: &["Microsoft.ContainerService/managedClusters/read"],
            },
            Table::Vaults => Asked {
                label: lists::VAULTS,
                table: "resources",
                filter: "type =~ 'microsoft.dataprotection/backupvaults'",
                columns: "name, type, location, tags, identity, properties",
                kinds: &["microsoft.dataprotection/backupvaults"],
                actions: &["Microsoft.DataProtection/backupVaults/read"],
            },
            Table::BackupInstances => Asked {
                label: lists::BACKUPS,
                table: "recoveryservicesresources",
                filter: "type =~ 'microsoft.dataprotection/backupvaults/backupinstances' and properties.dataSourceInfo.datasourceType =~ 'Microsoft.ContainerService/managedClusters'",
                columns: "name, type, properties",
                kinds: &["microsoft.dataprotection/backupvaults/backupinstances"],
                actions: &["Microsoft.DataProtection/backupVaults/backupInstances/read"],
            },
            Table::Extensions => Asked {
                label: lists::EXTENSIONS,
                table: "kubernetesconfigurationresources",
                filter: "type =~ 'microsoft.kubernetesconfiguration/extensions' and id has '/managedclusters/'",
                columns: "name, type, identity, properties",
                kinds: &["microsoft.kubernetesconfiguration/extensions"],
                actions: &["Microsoft.KubernetesConfiguration/extensions/read"],
            },
            Table::DefenderPlans => Asked {
                label: lists::PLANS,
                table: "securityresources",
                filter: "type =~ 'microsoft.security/pricings' and name in~ ('Containers', 'CloudPosture')",
                columns: "name, type, properties",
                kinds: &["microsoft.security/pricings"],
                actions: &["Microsoft.Security/pricings/read"],
            },
            Table::Workspaces => Asked {
                label: lists::WORKSPACES,
                table: "resources",
                filter: "type =~ 'microsoft.machinelearningservices/workspaces'",
                columns: "name, type, location, tags, identity, kind, properties",
                kinds: &["microsoft.machinelearningservices/workspaces"],
                actions: &["Microsoft.MachineLearningServices/workspaces/read"],
            },
            Table::RoleAssignments => Asked {
                label: lists::ASSIGNMENTS,
                table: "authorizationresources",
                filter: "type =~ 'microsoft.authorization/roleassignments'",
                columns: "name, type, properties",
                kinds: &["microsoft.authorization/roleassignments"],
                actions: &["Microsoft.Authorization/roleAssignments/read"],
            },
            Table::RoleDefinitions => Asked {
                label: lists::DEFINITIONS,
                table: "authorizationresources",
                filter: "type =~ 'microsoft.authorization/roledefinitions'",
                columns: "name, type, properties",
                kinds: &["microsoft.authorization/roledefinitions"],
                actions: &["Microsoft.Authorization/roleDefinitions/read"],
            },
            Table::ManagedIdentities => Asked {
                label: lists::IDENTITIES,
                table: "resources",
                filter: "type =~ 'microsoft.managedidentity/userassignedidentities'",
                columns: "name, type, location, tags, properties",
                kinds: &["microsoft.managedidentity/userassignedidentities"],
                actions: &["Microsoft.ManagedIdentity/userAssignedIdentities/read"],
            },
            Table::FleetMembers => Asked {
                label: lists::FLEET_MEMBERS,
                table: "aksresources",
                filter: "type =~ 'microsoft.containerservice/fleets/members'",
                columns: "name, type, properties",
                kinds: &["microsoft.containerservice/fleets/members"],
                actions: &["Microsoft.ContainerService/fleets/members/read"],
            },
            Table::PrivateEndpoints => Asked {
                label: lists::PRIVATE_ENDPOINTS,
                table: "resources",
                filter: "type =~ 'microsoft.network/privateendpoints' and tostring(properties) contains 'managedClusters'",
                columns: "name, type, location, properties",
                kinds: &["microsoft.network/privateendpoints"],
                actions: &["Microsoft.Network/privateEndpoints/read"],
            },
            Table::PolicyStates => Asked {
                label: lists::POLICY_STATES,
                table: "policyresources",
                filter: "type =~ 'microsoft.policyinsights/policystates' and properties.resourceType =~ 'microsoft.containerservice/managedclusters'",
                columns: "name, type, properties",
                kinds: &["microsoft.policyinsights/policystates"],
                actions: &["Microsoft.PolicyInsights/policyStates/queryResults/read"],
            },
            // what is built in is the same everywhere, and there are thousands of it
            Table::PolicyDefinitions => Asked {
                label: lists::POLICY_DEFINITIONS,
                table: "policyresources",
                filter: "type in~ ('microsoft.authorization/policydefinitions', 'microsoft.authorization/policysetdefinitions') and properties.policyType =~ 'Custom'",
                columns: "name, type, properties",
                kinds: &["microsoft.authorization/policydefinitions", "microsoft.authorization/policysetdefinitions"],
                actions: &[
                    "Microsoft.Authorization/policyDefinitions/read",
                    "Microsoft.Authorization/policySetDefinitions/read",
                ],
            },
            Table::RuleAssociations => Asked {
                label: lists::RULE_ASSOCIATIONS,
                table: "insightresources",
                filter: "type =~ 'microsoft.insights/datacollectionruleassociations' and id has '/managedclusters/'",
                columns: "name, type, properties",
                kinds: &["microsoft.insights/datacollectionruleassociations"],
                actions: &["Microsoft.Insights/dataCollectionRuleAssociations/read"],
            },
            // only those that send metrics somewhere lead to a dashboard
            Table::CollectionRules => Asked {
                label: lists::COLLECTION_RULES,
                table: "resources",
                filter: "type =~ 'microsoft.insights/datacollectionrules' and tostring(properties.destinations) contains 'monitoringAccounts'",
                columns: "name, type, location, properties",
                kinds: &["microsoft.insights/datacollectionrules"],
                actions: &["Microsoft.Insights/dataCollectionRules/read"],
            },
            Table::FluxConfigurations => Asked {
                label: lists::FLUX,
                table: "kubernetesconfigurationresources",
                filter: "type =~ 'microsoft.kubernetesconfiguration/fluxconfigurations' and id has '/managedclusters/'",
                columns: "name, type, properties",
                kinds: &["microsoft.kubernetesconfiguration/fluxconfigurations"],
                actions: &["Microsoft.KubernetesConfiguration/fluxConfigurations/read"],
            },
            Table::ChaosTargets => Asked {
                label: lists::CHAOS,
                table: "chaosresources",
                filter: "type =~ 'microsoft.chaos/targets' and id has '/managedclusters/'",
                columns: "name, type, properties",
                kinds: &["microsoft.chaos/targets"],
                actions: &["Microsoft.Chaos/targets/read"],
            },
            Table::Delegations => Asked {
                label: lists::DELEGATIONS,
                table: "managedserviceresources",
                filter: "type =~ 'microsoft.managedservices/registrationassignments'",
                columns: "name, type, properties",
                kinds: &["microsoft.managedservices/registrationassignments"],
                actions: &["Microsoft.ManagedServices/registrationAssignments/read"],
            },
            Table::Networks => Asked {
                label: lists::NETWORKS,
                table: "resources",
                filter: "type =~ 'microsoft.network/virtualnetworks'",
                columns: "name, type, location, properties",
                kinds: &["microsoft.network/virtualnetworks"],
                actions: &["Microsoft.Network/virtualNetworks/read"],
            },
            Table::Gateways => Asked {
                label: lists::GATEWAYS,
                table: "resources",
                filter: "type =~ 'microsoft.network/virtualnetworkgateways'",
                columns: "name, type, location, properties",
                kinds: &["microsoft.network/virtualnetworkgateways"],
                actions: &["Microsoft.Network/virtualNetworkGateways/read"],
            },
            Table::Bastions => Asked {
                label: lists::BASTIONS,
                table: "resources",
                filter: "type =~ 'microsoft.network/bastionhosts'",
                columns: "name, type, location, properties",
                kinds: &["microsoft.network/bastionhosts"],
                actions: &["Microsoft.Network/bastionHosts/read"],
            },
            // of the many machines only those that are called what a way in is called
            Table::Machines => Asked {
                label: lists::MACHINES,
                table: "resources",
                filter: "type =~ 'microsoft.compute/virtualmachines' and (name contains 'jump' or name contains 'bastion')",
                columns: "name, type, location, properties",
                kinds: &["microsoft.compute/virtualmachines"],
                actions: &["Microsoft.Compute/virtualMachines/read"],
            },
            // an interface knows the network that its machine stands in
            Table::Interfaces => Asked {
                label: lists::MACHINES,
                table: "resources",
                filter: "type =~ 'microsoft.network/networkinterfaces' and tostring(properties.virtualMachine) != '' and (tostring(properties.virtualMachine.id) contains 'jump' or tostring(properties.virtualMachine.id) contains 'bastion')",
                columns: "name, type, location, properties",
                kinds: &["microsoft.network/networkinterfaces"],
                actions: &["Microsoft.Network/networkInterfaces/read"],
            },
            Table::Containers => Asked {
                label: lists::CONTAINERS,
                table: "resourcecontainers",
                filter: "type in~ ('microsoft.resources/subscriptions', 'microsoft.resources/subscriptions/resourcegroups')",
                columns: "name, type, tags, properties",
                kinds: &["microsoft.resources/subscriptions", "microsoft.resources/resourcegroups"],
                actions: &[
                    "Microsoft.Resources/subscriptions/read",
                    "Microsoft.Resources/subscriptions/resourceGroups/read",
                ],
            },
            Table::Others => Asked {
                label: lists::OTHERS,
                table: "resources",
                filter: "(type =~ 'microsoft.eventgrid/systemtopics' and properties.source has 'managedClusters') or type =~ 'microsoft.dashboard/grafana'",
                columns: "name, type, properties",
                kinds: &["microsoft.eventgrid/systemtopics", "microsoft.dashboard/grafana"],
                actions: &["Microsoft.EventGrid/systemTopics/read", "Microsoft.Dashboard/grafana/read"],
            },
        }
    }
}

/// What a query of ours lists: the types, and whether it has to look above subscriptions too. `None` for all others; the
/// query about clusters is one of those, because it names them only and says nothing about them.
pub(crate) fn own_query(text: &str) -> Option<(&'static [&'static str], bool)> {
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    let asked = plain(text);
    let own = |table: &Table| *table != Table::Clusters && plain(&table.query()) == asked;
    let table = Table::ALL.into_iter().find(own)?;
    Some((table.asked().kinds, table.looks_above()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_query_is_known_again_and_no_other() {
        for table in Table::ALL {
            let kinds = own_query(&table.query().to_uppercase().replace('|', "\n  |")).map(|(kinds, _)| kinds);
            assert_eq!(kinds.is_some(), table != Table::Clusters, "{table:?}");
            assert_eq!(own_query(&format!("{} | limit 1", table.query())), None);
        }
    }
}
