//! A reading together with the place it was read from, so that evidence cannot name another place than the verdict used.

use crate::{Evidence, Name, Reading, json};
use serde_json::Value;
use std::borrow::Cow;

/// The names of settings that show that an object without `properties` is a flattened one, as `az` prints it.
const FLATTENED: [&str; 8] = [
    "provisioningState",
    "agentPoolProfiles",
    "dnsPrefix",
    "kubernetesVersion",
    "apiServerAccessProfile",
    "nodeResourceGroup",
    "sourceResourceId",
    "networkProfile",
];

/// So many of them make a whole object even without a state.
const ENOUGH: usize = 3;

/// One ARM object in any of its two shapes: settings below `properties` (ARM, Resource Graph) or beside `id` (`az`).
/// An object with neither was cut down by whoever collected it; its settings are unread, not absent.
#[derive(Debug)]
pub(crate) struct Body<'a> {
    root: &'a Value,
    shape: Shape,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Nested,
    Flattened,
    CutDown,
}

impl<'a> Body<'a> {
    pub(crate) fn new(root: &'a Value) -> Self {
        let named = FLATTENED.iter().filter(|name| matches!(json::child(root, name), Reading::Value(_))).count();
        let state = matches!(json::child(root, "provisioningState"), Reading::Value(_));
        let empty = |value: &Value| value.as_object().is_some_and(|settings| settings.values().all(Value::is_null));
        let shape = match json::child(root, "properties") {
            // empty, and the settings stand beside it
            Reading::Value(value) if empty(value) && (state || named >= ENOUGH) => Shape::Flattened,
            Reading::Value(_) | Reading::Unreadable(_) => Shape::Nested,
            // every answer of Azure has a state; a projection may have kept a setting or two
            Reading::Absent if state || named >= ENOUGH => Shape::Flattened,
            Reading::Absent => Shape::CutDown,
        };
        Body { root, shape }
    }

    /// A resource other than a cluster: settings below `properties`, or beside the id as `az` prints them.
    pub(crate) fn beside(root: &'a Value) -> Self {
        // what says no more than what and where it is was cut down by whoever collected it
        const PLACE: [&str; 9] =
            ["id", "name", "type", "location", "kind", "resourcegroup", "subscriptionid", "tenantid", "tags"];
        let only_place = root.as_object().is_some_and(|object| {
            object.iter().all(|(key, value)| value.is_null() || PLACE.contains(&key.to_ascii_lowercase().as_str()))
        });
        let shape = match json::child(root, "properties") {
            Reading::Value(_) | Reading::Unreadable(_) => Shape::Nested,
            Reading::Absent if only_place => Shape::CutDown,
            Reading::Absent => Shape::Flattened,
        };
        Body { root, shape }
    }

    /// One key of the settings.
    pub(crate) fn lookup_below(&self, key: &str) -> Reading<&'a Value> {
        self.lookup(&format!("properties.{key}"))
    }

    /// Whether settings were cut away when it was collected.
    pub(crate) fn is_cut_down(&self) -> bool {
        self.shape == Shape::CutDown
    }

    /// Whether the answer has this key, be it with nothing: what a projection leaves out it does not have.
    pub(crate) fn has_key(&self, key: &str) -> bool {
        self.root.as_object().is_some_and(|fields| fields.keys().any(|own| own.eq_ignore_ascii_case(key)))
    }

    pub(crate) fn lookup(&self, path: &str) -> Reading<&'a Value> {
        match (path.strip_prefix("properties."), self.shape) {
            (Some(_), Shape::CutDown) => {
                Reading::Unreadable("the answer holds no properties; it was cut down when it was collected".to_owned())
            }
            (Some(below), Shape::Flattened) => json::lookup(self.root, below),
            (Some(_), Shape::Nested) | (None, Shape::Nested | Shape::Flattened) => json::lookup(self.root, path),
            (None, Shape::CutDown) => match json::lookup(self.root, path) {
                Reading::Absent => {
                    Reading::Unreadable("it is not in the answer, which was cut down when it was collected".to_owned())
                }
                read => read,
            },
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field<T> {
    /// The ARM path, as Microsoft documents it.
    pub path: &'static str,
    pub reading: Reading<T>,
}

impl<T> Field<T> {
    pub(crate) fn read(body: &Body<'_>, path: &'static str, convert: impl FnOnce(&Value) -> Reading<T>) -> Self {
        Field { path, reading: body.lookup(path).and_then(convert) }
    }

    pub fn is_absent(&self) -> bool {
        matches!(self.reading, Reading::Absent)
    }
}

impl Field<bool> {
    pub(crate) fn boolean(body: &Body<'_>, path: &'static str) -> Self {
        Self::read(body, path, json::boolean)
    }

    /// The value, or Azure's documented default where Azure left the key out.
    pub fn or_default(&self, default: bool) -> Reading<bool> {
        match &self.reading {
            Reading::Value(flag) => Reading::Value(*flag),
            Reading::Absent => Reading::Value(default),
            Reading::Unreadable(why) => Reading::Unreadable(why.clone()),
        }
    }
}

impl Field<String> {
    pub(crate) fn text(body: &Body<'_>, path: &'static str) -> Self {
        Self::read(body, path, json::text)
    }
}

impl Field<Vec<String>> {
    pub(crate) fn texts(body: &Body<'_>, path: &'static str) -> Self {
        Self::read(body, path, json::texts)
    }
}

impl<T: Shown> Field<T> {
    /// Evidence for a verdict; `default` is Azure's documented default, printed when the key is absent.
    pub fn evidence(&self, expected: impl Into<Name>, default: &str) -> Evidence {
        let observed = match &self.reading {
            Reading::Value(value) => value.shown(),
            Reading::Absent if default.is_empty() => "absent".to_owned(),
            Reading::Absent => format!("absent (Azure's documented default: {default})"),
            Reading::Unreadable(why) => format!("unreadable: {why}"),
        };
        Evidence {
            path: Cow::Borrowed(self.path),
            observed: observed.into(),
            expected: expected.into(),
            source: no_source(),
        }
    }
}

/// The first text in a list of objects, at any of these places in them.
pub(crate) fn first_text(body: &Body<'_>, list: &str, places: &[&str]) -> Option<String> {
    let Reading::Value(Value::Array(items)) = body.lookup(list) else { return None };
    let read =
        |item: &Value| places.iter().find_map(|place| json::lookup(item, place).and_then(json::text).value().cloned());
    items.iter().find_map(read)
}

/// The document is filled in where it is known; one empty text serves all until then.
fn no_source() -> std::sync::Arc<str> {
    static EMPTY: std::sync::LazyLock<std::sync::Arc<str>> = std::sync::LazyLock::new(|| "".into());
    std::sync::Arc::clone(&EMPTY)
}

/// How a value is written in evidence.
pub trait Shown {
    fn shown(&self) -> String;
}

impl Shown for bool {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Shown for Vec<String> {
    fn shown(&self) -> String {
        const MOST: usize = 12;
        if self.is_empty() {
            return "[]".to_owned();
        }
        let start = self.iter().take(MOST).map(String::as_str).collect::<Vec<_>>().join(", ");
        if self.len() > MOST { format!("{start}, … ({} in all)", self.len()) } else { start }
    }
}
