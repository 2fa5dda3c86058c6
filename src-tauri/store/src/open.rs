//! The one place where an engagement file is opened.

use crate::problem;
use quay_model::{Problem, ProblemCode};
use rusqlite::Connection;
use rusqlite_migration::{M, Migrations};
use std::path::Path;
use std::time::Duration;

/// Marks the file as ours: "QUAY" in ASCII.
const APPLICATION_ID: i32 = 0x5155_4159;

/// How long to wait for another program that is writing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Never changed once released; a change of the schema is a new line.
const SCHEMA: [&str; 1] = ["CREATE TABLE content (hash TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE snapshot (
         id INTEGER PRIMARY KEY, taken TEXT NOT NULL, origin TEXT NOT NULL, hash TEXT NOT NULL,
         previous_hash TEXT NOT NULL, documents INTEGER NOT NULL,
         manifest TEXT NOT NULL REFERENCES content(hash));
     CREATE TABLE audit (
         id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL REFERENCES snapshot(id), as_of TEXT NOT NULL,
         label TEXT NOT NULL, rules_hash TEXT NOT NULL, tool_version TEXT NOT NULL,
         settings TEXT NOT NULL REFERENCES content(hash), verdicts TEXT NOT NULL REFERENCES content(hash));
     CREATE INDEX audit_of_snapshot ON audit(snapshot);
     CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"];

/// One open engagement file.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
}

impl Store {
    /// Opens an engagement, or starts one where there is no file yet.
    pub fn open(path: &Path) -> Result<Store, Problem> {
        let connection = Connection::open(path).map_err(|e| problem(&e))?;
        Store::prepare(connection)
    }

    /// Opens an engagement that must exist.
    pub fn open_existing(path: &Path) -> Result<Store, Problem> {
        if !path.is_file() {
            return Err(Problem::new(
                ProblemCode::NotFound,
                format!("There is no engagement file {}.", path.display()),
                "Check the path, or give a source to start a new engagement.",
            ));
        }
        Store::open(path)
    }

    pub fn in_memory() -> Result<Store, Problem> {
        Store::prepare(Connection::open_in_memory().map_err(|e| problem(&e))?)
    }

    fn prepare(mut connection: Connection) -> Result<Store, Problem> {
        connection.busy_timeout(PATIENCE).map_err(|e| problem(&e))?;
        let ask = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i32>(0));
        let version = ask("user_version").map_err(|e| problem(&e))?;
        let application = ask("application_id").map_err(|e| problem(&e))?;
        let tables: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(|e| problem(&e))?;
        if application != APPLICATION_ID && tables > 0 {
            return Err(Problem::new(
                ProblemCode::NotAnEngagement,
                "The file is a database of another program.",
                "Choose a file made by Quaymaster, or a name that does not exist yet.",
            ));
        }
        if usize::try_from(version).unwrap_or(usize::MAX) > SCHEMA.len() {
            return Err(Problem::new(
                ProblemCode::NewerEngagement,
                format!(
                    "The engagement was written by a newer Quaymaster (format {version}, this one knows {}).",
                    SCHEMA.len()
                ),
                "Open it with the newer version. Nothing was changed in it.",
            ));
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(|e| problem(&e))?;
        connection.pragma_update(None, "foreign_keys", true).map_err(|e| problem(&e))?;
        let migrations = Migrations::new(SCHEMA.iter().map(|sql| M::up(sql)).collect());
        migrations.to_latest(&mut connection).map_err(|error| match error {
            rusqlite_migration::Error::RusqliteError { err, .. } => problem(&err),
            other => Problem::new(
                ProblemCode::Internal,
                format!("The engagement could not be brought up to date: {other}."),
                "Try again.",
            ),
        })?;
        if application != APPLICATION_ID {
            connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(|e| problem(&e))?;
        }
        Ok(Store { connection })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_is_valid_sql() {
        let migrations = Migrations::new(SCHEMA.iter().map(|sql| M::up(sql)).collect());
        assert!(migrations.validate().is_ok());
    }

    #[test]
    fn a_newer_file_is_refused_politely_and_left_alone() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("newer.quay");
        drop(Store::open(&path)?);
        Connection::open(&path)?.pragma_update(None, "user_version", 99)?;
        let before = std::fs::read(&path)?;
        let refused = Store::open(&path).err().map(|p| p.code);
        assert_eq!(refused, Some(ProblemCode::NewerEngagement));
        assert_eq!(std::fs::read(&path)?, before, "a refused file must not change");
        Ok(())
    }

    #[test]
    fn other_files_are_refused() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let text = dir.path().join("list.json");
        std::fs::write(&text, "[{\"id\": 1}]".repeat(200))?;
        assert_eq!(Store::open(&text).err().map(|p| p.code), Some(ProblemCode::NotAnEngagement));
        let other = dir.path().join("other.db");
        Connection::open(&other)?.execute_batch("CREATE TABLE t (x)")?;
        assert_eq!(Store::open(&other).err().map(|p| p.code), Some(ProblemCode::NotAnEngagement));
        assert_eq!(
            Store::open_existing(&dir.path().join("none.quay")).err().map(|p| p.code),
            Some(ProblemCode::NotFound)
        );
        assert_eq!(
            Store::open(&dir.path().join("no/such/folder.quay")).err().map(|p| p.code),
            Some(ProblemCode::NotWritable)
        );
        Ok(())
    }

    #[test]
    fn a_file_that_another_program_writes_is_said_to_be_in_use() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("busy.quay");
        let store = Store::open(&path)?;
        let other = Connection::open(&path)?;
        other.execute_batch("BEGIN IMMEDIATE")?;
        store.connection.busy_timeout(Duration::from_millis(10))?;
        let refused = store.keep_setting("a", "b").err().map(|p| p.code);
        assert_eq!(refused, Some(ProblemCode::Locked));
        Ok(())
    }
}
