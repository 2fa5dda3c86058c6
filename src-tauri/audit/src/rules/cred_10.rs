//! CRED-10: Admin groups are named, and few.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity};
use std::collections::BTreeSet;

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "CRED-10",
        area: Area::Credentials,
        title: "Admin groups are named, and few",
        finding: "Admin groups missing or too many",
        severity: Severity::Medium,
        what: "Which Entra groups are cluster-admin, and whether they are few enough to review.",
        why: "Members of these groups are cluster-admin. With none named, the way in in an emergency is the local account; with many, nobody knows who is admin.",
        not_applicable: "Clusters without Entra ID (CRED-02 says so).",
        reads: &["properties.aadProfile.adminGroupObjectIDs"],
        conditions: &[],
        references: &[references::ENTRA],
        fix: Fix {
            what_to_do: "Name one group whose membership is reviewed and granted for a limited time, and take the others off.",
            cli: "az aks update --subscription {subscription} -g {group} -n {cluster} --aad-admin-group-object-ids GROUP_OBJECT_ID",
            bicep: "// inside the cluster's properties\naadProfile: {\n  managed: true\n  adminGroupObjectIDs: [ adminGroupObjectId ]\n}",
            terraform: "# inside azurerm_kubernetes_cluster\nazure_active_directory_role_based_access_control {\n  admin_group_object_ids = [var.admin_group_object_id]\n}",
            caution: "Members of a group that is taken off lose cluster-admin at their next token, within the hour.",
            look: "az aks show --subscription {subscription} -g {group} -n {cluster} --query aadProfile.adminGroupObjectIDs",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let credentials = &subject.cluster.credentials;
    let most = subject.settings.most_admin_groups;
    if credentials.entra.reading == Reading::Absent {
        return Judgement::not_applicable("There is no Entra ID integration; CRED-02 says so.");
    }
    match &credentials.admin_groups.reading {
        Reading::Unreadable(why) => Judgement::not_assessed(format!("The admin groups could not be read: {why}.")),
        Reading::Absent => Judgement::fail("No admin group is named."),
        Reading::Value(named) => {
            let groups: BTreeSet<String> =
                named.iter().filter(|id| !id.is_empty()).map(|id| id.to_lowercase()).collect();
            match groups.len() {
                0 => Judgement::fail("No admin group is named."),
                count if count > most as usize => {
                    Judgement::fail(format!("{count} groups are cluster-admin; at most {most} can be reviewed."))
                }
                count => Judgement::pass(format!("Admin groups named: {count}.")),
            }
        }
    }
    .with(credentials.admin_groups.evidence(format!("1 to {most} groups"), "none"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::rows;
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::json;

    #[test]
    fn one_to_three_admin_groups_pass() {
        let groups = |list: serde_json::Value| json!({"aadProfile": {"managed": true, "adminGroupObjectIDs": list}});
        rows(
            &RULE,
            vec![
                ("none", groups(json!([])), Fail),
                ("null", groups(json!(null)), Fail),
                ("a name without letters", groups(json!([""])), Fail),
                ("one group four times", groups(json!(["g", "G", "g", "g"])), Pass),
                ("one", groups(json!(["a"])), Pass),
                ("three", groups(json!(["a", "b", "c"])), Pass),
                ("four", groups(json!(["a", "b", "c", "d"])), Fail),
                ("damaged", groups(json!("a")), NotAssessed),
                ("no Entra ID", json!({"provisioningState": "Succeeded"}), NotApplicable),
            ],
        );
    }
}
