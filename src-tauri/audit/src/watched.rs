//! Whether Azure Policy watches one thing on one cluster: what is assigned at it or above, switched off, or exempt.

use crate::days::moment;
use crate::rule::{Judgement, Subject, concluded, read_in};
use quay_model::{Cluster, Evidence, Fleet, PolicyAssignment, PolicyExemption, PolicyFacts, Reading, lists};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Built-in policies and the built-in initiatives that hold them, with their date and source.
const FACTS: &str = include_str!("facts/policy-watch.json");

#[derive(Debug, Default, Deserialize)]
struct Facts {
    policies: BTreeMap<String, Held>,
}

#[derive(Debug, Deserialize)]
struct Held {
    /// The initiative, and the reference by which it names the policy.
    initiatives: Vec<(String, String)>,
}

static PARSED: LazyLock<Facts> = LazyLock::new(|| serde_json::from_str(FACTS).unwrap_or_default());

/// Azure Policy's effects. A parameter with another value says none.
const EFFECTS: [&str; 10] = [
    "audit",
    "deny",
    "disabled",
    "auditifnotexists",
    "deployifnotexists",
    "modify",
    "append",
    "denyaction",
    "manual",
    "addtonetworkgroup",
];

/// What a policy has to test to count.
#[derive(Debug)]
pub(crate) struct Wanted {
    /// In words, after "watches".
    pub(crate) what: &'static str,
    pub(crate) built_in: &'static [&'static str],
    /// Whether the text of a custom rule, in lower case, speaks of it.
    pub(crate) speaks: fn(&str) -> bool,
}

/// One assignment that looks at the cluster for us.
#[derive(Debug)]
struct Watcher<'a> {
    assignment: &'a str,
    name: &'a str,
    definition: String,
    /// What a set calls the policy, empty without a set; `None` when only the outcome was read.
    reference: Option<String>,
    /// What Azure Policy itself said.
    exempt: bool,
    shown: Evidence,
}

#[derive(Debug, Default)]
struct Found<'a> {
    watchers: Vec<Watcher<'a>>,
    /// Assignments that would watch and are switched off.
    off: Vec<&'a str>,
    /// Assignments that name something custom that was not read.
    unread: Vec<&'a str>,
    reaching: usize,
}

/// Whether a watcher is held back, in rising order: the worst of several exemptions counts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Free,
    Until(String),
    Unclear(String),
    Exempt(String),
}

enum Test {
    Wanted { off_by_default: bool },
    Other,
    Unread,
}

pub(crate) fn judge(subject: &Subject<'_>, wanted: &Wanted) -> Judgement {
    let found = gather(subject.fleet, subject.cluster, wanted);
    if found.watchers.is_empty() {
        return unwatched(subject, wanted, &found);
    }
    let mut names: Vec<&str> = found.watchers.iter().map(|watcher| watcher.name).collect();
    names.dedup();
    let names = names.join(", ");
    let mut shown: Vec<Evidence> = Vec::new();
    let mut standings: Vec<(&str, Standing)> = Vec::new();
    for watcher in &found.watchers {
        shown.push(watcher.shown.clone());
        standings.push((watcher.name, standing(subject, watcher, &mut shown)));
    }
    standings.sort_by(|a, b| a.1.cmp(&b.1));
    let what = wanted.what;
    let exemptions = subject.fleet.known.whole(lists::POLICY_EXEMPTIONS, &subject.cluster.id);
    let judgement = match (exemptions, standings.first()) {
        (Err(why), _) => Judgement::not_assessed(format!(
            "Assigned to watch {what}: {names}. Whether the cluster is exempt was not read: {why}."
        )),
        (Ok(()), Some((name, Standing::Until(until)))) => {
            Judgement::pass(format!("The policy assignment {name} watches {what}, but {until}."))
        }
        (Ok(()), Some((name, Standing::Unclear(why)))) => Judgement::not_assessed(format!(
            "The policy assignment {name} watches {what}, but whether the cluster is exempt is not known: {why}."
        )),
        (Ok(()), Some((name, Standing::Exempt(why)))) => {
            Judgement::fail(format!("The policy assignment {name} would watch {what}, but {why}."))
        }
        (Ok(()), Some((name, Standing::Free))) => {
            Judgement::pass(format!("The policy assignment {name} watches {what}."))
        }
        (Ok(()), None) => Judgement::not_assessed("No policy assignment was read."),
    };
    shown.into_iter().fold(judgement, Judgement::with)
}

