//! The language of Azure Policy rules, as far as it can be followed without a resource: a rule is asked about a made-up
//! one of which only some things are known, and whose name, place and tags are those of the cluster at hand. What cannot
//! be followed is unknown, never a guess.

use quay_model::{Cluster, Reading, child, lookup};
use serde_json::{Map, Value};

/// From the surest no to the surest yes, so that "and" is the smaller one and "or" the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Truth {
    No,
    Unknown,
    /// For some of the resources that the policy is about.
    Partly,
    Yes,
}

impl Truth {
    pub(crate) fn of(yes: bool) -> Self {
        if yes { Truth::Yes } else { Truth::No }
    }

    pub(crate) fn not(self) -> Self {
        match self {
            Truth::No => Truth::Yes,
            Truth::Yes => Truth::No,
            unsure => unsure,
        }
    }
}

/// What stands at an alias of a made-up resource.
#[derive(Debug, Clone, Copy)]
pub(crate) enum At {
    Nothing,
    Object,
    Flag(bool),
    List(&'static [&'static str]),
}

/// A made-up resource: aliases in lower case. What it does not name is not known.
pub(crate) type World = &'static [(&'static str, At)];

/// One question to a rule: about this resource, inside of a count about this member of an array.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// The type, in lower case.
    kind: &'a str,
    world: World,
    /// Whose name, place and tags it has.
    own: Option<&'a Cluster>,
    member: Option<(&'a str, &'a str)>,
}

/// What a field selects.
enum Selected<'a> {
    /// A text, or nothing.
    One(Option<&'a str>),
    Each(&'a [&'a str]),
    Object,
    /// Any value: a policy about the type tells its resources apart by it.
    Any,
    Unknown,
}

impl<'a> Asked<'a> {
    pub(crate) fn about(kind: &'a str, world: World, own: Option<&'a Cluster>) -> Self {
        Asked { kind, world, own, member: None }
    }

    /// Whether the rule reports the resource: it meets `if`, and what has to exist beside it does not.
    pub(crate) fn reports(&self, rule: &Value) -> Truth {
        let met = child(rule, "if").value().map_or(Truth::Unknown, |condition| self.holds(condition));
        let Some(beside) = lookup(rule, "then.details.type").value().and_then(|kind| kind.as_str()) else { return met };
        let exists = match lookup(rule, "then.details.existenceCondition") {
            // the resource itself is looked at again
            Reading::Value(condition) if beside.eq_ignore_ascii_case(self.kind) => self.holds(condition),
            _ => Truth::Unknown,
        };
        met.min(exists.not())
    }

    fn holds(&self, condition: &Value) -> Truth {
        let Value::Object(object) = condition else { return Truth::Unknown };
        let under = |key: &str| child(condition, key).value().copied();
        if let Some(all) = under("allOf") {
            return self.each(all, Truth::min, Truth::No);
        }
        if let Some(any) = under("anyOf") {
            return self.each(any, Truth::max, Truth::Yes);
        }
        if let Some(inner) = under("not") {
            return self.holds(inner).not();
        }
        let Some((operator, wanted)) = operator(object) else { return Truth::Unknown };
        if let Some(count) = under("count") {
            return self.counted(count, &operator, wanted);
        }
        let selected = match (under("field"), under("value")) {
            (Some(Value::String(field)), None) => self.select(&field.to_lowercase()),
            (None, Some(value)) if written(value).is_some() => {
                return compare(written(value).as_deref(), &operator, wanted);
            }
            (None, Some(Value::String(value))) => match self.solved(&value.to_lowercase()) {
                Solved::Field(selected) => selected,
                Solved::Length(number) => return number_is(number, &operator, wanted),
            },
            _ => Selected::Unknown,
        };
        // places are written with spaces too
        let is_place =
            under("field").and_then(Value::as_str).is_some_and(|field| field.eq_ignore_ascii_case("location"));
        if is_place && wanted.to_string().contains(' ') {
            return Truth::Unknown;
        }
        match selected {
            Selected::Unknown => Truth::Unknown,
            Selected::Any => Truth::Partly,
            Selected::One(value) => compare(value, &operator, wanted),
            Selected::Object if operator == "exists" => exists(true, wanted),
            Selected::Object => Truth::Unknown,
            // "the field condition has an implicit all-of behaviour"
            Selected::Each(values) => {
                values.iter().map(|value| compare(Some(value), &operator, wanted)).min().unwrap_or(Truth::Yes)
            }
        }
    }

