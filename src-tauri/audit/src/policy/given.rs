//! What a parameter of a policy comes to where it is assigned: the assignment, the member of a set, the set, and last
//! the definition have a say in it.

use quay_model::{
    PolicyAssignment, PolicyDefinition, PolicyMember, PolicyParameters, PolicySet, Reading, child, lookup,
};
use serde_json::Value;
use std::borrow::Cow;

/// How a policy came into an assignment.
#[derive(Debug, Clone, Copy)]
pub(crate) enum By<'a> {
    Itself,
    Set(&'a PolicySet, &'a PolicyMember),
    /// A built-in set of which only the facts tell.
    Facts,
}

/// Something written where a value may be: the value, a parameter, or an expression that nobody here can follow.
#[derive(Debug, Clone)]
pub(crate) enum Written {
    Literal(Value),
    Parameter(String),
    Expression(String),
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Given<'a> {
    pub(crate) assignment: &'a PolicyAssignment,
    pub(crate) by: By<'a>,
    /// `None` for a built-in policy whose body was not read.
    pub(crate) definition: Option<&'a PolicyDefinition>,
}

impl Given<'_> {
    /// `Ok(None)` when nothing says it; `Err` when something does that is not known.
    pub(crate) fn value(&self, name: &str) -> Result<Option<Value>, String> {
        let given = match self.by {
            By::Itself => of(&self.assignment.parameters, name, "of the assignment")?,
            By::Facts => return Err("what its initiative hands on was not read".to_owned()),
            By::Set(set, member) => match of(&member.parameters, name, "in its set")?.map(written) {
                None => None,
                Some(Written::Literal(value)) => Some(value),
                Some(Written::Expression(text)) => return Err(format!("its set hands on {text}")),
                Some(Written::Parameter(outer)) => {
                    let given = of(&self.assignment.parameters, &outer, "of the assignment")?;
                    let given = if given.is_some() { given } else { of(&set.defaults, &outer, "of its set")? };
                    Some(given.ok_or_else(|| format!("nothing says the parameter {outer}"))?)
                }
            },
        };
        if given.is_some() { Ok(given) } else { self.default(name) }
    }

    pub(crate) fn default(&self, name: &str) -> Result<Option<Value>, String> {
        self.definition.map_or(Ok(None), |definition| of(&definition.defaults, name, "of its definition"))
    }

    /// A rule with the values of its parameters; what nobody tells stays as it is written, and cannot be followed.
    pub(crate) fn fill<'r>(&self, rule: &'r Value) -> Cow<'r, Value> {
        // nearly every rule takes its effect from a parameter, and nothing else
        let parts = [child(rule, "if"), lookup(rule, "then.details")];
        let asks = parts.iter().filter_map(Reading::value).any(|part| asks(part));
        if asks { Cow::Owned(self.filled(rule)) } else { Cow::Borrowed(rule) }
    }

    fn filled(&self, rule: &Value) -> Value {
        match rule {
            Value::String(text) => match written(Value::String(text.clone())) {
                Written::Parameter(name) => self.value(&name).ok().flatten().unwrap_or_else(|| rule.clone()),
                Written::Literal(_) | Written::Expression(_) => rule.clone(),
            },
            Value::Array(items) => Value::Array(items.iter().map(|item| self.filled(item)).collect()),
            Value::Object(fields) => {
                Value::Object(fields.iter().map(|(key, value)| (key.clone(), self.filled(value))).collect())
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => rule.clone(),
        }
    }
}

