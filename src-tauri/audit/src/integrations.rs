//! The Azure services that use one cluster, told by what was collected, and whether each has the binding it needs.

use crate::facts::RoleFacts;
use quay_model::{
    ArmId, Attached, Binding, Bound, Cluster, Compute, DefenderPlan, Evidence, Extension, Fleet, Integration, Reading,
    Service, lists,
};

const BACKUP_OPERATOR: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const ML_WORKLOAD: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
pub(crate) const ML_INFERENCE: &str = "Microsoft.MachineLearningServices/workspaces/inference-v1";
const DEFENDER_OPERATOR: &str = "Microsoft.Security/pricings/microsoft-defender-operator";
/// The extension of a Defender plan that reads clusters without an agent (FACTS: recorded pricings).
pub(crate) const AGENTLESS: &str = "AgentlessDiscoveryForKubernetes";

/// The operators as Defender makes them (recorded bindings).
const OPERATORS: [(&str, Service, &str); 2] = [
    ("containers", Service::DefenderContainers, "DefenderForContainersSecurityOperator"),
    ("cloudposture", Service::DefenderCspm, "DefenderCSPMSecurityOperator"),
];

/// What uses one cluster, and what could not be told.
#[derive(Debug, Clone, Default)]
pub struct Integrated {
    pub list: Vec<Integration>,
    /// Services with Trusted Access of which nobody knows whether they use the cluster, and why.
    pub unknown: Vec<(Service, String)>,
}

impl Integrated {
    /// The services that need a binding.
    pub fn needing(&self) -> impl Iterator<Item = &Integration> {
        self.list.iter().filter(|integration| integration.supports_trusted_access())
    }
}

pub fn integrations(fleet: &Fleet, cluster: &Cluster) -> Integrated {
    let mut found = Integrated::default();
    backups(fleet, cluster, &mut found);
    defender(fleet, cluster, &mut found);
    machine_learning(fleet, cluster, &mut found);
    for extension in fleet.around.extensions.get(cluster.id.lower()).into_iter().flatten() {
        found.list.extend(of_extension(extension));
    }
    add_ons(cluster, &mut found.list);
    let below = fleet.around.attached.get(cluster.id.lower()).into_iter().flatten();
    found.list.extend(below.filter_map(of_attached));
    for endpoint in fleet.around.network.endpoints.get(cluster.id.lower()).into_iter().flatten() {
        let shown = shown_by("privateLinkServiceConnections", endpoint.id.as_str(), &endpoint.source);
        found.list.push(plain(Service::PrivateEndpoint, endpoint.id.as_str(), "", shown));
    }
    found
}

fn backups(fleet: &Fleet, cluster: &Cluster, found: &mut Integrated) {
    for backup in fleet.around.backups.get(cluster.id.lower()).into_iter().flatten() {
        let state = backup.state.reading.value().cloned().unwrap_or_default();
        if state.eq_ignore_ascii_case("SoftDeleted") || state.eq_ignore_ascii_case("NotProtected") {
            continue;
        }
        let shown = shown_by("properties.dataSourceInfo.resourceID", cluster.id.as_str(), &backup.source);
        found.list.push(bound(cluster, Service::Backup, backup.vault.as_str(), &state, &[BACKUP_OPERATOR], shown));
    }
    note(fleet, cluster, Service::Backup, &[lists::BACKUPS], found);
}

fn machine_learning(fleet: &Fleet, cluster: &Cluster, found: &mut Integrated) {
    for Compute { workspace, kind, source, id } in fleet.around.computes.get(cluster.id.lower()).into_iter().flatten() {
        let shown = shown_by("properties.resourceId", cluster.id.as_str(), source);
        let needs = if is_v1(kind.reading.value()) { ML_INFERENCE } else { ML_WORKLOAD };
        let state = format!("compute {} ({})", id.name(), kind.reading.value().map_or("", String::as_str));
        // two computes of one workspace need one binding
        let same = |known: &&mut Integration| {
            known.service == Service::MachineLearning && known.source.eq_ignore_ascii_case(workspace.as_str())
        };
        match found.list.iter_mut().find(same) {
            Some(known) if known.needs.iter().any(|role| role == needs) => {}
            Some(known) => {
                let mut all = known.needs.clone();
                all.push(needs.to_owned());
                let roles: Vec<&str> = all.iter().map(String::as_str).collect();
                known.bound = stand(cluster, Service::MachineLearning, workspace.as_str(), &roles);
                known.needs = all;
            }
            None => {
                found.list.push(bound(cluster, Service::MachineLearning, workspace.as_str(), &state, &[needs], shown))
            }
        }
    }
    note(fleet, cluster, Service::MachineLearning, &[lists::WORKSPACES, lists::COMPUTES], found);
}

