//! TA-03: A binding's source exists.

use crate::holder::{Standing, standing};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, read_in};
use quay_model::{Area, Binding, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-03",
        area: Area::TrustedAccess,
        title: "A binding's source exists",
        finding: "Binding for a source that is gone",
        severity: Severity::High,
        what: "Whether the Azure resource that holds the access is still there. Azure does not check it, neither when a binding is made nor later.",
        why: "A binding names its source by id. Whoever can create a resource with that id inherits the access to the cluster, and nobody is told.",
        not_applicable: "Clusters without a binding.",
        reads: &["properties.sourceResourceId"],
        conditions: &["C14"],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Confirm that the source is gone for good, then delete the binding.",
            cli: "az aks trustedaccess rolebinding delete --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}",
            bicep: "// remove the resource of type\n// Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings from the code, then delete it",
            terraform: "# remove the azurerm_kubernetes_cluster_trusted_access_role_binding from the code, then apply",
            caution: "Nothing works through a binding without its source, so nothing stops. A vault or workspace that was only soft-deleted may come back: ask its owner first.",
            look: "az aks trustedaccess rolebinding show --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding} --query sourceResourceId",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let named = binding.source_resource_id.evidence("a resource that exists", "");
    match standing(subject.fleet, binding) {
        Standing::Here(holder) => Judgement::pass("The source of the binding exists.").with(named).with(read_in(
            "id",
            holder.id.as_str(),
            "the source of the binding",
            &holder.source,
        )),
        Standing::Gone(why) => {
            let risk = "Whoever can create a resource with that id inherits the access";
            let by = binding.holder().and_then(|id| subject.fleet.around.gone_by.get(id.lower()));
            let read = by.map_or("", String::as_str);
            let shown = read_in("sourceResourceId", why.as_str(), "a resource that exists", read);
            Judgement::fail(format!("The source is gone: {why}. {risk}.")).with(named).with(shown)
        }
        Standing::Unknown(why) => {
            Judgement::not_assessed(format!("Whether the source exists is not known: {why}.")).with(named)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const OPERATOR: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricings/Containers/securityOperators/DefenderForContainersSecurityOperator";

    #[test]
    fn a_source_that_is_gone_fails() {
        let of = |source: &str| Scene::new(json!({})).binding("b", source, &[]);
        let rows = vec![
            ("there", of(VAULT).with(json!({"id": VAULT.to_lowercase()})), Pass),
            ("404", of(VAULT).gone(VAULT), Fail),
            ("refused", of(VAULT).denied(lists::SOURCE), NotAssessed),
            ("in no list", of(VAULT).whole(lists::VAULTS), NotAssessed),
            ("an operator", of(OPERATOR).with(json!({"id": OPERATOR})), Pass),
            ("not among the operators", of(OPERATOR).whole(lists::OPERATORS), Fail),
            ("operators unread", of(OPERATOR).denied(lists::OPERATORS), NotAssessed),
            ("no id", of("vault-1"), NotAssessed),
            ("no source", of(""), NotAssessed),
        ];
        scenes(&RULE, rows);
        let risk = of(VAULT).gone(VAULT).judge(&RULE).reason;
        assert!(risk.contains("404") && risk.contains("inherits the access"), "{risk}");
        let refused = of(VAULT).denied(lists::SOURCE).judge(&RULE).reason;
        assert!(refused.contains("403"), "{refused}");
    }
}
