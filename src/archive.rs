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
mod entry_error;
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

pub use by_name::ZipFile;
pub use entry_error::EntryError;
pub use error::InputError;
pub(crate) use folder::read as read_file;
pub use parts::{AbsentPart, absent_parts};
pub use zip::EntryBuffers;

use crate::model::EntryId;
use crate::platform;
use disk::Disk;
use input::{Opened, Opener};

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

/// What is known of an entry without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryInfo {
    /// Its number, which is its place in [`Export::entries`].
    pub id: EntryId,
    /// The number of its archive, for [`Export::archive_name`].
    pub archive: u32,
    /// Its path with `/` between the parts. Foreign text: to be cleaned before it is printed.
    pub path: String,
    /// Its size as claimed, in bytes.
    pub bytes: u64,
    /// Whether the closure given to [`Export::open`] asked for it.
    pub needed: bool,
    /// Why it cannot be read, if that is known; reading it gives this.
    pub error: Option<EntryError>,
    /// In what its two headers contradict each other, if they do: the archive is damaged, though
    /// the data may be sound, and the entry is read as any other.
    pub doubt: Option<String>,
}

/// One archive, folder or single file that was given.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct InputInfo {
    /// Its file name, without the folder.
    pub name: String,
    /// Its size in bytes; of a folder, the sum of its files.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal; of a folder, of the sorted list of its paths and sizes: for
    /// each file its path, a zero byte, its size in decimal and a newline.
    pub sha256: String,
}

/// An archive that lies in a folder beside or among the files of an export, and is not part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotTaken {
    /// Its path below the folder. Foreign text: to be cleaned before it is printed.
    pub path: String,
    /// Why it is not.
    pub why: String,
    /// Whether it could not be read, so that a part of the export may be missing.
    pub is_unreadable: bool,
}

/// An opened export: everything that all INPUTs hold, as one tree.
#[derive(Debug)]
pub struct Export {
    sources: Vec<Source>,
    not_taken: Vec<NotTaken>,
    entries: Vec<EntryInfo>,
    places: Vec<Place>,
    limits: Limits,
    inputs: OnceLock<Vec<InputInfo>>,
    hashes_along: AtomicBool,
}

/// One archive, folder or single file.
#[derive(Debug)]
struct Source {
    name: String,
    path: PathBuf,
    bytes: u64,
    store: Store,
    /// Whether it was not given itself, but lies in a folder that was.
    is_in_folder: bool,
    sha256: OnceLock<String>,
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

/// How the entries of a source are reached.
#[derive(Debug)]
enum Store {
    Zip(Arc<Disk>),
    Tar(tar::Tar),
    Folder,
    Single,
}

/// Where the bytes of an entry are.
#[derive(Debug)]
enum Place {
    Zip(zip::ZipPlace),
    /// Number of the member in its tar.
    Tar(u64),
    File(PathBuf),
}

/// An entry as an archive catalogues it.
#[derive(Debug)]
struct Found {
    path: String,
    bytes: u64,
    /// CRC-32, where the archive tells it.
    crc: Option<u32>,
    needed: bool,
    error: Option<EntryError>,
    doubt: Option<String>,
    place: Place,
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
        let opener = Opener {
            limits: &limits,
            needed,
            stop,
        };
        let mut opened = Opened::default();
        for path in input::in_order(inputs) {
            if stop.load(Ordering::Relaxed) {
                return Err(InputError::Stopped);
            }
            opener.open(path, &mut opened)?;
        }
        Self::merge(opened, limits)
    }

    fn merge(opened: Opened, limits: Limits) -> Result<Self, InputError> {
        let (sources, mut found) = (opened.sources, opened.found);
        merge::sort(&mut found);
        let source = |archive| source(&sources, archive);
        let place = |archive| source(archive).map_or_else(String::new, Source::place);
        let name = |archive| source(archive).map_or_else(String::new, |s| s.name.clone());
        merge::mark_duplicates(&mut found, name, |(archive, entry)| {
            folder::checksum(entry).map_err(|e| InputError::from(e).of(&place(*archive)))
        })?;
        merge::refuse_too_much(&found, &limits, place)?;
        if found.is_empty() {
            let what = "it is empty: it holds no files, expected an export";
            return Err(InputError::unusable(what, "download the export again").of(&place(0)));
        }
        let (entries, places) = merge::number(found);
        Ok(Self {
            sources,
            not_taken: opened.not_taken,
            entries,
            places,
            limits,
            inputs: OnceLock::new(),
            hashes_along: AtomicBool::new(false),
        })
    }

    /// Returns all entries but directories, sorted by path and then by archive. An entry's number
    /// is its place here; the order is the same for a zip, its folder and any order of parts.
    #[must_use]
    pub fn entries(&self) -> &[EntryInfo] {
        &self.entries
    }

    /// Returns the name of an archive as it was given, without the folder.
    #[must_use]
    pub fn archive_name(&self, archive: u32) -> &str {
        source(&self.sources, archive).map_or("", |source| source.name.as_str())
    }

    /// Returns the path of an archive, from the root on, for messages.
    #[must_use]
    pub fn place(&self, archive: u32) -> String {
        source(&self.sources, archive).map_or_else(String::new, Source::place)
    }

