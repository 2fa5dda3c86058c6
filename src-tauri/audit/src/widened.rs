//! Whether the Kubernetes rules behind a role allow more than when the role was first seen in a location. A role widens
//! without any change to a binding.

use crate::days::moment;
use quay_model::{Fleet, Memory, Role, RoleCatalogue};
use std::collections::BTreeSet;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// No more than then.
    Same {
        since: String,
    },
    Wider {
        since: String,
        more: Vec<String>,
    },
    /// The location no longer offers the role.
    NotOffered,
    /// Nobody can compare, and why.
    Unknown(String),
}

pub(crate) fn change_of(fleet: &Fleet, memory: &Memory, location: &str, qualified: &str, as_of: &str) -> Change {
    let here = |catalogue: &&RoleCatalogue| catalogue.location.eq_ignore_ascii_case(location);
    let Some(current) = fleet.role_catalogues.iter().find(here) else {
        return Change::Unknown(format!("the role catalogue of {location} was not read"));
    };
    let now = match named(current, qualified) {
        Some(role) if role.rules.is_empty() => {
            return Change::Unknown(format!("the catalogue of {location} does not give the rules of {qualified}"));
        }
        Some(role) => role,
        None if current.whole => return Change::NotOffered,
        None => {
            let why = format!("{qualified} may be on a part of the catalogue of {location} that was not read");
            return Change::Unknown(why);
        }
    };
    let earlier = memory.role_catalogues.iter().chain(&fleet.earlier_roles).filter(here);
    // a catalogue of no day, or of a day to come, was not seen first
    let dated = earlier
        .filter(|catalogue| moment(&catalogue.as_of).is_some_and(|day| moment(as_of).is_none_or(|now| day <= now)));
    let first = dated
        .filter_map(|catalogue| Some((catalogue, named(catalogue, qualified)?)))
        .filter(|(_, role)| !role.rules.is_empty())
        .min_by(|(a, _), (b, _)| (moment(&a.as_of), &a.as_of).cmp(&(moment(&b.as_of), &b.as_of)));
    let Some((catalogue, then)) = first else {
        return Change::Unknown(format!("{qualified} was first seen today, nothing to compare with yet"));
    };
    let before = allowed(then);
    let wider = allowed(now).into_iter().filter(|new| !before.iter().any(|old| old.covers(new)));
    let more: Vec<String> = wider.map(|new| new.words()).collect();
    let since = catalogue.as_of.clone();
    if more.is_empty() { Change::Same { since } } else { Change::Wider { since, more } }
}

fn named<'a>(catalogue: &'a RoleCatalogue, qualified: &str) -> Option<&'a Role> {
    catalogue.roles.iter().find(|role| role.qualified_name().eq_ignore_ascii_case(qualified))
}

/// One thing that a role allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Allowed<'a> {
    verb: &'a str,
    /// `None` for a path that is no resource.
    group: Option<&'a str>,
    /// The resource or the path.
    what: &'a str,
    /// Empty for every name.
    name: &'a str,
}

impl Allowed<'_> {
    fn covers(&self, other: &Allowed<'_>) -> bool {
        let same = |own: &str, theirs: &str| own == "*" || own.eq_ignore_ascii_case(theirs);
        let place = match (self.group, other.group) {
            (Some(own), Some(theirs)) => same(own, theirs) && same(self.what, other.what),
            // a path may end in an asterisk for all that begins so
            (None, None) => {
                same(self.what, other.what)
                    || self.what.strip_suffix('*').is_some_and(|start| other.what.starts_with(start))
            }
            (Some(_), None) | (None, Some(_)) => false,
        };
        place && same(self.verb, other.verb) && (self.name.is_empty() || self.name == other.name)
    }

    fn words(&self) -> String {
        let verb = if self.verb == "*" { "do anything with" } else { self.verb };
        let what = match (self.group, self.what) {
            (Some(_), "*") => "every resource",
            (_, what) => what,
        };
        let group = match self.group {
            None | Some("") => String::new(),
            Some("*") => " (any group)".to_owned(),
            Some(group) => format!(" ({group})"),
        };
        let name = if self.name.is_empty() { String::new() } else { format!(" named {}", self.name) };
        format!("{verb} {what}{group}{name}")
    }
}

fn allowed(role: &Role) -> BTreeSet<Allowed<'_>> {
    let mut all = BTreeSet::new();
    for rule in &role.rules {
        for verb in &rule.verbs {
            for what in &rule.resources {
                for group in or_empty(&rule.api_groups) {
                    for name in or_empty(&rule.resource_names) {
                        all.insert(Allowed { verb, group: Some(group), what, name });
                    }
                }
            }
            for what in &rule.non_resource_urls {
                all.insert(Allowed { verb, group: None, what, name: "" });
            }
        }
    }
    all
}

