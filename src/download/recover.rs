//! What killed runs have left for one OUT: finished when it was decided, removed when it was not.
//!
//! The decision is the charge, and only the ledger knows it. A work folder whose lock is held
//! belongs to a live process and is left alone; so is every one on a file system without locks. The
//! room knows no clock: no guess is made from the age of anything.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::publish::is_conflict;
use super::site::{Locked, Plan, Site, ask_lock};
use super::{DownloadError, moves, place};

/// What recovery asks of the budget.
pub trait Ledger {
    /// Tells whether an operation was charged and not given back.
    ///
    /// # Errors
    /// Whatever keeps the ledger from being read; nothing is then touched.
    fn charged(&self, operation: &str) -> anyhow::Result<bool>;

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
    /// Operations that were given back because their OUT is taken.
    pub refunded: Vec<String>,
    /// Work folders that hold an old output that cannot be put back; left for the user.
    pub kept: Vec<PathBuf>,
}

/// Settles everything that killed runs left for `out`: beside it, inside it, and, where `out` is
/// the folder of a batch, for every OUT in it.
///
/// # Errors
/// An `anyhow` error that wraps a [`DownloadError`] (73, 74) or comes from the ledger.
pub fn recover(out: &Path, ledger: &dyn Ledger) -> anyhow::Result<Recovered> {
    let real = place::resolve(out)?;
    let mut done = Recovered::default();
    for (folder, real) in candidates(&real)? {
        settle(&folder, real, ledger, &mut done)?;
    }
    Ok(done)
}

/// The work folders that belong to `real` or to something in it, each with its OUT.
fn candidates(real: &Path) -> Result<Vec<(PathBuf, PathBuf)>, DownloadError> {
    let mut found = Vec::new();
    if let (Some(parent), Some(name)) = (real.parent(), real.file_name()) {
        let prefix = place::work_prefix(name);
        let ours = |n: &OsStr| operation_after(n, &prefix).is_some();
        found.extend(
            list(parent)?
                .into_iter()
                .filter(|n| ours(n))
                .map(|n| (parent.join(n), real.to_owned())),
        );
    }
    if fs::symlink_metadata(real).is_ok_and(|m| m.is_dir()) {
        for name in list(real)? {
            if name == place::INSIDE {
                found.push((real.join(name), real.to_owned()));
            } else if let Some((sub, _)) = name.to_str().and_then(of_work_name) {
                found.push((real.join(&name), real.join(sub)));
            }
        }
    }
    Ok(found)
}

/// The names in a folder; none when there is no such folder.
fn list(folder: &Path) -> Result<Vec<std::ffi::OsString>, DownloadError> {
    match moves::names(folder) {
        Err(e)
            if matches!(
                e.kind(),
                io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied
            ) =>
        {
            Ok(Vec::new())
        }
        other => other.map_err(|e| DownloadError::io(folder, "cannot be listed", &e)),
    }
}

/// Returns the operation in the name of a work folder that begins with `prefix`.
fn operation_after<'a>(name: &'a OsStr, prefix: &OsStr) -> Option<&'a str> {
    let rest = name
        .as_encoded_bytes()
        .strip_prefix(prefix.as_encoded_bytes())?;
    std::str::from_utf8(rest)
        .ok()
        .filter(|o| place::is_operation(o))
}

/// Returns the names of the OUT that a work folder stands beside and of its operation.
fn of_work_name(name: &str) -> Option<(&str, &str)> {
    let (out, operation) = name.strip_prefix('.')?.rsplit_once(".trackersync-")?;
    (!out.is_empty() && place::is_operation(operation)).then_some((out, operation))
}

/// Returns the plan of a work folder beside OUT, whose name says the operation, or of one inside.
/// Where a power cut has left none that fits the name, it is read off what the folder holds; `None`
/// where that would be a guess about an output of the user's.
fn plan_of(folder: &Path, read: Option<Plan>) -> Option<Plan> {
    // Only the operation at its end is looked at, which is ASCII.
    let name = folder.file_name()?.to_string_lossy();
    let holds = |name: &str| moves::is_there(&folder.join(name));
    if name == place::INSIDE {
        let bare = !holds("old") && !holds("aside");
        let plan = read.filter(|p| p.inside);
        return plan.or_else(|| {
            bare.then(|| Plan {
                inside: true,
                ..Plan::default()
            })
        });
    }
    let (_, operation) = of_work_name(&name)?;
    let plan = read.filter(|p| p.operation == operation && !p.inside);
    Some(plan.unwrap_or_else(|| Plan {
        operation: operation.to_owned(),
        zip: holds("out.zip"),
        force: holds("old-1"),
        ..Plan::default()
    }))
}

/// Settles one work folder, unless a live process holds it.
fn settle(
    folder: &Path,
    real: PathBuf,
    ledger: &dyn Ledger,
    done: &mut Recovered,
) -> anyhow::Result<()> {
    if !fs::symlink_metadata(folder).is_ok_and(|m| m.is_dir()) {
        return Ok(());
    }
    let lock = match File::options()
        .read(true)
        .write(true)
        .open(folder.join("lock"))
    {
        Ok(lock) => lock,
        // Killed before it had a lock, or about to make one: only an empty folder goes, and a live
        // process whose folder goes makes a new one.
        Err(e) if e.kind() == io::ErrorKind::NotFound => {
            done.removed += usize::from(fs::remove_dir(folder).is_ok());
            return Ok(());
        }
        Err(e) => return Err(DownloadError::io(folder, "cannot be opened", &e).into()),
    };
    // The lock of a folder that another recovery has just removed says nothing.
    if ask_lock(&lock) != Locked::Ours || !moves::is_there(&folder.join("lock")) {
        return Ok(());
    }
    let read = Site::read_plan(&lock)
        .map_err(|e| DownloadError::io(&folder.join("lock"), "cannot be read", &e))?;
    let Some(plan) = plan_of(folder, read) else {
        done.kept.push(folder.to_owned());
        return Ok(());
    };
    let site = Site {
        folder: folder.to_owned(),
        real,
        plan,
    };
    if site.is_sealed() && ledger.charged(&site.plan.operation)? {
        match site.publish() {
            Ok(()) => done.finished.push(site.real.clone()),
            Err(e) if is_conflict(&e) => {
                ledger.refund(&site.plan.operation)?;
                done.refunded.push(site.plan.operation.clone());
            }
            Err(e) => return Err(e.into()),
        }
    } else {
        done.removed += 1;
    }
    if !site.remove() {
        done.kept.push(site.folder);
    }
    Ok(())
}
