//! Coverage and limits: what was not read, and what this report cannot say.

use crate::pdf::book::Book;
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Audit, Outcome};
use std::collections::BTreeMap;

const MOST_GAPS: usize = 200;

pub(super) fn write(book: &mut Book, audit: &Audit) {
    let coverage = &audit.coverage;
    book.section("Coverage and limits");
    book.heading(2, "Calls");
    table(
        book,
        &[Column("Call", 60.0), Column("Read", 20.0), Column("Not read", 20.0)],
        coverage.calls.iter().map(|call| {
            vec![Cell::Strong(call.call.clone()), Cell::of(call.read.to_string()), Cell::of(call.not_read.to_string())]
        }),
    );
    book.heading(2, "Gaps");
    if coverage.gaps.is_empty() {
        book.paragraph("No gap was met.");
    }
    let rows = coverage.gaps.iter().take(MOST_GAPS).map(|gap| {
        vec![
            Cell::Strong(gap.scope.clone()),
            Cell::of(gap.call.clone()),
            Cell::of(gap.reason.label()),
            Cell::of(gap.message.clone()),
            Cell::of(gap.hint.clone()),
        ]
    });
    table(
        book,
        &[
            Column("Scope", 27.0),
            Column("Call", 14.0),
            Column("Why", 10.0),
            Column("What happened", 27.0),
            Column("What closes it", 22.0),
        ],
        rows,
    );
    if coverage.gaps.len() > MOST_GAPS {
        book.small(&format!(
            "The first {MOST_GAPS} of {} gaps are listed; findings.json holds them all.",
            coverage.gaps.len()
        ));
    }
    book.heading(2, "Tests that could not be assessed");
    let mut by_rule: BTreeMap<&str, (u32, &str)> = BTreeMap::new();
    for verdict in audit.verdicts.iter().filter(|v| v.verdict == Outcome::NotAssessed) {
        let entry = by_rule.entry(&verdict.rule).or_insert((0, &verdict.reason));
        entry.0 += 1;
    }
    if by_rule.is_empty() {
        book.paragraph(if audit.verdicts.is_empty() {
            "No test was made, because no cluster was read."
        } else {
            "Every test that applies was assessed."
        });
    }
    let rows = by_rule.into_iter().map(|(rule, (count, reason))| {
        vec![Cell::Strong(rule.to_owned()), Cell::of(count.to_string()), Cell::of(format!("for example: {reason}"))]
    });
    table(book, &[Column("Rule", 12.0), Column("Tests", 10.0), Column("Why", 78.0)], rows);
    book.heading(2, "Limits");
    for limit in [
        "Settings were read, not traffic: nothing here says who did connect.",
        "Between two snapshots nothing was observed.",
        "Network rules outside the cluster's own settings (firewalls, private DNS, peerings) were not looked at.",
        "The Kubernetes objects inside the clusters were not looked at; no credential of a cluster was ever asked for.",
        "Role contents come from a dated catalogue unless that of the cluster's location was read; the evidence of each verdict says which.",
        "Control mappings are support for an auditor's judgement, not a substitute for it.",
    ] {
        book.paragraph(&format!("• {limit}"));
    }
}
