//! The one place where an engagement file is opened.

use crate::content::Unpacker;
use crate::keys::{self, FileKey, Look, Unlock};
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

/// Own choice: holds the bodies of ten thousand clusters, and a laptop does not notice it.
const CACHE_KIB: i64 = 64 * 1024;

/// Never changed once released; a change of the schema is a new line.
const SCHEMA: [&str; 2] = [
    "CREATE TABLE content (hash TEXT PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;
     CREATE TABLE snapshot (
         id INTEGER PRIMARY KEY, taken TEXT NOT NULL, origin TEXT NOT NULL, hash TEXT NOT NULL,
         previous_hash TEXT NOT NULL, documents INTEGER NOT NULL,
         manifest TEXT NOT NULL REFERENCES content(hash));
     CREATE TABLE audit (
         id INTEGER PRIMARY KEY, snapshot INTEGER NOT NULL REFERENCES snapshot(id), as_of TEXT NOT NULL,
         label TEXT NOT NULL, rules_hash TEXT NOT NULL, tool_version TEXT NOT NULL,
         settings TEXT NOT NULL REFERENCES content(hash), verdicts TEXT NOT NULL REFERENCES content(hash));
     CREATE INDEX audit_of_snapshot ON audit(snapshot);
     CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
    // scans of Azure, the pages they were answered, and the sign-in that is remembered
    "CREATE TABLE scan (
         id INTEGER PRIMARY KEY, scope TEXT NOT NULL, started INTEGER NOT NULL, finished INTEGER);
     CREATE TABLE answer (
         question TEXT NOT NULL, page INTEGER NOT NULL, scan INTEGER NOT NULL REFERENCES scan(id), read INTEGER NOT NULL,
         exchange TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (question, page)) WITHOUT ROWID;
     CREATE TABLE secret (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;",
];

/// One open engagement file.
#[derive(Debug)]
pub struct Store {
    pub(crate) connection: Connection,
    /// Whether what is kept cannot be read by others: encrypted, or in memory.
    pub(crate) is_secret: bool,
    pub(crate) unpacker: Unpacker,
}

impl Store {
    /// Opens an engagement, or starts one where there is no file yet.
    pub fn open(path: &Path, unlock: &Unlock) -> Result<Store, Problem> {
        let key = match keys::look(path) {
            Look::New => {
                // a folder that is not there is found out before a key is put into the keychain
                let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
                if folder.is_some_and(|folder| !folder.is_dir()) {
                    return Err(problem(&rusqlite::Error::InvalidPath(path.to_owned())));
                }
                keys::make(unlock)?
            }
            Look::Plain if matches!(unlock, Unlock::Passphrase(_)) => {
                return Err(Problem::new(
                    ProblemCode::WrongKey,
                    "The engagement is not encrypted, and a passphrase was given.",
                    "Open it without one, or choose a name that does not exist yet to keep it encrypted.",
                ));
            }
            Look::Plain => None,
            Look::Encrypted(salt) => Some(keys::find(unlock, salt)?),
            Look::Other => {
                return Err(Problem::new(
                    ProblemCode::NotAnEngagement,
                    "The file is not an engagement of Quaymaster.",
                    "Choose a file made by Quaymaster, or a name that does not exist yet to start a new engagement.",
                ));
            }
        };
        let is_new = keys::look(path) == Look::New;
        let connection = Connection::open(path).map_err(|e| problem(&e))?;
        if is_new {
            for_its_owner(path)?;
        }
        match &key {
            None => Store::prepare(connection, false),
            Some(key) => {
                unlock_with(&connection, key)?;
                Store::prepare(connection, true)
            }
        }
    }

    /// Opens an engagement that must exist.
    pub fn open_existing(path: &Path, unlock: &Unlock) -> Result<Store, Problem> {
        if !path.is_file() {
            return Err(Problem::new(
                ProblemCode::NotFound,
                format!("There is no engagement file {}.", path.display()),
                "Check the path, or give a source to start a new engagement.",
            ));
        }
        Store::open(path, unlock)
    }

    pub fn in_memory() -> Result<Store, Problem> {
        Store::prepare(Connection::open_in_memory().map_err(|e| problem(&e))?, true)
    }

