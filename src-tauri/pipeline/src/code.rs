//! What code declares, read beside a snapshot.

use crate::scan::{Source, Taken, take};
use crate::{Audited, Engagement};
use quay_audit::origin_of;
use quay_model::{Binding, DocumentKind, Problem, ProblemCode, Snapshot};
use std::path::PathBuf;

impl Engagement {
    /// Keeps a new snapshot: the newest one with what these files declare. Earlier declarations are replaced.
    pub fn add_code(&mut self, paths: &[PathBuf], moment: &str) -> Result<Audited, Problem> {
        let code = read_code(paths, moment)?;
        let mut snapshot = self.look_again()?.snapshot;
        snapshot.documents.retain(|document| document.kind != DocumentKind::Declared);
        let as_of = snapshot.taken.clone();
        self.keep_and_audit(joined(snapshot, code), &as_of)
    }
}

/// A snapshot that is not kept yet, with what these files declare beside what it holds already.
pub fn with_code(snapshot: Snapshot, paths: &[PathBuf], moment: &str) -> Result<Snapshot, Problem> {
    Ok(joined(snapshot, read_code(paths, moment)?))
}

/// What files declare, and nothing else of them. Files that declare nothing are most likely not the ones that were meant.
fn read_code(paths: &[PathBuf], moment: &str) -> Result<Snapshot, Problem> {
    let Taken { snapshot: mut code, .. } = take(&Source::Files(paths.to_vec()), moment, &mut |_| true);
    code.documents.retain(|document| document.kind == DocumentKind::Declared);
    if code.documents.is_empty() {
        let first = code.gaps.first().map(|gap| format!(" {}: {}", gap.scope, gap.message)).unwrap_or_default();
        return Err(Problem::new(
            ProblemCode::BadInput,
            format!("These files declare no AKS cluster and no Trusted Access binding.{first}"),
            "Give a Terraform state or plan as JSON (`terraform show -json`), an ARM template, or compiled Bicep (`az bicep build`).",
        ));
    }
    Ok(code)
}

fn joined(mut snapshot: Snapshot, code: Snapshot) -> Snapshot {
    snapshot.documents.extend(code.documents);
    for gap in code.gaps {
        // the same files may be read a second time
        if !snapshot.gaps.contains(&gap) {
            snapshot.gaps.push(gap);
        }
    }
    snapshot
}

/// Who made a binding: in a word or two, and in a sentence.
pub fn made_by(audited: &Audited, binding: &Binding) -> (&'static str, String) {
    let origin = origin_of(&audited.fleet, &audited.memory, binding, &audited.audit.snapshot.as_of);
    (origin.label(), origin.words())
}
