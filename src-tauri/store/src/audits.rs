//! Audits of kept snapshots. Each stays beside the others: history is never rewritten.

use crate::{Store, content, problem};
use quay_model::{Problem, ProblemCode, Settings, Verdict};
use rusqlite::TransactionBehavior;

/// An audit to keep.
#[derive(Debug)]
pub struct NewAudit<'a> {
    pub snapshot: i64,
    pub as_of: &'a str,
    /// Why this audit stands beside an earlier one of the same snapshot; empty for the first.
    pub label: &'a str,
    pub rules_hash: &'a str,
    pub tool_version: &'a str,
    pub settings: &'a Settings,
    pub verdicts: &'a [Verdict],
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAudit {
    pub id: i64,
    pub snapshot: i64,
    pub as_of: String,
    pub label: String,
    pub rules_hash: String,
    pub tool_version: String,
}

impl Store {
    pub fn keep_audit(&mut self, audit: &NewAudit<'_>) -> Result<i64, Problem> {
        let text = |value: serde_json::Result<String>| {
            value.map_err(|error| {
                Problem::new(
                    ProblemCode::Internal,
                    format!("The audit could not be written as JSON: {error}."),
                    "Try again.",
                )
            })
        };
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| problem(&e))?;
        let settings = content::keep_hashed(&transaction, &text(serde_json::to_string(audit.settings))?)?;
        let verdicts = content::keep_hashed(&transaction, &text(serde_json::to_string(audit.verdicts))?)?;
        transaction
            .execute(
                "INSERT INTO audit (snapshot, as_of, label, rules_hash, tool_version, settings, verdicts)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                (audit.snapshot, audit.as_of, audit.label, audit.rules_hash, audit.tool_version, &settings, &verdicts),
            )
            .map_err(|e| problem(&e))?;
        let id = transaction.last_insert_rowid();
        transaction.commit().map_err(|e| problem(&e))?;
        Ok(id)
    }

    /// Oldest first.
    pub fn audits(&self) -> Result<Vec<KeptAudit>, Problem> {
        let mut ask = self
            .connection
            .prepare("SELECT id, snapshot, as_of, label, rules_hash, tool_version FROM audit ORDER BY id")
            .map_err(|e| problem(&e))?;
        let rows = ask
            .query_map([], |row| {
                Ok(KeptAudit {
                    id: row.get(0)?,
                    snapshot: row.get(1)?,
                    as_of: row.get(2)?,
                    label: row.get(3)?,
                    rules_hash: row.get(4)?,
                    tool_version: row.get(5)?,
                })
            })
            .map_err(|e| problem(&e))?;
        rows.collect::<Result<_, _>>().map_err(|e| problem(&e))
    }

    pub fn verdicts(&self, audit: i64) -> Result<Vec<Verdict>, Problem> {
        let hash: String = self
            .connection
            .query_row("SELECT verdicts FROM audit WHERE id = ?1", [audit], |row| row.get(0))
            .map_err(|e| problem(&e))?;
        serde_json::from_str(&content::read(&self.connection, &self.unpacker, &hash)?).map_err(|error| {
            Problem::new(
                ProblemCode::Damaged,
                format!("Audit {audit} cannot be read: {error}."),
                "Audit the snapshot again.",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use quay_model::{Outcome, Severity, Snapshot};

    #[test]
    fn two_audits_of_one_snapshot_stand_side_by_side() -> Result<(), Box<dyn std::error::Error>> {
        let mut store = Store::in_memory()?;
        let snapshot = store.keep_snapshot(&Snapshot::default())?.id;
        let verdict = |reason: &'static str| Verdict {
            rule: "EXP-01".into(),
            resource_id: "/r".into(),
            cluster_id: "/r".into(),
            instance: "".into(),
            verdict: Outcome::Fail,
            severity: Severity::Critical,
            reason: reason.into(),
            evidence: Box::default(),
        };
        let mut keep = |label: &str, rules: &str, reason: &'static str| {
            let verdicts = [verdict(reason)];
            let settings = Settings::default();
            store.keep_audit(&NewAudit {
                snapshot,
                as_of: "2026-11-23T12:00:00Z",
                label,
                rules_hash: rules,
                tool_version: "1",
                settings: &settings,
                verdicts: &verdicts,
            })
        };
        let first = keep("", "a", "old rules")?;
        let second = keep("audited again with newer rules", "b", "new rules")?;
        assert_eq!(store.audits()?.len(), 2);
        assert_eq!(store.verdicts(first)?.first().map(|v| &*v.reason), Some("old rules"));
        assert_eq!(store.verdicts(second)?.first().map(|v| &*v.reason), Some("new rules"));
        Ok(())
    }
}
