//! One INPUT: what it is, by its bytes and not by its name, and what is in it.
//!
//! Where nothing usable is found, it says what the INPUT looks like instead: most failures are a
//! wrong file or a download that did not finish. It does not know which entries matter.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::disk::{Disk, retry};
use super::error::{Halt, OpenError};
use super::problem::Problem;
use super::tar::Tar;
use super::{Found, Limits, Source, Store, folder, parts, zip};
use crate::platform;

const EXPECTED: &str = "expected a Takeout .zip or .tgz, its unpacked folder, or a file of it";
const EXPORT: &str = "get an export at takeout.google.com: choose Fitbit or Google Health, as .zip";

/// An INPUT, or a part of an export found in a folder.
pub(super) struct Opened {
    pub(super) source: Source,
    pub(super) found: Vec<Found>,
}

/// What all openings share.
#[derive(Clone, Copy)]
pub(super) struct Opener<'a> {
    pub(super) limits: &'a Limits,
    pub(super) needed: &'a dyn Fn(&str) -> bool,
    pub(super) stop: &'a AtomicBool,
}

impl Opener<'_> {
    /// Opens one INPUT; a folder of parts gives several archives.
    pub(super) fn open(self, path: &Path) -> Result<Vec<Opened>, OpenError> {
        let name = name_of(path);
        let halt = |halt: Halt| halt.of(&name);
        let metadata = retry(|| fs::metadata(path))
            .map_err(Halt::from_access)
            .map_err(halt)?;
        if metadata.is_dir() {
            return self.folder(path, &name);
        }
        if !metadata.is_file() {
            return Err(halt(Halt::Missing(
                format!("it is not a regular file but a device, a pipe or a socket, {EXPECTED}"),
                "save it as a file first",
            )));
        }
        Ok(vec![self.file(path, &name, &metadata).map_err(halt)?])
    }

    fn folder(self, path: &Path, name: &str) -> Result<Vec<Opened>, OpenError> {
        let found = folder::catalogue(path, self.limits, self.needed, self.stop)
            .map_err(|halt| halt.of(name))?;
        if found.is_empty() {
            let what = format!("the directory holds no files, {EXPECTED}");
            return Err(Halt::Unusable(what, EXPORT).of(name));
        }
        if !found.iter().any(|found| found.needed) {
            let parts = self.parts(path, &found)?;
            if !parts.is_empty() {
                return Ok(parts);
            }
        }
        let bytes = found
            .iter()
            .map(|found| found.bytes)
            .fold(0, u64::saturating_add);
        let source = Source::new(name, path, bytes, Store::Folder);
        Ok(vec![Opened { source, found }])
    }

    /// Opens the Takeout downloads that lie in a folder with nothing else of use.
    fn parts(self, folder: &Path, found: &[Found]) -> Result<Vec<Opened>, OpenError> {
        let mut names: Vec<&str> = found
            .iter()
            .filter(|found| matches!(found.problem, None | Some(Problem::TooLarge { .. })))
            .map(|found| found.path.as_str())
            .filter(|path| parts::is_part(path))
            .collect();
        names.sort_unstable();
        let mut opened = Vec::new();
        for name in names {
            opened.append(&mut self.open(&folder.join(name))?);
        }
        Ok(opened)
    }

    fn file(self, path: &Path, name: &str, metadata: &fs::Metadata) -> Result<Opened, Halt> {
        let disk = Arc::new(Disk::open(path).map_err(Halt::from_access)?);
        let mut head = [0; 512];
        let read = disk.fill(&mut head, 0).map_err(Halt::Io)?;
        let head = head.get(..read).unwrap_or_default();
        let bytes = disk.len();
        let (store, found) = match Looks::of(head, name) {
            Looks::Empty => return Err(empty()),
            Looks::Zip => self.zip(disk)?,
            Looks::Tar { gzip } => {
                let tar = Tar { disk, gzip };
                let found = tar.catalogue(self.limits, self.needed, self.stop)?;
                (Store::Tar(tar), found)
            }
            Looks::Single => {
                let place = path.to_owned();
                let found = folder::judge(name.into(), place, metadata, self.limits, self.needed);
                (Store::Single, vec![found])
            }
            Looks::Like(what, advice) => self.hidden_zip(disk, what, advice)?,
        };
        Ok(Opened {
            source: Source::new(name, path, bytes, store),
            found,
        })
    }

    fn zip(self, disk: Arc<Disk>) -> Result<(Store, Vec<Found>), Halt> {
        let found = zip::catalogue(&disk, self.limits, self.needed)?;
        Ok((Store::Zip(disk), found))
    }

    /// A zip may have something in front, a self-extractor for one; else it is said what there is.
    fn hidden_zip(
        self,
        disk: Arc<Disk>,
        what: &str,
        advice: &'static str,
    ) -> Result<(Store, Vec<Found>), Halt> {
        match self.zip(disk) {
            Err(Halt::Unusable(..)) => Err(Halt::Unusable(
                format!("it is not a zip, it looks like {what}, {EXPECTED}"),
                advice,
            )),
            result => result,
        }
    }
}

fn empty() -> Halt {
    Halt::Unusable(
        format!("the file is empty (0 bytes), {EXPECTED}"),
        "the download failed or has not begun: download the export again",
    )
}

