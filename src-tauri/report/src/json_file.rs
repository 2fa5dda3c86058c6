//! `findings.json`: every verdict, passes too, with its evidence. The shape is a promise; see `schema`.

use quay_model::{Audit, Coverage, Score, SnapshotFacts, ToolFacts, Verdict};
use serde::Serialize;
use std::io::{self, Write};

/// Raised when a reader of the file would have to change.
const SCHEMA: u32 = 1;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct File<'a> {
    schema: u32,
    tool: &'a ToolFacts,
    snapshot: &'a SnapshotFacts,
    settings: &'a quay_model::Settings,
    score: &'a Score,
    coverage: &'a Coverage,
    verdicts: &'a [Verdict],
}

pub fn write_json(audit: &Audit, out: &mut dyn Write) -> io::Result<()> {
    let file = File {
        schema: SCHEMA,
        tool: &audit.tool,
        snapshot: &audit.snapshot,
        settings: &audit.settings,
        score: &audit.score,
        coverage: &audit.coverage,
        verdicts: &audit.verdicts,
    };
    let mut buffered = io::BufWriter::with_capacity(1 << 16, out);
    serde_json::to_writer(&mut buffered, &file)?;
    buffered.write_all(b"\n")?;
    buffered.flush()
}
