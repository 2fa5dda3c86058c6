//! Whether Azure Policy watches one thing on one cluster: what is assigned at it or above, switched off, or exempt.

use crate::days::moment;
use crate::policy::assigned::{Part, evidence, is_built_in, last, parts, watches};
use crate::policy::chosen::{Target, holds, reaches};
use crate::policy::effects::{Effect, effect_of};
use crate::policy::exempt::{Standing, Watching, standing};
use crate::policy::reported::Wanted;
use crate::policy::rule_language::Truth;
use crate::rule::{Judgement, Subject, concluded, read_in};
use quay_model::{Evidence, PolicyAssignment, PolicyFacts, PolicyState, Reading, lists};

/// Azure Policy looks at everything once a day; what it said of another week is no news.
const FRESH_SECONDS: i64 = 2 * 24 * 3600;

/// One assignment that looks at the cluster for us.
#[derive(Debug)]
struct Watcher<'a> {
    name: &'a str,
    assignment: &'a str,
    definition: String,
    /// What a set calls the policy, empty without a set; `None` when only the outcome was read and did not tell.
    reference: Option<String>,
    /// What Azure Policy itself said.
    exempt: bool,
    shown: Vec<Evidence>,
}

/// Something that does not count, or may: its name, why, and where it stands.
#[derive(Debug)]
struct Aside<'a> {
    name: &'a str,
    why: String,
    shown: Vec<Evidence>,
}

#[derive(Debug, Default)]
struct Found<'a> {
    watchers: Vec<Watcher<'a>>,
    /// Assignments that would watch and are switched off.
    off: Vec<Aside<'a>>,
    /// Assignments that may watch; what they do is not known.
    unclear: Vec<Aside<'a>>,
    reaching: usize,
}

pub(crate) fn judge(subject: &Subject<'_>, wanted: &Wanted) -> Judgement {
    let found = gather(subject, wanted);
    if found.watchers.is_empty() {
        return unwatched(subject, wanted, &found);
    }
    let mut names: Vec<&str> = found.watchers.iter().map(|watcher| watcher.name).collect();
    names.dedup();
    let names = names.join(", ");
    let mut shown: Vec<Evidence> = Vec::new();
    let mut standings: Vec<(&str, Standing)> = Vec::new();
    for watcher in &found.watchers {
        shown.extend(watcher.shown.iter().cloned());
        let watching = Watching {
            assignment: watcher.assignment,
            target: target(subject, wanted, watcher.reference.as_deref().unwrap_or_default()),
            placed: watcher.reference.is_some(),
            said_exempt: watcher.exempt,
        };
        standings.push((watcher.name, standing(subject, watching, &mut shown)));
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
        (Ok(()), Some((name, Standing::Exempt(why)))) => match others(subject, &found) {
            None => Judgement::fail(format!("The policy assignment {name} would watch {what}, but {why}.")),
            Some(others) => {
                shown.extend(found.unclear.iter().flat_map(|aside| aside.shown.iter().cloned()));
                Judgement::not_assessed(format!(
                    "The policy assignment {name} would watch {what}, but {why}; another may watch it: {others}."
                ))
            }
        },
        (Ok(()), Some((name, Standing::Free))) => {
            Judgement::pass(format!("The policy assignment {name} watches {what}."))
        }
        (Ok(()), None) => Judgement::not_assessed("No policy assignment was read."),
    };
    shown.into_iter().fold(judgement, Judgement::with)
}

/// Why there may be watchers that were not found.
fn others(subject: &Subject<'_>, found: &Found<'_>) -> Option<String> {
    if found.unclear.is_empty() {
        return subject.fleet.known.whole(lists::POLICY_ASSIGNMENTS, &subject.cluster.id).err();
    }
    Some(found.unclear.iter().map(|aside| format!("{} ({})", aside.name, aside.why)).collect::<Vec<_>>().join(", "))
}

