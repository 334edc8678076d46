//! A folder as an export: what lies below it, and single files as bytes.
//!
//! Symbolic links below the folder are seen and never followed, so nothing outside is read. It
//! does not know what an export is.

use std::fs::{self, File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

use super::disk::retry;
use super::error::damaged;
use super::zip::EntryBuffers;
use super::{EntryError, EntryInfo, EntryRead, InputError, Opener, Place};

const CHECK: &str = "check its permissions, or copy the folder to a place of yours";

pub(super) fn catalogue(root: &Path, opener: Opener<'_>) -> Result<Vec<EntryInfo>, InputError> {
    let (mut found, most) = (Vec::new(), opener.limits.entries);
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = retry(|| fs::read_dir(&folder)).map_err(|e| inside(e, &prefix))?;
        for entry in entries {
            if opener.stop.load(Ordering::Relaxed) {
                return Err(InputError::Stopped);
            }
            let entry = entry.map_err(|e| inside(e, &prefix))?;
            let name = entry.file_name().to_string_lossy().replace('\\', "/");
            let path = format!("{prefix}{name}");
            // Of the entry itself: a link is not followed.
            let kind = entry.file_type().map_err(|e| inside(e, &path))?;
            if kind.is_dir() {
                folders.push((entry.path(), format!("{path}/")));
            } else {
                let metadata = retry(|| entry.metadata()).map_err(|e| inside(e, &path))?;
                found.push(judge(path, entry.path(), &metadata, opener));
            }
            if (found.len() + folders.len()) as u64 > most {
                return Err(InputError::unusable(
                    format!("the folder holds more than {most} files"),
                    "give the folder that holds the export, not one above it, or raise the limit with --max-entries",
                ));
            }
        }
    }
    Ok(found)
}

/// Says of something below the folder why it cannot be looked at.
fn inside(error: io::Error, path: &str) -> InputError {
    match InputError::from_access(error) {
        InputError::Missing { what, .. } if !path.is_empty() => {
            InputError::missing(format!("{path:?}: {what}"), CHECK)
        }
        error => error,
    }
}

pub(super) fn judge(
    path: String,
    file: PathBuf,
    metadata: &Metadata,
    opener: Opener<'_>,
) -> EntryInfo {
    let mut entry = EntryInfo::new(path, metadata.len(), Place::File(file), opener);
    entry.error = if metadata.file_type().is_symlink() {
        Some(EntryError::Link)
    } else if !metadata.is_file() {
        Some(EntryError::NotAFile)
    } else {
        opener.limits.too_large(metadata.len())
    };
    entry
}

/// Reads a whole file of the size that it had in the catalogue.
pub(crate) fn read<'b>(path: &Path, bytes: u64, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
    let what = "the file has changed since the run began";
    let changed = || damaged(what, "files that stay as they are");
    let mut file = match open(path, bytes) {
        Ok(Some(file)) => file,
        Ok(None) => return changed(),
        // A file that went away or was closed to us is its own loss; everything else is the disk's.
        Err(e) if matches!(e.kind(), ErrorKind::NotFound | ErrorKind::PermissionDenied) => {
            let what = format!("the file cannot be read ({e})");
            return damaged(what, "a readable file");
        }
        Err(error) => return Err(error),
    };
    let text = buffers.text(bytes)?;
    match file.read_exact(text) {
        Err(e) if e.kind() == ErrorKind::UnexpectedEof => return changed(),
        result => result?,
    }
    let is_longer = retry(|| file.read(&mut [0]))? > 0;
    if is_longer { changed() } else { Ok(Ok(text)) }
}

/// Opens a plain file of this size; looked at before, because opening a pipe waits for a writer.
fn open(path: &Path, bytes: u64) -> io::Result<Option<File>> {
    let metadata = retry(|| fs::symlink_metadata(path))?;
    let is_same = metadata.is_file() && metadata.len() == bytes;
    is_same.then(|| File::open(path)).transpose()
}

/// Returns the CRC-32 of an entry, reading it where the archive does not tell.
pub(super) fn checksum(entry: &EntryInfo) -> io::Result<Option<u32>> {
    let (None, None, Place::File(path)) = (entry.crc, &entry.error, &entry.place) else {
        return Ok(entry.crc);
    };
    let mut buffers = EntryBuffers::default();
    let text = read(path, entry.bytes, &mut buffers)?;
    Ok(text.ok().map(crc32fast::hash))
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    #[test]
    fn a_file_that_changes_meanwhile_is_damage() {
        let scratch = Scratch::new("changes");
        let path = scratch.file("a.json", b"[1]");
        let said = |path: &Path, bytes| match read(path, bytes, &mut EntryBuffers::default()) {
            Ok(Err(error)) => error.to_string(),
            Ok(Ok(text)) => String::from_utf8_lossy(text).into_owned(),
            Err(error) => format!("the disk: {error}"),
        };
        assert_eq!(said(&path, 3), "[1]");
        for bytes in [2, 4] {
            assert!(said(&path, bytes).contains("has changed"));
        }
        let gone = said(&path.with_file_name("b.json"), 3);
        assert!(gone.starts_with("the file cannot be read ("), "{gone}");
    }
}
