//! From text to JSON values: one value, one per line, several in a row, or what is left of a file that breaks off.

use super::recognise::Sink;
use quay_model::{GapReason, Source};
use serde_json::Value;

/// Hands on each value of a text; damage becomes a gap with the line, and reading goes on where it safely can.
pub(super) fn each(name: &str, text: &str, sink: &mut Sink) {
    let mut at = 0;
    let mut index = 0u32;
    let mut lines = Lines { text, counted_to: 0, line: 1 };
    while let Some(rest) = text.get(at..) {
        let skipped = rest.len() - rest.trim_start().len();
        at += skipped;
        let rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        match values.next() {
            Some(Ok(value)) => {
                index += 1;
                let alone = index == 1 && rest.get(values.byte_offset()..).is_none_or(|tail| tail.trim().is_empty());
                let position = if alone { String::new() } else { format!("line {}", lines.line_of(at)) };
                at += values.byte_offset();
                sink.value(value, Source { name: name.to_owned(), position });
            }
            Some(Err(error)) => {
                let line = lines.line_of(at) + error.line().saturating_sub(1);
                if let Some(next) = next_line_of_objects(rest) {
                    sink.problem(
                        name,
                        GapReason::Damaged,
                        format!("Line {line} is not JSON: {}. The other lines were read.", plain(&error)),
                        "Collect this object again.",
                    );
                    at += next;
                    continue;
                }
                let saved = salvage(name, rest, sink);
                let message = if saved > 0 {
                    format!(
                        "The file breaks off or is damaged at line {line}: {}. {saved} objects before it were read, nothing after it.",
                        plain(&error)
                    )
                } else if index > 0 {
                    format!("The file is damaged at line {line}: {}. What came before was read.", plain(&error))
                } else if rest.starts_with(['{', '[']) {
                    format!("The JSON is damaged at line {line}: {}.", plain(&error))
                } else {
                    "The file is not JSON.".to_owned()
                };
                let reason = if rest.starts_with(['{', '[']) || index > 0 {
                    GapReason::Damaged
                } else {
                    GapReason::Unrecognised
                };
                sink.problem(name, reason, message, "Collect it again with `-o json`.");
                return;
            }
            None => return,
        }
    }
}

/// Counts lines once, however many values a file holds.
struct Lines<'a> {
    text: &'a str,
    counted_to: usize,
    line: usize,
}

impl Lines<'_> {
    /// Places are asked for in rising order.
    fn line_of(&mut self, at: usize) -> usize {
        let between = self.text.get(self.counted_to..at).unwrap_or_default();
        self.line += between.matches('\n').count();
        self.counted_to = at;
        self.line
    }
}

/// In a file with one object per line a bad line harms only itself. Answers where the next line starts.
fn next_line_of_objects(rest: &str) -> Option<usize> {
    let (line, tail) = rest.split_once('\n')?;
    let whole_line = line.trim().len() > 1 && line.starts_with('{');
    (whole_line && tail.trim_start().starts_with('{')).then_some(line.len() + 1)
}

/// The whole elements of a list that breaks off.
fn salvage(name: &str, rest: &str, sink: &mut Sink) -> usize {
    let Some(mut at) = list_start(rest) else {
        return 0;
    };
    let mut saved = 0;
    while let Some(tail) = rest.get(at..) {
        let trimmed = tail.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        at += tail.len() - trimmed.len();
        let mut values = serde_json::Deserializer::from_str(trimmed).into_iter::<Value>();
        let Some(Ok(value)) = values.next() else {
            break;
        };
        // a number or text at the very end may be cut short and still look whole
        if !value.is_object() {
            break;
        }
        at += values.byte_offset();
        saved += 1;
        sink.element_of_broken_list(value, Source { name: name.to_owned(), position: format!("item {saved}") });
    }
    saved
}

fn list_start(rest: &str) -> Option<usize> {
    if rest.starts_with('[') {
        return Some(1);
    }
    let head = rest.get(..rest.len().min(4096)).unwrap_or(rest);
    ["\"value\"", "\"data\""].iter().find_map(|key| {
        let after = head.find(key)? + key.len();
        let open = rest.get(after..)?.find('[')?;
        let between = rest.get(after..after + open)?;
        between.chars().all(|c| c.is_whitespace() || c == ':').then_some(after + open + 1)
    })
}

/// serde_json's words for people: what, without the position, which stands beside it.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default().to_owned();
    if text.contains("recursion limit") { "it is nested deeper than 128 levels".to_owned() } else { text }
}
