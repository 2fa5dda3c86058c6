//! Lists that came without their question: what they are taken to be the whole list of.

use super::kinds;
use super::pages::Listed;
use super::shapes::text;
use quay_model::{ArmId, Reading, lookup};
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
/// Rows of Resource Graph, role assignments, policy assignments, exemptions and states, and the activity log never are: those lists
/// are made for one scope, one principal or one state more often than not, and nothing in them shows it.
pub(super) fn named_by(items: &[Value]) -> BTreeSet<Listed> {
    let Some(kind) = only_kind(items).filter(|kind| !kinds::is_usually_filtered(kind)) else { return BTreeSet::new() };
    // `az ml compute list` may have been asked for one type; what it prints lies beside the id
    let printed = |item: &Value| matches!(lookup(item, "properties.computeType"), Reading::Absent);
    if items.iter().any(is_row) || (kind == kinds::COMPUTES && items.iter().any(printed)) {
        return BTreeSet::new();
    }
    let ids: Vec<ArmId> = items.iter().filter_map(|item| ArmId::parse(&text(item, "id")?)).collect();
    let in_one_group = |home: &str| {
        let start = format!("{home}/");
        let own = ids.iter().filter(|id| id.lower().starts_with(&start));
        let groups: BTreeSet<String> = own.filter_map(|id| id.resource_group().map(str::to_lowercase)).collect();
        is_subscription(home) && groups.len() == 1
    };
    let homes: BTreeSet<String> = items.iter().filter_map(|item| kinds::home_of(&text(item, "id")?)).collect();
    let of_one = |home: &&String| kind == kinds::PLANS && !is_subscription(home);
    let of_another = |home: &&String| kinds::hangs_on_clusters(&kind) && !home.contains("/managedclusters/");
    homes
        .iter()
        .filter(|home| !in_one_group(home) && !of_one(home) && !of_another(home))
        .map(|home| Listed::new(&kind, home))
        .collect()
}

/// Resource Graph writes types in lower case, and may have been asked anything.
fn is_row(item: &Value) -> bool {
    text(item, "type").is_some_and(|kind| kind.contains('/') && kind == kind.to_lowercase())
}

fn is_subscription(home: &str) -> bool {
    home.matches('/').count() == 2
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
        let compute = |name: &str, body: Value| {
            let mut body = body;
            body["id"] = json!(format!("{GROUP}/Microsoft.MachineLearningServices/workspaces/w/computes/{name}"));
            named_by(&[body]).len()
        };
        assert_eq!(compute("a", json!({"properties": {"computeType": "AmlCompute"}})), 1, "as Azure answers");
        assert_eq!(compute("a", json!({"type": "amlcompute"})), 0, "az may have been asked for one type");
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
    fn rows_of_a_query_and_plans_of_single_resources_prove_nothing() {
        let vault = |group: &str, kind: &str| json!({"id": format!("/subscriptions/s/resourceGroups/{group}/providers/Microsoft.DataProtection/backupVaults/v"), "type": kind});
        let sent = "Microsoft.DataProtection/backupVaults";
        assert_eq!(named_by(&[vault("g", sent), vault("h", sent)]).len(), 1);
        let rows = [vault("g", &sent.to_lowercase()), vault("h", &sent.to_lowercase())];
        assert!(named_by(&rows).is_empty(), "the query may have asked for some of them");
        let plan = |of: &str| json!({"id": format!("{of}/providers/Microsoft.Security/pricings/Containers")});
        assert_eq!(scopes(&named_by(&[plan("/subscriptions/s")])), ["/subscriptions/s"]);
        let single = format!("{GROUP}/Microsoft.ContainerService/managedClusters/c");
        assert!(named_by(&[plan(&single)]).is_empty(), "a plan of one cluster is not the subscription's");
    }
}
