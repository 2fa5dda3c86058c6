//! Which parameters of a template hold secrets: `securestring`, `secureObject`, and types that are made of them.

use quay_model::{Reading, child};
use serde_json::Value;

/// Types in types deeper than this are not followed; what lies there counts as a secret.
const DEEPEST: u8 = 16;

/// Whether a parameter, or anything in it, is declared secure.
pub(super) fn is_secure(parameter: &Value, template: &Value) -> bool {
    holds_secret(parameter, template, 0)
}

fn holds_secret(declared: &Value, template: &Value, depth: u8) -> bool {
    if depth > DEEPEST {
        return true;
    }
    let Value::Object(keys) = declared else { return false };
    keys.iter().any(|(key, value)| match (key.to_lowercase().as_str(), value) {
        ("type", Value::String(kind)) => kind.trim().to_lowercase().starts_with("secure"),
        // a type with a name of its own; one that is not here may be anything
        ("$ref", Value::String(path)) => match defined(template, path) {
            Some(definition) => holds_secret(definition, template, depth + 1),
            None => true,
        },
        // what an object or a list is made of
        ("properties", Value::Object(inner)) => inner.values().any(|one| holds_secret(one, template, depth + 1)),
        ("prefixitems", Value::Array(items)) => items.iter().any(|one| holds_secret(one, template, depth + 1)),
        ("items" | "additionalproperties", inner) => holds_secret(inner, template, depth + 1),
        _ => false,
    })
}

/// `#/definitions/name`.
fn defined<'v>(template: &'v Value, path: &str) -> Option<&'v Value> {
    let name = path.strip_prefix("#/definitions/")?;
    match child(template, "definitions").and_then(|all| child(all, name)) {
        Reading::Value(definition) => Some(definition),
        Reading::Absent | Reading::Unreadable(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_parameter_is_secure_when_anything_in_it_is() {
        let template = json!({"definitions": {"plain": {"type": "object", "properties": {"a": {"type": "string"}}},
            "login": {"type": "object", "properties": {"password": {"type": "SecureString"}}},
            "circle": {"$ref": "#/definitions/circle"}}});
        for (parameter, secure) in [
            (json!({"type": "string", "defaultValue": "x"}), false),
            (json!({"type": "securestring"}), true),
            (json!({"Type": "secureObject"}), true),
            (json!({"type": "object", "defaultValue": {"type": "securestring"}}), false),
            (json!({"$ref": "#/definitions/plain"}), false),
            (json!({"$ref": "#/definitions/login"}), true),
            (json!({"type": "array", "items": {"$ref": "#/definitions/login"}}), true),
            (json!({"$ref": "#/definitions/nowhere"}), true),
            (json!({"$ref": "#/definitions/circle"}), true),
        ] {
            assert_eq!(is_secure(&parameter, &template), secure, "{parameter}");
        }
    }
}