    /// Whether others who get the file learn nothing from it.
    pub fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// Writes a copy that a passphrase opens on any machine. The sign-in stays here.
    pub fn export(&self, to: &Path, passphrase: &str) -> Result<(), Problem> {
        if to.exists() {
            return Err(Problem::new(
                ProblemCode::NotWritable,
                format!("{} exists already.", to.display()),
                "Choose a name that does not exist yet.",
            ));
        }
        let key = keys::derive(passphrase, keys::random()?)?;
        let mut part = to.as_os_str().to_owned();
        part.push(".part");
        let part = Path::new(&part);
        let written = self.copy_to(part, &key).map_err(|error| problem(&error));
        let placed = written.and_then(|()| std::fs::rename(part, to).map_err(|error| Problem::writing(to, &error)));
        if placed.is_err() {
            // a copy that is not whole may hold what must not leave
            match std::fs::remove_file(part) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(Problem::writing(part, &error));
                }
                _ => {}
            }
        }
        placed
    }

    fn copy_to(&self, part: &Path, key: &FileKey) -> rusqlite::Result<()> {
        self.connection.execute("ATTACH DATABASE ?1 AS copy KEY ?2", (part.to_string_lossy(), key.literal()))?;
        let copied = (|| {
            self.connection.query_row("SELECT sqlcipher_export('copy')", [], |_| Ok(()))?;
            self.connection.execute("DELETE FROM copy.secret", [])?;
            self.connection.pragma_update(Some("copy"), "user_version", SCHEMA.len() as i64)?;
            self.connection.pragma_update(Some("copy"), "application_id", APPLICATION_ID)
        })();
        let detached = self.connection.execute("DETACH DATABASE copy", []);
        copied.and(detached.map(|_| ()))
    }

    /// Removes the engagement that is open: its key, its file, and what SQLite keeps beside it. Only what could be
    /// opened as an engagement is ever removed.
    pub fn remove(self, path: &Path) -> Result<(), Problem> {
        // the key first: where the keychain does not let go of it, nothing is removed and another try can find it
        if let Look::Encrypted(salt) = keys::look(path) {
            keys::forget(salt)?;
        }
        drop(self);
        for ending in ["", "-wal", "-shm", "-journal"] {
            let mut name = path.as_os_str().to_owned();
            name.push(ending);
            match std::fs::remove_file(&name) {
                Ok(()) => {}
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
                Err(error) => return Err(Problem::writing(Path::new(&name), &error)),
            }
        }
        Ok(())
    }

    fn prepare(mut connection: Connection, is_secret: bool) -> Result<Store, Problem> {
        let problem = |error: &rusqlite::Error| match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase) if is_secret => keys::wrong_key(),
            _ => problem(error),
        };
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
        // each page that leaves the cache is decrypted again when it is needed: a fleet's bodies lie all over the file
        connection.pragma_update(None, "cache_size", -CACHE_KIB).map_err(|e| problem(&e))?;
        // nothing in temporary files, and nothing left in pages that were given up
        connection.pragma_update(None, "temp_store", "MEMORY").map_err(|e| problem(&e))?;
        connection.pragma_update(None, "secure_delete", true).map_err(|e| problem(&e))?;
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
        Ok(Store { connection, is_secret, unpacker: Unpacker::new() })
    }
}

/// What is read of a tenant is nobody else's on this machine.
#[cfg(unix)]
fn for_its_owner(path: &Path) -> Result<(), Problem> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
        .map_err(|error| Problem::writing(path, &error))
}

#[cfg(not(unix))]
fn for_its_owner(_path: &Path) -> Result<(), Problem> {
    Ok(())
}