    /// Returns the paths of all archives, from the root on, for messages.
    #[must_use]
    pub fn places(&self) -> String {
        let places: Vec<String> = self.sources.iter().map(Source::place).collect();
        places.join(", ")
    }

    /// Returns the names of all archives, in the order of their numbers.
    pub fn archive_names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    /// Returns the parts of the export that were not given, see [`absent_parts`].
    #[must_use]
    pub fn absent_parts(&self) -> Vec<AbsentPart> {
        let taken = self.sources.iter();
        let taken = taken.map(|s| (s.name.as_str(), s.path.parent()));
        let others = self.not_taken.iter().map(|n| (n.path.as_str(), None));
        absent_parts(taken.chain(others))
    }

    /// Returns the names of the archives that were found in folders and belong to the export.
    pub fn archives_in_folders(&self) -> impl Iterator<Item = &str> {
        let found = self.sources.iter().filter(|s| s.is_in_folder);
        found.map(|s| s.name.as_str())
    }

    /// Returns the archives that were found in folders and are no part of the export, by path.
    #[must_use]
    pub fn not_taken(&self) -> &[NotTaken] {
        &self.not_taken
    }

    /// Asks for the fingerprints of all archives to be made while entries are read, on the same
    /// threads: afterwards one thread would make them while the others wait.
    pub fn hash_while_reading(&self) {
        self.hashes_along.store(true, Ordering::Relaxed);
    }

    /// Returns all archives with their fingerprints. The first call reads every archive from its
    /// start to its end, unless that was done before.
    ///
    /// # Errors
    /// A failing disk, or that `stop` was set.
    pub fn inputs(&self, stop: &AtomicBool) -> Result<&[InputInfo], InputError> {
        if let Some(inputs) = self.inputs.get() {
            return Ok(inputs);
        }
        let mut inputs = Vec::with_capacity(self.sources.len());
        for (source, number) in self.sources.iter().zip(0u32..) {
            inputs.push(InputInfo {
                name: source.name.clone(),
                bytes: source.bytes,
                sha256: self.fingerprint(source, number, stop)?,
            });
        }
        Ok(self.inputs.get_or_init(|| inputs))
    }

    /// Returns the fingerprint of an archive, made once.
    fn fingerprint(
        &self,
        source: &Source,
        number: u32,
        stop: &AtomicBool,
    ) -> Result<String, InputError> {
        if let Some(sha256) = source.sha256.get() {
            return Ok(sha256.clone());
        }
        let made = match &source.store {
            Store::Zip(disk) | Store::Tar(tar::Tar { disk, .. }) => hash::of_disk(disk, stop),
            Store::Single => hash::of_file(&source.path, stop),
            Store::Folder => {
                let own = self.entries.iter().filter(|entry| entry.archive == number);
                Ok(hash::of_list(own))
            }
        };
        match made {
            Ok(sha256) => Ok(source.sha256.get_or_init(|| sha256).clone()),
            Err(_) if stop.load(Ordering::Relaxed) => Err(InputError::Stopped),
            Err(error) => Err(InputError::from(error).of(&source.place())),
        }
    }

    /// Reads every wanted entry and hands it to `f`, each once, on `jobs` threads or as many as
    /// there can be. Each thread has a state of its own, made by `start`; all states are returned.
    /// The order of entries, and which thread gets which, is not determined.
    ///
    /// Entries that cannot be used are handed over as the [`EntryError`] that they are.
    ///
    /// # Errors
    /// A failing disk, or that `stop` was set; then some entries were not handed over.
    pub fn for_each<W: Send>(
        &self,
        wanted: &[EntryId],
        jobs: usize,
        stop: &AtomicBool,
        start: impl Fn() -> W + Sync,
        f: impl Fn(&mut W, EntryId, Result<&[u8], EntryError>) + Sync,
    ) -> Result<Vec<W>, InputError> {
        work::run(self, wanted, jobs, stop, &start, &f)
    }

    /// Reads one entry that can be reached directly.
    fn read<'b>(
        &self,
        id: EntryId,
        buffers: &'b mut EntryBuffers,
    ) -> io::Result<Result<&'b [u8], EntryError>> {
        let (Some(entry), Some(place)) = (at(&self.entries, id), at(&self.places, id)) else {
            return Ok(Err(EntryError::damaged("there is no such entry", "one")));
        };
        if let Some(error) = &entry.error {
            return Ok(Err(error.clone()));
        }
        let source = source(&self.sources, entry.archive).map(|source| &source.store);
        match (place, source) {
            (Place::Zip(place), Some(Store::Zip(disk))) => buffers.read(disk, place),
            (Place::File(path), _) => folder::read(path, entry.bytes, buffers),
            _ => Ok(Err(EntryError::damaged(
                "it cannot be reached alone",
                "a zip",
            ))),
        }
    }
}

fn source(sources: &[Source], archive: u32) -> Option<&Source> {
    sources.get(usize::try_from(archive).ok()?)
}

fn at<T>(items: &[T], id: EntryId) -> Option<&T> {
    items.get(usize::try_from(id.0).ok()?)
}