/// SDK v1 attaches an `AKS` compute, v2 a `Kubernetes` one ("Kubernetes compute target in Azure Machine Learning").
pub(crate) fn is_v1(kind: Option<&String>) -> bool {
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("aks"))
}

fn defender(fleet: &Fleet, cluster: &Cluster, found: &mut Integrated) {
    let plans = fleet.around.plans.get(cluster.subscription());
    for (name, service, operator) in OPERATORS {
        let plan = plans.and_then(|all| all.iter().find(|plan| plan.name == name));
        match plan.map(|plan| (plan, plan.uses(AGENTLESS))) {
            Some((plan, Reading::Value(true))) => {
                let source = operator_of(fleet, plan, operator);
                let shown = shown_by("properties.extensions", format!("{AGENTLESS}: True"), &plan.source);
                found.list.push(bound(cluster, service, &source, "plan on", &[DEFENDER_OPERATOR], shown));
            }
            Some((_, Reading::Value(false))) => {}
            Some((_, Reading::Absent)) => {
                found.unknown.push((service, "its plan does not name its extensions".to_owned()))
            }
            Some((_, Reading::Unreadable(why))) => found.unknown.push((service, why)),
            None => note(fleet, cluster, service, &[lists::PLANS], found),
        }
    }
}

/// The operator of a plan: the one that was read, else as Defender names it.
fn operator_of(fleet: &Fleet, plan: &DefenderPlan, usual: &str) -> String {
    let read = fleet.around.operators.get(plan.id.lower()).and_then(|of| of.first());
    read.map_or_else(|| format!("{}/securityOperators/{usual}", plan.id.as_str()), String::clone)
}

fn note(fleet: &Fleet, cluster: &Cluster, service: Service, needed: &[&str], found: &mut Integrated) {
    // a compute list is one of a workspace: without any workspace there is none to ask
    let missing = needed.iter().find_map(|what| {
        if *what == lists::COMPUTES {
            unread_computes(fleet, cluster)
        } else {
            fleet.known.whole(what, &cluster.id).err()
        }
    });
    if let Some(why) = missing {
        found.unknown.push((service, why));
    }
}

/// A workspace whose computes nobody read; only those that may hold a binding on this cluster count.
fn unread_computes(fleet: &Fleet, cluster: &Cluster) -> Option<String> {
    let own = fleet.around.workspaces.get(cluster.subscription()).into_iter().flatten();
    own.filter_map(|workspace| fleet.known.whole(lists::COMPUTES, workspace).err()).next()
}

fn bound(
    cluster: &Cluster,
    service: Service,
    source: &str,
    state: &str,
    needs: &[&str],
    shown: Evidence,
) -> Integration {
    Integration {
        service,
        source: source.to_owned(),
        state: state.to_owned(),
        needs: needs.iter().map(|role| (*role).to_owned()).collect(),
        bound: stand(cluster, service, source, needs),
        shown_by: shown,
    }
}

