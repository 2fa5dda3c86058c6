//! Lists that came without their question: what they are taken to be the whole list of.

use super::kinds;
use super::pages::Listed;
use super::shapes::text;
use quay_model::ArmId;
use serde_json::Value;
use std::collections::BTreeSet;

/// The type of all the elements, if they have one in common that tells something about clusters.
pub(super) fn only_kind(items: &[Value]) -> Option<String> {
    let mut all = items.iter().map(|item| kinds::kind_of(&text(item, "id").unwrap_or_default()));
    let first = all.next().filter(|kind| kinds::is_related(kind))?;
    all.all(|kind| kind == first).then_some(first)
}

/// People bring what `az … list -o json` prints, which follows all pages. As with bindings, such a list of one type is
/// taken for the whole: of each parent that it names where the type is a child's or hangs on a cluster, and of each
/// subscription that it names otherwise. An empty one names nothing and is taken for nothing.
///
/// A list that could be asked for in one group shows it: what names one group only proves nothing about the subscription.
///
/// Role assignments, policy assignments, exemptions and states, and the activity log are never taken so: those lists
/// are made for one scope, one principal or one state more often than not, and nothing in them shows it.
pub(super) fn named_by(items: &[Value]) -> BTreeSet<Listed> {
    let Some(kind) = only_kind(items).filter(|kind| !kinds::is_usually_filtered(kind)) else { return BTreeSet::new() };
    let ids: Vec<ArmId> = items.iter().filter_map(|item| ArmId::parse(&text(item, "id")?)).collect();
    let in_one_group = |home: &str| {
        let start = format!("{home}/");
        let own = ids.iter().filter(|id| id.lower().starts_with(&start));
        let groups: BTreeSet<String> = own.filter_map(|id| id.resource_group().map(str::to_lowercase)).collect();
        is_subscription(home) && groups.len() == 1
    };
    let homes: BTreeSet<String> = items.iter().filter_map(|item| kinds::home_of(&text(item, "id")?)).collect();
    homes.iter().filter(|home| !in_one_group(home)).map(|home| Listed::new(&kind, home)).collect()
}

/// Role assignments that Resource Graph answered with, all rows that it counts. A query about one cluster, group or
/// principal seldom meets what is assigned at the subscription itself or above it; one that shows such an assignment
/// looked at the whole subscription. Where none is shown, nobody can tell, and the list counts as a part.
pub(super) fn assignments_named_by(rows: &[Value], total: Option<u64>) -> BTreeSet<Listed> {
    if total != Some(rows.len() as u64) || only_kind(rows).as_deref() != Some(kinds::ASSIGNMENTS) {
        return BTreeSet::new();
    }
    let scopes: BTreeSet<String> = rows.iter().map(scope_of).collect();
    // who asked for the owners, or for one principal, got one role or one holder
    let different = |path: &str| rows.iter().filter_map(|row| text(row, path)).collect::<BTreeSet<String>>().len();
    if different("properties.roleDefinitionId") < 2 || different("properties.principalId") < 2 {
        return BTreeSet::new();
    }
    let looks_above =
        scopes.iter().any(|scope| scope.is_empty() || scope.starts_with("/providers/microsoft.management/"));
    let ids = rows.iter().filter_map(|row| ArmId::parse(&text(row, "id")?));
    ids.map(|id| format!("/subscriptions/{}", id.subscription()))
        .filter(|subscription| looks_above || scopes.contains(subscription))
        .map(|subscription| Listed::new(kinds::ASSIGNMENTS, &subscription))
        .collect()
}

fn is_subscription(home: &str) -> bool {
    home.matches('/').count() == 2
}

/// Where it was assigned, in lower case; empty at the root of the tenant.
fn scope_of(row: &Value) -> String {
    let id = text(row, "id").unwrap_or_default().to_lowercase();
    let own = id.split("/providers/microsoft.authorization/").next().unwrap_or_default().to_owned();
    let told = text(row, "properties.scope").or_else(|| text(row, "scope")).map(|scope| scope.to_lowercase());
    told.unwrap_or(own).trim_end_matches('/').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const GROUP: &str = "/subscriptions/S/resourceGroups/g/providers";

    fn scopes(found: &BTreeSet<Listed>) -> Vec<&str> {
        found.iter().map(|listed| listed.scope.as_str()).collect()
    }

    #[test]
    fn a_list_of_one_type_is_the_whole_list_of_what_it_names() {
        let vault = |name: &str| format!("{GROUP}/Microsoft.DataProtection/backupVaults/{name}");
        let of = |ids: &[String]| named_by(&ids.iter().map(|id| json!({"id": id})).collect::<Vec<_>>());
        let elsewhere = vault("b").replace("/resourceGroups/g/", "/resourceGroups/h/");
        assert_eq!(scopes(&of(&[vault("a"), elsewhere])), ["/subscriptions/s"]);
        assert!(of(&[vault("a"), vault("b")]).is_empty(), "one group may be all that was asked for");
        let instances = [format!("{}/backupInstances/1", vault("a")), format!("{}/backupInstances/2", vault("b"))];
        assert_eq!(scopes(&of(&instances)), [vault("a").to_lowercase(), vault("b").to_lowercase()]);
        for nothing in [
            vec![],
            vec![vault("a"), format!("{GROUP}/Microsoft.Network/virtualNetworks/n")],
            vec![format!("{GROUP}/Microsoft.Authorization/roleAssignments/r")],
            vec![format!("{GROUP}/Microsoft.Storage/storageAccounts/s")],
        ] {
            assert!(of(&nothing).is_empty(), "{nothing:?}");
        }
    }

    #[test]
    fn role_assignments_are_whole_where_the_subscription_s_own_are_shown() {
        let row = |scope: &str| {
            json!({"id": format!("{scope}/providers/Microsoft.Authorization/roleAssignments/r"),
            "properties": {"scope": scope, "roleDefinitionId": format!("role of {scope}"), "principalId": format!("who at {scope}")}})
        };
        let on_group = row("/subscriptions/S/resourceGroups/g");
        let on_subscription = row("/subscriptions/S");
        let above = row("/providers/Microsoft.Management/managementGroups/m");
        assert!(assignments_named_by(std::slice::from_ref(&on_group), Some(1)).is_empty());
        for other in [on_subscription, above] {
            let rows = [on_group.clone(), other];
            assert_eq!(scopes(&assignments_named_by(&rows, Some(2))), ["/subscriptions/s"]);
            assert!(assignments_named_by(&rows, None).is_empty(), "nobody says that these are all");
        }
    }
}
