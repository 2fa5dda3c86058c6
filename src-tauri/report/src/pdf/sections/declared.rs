//! What infrastructure code declares against what is deployed.

use super::last;
use crate::pdf::book::{Book, Ink, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{DriftKind, Fleet, Survey};

const MOST_LINES: usize = 300;

pub(super) fn write(book: &mut Book, fleet: &Fleet, survey: &Survey) {
    book.section("Declared against deployed");
    if fleet.around.declared.is_empty() {
        book.paragraph("No infrastructure code was given, so nothing can be said about what is declared. Terraform state and plans as JSON, ARM templates and compiled Bicep can be read.");
        return;
    }
    let counts: Vec<String> = DriftKind::ALL
        .iter()
        .filter_map(|kind| {
            let number = survey.drift.iter().filter(|drift| drift.kind == *kind).count();
            (number > 0).then(|| format!("{number} {}", kind.label()))
        })
        .collect();
    book.paragraph(&format!("{} declarations were read: {}.", fleet.around.declared.len(), counts.join("; ")));
    let rows = survey.drift.iter().filter(|drift| drift.kind != DriftKind::Same).take(MOST_LINES).map(|drift| {
        vec![
            Cell::Strong(last(&drift.cluster_id).to_owned()),
            Cell::of(drift.what.clone()),
            Cell::Word(drift.kind.label().to_owned(), kind_ink(drift.kind)),
            Cell::of(names(&drift.declared)),
            Cell::of(names(&drift.deployed)),
            Cell::of(drift.code.clone()),
        ]
    });
    let columns = [
        Column("Cluster", 15.0),
        Column("What", 17.0),
        Column("Result", 12.0),
        Column("Declared", 19.0),
        Column("Deployed", 19.0),
        Column("Code", 18.0),
    ];
    table(book, &columns, rows);
}

/// Ids cut to their names: whole ones are in findings.json.
fn names(text: &str) -> String {
    let name = |word: &str| {
        let bare = word.trim_end_matches(',');
        let tail = word.get(bare.len()..).unwrap_or_default();
        let is_range = bare.rsplit('/').next().is_some_and(|end| end.chars().all(|c| c.is_ascii_digit()));
        if bare.contains('/') && !is_range { format!("{}{tail}", last(bare)) } else { word.to_owned() }
    };
    text.split(' ').map(name).collect::<Vec<_>>().join(" ")
}

fn kind_ink(kind: DriftKind) -> Ink {
    match kind {
        DriftKind::Missing | DriftKind::Undeclared => ink::HIGH,
        DriftKind::Different => ink::MEDIUM,
        DriftKind::Unknown => ink::UNKNOWN,
        DriftKind::Same => ink::PASS,
    }
}
