//! The language of Azure Policy, as far as our definitions use it, after Microsoft's "Azure Policy definition structure
//! policy rule" and "Author policies for array properties": enough to ask a definition about a recorded cluster.

use serde_json::{Map, Value};

const CLUSTERS: &str = "Microsoft.ContainerService/managedClusters/";
const BINDINGS: &str = "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/";

/// Whether the resource meets the `if` of a definition, every parameter at its default: `true` is non-compliant.
pub(crate) fn is_met(definition: &Value, resource: &Value) -> bool {
    let properties = &definition["properties"];
    let parameters = properties["parameters"].as_object().cloned().unwrap_or_default();
    let evaluation = Evaluation { resource, parameters: &parameters, current: Vec::new() };
    evaluation.holds(&properties["policyRule"]["if"])
}

/// What a `field` selects: one value or none, or the members of an array.
enum Selected {
    One(Option<Value>),
    Each(Vec<Value>),
}

struct Evaluation<'a> {
    resource: &'a Value,
    parameters: &'a Map<String, Value>,
    /// The members that the counts around a condition stand at: index name or alias, and the value.
    current: Vec<(String, Value)>,
}

impl Evaluation<'_> {
    fn holds(&self, condition: &Value) -> bool {
        let object = condition.as_object().expect("a condition is an object");
        let inner = |key: &str| object[key].as_array().expect("a list of conditions");
        if object.contains_key("allOf") {
            return inner("allOf").iter().all(|one| self.holds(one));
        }
        if object.contains_key("anyOf") {
            return inner("anyOf").iter().any(|one| self.holds(one));
        }
        if let Some(one) = object.get("not") {
            return !self.holds(one);
        }
        let (operator, wanted) = object
            .iter()
            .find(|(key, _)| !matches!(key.as_str(), "field" | "value" | "count"))
            .expect("a condition has an operator");
        let wanted = self.resolve(wanted);
        if let Some(count) = object.get("count") {
            return compare(Some(&Value::from(self.count(count))), operator, &wanted);
        }
        if let Some(value) = object.get("value") {
            let value = self.resolve(value);
            return compare(Some(&value).filter(|value| !value.is_null()), operator, &wanted);
        }
        match self.select(&text(&self.resolve(&object["field"]))) {
            Selected::One(value) => compare(value.as_ref(), operator, &wanted),
            // "the field condition has an implicit all-of behaviour"
            Selected::Each(values) => values.iter().all(|value| compare(Some(value), operator, &wanted)),
        }
    }

    fn count(&self, count: &Value) -> usize {
        let (name, members) = match count.get("field") {
            Some(field) => {
                let alias = text(field);
                match self.select(&alias) {
                    Selected::Each(members) => (alias, members),
                    Selected::One(_) => unreachable!("{alias} is no array alias"),
                }
            }
            None => {
                let name = count.get("name").map_or_else(|| "default".to_owned(), text);
                (name, self.resolve(&count["value"]).as_array().cloned().expect("an array is counted"))
            }
        };
        let Some(condition) = count.get("where") else { return members.len() };
        let stands = |member: &Value| {
            let mut current = self.current.clone();
            current.push((name.clone(), member.clone()));
            Evaluation { resource: self.resource, parameters: self.parameters, current }.holds(condition)
        };
        members.iter().filter(|member| stands(member)).count()
    }

    fn select(&self, field: &str) -> Selected {
        if let Some((_, member)) = self.current.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(field)) {
            return Selected::Each(vec![member.clone()]);
        }
        if let Some(tag) = tag_name(field) {
            return Selected::One(below(self.resource, &["tags", &tag]));
        }
        if let Some(rest) = after(field, BINDINGS).or_else(|| after(field, CLUSTERS)) {
            let (path, each) = rest.strip_suffix("[*]").map_or((rest, false), |path| (path, true));
            let steps: Vec<&str> = std::iter::once("properties").chain(path.split('.')).collect();
            let value = below(self.resource, &steps);
            return match (each, value) {
                (false, value) => Selected::One(value),
                (true, Some(Value::Array(members))) => Selected::Each(members),
                // "an empty collection of values"
                (true, _) => Selected::Each(Vec::new()),
            };
        }
        Selected::One(below(self.resource, &field.split('.').collect::<Vec<_>>()))
    }

    /// A literal, or the value of an expression in square brackets.
    fn resolve(&self, value: &Value) -> Value {
        let expression = value.as_str().and_then(|text| text.strip_prefix('[')?.strip_suffix(']'));
        match expression {
            Some(expression) => {
                let (value, rest) = self.call(expression);
                assert!(rest.trim().is_empty(), "{expression}: {rest} is left over");
                value
            }
            None => value.clone(),
        }
    }

    /// One argument of a function: a text in quotes or another function. Gives what is left of the expression too.
    fn call<'t>(&self, expression: &'t str) -> (Value, &'t str) {
        let expression = expression.trim_start();
        if let Some(quoted) = expression.strip_prefix('\'') {
            let (literal, rest) = literal(quoted);
            return (Value::String(literal), rest);
        }
        let (function, mut rest) = expression.split_once('(').expect("a function call");
        let mut arguments = Vec::new();
        loop {
            rest = rest.trim_start();
            if let Some(after) = rest.strip_prefix(')') {
                return (self.apply(function.trim(), &arguments), after);
            }
            rest = rest.strip_prefix(',').unwrap_or(rest);
            let (argument, after) = self.call(rest);
            arguments.push(argument);
            rest = after;
        }
    }

    fn apply(&self, function: &str, arguments: &[Value]) -> Value {
        let first = arguments.first().map(text).unwrap_or_default();
        match function {
            "parameters" => self.parameters[&first]["defaultValue"].clone(),
            "concat" => Value::String(arguments.iter().map(text).collect()),
            "current" => {
                let found = self.current.iter().rev().find(|(name, _)| name.eq_ignore_ascii_case(&first));
                found.map(|(_, member)| member.clone()).expect("a count around it has this name")
            }
            "field" => match self.select(&first) {
                // a field that is missing gives an empty text
                Selected::One(value) => value.unwrap_or_else(|| Value::String(String::new())),
                Selected::Each(values) => Value::Array(values),
            },
            other => unreachable!("the function {other} is not known here"),
        }
    }
}

