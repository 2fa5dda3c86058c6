//! Starts an Azure on this machine and keeps it running until it is stopped.
#![expect(clippy::print_stdout, reason = "the ready line is what others wait for")]

use clap::Parser;
use quay_azure::{Azure, Options, World, generate, read_folder};
use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Parser)]
struct Arguments {
    /// Serve the documents of this folder instead of a generated fleet
    #[arg(long)]
    fleet: Option<PathBuf>,
    #[arg(long, default_value_t = 100)]
    clusters: u32,
    #[arg(long, default_value_t = 5)]
    subscriptions: u32,
    #[arg(long, default_value_t = 7)]
    seed: u64,
    /// 0 takes any free port
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// Where `ca.pem` and `cloud.json` are written
    #[arg(long, default_value = ".")]
    output: PathBuf,
    /// Without the documented limits
    #[arg(long)]
    no_throttle: bool,
    #[arg(long, default_value_t = 0)]
    latency_ms: u64,
    /// Show a sign-in page instead of sending the browser on
    #[arg(long)]
    sign_in_page: bool,
    /// Seconds an access token lives
    #[arg(long, default_value_t = 3600)]
    token_life: u64,
    /// Items on one page of a list
    #[arg(long, default_value_t = 100)]
    page: usize,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let asked = Arguments::parse();
    let world: World = match &asked.fleet {
        Some(folder) => read_folder(folder).map_err(|error| format!("{}: {error}", folder.display()))?,
        None => generate(asked.clusters, asked.subscriptions, asked.seed),
    };
    let tenant = world.tenant.clone();
    let options = Options {
        port: asked.port,
        throttle: !asked.no_throttle,
        latency: Duration::from_millis(asked.latency_ms),
        sign_in_at_once: !asked.sign_in_page,
        token_life: Duration::from_secs(asked.token_life),
        page: asked.page,
        ..Options::default()
    };
    let azure = Azure::start(world, options).await?;
    std::fs::create_dir_all(&asked.output)?;
    let authority = std::path::absolute(asked.output.join("ca.pem"))?;
    std::fs::write(&authority, azure.authority_pem())?;
    let cloud = serde_json::to_string_pretty(&azure.cloud(&authority.to_string_lossy()))?;
    std::fs::write(asked.output.join("cloud.json"), cloud)?;
    println!("tenant {tenant}");
    println!("ready {}", azure.origin());
    std::io::stdout().flush()?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
