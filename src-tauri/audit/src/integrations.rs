//! The Azure services that use one cluster, told by what was collected, and whether each has the binding it needs.

use crate::beside::{beside, extensions_of, is_kind};
use crate::stand::stand;
use crate::usage::ML_INFERENCE;
use quay_model::{
    ArmId, Binding, Cluster, Compute, DefenderPlan, Evidence, Fleet, Integration, Name, Reading, Service, lists,
};

const BACKUP_OPERATOR: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
const ML_WORKLOAD: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
pub(crate) const DEFENDER_OPERATOR: &str = "Microsoft.Security/pricings/microsoft-defender-operator";
/// The extension of a Defender plan that reads clusters without an agent (FACTS: recorded pricings).
pub(crate) const AGENTLESS: &str = "AgentlessDiscoveryForKubernetes";

pub(crate) const BACKUP_EXTENSION: &str = "microsoft.dataprotection.kubernetes";

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
    beside(fleet, cluster, &mut found.list);
    found
}

fn backups(fleet: &Fleet, cluster: &Cluster, found: &mut Integrated) {
    let all = fleet.around.backups.get(cluster.id.lower()).map(Vec::as_slice).unwrap_or_default();
    for backup in all {
        // several instances of one vault need one binding
        let known =
            |i: &Integration| i.service == Service::Backup && i.source.eq_ignore_ascii_case(backup.vault.as_str());
        if found.list.iter().any(known) {
            continue;
        }
        if backup.is_unclear() {
            let lives = all.iter().any(|other| other.vault == backup.vault && other.is_live());
            if !lives {
                let why = format!("whether {} is still live could not be read", backup.id.name());
                found.unknown.push((Service::Backup, why));
            }
            continue;
        }
        if !backup.is_live() {
            continue;
        }
        let state = backup.state.reading.value().cloned().unwrap_or_default();
        let shown = shown_by("properties.dataSourceInfo.resourceID", cluster.id.as_str(), &backup.source);
        let mut agent = extensions_of(fleet, cluster).filter(|extension| is_kind(extension, BACKUP_EXTENSION));
        let agent = agent.next().and_then(|extension| extension.state.reading.value());
        let state = agent.map_or_else(|| state.clone(), |agent| format!("{state}, its extension {agent}"));
        found.list.push(bound(
            fleet,
            cluster,
            Service::Backup,
            backup.vault.as_str(),
            &state,
            &[BACKUP_OPERATOR],
            shown,
        ));
    }
    note(fleet, cluster, Service::Backup, &[lists::BACKUPS], found);
    elsewhere(fleet, cluster, (Service::Backup, "microsoft.dataprotection/backupvaults", lists::BACKUPS), found);
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
                known.bound = stand(fleet, cluster, Service::MachineLearning, workspace.as_str(), &roles);
                known.needs = all;
            }
            None => found.list.push(bound(
                fleet,
                cluster,
                Service::MachineLearning,
                workspace.as_str(),
                &state,
                &[needs],
                shown,
            )),
        }
    }
    note(fleet, cluster, Service::MachineLearning, &[lists::WORKSPACES, lists::COMPUTES], found);
    let kind = "microsoft.machinelearningservices/workspaces";
    elsewhere(fleet, cluster, (Service::MachineLearning, kind, lists::COMPUTES), found);
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
                found.list.push(bound(fleet, cluster, service, &source, "plan on", &[DEFENDER_OPERATOR], shown));
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
    let end = format!("/{}", usual.to_lowercase());
    let read = fleet.around.operators.get(plan.id.lower()).map(Vec::as_slice).unwrap_or_default();
    let usual_one = read.iter().find(|id| id.to_lowercase().ends_with(&end));
    usual_one.or(read.first()).map_or_else(|| format!("{}/securityOperators/{usual}", plan.id.as_str()), String::clone)
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

/// A binding says that a source of another subscription may use the cluster: its own list has to be known too.
fn elsewhere(fleet: &Fleet, cluster: &Cluster, (service, kind, list): (Service, &str, &str), found: &mut Integrated) {
    let bound = cluster.bindings.seen.iter().filter_map(Binding::holder);
    let other = bound.filter(|id| id.resource_type() == kind && id.subscription() != cluster.subscription());
    let told =
        |id: &ArmId| found.list.iter().any(|i| i.service == service && i.source.eq_ignore_ascii_case(id.as_str()));
    let unread = other.filter(|id| !told(id)).find_map(|id| fleet.known.whole(list, &id).err());
    found.unknown.extend(unread.map(|why| (service, why)));
}

/// A workspace whose computes nobody read; only those that may hold a binding on this cluster count.
fn unread_computes(fleet: &Fleet, cluster: &Cluster) -> Option<String> {
    let own = fleet.around.workspaces.get(cluster.subscription()).into_iter().flatten();
    own.filter_map(|workspace| fleet.known.whole(lists::COMPUTES, workspace).err()).next()
}

