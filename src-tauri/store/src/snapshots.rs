//! Snapshots: what was read and what was not, kept whole or not at all.

use crate::{Store, content, problem};
use quay_model::{ContentHash, Document, DocumentKind, Gap, Problem, ProblemCode, Snapshot, Source};
use rusqlite::{Row, TransactionBehavior};
use serde::{Deserialize, Serialize};

/// A snapshot as it stands in the list of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSnapshot {
    pub id: i64,
    pub taken: String,
    pub origin: String,
    pub hash: String,
    /// The hash of the snapshot before, empty for the first: the chain.
    pub previous_hash: String,
    pub documents: u32,
}

/// The list of what a snapshot holds; itself content-addressed, so that an unchanged fleet adds one row.
#[derive(Serialize, Deserialize)]
struct Manifest {
    documents: Vec<Entry>,
    gaps: Vec<Gap>,
}

#[derive(Serialize, Deserialize)]
struct Entry {
    kind: DocumentKind,
    id: String,
    hash: ContentHash,
    source: Source,
}

impl Store {
    /// One transaction: all of it or nothing.
    pub fn keep_snapshot(&mut self, snapshot: &Snapshot) -> Result<KeptSnapshot, Problem> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(|e| problem(&e))?;
        let mut packer = content::Packer::new();
        let mut entries = Vec::with_capacity(snapshot.documents.len());
        for document in &snapshot.documents {
            content::keep(&transaction, &mut packer, &document.hash.to_string(), &document.body)?;
            entries.push(Entry {
                kind: document.kind,
                id: document.resource_id.clone(),
                hash: document.hash,
                source: document.source.clone(),
            });
        }
        let manifest = Manifest { documents: entries, gaps: snapshot.gaps.clone() };
        let manifest = content::keep_hashed(&transaction, &json(&manifest)?)?;
        let previous_hash: String = transaction
            .query_row("SELECT coalesce((SELECT hash FROM snapshot ORDER BY id DESC LIMIT 1), '')", [], |row| {
                row.get(0)
            })
            .map_err(|e| problem(&e))?;
        let hash = snapshot.hash();
        let documents = u32::try_from(snapshot.documents.len()).unwrap_or(u32::MAX);
        transaction
            .execute(
                "INSERT INTO snapshot (taken, origin, hash, previous_hash, documents, manifest) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                (&snapshot.taken, &snapshot.origin, &hash, &previous_hash, documents, &manifest),
            )
            .map_err(|e| problem(&e))?;
        let id = transaction.last_insert_rowid();
        transaction.commit().map_err(|e| problem(&e))?;
        Ok(KeptSnapshot {
            id,
            taken: snapshot.taken.clone(),
            origin: snapshot.origin.clone(),
            hash,
            previous_hash,
            documents,
        })
    }

    /// Oldest first.
    pub fn snapshots(&self) -> Result<Vec<KeptSnapshot>, Problem> {
        let mut ask = self
            .connection
            .prepare("SELECT id, taken, origin, hash, previous_hash, documents FROM snapshot ORDER BY id")
            .map_err(|e| problem(&e))?;
        let rows = ask.query_map([], kept).map_err(|e| problem(&e))?;
        rows.collect::<Result<_, _>>().map_err(|e| problem(&e))
    }

    /// The ids of one kind in a snapshot, and the bodies of another: no more is unpacked than is asked for.
    pub fn parts(
        &self,
        id: i64,
        ids_of: DocumentKind,
        bodies_of: DocumentKind,
    ) -> Result<(Vec<String>, Vec<Document>), Problem> {
        let hash: String = self
            .connection
            .query_row("SELECT manifest FROM snapshot WHERE id = ?1", [id], |row| row.get(0))
            .map_err(|e| problem(&e))?;
        let manifest: Manifest = serde_json::from_str(&content::read(&self.connection, &self.unpacker, &hash)?)
            .map_err(|error| {
                let message = format!("The list of snapshot {id} cannot be read: {error}.");
                Problem::new(ProblemCode::Damaged, message, "Restore the file from a backup.")
            })?;
        let mut ids = Vec::new();
        let mut bodies = Vec::new();
        for entry in manifest.documents {
            if entry.kind == ids_of {
                ids.push(entry.id);
            } else if entry.kind == bodies_of {
                let body = content::read(&self.connection, &self.unpacker, &entry.hash.to_string())?;
                bodies.push(Document {
                    kind: entry.kind,
                    resource_id: entry.id,
                    source: entry.source,
                    body: body.into(),
                    hash: entry.hash,
                });
            }
        }
        Ok((ids, bodies))
    }

    /// Everything as it was read.
    pub fn snapshot(&self, id: i64) -> Result<Snapshot, Problem> {
        let (taken, origin, hash, manifest): (String, String, String, String) = self
            .connection
            .query_row("SELECT taken, origin, hash, manifest FROM snapshot WHERE id = ?1", [id], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .map_err(|error| match error {
                rusqlite::Error::QueryReturnedNoRows => Problem::new(
                    ProblemCode::NotFound,
                    format!("The engagement holds no snapshot {id}."),
                    "Choose one of those it lists.",
                ),
                other => problem(&other),
            })?;
        let manifest: Manifest = serde_json::from_str(&content::read(&self.connection, &self.unpacker, &manifest)?)
            .map_err(|error| {
                Problem::new(
                    ProblemCode::Damaged,
                    format!("The list of snapshot {id} cannot be read: {error}."),
                    "Restore the file from a backup.",
                )
            })?;
        let mut documents = Vec::with_capacity(manifest.documents.len());
        for entry in manifest.documents {
            let body = content::read(&self.connection, &self.unpacker, &entry.hash.to_string())?;
            documents.push(Document {
                kind: entry.kind,
                resource_id: entry.id,
                source: entry.source,
                body: body.into(),
                hash: entry.hash,
            });
        }
        let snapshot = Snapshot { taken, origin, documents, gaps: manifest.gaps };
        if snapshot.hash() == hash {
            Ok(snapshot)
        } else {
            Err(Problem::new(
                ProblemCode::Damaged,
                format!("Snapshot {id} no longer matches its hash."),
                "Restore the engagement file from a backup; this one cannot serve as evidence.",
            ))
        }
    }
}

