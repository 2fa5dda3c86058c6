//! The cover, and what stands on every page: classification, section, report id, snapshot hash, page x of y.

use super::{CLASSIFICATION, counted, day};
use crate::pdf::book::{Book, Ink, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, TEXT_WIDTH, ink};
use crate::pdf::faces::Style;
use quay_model::{Audit, Fleet};

pub(super) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet) {
    book.artifact(|book| {
        book.rectangle(0.0, PAGE_HEIGHT - 330.0, PAGE_WIDTH, 330.0, ink::NAVY);
        book.rectangle(0.0, PAGE_HEIGHT - 334.0, PAGE_WIDTH, 4.0, ink::TEAL);
        mark(book, MARGIN, PAGE_HEIGHT - 120.0);
    });
    let product = book.element(Book::ROOT, "P");
    book.content(product, |book| {
        book.line("Quaymaster", MARGIN + 58.0, PAGE_HEIGHT - 104.0, 15.0, Style::Strong, ink::WHITE);
    });
    let title = book.element(Book::ROOT, "H1");
    for (row, line) in ["Who can reach", "the AKS API servers"].iter().enumerate() {
        book.content(title, |book| {
            book.line(line, MARGIN, PAGE_HEIGHT - 210.0 - 38.0 * row as f32, 32.0, Style::Strong, ink::WHITE);
        });
    }
    let subtitle = book.element(Book::ROOT, "P");
    book.content(subtitle, |book| {
        let words = "Evidence report: exposure, credentials and Trusted Access";
        book.line(words, MARGIN, PAGE_HEIGHT - 286.0, 12.0, Style::Regular, Ink(0.85, 0.92, 0.95));
    });
    book.y = PAGE_HEIGHT - 380.0;
    let coverage =
        audit.coverage.percent().map_or_else(|| "nothing to assess".to_owned(), |p| format!("{p} % of tests assessed"));
    let gaps = counted(audit.coverage.gaps.len(), "gap", "gaps");
    let subscriptions = counted(fleet.subscriptions.len(), "subscription", "subscriptions");
    let facts = [
        ("Configured state as of", day(&audit.snapshot.as_of)),
        ("Fleet read", format!("{} ({})", day(&audit.snapshot.taken), audit.snapshot.origin)),
        ("Population", format!("{} in {subscriptions}", counted(fleet.clusters.len(), "cluster", "clusters"))),
        (
            "Coverage",
            format!("{coverage}, {gaps}; {} of {subscriptions} not read", audit.coverage.unread_subscriptions()),
        ),
        ("Report", audit.report_id()),
        ("Snapshot SHA-256", audit.snapshot.hash.clone()),
        ("Rules", format!("{} rules, SHA-256 {}", audit.tool.rules, audit.tool.rules_hash)),
        ("Made with", format!("{} {}", audit.tool.name, audit.tool.version)),
        ("Classification", CLASSIFICATION.to_owned()),
        (
            "Status",
            if audit.snapshot.label.is_empty() {
                "draft until signed".to_owned()
            } else {
                format!("draft until signed; {}", audit.snapshot.label)
            },
        ),
    ];
    for (name, value) in facts {
        fact(book, name, &value);
    }
    book.gap(10.0);
    book.text("P", "This report is evidence, not an opinion. It states what was configured at the moment named above, as far as it could be read. What was configured is not always what is in effect.", 9.0, Style::Regular, ink::QUIET, MARGIN, TEXT_WIDTH);
}

fn fact(book: &mut Book, name: &str, value: &str) {
    let element = book.element(Book::ROOT, "P");
    let lines = book.lines(Style::Regular, value, 9.5, TEXT_WIDTH - 130.0);
    let y = book.y - 13.0;
    book.content(element, |book| {
        book.line(&format!("{name} "), MARGIN, y, 9.5, Style::Strong, ink::NAVY);
    });
    for line in lines {
        book.y -= 13.0;
        let y = book.y;
        book.content(element, |book| {
            book.line(&line, MARGIN + 130.0, y, 9.5, Style::Regular, ink::TEXT);
        });
    }
    book.y -= 4.0;
}

/// The product's mark: a quay, and a gate above it.
fn mark(book: &mut Book, x: f32, y: f32) {
    let white = ink::WHITE;
    let water = Ink(0.35, 0.75, 0.80);
    book.rectangle(x, y, 44.0, 5.0, water);
    book.rectangle(x + 4.0, y + 8.0, 36.0, 5.0, white);
    for pillar in [7.0, 31.0] {
        book.rectangle(x + pillar, y + 13.0, 6.0, 20.0, white);
    }
    book.rectangle(x + 4.0, y + 33.0, 36.0, 5.0, white);
    book.rectangle(x + 19.5, y + 13.0, 5.0, 12.0, water);
}

/// Known only when all pages are: drawn last, on every page.
pub(super) fn furniture(book: &mut Book, audit: &Audit) {
    let count = book.pages.len();
    let hash = audit.snapshot.hash.get(..12).unwrap_or_default().to_owned();
    let left = format!("{CLASSIFICATION}  ·  Report {}  ·  Snapshot {hash}", audit.report_id());
    for page in 0..count {
        book.turn_to(page);
        let number = format!("Page {} of {count}", page + 1);
        let section = book.running.get(page).cloned().unwrap_or_default();
        book.artifact(|book| {
            if page > 0 {
                book.rectangle(MARGIN, PAGE_HEIGHT - 44.0, TEXT_WIDTH, 0.6, ink::RULE);
                book.line("Quaymaster", MARGIN, PAGE_HEIGHT - 38.0, 7.5, Style::Strong, ink::TEAL);
                book.line(&section, MARGIN + 58.0, PAGE_HEIGHT - 38.0, 7.5, Style::Regular, ink::QUIET);
            }
            book.rectangle(MARGIN, 40.0, TEXT_WIDTH, 0.6, ink::RULE);
            book.line(&left, MARGIN, 28.0, 7.5, Style::Regular, ink::QUIET);
            book.line(&number, PAGE_WIDTH - MARGIN - 58.0, 28.0, 7.5, Style::Regular, ink::QUIET);
        });
    }
}
