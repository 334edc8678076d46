//! Rescue of a damaged state file: keep a copy, read what can be read, put a sound file in its place.
//!
//! Asked for by `maintain --repair` only. Rows whose seal is broken are left out; where the counters
//! of a key and its ledger disagree, the higher count wins, so that damage never gives units away.
//! What the rows mean is told by `sqlite/rescue`.

use std::fs::{self, File};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::error::{Fault, StateError};
use super::sqlite::{Rescued, SqliteStore};
use super::status::Status;
use super::{file, schema};
use crate::model::counted;
use crate::model::time::Instant;

/// Files that belong to the state file while it is in use.
const SIDES: [&str; 3] = ["-journal", "-wal", "-shm"];

/// Copies that are kept at most; more means that something else is wrong.
const MOST_COPIES: u32 = 1000;

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
pub fn repair(store: &mut SqliteStore, now: Instant) -> Result<Repair, StateError> {
    match Status::of(store, true, now) {
        status if status.is_healthy() => return Ok(Repair::NotNeeded),
        Status {
            fault: Some(fault), ..
        } if !fault.is_repairable() => return Err(fault),
        _ => store.close(),
    }
    let path = store.path().to_owned();
    rebuild(&path, now).map_err(|fault| fault.of(&path))
}

fn rebuild(path: &Path, now: Instant) -> Result<Repair, Fault> {
    let copy = keep_copy(path)?;
    let (patient, healed) = (unfinished(path), unfinished(path));
    let result = operate(&copy, &patient, &healed, now)
        .and_then(|rescued| replace(&healed, path).map(|()| rescued));
    remove_set(&patient);
    let _gone_if_it_went_well = fs::remove_file(&healed);
    Ok(Repair::Rebuilt {
        copy,
        rescued: result?,
    })
}

fn unfinished(path: &Path) -> PathBuf {
    file::unfinished_name(path, path.parent().unwrap_or(Path::new("")))
}

/// Copies the file and its journals to a name that is free.
fn keep_copy(path: &Path) -> Result<PathBuf, Fault> {
    for number in 1..MOST_COPIES {
        let copy = file::beside(path, &format!(".damaged-{number}"));
        if fs::symlink_metadata(&copy).is_err() {
            copy_set(path, &copy)?;
            return Ok(copy);
        }
    }
    Err(Fault::Io(format!(
        "{MOST_COPIES} copies of it lie there already"
    )))
}

fn copy_set(from: &Path, to: &Path) -> Result<(), Fault> {
    copy_file(from, to)?;
    SIDES
        .iter()
        .try_for_each(|side| copy_file(&file::beside(from, side), &file::beside(to, side)))
}

/// Copies a file, if it is there, to a private one that must not be.
fn copy_file(from: &Path, to: &Path) -> Result<(), Fault> {
    let mut source = match File::open(from) {
        Ok(source) => source,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Fault::from_io("opening it", &error)),
    };
    let mut target = file::private_file(to)?;
    let copied = std::io::copy(&mut source, &mut target).and_then(|_| target.sync_all());
    copied.map_err(|e| Fault::from_io("copying it", &e))
}

fn remove_set(path: &Path) {
    let _never_made = fs::remove_file(path);
    for side in SIDES {
        let _never_made = fs::remove_file(file::beside(path, side));
    }
}

/// Reads a second copy, whose header may be put right, into a new file.
fn operate(copy: &Path, patient: &Path, healed: &Path, now: Instant) -> Result<Rescued, Fault> {
    copy_set(copy, patient)?;
    mend_header(patient)?;
    let mut rescued = Rescued::default();
    file::write_whole(healed, |connection| {
        schema::create(connection)?;
        rescued = SqliteStore::rescue(file::open(patient).ok().as_ref(), connection, now)?;
        Ok(())
    })?;
    Ok(rescued)
}

/// Writes the parts of the header that are known, where the file is long enough to have one.
fn mend_header(patient: &Path) -> Result<(), Fault> {
    let in_wal = fs::metadata(file::beside(patient, "-wal")).is_ok_and(|wal| wal.len() > 0);
    let mend = |file: &mut File| {
        let length = file.metadata()?.len();
        if length < 4096 {
            return Ok(());
        }
        let pages = u32::try_from(length / 4096).unwrap_or(u32::MAX);
        for (at, bytes) in file::header_parts(pages) {
            // The two bytes that say "write-ahead log" stay if there is one to be read.
            if !(in_wal && at == 16) {
                file.seek(SeekFrom::Start(at))?;
                file.write_all(&bytes)?;
            }
        }
        Ok(())
    };
    let opened = File::options().write(true).open(patient);
    match opened {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        opened => opened
            .and_then(|mut file| mend(&mut file))
            .map_err(|e| Fault::from_io("mending a copy of it", &e)),
    }
}

/// Puts the new file in place of the old. Its journals go first: they must not meet the new file.
fn replace(healed: &Path, path: &Path) -> Result<(), Fault> {
    for side in SIDES {
        match fs::remove_file(file::beside(path, side)) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(Fault::from_io("removing its journal", &error));
            }
            _ => {}
        }
    }
    fs::rename(healed, path).map_err(|e| Fault::from_io("replacing it", &e))?;
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
    file::remove_unfinished(store.path()).map_err(|fault| fault.of(store.path()))
}

#[cfg(test)]
mod tests;