fn bound(
    fleet: &Fleet,
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
        bound: stand(fleet, cluster, service, source, needs),
        shown_by: shown,
    }
}

pub(crate) fn shown_by(path: &'static str, observed: impl Into<Name>, source: &str) -> Evidence {
    Evidence { path: path.into(), observed: observed.into(), expected: "".into(), source: source.into() }
}

#[cfg(test)]
mod tests {
    use crate::survey::survey;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene, rule, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::{MatrixState, Settings, lists};
    use serde_json::{Value, json};

    const BACKUP: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
    const DEFENDER: &str = "Microsoft.Security/pricings/microsoft-defender-operator";

    fn vault(subscription: &str) -> String {
        format!("/subscriptions/{subscription}/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v")
    }

    fn instance(state: &str) -> Value {
        json!({"id": format!("{}/backupInstances/i", vault(SUBSCRIPTION)), "properties": {"currentProtectionState": state,
            "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}})
    }

    /// Everything was asked for, and Defender is off.
    fn asked() -> Scene {
        [lists::BACKUPS, lists::PLANS, lists::WORKSPACES]
            .iter()
            .fold(Scene::new(json!({})), |scene, list| scene.whole(list))
    }

    fn bound(scene: Scene, name: &str, state: &str, holder: &str, role: &str) -> Scene {
        let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/{name}");
        scene.binding_of(&json!({"id": id, "name": name,
            "properties": {"provisioningState": state, "sourceResourceId": holder, "roles": [role]}}))
    }

    fn first_state(scene: &Scene, column: usize) -> Option<MatrixState> {
        survey(&scene.fleet(), &Settings::default()).matrix.first()?.cells.get(column).map(|cell| cell.state)
    }

    #[test]
    fn a_backup_needs_its_binding_while_it_protects() {
        let unclear = || {
            let mut instance = instance("");
            instance["properties"]["currentProtectionState"] = json!(7);
            instance
        };
        let with = |state: &str| asked().with(instance(state));
        let in_vault = |scene: Scene, state: &str| bound(scene, "updating-vault", state, &vault(SUBSCRIPTION), BACKUP);
        scenes(
            rule("TA-01"),
            vec![
                ("no binding", with("ProtectionConfigured"), Fail),
                ("bound", in_vault(with("ProtectionConfigured"), "Succeeded"), Pass),
                ("being changed", in_vault(with("ProtectionConfigured"), "Updating"), Pass),
                ("failed, whatever its name", in_vault(with("ProtectionConfigured"), "Failed"), Fail),
                ("over", with("SoftDeleted"), NotApplicable),
                ("nobody can read whether it is over", asked().with(unclear()), NotAssessed),
                ("being deleted", with("SoftDeleting"), NotApplicable),
                ("stopped, and kept", with("ProtectionStopped"), Fail),
                (
                    "a vault elsewhere that nobody read",
                    bound(asked(), "b", "Succeeded", &vault("2"), BACKUP)
                        .whole_only(&[lists::PLANS, lists::WORKSPACES]),
                    NotAssessed,
                ),
            ],
        );
        let over =
            in_vault(with("NotProtected").with(json!({"id": vault(SUBSCRIPTION), "properties": {}})), "Succeeded");
        scenes(rule("TA-04"), vec![("what is over is no use", over.clone(), Fail)]);
        assert_eq!(first_state(&over, 0), Some(MatrixState::Unused));
        assert_eq!(first_state(&in_vault(with("ProtectionConfigured"), "Updating"), 0), Some(MatrixState::Bound));
    }

    #[test]
    fn an_operator_that_is_gone_holds_no_binding_for_the_one_that_is_there() {
        let plan = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Security/pricings/CloudPosture");
        let on = json!({"id": plan, "properties": {"pricingTier": "Standard",
            "extensions": [{"name": "AgentlessDiscoveryForKubernetes", "isEnabled": "True"}]}});
        let usual = format!("{plan}/securityOperators/DefenderCSPMSecurityOperator");
        let held = |there: &str| {
            let operator =
                json!({"id": format!("{plan}/securityOperators/{there}"), "identity": {"type": "SystemAssigned"}});
            let scene = asked().with(on.clone()).with(operator).whole_at(lists::OPERATORS, &plan.to_lowercase());
            bound(scene, "defender-cloudposture", "Succeeded", &usual, DEFENDER)
        };
        scenes(
            rule("TA-01"),
            vec![("its own", held("defendercspmsecurityoperator"), Pass), ("another's", held("Other"), Fail)],
        );
        assert_eq!(first_state(&held("Other"), 2), Some(MatrixState::Dangling));
        let said = held("Other").judge(rule("TA-01")).reason;
        assert!(said.contains("what defender-cloudposture names is gone"), "{said}");
    }
}
