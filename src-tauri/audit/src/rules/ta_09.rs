//! TA-09: The rules behind a bound role have not widened.

use crate::references;
use crate::rule::{Check, Judgement, Rule, Subject, read_in};
use crate::widened::{Change, change_of};
use quay_model::{Area, Binding, Fix, Reading, RuleInfo, Severity};

pub(crate) const RULE: Rule = Rule {
    info: RuleInfo {
        id: "TA-09",
        area: Area::TrustedAccess,
        title: "The rules behind a bound role have not widened",
        finding: "Bound role allows more than when it was first seen",
        severity: Severity::Medium,
        what: "Whether the Kubernetes rules behind each bound role allow more than in the first catalogue of the location that named them.",
        why: "A role is defined by its service, and its rules change without any change to a binding. Access that was once approved can grow in silence.",
        not_applicable: "Clusters without a binding, and roles that are no longer offered (TA-13).",
        reads: &["properties.roles", "trustedAccessRoles"],
        conditions: &[],
        references: &[references::TRUSTED_ACCESS, references::ESCALATION],
        fix: Fix {
            what_to_do: "Review what the role allows now, with the owner of the source. Accept it with a waiver, or delete the binding.",
            cli: "az aks trustedaccess role list -l {location} -o json\n# only if the wider role is not accepted\naz aks trustedaccess rolebinding delete --subscription {subscription} -g {group} --cluster-name {cluster} -n {binding}",
            bicep: "// nothing to declare: the rules behind a role belong to its service; remove the binding if they are not accepted",
            terraform: "# nothing to declare: the rules behind a role belong to its service; remove the binding if they are not accepted",
            caution: "The service loses the cluster as soon as the binding is gone. It may need the wider rules for a new feature.",
            look: "az aks trustedaccess role list -l {location} -o json",
        },
    },
    check: Check::Binding(check),
};

/// So many new permissions are named one by one.
const NAMED: usize = 6;

fn check(subject: &Subject<'_>, binding: &Binding) -> Judgement {
    let read = binding.roles.evidence("roles whose rules are no wider than when first seen", "none");
    let Reading::Value(bound) = &binding.roles.reading else {
        return Judgement::not_assessed("The roles of this binding could not be read.").with(read);
    };
    let (mut wider, mut unknown, mut same, mut evidence) = (Vec::new(), Vec::new(), Vec::new(), vec![read]);
    for role in bound {
        let observed = match change_of(subject.fleet, subject.memory, &subject.cluster.location, role, subject.as_of) {
            Change::Same { since } => {
                same.push(format!("{role} (since {since})"));
                format!("no wider than on {since}")
            }
            Change::Wider { since, more } => {
                let list = listed(&more);
                wider.push(format!("Since {since} {role} may now also {list}"));
                format!("wider than on {since}: {list}")
            }
            Change::NotOffered => "no longer offered".to_owned(),
            Change::Unknown(why) => {
                unknown.push(why.clone());
                why
            }
        };
        let read = subject.roles.source_of(&subject.cluster.location);
        evidence.push(read_in(format!("roles[{role}].rules"), observed, "no more than when first seen", read));
    }
    let judgement = if !wider.is_empty() {
        Judgement::fail(format!("{}.", wider.join("; ")))
    } else if bound.is_empty() {
        Judgement::not_assessed("The binding names no role.")
    } else if !unknown.is_empty() {
        Judgement::not_assessed(format!("Whether a role widened is not known: {}.", unknown.join("; ")))
    } else if same.is_empty() {
        return Judgement::not_applicable("The location no longer offers these roles; TA-13 says so.");
    } else {
        Judgement::pass(format!("The rules have not widened: {}.", same.join(", ")))
    };
    evidence.into_iter().fold(judgement, Judgement::with)
}

fn listed(more: &[String]) -> String {
    let start = more.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    match more.len().saturating_sub(NAMED) {
        0 => start,
        rest => format!("{start}, and {rest} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::testing::{Scene, scenes};
    use quay_model::Outcome::{Fail, NotApplicable, NotAssessed, Pass};
    use serde_json::{Value, json};

    #[test]
    fn a_role_that_allows_more_than_before_fails() {
        let of = |roles: &[&str]| Scene::new(json!({})).binding("b", "/subscriptions/1/x", roles);
        let rule = |verbs: Value| json!([{"verbs": verbs, "apiGroups": [""], "resources": ["secrets"]}]);
        let role = |rules: Value| json!({"sourceResourceType": "Microsoft.X/y", "name": "z", "rules": rules});
        let list = |rules: Value| json!({"value": [role(rules)]});
        let on = |day: &str, mut body: Value| {
            body["asOf"] = json!(day);
            body
        };
        let now = |scene: Scene| scene.catalogue("eastus", list(rule(json!(["get"]))));
        let earlier = |scene: Scene, verbs: Value| scene.catalogue("eastus", on("2026-01-01", list(rule(verbs))));
        let bound = || of(&["microsoft.x/Y/z"]);
        let many: Vec<String> = (0..9).map(|n| format!("verb{n}")).collect();
        let grown = earlier(bound(), json!(["get"])).catalogue("eastus", list(rule(json!(many))));
        let reason = grown.judge(&RULE).reason;
        assert!(reason.contains("verb5 secrets, and 3 more") && reason.contains("2026-01-01"), "{reason}");
        let rows = vec![
            ("wider", now(earlier(bound(), json!(["list"]))), Fail),
            ("the same", now(earlier(bound(), json!(["get", "list"]))), Pass),
            ("first seen today", now(bound()), NotAssessed),
            ("today's was not read", earlier(bound(), json!(["get"])), NotAssessed),
            ("no longer offered", now(of(&["Microsoft.X/y/old"])), NotApplicable),
            ("one of two", now(earlier(of(&["Microsoft.X/y/old", "Microsoft.X/y/z"]), json!(["get"]))), Pass),
            ("no role", now(of(&[])), NotAssessed),
        ];
        scenes(&RULE, rows);
    }
}