    /// Goes through a list of conditions until one of them settles it.
    fn each(&self, conditions: &Value, pick: fn(Truth, Truth) -> Truth, settled: Truth) -> Truth {
        let Value::Array(items) = conditions else { return Truth::Unknown };
        let mut found: Option<Truth> = None;
        for item in items {
            let held = self.holds(item);
            found = Some(found.map_or(held, |found| pick(found, held)));
            if held == settled {
                break;
            }
        }
        found.unwrap_or(Truth::Unknown)
    }

    fn counted(&self, count: &Value, operator: &str, wanted: &Value) -> Truth {
        let Some(field) = child(count, "field").value().and_then(|field| field.as_str()) else { return Truth::Unknown };
        let alias = field.to_lowercase();
        let members = match self.select(&alias) {
            Selected::Each(members) => members,
            Selected::Any => return Truth::Partly,
            Selected::One(_) | Selected::Object | Selected::Unknown => return Truth::Unknown,
        };
        let stands = |member: &&str| match child(count, "where") {
            Reading::Value(condition) => Asked { member: Some((&alias, member)), ..*self }.holds(condition),
            Reading::Absent => Truth::Yes,
            Reading::Unreadable(_) => Truth::Unknown,
        };
        let all: Vec<Truth> = members.iter().map(stands).collect();
        if all.iter().any(|truth| !matches!(truth, Truth::Yes | Truth::No)) {
            return Truth::Unknown;
        }
        let number = all.iter().filter(|truth| **truth == Truth::Yes).count();
        number_is(number, operator, wanted)
    }

    /// The expressions that rules about clusters use most; every other one is unknown.
    fn solved<'s>(&'s self, value: &str) -> Solved<'s>
    where
        'a: 's,
    {
        let inside = value.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).map(str::trim).unwrap_or_default();
        let field = |text: &str| {
            let name = text.trim().strip_prefix("field('")?.strip_suffix("')")?;
            (!name.contains('\'') || name.starts_with("tags[")).then(|| name.to_owned())
        };
        if inside == "resourcegroup().name" {
            let group = self.own.and_then(|cluster| cluster.id.resource_group());
            return Solved::Field(group.map_or(Selected::Unknown, |group| Selected::One(Some(group))));
        }
        if let Some(name) = field(inside) {
            return Solved::Field(self.select(&name));
        }
        let counted = inside.strip_prefix("length(").and_then(|rest| rest.strip_suffix(')')).and_then(field);
        match counted.map(|name| self.select(&name)) {
            Some(Selected::Each(values)) => Solved::Length(values.len()),
            _ => Solved::Field(Selected::Unknown),
        }
    }

    /// What the cluster at hand says of itself.
    fn of_own<'s>(&'s self, field: &str) -> Option<Selected<'s>>
    where
        'a: 's,
    {
        let cluster = self.own?;
        let tag =
            field.strip_prefix("tags[").and_then(|rest| rest.strip_suffix(']')).map(|name| name.trim_matches('\''));
        match (field, tag, &cluster.tags.reading) {
            ("name" | "fullname", ..) => Some(Selected::One(Some(&cluster.name))),
            ("id", ..) => Some(Selected::One(Some(cluster.id.as_str()))),
            ("location", ..) if !cluster.location.is_empty() => Some(Selected::One(Some(&cluster.location))),
            (_, Some(_), Reading::Absent) => Some(Selected::One(None)),
            (_, Some(name), Reading::Value(tags)) => {
                let found = tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
                Some(Selected::One(found.map(|(_, value)| value.as_str())))
            }
            _ => None,
        }
    }

    fn select<'s>(&'s self, field: &str) -> Selected<'s>
    where
        'a: 's,
    {
        if field == "type" {
            return Selected::One(Some(self.kind));
        }
        if let Some(own) = self.of_own(field) {
            return own;
        }
        if let Some((_, member)) = self.member.filter(|(alias, _)| *alias == field) {
            return Selected::One(Some(member));
        }
        let alias = field.strip_suffix("[*]");
        let stands = self.world.iter().find(|(name, _)| *name == alias.unwrap_or(field)).map(|(_, at)| *at);
        match (stands, alias) {
            (Some(At::List(values)), Some(_)) => Selected::Each(values),
            (Some(At::Nothing), Some(_)) => Selected::Each(&[]),
            (Some(At::Nothing), None) => Selected::One(None),
            (Some(At::Flag(on)), None) => Selected::One(Some(if on { "true" } else { "false" })),
            (Some(At::Object | At::List(_)), None) => Selected::Object,
            (Some(At::Flag(_) | At::Object), Some(_)) => Selected::Unknown,
            (None, _)
                if self.world.is_empty() && field.strip_prefix(self.kind).is_some_and(|rest| rest.starts_with('/')) =>
            {
                Selected::Any
            }
            (None, _) => Selected::Unknown,
        }
    }
}

