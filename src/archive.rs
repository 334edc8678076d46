//! Archives as one export: zip, several parts, .tgz, a folder or single files become one sorted
//! tree of entries, and every entry becomes bytes.
//!
//! The room stands between hostile files and the rest of the program. It bounds sizes, numbers and
//! ratios, refuses what can be read in two ways, checks every checksum, and follows no link and no
//! path: entries are read into memory and nothing is ever unpacked. What is wrong with one entry
//! is a [`Damage`] of that entry, what is wrong with an INPUT an [`OpenError`], and a failing disk
//! a [`ReadError`] that must not be taken for either.
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
//! It does not know Fitbit: which entries matter is told by a closure, and what is in them is none
//! of its business.

mod disk;
mod error;
mod folder;
mod hash;
mod input;
mod merge;
mod parts;
mod problem;
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

pub use error::{Damage, OpenError, OpenErrorKind, ReadError};
pub use parts::missing_parts;
pub use problem::Problem;

use crate::model::EntryId;
use disk::Disk;
use error::{Failure, Halt};
use input::{Opened, Opener};
use merge::Numbered;

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
    /// Why it cannot be read, if that is known. Reading it gives this as a [`Damage`].
    pub problem: Option<Problem>,
    /// In what its two headers contradict each other, if they do: the archive is damaged, though
    /// the data may be sound, and the entry is read as any other.
    pub doubt: Option<String>,
}

/// One archive, folder or single file that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputInfo {
    /// Its file name, without the folder.
    pub name: String,
    /// Its size in bytes; of a folder, the sum of its files.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal; of a folder, of the sorted list of its paths and sizes: for
    /// each file its path, a zero byte, its size in decimal and a newline.
    pub sha256: String,
}

/// An opened export: everything that all INPUTs hold, as one tree.
#[derive(Debug)]
pub struct Export {
    sources: Vec<Source>,
    entries: Vec<EntryInfo>,
    places: Vec<Place>,
    limits: Limits,
    inputs: OnceLock<Vec<InputInfo>>,
}

/// One archive, folder or single file.
#[derive(Debug)]
struct Source {
    name: String,
    path: PathBuf,
    bytes: u64,
    store: Store,
}

impl Source {
    fn new(name: &str, path: &Path, bytes: u64, store: Store) -> Self {
        Self {
            name: name.to_owned(),
            path: path.to_owned(),
            bytes,
            store,
        }
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
    problem: Option<Problem>,
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
    ) -> Result<Self, OpenError> {
        let opener = Opener {
            limits: &limits,
            needed,
            stop,
        };
        let (mut sources, mut found) = (Vec::new(), Vec::new());
        for path in input::in_order(inputs) {
            if stop.load(Ordering::Relaxed) {
                return Err(OpenError::Stopped);
            }
            for (
                Opened {
                    source,
                    found: entries,
                },
                number,
            ) in opener
                .open(path)?
                .into_iter()
                .zip(u32::try_from(sources.len()).unwrap_or(u32::MAX)..)
            {
                sources.push(source);
                found.extend(entries.into_iter().map(|entry| (number, entry)));
            }
        }
        Self::merge(sources, found, limits)
    }

