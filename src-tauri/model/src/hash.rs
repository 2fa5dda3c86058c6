//! Content addresses and the lifelong identity of a finding.

use sha2::{Digest, Sha256};
use std::fmt::Write as _;

pub fn sha256_hex(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
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
