//! Reading JSON the way Azure writes it: keys in any case, null for nothing, booleans sometimes as text.

use crate::Reading;
use serde_json::{Map, Value};

/// Stands in the place of a value on which two documents disagree.
pub(crate) const DISAGREE: &str = "twoDocumentsDisagree";

/// Stands in the place of a value whose key stood twice in one object, with different values.
pub const TWICE: &str = "oneKeyStandsTwice";

/// One key of an object, compared without case. A key that stands twice with different values is unreadable:
/// nobody can say which one Azure meant.
fn key<'a>(object: &'a Map<String, Value>, name: &str) -> Reading<&'a Value> {
    if let Some(exact) = object.get(name) {
        let twin = object
            .iter()
            .find(|(k, v)| k.as_str() != name && k.eq_ignore_ascii_case(name) && *v != exact && !v.is_null());
        return match twin {
            Some((k, _)) if !exact.is_null() => {
                Reading::Unreadable(format!("the keys {name} and {k} both stand there and disagree"))
            }
            Some((_, value)) => Reading::Value(value),
            None if exact.is_null() => Reading::Absent,
            None => Reading::Value(exact),
        };
    }
    let mut found: Option<&Value> = None;
    for (k, value) in object {
        if k.eq_ignore_ascii_case(name) && !value.is_null() {
            match found {
                Some(first) if first != value => {
                    return Reading::Unreadable(format!("the key {name} stands there twice and disagrees with itself"));
                }
                _ => found = Some(value),
            }
        }
    }
    found.map_or(Reading::Absent, Reading::Value)
}

/// One child of a value; a parent that is not an object makes the child unreadable, not absent.
pub fn child<'a>(parent: &'a Value, name: &str) -> Reading<&'a Value> {
    match parent {
        Value::Object(object) => key(object, name),
        Value::Null => Reading::Absent,
        other => Reading::Unreadable(format!("expected an object around {name}, found {}", display_short(other))),
    }
}

/// A dotted path below a value.
pub fn lookup<'a>(root: &'a Value, path: &str) -> Reading<&'a Value> {
    path.split('.').fold(Reading::Value(root), |reached, name| reached.and_then(|parent| child(parent, name)))
}

pub(crate) fn boolean(value: &Value) -> Reading<bool> {
    match value {
        Value::Bool(flag) => Reading::Value(*flag),
        Value::String(text) if text.trim().eq_ignore_ascii_case("true") => Reading::Value(true),
        Value::String(text) if text.trim().eq_ignore_ascii_case("false") => Reading::Value(false),
        other => Reading::Unreadable(format!("expected true or false, found {}", display_short(other))),
    }
}

/// Text; an empty string says as little as an absent key.
pub(crate) fn text(value: &Value) -> Reading<String> {
    match value {
        Value::String(text) if text.trim().is_empty() => Reading::Absent,
        Value::String(text) => Reading::Value(text.trim().to_owned()),
        other => Reading::Unreadable(format!("expected text, found {}", display_short(other))),
    }
}

/// A list of texts; one element that is not text makes the whole list unreadable.
pub(crate) fn texts(value: &Value) -> Reading<Vec<String>> {
    let Value::Array(items) = value else {
        return Reading::Unreadable(format!("expected a list, found {}", display_short(value)));
    };
    let mut read = Vec::with_capacity(items.len());
    for item in items {
        match item {
            Value::String(text) => read.push(text.trim().to_owned()),
            other => {
                return Reading::Unreadable(format!("expected a list of texts, found {} in it", display_short(other)));
            }
        }
    }
    Reading::Value(read)
}

/// A value on one line, bounded, for evidence and messages.
pub fn display_short(value: &Value) -> String {
    const LONGEST: usize = 160;
    for (mark, words) in [(DISAGREE, "two documents that disagree"), (TWICE, "one key twice with different values")] {
        if value.get(mark).is_some() {
            return words.to_owned();
        }
    }
    let whole = value.to_string();
    if whole.chars().count() <= LONGEST {
        return whole;
    }
    let start: String = whole.chars().take(LONGEST).collect();
    format!("{start}… ({} characters)", whole.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_compared_without_case_and_null_is_absent() {
        let body = json!({"Properties": {"FQDN": "a.b", "enableRBAC": null}});
        assert_eq!(lookup(&body, "properties.fqdn").and_then(text), Reading::Value("a.b".into()));
        assert_eq!(lookup(&body, "properties.enableRbac").and_then(boolean), Reading::Absent);
        assert_eq!(lookup(&body, "properties.nothing.below").and_then(boolean), Reading::Absent);
    }

    #[test]
    fn a_damaged_parent_makes_its_children_unreadable() {
        let body = json!({"properties": "gone"});
        assert!(matches!(lookup(&body, "properties.enableRBAC"), Reading::Unreadable(_)));
    }

    #[test]
    fn two_spellings_of_a_key_that_disagree_are_unreadable() {
        let body = json!({"enableRBAC": true, "enableRbac": false});
        assert!(matches!(child(&body, "enableRBAC"), Reading::Unreadable(_)));
        assert!(matches!(child(&body, "ENABLERBAC"), Reading::Unreadable(_)));
        let agreeing = json!({"enableRBAC": true, "enableRbac": true});
        assert_eq!(child(&agreeing, "enableRBAC").and_then(boolean), Reading::Value(true));
        let one_null = json!({"enableRBAC": null, "enableRbac": false});
        assert_eq!(child(&one_null, "enableRBAC").and_then(boolean), Reading::Value(false));
    }

    #[test]
    fn booleans_may_come_as_text_and_nothing_else_may() {
        assert_eq!(boolean(&json!("True")), Reading::Value(true));
        assert_eq!(boolean(&json!(" false ")), Reading::Value(false));
        assert!(matches!(boolean(&json!(1)), Reading::Unreadable(_)));
        assert!(matches!(boolean(&json!("yes")), Reading::Unreadable(_)));
    }
}
