//! Content-addressed bodies, compressed. The same body is kept once, however many snapshots hold it.

use crate::problem;
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use quay_model::{Problem, ProblemCode, sha256_hex};
use rusqlite::{Connection, OptionalExtension};
use std::cell::RefCell;
use std::io::{Cursor, Read, Write};

/// Compresses one text after the other in the same memory: an encoder for each would leave holes between what stays.
pub(crate) struct Packer(DeflateEncoder<Vec<u8>>);

impl Packer {
    pub(crate) fn new() -> Packer {
        Packer(DeflateEncoder::new(Vec::new(), Compression::fast()))
    }

    pub(crate) fn pack(&mut self, text: &str) -> std::io::Result<Vec<u8>> {
        self.0.write_all(text.as_bytes())?;
        self.0.reset(Vec::new())
    }
}

/// The same the other way round.
#[derive(Debug)]
pub(crate) struct Unpacker(RefCell<DeflateDecoder<Cursor<Vec<u8>>>>);

impl Unpacker {
    pub(crate) fn new() -> Unpacker {
        Unpacker(RefCell::new(DeflateDecoder::new(Cursor::new(Vec::new()))))
    }

    pub(crate) fn unpack(&self, packed: Vec<u8>) -> std::io::Result<String> {
        let mut decoder = self.0.borrow_mut();
        decoder.reset(Cursor::new(packed));
        let mut text = String::new();
        decoder.read_to_string(&mut text).map(|_| text)
    }
}

pub(crate) fn keep(connection: &Connection, packer: &mut Packer, hash: &str, body: &str) -> Result<(), Problem> {
    let known: Option<i64> = connection
        .prepare_cached("SELECT 1 FROM content WHERE hash = ?1")
        .and_then(|mut ask| ask.query_row([hash], |row| row.get(0)).optional())
        .map_err(|e| problem(&e))?;
    if known.is_some() {
        return Ok(());
    }
    let packed = packer.pack(body).map_err(|error| unpackable(&error))?;
    connection
        .prepare_cached("INSERT INTO content (hash, body) VALUES (?1, ?2)")
        .and_then(|mut insert| insert.execute((hash, packed)))
        .map_err(|e| problem(&e))?;
    Ok(())
}

/// Keeps a body under its own hash and answers it.
pub(crate) fn keep_hashed(connection: &Connection, body: &str) -> Result<String, Problem> {
    let hash = sha256_hex(body.as_bytes());
    keep(connection, &mut Packer::new(), &hash, body)?;
    Ok(hash)
}

/// Reads a body back, and refuses one that is no longer what it was.
pub(crate) fn read(connection: &Connection, unpacker: &Unpacker, hash: &str) -> Result<String, Problem> {
    let packed: Vec<u8> = connection
        .prepare_cached("SELECT body FROM content WHERE hash = ?1")
        .and_then(|mut ask| ask.query_row([hash], |row| row.get(0)))
        .map_err(|e| problem(&e))?;
    let body = unpacker.unpack(packed).map_err(|error| unpackable(&error))?;
    if sha256_hex(body.as_bytes()) == hash {
        Ok(body)
    } else {
        Err(Problem::new(
            ProblemCode::Damaged,
            format!("A kept document no longer matches its hash ({hash})."),
            "Restore the engagement file from a backup; this one cannot serve as evidence.",
        ))
    }
}

fn unpackable(error: &std::io::Error) -> Problem {
    Problem::new(
        ProblemCode::Damaged,
        format!("A kept document could not be unpacked: {error}."),
        "Restore the engagement file from a backup.",
    )
}
