//! Few charts, labelled, readable in grey, each with its numbers beside it.

use super::book::{Book, Ink, MARGIN, TEXT_WIDTH, ink};
use super::faces::Style;
use quay_model::Severity;

/// One bar: its label, and its parts in the order in which they are drawn; a part without a name is room left.
pub(crate) struct Bar {
    pub(crate) label: String,
    pub(crate) parts: Vec<(u32, Ink, &'static str)>,
}

const ROW: f32 = 19.0;
const LABEL: f32 = 108.0;
const NUMBERS: f32 = 150.0;

/// Bars of equal length split into shares, with the numbers in words at the end.
pub(crate) fn shares(book: &mut Book, says: &str, bars: &[Bar]) {
    let height = ROW * bars.len() as f32 + 6.0;
    let words: Vec<String> = bars.iter().map(|bar| format!("{}: {}", bar.label, numbers(bar))).collect();
    book.figure(height, format!("{says} {}", words.join("; ")), |book, top| {
        for (index, bar) in bars.iter().enumerate() {
            let y = top - ROW * (index as f32 + 1.0);
            let label = book.safe(Style::Strong, &bar.label);
            book.line(&label, MARGIN, y + 5.0, 8.5, Style::Strong, ink::TEXT);
            let total: u32 = bar.parts.iter().map(|part| part.0).sum();
            let length = TEXT_WIDTH - LABEL - NUMBERS - 10.0;
            let mut x = MARGIN + LABEL;
            book.rectangle(x, y + 2.0, length, 11.0, ink::RULE);
            for (count, colour, _) in &bar.parts {
                let width = if total == 0 { 0.0 } else { length * *count as f32 / total as f32 };
                if width > 0.0 {
                    // a hair between the parts: they differ in grey too
                    book.rectangle(x, y + 2.0, (width - 0.8).max(0.4), 11.0, *colour);
                }
                x += width;
            }
            let text = numbers(bar);
            book.line(&text, MARGIN + LABEL + length + 10.0, y + 5.0, 7.6, Style::Regular, ink::QUIET);
        }
    });
    book.gap(8.0);
}

fn numbers(bar: &Bar) -> String {
    bar.parts
        .iter()
        .filter(|part| !part.2.is_empty())
        .map(|(count, _, name)| format!("{count} {name}"))
        .collect::<Vec<_>>()
        .join(", ")
}

/// Four boxes with a number and a word.
pub(crate) fn tiles(book: &mut Book, says: &str, tiles: &[(String, String, Ink)]) {
    const HEIGHT: f32 = 58.0;
    let count = tiles.len().max(1) as f32;
    let width = (TEXT_WIDTH - 10.0 * (count - 1.0)) / count;
    let words: Vec<String> = tiles.iter().map(|(number, word, _)| format!("{word}: {number}")).collect();
    book.figure(HEIGHT, format!("{says} {}", words.join("; ")), |book, top| {
        for (index, (number, word, colour)) in tiles.iter().enumerate() {
            let x = MARGIN + (width + 10.0) * index as f32;
            book.rectangle(x, top - HEIGHT, width, HEIGHT, ink::BAND);
            book.rectangle(x, top - HEIGHT, width, 2.5, *colour);
            let number = book.safe(Style::Strong, number);
            book.line(&number, x + 10.0, top - 30.0, 20.0, Style::Strong, *colour);
            let lines = book.lines(Style::Regular, word, 7.8, width - 16.0);
            for (row, line) in lines.iter().take(2).enumerate() {
                book.line(line, x + 10.0, top - 42.0 - 9.5 * row as f32, 7.8, Style::Regular, ink::QUIET);
            }
        }
    });
    book.gap(12.0);
}

pub(crate) fn severity_ink(severity: Severity) -> Ink {
    match severity {
        Severity::Critical => ink::CRITICAL,
        Severity::High => ink::HIGH,
        Severity::Medium => ink::MEDIUM,
        Severity::Low | Severity::Info => ink::LOW,
    }
}
