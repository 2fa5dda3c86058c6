//! The sections of the report, in the order in which they are read.

mod catalogue;
mod contents;
mod controls;
mod cover;
mod coverage;
mod findings;
mod population;
mod scope;
mod summary;

use super::book::Book;
use quay_model::{Audit, Fleet};

/// Printed on every page.
const CLASSIFICATION: &str = "Confidential";

pub(crate) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet) {
    cover::write(book, audit, fleet);
    let page = contents::reserve(book);
    summary::write(book, audit, fleet);
    scope::write(book, audit, fleet);
    population::write(book, audit, fleet);
    controls::write(book, audit);
    findings::write(book, audit, fleet);
    coverage::write(book, audit);
    catalogue::write(book, audit);
    contents::write(book, page);
    cover::furniture(book, audit);
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

fn day(moment: &str) -> String {
    moment.replace('T', " ").replace('Z', " UTC")
}
