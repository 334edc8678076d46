//! What was given as INPUT, told by its bytes: the same request is the same name and the same bytes.
//!
//! The list of a folder's names and sizes, which the manifest has, would not do: a file in it may
//! change without them. So a folder is read once more, and only where a request has a name.

use std::fs::{self, File, FileType};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};
use sha2::{Digest as _, Sha256};

use crate::budget::Digest;

/// Returns one digest over the names and bytes of all inputs, in their order; of a folder over those of
/// its files, in the order of names. `None` where one is neither a file nor a folder, which
/// is refused later.
///
/// # Errors
/// One cannot be read (74).
pub(super) fn digest(inputs: &[PathBuf], stop: &AtomicBool) -> Result<Option<Digest>> {
    let mut all = Sha256::new();
    for input in inputs {
        let kind = match fs::metadata(input) {
            Ok(found) => found.file_type(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| cannot_read(input)),
        };
        if !kind.is_file() && !kind.is_dir() {
            return Ok(None);
        }
        add(input, kind, stop, &mut all)?;
    }
    Ok(Some(Digest(all.finalize().into())))
}

fn cannot_read(path: &Path) -> String {
    format!("{}: cannot be read", path.display())
}

/// Adds the name of a path, and what it holds. Links are not followed by who reads the folder.
fn add(path: &Path, kind: FileType, stop: &AtomicBool, all: &mut Sha256) -> Result<()> {
    let name = path.file_name().unwrap_or_default().as_encoded_bytes();
    all.update((name.len() as u64).to_le_bytes());
    all.update(name);
    if kind.is_file() {
        return file(path, stop, all);
    }
    if !kind.is_dir() {
        return Ok(());
    }
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries.with_context(|| cannot_read(path))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    all.update((entries.len() as u64).to_le_bytes());
    for path in entries.iter().map(fs::DirEntry::path) {
        let found = fs::symlink_metadata(&path).with_context(|| cannot_read(&path))?;
        add(&path, found.file_type(), stop, all)?;
    }
    Ok(())
}

/// Adds the digest of a file, which has one length whatever the file's.
fn file(path: &Path, stop: &AtomicBool, all: &mut Sha256) -> Result<()> {
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 18];
    let mut read = || -> io::Result<()> {
        let mut file = File::open(path)?;
        loop {
            if stop.load(Ordering::Relaxed) {
                return Err(io::Error::other("stopped by a signal"));
            }
            match file.read(&mut buffer)? {
                0 => return Ok(()),
                n => hasher.update(buffer.get(..n).unwrap_or_default()),
            }
        }
    };
    read().with_context(|| cannot_read(path))?;
    all.update(hasher.finalize());
    Ok(())
}
