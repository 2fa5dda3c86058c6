//! What can be asked for.

use clap::{Args, Parser, Subcommand};
use quay_model::Severity;
use quay_pipeline::{Format, parse_moment};
use std::path::PathBuf;

/// Who can reach the API server of every AKS cluster, should they, and how to close the rest.
///
/// Changes nothing in Azure.
#[derive(Debug, Parser)]
#[command(name = "quaymaster", version, arg_required_else_help = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Audit the sample fleet, collected files, or what an engagement holds
    Audit(AuditArguments),
    /// Print the rule catalogue
    Rules {
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Args)]
#[command(
    after_help = "Ends with 0 done, 2 wrong usage, 3 findings at or above --fail-on, 4 nothing could be read, 1 anything else."
)]
pub(crate) struct AuditArguments {
    /// The sample fleet that comes with the program
    #[arg(long, conflicts_with = "files")]
    pub(crate) sample: bool,
    /// Files, folders or zips with what `az`, ARM or Resource Graph printed
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// Keep the snapshot in this engagement file; alone: audit its newest snapshot again
    #[arg(long, value_name = "FILE")]
    pub(crate) engagement: Option<PathBuf>,
    /// Write results into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Which results: json, csv, pdf
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = format, requires = "output")]
    pub(crate) format: Vec<Format>,
    /// The moment the audit speaks of, such as 2026-11-23T12:00:00Z; now if not given
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    pub(crate) as_of: Option<String>,
    /// End with 3 if there are findings of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Severity>,
}

fn format(text: &str) -> Result<Format, String> {
    Format::parse(text).ok_or_else(|| format!("{text} is no format; use json, csv or pdf"))
}
