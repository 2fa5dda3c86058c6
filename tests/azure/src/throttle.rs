//! The documented limits. Resource Manager: a token bucket per subscription and caller, 250 reads and 25 more each
//! second ("Understand how Azure Resource Manager throttles requests"). Resource Graph: 15 queries in 5 seconds per
//! caller ("Guidance for throttled requests in Azure Resource Graph").

use std::collections::HashMap;
use std::time::{Duration, Instant};

pub const ARM_BUCKET: f64 = 250.0;
pub const ARM_REFILL_PER_SECOND: f64 = 25.0;
pub const GRAPH_QUERIES: u32 = 15;
pub const GRAPH_WINDOW: Duration = Duration::from_secs(5);

#[derive(Debug, Default)]
pub(crate) struct Throttle {
    buckets: HashMap<(String, String), (f64, Instant)>,
    windows: HashMap<String, (u32, Instant)>,
}

impl Throttle {
    /// Reads left in the bucket, or how many seconds to wait.
    pub(crate) fn read(&mut self, scope: &str, caller: &str, now: Instant) -> Result<u32, u64> {
        let key = (scope.to_owned(), caller.to_owned());
        let (tokens, at) = self.buckets.entry(key).or_insert((ARM_BUCKET, now));
        *tokens = (*tokens + now.duration_since(*at).as_secs_f64() * ARM_REFILL_PER_SECOND).min(ARM_BUCKET);
        *at = now;
        if *tokens < 1.0 {
            return Err(1);
        }
        *tokens -= 1.0;
        Ok(*tokens as u32)
    }

    /// Queries left in the window and the seconds until it is full again, or only those seconds.
    pub(crate) fn query(&mut self, caller: &str, now: Instant) -> Result<(u32, u64), u64> {
        let (used, since) = self.windows.entry(caller.to_owned()).or_insert((0, now));
        if now.duration_since(*since) >= GRAPH_WINDOW {
            (*used, *since) = (0, now);
        }
        let left = (GRAPH_WINDOW - now.duration_since(*since)).as_secs_f64().ceil() as u64;
        if *used >= GRAPH_QUERIES {
            return Err(left.max(1));
        }
        *used += 1;
        Ok((GRAPH_QUERIES - *used, left.max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_empties_and_fills_at_the_documented_pace() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        let granted = (0..300).filter(|_| throttle.read("s", "me", start).is_ok()).count();
        assert_eq!(granted, 250);
        assert!(throttle.read("other", "me", start).is_ok(), "each subscription has its own");
        let later = start + Duration::from_secs(2);
        assert_eq!((0..300).filter(|_| throttle.read("s", "me", later).is_ok()).count(), 50);
    }

    #[test]
    fn resource_graph_counts_in_windows() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        assert_eq!(throttle.query("me", start), Ok((14, 5)));
        assert_eq!((0..20).filter(|_| throttle.query("me", start).is_ok()).count(), 14);
        assert_eq!(throttle.query("me", start + Duration::from_secs(3)), Err(2));
        assert!(throttle.query("me", start + GRAPH_WINDOW).is_ok());
    }
}
