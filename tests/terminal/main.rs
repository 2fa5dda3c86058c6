//! The terminal program as a person or a script meets it: files in, files and exit codes out.

mod bad_input;
mod engagement;
mod outputs;
mod runs;
mod sources;
