# A new backup vault together with the Trusted Access binding it needs. The backup extension, the snapshot group and
# the backup instance come afterwards; without the binding they fail.

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
  description = "Name of the binding: up to 24 letters, digits and hyphens."
  default     = "aks-backup"

  validation {
    condition     = length(var.binding_name) <= 24
    error_message = "The name of a binding has at most 24 characters."
  }
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
  name                  = var.binding_name
  roles                 = ["Microsoft.DataProtection/backupVaults/backup-operator"]
  source_resource_id    = azurerm_data_protection_backup_vault.vault.id
}

output "vault_id" {
  value = azurerm_data_protection_backup_vault.vault.id
}

output "vault_principal_id" {
  value = azurerm_data_protection_backup_vault.vault.identity[0].principal_id
}
