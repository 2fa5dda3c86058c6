//! Expressions of ARM templates, as far as they can be worked out without a deployment: parameters by their default,
//! variables, `concat`, `format`. Everything else stays an expression, which is not a value.

use quay_model::{Reading, child};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Calls in calls, and variables in variables, deeper than this are not followed.
const DEEPEST: u8 = 16;

/// What names stand for inside one template, by name in lower case.
#[derive(Debug, Default)]
pub(super) struct Scope {
    parameters: BTreeMap<String, Value>,
    variables: BTreeMap<String, Value>,
}

/// A piece of a text: known, or as it is written in the template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Unknown(String),
}

pub(super) fn unknown(expression: &str) -> Value {
    json!({ "expression": expression })
}

pub(super) fn is_unknown(value: &Value) -> bool {
    value.as_object().is_some_and(|object| object.len() == 1 && object.contains_key("expression"))
}

/// The text that pieces make, or the expression that would make it.
pub(super) fn joined(parts: &[Part]) -> Value {
    if let [Part::Unknown(written)] = parts {
        return unknown(written);
    }
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Text(piece) => text.push_str(piece),
            Part::Unknown(_) => {
                let pieces = parts.iter().map(|part| match part {
                    Part::Text(piece) => format!("'{piece}'"),
                    Part::Unknown(written) => written.clone(),
                });
                return unknown(&format!("concat({})", pieces.collect::<Vec<_>>().join(", ")));
            }
        }
    }
    Value::String(text)
}

impl Scope {
    /// The names of one template; `given` are the parameters that whoever deploys it sets.
    pub(super) fn of(template: &Value, given: &BTreeMap<String, Value>) -> Scope {
        let named = |key: &str| match child(template, key) {
            Reading::Value(Value::Object(named)) => named.clone(),
            _ => serde_json::Map::new(),
        };
        let parameters = named("parameters").into_iter().filter_map(|(name, parameter)| {
            let name = name.to_lowercase();
            let value = given.get(&name).cloned().or_else(|| parameter.get("defaultValue").cloned())?;
            Some((name, value))
        });
        Scope {
            parameters: parameters.collect(),
            variables: named("variables").into_iter().map(|(name, value)| (name.to_lowercase(), value)).collect(),
        }
    }

    /// The value that an expression stands for, or `{"expression": …}`; anything else as it is. A list is known when all
    /// of it is.
    pub(super) fn solve(&self, value: &Value) -> Value {
        self.solved(value, 0)
    }

    /// The pieces of a text.
    pub(super) fn parts(&self, value: &Value) -> Vec<Part> {
        match value {
            Value::String(text) => merged(self.parts_of(text, 0)),
            other => vec![Part::Unknown(other.to_string())],
        }
    }

    fn solved(&self, value: &Value, depth: u8) -> Value {
        match value {
            Value::String(text) => match expression_in(text) {
                Some(inner) => self.value_of(inner, depth),
                None => Value::String(plain(text)),
            },
            Value::Array(items) => {
                let all: Vec<Value> = items.iter().map(|item| self.solved(item, depth)).collect();
                match all.iter().find(|item| is_unknown(item)) {
                    Some(open) => open.clone(),
                    None => Value::Array(all),
                }
            }
            other => other.clone(),
        }
    }

    fn value_of(&self, inner: &str, depth: u8) -> Value {
        let Some(node) = parse(inner) else { return unknown(inner) };
        if let Node::Call { name, arguments, path, .. } = &node
            && let Some(value) = self.named(name, arguments, path, depth)
        {
            return value;
        }
        joined(&merged(self.parts_of_node(&node, depth)))
    }

