//! How far a scan has come, for people who watch it.

use std::collections::BTreeMap;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct ScanProgress {
    /// Answers that came, and questions known so far.
    pub answered: u32,
    pub known: u32,
    /// Answers that were held already and not asked for again.
    pub reused: u32,
    /// Requests that went out, and how many were answered with 429.
    pub requests: u32,
    pub throttled: u32,
    /// Requests each second, over the whole scan.
    pub per_second: f64,
    /// Seconds until the slowest lane is through, as far as is known; nothing while the list still grows fast.
    pub seconds_left: Option<u32>,
    /// How long nothing can be sent, because Azure said to wait.
    pub waiting_seconds: u32,
    /// The least seconds Azure's own limits allow for what was asked.
    pub least_seconds: f64,
    /// How long it took.
    pub seconds: f64,
    pub gaps: u32,
    pub clusters: u32,
    /// By id; the tenant's own questions stand under an empty id.
    pub subscriptions: BTreeMap<String, SubscriptionProgress>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SubscriptionProgress {
    pub name: String,
    pub answered: u32,
    pub known: u32,
    pub denied: u32,
    pub failed: u32,
    pub waiting_seconds: u32,
    pub clusters: u32,
}
