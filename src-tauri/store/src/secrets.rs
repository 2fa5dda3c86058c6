//! The sign-in that is remembered: only ever in an encrypted file, or in memory.

use crate::{Store, problem};
use quay_model::{Problem, ProblemCode};
use rusqlite::OptionalExtension;
use zeroize::Zeroizing;

const SIGN_IN: &str = "sign-in";

impl Store {
    pub fn keep_sign_in(&self, secret: &str) -> Result<(), Problem> {
        if !self.is_secret {
            return Err(Problem::new(
                ProblemCode::Internal,
                "A sign-in is not kept in a file that is not encrypted.",
                "Start a new engagement for this tenant.",
            ));
        }
        self.connection
            .execute(
                "INSERT INTO secret (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                (SIGN_IN, secret),
            )
            .map(|_| ())
            .map_err(|e| problem(&e))
    }

    pub fn sign_in(&self) -> Result<Option<Zeroizing<String>>, Problem> {
        self.connection
            .query_row("SELECT value FROM secret WHERE key = ?1", [SIGN_IN], |row| row.get(0))
            .optional()
            .map(|found: Option<String>| found.map(Zeroizing::new))
            .map_err(|e| problem(&e))
    }

    pub fn forget_sign_in(&self) -> Result<(), Problem> {
        self.connection.execute("DELETE FROM secret WHERE key = ?1", [SIGN_IN]).map(|_| ()).map_err(|e| problem(&e))
    }
}
