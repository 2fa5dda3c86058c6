//! Files for others: the closing plan as code, guardrails, and what each owner has to do. Written, never applied.

mod folder;

use crate::{Audited, Written, plan_of, plans_of};
use folder::write_folder;
use quay_model::{Plan, Problem};
use quay_remedy::{guardrail_files, remedy_as_code};
use quay_report::owner_files;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Export {
    /// Of one cluster, or of all.
    Code {
        cluster: Option<String>,
    },
    Guardrails {
        management_group: String,
    },
    Owners,
}

/// Paths and contents, in a stable order.
pub fn export_files(audited: &Audited, export: &Export) -> Vec<(String, String)> {
    match export {
        Export::Code { cluster } => {
            let plans: Vec<Plan> = match cluster {
                Some(id) => plan_of(audited, id).into_iter().collect(),
                None => plans_of(audited),
            };
            remedy_as_code(&plans, &audited.survey.drift)
        }
        Export::Guardrails { management_group } => guardrail_files(management_group),
        Export::Owners => owner_files(&audited.audit, &audited.survey),
    }
}

/// One zip where the path ends so, else a folder, which then holds nothing of an earlier export; a file that is there is
/// replaced only by a whole one.
pub fn write_export(files: &[(String, String)], path: &Path) -> Result<Written, Problem> {
    let failed = |error: &io::Error| Problem::writing(path, error);
    let zipped = zipped(files).map_err(|error| failed(&error))?;
    let sha256 = quay_model::sha256_hex(&zipped);
    if path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip")) {
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder).map_err(|error| failed(&error))?;
        let mut file = NamedTempFile::new_in(folder).map_err(|error| failed(&error))?;
        file.write_all(&zipped).map_err(|error| failed(&error))?;
        file.persist(path).map_err(|error| failed(&error.error))?;
        return Ok(Written { path: path.to_owned(), sha256, left: Vec::new() });
    }
    let left = write_folder(files, path)?;
    Ok(Written { path: path.to_owned(), sha256, left })
}

/// The same files give the same bytes: entries carry no time.
fn zipped(files: &[(String, String)]) -> io::Result<Vec<u8>> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(name.as_str(), SimpleFileOptions::default()).map_err(io::Error::other)?;
        zip.write_all(text.as_bytes())?;
    }
    zip.finish().map(Cursor::into_inner).map_err(io::Error::other)
}
