//! The key of an engagement file: 32 random bytes in the keychain of the desktop, or made from a passphrase.
//!
//! The first 16 bytes of an encrypted file are its salt, in the clear: they are the name under which the keychain holds
//! the key, and what a passphrase is mixed with. So a file needs nothing beside it.

use argon2::{Algorithm, Argon2, Params, Version};
use keyring::{Entry, Error as KeychainError};
use quay_model::{Problem, ProblemCode};
use std::fmt;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use zeroize::Zeroizing;

const SERVICE: &str = "Quaymaster";

/// How each SQLite file begins that is not encrypted.
const PLAIN: &[u8; 16] = b"SQLite format 3\0";

/// RFC 9106, section 4, second recommended option: 64 MiB, three passes, four lanes.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;

/// SQLCipher's page; each encrypted file is a whole number of them.
const PAGE: u64 = 4096;

/// How a file is opened, and how a new one is kept.
#[derive(Clone, Default)]
pub enum Unlock {
    /// A new file is not encrypted; an encrypted one is tried with the keychain.
    #[default]
    AsItIs,
    /// A new file is encrypted with a random key in the keychain.
    Keychain,
    Passphrase(Zeroizing<String>),
}

impl fmt::Debug for Unlock {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Unlock::AsItIs => "AsItIs",
            Unlock::Keychain => "Keychain",
            Unlock::Passphrase(_) => "Passphrase(…)",
        })
    }
}

/// What an engagement file looks like from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Look {
    /// Not there, or without a byte in it.
    New,
    Plain,
    Encrypted([u8; 16]),
    Other,
}

pub(crate) fn look(path: &Path) -> Look {
    let Ok(mut file) = File::open(path) else { return Look::New };
    let length = file.metadata().map_or(0, |facts| facts.len());
    let mut head = [0u8; 16];
    if length == 0 {
        return Look::New;
    }
    if file.read_exact(&mut head).is_err() {
        return Look::Other;
    }
    if &head == PLAIN {
        return Look::Plain;
    }
    // text is not random
    let is_text = head.iter().all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
    if is_text || !length.is_multiple_of(PAGE) { Look::Other } else { Look::Encrypted(head) }
}

/// A key and the salt that stands at the head of its file, as SQLCipher takes them.
pub(crate) struct FileKey(Zeroizing<String>);

impl FileKey {
    fn new(key: &[u8; 32], salt: [u8; 16]) -> FileKey {
        FileKey(Zeroizing::new(format!("x'{}{}'", &*hex(key), &*hex(&salt))))
    }

    pub(crate) fn literal(&self) -> &str {
        &self.0
    }
}

/// The key of a file that does not exist yet.
pub(crate) fn make(unlock: &Unlock) -> Result<Option<FileKey>, Problem> {
    let salt: [u8; 16] = random()?;
    match unlock {
        Unlock::AsItIs => Ok(None),
        Unlock::Keychain => {
            let key = Zeroizing::new(random::<32>()?);
            entry(salt)?.set_secret(&*key).map_err(|error| keychain(&error))?;
            Ok(Some(FileKey::new(&key, salt)))
        }
        Unlock::Passphrase(passphrase) => derive(passphrase, salt).map(Some),
    }
}

/// The key of a file that is there.
pub(crate) fn find(unlock: &Unlock, salt: [u8; 16]) -> Result<FileKey, Problem> {
    if let Unlock::Passphrase(passphrase) = unlock {
        return derive(passphrase, salt);
    }
    match entry(salt)?.get_secret() {
        Ok(secret) => {
            let secret = Zeroizing::new(secret);
            let key: &[u8; 32] = secret.as_slice().try_into().map_err(|_| wrong_key())?;
            Ok(FileKey::new(key, salt))
        }
        Err(KeychainError::NoEntry) => Err(Problem::new(
            ProblemCode::WrongKey,
            "The engagement is encrypted, and the keychain of this machine does not hold its key.",
            "Give its passphrase. A file from another machine has to be exported there with one first.",
        )),
        Err(error) => Err(keychain(&error)),
    }
}

/// Removes the key from the keychain; a key that is not there is gone.
pub(crate) fn forget(salt: [u8; 16]) -> Result<(), Problem> {
    match entry(salt).and_then(|entry| match entry.delete_credential() {
        Ok(()) | Err(KeychainError::NoEntry) => Ok(()),
        Err(error) => Err(keychain(&error)),
    }) {
        // where there is no keychain no key is in it
        Err(problem) if problem.code == ProblemCode::NoKeychain => Ok(()),
        other => other,
    }
}

fn entry(salt: [u8; 16]) -> Result<Entry, Problem> {
    Entry::new(SERVICE, &hex(&salt)).map_err(|error| keychain(&error))
}

pub(crate) fn derive(passphrase: &str, salt: [u8; 16]) -> Result<FileKey, Problem> {
    if passphrase.is_empty() {
        return Err(Problem::new(ProblemCode::WrongKey, "The passphrase is empty.", "Give one; a few words are good."));
    }
    let failed = |error: argon2::Error| {
        Problem::new(
            ProblemCode::Internal,
            format!("No key could be made from the passphrase: {error}."),
            "Try another one.",
        )
    };
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(32)).map_err(failed)?;
    let mut key = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt, &mut *key)
        .map_err(failed)?;
    Ok(FileKey::new(&key, salt))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], Problem> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Problem::new(ProblemCode::Internal, format!("The system gives no randomness: {error}."), "Try again.")
    })?;
    Ok(bytes)
}

pub(crate) fn wrong_key() -> Problem {
    Problem::new(
        ProblemCode::WrongKey,
        "The key or passphrase does not open this engagement.",
        "Check the passphrase. Nothing was changed in the file.",
    )
}

fn keychain(error: &KeychainError) -> Problem {
    match error {
        KeychainError::NoStorageAccess(_) => Problem::new(
            ProblemCode::KeychainLocked,
            "The keychain of this desktop is locked, or did not let Quaymaster in.",
            "Unlock it and try again, or choose a passphrase instead, or keep everything in memory only.",
        ),
        _ => Problem::new(
            ProblemCode::NoKeychain,
            "This desktop has no keychain that answers.",
            "Choose a passphrase instead, or keep everything in memory only.",
        ),
    }
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    Zeroizing::new(bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        text.push(char::from_digit(u32::from(byte >> 4), 16).unwrap_or('0'));
        text.push(char::from_digit(u32::from(byte & 15), 16).unwrap_or('0'));
        text
    }))
}
