//! Whether somebody exempts a cluster from a policy that would watch it, and until when.

use crate::days::moment;
use crate::policy::chosen::{Target, reaches};
use crate::policy::rule_language::Truth;
use crate::rule::{Subject, read_in};
use quay_model::{Evidence, PolicyExemption, Reading};

/// Whether a watcher is held back, in rising order: the worst of several exemptions counts.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    Free,
    Until(String),
    Unclear(String),
    Exempt(String),
}

/// What may be exempt.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Watching<'a> {
    pub(crate) assignment: &'a str,
    pub(crate) target: Target<'a>,
    /// Whether it is known what the set calls the policy, if there is one.
    pub(crate) placed: bool,
    /// What Azure Policy itself said.
    pub(crate) said_exempt: bool,
}

/// The last year that Azure takes; people write it for "never".
const NEVER: &str = "9999-";

pub(crate) fn standing(subject: &Subject<'_>, watching: Watching<'_>, shown: &mut Vec<Evidence>) -> Standing {
    let mut worst = Standing::Free;
    let mut explained = false;
    for exemption in subject.fleet.around.policy.exemptions.values() {
        let (ends, found) = match covers(subject, exemption, watching) {
            Truth::No => continue,
            Truth::Yes => until(subject, exemption),
            Truth::Unknown | Truth::Partly => {
                let name = &exemption.name;
                ("not followed", Some(Standing::Unclear(format!("whether {name} is about it could not be followed"))))
            }
        };
        explained = true;
        let Some(found) = found else { continue };
        shown.push(read_in("properties.expiresOn", ends, "a date, or no exemption", exemption.source.as_str()));
        worst = worst.max(found);
    }
    // one that ended since explains what Azure said of an earlier moment
    if watching.said_exempt && !explained {
        return Standing::Unclear("Azure Policy called it exempt, and no exemption was read".to_owned());
    }
    worst
}

fn covers(subject: &Subject<'_>, exemption: &PolicyExemption, watching: Watching<'_>) -> Truth {
    let of_assignment = match &exemption.assignment {
        Reading::Value(assignment) => Truth::of(assignment.trim_end_matches('/') == watching.assignment),
        Reading::Absent => Truth::No,
        Reading::Unreadable(_) => Truth::Unknown,
    };
    let of_member = match &exemption.references {
        Reading::Value(references) if references.is_empty() => Truth::Yes,
        Reading::Value(_) if !watching.placed => Truth::Unknown,
        Reading::Value(references) => Truth::of(references.iter().any(|name| name == watching.target.reference)),
        Reading::Absent => Truth::Yes,
        Reading::Unreadable(_) => Truth::Unknown,
    };
    let above = reaches(subject.fleet, subject.cluster, &exemption.scope);
    of_assignment.min(of_member).min(above).min(watching.target.is_chosen(&exemption.selectors))
}

/// How the end is shown, and what it comes to; nothing when it is past.
fn until<'a>(subject: &Subject<'_>, exemption: &'a PolicyExemption) -> (&'a str, Option<Standing>) {
    let name = &exemption.name;
    let without_end = |said: &str| Some(Standing::Exempt(format!("{name} exempts the cluster {said}")));
    match &exemption.ends {
        Reading::Absent => ("none", without_end("without an end")),
        Reading::Unreadable(why) => ("unreadable", Some(Standing::Unclear(format!("the end of {name}: {why}")))),
        Reading::Value(text) if text.starts_with(NEVER) => {
            (text, without_end(&format!("until {text}, which is no end")))
        }
        Reading::Value(text) => match (moment(text), moment(subject.as_of)) {
            (Some(end), Some(now)) if end <= now => (text, None),
            (Some(_), Some(_)) => (text, Some(Standing::Until(format!("{name} exempts the cluster until {text}")))),
            _ => (text, Some(Standing::Unclear(format!("the end of {name}, {text:?}, is no moment")))),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::testing::{IN_MCSB, MCSB, assigned, exemption, rule, whole};
    use crate::testing::{CLUSTER_ID, scenes};
    use quay_model::Outcome::{Fail, NotAssessed, Pass};
    use serde_json::{Value, json};

    #[test]
    fn an_exemption_covers_what_it_chooses_until_it_ends() {
        let with = |more: Value| whole().with(assigned(MCSB, json!({}))).with(exemption(more));
        let select = |kind: &str, value: &str| json!({"resourceSelectors": [{"name": "x", "selectors": [{"kind": kind, "in": [value]}]}]});
        let ending = |end: &str| with(json!({"expiresOn": end}));
        let rows = vec![
            ("without an end", with(json!({})), Fail),
            ("where the cluster is", with(select("resourceLocation", "eastus")), Fail),
            ("elsewhere", with(select("resourceLocation", "westus")), Pass),
            ("who knows where", with(select("resourceColour", "blue")), NotAssessed),
            ("this member", with(json!({"policyDefinitionReferenceIds": [IN_MCSB]})), Fail),
            ("another member", with(json!({"policyDefinitionReferenceIds": ["other"]})), Pass),
            ("members damaged", with(json!({"policyDefinitionReferenceIds": [1]})), NotAssessed),
            ("never, as people write it", ending("9999-12-31T23:59:59Z"), Fail),
            ("never, at the first of it", ending("9999-01-01T00:00:00Z"), Fail),
            ("next year", ending("2027-11-01T00:00:00+02:00"), Pass),
            ("to this moment", ending("2026-11-23T12:00:00Z"), Pass),
            (
                "a wider one has an end, a nearer one has none",
                with(json!({"expiresOn": "2027-01-01"}))
                    .with(json!({"id": format!("{CLUSTER_ID}/providers/Microsoft.Authorization/policyExemptions/f"),
                    "properties": {"policyAssignmentId": assigned(MCSB, json!({}))["id"]}})),
                Fail,
            ),
        ];
        scenes(rule("GOV-05"), rows);
    }

    #[test]
    fn the_worst_of_several_exemptions_counts() {
        let unclear = || Standing::Unclear(String::new());
        assert!(Standing::Free < Standing::Until("z".into()));
        assert!(Standing::Until("z".into()) < unclear());
        assert!(unclear() < Standing::Exempt(String::new()));
    }
}
