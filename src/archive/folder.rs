//! A folder as an export: what lies below it, and single files as bytes.
//!
//! Symbolic links below the folder are seen and never followed, so nothing outside is read. It
//! does not know what an export is.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use super::disk::retry;
use super::error::{Damage, Failure, Halt};
use super::problem::Problem;
use super::zip::room;
use super::{Found, Limits, Place};

const CHECK: &str = "check its permissions, or copy the folder to a place of yours";

/// Catalogues everything below a folder.
pub(super) fn catalogue(
    root: &Path,
    limits: &Limits,
    needed: &dyn Fn(&str) -> bool,
    stop: &AtomicBool,
) -> Result<Vec<Found>, Halt> {
    let mut found = Vec::new();
    let mut folders = vec![(root.to_owned(), String::new())];
    while let Some((folder, prefix)) = folders.pop() {
        let entries = retry(|| fs::read_dir(&folder)).map_err(|e| inside(e, &prefix))?;
        for entry in entries {
            if stop.load(Ordering::Relaxed) {
                return Err(Halt::Stopped);
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
                return Err(Halt::Unusable(
                    format!("the folder holds more than {} files", limits.entries),
                    "give the folder that holds the export, not one above it, or raise the limit with --max-entries",
                ));
            }
        }
    }
    Ok(found)
}

/// Says of something below the folder why it cannot be looked at.
fn inside(error: io::Error, path: &str) -> Halt {
    match Halt::from_access(error) {
        Halt::Missing(what, _) if !path.is_empty() => {
            Halt::Missing(format!("{path:?}: {what}"), CHECK)
        }
        halt => halt,
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
    let problem = if metadata.file_type().is_symlink() {
        Some(Problem::Link)
    } else if !metadata.is_file() {
        Some(Problem::NotAFile)
    } else if bytes > limit {
        Some(Problem::TooLarge { bytes, limit })
    } else {
        None
    };
    Found {
        needed: needed(&path),
        path,
        bytes,
        crc: None,
        problem,
        doubt: None,
        place: Place::File(file),
    }
}

/// Reads a whole file of the size that it had in the catalogue.
pub(super) fn read(path: &Path, bytes: u64, buffer: &mut Vec<u8>) -> Result<(), Failure> {
    let metadata = retry(|| fs::symlink_metadata(path)).map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() != bytes {
        return Err(changed().into());
    }
    let file = File::open(path).map_err(unreadable)?;
    buffer.clear();
    room(
        buffer,
        usize::try_from(bytes)
            .unwrap_or(usize::MAX)
            .saturating_add(1),
    )?;
    // `read_to_end` retries interrupted calls.
    file.take(bytes.saturating_add(1))
        .read_to_end(buffer)
        .map_err(Failure::Io)?;
    if buffer.len() as u64 == bytes {
        Ok(())
    } else {
        Err(changed().into())
    }
}

/// A file that went away or was closed to us is its own loss; everything else is the disk's.
fn unreadable(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied => Damage::new(
            format!("the file cannot be read ({error})"),
            "a readable file",
        )
        .into(),
        _ => Failure::Io(error),
    }
}

fn changed() -> Damage {
    Damage::new(
        "the file has changed since the run began",
        "files that stay as they are",
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::Scratch;
    use super::*;

    #[test]
    fn a_file_that_changes_meanwhile_is_damage() {
        let scratch = Scratch::new("changes");
        let path = scratch.file("a.json", b"[1]");
        let said = |path: &Path, bytes| match read(path, bytes, &mut Vec::new()) {
            Err(Failure::Damage(damage)) => damage.what,
            other => format!("{other:?}"),
        };
        assert_eq!(said(&path, 3), "Ok(())");
        assert!(said(&path, 4).contains("has changed"));
        let gone = said(&path.with_file_name("b.json"), 3);
        assert!(gone.starts_with("the file cannot be read ("), "{gone}");
    }
}
