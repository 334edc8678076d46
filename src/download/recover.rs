//! What killed runs have left for one OUT: finished when it was decided, removed when it was not.
//!
//! The decision is the charge, and only the ledger knows it. Nothing in a work folder is believed
//! whose name carries no true tag; such a one is left alone and named. So is one that says it was
//! charged while the ledger does not: that of a state of which this one is a copy. A work folder
//! whose lock is held belongs to a live process and is left alone; so is every one on a file system
//! without locks. The room knows no clock: no guess is made from the age of anything.

use std::ffi::{OsStr, OsString};
use std::fs::{self, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::workdir::{WorkDir, ask_lock};
use super::{DownloadError, IsOutput, Kind, Secret, fs as files, place};
use crate::platform;

/// What recovery asks of the budget.
pub trait Ledger {
    /// Returns the secrets of the state, with one of which the names of work folders are tagged.
    ///
    /// # Errors
    /// Whatever keeps the state from being read; nothing is then touched.
    fn secrets(&self) -> anyhow::Result<Vec<Secret>>;

    /// Tells whether an operation was charged and not given back.
    ///
    /// # Errors
    /// Whatever keeps the ledger from being read; nothing is then touched.
    fn charged(&self, operation: &str) -> anyhow::Result<bool>;

    /// Takes note that OUT holds a paid output, before its work folder goes.
    ///
    /// # Errors
    /// Whatever keeps the state from being written; the work folder then stays.
    fn published(&self, out: &Path) -> anyhow::Result<()>;

    /// Gives the charge of an operation back, whose output can never be published.
    ///
    /// # Errors
    /// Whatever keeps the ledger from being written; the work folder then stays.
    fn refund(&self, operation: &str) -> anyhow::Result<()>;
}

/// What was done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// OUTs whose publishing was finished.
    pub finished: Vec<PathBuf>,
    /// Number of work folders that were removed without publishing.
    pub removed: usize,
    /// OUTs whose charge was given back because they are taken.
    pub refunded: Vec<PathBuf>,
    /// Work folders of ours that hold what is not an output, or an old output that cannot be put
    /// back; left for the user.
    pub kept: Vec<PathBuf>,
    /// What has the name of a work folder and is not one of this state, or was charged to another
    /// copy of it; left alone.
    pub foreign: Vec<PathBuf>,
}

/// Settles everything that killed runs left for `out`: beside it and, where `out` is the folder of a
/// batch, for every OUT in it.
///
/// # Errors
/// An `anyhow` error that wraps a [`DownloadError`] (73, 74) or comes from the ledger.
pub fn recover(out: &Path, is_output: IsOutput, ledger: &dyn Ledger) -> anyhow::Result<Recovered> {
    let real = place::resolve(out)?;
    let mut done = Recovered::default();
    let candidates = candidates(&real)?;
    if candidates.is_empty() {
        return Ok(done);
    }
    let secrets = ledger.secrets()?;
    for c in candidates {
        let proven = |secret| WorkDir::proven(&c.folder, &c.real, &c.rest, secret, is_output);
        let work = secrets.iter().find_map(proven);
        match work.filter(|work| files::is_folder(&work.folder)) {
            Some(work) => settle(&work, ledger, &mut done)?,
            None if is_live(&c.folder) => {}
            None => done.foreign.push(c.folder),
        }
    }
    Ok(done)
}

/// Something with the name of a work folder.
struct Candidate {
    folder: PathBuf,
    /// The OUT that it stands for.
    real: PathBuf,
    /// What its name says after that of OUT.
    rest: OsString,
}

/// What has the name of a work folder of `real`, or of something in it.
fn candidates(real: &Path) -> Result<Vec<Candidate>, DownloadError> {
    let mut found = Vec::new();
    if let (Some(parent), Some(name)) = (real.parent(), real.file_name()) {
        let prefix = place::work_prefix(name);
        found.extend(list(parent)?.into_iter().filter_map(|name| {
            let rest = after(&name, &prefix)?;
            Some(Candidate {
                folder: parent.join(&name),
                real: real.to_owned(),
                rest: rest.into(),
            })
        }));
    }
    if files::is_folder(real) {
        found.extend(list(real)?.into_iter().filter_map(|name| {
            let (out, rest) = name.to_str()?.strip_prefix('.')?.rsplit_once(place::WORK)?;
            Some(Candidate {
                folder: real.join(&name),
                real: real.join(out),
                rest: rest.into(),
            })
        }));
    }
    Ok(found)
}

/// The names in a folder; none when there is no such folder.
pub(super) fn list(folder: &Path) -> Result<Vec<OsString>, DownloadError> {
    use io::ErrorKind as K;
    match files::names(folder) {
        Err(e) if matches!(e.kind(), K::NotFound | K::PermissionDenied) => Ok(Vec::new()),
        other => other.map_err(|e| DownloadError::io(folder, "cannot be listed", &e)),
    }
}

/// What a name has after a prefix. A work folder's name goes on in ASCII; one that goes on with the
/// name of another OUT is that one's.
fn after<'n>(name: &'n OsStr, prefix: &OsStr) -> Option<&'n str> {
    let name = name.as_encoded_bytes();
    let rest = name.strip_prefix(prefix.as_encoded_bytes())?;
    let rest = std::str::from_utf8(rest).ok()?;
    (!rest.contains(place::WORK)).then_some(rest)
}

/// Tells whether a live process, of another state, works there.
fn is_live(folder: &Path) -> bool {
    let is_held = |lock| matches!(ask_lock(&lock), Err(TryLockError::WouldBlock));
    files::is_folder(folder) && platform::open_plain(&folder.join("lock")).is_ok_and(is_held)
}

/// Settles one work folder of ours, unless a live process holds it.
fn settle(work: &WorkDir, ledger: &dyn Ledger, done: &mut Recovered) -> anyhow::Result<()> {
    let Ok(lock) = platform::open_plain(&work.at("lock")) else {
        // Killed before it had a lock, or about to make one: only an empty folder goes, and a live
        // process whose folder goes makes a new one.
        match fs::remove_dir(&work.folder) {
            Ok(()) => done.removed += 1,
            Err(_) if files::is_there(&work.folder) => done.kept.push(work.folder.clone()),
            Err(_) => {}
        }
        return Ok(());
    };
    // The lock of a folder that another recovery has just removed says nothing.
    if ask_lock(&lock).is_err() || !files::is_there(&work.at("lock")) {
        return Ok(());
    }
    let operation = &work.plan.operation;
    let mut finish = || -> anyhow::Result<()> {
        ledger.published(&work.real)?;
        done.finished.push(work.real.clone());
        Ok(())
    };
    if !work.is_sealed() {
        // Killed after it was published, before anybody was told.
        if files::is_there(&work.real) && ledger.charged(operation)? {
            finish()?;
        } else {
            done.removed += 1;
        }
    } else if ledger.charged(operation)? {
        match work.publish() {
            Ok(()) => finish()?,
            Err(e) if e.kind == Kind::Exists => {
                work.mark_paid(false);
                ledger.refund(operation)?;
                done.refunded.push(work.real.clone());
            }
            Err(e) => return Err(e.into()),
        }
    } else if work.is_paid() {
        done.foreign.push(work.folder.clone());
        return Ok(());
    } else {
        done.removed += 1;
    }
    if !work.remove(lock) {
        done.kept.push(work.folder.clone());
    }
    Ok(())
}
