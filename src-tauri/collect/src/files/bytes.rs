//! From bytes on disk to text: sizes, gzip, zip, encodings.

use super::gap;
use flate2::read::MultiGzDecoder;
use quay_model::{Gap, GapReason};
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::Path;

/// Own limit on one text. 10,000 recorded clusters weigh about 60 MB, so this is room for some 40,000 in one file.
const LARGEST: u64 = 256 * 1024 * 1024;
/// Own limit on files in one zip.
const MOST_IN_ZIP: usize = 20_000;

pub(super) enum Problem {
    TooLarge(u64),
    Failed(std::io::Error),
}

impl Problem {
    pub(super) fn into_gap(self, shown: &str) -> Gap {
        match self {
            Problem::TooLarge(size) => gap(
                shown,
                GapReason::TooLarge,
                format!(
                    "The file holds {} MB; up to {} MB are read from one file.",
                    size / 1_000_000,
                    LARGEST / 1_000_000
                ),
                "Split it, for instance one file per subscription, and put the parts into a folder.",
            ),
            Problem::Failed(error) => gap(
                shown,
                GapReason::Unreachable,
                format!("The file could not be read: {error}."),
                "Check that it is complete and that you may read it.",
            ),
        }
    }
}

pub(super) fn read_bounded(path: &Path) -> Result<Vec<u8>, Problem> {
    let file = File::open(path).map_err(Problem::Failed)?;
    let size = file.metadata().map_err(Problem::Failed)?.len();
    if size > LARGEST {
        return Err(Problem::TooLarge(size));
    }
    take(file)
}

fn take(from: impl Read) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let size = from.take(LARGEST + 1).read_to_end(&mut bytes).map_err(Problem::Failed)?;
    if size as u64 > LARGEST { Err(Problem::TooLarge(size as u64)) } else { Ok(bytes) }
}

/// Unpacks what is packed and hands each text on with its name.
pub(super) fn each_text(shown: &str, bytes: Vec<u8>, gaps: &mut Vec<Gap>, found: &mut dyn FnMut(&str, &str)) {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        each_in_zip(shown, bytes, gaps, found);
    } else {
        one(shown, bytes, gaps, found);
    }
}

fn each_in_zip(shown: &str, bytes: Vec<u8>, gaps: &mut Vec<Gap>, found: &mut dyn FnMut(&str, &str)) {
    let damaged = |what: String| gap(shown, GapReason::Damaged, what, "Make the zip again from the collected files.");
    let mut archive = match zip::ZipArchive::new(Cursor::new(bytes)) {
        Ok(archive) => archive,
        Err(error) => {
            gaps.push(damaged(format!("The zip could not be opened: {error}.")));
            return;
        }
    };
    if archive.is_empty() {
        gaps.push(gap(
            shown,
            GapReason::Unrecognised,
            "The zip holds no file.".to_owned(),
            "Put the output of `az aks list -o json` into it.",
        ));
    }
    if archive.len() > MOST_IN_ZIP {
        gaps.push(gap(
            shown,
            GapReason::TooLarge,
            format!("The zip holds {} files; the first {MOST_IN_ZIP} are read.", archive.len()),
            "Split it into several.",
        ));
    }
    let mut order: Vec<usize> = (0..archive.len().min(MOST_IN_ZIP)).collect();
    order.sort_by_key(|index| archive.name_for_index(*index).unwrap_or_default().to_owned());
    for index in order {
        let read = match archive.by_index(index) {
            Ok(entry) if entry.is_dir() => continue,
            Ok(entry) => {
                let name = format!("{shown}/{}", entry.name());
                (name, take(entry))
            }
            Err(error) => {
                gaps.push(damaged(format!("File {} in the zip could not be opened: {error}.", index + 1)));
                continue;
            }
        };
        match read {
            (name, Ok(bytes)) if bytes.starts_with(b"PK\x03\x04") => {
                gaps.push(gap(
                    &name,
                    GapReason::Unrecognised,
                    "A zip inside a zip is not opened.".to_owned(),
                    "Unpack it and open it by itself.",
                ));
            }
            (name, Ok(bytes)) => one(&name, bytes, gaps, found),
            (name, Err(problem)) => gaps.push(problem.into_gap(&name)),
        }
    }
}

fn one(shown: &str, bytes: Vec<u8>, gaps: &mut Vec<Gap>, found: &mut dyn FnMut(&str, &str)) {
    let plain = if bytes.starts_with(&[0x1f, 0x8b]) {
        match gunzip(&bytes) {
            (plain, None) => plain,
            (plain, Some(problem)) => {
                gaps.push(match problem {
                    Problem::TooLarge(_) => problem.into_gap(shown),
                    Problem::Failed(error) => gap(
                        shown,
                        GapReason::Damaged,
                        format!("The gzip breaks off or is damaged: {error}. What came before was read."),
                        "Collect the file again.",
                    ),
                });
                plain
            }
        }
    } else {
        bytes
    };
    if plain.iter().all(u8::is_ascii_whitespace) {
        gaps.push(gap(
            shown,
            GapReason::Unrecognised,
            "The file is empty.".to_owned(),
            "Collect it again; an empty answer of Azure is written as [].",
        ));
        return;
    }
    match decode(&plain) {
        Ok(text) => found(shown, &text),
        Err(why) => gaps.push(gap(shown, GapReason::Damaged, why, "Save it as UTF-8 and open it again.")),
    }
}

fn gunzip(bytes: &[u8]) -> (Vec<u8>, Option<Problem>) {
    let mut plain = Vec::new();
    match MultiGzDecoder::new(bytes).take(LARGEST + 1).read_to_end(&mut plain) {
        Ok(size) if size as u64 > LARGEST => (Vec::new(), Some(Problem::TooLarge(size as u64))),
        Ok(_) => (plain, None),
        Err(error) => (plain, Some(Problem::Failed(error))),
    }
}

/// UTF-8 with or without a mark, or UTF-16, which Windows PowerShell writes for `>`.
fn decode(bytes: &[u8]) -> Result<String, String> {
    let utf16 = |rest: &[u8], join: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = rest.as_chunks::<2>().0.iter().map(|pair| join(*pair)).collect();
        String::from_utf16(&units).map_err(|_| "The file starts like UTF-16 but is not.".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest),
        [b'{' | b'[', 0, ..] => utf16(bytes, u16::from_le_bytes),
        [0, b'{' | b'[', ..] => utf16(bytes, u16::from_be_bytes),
        whole => utf8(whole),
    }
}

fn utf8(bytes: &[u8]) -> Result<String, String> {
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_owned()),
        // a file cut inside a character: everything before it is good
        Err(error) if error.error_len().is_none() => {
            Ok(String::from_utf8_lossy(bytes.get(..error.valid_up_to()).unwrap_or_default()).into_owned())
        }
        Err(error) => Err(format!("The file is neither UTF-8 nor UTF-16 text (byte {}).", error.valid_up_to() + 1)),
    }
}