fn unwatched(subject: &Subject<'_>, wanted: &Wanted, found: &Found<'_>) -> Judgement {
    let what = wanted.what;
    let judgement = match others(subject, found) {
        Some(why) if found.unclear.is_empty() => Judgement::not_assessed(format!(
            "No policy that watches {what} was seen, but not every assignment was read: {why}."
        )),
        Some(others) => Judgement::not_assessed(format!("Whether these watch {what} is not known: {others}.")),
        None if !found.off.is_empty() => {
            let names: Vec<String> = found.off.iter().map(|aside| format!("{} ({})", aside.name, aside.why)).collect();
            Judgement::fail(format!("No policy watches {what}; what would is switched off: {}.", names.join(", ")))
        }
        None => Judgement::fail(format!("No policy assignment watches {what}.")),
    };
    let observed =
        format!("{} assignments reach the cluster, {} of them switched off", found.reaching, found.off.len());
    let judgement = judgement.with(concluded("policyAssignments", observed, format!("one that watches {what}")));
    let aside = found.unclear.iter().chain(&found.off);
    aside.flat_map(|aside| aside.shown.iter().cloned()).fold(judgement, Judgement::with)
}

fn target<'a>(subject: &Subject<'a>, wanted: &Wanted, reference: &'a str) -> Target<'a> {
    Target { kind: wanted.kind, location: &subject.cluster.location, reference }
}

fn gather<'a>(subject: &Subject<'a>, wanted: &Wanted) -> Found<'a> {
    let policy = &subject.fleet.around.policy;
    let mut found = Found::default();
    for assignment in policy.assignments.values() {
        let reach = reach(subject, wanted, assignment);
        if reach == Ok(false) {
            continue;
        }
        found.reaching += 1;
        match parts(policy, assignment) {
            Ok(parts) => parts.iter().for_each(|part| weigh(subject, wanted, &mut found, assignment, &reach, part)),
            Err(why) => aside(&mut found.unclear, policy, assignment, why, None),
        }
    }
    let listed = subject.fleet.known.whole(lists::POLICY_ASSIGNMENTS, &subject.cluster.id).is_ok();
    for state in policy.states.get(subject.cluster.id.lower()).into_iter().flatten() {
        let exempt = state.state.eq_ignore_ascii_case("exempt");
        let same = |watcher: &&mut Watcher<'_>| {
            watcher.assignment == state.assignment && watcher.definition == state.definition
        };
        found.watchers.iter_mut().filter(same).for_each(|watcher| watcher.exempt |= exempt);
        // an outcome is worth less than what it came from
        if !listed && !policy.assignments.contains_key(&state.assignment) {
            outcome(subject, wanted, &mut found, state);
        }
    }
    found
}

/// What an outcome tells whose assignment was not read.
fn outcome<'a>(subject: &Subject<'a>, wanted: &Wanted, found: &mut Found<'a>, state: &'a PolicyState) {
    let policy = &subject.fleet.around.policy;
    let known = ["compliant", "noncompliant", "exempt", "conflict"];
    if !known.iter().any(|known| state.state.eq_ignore_ascii_case(known))
        || !matches!(watches(policy, wanted, &state.definition, None, subject.cluster), Ok(true))
    {
        return;
    }
    let name = last(if state.assignment.is_empty() { &state.definition } else { &state.assignment });
    let when = match &state.when {
        Reading::Value(when) => when.as_str(),
        Reading::Absent | Reading::Unreadable(_) => "an unknown moment",
    };
    let observed = format!("{} at {when}", state.state);
    let expected = "evaluated within two days, not exempt";
    let shown = vec![read_in("complianceState", observed, expected, state.source.as_str())];
    if !is_fresh(when, subject.as_of) {
        let why = format!("only what Azure Policy said at {when} was read");
        found.unclear.push(Aside { name, why, shown });
        return;
    }
    found.watchers.push(Watcher {
        name,
        assignment: &state.assignment,
        definition: state.definition.clone(),
        reference: state.reference.value().cloned(),
        exempt: state.state.eq_ignore_ascii_case("exempt"),
        shown,
    });
}

fn is_fresh(when: &str, as_of: &str) -> bool {
    let age = moment(when).zip(moment(as_of)).map(|(when, now)| now.as_second() - when.as_second());
    age.is_some_and(|age| age.abs() <= FRESH_SECONDS)
}

