//! What the sample's clusters are used by: vaults, Defender, Machine Learning, and the services beside them.

use super::desk::{Desk, EVERYWHERE, at, guid, id_in, system_assigned};
use super::{DATA, PLATFORM, PRODUCTION, RETAIL, SANDBOX, SampleSubscription};
use quay_model::{ArmId, DocumentKind, label_of, lists};
use serde_json::json;

type Names = &'static [&'static str];

/// Each vault with the clusters it protects. customs-archive-weu and payments-hsm-weu have no binding for it, and what
/// protected spark-prod-weu is gone.
#[rustfmt::skip]
pub(crate) const VAULTS: &[(&SampleSubscription, &str, Names)] = &[
    (&PRODUCTION, "bv-nordwind-weu", &["freight-prod-weu", "freight-prod-neu", "freight-dr-neu", "tracking-prod-weu", "customs-prod-weu", "customs-archive-weu", "billing-prod-weu", "billing-batch-weu", "warehouse-prod-sec", "partner-gateway-weu"]),
    (&PLATFORM, "bv-nordwind-weu", &["hub-ingress-weu", "hub-ingress-neu"]),
    (&DATA, "bv-nordwind-weu", &["ml-training-weu", "knowledge-graph-sec", "kafka-prod-weu"]),
    (&DATA, "bv-nordwind-data", &["airflow-weu"]),
    (&RETAIL, "bv-nordwind-weu", &["shop-prod-weu", "shop-prod-eus", "payments-prod-weu", "payments-hsm-weu"]),
];
/// One cluster still has a binding for it.
const GONE_VAULT: (&SampleSubscription, &str) = (&PRODUCTION, "bv-nordwind-2023");

/// Plan, tier, whether it reads clusters without an agent, and whether its operator is there.
const PLANS: &[(&SampleSubscription, &str, &str, bool, bool)] = &[
    (&PRODUCTION, "CloudPosture", "Standard", true, true),
    (&PRODUCTION, "Containers", "Standard", false, true),
    (&PLATFORM, "CloudPosture", "Standard", true, true),
    (&PLATFORM, "Containers", "Standard", true, true),
    // turned down last year; its operator and two bindings stayed
    (&DATA, "CloudPosture", "Free", false, true),
    (&DATA, "Containers", "Standard", false, true),
    (&RETAIL, "CloudPosture", "Standard", true, true),
    (&RETAIL, "Containers", "Standard", false, true),
    (&SANDBOX, "CloudPosture", "Free", false, false),
    (&SANDBOX, "Containers", "Free", false, false),
];
const AGENTLESS: &str = "AgentlessDiscoveryForKubernetes";

/// Workspace, its public network access, and the clusters attached to it.
const WORKSPACES: &[(&SampleSubscription, &str, &str, Names)] = &[
    (&DATA, "mlw-routing", "Disabled", &["ml-training-weu", "ml-inference-weu", "ml-inference-neu"]),
    (&DATA, "mlw-demand", "Enabled", &["ml-training-weu", "ml-gpu-sec"]),
    // attached last month; nobody made its binding
    (&DATA, "mlw-pricing", "Disabled", &["ml-inference-weu"]),
    (&SANDBOX, SANDBOX_WORKSPACE, "Enabled", &["ml-pilot-weu"]),
];
/// The only one with addresses of its own choice, and with no identity of its own.
const SANDBOX_WORKSPACE: &str = "mlw-sandbox";

const PROMETHEUS: Names =
    &["freight-prod-weu", "freight-prod-neu", "hub-ingress-weu", "observability-weu", "shop-prod-weu"];
const INSIGHTS: Names = &["customs-prod-weu", "billing-prod-weu", "payments-prod-weu", "dev-shared-weu"];
const FREIGHT_FLEET: Names = &["freight-prod-weu", "freight-prod-neu", "freight-dr-neu"];

