//! Small facts of an engagement: thresholds, tag keys, the last filters.

use crate::{Store, problem};
use quay_model::Problem;
use rusqlite::OptionalExtension;

impl Store {
    pub fn keep_setting(&self, key: &str, value: &str) -> Result<(), Problem> {
        self.connection
            .execute(
                "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = ?2",
                (key, value),
            )
            .map(|_| ())
            .map_err(|e| problem(&e))
    }

    pub fn setting(&self, key: &str) -> Result<Option<String>, Problem> {
        self.connection
            .query_row("SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0))
            .optional()
            .map_err(|e| problem(&e))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_kept_and_replaced() -> Result<(), Problem> {
        let store = Store::in_memory()?;
        assert_eq!(store.setting("a")?, None);
        store.keep_setting("a", "1")?;
        store.keep_setting("a", "2")?;
        assert_eq!(store.setting("a")?.as_deref(), Some("2"));
        Ok(())
    }
}
