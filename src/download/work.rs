//! The life of one output: begun beside OUT, filled by many threads, sealed, published or dropped.
//!
//! Many small files are written with one call each and without a sync of their own: that would cost
//! more than the whole conversion. The manifest is synced, so that a kill never leaves a sealed but
//! incomplete tree; after a power cut `verify` tells whether the files reached the disk. The room
//! does not know what is in the files, and it decides nothing: the caller charges between
//! [`Work::seal`] and [`Work::publish`].

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::existing::{OutState, look};
use super::spool::Spool;
use super::workdir::{Plan, WorkDir, ask_lock, remove_parents};
use super::{DownloadError, IsOutput, Kind, OutKind, Secret, again, fs as files, manifest, place};
use crate::parallel::lock;
use crate::platform;

/// How often making the work folder is tried again when another process tidies it away meanwhile.
const ATTEMPTS: usize = 200;
/// How long to wait in between.
const PAUSE: Duration = Duration::from_millis(2);

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// OUT as the user wrote it.
    pub out: &'a Path,
    /// What it is to become.
    pub kind: OutKind,
    /// Replace an output of ours.
    pub force: bool,
    /// Id of the operation in the ledger: ASCII letters, digits, `-` and `_`, at most 64.
    pub operation: &'a str,
    /// The INPUTs, which OUT must be apart from.
    pub inputs: &'a [PathBuf],
    /// Secret of the state, by which recovery knows the work folder again.
    pub secret: &'a Secret,
    /// Tells the paths that an output can have; an OUT that holds others is not replaced.
    pub is_output: IsOutput,
}

/// An output in the making. Dropped before it is published, it leaves no trace.
#[derive(Debug)]
pub struct Work {
    dir: WorkDir,
    lock: Option<File>,
    spool: Option<Spool>,
    folders: Mutex<HashSet<String>>,
    sealed: bool,
}

impl Work {
    /// Claims OUT: refuses early what would be refused late, and makes the work folder.
    ///
    /// # Errors
    /// [`Kind::Exists`] and [`Kind::CannotCreate`] (73) with the reason, [`Kind::Io`] (74) for a full
    /// or failing disk.
    pub fn begin(request: &Request<'_>) -> Result<Self, DownloadError> {
        if !place::is_operation(request.operation) {
            let what = "the operation id is not usable as a name";
            return Err(DownloadError::cannot(request.out, what, ""));
        }
        let real = place::resolve(request.out)?;
        place::apart_from(&real, request.inputs)?;
        let state = look(&real, request.kind, request.force, request.is_output)?;
        let replaced = request.kind == OutKind::Folder && state != OutState::Nothing;
        if replaced {
            place::not_here(&real)?;
        }
        match Self::open(request, &real) {
            Ok(work) if replaced && files::is_other_mount(&work.dir.product(), &real) => {
                let what = "is a mount point, which cannot be replaced";
                Err(DownloadError::exists(&real, what, &place::below(&real)))
            }
            Err(e) if replaced && e.kind == Kind::CannotCreate => Err(DownloadError {
                hint: place::below(&real),
                ..e
            }),
            done => done,
        }
    }

    /// Makes and locks the work folder, again when a process that tidies up took the half-made one
    /// for litter.
    fn open(request: &Request<'_>, real: &Path) -> Result<Self, DownloadError> {
        let mut made = Vec::new();
        let mut attempt = Self::try_open(request, real, &mut made);
        for _ in 1..ATTEMPTS {
            if !matches!(&attempt, Err(e) if is_lost(e)) {
                break;
            }
            std::thread::sleep(PAUSE);
            attempt = Self::try_open(request, real, &mut made);
        }
        attempt.map_err(|e| {
            remove_parents(real.parent(), made.len());
            DownloadError::creating(real, &e)
        })
    }

    /// One attempt.
    fn try_open(request: &Request<'_>, real: &Path, made: &mut Vec<PathBuf>) -> io::Result<Self> {
        if let Some(parent) = real.parent() {
            files::make_parents(parent, made)?;
        }
        let plan = Plan {
            operation: request.operation.to_owned(),
            kind: request.kind,
            force: request.force,
            parents: made.len(),
        };
        let dir = WorkDir::new(real, plan, request.secret, request.is_output)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it has no name"))?;
        files::make_private(&dir.folder)?;
        let mut new = File::options();
        let lock = new.read(true).write(true).create_new(true);
        let lock = lock.open(dir.at("lock")).inspect_err(|_| {
            let _ = fs::remove_dir(&dir.folder);
        })?;
        if let Err(TryLockError::WouldBlock) = ask_lock(&lock) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        // From here on dropping removes everything.
        let mut work = Self {
            dir,
            lock: Some(lock),
            spool: None,
            folders: Mutex::default(),
            sealed: false,
        };
        match request.kind {
            OutKind::Zip => work.spool = Some(Spool::create(&work.dir.at("spool"))?),
            OutKind::Folder => work.make_tree()?,
        }
        Ok(work)
    }

