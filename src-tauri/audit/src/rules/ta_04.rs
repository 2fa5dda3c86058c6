//! TA-04: A binding's source still uses the cluster.

use crate::holder::{Standing, is_operator, standing};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, read_in};
use crate::usage::{Use, use_of};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-04",
        area: Area::TrustedAccess,
        title: "A binding's source still uses the cluster",
        finding: "Binding that nothing uses",
        severity: Severity::Medium,
        what: "Whether the vault still protects the cluster, the workspace still has it as a compute, or the Defender plan still reads it.",
        why: "Access that nobody uses is access that nobody watches. The source can still enter the cluster, and so can whoever controls it.",
        not_applicable: "Clusters without a binding, and bindings whose source is gone (TA-03).",
        reads: &["properties.sourceResourceId", "properties.dataSourceInfo.resourceID", "properties.extensions"],
        conditions: &["C15"],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Ask the owner of the source whether it is meant to use the cluster again. If not, delete the binding.",
            cli: "az aks trustedaccess rolebinding delete --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}",
            bicep: "// remove the resource of type\n// Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings from the code, then delete it",
            terraform: "# remove the azurerm_kubernetes_cluster_trusted_access_role_binding from the code, then apply",
            caution: "A restore from a vault needs the binding too: keep it while backups of this cluster may be restored to it. A binding of Defender comes back while its plan is on.",
            look: "az aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let named = binding.source_resource_id.evidence("a resource that uses the cluster", "");
    if let Standing::Gone(_) = standing(subject.fleet, binding) {
        return Judgement::not_applicable("The source is gone; TA-03 says so.");
    }
    let Some(source) = binding.holder() else {
        return Judgement::not_assessed("Which resource holds the access could not be read.").with(named);
    };
    let roles = match &binding.roles.reading {
        Reading::Value(roles) => roles.as_slice(),
        // which part of a plan uses a binding is told by its role
        Reading::Absent | Reading::Unreadable(_) if is_operator(&source) => {
            let read = binding.roles.evidence("the roles of the operator", "none");
            return Judgement::not_assessed("The roles of this binding could not be read.").with(named).with(read);
        }
        Reading::Absent | Reading::Unreadable(_) => &[],
    };
    let (judgement, observed, read) = match use_of(subject.fleet, subject.cluster, &source, roles) {
        Use::Used(what, read) => (Judgement::pass(format!("The source uses the cluster: {what}.")), what, read),
        Use::Unused(why, read) => (Judgement::fail(format!("The source does not use the cluster: {why}.")), why, read),
        Use::Unknown(why) => {
            let told = format!("Whether the source uses the cluster is not known: {why}.");
            (Judgement::not_assessed(told), why, String::new())
        }
    };
    judgement.with(named).with(read_in("use of the cluster", observed, "something of the source that uses it", &read))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{CLUSTER_ID, Scene, judge_in, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::{Memory, Reading, Settings, lists};
    use serde_json::json;

    const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const PLAN: &str =
        "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricings/CloudPosture";

    #[test]
    fn a_source_that_uses_nothing_fails() {
        let of = |source: &str| Scene::new(json!({})).binding("b", source, &["Microsoft.X/y/z"]);
        let instance = json!({"id": format!("{VAULT}/backupInstances/i"), "properties": {"dataSourceInfo":
            {"datasourceType": "Microsoft.ContainerService/managedClusters", "resourceID": CLUSTER_ID}}});
        let mut unclear = instance.clone();
        unclear["properties"]["currentProtectionState"] = json!({"of": "another kind"});
        let plan = |tier: &str| json!({"id": PLAN, "properties": {"pricingTier": tier, "extensions": []}});
        let defender = || of(&format!("{PLAN}/securityOperators/o"));
        let mut unread = defender().with(plan("Standard")).fleet();
        for binding in unread.clusters.iter_mut().flat_map(|cluster| &mut cluster.bindings.seen) {
            binding.roles.reading = Reading::Absent;
        }
        let judgement = judge_in(&RULE, &unread, &Settings::default(), &Memory::default());
        assert_eq!(judgement.outcome, NotAssessed, "roles unread: {}", judgement.reason);
        let rows = vec![
            ("protects it", of(VAULT).with(instance), Pass),
            (
                "nobody can read whether it still does",
                of(VAULT).with(unclear).whole_at(lists::BACKUPS, VAULT),
                NotAssessed,
            ),
            ("protects nothing", of(VAULT).whole_at(lists::BACKUPS, VAULT), Fail),
            ("nobody knows whether it is there", of(VAULT).whole(lists::BACKUPS), NotAssessed),
            ("instances unread", of(VAULT), NotAssessed),
            ("instances refused", of(VAULT).whole(lists::BACKUPS).denied(lists::BACKUPS), NotAssessed),
            ("plan on", defender().with(plan("Standard")), Pass),
            ("plan off", defender().with(plan("Free")), Fail),
            ("another kind", of("/subscriptions/1/resourceGroups/r/providers/P.Q/things/t"), NotAssessed),
            ("gone", of(VAULT).gone(VAULT).whole(lists::BACKUPS), NotApplicable),
            ("no id", of("vault-1"), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
