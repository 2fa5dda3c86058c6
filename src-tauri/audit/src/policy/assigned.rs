//! The policies behind an assignment, what they are about, and the documents that say so.

use crate::policy::given::{By, Given};
use crate::policy::reported::{Wanted, reports};
use crate::rule::read_in;
use quay_model::{Cluster, Evidence, PolicyAssignment, PolicyFacts, Reading};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Built-in policies and the built-in initiatives that hold them, with their date and source.
const FACTS: &str = include_str!("../facts/policy-watch.json");

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

/// Built-in definitions and sets hang on no scope.
const BUILT_IN: &str = "/providers/microsoft.authorization/";

/// One policy behind an assignment.
pub(crate) struct Part<'a> {
    pub(crate) reference: String,
    pub(crate) definition: String,
    pub(crate) by: By<'a>,
}

pub(crate) fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

pub(crate) fn is_built_in(definition: &str) -> bool {
    definition.starts_with(BUILT_IN)
}

/// The policies behind an assignment; `Err` says why they are not known.
pub(crate) fn parts<'a>(policy: &'a PolicyFacts, assignment: &PolicyAssignment) -> Result<Vec<Part<'a>>, String> {
    let id = match &assignment.definition {
        Reading::Value(id) => id,
        Reading::Absent => return Err("it names no definition".to_owned()),
        Reading::Unreadable(why) => return Err(format!("its definition: {why}")),
    };
    if !id.contains("/policysetdefinitions/") {
        return Ok(vec![Part { reference: String::new(), definition: id.clone(), by: By::Itself }]);
    }
    let Some(set) = policy.sets.get(id) else {
        return if is_built_in(id) { Ok(of_facts(last(id))) } else { Err("its initiative was not read".to_owned()) };
    };
    match &set.members {
        Reading::Value(members) => Ok(members
            .iter()
            .map(|member| Part {
                reference: member.reference.clone(),
                definition: member.definition.clone(),
                by: By::Set(set, member),
            })
            .collect()),
        Reading::Absent => Err("its initiative names no policies".to_owned()),
        Reading::Unreadable(why) => Err(format!("the policies of its initiative: {why}")),
    }
}

fn of_facts<'a>(initiative: &str) -> Vec<Part<'a>> {
    let pairs = PARSED.policies.iter().flat_map(|(id, held)| held.initiatives.iter().map(move |pair| (id, pair)));
    pairs
        .filter(|(_, (name, _))| name == initiative)
        .map(|(id, (_, reference))| Part {
            reference: reference.to_lowercase(),
            definition: format!("{BUILT_IN}policydefinitions/{id}"),
            by: By::Facts,
        })
        .collect()
}

