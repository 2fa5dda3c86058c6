//! Doors: every way into the API servers, counted by kind, and the identities that can use the most of them.

use super::last;
use crate::pdf::book::{Book, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{DoorKind, DoorState, Fleet, Reach, Survey, WhoKind};
use std::collections::BTreeSet;

const MOST_IDENTITIES: usize = 60;
const MOST_CLUSTERS: usize = 300;

pub(super) fn write(book: &mut Book, fleet: &Fleet, survey: &Survey) {
    book.section("Doors");
    book.paragraph("A door is one way into one API server. Open: works today. Dormant: a right that works again as soon as a setting is changed back or a role is activated. A network way needs a credential besides. Members of groups were not read.");
    let unread = survey.doors.iter().filter(|cluster| !cluster.unread.is_empty()).count();
    if unread > 0 {
        book.paragraph(&format!("On {unread} of {} clusters something was not read, so doors may be missing below; findings.json names it for each.", survey.doors.len()));
    }
    let rows = DoorKind::ALL.iter().filter_map(|kind| {
        let all = || survey.doors.iter().flat_map(|cluster| &cluster.doors).filter(|door| door.kind == *kind);
        let count = |state: DoorState| all().filter(|door| door.state == state).count();
        all().next()?;
        let open_on = |cluster: &&quay_model::ClusterDoors| {
            cluster.doors.iter().any(|d| d.kind == *kind && d.state == DoorState::Open)
        };
        let clusters = survey.doors.iter().filter(open_on).count();
        let replaceable = all()
            .filter(|door| door.replaceable == quay_model::Replaceable::Yes && door.state == DoorState::Open)
            .count();
        Some(vec![
            Cell::Strong(kind.label().to_owned()),
            Cell::of(format!("{clusters} of {}", survey.doors.len())),
            Cell::of(count(DoorState::Open).to_string()),
            Cell::of(count(DoorState::Dormant).to_string()),
            Cell::of(count(DoorState::Unknown).to_string()),
            Cell::of(if replaceable > 0 { replaceable.to_string() } else { "–".to_owned() }),
        ])
    });
    let columns = [
        Column("Door", 32.0),
        Column("Open on", 16.0),
        Column("Open", 11.0),
        Column("Dormant", 12.0),
        Column("Not known", 12.0),
        Column("Replaceable", 17.0),
    ];
    table(book, &columns, rows);

    book.small("Open on: clusters with such a door. Replaceable: open doors of services that have a Trusted Access role, or that such a service may be the reason for.");
    book.heading(2, "Blast radius");
    book.paragraph("Identities by how many clusters they can enter today, administrators first.");
    let rows = survey.radius.iter().take(MOST_IDENTITIES).map(|line| {
        let doors: Vec<&str> = line.doors.iter().map(|door| door.label()).collect();
        vec![
            Cell::Strong(line.who_name.to_string()),
            Cell::of(who(line.who_kind)),
            Cell::of(line.clusters.to_string()),
            Cell::Word(line.admin_of.to_string(), if line.admin_of > 0 { ink::CRITICAL } else { ink::QUIET }),
            Cell::of(doors.join(", ")),
        ]
    });
    let columns = [
        Column("Who", 28.0),
        Column("What it is", 14.0),
        Column("Clusters", 10.0),
        Column("As admin", 10.0),
        Column("Doors", 38.0),
    ];
    table(book, &columns, rows);
    if survey.radius.len() > MOST_IDENTITIES {
        book.small(&format!(
            "The first {MOST_IDENTITIES} of {} are listed; findings.json holds them all.",
            survey.radius.len()
        ));
    }

    book.heading(2, "Doors of each cluster");
    let rows = survey.doors.iter().take(MOST_CLUSTERS).map(|cluster| {
        let name = fleet
            .cluster(&cluster.cluster_id, &cluster.instance)
            .map_or_else(|| last(&cluster.cluster_id).to_owned(), |c| c.name.clone());
        let open = || cluster.doors.iter().filter(|door| door.state == DoorState::Open);
        let kinds: BTreeSet<DoorKind> = open().map(|door| door.kind).collect();
        let admins: BTreeSet<&str> = open().filter(|door| door.reach == Reach::Admin).map(|door| &*door.who).collect();
        let words: Vec<&str> = kinds.iter().map(|kind| kind.label()).collect();
        let more = if cluster.unread.is_empty() { "" } else { " (some not read)" };
        vec![
            Cell::Strong(name),
            Cell::of(format!("{}{more}", open().count())),
            Cell::of(admins.len().to_string()),
            Cell::of(words.join(", ")),
        ]
    });
    let columns = [
        Column("Cluster", 26.0),
        Column("Open doors", 16.0),
        Column("Administrators", 13.0),
        Column("Kinds of open doors", 45.0),
    ];
    table(book, &columns, rows);
    if survey.doors.len() > MOST_CLUSTERS {
        book.small(&format!(
            "The first {MOST_CLUSTERS} of {} clusters are listed; findings.json holds every door.",
            survey.doors.len()
        ));
    }
}

fn who(kind: WhoKind) -> &'static str {
    match kind {
        WhoKind::Everyone => "everyone",
        WhoKind::Network => "network",
        WhoKind::Person => "person",
        WhoKind::Group => "group",
        WhoKind::Service => "Azure resource",
        WhoKind::Application => "application",
        WhoKind::Tenant => "other tenant or issuer",
        WhoKind::Unknown => "not told",
    }
}
