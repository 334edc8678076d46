//! A zip whose entries are read by name: an output of ours, or what claims to be one.
//!
//! The same guards as for an export: entries that share bytes, inflate beyond all measure or lie
//! about themselves are never inflated. It does not know what an output is.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::disk::Disk;
use super::zip::{self, EntryBuffers};
use super::{EntryError, EntryRead, Found, InputError, Limits, Place, input};

/// A zip and its entries.
#[derive(Debug)]
pub struct ZipFile {
    disk: Arc<Disk>,
    entries: BTreeMap<String, Found>,
    repeated: Vec<String>,
}

impl ZipFile {
    /// Opens a zip and lists it; directories are left out. `largest` is the size in bytes of the
    /// largest entry that is read.
    ///
    /// # Errors
    /// Of the operating system, or why it is no zip.
    pub fn open(path: &Path, largest: u64) -> Result<Self, InputError> {
        let limits = Limits {
            entries: 1_000_000,
            entry_bytes: largest,
            ..Limits::default()
        };
        let named = |error: InputError| error.of(&input::name_of(path));
        let disk = Disk::open(path).map_err(|error| named(error.into()))?;
        let disk = Arc::new(disk);
        let (mut entries, mut repeated) = (BTreeMap::new(), Vec::new());
        for found in zip::catalogue(&disk, &limits, &|_| true).map_err(named)? {
            let name = found.path.clone();
            if entries.insert(name.clone(), found).is_some() {
                repeated.push(name);
            }
        }
        Ok(Self {
            disk,
            entries,
            repeated,
        })
    }

    /// Returns the names of all entries and their sizes as claimed, in the order of the names.
    pub fn entries(&self) -> impl Iterator<Item = (&str, u64)> {
        self.entries
            .iter()
            .map(|(name, found)| (name.as_str(), found.bytes))
    }

    /// Returns the claimed size of an entry, in bytes.
    #[must_use]
    pub fn size(&self, name: &str) -> Option<u64> {
        Some(self.entries.get(name)?.bytes)
    }

    /// Returns the names that stand more than once.
    #[must_use]
    pub fn repeated(&self) -> &[String] {
        &self.repeated
    }

    /// Reads an entry; the inner error is what is wrong with it.
    ///
    /// # Errors
    /// Of the operating system.
    pub fn read<'b>(&self, name: &str, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
        match self.entries.get(name) {
            Some(Found {
                error: Some(error), ..
            }) => Ok(Err(error.clone())),
            Some(Found {
                place: Place::Zip(place),
                ..
            }) => buffers.read(&self.disk, place),
            _ => Ok(Err(EntryError::damaged("it is missing", "an entry"))),
        }
    }
}
