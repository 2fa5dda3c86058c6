//! What code says of one setting, and the form in which that is kept. Code holds secrets: of what cannot be compared only
//! the kind of thing that stood there is kept, never the thing itself.

use serde_json::{Map, Value, json};

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Said {
    Value(Value),
    /// The default of a parameter; whoever deployed the template may have set another value.
    Default(Value, String),
    /// Only a deployment would know it; the names in its expression.
    Unknown(String),
    /// Nothing that belongs there, and why.
    Unfit(String),
}

/// What belongs in the place of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Flag,
    Text,
    Texts,
}

impl Shape {
    fn fits(self, value: &Value) -> bool {
        match (self, value) {
            (Shape::Flag, Value::Bool(_)) | (Shape::Text, Value::String(_)) => true,
            (Shape::Flag, Value::String(text)) => {
                ["true", "false"].iter().any(|word| text.trim().eq_ignore_ascii_case(word))
            }
            (Shape::Texts, Value::Array(items)) => items.iter().all(Value::is_string),
            _ => false,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Shape::Flag => "true or false",
            Shape::Text => "text",
            Shape::Texts => "a list of texts",
        }
    }
}

impl Said {
    /// Something else stands where this belongs.
    pub(super) fn unfit(wanted: &str, found: &Value) -> Said {
        Said::Unfit(format!("expected {wanted}, found {}", kind_of(found)))
    }

    fn kept(self, shape: Shape) -> Value {
        let (value, default_of) = match self {
            Said::Unknown(expression) => return json!({ "expression": expression }),
            Said::Unfit(why) => return json!({ "unreadable": why }),
            Said::Value(value) => (value, None),
            Said::Default(value, parameter) => (value, Some(parameter)),
        };
        if !shape.fits(&value) {
            return Said::unfit(shape.words(), &value).kept(shape);
        }
        match default_of {
            Some(parameter) => json!({"value": value, "defaultOf": parameter}),
            None => value,
        }
    }
}

/// `None` where the code does not say.
pub(super) fn put(body: &mut Map<String, Value>, key: &str, shape: Shape, said: Option<Said>) {
    if let Some(said) = said {
        body.insert(key.to_owned(), said.kept(shape));
    }
}

pub(super) fn begin(thing: &str, language: &str, address: &str) -> Map<String, Value> {
    let told = [("thing", thing), ("language", language), ("address", address)];
    told.into_iter().map(|(key, value)| (key.to_owned(), json!(value))).collect()
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(items) if items.iter().all(Value::is_string) => "a list",
        Value::Array(_) => "a list with something else than text in it",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_belong_is_named_by_its_kind_and_not_kept() {
        let value = |value: Value| Said::Value(value);
        for (said, shape, kept) in [
            (value(json!(true)), Shape::Flag, json!(true)),
            (value(json!("False")), Shape::Flag, json!("False")),
            (value(json!("s3cr3t")), Shape::Flag, json!({"unreadable": "expected true or false, found text"})),
            (
                value(json!({"x": "s3cr3t"})),
                Shape::Texts,
                json!({"unreadable": "expected a list of texts, found an object"}),
            ),
            // the form in which an expression is kept, written by somebody else
            (
                value(json!({"expression": "s3cr3t"})),
                Shape::Text,
                json!({"unreadable": "expected text, found an object"}),
            ),
            (
                value(json!(["a", {"x": "s3cr3t"}])),
                Shape::Texts,
                json!({"unreadable": "expected a list of texts, found a list with something else than text in it"}),
            ),
            (Said::Default(json!(["a"]), "p".into()), Shape::Texts, json!({"value": ["a"], "defaultOf": "p"})),
            (Said::Default(json!(7), "p".into()), Shape::Text, json!({"unreadable": "expected text, found a number"})),
            (Said::Unknown("parameters('p')".into()), Shape::Text, json!({"expression": "parameters('p')"})),
        ] {
            let mut body = Map::new();
            put(&mut body, "key", shape, Some(said));
            assert_eq!(body["key"], kept);
        }
    }
}