/// Puts one policy of an assignment where it belongs.
fn weigh<'a>(
    subject: &Subject<'a>,
    wanted: &Wanted,
    found: &mut Found<'a>,
    assignment: &'a PolicyAssignment,
    reach: &Result<bool, String>,
    part: &Part<'_>,
) {
    let policy = &subject.fleet.around.policy;
    let id = &part.definition;
    let read = match watches(policy, wanted, id, Some((assignment, part.by)), subject.cluster) {
        Ok(false) => return,
        Ok(true) => Ok(()),
        Err(why) => Err(why),
    };
    let effect = match policy.definitions.get(id) {
        None if !is_built_in(id) => Effect::Unknown("its definition was not read".to_owned()),
        definition => effect_of(assignment, part.by, definition, target(subject, wanted, &part.reference), id),
    };
    let off = effect == Effect::Off;
    let why = match (read, effect, reach) {
        (_, Effect::Silent, _) => return,
        (_, Effect::Off, _) => "its effect is Disabled".to_owned(),
        (Ok(()), Effect::Reports, Ok(_)) => {
            found.watchers.push(Watcher {
                name: &assignment.name,
                assignment: &assignment.id,
                shown: shown(policy, assignment, part),
                definition: id.clone(),
                reference: Some(part.reference.clone()),
                exempt: false,
            });
            return;
        }
        (Err(why), ..) | (_, Effect::Unknown(why), _) => why,
        (.., Err(why)) => why.clone(),
    };
    aside(if off { &mut found.off } else { &mut found.unclear }, policy, assignment, why, Some(part));
}

fn aside<'a>(
    to: &mut Vec<Aside<'a>>,
    policy: &PolicyFacts,
    assignment: &'a PolicyAssignment,
    why: String,
    part: Option<&Part<'_>>,
) {
    if !to.iter().any(|known| known.name == assignment.name && known.why == why) {
        let observed = format!("assigned by {}: {why}", assignment.id);
        let shown = evidence(policy, assignment, part, observed, "an effect that reports");
        to.push(Aside { name: &assignment.name, why, shown });
    }
}

fn shown(policy: &PolicyFacts, assignment: &PolicyAssignment, part: &Part<'_>) -> Vec<Evidence> {
    let reports_only =
        assignment.enforced.reading.value().is_some_and(|mode| mode.eq_ignore_ascii_case("DoNotEnforce"));
    let mode = if reports_only { ", DoNotEnforce: it only reports" } else { "" };
    let observed = format!("{} assigned by {}{mode}", last(&part.definition), assignment.id);
    evidence(policy, assignment, Some(part), observed, "assigned, and its effect not Disabled")
}

