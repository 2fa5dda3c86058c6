//! CRED-11: No role assignment is left for a deleted principal.

use crate::reach::{Held, is_unknown_to_directory, name_of};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use crate::service_rights::{PATH, listed, with_each};
use quay_model::{Area, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-11",
        area: Area::Credentials,
        title: "No role assignment is left for a deleted principal",
        finding: "Role assignment left for a deleted principal",
        severity: Severity::Low,
        what: "Whether everybody who holds a role on the cluster or above it is still in the directory.",
        why: "Assignments that nobody holds hide the ones that matter from a review. They show that people and services leave without their rights being taken back.",
        not_applicable: "Always applies; without Microsoft Graph it is not assessed.",
        reads: &["roleAssignments", "directoryObjects"],
        conditions: &["C14"],
        references: &[references::RBAC_TROUBLESHOOTING],
        fix: Fix {
            what_to_do: "Make sure that the principal is gone for good and not in the directory's recycle bin, then delete the assignment.",
            cli: "az role assignment list --subscription {subscription} --scope {id} --include-inherited --query \"[?principalName==''].[id, principalId, roleDefinitionName]\" -o table\naz role assignment delete --ids ASSIGNMENT_ID",
            bicep: "// nothing to declare: take the assignment out of the code that makes it, or its next deployment fails",
            terraform: "# nothing to declare: take the azurerm_role_assignment out of the code that makes it",
            caution: "Users, groups and applications can be restored for 30 days and get their roles back with it. Guests of a tenant that is not reachable look the same: ask first.",
            look: "az role assignment list --subscription {subscription} --scope {id} --include-inherited --query \"[?principalName==''].[id, principalId, principalType]\" -o table",
        },
    },
    check: Check::Cluster(check),
};

const EXPECTED: &str = "holders that are in the directory";

fn check(subject: &Subject<'_>) -> Judgement {
    let fleet = subject.fleet;
    if let Err(why) = fleet.known.directory() {
        return Judgement::not_assessed(format!("Who of the holders still exists is not known: {why}."))
            .with(concluded("directoryObjects", why, EXPECTED));
    }
    let is_gone = |held: &&Held<'_>| !held.eligible && is_unknown_to_directory(fleet, held);
    let reached = subject.reached;
    let all = || reached.held.iter().filter(|held| held.placed).chain(&reached.inside);
    let mut gone: Vec<&Held<'_>> = all().filter(is_gone).collect();
    if !gone.is_empty() {
        gone.sort_by(|a, b| a.assignment.key().cmp(&b.assignment.key()));
        let reason = format!("The directory no longer knows the holder: {}.", listed(fleet, &gone));
        return with_each(Judgement::fail(reason), fleet, &gone, EXPECTED);
    }
    // somebody unknown above a group that may hold the cluster
    if let Some(held) = reached.held.iter().filter(|held| !held.placed).find(is_gone) {
        let why = format!(
            "Whether {} holds the cluster was not read; the directory no longer knows {}.",
            held.place(),
            name_of(fleet, held.assignment)
        );
        return Judgement::not_assessed(why).with(concluded(PATH, held.place(), EXPECTED));
    }
    let count = all().filter(|held| !held.eligible).count();
    match &subject.reached.incomplete {
        Some(why) => Judgement::not_assessed(format!("Who holds roles here is not wholly known: {why}."))
            .with(concluded(PATH, why.as_str(), EXPECTED)),
        None => Judgement::pass("Everybody who holds a role here is still in the directory.").with(concluded(
            PATH,
            format!("assignments that reach the cluster: {count}"),
            EXPECTED,
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const READER: &str = "acdd72a7-3385-48ef-bd42-f606fba81ae7";

    #[test]
    fn a_holder_must_be_in_the_directory_or_a_resource() {
        let asked = || Scene::new(json!({})).whole(lists::DIRECTORY);
        let scene = || asked().whole(lists::ASSIGNMENTS).role("P1", "User", READER, "");
        let known = || scene().principal(json!({"id": "p1", "displayName": "Anna"}));
        let vault = format!("/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DataProtection/backupVaults/v");
        let vault = json!({"id": vault, "identity": {"principalId": "p2"}, "properties": {}});
        let rows = vec![
            ("known", known(), Pass),
            ("deleted", scene(), Fail),
            ("one of two deleted", known().role("p2", "ServicePrincipal", READER, ""), Fail),
            ("deleted, above", known().role("p2", "Group", READER, "/"), Fail),
            ("of a resource", known().role("p2", "ServicePrincipal", READER, "").with(vault), Pass),
            (
                "deleted, in a namespace",
                known().role("p9", "User", READER, &format!("{CLUSTER_ID}/namespaces/prod")),
                Fail,
            ),
            (
                "deleted, above who knows",
                known()
                    .role("p2", "User", READER, "/providers/Microsoft.Management/managementGroups/m")
                    .beside_another_subscription(),
                NotAssessed,
            ),
            ("of another tenant", known().role("p3", "ForeignGroup", READER, ""), Pass),
            ("not asked", Scene::new(json!({})).whole(lists::ASSIGNMENTS).role("p1", "User", READER, ""), NotAssessed),
            ("refused", known().denied(lists::DIRECTORY), NotAssessed),
            ("not listed", asked(), NotAssessed),
            ("not listed, and one deleted", asked().role("p1", "User", READER, ""), Fail),
        ];
        scenes(&RULE, rows);
        let reason = scene().judge(&RULE).reason;
        assert!(reason.contains("unresolved User p1 holds Reader on the cluster"), "{reason}");
    }
}
