//! The contents: one page kept free behind the cover, filled when all places are known.

use crate::pdf::book::{Book, MARGIN, PAGE_WIDTH, TEXT_WIDTH, ink};
use crate::pdf::faces::Style;
use crate::pdf::structure::{ElementId, Target};

/// The page, and the elements that take its heading and its list.
pub(super) struct Reserved {
    page: usize,
    heading: ElementId,
    list: ElementId,
}

pub(super) fn reserve(book: &mut Book) -> Reserved {
    book.new_page();
    let heading = book.element(Book::ROOT, "H1");
    let list = book.element(Book::ROOT, "TOC");
    Reserved { page: book.page(), heading, list }
}

/// As many as fit on the page; the outline has them all.
const MOST_LINES: usize = 46;

pub(super) fn write(book: &mut Book, reserved: Reserved) {
    book.turn_to(reserved.page);
    book.y -= 25.0;
    let y = book.y;
    book.content(reserved.heading, |book| {
        book.line("Contents", MARGIN, y, 20.0, Style::Strong, ink::NAVY);
    });
    book.gap(14.0);
    let places: Vec<_> = book
        .places
        .iter()
        .cloned()
        .enumerate()
        .filter(|(_, place)| place.level == 1 || is_rule(&place.title))
        .take(MOST_LINES)
        .collect();
    for (index, place) in places {
        let (indent, size, step) = if place.level == 1 { (0.0, 10.0, 18.0) } else { (16.0, 8.2, 12.6) };
        book.y -= step;
        let y = book.y;
        let item = book.element(reserved.list, "TOCI");
        let reference = book.element(item, "Reference");
        let line =
            book.lines(Style::Regular, &place.title, size, TEXT_WIDTH - 60.0).into_iter().next().unwrap_or_default();
        book.linked(reference, &line, MARGIN + indent, y, size, Target::Place(index));
        let number = format!("{}", place.page + 1);
        book.content(reference, |book| {
            book.line(&number, PAGE_WIDTH - MARGIN - 22.0, y, size, Style::Regular, ink::QUIET);
        });
    }
}

/// Findings have a heading per rule, which begins with its id.
fn is_rule(title: &str) -> bool {
    title.split_once(' ').is_some_and(|(id, _)| id.contains('-') && id.ends_with(|c: char| c.is_ascii_digit()))
}
