//! What the commands for long lists share: a page of one, a search in it, choices to filter by.

use crate::transport::ChoiceView;
use serde::Serialize;

/// The word a closed set of the model is written with.
pub(super) fn word(value: impl Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

pub(super) fn page_of<T: Clone>(all: &[T], offset: u32, limit: u32) -> Vec<T> {
    let start = usize::try_from(offset).unwrap_or(usize::MAX);
    all.iter().skip(start).take(usize::try_from(limit).unwrap_or(0)).cloned().collect()
}

pub(super) fn holds(text: &str, fields: &[&str]) -> bool {
    let text = text.trim().to_lowercase();
    text.is_empty() || fields.iter().any(|field| field.to_lowercase().contains(&text))
}

pub(super) fn choice(label: &str, count: u32) -> ChoiceView {
    ChoiceView { key: label.to_owned(), label: label.to_owned(), count }
}