pub(crate) fn put(desk: &mut Desk<'_>) {
    vaults(desk);
    defender(desk);
    machine_learning(desk);
    identities(desk);
    monitoring(desk);
    beside(desk);
    on_subscriptions(desk);
    for list in [
        lists::VAULTS,
        lists::BACKUPS,
        lists::EXTENSIONS,
        lists::PLANS,
        lists::WORKSPACES,
        lists::IDENTITIES,
        lists::FLEET_MEMBERS,
        lists::RULE_ASSOCIATIONS,
        lists::COLLECTION_RULES,
        lists::FLUX,
        lists::CHAOS,
        lists::DELEGATIONS,
        lists::NAMESPACES,
        lists::AUTHENTICATORS,
        lists::OTHERS,
    ] {
        desk.whole(list, EVERYWHERE);
    }
}

pub(crate) fn vault(subscription: &SampleSubscription, name: &str) -> String {
    id_in(subscription, "rg-backup", "Microsoft.DataProtection/backupVaults", name)
}

pub(crate) fn workspace(subscription: &SampleSubscription, name: &str) -> String {
    id_in(subscription, "rg-ml", "Microsoft.MachineLearningServices/workspaces", name)
}

fn plan(subscription: &SampleSubscription, name: &str) -> String {
    format!("{}/providers/Microsoft.Security/pricings/{name}", at(subscription))
}

/// The identity that a plan of Defender comes in with.
pub(crate) fn operator(subscription: &SampleSubscription, of: &str) -> String {
    let name =
        if of == "Containers" { "DefenderForContainersSecurityOperator" } else { "DefenderCSPMSecurityOperator" };
    format!("{}/securityOperators/{name}", plan(subscription, of))
}

/// Subscription and plan of every operator that is there.
pub(crate) fn operators() -> impl Iterator<Item = (&'static SampleSubscription, &'static str)> {
    PLANS.iter().filter(|(.., is_there)| *is_there).map(|(subscription, name, ..)| (*subscription, *name))
}

/// What deploys to half of the company.
pub(crate) fn pipeline() -> String {
    id_in(&PLATFORM, "rg-cicd", "Microsoft.ManagedIdentity/userAssignedIdentities", "id-deploy-pipeline")
}

fn vaults(desk: &mut Desk<'_>) {
    const KIND: &str = "Microsoft.ContainerService/managedClusters";
    for (subscription, name, protected) in VAULTS {
        let vault = vault(subscription, name);
        let body = json!({"id": vault, "name": name, "type": "Microsoft.DataProtection/backupVaults",
            "location": "westeurope", "identity": system_assigned(&vault),
            "properties": {"provisioningState": "Succeeded", "publicNetworkAccess": "Disabled",
                "storageSettings": [{"datastoreType": "VaultStore", "type": "GeoRedundant"}]}});
        desk.related(lists::VAULTS, &body);
        for cluster in *protected {
            let body = json!({"id": format!("{vault}/backupInstances/{cluster}"), "name": cluster,
                "type": "Microsoft.DataProtection/backupVaults/backupInstances",
                "properties": {"objectType": "BackupInstance", "friendlyName": cluster,
                    "currentProtectionState": "ProtectionConfigured",
                    "dataSourceInfo": {"datasourceType": KIND, "objectType": "Datasource",
                        "resourceID": desk.cluster(cluster), "resourceName": cluster},
                    "policyInfo": {"policyId": format!("{vault}/backupPolicies/aks-daily")}}});
            desk.related(lists::BACKUPS, &body);
        }
    }
    let (subscription, name) = GONE_VAULT;
    let vault = vault(subscription, name);
    desk.put(DocumentKind::Gone, &vault, lists::SOURCE, &json!({"id": vault, "status": 404}));
}

