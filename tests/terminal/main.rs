//! The terminal program as a person or a script meets it: files in, files and exit codes out.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that cannot be set up has failed; figures and skips are printed"
)]

mod azure_cli;
mod bad_input;
mod coded;
mod engagement;
mod honesty;
mod outputs;
mod runs;
mod scanning;
mod scenarios;
mod sources;
