//! Archives as one export: zip, several parts, .tgz, a folder or single files become one sorted
//! tree of entries, and every entry becomes bytes.
//!
//! The room stands between hostile files and the rest of the program. It bounds sizes, numbers and
//! ratios, refuses what can be read in two ways, checks every checksum, and follows no link and no
//! path: entries are read into memory and nothing is ever unpacked. What is wrong with one entry
//! is an [`EntryError`], what is wrong with an INPUT or a failing disk an [`InputError`], and the
//! one is never taken for the other.
//!
//! | limit                                  | default   | option              | beyond it             |
//! |----------------------------------------|-----------|---------------------|-----------------------|
//! | entries of one archive                 | 200,000   | `--max-entries`     | INPUT is refused (65) |
//! | bytes of one needed entry              | 64 MiB    | `--max-entry-bytes` | entry is left out (3) |
//! | bytes of all needed entries            | 64 GiB    | `--max-total-bytes` | INPUT is refused (65) |
//! | bytes per packed byte, from 1 MiB on   | 200       | `--max-ratio`       | entry is left out (3) |
//! | packed bytes beyond size + 1/8         | 64 KiB    |                     | entry is left out (3) |
//! | all names of a central directory       | 64 MiB    |                     | INPUT is refused (65) |
//! | bytes after the end record of a zip    | 1 MiB     |                     | INPUT is refused (65) |
//! | zips within zips                       | none      |                     | not opened            |
//! | depth of a JSON text; of a TCX         | 128; 64   |                     | entry is left out (3) |
//! | length of a line or record             | its entry | `--max-entry-bytes` | entry is left out (3) |
//!
//! It does not know Fitbit: a closure tells which entries matter.

mod by_name;
mod disk;
mod error;
mod folder;
mod hash;
mod input;
mod merge;
mod parts;
mod tar;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod work;
mod zip;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

pub(crate) use by_name::ZipFile;
use error::damaged;
pub(crate) use error::{EntryError, InputError};
pub(crate) use folder::read as read_file;
pub(crate) use zip::EntryBuffers;

use crate::model::EntryId;
use crate::platform;
use disk::Disk;
use parts::AbsentPart;

/// An entry as bytes. The outer error is that of the operating system, the inner one what is wrong
/// with the entry.
pub(crate) type EntryRead<'b> = io::Result<Result<&'b [u8], EntryError>>;

/// How much of an export is believed. The defaults leave every real export room to spare; the
/// table in the documentation of this room has the options that raise them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Entries of one archive, needed or not.
    pub entries: u64,
    /// Bytes of one needed entry.
    pub entry_bytes: u64,
    /// Bytes of all needed entries together.
    pub total_bytes: u64,
    /// Bytes per compressed byte, for entries over 1 MiB; real text has 10 to 30.
    pub ratio: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            entries: 200_000,
            entry_bytes: 64 << 20,
            total_bytes: 64 << 30,
            ratio: 200,
        }
    }
}

impl Limits {
    fn too_large(&self, bytes: u64) -> Option<EntryError> {
        let limit = self.entry_bytes;
        (bytes > limit).then_some(EntryError::TooLarge { bytes, limit })
    }
}

/// What is known of an entry without reading it.
#[derive(Debug)]
pub struct EntryInfo {
    /// Its number, which is its place in [`Export::entries`].
    pub id: EntryId,
    pub(crate) archive: u32,
    /// Its path with `/` between the parts. Foreign text: to be cleaned before it is printed.
    pub path: String,
    /// Its size as claimed, in bytes.
    pub(crate) bytes: u64,
    /// Whether the closure given to [`Export::open`] asked for it.
    pub needed: bool,
    /// Why it cannot be read, if that is known; reading it gives this.
    pub(crate) error: Option<EntryError>,
    /// In what its two headers contradict each other, if they do: the archive is damaged, though
    /// the data may be sound, and the entry is read as any other.
    pub doubt: Option<String>,
    /// CRC-32, where the archive tells it.
    crc: Option<u32>,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Zip(zip::Central),
    /// Number of the member in its tar.
    Tar(u64),
    File(PathBuf),
}

impl EntryInfo {
    /// An entry without a fault, and without its numbers, which come with the whole tree.
    fn new(path: String, bytes: u64, place: Place, opener: Opener<'_>) -> Self {
        Self {
            id: EntryId::default(),
            archive: 0,
            needed: (opener.needed)(&path),
            path,
            bytes,
            error: None,
            doubt: None,
            crc: None,
            place,
        }
    }
}

/// What all archives of an export are opened with.
#[derive(Clone, Copy)]
struct Opener<'a> {
    limits: &'a Limits,
    needed: &'a dyn Fn(&str) -> bool,
    stop: &'a AtomicBool,
}

/// An archive that lies in a folder beside or among the files of an export, and is not part of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotTaken {
    /// Its path below the folder. Foreign text: to be cleaned before it is printed.
    pub(crate) path: String,
    pub(crate) why: String,
    /// Whether it could not be read, so that a part of the export may be missing.
    pub(crate) is_unreadable: bool,
}

