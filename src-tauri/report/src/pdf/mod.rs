//! The PDF report: PDF/A-3a for the archive, PDF/UA-1 for readers who listen.
//!
//! `printpdf` lays out and marks content; `lopdf` adds what it cannot: structure, metadata, output intent, outline, links.

mod archive;
mod book;
mod charts;
mod faces;
mod icc;
mod metadata;
mod sections;
mod structure;
mod table;
mod text;

use crate::Beside;
use book::Book;
use quay_model::{Audit, Fleet};

/// Everything in one file. The same audit gives the same bytes.
pub fn write_pdf(audit: &Audit, fleet: &Fleet, beside: &Beside<'_>) -> Result<Vec<u8>, String> {
    let mut book = Book::new()?;
    sections::write(&mut book, audit, fleet, beside);
    archive::finish(book, audit)
}
