//! Tables: headers with scope, repeated on each page for the eye, rows that stay whole where they can.

use super::book::{Book, Ink, MARGIN, TEXT_WIDTH, ink};
use super::faces::Style;
use super::structure::{ElementId, Target};

/// One column: its heading and its share of the width.
pub(crate) struct Column(pub(crate) &'static str, pub(crate) f32);

pub(crate) enum Cell {
    Text(String),
    Strong(String),
    /// Coloured words; the words carry the meaning.
    Word(String, Ink),
    /// Words, and the name of the place they lead to.
    Link(String, String),
}

impl Cell {
    pub(crate) fn of(text: impl Into<String>) -> Cell {
        Cell::Text(text.into())
    }

    fn style(&self) -> Style {
        match self {
            Cell::Strong(_) | Cell::Word(..) => Style::Strong,
            Cell::Text(_) | Cell::Link(..) => Style::Regular,
        }
    }

    fn words(&self) -> &str {
        match self {
            Cell::Text(text) | Cell::Strong(text) | Cell::Word(text, _) | Cell::Link(text, _) => text,
        }
    }

    fn ink(&self) -> Ink {
        match self {
            Cell::Text(_) | Cell::Strong(_) => ink::TEXT,
            Cell::Word(_, colour) => *colour,
            Cell::Link(..) => ink::TEAL,
        }
    }
}

const SIZE: f32 = 7.8;
const STEP: f32 = SIZE * 1.32;
const PAD: f32 = 4.0;
/// More lines than this in one cell are cut, with a mark: names can be 400 characters long and lists longer.
const MOST_LINES: usize = 14;

pub(crate) fn table(book: &mut Book, columns: &[Column], rows: impl IntoIterator<Item = Vec<Cell>>) {
    let total: f32 = columns.iter().map(|c| c.1).sum();
    let widths: Vec<f32> = columns.iter().map(|c| c.1 / total * TEXT_WIDTH).collect();
    let mut rows = rows.into_iter().peekable();
    if rows.peek().is_none() {
        return;
    }
    let table = book.element(Book::ROOT, "Table");
    let head = book.element(table, "THead");
    let body = book.element(table, "TBody");
    let mut headed = false;
    for (index, row) in rows.enumerate() {
        let cells: Vec<(Cell, Vec<String>)> = row
            .into_iter()
            .zip(&widths)
            .map(|(cell, width)| {
                let mut lines = book.lines(cell.style(), cell.words(), SIZE, width - 2.0 * PAD);
                if lines.len() > MOST_LINES {
                    let cut = lines.len() - MOST_LINES + 1;
                    lines.truncate(MOST_LINES - 1);
                    lines.push(format!("… {cut} more lines, see findings.json"));
                }
                (cell, lines)
            })
            .collect();
        let tallest = cells.iter().map(|(_, lines)| lines.len()).max().unwrap_or(1);
        let height = STEP * tallest as f32 + PAD * 1.6;
        if !headed {
            // a header alone at the foot of a page heads nothing
            book.room_for(height + STEP + PAD * 2.0);
            header(book, columns, &widths, Some(head));
            headed = true;
        } else if book.room_left() < height {
            book.new_page();
            header(book, columns, &widths, None);
        }
        draw_row(book, body, &cells, &widths, height, index % 2 == 1);
    }
    book.gap(8.0);
}

fn draw_row(
    book: &mut Book,
    body: ElementId,
    cells: &[(Cell, Vec<String>)],
    widths: &[f32],
    height: f32,
    striped: bool,
) {
    let top = book.y;
    if striped {
        book.artifact(|book| book.rectangle(MARGIN, top - height, TEXT_WIDTH, height, ink::BAND));
    }
    book.artifact(|book| book.rectangle(MARGIN, top - height, TEXT_WIDTH, 0.4, ink::RULE));
    let row = book.element(body, "TR");
    let mut x = MARGIN + PAD;
    for ((cell, lines), width) in cells.iter().zip(widths) {
        let data = book.element(row, "TD");
        let mut y = top - PAD * 0.8;
        for line in lines {
            y -= STEP;
            let baseline = y + 2.2;
            match cell {
                Cell::Link(_, name) => book.linked(data, line, x, baseline, SIZE, Target::Named(name.clone())),
                _ => book.content(data, |book| {
                    book.line(line, x, baseline, SIZE, cell.style(), cell.ink());
                }),
            }
        }
        x += width;
    }
    book.y = top - height;
}

/// The real header once; on later pages the same again, for the eye only.
fn header(book: &mut Book, columns: &[Column], widths: &[f32], head: Option<ElementId>) {
    let height = STEP + PAD * 2.0;
    let top = book.y;
    book.artifact(|book| book.rectangle(MARGIN, top - height, TEXT_WIDTH, height, ink::NAVY));
    let row = head.map(|head| book.element(head, "TR"));
    let mut x = MARGIN + PAD;
    let y = top - height + PAD + 1.6;
    for (column, width) in columns.iter().zip(widths) {
        let draw = |book: &mut Book| {
            book.line(column.0, x, y, SIZE, Style::Strong, ink::WHITE);
        };
        match row {
            Some(row) => {
                let cell = book.element(row, "TH");
                if let Some(element) = book.elements.get_mut(cell.0) {
                    element.is_column_header = true;
                }
                book.content(cell, draw);
            }
            None => book.artifact(draw),
        }
        x += width;
    }
    book.y = top - height;
}
