//! Azure Policy as far as it speaks of clusters: who assigned what where, who is exempt, and what it said.

use super::service::line;
use crate::field::Body;
use crate::{Document, Field, Reading, child, json, lookup};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

#[derive(Debug, Clone)]
pub struct PolicyAssignment {
    pub id: String,
    /// In lower case.
    pub scope: String,
    pub not_scopes: Vec<String>,
    /// The definition or the set, in lower case.
    pub definition: String,
    pub enforced: Field<String>,
    /// Values of parameters that say an effect, by the parameter's name in lower case.
    pub effects: BTreeMap<String, String>,
    pub name: String,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PolicyExemption {
    pub scope: String,
    pub assignment: String,
    /// References inside a set; empty for all of it.
    pub references: Vec<String>,
    pub ends: Reading<String>,
    pub name: String,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PolicyState {
    pub assignment: String,
    /// Last segment of the definition's id.
    pub definition: String,
    pub state: String,
    pub source: String,
}

#[derive(Debug, Clone)]
pub struct PolicyDefinition {
    pub name: String,
    /// The rule's text, in lower case: what types and fields it speaks of.
    pub rule: String,
    pub effect: String,
}

#[derive(Debug, Clone)]
pub struct PolicySet {
    /// Reference, and last segment of the definition's id.
    pub members: Vec<(String, String)>,
}

#[derive(Debug, Clone, Default)]
pub struct PolicyFacts {
    pub assignments: Vec<PolicyAssignment>,
    pub exemptions: Vec<PolicyExemption>,
    /// By cluster.
    pub states: HashMap<String, Vec<PolicyState>>,
    /// Custom definitions and sets, by the last segment of their id.
    pub definitions: HashMap<String, PolicyDefinition>,
    pub sets: HashMap<String, PolicySet>,
}

fn last(id: &str) -> String {
    id.trim_end_matches('/').rsplit('/').next().unwrap_or_default().to_lowercase()
}

fn texts(value: Reading<&Value>) -> Vec<String> {
    value.and_then(json::texts).value().cloned().unwrap_or_default()
}

impl PolicyFacts {
    pub(super) fn add(&mut self, kind: &str, id: &str, body: &Body<'_>, document: &Document) -> bool {
        let text = |path: &'static str| Field::text(body, path).reading;
        let lower = id.to_lowercase();
        let own = lower.split("/providers/microsoft.authorization/").next().unwrap_or_default();
        match kind.rsplit('/').next().unwrap_or_default() {
            "policyassignments" => {
                let Reading::Value(definition) = text("properties.policyDefinitionId") else { return false };
                let scope =
                    text("properties.scope").value().map_or_else(|| own.to_owned(), |scope| scope.to_lowercase());
                let mut effects: BTreeMap<String, String> = match body.lookup("properties.parameters") {
                    Reading::Value(Value::Object(all)) => all
                        .iter()
                        .filter_map(|(name, value)| {
                            let value = child(value, "value").and_then(json::text);
                            Some((name.to_lowercase(), value.value()?.clone()))
                        })
                        .collect(),
                    _ => BTreeMap::new(),
                };
                // an override wins over every parameter
                if let Reading::Value(Value::Array(overrides)) = body.lookup("properties.overrides") {
                    let off = |item: &&Value| {
                        let value = child(item, "value").and_then(json::text);
                        value.value().is_some_and(|value| value.eq_ignore_ascii_case("disabled"))
                    };
                    if overrides.iter().any(|item| off(&item)) {
                        effects.insert("effect".to_owned(), "Disabled".to_owned());
                    }
                }
                let name = text("properties.displayName").value().cloned().unwrap_or_else(|| last(id));
                self.assignments.push(PolicyAssignment {
                    id: lower.clone(),
                    scope,
                    not_scopes: texts(body.lookup("properties.notScopes"))
                        .iter()
                        .map(|scope| scope.to_lowercase())
                        .collect(),
                    definition: definition.to_lowercase(),
                    enforced: Field::text(body, "properties.enforcementMode"),
                    effects,
                    name,
                    source: line(document),
                });
                true
            }
            "policyexemptions" => {
                let Reading::Value(assignment) = text("properties.policyAssignmentId") else { return false };
                let references = texts(body.lookup("properties.policyDefinitionReferenceIds"));
                self.exemptions.push(PolicyExemption {
                    scope: own.to_owned(),
                    assignment: assignment.to_lowercase(),
                    references: references.iter().map(|name| name.to_lowercase()).collect(),
                    ends: text("properties.expiresOn"),
                    name: text("properties.displayName").value().cloned().unwrap_or_else(|| last(id)),
                    source: line(document),
                });
                true
            }
            "policystates" => {
                let (Reading::Value(resource), Reading::Value(definition)) =
                    (text("properties.resourceId"), text("properties.policyDefinitionId"))
                else {
                    return false;
                };
                let state = PolicyState {
                    assignment: text("properties.policyAssignmentId")
                        .value()
                        .map(|id| id.to_lowercase())
                        .unwrap_or_default(),
                    definition: last(&definition),
                    state: text("properties.complianceState").value().cloned().unwrap_or_default(),
                    source: line(document),
                };
                self.states.entry(resource.to_lowercase()).or_default().push(state);
                true
            }
            "policydefinitions" => {
                let Reading::Value(rule) = body.lookup("properties.policyRule") else { return false };
                let effect = lookup(rule, "then.effect").and_then(json::text).value().cloned().unwrap_or_default();
                let named = effect
                    .to_lowercase()
                    .split("parameters('")
                    .nth(1)
                    .and_then(|rest| rest.split('\'').next().map(str::to_owned));
                let default = named.and_then(|name| {
                    let path = format!("{name}.defaultValue");
                    let Reading::Value(parameters) = body.lookup("properties.parameters") else { return None };
                    lookup(parameters, &path).and_then(json::text).value().cloned()
                });
                let definition = PolicyDefinition {
                    name: text("properties.displayName").value().cloned().unwrap_or_else(|| last(id)),
                    rule: rule.to_string().to_lowercase(),
                    effect: default.unwrap_or(effect),
                };
                self.definitions.insert(last(id), definition);
                true
            }
            _ => {
                let Reading::Value(Value::Array(members)) = body.lookup("properties.policyDefinitions") else {
                    return false;
                };
                let member = |item: &Value| {
                    let text = |key: &str| child(item, key).and_then(json::text).value().cloned();
                    let reference = text("policyDefinitionReferenceId").unwrap_or_default().to_lowercase();
                    // a member that the set itself switches off is none
                    let effect = lookup(item, "parameters.effect.value").and_then(json::text);
                    if effect.value().is_some_and(|effect| effect.eq_ignore_ascii_case("disabled")) {
                        return None;
                    }
                    text("policyDefinitionId").map(|id| (reference, last(&id)))
                };
                self.sets.insert(last(id), PolicySet { members: members.iter().filter_map(member).collect() });
                true
            }
        }
    }
}
