//! One page for people who read one page: score with its formula, counts, charts, the worst risks, what was not assessed.

use super::counted;
use crate::pdf::book::{Book, ink};
use crate::pdf::charts::{Bar, severity_ink, shares, tiles};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{ArmId, Audit, Fleet, Outcome, Severity, Tally, Verdict};

pub(super) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet) {
    book.section("Summary");
    if fleet.clusters.is_empty() {
        book.paragraph("No cluster was read. The section on coverage says what was asked for and what came back; nothing in this report may be taken for a clean result.");
    }
    let open = failing(audit, "EXP-01");
    let public = failing(audit, "EXP-02");
    let unknown = audit.verdicts.iter().filter(|v| v.rule == "EXP-02" && v.verdict == Outcome::NotAssessed).count();
    let clusters = fleet.clusters.len();
    tiles(
        book,
        "Key figures.",
        &[
            (
                audit.score.value.map_or_else(|| "none".to_owned(), |s| format!("{s} / 100")),
                "score, formula below".to_owned(),
                ink::NAVY,
            ),
            (format!("{public} / {clusters}"), format!("public API servers ({unknown} not assessed)"), ink::HIGH),
            (format!("{open} / {clusters}"), "open to the internet".to_owned(), ink::CRITICAL),
            (
                audit.coverage.percent().map_or_else(|| "–".to_owned(), |p| format!("{p} %")),
                format!("of tests assessed, {}", counted(audit.coverage.gaps.len(), "gap", "gaps")),
                ink::TEAL,
            ),
        ],
    );
    book.small(&format!("Score: {}", audit.score.formula));
    by_severity(book, audit);
    by_area(book, audit);
    worst(book, audit);
    not_assessed(book, audit);
}

fn failing(audit: &Audit, rule: &str) -> usize {
    audit.findings().filter(|finding| finding.rule == rule).count()
}

fn by_severity(book: &mut Book, audit: &Audit) {
    book.heading(2, "Findings by severity");
    let severities = [Severity::Critical, Severity::High, Severity::Medium, Severity::Low];
    let most = severities.map(|s| audit.count(s)).into_iter().max().unwrap_or(0).max(1);
    let bars: Vec<Bar> = severities
        .into_iter()
        .map(|severity| {
            let count = audit.count(severity);
            Bar {
                label: capital(severity.label()),
                parts: vec![(count, severity_ink(severity), "findings"), (most - count, ink::RULE, "")],
            }
        })
        .collect();
    shares(book, "Findings by severity.", &bars);
}

fn by_area(book: &mut Book, audit: &Audit) {
    book.heading(2, "Tests by area");
    let bars: Vec<Bar> = quay_model::Area::ALL
        .into_iter()
        .map(|area| {
            let tally = Tally::of(audit.verdicts.iter().filter(|v| v.rule.starts_with(&format!("{}-", area.prefix()))));
            Bar {
                label: area.label().to_owned(),
                parts: vec![
                    (tally.fail, ink::HIGH, "fail"),
                    (tally.not_assessed, ink::UNKNOWN, "not assessed"),
                    (tally.pass, ink::PASS, "pass"),
                ],
            }
        })
        .collect();
    shares(book, "Tests by area: failed, not assessed, passed.", &bars);
}

/// One line per kind of risk, worst first: a manager decides about kinds.
fn worst(book: &mut Book, audit: &Audit) {
    let mut groups: Vec<(&str, Severity, Vec<&Verdict>)> = Vec::new();
    for finding in audit.findings() {
        match groups.iter_mut().find(|(rule, severity, _)| *rule == finding.rule && *severity == finding.severity) {
            Some((_, _, list)) => list.push(finding),
            None => groups.push((&finding.rule, finding.severity, vec![finding])),
        }
    }
    groups.sort_by(|a, b| a.1.cmp(&b.1).then(b.2.len().cmp(&a.2.len())).then(a.0.cmp(b.0)));
    book.heading(2, "Worst first");
    if groups.is_empty() {
        book.paragraph(if audit.verdicts.is_empty() { "No test was made." } else { "No test failed." });
        return;
    }
    let rows = groups.iter().take(6).map(|(rule, severity, list)| {
        let title = audit.rule(rule).map_or("", |info| info.finding);
        let first = list
            .first()
            .and_then(|finding| ArmId::parse(&finding.resource_id))
            .map(|id| id.name().to_owned())
            .unwrap_or_default();
        let who = if list.len() == 1 { first } else { format!("{first} and {} more", list.len() - 1) };
        vec![
            Cell::Word(severity.label().to_owned(), severity_ink(*severity)),
            Cell::Link((*rule).to_owned(), format!("finding:{rule}")),
            Cell::of(title),
            Cell::of(list.len().to_string()),
            Cell::of(who),
        ]
    });
    table(
        book,
        &[
            Column("Severity", 10.0),
            Column("Rule", 10.0),
            Column("What", 42.0),
            Column("Findings", 10.0),
            Column("Where", 28.0),
        ],
        rows,
    );
}

fn not_assessed(book: &mut Book, audit: &Audit) {
    book.heading(2, "What was not assessed");
    let count = audit.coverage.tests_not_assessed;
    if count == 0 && audit.coverage.gaps.is_empty() {
        book.paragraph("Nothing was left out: every test that applies ended in pass or fail, and no gap was met.");
        return;
    }
    book.paragraph(&format!(
        "{} could not be assessed, and {} met. None of them counts as passed. The section on coverage names each one and what would close it.",
        counted(count as usize, "test", "tests"),
        counted(audit.coverage.gaps.len(), "gap was", "gaps were")
    ));
}

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
