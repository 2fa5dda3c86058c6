//! Which effect a policy has where it is assigned: by an override, the assignment, the set, its member, or the definition.

use crate::policy::chosen::Target;
use crate::policy::given::{By, Given, Written, written};
use crate::policy::rule_language::Truth;
use quay_model::{PolicyAssignment, PolicyDefinition, Reading};
use serde_json::Value;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It says when something is wrong.
    Reports,
    Off,
    /// It does something else, and says nothing.
    Silent,
    Unknown(String),
}

/// Built-in policies name their parameter so, and those of ours begin with Audit.
const BUILT_IN: (&str, &str) = ("effect", "Audit");

/// The effect; without a definition it is a built-in policy whose body was not read.
pub(crate) fn effect_of(
    assignment: &PolicyAssignment,
    by: By<'_>,
    definition: Option<&PolicyDefinition>,
    target: Target<'_>,
    id: &str,
) -> Effect {
    let said = overridden(assignment, target).and_then(|instead| match instead {
        Some(value) => Ok(value),
        None => said(assignment, by, definition, target, id),
    });
    match said {
        Ok(value) => named(&value),
        Err(why) => Effect::Unknown(why),
    }
}

fn named(value: &str) -> Effect {
    match value.to_lowercase().as_str() {
        "audit" | "deny" | "auditifnotexists" | "deployifnotexists" | "modify" | "append" => Effect::Reports,
        "disabled" => Effect::Off,
        "denyaction" | "manual" | "addtonetworkgroup" | "mutate" => Effect::Silent,
        other => Effect::Unknown(format!("{other:?} is no effect that is known")),
    }
}

/// An override wins over every parameter.
fn overridden(assignment: &PolicyAssignment, target: Target<'_>) -> Result<Option<String>, String> {
    let overrides = match &assignment.overrides {
        Reading::Value(all) => all.as_slice(),
        Reading::Absent => &[],
        Reading::Unreadable(why) => return Err(format!("its overrides: {why}")),
    };
    let mut found: Option<&str> = None;
    // another version of a definition has the same parameters
    for one in overrides.iter().filter(|one| one.kind != "definitionversion") {
        match target.fits(&one.selectors) {
            Truth::No => continue,
            Truth::Yes if one.kind == "policyeffect" => {}
            _ => return Err("one of its overrides is of a kind that is not known".to_owned()),
        }
        if found.is_some_and(|found| found != one.value) {
            return Err("its overrides disagree".to_owned());
        }
        found = Some(&one.value);
    }
    Ok(found.map(str::to_owned))
}

fn said(
    assignment: &PolicyAssignment,
    by: By<'_>,
    definition: Option<&PolicyDefinition>,
    target: Target<'_>,
    id: &str,
) -> Result<String, String> {
    let name = match definition.map(PolicyDefinition::effect) {
        None => BUILT_IN.0.to_owned(),
        Some(Reading::Value(effect)) => match written(Value::String(effect)) {
            Written::Literal(value) => return text(value),
            Written::Parameter(name) => name,
            Written::Expression(text) => return Err(format!("its effect is {text}")),
        },
        Some(Reading::Absent) => return Err("its definition names no effect".to_owned()),
        Some(Reading::Unreadable(why)) => return Err(format!("the effect of its definition: {why}")),
    };
    let given = Given { assignment, by, definition };
    let value = match by {
        By::Itself | By::Set(..) => given.value(&name)?,
        By::Facts => match guessed(assignment, target.reference, id)? {
            Some(effect) => return Ok(effect),
            None => given.default(&name)?,
        },
    };
    match value {
        Some(value) => text(value),
        None if definition.is_none() => Ok(BUILT_IN.1.to_owned()),
        None => Err(format!("nothing says the parameter {name}")),
    }
}

fn text(value: Value) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        _ => Err("the parameter for its effect is no text".to_owned()),
    }
}

