//! What was read: documents, the gaps between them, and the snapshot that holds both.

use crate::{ContentHash, sha256_hex};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    Subscription,
    Cluster,
    Binding,
    /// "This is the whole list of bindings of that cluster": what makes "no binding" a fact.
    BindingListEnd,
    RoleCatalogue,
    /// A resource that tells something about clusters: a vault, an extension, a role assignment; its id says its type.
    Related,
    /// "This is the whole list of that, in that scope": what makes "none of them" a fact.
    ListEnd,
    /// An entry of the activity log.
    Event,
    /// Something of the directory: a user, a group, a service principal, an application.
    Principal,
    /// Azure answered 404 for this id: it is gone.
    Gone,
    /// What infrastructure code declares, cut down to clusters and bindings.
    Declared,
    /// How many clusters of a subscription each of two routes named.
    ControlTotal,
}

/// Where and how a document was got.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Source {
    /// The file (with its place in a zip), or the call; shared by all that came from there.
    pub name: Arc<str>,
    /// Where in it: `item 12`, `line 3`.
    pub position: Box<str>,
    /// How Azure answered, and when; shared by all that came with one answer. Empty for files.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub circumstances: Arc<str>,
}

fn is_empty(text: &Arc<str>) -> bool {
    text.is_empty()
}

impl Source {
    pub fn new(name: impl Into<Arc<str>>, position: impl Into<Box<str>>) -> Self {
        Source { name: name.into(), position: position.into(), circumstances: Arc::default() }
    }
}

/// One JSON body about one thing, addressed by its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub kind: DocumentKind,
    /// The ARM id it is about, as sent.
    pub resource_id: String,
    pub source: Source,
    /// Compact JSON in the order in which it was sent.
    pub body: Box<str>,
    pub hash: ContentHash,
}

impl Document {
    pub fn new(kind: DocumentKind, resource_id: String, source: Source, body: &serde_json::Value) -> Self {
        let body: Box<str> = body.to_string().into();
        let hash = ContentHash::of(body.as_bytes());
        Document { kind, resource_id, source, body, hash }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GapReason {
    /// Azure answered 401 or 403.
    Denied,
    /// A list says that it goes on (`nextLink`, `$skipToken`) and the rest is not here.
    PageMissing,
    /// The bytes could not be read as what they claim to be.
    Damaged,
    /// A JSON object that is nothing this product knows.
    Unrecognised,
    /// Two documents tell different things about one resource.
    Contradiction,
    /// A file is larger, deeper or more than what is read.
    TooLarge,
    /// The file or folder could not be opened.
    Unreachable,
    /// Azure answered with an error that is none of the above.
    Failed,
    /// Azure kept answering 429 until patience ended.
    Throttled,
    /// Left out of the scan by choice.
    NotAsked,
}

impl GapReason {
    pub fn label(self) -> &'static str {
        match self {
            GapReason::Denied => "denied",
            GapReason::PageMissing => "page missing",
            GapReason::Damaged => "damaged",
            GapReason::Unrecognised => "not recognised",
            GapReason::Contradiction => "contradiction",
            GapReason::TooLarge => "too large",
            GapReason::Unreachable => "not reachable",
            GapReason::Failed => "failed",
            GapReason::Throttled => "throttled out",
            GapReason::NotAsked => "not asked",
        }
    }
}

/// Something that could not be read. A gap is never silence: every screen and report shows it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Gap {
    /// What is missing: a file, a subscription, a cluster.
    pub scope: String,
    /// The call or the kind of thing that was asked for.
    pub call: String,
    pub reason: GapReason,
    /// One plain sentence: what happened.
    pub message: String,
    /// What to do next.
    pub hint: String,
}

/// The documents and gaps of one reading of a fleet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// When it was read, RFC 3339, UTC.
    pub taken: String,
    /// Where from, in words: `sample fleet`, `collected files`.
    pub origin: String,
    pub documents: Vec<Document>,
    pub gaps: Vec<Gap>,
}

impl Snapshot {
    /// Hash over what was read and what was not; the time of reading is not part of it, so that an unchanged
    /// fleet has an unchanged hash.
    pub fn hash(&self) -> String {
        let mut lines: Vec<String> = self
            .documents
            .iter()
            .map(|d| format!("{:?}\t{}\t{}", d.kind, d.resource_id.to_lowercase(), d.hash))
            .chain(self.gaps.iter().map(|g| format!("gap\t{}\t{}\t{:?}", g.scope, g.call, g.reason)))
            .collect();
        lines.sort_unstable();
        lines.dedup();
        sha256_hex(lines.join("\n").as_bytes())
    }
}