fn defender(desk: &mut Desk<'_>) {
    // Azure writes these as text
    let said = |on: bool| if on { "True" } else { "False" };
    for (subscription, name, tier, agentless, has_operator) in PLANS {
        let id = plan(subscription, name);
        let other = if *name == "Containers" { "ContainerSensor" } else { "AgentlessVmScanning" };
        let extensions = json!([
            {"name": AGENTLESS, "isEnabled": said(*agentless)},
            {"name": other, "isEnabled": said(*tier == "Standard")},
        ]);
        let body = json!({"id": id, "name": name, "type": "Microsoft.Security/pricings",
            "properties": {"pricingTier": tier, "extensions": extensions}});
        desk.related(lists::PLANS, &body);
        if *has_operator {
            let operator = operator(subscription, name);
            let body = json!({"id": operator, "type": "Microsoft.Security/pricings/securityOperators",
                "identity": system_assigned(&operator)});
            desk.related(lists::OPERATORS, &body);
        }
        desk.whole(lists::OPERATORS, &id);
    }
}

fn machine_learning(desk: &mut Desk<'_>) {
    for (subscription, name, access, attached) in WORKSPACES {
        let workspace = workspace(subscription, name);
        let in_sandbox = *name == SANDBOX_WORKSPACE;
        let identity = if in_sandbox {
            let own = sandbox_identity();
            json!({"type": "UserAssigned", "userAssignedIdentities": {(own.as_str()): {"principalId": guid(&own)}}})
        } else {
            system_assigned(&workspace)
        };
        let allowed = if in_sandbox { json!(["203.0.113.0/28"]) } else { json!([]) };
        let body = json!({"id": workspace, "name": name, "type": "Microsoft.MachineLearningServices/workspaces",
            "location": "westeurope", "identity": identity,
            "properties": {"provisioningState": "Succeeded", "publicNetworkAccess": access, "ipAllowlist": allowed}});
        desk.related(lists::WORKSPACES, &body);
        for cluster in *attached {
            let body = json!({"id": format!("{workspace}/computes/{cluster}"), "name": cluster,
                "type": "Microsoft.MachineLearningServices/workspaces/computes",
                "properties": {"computeType": "Kubernetes", "isAttachedCompute": true, "provisioningState": "Succeeded",
                    "resourceId": desk.cluster(cluster)}});
            desk.related(lists::COMPUTES, &body);
        }
        desk.whole(lists::COMPUTES, &workspace);
    }
}

fn sandbox_identity() -> String {
    id_in(&SANDBOX, "rg-ml", "Microsoft.ManagedIdentity/userAssignedIdentities", "id-ml-sandbox")
}

fn identities(desk: &mut Desk<'_>) {
    for id in [pipeline(), sandbox_identity()] {
        let body = json!({"id": id, "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
            "location": "westeurope",
            "properties": {"principalId": guid(&id), "clientId": guid(&format!("{id} client"))}});
        desk.related(lists::IDENTITIES, &body);
    }
}

/// Where the metrics of Prometheus go.
fn monitor_workspace() -> String {
    id_in(&PLATFORM, "rg-observe", "Microsoft.Monitor/accounts", "amw-nordwind")
}

fn monitoring(desk: &mut Desk<'_>) {
    let rule = id_in(&PLATFORM, "rg-observe", "Microsoft.Insights/dataCollectionRules", "MSProm-westeurope-nordwind");
    let body = json!({"id": rule, "type": "Microsoft.Insights/dataCollectionRules", "location": "westeurope",
        "properties": {"destinations": {"monitoringAccounts":
            [{"name": "MonitoringAccount1", "accountResourceId": monitor_workspace()}]}}});
    desk.related(lists::COLLECTION_RULES, &body);
    for (rule, clusters) in [("MSProm-westeurope-nordwind", PROMETHEUS), ("MSCI-westeurope-nordwind", INSIGHTS)] {
        let goes_to = id_in(&PLATFORM, "rg-observe", "Microsoft.Insights/dataCollectionRules", rule);
        for cluster in clusters {
            let below = format!("providers/Microsoft.Insights/dataCollectionRuleAssociations/{rule}");
            desk.on_cluster(lists::RULE_ASSOCIATIONS, cluster, &below, &json!({"dataCollectionRuleId": goes_to}));
        }
    }
}

