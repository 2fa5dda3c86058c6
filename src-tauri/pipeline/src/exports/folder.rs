//! An export as a folder. A pipeline applies whatever stands in it, so it must hold nothing of an earlier export; a list
//! of what was written tells what is ours to remove.

use quay_model::{Problem, sha256_hex};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};
use tempfile::NamedTempFile;

/// Stands in the folder beside what it lists.
const LIST: &str = ".quaymaster-export.json";

/// Path and SHA-256. A path may stand twice: as it was, and as it is about to be.
type Listed = BTreeSet<(String, String)>;

/// Writes the files, removes what an earlier export wrote and this one does not have, and answers what was left standing.
///
/// Everything is written beside its place before anything is replaced, and nothing is removed before all of it is there.
pub(crate) fn write_folder(files: &[(String, String)], root: &Path) -> Result<Vec<String>, Problem> {
    fs::create_dir_all(root).map_err(|error| Problem::writing(root, &error))?;
    let mut said = Vec::new();
    let earlier = match earlier(root) {
        Earlier::Listed(listed) => listed,
        Earlier::Unlisted(why) => {
            said.extend(why);
            Listed::new()
        }
    };
    let now: Listed = files.iter().map(|(name, text)| (name.clone(), sha256_hex(text.as_bytes()))).collect();
    let mut staged = Vec::with_capacity(files.len());
    for (name, text) in files {
        let place = root.join(name);
        staged.push((stage(&place, text)?, place));
    }
    // should the rest fail half way, the next export still knows all that is ours
    keep_list(root, &earlier.union(&now).cloned().collect())?;
    for (file, place) in staged {
        file.persist(&place).map_err(|error| Problem::writing(&place, &error.error))?;
    }
    let mut kept = now.clone();
    // on many file systems a name in other letters is the same file
    let current: BTreeSet<String> = files.iter().map(|(name, _)| name.to_lowercase()).collect();
    let gone: BTreeSet<&str> =
        earlier.iter().map(|(name, _)| name.as_str()).filter(|name| !current.contains(&name.to_lowercase())).collect();
    for name in gone {
        let hashes = || earlier.iter().filter(|(known, _)| known == name);
        let place = root.join(name);
        let why = match remove(root, &place, &|hash| hashes().any(|(_, known)| known == hash)) {
            Removal::Done => continue,
            Removal::Changed => "was changed since, so it was left".to_owned(),
            Removal::Failed(error) => format!("could not be removed: {error}"),
        };
        said.push(format!(
            "{} is of an earlier export and {why}. It is no part of this one: move or delete it before the folder is applied.",
            place.display()
        ));
        // told again until it is gone
        kept.extend(hashes().cloned());
    }
    keep_list(root, &kept)?;
    Ok(said)
}

/// What an earlier export wrote here.
enum Earlier {
    Listed(Listed),
    /// Nothing that is known; the sentence says so where something is there.
    Unlisted(Option<String>),
}

fn earlier(root: &Path) -> Earlier {
    let path = root.join(LIST);
    match fs::read_to_string(&path) {
        Ok(text) => match listed(&text) {
            Some(listed) => Earlier::Listed(listed),
            None => Earlier::Unlisted(Some(format!(
                "{} cannot be read, so nothing of an earlier export was removed. Compare the folder with this export, or write it into an empty one.",
                path.display()
            ))),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let empty = fs::read_dir(root).is_ok_and(|mut entries| entries.next().is_none());
            Earlier::Unlisted((!empty).then(|| {
                format!(
                    "{} held files before this, and no list of an earlier export: they were left, unless this export has a file of the same name. Compare the folder with this export, or write it into an empty one.",
                    root.display()
                )
            }))
        }
        Err(error) => Earlier::Unlisted(Some(format!(
            "{} cannot be read ({error}), so nothing of an earlier export was removed. Write this export into an empty folder.",
            path.display()
        ))),
    }
}

/// `None` where a line of it is no path below the folder: somebody else wrote it.
fn listed(text: &str) -> Option<Listed> {
    let list: Value = serde_json::from_str(text).ok()?;
    let mut all = Listed::new();
    for entry in list.get("files")?.as_array()? {
        let (name, hash) = (entry.get("path")?.as_str()?, entry.get("sha256")?.as_str()?);
        let below = Path::new(name).components().all(|part| matches!(part, Component::Normal(_)));
        if name.is_empty() || !below {
            return None;
        }
        all.insert((name.to_owned(), hash.to_owned()));
    }
    Some(all)
}

fn keep_list(root: &Path, listed: &Listed) -> Result<(), Problem> {
    let files: Vec<Value> = listed.iter().map(|(path, hash)| json!({"path": path, "sha256": hash})).collect();
    let about = "What Quaymaster wrote into this folder; the next export removes what it no longer has.";
    let text = format!("{:#}\n", json!({"about": about, "files": files}));
    let place = root.join(LIST);
    stage(&place, &text)?.persist(&place).map_err(|error| Problem::writing(&place, &error.error))?;
    Ok(())
}

/// The whole text beside its place; it goes away by itself where it is not put there.
fn stage(place: &Path, text: &str) -> Result<NamedTempFile, Problem> {
    let failed = |error: io::Error| Problem::writing(place, &error);
    let folder = place.parent().unwrap_or(place);
    fs::create_dir_all(folder).map_err(failed)?;
    let mut file = NamedTempFile::new_in(folder).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)?;
    crate::outputs::readable_by_others(&file).map_err(failed)?;
    Ok(file)
}

enum Removal {
    Done,
    Changed,
    Failed(io::Error),
}

/// Removes one file if it is still as it was written, and the folders that it leaves empty.
fn remove(root: &Path, place: &Path, is_ours: &dyn Fn(&str) -> bool) -> Removal {
    match fs::read(place) {
        Ok(bytes) if is_ours(&sha256_hex(&bytes)) => {}
        Ok(_) => return Removal::Changed,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Removal::Done;
        }
        Err(error) => return Removal::Failed(error),
    }
    if let Err(error) = fs::remove_file(place) {
        return Removal::Failed(error);
    }
    let mut folder: Option<PathBuf> = place.parent().map(Path::to_path_buf);
    while let Some(empty) = folder.filter(|folder| folder != root && folder.starts_with(root)) {
        // refused where something is left in it
        if fs::remove_dir(&empty).is_err() {
            break;
        }
        folder = empty.parent().map(Path::to_path_buf);
    }
    Removal::Done
}
