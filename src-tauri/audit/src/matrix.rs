//! Clusters by services: who is bound, who is missing, and which bindings should not be.

use crate::doors::Looked;
use crate::grade::{Grade, grade};
use crate::holder::{Standing, standing};
use crate::stand::is_only_updating;
use crate::usage::{ML_INFERENCE, Use, needed_by, use_of};
use quay_model::{ArmId, Binding, Bound, MatrixCell, MatrixRow, MatrixState, Reading, Service};

pub(crate) fn row(looked: &Looked<'_>) -> MatrixRow {
    MatrixRow {
        cluster_id: looked.cluster.id.as_str().to_owned(),
        instance: looked.cluster.instance.clone(),
        cells: Service::WITH_TRUSTED_ACCESS.into_iter().map(|service| cell(looked, service)).collect(),
    }
}

/// The worst that can be said of a service on a cluster.
fn cell(looked: &Looked<'_>, service: Service) -> MatrixCell {
    let mut said: Vec<(MatrixState, String)> = Vec::new();
    for integration in looked.integrated.needing().filter(|integration| integration.service == service) {
        let name = integration.source.rsplit('/').next().unwrap_or_default();
        said.push(match &integration.bound {
            Bound::Yes(binding) => (MatrixState::Bound, format!("{name} by {binding}")),
            Bound::No => (MatrixState::Missing, format!("{name} has no binding")),
            Bound::NotInForce(why) if is_only_updating(why) => (MatrixState::Bound, format!("{name}: {why}")),
            Bound::Lacking(why) | Bound::NotInForce(why) => (MatrixState::Missing, format!("{name}: {why}")),
            Bound::Unknown(why) | Bound::Unreadable(why) => (MatrixState::Unknown, format!("{name}: {why}")),
            Bound::NotNeeded => continue,
        });
    }
    let of_service = looked.cluster.bindings.seen.iter().filter(|binding| serves(binding, service));
    said.extend(of_service.flat_map(|binding| faults(looked, binding)));
    let unknown = looked.integrated.unknown.iter().filter(|(of, _)| *of == service);
    said.extend(unknown.map(|(_, why)| (MatrixState::Unknown, why.clone())));
    if let (Some(why), true) = (&looked.cluster.bindings.incomplete, said.is_empty()) {
        said.push((MatrixState::Unknown, why.clone()));
    }
    said.sort();
    said.dedup();
    let mut said = said.into_iter();
    match said.next() {
        Some((state, detail)) => {
            // what is wrong besides must not hide behind what is worst
            let more = said.filter(|(other, _)| *other != state && *other < MatrixState::Bound);
            let detail = more.fold(detail, |told, (other, why)| format!("{told}; {}: {why}", other.label()));
            MatrixCell { service, state, detail }
        }
        None => {
            MatrixCell { service, state: MatrixState::NotApplicable, detail: "does not use this cluster".to_owned() }
        }
    }
}

fn serves(binding: &Binding, service: Service) -> bool {
    let Some(holder) = binding.holder() else { return may_serve(binding, service) };
    match service {
        Service::Backup => holder.resource_type() == "microsoft.dataprotection/backupvaults",
        Service::MachineLearning => holder.resource_type() == "microsoft.machinelearningservices/workspaces",
        Service::DefenderContainers => holder.lower().contains("/pricings/containers/"),
        Service::DefenderCspm => holder.lower().contains("/pricings/cloudposture/"),
        _ => false,
    }
}

/// Whose it is when its source could not be read: a role begins with the type of its source.
fn may_serve(binding: &Binding, service: Service) -> bool {
    let start = match service {
        Service::Backup => "microsoft.dataprotection/",
        Service::MachineLearning => "microsoft.machinelearningservices/",
        _ => "microsoft.security/",
    };
    let roles = binding.roles.reading.value();
    roles.is_none_or(|roles| roles.is_empty() || roles.iter().any(|role| role.to_lowercase().starts_with(start)))
}

/// What is wrong with a binding; one without a fault whose use nobody could tell counts as bound.
fn faults(looked: &Looked<'_>, binding: &Binding) -> Vec<(MatrixState, String)> {
    let name = &binding.name;
    let Some(source) = binding.holder() else {
        return vec![(MatrixState::Unknown, format!("{name}: its source could not be read"))];
    };
    let Reading::Value(roles) = &binding.roles.reading else {
        return match standing(looked.fleet, binding) {
            Standing::Gone(why) => {
                vec![(MatrixState::Dangling, format!("{name}: {} no longer exists ({why})", source.name()))]
            }
            _ => vec![(MatrixState::Unknown, format!("{name}: its roles could not be read"))],
        };
    };
    if let Standing::Gone(why) = standing(looked.fleet, binding) {
        return vec![(MatrixState::Dangling, format!("{name}: {} no longer exists ({why})", source.name()))];
    }
    let mut found = beyond(looked, name, roles, &source);
    if found.is_empty() {
        found.push(match use_of(looked.fleet, looked.cluster, &source, roles) {
            Use::Unused(why, _) => (MatrixState::Unused, format!("{name}: {why}")),
            Use::Used(..) => (MatrixState::Bound, format!("{} by {name}", source.name())),
            Use::Unknown(why) => {
                (MatrixState::Bound, format!("{} by {name}; whether it is used is not known ({why})", source.name()))
            }
        });
    }
    found
}

