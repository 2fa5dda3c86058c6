//! Collected files: a file, a folder or a zip holding any mix of what `az`, ARM and Resource Graph print.
//! What is in a file is told by its content, never by its name.

mod asked;
mod az_ml;
mod bare;
mod bytes;
mod careful;
mod code;
mod expression;
mod grammar;
mod kinds;
mod objects;
mod pages;
mod recognise;
mod resource;
mod said;
mod secure;
mod shapes;
mod template;
mod terraform;
#[cfg(test)]
mod tests;
mod together;

use crate::Collected;
use quay_model::{Gap, GapReason};
use recognise::Reader;
use std::fs;
use std::path::{Path, PathBuf};

/// How far reading has come: files done, files found so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    pub done: u32,
    pub found: u32,
}

/// Folders in folders deeper than this are not followed. Own limit: no collection seen comes near it.
const DEEPEST_FOLDER: usize = 32;

/// What desktops leave in folders without being asked.
const LEFT_BY_DESKTOPS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// Reads all of `paths`. `progress` answers whether to go on.
pub fn read_files(paths: &[PathBuf], progress: &mut dyn FnMut(Progress) -> bool) -> Collected {
    let mut reader = Reader::default();
    let mut files: Vec<(PathBuf, String)> = Vec::new();
    for path in paths {
        let shown = path.file_name().map_or_else(|| path.display().to_string(), |n| n.to_string_lossy().into_owned());
        find(path, &shown, 0, &mut files, &mut reader.gaps);
    }
    let found = u32::try_from(files.len()).unwrap_or(u32::MAX);
    for (index, (path, shown)) in files.iter().enumerate() {
        if !progress(Progress { done: u32::try_from(index).unwrap_or(u32::MAX), found }) {
            reader.gaps.push(gap(
                shown,
                GapReason::Unreachable,
                "Reading was stopped before this file.".to_owned(),
                "Open the files again.",
            ));
            break;
        }
        match bytes::read_bounded(path) {
            Ok(bytes) => bytes::each_text(shown, bytes, &mut reader.gaps, &mut |name, text| {
                objects::each(name, text, &mut reader.sink)
            }),
            Err(problem) => reader.gaps.push(problem.into_gap(shown)),
        }
    }
    progress(Progress { done: found, found });
    reader.finish()
}

fn find(path: &Path, shown: &str, depth: usize, files: &mut Vec<(PathBuf, String)>, gaps: &mut Vec<Gap>) {
    let facts = match fs::metadata(path) {
        Ok(facts) => facts,
        Err(error) => {
            let message = match error.kind() {
                std::io::ErrorKind::NotFound => "There is no such file or folder.".to_owned(),
                std::io::ErrorKind::PermissionDenied => "You may not read it.".to_owned(),
                _ => format!("It could not be opened: {error}."),
            };
            gaps.push(gap(shown, GapReason::Unreachable, message, "Check the path and your permission to read it."));
            return;
        }
    };
    if facts.is_file() {
        files.push((path.to_owned(), shown.to_owned()));
        return;
    }
    if !facts.is_dir() {
        gaps.push(gap(
            shown,
            GapReason::Unreachable,
            "It is neither a file nor a folder.".to_owned(),
            "Give a file, a folder or a zip.",
        ));
        return;
    }
    if depth >= DEEPEST_FOLDER {
        gaps.push(gap(
            shown,
            GapReason::TooLarge,
            format!("Folders are followed {DEEPEST_FOLDER} deep, and this one is deeper."),
            "Open it by itself.",
        ));
        return;
    }
    let mut entries: Vec<PathBuf> = match fs::read_dir(path) {
        Ok(entries) => entries.filter_map(|entry| entry.ok().map(|e| e.path())).collect(),
        Err(error) => {
            gaps.push(gap(
                shown,
                GapReason::Unreachable,
                format!("The folder could not be listed: {error}."),
                "Check your permission to read it.",
            ));
            return;
        }
    };
    entries.sort();
    let before = files.len();
    let gaps_before = gaps.len();
    for entry in entries {
        let name = entry.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if LEFT_BY_DESKTOPS.contains(&name.as_str()) {
            continue;
        }
        let below = format!("{shown}/{name}");
        // a link to a folder may lead round in a circle
        if entry.is_symlink() && entry.is_dir() {
            gaps.push(gap(
                &below,
                GapReason::Unreachable,
                "Links to folders are not followed.".to_owned(),
                "Open the folder it leads to by itself.",
            ));
            continue;
        }
        find(&entry, &below, depth + 1, files, gaps);
    }
    if depth == 0 && files.len() == before && gaps.len() == gaps_before {
        gaps.push(gap(
            shown,
            GapReason::Unrecognised,
            "The folder holds no file.".to_owned(),
            "Put the output of `az aks list -o json` into it.",
        ));
    }
}

fn gap(scope: &str, reason: GapReason, message: String, hint: &str) -> Gap {
    Gap { scope: scope.to_owned(), call: "file".to_owned(), reason, message, hint: hint.to_owned() }
}