/// A text up to its closing quote; a quote inside it is written twice.
fn literal(quoted: &str) -> (String, &str) {
    let mut read = String::new();
    let mut rest = quoted;
    loop {
        let (before, after) = rest.split_once('\'').expect("a closing quote");
        read.push_str(before);
        match after.strip_prefix('\'') {
            Some(more) => {
                read.push('\'');
                rest = more;
            }
            None => return (read, after),
        }
    }
}

/// `tags['name']`, `tags[name]` and `tags.name`.
fn tag_name(field: &str) -> Option<String> {
    let rest = after(field, "tags")?;
    if let Some(name) = rest.strip_prefix('.') {
        return Some(name.to_owned());
    }
    let name = rest.strip_prefix('[')?.strip_suffix(']')?;
    Some(name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).unwrap_or(name).to_owned())
}

fn after<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    text.get(..start.len()).filter(|head| head.eq_ignore_ascii_case(start))?;
    text.get(start.len()..)
}

/// A value by its keys, compared without case; null is nothing.
fn below(root: &Value, keys: &[&str]) -> Option<Value> {
    let found = keys.iter().try_fold(root, |parent, wanted| {
        parent
            .as_object()?
            .iter()
            .find(|(key, value)| key.eq_ignore_ascii_case(wanted) && !value.is_null())
            .map(|f| f.1)
    })?;
    (!found.is_null()).then(|| found.clone())
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn same(a: &Value, b: &Value) -> bool {
    text(a).eq_ignore_ascii_case(&text(b))
}

/// Operators that say the opposite of another.
const OPPOSITES: [(&str, &str); 7] = [
    ("notEquals", "equals"),
    ("notIn", "in"),
    ("notLike", "like"),
    ("notContains", "contains"),
    ("notContainsKey", "containsKey"),
    ("notMatch", "match"),
    ("notMatchInsensitively", "matchInsensitively"),
];

fn compare(value: Option<&Value>, operator: &str, wanted: &Value) -> bool {
    if let Some((_, positive)) = OPPOSITES.iter().find(|(negative, _)| *negative == operator) {
        return !compare(value, positive, wanted);
    }
    let wanted_words = text(wanted).to_lowercase();
    if operator == "exists" {
        return value.is_some() == (wanted_words == "true");
    }
    // what is not there is neither equal nor like nor greater
    let Some(value) = value else { return false };
    let words = text(value).to_lowercase();
    let numbers = value.as_f64().zip(wanted.as_f64());
    match operator {
        "equals" => same(value, wanted),
        "in" => wanted.as_array().expect("a list of values").iter().any(|one| same(value, one)),
        "like" => is_like(&words, &wanted_words),
        "contains" => words.contains(&wanted_words),
        "containsKey" => {
            value.as_object().is_some_and(|map| map.keys().any(|key| key.eq_ignore_ascii_case(&wanted_words)))
        }
        "match" => is_match(&text(value), &text(wanted)),
        "matchInsensitively" => is_match(&words, &wanted_words),
        "less" => numbers.is_some_and(|(value, wanted)| value < wanted),
        "lessOrEquals" => numbers.is_some_and(|(value, wanted)| value <= wanted),
        "greater" => numbers.is_some_and(|(value, wanted)| value > wanted),
        "greaterOrEquals" => numbers.is_some_and(|(value, wanted)| value >= wanted),
        other => unreachable!("the operator {other} is not known here"),
    }
}

/// One `*` at most stands for any text.
fn is_like(words: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => words.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
        None => words == pattern,
    }
}

