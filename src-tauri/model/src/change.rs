//! A fleet as it would be after some changes: what-if, in memory only.

use crate::{ArmId, Binding, Change, Cluster, ContentHash, Field, Fleet, Reading, Source};
use serde_json::json;

/// What a binding or a name made by a change is called as a source.
const IMAGINED: &str = "what-if";

impl Fleet {
    /// The fleet after these changes, in their order. A change that names nothing here changes nothing.
    #[must_use]
    pub fn after(&self, changes: &[Change]) -> Fleet {
        let mut fleet = self.clone();
        for change in changes {
            fleet.apply(change);
        }
        fleet
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Start { cluster } => {
                self.change(cluster, |c| c.power_state.reading = Reading::Value("Running".to_owned()));
            }
            Change::DeleteBinding { cluster, name } => {
                self.change(cluster, |c| c.bindings.seen.retain(|b| !b.name.eq_ignore_ascii_case(name)));
            }
            Change::GiveIdentity { resource } => {
                if let Some(holder) = self.around.holders.get_mut(&resource.to_lowercase()) {
                    let before = holder.identity_type.reading.value().cloned().unwrap_or_default();
                    let given = holder.user_assigned.reading == Reading::Value(true);
                    let after = if given || before.to_lowercase().contains("userassigned") {
                        "SystemAssigned, UserAssigned"
                    } else {
                        "SystemAssigned"
                    };
                    holder.identity_type.reading = Reading::Value(after.to_owned());
                }
            }
            Change::CreateBinding { cluster, name, source, roles } => self.change(cluster, |c| {
                c.bindings.seen.retain(|b| !b.name.eq_ignore_ascii_case(name));
                c.bindings.seen.extend(imagined(c, name, source, roles));
                c.bindings.seen.sort_by(|a, b| a.id.cmp(&b.id));
            }),
            Change::SetBindingRoles { cluster, name, roles, .. } => self.change(cluster, |c| {
                for binding in c.bindings.seen.iter_mut().filter(|b| b.name.eq_ignore_ascii_case(name)) {
                    binding.roles.reading = Reading::Value(roles.clone());
                }
            }),
            Change::SetRanges { cluster, ranges } => {
                self.change(cluster, |c| c.api_server.ranges.reading = Reading::Value(ranges.clone()));
            }
            Change::MakePrivate { cluster } => self.change(cluster, |c| {
                let api = &mut c.api_server;
                api.private.reading = Reading::Value(true);
                api.public_name.reading = Reading::Value(false);
                // ranges belong to public endpoints, and the public name goes with it
                api.ranges.reading = Reading::Absent;
                api.fqdn.reading = Reading::Absent;
                api.private_fqdn.reading = Reading::Value(IMAGINED.to_owned());
            }),
            Change::DisableRunCommand { cluster } => set(self, cluster, |c| &mut c.api_server.run_command_disabled),
            Change::DisableLocalAccounts { cluster } => {
                set(self, cluster, |c| &mut c.credentials.local_accounts_disabled)
            }
            Change::RemoveRoleAssignment { id } => self.around.access.remove(id),
            Change::Confirm { .. } | Change::RotateCertificates { .. } | Change::ReviewWorkaround { .. } => {}
        }
    }

    /// Every cluster under this id: a plan is made for those that exist, and an id names one today.
    fn change(&mut self, cluster: &str, mut edit: impl FnMut(&mut Cluster)) {
        let lower = cluster.to_lowercase();
        self.clusters.iter_mut().filter(|c| c.id.lower() == lower).for_each(&mut edit);
    }
}

fn set(fleet: &mut Fleet, cluster: &str, field: impl Fn(&mut Cluster) -> &mut Field<bool>) {
    fleet.change(cluster, |c| field(c).reading = Reading::Value(true));
}

fn imagined(cluster: &Cluster, name: &str, source: &str, roles: &[String]) -> Option<Binding> {
    let id = ArmId::parse(&format!("{}/trustedAccessRoleBindings/{name}", cluster.id.as_str()))?;
    let body = json!({"properties": {"provisioningState": "Succeeded", "sourceResourceId": source, "roles": roles}});
    let from = Source::new(IMAGINED, "");
    Binding::read(id, &body, from, ContentHash::of(body.to_string().as_bytes()))
}

#[cfg(test)]
mod tests {
    use crate::{Change, Document, DocumentKind, Fleet, Reading, Snapshot, Source};
    use serde_json::json;

    #[test]
    fn an_identity_is_given_beside_those_that_are_there() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataProtection/backupVaults/v";
        let given = json!({"/x": {}});
        let rows = [
            (json!({"type": "UserAssigned", "userAssignedIdentities": given}), "SystemAssigned, UserAssigned"),
            (json!({"userAssignedIdentities": given}), "SystemAssigned, UserAssigned"),
            (json!({"userAssignedIdentities": {}}), "SystemAssigned"),
            (json!(null), "SystemAssigned"),
        ];
        for (identity, expected) in rows {
            let body = json!({"id": id, "identity": identity, "properties": {}});
            let vault = Document::new(DocumentKind::Related, id.to_owned(), Source::new("test", ""), &body);
            let fleet = Fleet::read(&Snapshot { documents: vec![vault], ..Snapshot::default() });
            let after = fleet.after(&[Change::GiveIdentity { resource: id.to_uppercase() }]);
            let kind = after.around.holders.values().next().map(|holder| holder.identity_type.reading.clone());
            assert_eq!(kind, Some(Reading::Value(expected.to_owned())), "{identity}");
        }
    }
}
