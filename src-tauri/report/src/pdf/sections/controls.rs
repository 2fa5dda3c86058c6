//! The SOC 2 matrix: which criterion each condition supports, on what basis, with what confidence, and how it tested.

use crate::pdf::book::{Book, Ink, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Audit, ControlRow, Tally};

pub(super) fn write(book: &mut Book, audit: &Audit) {
    book.section("SOC 2 control matrix");
    book.paragraph("Trust Services Criteria 2017 with revised points of focus 2022. A criterion and a technical test are rarely one to one: these tests support a criterion, they do not satisfy it. Basis says where the mapping comes from; confidence how firm it is. No framework names Trusted Access.");
    let mut rows: Vec<&ControlRow> = audit.controls.iter().filter(|row| row.framework == "soc2").collect();
    rows.sort_by(|a, b| a.control.cmp(&b.control).then(a.condition.cmp(&b.condition)));
    let lines = rows.iter().map(|row| {
        let rules = if row.rules.is_empty() { "no rule yet".to_owned() } else { row.rules.join(", ") };
        let (word, colour) = verdict(row);
        let failing = row.rules.iter().find(|rule| audit.findings().any(|finding| finding.rule == **rule));
        let tested = match (failing, row.rules.first()) {
            (Some(rule), _) => Cell::Link(rules, format!("finding:{rule}")),
            (None, Some(rule)) => Cell::Link(rules, format!("rule:{rule}")),
            (None, None) => Cell::of(rules),
        };
        vec![
            Cell::Strong(row.control.clone()),
            Cell::of(row.condition_title.clone()),
            tested,
            Cell::of(tally(row.tally, row.rules.is_empty())),
            Cell::Word(word.to_owned(), colour),
            Cell::of(basis(&row.basis)),
            Cell::of(row.confidence.clone()),
        ]
    });
    let columns = [
        Column("Criterion", 9.0),
        Column("Condition", 26.0),
        Column("Rules", 13.0),
        Column("Tests", 15.0),
        Column("Result", 12.0),
        Column("Basis", 16.0),
        Column("Confidence", 11.0),
    ];
    table(book, &columns, lines);

    book.heading(2, "Read before you rely on a row");
    let mut seen: Vec<(&str, &str, &str)> = rows
        .iter()
        .filter(|row| !row.caveat.is_empty())
        .map(|row| (row.condition.as_str(), row.condition_title.as_str(), row.caveat.as_str()))
        .collect();
    seen.sort_unstable();
    seen.dedup();
    table(
        book,
        &[Column("Condition", 30.0), Column("Caveat", 70.0)],
        seen.into_iter().map(|(_, title, caveat)| vec![Cell::Strong(title.to_owned()), Cell::of(caveat)]),
    );
}

fn tally(tally: Tally, untested: bool) -> String {
    if untested {
        "–".to_owned()
    } else {
        format!("{} pass, {} fail, {} not assessed", tally.pass, tally.fail, tally.not_assessed)
    }
}

fn verdict(row: &ControlRow) -> (&'static str, Ink) {
    match row.tally {
        _ if row.rules.is_empty() => ("not tested", ink::UNKNOWN),
        Tally { fail: 1.., .. } => ("exceptions", ink::HIGH),
        Tally { not_assessed: 1.., .. } => ("incomplete", ink::UNKNOWN),
        Tally { pass: 1.., .. } => ("no exception", ink::PASS),
        _ => ("not applicable", ink::QUIET),
    }
}

fn basis(word: &str) -> &str {
    match word {
        "official" => "Microsoft's mapping",
        "benchmark" => "published benchmark",
        "tool" => "another tool",
        "crosswalk" => "MCSB crosswalk",
        "judgement" => "our reading",
        other => other,
    }
}
