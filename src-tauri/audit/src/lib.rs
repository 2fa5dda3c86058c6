//! Rules, exposure and facts: a fleet goes in, verdicts come out.
//!
//! Pure: no clock, no disk, no network, no Tauri. A rule sees one cluster (and one binding) at a time, so that one bad
//! cluster cannot touch another. What could not be read is `not assessed`; there is no way from there to `pass`.

mod address;
mod coverage;
mod engine;
mod exposure;
mod facts;
mod grade;
mod references;
mod rule;
mod rules;
mod score;
mod tags;
#[cfg(test)]
mod testing;

pub use engine::{audit, tool_facts};
pub use exposure::Exposure;
pub use facts::control_map::framework_name;
pub use rules::ALL as RULES;