/// How an integration stands: each role it needs, in a binding of its source that is in force. Two bindings of one
/// source may hold them together.
fn stand(cluster: &Cluster, service: Service, source: &str, needs: &[&str]) -> Bound {
    let bindings = &cluster.bindings;
    let mine: Vec<&Binding> = bindings.seen.iter().filter(|binding| is_of(binding, service, source)).collect();
    let mut names: Vec<&str> = Vec::new();
    let mut idle: Vec<String> = Vec::new();
    let mut lacking: Vec<&str> = Vec::new();
    for need in needs {
        let holding: Vec<&Binding> = mine.iter().copied().filter(|binding| holds(binding, need)).collect();
        let in_force = holding.iter().find(|binding| idle_state(binding).is_none());
        match (in_force, holding.first()) {
            (Some(binding), _) => names.push(&binding.name),
            (None, Some(binding)) => {
                idle.push(format!("{} is {}", binding.name, idle_state(binding).unwrap_or_default()));
            }
            (None, None) => lacking.push(need),
        }
    }
    names.dedup();
    idle.dedup();
    if lacking.is_empty() {
        return if idle.is_empty() { Bound::Yes(names.join(" and ")) } else { Bound::NotInForce(idle.join("; ")) };
    }
    // a binding whose source or roles nobody could read may be the one
    let unread = |what: &str, binding: &Binding| format!("{}: its {what} could not be read", binding.name);
    let no_roles = mine.iter().copied().find(|binding| !matches!(binding.roles.reading, Reading::Value(_)));
    let mut all = bindings.seen.iter();
    let no_source = all.find(|binding| !matches!(binding.source_resource_id.reading, Reading::Value(_)));
    match (no_roles, no_source, &bindings.incomplete) {
        (Some(binding), _, _) => Bound::Unreadable(unread("roles", binding)),
        (None, Some(binding), _) => Bound::Unreadable(unread("source", binding)),
        (None, None, Some(why)) => Bound::Unknown(why.clone()),
        (None, None, None) if mine.is_empty() => Bound::No,
        (None, None, None) => {
            let own: Vec<&str> = mine.iter().map(|binding| binding.name.as_str()).collect();
            Bound::Lacking(format!("{} lacks {}", own.join(" and "), lacking.join(", ")))
        }
    }
}

fn is_of(binding: &Binding, service: Service, source: &str) -> bool {
    let plan = |id: &str| id.to_lowercase().split("/securityoperators/").next().unwrap_or_default().to_owned();
    binding.holder().is_some_and(|holder| match service {
        // Defender may rename its operator; the plan it belongs to stays
        Service::DefenderContainers | Service::DefenderCspm => plan(holder.lower()) == plan(source),
        _ => holder.lower() == source.to_lowercase(),
    })
}

fn holds(binding: &Binding, role: &str) -> bool {
    matches!(&binding.roles.reading, Reading::Value(roles) if roles.iter().any(|held| held.eq_ignore_ascii_case(role)))
}

