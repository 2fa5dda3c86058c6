//! Which service identities hold a right on a cluster, by the role assignments that reach it. People are left out, and
//! so are groups, whose members are not read.

use crate::reach::{Held, name_of};
use crate::rule::{Judgement, Subject, concluded};
use quay_model::{Evidence, Fleet};
use std::collections::BTreeSet;

pub(crate) const PATH: &str = "roleAssignments";

/// So many are named in a reason; the evidence has more.
const NAMED: usize = 3;
/// So many get a line of evidence; the rest are counted.
const SHOWN: usize = 8;
/// A condition is a program; its start is enough to find it again.
const CONDITION: usize = 120;

/// How far one assignment gives a right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Gives {
    Wholly,
    /// Within a condition of the assignment, which nobody evaluates here.
    Limited,
    Nothing,
}

impl Gives {
    pub(crate) fn wholly_if(holds: bool) -> Gives {
        if holds { Gives::Wholly } else { Gives::Nothing }
    }
}

/// One right that a service identity should not hold.
pub(crate) struct Right {
    /// What it lets its holder do, after "may".
    pub(crate) to: &'static str,
    pub(crate) gives: fn(&Held<'_>) -> Gives,
}

/// The assignments that matter for one right, by what they say about it.
#[derive(Default)]
struct Sorted<'a> {
    holders: Vec<&'a Held<'a>>,
    limited: Vec<&'a Held<'a>>,
    /// Whoever holds it was not told to be a service or a person.
    untold: Vec<&'a Held<'a>>,
    /// Nobody here knows what their role allows.
    unknown: Vec<&'a Held<'a>>,
    /// Nobody here knows whether their management group holds the cluster.
    unplaced: Vec<&'a Held<'a>>,
    groups: BTreeSet<&'a str>,
    services: usize,
}

fn sort<'a>(subject: &Subject<'a>, right: &Right) -> Sorted<'a> {
    let mut sorted = Sorted::default();
    for held in subject.reached.held.iter().filter(|held| !held.eligible) {
        let kind = &*held.assignment.principal_type;
        let gives = (right.gives)(held);
        // a resource's own identity is a service, whether the answer says so or not
        let resource = subject.fleet.around.directory.identity(&held.assignment.principal);
        let is_service = held.assignment.is_service() || (kind.is_empty() && resource.is_some());
        if kind.eq_ignore_ascii_case("Group") || kind.eq_ignore_ascii_case("ForeignGroup") {
            if gives != Gives::Nothing {
                sorted.groups.insert(&held.assignment.principal);
            }
            continue;
        }
        // people; what is neither told nor known here may be a service
        if !is_service && ["user", "device"].iter().any(|person| kind.eq_ignore_ascii_case(person)) {
            continue;
        }
        sorted.services += usize::from(is_service);
        match (gives, is_service) {
            (Gives::Wholly | Gives::Limited, _) if !held.placed => sorted.unplaced.push(held),
            (Gives::Wholly, true) => sorted.holders.push(held),
            (Gives::Limited, true) => sorted.limited.push(held),
            (Gives::Wholly | Gives::Limited, false) => sorted.untold.push(held),
            (Gives::Nothing, _) if held.role.is_none() => sorted.unknown.push(held),
            (Gives::Nothing, _) => {}
        }
    }
    // the order in which Azure answered tells nothing
    let Sorted { holders, limited, untold, unknown, unplaced, .. } = &mut sorted;
    for list in [holders, limited, untold, unknown, unplaced] {
        list.sort_by(|a, b| a.assignment.key().cmp(&b.assignment.key()));
    }
    sorted
}

