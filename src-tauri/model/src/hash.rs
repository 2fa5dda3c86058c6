//! Content addresses and the lifelong identity of a finding.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::io::{self, Write};

pub fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Passes bytes on and hashes them on the way: an output can be larger than memory should be.
#[derive(Debug)]
pub struct HashingWriter<W> {
    inner: W,
    hasher: Sha256,
}

impl<W: Write> HashingWriter<W> {
    pub fn new(inner: W) -> Self {
        HashingWriter { inner, hasher: Sha256::new() }
    }

    /// What was written to, and the hash of what went through.
    pub fn finish(self) -> (W, String) {
        (self.inner, hex(&self.hasher.finalize()))
    }
}

impl<W: Write> Write for HashingWriter<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(bytes.get(..written).unwrap_or_default());
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _infallible = write!(hex, "{byte:02x}");
        hex
    })
}

/// One identity for life: the rule, the lower-cased ARM id and the part of the resource. Names are never keys.
pub fn finding_identity(rule: &str, resource_id: &str, part: &str) -> String {
    let key = format!("{rule}\n{}\n{}", resource_id.to_lowercase(), part.to_lowercase());
    sha256_hex(key.as_bytes())
}