fn unlock_with(connection: &Connection, key: &FileKey) -> Result<(), Problem> {
    // SQLCipher writes its own complaints about a wrong key otherwise
    connection.pragma_update(None, "cipher_log_level", "NONE").map_err(|e| problem(&e))?;
    connection.pragma_update(None, "key", key.literal()).map_err(|e| problem(&e))
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
        drop(Store::open(&path, &Unlock::AsItIs)?);
        Connection::open(&path)?.pragma_update(None, "user_version", 99)?;
        let before = std::fs::read(&path)?;
        let refused = Store::open(&path, &Unlock::AsItIs).err().map(|p| p.code);
        assert_eq!(refused, Some(ProblemCode::NewerEngagement));
        assert_eq!(std::fs::read(&path)?, before, "a refused file must not change");
        Ok(())
    }

    #[test]
    fn other_files_are_refused() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let text = dir.path().join("list.json");
        std::fs::write(&text, "[{\"id\": 1}]".repeat(200))?;
        assert_eq!(Store::open(&text, &Unlock::AsItIs).err().map(|p| p.code), Some(ProblemCode::NotAnEngagement));
        let other = dir.path().join("other.db");
        Connection::open(&other)?.execute_batch("CREATE TABLE t (x)")?;
        assert_eq!(Store::open(&other, &Unlock::AsItIs).err().map(|p| p.code), Some(ProblemCode::NotAnEngagement));
        assert_eq!(
            Store::open_existing(&dir.path().join("none.quay"), &Unlock::AsItIs).err().map(|p| p.code),
            Some(ProblemCode::NotFound)
        );
        assert_eq!(
            Store::open(&dir.path().join("no/such/folder.quay"), &Unlock::AsItIs).err().map(|p| p.code),
            Some(ProblemCode::NotWritable)
        );
        Ok(())
    }

    #[test]
    fn a_file_that_another_program_writes_is_said_to_be_in_use() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("busy.quay");
        let store = Store::open(&path, &Unlock::AsItIs)?;
        let other = Connection::open(&path)?;
        other.execute_batch("BEGIN IMMEDIATE")?;
        store.connection.busy_timeout(Duration::from_millis(10))?;
        let refused = store.keep_setting("a", "b").err().map(|p| p.code);
        assert_eq!(refused, Some(ProblemCode::Locked));
        Ok(())
    }

    fn secret(text: &str) -> Unlock {
        Unlock::Passphrase(zeroize::Zeroizing::new(text.to_owned()))
    }

    #[test]
    fn an_encrypted_file_opens_with_its_passphrase_and_shows_nothing_without() -> Result<(), Box<dyn std::error::Error>>
    {
        const TENANT: &str = "7e4a4700-aaaa-bbbb-cccc-000000000001";
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("client.quay");
        let store = Store::open(&path, &secret("four words make good"))?;
        store.keep_setting("tenant", TENANT)?;
        store.keep_sign_in("refresh-token-value")?;
        for file in std::fs::read_dir(dir.path())? {
            let bytes = std::fs::read(file?.path())?;
            for word in [TENANT, "refresh-token-value", "SQLite format 3", "CREATE TABLE"] {
                assert!(!bytes.windows(word.len()).any(|part| part == word.as_bytes()), "{word} can be read");
            }
        }
        drop(store);
        let before = std::fs::read(&path)?;
        assert_eq!(Store::open(&path, &secret("wrong")).err().map(|p| p.code), Some(ProblemCode::WrongKey));
        assert_eq!(std::fs::read(&path)?, before, "a wrong passphrase changes nothing");
        let again = Store::open(&path, &secret("four words make good"))?;
        assert_eq!(again.setting("tenant")?.as_deref(), Some(TENANT));
        let moved = dir.path().join("moved.quay");
        again.export(&moved, "on the train")?;
        assert_eq!(again.export(&moved, "x").err().map(|p| p.code), Some(ProblemCode::NotWritable));
        let there = Store::open(&moved, &secret("on the train"))?;
        assert_eq!(there.setting("tenant")?.as_deref(), Some(TENANT));
        assert_eq!(there.sign_in()?, None, "the sign-in stays on its machine");
        again.remove(&path)?;
        there.remove(&moved)?;
        assert_eq!(std::fs::read_dir(dir.path())?.count(), 0, "nothing is left");
        Ok(())
    }

    #[test]
    fn a_sign_in_is_not_kept_in_the_clear_and_a_foreign_file_is_not_purged() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let plain = Store::open(&dir.path().join("plain.quay"), &Unlock::AsItIs)?;
        assert!(plain.keep_sign_in("token").is_err() && !plain.is_secret());
        let text = dir.path().join("letter.txt");
        std::fs::write(&text, "Dear auditor, ".repeat(100))?;
        assert_eq!(Store::open(&text, &Unlock::AsItIs).err().map(|p| p.code), Some(ProblemCode::NotAnEngagement));
        assert_eq!(
            Store::open(&dir.path().join("plain.quay"), &secret("one that is not needed")).err().map(|p| p.code),
            Some(ProblemCode::WrongKey)
        );
        Ok(())
    }

    #[test]
    fn a_file_of_the_first_format_is_brought_up_to_date() -> Result<(), Box<dyn std::error::Error>> {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("old.quay");
        let mut old = Connection::open(&path)?;
        Migrations::new(vec![M::up(SCHEMA[0])]).to_latest(&mut old)?;
        old.pragma_update(None, "application_id", APPLICATION_ID)?;
        old.execute("INSERT INTO setting (key, value) VALUES ('a', 'kept')", [])?;
        drop(old);
        let store = Store::open(&path, &Unlock::AsItIs)?;
        assert_eq!(store.setting("a")?.as_deref(), Some("kept"));
        assert_eq!(store.last_scan()?, None);
        Ok(())
    }
}
