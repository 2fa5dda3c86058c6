//! Rules, exposure and facts: a fleet goes in, verdicts come out.
//!
//! Pure: no clock, no disk, no network, no Tauri. A rule sees one cluster (and one binding) at a time, so that one bad
//! cluster cannot touch another. What could not be read is `not assessed`; there is no way from there to `pass`.

mod address;
mod beside;
mod coverage;
mod days;
mod declares;
mod doors;
mod drift;
mod engine;
mod explain;
mod exposure;
mod facts;
mod grade;
mod holder;
mod integrations;
mod matrix;
mod openness;
mod origin;
mod owned;
mod plan;
mod policy;
mod powers;
mod radius;
mod reach;
mod references;
mod rule;
mod rules;
mod score;
mod secrets;
mod service_rights;
mod stand;
mod survey;
mod tags;
#[cfg(test)]
mod testing;
mod usage;
mod widened;
mod workarounds;

pub use doors::{Looked, doors};
pub use engine::{audit, tool_facts};
pub use exposure::Exposure;
pub use facts::RoleFacts;
pub use facts::control_map::framework_name;
pub use integrations::{Integrated, integrations};
pub use origin::{Origin, Written, origin_of};
pub use owned::scoreboard;
pub use powers::{Powers, Role, Roles};
pub use radius::radius;
pub use reach::{Held, Reached, name_of, reached};
pub use rules::ALL as RULES;
pub use survey::{plans, survey};