    fn merge(
        sources: Vec<Source>,
        mut found: Vec<Numbered>,
        limits: Limits,
    ) -> Result<Self, OpenError> {
        merge::sort(&mut found);
        let name = |archive| {
            source(&sources, archive)
                .map(|s| s.name.clone())
                .unwrap_or_default()
        };
        merge::mark_duplicates(&mut found, name, |(archive, entry)| {
            checksum(entry).map_err(|error| Halt::Io(error).of(&name(*archive)))
        })?;
        refuse_too_much(&found, &limits, name)?;
        if found.is_empty() {
            let what = "it is empty: it holds no files, expected an export".into();
            return Err(Halt::Unusable(what, "download the export again").of(&name(0)));
        }
        let (entries, places) = merge::number(found);
        Ok(Self {
            sources,
            entries,
            places,
            limits,
            inputs: OnceLock::new(),
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

    /// Returns the names of all archives, in the order of their numbers.
    pub fn archive_names(&self) -> impl Iterator<Item = &str> {
        self.sources.iter().map(|source| source.name.as_str())
    }

    /// Returns all archives with their fingerprints. The first call reads every archive from its
    /// start to its end.
    ///
    /// # Errors
    /// A failing disk, or that `stop` was set.
    pub fn inputs(&self, stop: &AtomicBool) -> Result<&[InputInfo], ReadError> {
        if let Some(inputs) = self.inputs.get() {
            return Ok(inputs);
        }
        let mut inputs = Vec::with_capacity(self.sources.len());
        for (source, number) in self.sources.iter().zip(0u32..) {
            let sha256 = self.fingerprint(source, number, stop).map_err(|error| {
                if stop.load(Ordering::Relaxed) {
                    return ReadError::Stopped;
                }
                ReadError::Io {
                    input: source.name.clone(),
                    source: error,
                }
            })?;
            inputs.push(InputInfo {
                name: source.name.clone(),
                bytes: source.bytes,
                sha256,
            });
        }
        Ok(self.inputs.get_or_init(|| inputs))
    }

    fn fingerprint(&self, source: &Source, number: u32, stop: &AtomicBool) -> io::Result<String> {
        match &source.store {
            Store::Zip(disk) | Store::Tar(tar::Tar { disk, .. }) => hash::of_disk(disk, stop),
            Store::Single => hash::of_file(&source.path, stop),
            Store::Folder => {
                let own = self.entries.iter().filter(|entry| entry.archive == number);
                Ok(hash::of_list(own))
            }
        }
    }

    /// Reads every wanted entry and hands it to `f`, each once, on `jobs` threads or as many as
    /// there can be. Each thread has a state of its own, made by `start`; all states are returned.
    /// The order of entries, and which thread gets which, is not determined.
    ///
    /// Entries that cannot be used are handed over as the [`Damage`] that they are.
    ///
    /// # Errors
    /// A failing disk, or that `stop` was set; then some entries were not handed over.
    pub fn for_each<W: Send>(
        &self,
        wanted: &[EntryId],
        jobs: usize,
        stop: &AtomicBool,
        start: impl Fn() -> W + Sync,
        f: impl Fn(&mut W, EntryId, Result<&[u8], Damage>) + Sync,
    ) -> Result<Vec<W>, ReadError> {
        work::Plan::new(self, wanted, stop).run(jobs, &start, &f)
    }

    /// Reads one entry that can be reached directly.
    fn read<'b>(&self, id: EntryId, bench: &'b mut zip::Bench) -> Result<&'b [u8], Failure> {
        let (Some(entry), Some(place)) = (at(&self.entries, id), at(&self.places, id)) else {
            return Err(Damage::new("there is no such entry", "an entry of this export").into());
        };
        if let Some(problem) = &entry.problem {
            return Err(Damage::from(problem).into());
        }
        match (
            place,
            source(&self.sources, entry.archive).map(|source| &source.store),
        ) {
            (Place::Zip(place), Some(Store::Zip(disk))) => bench.read(disk, place),
            (Place::File(path), _) => {
                let text = bench.text();
                folder::read(path, entry.bytes, text)?;
                Ok(text)
            }
            _ => Err(Damage::new("it cannot be reached by itself", "a zip or a file").into()),
        }
    }
}

fn source(sources: &[Source], archive: u32) -> Option<&Source> {
    sources.get(usize::try_from(archive).ok()?)
}

fn at<T>(items: &[T], id: EntryId) -> Option<&T> {
    items.get(usize::try_from(id.0).ok()?)
}

/// Returns the CRC-32 of an entry, reading it where the archive does not tell.
fn checksum(entry: &Found) -> io::Result<Option<u32>> {
    let (None, None, Place::File(path)) = (entry.crc, &entry.problem, &entry.place) else {
        return Ok(entry.crc);
    };
    let mut buffer = Vec::new();
    match folder::read(path, entry.bytes, &mut buffer) {
        Ok(()) => Ok(Some(crc32fast::hash(&buffer))),
        Err(Failure::Damage(_)) => Ok(None),
        Err(Failure::Io(error)) => Err(error),
    }
}

/// Refuses an export whose needed entries are too much together, by what they claim: what an
/// entry has beyond its claim is never read.
fn refuse_too_much(
    found: &[Numbered],
    limits: &Limits,
    archive_name: impl Fn(u32) -> String,
) -> Result<(), OpenError> {
    let mut total = 0u64;
    for (archive, entry) in found
        .iter()
        .filter(|(_, f)| f.needed && f.problem.is_none())
    {
        total = total.saturating_add(entry.bytes);
        if total > limits.total_bytes {
            let what = format!(
                "the entries to be read have more than {} bytes together, expected less",
                limits.total_bytes
            );
            let advice = "split the export, or raise the limit with --max-total-bytes";
            return Err(Halt::Unusable(what, advice).of(&archive_name(*archive)));
        }
    }
    Ok(())
}
