//! What earlier snapshots of an engagement know: when a binding was first seen, and what roles allowed then.

use crate::Engagement;
use quay_model::{DocumentKind, Fleet, Memory, Problem, Snapshot};

impl Engagement {
    /// Out of the snapshots before this one.
    pub(crate) fn memory(&self, of: i64) -> Result<Memory, Problem> {
        let mut memory = Memory::default();
        for kept in self.store.snapshots()?.into_iter().filter(|kept| kept.id < of) {
            let (bindings, catalogues) =
                self.store.parts(kept.id, DocumentKind::Binding, DocumentKind::RoleCatalogue)?;
            for binding in bindings {
                memory.first_seen.entry(binding.to_lowercase()).or_insert_with(|| kept.taken.clone());
            }
            let snapshot = Snapshot { documents: catalogues, ..Snapshot::default() };
            memory.role_catalogues.extend(Fleet::read(&snapshot).role_catalogues.into_iter().map(|mut catalogue| {
                catalogue.as_of.clone_from(&kept.taken);
                catalogue
            }));
        }
        Ok(memory)
    }
}