fn unwatched(subject: &Subject<'_>, wanted: &Wanted, found: &Found<'_>) -> Judgement {
    let (known, id, what) = (&subject.fleet.known, &subject.cluster.id, wanted.what);
    let judgement = match (known.whole(lists::POLICY_ASSIGNMENTS, id), known.whole(lists::POLICY_DEFINITIONS, id)) {
        (Err(why), _) => Judgement::not_assessed(format!(
            "No policy that watches {what} was seen, but not every assignment was read: {why}."
        )),
        (Ok(()), Err(why)) if !found.unread.is_empty() => Judgement::not_assessed(format!(
            "What these assignments test was not read, so they may watch {what}: {}; {why}.",
            found.unread.join(", ")
        )),
        _ if !found.off.is_empty() => {
            Judgement::fail(format!("No policy watches {what}: the effect is Disabled in {}.", found.off.join(", ")))
        }
        _ => Judgement::fail(format!("No policy assignment watches {what}.")),
    };
    let observed =
        format!("{} assignments reach the cluster, {} of them switched off", found.reaching, found.off.len());
    judgement.with(concluded("policyAssignments", observed, format!("one that watches {what}")))
}

fn gather<'a>(fleet: &'a Fleet, cluster: &Cluster, wanted: &Wanted) -> Found<'a> {
    let policy = &fleet.around.policy;
    let mut found = Found::default();
    for assignment in policy.assignments.iter().filter(|assignment| reaches(fleet, cluster, assignment)) {
        found.reaching += 1;
        let Some(members) = members(policy, assignment) else {
            found.unread.push(&assignment.name);
            continue;
        };
        for (reference, definition) in members {
            // of a set only the end of each id is known, and a built-in policy of ours is no custom one
            let custom = !is_built_in(&assignment.definition) && !PARSED.policies.contains_key(&definition);
            match test_of(policy, wanted, &definition, custom) {
                Test::Other => {}
                Test::Unread => found.unread.push(&assignment.name),
                Test::Wanted { off_by_default } if is_off(assignment, &reference, &definition, off_by_default) => {
                    found.off.push(&assignment.name);
                }
                Test::Wanted { .. } => found.watchers.push(Watcher {
                    assignment: &assignment.id,
                    name: &assignment.name,
                    shown: shown(assignment, &definition),
                    definition,
                    reference: Some(reference),
                    exempt: false,
                }),
            }
        }
    }
    for state in policy.states.get(cluster.id.lower()).into_iter().flatten() {
        if !matches!(test_of(policy, wanted, &state.definition, false), Test::Wanted { .. }) {
            continue;
        }
        let exempt = state.state.eq_ignore_ascii_case("exempt");
        let mut known = false;
        let same = |watcher: &&mut Watcher<'_>| {
            watcher.assignment == state.assignment && watcher.definition == state.definition
        };
        for watcher in found.watchers.iter_mut().filter(same) {
            watcher.exempt |= exempt;
            known = true;
        }
        if !known {
            let name = last(&state.assignment);
            found.watchers.push(Watcher {
                assignment: &state.assignment,
                name: if name.is_empty() { &state.definition } else { name },
                definition: state.definition.clone(),
                reference: None,
                exempt,
                shown: read_in("complianceState", state.state.as_str(), "evaluated, not exempt", state.source.as_str()),
            });
        }
    }
    found.off.dedup();
    found.unread.dedup();
    found
}

fn shown(assignment: &PolicyAssignment, definition: &str) -> Evidence {
    let reports_only =
        assignment.enforced.reading.value().is_some_and(|mode| mode.eq_ignore_ascii_case("DoNotEnforce"));
    let mode = if reports_only { ", DoNotEnforce: it only reports" } else { "" };
    let observed = format!("{definition} assigned by {}{mode}", assignment.id);
    read_in(
        "properties.policyDefinitionId",
        observed,
        "assigned, and its effect not Disabled",
        assignment.source.as_str(),
    )
}

fn reaches(fleet: &Fleet, cluster: &Cluster, assignment: &PolicyAssignment) -> bool {
    // Azure lists an assignment only to those it concerns: a management group nobody placed counts as above
    is_above(fleet, cluster, &assignment.scope, true)
        && !assignment.not_scopes.iter().any(|scope| is_above(fleet, cluster, scope, false))
}

