//! How fast each counter of Azure may be asked: one lane per subscription, one for Resource Graph, one for the tenant,
//! one for the directory. A lane keeps below the documented limit by itself and believes what answers say about it.

use quay_model::Answer;
use std::time::Duration;
use tokio::time::Instant;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Lane {
    Tenant,
    Graph,
    Directory,
    Subscription(String),
}

/// "Understand how Azure Resource Manager throttles requests": 250 reads at once and 25 more each second, per
/// subscription and caller. A little is left for others who use the same account.
const ARM_BUCKET: f64 = 250.0;
const ARM_REFILL: f64 = 25.0;
const ARM_BURST: f64 = 230.0;
const ARM_PER_SECOND: f64 = 24.5;

/// "Guidance for throttled requests in Azure Resource Graph": 15 queries in a window of 5 seconds. Where the window
/// begins only answers say; until the first of them one query is sent.
const GRAPH_QUERIES: f64 = 15.0;
const GRAPH_WINDOW: Duration = Duration::from_secs(5);

/// Microsoft Graph allows far more for the few calls made here; own choice.
const DIRECTORY_PER_SECOND: f64 = 10.0;

/// Side by side in one lane: what a subscription's counter bears without queueing at the server (FACTS §6).
pub(crate) const MOST_AT_ONCE: usize = 8;

/// A bucket of turns.
#[derive(Debug)]
pub(crate) struct Bucket {
    turns: f64,
    most: f64,
    per_second: f64,
    at: Instant,
    closed_until: Option<Instant>,
    /// Turns come all at once when a window of the server begins, and not drop by drop.
    window: Option<Window>,
    /// Turns taken so far.
    taken: u32,
    /// A person asked for a slower pace than Azure's.
    slowed: bool,
}

/// What answers said about the window they fell into.
#[derive(Debug, Clone, Copy)]
struct Window {
    ends: Instant,
    left: f64,
}

impl Bucket {
    pub(crate) fn new(lane: &Lane, most_per_second: Option<f64>, now: Instant) -> Bucket {
        let (most, per_second) = match lane {
            Lane::Subscription(_) | Lane::Tenant => (ARM_BURST, ARM_PER_SECOND),
            Lane::Graph => (1.0, GRAPH_QUERIES / GRAPH_WINDOW.as_secs_f64()),
            Lane::Directory => (DIRECTORY_PER_SECOND, DIRECTORY_PER_SECOND),
        };
        let per_second = most_per_second.map_or(per_second, |limit| limit.min(per_second));
        let most = if most_per_second.is_some() { per_second.max(1.0).min(most) } else { most };
        Bucket {
            turns: most,
            most,
            per_second,
            at: now,
            closed_until: None,
            window: None,
            taken: 0,
            slowed: most_per_second.is_some(),
        }
    }

    /// Takes a turn, or says when to look again.
    pub(crate) fn take(&mut self, now: Instant) -> Result<(), Instant> {
        if let Some(until) = self.closed_until.filter(|until| *until > now) {
            return Err(until);
        }
        if let Some(window) = &mut self.window {
            if now >= window.ends {
                *window = Window { ends: now + GRAPH_WINDOW, left: GRAPH_QUERIES };
            }
            if window.left < 1.0 {
                return Err(window.ends);
            }
            window.left -= 1.0;
            self.taken += 1;
            return Ok(());
        }
        self.turns = (self.turns + now.duration_since(self.at).as_secs_f64() * self.per_second).min(self.most);
        self.at = now;
        if self.turns >= 1.0 {
            self.turns -= 1.0;
            self.taken += 1;
            return Ok(());
        }
        Err(now + Duration::from_secs_f64((1.0 - self.turns) / self.per_second))
    }

    /// How long so many turns take from now on.
    pub(crate) fn time_for(&self, turns: usize, now: Instant) -> Duration {
        let missing = (turns as f64 - self.turns).max(0.0);
        self.closed_for(now) + Duration::from_secs_f64(missing / self.per_second)
    }

    pub(crate) fn closed_for(&self, now: Instant) -> Duration {
        self.closed_until.map(|until| until.saturating_duration_since(now)).unwrap_or_default()
    }

    /// Closes the lane for as long as Azure said.
    pub(crate) fn close(&mut self, until: Instant) {
        self.closed_until = self.closed_until.max(Some(until));
    }

    /// Azure counts what others do with the same account too: never more turns than it says are left.
    pub(crate) fn hear(&mut self, answer: &Answer, now: Instant) {
        let number = |name: &str| answer.header(name).and_then(|text| text.trim().parse::<f64>().ok());
        let left = number("x-ms-ratelimit-remaining-subscription-reads")
            .or_else(|| number("x-ms-ratelimit-remaining-tenant-reads"));
        if let Some(left) = left {
            self.turns = self.turns.min(left);
        }
        let resets = answer.header("x-ms-user-quota-resets-after").and_then(seconds_of_clock);
        if let (Some(left), Some(resets)) = (number("x-ms-user-quota-remaining"), resets)
            && !self.slowed
        {
            let ends = now + resets;
            let known = self.window.filter(|window| window.ends > now);
            self.window = Some(match known {
                // turns that were given since that answer was written are gone too
                Some(window) => Window { ends, left: window.left.min(left) },
                None => Window { ends, left },
            });
        }
    }

