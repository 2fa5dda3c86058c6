//! Which event of the activity log made the binding that stands there now: the last write that succeeded, unless the
//! binding was deleted after it, or a later write has no end in the log.

use crate::days::moment;
use jiff::Timestamp;
use quay_model::Event;

/// What the log tells of a binding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told<'a> {
    Nothing,
    Write(&'a Event),
    /// It was deleted, and no later write succeeded.
    Deleted(&'a Event),
    /// Nobody knows how the newest write ended.
    Open(&'a Event),
    /// No write succeeded.
    Failed,
}

pub(super) fn told(events: &[Event]) -> Told<'_> {
    let all = |operation: &'static str| events.iter().filter(move |event| event.operation.ends_with(operation));
    let deleted = all("/delete").filter(|event| succeeded(event)).max_by_key(|event| at(event));
    // what was written before it is not what stands there now
    let writes = || all("/write").filter(|write| deleted.is_none_or(|deleted| at(write) > at(deleted)));
    let made = writes().filter(|event| succeeded(event)).max_by_key(|event| at(event));
    let later = writes().filter(|write| made.is_none_or(|made| at(write) > at(made)));
    match (later.filter(|write| !has_end(write, events)).max_by_key(|write| at(write)), made, deleted) {
        (Some(open), ..) => Told::Open(open),
        (None, Some(made), _) => Told::Write(made),
        (None, None, Some(deleted)) => Told::Deleted(deleted),
        (None, None, None) if writes().next().is_none() => Told::Nothing,
        (None, None, None) => Told::Failed,
    }
}

fn at(event: &Event) -> (Option<Timestamp>, &str) {
    (moment(&event.when), &event.when)
}

fn succeeded(event: &Event) -> bool {
    is_one_of(&event.status, &["succeeded", "success"])
}

/// Azure logs the beginning of a write and its end under one correlation id.
fn has_end(write: &Event, events: &[Event]) -> bool {
    let together = |other: &&Event| {
        other.operation == write.operation && other.correlation == write.correlation && !write.correlation.is_empty()
    };
    let ends = |event: &Event| succeeded(event) || is_one_of(&event.status, &["failed", "failure", "canceled"]);
    ends(write) || events.iter().filter(together).any(ends)
}

fn is_one_of(status: &str, words: &[&str]) -> bool {
    words.iter().any(|word| status.eq_ignore_ascii_case(word))
}
