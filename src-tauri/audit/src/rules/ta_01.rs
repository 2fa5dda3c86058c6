//! TA-01: Every service that supports Trusted Access has its binding.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded};
use crate::stand::is_only_updating;
use quay_model::{Area, ArmId, Bound, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-01",
        area: Area::TrustedAccess,
        title: "Every service that supports Trusted Access has its binding",
        finding: "Service without its Trusted Access binding",
        severity: Severity::High,
        what: "Whether Azure Backup, Azure Machine Learning and Defender, where they use the cluster, have a binding with the role they need.",
        why: "A service without a binding does not work, or it keeps another way in: a public endpoint, an admin kubeconfig or a wide allow-list.",
        not_applicable: "Clusters that no service with Trusted Access uses.",
        reads: &["trustedAccessRoleBindings", "properties.dataSourceInfo.resourceID", "properties.extensions"],
        conditions: &["C12"],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Create the binding for the service named here, with exactly the role it needs. Its resource must have a system-assigned identity and lie in the subscription of the cluster.",
            cli: "az aks trustedaccess rolebinding create --subscription {subscription} -g {group} --cluster-name {cluster} -n NAME --source-resource-id SOURCE_ID --roles ROLE",
            bicep: "resource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: 'NAME'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "resource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"binding\" {\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id\n  name                  = \"NAME\"\n  roles                 = [\"ROLE\"]\n  source_resource_id    = var.source_resource_id\n}",
            caution: "The binding works after up to five minutes; keep the old way in until the service was seen to use the new one. A cluster has room for eight bindings. Defender makes its own while its plan is on, unless a lock stops it.",
            look: "az aks trustedaccess rolebinding list --subscription {subscription} -g {group} --cluster-name {cluster}",
        },
    },
    check: Check::Cluster(check),
};

fn check(subject: &Subject<'_>) -> Judgement {
    let unknown = subject.integrated.unknown.iter();
    let mut unread: Vec<String> = unknown.map(|(service, why)| format!("{}: {why}", service.label())).collect();
    let (mut missing, mut idle, mut evidence) = (Vec::new(), Vec::new(), Vec::new());
    for integration in subject.integrated.needing() {
        let source = ArmId::parse(&integration.source);
        let source = source.as_ref().map_or(integration.source.as_str(), ArmId::name);
        let who = format!("{} ({source})", integration.service.label());
        let needs = integration.needs.join(", ");
        match &integration.bound {
            Bound::Yes(_) | Bound::NotNeeded => {}
            Bound::No => missing.push(format!("{who} has no binding and needs {needs}")),
            Bound::Lacking(why) => missing.push(format!("{who} needs {needs}, and {why}")),
            Bound::NotInForce(why) if is_only_updating(why) => idle.push(why.as_str()),
            Bound::NotInForce(why) => missing.push(format!("{who}: {why}")),
            Bound::Unreadable(why) | Bound::Unknown(why) => unread.push(format!("{who}: {why}")),
        }
        let mut shown = integration.shown_by.clone();
        shown.expected = format!("a binding of {source} with {needs}").into();
        evidence.push(shown);
    }
    let judgement = if !missing.is_empty() {
        Judgement::fail(format!("{}.", missing.join("; ")))
    } else if !unread.is_empty() {
        Judgement::not_assessed(format!("Not every service and binding is known. {}.", unread.join("; ")))
    } else if evidence.is_empty() {
        Judgement::not_applicable("No service that supports Trusted Access uses the cluster.")
    } else if idle.is_empty() {
        Judgement::pass("Every service that supports Trusted Access has its binding.")
    } else {
        Judgement::pass(format!("Every service has its binding, but not every one is in force: {}.", idle.join("; ")))
    };
    let names: Vec<&str> = subject.cluster.bindings.seen.iter().map(|binding| binding.name.as_str()).collect();
    let names = if names.is_empty() { "none seen".to_owned() } else { names.join(", ") };
    let bindings = concluded("trustedAccessRoleBindings", names, "one for each service that needs it");
    evidence.into_iter().fold(judgement, Judgement::with).with(bindings)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, judge_in, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::{Bindings, Memory, Reading, Settings, lists};
    use serde_json::json;

    const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const ROLE: &str = "microsoft.dataprotection/BackupVaults/Backup-Operator";

    #[test]
    fn a_service_without_its_binding_fails() {
        let listed = || Scene::new(json!({})).whole(lists::BACKUPS).whole(lists::PLANS).whole(lists::WORKSPACES);
        let instance = json!({"id": format!("{VAULT}/backupInstances/i"), "properties": {"dataSourceInfo":
            {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}});
        let used = || listed().with(instance.clone());
        let bound = || used().binding("b", &VAULT.to_uppercase(), &[ROLE]);
        let rows = vec![
            ("bound", bound(), Pass),
            ("not bound", used(), Fail),
            ("without the role", used().binding("b", VAULT, &["Microsoft.X/y/z"]), Fail),
            ("by the second binding", used().binding("a", VAULT, &[]).binding("b", VAULT, &[ROLE]), Pass),
            ("a fail wins over what is unread", used().denied(lists::PLANS), Fail),
            ("plans unread", bound().denied(lists::PLANS), NotAssessed),
            ("nothing uses it", listed(), NotApplicable),
        ];
        scenes(&RULE, rows);
        let spoilt = [
            ("failed", Fail),
            ("updating", Pass),
            ("roles", NotAssessed),
            ("source", NotAssessed),
            ("list", NotAssessed),
        ];
        for (about, expected) in spoilt {
            let mut fleet = bound().fleet();
            let bindings = &mut fleet.clusters[0].bindings;
            match about {
                "failed" | "updating" => bindings.seen[0].provisioning_state.reading = Reading::Value(about.into()),
                "roles" => bindings.seen[0].roles.reading = Reading::Unreadable("cut".into()),
                "source" => bindings.seen[0].source_resource_id.reading = Reading::Absent,
                _ => *bindings = Bindings { seen: vec![], incomplete: Some("403".into()) },
            }
            let judgement = judge_in(&RULE, &fleet, &Settings::default(), &Memory::default());
            assert_eq!(judgement.outcome, expected, "{about}: {}", judgement.reason);
        }
    }
}