/// Whether a part of a rule speaks of parameters; it is asked of every cluster, so nothing is copied.
fn asks(rule: &Value) -> bool {
    match rule {
        Value::String(text) => text.starts_with('['),
        Value::Array(items) => items.iter().any(asks),
        Value::Object(fields) => fields.values().any(asks),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// What one place says of a parameter.
fn of(all: &Reading<PolicyParameters>, name: &str, whose: &str) -> Result<Option<Value>, String> {
    let unread = |why: &str| format!("the parameters {whose}: {why}");
    match all {
        Reading::Absent => Ok(None),
        Reading::Unreadable(why) => Err(unread(why)),
        Reading::Value(all) => match all.get(name) {
            // an empty text, like null, says nothing
            Some(Reading::Value(Value::String(text))) if text.trim().is_empty() => Ok(None),
            Some(Reading::Value(value)) => Ok(Some(value.clone())),
            Some(Reading::Unreadable(why)) => Err(unread(why)),
            Some(Reading::Absent) | None => Ok(None),
        },
    }
}

pub(crate) fn written(value: Value) -> Written {
    let Value::String(text) = &value else { return Written::Literal(value) };
    if !text.starts_with('[') {
        return Written::Literal(value);
    }
    let inside =
        text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(|inside| inside.trim().to_lowercase());
    let named = inside.as_deref().and_then(|inside| {
        let name = inside.strip_prefix("parameters(")?.strip_suffix(')')?.trim();
        let name = name.strip_prefix('\'')?.strip_suffix('\'')?;
        (!name.contains(['\'', '(', ')'])).then(|| name.to_owned())
    });
    named.map_or_else(|| Written::Expression(text.clone()), Written::Parameter)
}

#[cfg(test)]
mod tests {
    use crate::policy::testing::{assigned, at_own, clusters, definition, public, rule, set, whole};
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

    /// A policy about public clusters in the places that a parameter names.
    fn about_places(default: &Value) -> Value {
        let here = json!({"field": "location", "in": "[parameters('Places')]"});
        let mut body = definition(clusters(json!({"allOf": [public(), here]})), json!({}));
        body["properties"]["parameters"]["places"] = json!({"type": "Array", "defaultValue": default});
        body
    }

    #[test]
    fn a_condition_asks_what_the_assignment_the_set_and_the_definition_say() {
        let given = |places: &Value| json!({"parameters": {"places": {"value": places}}});
        let by_itself = |default: Value, said: Value| -> Scene {
            whole().with(about_places(&default)).with(assigned(&at_own("policyDefinitions", "d"), given(&said)))
        };
        let by_set = |handed: Value, said: Value| -> Scene {
            let member = json!([{"policyDefinitionId": at_own("policyDefinitions", "d"),
                "policyDefinitionReferenceId": "r", "parameters": {"places": {"value": handed}}}]);
            let outer = json!({"places": {"type": "Array", "defaultValue": ["eastus"]}});
            let of_set = assigned(&at_own("policySetDefinitions", "s"), given(&said));
            whole().with(about_places(&json!(null))).with(set(member, outer)).with(of_set)
        };
        let rows = vec![
            ("its place", by_itself(json!(null), json!(["WestUS", "EastUS"])), Pass),
            ("another place", by_itself(json!(["eastus"]), json!(["westus"])), Fail),
            ("by default", by_itself(json!(["eastus"]), json!(null)), Pass),
            ("nobody says", by_itself(json!(null), json!(null)), NotAssessed),
            ("an expression", by_itself(json!(null), json!("[concat('east', 'us')]")), NotAssessed),
            ("fixed by the set", by_set(json!(["eastus"]), json!(["westus"])), Pass),
            ("through the set", by_set(json!("[parameters('PLACES')]"), json!(["westus"])), Fail),
            ("by default of the set", by_set(json!("[parameters('places')]"), json!(null)), Pass),
            (
                "handed on as nobody can follow",
                by_set(json!("[first(parameters('places'))]"), json!(null)),
                NotAssessed,
            ),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn a_policy_with_an_allow_list_of_its_own_is_not_judged_by_ranges_that_are_not_on_it() {
        let ranges = "Microsoft.ContainerService/managedClusters/apiServerAccessProfile.authorizedIPRanges[*]";
        let allowed = |list: Value| {
            let other = json!({"count": {"field": ranges, "where": {"field": ranges, "notIn": list}}, "greater": 0});
            whole()
                .with(definition(clusters(other), json!({})))
                .with(assigned(&at_own("policyDefinitions", "d"), json!({})))
        };
        let rows = vec![
            ("somebody's office", allowed(json!(["198.51.100.0/28"])), NotAssessed),
            ("nothing at all", allowed(json!([])), Fail),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn a_condition_may_look_at_nothing_but_a_parameter() {
        let switch = |on: Value| {
            let on_only = json!({"value": "[parameters('on')]", "equals": true});
            let mut body = definition(clusters(json!({"allOf": [public(), on_only]})), json!({}));
            body["properties"]["parameters"]["on"] = json!({"type": "Boolean", "defaultValue": on});
            whole().with(body).with(assigned(&at_own("policyDefinitions", "d"), json!({})))
        };
        scenes(rule("GOV-05"), vec![("on", switch(json!(true)), Pass), ("off", switch(json!(false)), Fail)]);
    }
}
