// Attaches a cluster to an Azure Machine Learning workspace together with the Trusted Access binding it needs.
// Deploy it into the resource group that holds both. The extension Microsoft.AzureML.Kubernetes has to be on the
// cluster already; its principal is the identity that works there.
//
// As a module:
//   module attached 'templates/ml-workspace/main.bicep' = {
//     name: 'ml-workspace'
//     params: { clusterName: 'CLUSTER', workspaceName: 'WORKSPACE' }
//   }

@description('Where the compute is written down; the region of the workspace.')
param location string = resourceGroup().location

@description('The cluster, in this resource group.')
param clusterName string

@description('The workspace, in this resource group; it needs a system-assigned identity.')
param workspaceName string

@description('Name of the binding: up to 24 letters, digits and hyphens. Without one it is made from the name of the workspace; one binding serves all computes of it.')
@maxLength(24)
param bindingName string = length(workspaceName) <= 21 ? 'ml-${replace(workspaceName, '_', '-')}' : 'ml-${take(replace(workspaceName, '_', '-'), 14)}-${take(uniqueString(toLower(workspaceName)), 6)}'

param computeName string = 'aks'

@description('Kubernetes namespace in which the jobs run.')
param namespace string = 'azureml'

resource aks 'Microsoft.ContainerService/managedClusters@2025-10-01' existing = {
  name: clusterName
}

resource workspace 'Microsoft.MachineLearningServices/workspaces@2024-10-01' existing = {
  name: workspaceName
}

resource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {
  parent: aks
  name: bindingName
  properties: {
    sourceResourceId: workspace.id
    roles: [
      'Microsoft.MachineLearningServices/workspaces/mlworkload'
    ]
  }
}

resource compute 'Microsoft.MachineLearningServices/workspaces/computes@2024-10-01' = {
  parent: workspace
  name: computeName
  location: location
  identity: {
    type: 'SystemAssigned'
  }
  properties: {
    computeType: 'Kubernetes'
    resourceId: aks.id
    properties: {
      namespace: namespace
    }
  }
  dependsOn: [
    binding
  ]
}

output computeId string = compute.id
