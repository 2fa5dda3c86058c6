# Attaches a cluster to an Azure Machine Learning workspace together with the Trusted Access binding it needs.
# The extension Microsoft.AzureML.Kubernetes has to be on the cluster already. The provider azurerm knows only the
# older inference clusters, whose role amounts to cluster-admin; the attachment is therefore made with azapi.
#
# As a module:
#   module "ml_workspace" {
#     source              = "./templates/ml-workspace"
#     cluster_name        = "CLUSTER"
#     resource_group_name = "GROUP"
#     workspace_name      = "WORKSPACE"
#   }

variable "cluster_name" {
  type        = string
  description = "The cluster to be attached."
}

variable "resource_group_name" {
  type        = string
  description = "The resource group of the cluster and the workspace."
}

variable "workspace_name" {
  type        = string
  description = "The workspace; it needs a system-assigned identity."
}

variable "binding_name" {
  type        = string
  description = "Name of the binding: up to 24 letters, digits and hyphens. Without one it is made from the name of the workspace; one serves all its computes."
  default     = null

  validation {
    condition     = var.binding_name == null ? true : can(regex("^[0-9A-Za-z-]{1,24}$", var.binding_name))
    error_message = "The name of a binding has 1 to 24 letters, digits and hyphens."
  }
}

locals {
  plain_name = replace(var.workspace_name, "_", "-")
  # two workspaces whose names begin alike keep two bindings
  short_name   = "${substr(local.plain_name, 0, 14)}-${substr(sha1(lower(var.workspace_name)), 0, 6)}"
  binding_name = coalesce(var.binding_name, "ml-${length(local.plain_name) <= 21 ? local.plain_name : local.short_name}")
}

variable "compute_name" {
  type    = string
  default = "aks"
}

variable "namespace" {
  type        = string
  description = "Kubernetes namespace in which the jobs run."
  default     = "azureml"
}

terraform {
  required_providers {
    azurerm = {
      source = "hashicorp/azurerm"
    }
    azapi = {
      source  = "azure/azapi"
      version = ">= 2.0.0"
    }
  }
}

data "azurerm_kubernetes_cluster" "aks" {
  name                = var.cluster_name
  resource_group_name = var.resource_group_name
}

data "azurerm_machine_learning_workspace" "workspace" {
  name                = var.workspace_name
  resource_group_name = var.resource_group_name
}

resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "ml" {
  kubernetes_cluster_id = data.azurerm_kubernetes_cluster.aks.id
  name                  = local.binding_name
  roles                 = ["Microsoft.MachineLearningServices/workspaces/mlworkload"]
  source_resource_id    = data.azurerm_machine_learning_workspace.workspace.id
}

resource "azapi_resource" "compute" {
  type      = "Microsoft.MachineLearningServices/workspaces/computes@2024-10-01"
  name      = var.compute_name
  parent_id = data.azurerm_machine_learning_workspace.workspace.id
  location  = data.azurerm_machine_learning_workspace.workspace.location

  identity {
    type = "SystemAssigned"
  }

  body = {
    properties = {
      computeType = "Kubernetes"
      resourceId  = data.azurerm_kubernetes_cluster.aks.id
      properties = {
        namespace = var.namespace
      }
    }
  }

  depends_on = [azurerm_kubernetes_cluster_trusted_access_role_binding.ml]
}

output "compute_id" {
  value = azapi_resource.compute.id
}