/// Whether a scope is the cluster or holds it. `unplaced` answers for management groups when the chain is not known.
fn is_above(fleet: &Fleet, cluster: &Cluster, scope: &str, unplaced: bool) -> bool {
    let scope = scope.trim_end_matches('/');
    if let Some((_, group)) = scope.split_once("/managementgroups/") {
        let chain = fleet.around.above.get(cluster.subscription()).filter(|chain| !chain.is_empty());
        return chain.map_or(unplaced, |chain| chain.iter().any(|name| name == group));
    }
    cluster.id.lower().strip_prefix(scope).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

/// Built-in definitions hang on no scope.
fn is_built_in(definition: &str) -> bool {
    definition.starts_with("/providers/microsoft.authorization/")
}

/// The policies behind an assignment, each with its reference in the set; `None` for a custom set that was not read.
fn members(policy: &PolicyFacts, assignment: &PolicyAssignment) -> Option<Vec<(String, String)>> {
    let name = last(&assignment.definition);
    if !assignment.definition.contains("/policysetdefinitions/") {
        return Some(vec![(String::new(), name.to_owned())]);
    }
    if let Some(set) = policy.sets.get(name) {
        return Some(set.members.clone());
    }
    let of_facts = || {
        let pairs = PARSED.policies.iter().flat_map(|(id, held)| held.initiatives.iter().map(move |pair| (id, pair)));
        pairs
            .filter(|(_, (initiative, _))| initiative == name)
            .map(|(id, (_, reference))| (reference.to_lowercase(), id.clone()))
            .collect()
    };
    is_built_in(&assignment.definition).then(of_facts)
}

fn test_of(policy: &PolicyFacts, wanted: &Wanted, definition: &str, custom: bool) -> Test {
    if wanted.built_in.contains(&definition) {
        return Test::Wanted { off_by_default: false };
    }
    match policy.definitions.get(definition) {
        Some(read) if (wanted.speaks)(&read.rule) => {
            Test::Wanted { off_by_default: read.effect.eq_ignore_ascii_case("disabled") }
        }
        None if custom => Test::Unread,
        Some(_) | None => Test::Other,
    }
}

/// Whether the assignment switches the policy off. A set has one parameter for each of its policies.
fn is_off(assignment: &PolicyAssignment, reference: &str, definition: &str, off_by_default: bool) -> bool {
    let is_set = assignment.definition.contains("/policysetdefinitions/");
    let speaks = |name: &str| {
        if is_set {
            let named = !reference.is_empty() && name.contains(reference);
            named || name.contains(definition) || name == "effect"
        } else {
            name.contains("effect")
        }
    };
    let said: Vec<String> = assignment
        .effects
        .iter()
        .filter(|(name, _)| speaks(name))
        .map(|(_, value)| value.to_lowercase())
        .filter(|value| EFFECTS.contains(&value.as_str()))
        .collect();
    if said.is_empty() { off_by_default } else { said.iter().any(|effect| effect == "disabled") }
}

fn standing(subject: &Subject<'_>, watcher: &Watcher<'_>, shown: &mut Vec<Evidence>) -> Standing {
    let fleet = subject.fleet;
    let speaks = |exemption: &&PolicyExemption| {
        let named = match &watcher.reference {
            Some(reference) => exemption.references.contains(reference),
            None => watcher.exempt,
        };
        exemption.assignment == watcher.assignment
            && (exemption.references.is_empty() || named)
            && is_above(fleet, subject.cluster, &exemption.scope, true)
    };
    let mut worst = Standing::Free;
    for exemption in fleet.around.policy.exemptions.iter().filter(speaks) {
        let name = &exemption.name;
        let (ends, found) = match &exemption.ends {
            Reading::Absent => ("none", Standing::Exempt(format!("{name} exempts the cluster without an end"))),
            Reading::Unreadable(why) => ("unreadable", Standing::Unclear(format!("the end of {name}: {why}"))),
            Reading::Value(text) => match (moment(text), moment(subject.as_of)) {
                (Some(end), Some(now)) if end <= now => continue,
                (Some(_), Some(_)) => {
                    (text.as_str(), Standing::Until(format!("{name} exempts the cluster until {text}")))
                }
                _ => (text.as_str(), Standing::Unclear(format!("the end of {name}, {text:?}, is no moment"))),
            },
        };
        shown.push(read_in("properties.expiresOn", ends, "a date, or no exemption", exemption.source.as_str()));
        worst = worst.max(found);
    }
    if worst == Standing::Free && watcher.exempt {
        return Standing::Exempt("the cluster is exempt, and the exemption was not read".to_owned());
    }
    worst
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn the_facts_are_whole_and_dated() {
        let whole: Value = serde_json::from_str(FACTS).unwrap_or_default();
        assert_eq!(whole["source"]["date"], "2026-04-29");
        assert_eq!(whole["source"]["commit"].as_str().map(str::len), Some(40));
        let held = |id: &str| PARSED.policies.get(id).map_or(0, |held| held.initiatives.len());
        assert_eq!(held("0e246bcf-5f6f-4f87-bc6f-775d4712c7ea"), 23);
        assert_eq!(held("040732e8-d947-40b8-95d6-854c95024bf8"), 1);
        assert_eq!(held("993c2fcd-2b29-49d2-9eb0-df2c3a730c32"), 0, "no built-in initiative watches local accounts");
        let lower = PARSED.policies.keys().all(|id| *id == id.to_lowercase());
        assert!(lower, "ids are compared in lower case");
    }

    #[test]
    fn the_worst_of_several_exemptions_counts() {
        let unclear = || Standing::Unclear(String::new());
        assert!(Standing::Free < Standing::Until("z".into()));
        assert!(Standing::Until("z".into()) < unclear());
        assert!(unclear() < Standing::Exempt(String::new()));
    }
}
