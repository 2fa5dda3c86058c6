//! What a role lets its holder do to a cluster. Evaluated from its actions, never from its name.

use quay_model::{Permissions, RoleDefinition};
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// The built-in roles that touch AKS or grant a sensitive action, with their date.
const SHIPPED: &str = include_str!("facts/builtin-roles.json");

pub(crate) const OWNER: &str = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
pub(crate) const CONTRIBUTOR: &str = "b24988ac-6180-42a0-ab88-20f7382dd24c";

/// Actions of "Azure permissions for Containers" and of Azure RBAC for Kubernetes.
const ADMIN_CREDENTIAL: &str = "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action";
const USER_CREDENTIAL: &str = "Microsoft.ContainerService/managedClusters/listClusterUserCredential/action";
/// The older call gives the admin's kubeconfig too, when it is asked for `clusterAdmin`.
const ACCESS_PROFILE: &str = "Microsoft.ContainerService/managedClusters/accessProfiles/listCredential/action";
const RUN_COMMAND: &str = "Microsoft.ContainerService/managedClusters/runCommand/action";
const CLUSTER_READ: &str = "Microsoft.ContainerService/managedClusters/read";
const CLUSTER_WRITE: &str = "Microsoft.ContainerService/managedClusters/write";
const BINDING_WRITE: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write";
const ROLE_WRITE: &str = "Microsoft.Authorization/roleAssignments/write";
const NAMESPACE_CREDENTIAL: &str = "Microsoft.ContainerService/managedClusters/managedNamespaces/listCredential/action";
const K8S_BIND: &str = "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterrolebindings/write";
const K8S_ROLES: &str =
    "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterroles/escalate/action";
const K8S_SECRETS: &str = "Microsoft.ContainerService/managedClusters/secrets/read";
const K8S_EXEC: &str = "Microsoft.ContainerService/managedClusters/pods/exec/action";
const K8S_PODS_WRITE: &str = "Microsoft.ContainerService/managedClusters/pods/write";
const K8S_BIND_ROLES: &str =
    "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterroles/bind/action";