/// An opened export: everything that all INPUTs hold, as one tree.
#[derive(Debug)]
pub struct Export {
    /// By the number of the archive.
    pub(crate) sources: Vec<Source>,
    /// The archives that were found in folders and are no part of the export, by path.
    pub(crate) not_taken: Vec<NotTaken>,
    entries: Vec<EntryInfo>,
    limits: Limits,
    hashes_along: AtomicBool,
}

/// One archive, folder or single file.
#[derive(Debug)]
pub(crate) struct Source {
    /// As it was given, without the folder.
    pub(crate) name: String,
    path: PathBuf,
    bytes: u64,
    store: Store,
    /// Whether it was not given itself, but lies in a folder that was.
    pub(crate) is_in_folder: bool,
    sha256: OnceLock<String>,
}

#[derive(Debug)]
enum Store {
    Zip(Arc<Disk>),
    Tar(tar::Tar),
    Folder,
    Single,
}

impl Export {
    /// Opens all INPUTs as one export and catalogues it; `needed` tells by its path which entry
    /// will be read. INPUTs are put in the order of their names, and one given twice counts once.
    ///
    /// # Errors
    /// The first INPUT that cannot be used, or that `stop` was set.
    pub fn open(
        inputs: &[PathBuf],
        limits: Limits,
        needed: &dyn Fn(&str) -> bool,
        stop: &AtomicBool,
    ) -> Result<Self, InputError> {
        let mut export = Self {
            sources: Vec::new(),
            not_taken: Vec::new(),
            entries: Vec::new(),
            limits,
            hashes_along: AtomicBool::new(false),
        };
        let opener = Opener {
            limits: &limits,
            needed,
            stop,
        };
        for path in input::in_order(inputs) {
            if stop.load(Ordering::Relaxed) {
                return Err(InputError::Stopped);
            }
            opener.open(path, &mut export)?;
        }
        merge::number(&mut export.entries);
        merge::mark_duplicates(&mut export)?;
        merge::refuse_too_much(&export)?;
        if export.entries.is_empty() {
            let what = "it is empty: it holds no files, expected an export";
            let error = InputError::unusable(what, "download the export again");
            return Err(error.of(&export.place(0)));
        }
        Ok(export)
    }

    fn add(&mut self, source: Source, mut entries: Vec<EntryInfo>) {
        let number = u32::try_from(self.sources.len()).unwrap_or(u32::MAX);
        entries.iter_mut().for_each(|e| e.archive = number);
        self.sources.push(source);
        self.entries.append(&mut entries);
    }

    /// Returns all entries but directories, sorted by path and then by archive. An entry's number
    /// is its place here; the order is the same for a zip, its folder and any order of parts.
    #[must_use]
    pub fn entries(&self) -> &[EntryInfo] {
        &self.entries
    }

    /// The name of an archive as it was given, without the folder.
    pub(crate) fn archive_name(&self, archive: u32) -> &str {
        source(&self.sources, archive).map_or("", |source| source.name.as_str())
    }

    /// The path of an archive, from the root on, for messages.
    pub(crate) fn place(&self, archive: u32) -> String {
        let source = source(&self.sources, archive);
        source.map_or_else(String::new, Source::place)
    }

    /// The paths of all archives, from the root on, for messages.
    pub(crate) fn places(&self) -> String {
        let places: Vec<String> = self.sources.iter().map(Source::place).collect();
        places.join(", ")
    }

    pub(crate) fn archive_names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    pub(crate) fn absent_parts(&self) -> Vec<AbsentPart> {
        let taken = self.sources.iter();
        let taken = taken.map(|s| (s.name.as_str(), s.path.parent()));
        let others = self.not_taken.iter().map(|n| (n.path.as_str(), None));
        parts::absent(taken.chain(others))
    }

    /// Reads an entry that can be reached directly.
    fn read<'b>(&self, entry: &EntryInfo, buffers: &'b mut EntryBuffers) -> EntryRead<'b> {
        let store = source(&self.sources, entry.archive).map(|source| &source.store);
        match (&entry.error, &entry.place, store) {
            (Some(error), ..) => Ok(Err(error.clone())),
            (_, Place::Zip(record), Some(Store::Zip(disk))) => buffers.read(disk, record),
            (_, Place::File(path), _) => folder::read(path, entry.bytes, buffers),
            _ => damaged("it cannot be reached alone", "a zip"),
        }
    }
}

impl Source {
    fn new(name: &str, path: &Path, bytes: u64, store: Store) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            bytes,
            store,
            is_in_folder: false,
            sha256: OnceLock::new(),
        }
    }

    fn place(&self) -> String {
        platform::full(&self.path)
    }
}

fn source(sources: &[Source], archive: u32) -> Option<&Source> {
    sources.get(usize::try_from(archive).ok()?)
}
