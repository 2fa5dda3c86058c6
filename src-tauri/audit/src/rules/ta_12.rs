//! TA-12: A binding's source is not itself open to the internet.

use crate::holder::{Standing, is_operator, read_at, standing};
use crate::openness::judge;
use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject};
use quay_model::{Area, Binding, Fix, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-12",
        area: Area::TrustedAccess,
        title: "A binding's source is not itself open to the internet",
        finding: "Binding for a source that is open to the internet",
        severity: Severity::Medium,
        what: "Whether the vault or workspace that can enter the cluster takes requests from the public network.",
        why: "A binding goes round the cluster's own network rules. Who reaches the source from the internet with a stolen credential reaches the cluster through it.",
        not_applicable: "Clusters without a binding, Defender's operators, which have no network endpoint, and bindings whose source is gone (TA-03).",
        reads: &["properties.publicNetworkAccess", "properties.ipAllowlist"],
        conditions: &[],
        references: &[references::ML_PRIVATE_LINK, references::TRUSTED_ACCESS],
        fix: Fix {
            what_to_do: "Give the source a private endpoint, then turn its public network access off; or let in only the addresses that need it.",
            cli: "# SOURCE_ID is the sourceResourceId of the binding\naz resource update --ids SOURCE_ID --set properties.publicNetworkAccess=Disabled",
            bicep: "// inside the properties of the source itself\npublicNetworkAccess: 'Disabled'",
            terraform: "# inside azurerm_machine_learning_workspace\npublic_network_access_enabled = false",
            caution: "Everybody who uses the source over the internet is cut off: people in the studio, pipelines, agents. Make the private endpoint and its name resolution work first.",
            look: "az resource show --ids SOURCE_ID --query properties.publicNetworkAccess",
        },
    },
    check: Check::Binding(check),
};

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    if binding.holder().is_some_and(|id| is_operator(&id)) {
        return Judgement::not_applicable("An operator of Defender has no network endpoint.");
    }
    match standing(subject.fleet, binding) {
        Standing::Here(holder) => judge(holder, subject.settings)
            .with(read_at(holder, holder.public_access.evidence("Disabled or SecuredByPerimeter", "")))
            .with(read_at(holder, holder.allowed_addresses.evidence("the addresses that need it", "none"))),
        Standing::Gone(_) => Judgement::not_applicable("The source is gone; TA-03 says so."),
        Standing::Unknown(why) => {
            Judgement::not_assessed(format!("Whether the source is open to the internet was not read: {why}."))
                .with(binding.source_resource_id.evidence("a resource that is closed to the internet", ""))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::json;

    const ML: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w";
    const OPERATOR: &str = "/subscriptions/11111111-1111-1111-1111-111111111111/providers/Microsoft.Security/pricings/Containers/securityOperators/o";

    #[test]
    fn an_open_source_fails() {
        let of = |source: &str| Scene::new(json!({})).binding("b", source, &[]);
        let with = |properties: serde_json::Value| of(ML).with(json!({"id": ML, "properties": properties}));
        let open = |list: serde_json::Value| with(json!({"publicNetworkAccess": "enabled", "ipAllowlist": list}));
        let rows = vec![
            ("closed", with(json!({"publicNetworkAccess": "Disabled"})), Pass),
            ("in a perimeter", with(json!({"publicNetworkAccess": "SecuredByPerimeter"})), Pass),
            ("open", open(json!([])), Fail),
            ("open, and no list", with(json!({"publicNetworkAccess": "Enabled"})), Fail),
            ("open to a few", open(json!(["203.0.113.0/28"])), Pass),
            ("open to everybody by list", open(json!(["0.0.0.0/1", "128.0.0.0/1"])), Fail),
            ("open to half", open(json!(["0.0.0.0/1"])), Fail),
            ("open to every tenant's machines", open(json!(["AzureCloud"])), Fail),
            ("a list that says nothing", open(json!([""])), Fail),
            ("what nobody can read", open(json!(["foo bar"])), NotAssessed),
            ("a damaged list", open(json!("x")), NotAssessed),
            ("cut down", of(ML).with(json!({"id": ML, "name": "w"})), NotAssessed),
            ("left out", with(json!({"state": "x"})), NotAssessed),
            ("damaged", with(json!({"publicNetworkAccess": 1})), NotAssessed),
            ("another word", with(json!({"publicNetworkAccess": "Sometimes"})), NotAssessed),
            ("not read", of(ML).denied(lists::SOURCE), NotAssessed),
            ("gone", of(ML).gone(ML), NotApplicable),
            ("an operator", of(OPERATOR), NotApplicable),
        ];
        scenes(&RULE, rows);
    }
}
