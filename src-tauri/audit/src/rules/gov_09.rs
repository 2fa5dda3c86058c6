//! GOV-09: Defender for Containers is on.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, concluded, read_in};
use quay_model::{Area, Fix, Reading, RuleInfo, Severity, lists};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "GOV-09",
        area: Area::Governance,
        title: "Defender for Containers is on",
        finding: "Defender for Containers is off",
        severity: Severity::Medium,
        what: "Whether the Defender plan Containers is on in the subscription of the cluster.",
        why: "The plan reads the audit log of the API server and the images, and raises an alert when somebody misuses either.",
        not_applicable: "Always applies.",
        reads: &["Microsoft.Security/pricings", "properties.securityProfile.defender.securityMonitoring.enabled"],
        conditions: &["C23"],
        references: &[references::DEFENDER_FOR_CONTAINERS],
        fix: Fix {
            what_to_do: "Turn the plan Containers on for the subscription, or waive this finding where another product does its work.",
            cli: "az security pricing create --subscription {subscription} -n Containers --tier Standard",
            bicep: "// targetScope = 'subscription'\nresource containers 'Microsoft.Security/pricings@2024-01-01' = {\n  name: 'Containers'\n  properties: {\n    pricingTier: 'Standard'\n  }\n}",
            terraform: "resource \"azurerm_security_center_subscription_pricing\" \"containers\" {\n  resource_type = \"Containers\"\n  tier          = \"Standard\"\n}",
            caution: "The plan is billed by the vCore of every cluster in the subscription, and its extensions make Trusted Access bindings and put pods on the nodes.",
            look: "az security pricing show --subscription {subscription} -n Containers",
        },
    },
    check: Check::Cluster(check),
};

/// The plan's name, as ids write it in lower case.
const PLAN: &str = "containers";

fn check(subject: &Subject<'_>) -> Judgement {
    let cluster = subject.cluster;
    let plans = subject.fleet.around.plans.get(cluster.subscription());
    let sensor = &cluster.hygiene.defender_sensor;
    let beside = match &sensor.reading {
        Reading::Value(true) => "The sensor on the cluster is on.",
        Reading::Value(false) | Reading::Absent => "The sensor on the cluster is off.",
        Reading::Unreadable(_) => "Whether the sensor on the cluster is on could not be read.",
    };
    let plan = plans.and_then(|all| all.iter().find(|plan| plan.name == PLAN));
    let Some(plan) = plan else {
        let judgement = match subject.fleet.known.whole(lists::PLANS, &cluster.id) {
            Ok(()) => Judgement::fail(format!("The subscription has no plan Containers. {beside}")),
            Err(why) => Judgement::not_assessed(format!("The Defender plans were not read: {why}. {beside}")),
        };
        let none = concluded("Microsoft.Security/pricings/Containers", "not among the plans read", "tier Standard");
        return judgement.with(none).with(sensor.evidence("true", "false"));
    };
    let judgement = match plan.is_on() {
        Reading::Value(true) => Judgement::pass(format!("The plan Containers is on in the subscription. {beside}")),
        Reading::Value(false) => Judgement::fail(format!("The plan Containers is off in the subscription. {beside}")),
        Reading::Absent => Judgement::not_assessed(format!("The plan Containers does not say its tier. {beside}")),
        Reading::Unreadable(why) => {
            Judgement::not_assessed(format!("The tier of the plan Containers could not be read: {why}. {beside}"))
        }
    };
    let tier = plan.tier.reading.value().map_or("not read", String::as_str);
    let shown = read_in("properties.pricingTier", tier, "Standard", &plan.source);
    judgement.with(shown).with(sensor.evidence("true", "false"))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{SUBSCRIPTION, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    #[test]
    fn the_plan_of_the_own_subscription_counts() {
        let plan = |subscription: &str, name: &str, tier: Value| {
            let id = format!("/subscriptions/{subscription}/providers/Microsoft.Security/pricings/{name}");
            json!({"id": id, "name": name, "properties": {"pricingTier": tier}})
        };
        let bare = || Scene::new(json!({})).whole(lists::PLANS);
        let own = |tier: Value| bare().with(plan(SUBSCRIPTION, "Containers", tier));
        let rows = vec![
            ("on", own(json!("Standard")), Pass),
            ("on, other case", own(json!("standard")), Pass),
            ("off", own(json!("Free")), Fail),
            ("not said", own(json!(null)), NotAssessed),
            ("damaged", own(json!(7)), NotAssessed),
            ("another plan", bare().with(plan(SUBSCRIPTION, "CloudPosture", json!("Standard"))), Fail),
            (
                "elsewhere",
                bare().with(plan("22222222-2222-2222-2222-222222222222", "Containers", json!("Standard"))),
                Fail,
            ),
            ("the list was refused", Scene::new(json!({})).denied(lists::PLANS), NotAssessed),
            ("not collected", Scene::new(json!({})), NotAssessed),
        ];
        scenes(&RULE, rows);
        let with_sensor = json!({"securityProfile": {"defender": {"securityMonitoring": {"enabled": true}}}});
        let judgement = Scene::new(with_sensor).whole(lists::PLANS).judge(&RULE);
        assert_eq!(judgement.outcome, Fail, "the sensor does not stand in for the plan");
        assert!(judgement.reason.contains("The sensor on the cluster is on."), "{}", judgement.reason);
    }
}
