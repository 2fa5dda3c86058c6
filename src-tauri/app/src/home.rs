//! Where the desktop keeps engagements, and which ones were open last.

use crate::transport::SignInMemory;
use quay_model::{Problem, ProblemCode};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Own choice: more than fit on the welcome screen nobody looks for.
const MOST_RECENT: usize = 12;

#[derive(Debug, Clone)]
pub(crate) struct Home {
    folder: PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RecentEngagement {
    pub(crate) path: PathBuf,
    pub(crate) name: String,
    pub(crate) opened: String,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Remembered {
    recent: Vec<RecentEngagement>,
    /// The one that was open when the window was closed.
    last: Option<PathBuf>,
}

impl Home {
    /// `QUAYMASTER_HOME`, or the desktop's folder for the data of programs.
    pub(crate) fn find() -> Result<Home, Problem> {
        let folder = std::env::var_os("QUAYMASTER_HOME")
            .map(PathBuf::from)
            .or_else(|| dirs::data_local_dir().map(|data| data.join("quaymaster")))
            .ok_or_else(|| {
                Problem::new(
                    ProblemCode::NotFound,
                    "There is no folder for program data.",
                    "Set QUAYMASTER_HOME to a folder.",
                )
            })?;
        Home::at(folder)
    }

    pub(crate) fn at(folder: PathBuf) -> Result<Home, Problem> {
        fs::create_dir_all(folder.join("engagements")).map_err(|error| Problem::writing(&folder, &error))?;
        Ok(Home { folder })
    }

    pub(crate) fn sample_file(&self) -> PathBuf {
        self.folder.join("engagements/sample.quay")
    }

    /// A file of its own for each opening of collected files, named by the moment.
    pub(crate) fn new_engagement_file(&self, kind: &str, moment: &str) -> PathBuf {
        let stamp: String = moment.chars().filter(char::is_ascii_digit).collect();
        let free = |n: u32| self.folder.join(format!("engagements/{kind}-{stamp}-{n}.quay"));
        (1..).map(free).find(|path| !path.exists()).unwrap_or_else(|| free(0))
    }

    /// What was typed to sign in the last time; a list that cannot be read is an empty one.
    pub(crate) fn sign_in_memory(&self) -> SignInMemory {
        let text = fs::read_to_string(self.folder.join("sign-in.json")).ok();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    pub(crate) fn keep_sign_in_memory(&self, memory: &SignInMemory) -> Result<(), Problem> {
        let path = self.folder.join("sign-in.json");
        let text = serde_json::to_string(memory).unwrap_or_default();
        fs::write(&path, text).map_err(|error| Problem::writing(&path, &error))
    }

    /// Forgets every trace of an engagement in the files beside it.
    pub(crate) fn forget(&self, path: &Path) -> Result<(), Problem> {
        let mut remembered = self.remembered();
        remembered.recent.retain(|known| known.path != path);
        if remembered.last.as_deref() == Some(path) {
            remembered.last = None;
        }
        self.keep(&remembered)?;
        self.keep_sign_in_memory(&SignInMemory::default())
    }

    pub(crate) fn recent(&self) -> Vec<RecentEngagement> {
        self.remembered().recent.into_iter().filter(|engagement| engagement.path.is_file()).collect()
    }

    pub(crate) fn last(&self) -> Option<RecentEngagement> {
        let remembered = self.remembered();
        let last = remembered.last?;
        remembered.recent.into_iter().find(|engagement| engagement.path == last && engagement.path.is_file())
    }

    pub(crate) fn remember(&self, engagement: RecentEngagement) -> Result<(), Problem> {
        let mut remembered = self.remembered();
        remembered.recent.retain(|known| known.path != engagement.path);
        remembered.last = Some(engagement.path.clone());
        remembered.recent.insert(0, engagement);
        remembered.recent.truncate(MOST_RECENT);
        self.keep(&remembered)
    }

    pub(crate) fn forget_last(&self) -> Result<(), Problem> {
        let mut remembered = self.remembered();
        remembered.last = None;
        self.keep(&remembered)
    }

    fn file(&self) -> PathBuf {
        self.folder.join("recent.json")
    }

    /// A list that cannot be read is an empty list: the engagements themselves are files of their own.
    fn remembered(&self) -> Remembered {
        fs::read_to_string(self.file()).ok().and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    fn keep(&self, remembered: &Remembered) -> Result<(), Problem> {
        let path = self.file();
        let text = serde_json::to_string_pretty(remembered).map_err(|error| {
            Problem::new(
                ProblemCode::Internal,
                format!("The list of engagements could not be written: {error}."),
                "Try again.",
            )
        })?;
        let part = path.with_extension("part");
        fs::write(&part, text).and_then(|()| fs::rename(&part, &path)).map_err(|error| Problem::writing(&path, &error))
    }
}

/// What an engagement is called on the welcome screen.
pub(crate) fn name_of(paths: &[PathBuf]) -> String {
    let first = paths
        .first()
        .and_then(|path: &PathBuf| Path::file_name(path))
        .map(|name| name.to_string_lossy().into_owned())
        .unwrap_or_default();
    if paths.len() > 1 { format!("{first} and {} more", paths.len() - 1) } else { first }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_engagement_is_remembered_until_it_is_closed() -> Result<(), Box<dyn std::error::Error>> {
        let folder = tempfile::tempdir()?;
        let home = Home::at(folder.path().to_owned())?;
        assert_eq!(home.last(), None);
        let engagement = RecentEngagement { path: home.sample_file(), name: "Sample".into(), opened: "now".into() };
        home.remember(engagement.clone())?;
        assert_eq!(home.last(), None, "a file that is gone is not offered");
        fs::write(home.sample_file(), "")?;
        assert_eq!(home.last(), Some(engagement));
        home.forget_last()?;
        assert_eq!((home.last(), home.recent().len()), (None, 1));
        fs::write(home.file(), "{ damaged")?;
        assert!(home.recent().is_empty());
        Ok(())
    }
}
