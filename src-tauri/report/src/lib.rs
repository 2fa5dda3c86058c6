//! Draws one audit in whatever format was asked. Decides nothing: every number and word about the fleet comes in.
//!
//! The same audit gives the same bytes, in every format: no clock, no random number, no machine name goes in.

mod csv_file;
mod json_file;
mod pdf;

pub use csv_file::{owner_files, write_csv};
pub use json_file::write_json;
pub use pdf::write_pdf;

use quay_model::{OwnerLine, Plan, Step, StepText, Survey};

/// What is printed beside the verdicts.
#[derive(Debug, Clone, Copy)]
pub struct Beside<'a> {
    pub survey: &'a Survey,
    pub plans: &'a [Plan],
    pub owners: &'a [OwnerLine],
    /// How a step is done, checked and undone.
    pub how: fn(&Step) -> StepText,
}
