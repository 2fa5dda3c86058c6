//! Ownership tags: keys in any spelling, slips of the pen, values that say nothing.

use crate::owned::tags_of;
use crate::rule::{Judgement, Subject, concluded};
use quay_model::{Evidence, Field, Name, Reading, TagRule, lists};
use std::collections::BTreeMap;

type Tags = BTreeMap<String, String>;

/// Values people write to silence a policy.
const PLACEHOLDERS: [&str; 12] =
    ["tbd", "tba", "todo", "none", "n/a", "na", "unknown", "-", "x", "xxx", "test", "changeme"];

/// A key that is one slip away from an accepted one: a letter too many, too few, wrong, or two swapped.
pub(crate) fn near_miss<'a>(tags: &'a Tags, rule: &'a TagRule) -> Option<(&'a str, &'a str)> {
    tags.keys().find_map(|key| {
        let written = TagRule::plain(key);
        rule.keys
            .iter()
            .find(|meant| one_slip_apart(&written, &TagRule::plain(meant)))
            .map(|meant| (key.as_str(), meant.as_str()))
    })
}

/// Short words are one slip away from too many others.
const SHORTEST_FOR_SLIPS: usize = 4;

fn one_slip_apart(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a == b || a.len().min(b.len()) < SHORTEST_FOR_SLIPS {
        return false;
    }
    let same_start = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (rest_a, rest_b) = (a.get(same_start..).unwrap_or_default(), b.get(same_start..).unwrap_or_default());
    match (rest_a, rest_b) {
        ([x1, x2, tail_a @ ..], [y1, y2, tail_b @ ..]) if x1 == y2 && x2 == y1 && tail_a == tail_b => true,
        ([_, tail_a @ ..], longer_or_other) if tail_a == longer_or_other => true,
        (shorter_or_other, [_, tail_b @ ..]) if shorter_or_other == tail_b => true,
        // a wrong letter counts in long words only: `tear` is not meant to be `team`
        ([_, tail_a @ ..], [_, tail_b @ ..]) => a.len() > SHORTEST_FOR_SLIPS && tail_a == tail_b,
        _ => false,
    }
}

/// What is wrong with a value, if something is.
pub(crate) fn problem(key: &str, value: &str, rule: &TagRule) -> Option<String> {
    let value = value.trim();
    if value.is_empty() || PLACEHOLDERS.contains(&value.to_lowercase().as_str()) {
        return Some(format!("{key} says {value:?}, which names nobody"));
    }
    if !rule.allowed.is_empty() && !rule.allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(value)) {
        return Some(format!("{key} says {value:?}, which is none of the allowed values"));
    }
    if !rule.pattern.is_empty() {
        return match regex_lite::Regex::new(&rule.pattern) {
            Ok(pattern) if pattern.is_match(value) => None,
            Ok(_) => Some(format!("{key} says {value:?}, which does not match {}", rule.pattern)),
            Err(_) => Some(format!(
                "{key} could not be checked: the pattern {} in the settings is no regular expression",
                rule.pattern
            )),
        };
    }
    None
}

pub(crate) fn evidence(tags: &Field<Tags>, expected: impl Into<Name>) -> Evidence {
    let observed = match &tags.reading {
        Reading::Value(tags) if tags.is_empty() => "{}".to_owned(),
        Reading::Value(tags) => tags.iter().map(|(key, value)| format!("{key}={value}")).collect::<Vec<_>>().join(", "),
        Reading::Absent => "absent (no tags)".to_owned(),
        Reading::Unreadable(why) => format!("unreadable: {why}"),
    };
    concluded(tags.path, observed, expected)
}

/// Whether the tag is there and says something.
pub(crate) fn is_named(subject: &Subject<'_>, rule: &TagRule, which: &str) -> Judgement {
    let tags = &subject.cluster.tags;
    let evidence = evidence(tags, format!("one of {} with a value", rule.keys.join(", ")));
    let none = Tags::new();
    let present = match &tags.reading {
        Reading::Value(present) => present,
        Reading::Absent => &none,
        Reading::Unreadable(why) => {
            return Judgement::not_assessed(format!("The tags could not be read: {why}.")).with(evidence);
        }
    };
    let own = rule.find(present);
    if let Some((key, value)) = own.filter(|(_, value)| !value.trim().is_empty()) {
        return Judgement::pass(format!("The {which} is named: {key}={value}.")).with(evidence);
    }
    // an empty tag says as little as none
    match (inherited(subject, rule), own) {
        (Some(Ok((place, key, value))), _) => {
            Judgement::pass(format!("The {which} is named on the {place}: {key}={value}."))
        }
        (Some(Err(why)), _) => Judgement::not_assessed(format!(
            "The cluster names no {which}, and the tags above it were not read ({why})."
        )),
        (None, Some((key, _))) => Judgement::fail(format!("The tag {key} is there but empty.")),
        (None, None) => without(present, rule, which),
    }
    .with(evidence)
}

/// The tag of the resource group or the subscription, where the settings let those count.
fn inherited<'a>(subject: &Subject<'a>, rule: &TagRule) -> Option<Result<(&'static str, &'a str, &'a str), String>> {
    if !subject.settings.inherit_tags {
        return None;
    }
    let above =
        tags_of(subject.fleet, subject.cluster, subject.settings).into_iter().filter(|(place, _)| *place != "cluster");
    let named = above.filter_map(|(place, tags)| rule.find(tags).map(|(key, value)| (place, key, value)));
    if let Some(found) = named.into_iter().find(|(_, _, value)| !value.trim().is_empty()) {
        return Some(Ok(found));
    }
    subject.fleet.known.whole(lists::CONTAINERS, &subject.cluster.id).err().map(Err)
}

fn without(present: &Tags, rule: &TagRule, which: &str) -> Judgement {
    match near_miss(present, rule) {
        Some((key, meant)) => {
            Judgement::fail(format!("No tag names the {which}; {key} looks like a slip for {meant}."))
        }
        None => Judgement::fail(format!("No tag names the {which}.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        for (written, meant) in [
            ("onwer", "owner"),
            ("ownr", "owner"),
            ("ownerr", "owner"),
            ("oener", "owner"),
            ("costcenterr", "costcenter"),
        ] {
            assert!(one_slip_apart(written, meant), "{written} is a slip for {meant}");
        }
        for (written, meant) in
            [("owner", "owner"), ("tier", "team"), ("tear", "team"), ("region", "owner"), ("cc", "c")]
        {
            assert!(!one_slip_apart(written, meant), "{written} is no slip for {meant}");
        }
    }

    #[test]
    fn values_follow_pattern_and_list() {
        let rule = TagRule { keys: vec!["cc".into()], pattern: "^CC-[0-9]{4}$".into(), allowed: vec![] };
        assert_eq!(problem("cc", "CC-1234", &rule), None);
        assert!(problem("cc", "1234", &rule).is_some());
        let rule = TagRule { keys: vec!["cc".into()], pattern: "(".into(), allowed: vec![] };
        assert!(
            problem("cc", "1234", &rule).is_some_and(|p| p.contains("settings")),
            "a bad pattern is said, not swallowed"
        );
        let rule = TagRule { keys: vec!["cc".into()], pattern: String::new(), allowed: vec!["a".into()] };
        assert!(problem("cc", "b", &rule).is_some());
        assert_eq!(problem("cc", "A", &rule), None);
    }
}
