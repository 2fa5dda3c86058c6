//! A fleet's whole way: from bodies to verdicts, on recorded clusters, generated ones and the inputs of other tools.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed; figures and skips are printed"
)]

mod fleets;
mod house;
mod pdf;
mod peers;
mod properties;
mod recorded;
mod sample;
