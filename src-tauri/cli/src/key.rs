//! How the engagement of a command is unlocked.

use crate::arguments::KeyArguments;
use crate::summary::Voice;
use quay_model::{Problem, ProblemCode};
use quay_pipeline::{Engagement, Unlock};
use std::fs;
use std::path::Path;
use zeroize::Zeroizing;

/// The first line of a file; a passphrase on the command line would be seen by everybody on the machine.
pub(crate) fn passphrase(file: &Path) -> Result<Zeroizing<String>, Problem> {
    let bad = |why: String| {
        Problem::new(
            ProblemCode::BadInput,
            format!("The passphrase file {} {why}.", file.display()),
            "Write the passphrase into its first line.",
        )
    };
    let text = Zeroizing::new(fs::read_to_string(file).map_err(|error| bad(format!("could not be read: {error}")))?);
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        Err(bad("has nothing in its first line".to_owned()))
    } else {
        Ok(Zeroizing::new(line.to_owned()))
    }
}

pub(crate) fn of_existing(key: &KeyArguments) -> Result<Unlock, Problem> {
    key.passphrase_file.as_deref().map_or(Ok(Unlock::AsItIs), |file| passphrase(file).map(Unlock::Passphrase))
}

/// What Azure answers is kept encrypted, or in memory only.
pub(crate) fn open_for_scan(path: Option<&Path>, key: &KeyArguments) -> Result<Engagement, Problem> {
    match (path, &key.passphrase_file) {
        (None, _) => Engagement::in_memory(),
        (Some(path), Some(file)) => Engagement::open(path, &Unlock::Passphrase(passphrase(file)?)),
        (Some(path), None) => Engagement::open(path, &Unlock::Keychain),
    }
}

/// Collected files are kept encrypted where there is a keychain; where there is none, the person who gave no
/// passphrase is told that the file can be read by others. The sample is no secret.
pub(crate) fn open_for_files(
    path: &Path,
    key: &KeyArguments,
    is_sample: bool,
    voice: &Voice,
) -> Result<Engagement, Problem> {
    if let Some(file) = &key.passphrase_file {
        return Engagement::open(path, &Unlock::Passphrase(passphrase(file)?));
    }
    if is_sample || path.exists() {
        return Engagement::open(path, &Unlock::AsItIs);
    }
    match Engagement::open(path, &Unlock::Keychain) {
        Err(problem) if problem.code == ProblemCode::NoKeychain => {
            let engagement = Engagement::open(path, &Unlock::AsItIs)?;
            voice.say(&format!(
                "{} The engagement is kept without encryption; give --passphrase-file FILE to encrypt it.",
                problem.message
            ));
            Ok(engagement)
        }
        other => other,
    }
}