/// The state of a binding that is not in force; one that was not told counts as in force, because TA-06 says it.
fn idle_state(binding: &Binding) -> Option<&str> {
    let state = binding.provisioning_state.reading.value().map(String::as_str);
    state.filter(|state| !state.eq_ignore_ascii_case("succeeded"))
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

pub(crate) fn shown_by(path: &'static str, observed: impl Into<String>, source: &str) -> Evidence {
    Evidence { path: path.into(), observed: observed.into(), expected: "".into(), source: source.into() }
}

fn of_extension(extension: &Extension) -> Option<Integration> {
    let kind = extension.kind.reading.value()?.to_lowercase();
    let service = match kind.as_str() {
        // these belong to services that are told by their own resources
        "microsoft.dataprotection.kubernetes"
        | "microsoft.azureml.kubernetes"
        | "microsoft.azuredefender.kubernetes" => return None,
        "microsoft.flux" => Service::Flux,
        "microsoft.argocd" | "argocd" => Service::ArgoCd,
        "microsoft.dapr" => Service::Dapr,
        "microsoft.azurekeyvaultsecretsprovider" => Service::KeyVault,
        "microsoft.azuremonitor.containers" => Service::ContainerInsights,
        "microsoft.azuremonitor.containers.metrics" => Service::Prometheus,
        _ => Service::OtherExtension,
    };
    let state = extension.state.reading.value().map_or("", String::as_str);
    let shown = shown_by("properties.extensionType", kind.as_str(), &extension.source);
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

fn of_attached(attached: &Attached) -> Option<Integration> {
    let service = match attached.kind.as_str() {
        "microsoft.containerservice/fleets/members" => Service::Fleet,
        "microsoft.eventgrid/systemtopics" => Service::EventGrid,
        "microsoft.chaos/targets" => Service::ChaosStudio,
        "microsoft.servicelinker/linkers" => Service::ServiceConnector,
        "microsoft.kubernetesconfiguration/fluxconfigurations" => Service::Flux,
        "microsoft.dashboard/grafana" => Service::Grafana,
        "microsoft.insights/datacollectionruleassociations" if attached.detail.to_lowercase().contains("msprom") => {
            Service::Prometheus
        }
        "microsoft.insights/datacollectionruleassociations" => Service::ContainerInsights,
        _ => return None,
    };
    let shown = shown_by("id", attached.id.as_str(), &attached.source);
    Some(plain(service, attached.id.as_str(), &attached.detail, shown))
}

/// Whether the source of a binding still uses the cluster, as far as that can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Use {
    Used(String),
    Unused(String),
    Unknown(String),
}

pub(crate) fn use_of(fleet: &Fleet, cluster: &Cluster, source: &ArmId, roles: &[String]) -> Use {
    let around = &fleet.around;
    match source.resource_type().as_str() {
        "microsoft.dataprotection/backupvaults" => {
            let backups = around.backups.get(cluster.id.lower()).into_iter().flatten();
            let of = backups.filter(|backup| backup.vault == *source).map(|backup| backup.id.name().to_owned()).next();
            found_or(of, "backup instance", proven(fleet, lists::BACKUPS, source))
        }
        "microsoft.machinelearningservices/workspaces" => {
            let computes = around.computes.get(cluster.id.lower()).into_iter().flatten();
            let of = computes
                .filter(|compute| compute.workspace == *source)
                .map(|compute| compute.id.name().to_owned())
                .next();
            found_or(of, "attached compute", proven(fleet, lists::COMPUTES, source))
        }
        kind if kind.starts_with("microsoft.security/pricings") => {
            let name =
                source.lower().split("/pricings/").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
            let plan =
                around.plans.get(source.subscription()).and_then(|all| all.iter().find(|plan| plan.name == name));
            // only reading without an agent is told by an extension; the other operators belong to the plan
            let by_extension =
                !roles.is_empty() && roles.iter().all(|role| role.eq_ignore_ascii_case(DEFENDER_OPERATOR));
            match plan.map(|plan| if by_extension { plan.uses(AGENTLESS) } else { plan.is_on() }) {
                Some(Reading::Value(true)) => Use::Used(format!("the plan {name} is on")),
                Some(Reading::Value(false)) => {
                    Use::Unused(format!("the plan {name} or its extension {AGENTLESS} is off"))
                }
                Some(Reading::Absent) => Use::Unknown(format!("the plan {name} does not name its extensions")),
                Some(Reading::Unreadable(why)) => Use::Unknown(why),
                None => match fleet.known.whole(lists::PLANS, source) {
                    Ok(()) => Use::Unused(format!("there is no plan {name}")),
                    Err(why) => Use::Unknown(why),
                },
            }
        }
        other => Use::Unknown(format!("how {other} uses clusters is not known here")),
    }
}

/// That a source has nothing on a cluster is proven by its whole list, if the source itself was read: a list that names
/// nothing of a vault that nobody saw may never have looked at that vault.
fn proven(fleet: &Fleet, what: &str, source: &ArmId) -> Result<(), String> {
    let seen = fleet.around.holders.contains_key(source.lower()) || fleet.known.answered_by(what, source);
    fleet.known.whole(what, source)?;
    if seen { Ok(()) } else { Err("the source itself was not read".to_owned()) }
}

fn found_or(found: Option<String>, what: &str, whole: Result<(), String>) -> Use {
    match (found, whole) {
        (Some(name), _) => Use::Used(format!("{what} {name}")),
        (None, Ok(())) => Use::Unused(format!("it has no {what} for this cluster")),
        (None, Err(why)) => Use::Unknown(why),
    }
}

/// What the source of a binding needs on this cluster; `inference-v1` only where a compute of SDK v1 is attached.
pub(crate) fn needed_by<'a>(
    fleet: &Fleet,
    roles: &'a RoleFacts,
    cluster: &Cluster,
    source: &ArmId,
) -> Option<Vec<&'a str>> {
    let mut needed: Vec<&str> = roles.needed_by(&source.resource_type())?.to_vec();
    let computes = fleet.around.computes.get(cluster.id.lower()).into_iter().flatten();
    if computes.filter(|compute| compute.workspace == *source).any(|compute| is_v1(compute.kind.reading.value())) {
        needed.push(ML_INFERENCE);
    }
    Some(needed)
}

/// Why the role of SDK v1 among these is not taken as needed; empty when it is not among them.
pub(crate) fn unneeded_v1(fleet: &Fleet, workspace: &ArmId, roles: &[String]) -> String {
    if !roles.iter().any(|role| role.eq_ignore_ascii_case(ML_INFERENCE)) {
        return String::new();
    }
    let unread =
        fleet.known.whole(lists::COMPUTES, workspace).err().map_or_else(String::new, |why| format!(" ({why})"));
    format!(" No compute of SDK v1, which would need it, was seen{unread}.")
}
