//! An Azure on this machine: Entra, Resource Manager, Resource Graph and Microsoft Graph as far as Quaymaster and other
//! Azure clients use them to read a fleet; with paging, documented throttling, and faults on demand.
//!
//! Knows nothing of the product's crates: what it answers is held against recorded exchanges, not against our own
//! reader. Listens on loopback only.
#![expect(clippy::expect_used, reason = "a simulator that cannot start has nobody to tell but its starter")]

mod answer;
mod arm;
mod around;
mod directory;
mod entra;
mod faults;
mod fleet;
mod folder;
mod kql;
mod kql_tokens;
mod pages;
mod resource_graph;
mod server;
mod throttle;
mod tls;
mod tokens;
mod world;

pub use around::kubernetes_versions;
pub use faults::{Chaos, Fault, FaultKind};
pub use fleet::{Dice, generate, generate_documents};
pub use folder::read_folder;
pub use kql::Query;
pub use server::{Azure, Counts, Logged};
pub use throttle::{ARM_BUCKET, ARM_REFILL_PER_SECOND, GRAPH_QUERIES, GRAPH_WINDOW};
pub use world::{World, wildcard};

use std::time::Duration;

/// How this Azure behaves.
#[derive(Debug, Clone)]
pub struct Options {
    /// 0 takes any free port.
    pub port: u16,
    /// Whether the documented limits are kept.
    pub throttle: bool,
    /// Each answer takes this long.
    pub latency: Duration,
    /// Items on one page of an ARM list.
    pub page: usize,
    /// Rows on one page of Resource Graph, at most the documented 1,000.
    pub rows: usize,
    /// Sign-in pages send the browser on without asking.
    pub sign_in_at_once: bool,
    /// How long an access token lives.
    pub token_life: Duration,
    /// By how much the server's clock is wrong, in seconds.
    pub skew: i64,
    /// Secret of every service principal.
    pub client_secret: String,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            port: 0,
            throttle: true,
            latency: Duration::ZERO,
            page: 100,
            rows: 1000,
            sign_in_at_once: true,
            token_life: Duration::from_secs(3600),
            skew: 0,
            client_secret: "simulated-client-secret".to_owned(),
        }
    }
}