/// Returns the last part of a path, as it is named to the user: on one line whatever is in it.
pub(super) fn name_of(path: &Path) -> String {
    let name = |path: &Path| Some(path.file_name()?.to_string_lossy().into_owned());
    // "." and ".." have no name of their own.
    name(path)
        .or_else(|| name(&platform::canonical(path).ok()?))
        .unwrap_or_else(|| path.to_string_lossy().into_owned())
        .replace(char::is_control, "\u{fffd}")
}

/// Brings INPUTs into an order that does not depend on how they were given, each once.
pub(super) fn in_order(inputs: &[PathBuf]) -> Vec<&Path> {
    let mut named: Vec<(String, PathBuf, &Path)> = inputs
        .iter()
        .map(|path| {
            let place = platform::canonical(path).unwrap_or_else(|_| path.clone());
            (name_of(path), place, path.as_path())
        })
        .collect();
    named.sort();
    named.dedup_by(|a, b| a.1 == b.1);
    named.into_iter().map(|(_, _, path)| path).collect()
}

/// What the first bytes of a file look like.
#[derive(Debug, PartialEq, Eq)]
enum Looks {
    Empty,
    Zip,
    Tar {
        gzip: bool,
    },
    /// Text under the name of a single file of an export.
    Single,
    /// Something else: what, and what to do.
    Like(&'static str, &'static str),
}

const UNPACK: &str = "unpack it and give the folder";
const DOWNLOAD: &str = "download the export again from takeout.google.com, signed in";

/// First bytes of formats that people hand over by mistake, and what to do.
const FORMATS: [(&[u8], &str, &str); 11] = [
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", UNPACK),
    (b"Rar!", "a RAR archive", UNPACK),
    (b"\xfd7zXZ\0", "an .xz file", UNPACK),
    (b"BZh", "a .bz2 file", UNPACK),
    (b"\x28\xb5\x2f\xfd", "a .zst file", UNPACK),
    (b"%PDF", "a PDF", EXPORT),
    (b"\x89PNG", "a picture", EXPORT),
    (b"\xff\xd8\xff", "a picture", EXPORT),
    (b"SQLite format 3\0", "an SQLite database", EXPORT),
    (b"MZ", "a Windows program", EXPORT),
    (b"\x7fELF", "a program", EXPORT),
];

impl Looks {
    fn of(head: &[u8], name: &str) -> Self {
        if head.is_empty() {
            Self::Empty
        } else if matches!(
            head,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..]
        ) {
            Self::Zip
        } else if head.starts_with(&[0x1f, 0x8b]) {
            Self::Tar { gzip: true }
        } else if head.get(257..262) == Some(b"ustar") {
            Self::Tar { gzip: false }
        } else if is_single(name) {
            Self::Single
        } else if let Some((_, what, advice)) = FORMATS.iter().find(|f| head.starts_with(f.0)) {
            Self::Like(what, advice)
        } else {
            Self::of_text(head)
        }
    }

    fn of_text(head: &[u8]) -> Self {
        let text = head
            .strip_prefix(b"\xef\xbb\xbf")
            .unwrap_or(head)
            .trim_ascii_start();
        let starts = |tag: &[u8]| {
            text.get(..tag.len())
                .is_some_and(|t| t.eq_ignore_ascii_case(tag))
        };
        if starts(b"<!doctype html") || starts(b"<html") {
            Self::Like(
                "a web page: the download failed, or its sign-in had expired",
                DOWNLOAD,
            )
        } else if starts(b"{") || starts(b"[") {
            Self::Like("JSON", "give it the name that it had in the export")
        } else if text.iter().all(|&b| b >= 0x20 || b.is_ascii_whitespace()) {
            Self::Like("text", EXPORT)
        } else {
            Self::Like("something else", EXPORT)
        }
    }
}

/// Tells whether a name is one that a single file of an export may have.
fn is_single(name: &str) -> bool {
    let suffix = name.rsplit_once('.').map(|(_, suffix)| suffix);
    suffix.is_some_and(|s| {
        ["json", "csv", "tcx"]
            .iter()
            .any(|known| s.eq_ignore_ascii_case(known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_known_by_its_bytes() {
        let mut tar = [0; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (head, name, expected) in [
            (b"".as_slice(), "a.zip", Looks::Empty),
            (b"PK\x03\x04rest", "a.json", Looks::Zip),
            (b"PK\x05\x06rest", "a", Looks::Zip),
            (b"\x1f\x8b\x08", "a.zip", Looks::Tar { gzip: true }),
            (&tar, "a.zip", Looks::Tar { gzip: false }),
            (b"[]", "a.JSON", Looks::Single),
        ] {
            assert_eq!(Looks::of(head, name), expected, "{name}");
        }
    }

    #[test]
    fn what_is_no_export_is_named() {
        for (head, expected) in [
            (b"\xef\xbb\xbf <!DOCTYPE HTML><p>".as_slice(), "web page"),
            (b"7z\xbc\xaf\x27\x1c\0", "7-Zip"),
            (b" {}", "JSON"),
            (b"hello", "text"),
            (b"PK\x01\x02", "something else"),
        ] {
            let looks = Looks::of(head, "a.zip");
            assert!(
                matches!(looks, Looks::Like(what, _) if what.contains(expected)),
                "{looks:?}"
            );
        }
    }
}