    /// Makes the tree, under a name that no other operation gives it: file systems choose by it
    /// where a tree begins ([`files::mark_as_top`]).
    fn make_tree(&self) -> io::Result<()> {
        files::mark_as_top(&self.dir.folder);
        let draft = self.dir.at(&format!("out-{}", self.dir.plan.operation));
        again(|| fs::create_dir(&draft))?;
        again(|| fs::rename(&draft, self.dir.product()))
    }

    /// Writes one file; any thread may call this.
    ///
    /// # Errors
    /// [`Kind::Io`] with path and cause; the run is then over.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), DownloadError> {
        let put = match &self.spool {
            _ if !place::is_plain(path) => {
                Err(io::Error::other("the name is not a plain relative path"))
            }
            Some(spool) => spool.put(path, bytes),
            None => self.put_file(path, bytes),
        };
        put.map_err(|e| DownloadError::io(&self.dir.real.join(path), "cannot be written", &e))
    }

    /// Writes one file into the tree, making its folders the first time.
    fn put_file(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let tree = self.dir.product();
        if let Some((folder, _)) = path.rsplit_once('/') {
            let mut folders = lock(&self.folders);
            if !folders.contains(folder) {
                again(|| fs::create_dir_all(tree.join(folder)))?;
                folders.insert(folder.to_owned());
            }
        }
        File::create_new(tree.join(path))?.write_all(bytes)
    }

    /// Writes the manifest and syncs: from here on the output is complete. Looks once more whether
    /// OUT is free, so that losing a race rarely costs a charge and its refund.
    ///
    /// # Errors
    /// [`Kind::Io`], or [`Kind::Exists`] when OUT was taken meanwhile.
    pub fn seal(&mut self, manifest: &[u8]) -> Result<(), DownloadError> {
        let dir = &self.dir;
        let written = match self.spool.take() {
            Some(spool) => seal_zip(dir, spool, manifest),
            None => seal_tree(dir, manifest),
        };
        let path = || dir.real.join(manifest::NAME);
        written.map_err(|e| DownloadError::io(&path(), "cannot be written", &e))?;
        self.sealed = true;
        match look(&dir.real, dir.plan.kind, dir.plan.force, dir.is_output) {
            Err(e) if !dir.is_done() => Err(e),
            _ => Ok(()),
        }
    }

    /// Notes that the output is charged; it is to be published next.
    pub fn mark_paid(&self) {
        self.dir.mark_paid(true);
    }

    /// Hands the output over and removes the work folder. On an error give the charge back first
    /// and drop this afterwards (or [`Work::leave`] it if that fails): until then a killed run can
    /// still be settled by [`super::recover`].
    ///
    /// # Errors
    /// [`Kind::Exists`] when OUT was taken in the last moment, else [`Kind::Io`].
    pub fn publish(&mut self) -> Result<(), DownloadError> {
        if !self.sealed {
            let unsealed = io::Error::other("the output was not sealed");
            let what = "cannot be published";
            return Err(DownloadError::io(&self.dir.real, what, &unsealed));
        }
        let published = self.dir.publish();
        published.inspect_err(|_| self.dir.mark_paid(false))?;
        if let Some(lock) = self.lock.take() {
            self.dir.remove(lock);
        }
        Ok(())
    }

    /// Lets go without removing anything, for [`super::recover`] to settle later: for a charge that
    /// may or may not have been made, or could not be given back.
    pub fn leave(mut self) {
        self.lock = None;
    }
}

#[cfg(test)]
impl Work {
    /// Leaves everything as a kill would, and returns the work folder.
    pub(super) fn kill(self) -> WorkDir {
        let dir = self.dir.clone();
        self.leave();
        dir
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            self.spool = None;
            self.dir.remove(lock);
        }
    }
}

/// Tells whether an attempt failed only because another process tidied up at the same time.
fn is_lost(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::AlreadyExists | io::ErrorKind::WouldBlock
    )
}

/// The manifest appears whole or not at all.
fn seal_tree(dir: &WorkDir, manifest: &[u8]) -> io::Result<()> {
    let draft = dir.at(manifest::NAME);
    write_synced(&draft, manifest)?;
    again(|| fs::rename(&draft, dir.product().join(manifest::NAME)))?;
    platform::sync_folder(&dir.product())
}

/// The zip appears whole or not at all.
fn seal_zip(dir: &WorkDir, spool: Spool, manifest: &[u8]) -> io::Result<()> {
    spool.put(manifest::NAME, manifest)?;
    let draft = dir.at("draft.zip");
    spool.assemble(&draft)?;
    again(|| fs::rename(&draft, dir.product()))?;
    platform::sync_folder(&dir.folder)
}

/// Writes a file and waits until it is on the disk.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
