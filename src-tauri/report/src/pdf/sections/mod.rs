//! The sections of the report, in the order in which they are read.

mod catalogue;
mod contents;
mod controls;
mod cover;
mod coverage;
mod declared;
mod doors;
mod findings;
mod ownership;
mod plans;
mod population;
mod scope;
mod summary;
mod trusted_access;

use super::book::Book;
use crate::Beside;
use quay_model::{Audit, Fleet};

/// Printed on every page.
const CLASSIFICATION: &str = "Confidential";

pub(crate) fn write(book: &mut Book, audit: &Audit, fleet: &Fleet, beside: &Beside<'_>) {
    cover::write(book, audit, fleet);
    let page = contents::reserve(book);
    summary::write(book, audit, fleet);
    scope::write(book, audit, fleet);
    population::write(book, audit, fleet);
    trusted_access::write(book, fleet, beside.survey);
    doors::write(book, fleet, beside.survey);
    plans::write(book, fleet, beside.plans);
    controls::write(book, audit);
    findings::write(book, audit, fleet);
    ownership::write(book, audit, beside);
    declared::write(book, fleet, beside.survey);
    coverage::write(book, audit);
    catalogue::write(book, audit);
    contents::write(book, page);
    cover::furniture(book, audit);
}

fn counted(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// The last segment of an id.
fn last(id: &str) -> &str {
    id.rsplit('/').next().unwrap_or_default()
}

fn day(moment: &str) -> String {
    moment.replace('T', " ").replace('Z', " UTC")
}
