//! What an id tells of its resource: its type, the list it stands in, and the scope of that list.

use quay_model::{ArmId, label_of, lists};

pub(super) const CLUSTERS: &str = "microsoft.containerservice/managedclusters";
pub(super) const BINDINGS: &str = "microsoft.containerservice/managedclusters/trustedaccessrolebindings";
pub(super) const VAULTS: &str = "microsoft.dataprotection/backupvaults";
pub(super) const BACKUPS: &str = "microsoft.dataprotection/backupvaults/backupinstances";
pub(super) const WORKSPACES: &str = "microsoft.machinelearningservices/workspaces";
pub(super) const COMPUTES: &str = "microsoft.machinelearningservices/workspaces/computes";
pub(super) const OPERATORS: &str = "microsoft.security/pricings/securityoperators";
pub(super) const PLANS: &str = "microsoft.security/pricings";
pub(super) const ASSIGNMENTS: &str = "microsoft.authorization/roleassignments";
/// Those at a scope and above it: Resource Graph shows what is above only to those who may read it there.
pub(super) const INHERITED: &str = "microsoft.authorization/roleassignments inherited";
pub(super) const ELIGIBLE: &str = "microsoft.authorization/roleeligibilityscheduleinstances";
pub(super) const STATES: &str = "microsoft.policyinsights/policystates";
pub(super) const VERSIONS: &str = "microsoft.containerservice/locations/kubernetesversions";
/// Their ids have no provider, so that no type can be read out of them.
pub(super) const GROUPS: &str = "microsoft.resources/resourcegroups";
pub(super) const SUBSCRIPTIONS: &str = "microsoft.resources/subscriptions";
/// These two are no types of resources; here they name the activity log and the answers of the directory.
pub(super) const EVENTS: &str = "microsoft.insights/eventtypes";
pub(super) const DIRECTORY: &str = "microsoft.graph/directoryobjects";

/// Types that tell something about clusters beside the clusters themselves; a scan of Azure reads most of them too.
const RELATED: &[&str] = &[
    VAULTS,
    BACKUPS,
    WORKSPACES,
    COMPUTES,
    OPERATORS,
    ASSIGNMENTS,
    ELIGIBLE,
    STATES,
    VERSIONS,
    GROUPS,
    PLANS,
    "microsoft.compute/virtualmachines",
    "microsoft.compute/virtualmachinescalesets",
    "microsoft.authorization/roledefinitions",
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policyexemptions",
    "microsoft.authorization/policydefinitions",
    "microsoft.authorization/policysetdefinitions",
    "microsoft.managedidentity/userassignedidentities",
    "microsoft.managedservices/registrationassignments",
    "microsoft.kubernetesconfiguration/extensions",
    "microsoft.kubernetesconfiguration/fluxconfigurations",
    "microsoft.containerservice/fleets",
    "microsoft.containerservice/fleets/members",
    "microsoft.containerservice/managedclusters/jwtauthenticators",
    "microsoft.containerservice/managedclusters/managednamespaces",
    "microsoft.containerservice/managedclusters/identitybindings",
    "microsoft.network/privateendpoints",
    "microsoft.network/virtualnetworks",
    "microsoft.network/virtualnetworkgateways",
    "microsoft.network/bastionhosts",
    "microsoft.network/networkinterfaces",
    "microsoft.insights/datacollectionruleassociations",
    "microsoft.insights/datacollectionrules",
    "microsoft.insights/diagnosticsettings",
    "microsoft.eventgrid/systemtopics",
    "microsoft.chaos/targets",
    "microsoft.servicelinker/linkers",
    "microsoft.dashboard/grafana",
];

/// Types that stand above subscriptions too: at a management group, or at the root of the tenant.
const ABOVE: &[&str] = &[
    ASSIGNMENTS,
    ELIGIBLE,
    "microsoft.authorization/roledefinitions",
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policyexemptions",
    "microsoft.authorization/policydefinitions",
    "microsoft.authorization/policysetdefinitions",
];

/// What a binding can be held by, asked for one by one: a 404 says that it is gone.
const SOURCES: &[&str] = &[VAULTS, WORKSPACES, "microsoft.compute/virtualmachinescalesets", OPERATORS];

/// Lists that hardly anybody makes whole: `az` and the portal look at one scope, one principal or one state by default.
const USUALLY_FILTERED: &[&str] = &[
    ASSIGNMENTS,
    ELIGIBLE,
    STATES,
    "microsoft.authorization/policyassignments",
    "microsoft.authorization/policyexemptions",
];

/// Names that stand for several types: only where all of them were listed is the list of that name whole.
const SEVERAL: [(&str, &[&str]); 5] = [
    (lists::ASSIGNMENTS, &[ASSIGNMENTS, INHERITED]),
    (
        lists::POLICY_DEFINITIONS,
        &["microsoft.authorization/policydefinitions", "microsoft.authorization/policysetdefinitions"],
    ),
    (lists::MACHINES, &["microsoft.compute/virtualmachines", "microsoft.network/networkinterfaces"]),
    (lists::CONTAINERS, &[SUBSCRIPTIONS, GROUPS]),
    (lists::OTHERS, &["microsoft.eventgrid/systemtopics", "microsoft.dashboard/grafana"]),
];

pub(super) fn is_related(kind: &str) -> bool {
    RELATED.contains(&kind)
}

