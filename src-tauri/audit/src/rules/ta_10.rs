//! TA-10: A binding was made by code, not by hand.

use crate::origin::{Origin, origin_of};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, read_in};
use quay_model::{Area, Binding, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-10",
        area: Area::TrustedAccess,
        title: "A binding was made by code, not by hand",
        finding: "Binding made by hand",
        severity: Severity::Medium,
        what: "Whether infrastructure code declares the binding, or a deployment, a pipeline or the service itself made it. Azure keeps no author on the binding; its activity log keeps 90 days.",
        why: "What a person made by hand was reviewed by nobody, and is made nowhere else again. The next one like it goes unseen too.",
        not_applicable: "Clusters without a binding.",
        reads: &["operationName.value", "caller", "claims.appid", "correlationId"],
        conditions: &["C16"],
        references: &[references::TRUSTED_ACCESS, references::ACTIVITY_LOG],
        fix: Fix {
            what_to_do: "Ask who made it whether it is needed. If it is, write it into the code that makes the cluster and give that code to this application; if not, delete it.",
            cli: "# what the code must declare\naz aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}\n# only if it is not needed\naz aks trustedaccess rolebinding delete --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}",
            bicep: "resource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "import {\n  to = azurerm_kubernetes_cluster_trusted_access_role_binding.binding\n  id = \"{id}/trustedAccessRoleBindings/{binding}\"\n}",
            caution: "Declaring a binding that is there changes nothing. Deleting it cuts its service off: ask its owner first.",
            look: "az monitor activity-log list --subscription {subscription} --resource-id {id}/trustedAccessRoleBindings/{binding} --offset 90d",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let origin = origin_of(subject.fleet, subject.memory, binding, subject.as_of);
    let words = origin.words();
    match &origin {
        Origin::ByHand { .. } => Judgement::fail(format!("The binding {words}.")),
        Origin::Unknown { why, .. } => Judgement::not_assessed(format!("Who made the binding is not known: {why}.")),
        Origin::Declared { .. } | Origin::Deployment(_) | Origin::Defender(_) | Origin::Program(_) => {
            Judgement::pass(format!("The binding {words}."))
        }
    }
    .with(read_in("origin of the binding", words, "code, a deployment or the service itself", origin.source()))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const PORTAL: &str = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c";
    const WRITE: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write";
    const PROGRAM: &str = "0a0a0a0a-0000-4000-8000-000000000001";

    #[test]
    fn a_binding_made_by_hand_fails() {
        let vault = "/subscriptions/1/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
        let bound = || Scene::new(json!({})).binding("b", vault, &[]);
        let id = format!("{CLUSTER_ID}/trustedAccessRoleBindings/b");
        let written = |caller: &str, application: &str| {
            bound().event(json!({"resourceId": id, "caller": caller, "claims": {"appid": application},
                "operationName": {"value": WRITE}, "status": {"value": "Succeeded"},
                "eventTimestamp": "2026-11-01T08:00:00Z"}))
        };
        let code = |source: &str| json!({"thing": "binding", "language": "Terraform state", "address": "x.b", "id": id, "source": source});
        let by_hand = written("ann@example.com", PORTAL).whole(lists::EVENTS);
        let failed = by_hand.judge(&RULE);
        let told = ["ann@example.com", "the portal", "2026-11-01"].iter().all(|word| failed.reason.contains(*word));
        assert!(told, "{}", failed.reason);
        let documents: Vec<&str> = failed.evidence.iter().map(|evidence| &*evidence.source).collect();
        assert!(documents.iter().all(|source| source.starts_with("test.json, item 1; sha256 ")), "{documents:?}");
        let program = || written(PROGRAM, PROGRAM);
        let rows = vec![
            ("declared", by_hand.clone().declared(code(vault)), Pass),
            ("declared otherwise, by hand", by_hand.clone().declared(code("/other")), Fail),
            ("declared otherwise, by a program", program().whole(lists::EVENTS).declared(code("/other")), Pass),
            (
                "declared otherwise, the log is silent",
                bound().whole(lists::EVENTS).declared(code("/other")),
                NotAssessed,
            ),
            ("by a program", program().whole(lists::EVENTS), Pass),
            ("by a program, in a part of the log", program(), NotAssessed),
            ("by hand", by_hand, Fail),
            ("by hand, in a part of the log", written("ann@example.com", PORTAL), NotAssessed),
            ("older than the log", bound().whole(lists::EVENTS), NotAssessed),
            ("the log was refused", bound().denied(lists::EVENTS), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
