//! What can be asked for.

use clap::{Args, Parser, Subcommand, ValueEnum};
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
    /// Read a fleet from Azure into an engagement; changes nothing in Azure
    Scan(ScanArguments),
    /// Print a script that reads a fleet with `az`, for those who do not have this program
    CollectScript {
        /// bash or powershell
        #[arg(long, default_value = "bash")]
        shell: Shell,
    },
    /// Look after an engagement file
    #[command(subcommand)]
    Engagement(EngagementCommand),
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
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    /// What infrastructure code declares: Terraform state or plan as JSON, ARM templates, compiled Bicep. Beside --sample
    /// or --files, compared with those; beside --engagement alone, with its newest snapshot, in place of earlier code
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub(crate) code: Vec<PathBuf>,
    /// The management group that the guardrails are written for
    #[arg(long, value_name = "NAME", default_value = "YOUR-MANAGEMENT-GROUP")]
    pub(crate) management_group: String,
    /// Write results into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Which results: json, csv, pdf (these without it), code, guardrails, owners
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = format, requires = "output")]
    pub(crate) format: Vec<Output>,
    /// The moment the audit speaks of, such as 2026-11-23T12:00:00Z; now if not given
    #[arg(long, value_name = "TIME", value_parser = parse_moment)]
    pub(crate) as_of: Option<String>,
    /// End with 3 if there are findings of this severity or worse
    #[arg(long, value_name = "SEVERITY")]
    pub(crate) fail_on: Option<Severity>,
}

/// How an engagement file is locked. Without any of these the keychain of the desktop holds its key.
#[derive(Debug, Args)]
pub(crate) struct KeyArguments {
    /// The first line of this file is the passphrase of the engagement
    #[arg(long, value_name = "FILE", conflicts_with = "memory_only")]
    pub(crate) passphrase_file: Option<PathBuf>,
    /// Keep nothing on disk
    #[arg(long, conflicts_with = "engagement")]
    pub(crate) memory_only: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shell {
    Bash,
    Powershell,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CredentialKind {
    /// The system's browser
    Browser,
    /// A code to enter on any device
    DeviceCode,
    /// Whoever did `az login`
    AzureCli,
    /// AZURE_CLIENT_ID with AZURE_CLIENT_SECRET or AZURE_CLIENT_CERTIFICATE_PATH
    ServicePrincipal,
    /// The identity of this machine in Azure
    ManagedIdentity,
    /// AZURE_FEDERATED_TOKEN_FILE and AZURE_CLIENT_ID
    WorkloadIdentity,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Ends with 0 done, also when something could not be read (it says what), 2 wrong usage, 4 nothing could be read, 5 something could not be read and --require-complete was given, 1 anything else."
)]
pub(crate) struct ScanArguments {
    /// The tenant: its id or one of its domains
    #[arg(long)]
    pub(crate) tenant: String,
    /// Only these subscriptions; without it, all that the account sees
    #[arg(long, value_name = "ID", num_args = 1..)]
    pub(crate) subscription: Vec<String>,
    /// Only the subscriptions below this management group
    #[arg(long, value_name = "NAME")]
    pub(crate) management_group: Option<String>,
    /// How to sign in
    #[arg(long, default_value = "browser")]
    pub(crate) credential: CredentialKind,
    /// Your own application, registered as a public client with http://localhost (browser, device code)
    #[arg(long, value_name = "ID", env = "QUAYMASTER_CLIENT_ID", hide_env_values = true)]
    pub(crate) client_id: Option<String>,
    /// Keep what is read in this engagement file, encrypted
    #[arg(long, value_name = "FILE", required_unless_present = "memory_only")]
    pub(crate) engagement: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) key: KeyArguments,
    /// public, us-government, china, or a JSON file with authority, resourceManager, graph and caFile
    #[arg(long, value_name = "NAME|FILE", default_value = "public")]
    pub(crate) cloud: String,
    /// Ask Microsoft Graph too: secrets of service principals, deleted principals (a consent of its own)
    #[arg(long)]
    pub(crate) with_directory: bool,
    /// Ask for everything again, also what was read a moment ago
    #[arg(long)]
    pub(crate) fresh: bool,
    /// Requests each second and subscription, below Azure's own limit
    #[arg(long, value_name = "NUMBER", value_parser = rate)]
    pub(crate) most_per_second: Option<f64>,
    /// End with 5 if anything could not be read
    #[arg(long)]
    pub(crate) require_complete: bool,
    /// Do not ask before the scan
    #[arg(long)]
    pub(crate) yes: bool,
    /// Audit what was read and write results into this folder
    #[arg(long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
    /// Which results: json, csv, pdf (these without it), code, guardrails, owners
    #[arg(long, value_name = "LIST", value_delimiter = ',', value_parser = format, requires = "output")]
    pub(crate) format: Vec<Output>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum EngagementCommand {
    /// Write a copy that a passphrase opens on any machine; the sign-in stays here
    Export {
        file: PathBuf,
        #[arg(long, value_name = "FILE")]
        to: PathBuf,
        /// The first line of this file is the passphrase of the copy
        #[arg(long, value_name = "FILE")]
        export_passphrase_file: PathBuf,
        /// The first line of this file is the passphrase of the engagement itself
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Remove an engagement: its key, its file, and what lies beside it
    Purge {
        file: PathBuf,
        /// Without it nothing is removed
        #[arg(long)]
        yes: bool,
        /// The first line of this file is its passphrase: only what opens as an engagement is removed
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
    /// Forget the sign-in that is kept in an engagement
    SignOut {
        file: PathBuf,
        #[arg(long, value_name = "FILE")]
        passphrase_file: Option<PathBuf>,
    },
}

fn rate(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|rate| rate.is_finite() && *rate >= 0.01)
        .ok_or_else(|| format!("{text} is no number of at least 0.01"))
}

/// A report, or a folder of files for others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Output {
    Report(Format),
    /// The closing plans as Bicep and Terraform, for review
    Code,
    /// Azure Policy definitions, an initiative and templates
    Guardrails,
    /// One CSV an owner
    Owners,
}

fn format(text: &str) -> Result<Output, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "code" => Ok(Output::Code),
        "guardrails" => Ok(Output::Guardrails),
        "owners" => Ok(Output::Owners),
        other => Format::parse(other)
            .map(Output::Report)
            .ok_or_else(|| format!("{text} is no format; use json, csv, pdf, code, guardrails or owners")),
    }
}
