# A new backup vault together with the Trusted Access binding it needs. The backup extension, the snapshot group and
# the backup instance come afterwards; without the binding they fail.
#
# As a module:
#   module "backup_vault" {
#     source              = "./templates/backup-vault"
#     cluster_name        = "CLUSTER"
#     resource_group_name = "GROUP"
#     vault_name          = "VAULT"
#   }

terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = ">= 4.0"
    }
  }
}

variable "cluster_name" {
  type        = string
  description = "The cluster to be backed up."
}

variable "resource_group_name" {
  type        = string
  description = "The resource group of the cluster; the vault is made in it."
}

variable "vault_name" {
  type = string
}

variable "binding_name" {
  type        = string
  description = "Name of the binding: up to 24 letters, digits and hyphens. Without one it is made from the name of the vault."
  default     = null

  validation {
    condition     = var.binding_name == null ? true : can(regex("^[0-9A-Za-z-]{1,24}$", var.binding_name))
    error_message = "The name of a binding has 1 to 24 letters, digits and hyphens."
  }
}

locals {
  # two vaults whose names begin alike keep two bindings
  short_name   = "${substr(var.vault_name, 0, 10)}-${substr(sha1(lower(var.vault_name)), 0, 6)}"
  binding_name = coalesce(var.binding_name, "backup-${length(var.vault_name) <= 17 ? var.vault_name : local.short_name}")
}

data "azurerm_kubernetes_cluster" "aks" {
  name                = var.cluster_name
  resource_group_name = var.resource_group_name
}

resource "azurerm_data_protection_backup_vault" "vault" {
  name                = var.vault_name
  resource_group_name = var.resource_group_name
  location            = data.azurerm_kubernetes_cluster.aks.location
  datastore_type      = "VaultStore"
  redundancy          = "LocallyRedundant"

  identity {
    type = "SystemAssigned"
  }
}

resource "azurerm_kubernetes_cluster_trusted_access_role_binding" "backup" {
  kubernetes_cluster_id = data.azurerm_kubernetes_cluster.aks.id
  name                  = local.binding_name
  roles                 = ["Microsoft.DataProtection/backupVaults/backup-operator"]
  source_resource_id    = azurerm_data_protection_backup_vault.vault.id
}

output "vault_id" {
  value = azurerm_data_protection_backup_vault.vault.id
}

output "vault_principal_id" {
  value = azurerm_data_protection_backup_vault.vault.identity[0].principal_id
}