/// Whoever may act as anybody may act as an administrator.
const K8S_IMPERSONATE: [&str; 2] = [
    "Microsoft.ContainerService/managedClusters/users/impersonate/action",
    "Microsoft.ContainerService/managedClusters/groups/impersonate/action",
];
const K8S_ROLES_WRITE: &str = "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/clusterroles/write";
const K8S_ANYTHING: &str = "Microsoft.ContainerService/managedClusters/";
/// Each of them leads to running things, to secrets, or to somebody else's rights.
const STRONG: [&str; 17] = [
    K8S_SECRETS,
    K8S_EXEC,
    K8S_PODS_WRITE,
    K8S_BIND,
    K8S_ROLES_WRITE,
    "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/rolebindings/write",
    "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/roles/escalate/action",
    "Microsoft.ContainerService/managedClusters/rbac.authorization.k8s.io/roles/bind/action",
    "Microsoft.ContainerService/managedClusters/apps/replicasets/write",
    "Microsoft.ContainerService/managedClusters/extensions/deployments/write",
    "Microsoft.ContainerService/managedClusters/replicationcontrollers/write",
    "Microsoft.ContainerService/managedClusters/apps/deployments/write",
    "Microsoft.ContainerService/managedClusters/apps/daemonsets/write",
    "Microsoft.ContainerService/managedClusters/apps/statefulsets/write",
    "Microsoft.ContainerService/managedClusters/batch/jobs/write",
    "Microsoft.ContainerService/managedClusters/batch/cronjobs/write",
    "Microsoft.ContainerService/managedClusters/serviceaccounts/impersonate/action",
];
const K8S_READ: &str = "Microsoft.ContainerService/managedClusters/pods/read";
/// One action each of services that have nothing to do with AKS: who may do all of them may do about everything.
const ANYTHING: [&str; 3] = [
    "Microsoft.Compute/virtualMachines/write",
    "Microsoft.Storage/storageAccounts/write",
    "Microsoft.ContainerService/managedClusters/write",
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is one question of its own")]
pub struct Powers {
    pub admin_credential: bool,
    pub user_credential: bool,
    pub run_command: bool,
    pub cluster_write: bool,
    pub binding_write: bool,
    /// To anybody and any role.
    pub assign_roles: bool,
    /// Only under a condition that the role itself carries.
    pub assign_some_roles: bool,
    pub namespace_credential: bool,
    /// Owner, Contributor, or a custom role that amounts to one.
    pub broad: bool,
    pub kubernetes_admin: bool,
    pub kubernetes_strong: bool,
    pub kubernetes_read: bool,
    /// Something inside the cluster, whatever it is.
    pub kubernetes_some: bool,
    /// Backup needs it beside its binding.
    pub cluster_read: bool,
}

impl Powers {
    pub fn of(permissions: &Permissions) -> Powers {
        Powers {
            admin_credential: permissions.allow(ADMIN_CREDENTIAL) || permissions.allow(ACCESS_PROFILE),
            user_credential: permissions.allow(USER_CREDENTIAL),
            run_command: permissions.allow(RUN_COMMAND),
            cluster_write: permissions.allow(CLUSTER_WRITE),
            binding_write: permissions.allow(BINDING_WRITE),
            assign_roles: permissions.allow_freely(ROLE_WRITE),
            assign_some_roles: permissions.allow(ROLE_WRITE) && !permissions.allow_freely(ROLE_WRITE),
            namespace_credential: permissions.allow(NAMESPACE_CREDENTIAL),
            // a thing or two that is taken away again does not make it narrow
            broad: ANYTHING.iter().all(|action| permissions.allow(action))
                || (permissions.begin_with_everything() && permissions.allow(CLUSTER_WRITE)),
            kubernetes_admin: (permissions.allow_data(K8S_BIND)
                && [K8S_ROLES, K8S_BIND_ROLES, K8S_SECRETS].iter().any(|a| permissions.allow_data(a)))
                || K8S_IMPERSONATE.iter().any(|a| permissions.allow_data(a))
                || (permissions.allow_data(K8S_ROLES_WRITE) && permissions.allow_data(K8S_ROLES)),
            kubernetes_strong: STRONG.iter().any(|a| permissions.allow_data(a)),
            kubernetes_read: permissions.allow_data(K8S_READ),
            kubernetes_some: permissions.allow_data_below(K8S_ANYTHING),
            cluster_read: permissions.allow(CLUSTER_READ),
        }
    }

    /// Whether it lets anybody nearer to the API server of a cluster.
    pub fn open_something(self) -> bool {
        Powers { cluster_read: false, ..self } != Powers::default()
    }

    /// What is left of it where Azure RBAC does not decide about what happens inside the cluster.
    #[must_use]
    pub fn without_azure_rbac(self) -> Powers {
        Powers {
            kubernetes_admin: false,
            kubernetes_strong: false,
            kubernetes_read: false,
            kubernetes_some: false,
            ..self
        }
    }
}

/// A role with its powers; names are for people only.
#[derive(Debug, Clone)]
pub struct Role {
    pub name: Arc<str>,
    pub powers: Powers,
    /// Among the few roles that its own condition lets it assign is one that opens a cluster, or one nobody knows.
    pub assigns_power: bool,
}

/// Whether the roles that a role may assign under its own condition open something; `unknown` answers for strangers.
fn assigns_power(
    permissions: &Permissions,
    powers: Powers,
    known: impl Fn(&str) -> Option<Powers>,
    unknown: bool,
) -> bool {
    if !powers.assign_some_roles {
        return false;
    }
    let named = permissions.named_by_conditions(ROLE_WRITE);
    named.is_empty() || named.iter().any(|guid| known(guid).map_or(unknown, Powers::open_something))
}

fn plain(guid: &str) -> String {
    guid.replace('-', "").to_lowercase()
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippedRoles {
    roles: Vec<ShippedRole>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ShippedRole {
    id: String,
    role_name: String,
    permissions: serde_json::Value,
}

static BUILT_IN: LazyLock<HashMap<String, Role>> = LazyLock::new(|| {
    let Ok(file) = serde_json::from_str::<ShippedRoles>(SHIPPED) else { return HashMap::new() };
    let read = |role: &ShippedRole| {
        let permissions = Permissions::of_blocks(&role.permissions).ok()?;
        Some((role.id.clone(), role.role_name.clone(), Powers::of(&permissions), permissions))
    };
    let all: Vec<_> = file.roles.iter().filter_map(read).collect();
    let powers: HashMap<String, Powers> = all.iter().map(|(id, _, powers, _)| (plain(id), *powers)).collect();
    // what is built in and not shipped here touches no cluster
    let role = |(id, name, own, permissions): (String, String, Powers, Permissions)| {
        let assigns_power = assigns_power(&permissions, own, |guid| powers.get(guid).copied(), false);
        (id, Role { name: name.into(), powers: own, assigns_power })
    };
    all.into_iter().map(role).collect()
});

/// The roles of one fleet: as they were read, else as they were last published.
#[derive(Debug, Default)]
pub struct Roles {
    read: HashMap<String, Role>,
}

impl Roles {
    pub fn of<'a>(definitions: impl Iterator<Item = (&'a String, &'a RoleDefinition)>) -> Self {
        let listed: Vec<(&String, &RoleDefinition, Powers)> =
            definitions.map(|(guid, definition)| (guid, definition, Powers::of(&definition.permissions))).collect();
        let powers: HashMap<String, Powers> = listed.iter().map(|(guid, _, powers)| (plain(guid), *powers)).collect();
        let known = |guid: &str| {
            let shipped = BUILT_IN.iter().find(|(id, _)| plain(id) == guid).map(|(_, role)| role.powers);
            powers.get(guid).copied().or(shipped)
        };
        let role = |definition: &RoleDefinition, own: Powers, guid: &str| Role {
            name: definition.name.as_str().into(),
            powers: own,
            assigns_power: assigns_power(&definition.permissions, own, known, !BUILT_IN.contains_key(guid)),
        };
        Roles {
            read: listed
                .iter()
                .map(|(guid, definition, own)| ((*guid).clone(), role(definition, *own, guid)))
                .collect(),
        }
    }

    /// `None` when nobody here knows what the role allows.
    pub fn find(&self, guid: &str) -> Option<&Role> {
        self.read.get(guid).or_else(|| BUILT_IN.get(guid))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_roles_are_whole() {
        assert_eq!(BUILT_IN.len(), 78);
        let powers = |guid: &str| BUILT_IN.get(guid).map(|role| role.powers).unwrap_or_default();
        assert!(powers(OWNER).assign_roles && powers(OWNER).broad && powers(OWNER).admin_credential);
        assert!(powers(CONTRIBUTOR).broad && !powers(CONTRIBUTOR).assign_roles && powers(CONTRIBUTOR).binding_write);
        let admins = BUILT_IN.values().filter(|role| role.powers.admin_credential).count();
        assert_eq!(admins, 4, "Owner, Contributor, AKS Contributor and AKS Cluster Admin give the admin credential");
        let assign = BUILT_IN.values().filter(|role| role.powers.assign_roles).count();
        assert_eq!(assign, 3, "Owner, User Access Administrator and RBAC Administrator assign without a condition");
        assert_eq!(BUILT_IN.values().filter(|role| role.powers.assign_some_roles).count(), 25);
        let reader = powers("acdd72a7-3385-48ef-bd42-f606fba81ae7");
        assert!(!reader.open_something(), "{reader:?}");
    }

    #[test]
    fn what_data_actions_amount_to_is_told_by_where_they_lead() {
        let start = "Microsoft.ContainerService/managedClusters/";
        let roles = "rbac.authorization.k8s.io/";
        let of = |actions: &[String], taken: &[String]| {
            let block = serde_json::json!([{"actions": [], "dataActions": actions, "notDataActions": taken}]);
            Powers::of(&Permissions::of_blocks(&block).unwrap_or_default())
        };
        let level = |powers: Powers| match powers {
            Powers { kubernetes_admin: true, .. } => "admin",
            Powers { kubernetes_strong: true, .. } => "strong",
            Powers { kubernetes_read: true, .. } | Powers { kubernetes_some: true, .. } => "limited",
            _ => "nothing",
        };
        let rows: [(&[&str], &[&str], &str); 12] = [
            (&["*"], &[], "admin"),
            (&["users/impersonate/action"], &[], "admin"),
            (&["*/impersonate/action"], &[], "admin"),
            (&["*"], &["rbac.authorization.k8s.io/clusterrolebindings/write"], "admin"),
            (
                &[
                    "rbac.authorization.k8s.io/clusterroles/write",
                    "rbac.authorization.k8s.io/clusterroles/escalate/action",
                ],
                &[],
                "admin",
            ),
            (&["rbac.authorization.k8s.io/rolebindings/write"], &[], "strong"),
            (&["serviceaccounts/impersonate/action"], &[], "strong"),
            (&["apps/replicasets/write"], &[], "strong"),
            (&["secrets/read"], &[], "strong"),
            (&["configmaps/write"], &[], "limited"),
            (&["pods/read"], &[], "limited"),
            (&[], &[], "nothing"),
        ];
        for (given, taken, expected) in rows {
            let full = |list: &[&str]| list.iter().map(|action| format!("{start}{action}")).collect::<Vec<_>>();
            assert_eq!(level(of(&full(given), &full(taken))), expected, "{given:?} without {taken:?} ({roles})");
        }
        let elsewhere = of(&["Microsoft.Storage/storageAccounts/*".to_owned()], &[]);
        assert_eq!(level(elsewhere), "nothing");
        assert_eq!(level(of(&["*/read".to_owned()], &[])), "strong", "secrets are read by it too");
    }

    #[test]
    fn nearly_everything_is_broad_and_the_clusters_taken_away_is_not() {
        let broad = |taken: &[&str]| {
            let block = serde_json::json!([{"actions": ["*"], "notActions": taken}]);
            Powers::of(&Permissions::of_blocks(&block).unwrap_or_default()).broad
        };
        assert!(broad(&["Microsoft.Storage/*", "Microsoft.Authorization/*/Write"]));
        assert!(broad(&["Microsoft.Compute/virtualMachines/write"]));
        assert!(!broad(&["Microsoft.ContainerService/*"]));
    }

    #[test]
    fn a_role_that_may_give_a_power_away_is_told_by_its_condition() {
        let assigns = |guid: &str| BUILT_IN.get(guid).is_some_and(|role| role.assigns_power);
        assert!(assigns("a2b7cc47-30ec-462f-a2f4-9ac6e1c266af"), "its condition names Contributor");
        let harmless = BUILT_IN.values().filter(|role| role.powers.assign_some_roles && !role.assigns_power).count();
        assert_eq!(harmless, 18, "of the 25 that assign under a condition");
    }
}
