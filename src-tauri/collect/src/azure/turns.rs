//! When a scan asks: lanes that wait for their turn, tries that come again later, and what watchers are told of it.

use super::ask::{Pending, ask};
use super::collector::Collector;
use super::lanes::{Bucket, Lane, MOST_AT_ONCE};
use super::progress::ScanProgress;
use quay_model::GapReason;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::time::Instant;

/// A wait that doubles stops growing here.
const LONGEST_BACKOFF: Duration = Duration::from_secs(20);

/// A token that was refused again right after it was renewed will not be better the next time.
const TRIES_WITHOUT_RIGHTS: u32 = 5;

pub(super) struct LaneState {
    pub(super) bucket: Bucket,
    pub(super) waiting: VecDeque<Pending>,
    pub(super) busy: usize,
}

impl Collector<'_> {
    pub(super) fn line(&mut self, pending: Pending, first: bool) {
        let lane = pending.question.lane();
        let most = self.conditions.pace.most_per_second;
        let state = self.lanes.entry(lane).or_insert_with_key(|lane| LaneState {
            bucket: Bucket::new(lane, most, Instant::now()),
            waiting: VecDeque::new(),
            busy: 0,
        });
        if first { state.waiting.push_front(pending) } else { state.waiting.push_back(pending) }
    }

    /// Sends what may be sent now; answers when to look again.
    pub(super) fn dispatch(&mut self) -> Option<Instant> {
        let now = Instant::now();
        let mut wake: Option<Instant> = None;
        let mut closed: Option<Instant> = None;
        let mut any_open = false;
        for lane in self.lanes.values_mut() {
            while !lane.waiting.is_empty() {
                if lane.busy >= MOST_AT_ONCE || self.running.len() >= self.conditions.pace.at_once {
                    any_open = true;
                    break;
                }
                let Some(at) = lane.waiting.iter().position(|pending| pending.not_before <= now) else {
                    wake = earlier(wake, lane.waiting.iter().map(|pending| pending.not_before).min());
                    closed = earlier(closed, wake);
                    break;
                };
                if let Err(until) = lane.bucket.take(now) {
                    wake = earlier(wake, Some(until));
                    closed = earlier(closed, Some(until));
                    break;
                }
                if let Some(pending) = lane.waiting.remove(at) {
                    any_open = true;
                    lane.busy += 1;
                    self.gathered.progress.requests += 1;
                    self.running.spawn(ask(self.conditions.wire.clone(), pending));
                }
            }
        }
        let idle = closed.filter(|_| !any_open && self.running.is_empty());
        self.gathered.progress.waiting_seconds = idle.map_or(0, |until| seconds(until.duration_since(now)));
        wake
    }

    pub(super) fn again(&mut self, mut pending: Pending, reason: GapReason, why: &str, after: Option<Duration>) {
        let pace = &self.conditions.pace;
        let now = Instant::now();
        let throttled = reason == GapReason::Throttled;
        let tries = if throttled { &mut pending.throttled } else { &mut pending.tries };
        *tries += 1;
        let most = match reason {
            GapReason::Throttled => pace.throttled_tries,
            GapReason::Denied => TRIES_WITHOUT_RIGHTS,
            _ => pace.tries,
        };
        self.gathered.progress.throttled += u32::from(throttled);
        if *tries >= most {
            self.refused(&pending, reason, why);
            return;
        }
        let doubled = pace.first_wait.saturating_mul(1 << (*tries - 1).min(16)).min(LONGEST_BACKOFF);
        // a little apart, so that those who failed together do not come back together
        let apart = doubled.mul_f64(spread(&pending) * 0.5);
        let wait = after.unwrap_or(doubled) + apart;
        pending.not_before = now + wait;
        if let Some(lane) = self.lanes.get_mut(&pending.question.lane()) {
            if throttled {
                lane.bucket.close(now + after.unwrap_or(doubled));
            }
            lane.waiting.push_back(pending);
        }
    }

    pub(super) fn tell(&mut self) {
        let elapsed = self.started.elapsed().as_secs_f64().max(0.001);
        let now = Instant::now();
        let progress: &mut ScanProgress = &mut self.gathered.progress;
        // the first moments say nothing about the pace
        progress.per_second = if elapsed < 1.0 { 0.0 } else { f64::from(progress.requests) / elapsed };
        let slowest = self.lanes.values().map(|state| state.bucket.time_for(state.waiting.len(), now)).max();
        progress.seconds_left = slowest.map(seconds).filter(|left| *left > 0);
        progress.seconds = elapsed;
        let least = self.lanes.iter().map(|(lane, state)| state.bucket.least(lane)).max();
        progress.least_seconds = least.unwrap_or_default().as_secs_f64();
        for (lane, state) in &self.lanes {
            if let Lane::Subscription(id) = lane
                && let Some(of) = progress.subscriptions.get_mut(id)
            {
                of.waiting_seconds = if state.waiting.is_empty() { 0 } else { seconds(state.bucket.closed_for(now)) };
            }
        }
        (self.conditions.watch)(progress);
    }
}

fn earlier(a: Option<Instant>, b: Option<Instant>) -> Option<Instant> {
    a.into_iter().chain(b).min()
}

fn seconds(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis().div_ceil(1000)).unwrap_or(u32::MAX)
}

/// Between 0 and 1, different from question to question and try to try.
fn spread(pending: &Pending) -> f64 {
    let text = format!("{}{}{}", pending.question.key(), pending.tries, pending.throttled);
    let sum: u32 = text.bytes().fold(7, |sum, byte| sum.wrapping_mul(31).wrapping_add(u32::from(byte)));
    f64::from(sum % 1000) / 1000.0
}
