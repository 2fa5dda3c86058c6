//! The sample's table: one line a cluster.

use super::shape::But::{
    AddOn, AdminGroups, AzureRbac, Binding, BindingsDenied, Creating, Kms, KubernetesRbacOff, LegacyEntra,
    LocalAccounts, LongTermSupport, NetworkAccess, NetworkPolicy, NoEntra, NoPolicyAddon, NoWorkloadIdentity, NodeOs,
    Private, PublicName, Ranges, RunCommand, ServicePrincipal, Stopped, Upgrades, VnetIntegration,
};
use super::shape::Holder::{DefenderContainers, DefenderCspm, Vault, Workspace, WorkspaceElsewhere};
use super::shape::Start::{Default, Hardened, Old};
use super::shape::{But, Holder, SampleCluster, Start};
use super::{DATA, PLATFORM, PRODUCTION, RETAIL, SANDBOX, SampleSubscription};

type Owner = &'static [(&'static str, &'static str)];

const FREIGHT: Owner = &[
    ("owner", "ingrid.holm@nordwind.example"),
    ("team", "freight-core"),
    ("cost-centre", "CC-4100"),
    ("environment", "prod"),
];
const CUSTOMS: Owner = &[
    ("owner", "tomasz.wilk@nordwind.example"),
    ("team", "customs"),
    ("cost-centre", "CC-4120"),
    ("environment", "prod"),
];
const PLATFORM_TEAM: Owner = &[
    ("owner", "amara.okafor@nordwind.example"),
    ("team", "platform"),
    ("cost-centre", "CC-2000"),
    ("environment", "shared"),
];
const DATA_TEAM: Owner = &[
    ("owner", "wei.chen@nordwind.example"),
    ("team", "data-science"),
    ("cost-centre", "CC-5300"),
    ("environment", "prod"),
];
const SHOP: Owner = &[
    ("owner", "lucia.ferrari@nordwind.example"),
    ("team", "webshop"),
    ("cost-centre", "CC-6100"),
    ("environment", "prod"),
];
const NOBODY: Owner = &[];

const OFFICE: &[&str] = &["203.0.113.0/28", "198.51.100.16/29"];
const KEY_VAULT: But = AddOn("azureKeyvaultSecretsProvider");
const GATEWAY: But = AddOn("ingressApplicationGateway");
/// The application that payments-recon-weu acts as.
pub(crate) const RECON_APP: &str = "9d2b7c40-1f1a-4e0b-a2c9-3b5e6d7f8a90";
pub(crate) const VAULT_ROLE: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const ML_ROLE: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
const ML_OLD_ROLE: &str = "Microsoft.MachineLearningServices/workspaces/inference-v1";
const DEFENDER_ROLE: &str = "Microsoft.Security/pricings/microsoft-defender-operator";
const DEFENDER_POLICY_ROLE: &str = "Microsoft.Security/pricings/microsoft-defender-policy-operator";

const fn bound(name: &'static str, source: Holder, role: &'static str) -> But {
    Binding { name, source, role, state: "Succeeded" }
}
const BACKUP: But = bound("aks-backup", Vault("bv-nordwind-weu"), VAULT_ROLE);
const CSPM: But = bound("defender-cloudposture", DefenderCspm, DEFENDER_ROLE);
const CONTAINERS: But = bound("defender-containers", DefenderContainers, DEFENDER_ROLE);
/// Its vault was replaced three years ago.
const OLD_BACKUP: But = bound("old-backup", Vault("bv-nordwind-2023"), VAULT_ROLE);

