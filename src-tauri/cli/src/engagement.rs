//! `quaymaster engagement`: export, purge, sign out.

use crate::Ending;
use crate::arguments::EngagementCommand;
use crate::audit::failed;
use crate::key::passphrase;
use crate::summary::Voice;
use quay_model::Problem;
use quay_pipeline::{Engagement, Unlock};
use std::path::Path;

pub(crate) fn run(command: &EngagementCommand) -> Ending {
    let voice = Voice::new();
    match done(command, &voice) {
        Ok(ending) => ending,
        Err(problem) => failed(&voice, &problem),
    }
}

fn done(command: &EngagementCommand, voice: &Voice) -> Result<Ending, Problem> {
    let open = |file: &Path, locked: &Option<std::path::PathBuf>| -> Result<Engagement, Problem> {
        let unlock = locked.as_deref().map_or(Ok(Unlock::AsItIs), |file| passphrase(file).map(Unlock::Passphrase))?;
        Engagement::open_existing(file, &unlock)
    };
    match command {
        EngagementCommand::Export { file, to, export_passphrase_file, passphrase_file } => {
            let secret = passphrase(export_passphrase_file)?;
            open(file, passphrase_file)?.export(to, &secret)?;
            voice
                .say(&format!("Wrote {}. Open it anywhere with --passphrase-file; sign in again there.", to.display()));
        }
        EngagementCommand::Purge { file, yes: true, passphrase_file } => {
            if !file.exists() {
                voice.say(&format!("There is no engagement file {}.", file.display()));
                return Ok(Ending::Failed);
            }
            open(file, passphrase_file)?.remove(file)?;
            voice.say(&format!(
                "Removed {} and its key. Reports that were written are still where you put them.",
                file.display()
            ));
        }
        EngagementCommand::Purge { file, yes: false, .. } => {
            voice.say(&format!("Nothing was removed. Say `--yes` to remove {} and its key for good.", file.display()));
            return Ok(Ending::WrongUsage);
        }
        EngagementCommand::SignOut { file, passphrase_file } => {
            let mut engagement = open(file, passphrase_file)?;
            let runtime = crate::scan::runtime()?;
            runtime.block_on(engagement.sign_out(None))?;
            voice.say("The sign-in is forgotten. What was read stays.");
        }
    }
    Ok(Ending::Done)
}
