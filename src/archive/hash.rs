//! The fingerprint of each INPUT, for the manifest: SHA-256.
//!
//! Of a file, its bytes. Of a folder, a list of what was seen in it, sorted by path: for each file
//! its path, a zero byte, its size in decimal and a newline, in UTF-8. Reading all of a folder a
//! second time would cost as much as converting it.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::disk::Disk;
use super::{Export, InputError, Store, tar};
use crate::model::file::hex;

const CHUNK: u64 = 1 << 20;

#[derive(Debug, serde::Serialize)]
pub(crate) struct InputInfo {
    pub(crate) name: String,
    /// Its size in bytes; of a folder, the sum of its files.
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl Export {
    /// Asks for the fingerprints of all archives to be made while entries are read, on the same
    /// threads: afterwards one thread would make them while the others wait.
    pub(crate) fn hash_while_reading(&self) {
        self.hashes_along.store(true, Ordering::Relaxed);
    }

    /// All archives with their fingerprints. The first call reads every archive from its start to its
    /// end, unless that was done before; its errors are those of the disk, and that `stop` was set.
    pub(crate) fn inputs(&self, stop: &AtomicBool) -> Result<Vec<InputInfo>, InputError> {
        let info = |(number, source): (u32, &super::Source)| {
            Ok(InputInfo {
                name: source.name.clone(),
                bytes: source.bytes,
                sha256: self.fingerprint(number, stop)?,
            })
        };
        (0..).zip(&self.sources).map(info).collect()
    }

    /// The fingerprint of an archive, made once.
    pub(super) fn fingerprint(&self, number: u32, stop: &AtomicBool) -> Result<String, InputError> {
        let Some(source) = super::source(&self.sources, number) else {
            return Ok(String::new());
        };
        if let Some(sha256) = source.sha256.get() {
            return Ok(sha256.clone());
        }
        let made = match &source.store {
            Store::Zip(disk) | Store::Tar(tar::Tar { disk, .. }) => of_disk(disk, stop),
            Store::Single => {
                Disk::open(&source.path).and_then(|disk| of_disk(&Arc::new(disk), stop))
            }
            Store::Folder => {
                let mut hash = Sha256::new();
                for entry in self.entries.iter().filter(|e| e.archive == number) {
                    hash.update(format!("{}\0{}\n", entry.path, entry.bytes));
                }
                Ok(hex(&hash.finalize()))
            }
        };
        match made {
            Ok(sha256) => Ok(source.sha256.get_or_init(|| sha256).clone()),
            Err(_) if stop.load(Ordering::Relaxed) => Err(InputError::Stopped),
            Err(error) => Err(InputError::from(error).of(&self.place(number))),
        }
    }
}

fn of_disk(disk: &Arc<Disk>, stop: &AtomicBool) -> io::Result<String> {
    let mut reader = disk.sequential(stop);
    let mut buffer = vec![0; usize::try_from(disk.len().clamp(1, CHUNK)).unwrap_or(1)];
    let mut hash = Sha256::new();
    loop {
        match reader.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            read => hash.update(buffer.get(..read).unwrap_or_default()),
        }
    }
}