/// A list that was left out stands for the core group, or for every name.
fn or_empty(list: &[String]) -> Vec<&str> {
    if list.is_empty() { vec![""] } else { list.iter().map(String::as_str).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::AS_OF;
    use quay_model::RoleRule;

    const ROLE: &str = "Microsoft.X/y/z";

    fn rule(verbs: &[&str], group: &str, what: &[&str], names: &[&str]) -> RoleRule {
        let own = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        let path = what.iter().any(|text| text.starts_with('/'));
        RoleRule {
            verbs: own(verbs),
            api_groups: vec![group.to_owned()],
            resources: if path { Vec::new() } else { own(what) },
            resource_names: own(names),
            non_resource_urls: if path { own(what) } else { Vec::new() },
        }
    }

    fn catalogue(as_of: &str, location: &str, rules: Vec<RoleRule>) -> RoleCatalogue {
        let role = Role { source_resource_type: "microsoft.x/Y".into(), name: "z".into(), rules };
        RoleCatalogue {
            location: location.into(),
            as_of: as_of.into(),
            dated: true,
            source: String::new(),
            roles: vec![role],
            whole: true,
            disputed: Vec::new(),
        }
    }

    fn compared(then: Vec<RoleRule>, now: Vec<RoleRule>) -> Change {
        let fleet = Fleet { role_catalogues: vec![catalogue("today", "eastus", now)], ..Fleet::default() };
        let earlier = vec![catalogue("2026-01-01T00:00:00Z", "eastus", then)];
        change_of(&fleet, &Memory { role_catalogues: earlier, ..Memory::default() }, "eastus", ROLE, AS_OF)
    }

    #[test]
    fn only_what_was_not_covered_before_is_wider() {
        let pods = || rule(&["get"], "", &["pods"], &[]);
        type Row = (&'static str, Vec<RoleRule>, Vec<RoleRule>, &'static [&'static str]);
        let rows: [Row; 9] = [
            ("the same", vec![pods()], vec![pods()], &[]),
            ("narrower", vec![rule(&["*"], "*", &["*"], &[])], vec![pods()], &[]),
            ("a resource", vec![pods()], vec![rule(&["get"], "", &["pods", "secrets"], &[])], &["get secrets"]),
            ("a verb", vec![pods()], vec![rule(&["get", "create"], "", &["pods"], &[])], &["create pods"]),
            ("a group", vec![pods()], vec![pods(), rule(&["get"], "apps", &["pods"], &[])], &["get pods (apps)"]),
            ("everything", vec![pods()], vec![rule(&["*"], "", &["*"], &[])], &["do anything with every resource"]),
            ("one name before", vec![rule(&["get"], "", &["pods"], &["a"])], vec![pods()], &["get pods"]),
            ("one name now", vec![pods()], vec![rule(&["get"], "", &["pods"], &["a"])], &[]),
            (
                "a path",
                vec![rule(&["get"], "", &["/metrics/*"], &[])],
                vec![rule(&["get"], "", &["/metrics/a", "/logs"], &[])],
                &["get /logs"],
            ),
        ];
        for (about, then, now, expected) in rows {
            let since = "2026-01-01T00:00:00Z".to_owned();
            let more: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
            let expected = if more.is_empty() { Change::Same { since } } else { Change::Wider { since, more } };
            assert_eq!(compared(then, now), expected, "{about}");
        }
    }

    #[test]
    fn what_was_not_read_is_not_compared() {
        let pods = || vec![rule(&["get"], "", &["pods"], &[])];
        let secrets = || vec![rule(&["get"], "", &["secrets"], &[])];
        let unknown = |change: Change| matches!(change, Change::Unknown(_));
        assert!(unknown(compared(vec![], pods())), "the first catalogue does not give the rules");
        assert!(unknown(compared(pods(), vec![])), "today's does not");
        let mut fleet = Fleet { earlier_roles: vec![catalogue("2025-11-07", "eastus", pods())], ..Fleet::default() };
        let memory = Memory::default();
        assert!(unknown(change_of(&fleet, &memory, "eastus", ROLE, AS_OF)), "no catalogue of today");
        fleet.role_catalogues.push(catalogue("today", "eastus", secrets()));
        let memory = Memory { role_catalogues: vec![catalogue("2026-01-01T00:00:00Z", "eastus", secrets())], ..memory };
        let since = "2025-11-07".to_owned();
        let wider = Change::Wider { since, more: vec!["get secrets".to_owned()] };
        assert_eq!(
            change_of(&fleet, &memory, "eastus", ROLE, AS_OF),
            wider,
            "the oldest catalogue counts, wherever it is"
        );
        assert_eq!(change_of(&fleet, &memory, "eastus", "Microsoft.X/y/other", AS_OF), Change::NotOffered);
        fleet.role_catalogues.iter_mut().for_each(|catalogue| catalogue.whole = false);
        assert!(unknown(change_of(&fleet, &memory, "eastus", "Microsoft.X/y/other", AS_OF)), "only a part was read");
        fleet.role_catalogues.push(catalogue("today", "westus", pods()));
        assert!(unknown(change_of(&fleet, &memory, "westus", ROLE, AS_OF)), "another location proves nothing");
    }
}