    /// The least time in which Azure's limit lets the turns through that were taken.
    pub(crate) fn least(&self, lane: &Lane) -> Duration {
        let taken = f64::from(self.taken);
        Duration::from_secs_f64(match lane {
            Lane::Graph => ((taken / GRAPH_QUERIES).ceil() - 1.0).max(0.0) * GRAPH_WINDOW.as_secs_f64(),
            Lane::Subscription(_) | Lane::Tenant => ((taken - ARM_BUCKET) / ARM_REFILL).max(0.0),
            Lane::Directory => 0.0,
        })
    }
}

/// `00:00:05`.
fn seconds_of_clock(text: &str) -> Option<Duration> {
    let mut total = 0.0;
    for part in text.trim().split(':') {
        total = total * 60.0 + part.parse::<f64>().ok()?;
    }
    // a window is seconds long; whatever says more is wrong
    Duration::try_from_secs_f64(total).ok().map(|wait| wait.min(Duration::from_secs(60)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn granted(bucket: &mut Bucket, seconds: u64) -> usize {
        let start = bucket.at;
        // a hundredth of a second at a time
        (0..seconds * 100).filter(|step| bucket.take(start + Duration::from_millis(step * 10)).is_ok()).count()
    }

    #[tokio::test]
    async fn a_subscription_is_asked_below_its_limit_and_close_to_it() {
        let mut bucket = Bucket::new(&Lane::Subscription("s".into()), None, Instant::now());
        let first: usize = (0..1000).filter(|_| bucket.take(bucket.at).is_ok()).count();
        assert_eq!(first, 230);
        let more = granted(&mut bucket, 10);
        assert!((236..=250).contains(&more), "{more} in ten seconds, and 250 are allowed");
    }

    #[tokio::test]
    async fn no_window_of_the_server_gets_more_than_fifteen_queries() {
        let now = Instant::now();
        let mut bucket = Bucket::new(&Lane::Graph, None, now);
        // the server's windows begin with the first query that falls into them, 30 ms after it was sent
        let (mut begun, mut used, mut most, mut sent) = (now, 0u32, 0u32, 0u32);
        for step in 0..6000u64 {
            let at = now + Duration::from_millis(step * 5);
            if bucket.take(at).is_ok() {
                let arrives = at + Duration::from_millis(30);
                if used == 0 || arrives.duration_since(begun) >= GRAPH_WINDOW {
                    (begun, used) = (arrives, 0);
                }
                used += 1;
                sent += 1;
                most = most.max(used);
                let left = format!("{}", 15u32.saturating_sub(used));
                let resets = (GRAPH_WINDOW - arrives.duration_since(begun)).as_secs_f64().ceil();
                let headers = [
                    ("x-ms-user-quota-remaining".to_owned(), left),
                    ("x-ms-user-quota-resets-after".to_owned(), format!("00:00:{resets:02}")),
                ];
                bucket.hear(
                    &Answer { status: 200, headers: headers.to_vec(), body: vec![] },
                    arrives + Duration::from_millis(30),
                );
            }
        }
        assert!(most <= 15, "{most} queries in one window");
        assert!(sent >= 75, "{sent} queries in thirty seconds, and 90 are allowed");
        assert_eq!(bucket.least(&Lane::Graph), Duration::from_secs(5 * u64::from(sent.div_ceil(15) - 1)));
    }

    #[tokio::test]
    async fn what_the_answer_says_is_believed() {
        let now = Instant::now();
        let answer = |headers: &[(&str, &str)]| Answer {
            status: 200,
            headers: headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect(),
            body: vec![],
        };
        let mut bucket = Bucket::new(&Lane::Subscription("s".into()), None, now);
        bucket.hear(&answer(&[("x-ms-ratelimit-remaining-subscription-reads", "2")]), now);
        assert_eq!((0..10).filter(|_| bucket.take(now).is_ok()).count(), 2);
        let mut graph = Bucket::new(&Lane::Graph, None, now);
        assert!(graph.take(now).is_ok() && graph.take(now).is_err(), "one query until an answer has come");
        graph.hear(&answer(&[("x-ms-user-quota-remaining", "0"), ("x-ms-user-quota-resets-after", "00:00:04")]), now);
        assert_eq!(graph.take(now + Duration::from_secs(3)), Err(now + Duration::from_secs(4)));
        assert!(graph.take(now + Duration::from_secs(4)).is_ok());
    }
}
