//! From text to JSON values: one value, one per line, several in a row, or what is left of a file that breaks off.

use super::careful::Careful;
use super::recognise::Sink;
use quay_model::{GapReason, Source};
use std::sync::Arc;

/// Hands on each value of a text; damage becomes a gap with the line, and reading goes on where it safely can.
pub(super) fn each(name: &str, text: &str, sink: &mut Sink) {
    let mut at = 0;
    let mut index = 0u32;
    let file: Arc<str> = name.into();
    let mut lines = Lines { text, counted_to: 0, line: 1 };
    while let Some(rest) = text.get(at..) {
        let skipped = rest.len() - rest.trim_start().len();
        at += skipped;
        let rest = rest.trim_start();
        if rest.is_empty() {
            return;
        }
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Careful>();
        match values.next() {
            Some(Ok(Careful(value))) => {
                index += 1;
                let alone = index == 1 && rest.get(values.byte_offset()..).is_none_or(|tail| tail.trim().is_empty());
                let position = if alone { String::new() } else { format!("line {}", lines.line_of(at)) };
                at += values.byte_offset();
                sink.value(value, Source::new(Arc::clone(&file), position));
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
                if let Some(length) = closed(rest) {
                    // what is damaged is closed: what stands behind it is whole
                    if saved.damaged == 0 {
                        sink.problem(
                            name,
                            GapReason::Damaged,
                            format!("What begins at line {} is not JSON: {}.", lines.line_of(at), plain(&error)),
                            "Collect it again with `-o json`.",
                        );
                    }
                    if let Some(link) = rest.get(..length).and_then(next_link) {
                        sink.next_link_of_broken_list(link, name);
                    }
                    at += length;
                    index += 1;
                    continue;
                }
                let message = if saved.read > 0 {
                    format!(
                        "The file breaks off or is damaged at line {line}: {}. {} objects of it were read.",
                        plain(&error),
                        saved.read
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

/// The elements of a list that is damaged or breaks off. One that is damaged but closed is stepped over; nothing can be
/// told after one that is not closed.
fn salvage(name: &str, rest: &str, sink: &mut Sink) -> Salvaged {
    let mut salvaged = Salvaged::default();
    let file: Arc<str> = name.into();
    let Some(mut at) = list_start(rest) else { return salvaged };
    while let Some(tail) = rest.get(at..) {
        let trimmed = tail.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
        at += tail.len() - trimmed.len();
        let position = format!("item {}", salvaged.read + salvaged.damaged + 1);
        let mut values = serde_json::Deserializer::from_str(trimmed).into_iter::<Careful>();
        match values.next() {
            // a number or text at the very end may be cut short and still look whole
            Some(Ok(Careful(value))) if value.is_object() => {
                at += values.byte_offset();
                salvaged.read += 1;
                sink.element(value, Source::new(Arc::clone(&file), position));
            }
            Some(Err(error)) if trimmed.starts_with('{') => {
                let Some(length) = closed(trimmed) else { break };
                at += length;
                salvaged.damaged += 1;
                let message =
                    format!("Item {} of the list is not JSON: {}.", salvaged.read + salvaged.damaged, plain(&error));
                sink.problem(name, GapReason::Damaged, message, "Collect this object again.");
            }
            _ => break,
        }
    }
    salvaged
}

#[derive(Default)]
struct Salvaged {
    read: usize,
    damaged: usize,
}

/// The link to the next page in a text that is no JSON as a whole.
fn next_link(text: &str) -> Option<&str> {
    let (_, after) = text.rsplit_once("\"nextLink\"")?;
    let (_, value) = after.split_once('"')?;
    value.split_once('"').map(|(link, _)| link).filter(|link| link.starts_with("http"))
}

/// How long an object or a list is, told by its brackets, if it is closed.
fn closed(text: &str) -> Option<usize> {
    let (mut depth, mut in_text, mut escaped) = (0u32, false, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'{' | b'[' if !in_text => depth += 1,
            b'}' | b']' if !in_text => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
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