/// Whether a definition is about what is wanted where it is assigned; `Err` says why that is not known.
pub(crate) fn watches(
    policy: &PolicyFacts,
    wanted: &Wanted,
    id: &str,
    assigned: Option<(&PolicyAssignment, By<'_>)>,
    cluster: &Cluster,
) -> Result<bool, String> {
    if is_built_in(id) && wanted.built_in.contains(&last(id)) {
        return Ok(true);
    }
    match policy.definitions.get(id) {
        Some(read) => {
            let given = assigned.map(|(assignment, by)| Given { assignment, by, definition: Some(read) });
            reports(read, given, wanted, cluster)
        }
        // the facts name every built-in policy that counts
        None if is_built_in(id) => Ok(false),
        None => Err("its definition was not read".to_owned()),
    }
}

/// What was read of the policy: the assignment, the set it came by, and its definition.
pub(crate) fn evidence(
    policy: &PolicyFacts,
    assignment: &PolicyAssignment,
    part: Option<&Part<'_>>,
    observed: String,
    expected: &str,
) -> Vec<Evidence> {
    let assigned = read_in("properties.policyDefinitionId", observed, expected.to_owned(), assignment.source.as_str());
    let set = part.and_then(|part| match part.by {
        By::Set(set, _) => {
            let name = format!("{} as {:?}", last(&part.definition), part.reference);
            Some(read_in("properties.policyDefinitions", name, expected.to_owned(), set.source.as_str()))
        }
        By::Itself | By::Facts => None,
    });
    let definition = part.and_then(|part| policy.definitions.get(&part.definition)).map(|definition| {
        read_in("properties.policyRule", definition.name.as_str(), expected.to_owned(), definition.source.as_str())
    });
    std::iter::once(assigned).chain(set).chain(definition).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::{RANGES, assigned, at_own, definition, document, exemption, public, rule, set, whole};
    use crate::testing::{CLUSTER_ID, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

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
    fn a_definition_is_known_by_its_whole_id_and_what_was_not_read_is_not_judged() {
        let group = "/providers/Microsoft.Management/managementGroups/corp/providers/Microsoft.Authorization";
        let at_group = |kind: &str| format!("{group}/{kind}/d");
        let other = json!({"field": "type", "equals": "Microsoft.Compute/disks"});
        let moved = |body: Value| {
            let mut body = body;
            body["id"] = json!(at_group("policyDefinitions"));
            body
        };
        let here = at_own("policyDefinitions", "d");
        let namesake = at_own("policyDefinitions", "0e246bcf-5f6f-4f87-bc6f-775d4712c7ea");
        let mut copy = definition(other.clone(), json!({}));
        copy["id"] = json!(namesake);
        let watched = || definition(public(), json!({}));
        let by_set = |policy: &str| {
            let members = json!([{"policyDefinitionId": policy, "policyDefinitionReferenceId": "r"}]);
            whole().with(set(members, json!({}))).with(assigned(&at_own("policySetDefinitions", "s"), json!({})))
        };
        let twice =
            |one: Value, two: Value| whole().with(assigned(&here, json!({}))).with(watched()).with(one).with(two);
        let free = || assigned(&here, json!({}));
        let rows = vec![
            ("its own", whole().with(moved(definition(other.clone(), json!({})))).with(watched()).with(free()), Pass),
            (
                "of its name, elsewhere",
                whole().with(moved(watched())).with(definition(other.clone(), json!({}))).with(free()),
                Fail,
            ),
            (
                "a definition not among them",
                whole().with(assigned(&at_group("policyDefinitions"), json!({}))),
                NotAssessed,
            ),
            ("a set not among them", whole().with(assigned(&at_group("policySetDefinitions"), json!({}))), NotAssessed),
            ("a member not among them", by_set(&at_group("policyDefinitions")), NotAssessed),
            ("of the name of a built-in one", whole().with(assigned(&namesake, json!({}))), NotAssessed),
            ("which is about something else", whole().with(copy).with(assigned(&namesake, json!({}))), Fail),
            ("another built-in one", whole().with(assigned(&RANGES.replace("0e246bcf", "0e246bce"), json!({}))), Fail),
            ("told twice alike", twice(watched(), free()), Pass),
            ("definitions that disagree", twice(definition(other, json!({})), free()), NotAssessed),
            (
                "assignments that disagree",
                twice(watched(), assigned(&here, json!({"notScopes": [CLUSTER_ID]}))),
                NotAssessed,
            ),
            (
                "exemptions that disagree",
                twice(exemption(json!({})), exemption(json!({"expiresOn": "2026-01-01T00:00:00Z"}))),
                NotAssessed,
            ),
            ("sets that disagree", by_set(RANGES).with(set(json!([]), json!({}))), NotAssessed),
            (
                "exempt, and another may watch",
                whole().with(assigned(RANGES, json!({}))).with(exemption(json!({}))).with(document(
                    &at_own("policyAssignments", "b"),
                    json!({"policyDefinitionId": here}),
                    json!({}),
                )),
                NotAssessed,
            ),
        ];
        scenes(rule("GOV-05"), rows);
    }
}