/// Roles that the service does not need, that allow everything, or of which nobody knows what they allow.
fn beyond(looked: &Looked<'_>, name: &str, roles: &[String], source: &ArmId) -> Vec<(MatrixState, String)> {
    let (location, mut found) = (&looked.cluster.location, Vec::new());
    let needed = needed_by(looked.fleet, looked.roles, looked.cluster, source).unwrap_or_default();
    let is_needed = |role: &&String| needed.iter().any(|need| need.eq_ignore_ascii_case(role));
    let (fitting, excess): (Vec<&String>, Vec<&String>) = roles.iter().partition(is_needed);
    let (known, strange): (Vec<&String>, Vec<&String>) =
        excess.into_iter().partition(|role| looked.roles.find(location, role).is_some());
    if !known.is_empty() {
        let short: Vec<&str> = known.iter().map(|role| role.rsplit('/').next().unwrap_or_default()).collect();
        found.push((MatrixState::OverBroad, format!("{name} also holds {}", short.join(", "))));
    }
    // cluster-admin is documented for the role of SDK v1 alone
    let is_admin = |role: &&&String| {
        let read = looked.roles.find(location, role);
        let admin = read.is_some_and(|read| grade(&read.rules).grade == Grade::ClusterAdmin);
        admin && !role.eq_ignore_ascii_case(ML_INFERENCE)
    };
    if let Some(role) = fitting.iter().find(is_admin) {
        found.push((MatrixState::OverBroad, format!("{name}: {role} amounts to cluster-admin")));
    }
    if let Some(role) = strange.first() {
        found.push((MatrixState::Unknown, format!("{name}: what {role} allows is not known here")));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::survey::survey;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene};
    use quay_model::{Settings, lists};
    use serde_json::{Value, json};

    const BACKUP: &str = "Microsoft.DataProtection/backupVaults/backup-operator";
    const ML: &str = "Microsoft.MachineLearningServices/workspaces/mlworkload";
    const ML_V1: &str = "Microsoft.MachineLearningServices/workspaces/inference-v1";

    fn id(kind: &str) -> String {
        format!("/subscriptions/{SUBSCRIPTION}/resourceGroups/r/providers/{kind}")
    }

    fn asked() -> Scene {
        [lists::BACKUPS, lists::PLANS, lists::WORKSPACES, lists::COMPUTES]
            .iter()
            .fold(Scene::new(json!({})), |scene, list| scene.whole(list))
    }

    fn protected() -> Scene {
        let vault = id("Microsoft.DataProtection/backupVaults/v");
        asked().with(json!({"id": format!("{vault}/backupInstances/i"), "properties": {"currentProtectionState": "ProtectionConfigured",
            "dataSourceInfo": {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}}))
    }

    /// The states of the four services, in the order of the columns.
    fn row(scene: &Scene) -> Vec<&'static str> {
        let found = survey(&scene.fleet(), &Settings::default());
        found.matrix.iter().flat_map(|row| &row.cells).map(|cell| cell.state.label()).collect()
    }

    #[test]
    fn a_binding_whose_source_nobody_could_read_belongs_to_whom_its_role_names() {
        let nameless = |roles: Value| {
            let binding = format!("{CLUSTER_ID}/trustedAccessRoleBindings/b");
            row(&asked()
                .binding_of(&json!({"id": binding, "properties": {"provisioningState": "Succeeded", "roles": roles}})))
        };
        let no = "not applicable";
        assert_eq!(nameless(json!([BACKUP])), ["unknown", no, no, no]);
        assert_eq!(nameless(json!([ML])), [no, no, no, "unknown"]);
        assert_eq!(nameless(json!(7)), ["unknown"; 4]);
    }

    #[test]
    fn what_is_too_wide_does_not_hide_behind_what_is_not_known() {
        let workspace = id("Microsoft.MachineLearningServices/workspaces/w");
        let attached = asked().with(json!({"id": format!("{workspace}/computes/c"),
            "properties": {"computeType": "Kubernetes", "resourceId": CLUSTER_ID}}));
        let bound = attached.binding("b", &workspace, &[ML, ML_V1, "Microsoft.MachineLearningServices/workspaces/new"]);
        assert_eq!(row(&bound)[3], "over-broad");
    }

    #[test]
    fn a_needed_role_that_allows_everything_is_too_wide() {
        let everything = json!([{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}]);
        let role = json!({"sourceResourceType": "Microsoft.DataProtection/backupVaults", "name": "backup-operator", "rules": everything});
        let vault = id("Microsoft.DataProtection/backupVaults/v");
        let bound = || protected().binding("b", &vault, &[BACKUP]);
        assert_eq!(row(&bound())[0], "bound");
        assert_eq!(row(&bound().catalogue("eastus", json!({"value": [role]})))[0], "over-broad");
    }

    #[test]
    fn a_defender_plan_of_one_cluster_is_a_gap_and_not_silence() {
        let plan = json!({"id": format!("{CLUSTER_ID}/providers/Microsoft.Security/pricings/Containers"),
            "properties": {"pricingTier": "Standard"}});
        assert_eq!(row(&asked())[1], "not applicable");
        assert_eq!(row(&asked().with(plan))[1], "unknown");
    }
}