/// `#` is a digit, `?` a letter, `.` any character.
fn is_match(words: &str, pattern: &str) -> bool {
    let fits = |(word, sign): (char, char)| match sign {
        '#' => word.is_ascii_digit(),
        '?' => word.is_alphabetic(),
        '.' => true,
        other => word == other,
    };
    words.chars().count() == pattern.chars().count() && words.chars().zip(pattern.chars()).all(fits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn met(condition: Value, resource: Value) -> bool {
        let parameters = json!({"ends": {"defaultValue": ["*/0", "*/1"]}});
        is_met(&json!({"properties": {"parameters": parameters, "policyRule": {"if": condition}}}), &resource)
    }

    #[test]
    fn absent_fields_equal_nothing() {
        let field = "Microsoft.ContainerService/managedClusters/disableLocalAccounts";
        let body = |value: Value| json!({"properties": {"DisableLocalAccounts": value}});
        for (operator, wanted, value, expected) in [
            ("equals", json!(true), json!(true), true),
            ("equals", json!(true), json!("True"), true),
            ("equals", json!("true"), json!(true), true),
            ("equals", json!(true), json!(null), false),
            ("notEquals", json!(true), json!(null), true),
            ("exists", json!(false), json!(null), true),
            ("exists", json!("true"), json!(false), true),
            ("in", json!(["TRUE"]), json!(true), true),
            ("notIn", json!(["x"]), json!(null), true),
            ("like", json!("t*e"), json!("True"), true),
            ("notLike", json!("t*"), json!(null), true),
            ("contains", json!("RU"), json!("true"), true),
            ("match", json!("#?."), json!("1a-"), true),
            ("greater", json!(2), json!(3), true),
            ("lessOrEquals", json!(2), json!(3), false),
        ] {
            let mut condition = json!({"field": field});
            condition[operator] = wanted.clone();
            assert_eq!(met(condition, body(value.clone())), expected, "{value} {operator} {wanted}");
        }
    }

    #[test]
    fn members_are_counted_one_by_one() {
        let alias = "Microsoft.ContainerService/managedClusters/a.list[*]";
        let body = json!({"properties": {"a": {"list": ["10.0.0.0/0", "10.0.0.0/8"]}}, "tags": {"Cost Centre": ""}});
        let wide = json!({"count": {"value": "[parameters('ends')]", "name": "end",
            "where": {"field": alias, "like": "[current('end')]"}}, "greater": 0});
        assert!(met(json!({"count": {"field": alias, "where": wide}, "equals": 1}), body.clone()));
        assert!(met(json!({"count": {"field": alias}, "equals": 0}), json!({"properties": {}})), "absent is empty");
        let tag = json!("[concat('tags[''', 'cost centre', ''']')]");
        assert!(met(json!({"field": tag, "exists": "true"}), body.clone()));
        assert!(met(json!({"field": tag, "equals": ""}), body.clone()));
        assert!(met(json!({"not": {"field": "tags.none", "equals": ""}}), body));
    }
}
