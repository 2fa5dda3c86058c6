//! Where Microsoft documents what the rules rest on.

use quay_model::Reference;

const fn learn(title: &'static str, url: &'static str) -> Reference {
    Reference { title, url }
}

pub(crate) const AUTHORIZED_RANGES: Reference = learn(
    "Secure access to the API server using authorized IP ranges in AKS",
    "https://learn.microsoft.com/azure/aks/api-server-authorized-ip-ranges",
);
pub(crate) const PRIVATE_CLUSTERS: Reference =
    learn("Create a private AKS cluster", "https://learn.microsoft.com/azure/aks/private-clusters");
pub(crate) const VNET_INTEGRATION: Reference = learn(
    "Create an AKS cluster with API Server VNet Integration",
    "https://learn.microsoft.com/azure/aks/api-server-vnet-integration",
);
pub(crate) const COMMAND_INVOKE: Reference = learn(
    "Access a private AKS cluster using command invoke",
    "https://learn.microsoft.com/azure/aks/access-private-cluster",
);
pub(crate) const TRUSTED_ACCESS: Reference = learn(
    "Get secure resource access to AKS by using Trusted Access",
    "https://learn.microsoft.com/azure/aks/trusted-access-feature",
);
pub(crate) const LOCAL_ACCOUNTS: Reference = learn(
    "Manage local accounts with AKS-managed Microsoft Entra integration",
    "https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad",
);
pub(crate) const ENTRA: Reference = learn(
    "Enable AKS-managed Microsoft Entra integration",
    "https://learn.microsoft.com/azure/aks/enable-authentication-microsoft-entra-id",
);
pub(crate) const AZURE_RBAC: Reference = learn(
    "Use Azure role-based access control for Kubernetes authorization",
    "https://learn.microsoft.com/azure/aks/manage-azure-rbac",
);
pub(crate) const ACCESS_CONCEPTS: Reference =
    learn("Access and identity options for AKS", "https://learn.microsoft.com/azure/aks/concepts-identity");
pub(crate) const MANAGED_IDENTITY: Reference =
    learn("Use a managed identity in AKS", "https://learn.microsoft.com/azure/aks/use-managed-identity");
pub(crate) const WORKLOAD_IDENTITY: Reference = learn(
    "Use Microsoft Entra Workload ID with AKS",
    "https://learn.microsoft.com/azure/aks/workload-identity-overview",
);
pub(crate) const AUTO_UPGRADE: Reference =
    learn("Automatically upgrade an AKS cluster", "https://learn.microsoft.com/azure/aks/auto-upgrade-cluster");
pub(crate) const NODE_OS_UPGRADE: Reference =
    learn("Autoupgrade node OS images", "https://learn.microsoft.com/azure/aks/auto-upgrade-node-os-image");
pub(crate) const NETWORK_POLICY: Reference = learn(
    "Secure traffic between pods by using network policies in AKS",
    "https://learn.microsoft.com/azure/aks/use-network-policies",
);
pub(crate) const AZURE_POLICY: Reference = learn(
    "Understand Azure Policy for Kubernetes clusters",
    "https://learn.microsoft.com/azure/governance/policy/concepts/policy-for-kubernetes",
);
pub(crate) const KMS: Reference =
    learn("Add KMS etcd encryption to an AKS cluster", "https://learn.microsoft.com/azure/aks/use-kms-etcd-encryption");
pub(crate) const TAGGING: Reference = learn(
    "Define your tagging strategy",
    "https://learn.microsoft.com/azure/cloud-adoption-framework/ready/azure-best-practices/resource-tagging",
);
pub(crate) const ESCALATION: Reference = learn(
    "Role Based Access Control Good Practices (Kubernetes)",
    "https://kubernetes.io/docs/concepts/security/rbac-good-practices/",
);
pub(crate) const ACTIVITY_LOG: Reference =
    learn("Azure Monitor activity log", "https://learn.microsoft.com/azure/azure-monitor/essentials/activity-log");
pub(crate) const ML_PRIVATE_LINK: Reference = learn(
    "Configure a private endpoint for an Azure Machine Learning workspace",
    "https://learn.microsoft.com/azure/machine-learning/how-to-configure-private-link",
);
pub(crate) const POLICIES_FOR_AKS: Reference =
    learn("Azure Policy built-in definitions for AKS", "https://learn.microsoft.com/azure/aks/policy-reference");
pub(crate) const POLICY_EXEMPTIONS: Reference = learn(
    "Azure Policy exemption structure",
    "https://learn.microsoft.com/azure/governance/policy/concepts/exemption-structure",
);
pub(crate) const POLICY_RULES: Reference = learn(
    "Azure Policy definition structure: policy rule",
    "https://learn.microsoft.com/azure/governance/policy/concepts/definition-structure-policy-rule",
);
pub(crate) const AKS_LOGS: Reference =
    learn("Monitor Azure Kubernetes Service: control plane logs", "https://learn.microsoft.com/azure/aks/monitor-aks");
pub(crate) const DEFENDER_FOR_CONTAINERS: Reference = learn(
    "Overview of Microsoft Defender for Containers",
    "https://learn.microsoft.com/azure/defender-for-cloud/defender-for-containers-introduction",
);
pub(crate) const SERVICE_PRINCIPAL_SECRET: Reference = learn(
    "Update or rotate the credentials for an AKS cluster",
    "https://learn.microsoft.com/azure/aks/update-credentials",
);
pub(crate) const KUBECONFIG_ACCESS: Reference = learn(
    "Use Azure role-based access control to define access to the Kubernetes configuration file in AKS",
    "https://learn.microsoft.com/azure/aks/control-kubeconfig-access",
);
pub(crate) const RBAC_BEST_PRACTICES: Reference = learn(
    "Best practices for Azure RBAC",
    "https://learn.microsoft.com/azure/role-based-access-control/best-practices",
);
pub(crate) const RBAC_TROUBLESHOOTING: Reference =
    learn("Troubleshoot Azure RBAC", "https://learn.microsoft.com/azure/role-based-access-control/troubleshooting");
pub(crate) const SUPPORTED_VERSIONS: Reference = learn(
    "Supported Kubernetes versions in Azure Kubernetes Service (AKS)",
    "https://learn.microsoft.com/azure/aks/supported-kubernetes-versions",
);
