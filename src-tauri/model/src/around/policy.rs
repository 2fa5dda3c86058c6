//! Azure Policy as far as it speaks of clusters: who assigned what where, who is exempt, and what it said.
//! Everything is kept as it was written; what it comes to is the audit's to say.

use super::service::line;
use crate::field::Body;
use crate::{Document, Field, Reading, child, json, lookup};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Values by the name of a parameter in lower case, of whatever type.
pub type PolicyParameters = BTreeMap<String, Reading<Value>>;

/// A choice of resources, or of members of a set, in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicySelector {
    pub kind: String,
    pub within: Reading<Vec<String>>,
    pub outside: Reading<Vec<String>>,
}

/// What an assignment says instead of what parameters and definitions say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyOverride {
    pub kind: String,
    pub value: String,
    pub selectors: Vec<PolicySelector>,
}

/// Selectors of which any one has to choose a resource; within one, all of its parts.
type Choices = Reading<Vec<Vec<PolicySelector>>>;

#[derive(Debug, Clone)]
pub struct PolicyAssignment {
    pub id: String,
    /// In lower case.
    pub scope: String,
    pub not_scopes: Reading<Vec<String>>,
    /// The definition or the set, in lower case.
    pub definition: Reading<String>,
    pub enforced: Field<String>,
    pub parameters: Reading<PolicyParameters>,
    pub overrides: Reading<Vec<PolicyOverride>>,
    pub selectors: Choices,
    pub name: String,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PolicyExemption {
    pub scope: String,
    pub assignment: Reading<String>,
    /// References inside a set; empty for all of it.
    pub references: Reading<Vec<String>>,
    pub selectors: Choices,
    pub ends: Reading<String>,
    pub name: String,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PolicyState {
    pub assignment: String,
    /// In lower case.
    pub definition: String,
    /// What a set calls the policy.
    pub reference: Reading<String>,
    pub state: String,
    /// When Azure looked.
    pub when: Reading<String>,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PolicyDefinition {
    pub name: String,
    pub mode: Reading<String>,
    /// `if` and `then`.
    pub rule: Reading<Value>,
    pub defaults: Reading<PolicyParameters>,
    pub source: String,
}

/// One policy of a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyMember {
    /// In lower case, as its definition.
    pub reference: String,
    pub definition: String,
    /// What the set hands on: texts, or expressions over its own parameters.
    pub parameters: Reading<PolicyParameters>,
}

#[derive(Debug, Clone)]
pub struct PolicySet {
    pub members: Reading<Vec<PolicyMember>>,
    pub defaults: Reading<PolicyParameters>,
    pub source: String,
}

/// Everything by its whole id in lower case: one name may stand in many places.
#[derive(Debug, Clone, Default)]
pub struct PolicyFacts {
    pub assignments: BTreeMap<String, PolicyAssignment>,
    pub exemptions: BTreeMap<String, PolicyExemption>,
    /// By cluster.
    pub states: HashMap<String, Vec<PolicyState>>,
    pub definitions: HashMap<String, PolicyDefinition>,
    pub sets: HashMap<String, PolicySet>,
}

fn last(id: &str) -> String {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase()
}

/// A list of what `read` makes of each; one that cannot be read makes all of it unreadable, and none is an empty list.
fn list<T>(value: Reading<&Value>, read: impl Fn(&Value) -> Reading<T>) -> Reading<Vec<T>> {
    let items = match value {
        Reading::Value(Value::Array(items)) => items,
        Reading::Value(_) => return Reading::Unreadable("it is no list".to_owned()),
        Reading::Absent => return Reading::Value(Vec::new()),
        Reading::Unreadable(why) => return Reading::Unreadable(why),
    };
    let mut all = Vec::with_capacity(items.len());
    for item in items {
        match read(item) {
            Reading::Value(one) => all.push(one),
            Reading::Absent => return Reading::Unreadable("one of the list is incomplete".to_owned()),
            Reading::Unreadable(why) => return Reading::Unreadable(why),
        }
    }
    Reading::Value(all)
}

fn lower(value: &Value) -> Reading<String> {
    json::text(value).map(|text| text.to_lowercase())
}

fn parameters(value: Reading<&Value>, key: &str) -> Reading<PolicyParameters> {
    match value {
        Reading::Value(Value::Object(all)) => Reading::Value(
            all.iter().map(|(name, value)| (name.to_lowercase(), child(value, key).map(Value::clone))).collect(),
        ),
        Reading::Value(_) => Reading::Unreadable("its parameters are no object".to_owned()),
        Reading::Absent => Reading::Value(PolicyParameters::new()),
        Reading::Unreadable(why) => Reading::Unreadable(why),
    }
}

fn selector(value: &Value) -> Reading<PolicySelector> {
    // an empty list chooses nothing, and one that is not there says nothing
    let of = |key: &str| child(value, key).and_then(|values| list(Reading::Value(values), lower));
    let (within, outside) = (of("in"), of("notIn"));
    child(value, "kind").and_then(lower).map(|kind| PolicySelector { kind, within, outside })
}

fn choice(value: &Value) -> Reading<Vec<PolicySelector>> {
    child(value, "selectors").and_then(|of| list(Reading::Value(of), selector))
}

fn instead(value: &Value) -> Reading<PolicyOverride> {
    let text = |key: &str| child(value, key).and_then(lower);
    let selectors = list(child(value, "selectors"), selector);
    text("kind").and_then(|kind| {
        text("value")
            .and_then(|value| selectors.map(|selectors| PolicyOverride { kind: kind.clone(), value, selectors }))
    })
}

fn member(value: &Value) -> Reading<PolicyMember> {
    let reference = child(value, "policyDefinitionReferenceId").and_then(lower).value().cloned().unwrap_or_default();
    let parameters = parameters(child(value, "parameters"), "value");
    child(value, "policyDefinitionId").and_then(lower).map(|definition| PolicyMember {
        reference,
        definition,
        parameters,
    })
}

/// Two documents of one thing: where they disagree, nobody knows.
fn agree<T: PartialEq>(known: &mut Reading<T>, other: Reading<T>) {
    if *known != other {
        *known = Reading::Unreadable("two documents disagree".to_owned());
    }
}

impl PolicyFacts {
    pub(super) fn add(&mut self, kind: &str, id: &str, body: &Body<'_>, document: &Document) -> bool {
        let key = id.trim_end_matches('/').to_lowercase();
        let text = |path: &'static str| Field::text(body, path).reading;
        let name = || text("properties.displayName").value().cloned().unwrap_or_else(|| last(id));
        match kind.rsplit('/').next().unwrap_or_default() {
            "policyassignments" => self.add_assignment(key, name(), body, document),
            "policyexemptions" => self.add_exemption(key, name(), body, document),
            "policystates" => self.add_state(body, document),
            "policydefinitions" => {
                let Reading::Value(rule) = body.lookup("properties.policyRule") else { return false };
                let read = PolicyDefinition {
                    name: name(),
                    mode: text("properties.mode").map(|mode| mode.to_lowercase()),
                    rule: Reading::Value(rule.clone()),
                    defaults: parameters(body.lookup("properties.parameters"), "defaultValue"),
                    source: line(document),
                };
                if let Some(known) = self.definitions.get_mut(&key) {
                    agree(&mut known.mode, read.mode);
                    agree(&mut known.rule, read.rule);
                    agree(&mut known.defaults, read.defaults);
                } else {
                    self.definitions.insert(key, read);
                }
                true
            }
            _ => {
                let Reading::Value(members) = body.lookup("properties.policyDefinitions") else { return false };
                let members = list(Reading::Value(members), member);
                let defaults = parameters(body.lookup("properties.parameters"), "defaultValue");
                if let Some(known) = self.sets.get_mut(&key) {
                    agree(&mut known.members, members);
                    agree(&mut known.defaults, defaults);
                } else {
                    self.sets.insert(key, PolicySet { members, defaults, source: line(document) });
                }
                true
            }
        }
    }

    fn add_assignment(&mut self, id: String, name: String, body: &Body<'_>, document: &Document) -> bool {
        let Reading::Value(definition) = body.lookup("properties.policyDefinitionId").and_then(lower) else {
            return false;
        };
        let read = PolicyAssignment {
            scope: scope_of(&id),
            not_scopes: list(body.lookup("properties.notScopes"), lower),
            definition: Reading::Value(definition.trim_end_matches('/').to_owned()),
            enforced: Field::text(body, "properties.enforcementMode"),
            parameters: parameters(body.lookup("properties.parameters"), "value"),
            overrides: list(body.lookup("properties.overrides"), instead),
            selectors: list(body.lookup("properties.resourceSelectors"), choice),
            id,
            name,
            source: line(document),
        };
        let Some(known) = self.assignments.get_mut(&read.id) else {
            self.assignments.insert(read.id.clone(), read);
            return true;
        };
        agree(&mut known.not_scopes, read.not_scopes);
        agree(&mut known.definition, read.definition);
        agree(&mut known.parameters, read.parameters);
        agree(&mut known.overrides, read.overrides);
        agree(&mut known.selectors, read.selectors);
        true
    }

    fn add_exemption(&mut self, id: String, name: String, body: &Body<'_>, document: &Document) -> bool {
        let assignment = body.lookup("properties.policyAssignmentId").and_then(lower);
        if assignment.value().is_none() {
            return false;
        }
        let read = PolicyExemption {
            scope: scope_of(&id),
            assignment,
            references: list(body.lookup("properties.policyDefinitionReferenceIds"), lower),
            selectors: list(body.lookup("properties.resourceSelectors"), choice),
            ends: Field::text(body, "properties.expiresOn").reading,
            name,
            source: line(document),
        };
        let Some(known) = self.exemptions.get_mut(&id) else {
            self.exemptions.insert(id, read);
            return true;
        };
        agree(&mut known.assignment, read.assignment);
        agree(&mut known.references, read.references);
        agree(&mut known.selectors, read.selectors);
        agree(&mut known.ends, read.ends);
        true
    }

    fn add_state(&mut self, body: &Body<'_>, document: &Document) -> bool {
        let text = |key: &str| body.lookup_below(key).and_then(lower);
        let (Reading::Value(resource), Reading::Value(definition)) = (text("resourceId"), text("policyDefinitionId"))
        else {
            return false;
        };
        // what a switched off policy once said is no news
        if text("policyDefinitionAction").value().is_some_and(|effect| effect == "disabled") {
            return true;
        }
        let state = PolicyState {
            assignment: text("policyAssignmentId").value().cloned().unwrap_or_default(),
            definition,
            reference: text("policyDefinitionReferenceId"),
            state: Field::text(body, "properties.complianceState").reading.value().cloned().unwrap_or_default(),
            when: Field::text(body, "properties.timestamp").reading,
            source: line(document),
        };
        self.states.entry(resource).or_default().push(state);
        true
    }
}

/// What an assignment or an exemption hangs on.
fn scope_of(id: &str) -> String {
    id.split("/providers/microsoft.authorization/").next().unwrap_or_default().to_owned()
}

impl PolicyDefinition {
    /// The effect as it is written: a word, or an expression over the parameters.
    pub fn effect(&self) -> Reading<String> {
        self.rule.as_ref().and_then(|rule| lookup(rule, "then.effect")).and_then(json::text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DocumentKind, Source};
    use serde_json::json;

    fn facts(kind: &str, bodies: &[Value]) -> PolicyFacts {
        let mut facts = PolicyFacts::default();
        for body in bodies {
            let id = body["id"].as_str().unwrap_or_default();
            let document = Document::new(DocumentKind::Related, id.to_owned(), Source::new("t", ""), body);
            facts.add(kind, id, &Body::beside(body), &document);
        }
        facts
    }

    #[test]
    fn one_name_in_two_places_is_two_definitions() {
        let at = |scope: &str, effect: &str| {
            json!({"id": format!("{scope}/providers/Microsoft.Authorization/policyDefinitions/D"),
            "properties": {"policyRule": {"if": {}, "then": {"effect": effect}}}})
        };
        let read = facts("policydefinitions", &[at("/subscriptions/s", "audit"), at("", "deny")]);
        assert_eq!(read.definitions.len(), 2);
        let built_in = read.definitions.get("/providers/microsoft.authorization/policydefinitions/d");
        assert_eq!(built_in.map(PolicyDefinition::effect), Some(Reading::Value("deny".into())));
    }

    #[test]
    fn documents_that_disagree_are_unreadable_and_those_that_agree_are_one() {
        let id = "/subscriptions/s/providers/Microsoft.Authorization/policyAssignments/a";
        let with =
            |parameters: Value| json!({"id": id, "properties": {"policyDefinitionId": "/d", "parameters": parameters}});
        let read = |second: Value| {
            let all = facts("policyassignments", &[with(json!({})), second]);
            let first = all.assignments.into_values().next().map(|one| one.parameters);
            first.unwrap_or_default()
        };
        assert_eq!(read(with(json!(null))), Reading::Value(PolicyParameters::new()), "no parameters, told twice");
        let off = with(json!({"effect": {"value": "Disabled"}}));
        assert!(matches!(read(off), Reading::Unreadable(_)));
    }

    #[test]
    fn a_set_with_a_member_nobody_can_name_is_unreadable() {
        let of = |members: Value| {
            let set = json!({"id": "/s/providers/Microsoft.Authorization/policySetDefinitions/s", "properties": {"policyDefinitions": members}});
            facts("policysetdefinitions", &[set]).sets.into_values().next().map(|set| set.members).unwrap_or_default()
        };
        assert!(matches!(of(json!([{"policyDefinitionId": "/d"}])), Reading::Value(_)));
        assert!(matches!(of(json!([{"policyDefinitionId": "/d"}, {}])), Reading::Unreadable(_)));
    }
}
