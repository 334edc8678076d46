//! Rescue of a damaged state file: keep a copy, read what can be read, put a sound file in its place.
//!
//! Asked for by `maintain --repair` only. From the copy to the replacement no other process gets at
//! the file; whoever waited for it meanwhile sees that it was replaced and opens the new one. What
//! the rows mean is told by `sqlite/salvage`.

use std::fs::{self, File};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::error::{Fault, StateError};
use super::options::Options;
use super::sealed::Sealed;
use super::sqlite::{Rescued, Salvage, SqliteStore};
use super::status::Status;
use super::{file, schema};
use crate::model::counted;
use crate::model::time::Instant;

/// Files that belong to the state file while it is in use.
const SIDES: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Copies that are kept at most; more means that something else is wrong.
const MOST_COPIES: u32 = 1000;

/// Bytes of a page (see [`file::header_parts`]).
const PAGE: u64 = 4096;

/// What the rescue did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// The file was sound, or there is none; nothing was changed.
    NotNeeded,
    /// The file was replaced.
    Rebuilt {
        /// The copy of the damaged file.
        copy: PathBuf,
        /// What was read from it.
        rescued: Rescued,
    },
}

impl Repair {
    /// Says what was done, in words.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::NotNeeded => "state file: sound or not there yet, nothing to repair\n".to_owned(),
            Self::Rebuilt { copy, rescued } => {
                let Rescued {
                    keys,
                    entries,
                    tickets,
                    lost,
                } = rescued;
                let losses: String = lost
                    .iter()
                    .map(|loss| format!("warning: {loss}\n"))
                    .collect();
                format!(
                    "state file: rebuilt with {}, {}, {}\nthe damaged file was kept as {}\n{losses}",
                    counted(*keys, "key", "keys"),
                    counted(*entries, "ledger entry", "ledger entries"),
                    counted(*tickets, "upload or conversion", "uploads and conversions"),
                    copy.display()
                )
            }
        }
    }
}

/// Mends the state file of `store` if it is damaged.
///
/// # Errors
/// What cannot be mended this way (locked, read-only, newer, not a file, disk full), or the rescue
/// itself failed; the file is then as it was.
pub fn repair(store: &SqliteStore, now: Instant) -> Result<Repair, StateError> {
    let path = store.path().to_owned();
    let tell = |fault: Fault| fault.of(&path);
    loop {
        match Status::of(store, true, now) {
            status if status.is_healthy() => return Ok(Repair::NotNeeded),
            Status {
                fault: Some(fault), ..
            } if !fault.is_repairable() => return Err(fault),
            _ => store.close(),
        }
        let lock = match File::options().read(true).write(true).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return orphans(store, now).map_err(tell);
            }
            Err(error) => return Err(tell(Fault::from_io("opening it", &error))),
        };
        lock_whole(&lock, store.options()).map_err(tell)?;
        // Another repair may have been faster; then there is a new file to be looked at.
        if is_at(&lock, &path) {
            let sealed = store.copies().read().map_err(tell)?;
            return rebuild(lock, &path, sealed.as_ref(), now).map_err(tell);
        }
    }
}

fn is_at(open: &File, path: &Path) -> bool {
    let identity = |found: std::io::Result<fs::Metadata>| found.ok().map(|f| file::identity(&f));
    identity(open.metadata()) == identity(fs::symlink_metadata(path))
}

/// Waits for a lock over all bytes of the file, which those that SQLite locks are among. Closing any
/// other handle of the file would end it.
fn lock_whole(file: &File, options: &Options) -> Result<(), Fault> {
    let mut patience = options.patience(Arc::default());
    for tries in 0.. {
        match try_lock(file) {
            Ok(true) => return Ok(()),
            Ok(false) if patience(tries) => {}
            Ok(false) => break,
            Err(error) => return Err(Fault::from_io("locking it", &error)),
        }
    }
    Err(options.gave_up())
}

