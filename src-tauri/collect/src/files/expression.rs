//! Expressions of ARM templates, as far as they can be worked out without a deployment: parameters by their default,
//! variables, texts that are put together, conditions. Everything else stays unknown, which is not a value. What a secure
//! parameter holds is never looked at.

mod ids;

pub(super) use ids::is_end;

use super::grammar::{LEFT_OUT, Node, expression_in, parse, plain, shown, shown_together};
use super::secure::is_secure;
use quay_model::{Reading, child};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// Variables in variables deeper than this are not followed.
const DEEPEST: u8 = 16;

/// As much text as one setting may be made of: variables that double each other would never end.
const MOST_TEXT: usize = 1 << 20;

/// What a parameter holds; one that is missing here can only be known by whoever deploys the template.
#[derive(Debug)]
enum Parameter {
    /// Its default; whoever deploys the template may set another value.
    Default(Value),
    /// Its default, which nobody can set: the template around this one leaves it.
    Left(Value),
    /// What the template around this one sets, in the words of that one.
    Given(Value),
}

/// What names stand for inside one template, by name in lower case.
#[derive(Debug, Default)]
pub(super) struct Scope<'a> {
    parameters: BTreeMap<String, Parameter>,
    variables: BTreeMap<String, Value>,
    around: Option<&'a Scope<'a>>,
}

/// A value with the template whose words it may still hold, or the expression that nobody can work out here.
#[derive(Debug)]
pub(super) enum Solved<'s> {
    Known(Value, &'s Scope<'s>),
    Unknown(String),
}

/// A piece of a text: known, or the names in its expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Unknown(String),
}

/// What was used on the way to a value.
#[derive(Debug, Default)]
pub(super) struct Trace {
    defaults: BTreeSet<String>,
    /// Whether a template around this one gave some of it.
    pub(super) given: bool,
    text: usize,
}

impl Trace {
    /// The parameters whose defaults the value hangs on.
    pub(super) fn default_of(&self) -> Option<String> {
        (!self.defaults.is_empty()).then(|| self.defaults.iter().cloned().collect::<Vec<_>>().join(", "))
    }

    fn may_read(&mut self, text: &str) -> bool {
        self.text += text.len();
        self.text <= MOST_TEXT
    }
}

/// The text that pieces make, or the expression that would make it.
pub(super) fn joined(parts: &[Part]) -> Result<String, String> {
    if let [Part::Unknown(names)] = parts {
        return Err(names.clone());
    }
    let known = |part: &Part| if let Part::Text(text) = part { Some(text.clone()) } else { None };
    parts.iter().map(known).collect::<Option<String>>().ok_or_else(|| {
        shown_together(parts.iter().map(|part| match part {
            Part::Text(_) => LEFT_OUT.to_owned(),
            Part::Unknown(names) => names.clone(),
        }))
    })
}

fn named<'v>(template: &'v Value, key: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    let found = child(template, key).value().copied().and_then(Value::as_object);
    found.into_iter().flat_map(Map::iter)
}

