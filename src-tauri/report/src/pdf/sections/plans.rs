//! Closing plans: per cluster, the steps in their order, and those that are held back with why.

use super::last;
use crate::pdf::book::{Book, Ink, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Change, Fleet, Plan, Step};

/// So much of what nobody read is printed for a step; the rest is counted.
const MOST_UNREAD: usize = 2;

/// Clusters whose steps are printed; of the others one line each, and the plans of all are in findings.json.
const MOST_PLANS: usize = 12;
const MOST_LINES: usize = 400;

/// What a service that waits for its binding is told, after its name.
const LOSES: &str = " would lose its way in: it has no Trusted Access binding in force.";

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
    let (in_full, by_line) = with_steps.split_at(with_steps.len().min(MOST_PLANS));
    let of_all = told_of_all(in_full);
    for note in &of_all {
        book.small(&format!("For every cluster below: {}", plain(note)));
    }
    for plan in in_full {
        book.heading(2, &name_of(fleet, plan));
        let rows = plan.steps.iter().enumerate().map(|(index, step)| row(index, step));
        let columns =
            [Column("", 5.0), Column("Step", 31.0), Column("State", 12.0), Column("Why, and what to know first", 52.0)];
        table(book, &columns, rows);
        for note in plan.notes.iter().filter(|note| !of_all.contains(&note.as_str())) {
            book.small(&plain(note));
        }
    }
    others(book, fleet, by_line);
    // why there is nothing to do, or nothing that can be done
    let mut without = plans.iter().filter(|plan| plan.steps.is_empty() && !plan.notes.is_empty()).peekable();
    if without.peek().is_some() {
        book.heading(2, "Clusters without steps");
    }
    for plan in without.take(MOST_LINES) {
        let notes: Vec<&str> = plan.notes.iter().map(String::as_str).filter(|note| !of_all.contains(note)).collect();
        let notes = if notes.is_empty() { "nothing is left to do.".to_owned() } else { plain(&notes.join(" ")) };
        book.small(&format!("{}: {notes}", name_of(fleet, plan)));
    }
}

/// What is said of each of them, so that it is said once.
fn told_of_all<'a>(plans: &[&'a Plan]) -> Vec<&'a str> {
    let Some((first, others)) = plans.split_first() else { return Vec::new() };
    let of_all = |note: &&str| others.iter().all(|plan| plan.notes.iter().any(|other| other == note));
    first.notes.iter().map(String::as_str).filter(of_all).collect()
}

/// Clusters whose steps are not printed: how many there are, and of which kind.
fn others(book: &mut Book, fleet: &Fleet, plans: &[&Plan]) {
    if plans.is_empty() {
        return;
    }
    book.heading(2, "The other clusters");
    book.small("Their steps, with the commands, are in the window and in findings.json.");
    let rows = plans.iter().take(MOST_LINES).map(|plan| {
        let count = |state: &str| plan.steps.iter().filter(|step| state_of(step).0 == state).count().to_string();
        let cells = ["ready", "decide first", "not all known", "held back"].map(|state| Cell::of(count(state)));
        [Cell::Strong(name_of(fleet, plan)), Cell::of(plan.steps.len().to_string())].into_iter().chain(cells).collect()
    });
    let columns = [
        Column("Cluster", 40.0),
        Column("Steps", 10.0),
        Column("Ready", 10.0),
        Column("Decide first", 14.0),
        Column("Not all known", 14.0),
        Column("Held back", 12.0),
    ];
    table(book, &columns, rows);
    if plans.len() > MOST_LINES {
        book.small(&format!("And {} more clusters.", plans.len() - MOST_LINES));
    }
}

/// Marks for commands are the window's; paper has none.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

fn name_of(fleet: &Fleet, plan: &Plan) -> String {
    let cluster = fleet.cluster(&plan.cluster_id, &plan.instance);
    cluster.map_or_else(|| last(&plan.cluster_id).to_owned(), |cluster| cluster.name.clone())
}

fn state_of(step: &Step) -> (&'static str, Ink) {
    match (step.is_held_back(), step.unsure.is_empty(), &step.decide) {
        (true, ..) => ("held back", ink::CRITICAL),
        (false, false, _) => ("not all known", ink::UNKNOWN),
        (false, true, Some(_)) => ("decide first", ink::MEDIUM),
        (false, true, None) => ("ready", ink::PASS),
    }
}

/// What the step would break if the ones before it were left out: services in one sentence, the rest as it stands.
fn if_done_today(breaks: &[String]) -> Vec<String> {
    let (services, rest): (Vec<&String>, Vec<&String>) = breaks.iter().partition(|what| what.ends_with(LOSES));
    let names: Vec<&str> = services.iter().filter_map(|what| what.strip_suffix(LOSES)).collect();
    let mut told = Vec::new();
    if !names.is_empty() {
        told.push(format!("Done before the steps above, it cuts off {}.", names.join(", ")));
    }
    told.extend(rest.into_iter().map(|what| format!("Today: {what}")));
    told
}

fn row(index: usize, step: &Step) -> Vec<Cell> {
    let (state, colour) = state_of(step);
    let mut told = vec![step.why.clone()];
    told.extend(step.held_back.iter().map(|why| format!("Held back: {why}.")));
    if !step.is_held_back() {
        told.extend(if_done_today(&step.breaks_today));
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
        Cell::of(plain(&told.join(" "))),
    ]
}
