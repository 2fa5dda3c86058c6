//! Scope and method: what an auditor needs to rely on evidence made by a tool.

use super::day;
use crate::pdf::book::Book;
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Audit, Fleet};

pub(super) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet) {
    book.section("Scope and method");
    book.heading(2, "What was looked at");
    let rows = audit.coverage.subscriptions.iter().map(|subscription| {
        vec![
            Cell::Strong(subscription.name.clone()),
            Cell::of(subscription.id.clone()),
            Cell::of(subscription.state.clone()),
            Cell::of(subscription.clusters.to_string()),
            Cell::of(format!("{} of {}", subscription.bindings_read, subscription.clusters)),
        ]
    });
    if audit.coverage.subscriptions.is_empty() {
        book.paragraph("No subscription was read.");
    }
    table(
        book,
        &[
            Column("Subscription", 27.0),
            Column("Id", 37.0),
            Column("State", 10.0),
            Column("Clusters", 10.0),
            Column("Bindings read", 14.0),
        ],
        rows,
    );
    book.small("Only what is listed here was looked at. Subscriptions that are not listed were not asked for, or were not in the collected files.");

    book.heading(2, "How it was read");
    let facts = [
        ("Source", audit.snapshot.origin.clone()),
        ("Read", day(&audit.snapshot.taken)),
        ("Verdicts speak of", day(&audit.snapshot.as_of)),
        (
            "Documents kept",
            format!(
                "{} JSON bodies, each with its SHA-256; the place of each stands beside each verdict in findings.json",
                audit.snapshot.documents
            ),
        ),
        (
            "Snapshot before",
            if audit.snapshot.previous_hash.is_empty() {
                "none".to_owned()
            } else {
                audit.snapshot.previous_hash.clone()
            },
        ),
        ("Changed in Azure", "nothing: the tool reads only, and needs no more than Reader".to_owned()),
        ("Clusters", format!("{}; every one was tested against every rule, no sample was drawn", fleet.clusters.len())),
        (
            "External anchor",
            "none: the hash chain proves order, not honesty; hand the report hash to your auditor to anchor it"
                .to_owned(),
        ),
    ];
    table(
        book,
        &[Column("What", 22.0), Column("Value", 78.0)],
        facts.into_iter().map(|(name, value)| vec![Cell::Strong(name.to_owned()), Cell::of(value)]),
    );

    book.heading(2, "Thresholds used");
    let s = &audit.settings;
    let limits = [
        ("Widest single range", format!("/{} (IPv4), /{} (IPv6)", s.widest_v4_prefix, s.widest_v6_prefix)),
        (
            "All ranges together",
            format!("as many addresses as a /{} (IPv4) or a /{} (IPv6)", s.total_v4_prefix, s.total_v6_prefix),
        ),
        ("Admin groups", format!("at most {}", s.most_admin_groups)),
        ("Owner tag", s.owner_tag.keys.join(", ")),
        ("Team tag", s.team_tag.keys.join(", ")),
        ("Cost-centre tag", s.cost_centre_tag.keys.join(", ")),
    ];
    table(
        book,
        &[Column("Threshold", 22.0), Column("Value", 78.0)],
        limits.into_iter().map(|(name, value)| vec![Cell::Strong(name.to_owned()), Cell::of(value)]),
    );

    book.heading(2, "What the four results mean");
    let results = [
        (
            "pass",
            "The setting was read, or Azure's documented default applies (the evidence says which), and it is as expected.",
        ),
        ("fail", "The setting was read, or the default applies, and it is not as expected. A finding."),
        ("not applicable", "The question does not arise for this resource; the reason is given."),
        ("not assessed", "What was needed could not be read. Never counted as passed."),
    ];
    table(
        book,
        &[Column("Result", 22.0), Column("Meaning", 78.0)],
        results.into_iter().map(|(name, value)| vec![Cell::Strong(name.to_owned()), Cell::of(value)]),
    );
}
