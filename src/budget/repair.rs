//! Rescue of a damaged state file: keep a copy, read what can be read, put a sound file in its place.
//!
//! Asked for by `maintain --repair` only. From the copy to the replacement no other process gets at
//! the file; whoever waited for it meanwhile sees that it was replaced and opens the new one. What
//! the rows mean is told by `sqlite/salvage`.

use std::fs::{self, File};
use std::io::{ErrorKind, Seek, Write};
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
/// Pages of a new file: each of its tables and indexes begins on one of them.
const NEW_PAGES: u64 = 13;

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
        let Self::Rebuilt { copy, rescued } = self else {
            return "state file: sound or not there yet, nothing to repair\n".to_owned();
        };
        let losses = rescued.lost.iter().map(|loss| format!("warning: {loss}\n"));
        format!(
            "state file: rebuilt with {}, {}, {}\nthe damaged file was kept as {}\n{}",
            counted(rescued.keys, "key", "keys"),
            counted(rescued.entries, "ledger entry", "ledger entries"),
            counted(
                rescued.tickets,
                "upload or conversion",
                "uploads and conversions"
            ),
            copy.display(),
            losses.collect::<String>()
        )
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
                return rebuild(store, None, now).map_err(tell);
            }
            Err(error) => return Err(tell(Fault::from_io("opening it", &error))),
        };
        lock_whole(&lock, store.options()).map_err(tell)?;
        // Another repair may have been faster; then there is a new file to be looked at.
        if is_at(&lock, &path) {
            return rebuild(store, Some(lock), now).map_err(tell);
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

/// Keeps a copy of the locked file, or of the journal of one that is lost, and puts a new file with what
/// is known in its place. The journals go first: they must not meet the new file.
fn rebuild(store: &SqliteStore, lock: Option<File>, now: Instant) -> Result<Repair, Fault> {
    let path = store.path();
    let sealed = store.copies().read()?;
    let copy = free_name(path)?;
    match &lock {
        Some(lock) => copy_open(lock, &copy)?,
        None => file::refuse_network(path, store.options().on_network)?,
    }
    copy_sides(path, &copy)?;
    let rebuilt = file::unfinished_name(path);
    let mut rescued = Rescued::default();
    let written = file::write_whole(&rebuilt, |connection| {
        schema::create(connection)?;
        rescued = salvage(&copy, sealed.as_ref())?.write(connection, now)?;
        Ok(())
    });
    let placed = written.and_then(|()| {
        remove_sides(path)?;
        match lock {
            Some(lock) => replace(lock, &rebuilt, path),
            None => file::link(&rebuilt, path),
        }
    });
    let _gone_if_it_went_well = fs::remove_file(&rebuilt);
    placed.and_then(|()| file::sync_folder(path))?;
    Ok(Repair::Rebuilt { copy, rescued })
}

/// Returns a name for a copy that is free.
fn free_name(path: &Path) -> Result<PathBuf, Fault> {
    let mut names = (1..MOST_COPIES).map(|n| file::beside(path, &format!(".damaged-{n}")));
    let is_free = |name: &PathBuf| {
        let mut files = [""].into_iter().chain(SIDES);
        files.all(|side| fs::symlink_metadata(file::beside(name, side)).is_err())
    };
    let full = || Fault::Io(format!("{MOST_COPIES} copies of it lie there already"));
    names.find(is_free).ok_or_else(full)
}

/// Copies an open file to a private one that must not be there.
fn copy_open(mut source: &File, to: &Path) -> Result<(), Fault> {
    let mut target = file::private_file(to)?;
    let copied = source
        .rewind()
        .and_then(|()| std::io::copy(&mut source, &mut target))
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
    let own = read_mended(path, path, sealed)?;
    if own.is_whole() {
        return Ok(own);
    }
    let new = file::unfinished_name(path);
    let made = file::write_whole(&new, schema::create);
    let other = made.and_then(|()| read_mended(path, &new, sealed));
    let _never_made = fs::remove_file(&new);
    let other = other?;
    Ok(if other.rows() > own.rows() {
        other
    } else {
        own
    })
}

/// Reads a copy of a file that has the first page of another, mended.
fn read_mended(path: &Path, first: &Path, sealed: Option<&Sealed>) -> Result<Salvage, Fault> {
    let copy = file::unfinished_name(path);
    let copied = copy_file(path, &copy).and_then(|()| copy_sides(path, &copy));
    let mended = copied
        .and_then(|()| mend(&copy, first).map_err(|e| Fault::from_io("mending a copy of it", &e)));
    let read = mended.map(|()| match file::open(&copy) {
        Ok(connection) => Salvage::read(&connection, sealed),
        Err(_) => Salvage::of_copy(sealed),
    });
    let _never_made = fs::remove_file(&copy);
    remove_sides(&copy)?;
    read
}

/// Gives a copy the first page of a file, mended. One that has no whole page holds no row either; one
/// that was cut gets empty pages at its end, for SQLite reads nothing where a table begins beyond it.
fn mend(copy: &Path, first: &Path) -> std::io::Result<()> {
    let bytes = fs::metadata(copy).map_or(0, |found| found.len());
    if bytes < file::PAGE {
        return Ok(());
    }
    let pages = bytes.div_ceil(file::PAGE).max(NEW_PAGES);
    let mut page = file::first_page(first)?;
    file::mend_header(&mut page, u32::try_from(pages).unwrap_or(u32::MAX));
    let mut copy = File::options().write(true).open(copy)?;
    copy.set_len(pages * file::PAGE)?;
    copy.write_all(&page)
}

/// Puts the new file in place of the old, which stays locked meanwhile, except where Windows replaces no
/// open file (FAT, SMB).
fn replace(lock: File, rebuilt: &Path, path: &Path) -> Result<(), Fault> {
    let replaced = fs::rename(rebuilt, path).or_else(|error| {
        if cfg!(windows) && error.kind() == ErrorKind::PermissionDenied {
            drop(lock);
            return fs::rename(rebuilt, path);
        }
        Err(error)
    });
    replaced.map_err(|e| Fault::from_io("replacing it", &e))
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
