//! The population: one line a cluster.

use crate::pdf::book::{Book, Ink, ink};
use crate::pdf::table::{Cell, Column, table};
use quay_model::{Audit, Cluster, Fleet, Reading};
use std::collections::HashMap;

/// Longer lists belong into the machine-readable file, and the page says so.
const MOST_LINES: usize = 1000;

pub(super) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet) {
    book.section("Population");
    if fleet.clusters.is_empty() {
        book.paragraph("No cluster was read.");
        return;
    }
    let exposure = exposures(audit);
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for cluster in &fleet.clusters {
        let label = exposure_of(&exposure, cluster);
        match counts.iter_mut().find(|(known, _)| *known == label) {
            Some((_, count)) => *count += 1,
            None => counts.push((label, 1)),
        }
    }
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let summary = counts.iter().map(|(label, count)| format!("{count} {label}")).collect::<Vec<_>>().join(", ");
    book.paragraph(&format!("{} clusters: {summary}.", fleet.clusters.len()));
    let rows = fleet.clusters.iter().take(MOST_LINES).map(|cluster| {
        let label = exposure_of(&exposure, cluster);
        let state = if cluster.is_stopped() { " (stopped)" } else { "" };
        let instance = if cluster.instance.is_empty() { String::new() } else { format!(" [{}]", cluster.instance) };
        vec![
            Cell::Strong(format!("{}{instance}", cluster.name)),
            Cell::of(fleet.subscription_name(cluster.subscription())),
            Cell::of(cluster.location.clone()),
            Cell::of(cluster.version.reading.value().cloned().unwrap_or_else(|| "not said".to_owned())),
            Cell::Word(format!("{label}{state}"), exposure_ink(label)),
            Cell::of(bindings(cluster)),
            Cell::of(owner(cluster, audit)),
        ]
    });
    let columns = [
        Column("Cluster", 22.0),
        Column("Subscription", 18.0),
        Column("Region", 11.0),
        Column("Version", 8.0),
        Column("API server", 15.0),
        Column("Bindings", 9.0),
        Column("Owner", 19.0),
    ];
    table(book, &columns, rows);
    if fleet.clusters.len() > MOST_LINES {
        book.small(&format!(
            "The first {MOST_LINES} of {} clusters are listed; findings.json and findings.csv hold them all.",
            fleet.clusters.len()
        ));
    }
}

/// The label that EXP-01 put into its evidence, by cluster and instance.
fn exposures(audit: &Audit) -> HashMap<(&str, &str), &str> {
    let of_rule = audit.verdicts.iter().filter(|v| v.rule == "EXP-01");
    of_rule
        .filter_map(|v| {
            let label = v.evidence.iter().find(|e| e.path == "exposure")?;
            Some(((v.cluster_id.as_str(), v.instance.as_str()), label.observed.as_str()))
        })
        .collect()
}

fn exposure_of<'a>(all: &HashMap<(&str, &str), &'a str>, cluster: &Cluster) -> &'a str {
    all.get(&(cluster.id.as_str(), cluster.instance.as_str())).copied().unwrap_or("unknown")
}

fn exposure_ink(label: &str) -> Ink {
    match label {
        "private" => ink::PASS,
        "open to the internet" => ink::CRITICAL,
        "public, broad" => ink::HIGH,
        "unknown" => ink::UNKNOWN,
        _ => ink::MEDIUM,
    }
}

fn bindings(cluster: &Cluster) -> String {
    match &cluster.bindings.incomplete {
        None => cluster.bindings.seen.len().to_string(),
        Some(_) if cluster.bindings.seen.is_empty() => "not read".to_owned(),
        Some(_) => format!("{} or more", cluster.bindings.seen.len()),
    }
}

fn owner(cluster: &Cluster, audit: &Audit) -> String {
    match &cluster.tags.reading {
        Reading::Unreadable(_) => "not read".to_owned(),
        Reading::Value(_) | Reading::Absent => cluster.owner(&audit.settings).unwrap_or("none").to_owned(),
    }
}