/// A built-in set has one parameter for each of its policies, named after the reference or the definition.
fn guessed(assignment: &PolicyAssignment, reference: &str, id: &str) -> Result<Option<String>, String> {
    let parameters = match &assignment.parameters {
        Reading::Value(parameters) => parameters,
        Reading::Absent => return Ok(None),
        Reading::Unreadable(why) => return Err(format!("the parameters of the assignment: {why}")),
    };
    let definition = id.rsplit('/').next().unwrap_or_default();
    let speaks = |name: &str| {
        (!reference.is_empty() && name.contains(reference)) || name.contains(definition) || name == BUILT_IN.0
    };
    // other parameters of the policy may be named after it too
    let said = parameters.iter().filter(|(name, _)| speaks(name)).filter_map(|(_, value)| value.value()?.as_str());
    let mut effects: Vec<String> = said
        .map(|value| value.trim().to_lowercase())
        .filter(|value| !matches!(named(value), Effect::Unknown(_)))
        .collect();
    effects.sort();
    effects.dedup();
    match effects.as_slice() {
        [] => Ok(None),
        [one] => Ok(Some(one.clone())),
        _ => Err("several of its parameters may be the effect, and they differ".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::testing::{IN_MCSB, MCSB, RANGES, assigned, at_own, definition, public, rule, set, whole};
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

    fn effect(name: &str, value: &str) -> Value {
        json!({"parameters": {name: {"value": value}}})
    }

    fn default(name: &str, value: &str) -> Value {
        json!({name: {"type": "String", "defaultValue": value}})
    }

    /// A definition whose effect is this, with these parameters.
    fn written(effect: &str, parameters: Value) -> Value {
        let then = json!({"if": public(), "then": {"effect": effect}});
        definition(json!({}), json!({"policyRule": then, "parameters": parameters}))
    }

    fn direct(definition: Value, more: Value) -> Scene {
        whole().with(definition).with(assigned(&at_own("policyDefinitions", "d"), more))
    }

    /// One member `R` with these parameters, and the set's own.
    fn by_set(policy: &str, handed: Value, defaults: Value, more: Value) -> Scene {
        let reference = "11693707232749398965";
        let members =
            json!([{"policyDefinitionId": policy, "policyDefinitionReferenceId": reference, "parameters": handed}]);
        whole().with(set(members, defaults)).with(assigned(&at_own("policySetDefinitions", "s"), more))
    }

    #[test]
    fn the_effect_is_followed_from_the_assignment_to_the_definition() {
        let own = at_own("policyDefinitions", "d");
        let handed = |name: &str, value: &str| json!({name: {"value": value}});
        let ip = || handed("effect", "[parameters('authorizedIpRangesEffect')]");
        let ip_default = |value: &str| default("authorizedIpRangesEffect", value);
        let mode = || written("[parameters('policyMode')]", default("policyMode", "Audit"));
        let rows = vec![
            (
                "a set's parameter, given",
                by_set(RANGES, ip(), ip_default("Audit"), effect("authorizedIpRangesEffect", "Disabled")),
                Fail,
            ),
            ("a set's parameter, by default", by_set(RANGES, ip(), ip_default("Disabled"), json!({})), Fail),
            (
                "given against a default",
                by_set(RANGES, ip(), ip_default("Disabled"), effect("AuthorizedIpRangesEffect", "Audit")),
                Pass,
            ),
            ("nothing says it", by_set(RANGES, ip(), json!({}), json!({})), NotAssessed),
            ("a member's own", by_set(RANGES, handed("effect", "disabled"), json!({}), json!({})), Fail),
            (
                "a member hands on what it makes",
                by_set(RANGES, handed("effect", "[concat('Dis', 'abled')]"), json!({}), json!({})),
                NotAssessed,
            ),
            (
                "another member's parameter",
                by_set(RANGES, handed("effect", "Audit"), default("effect", "Audit"), effect("effect", "Disabled")),
                Pass,
            ),
            (
                "named after its reference, and another's",
                by_set(RANGES, handed("effect", "Audit"), json!({}), effect("11693707232749398965Effect", "Disabled")),
                Pass,
            ),
            ("a parameter of any name", direct(mode(), effect("policyMode", "Disabled")), Fail),
            ("its default", direct(written("[parameters('m')]", default("m", "Disabled")), json!({})), Fail),
            (
                "a member's literal for it",
                by_set(&own, handed("policyMode", "Disabled"), json!({}), json!({})).with(mode()),
                Fail,
            ),
            (
                "a default of the definition, another of the set",
                by_set(&own, handed("effect", "[parameters('p')]"), default("p", "Audit"), json!({}))
                    .with(written("[parameters('effect')]", default("effect", "Disabled"))),
                Pass,
            ),
            (
                "made in place",
                direct(
                    written("[if(equals(parameters('on'),'yes'),'audit','disabled')]", default("on", "no")),
                    json!({}),
                ),
                NotAssessed,
            ),
            ("a literal is not given", direct(written("audit", json!({})), effect("effect", "Disabled")), Pass),
            ("off for good", direct(written("disabled", json!({})), json!({})), Fail),
            ("it only refuses deletions", direct(written("denyAction", json!({})), json!({})), Fail),
            ("no effect anybody knows", direct(written("shout", json!({})), json!({})), NotAssessed),
            ("parameters damaged", direct(mode(), json!({"parameters": [1]})), NotAssessed),
            (
                "the parameter is no text",
                direct(mode(), json!({"parameters": {"policyMode": {"value": [1]}}})),
                NotAssessed,
            ),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn an_override_wins_over_parameters_for_the_members_it_names() {
        let instead = |value: &str, selectors: Value| json!({"overrides": [{"kind": "policyEffect", "value": value, "selectors": selectors}]});
        let of = |kind: &str, how: &str, name: &str| json!([{"kind": kind, how: [name]}]);
        let named = |how: &str, name: &str| of("policyDefinitionReferenceId", how, name);
        let with = |policy: &str, more: Value| whole().with(assigned(policy, more));
        let mut audited = effect("effect", "Disabled");
        audited["overrides"] = instead("audit", json!([]))["overrides"].clone();
        let two = json!({"overrides": [{"kind": "policyEffect", "value": "disabled"}, {"kind": "policyEffect", "value": "audit"}]});
        let rows = vec![
            ("everything off", with(RANGES, instead("disabled", json!([]))), Fail),
            ("on again", with(RANGES, audited), Pass),
            ("this member off", with(MCSB, instead("Disabled", named("in", IN_MCSB))), Fail),
            ("another member off", with(MCSB, instead("Disabled", named("in", "somethingElse"))), Pass),
            ("all other members off", with(MCSB, instead("Disabled", named("notIn", IN_MCSB))), Pass),
            ("all but another off", with(MCSB, instead("Disabled", named("notIn", "somethingElse"))), Fail),
            (
                "off where the cluster is",
                with(RANGES, instead("disabled", of("resourceLocation", "in", "eastus"))),
                Fail,
            ),
            ("off elsewhere", with(RANGES, instead("disabled", of("resourceLocation", "in", "westus"))), Pass),
            ("off for who knows", with(RANGES, instead("disabled", of("resourceColour", "in", "blue"))), NotAssessed),
            (
                "of a kind nobody knows",
                with(RANGES, json!({"overrides": [{"kind": "mood", "value": "x"}]})),
                NotAssessed,
            ),
            (
                "another version",
                with(RANGES, json!({"overrides": [{"kind": "definitionVersion", "value": "1.*"}]})),
                Pass,
            ),
            ("two that disagree", with(RANGES, two), NotAssessed),
            ("damaged", with(RANGES, json!({"overrides": "disabled"})), NotAssessed),
        ];
        scenes(rule("GOV-05"), rows);
    }
}
