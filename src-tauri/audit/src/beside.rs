//! The services that use a cluster without Trusted Access: they need no way in, or they bring their own.

use crate::doors::Looked;
use crate::integrations::{BACKUP_EXTENSION, shown_by};
use quay_model::{Attached, Bound, Cluster, Evidence, Extension, Fleet, Integration, Reading, Service};
use std::collections::{BTreeMap, BTreeSet};

/// Adds them behind those that support Trusted Access, which say whose agent an extension is.
pub(crate) fn beside(fleet: &Fleet, cluster: &Cluster, list: &mut Vec<Integration>) {
    for extension in extensions_of(fleet, cluster) {
        list.extend(of_extension(extension, list));
    }
    add_ons(cluster, list);
    let below = fleet.around.attached.get(cluster.id.lower()).map(Vec::as_slice).unwrap_or_default();
    list.extend(below.iter().filter_map(|attached| of_attached(fleet, attached)));
    dashboards(fleet, below, list);
    registries(fleet, cluster, list);
    for endpoint in fleet.around.network.endpoints.get(cluster.id.lower()).into_iter().flatten() {
        let shown = shown_by("privateLinkServiceConnections", endpoint.id.as_str(), &endpoint.source);
        list.push(plain(Service::PrivateEndpoint, endpoint.id.as_str(), "", shown));
    }
}

fn plain(service: Service, source: &str, state: &str, shown: Evidence) -> Integration {
    Integration {
        service,
        source: source.to_owned(),
        state: state.to_owned(),
        needs: Vec::new(),
        bound: Bound::NotNeeded,
        shown_by: shown,
    }
}

pub(crate) fn extensions_of<'a>(fleet: &'a Fleet, cluster: &Cluster) -> impl Iterator<Item = &'a Extension> {
    fleet.around.extensions.get(cluster.id.lower()).into_iter().flatten()
}

pub(crate) fn is_kind(extension: &Extension, kind: &str) -> bool {
    extension.kind.reading.value().is_some_and(|own| own.eq_ignore_ascii_case(kind))
}

fn of_extension(extension: &Extension, known: &[Integration]) -> Option<Integration> {
    let kind = extension.kind.reading.value()?.to_lowercase();
    let state = extension.state.reading.value().map_or("", String::as_str);
    let shown = shown_by("properties.extensionType", kind.as_str(), &extension.source);
    // the agent of a service that is told by its own resources: alone it is a leftover, or they were not read
    let of = match kind.as_str() {
        BACKUP_EXTENSION => Some(Service::Backup),
        "microsoft.azureml.kubernetes" => Some(Service::MachineLearning),
        "microsoft.azuredefender.kubernetes" => Some(Service::DefenderContainers),
        _ => None,
    };
    if let Some(service) = of {
        if known.iter().any(|integration| integration.service == service) {
            return None;
        }
        let state = format!("{state}; nothing of {} that uses the cluster was seen", service.label());
        let state = state.trim_start_matches("; ");
        return Some(plain(Service::OtherExtension, extension.id.as_str(), state, shown));
    }
    let service = match kind.as_str() {
        "microsoft.flux" => Service::Flux,
        "microsoft.argocd" | "argocd" => Service::ArgoCd,
        "microsoft.dapr" => Service::Dapr,
        "microsoft.azurekeyvaultsecretsprovider" => Service::KeyVault,
        "microsoft.azuremonitor.containers" => Service::ContainerInsights,
        "microsoft.azuremonitor.containers.metrics" => Service::Prometheus,
        _ => Service::OtherExtension,
    };
    Some(plain(service, extension.id.as_str(), state, shown))
}

fn add_ons(cluster: &Cluster, list: &mut Vec<Integration>) {
    for (field, service) in [
        (&cluster.hygiene.key_vault_addon, Service::KeyVault),
        (&cluster.hygiene.gateway_addon, Service::ApplicationGateway),
        (&cluster.hygiene.insights_addon, Service::ContainerInsights),
        (&cluster.hygiene.prometheus, Service::Prometheus),
    ] {
        if field.reading == Reading::Value(true) {
            let shown = shown_by(field.path, "true", &cluster.source_line());
            list.push(plain(service, cluster.id.as_str(), "add-on", shown));
        }
    }
}

fn of_attached(fleet: &Fleet, attached: &Attached) -> Option<Integration> {
    let service = match attached.kind.as_str() {
        "microsoft.containerservice/fleets/members" => Service::Fleet,
        "microsoft.eventgrid/systemtopics" => Service::EventGrid,
        "microsoft.chaos/targets" => Service::ChaosStudio,
        "microsoft.servicelinker/linkers" => Service::ServiceConnector,
        "microsoft.kubernetesconfiguration/fluxconfigurations" => Service::Flux,
        "microsoft.insights/datacollectionruleassociations" => of_rule(fleet, &attached.detail)?,
        _ => return None,
    };
    let shown = shown_by("id", attached.id.as_str(), &attached.source);
    Some(plain(service, attached.id.as_str(), &attached.detail, shown))
}

