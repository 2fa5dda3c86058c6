//! Closing plans: per cluster, the steps in their order, and those that are held back with why.

use super::last;
use crate::pdf::book::{Book, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Change, Fleet, Plan, Step};

/// So much of what nobody read is printed for a step; the rest is counted.
const MOST_UNREAD: usize = 2;

/// Clusters whose steps are printed; the plans of all are in findings.json.
const MOST_PLANS: usize = 40;

pub(super) fn write(book: &mut Book, fleet: &Fleet, plans: &[Plan]) {
    book.section("Closing plans");
    book.paragraph("For each cluster the order in which its doors can be shut: what lets services in comes first, then a person confirms that they work, then doors are closed. A step that would cut off a detected service is held back. Nothing here was applied; commands for each step are in the window and in the exported code.");
    let steps = plans.iter().map(|plan| plan.steps.len()).sum::<usize>();
    let held = plans.iter().flat_map(|plan| &plan.steps).filter(|step| step.is_held_back()).count();
    let unsure = plans.iter().flat_map(|plan| &plan.steps).filter(|step| !step.unsure.is_empty()).count();
    book.paragraph(&format!(
        "{steps} steps for {} clusters; {held} are held back; for {unsure} something that matters was not read.",
        plans.len()
    ));
    let mut with_steps: Vec<&Plan> = plans.iter().filter(|plan| !plan.steps.is_empty()).collect();
    // those that let a service in first: they are what others wait for
    let lets_in =
        |plan: &&Plan| plan.steps.iter().filter(|step| matches!(step.change, Change::CreateBinding { .. })).count();
    with_steps.sort_by_key(|plan| std::cmp::Reverse((lets_in(plan), plan.steps.len())));
    for plan in with_steps.iter().take(MOST_PLANS) {
        book.heading(2, &name_of(fleet, plan));
        let rows = plan.steps.iter().enumerate().map(|(index, step)| row(index, step));
        let columns =
            [Column("", 5.0), Column("Step", 31.0), Column("State", 12.0), Column("Why, and what to know first", 52.0)];
        table(book, &columns, rows);
        for note in &plan.notes {
            book.small(note);
        }
    }
    if with_steps.len() > MOST_PLANS {
        book.small(&format!("The plans of {} more clusters are in findings.json.", with_steps.len() - MOST_PLANS));
    }
    // why there is nothing to do, or nothing that can be done
    let mut without = plans.iter().filter(|plan| plan.steps.is_empty() && !plan.notes.is_empty()).peekable();
    if without.peek().is_some() {
        book.heading(2, "Clusters without steps");
    }
    for plan in without.take(MOST_PLANS) {
        book.small(&format!("{}: {}", name_of(fleet, plan), plan.notes.join(" ")));
    }
}

fn name_of(fleet: &Fleet, plan: &Plan) -> String {
    let cluster = fleet.cluster(&plan.cluster_id, &plan.instance);
    cluster.map_or_else(|| last(&plan.cluster_id).to_owned(), |cluster| cluster.name.clone())
}

fn row(index: usize, step: &Step) -> Vec<Cell> {
    let (state, colour) = match (step.is_held_back(), step.unsure.is_empty(), &step.decide) {
        (true, ..) => ("held back", ink::CRITICAL),
        (false, false, _) => ("not all known", ink::UNKNOWN),
        (false, true, Some(_)) => ("decide first", ink::MEDIUM),
        (false, true, None) => ("ready", ink::PASS),
    };
    let mut told = vec![step.why.clone()];
    told.extend(step.held_back.iter().map(|why| format!("Held back: {why}.")));
    if !step.is_held_back() {
        told.extend(step.breaks_today.iter().map(|what| format!("Today: {what}")));
    }
    told.extend(step.unsure.iter().take(MOST_UNREAD).map(|what| format!("Not known: {what}.")));
    if step.unsure.len() > MOST_UNREAD {
        told.push(format!("Not known: {} more, in findings.json.", step.unsure.len() - MOST_UNREAD));
    }
    told.extend(step.decide.iter().map(|what| format!("First: {what}")));
    vec![
        Cell::of((index + 1).to_string()),
        Cell::Strong(step.title.clone()),
        Cell::Word(state.to_owned(), colour),
        Cell::of(told.join(" ")),
    ]
}
