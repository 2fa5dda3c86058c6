//! Rules, exposure and facts: a fleet goes in, verdicts come out.
//!
//! Pure: no clock, no disk, no network, no Tauri. A rule sees one cluster (and one binding) at a time, so that one bad
//! cluster cannot touch another. What could not be read is `not assessed`; there is no way from there to `pass`.

mod address;
mod coverage;
mod days;
mod engine;
mod exposure;
mod facts;
mod grade;
mod integrations;
mod powers;
mod reach;
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
pub use integrations::{Integrated, integrations};
pub use powers::{Powers, Role, Roles};
pub use reach::{Held, Reached, name_of, reached};
pub use rules::ALL as RULES;
