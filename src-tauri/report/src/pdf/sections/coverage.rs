//! Coverage and limits: what was not read, and what this report cannot say.

use crate::pdf::book::Book;
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Audit, CallState, Coverage, Outcome};
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
    asked(book, coverage);
    control_totals(book, coverage);
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

/// Over the whole tenant: each kind of call and how its answers ended. Only where Azure itself was asked.
fn asked(book: &mut Book, coverage: &Coverage) {
    let mut calls: BTreeMap<&str, CallState> = BTreeMap::new();
    for state in coverage.tenant_asked.iter().chain(coverage.subscriptions.iter().flat_map(|of| &of.asked)) {
        let sum = calls.entry(&state.call).or_default();
        sum.read += state.read;
        sum.denied += state.denied;
        sum.throttled += state.throttled;
        sum.failed += state.failed;
        sum.not_asked += state.not_asked;
    }
    if calls.is_empty() {
        return;
    }
    book.heading(2, "What Azure was asked");
    let count = |n: u32| Cell::of(n.to_string());
    let rows = calls.into_iter().map(|(call, sum)| {
        vec![
            Cell::Strong(call.to_owned()),
            count(sum.read),
            count(sum.denied),
            count(sum.throttled),
            count(sum.failed),
            count(sum.not_asked),
        ]
    });
    let columns = [
        Column("Call", 40.0),
        Column("Read", 12.0),
        Column("Denied", 12.0),
        Column("Throttled out", 12.0),
        Column("Failed", 12.0),
        Column("Not asked", 12.0),
    ];
    table(book, &columns, rows);
}

/// Two ways to count the same clusters; a difference is said, and which of the two is the authority.
fn control_totals(book: &mut Book, coverage: &Coverage) {
    let totals = &coverage.control_totals;
    if totals.is_empty() {
        return;
    }
    book.heading(2, "Control totals");
    let sum: u32 = totals.iter().map(|total| total.resource_manager).sum();
    let differ: Vec<_> =
        totals.iter().filter(|total| total.resource_graph != Some(total.resource_manager)).take(MOST_GAPS).collect();
    book.paragraph(&format!(
        "Azure Resource Manager listed {sum} clusters in {} subscriptions; Azure Resource Graph counts the same in {}. Resource Manager is the authority: Resource Graph can be minutes behind.",
        totals.len(),
        totals.len() - totals.iter().filter(|total| total.resource_graph != Some(total.resource_manager)).count()
    ));
    let rows = differ.into_iter().map(|total| {
        let graph = total.resource_graph.map_or_else(|| "not read".to_owned(), |count| count.to_string());
        vec![Cell::Strong(total.subscription.clone()), Cell::of(total.resource_manager.to_string()), Cell::of(graph)]
    });
    let columns = [Column("Subscription", 60.0), Column("Resource Manager", 20.0), Column("Resource Graph", 20.0)];
    table(book, &columns, rows);
}