    /// What a parameter or a variable holds.
    fn named(&self, name: &str, arguments: &[Node<'_>], path: &[String], depth: u8) -> Option<Value> {
        let raw = self.raw(name, arguments)?;
        if depth >= DEEPEST {
            return None;
        }
        let mut found = self.solved(raw, depth + 1);
        for step in path {
            let inner = match &found {
                Value::Array(items) => items.get(step.parse::<usize>().ok()?)?.clone(),
                object => child(object, step).value().copied()?.clone(),
            };
            found = self.solved(&inner, depth + 1);
        }
        Some(found)
    }

    fn raw(&self, name: &str, arguments: &[Node<'_>]) -> Option<&Value> {
        let [Node::Text(key)] = arguments else { return None };
        match name.to_lowercase().as_str() {
            "parameters" => self.parameters.get(&key.to_lowercase()),
            "variables" => self.variables.get(&key.to_lowercase()),
            _ => None,
        }
    }

    fn parts_of(&self, text: &str, depth: u8) -> Vec<Part> {
        match expression_in(text) {
            None => vec![Part::Text(plain(text))],
            Some(inner) => match parse(inner) {
                Some(node) if depth < DEEPEST => self.parts_of_node(&node, depth),
                _ => vec![Part::Unknown(inner.to_owned())],
            },
        }
    }

    fn parts_of_node(&self, node: &Node<'_>, depth: u8) -> Vec<Part> {
        let (name, arguments, path, written) = match node {
            Node::Text(text) => return vec![Part::Text(text.clone())],
            Node::Call { name, arguments, path, written } => (name, arguments, path, *written),
        };
        let lower = name.to_lowercase();
        if lower == "concat" && path.is_empty() {
            return arguments.iter().flat_map(|argument| self.parts_of_node(argument, depth)).collect();
        }
        if lower == "format" && path.is_empty() {
            let found = self.formatted(arguments, depth);
            return found.unwrap_or_else(|| vec![Part::Unknown(written.to_owned())]);
        }
        // a name that is put together has pieces of its own
        if let (Some(Value::String(text)), true) = (self.raw(name, arguments), path.is_empty()) {
            return if depth < DEEPEST {
                self.parts_of(text, depth + 1)
            } else {
                vec![Part::Unknown(written.to_owned())]
            };
        }
        match self.named(name, arguments, path, depth) {
            Some(Value::String(text)) => vec![Part::Text(text)],
            Some(value @ (Value::Bool(_) | Value::Number(_))) => vec![Part::Text(value.to_string())],
            _ => vec![Part::Unknown(written.to_owned())],
        }
    }

    /// `format('{0}/{1}', a, b)`.
    fn formatted(&self, arguments: &[Node<'_>], depth: u8) -> Option<Vec<Part>> {
        let [Node::Text(pattern), others @ ..] = arguments else { return None };
        let mut parts = Vec::new();
        let mut rest = pattern.as_str();
        while let Some((before, behind)) = rest.split_once('{') {
            let (place, after) = behind.split_once('}')?;
            parts.push(Part::Text(before.to_owned()));
            parts.extend(self.parts_of_node(others.get(place.trim().parse::<usize>().ok()?)?, depth));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        Some(parts)
    }
}

fn merged(parts: Vec<Part>) -> Vec<Part> {
    let mut whole: Vec<Part> = Vec::with_capacity(parts.len());
    for part in parts {
        match (whole.last_mut(), part) {
            (Some(Part::Text(text)), Part::Text(more)) => text.push_str(&more),
            (_, part) => whole.push(part),
        }
    }
    whole
}

/// What stands between the brackets of an expression. Two brackets begin a plain text.
fn expression_in(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('[')?.strip_suffix(']')?;
    (!inner.starts_with('[')).then(|| inner.trim())
}

fn plain(text: &str) -> String {
    if text.starts_with("[[") { text.get(1..).unwrap_or_default().to_owned() } else { text.to_owned() }
}

enum Node<'a> {
    Text(String),
    /// A call, what is taken out of its answer, and how all of it is written.
    Call {
        name: String,
        arguments: Vec<Node<'a>>,
        path: Vec<String>,
        written: &'a str,
    },
}

fn parse(text: &str) -> Option<Node<'_>> {
    let mut parser = Parser { text, at: 0 };
    let node = parser.node(0)?;
    parser.blank();
    parser.rest().is_empty().then_some(node)
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let taken = rest.find(|letter: char| !wanted(letter)).and_then(|end| rest.get(..end)).unwrap_or(rest);
        self.at += taken.len();
        taken
    }

    fn blank(&mut self) {
        self.take_while(char::is_whitespace);
    }

    fn sign(&mut self, sign: char) -> bool {
        self.blank();
        let here = self.rest().starts_with(sign);
        self.at += if here { sign.len_utf8() } else { 0 };
        here
    }

    fn node(&mut self, depth: u8) -> Option<Node<'a>> {
        if depth > DEEPEST {
            return None;
        }
        self.blank();
        let start = self.at;
        if self.sign('\'') {
            return self.literal().map(Node::Text);
        }
        let number = self.take_while(|letter| letter.is_ascii_digit() || letter == '-');
        if !number.is_empty() {
            return Some(Node::Text(number.to_owned()));
        }
        let name = self.take_while(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '.')).to_owned();
        if name.is_empty() || !self.sign('(') {
            return None;
        }
        let mut arguments = Vec::new();
        while !self.sign(')') {
            if !arguments.is_empty() && !self.sign(',') {
                return None;
            }
            arguments.push(self.node(depth + 1)?);
        }
        let mut path = Vec::new();
        loop {
            if self.sign('.') {
                path.push(self.take_while(|letter| letter.is_alphanumeric() || letter == '_').to_owned());
            } else if self.sign('[') {
                let Node::Text(step) = self.node(depth + 1)? else { return None };
                path.push(step);
                if !self.sign(']') {
                    return None;
                }
            } else {
                break;
            }
        }
        let written = self.text.get(start..self.at).unwrap_or_default().trim();
        Some(Node::Call { name, arguments, path, written })
    }

    /// Behind the first quote; two quotes are one.
    fn literal(&mut self) -> Option<String> {
        let mut text = String::new();
        loop {
            text.push_str(self.take_while(|letter| letter != '\''));
            if !self.rest().starts_with('\'') {
                return None;
            }
            self.at += 1;
            if !self.rest().starts_with('\'') {
                return Some(text);
            }
            self.at += 1;
            text.push('\'');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope() -> Scope {
        let template = json!({
            "parameters": {"name": {"type": "string", "defaultValue": "aks1"}, "open": {"type": "string"},
                "access": {"defaultValue": {"enablePrivateCluster": true, "ranges": ["10.0.0.0/8"]}}},
            "variables": {"full": "[concat(parameters('open'), '/b1')]", "loop": "[variables('loop')]"}
        });
        Scope::of(&template, &BTreeMap::new())
    }

    #[test]
    fn what_can_be_worked_out_is_a_value_and_the_rest_an_expression() {
        for (given, expected) in [
            (json!("plain"), json!("plain")),
            (json!("[[not one]"), json!("[not one]")),
            (json!("[parameters('NAME')]"), json!("aks1")),
            (json!("[concat(parameters('name'), '-', 'it''s', 1)]"), json!("aks1-it's1")),
            (json!("[format('{0}/{1}', parameters('name'), 'b')]"), json!("aks1/b")),
            (json!("[parameters('access').enablePrivateCluster]"), json!(true)),
            (json!("[parameters('access').ranges[0]]"), json!("10.0.0.0/8")),
            (json!(["a", "[parameters('name')]"]), json!(["a", "aks1"])),
            (json!(["a", "[parameters('open')]"]), unknown("parameters('open')")),
            (json!("[resourceId('A.B/c', parameters('name'))]"), unknown("resourceId('A.B/c', parameters('name'))")),
            (json!("[parameters('open')]"), unknown("parameters('open')")),
            (json!("[parameters('name'"), json!("[parameters('name'")),
            (json!("[parameters('name']"), unknown("parameters('name'")),
        ] {
            assert_eq!(scope().solve(&given), expected, "{given}");
        }
        assert!(is_unknown(&scope().solve(&json!("[variables('loop')]"))), "a variable that is itself");
    }

    #[test]
    fn a_name_that_is_put_together_keeps_its_pieces() {
        let pieces = [Part::Unknown("parameters('open')".into()), Part::Text("/b1".into())];
        assert_eq!(scope().parts(&json!("[variables('full')]")), pieces);
        assert_eq!(joined(&pieces), unknown("concat(parameters('open'), '/b1')"));
    }
}
