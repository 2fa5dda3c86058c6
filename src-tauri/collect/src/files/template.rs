//! ARM templates, and what Bicep compiles to: the clusters and bindings they declare, also in templates inside them.

mod place;

use super::expression::{Part, Scope, Solved, Trace, joined};
use super::kinds;
use super::said::{Said, Shape, begin, put};
use super::shapes::text;
use place::{Home, Place, condition_of};
use quay_model::{Reading, child};
use serde_json::{Map, Value};

static NOTHING: Value = Value::Null;

const LANGUAGE: &str = "ARM template";
const DEPLOYMENTS: &str = "microsoft.resources/deployments";

/// Templates in templates deeper than this are not followed.
const DEEPEST: u8 = 16;

/// Where below the properties of a resource a setting stands, what it is called in a declaration, and what it must be.
pub(super) type Setting = (&'static str, Shape, &'static [&'static str]);

pub(super) const OF_CLUSTERS: [Setting; 5] = [
    ("private", Shape::Flag, &["apiServerAccessProfile", "enablePrivateCluster"]),
    ("ranges", Shape::Texts, &["apiServerAccessProfile", "authorizedIPRanges"]),
    ("localAccountsDisabled", Shape::Flag, &["disableLocalAccounts"]),
    ("runCommandDisabled", Shape::Flag, &["apiServerAccessProfile", "disableRunCommand"]),
    ("azureRbac", Shape::Flag, &["aadProfile", "enableAzureRBAC"]),
];
pub(super) const OF_BINDINGS: [Setting; 2] =
    [("source", Shape::Text, &["sourceResourceId"]), ("roles", Shape::Texts, &["roles"])];

pub(super) fn read(template: &Value) -> Vec<Value> {
    let mut found = Vec::new();
    let scope = Scope::of(template);
    let (path, home) = (String::new(), Home::default());
    let place = Place { scope: &scope, parent: None, condition: None, home, borrowed: false, path, depth: 0 };
    resources(template, &place, &mut found);
    // what stands elsewhere matters to the clusters that stand here
    if found.iter().all(|declared| declared.get("thing").is_some_and(|thing| thing == "linked")) {
        found.clear();
    }
    found
}

#[derive(Clone)]
struct Name {
    parts: Vec<Part>,
    default_of: Option<String>,
}

impl Name {
    fn said(&self, parts: &[Part]) -> Said {
        said(joined(parts).map(Value::String), self.default_of.clone())
    }

    fn shown(&self) -> String {
        joined(&self.parts).unwrap_or_else(|names| names)
    }
}

fn said(solved: Result<Value, String>, default_of: Option<String>) -> Said {
    match (solved, default_of) {
        (Err(names), _) => Said::Unknown(names),
        // to leave it out is only the default
        (Ok(Value::Null), Some(parameter)) => Said::Unknown(format!("parameters('{parameter}')")),
        (Ok(value), Some(parameter)) => Said::Default(value, parameter),
        (Ok(value), None) => Said::Value(value),
    }
}

/// The resources of a template or of a resource: a list, or, where they have symbolic names, an object.
fn resources(holder: &Value, place: &Place<'_>, found: &mut Vec<Value>) {
    if place.depth > DEEPEST {
        return;
    }
    match child(holder, "resources") {
        Reading::Value(Value::Array(items)) => items.iter().for_each(|item| resource(item, None, place, found)),
        Reading::Value(Value::Object(named)) => {
            named.iter().for_each(|(symbol, item)| resource(item, Some(symbol), place, found));
        }
        Reading::Value(_) | Reading::Absent | Reading::Unreadable(_) => {}
    }
}

fn resource(body: &Value, symbol: Option<&String>, place: &Place<'_>, found: &mut Vec<Value>) {
    let scope = place.scope;
    let refers = matches!(child(body, "existing"), Reading::Value(Value::Bool(true)));
    let (Some(condition), false) = (condition_of(body, place), refers) else { return };
    let told = text(body, "type").unwrap_or_default();
    let (kind, name) = named(body, &told, place);
    let address = format!("{}{}", place.path, symbol.cloned().unwrap_or_else(|| format!("{told}/{}", name.shown())));
    let declared = |thing: &str| {
        let mut body = begin(thing, LANGUAGE, &address);
        put(&mut body, "condition", Shape::Flag, condition.clone());
        place.home.put(&mut body);
        body
    };
    let properties = child(body, "properties").value().copied().unwrap_or(&NOTHING);
    match kind.as_str() {
        kinds::CLUSTERS => {
            let mut cluster = declared("cluster");
            put(&mut cluster, "name", Shape::Text, Some(name.said(&name.parts)));
            settings(&mut cluster, &OF_CLUSTERS, properties, place);
            found.push(Value::Object(cluster));
        }
        kinds::BINDINGS => {
            let (cluster, own) = split(&name.parts);
            let mut binding = declared("binding");
            put(&mut binding, "name", Shape::Text, Some(name.said(&own)));
            put(&mut binding, "cluster", Shape::Text, Some(name.said(&cluster)));
            settings(&mut binding, &OF_BINDINGS, properties, place);
            found.push(Value::Object(binding));
        }
        DEPLOYMENTS => {
            let path = format!("{address}/");
            let (home, depth) = (place.home.of_deployment(body, place), place.depth + 1);
            let inside = Place { scope, parent: None, condition: condition.clone(), home, borrowed: true, path, depth };
            if !nested(properties, &inside, found) {
                found.push(Value::Object(declared("linked")));
            }
            return;
        }
        _ => {}
    }
    let (path, home) = (place.path.clone(), place.home.clone());
    let (borrowed, depth) = (place.borrowed, place.depth + 1);
    let inside = Place { scope, parent: Some((kind, name)), condition, home, borrowed, path, depth };
    resources(body, &inside, found);
}

/// The type and the name of a resource. Inside its parent it is called by the last part of both.
fn named(body: &Value, told: &str, place: &Place<'_>) -> (String, Name) {
    let mut trace = Trace::default();
    let parts = child(body, "name").value().map_or_else(Vec::new, |name| place.scope.parts(name, &mut trace));
    let own = Name { parts, default_of: trace.default_of() };
    match place.parent.as_ref().filter(|_| !told.contains('/')) {
        Some((of, around)) => {
            let slash = [Part::Text("/".to_owned())];
            let parts = around.parts.iter().cloned().chain(slash).chain(own.parts).collect();
            let default_of = around.default_of.clone().or(own.default_of);
            (format!("{of}/{}", told.to_lowercase()), Name { parts, default_of })
        }
        None => (told.to_lowercase(), own),
    }
}

fn settings(into: &mut Map<String, Value>, wanted: &[Setting], properties: &Value, place: &Place<'_>) {
    for (key, shape, path) in wanted {
        put(into, key, *shape, setting(properties, path, place));
    }
}

/// `None` where the code does not say; `properties` may be an expression itself, or hold some.
fn setting(properties: &Value, path: &[&str], place: &Place<'_>) -> Option<Said> {
    let mut trace = Trace::default();
    let mut at = place.scope.look(properties, &mut trace);
    for name in path {
        let Solved::Known(value, words) = &at else { break };
        at = match child(value, name) {
            Reading::Value(inner) => words.look(inner, &mut trace),
            Reading::Absent if is_copied(value, name) => Solved::Unknown("copy".to_owned()),
            // one whose default does not say it may be given another
            Reading::Absent => return trace.default_of().map(|of| said(Ok(Value::Null), Some(of))),
            Reading::Unreadable(_) if value.is_object() => {
                return Some(Said::Unfit(format!("the key {name} stands there twice and disagrees with itself")));
            }
            Reading::Unreadable(_) => return Some(Said::unfit("an object", value)),
        };
    }
    let solved = at.whole(&mut trace);
    if place.is_elsewhere(&solved, &trace) {
        return Some(Said::Unfit("it is the id of something where another template is deployed".to_owned()));
    }
    Some(said(solved, trace.default_of()))
}

/// Whether a loop makes this key.
fn is_copied(value: &Value, name: &str) -> bool {
    let loops = child(value, "copy").value().and_then(|loops| loops.as_array()).into_iter().flatten();
    loops.filter_map(|one| text(one, "name")).any(|made| made.eq_ignore_ascii_case(name))
}

/// A template inside a deployment; `false` when it stands elsewhere. Its names are its own (Bicep's modules) or those
/// around it, as it says itself.
fn nested(properties: &Value, place: &Place<'_>, found: &mut Vec<Value>) -> bool {
    let Reading::Value(template @ Value::Object(_)) = child(properties, "template") else { return false };
    let told = text(properties, "expressionEvaluationOptions.scope").unwrap_or_default();
    if !told.eq_ignore_ascii_case("inner") {
        resources(template, place, found);
        return true;
    }
    let scope = Scope::inside(template, properties, place.scope);
    let (path, home, condition) = (place.path.clone(), place.home.clone(), place.condition.clone());
    let own = Place { scope: &scope, parent: None, condition, home, borrowed: false, path, depth: place.depth };
    resources(template, &own, found);
    true
}

/// What stands before the last slash of a name, and what behind it.
fn split(name: &[Part]) -> (Vec<Part>, Vec<Part>) {
    for (index, part) in name.iter().enumerate().rev() {
        if let Part::Text(text) = part
            && let Some((before, behind)) = text.rsplit_once('/')
        {
            let piece = |text: &str| (!text.is_empty()).then(|| Part::Text(text.to_owned()));
            let above = name.iter().take(index).cloned().chain(piece(before)).collect();
            let own = piece(behind).into_iter().chain(name.iter().skip(index + 1).cloned()).collect();
            return (above, own);
        }
    }
    (Vec::new(), name.to_vec())
}

#[cfg(test)]
mod tests;
