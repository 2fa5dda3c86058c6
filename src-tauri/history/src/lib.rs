//! What several audits say together. Pure: verdicts in, changes out.
//!
//! Between two snapshots nothing was observed. A finding that is no longer there was fixed only if its test passed;
//! when the resource is gone or could not be read, that is what is said.

mod changes;

pub use changes::{Changes, changes};