/// What an association with a data collection rule stands for; one with an endpoint alone collects nothing.
fn of_rule(fleet: &Fleet, rule: &str) -> Option<Service> {
    if rule.is_empty() {
        return None;
    }
    let metrics = match fleet.around.monitors.get(&rule.to_lowercase()) {
        Some(accounts) => !accounts.is_empty(),
        // the rule was not read; Azure calls those it makes for metrics so
        None => rule.to_lowercase().contains("msprom"),
    };
    Some(if metrics { Service::Prometheus } else { Service::ContainerInsights })
}

/// Grafana sees a cluster through a Monitor workspace that the cluster's metrics go to.
fn dashboards(fleet: &Fleet, below: &[Attached], list: &mut Vec<Integration>) {
    let around = &fleet.around;
    let rules = below.iter().filter(|attached| attached.kind == "microsoft.insights/datacollectionruleassociations");
    let accounts: BTreeSet<&String> =
        rules.filter_map(|attached| around.monitors.get(&attached.detail.to_lowercase())).flatten().collect();
    for dashboard in &around.dashboards {
        let Some(account) = dashboard.reads.iter().find(|account| accounts.contains(account)) else { continue };
        let shown = shown_by("properties.grafanaIntegrations", account.as_str(), &dashboard.source);
        let state = format!("through {}", account.rsplit('/').next().unwrap_or_default());
        list.push(plain(Service::Grafana, dashboard.id.as_str(), &state, shown));
    }
}

/// Where nodes pull images from, as far as a role assignment says it.
fn registries(fleet: &Fleet, cluster: &Cluster, list: &mut Vec<Integration>) {
    let Reading::Value(kubelet) = &cluster.credentials.kubelet.reading else { return };
    for (scope, source) in fleet.around.access.pulls_of(&kubelet.to_lowercase()) {
        let shown = shown_by("roleAssignments", format!("AcrPull at {scope}"), source);
        list.push(plain(Service::ContainerRegistry, scope, "AcrPull of the nodes", shown));
    }
}

/// Resources with a role that lets them nearer to the API server, and that were not told by anything else.
pub(crate) fn resources_with_roles(looked: &Looked<'_>) -> Vec<Integration> {
    let Looked { fleet, cluster, integrated, reached, .. } = looked;
    let azure_rbac = cluster.credentials.azure_rbac.or_default(false) != Reading::Value(false);
    let mut found: BTreeMap<String, Integration> = BTreeMap::new();
    for held in reached.held.iter().chain(&reached.inside) {
        let Some(identity) = fleet.around.directory.identity(&held.assignment.principal) else { continue };
        let known = &integrated.list;
        let is_known = known.iter().any(|integration| integration.source.eq_ignore_ascii_case(&identity.resource));
        let powers = if azure_rbac { held.powers() } else { held.powers().without_azure_rbac() };
        if is_known || !powers.open_something() {
            continue;
        }
        let may = if held.eligible { "may activate " } else { "" };
        let state = format!("{may}{} at {}", held.role_name(), held.place());
        match found.get_mut(&identity.resource.to_lowercase()) {
            Some(more) => more.state = format!("{}; {state}", more.state),
            None => {
                let shown = shown_by("roleAssignments", state.clone(), &held.assignment.source());
                let own = plain(Service::ResourceIdentity, &identity.resource, &state, shown);
                found.insert(identity.resource.to_lowercase(), own);
            }
        }
    }
    found.into_values().collect()
}

#[cfg(test)]
mod tests {
    use crate::survey::survey;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
    use quay_model::{Bound, Service, Settings};
    use serde_json::{Value, json};

    fn id(kind: &str, name: &str) -> String {
        format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/g/providers/{kind}/{name}")
    }

    fn below(path: &str, properties: &Value) -> Value {
        json!({"id": format!("{CLUSTER_ID}/providers/{path}"), "properties": properties})
    }

    /// Service, last part of its source, and state.
    fn found(scene: &Scene) -> Vec<(Service, String, String)> {
        let surveyed = survey(&scene.fleet(), &Settings::default());
        let all = surveyed.doors.into_iter().flat_map(|of| of.integrations);
        let seen = all.inspect(|i| assert!(i.supports_trusted_access() || i.bound == Bound::NotNeeded));
        seen.map(|i| (i.service, i.source.rsplit('/').next().unwrap_or_default().to_owned(), i.state)).collect()
    }

    fn one(scene: &Scene) -> (Service, String, String) {
        let all = found(scene);
        assert_eq!(all.len(), 1, "{all:?}");
        all.into_iter().next().unwrap_or_else(|| unreachable!("there is one"))
    }