/// Whether an assignment reaches the cluster; `Err` says why that is not known.
fn reach(subject: &Subject<'_>, wanted: &Wanted, assignment: &PolicyAssignment) -> Result<bool, String> {
    let holds = |scope: &str| holds(subject.fleet, subject.cluster, scope);
    let above = reaches(subject.fleet, subject.cluster, &assignment.scope);
    let left_out = match &assignment.not_scopes {
        Reading::Value(scopes) => scopes.iter().map(|scope| holds(scope)).max().unwrap_or(Truth::No),
        Reading::Absent => Truth::No,
        Reading::Unreadable(_) => Truth::Unknown,
    };
    // which member a selector of the assignment means makes no difference: it chooses resources
    let chosen = target(subject, wanted, "").is_chosen(&assignment.selectors);
    match (above, left_out, chosen) {
        (Truth::No, ..) | (_, Truth::Yes, _) | (.., Truth::No) => Ok(false),
        (Truth::Yes, Truth::No, Truth::Yes) => Ok(true),
        (Truth::Unknown | Truth::Partly, ..) => {
            Err(format!("whether the management group {} holds the cluster was not read", last(&assignment.scope)))
        }
        (_, Truth::No, _) => Err("whether its resource selectors choose the cluster is not known".to_owned()),
        _ => Err("whether it leaves the cluster out is not known".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use crate::policy::testing::{BINDING, RANGES, assigned, at_own, document, exemption, own, rule, whole};
    use crate::testing::{CLUSTER_ID, Scene, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use quay_model::lists;
    use serde_json::{Value, json};

    #[test]
    fn selectors_and_left_out_scopes_decide_what_an_assignment_reaches() {
        let with = |more: Value| whole().with(assigned(RANGES, more));
        let select = |kind: &str, how: &str, value: &str| json!({"resourceSelectors": [{"name": "x", "selectors": [{"kind": kind, how: [value]}]}]});
        let group = "/providers/Microsoft.Management/managementGroups/sandbox";
        let placed =
            |name: &str| json!({"id": own(), "properties": {"managementGroupAncestorsChain": [{"name": name}]}});
        let left_out = || with(json!({"notScopes": [group]}));
        let rows = vec![
            ("its location", with(select("resourceLocation", "in", "East US")), Pass),
            ("another", with(select("resourceLocation", "in", "westus")), Fail),
            ("all but its own", with(select("resourceLocation", "notIn", "eastus")), Fail),
            ("another type", with(select("resourceType", "in", BINDING)), Fail),
            ("by who knows what", with(select("resourceColour", "in", "blue")), NotAssessed),
            ("damaged", with(json!({"resourceSelectors": {}})), NotAssessed),
            ("a group is left out, and nobody placed the subscription", left_out(), NotAssessed),
            ("it is not in that group", left_out().with(placed("corp")), Pass),
            ("it is", left_out().with(placed("Sandbox")), Fail),
            ("what is left out is damaged", with(json!({"notScopes": [1]})), NotAssessed),
            (
                "another one surely watches",
                left_out().with(document(
                    &at_own("policyAssignments", "b"),
                    json!({"policyDefinitionId": RANGES}),
                    json!({}),
                )),
                Pass,
            ),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn an_assignment_at_a_management_group_watches_what_is_below_it() {
        let group = "/providers/Microsoft.Management/managementGroups/Corp";
        let id = format!("{group}/providers/Microsoft.Authorization/policyAssignments/a");
        let at_group = || whole().with(document(&id, json!({"policyDefinitionId": RANGES}), json!({})));
        let two = || at_group().beside_another_subscription();
        let rows = vec![
            ("the one subscription that was asked", at_group(), Pass),
            ("one of two, and nobody says where they hang", two(), NotAssessed),
            ("below it", two().placed(&["corp"]), Pass),
            ("below another", two().placed(&["sandbox"]), Fail),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn an_outcome_counts_for_an_assignment_nobody_could_read() {
        let state = |said: &str, when: Value, policy: &str| {
            let id = format!("{CLUSTER_ID}/providers/Microsoft.PolicyInsights/policyStates/s");
            let of = json!({"resourceId": CLUSTER_ID, "policyDefinitionId": policy, "policyAssignmentId": at_own("policyAssignments", "a")});
            document(&id, of, json!({"complianceState": said, "timestamp": when}))
        };
        let now = || json!("2026-11-22T13:00:00Z");
        let fresh = || state("NonCompliant", now(), RANGES);
        let unlisted = || Scene::new(json!({})).whole(lists::POLICY_DEFINITIONS).whole(lists::POLICY_EXEMPTIONS);
        let mut disabled = fresh();
        disabled["properties"]["policyDefinitionAction"] = json!("Disabled");
        let off = assigned(RANGES, json!({"parameters": {"effect": {"value": "Disabled"}}}));
        let rows = vec![
            ("all were read, and none is there", whole().with(fresh()), Fail),
            ("assignments unread", unlisted().with(fresh()), Pass),
            ("of a policy that was switched off", unlisted().with(disabled), NotAssessed),
            ("its assignment was read", unlisted().with(fresh()).with(off.clone()), NotAssessed),
            ("switched off since", whole().with(fresh()).with(off), Fail),
            ("left out", whole().with(fresh()).with(assigned(RANGES, json!({"notScopes": [CLUSTER_ID]}))), Fail),
            ("of last week", unlisted().with(state("Compliant", json!("2026-11-20T00:00:00Z"), RANGES)), NotAssessed),
            ("of nobody knows when", unlisted().with(state("Compliant", json!(null), RANGES)), NotAssessed),
            ("not known to Azure", unlisted().with(state("Unknown", now(), RANGES)), NotAssessed),
            (
                "of another policy",
                unlisted().with(state("Compliant", now(), &at_own("policyDefinitions", "x"))),
                NotAssessed,
            ),
            (
                "exempt, it says",
                whole().with(assigned(RANGES, json!({}))).with(state("Exempt", now(), RANGES)),
                NotAssessed,
            ),
            (
                "exempt until yesterday",
                whole()
                    .with(assigned(RANGES, json!({})))
                    .with(state("Exempt", now(), RANGES))
                    .with(exemption(json!({"expiresOn": "2026-11-22T18:00:00Z"}))),
                Pass,
            ),
        ];
        scenes(rule("GOV-05"), rows);
    }
}
