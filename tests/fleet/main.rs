//! A fleet's whole way: from bodies to verdicts, on recorded clusters, generated ones and the inputs of other tools.

mod fleets;
mod house;
mod pdf;
mod peers;
mod properties;
mod recorded;