struct Line(SampleSubscription, &'static str, &'static str, &'static str, &'static str, Start, Owner, &'static [But]);

#[rustfmt::skip]
const LINES: &[Line] = &[
    // Production: mostly as it should be, with the exceptions every production has
    Line(PRODUCTION, "rg-freight", "freight-prod-weu", "westeurope", "1.36.2", Hardened, FREIGHT, &[Private, PublicName(false), Kms, BACKUP, CSPM]),
    Line(PRODUCTION, "rg-freight", "freight-prod-neu", "northeurope", "1.36.2", Hardened, FREIGHT, &[Private, PublicName(false), Kms, BACKUP, CSPM]),
    Line(PRODUCTION, "rg-freight", "freight-dr-neu", "northeurope", "1.35.4", Hardened, FREIGHT, &[Private, PublicName(true), Stopped, BACKUP]),
    Line(PRODUCTION, "rg-tracking", "tracking-prod-weu", "westeurope", "1.36.2", Hardened, FREIGHT, &[Ranges(OFFICE), BACKUP, CSPM]),
    Line(PRODUCTION, "rg-tracking", "tracking-edge-weu", "westeurope", "1.35.4", Hardened, FREIGHT, &[Ranges(&["0.0.0.0/32"]), CSPM]),
    Line(PRODUCTION, "rg-customs", "customs-prod-weu", "westeurope", "1.35.4", Hardened, CUSTOMS, &[Ranges(&["203.0.113.0/28", "AzureCloud"]), BACKUP]),
    Line(PRODUCTION, "rg-customs", "customs-broker-weu", "westeurope", "1.34.7", Hardened, CUSTOMS, &[Ranges(&["0.0.0.0/1", "128.0.0.0/1"]), CSPM]),
    Line(PRODUCTION, "rg-customs", "customs-archive-weu", "westeurope", "1.33.9", Hardened, CUSTOMS, &[Private, PublicName(true), RunCommand(true), AdminGroups(5)]),
    Line(PRODUCTION, "rg-billing", "billing-prod-weu", "westeurope", "1.36.2", Hardened, &[("owner", "sofia.lind@nordwind.example"), ("team", "billing"), ("cost-centre", "CC-4300")], &[Private, PublicName(false), Kms, BACKUP, CSPM]),
    Line(PRODUCTION, "rg-billing", "billing-batch-weu", "westeurope", "1.35.4", Hardened, &[("Onwer", "sofia.lind@nordwind.example"), ("team", "billing"), ("cost-centre", "CC-4300")], &[Ranges(&["203.0.113.0/28", "10.20.0.0/16"]), BACKUP]),
    Line(PRODUCTION, "rg-warehouse", "warehouse-prod-sec", "swedencentral", "1.36.2", Hardened, FREIGHT, &[Private, PublicName(false), BACKUP, CSPM, OLD_BACKUP]),
    Line(PRODUCTION, "rg-warehouse", "warehouse-robots-sec", "swedencentral", "1.32.9", Hardened, FREIGHT, &[VnetIntegration, Ranges(OFFICE), NodeOs("Unmanaged"), LongTermSupport]),
    Line(PRODUCTION, "rg-fleet-iot", "truck-telemetry-weu", "westeurope", "1.31.12", Old, FREIGHT, &[LegacyEntra, Upgrades("none"), NetworkPolicy("none")]),
    Line(PRODUCTION, "rg-partners", "partner-gateway-weu", "westeurope", "1.35.4", Hardened, CUSTOMS, &[Ranges(&["203.0.113.0/28", "192.0.2.0/22"]), bound("aks-backup", Vault("bv-nordwind-weu"), VAULT_ROLE)]),
    // Platform: shared services, and the one that was forgotten
    Line(PLATFORM, "rg-hub", "hub-ingress-weu", "westeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[Private, PublicName(false), Kms, BACKUP, CSPM, CONTAINERS, GATEWAY]),
    Line(PLATFORM, "rg-hub", "hub-ingress-neu", "northeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[Private, PublicName(false), Kms, BACKUP, CSPM, CONTAINERS]),
    Line(PLATFORM, "rg-observe", "observability-weu", "westeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[VnetIntegration, Ranges(OFFICE), CSPM, CONTAINERS]),
    Line(PLATFORM, "rg-cicd", "build-agents-weu", "westeurope", "1.35.4", Hardened, PLATFORM_TEAM, &[Ranges(&["203.0.113.0/28", "203.0.113.8/29", "203.0.113.0/28"]), LocalAccounts(true)]),
    Line(PLATFORM, "rg-cicd", "build-agents-neu", "northeurope", "1.35.4", Hardened, PLATFORM_TEAM, &[VnetIntegration, LocalAccounts(true)]),
    Line(PLATFORM, "rg-secops", "siem-collector-weu", "westeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[Private, PublicName(false), CSPM, CONTAINERS, bound("policymgmt1-containers", DefenderContainers, DEFENDER_POLICY_ROLE)]),
    Line(PLATFORM, "rg-gitops", "gitops-control-weu", "westeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[Private, PublicName(false), Kms, CSPM, CONTAINERS]),
    Line(PLATFORM, "rg-registry", "image-scan-weu", "westeurope", "1.35.4", Hardened, PLATFORM_TEAM, &[NetworkAccess("Disabled"), Ranges(OFFICE)]),
    Line(PLATFORM, "rg-legacy", "jenkins-2019", "westeurope", "1.27.16", Old, NOBODY, &[KubernetesRbacOff]),
    Line(PLATFORM, "rg-network", "egress-proxy-weu", "westeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[Private, PublicName(false), Ranges(OFFICE)]),
    Line(PLATFORM, "rg-network", "egress-proxy-neu", "northeurope", "1.36.2", Hardened, PLATFORM_TEAM, &[Private, PublicName(false), Creating]),
    // Data and AI: the integrations live here
    Line(DATA, "rg-ml", "ml-training-weu", "westeurope", "1.36.2", Hardened, DATA_TEAM, &[Private, PublicName(false), BACKUP, bound("ml-routing", Workspace("mlw-routing"), ML_ROLE), bound("ml-demand", Workspace("mlw-demand"), ML_ROLE)]),
    Line(DATA, "rg-ml", "ml-inference-weu", "westeurope", "1.35.4", Hardened, DATA_TEAM, &[Private, PublicName(false), bound("ml-routing", Workspace("mlw-routing"), ML_ROLE), bound("ml-routing-old", Workspace("mlw-routing"), ML_OLD_ROLE)]),
    Line(DATA, "rg-ml", "ml-inference-neu", "northeurope", "1.35.4", Hardened, DATA_TEAM, &[Ranges(&["203.0.113.0/28", "AzureMachineLearning"]), bound("ml-routing", Workspace("mlw-routing"), ML_ROLE)]),
    Line(DATA, "rg-ml", "ml-gpu-sec", "swedencentral", "1.36.2", Hardened, DATA_TEAM, &[Private, PublicName(false), bound("ml-demand", Workspace("mlw-demand"), ML_ROLE), bound("ml-demand-copy", Workspace("mlw-demand"), ML_ROLE)]),
    Line(DATA, "rg-ml", "ml-pilot-weu", "westeurope", "1.34.7", Default, DATA_TEAM, &[AzureRbac(false), bound("ml-pilot", WorkspaceElsewhere("mlw-sandbox", &SANDBOX), ML_ROLE)]),
    Line(DATA, "rg-lake", "spark-prod-weu", "westeurope", "1.35.4", Hardened, DATA_TEAM, &[Private, PublicName(false), BACKUP, CSPM]),
    Line(DATA, "rg-lake", "spark-adhoc-weu", "westeurope", "1.34.7", Hardened, DATA_TEAM, &[Ranges(&["198.51.100.0/23"]), LocalAccounts(true), Upgrades("none")]),
    Line(DATA, "rg-lake", "airflow-weu", "westeurope", "1.35.4", Hardened, DATA_TEAM, &[Private, PublicName(false), Binding { name: "aks-backup", source: Vault("bv-nordwind-data"), role: VAULT_ROLE, state: "Failed" }]),
    Line(DATA, "rg-bi", "bi-gateway-weu", "westeurope", "1.33.9", Default, &[("owner", "tbd"), ("team", "data-science"), ("cost-centre", "CC-5300")], &[AdminGroups(1), Ranges(&["0.0.0.0/0"])]),
    Line(DATA, "rg-bi", "bi-sandbox-weu", "westeurope", "1.34.7", Default, DATA_TEAM, &[Ranges(&["::/0", "203.0.113.0/28"])]),
    Line(DATA, "rg-graph", "knowledge-graph-sec", "swedencentral", "1.36.2", Hardened, DATA_TEAM, &[Private, PublicName(false), Kms, BACKUP]),
    Line(DATA, "rg-stream", "kafka-prod-weu", "westeurope", "1.36.2", Hardened, DATA_TEAM, &[Private, PublicName(false), BACKUP, CSPM]),
    Line(DATA, "rg-stream", "kafka-test-weu", "westeurope", "1.35.4", Hardened, DATA_TEAM, &[Ranges(&["203.0.113.0/28", "not-a-range!"]), Stopped]),
    // Retail: grew fast
    Line(RETAIL, "rg-shop", "shop-prod-weu", "westeurope", "1.36.2", Hardened, SHOP, &[Ranges(OFFICE), BACKUP, CSPM, KEY_VAULT, GATEWAY]),
    Line(RETAIL, "rg-shop", "shop-prod-eus", "eastus", "1.36.2", Hardened, SHOP, &[Ranges(OFFICE), BACKUP, CSPM]),
    Line(RETAIL, "rg-shop", "shop-prod-sea", "southeastasia", "1.35.4", Hardened, SHOP, &[Ranges(&["203.0.113.0/28", "2001:db8:4c::/48"]), CSPM]),
    Line(RETAIL, "rg-shop", "shop-stage-weu", "westeurope", "1.36.2", Default, SHOP, &[AzureRbac(true), AdminGroups(1), LocalAccounts(false)]),
    Line(RETAIL, "rg-payments", "payments-prod-weu", "westeurope", "1.36.2", Hardened, &[("owner", "noor.haddad@nordwind.example"), ("team", "payments"), ("cost-centre", "CC-6200"), ("pci-scope", "yes")], &[Private, PublicName(false), Kms, BACKUP, CSPM, KEY_VAULT]),
    Line(RETAIL, "rg-payments", "payments-hsm-weu", "westeurope", "1.35.4", Hardened, &[("owner", "noor.haddad@nordwind.example"), ("team", "payments"), ("cost-centre", "CC-6200"), ("pci-scope", "yes")], &[Private, PublicName(true), Kms]),
    Line(RETAIL, "rg-payments", "payments-recon-weu", "westeurope", "1.34.7", Hardened, &[("owner", "noor.haddad@nordwind.example"), ("team", "payments")], &[ServicePrincipal(RECON_APP), Ranges(OFFICE)]),
    Line(RETAIL, "rg-loyalty", "loyalty-weu", "westeurope", "1.35.4", Hardened, &[("business owner", "lucia.ferrari@nordwind.example"), ("Technical_Team", "webshop"), ("CostCenter", "CC-6150")], &[Private, PublicName(false), NoPolicyAddon]),
    Line(RETAIL, "rg-search", "search-weu", "westeurope", "1.34.7", Default, SHOP, &[Ranges(OFFICE), AdminGroups(0), NetworkPolicy("calico")]),
    Line(RETAIL, "rg-search", "search-eus", "eastus", "1.34.7", Default, SHOP, &[Ranges(&["203.0.113.0/28", "8.0.0.0/7"])]),
    Line(RETAIL, "rg-pos", "point-of-sale-weu", "westeurope", "1.33.9", Hardened, SHOP, &[Private, PublicName(false), NoWorkloadIdentity, BindingsDenied]),
    Line(RETAIL, "rg-pos", "point-of-sale-eus", "eastus", "1.33.9", Hardened, SHOP, &[Private, PublicName(false), NoWorkloadIdentity, BindingsDenied]),
    Line(RETAIL, "rg-campaign", "black-friday-2024", "westeurope", "1.31.12", Default, &[("team", "webshop")], &[Stopped]),
    // Sandbox: what people leave behind
    Line(SANDBOX, "rg-dev", "dev-shared-weu", "westeurope", "1.36.2", Default, PLATFORM_TEAM, &[AzureRbac(true), AdminGroups(1), Upgrades("stable")]),
    Line(SANDBOX, "rg-dev", "dev-shared-eus", "eastus", "1.36.2", Default, PLATFORM_TEAM, &[AzureRbac(true), AdminGroups(2), LocalAccounts(false), RunCommand(false), Ranges(OFFICE)]),
    Line(SANDBOX, "rg-hackathon", "hackathon-2025", "westeurope", "1.34.7", Default, NOBODY, &[]),
    Line(SANDBOX, "rg-demo", "customer-demo-weu", "westeurope", "1.34.7", Default, &[("owner", "sales@nordwind.example"), ("team", "presales"), ("cost-centre", "CC-7000")], &[NetworkPolicy("calico")]),
    Line(SANDBOX, "rg-poc", "poc-service-mesh", "northeurope", "1.35.4", Default, &[("owner", "amara.okafor@nordwind.example"), ("cost-centre", "CC-2000")], &[Ranges(&[])]),
    Line(SANDBOX, "rg-poc", "poc-kyverno", "northeurope", "1.35.4", Default, &[("owner", ""), ("team", "platform"), ("cost-centre", "CC-2000")], &[NoEntra, VnetIntegration]),
    Line(SANDBOX, "rg-training", "training-class-a", "westeurope", "1.30.14", Old, NOBODY, &[Stopped]),
    Line(SANDBOX, "rg-training", "training-class-b", "westeurope", "1.30.14", Old, NOBODY, &[Ranges(&["203.0.113.77"])]),
    Line(SANDBOX, "rg-loadtest", "loadtest-eus", "eastus", "1.35.4", Default, PLATFORM_TEAM, &[Ranges(&["20.0.0.0/8", "203.0.113.0/28"]), Upgrades("rapid"), NodeOs("None")]),
];

pub(crate) fn all() -> Vec<SampleCluster> {
    LINES
        .iter()
        .map(|Line(subscription, group, name, location, version, start, owner, but)| SampleCluster {
            subscription: SampleSubscription { id: subscription.id, name: subscription.name },
            group,
            name,
            location,
            version,
            start: *start,
            owner,
            but,
        })
        .collect()
}
