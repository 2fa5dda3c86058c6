//! Our own tools, never shipped: `cargo dev rule` scaffolds a rule, `cargo dev fleet` makes a fleet.

mod fleet;
mod rule;

use clap::{Parser, Subcommand};
use std::error::Error;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    tool: Tool,
}

#[derive(Subcommand)]
enum Tool {
    /// Write the file of a new rule and its two lines in the list, such as `cargo dev rule EXP-09`
    Rule {
        /// The permanent id
        id: String,
    },
    /// Print a made-up fleet, one object a line; the same seed gives the same fleet
    Fleet {
        #[arg(long, default_value_t = 1000)]
        clusters: u32,
        #[arg(long, default_value_t = 20)]
        subscriptions: u32,
        #[arg(long, default_value_t = 7)]
        seed: u64,
    },
}

fn main() -> Result<(), Box<dyn Error>> {
    match Arguments::parse().tool {
        Tool::Rule { id } => rule::scaffold(&id),
        Tool::Fleet { clusters, subscriptions, seed } => fleet::print(clusters, subscriptions, seed),
    }
}
