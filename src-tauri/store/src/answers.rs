//! Pages that Azure answered, kept from one moment to the next: what a scan that was stopped goes on from.

use crate::content::Packer;
use crate::{Store, problem};
use quay_model::{Exchange, Problem, ProblemCode};
use rusqlite::{OptionalExtension, TransactionBehavior};

/// A scan, as far as it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptScan {
    pub id: i64,
    /// What was to be read, in the words of whoever began it.
    pub scope: String,
    /// Seconds since 1970.
    pub started: i64,
    pub is_finished: bool,
}

/// One page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    pub question: String,
    pub page: u32,
    pub scan: i64,
    pub read: i64,
    pub exchange: Exchange,
    pub body: String,
}

impl Store {
    pub fn begin_scan(&self, scope: &str, now: i64) -> Result<i64, Problem> {
        self.connection
            .execute("INSERT INTO scan (scope, started) VALUES (?1, ?2)", (scope, now))
            .map_err(|e| problem(&e))?;
        Ok(self.connection.last_insert_rowid())
    }

    pub fn last_scan(&self) -> Result<Option<KeptScan>, Problem> {
        self.connection
            .query_row(
                "SELECT id, scope, started, finished IS NOT NULL FROM scan ORDER BY id DESC LIMIT 1",
                [],
                |row| {
                    Ok(KeptScan { id: row.get(0)?, scope: row.get(1)?, started: row.get(2)?, is_finished: row.get(3)? })
                },
            )
            .optional()
            .map_err(|e| problem(&e))
    }

    /// A scan that is finished needs its answers only as long as another scan may use them.
    pub fn finish_scan(&mut self, scan: i64, now: i64, forget_before: i64) -> Result<(), Problem> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| problem(&e))?;
        transaction.execute("UPDATE scan SET finished = ?2 WHERE id = ?1", (scan, now)).map_err(|e| problem(&e))?;
        transaction.execute("DELETE FROM answer WHERE read < ?1", [forget_before]).map_err(|e| problem(&e))?;
        transaction.commit().map_err(|e| problem(&e))
    }

    /// All of them or none.
    pub fn keep_answers(&mut self, answers: &[KeptAnswer]) -> Result<(), Problem> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| problem(&e))?;
        let mut packer = Packer::new();
        for answer in answers {
            if answer.page == 0 {
                // the pages behind an older first page belong to that one
                transaction
                    .prepare_cached("DELETE FROM answer WHERE question = ?1 AND page > 0")
                    .and_then(|mut remove| remove.execute([&answer.question]))
                    .map_err(|e| problem(&e))?;
            }
            let packed = packer.pack(&answer.body).map_err(|e| damaged(&e))?;
            let exchange = serde_json::to_string(&answer.exchange).map_err(|e| damaged(&e))?;
            transaction
                .prepare_cached(
                    "INSERT INTO answer (question, page, scan, read, exchange, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                     ON CONFLICT (question, page) DO UPDATE SET scan = ?3, read = ?4, exchange = ?5, body = ?6",
                )
                .and_then(|mut insert| {
                    insert.execute((&answer.question, answer.page, answer.scan, answer.read, exchange, packed))
                })
                .map_err(|e| problem(&e))?;
        }
        transaction.commit().map_err(|e| problem(&e))
    }

    pub fn answer(&self, question: &str, page: u32) -> Result<Option<KeptAnswer>, Problem> {
        let row: Option<(i64, i64, String, Vec<u8>)> = self
            .connection
            .prepare_cached("SELECT scan, read, exchange, body FROM answer WHERE question = ?1 AND page = ?2")
            .and_then(|mut ask| {
                ask.query_row((question, page), |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)))
                    .optional()
            })
            .map_err(|e| problem(&e))?;
        let Some((scan, read, exchange, packed)) = row else { return Ok(None) };
        let body = self.unpacker.unpack(packed).map_err(|e| damaged(&e))?;
        let exchange = serde_json::from_str(&exchange).map_err(|e| damaged(&e))?;
        Ok(Some(KeptAnswer { question: question.to_owned(), page, scan, read, exchange, body }))
    }
}

fn damaged(error: &dyn std::error::Error) -> Problem {
    Problem::new(
        ProblemCode::Damaged,
        format!("An answer that was kept cannot be read again: {error}."),
        "Scan into a new engagement file.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(question: &str, page: u32, scan: i64, read: i64) -> KeptAnswer {
        let exchange = Exchange { method: "GET".into(), url: "https://x/y".into(), status: 200, ..Exchange::default() };
        KeptAnswer { question: question.into(), page, scan, read, exchange, body: format!("{{\"n\": {read}}}") }
    }

    #[test]
    fn what_was_answered_is_found_again_until_it_is_old() -> Result<(), Problem> {
        let mut store = Store::in_memory()?;
        assert_eq!(store.last_scan()?, None);
        let scan = store.begin_scan("all", 100)?;
        let kept = [answer("a", 0, scan, 101), answer("a", 1, scan, 102), answer("b", 0, scan, 103)];
        store.keep_answers(&kept)?;
        assert_eq!(store.answer("a", 1)?.as_ref(), Some(&kept[1]));
        assert_eq!(store.answer("c", 0)?, None);
        store.keep_answers(&[answer("a", 0, scan, 104)])?;
        assert_eq!(store.answer("a", 1)?, None, "a new first page ends the old list");
        assert_eq!(store.last_scan()?.map(|scan| scan.is_finished), Some(false));
        store.finish_scan(scan, 105, 104)?;
        assert_eq!(store.last_scan()?.map(|scan| scan.is_finished), Some(true));
        assert_eq!((store.answer("b", 0)?, store.answer("a", 0)?.map(|a| a.read)), (None, Some(104)));
        Ok(())
    }
}
