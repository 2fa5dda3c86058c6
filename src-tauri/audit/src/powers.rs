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
/// Each of them leads to running things, to secrets, or to somebody else's rights.
const STRONG: [&str; 9] = [
    K8S_SECRETS,
    K8S_EXEC,
    K8S_PODS_WRITE,
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
            broad: ANYTHING.iter().all(|action| permissions.allow(action)),
            kubernetes_admin: permissions.allow_data(K8S_BIND)
                && [K8S_ROLES, K8S_BIND_ROLES, K8S_SECRETS].iter().any(|a| permissions.allow_data(a)),
            kubernetes_strong: STRONG.iter().any(|a| permissions.allow_data(a)),
            kubernetes_read: permissions.allow_data(K8S_READ),
            cluster_read: permissions.allow(CLUSTER_READ),
        }
    }

    /// Whether it lets anybody nearer to the API server of a cluster.
    pub fn open_something(self) -> bool {
        Powers { cluster_read: false, ..self } != Powers::default()
    }
}

/// A role with its powers; names are for people only.
#[derive(Debug, Clone)]
pub struct Role {
    pub name: Arc<str>,
    pub powers: Powers,
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
    let read = |role: ShippedRole| {
        let permissions = Permissions::of_blocks(&role.permissions).ok()?;
        Some((role.id, Role { name: role.role_name.into(), powers: Powers::of(&permissions) }))
    };
    file.roles.into_iter().filter_map(read).collect()
});

/// The roles of one fleet: as they were read, else as they were last published.
#[derive(Debug, Default)]
pub struct Roles {
    read: HashMap<String, Role>,
}

impl Roles {
    pub fn of<'a>(definitions: impl Iterator<Item = (&'a String, &'a RoleDefinition)>) -> Self {
        let role = |definition: &RoleDefinition| Role {
            name: definition.name.as_str().into(),
            powers: Powers::of(&definition.permissions),
        };
        Roles { read: definitions.map(|(guid, definition)| (guid.clone(), role(definition))).collect() }
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
}
