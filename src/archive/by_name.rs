//! A zip whose entries are read by name: an output of ours, or what claims to be one.
//!
//! The same guards as for an export: entries that share bytes, inflate beyond all measure or lie
//! about themselves are never inflated. It does not know what an output is.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::disk::Disk;
use super::error::damaged;
use super::zip::{self, EntryBuffers};
use super::{EntryInfo, EntryRead, InputError, Limits, Opener, Place, input};

#[derive(Debug)]
pub(crate) struct ZipFile {
    disk: Arc<Disk>,
    entries: BTreeMap<String, EntryInfo>,
    /// The names that stand more than once.
    pub(crate) repeated: Vec<String>,
}

impl ZipFile {
    /// Opens a zip and lists it; directories are left out. `largest` is the size in bytes of the
    /// largest entry that is read.
    pub(crate) fn open(path: &Path, largest: u64) -> Result<Self, InputError> {
        let limits = Limits {
            entries: 1_000_000,
            entry_bytes: largest,
            ..Limits::default()
        };
        let opener = Opener {
            limits: &limits,
            needed: &|_| true,
            stop: &AtomicBool::new(false),
        };
        let named = |error: InputError| error.of(&input::name_of(path));
        let disk = Arc::new(Disk::open(path).map_err(|error| named(error.into()))?);
        let (mut entries, mut repeated) = (BTreeMap::new(), Vec::new());
        for entry in zip::catalogue(&disk, opener).map_err(named)? {
            let name = entry.path.clone();
            if entries.insert(name.clone(), entry).is_some() {
                repeated.push(name);
            }
        }
        Ok(Self {
            disk,
            entries,
            repeated,
        })
    }

    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// The claimed size of an entry, in bytes.
    pub(crate) fn size(&self, name: &str) -> Option<u64> {
        Some(self.entries.get(name)?.bytes)
    }

    pub(crate) fn read<'b>(&self, name: &str, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
        match self.entries.get(name).map(|e| (&e.error, &e.place)) {
            Some((Some(error), _)) => Ok(Err(error.clone())),
            Some((None, Place::Zip(record))) => buffers.read(&self.disk, record),
            _ => damaged("it is missing", "an entry"),
        }
    }
}
