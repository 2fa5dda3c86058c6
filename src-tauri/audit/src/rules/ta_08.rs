//! TA-08: A binding's source has a system-assigned identity.

use crate::holder::{Standing, is_operator, read_at, standing};
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-08",
        area: Area::TrustedAccess,
        title: "A binding's source has a system-assigned identity",
        finding: "Source without a system-assigned identity",
        severity: Severity::High,
        what: "Whether the resource that holds the access has the only kind of identity that Trusted Access accepts.",
        why: "Trusted Access knows a source by its system-assigned identity. Without one the service cannot come in, and people open another way for it.",
        not_applicable: "Clusters without a binding, and bindings whose source is gone (TA-03).",
        reads: &["identity.type", "identity.principalId"],
        conditions: &[],
        references: &[references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Turn the system-assigned identity of the source on, then give that identity the Azure roles its service needs.",
            cli: "# SOURCE_ID is the sourceResourceId of the binding; write SystemAssigned,UserAssigned where it has user-assigned ones too\naz resource update --ids SOURCE_ID --set identity.type=SystemAssigned",
            bicep: "// inside the vault or workspace itself\nidentity: {\n  type: 'SystemAssigned'\n}",
            terraform: "# inside azurerm_data_protection_backup_vault or azurerm_machine_learning_workspace\nidentity {\n  type = \"SystemAssigned\"\n}",
            caution: "A user-assigned identity that is left out of the type is taken off the source. Its service may still need it.",
            look: "az resource show --ids SOURCE_ID --query identity",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let holder = match standing(subject.fleet, binding) {
        Standing::Here(holder) => holder,
        Standing::Gone(_) => return Judgement::not_applicable("The source is gone; TA-03 says so."),
        Standing::Unknown(why) => {
            return Judgement::not_assessed(format!("The identity of the source was not read: {why}."))
                .with(binding.source_resource_id.evidence("a resource with a system-assigned identity", ""));
        }
    };
    let judgement = match (&holder.identity_type.reading, &holder.principal.reading) {
        (Reading::Value(kind), _) if kind.to_lowercase().contains("systemassigned") => {
            Judgement::pass("The source has a system-assigned identity.")
        }
        (Reading::Value(kind), _) => {
            Judgement::fail(format!("The source has no system-assigned identity; its identity is of the type {kind}."))
        }
        // an operator is nothing but an identity, and does not name its type
        (Reading::Absent, Reading::Value(_)) if is_operator(&holder.id) => {
            Judgement::pass("The operator has an identity of its own.")
        }
        (Reading::Absent, Reading::Value(_)) => {
            Judgement::not_assessed("The source has an identity, and the answer does not say of which type.")
        }
        (Reading::Absent, Reading::Absent) => Judgement::fail("The source has no identity."),
        (Reading::Unreadable(why), _) | (_, Reading::Unreadable(why)) => {
            Judgement::not_assessed(format!("The identity of the source could not be read: {why}."))
        }
    };
    judgement
        .with(read_at(holder, holder.identity_type.evidence("SystemAssigned, alone or with others", "none")))
        .with(read_at(holder, holder.principal.evidence("the id of that identity", "none")))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const VAULT: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.DataProtection/backupVaults/v";
    const OPERATOR: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricings/Containers/securityOperators/o";

    #[test]
    fn only_a_system_assigned_identity_counts() {
        let of = |source: &str| Scene::new(json!({})).binding("b", source, &[]);
        let with = |source: &str, identity: serde_json::Value| {
            of(source).with(json!({"id": source, "identity": identity, "properties": {}}))
        };
        let kind = |kind: &str| with(VAULT, json!({"type": kind, "principalId": "p"}));
        let rows = vec![
            ("system-assigned", kind("SystemAssigned"), Pass),
            ("in another case", kind("systemAssigned"), Pass),
            ("both", kind("SystemAssigned, UserAssigned"), Pass),
            ("user-assigned", kind("UserAssigned"), Fail),
            ("none", kind("None"), Fail),
            ("no identity", with(VAULT, json!(null)), Fail),
            ("a whole answer without the key", of(VAULT).with(json!({"id": VAULT, "location": "westeurope", "type": "Microsoft.DataProtection/backupVaults", "properties": {}})), Fail),
            ("a row whose query did not name it", of(VAULT).with(json!({"id": VAULT, "location": "westeurope", "type": "microsoft.dataprotection/backupvaults", "properties": {}})), NotAssessed),
            ("a row without its type", of(VAULT).with(json!({"id": VAULT, "location": "westeurope", "properties": {}})), NotAssessed),
            ("some keys of an answer", of(VAULT).with(json!({"id": VAULT, "name": "v", "publicNetworkAccess": "Disabled"})), NotAssessed),
            ("no type", with(VAULT, json!({"principalId": "p"})), NotAssessed),
            ("damaged", with(VAULT, json!("x")), NotAssessed),
            ("an operator", with(OPERATOR, json!({"principalId": "p"})), Pass),
            ("an operator without one", with(OPERATOR, json!(null)), Fail),
            ("not read", of(VAULT).denied(lists::SOURCE), NotAssessed),
            ("gone", of(VAULT).gone(VAULT), NotApplicable),
            ("no id", of("vault-1"), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