fn kept(row: &Row<'_>) -> rusqlite::Result<KeptSnapshot> {
    Ok(KeptSnapshot {
        id: row.get(0)?,
        taken: row.get(1)?,
        origin: row.get(2)?,
        hash: row.get(3)?,
        previous_hash: row.get(4)?,
        documents: row.get(5)?,
    })
}

fn json(value: &impl Serialize) -> Result<String, Problem> {
    serde_json::to_string(value).map_err(|error| {
        Problem::new(
            ProblemCode::Internal,
            format!("The snapshot could not be written as JSON: {error}."),
            "Try again.",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    type Outcome = Result<(), Box<dyn std::error::Error>>;

    fn snapshot(clusters: usize) -> Snapshot {
        let documents = (0..clusters)
            .map(|n| {
                let source = Source::new("clusters.json", format!("item {n}"));
                let id = format!(
                    "/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c{n}"
                );
                let body =
                    json!({"id": id, "properties": {"fqdn": format!("c{n}.hcp"), "filler": "x".repeat(500 + n % 7)}});
                Document::new(DocumentKind::Cluster, id, source, &body)
            })
            .collect();
        Snapshot { taken: "2026-11-23T12:00:00Z".into(), origin: "collected files".into(), documents, gaps: vec![] }
    }

    #[test]
    fn what_was_kept_is_what_was_read() -> Outcome {
        let mut store = Store::in_memory()?;
        let original = snapshot(5);
        let kept = store.keep_snapshot(&original)?;
        assert_eq!(store.snapshot(kept.id)?, original);
        assert!(store.snapshot(99).is_err());
        Ok(())
    }

    #[test]
    fn a_second_scan_of_an_unchanged_fleet_adds_almost_nothing() -> Outcome {
        let dir = tempfile::tempdir()?;
        let path = dir.path().join("e.quay");
        let size = |store: &Store| -> Result<i64, rusqlite::Error> {
            let ask = |name| store.connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get::<_, i64>(0));
            Ok(ask("page_count")? * ask("page_size")?)
        };
        let mut store = Store::open(&path, &crate::Unlock::AsItIs)?;
        let empty = size(&store)?;
        let first = store.keep_snapshot(&snapshot(2000))?;
        let after_first = size(&store)?;
        let second = store.keep_snapshot(&snapshot(2000))?;
        let added = size(&store)? - after_first;
        assert!(added * 100 < after_first - empty, "{added} bytes were added to {after_first}");
        assert_eq!(second.previous_hash, first.hash, "the chain holds");
        assert_eq!(second.hash, first.hash);
        Ok(())
    }

    #[test]
    fn a_document_changed_behind_our_back_is_noticed() -> Outcome {
        let mut store = Store::in_memory()?;
        let kept = store.keep_snapshot(&snapshot(1))?;
        store
            .connection
            .execute("UPDATE content SET body = (SELECT body FROM content ORDER BY length(body) LIMIT 1)", [])?;
        assert_eq!(store.snapshot(kept.id).err().map(|p| p.code), Some(ProblemCode::Damaged));
        Ok(())
    }
}
