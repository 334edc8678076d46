//! A folder as an export: what lies below it, and single files as bytes.
//!
//! Symbolic links below the folder are seen and never followed, so nothing outside is read. It
//! does not know what an export is.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::disk::retry;
use super::zip::EntryBuffers;
use super::{EntryError, EntryRead, Found, InputError, Limits, Place};

const CHECK: &str = "check its permissions, or copy the folder to a place of yours";

/// Catalogues everything below a folder.
pub(super) fn catalogue(
    root: &Path,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
    stop: &AtomicBool,
) -> Result<Vec<Found>, InputError> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = retry(|| fs::read_dir(&folder)).map_err(|e| inside(e, &prefix))?;
        for entry in entries {
            if stop.load(Ordering::Relaxed) {
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
                found.push(judge(path, entry.path(), &metadata, limits, needed));
            }
            if (found.len() + folders.len()) as u64 > limits.entries {
                return Err(InputError::unusable(
                    format!("the folder holds more than {} files", limits.entries),
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

/// Judges one file by its metadata.
pub(super) fn judge(
    path: String,
    file: PathBuf,
    metadata: &fs::Metadata,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
) -> Found {
    let (bytes, limit) = (metadata.len(), limits.entry_bytes);
    let error = if metadata.file_type().is_symlink() {
        Some(EntryError::Link)
    } else if !metadata.is_file() {
        Some(EntryError::NotAFile)
    } else if bytes > limit {
        Some(EntryError::TooLarge { bytes, limit })
    } else {
        None
    };
    Found {
        needed: needed(&path),
        path,
        bytes,
        crc: None,
        error,
        doubt: None,
        place: Place::File(file),
    }
}

/// Reads a whole file of the size that it had in the catalogue.
pub(crate) fn read<'b>(path: &Path, bytes: u64, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
    let mut file = match open(path, bytes) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(Err(changed())),
        Err(error) => return unreadable(error).map(Err),
    };
    let text = buffers.text(bytes)?;
    match file.read_exact(text) {
        Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => return Ok(Err(changed())),
        result => result?,
    }
    let is_longer = retry(|| file.read(&mut [0]))? > 0;
    Ok(if is_longer { Err(changed()) } else { Ok(text) })
}

/// Opens a plain file of this size; looked at before, because opening a pipe waits for a writer.
fn open(path: &Path, bytes: u64) -> io::Result<Option<File>> {
    let metadata = retry(|| fs::symlink_metadata(path))?;
    let is_same = metadata.is_file() && metadata.len() == bytes;
    is_same.then(|| File::open(path)).transpose()
}

/// A file that went away or was closed to us is its own loss; everything else is the disk's.
fn unreadable(error: io::Error) -> io::Result<EntryError> {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => Ok(EntryError::damaged(
            format!("the file cannot be read ({error})"),
            "a readable file",
        )),
        _ => Err(error),
    }
}

fn changed() -> EntryError {
    EntryError::damaged(
        "the file has changed since the run began",
        "files that stay as they are",
    )
}

/// Returns the CRC-32 of an entry, reading it where the archive does not tell.
pub(super) fn checksum(entry: &Found) -> io::Result<Option<u32>> {
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
