// A new backup vault together with the Trusted Access binding it needs: one deployment makes both or neither.
// Deploy it into the resource group of the cluster. The backup extension, the snapshot group and the backup
// instance are made afterwards; without the binding they fail.
//
// As a module:
//   module vault 'templates/backup-vault/main.bicep' = {
//     name: 'backup-vault'
//     params: { clusterName: 'CLUSTER', vaultName: 'VAULT' }
//   }

@description('Where the vault stands; the region of the cluster.')
param location string = resourceGroup().location

@description('The cluster, in this resource group.')
param clusterName string

param vaultName string

@description('Name of the binding: up to 24 letters, digits and hyphens. Without one it is made from the name of the vault.')
@maxLength(24)
param bindingName string = length(vaultName) <= 17 ? 'backup-${vaultName}' : 'backup-${take(vaultName, 10)}-${take(uniqueString(toLower(vaultName)), 6)}'

resource aks 'Microsoft.ContainerService/managedClusters@2025-10-01' existing = {
  name: clusterName
}

resource vault 'Microsoft.DataProtection/backupVaults@2024-04-01' = {
  name: vaultName
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    storageSettings: [
      {
        datastoreType: 'VaultStore'
        type: 'LocallyRedundant'
      }
    ]
  }
}

resource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {
  parent: aks
  name: bindingName
  properties: {
    sourceResourceId: vault.id
    roles: [
      'Microsoft.DataProtection/backupVaults/backup-operator'
    ]
  }
}

output vaultId string = vault.id
output vaultPrincipalId string = vault.identity.principalId
