//! The fingerprint of each INPUT, for the manifest: SHA-256.
//!
//! Of a file, its bytes. Of a folder, a list of what was seen in it, sorted by path: for each file
//! its path, a zero byte, its size in decimal and a newline, in UTF-8. Reading all of a folder a
//! second time would cost as much as converting it.

use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use sha2::{Digest, Sha256};

use super::EntryInfo;
use super::disk::Disk;
use crate::model::file::hex;

const CHUNK: usize = 1 << 20;

/// Hashes the bytes of an open file.
pub(super) fn of_disk(disk: &Arc<Disk>, stop: &AtomicBool) -> io::Result<String> {
    let mut reader = disk.sequential(stop);
    let mut buffer = vec![
        0;
        CHUNK
            .min(usize::try_from(disk.len()).unwrap_or(CHUNK))
            .max(1)
    ];
    let mut hash = Sha256::new();
    loop {
        let read = reader.read(&mut buffer)?;
        if read == 0 {
            return Ok(hex(&hash.finalize()));
        }
        hash.update(buffer.get(..read).unwrap_or_default());
    }
}

/// Hashes the bytes of a file that is not open.
pub(super) fn of_file(path: &Path, stop: &AtomicBool) -> io::Result<String> {
    of_disk(&Arc::new(Disk::open(path)?), stop)
}

/// Hashes the list of a folder's files, which must be sorted by path.
pub(super) fn of_list<'a>(entries: impl Iterator<Item = &'a EntryInfo>) -> String {
    let mut hash = Sha256::new();
    for entry in entries {
        hash.update(format!("{}\0{}\n", entry.path, entry.bytes));
    }
    hex(&hash.finalize())
}
