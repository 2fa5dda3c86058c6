//! Azure itself: asks Resource Manager, Resource Graph and, if allowed, Microsoft Graph, at the pace they bear, and
//! writes down answers and refusals alike.
//!
//! What has no answer becomes a gap; a page that was read is never asked for twice; a link to another host is never
//! followed. Who sends, who keeps answers and who watches are given from outside.

mod ask;
mod collector;
mod judge;
mod lanes;
mod preflight;
mod progress;
mod queries;
mod question;
mod reader;
mod scope;
mod settle;
mod turns;

pub(crate) use judge::is_absence;
pub use preflight::{Access, Need, Preflight, preflight};
pub use progress::{ScanProgress, SubscriptionProgress};
pub(crate) use queries::own_query;

use crate::Collected;
use async_trait::async_trait;
use quay_model::{Answer, Endpoint, Exchange, NoAnswer, Problem, ReadCall};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Sends a request that reads, with a credential this room never sees.
#[async_trait]
pub trait Wire: Send + Sync + 'static {
    async fn send(&self, call: &ReadCall) -> Result<Answer, NoAnswer>;
    /// Scheme and host, as the links of its answers write them.
    fn origin(&self, endpoint: Endpoint) -> &str;
    /// Now, RFC 3339, UTC.
    fn now(&self) -> String;
}

/// One page that was read, as it is kept: enough to go on from it, and to show where it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub exchange: Exchange,
    /// Without secrets; empty when the answer said that there is nothing.
    pub body: String,
}

/// Keeps pages from one moment to the next, also across a crash.
pub trait Journal: Send {
    /// A page that may still be used: read in this scan, or no longer ago than `keeps`.
    fn held(&mut self, question: &str, page: u32, keeps: Duration) -> Result<Option<Held>, Problem>;
    fn keep(&mut self, question: &str, page: u32, held: &Held) -> Result<(), Problem>;
    /// Called a few times each second; what is kept by then must survive.
    fn settle(&mut self) -> Result<(), Problem>;
}

/// A journal of nothing: each scan asks for everything.
#[derive(Debug)]
pub struct NoJournal;

impl Journal for NoJournal {
    fn held(&mut self, _question: &str, _page: u32, _keeps: Duration) -> Result<Option<Held>, Problem> {
        Ok(None)
    }
    fn keep(&mut self, _question: &str, _page: u32, _held: &Held) -> Result<(), Problem> {
        Ok(())
    }
    fn settle(&mut self) -> Result<(), Problem> {
        Ok(())
    }
}

/// What is scanned.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Ids; empty: every subscription the caller sees.
    pub subscriptions: Vec<String>,
    pub management_group: Option<String>,
    /// Whether Microsoft Graph is asked too, which needs a consent of its own.
    pub directory: bool,
    /// Writes of bindings are looked up since then.
    pub events_since: String,
}

/// How patient and how fast.
#[derive(Debug, Clone)]
pub struct Pace {
    /// The first wait after a failure; each one after is twice as long.
    pub first_wait: Duration,
    /// Tries until a call counts as failed.
    pub tries: u32,
    /// Tries until a call counts as throttled out; Azure says itself how long to wait.
    pub throttled_tries: u32,
    /// A setting: requests each second and lane, below Azure's own limit.
    pub most_per_second: Option<f64>,
    /// Requests under way at once, over all lanes.
    pub at_once: usize,
}

impl Default for Pace {
    fn default() -> Self {
        let first_wait = Duration::from_millis(500);
        Pace { first_wait, tries: 6, throttled_tries: 12, most_per_second: None, at_once: 32 }
    }
}

/// Told now and then how far the scan has come.
pub type Watch = Arc<dyn Fn(&ScanProgress) + Send + Sync>;

/// What a scan of Azure runs with.
pub struct Conditions<'a> {
    pub wire: Arc<dyn Wire>,
    pub journal: &'a mut dyn Journal,
    pub pace: Pace,
    pub watch: Watch,
    /// `true` stops the scan at once; what was read is kept.
    pub cancel: watch::Receiver<bool>,
}

impl fmt::Debug for Conditions<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Conditions({:?})", self.pace)
    }
}

/// Asks for everything in the scope. Fails only as a whole: nobody is signed in, somebody stopped it, or answers can
/// no longer be kept; all of which leave what was read for the next try.
pub async fn read_azure(scope: &Scope, conditions: Conditions<'_>) -> Result<(Collected, ScanProgress), Problem> {
    collector::Collector::new(scope.clone(), conditions, false).run().await.map(settle::everything)
}