/// Fails when a service identity holds the right; anything unclear keeps it from passing.
pub(crate) fn judge(subject: &Subject<'_>, right: &Right) -> Judgement {
    let fleet = subject.fleet;
    let Right { to, .. } = right;
    let expected = format!("no service identity that may {to}");
    let Sorted { holders, limited, untold, unknown, unplaced, groups, services } = sort(subject, right);
    if !holders.is_empty() {
        let start = match holders.len() {
            1 => format!("A service identity may {to}"),
            many => format!("{many} role assignments let service identities {to}"),
        };
        let reason = format!("{start}: {}.{}", listed(fleet, &holders), replaceable(subject, &holders));
        return with_each(Judgement::fail(reason), fleet, &holders, &expected);
    }
    let mut open: Vec<String> = Vec::new();
    if let Some(why) = &subject.reached.incomplete {
        open.push(format!("Who holds roles here is not wholly known: {why}."));
    }
    for (words, held) in [
        ("Nobody here knows what this role allows", &unknown),
        ("Whether this is a service identity was not told", &untold),
        ("Whether this management group holds the cluster was not read", &unplaced),
        ("This right is limited by a condition that is not evaluated here", &limited),
    ] {
        if !held.is_empty() {
            open.push(format!("{words}: {}.", listed(fleet, held)));
        }
    }
    let seen = match &subject.reached.incomplete {
        Some(why) => why.clone(),
        None => format!("assignments to service identities that reach the cluster: {services}"),
    };
    let judgement = if open.is_empty() {
        Judgement::pass(format!("No service identity may {to}.{}", beside(groups.len())))
    } else {
        let unclear: Vec<&Held<'_>> = unknown.into_iter().chain(untold).chain(limited).chain(unplaced).collect();
        with_each(Judgement::not_assessed(open.join(" ")), fleet, &unclear, &expected)
    };
    judgement.with(concluded(PATH, seen, expected))
}

fn beside(groups: usize) -> String {
    match groups {
        0 => String::new(),
        1 => " 1 group holds it too; its members were not read.".to_owned(),
        many => format!(" {many} groups hold it too; their members were not read."),
    }
}

/// The holders whose service has a Trusted Access role.
fn replaceable(subject: &Subject<'_>, holders: &[&Held<'_>]) -> String {
    let name = |held: &&Held<'_>| {
        let identity = subject.fleet.around.directory.identity(&held.assignment.principal)?;
        subject.roles.needed_by(&identity.kind)?;
        Some(identity.name.as_str())
    };
    let names: BTreeSet<&str> = holders.iter().filter_map(name).collect();
    if names.is_empty() {
        return String::new();
    }
    let names: Vec<&str> = names.into_iter().collect();
    format!(" A Trusted Access binding can take its place for {}.", names.join(", "))
}

/// Who holds what where, in words.
pub(crate) fn listed(fleet: &Fleet, held: &[&Held<'_>]) -> String {
    let mut named: Vec<String> = held.iter().take(NAMED).map(|held| words(fleet, held)).collect();
    if held.len() > NAMED {
        named.push(format!("and {} more", held.len() - NAMED));
    }
    named.join("; ")
}

fn words(fleet: &Fleet, held: &Held<'_>) -> String {
    let assignment = held.assignment;
    let name = name_of(fleet, assignment);
    let resource = match fleet.around.directory.identity(&assignment.principal) {
        Some(identity) => format!(" ({})", identity.resource),
        None => String::new(),
    };
    let condition = match &assignment.condition {
        Some(condition) => format!(" under the condition \"{}\"", shortened(condition)),
        None => String::new(),
    };
    format!("{name}{resource} holds {} on {}{condition}", held.role_name(), held.place())
}

fn shortened(condition: &str) -> String {
    let flat = condition.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(CONDITION) {
        Some((at, _)) => format!("{}…", flat.get(..at).unwrap_or_default()),
        None => flat,
    }
}

/// A line of evidence for each assignment, with the document it was read from.
pub(crate) fn with_each(judgement: Judgement, fleet: &Fleet, held: &[&Held<'_>], expected: &str) -> Judgement {
    let line = |held: &&Held<'_>| Evidence {
        path: PATH.into(),
        observed: format!("{}: {} at {}", name_of(fleet, held.assignment), held.role_name(), held.place()).into(),
        expected: expected.to_owned().into(),
        source: held.assignment.source().into(),
    };
    let judgement = held.iter().take(SHOWN).map(line).fold(judgement, Judgement::with);
    if held.len() > SHOWN {
        return judgement.with(concluded(PATH, format!("{} in all", held.len()), expected.to_owned()));
    }
    judgement
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_condition_is_quoted_on_one_line_and_cut_between_letters() {
        assert_eq!(shortened("a\n  b"), "a b");
        assert_eq!(shortened(&"é".repeat(CONDITION)), "é".repeat(CONDITION));
        assert_eq!(shortened(&"é".repeat(CONDITION + 1)), format!("{}…", "é".repeat(CONDITION)));
    }

    #[test]
    fn groups_are_counted_in_words() {
        assert_eq!(beside(0), "");
        assert!(beside(1).contains("1 group holds") && beside(2).contains("2 groups hold"));
    }
}
