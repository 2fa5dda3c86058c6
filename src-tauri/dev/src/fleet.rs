//! A made-up fleet for trials at any size: the one that the simulator serves.

use quay_azure::generate_documents;
use std::error::Error;
use std::io::{self, BufWriter, Write};

/// One object a line. `quay-azure --fleet FOLDER` serves a folder that holds them.
pub(crate) fn print(clusters: u32, subscriptions: u32, seed: u64) -> Result<(), Box<dyn Error>> {
    let mut out = BufWriter::new(io::stdout().lock());
    for document in generate_documents(clusters, subscriptions, seed) {
        writeln!(out, "{document}")?;
    }
    Ok(out.flush()?)
}
