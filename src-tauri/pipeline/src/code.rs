//! What code declares, read beside the newest snapshot.

use crate::scan::{Source, Taken, take};
use crate::{Audited, Engagement};
use quay_audit::origin_of;
use quay_model::{Binding, DocumentKind, Problem, ProblemCode};
use std::path::PathBuf;

impl Engagement {
    /// Keeps a new snapshot: the newest one with what these files declare. Earlier declarations are replaced.
    pub fn add_code(&mut self, paths: &[PathBuf], moment: &str) -> Result<Audited, Problem> {
        let Taken { snapshot: read, .. } = take(&Source::Files(paths.to_vec()), moment, &mut |_| true);
        let declared: Vec<_> = read.documents.into_iter().filter(|d| d.kind == DocumentKind::Declared).collect();
        if declared.is_empty() {
            let first = read.gaps.first().map(|gap| format!(" {}: {}", gap.scope, gap.message)).unwrap_or_default();
            return Err(Problem::new(
                ProblemCode::BadInput,
                format!("These files declare no AKS cluster and no Trusted Access binding.{first}"),
                "Give a Terraform state or plan as JSON (`terraform show -json`), an ARM template, or compiled Bicep (`az bicep build`).",
            ));
        }
        let mut snapshot = self.look_again()?.snapshot;
        snapshot.documents.retain(|document| document.kind != DocumentKind::Declared);
        snapshot.documents.extend(declared);
        snapshot.gaps.extend(read.gaps);
        let as_of = snapshot.taken.clone();
        self.keep_and_audit(snapshot, &as_of)
    }
}

/// Who made a binding, in words.
pub fn made_by(audited: &Audited, binding: &Binding) -> String {
    origin_of(&audited.fleet, &audited.memory, binding).words()
}
