//! Findings, grouped by rule: what, why, where with evidence, and how to close it.

use crate::pdf::book::Book;
use crate::pdf::charts::severity_ink;
use crate::pdf::table::{Cell, Column, table};
use quay_model::{ArmId, Audit, Fleet, RuleInfo, Tally, Verdict};
use std::collections::HashMap;

/// Rows with full evidence per rule; the rest follows by name, and all are in findings.json.
const MOST_IN_FULL: usize = 30;
const MOST_BY_NAME: usize = 400;
/// Resources named in one row, so that it stays on a page.
const MOST_IN_A_ROW: usize = 40;

pub(super) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet) {
    book.section("Findings");
    if audit.findings().next().is_none() {
        book.paragraph(if audit.verdicts.is_empty() {
            "No test was made, so there are no findings. That is not a clean result."
        } else {
            "No test failed."
        });
        return;
    }
    book.paragraph("Grouped by rule, in the order of the catalogue. Each row names the resource, what was seen there and where it was read; \"default\" is what Azure documents for a setting that it left out. Remediation is printed once per rule, with the names of the first resource filled in; the window and findings.json have it for each.");
    for rule in &audit.rules {
        let mut failed: Vec<&Verdict> = audit.findings().filter(|finding| finding.rule == rule.id).collect();
        if failed.is_empty() {
            continue;
        }
        failed.sort_by_key(|finding| finding.severity);
        group(book, audit, fleet, rule, &failed);
    }
}

fn group(book: &mut Book, audit: &Audit, fleet: &Fleet, rule: &RuleInfo, failed: &[&Verdict]) {
    let place = book.heading(2, &format!("{} {}", rule.id, rule.finding));
    book.name(format!("finding:{}", rule.id), place);
    let tally = Tally::of(audit.verdicts.iter().filter(|v| v.rule == rule.id));
    book.small(&format!(
        "Severity {}. {} of {} assessed tests failed; {} not assessed, {} not applicable.",
        rule.severity.label(),
        tally.fail,
        tally.assessed(),
        tally.not_assessed,
        tally.not_applicable
    ));
    book.paragraph(rule.why);
    book.small(&format!("Expected. {}.", expected(failed)));
    let alike = alike(failed);
    let rows = alike.iter().take(MOST_IN_FULL).map(|findings| row(findings, fleet));
    table(
        book,
        &[
            Column("Resource", 22.0),
            Column("Severity", 9.0),
            Column("What was found", 33.0),
            Column("Evidence (body: SHA-256)", 36.0),
        ],
        rows,
    );
    let rest: Vec<&&Verdict> = alike.iter().skip(MOST_IN_FULL).flatten().collect();
    if !rest.is_empty() {
        let names: Vec<&str> = rest
            .iter()
            .take(MOST_BY_NAME)
            .map(|finding| finding.resource_id.rsplit('/').next().unwrap_or_default())
            .collect();
        let more = rest.len().saturating_sub(MOST_BY_NAME);
        let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
        book.small(&format!(
            "And {} more, with their evidence in findings.json: {}{tail}.",
            rest.len(),
            names.join(", ")
        ));
    }
    remediation(book, rule, audit);
}

/// Findings that say the same of the same evidence, as a role on a subscription does of every cluster in it, share a
/// row: nothing is left out, and nothing is said twice.
fn alike<'a>(failed: &[&'a Verdict]) -> Vec<Vec<&'a Verdict>> {
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<&Verdict>> = Vec::new();
    for finding in failed {
        let place =
            *places.entry((finding.severity, finding.reason.as_str(), evidence(finding))).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.iter().flat_map(|group| group.chunks(MOST_IN_A_ROW).map(<[_]>::to_vec)).collect()
}

fn row(findings: &[&Verdict], fleet: &Fleet) -> Vec<Cell> {
    let Some(first) = findings.first() else { return Vec::new() };
    let names: Vec<String> = findings.iter().map(|finding| resource(finding, fleet)).collect();
    vec![
        Cell::Strong(names.join(", ")),
        Cell::Word(first.severity.label().to_owned(), severity_ink(first.severity)),
        Cell::of(first.reason.as_str()),
        Cell::of(evidence(first)),
    ]
}

fn evidence(finding: &Verdict) -> String {
    let seen: Vec<String> = finding
        .evidence
        .iter()
        .filter(|item| item.path != "exposure")
        .map(|item| {
            format!("{} = {}", short_path(&item.path), item.observed.replace("Azure's documented default:", "default"))
        })
        .collect();
    let source = finding.evidence.first().map(|item| short_source(&item.source)).unwrap_or_default();
    format!("{} ({source})", seen.join("; "))
}

/// The last part; the whole paths stand once above the table.
fn short_path(path: &str) -> &str {
    if path.contains('[') { path } else { path.rsplit('.').next().unwrap_or(path) }
}

/// The file, and the start of the body's hash; findings.json has the call and the whole hash.
fn short_source(source: &str) -> String {
    let file = source.split([',', ';']).next().unwrap_or_default();
    match source.split_once("sha256 ") {
        Some((_, hash)) => format!("{file}, body {}", hash.get(..8).unwrap_or(hash)),
        None => file.to_owned(),
    }
}

/// What would have passed, by path.
fn expected(failed: &[&Verdict]) -> String {
    let first = failed.first().map(|finding| &*finding.evidence).unwrap_or_default();
    first
        .iter()
        .filter(|item| item.path != "exposure")
        .map(|item| format!("{}: {}", item.path, item.expected))
        .collect::<Vec<_>>()
        .join("; ")
}

fn resource(finding: &Verdict, fleet: &Fleet) -> String {
    let cluster = ArmId::parse(&finding.cluster_id);
    let name = cluster.as_ref().map_or("", ArmId::name);
    let subscription = cluster.as_ref().map_or("", |id| fleet.subscription_name(id.subscription()));
    let binding = if finding.resource_id == finding.cluster_id {
        ""
    } else {
        finding.resource_id.rsplit('/').next().unwrap_or_default()
    };
    let mut text = name.to_owned();
    if !binding.is_empty() {
        text.push_str(&format!(" / {binding}"));
    }
    if !finding.instance.is_empty() {
        text.push_str(&format!(" [{}]", finding.instance));
    }
    format!("{text} ({subscription})")
}

fn remediation(book: &mut Book, rule: &RuleInfo, audit: &Audit) {
    let Some(fix) = audit.fixes.get(rule.id) else { return };
    book.heading(3, "What to do");
    book.paragraph(&fix.what_to_do);
    book.paragraph(&format!("Caution: {}", fix.caution));
    for (name, text) in [
        ("Azure CLI", &fix.cli),
        ("Bicep", &fix.bicep),
        ("Terraform", &fix.terraform),
        ("Look for yourself (changes nothing)", &fix.look),
    ] {
        book.heading(3, name);
        book.code(text);
    }
}