/// Extensions and links that hang on single clusters.
fn beside(desk: &mut Desk<'_>) {
    const EXTENSION: &str = "providers/Microsoft.KubernetesConfiguration/extensions";
    const CHAOS: &str = "providers/Microsoft.Chaos/targets/Microsoft-AzureKubernetesServiceChaosMesh";
    let extension = |kind: &str| json!({"extensionType": kind, "provisioningState": "Succeeded"});
    let database = id_in(&RETAIL, "rg-shop", "Microsoft.DBforPostgreSQL/flexibleServers", "psql-orders");
    let things = [
        ("gitops-control-weu", format!("{EXTENSION}/flux"), extension("microsoft.flux")),
        ("loyalty-weu", format!("{EXTENSION}/dapr"), extension("microsoft.dapr")),
        ("freight-prod-weu", format!("{EXTENSION}/azure-aks-backup"), extension("microsoft.dataprotection.kubernetes")),
        ("ml-training-weu", format!("{EXTENSION}/azureml"), extension("microsoft.azureml.kubernetes")),
        (
            "gitops-control-weu",
            "providers/Microsoft.KubernetesConfiguration/fluxConfigurations/platform-apps".to_owned(),
            json!({"sourceKind": "GitRepository", "provisioningState": "Succeeded"}),
        ),
        ("loyalty-weu", CHAOS.to_owned(), json!({})),
        ("shop-stage-weu", CHAOS.to_owned(), json!({})),
        (
            "shop-prod-weu",
            "providers/Microsoft.ServiceLinker/linkers/orders_db".to_owned(),
            json!({"targetService": {"type": "AzureResource", "id": database}}),
        ),
        (
            "partner-gateway-weu",
            "jwtAuthenticators/partner-idp".to_owned(),
            json!({"provisioningState": "Succeeded", "issuer": {"url": "https://login.partner.example"}}),
        ),
        ("dev-shared-weu", "managedNamespaces/team-loyalty".to_owned(), json!({"provisioningState": "Succeeded"})),
    ];
    for (cluster, below, properties) in things {
        let id = format!("{}/{below}", desk.cluster(cluster));
        let list = ArmId::parse(&id).map_or(lists::OTHERS, |id| label_of(&id.resource_type()));
        desk.on_cluster(list, cluster, &below, &properties);
    }
}

/// What points at clusters from elsewhere, and who was let into a whole subscription.
fn on_subscriptions(desk: &mut Desk<'_>) {
    for cluster in FREIGHT_FLEET {
        let id = id_in(&PRODUCTION, "rg-freight", "Microsoft.ContainerService/fleets/fleet-freight/members", cluster);
        let body = json!({"id": id, "name": cluster, "type": "Microsoft.ContainerService/fleets/members",
            "properties": {"clusterResourceId": desk.cluster(cluster), "provisioningState": "Succeeded"}});
        desk.related(lists::FLEET_MEMBERS, &body);
    }
    let topic = id_in(&PRODUCTION, "rg-tracking", "Microsoft.EventGrid/systemTopics", "evgt-tracking");
    let body = json!({"id": topic, "type": "Microsoft.EventGrid/systemTopics", "location": "westeurope",
        "properties": {"source": desk.cluster("tracking-prod-weu"),
            "topicType": "Microsoft.ContainerService.ManagedClusters"}});
    desk.related(lists::OTHERS, &body);
    let grafana = id_in(&PLATFORM, "rg-observe", "Microsoft.Dashboard/grafana", "graf-nordwind");
    let body = json!({"id": grafana, "type": "Microsoft.Dashboard/grafana", "location": "westeurope",
        "properties": {"grafanaIntegrations": {"azureMonitorWorkspaceIntegrations":
            [{"azureMonitorWorkspaceResourceId": monitor_workspace()}]}}});
    desk.related(lists::OTHERS, &body);
    let id = format!("{}/providers/Microsoft.ManagedServices/registrationAssignments/{}", at(&SANDBOX), guid("havnia"));
    let definition = json!({"properties": {"managedByTenantName": "Havnia IT Services"}});
    let body = json!({"id": id, "type": "Microsoft.ManagedServices/registrationAssignments",
        "properties": {"provisioningState": "Succeeded", "registrationDefinition": definition}});
    desk.related(lists::DELEGATIONS, &body);
}
