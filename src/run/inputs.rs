//! What was given as INPUT, told by its bytes: the same request is the same name and the same bytes.
//!
//! The list of a folder's names and sizes, which the manifest has, would not do: a file in it may
//! change without them. So a folder is read once more, and only where a request has a name.

use std::fs::{self, File};
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
        let name = input.file_name().unwrap_or_default();
        all.update((name.len() as u64).to_le_bytes());
        all.update(name.as_encoded_bytes());
        let found = match fs::metadata(input) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| cannot_read(input)),
        };
        if found.is_dir() {
            folder(input, stop, &mut all)?;
        } else if found.is_file() {
            file(input, stop, &mut all)?;
        } else {
            return Ok(None);
        }
    }
    Ok(Some(Digest(all.finalize().into())))
}

fn cannot_read(path: &Path) -> String {
    format!("{}: cannot be read", path.display())
}

fn folder(path: &Path, stop: &AtomicBool, all: &mut Sha256) -> Result<()> {
    let entries = fs::read_dir(path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    let mut entries = entries.with_context(|| cannot_read(path))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    all.update((entries.len() as u64).to_le_bytes());
    for entry in entries {
        let (name, path) = (entry.file_name(), entry.path());
        all.update((name.len() as u64).to_le_bytes());
        all.update(name.as_encoded_bytes());
        // Links are not followed by who reads the folder.
        let kind = entry.file_type().with_context(|| cannot_read(&path))?;
        if kind.is_dir() {
            folder(&path, stop, all)?;
        } else if kind.is_file() {
            file(&path, stop, all)?;
        }
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