#[cfg(unix)]
fn try_lock(file: &File) -> std::io::Result<bool> {
    use rustix::fs::{FlockOperation, fcntl_lock};
    use rustix::io::Errno;
    match fcntl_lock(file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(true),
        Err(Errno::AGAIN | Errno::ACCESS | Errno::INTR) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(unix))]
fn try_lock(file: &File) -> std::io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(fs::TryLockError::WouldBlock) => Ok(false),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Moves the journal of a lost file out of the way and makes a file of what is known of it.
fn orphans(store: &SqliteStore, now: Instant) -> Result<Repair, Fault> {
    let path = store.path();
    let copy = free_name(path)?;
    copy_sides(path, &copy)?;
    let known = Salvage::of_copy(store.copies().read()?.as_ref());
    remove_sides(path)?;
    let mut rescued = Rescued::default();
    file::create(path, store.options().on_network, |connection| {
        schema::create(connection)?;
        rescued = known.write(connection, now)?;
        Ok(())
    })?;
    Ok(Repair::Rebuilt { copy, rescued })
}

fn rebuild(
    lock: File,
    path: &Path,
    sealed: Option<&Sealed>,
    now: Instant,
) -> Result<Repair, Fault> {
    let copy = free_name(path)?;
    copy_open(&lock, &copy)?;
    copy_sides(path, &copy)?;
    let rebuilt = unfinished(path);
    let mut rescued = Rescued::default();
    let written = file::write_whole(&rebuilt, |connection| {
        schema::create(connection)?;
        rescued = salvage(&copy, sealed)?.write(connection, now)?;
        Ok(())
    });
    let result = written.and_then(|()| replace(lock, &rebuilt, path));
    let _gone_if_it_went_well = fs::remove_file(&rebuilt);
    result.map(|()| Repair::Rebuilt { copy, rescued })
}

fn unfinished(path: &Path) -> PathBuf {
    file::unfinished_name(path, path.parent().unwrap_or(Path::new("")))
}

/// Returns a name for a copy that is free.
fn free_name(path: &Path) -> Result<PathBuf, Fault> {
    let names = (1..MOST_COPIES).map(|n| file::beside(path, &format!(".damaged-{n}")));
    let is_free = |name: &PathBuf| {
        let sides = SIDES.iter().map(|side| file::beside(name, side));
        sides
            .chain([name.clone()])
            .all(|name| fs::symlink_metadata(name).is_err())
    };
    let full = || Fault::Io(format!("{MOST_COPIES} copies of it lie there already"));
    names.into_iter().find(is_free).ok_or_else(full)
}

/// Copies an open file to a private one that must not be there.
fn copy_open(mut source: &File, to: &Path) -> Result<(), Fault> {
    let mut target = file::private_file(to)?;
    let copied = source
        .seek(SeekFrom::Start(0))
        .and_then(|_| std::io::copy(&mut source, &mut target))
        .and_then(|_| target.sync_all());
    copied.map_err(|e| Fault::from_io("copying it", &e))
}

/// Copies a file, if it is there.
fn copy_file(from: &Path, to: &Path) -> Result<(), Fault> {
    // Opening a pipe would keep us waiting.
    if file::regular_file(from)?.is_none() {
        return Ok(());
    }
    let source = File::open(from).map_err(|e| Fault::from_io("opening it", &e))?;
    copy_open(&source, to)
}

fn copy_sides(from: &Path, to: &Path) -> Result<(), Fault> {
    SIDES
        .iter()
        .try_for_each(|side| copy_file(&file::beside(from, side), &file::beside(to, side)))
}

