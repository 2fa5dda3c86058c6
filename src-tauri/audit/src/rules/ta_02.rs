//! TA-02: A Trusted Access binding holds only the roles its service needs.

use crate::grade::weigh;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::usage::{ML_INFERENCE, needed_by, unneeded_v1};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-02",
        area: Area::TrustedAccess,
        title: "A Trusted Access binding holds only the roles its service needs",
        finding: "Trusted Access binding wider than its service needs",
        severity: Severity::High,
        what: "What the Kubernetes rules behind each bound role allow, and whether the service that holds it needs them. Critical where the rules amount to cluster-admin.",
        why: "A binding is invisible in the cluster's settings and works on private clusters. A role that is too wide makes an Azure resource, and everyone who controls it, an administrator of the cluster.",
        not_applicable: "Clusters without a binding.",
        reads: &["properties.roles", "properties.sourceResourceId"],
        conditions: &["C13"],
        references: &[references::TRUSTED_ACCESS, references::ESCALATION],
        fix: Fix {
            what_to_do: "Replace the roles by the ones the service documents: backup-operator for Azure Backup, mlworkload for Azure Machine Learning v2, microsoft-defender-operator for Defender discovery.",
            cli: "az aks trustedaccess rolebinding update --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --roles ROLE",
            bicep: "// {binding} with the smallest role its service needs\nresource binding 'Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings@2025-10-01' = {\n  parent: aks\n  name: '{binding}'\n  properties: {\n    sourceResourceId: source.id\n    roles: [ 'ROLE' ]\n  }\n}",
            terraform: "resource \"azurerm_kubernetes_cluster_trusted_access_role_binding\" \"binding\" {\n  kubernetes_cluster_id = azurerm_kubernetes_cluster.aks.id\n  name                  = \"{binding}\"\n  roles                 = [\"ROLE\"]\n  source_resource_id    = var.source_resource_id\n}",
            caution: "The service loses what the wider role allowed within five minutes. Azure ML inference of SDK v1 needs inference-v1: move those endpoints to v2 first. Defender puts its own bindings back while its plan is on: change the plan's extension instead.",
            look: "az aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let roles_read = binding.roles.evidence("the smallest documented role set of the source", "none");
    let Reading::Value(bound) = &binding.roles.reading else {
        return Judgement::not_assessed("The roles of this binding could not be read.").with(roles_read);
    };
    let source_read = binding.source_resource_id.evidence("a resource with a Trusted Access role", "none");
    let (holder, location) = (binding.holder(), &subject.cluster.location);
    let needed = holder.as_ref().and_then(|id| needed_by(subject.fleet, subject.roles, subject.cluster, id));
    let is_needed = |role: &String| needed.iter().flatten().any(|need| need.eq_ignore_ascii_case(role));
    let (fitting, extra): (Vec<String>, Vec<String>) = bound.iter().cloned().partition(is_needed);
    let fitting = weigh(subject.roles, location, &fitting, needed.as_deref());
    let beyond = weigh(subject.roles, location, &extra, needed.as_deref());
    // cluster-admin is documented for the role of SDK v1 alone
    let v1 = |said: &String| said.to_lowercase().starts_with(&ML_INFERENCE.to_lowercase());
    let (documented, widened): (Vec<String>, Vec<String>) = fitting.admin.into_iter().partition(v1);
    let unknown = [fitting.unknown, beyond.unknown].concat();
    let all = [documented, [widened, beyond.admin].concat(), beyond.excess];
    let [needed_admin, admin, excess] = all.map(|list| list.join("; "));
    let judgement = if !admin.is_empty() {
        let why = holder.as_ref().map_or_else(String::new, |id| unneeded_v1(subject.fleet, id, &extra));
        Judgement::fail(format!("The role amounts to cluster-admin: {admin}.{why}")).graded(Severity::Critical)
    } else if holder.is_none() {
        Judgement::not_assessed("Which service holds this binding could not be read, so what it needs is not known.")
    } else if !excess.is_empty() {
        Judgement::fail(match &needed {
            Some(list) => format!("More than the service needs ({}): {excess}.", list.join(", ")),
            None => format!("No service with a documented need for it holds this role: {excess}."),
        })
    } else if !unknown.is_empty() {
        Judgement::not_assessed(format!("The rules behind {} are not known here.", unknown.join(", ")))
    } else if bound.is_empty() {
        Judgement::not_assessed("The binding names no role.")
    } else if !needed_admin.is_empty() {
        Judgement::pass(format!("It is needed, and amounts to cluster-admin: {needed_admin}. SDK v2 does without."))
    } else {
        let lent = subject.roles.lent(location);
        Judgement::pass(format!("The binding holds exactly what its service documents.{lent}"))
    };
    let judgement = judgement.with(roles_read).with(source_read);
    fitting.evidence.into_iter().chain(beyond.evidence).fold(judgement, Judgement::with)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, binding_rows};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::Severity::Critical;
    use serde_json::json;

    const VAULT: &str = "/subscriptions/1/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const ML: &str = "/subscriptions/1/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w";
    const PLAN: &str = "/subscriptions/1/providers/Microsoft.Security/pricings/CloudPosture/securityOperators/Operator";

    #[test]
    fn roles_are_graded_by_their_rules() {
        let long = |role: &&str| {
            role.replace("BV/", "Microsoft.DataProtection/backupVaults/")
                .replace("ML/", "Microsoft.MachineLearningServices/workspaces/")
        };
        let of = |source: &str, short: &[&str]| json!({"sourceResourceId": source, "roles": short.iter().map(long).collect::<Vec<_>>()});
        let rows = vec![
            ("in another case", of(VAULT, &["microsoft.dataprotection/BackupVaults/Backup-Operator"]), Pass, None),
            ("ML", of(ML, &["ML/mlworkload"]), Pass, None),
            ("a nested source", of(PLAN, &["Microsoft.Security/pricings/microsoft-defender-operator"]), Pass, None),
            ("ML of SDK v1", of(ML, &["ML/inference-v1"]), Fail, Some(Critical)),
            ("one good", of(ML, &["ML/mlworkload", "ML/inference-v1"]), Fail, Some(Critical)),
            ("every verb", of(ML, &["Microsoft.Compute/virtualMachineScaleSets/test-admin"]), Fail, Some(Critical)),
            ("an optional operator", of(PLAN, &["Microsoft.Security/pricings/mdc-response-operator"]), Fail, None),
            ("a role of another service", of(ML, &["BV/backup-operator"]), Fail, None),
            ("nobody knows it", of(VAULT, &["BV/brand-new"]), NotAssessed, None),
            ("no source", json!({"roles": ["a/b/c"]}), NotAssessed, None),
            ("none", of(VAULT, &[]), NotAssessed, None),
            ("damaged", json!({"sourceResourceId": VAULT, "roles": "backup-operator"}), NotAssessed, None),
        ];
        binding_rows(&RULE, rows);
        let unseen = Scene::new(json!({})).binding("b", ML, &[long(&"ML/Inference-v1").as_str()]);
        let reason = unseen.judge(&RULE).reason;
        assert!(reason.contains("No compute of SDK v1") && reason.contains("not collected"), "{reason}");
        for (kind, expected) in [("AKS", Pass), ("Kubernetes", Fail)] {
            let attached = json!({"id": format!("{ML}/computes/c"), "properties": {"computeType": kind, "resourceId": CLUSTER_ID}});
            let judgement = unseen.clone().with(attached).judge(&RULE);
            assert_eq!(judgement.outcome, expected, "{kind}: {}", judgement.reason);
            assert!(judgement.reason.contains("amounts to cluster-admin"), "{}", judgement.reason);
        }
    }
}
