//! Writes an audit into files. Each file appears whole or not at all, and replaces an older one only when it is whole.

use crate::{Audited, plans_of};
use quay_audit::scoreboard;
use quay_model::{HashingWriter, Problem, ProblemCode};
use quay_remedy::step_text;
use quay_report::{Beside, write_csv, write_json, write_pdf};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Json,
    Csv,
    Pdf,
}

impl Format {
    pub const ALL: [Format; 3] = [Format::Json, Format::Csv, Format::Pdf];

    pub fn parse(text: &str) -> Option<Format> {
        Format::ALL.into_iter().find(|format| format.label().eq_ignore_ascii_case(text.trim()))
    }

    pub fn label(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Csv => "csv",
            Format::Pdf => "pdf",
        }
    }

    pub fn file_name(self) -> &'static str {
        match self {
            Format::Json => "findings.json",
            Format::Csv => "findings.csv",
            Format::Pdf => "report.pdf",
        }
    }
}

/// What was written, with its hash: a report cannot print its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub path: PathBuf,
    pub sha256: String,
    /// What stands beside it and is no part of it, a sentence each.
    pub left: Vec<String>,
}

/// Writes the formats into a folder, which is made if it is not there. `step` is told what is being written.
pub fn write_outputs(
    audited: &Audited,
    folder: &Path,
    formats: &[Format],
    step: &mut dyn FnMut(&str),
) -> Result<Vec<Written>, Problem> {
    fs::create_dir_all(folder).map_err(|error| Problem::writing(folder, &error))?;
    let mut written = Vec::new();
    for format in formats {
        step(format.file_name());
        written.push(write_one(audited, &folder.join(format.file_name()), *format)?);
    }
    Ok(written)
}

/// Writes one format to one path.
pub fn write_one(audited: &Audited, path: &Path, format: Format) -> Result<Written, Problem> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or_else(|| Path::new("."));
    let failed = |error: &io::Error| Problem::writing(path, error);
    let mut file = HashingWriter::new(NamedTempFile::new_in(folder).map_err(|error| failed(&error))?);
    let (plans, owners) = (plans_of(audited), scoreboard(&audited.survey, &audited.audit.verdicts));
    let beside = Beside { survey: &audited.survey, plans: &plans, owners: &owners, how: step_text };
    match format {
        Format::Json => write_json(&audited.audit, &beside, &mut file).map_err(|error| failed(&error))?,
        Format::Csv => write_csv(&audited.audit, &audited.survey, &mut file).map_err(|error| failed(&error))?,
        Format::Pdf => {
            let bytes = write_pdf(&audited.audit, &audited.fleet, &beside).map_err(|error| {
                Problem::new(
                    ProblemCode::Internal,
                    format!("The report could not be laid out: {error}."),
                    "Save the findings as JSON instead, and report this.",
                )
            })?;
            file.write_all(&bytes).map_err(|error| failed(&error))?;
        }
    }
    let (file, sha256) = file.finish();
    file.as_file().sync_all().map_err(|error| failed(&error))?;
    readable_by_others(&file).map_err(|error| failed(&error))?;
    file.persist(path).map_err(|error| failed(&error.error))?;
    Ok(Written { path: path.to_owned(), sha256, left: Vec::new() })
}

/// Temporary files are private; a report is made to be handed on.
#[cfg(unix)]
pub(crate) fn readable_by_others(file: &NamedTempFile) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.as_file().set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
pub(crate) fn readable_by_others(_file: &NamedTempFile) -> io::Result<()> {
    Ok(())
}
