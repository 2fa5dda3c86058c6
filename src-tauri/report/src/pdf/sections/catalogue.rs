//! The rule catalogue: every question that was asked, in words, with what it reads and where Microsoft documents it.

use crate::pdf::book::{Book, MARGIN, ink};
use crate::pdf::faces::Style;
use crate::pdf::structure::Target;
use quay_model::Audit;

pub(super) fn write(book: &mut Book, audit: &Audit) {
    book.section("Rule catalogue");
    book.paragraph(&format!(
        "{} rules. Their hash is {}: two reports with the same hash asked the same questions.",
        audit.tool.rules, audit.tool.rules_hash
    ));
    for rule in &audit.rules {
        let place = book.heading(2, &format!("{}: {}", rule.id, rule.title));
        book.name(format!("rule:{}", rule.id), place);
        let conditions = if rule.conditions.is_empty() { "none".to_owned() } else { rule.conditions.join(", ") };
        book.small(&format!(
            "Severity {}. Conditions of the control map: {conditions}. Reads {}.",
            rule.severity.label(),
            rule.reads.join(", ")
        ));
        book.paragraph(rule.what);
        book.small(&format!("Not applicable: {}", rule.not_applicable));
        for reference in rule.references {
            book.room_for(12.0);
            book.y -= 11.0;
            let y = book.y;
            let element = book.element(Book::ROOT, "P");
            book.content(element, |book| {
                book.line("See ", MARGIN, y, 8.0, Style::Regular, ink::QUIET);
            });
            book.linked(element, reference.title, MARGIN + 18.0, y, 8.0, Target::Web(reference.url.to_owned()));
        }
        book.gap(4.0);
    }
}
