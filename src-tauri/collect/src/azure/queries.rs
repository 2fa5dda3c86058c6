//! What Resource Graph is asked. Tables: "Azure Resource Graph table and resource type reference". Every query is
//! ordered by id and projects it, because only then are pages handed out with a token ("Working with large data sets").

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
    RuleAssociations,
}

impl Table {
    pub(crate) const ALL: [Table; 13] = [
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
        Table::RuleAssociations,
    ];

    pub(crate) fn label(self) -> &'static str {
        match self {
            Table::Clusters => "clusters in Resource Graph",
            Table::Vaults => "backup vaults",
            Table::BackupInstances => "backup instances",
            Table::Extensions => "cluster extensions",
            Table::DefenderPlans => "Defender plans",
            Table::Workspaces => "ML workspaces",
            Table::RoleAssignments => "role assignments",
            Table::RoleDefinitions => "role definitions",
            Table::ManagedIdentities => "managed identities",
            Table::FleetMembers => "fleet members",
            Table::PrivateEndpoints => "private endpoints",
            Table::PolicyStates => "policy states",
            Table::RuleAssociations => "data collection rule associations",
        }
    }

    pub(crate) fn query(self) -> String {
        let (table, filter, columns) = match self {
            Table::Clusters => {
                ("resources", "type =~ 'microsoft.containerservice/managedclusters'", "subscriptionId, location")
            }
            Table::Vaults => (
                "resources",
                "type =~ 'microsoft.dataprotection/backupvaults'",
                "name, type, location, tags, identity, properties",
            ),
            Table::BackupInstances => (
                "recoveryservicesresources",
                "type =~ 'microsoft.dataprotection/backupvaults/backupinstances' and properties.dataSourceInfo.datasourceType =~ 'Microsoft.ContainerService/managedClusters'",
                "name, type, properties",
            ),
            Table::Extensions => (
                "kubernetesconfigurationresources",
                "type =~ 'microsoft.kubernetesconfiguration/extensions' and id has '/managedclusters/'",
                "name, type, identity, properties",
            ),
            Table::DefenderPlans => (
                "securityresources",
                "type =~ 'microsoft.security/pricings' and name in~ ('Containers', 'CloudPosture')",
                "name, type, properties",
            ),
            Table::Workspaces => (
                "resources",
                "type =~ 'microsoft.machinelearningservices/workspaces'",
                "name, type, location, tags, identity, kind, properties",
            ),
            Table::RoleAssignments => (
                "authorizationresources",
                "type =~ 'microsoft.authorization/roleassignments'",
                "name, type, properties",
            ),
            Table::RoleDefinitions => (
                "authorizationresources",
                "type =~ 'microsoft.authorization/roledefinitions'",
                "name, type, properties",
            ),
            Table::ManagedIdentities => (
                "resources",
                "type =~ 'microsoft.managedidentity/userassignedidentities'",
                "name, type, location, tags, properties",
            ),
            Table::FleetMembers => {
                ("aksresources", "type =~ 'microsoft.containerservice/fleets/members'", "name, type, properties")
            }
            Table::PrivateEndpoints => (
                "resources",
                "type =~ 'microsoft.network/privateendpoints' and tostring(properties) contains 'managedClusters'",
                "name, type, location, properties",
            ),
            Table::PolicyStates => (
                "policyresources",
                "type =~ 'microsoft.policyinsights/policystates' and properties.resourceType =~ 'microsoft.containerservice/managedclusters'",
                "name, type, properties",
            ),
            Table::RuleAssociations => (
                "insightresources",
                "type =~ 'microsoft.insights/datacollectionruleassociations' and id has '/managedclusters/'",
                "name, type, properties",
            ),
        };
        format!("{table} | where {filter} | project id, {columns} | order by id asc")
    }

    /// The right without which rows are missing and nobody says so.
    pub(crate) fn action(self) -> &'static str {
        match self {
            Table::Clusters => "Microsoft.ContainerService/managedClusters/read",
            Table::Vaults => "Microsoft.DataProtection/backupVaults/read",
            Table::BackupInstances => "Microsoft.DataProtection/backupVaults/backupInstances/read",
            Table::Extensions => "Microsoft.KubernetesConfiguration/extensions/read",
            Table::DefenderPlans => "Microsoft.Security/pricings/read",
            Table::Workspaces => "Microsoft.MachineLearningServices/workspaces/read",
            Table::RoleAssignments => "Microsoft.Authorization/roleAssignments/read",
            Table::RoleDefinitions => "Microsoft.Authorization/roleDefinitions/read",
            Table::ManagedIdentities => "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            Table::FleetMembers => "Microsoft.ContainerService/fleets/members/read",
            Table::PrivateEndpoints => "Microsoft.Network/privateEndpoints/read",
            Table::PolicyStates => "Microsoft.PolicyInsights/policyStates/queryResults/read",
            Table::RuleAssociations => "Microsoft.Insights/dataCollectionRuleAssociations/read",
        }
    }

    /// Rights are given above a subscription too; without these an inherited one would be missed.
    pub(crate) fn looks_above(self) -> bool {
        matches!(self, Table::RoleAssignments | Table::RoleDefinitions)
    }
}