impl<'a> Scope<'a> {
    /// The names of a template that somebody deploys.
    pub(super) fn of(template: &Value) -> Scope<'static> {
        let default = |parameter: &Value| child(parameter, "defaultValue").value().copied().cloned();
        let parameters = named(template, "parameters")
            .filter(|(_, parameter)| !is_secure(parameter, template))
            .filter_map(|(name, parameter)| Some((name.to_lowercase(), Parameter::Default(default(parameter)?))));
        Scope { parameters: parameters.collect(), variables: variables(template), around: None }
    }

    /// The names of a template inside a deployment of another one, which sets some of its parameters.
    pub(super) fn inside(template: &Value, deployment: &Value, around: &'a Scope<'a>) -> Scope<'a> {
        let linked = !matches!(child(deployment, "parametersLink"), Reading::Absent);
        let given = child(deployment, "parameters");
        let set = |name: &str, parameter: &Value| -> Option<Parameter> {
            let given = match &given {
                Reading::Value(given @ Value::Object(_)) => child(given, name),
                Reading::Absent => Reading::Absent,
                Reading::Value(_) | Reading::Unreadable(_) => return None,
            };
            match given {
                Reading::Absent => child(parameter, "defaultValue").value().copied().cloned().map(Parameter::Left),
                // one that is taken out of a key vault has no value here
                Reading::Value(given) => child(given, "value").value().copied().cloned().map(Parameter::Given),
                Reading::Unreadable(_) => None,
            }
        };
        let parameters = named(template, "parameters")
            .filter(|(_, parameter)| !linked && !is_secure(parameter, template))
            .filter_map(|(name, parameter)| Some((name.to_lowercase(), set(name, parameter)?)));
        Scope { parameters: parameters.collect(), variables: variables(template), around: Some(around) }
    }

    /// What stands there, worked out if it is an expression. What it holds inside is not looked at yet.
    pub(super) fn look(&self, value: &Value, trace: &mut Trace) -> Solved<'_> {
        self.looked(value, 0, trace)
    }

    /// What stands there; a list is known when all of it is.
    pub(super) fn solve(&self, value: &Value, trace: &mut Trace) -> Result<Value, String> {
        self.look(value, trace).whole(trace)
    }

    /// The pieces of a text.
    pub(super) fn parts(&self, value: &Value, trace: &mut Trace) -> Vec<Part> {
        match value {
            Value::String(text) => merged(self.parts_of(text, 0, trace)),
            _ => vec![Part::Unknown(LEFT_OUT.to_owned())],
        }
    }

    fn looked(&self, value: &Value, depth: u8, trace: &mut Trace) -> Solved<'_> {
        let Value::String(text) = value else { return Solved::Known(value.clone(), self) };
        let Some(inner) = expression_in(text) else { return Solved::Known(Value::String(plain(text)), self) };
        match parse(inner) {
            Some(node) if depth < DEEPEST && trace.may_read(text) => self.value_of(&node, depth, trace),
            _ => Solved::Unknown(LEFT_OUT.to_owned()),
        }
    }

    fn value_of(&self, node: &Node<'_>, depth: u8, trace: &mut Trace) -> Solved<'_> {
        let known = match node {
            Node::Text(text) => Some(json!(text)),
            Node::Number(digits) => digits.parse::<i64>().ok().map(Value::from),
            Node::Call { name, arguments, path } => match (name.to_lowercase().as_str(), arguments.as_slice()) {
                (of @ ("parameters" | "variables"), [Node::Text(key)]) => {
                    let taken = self.taken(of, key, path, depth, trace);
                    return taken.unwrap_or_else(|| Solved::Unknown(shown(node)));
                }
                _ if !path.is_empty() => None,
                ("concat" | "format", _) => {
                    return match joined(&merged(self.parts_of_node(node, depth, trace))) {
                        Ok(text) => Solved::Known(Value::String(text), self),
                        Err(names) => Solved::Unknown(names),
                    };
                }
                ("if", [when, then, other]) => {
                    let Solved::Known(Value::Bool(flag), _) = self.value_of(when, depth, trace) else {
                        return Solved::Unknown(shown(node));
                    };
                    return self.value_of(if flag { then } else { other }, depth, trace);
                }
                (function, arguments) if ids::FUNCTIONS.contains(&function) => {
                    self.id_of(function, arguments, depth, trace).map(Value::String)
                }
                ("length", [of]) => self.length(of, depth, trace).map(Value::from),
                (function, arguments) => self.decided(function, arguments, depth, trace).map(Value::Bool),
            },
        };
        known.map_or_else(|| Solved::Unknown(shown(node)), |value| Solved::Known(value, self))
    }

    /// How many there are; of a range its second argument says so.
    fn length(&self, of: &Node<'_>, depth: u8, trace: &mut Trace) -> Option<u64> {
        if let Node::Call { name, arguments, path } = of
            && let [_, count] = arguments.as_slice()
            && path.is_empty()
            && name.eq_ignore_ascii_case("range")
        {
            let Solved::Known(count, _) = self.value_of(count, depth, trace) else { return None };
            return count.as_u64();
        }
        match self.value_of(of, depth, trace) {
            Solved::Known(Value::Array(items), _) => u64::try_from(items.len()).ok(),
            Solved::Known(Value::Object(object), _) => u64::try_from(object.len()).ok(),
            Solved::Known(Value::String(text), _) => u64::try_from(text.chars().count()).ok(),
            Solved::Known(..) | Solved::Unknown(_) => None,
        }
    }

    /// What conditions are made of.
    fn decided(&self, function: &str, arguments: &[Node<'_>], depth: u8, trace: &mut Trace) -> Option<bool> {
        let mut known = |node: &Node<'_>| match self.value_of(node, depth, trace) {
            Solved::Known(value, _) => Some(value),
            Solved::Unknown(_) => None,
        };
        let mut flags = || -> Vec<Option<bool>> {
            arguments.iter().map(|argument| known(argument).and_then(|value| value.as_bool())).collect()
        };
        match (function, arguments) {
            ("true", []) => Some(true),
            ("false", []) => Some(false),
            ("empty", [of]) => match known(of)? {
                Value::String(text) => Some(text.is_empty()),
                Value::Array(items) => Some(items.is_empty()),
                Value::Object(object) => Some(object.is_empty()),
                Value::Null => Some(true),
                Value::Bool(_) | Value::Number(_) => None,
            },
            ("not", [_]) => flags().pop().flatten().map(|flag| !flag),
            // one that decides it does so whatever the others are
            ("and", [_, ..]) => {
                let flags = flags();
                let all = flags.iter().copied().collect::<Option<Vec<bool>>>().map(|_| true);
                if flags.contains(&Some(false)) { Some(false) } else { all }
            }
            ("or", [_, ..]) => {
                let flags = flags();
                let all = flags.iter().copied().collect::<Option<Vec<bool>>>().map(|_| false);
                if flags.contains(&Some(true)) { Some(true) } else { all }
            }
            ("equals", [a, b]) => match (known(a)?, known(b)?) {
                // where the rest of an id is not known, it may be any
                (Value::String(a), Value::String(b)) if ids::is_end(&a) || ids::is_end(&b) => None,
                (Value::String(a), Value::String(b)) => Some(a == b),
                (Value::Bool(a), Value::Bool(b)) => Some(a == b),
                (Value::Number(a), Value::Number(b)) => Some(a == b),
                _ => None,
            },
            _ => None,
        }
    }

    /// What a parameter or a variable holds; `None` when nobody can know it here.
    fn taken(&self, of: &str, key: &str, path: &[Option<String>], depth: u8, trace: &mut Trace) -> Option<Solved<'_>> {
        let (raw, home) = self.raw(of, key, trace)?;
        let mut found = home.looked(raw, depth + 1, trace);
        for step in path {
            let Solved::Known(value, scope) = found else { return Some(found) };
            let step = step.as_ref()?;
            let inner = match &value {
                Value::Array(items) => items.get(step.parse::<usize>().ok()?)?,
                object => child(object, step).value().copied()?,
            };
            found = scope.looked(inner, depth + 1, trace);
        }
        Some(found)
    }

    /// As it is written, and the template in whose words.
    fn raw(&self, of: &str, key: &str, trace: &mut Trace) -> Option<(&Value, &Scope<'_>)> {
        let lower = key.to_lowercase();
        if of == "variables" {
            return Some((self.variables.get(&lower)?, self));
        }
        match self.parameters.get(&lower)? {
            Parameter::Default(value) => {
                trace.defaults.insert(key.to_owned());
                Some((value, self))
            }
            Parameter::Left(value) => Some((value, self)),
            Parameter::Given(value) => {
                trace.given = true;
                Some((value, self.around?))
            }
        }
    }

    fn parts_of(&self, text: &str, depth: u8, trace: &mut Trace) -> Vec<Part> {
        let Some(inner) = expression_in(text) else { return vec![Part::Text(plain(text))] };
        match parse(inner) {
            Some(node) if depth < DEEPEST && trace.may_read(text) => self.parts_of_node(&node, depth, trace),
            _ => vec![Part::Unknown(LEFT_OUT.to_owned())],
        }
    }

    fn parts_of_node(&self, node: &Node<'_>, depth: u8, trace: &mut Trace) -> Vec<Part> {
        if let Node::Call { name, arguments, path } = node
            && path.is_empty()
        {
            let lower = name.to_lowercase();
            match (lower.as_str(), arguments.as_slice()) {
                ("concat", _) => {
                    return arguments.iter().flat_map(|one| self.parts_of_node(one, depth, trace)).collect();
                }
                ("format", _) => {
                    let found = self.formatted(arguments, depth, trace);
                    return found.unwrap_or_else(|| vec![Part::Unknown(shown(node))]);
                }
                // a name that is put together has pieces of its own
                (of @ ("parameters" | "variables"), [Node::Text(key)]) => {
                    if let Some((Value::String(text), home)) = self.raw(of, key, trace) {
                        return home.parts_of(text, depth + 1, trace);
                    }
                }
                _ => {}
            }
        }
        match self.value_of(node, depth, trace) {
            Solved::Known(Value::String(text), _) => vec![Part::Text(text)],
            Solved::Known(value @ (Value::Bool(_) | Value::Number(_)), _) => vec![Part::Text(value.to_string())],
            Solved::Known(..) => vec![Part::Unknown(shown(node))],
            Solved::Unknown(names) => vec![Part::Unknown(names)],
        }
    }

    /// `format('{0}/{1}', a, b)`.
    fn formatted(&self, arguments: &[Node<'_>], depth: u8, trace: &mut Trace) -> Option<Vec<Part>> {
        let [Node::Text(pattern), others @ ..] = arguments else { return None };
        let mut parts = Vec::new();
        let mut rest = pattern.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let (place, after) = behind.split_once('}')?;
            parts.push(Part::Text(before.to_owned()));
            parts.extend(self.parts_of_node(others.get(place.trim().parse::<usize>().ok()?)?, depth, trace));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Some(parts)
    }
}

impl Solved<'_> {
    /// With the elements of a list.
    pub(super) fn whole(self, trace: &mut Trace) -> Result<Value, String> {
        match self {
            Solved::Unknown(names) => Err(names),
            Solved::Known(Value::Array(items), scope) => {
                let solved = items.iter().map(|item| match scope.look(item, trace) {
                    Solved::Known(value, _) => Ok(value),
                    Solved::Unknown(names) => Err(names),
                });
                solved.collect::<Result<Vec<_>, _>>().map(Value::Array)
            }
            Solved::Known(value, _) => Ok(value),
        }
    }
}

fn variables(template: &Value) -> BTreeMap<String, Value> {
    named(template, "variables").map(|(name, value)| (name.to_lowercase(), value.clone())).collect()
}

fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut whole: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (whole.last_mut(), part) {
            (_, Part::Text(more)) if more.is_empty() => {}
            (Some(Part::Text(text)), Part::Text(more)) => text.push_str(&more),
            (_, part) => whole.push(part),
        }
    }
    whole
}

#[cfg(test)]
mod tests;
