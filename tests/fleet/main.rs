//! A fleet's whole way: from bodies to verdicts, on recorded clusters, generated ones and the inputs of other tools.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed; figures and skips are printed"
)]

mod applied;
mod builtin_roles;
mod code;
mod exports;
mod fleets;
mod guardrails;
mod house;
mod pdf;
mod peers;
mod policy_language;
mod properties;
mod random;
mod recorded;
mod sample;
mod walk;
mod what_if;
