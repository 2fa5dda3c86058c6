//! Findings, grouped by rule: what, why, where with evidence, and how to close it.

use crate::pdf::book::Book;
use crate::pdf::charts::severity_ink;
use crate::pdf::table::{Cell, Column, table};
use quay_model::{ArmId, Audit, Fleet, RuleInfo, Tally, Verdict};
use std::collections::HashMap;

/// Rows with full evidence per rule; the rest follows by name, and all are in findings.json.
const MOST_IN_FULL: usize = 30;
const MOST_BY_NAME: usize = 400;
/// Letters of the resources named in one row: the table cuts off what takes more lines. Each name takes some for its body.
const MOST_IN_A_ROW: usize = 190;
const FOR_ITS_BODY: usize = 24;

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

/// Findings that say the same share a row, each with its source where these differ: nothing is left out, and nothing is
/// said twice.
fn alike<'a>(failed: &[&'a Verdict]) -> Vec<Vec<&'a Verdict>> {
    let mut places = HashMap::new();
    let mut groups: Vec<Vec<&Verdict>> = Vec::new();
    for finding in failed {
        let key = (finding.severity, finding.reason.as_str(), seen(finding));
        let place = *places.entry(key).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.push(finding),
            None => groups.push(vec![finding]),
        }
    }
    groups.into_iter().flat_map(in_rows).collect()
}

/// As many in one row as stay readable there.
fn in_rows(group: Vec<&Verdict>) -> Vec<Vec<&Verdict>> {
    let mut rows: Vec<Vec<&Verdict>> = Vec::new();
    let mut left = 0;
    for finding in group {
        let last = |id: &str| id.rsplit('/').next().unwrap_or_default().len();
        let binding = if finding.resource_id == finding.cluster_id { 0 } else { last(&finding.resource_id) };
        let letters = last(&finding.cluster_id) + finding.instance.len() + binding + FOR_ITS_BODY;
        match rows.last_mut() {
            Some(row) if letters <= left => row.push(finding),
            _ => {
                rows.push(vec![finding]);
                left = MOST_IN_A_ROW;
            }
        }
        left = left.saturating_sub(letters);
    }
    rows
}

fn row(findings: &[&Verdict], fleet: &Fleet) -> Vec<Cell> {
    let Some(first) = findings.first() else { return Vec::new() };
    let (file, body) = source(first);
    // a file that all of them were read from is named once, and so is its body
    let one_file = findings.iter().all(|finding| source(finding).0 == file);
    let one_body = one_file && findings.iter().all(|finding| source(finding).1 == body);
    let told = match (one_file, one_body) {
        (true, true) => format!(" ({file}{body})"),
        (true, false) => format!(" ({file})"),
        (false, _) => String::new(),
    };
    let mark = |finding: &Verdict| match (source(finding), one_file, one_body) {
        (_, _, true) => String::new(),
        ((_, body), true, false) => body.trim_start_matches(", ").to_owned(),
        ((file, body), false, _) => format!("{file}{body}"),
    };
    vec![
        Cell::Strong(names(findings, fleet, mark)),
        Cell::Word(first.severity.label().to_owned(), severity_ink(first.severity)),
        Cell::of(first.reason.as_str()),
        Cell::of(format!("{}{told}", seen(first))),
    ]
}

/// Resources that share a row, by subscription.
fn names(findings: &[&Verdict], fleet: &Fleet, mark: impl Fn(&Verdict) -> String) -> String {
    let mut by_subscription: Vec<(String, Vec<String>)> = Vec::new();
    for finding in findings {
        let (name, subscription) = resource(finding, fleet);
        let mark = mark(finding);
        let name = if mark.is_empty() { name } else { format!("{name} [{mark}]") };
        match by_subscription.last_mut() {
            Some((last, names)) if *last == subscription => names.push(name),
            _ => by_subscription.push((subscription, vec![name])),
        }
    }
    let parts = by_subscription.iter().map(|(subscription, names)| format!("{} ({subscription})", names.join(", ")));
    parts.collect::<Vec<_>>().join("; ")
}

fn seen(finding: &Verdict) -> String {
    let seen = finding.evidence.iter().filter(|item| item.path != "exposure").map(|item| {
        format!("{} = {}", short_path(&item.path), item.observed.replace("Azure's documented default:", "default"))
    });
    seen.collect::<Vec<_>>().join("; ")
}

/// The file, and the start of the body's hash; findings.json has the call and the whole hash.
fn source(finding: &Verdict) -> (String, String) {
    let source = finding.evidence.first().map(|item| &*item.source).unwrap_or_default();
    let file = source.split([',', ';']).next().unwrap_or_default().to_owned();
    let body = source.split_once("sha256 ").map(|(_, hash)| format!(", body {}", hash.get(..8).unwrap_or(hash)));
    (file, body.unwrap_or_default())
}

/// The last part; the whole paths stand once above the table.
fn short_path(path: &str) -> &str {
    if path.contains('[') { path } else { path.rsplit('.').next().unwrap_or(path) }
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

/// What it is called, and the subscription it is in.
fn resource(finding: &Verdict, fleet: &Fleet) -> (String, String) {
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
    (text, subscription.to_owned())
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
