//! Asks every rule about every resource it speaks of. No rule can lose a resource, and no resource can lose a rule.

use crate::coverage::coverage;
use crate::exposure::Exposure;
use crate::facts::{RoleFacts, control_map::control_map};
use crate::integrations::integrations;
use crate::powers::Roles;
use crate::reach::reached;
use crate::rule::{Check, Judgement, Rule, Subject};
use crate::{rules, score};
use quay_model::{
    Audit, Binding, ControlRow, Fleet, Memory, Name, Outcome, Settings, SnapshotFacts, Tally, ToolFacts, Verdict,
    Words, lists, sha256_hex,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// All rules over one fleet. Pure: the same fleet, settings and facts give the same audit.
pub fn audit(fleet: &Fleet, snapshot: SnapshotFacts, settings: &Settings, memory: &Memory) -> Audit {
    let roles = RoleFacts::with(fleet.role_catalogues.clone());
    let azure_roles = Roles::of(fleet.around.access.definitions());
    let names: Vec<Name> = rules::ALL.iter().map(|rule| rule.info.id.into()).collect();
    let mut verdicts = Vec::with_capacity(fleet.clusters.len() * rules::ALL.len());
    let mut words = Words::default();
    for cluster in &fleet.clusters {
        let exposure = Exposure::of(cluster, settings);
        let integrated = integrations(fleet, cluster);
        let reached = reached(fleet, &azure_roles, cluster);
        let subject = Subject {
            cluster,
            exposure: &exposure,
            settings,
            roles: &roles,
            fleet,
            integrated: &integrated,
            reached: &reached,
            memory,
            as_of: &snapshot.as_of,
        };
        let own = Own { id: cluster.id.as_str().into(), source: cluster.source_line().into() };
        for (rule, name) in rules::ALL.iter().zip(&names) {
            ask(rule, name, &subject, &own, &mut words, &mut verdicts);
        }
    }
    Audit {
        tool: tool_facts(),
        coverage: coverage(fleet, &verdicts),
        score: score::score(&verdicts),
        controls: controls(&verdicts),
        rules: rules::ALL.iter().map(|rule| rule.info.clone()).collect(),
        settings: settings.clone(),
        fixes: BTreeMap::new(),
        snapshot,
        verdicts,
    }
}

/// What all verdicts on one cluster share.
struct Own {
    id: Name,
    source: Arc<str>,
}

fn ask(rule: &Rule, name: &Name, subject: &Subject<'_>, own: &Own, words: &mut Words, verdicts: &mut Vec<Verdict>) {
    let cluster = subject.cluster;
    let mut verdict =
        |binding: Option<&Binding>, judgement| verdict((rule, name), subject, binding, judgement, own, words);
    match rule.check {
        Check::Cluster(check) => verdicts.push(verdict(None, check(subject))),
        Check::Binding(check) => {
            for binding in &cluster.bindings.seen {
                verdicts.push(verdict(Some(binding), check(subject, binding)));
            }
            // what was not seen is said once, for the cluster
            match (&cluster.bindings.incomplete, cluster.bindings.seen.is_empty()) {
                (Some(why), _) => {
                    let judgement = Judgement::not_assessed(format!("Not every binding is known: {why}."))
                        .with(crate::rule::concluded("trustedAccessRoleBindings", why.as_str(), "the whole list"));
                    verdicts.push(verdict(None, judgement));
                }
                (None, true) => {
                    let judgement = Judgement::not_applicable("The cluster has no Trusted Access binding.");
                    verdicts.push(verdict(None, judgement));
                }
                (None, false) => {}
            }
        }
    }
}

fn verdict(
    (rule, name): (&Rule, &Name),
    subject: &Subject<'_>,
    binding: Option<&Binding>,
    judgement: Judgement,
    own: &Own,
    words: &mut Words,
) -> Verdict {
    let cluster = subject.cluster;
    // half a million of them are kept: what many say is kept once
    let source = binding.map_or_else(|| Arc::clone(&own.source), |binding| words.same(binding.source_line().into()));
    let resource_id = binding.map_or_else(|| own.id.clone(), |binding| words.word(binding.id.as_str()).into());
    let mut evidence = judgement.evidence.into_boxed_slice();
    for item in &mut evidence {
        words.share(&mut item.observed);
        words.share(&mut item.expected);
        if item.source.is_empty() {
            item.source = list_of(subject, &item.path).map_or_else(|| Arc::clone(&source), |list| words.word(list));
        } else {
            item.source = words.same(Arc::clone(&item.source));
        }
    }
    Verdict {
        rule: name.clone(),
        resource_id,
        cluster_id: own.id.clone(),
        instance: words.word(&cluster.instance).into(),
        verdict: judgement.outcome,
        severity: judgement.severity.unwrap_or(rule.info.severity),
        reason: words
            .word(&if cluster.is_stopped() && matches!(judgement.outcome, Outcome::Fail | Outcome::Pass) {
                format!("{} The cluster is stopped; it will be so when it starts.", judgement.reason).into()
            } else {
                judgement.reason
            })
            .into(),
        evidence,
    }
}

/// What was concluded from a whole list was read where that list was.
fn list_of<'a>(subject: &Subject<'a>, path: &str) -> Option<&'a str> {
    const LISTS: [(&str, &str); 3] = [
        ("trustedAccessRoleBindings", lists::BINDINGS),
        ("roleAssignments", lists::ASSIGNMENTS),
        ("policyAssignments", lists::POLICY_ASSIGNMENTS),
    ];
    let (_, list) = LISTS.iter().find(|(own, _)| *own == path)?;
    Some(subject.fleet.known.read_from(list, &subject.cluster.id)).filter(|read| !read.is_empty())
}

/// Name, version, and a hash over everything a rule is made of that people can read.
pub fn tool_facts() -> ToolFacts {
    let catalogue: Vec<_> = rules::ALL.iter().map(|rule| &rule.info).collect();
    let text = serde_json::to_string(&catalogue).unwrap_or_default();
    ToolFacts {
        name: "Quaymaster".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        rules_hash: sha256_hex(text.as_bytes()),
        rules: u32::try_from(rules::ALL.len()).unwrap_or(u32::MAX),
    }
}

fn controls(verdicts: &[Verdict]) -> Vec<ControlRow> {
    let map = control_map();
    let mut per_rule: BTreeMap<&str, Tally> = BTreeMap::new();
    for verdict in verdicts {
        per_rule.entry(&verdict.rule).or_default().add(verdict.verdict);
    }
    map.rows
        .iter()
        .filter_map(|row| {
            let condition = map.conditions.iter().find(|c| c.id == row.condition)?;
            let asking: Vec<&str> = rules::ALL
                .iter()
                .filter(|rule| rule.info.conditions.contains(&row.condition.as_str()))
                .map(|rule| rule.info.id)
                .collect();
            Some(ControlRow {
                framework: row.framework.clone(),
                control: row.control.clone(),
                title: row.title.clone(),
                condition: row.condition.clone(),
                condition_title: condition.title.clone(),
                tally: asking.iter().filter_map(|rule| per_rule.get(rule)).copied().sum(),
                rules: asking.into_iter().map(str::to_owned).collect(),
                relation: row.relation.clone(),
                basis: row.basis.clone(),
                confidence: row.confidence.clone(),
                caveat: condition.caveat.clone(),
            })
        })
        .collect()
}
