//! One INPUT: what it is, by its bytes and not by its name, and what is in it.
//!
//! Where nothing usable is found, it says what the INPUT looks like instead: most failures are a
//! wrong file or a download that did not finish. It does not know which entries matter.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::disk::{Disk, retry};
use super::tar::Tar;
use super::{
    EntryError, EntryInfo, Export, InputError, NotTaken, Opener, Source, Store, folder, zip,
};
use crate::platform;

const EXPECTED: &str = "expected a Takeout .zip or .tgz, its unpacked folder, or a file of it";
const EXPORT: &str = "get an export at takeout.google.com: choose Fitbit or Google Health, as .zip";

/// Suffixes of what is no archive to its owner: known files of every kind, and formats that are
/// zips inside. Anything else in a folder is looked at by its first bytes.
const NO_ARCHIVES: [&str; 36] = [
    "json", "csv", "tcx", "txt", "md", "html", "htm", "xml", "pdf", "log", "ics", "vcf", "mbox",
    "eml", "gpx", "fit", "jpg", "jpeg", "png", "gif", "heic", "webp", "svg", "mp3", "m4a", "mp4",
    "mov", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub", "jar", "apk",
];

impl Opener<'_> {
    /// Opens one INPUT; a folder may give several archives.
    pub(super) fn open(self, path: &Path, export: &mut Export) -> Result<(), InputError> {
        let opened = self.file_or_folder(path, export);
        opened.map_err(|error| error.of(&platform::full(path)))
    }

    fn file_or_folder(self, path: &Path, export: &mut Export) -> Result<(), InputError> {
        let name = name_of(path);
        let metadata = retry(|| fs::metadata(path)).map_err(InputError::from_access)?;
        if metadata.is_dir() {
            return self.folder(path, &name, export);
        }
        if !metadata.is_file() {
            let what =
                format!("it is not a regular file but a device, a pipe or a socket, {EXPECTED}");
            return Err(InputError::missing(what, "save it as a file first"));
        }
        let disk = Arc::new(Disk::open(path).map_err(InputError::from_access)?);
        let looks = Looks::of(&head(&disk)?, &name);
        let opened = match (self.archive(&disk, &looks)?, looks) {
            (Some(opened), _) => opened,
            (None, Looks::Single) => {
                let file = folder::judge(name.clone(), path.to_owned(), &metadata, self);
                (Store::Single, vec![file])
            }
            // A zip may have something in front, a self-extractor for one; else it is said what there is.
            (None, Looks::Like(what, advice)) => match zip::catalogue(&disk, self) {
                Err(InputError::Unusable { .. }) => {
                    let what = format!("it is not a zip, it looks like {what}, {EXPECTED}");
                    return Err(InputError::unusable(what, advice));
                }
                found => (Store::Zip(Arc::clone(&disk)), found?),
            },
            (None, _) => {
                return Err(InputError::unusable(
                    format!("the file is empty (0 bytes), {EXPECTED}"),
                    "the download failed or has not begun: download the export again",
                ));
            }
        };
        export.add(Source::new(&name, path, disk.len(), opened.0), opened.1);
        Ok(())
    }

    /// Opens a folder: its loose files are one archive, and each archive in it is another.
    fn folder(self, path: &Path, name: &str, export: &mut Export) -> Result<(), InputError> {
        let mut found = folder::catalogue(path, self)?;
        if found.is_empty() {
            let what = format!("the directory holds no files, {EXPECTED}");
            return Err(InputError::unusable(what, EXPORT));
        }
        found.sort_by(|a, b| a.path.cmp(&b.path));
        let (mut loose, mut archives, mut refused) = (Vec::new(), Vec::new(), Vec::new());
        for file in found {
            match self.look_into(path, &file)? {
                InFolder::Taken(source, found) => archives.push((source, found)),
                InFolder::Refused(not_taken) => {
                    refused.push(not_taken);
                    loose.push(file);
                }
                InFolder::Loose => loose.push(file),
            }
        }
        let is_loose = loose.iter().any(|found| found.needed);
        if !is_loose && archives.is_empty() {
            // Nothing else is there: what is wrong with the archive is wrong with the INPUT.
            if let Some(first) = refused.iter().find(|refused| refused.is_unreadable) {
                let place = platform::full(&path.join(&first.path));
                return Err(InputError::damaged(&first.why).of(&place));
            }
        }
        if is_loose || archives.is_empty() {
            let bytes = loose.iter().map(|found| found.bytes);
            let bytes = bytes.fold(0, u64::saturating_add);
            export.add(Source::new(name, path, bytes, Store::Folder), loose);
        }
        for (source, found) in archives {
            export.add(source, found);
        }
        export.not_taken.append(&mut refused);
        Ok(())
    }

    /// Looks into a file of a folder, if it is an archive: it is taken when something in it is
    /// needed, else it is said why not.
    fn look_into(self, folder: &Path, file: &EntryInfo) -> Result<InFolder, InputError> {
        let suffix = file.path.rsplit_once('.').map_or("", |(_, suffix)| suffix);
        let is = |known: &str| suffix.eq_ignore_ascii_case(known);
        let is_named = is("zip") || is("tgz");
        let refused = |why: &str, is_unreadable| {
            let (path, why) = (file.path.clone(), why.to_owned());
            Ok(InFolder::Refused(NotTaken {
                path,
                why,
                is_unreadable,
            }))
        };
        match &file.error {
            _ if file.needed || NO_ARCHIVES.iter().any(|known| is(known)) => {
                return Ok(InFolder::Loose);
            }
            None | Some(EntryError::TooLarge { .. }) => {}
            Some(error) if is_named => return refused(&error.to_string(), true),
            Some(_) => return Ok(InFolder::Loose),
        }
        let path = folder.join(&file.path);
        let opened = Disk::open(&path).map_err(InputError::from_access);
        let opened = opened.and_then(|disk| {
            let disk = Arc::new(disk);
            let opened = self.archive(&disk, &Looks::of(&head(&disk)?, ""))?;
            Ok(opened
                .map(|(store, found)| (Source::new(&file.path, &path, disk.len(), store), found)))
        });
        // A compressed file that is no archive is nobody's loss.
        let is_part = !is("gz") || file.path.to_ascii_lowercase().ends_with(".tar.gz");
        match opened {
            Ok(None) if !is_named => Ok(InFolder::Loose),
            Ok(None) => refused("it is no archive, whatever its name says", true),
            Ok(Some((mut source, found))) if found.iter().any(|found| found.needed) => {
                source.is_in_folder = true;
                Ok(InFolder::Taken(source, found))
            }
            Ok(Some(_)) => refused("there is no Fitbit data in it", false),
            Err(InputError::Unusable { what, .. }) => refused(&what, is_part),
            Err(InputError::Missing { what, .. }) => refused(&what, is_named),
            Err(error) => Err(error.of(&platform::full(&path))),
        }
    }

    /// Opens a file as the archive that its first bytes say it is; `None` if they say nothing of one.
    fn archive(self, disk: &Arc<Disk>, looks: &Looks) -> Result<Option<Opened>, InputError> {
        Ok(match *looks {
            Looks::Zip => {
                let found = zip::catalogue(disk, self)?;
                Some((Store::Zip(Arc::clone(disk)), found))
            }
            Looks::Tar { gzip } => {
                let disk = Arc::clone(disk);
                let tar = Tar { disk, gzip };
                let found = tar.catalogue(self)?;
                Some((Store::Tar(tar), found))
            }
            _ => None,
        })
    }
}

