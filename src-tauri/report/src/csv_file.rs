//! `findings.csv`: one line a verdict, for people who work in a spreadsheet.

use quay_model::{ArmId, Audit, Outcome, Survey, Verdict};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

const COLUMNS: [&str; 15] = [
    "rule",
    "title",
    "verdict",
    "severity",
    "cluster",
    "resourceGroup",
    "subscriptionId",
    "resourceId",
    "instance",
    "reason",
    "evidence",
    "asOf",
    "owner",
    "team",
    "costCentre",
];

pub fn write_csv(audit: &Audit, survey: &Survey, out: &mut dyn Write) -> io::Result<()> {
    write_lines(audit, survey, &mut audit.verdicts.iter(), out)
}

/// One file an owner, to send to each: what failed on their clusters, and what could not be assessed.
pub fn owner_files(audit: &Audit, survey: &Survey) -> Vec<(String, String)> {
    let mut by_owner: BTreeMap<String, Vec<&Verdict>> = BTreeMap::new();
    for verdict in &audit.verdicts {
        if matches!(verdict.verdict, Outcome::Fail | Outcome::NotAssessed) {
            let owner = survey.owned(&verdict.cluster_id, &verdict.instance).map_or("", |owned| &owned.owner);
            by_owner.entry(owner.trim().to_lowercase()).or_default().push(verdict);
        }
    }
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut files = Vec::new();
    for (owner, mut verdicts) in by_owner {
        verdicts.sort_by_key(|verdict| (verdict.verdict, verdict.severity));
        let mut text = Vec::new();
        // a vector takes everything
        let _never_fails = write_lines(audit, survey, &mut verdicts.into_iter(), &mut text);
        files.push((file_name(&owner, &mut taken), String::from_utf8_lossy(&text).into_owned()));
    }
    files
}

/// A name that every file system takes; two owners never share one.
fn file_name(owner: &str, taken: &mut BTreeSet<String>) -> String {
    let plain: String = owner
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '-' | '@' | '_') { c } else { '-' })
        .collect();
    let plain = if plain.is_empty() { "no-owner".to_owned() } else { plain.chars().take(80).collect() };
    let mut name = format!("{plain}.csv");
    let mut number = 2_u32;
    while !taken.insert(name.clone()) {
        name = format!("{plain}-{number}.csv");
        number += 1;
    }
    name
}

fn write_lines(
    audit: &Audit,
    survey: &Survey,
    verdicts: &mut dyn Iterator<Item = &Verdict>,
    out: &mut dyn Write,
) -> io::Result<()> {
    // spreadsheets take a file for UTF-8 only with this mark
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(COLUMNS)?;
    for verdict in verdicts {
        let owned = survey.owned(&verdict.cluster_id, &verdict.instance);
        let cluster = ArmId::parse(&verdict.cluster_id);
        let evidence: Vec<String> = verdict
            .evidence
            .iter()
            .map(|e| format!("{}: {} (expected: {}; {})", e.path, e.observed, e.expected, e.source))
            .collect();
        csv.write_record([
            &*verdict.rule,
            audit.rule(&verdict.rule).map_or("", |rule| rule.title),
            verdict.verdict.label(),
            verdict.severity.label(),
            &inert(cluster.as_ref().map_or("", ArmId::name)),
            &inert(cluster.as_ref().and_then(ArmId::resource_group).unwrap_or_default()),
            cluster.as_ref().map_or("", ArmId::subscription),
            &inert(&verdict.resource_id),
            &inert(&verdict.instance),
            &inert(&verdict.reason),
            &inert(&evidence.join(" | ")),
            &audit.snapshot.as_of,
            &inert(owned.map_or("", |owned| &owned.owner)),
            &inert(owned.map_or("", |owned| &owned.team)),
            &inert(owned.map_or("", |owned| &owned.cost_centre)),
        ])?;
    }
    csv.flush()
}

/// A cell that starts like a formula is run by spreadsheets; names come from a tenant (CWE-1236).
fn inert(text: &str) -> String {
    // terminals and old programs obey control characters
    let text: String = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
    if text.starts_with(['=', '+', '-', '@']) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_cannot_be_a_formula() {
        assert_eq!(inert("=HYPERLINK(\"x\")"), "'=HYPERLINK(\"x\")");
        assert_eq!(inert("prod-1"), "prod-1");
        assert_eq!(inert("a\u{1b}[31mb\tc"), "a\u{fffd}[31mb\u{fffd}c");
    }
}