/// What the value of a condition comes to.
enum Solved<'a> {
    Field(Selected<'a>),
    Length(usize),
}

fn number_is(number: usize, operator: &str, wanted: &Value) -> Truth {
    let limit = wanted.as_u64().or_else(|| wanted.as_str()?.parse().ok()).and_then(|n| usize::try_from(n).ok());
    let Some(limit) = limit else { return Truth::Unknown };
    match operator {
        "equals" => Truth::of(number == limit),
        "notequals" => Truth::of(number != limit),
        "less" => Truth::of(number < limit),
        "lessorequals" => Truth::of(number <= limit),
        "greater" => Truth::of(number > limit),
        "greaterorequals" => Truth::of(number >= limit),
        _ => Truth::Unknown,
    }
}

/// What a condition does with what it looks at.
fn operator(object: &Map<String, Value>) -> Option<(String, &Value)> {
    let mut operators = object
        .iter()
        .map(|(key, value)| (key.to_lowercase(), value))
        .filter(|(key, _)| !matches!(key.as_str(), "field" | "value" | "count"));
    let first = operators.next()?;
    operators.next().is_none().then_some(first)
}

fn exists(is_there: bool, wanted: &Value) -> Truth {
    match written(wanted).as_deref() {
        Some("true") => Truth::of(is_there),
        Some("false") => Truth::of(!is_there),
        _ => Truth::Unknown,
    }
}

fn compare(value: Option<&str>, operator: &str, wanted: &Value) -> Truth {
    let is = |text: &str| value.is_some_and(|value| value.eq_ignore_ascii_case(text));
    let one = |test: &dyn Fn(&str) -> bool| written(wanted).map_or(Truth::Unknown, |text| Truth::of(test(&text)));
    let within = || match wanted {
        Value::Array(items) => {
            let all: Option<Vec<String>> = items.iter().map(written).collect();
            all.map_or(Truth::Unknown, |all| Truth::of(all.iter().any(|text| is(text))))
        }
        _ => Truth::Unknown,
    };
    let like = |pattern: &str| value.is_some_and(|value| is_like(&value.to_lowercase(), pattern));
    let contains = |part: &str| value.is_some_and(|value| value.to_lowercase().contains(part));
    match operator {
        "equals" => one(&is),
        "notequals" => one(&is).not(),
        "in" => within(),
        "notin" => within().not(),
        "like" => one(&like),
        "notlike" => one(&like).not(),
        "contains" => one(&contains),
        "notcontains" => one(&contains).not(),
        "exists" => exists(value.is_some(), wanted),
        _ => Truth::Unknown,
    }
}

/// A literal in lower case; an expression is none.
fn written(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.starts_with('[') => None,
        Value::String(text) => Some(text.to_lowercase()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A pattern holds one `*` at most.
fn is_like(value: &str, pattern: &str) -> bool {
    match pattern.split_once('*') {
        None => value == pattern,
        Some((start, end)) => value.strip_prefix(start).is_some_and(|rest| rest.ends_with(end)),
    }
}
