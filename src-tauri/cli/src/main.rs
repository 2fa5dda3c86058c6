//! The same pipeline from a terminal; builds without WebKit and knows no Tauri.
//!
//! Results go to files, the rule catalogue to standard output, words for people to standard error.

mod arguments;
mod audit;
mod collect_script;
mod engagement;
mod key;
mod rules;
mod scan;
mod summary;

use arguments::{Arguments, Command};
use clap::Parser;
use std::process::ExitCode;

/// How a run ended. The numbers are a promise to scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Done = 0,
    Failed = 1,
    WrongUsage = 2,
    Findings = 3,
    NothingRead = 4,
    Incomplete = 5,
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // help and version are answers, not errors
            let ending = if error.use_stderr() { Ending::WrongUsage } else { Ending::Done };
            let shown = error.print();
            return exit(if shown.is_err() { Ending::Failed } else { ending });
        }
    };
    exit(match arguments.command {
        Command::Audit(asked) => audit::run(&asked),
        Command::Scan(asked) => scan::run(&asked),
        Command::CollectScript { shell } => collect_script::run(shell),
        Command::Engagement(command) => engagement::run(&command),
        Command::Rules { json } => rules::run(json),
    })
}

fn exit(ending: Ending) -> ExitCode {
    ExitCode::from(ending as u8)
}