type Opened = (Store, Vec<EntryInfo>);

/// What a file of a folder is.
enum InFolder {
    /// Not an archive.
    Loose,
    /// An archive with something that is needed.
    Taken(Source, Vec<EntryInfo>),
    /// Another archive.
    Refused(NotTaken),
}

fn head(disk: &Disk) -> std::io::Result<Vec<u8>> {
    let mut head = vec![0; 512];
    let read = disk.fill(&mut head, 0)?;
    head.truncate(read);
    Ok(head)
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
        let suffix = name.rsplit_once('.').map_or("", |(_, suffix)| suffix);
        let is = |known: &&str| suffix.eq_ignore_ascii_case(known);
        match head {
            [] => Self::Empty,
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] | [b'P', b'K', 7, 8, ..] => Self::Zip,
            [0x1f, 0x8b, ..] => Self::Tar { gzip: true },
            _ if head.get(257..262) == Some(b"ustar") => Self::Tar { gzip: false },
            _ if ["json", "csv", "tcx"].iter().any(is) => Self::Single,
            _ => match FORMATS.iter().find(|(magic, ..)| head.starts_with(magic)) {
                Some((_, what, advice)) => Self::Like(what, advice),
                None => Self::of_text(head),
            },
        }
    }

    fn of_text(head: &[u8]) -> Self {
        let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let text = text.trim_ascii_start();
        let starts = |tag: &[u8]| {
            let start = text.get(..tag.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(tag))
        };
        if starts(b"<!doctype html") || starts(b"<html") {
            let what = "a web page: the download failed, or its sign-in had expired";
            Self::Like(what, DOWNLOAD)
        } else if starts(b"{") || starts(b"[") {
            Self::Like("JSON", "give it the name that it had in the export")
        } else if text.iter().all(|&b| b >= 0x20 || b.is_ascii_whitespace()) {
            Self::Like("text", EXPORT)
        } else {
            Self::Like("something else", EXPORT)
        }
    }
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