fn remove_sides(path: &Path) -> Result<(), Fault> {
    for side in SIDES {
        match fs::remove_file(file::beside(path, side)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Fault::from_io("removing its journal", &error));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Reads the rows of a file that are sound, from copies of it whose first page is mended: once as it
/// is, for it knows best where its tables lie, and where that leaves something to be found once with
/// the first page of a new file, for there they mostly lie in the same places.
pub(super) fn salvage(path: &Path, sealed: Option<&Sealed>) -> Result<Salvage, Fault> {
    let pages = fs::metadata(path).map_or(0, |found| found.len() / PAGE);
    let parts = file::header_parts(u32::try_from(pages).unwrap_or(u32::MAX));
    let own = read_mended(path, &parts, sealed)?;
    if own.is_whole() || pages == 0 {
        return Ok(own);
    }
    let new = unfinished(path);
    let made = file::write_whole(&new, schema::create).and_then(|()| first_page(&new));
    let _never_made = fs::remove_file(&new);
    let parts: Vec<_> = [(0, made?)].into_iter().chain(parts).collect();
    let other = read_mended(path, &parts, sealed)?;
    Ok(if other.rows() > own.rows() {
        other
    } else {
        own
    })
}

fn first_page(path: &Path) -> Result<Vec<u8>, Fault> {
    let mut page = Vec::new();
    let read = File::open(path).and_then(|file| file.take(PAGE).read_to_end(&mut page));
    read.map_err(|e| Fault::from_io("reading a new one", &e))?;
    Ok(page)
}

/// Reads a copy of a file with other bytes in some places.
fn read_mended(
    path: &Path,
    parts: &[(u64, Vec<u8>)],
    sealed: Option<&Sealed>,
) -> Result<Salvage, Fault> {
    let copy = unfinished(path);
    let copied = copy_file(path, &copy).and_then(|()| copy_sides(path, &copy));
    let mended = copied.and_then(|()| mend(&copy, parts));
    let read = mended.map(|()| match file::open(&copy) {
        Ok(connection) => Salvage::read(&connection, sealed),
        Err(_) => Salvage::of_copy(sealed),
    });
    let _never_made = fs::remove_file(&copy);
    remove_sides(&copy)?;
    read
}

/// Writes bytes where the file is long enough to have them.
fn mend(copy: &Path, parts: &[(u64, Vec<u8>)]) -> Result<(), Fault> {
    let in_wal = fs::metadata(file::beside(copy, "-wal")).is_ok_and(|wal| wal.len() > 0);
    let write = |mut file: File| {
        if file.metadata()?.len() < PAGE {
            return Ok(());
        }
        for (at, bytes) in parts {
            // The two bytes that say "write-ahead log" stay if there is one to be read.
            if !(in_wal && *at == 16) {
                file.seek(SeekFrom::Start(*at))?;
                file.write_all(bytes)?;
            }
        }
        Ok(())
    };
    match File::options().write(true).open(copy) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        opened => opened
            .and_then(write)
            .map_err(|e| Fault::from_io("mending a copy of it", &e)),
    }
}

/// Puts the new file in place of the old. Its journals go first: they must not meet the new file.
/// The old one stays locked meanwhile, except where Windows replaces no open file (FAT, SMB).
fn replace(lock: File, rebuilt: &Path, path: &Path) -> Result<(), Fault> {
    remove_sides(path)?;
    let replaced = fs::rename(rebuilt, path).or_else(|error| {
        if cfg!(windows) && error.kind() == ErrorKind::PermissionDenied {
            drop(lock);
            return fs::rename(rebuilt, path);
        }
        Err(error)
    });
    replaced.map_err(|e| Fault::from_io("replacing it", &e))?;
    file::sync_folder(
        path.parent()
            .filter(|folder| !folder.as_os_str().is_empty())
            .unwrap_or(Path::new(".")),
    )
}

/// Removes what interrupted runs left beside the state file. Returns how many files.
///
/// # Errors
/// A file could not be removed.
pub fn tidy(store: &SqliteStore) -> Result<u64, StateError> {
    let copies = store.copies();
    let paths = copies.places().into_iter().chain([store.path()]);
    let removed: Result<Vec<u64>, Fault> = paths.map(file::remove_unfinished).collect();
    let removed = removed.map_err(|fault| fault.of(store.path()))?;
    Ok(removed.iter().sum())
}

#[cfg(test)]
mod tests;
