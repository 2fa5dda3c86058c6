//! Trusted Access: which services are bound to which clusters, and what each role lets them do.

use super::last;
use crate::pdf::book::{Book, Ink, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Fleet, MatrixState, Service, Survey};

/// Longer lists belong into the machine-readable file, and the page says so.
const MOST_LINES: usize = 400;

pub(super) fn write(book: &mut Book, fleet: &Fleet, survey: &Survey) {
    book.section("Trusted Access");
    book.paragraph("A Trusted Access binding lets one Azure resource call the Kubernetes API of one cluster over the Azure backbone, with its own managed identity. None of the usual settings of a cluster shows it: a private cluster can have one. The matrix tells for each service that supports it whether it uses the cluster, and how it is let in.");
    matrix(book, fleet, survey);
    book.heading(2, "Roles in plain words");
    book.paragraph("Graded by the Kubernetes rules behind each role, never by its name. Rules widen without any change to a binding, so the catalogue they were read in is named.");
    let rows = survey.roles.iter().map(|role| {
        vec![
            Cell::Strong(last(&role.name).to_owned()),
            Cell::Word(role.grade.clone(), grade_ink(&role.grade)),
            Cell::of(format!("{} on {} clusters", role.bindings, role.clusters)),
            Cell::of(if role.sentences.is_empty() { role.because.clone() } else { role.sentences.join(" ") }),
        ]
    });
    let columns =
        [Column("Role", 22.0), Column("Amounts to", 12.0), Column("Bindings", 16.0), Column("What it may do", 50.0)];
    table(book, &columns, rows);
}

fn matrix(book: &mut Book, fleet: &Fleet, survey: &Survey) {
    let counts: Vec<String> = MatrixState::ALL
        .iter()
        .filter_map(|state| {
            let number = survey.matrix.iter().flat_map(|row| &row.cells).filter(|cell| cell.state == *state).count();
            (number > 0).then(|| format!("{number} {}", state.label()))
        })
        .collect();
    book.paragraph(&format!(
        "{} clusters by {} services: {}.",
        survey.matrix.len(),
        Service::WITH_TRUSTED_ACCESS.len(),
        counts.join(", ")
    ));
    let told = |row: &&quay_model::MatrixRow| row.cells.iter().any(|cell| cell.state != MatrixState::NotApplicable);
    let shown: Vec<_> = survey.matrix.iter().filter(told).collect();
    let rows = shown.iter().take(MOST_LINES).map(|row| {
        let name = fleet
            .cluster(&row.cluster_id, &row.instance)
            .map_or_else(|| last(&row.cluster_id).to_owned(), |c| c.name.clone());
        let mut cells = vec![Cell::Strong(name)];
        cells.extend(row.cells.iter().map(|cell| Cell::Word(short(cell.state).to_owned(), state_ink(cell.state))));
        let mut notes: Vec<&str> = row
            .cells
            .iter()
            .filter(|cell| !matches!(cell.state, MatrixState::Bound | MatrixState::NotApplicable))
            .map(|cell| cell.detail.as_str())
            .collect();
        notes.dedup();
        cells.push(Cell::of(notes.join("; ")));
        cells
    });
    let columns = [
        Column("Cluster", 20.0),
        Column("Backup", 11.0),
        Column("Containers", 11.0),
        Column("CSPM", 11.0),
        Column("ML", 11.0),
        Column("What stands out", 36.0),
    ];
    table(book, &columns, rows);
    book.small("Containers and CSPM are the two plans of Defender, ML is Azure Machine Learning; – means that the service does not use the cluster.");
    let left_out = survey.matrix.len() - shown.len();
    if left_out > 0 {
        book.small(&format!("{left_out} clusters that none of the four services uses are not listed."));
    }
    if shown.len() > MOST_LINES {
        book.small(&format!("The first {MOST_LINES} of {} are listed; findings.json holds them all.", shown.len()));
    }
}

/// A dash where a service does not use the cluster: most cells say so, and the words would hide the others.
fn short(state: MatrixState) -> &'static str {
    if state == MatrixState::NotApplicable { "–" } else { state.label() }
}

fn state_ink(state: MatrixState) -> Ink {
    match state {
        MatrixState::Missing => ink::CRITICAL,
        MatrixState::OverBroad | MatrixState::Dangling => ink::HIGH,
        MatrixState::Unused => ink::MEDIUM,
        MatrixState::Unknown => ink::UNKNOWN,
        MatrixState::Bound => ink::PASS,
        MatrixState::NotApplicable => ink::QUIET,
    }
}

fn grade_ink(grade: &str) -> Ink {
    match grade {
        "cluster-admin" => ink::CRITICAL,
        "high" => ink::HIGH,
        "medium" => ink::MEDIUM,
        "unknown" => ink::UNKNOWN,
        _ => ink::LOW,
    }
}
