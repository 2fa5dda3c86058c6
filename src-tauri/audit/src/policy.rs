//! How Azure Policy is read: which assignments reach a cluster, what they test, with which effect, and who is exempt.

pub(crate) mod assigned;
pub(crate) mod chosen;
pub(crate) mod effects;
pub(crate) mod exempt;
pub(crate) mod given;
pub(crate) mod reported;
pub(crate) mod rule_language;
#[cfg(test)]
pub(crate) mod testing;
pub(crate) mod watched;
