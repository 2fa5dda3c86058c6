//! Ownership: who has to act, and clusters that name nobody.

use super::last;
use crate::Beside;
use crate::pdf::book::{Book, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::Audit;

const MOST_LINES: usize = 200;

pub(super) fn write(book: &mut Book, audit: &Audit, beside: &Beside<'_>) {
    book.section("Ownership");
    let inherit = if audit.settings.inherit_tags {
        "Tags of the resource group and the subscription count where a cluster has none."
    } else {
        "Only tags on the cluster itself count."
    };
    let owned = &beside.survey.owned;
    let complete =
        owned.values().filter(|o| !o.owner.is_empty() && !o.team.is_empty() && !o.cost_centre.is_empty()).count();
    book.paragraph(&format!(
        "Owner, team and cost centre are named for {complete} of {} clusters. {inherit}",
        owned.len()
    ));
    let rows = beside.owners.iter().take(MOST_LINES).map(|line| {
        let name = if line.owner.is_empty() { "nobody" } else { &line.owner };
        vec![
            Cell::Strong(name.to_owned()),
            Cell::of(line.teams.join(", ")),
            Cell::of(line.clusters.to_string()),
            Cell::Word(line.critical.to_string(), if line.critical > 0 { ink::CRITICAL } else { ink::QUIET }),
            Cell::of(line.high.to_string()),
            Cell::of((line.medium + line.low).to_string()),
            Cell::of(line.not_assessed.to_string()),
            Cell::of(line.score.map_or_else(|| "–".to_owned(), |score| score.to_string())),
        ]
    });
    let columns = [
        Column("Owner", 27.0),
        Column("Teams", 19.0),
        Column("Clusters", 9.0),
        Column("Critical", 8.0),
        Column("High", 8.0),
        Column("Lower", 8.0),
        Column("Not assessed", 13.0),
        Column("Score", 8.0),
    ];
    table(book, &columns, rows);
    let slips: Vec<String> = owned
        .iter()
        .filter(|(_, owned)| !owned.near_miss.is_empty())
        .map(|((id, _), owned)| format!("{}: {}", last(id), owned.near_miss))
        .collect();
    if !slips.is_empty() {
        book.small(&format!("Tags that look like slips. {}.", slips.join("; ")));
    }
}
