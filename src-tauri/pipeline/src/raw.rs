//! Looks into the kept bodies for people who want to see for themselves.

use crate::Audited;
use quay_model::{ContentHash, Verdict, lookup};
use serde_json::{Map, Value};

/// A whole body, written out; empty when the snapshot holds none of that hash.
pub fn raw_document(audited: &Audited, hash: ContentHash) -> String {
    body(audited, hash).and_then(|value| serde_json::to_string_pretty(&value).ok()).unwrap_or_default()
}

/// Only the fields a verdict names, as they were sent: evidence shows no more than the rule read.
pub fn raw_excerpt(audited: &Audited, verdict: &Verdict) -> String {
    let hash = verdict.evidence.iter().find_map(|item| ContentHash::parse(item.source.split_once("sha256 ")?.1));
    let Some(body) = hash.and_then(|hash| body(audited, hash)) else { return String::new() };
    let mut excerpt = Map::new();
    for item in &verdict.evidence {
        let nested = lookup(&body, &item.path);
        let flat = item.path.strip_prefix("properties.").map(|below| lookup(&body, below));
        let found = nested.value().copied().or_else(|| flat.as_ref().and_then(|reading| reading.value().copied()));
        let is_field =
            item.path.starts_with("properties.") || item.path.starts_with("identity.") || item.path == "tags";
        if is_field {
            excerpt.insert(item.path.to_string(), found.cloned().unwrap_or(Value::Null));
        }
    }
    if excerpt.is_empty() {
        String::new()
    } else {
        serde_json::to_string_pretty(&Value::Object(excerpt)).unwrap_or_default()
    }
}

fn body(audited: &Audited, hash: ContentHash) -> Option<Value> {
    let document = audited.snapshot.documents.iter().find(|document| document.hash == hash)?;
    serde_json::from_str(&document.body).ok()
}