pub(super) fn is_source(kind: &str) -> bool {
    SOURCES.contains(&kind)
}

/// Settings that each resource has of its own: only those of a cluster are looked at.
pub(super) fn hangs_on_clusters(kind: &str) -> bool {
    [
        "microsoft.insights/diagnosticsettings",
        "microsoft.insights/datacollectionruleassociations",
        "microsoft.chaos/targets",
        "microsoft.servicelinker/linkers",
    ]
    .contains(&kind)
}

/// Answers about a scope hold what is inherited from above it, too.
pub(super) fn is_inherited(kind: &str) -> bool {
    ABOVE.contains(&kind)
}

pub(super) fn is_usually_filtered(kind: &str) -> bool {
    USUALLY_FILTERED.contains(&kind)
}

/// What the list of a type is called; other types may share the name.
pub(super) fn name_of(kind: &str) -> &'static str {
    match kind {
        BINDINGS => lists::BINDINGS,
        INHERITED => lists::ASSIGNMENTS,
        SUBSCRIPTIONS => lists::CONTAINERS,
        EVENTS => lists::EVENTS,
        DIRECTORY => lists::DIRECTORY,
        other => label_of(other),
    }
}

/// The types that make up a list together, where one alone does not.
pub(super) fn parts_of(name: &str) -> &'static [&'static str] {
    SEVERAL.iter().find(|(several, _)| *several == name).map_or(&[], |(_, parts)| parts)
}

/// The type of whatever an id names, in lower case; empty when it names nothing that is known to have one.
pub(super) fn kind_of(id: &str) -> String {
    let Some(id) = ArmId::parse(id) else { return kind_above(id) };
    let kind = id.resource_type();
    match id.lower().matches('/').count() {
        2 if kind.is_empty() => SUBSCRIPTIONS.to_owned(),
        4 if kind.is_empty() && id.resource_group().is_some() => GROUPS.to_owned(),
        _ => kind,
    }
}

fn kind_above(id: &str) -> String {
    let lower = id.trim().trim_end_matches('/').to_lowercase();
    if !lower.starts_with("/providers/") {
        return String::new();
    }
    let named = lower.rsplit_once("/providers/").and_then(|(_, below)| below.rsplit_once('/'));
    named.map(|(kind, _)| kind).filter(|kind| ABOVE.contains(kind)).unwrap_or_default().to_owned()
}

/// The scope of the list that a resource stands in: what it is a child of, what it hangs on, or its subscription.
pub(super) fn home_of(id: &str) -> Option<String> {
    let id = ArmId::parse(id)?;
    if let Some(parent) = id.parent() {
        return Some(parent.lower().to_owned());
    }
    let above = id.lower().rsplit_once("/providers/").map(|(above, _)| above).unwrap_or_default();
    if above.contains("/providers/") {
        return Some(above.to_owned());
    }
    Some(format!("/subscriptions/{}", id.subscription()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLUSTER: &str = "/subscriptions/S/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c";

    #[test]
    fn a_type_is_read_out_of_every_id_that_has_one() {
        for (id, kind) in [
            ("/subscriptions/S".to_owned(), SUBSCRIPTIONS),
            ("/subscriptions/S/resourceGroups/g/".to_owned(), GROUPS),
            (CLUSTER.to_owned(), CLUSTERS),
            (format!("{CLUSTER}/providers/Microsoft.Chaos/targets/t"), "microsoft.chaos/targets"),
            ("/providers/Microsoft.Authorization/RoleDefinitions/r".to_owned(), "microsoft.authorization/roledefinitions"),
            (
                "/providers/Microsoft.Management/managementGroups/m/providers/Microsoft.Authorization/roleAssignments/a"
                    .to_owned(),
                ASSIGNMENTS,
            ),
            ("/subscriptions/S/providers/Microsoft.ContainerService/locations/l/kubernetesVersions/all".to_owned(), VERSIONS),
            ("/providers/Microsoft.Management/managementGroups/m".to_owned(), ""),
            ("0b1ec700-0000-4000-8000-000000000001".to_owned(), ""),
        ] {
            assert_eq!(kind_of(&id), kind, "{id}");
        }
    }

    #[test]
    fn a_list_belongs_to_the_parent_to_what_it_hangs_on_or_to_the_subscription() {
        let vault = "/subscriptions/s/resourcegroups/g/providers/microsoft.dataprotection/backupvaults/v";
        assert_eq!(home_of(&format!("{vault}/backupInstances/i")).as_deref(), Some(vault));
        assert_eq!(home_of(vault).as_deref(), Some("/subscriptions/s"));
        let setting = format!("{CLUSTER}/providers/Microsoft.Insights/diagnosticSettings/d");
        assert_eq!(home_of(&setting), Some(CLUSTER.to_lowercase()));
        assert_eq!(home_of("/providers/Microsoft.Authorization/roleDefinitions/r"), None);
    }

    #[test]
    fn every_type_has_a_name_that_is_its_own_or_says_what_else_belongs_to_it() {
        for kind in RELATED {
            let name = name_of(kind);
            let alone = RELATED.iter().filter(|other| name_of(other) == name).count() == 1;
            assert!(alone || !parts_of(name).is_empty(), "{kind} shares the name {name}");
        }
    }
}