    #[test]
    fn each_service_is_told_by_what_shows_it() {
        let extension = |kind: &str| {
            below(
                "Microsoft.KubernetesConfiguration/extensions/x",
                &json!({"extensionType": kind, "provisioningState": "Succeeded"}),
            )
        };
        let rows = [
            (extension("Microsoft.Flux"), Service::Flux),
            (extension("microsoft.argocd"), Service::ArgoCd),
            (extension("microsoft.dapr"), Service::Dapr),
            (extension("contoso.own"), Service::OtherExtension),
            (below("Microsoft.Chaos/targets/t", &json!({})), Service::ChaosStudio),
            (below("Microsoft.ServiceLinker/linkers/l", &json!({})), Service::ServiceConnector),
            (
                json!({"id": id("Microsoft.EventGrid/systemTopics", "t"), "properties": {"source": CLUSTER_ID}}),
                Service::EventGrid,
            ),
            (
                json!({"id": id("Microsoft.ContainerService/fleets/f/members", "m"), "properties": {"clusterResourceId": CLUSTER_ID}}),
                Service::Fleet,
            ),
        ];
        for (body, service) in rows {
            assert_eq!(one(&Scene::new(json!({})).with(body.clone())).0, service, "{body}");
        }
        let add_on = json!({"addonProfiles": {"azureKeyvaultSecretsProvider": {"enabled": "True"}, "IngressApplicationGateway": {"enabled": true}}});
        let services: Vec<Service> = found(&Scene::new(add_on)).into_iter().map(|(service, ..)| service).collect();
        assert_eq!(services, [Service::KeyVault, Service::ApplicationGateway]);
    }

    #[test]
    fn the_agent_of_a_service_is_part_of_it_and_alone_it_is_a_leftover() {
        let agent = below(
            "Microsoft.KubernetesConfiguration/extensions/azure-aks-backup",
            &json!({"extensionType": "microsoft.dataprotection.kubernetes", "provisioningState": "Failed"}),
        );
        let alone = one(&Scene::new(json!({})).with(agent.clone()));
        assert_eq!(alone.0, Service::OtherExtension);
        assert!(alone.2.contains("nothing of Azure Backup"), "{}", alone.2);
        let instance = json!({"id": format!("{}/backupInstances/i", id("Microsoft.DataProtection/backupVaults", "v")), "properties": {
            "currentProtectionState": "ProtectionConfigured", "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}});
        let together = one(&Scene::new(json!({})).with(agent).with(instance));
        assert_eq!(together, (Service::Backup, "v".into(), "ProtectionConfigured, its extension Failed".into()));
    }

    #[test]
    fn grafana_is_found_through_the_workspace_that_metrics_go_to() {
        let (rule, workspace) =
            (id("Microsoft.Insights/dataCollectionRules", "dcr-1"), id("Microsoft.Monitor/accounts", "amw"));
        let association = |properties: Value| below("Microsoft.Insights/dataCollectionRuleAssociations/a", &properties);
        let tied = || Scene::new(json!({})).with(association(json!({"dataCollectionRuleId": rule.to_uppercase()})));
        let grafana = |reads: &str| {
            json!({"id": id("Microsoft.Dashboard/grafana", "g"), "properties": {"grafanaIntegrations":
            {"azureMonitorWorkspaceIntegrations": [{"azureMonitorWorkspaceResourceId": reads}]}}})
        };
        let metrics = json!({"id": rule, "properties": {"destinations": {"monitoringAccounts": [{"accountResourceId": workspace}]}}});
        let seen = found(&tied().with(metrics.clone()).with(grafana(&workspace)));
        assert_eq!(
            seen.iter().map(|(service, ..)| *service).collect::<Vec<_>>(),
            [Service::Prometheus, Service::Grafana]
        );
        assert_eq!(found(&tied().with(metrics).with(grafana("/another"))).len(), 1, "it reads another workspace");
        let logs = json!({"id": rule, "properties": {"destinations": {"logAnalytics": [{}]}}});
        assert_eq!(one(&tied().with(logs)).0, Service::ContainerInsights);
        let endpoint = association(json!({"dataCollectionEndpointId": "/e"}));
        assert_eq!(found(&Scene::new(json!({})).with(endpoint)), [], "an endpoint alone collects nothing");
    }

    #[test]
    fn a_registry_is_told_by_the_role_of_the_nodes_and_a_resource_by_its_own() {
        const PULL: &str = "7F951DDA-4ed3-4680-a7ca-43fe172d538d";
        let nodes = json!({"identityProfile": {"kubeletidentity": {"objectId": "K-1"}}});
        let registry = id("Microsoft.ContainerRegistry/registries", "cr");
        let pulls = Scene::new(nodes.clone()).role("k-1", "ServicePrincipal", PULL, &registry);
        assert_eq!(one(&pulls), (Service::ContainerRegistry, "cr".into(), "AcrPull of the nodes".into()));
        assert_eq!(found(&Scene::new(nodes).role("other", "ServicePrincipal", PULL, &registry)), []);
        let app = json!({"id": id("Microsoft.Web/sites", "app"), "identity": {"type": "SystemAssigned", "principalId": "A-1"}});
        let (contributor, reader) = ("b24988ac-6180-42a0-ab88-20f7382dd24c", "acdd72a7-3385-48ef-bd42-f606fba81ae7");
        let scene = |role: &str| Scene::new(json!({})).with(app.clone()).role("a-1", "ServicePrincipal", role, "");
        assert_eq!(one(&scene(contributor)).0, Service::ResourceIdentity);
        assert!(one(&scene(contributor)).2.contains("Contributor at the cluster"));
        assert_eq!(found(&scene(reader)), [], "a reader comes no nearer");
    }
}
