//! TA-02: A Trusted Access binding holds only the roles its service needs.

use crate::grade::{Weighed, weigh};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
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
    let source_read = binding.source_resource_id.evidence("a resource whose service has a Trusted Access role", "none");
    let needed = binding.holder().and_then(|holder| subject.roles.needed_by(&holder.resource_type()));
    let Weighed { admin, excess, unknown, evidence } = weigh(subject.roles, &subject.cluster.location, bound, needed);
    let judgement = if !admin.is_empty() {
        Judgement::fail(format!("The role amounts to cluster-admin: {}.", admin.join("; "))).graded(Severity::Critical)
    } else if binding.holder().is_none() {
        Judgement::not_assessed("Which service holds this binding could not be read, so what it needs is not known.")
    } else if !excess.is_empty() {
        Judgement::fail(match needed {
            Some(list) => format!("More than the service needs ({}): {}.", list.join(", "), excess.join("; ")),
            None => format!("No service with a documented need for it holds this role: {}.", excess.join("; ")),
        })
    } else if !unknown.is_empty() {
        let names = unknown.join(", ");
        Judgement::not_assessed(format!(
            "The rules behind {names} are in no catalogue known here; they could not be graded."
        ))
    } else if bound.is_empty() {
        Judgement::not_assessed("The binding names no role.")
    } else {
        Judgement::pass("The binding holds exactly what its service documents.")
    };
    evidence.into_iter().fold(judgement.with(roles_read).with(source_read), Judgement::with)
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::binding_rows;
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::Severity;
    use serde_json::json;

    const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const WORKSPACE: &str =
        "/subscriptions/1/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w";
    const DEFENDER: &str = "/subscriptions/1/providers/Microsoft.Security/pricings/CloudPosture/securityOperators/DefenderCSPMSecurityOperator";

    /// Role names with the long type in front cut to two letters.
    fn of(source: &str, short: &[&str]) -> serde_json::Value {
        let long = |role: &&str| {
            role.replace("BV/", "Microsoft.DataProtection/backupVaults/")
                .replace("ML/", "Microsoft.MachineLearningServices/workspaces/")
                .replace("SE/", "Microsoft.Security/pricings/")
                .replace("VM/", "Microsoft.Compute/virtualMachineScaleSets/")
        };
        json!({"sourceResourceId": source, "roles": short.iter().map(long).collect::<Vec<_>>()})
    }

    #[test]
    fn roles_are_graded_by_their_rules() {
        const CRITICAL: Option<Severity> = Some(Severity::Critical);
        let damaged = json!({"sourceResourceId": VAULT, "roles": "backup-operator"});
        let rows = vec![
            ("backup", of(VAULT, &["BV/backup-operator"]), Pass, None),
            ("backup, other case", of(VAULT, &["microsoft.dataprotection/BackupVaults/Backup-Operator"]), Pass, None),
            ("ML", of(WORKSPACE, &["ML/mlworkload"]), Pass, None),
            ("Defender, a nested source", of(DEFENDER, &["SE/microsoft-defender-operator"]), Pass, None),
            ("ML of SDK v1", of(WORKSPACE, &["ML/inference-v1"]), Fail, CRITICAL),
            ("one good, one bad", of(WORKSPACE, &["ML/mlworkload", "ML/inference-v1"]), Fail, CRITICAL),
            ("every verb", of(WORKSPACE, &["VM/test-admin"]), Fail, CRITICAL),
            ("an optional operator", of(DEFENDER, &["SE/mdc-response-operator"]), Fail, None),
            ("a role of another service", of(WORKSPACE, &["BV/backup-operator"]), Fail, None),
            ("nobody knows it", of(VAULT, &["BV/brand-new"]), NotAssessed, None),
            (
                "no source",
                json!({"roles": ["Microsoft.DataProtection/backupVaults/backup-operator"]}),
                NotAssessed,
                None,
            ),
            ("none", of(VAULT, &[]), NotAssessed, None),
            ("damaged", damaged, NotAssessed, None),
        ];
        binding_rows(&RULE, rows);
    }
}
