//! `findings.csv`: one line a verdict, for people who work in a spreadsheet.

use quay_model::{ArmId, Audit};
use std::io::{self, Write};

const COLUMNS: [&str; 12] = [
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
];

pub fn write_csv(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    // spreadsheets take a file for UTF-8 only with this mark
    out.write_all("\u{feff}".as_bytes())?;
    let mut csv = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(out);
    csv.write_record(COLUMNS)?;
    for verdict in &audit.verdicts {
        let cluster = ArmId::parse(&verdict.cluster_id);
        let evidence: Vec<String> = verdict
            .evidence
            .iter()
            .map(|e| format!("{}: {} (expected: {}; {})", e.path, e.observed, e.expected, e.source))
            .collect();
        csv.write_record([
            verdict.rule.as_str(),
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
