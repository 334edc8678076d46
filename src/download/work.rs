//! The life of one output: begun beside OUT, filled by many threads, sealed, published or dropped.
//!
//! Many small files are written with one call each and without a sync of their own: that would cost
//! more than the whole conversion. The manifest is synced, so that a kill never leaves a sealed but
//! incomplete tree; after a power cut `verify` tells whether the files reached the disk. The room
//! does not know what is in the files, and it decides nothing: the caller charges between
//! [`Work::seal`] and [`Work::publish`].

use std::collections::HashSet;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use super::existing::{Holds, look};
use super::site::{Locked, Plan, Site, ask_lock, remove_parents};
use super::zip::Spool;
use super::{DownloadError, IsOutput, OutKind, Secret, again, manifest, moves, place};
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
    site: Site,
    lock: Option<File>,
    spool: Option<Spool>,
    folders: Mutex<HashSet<String>>,
    sealed: bool,
}

impl Work {
    /// Claims OUT: refuses early what would be refused late, and makes the work folder.
    ///
    /// # Errors
    /// [`super::Kind::Exists`] and [`super::Kind::CannotCreate`] (73) with the reason,
    /// [`super::Kind::Io`] (74) for a full or failing disk.
    pub fn begin(request: &Request<'_>) -> Result<Self, DownloadError> {
        if !place::is_operation(request.operation) {
            return Err(DownloadError::cannot(
                request.out,
                "the operation id is not usable as a name",
                "",
            ));
        }
        let real = place::resolve(request.out)?;
        place::apart_from(&real, request.inputs)?;
        let holds = look(&real, request.kind, request.force, request.is_output)?;
        let replaced = request.kind == OutKind::Folder && holds != Holds::Nothing;
        if replaced {
            place::not_here(&real)?;
        }
        match Self::open(request, &real) {
            Ok(work) if replaced && moves::is_other_mount(&work.site.tree(), &real) => {
                Err(DownloadError::exists(
                    &real,
                    "is a mount point, which cannot be replaced",
                    &place::below(&real),
                ))
            }
            Err(e) if replaced && e.kind == super::Kind::CannotCreate => Err(DownloadError {
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
        let mut last = io::ErrorKind::NotFound.into();
        for _ in 0..ATTEMPTS {
            match Self::try_open(request, real, &mut made) {
                Ok(work) => return Ok(work),
                Err(e) if is_lost(&e) => {
                    last = e;
                    std::thread::sleep(PAUSE);
                }
                Err(e) => {
                    last = e;
                    break;
                }
            }
        }
        remove_parents(real.parent(), made.len());
        Err(DownloadError::creating(real, &last))
    }

    /// One attempt.
    fn try_open(request: &Request<'_>, real: &Path, made: &mut Vec<PathBuf>) -> io::Result<Self> {
        if let Some(parent) = real.parent() {
            moves::make_parents(parent, made)?;
        }
        let plan = Plan {
            operation: request.operation.to_owned(),
            kind: request.kind,
            force: request.force,
            parents: made.len(),
        };
        let site = Site::new(real, plan, request.secret, request.is_output)
            .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it has no name"))?;
        moves::make_private(&site.folder)?;
        let options = File::options()
            .read(true)
            .write(true)
            .create_new(true)
            .open(site.lock());
        let lock = options.inspect_err(|_| {
            let _ = fs::remove_dir(&site.folder);
        })?;
        if ask_lock(&lock) == Locked::Theirs {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Self::fill(site, lock)
    }

    /// Makes what the files go into. From here on dropping removes everything.
    fn fill(site: Site, lock: File) -> io::Result<Self> {
        let mut work = Self {
            site,
            lock: Some(lock),
            spool: None,
            folders: Mutex::default(),
            sealed: false,
        };
        match work.site.plan.kind {
            OutKind::Zip => work.spool = Some(Spool::create(&work.site.folder.join("spool"))?),
            OutKind::Folder => work.site.make_tree()?,
        }
        Ok(work)
    }

    /// Writes one file; any thread may call this.
    ///
    /// # Errors
    /// [`super::Kind::Io`] with path and cause; the run is then over.
    pub fn put(&self, path: &str, bytes: &[u8]) -> Result<(), DownloadError> {
        let shown = self.site.real.join(path);
        let failed = |e: io::Error| DownloadError::io(&shown, "cannot be written", &e);
        if !place::is_plain(path) {
            return Err(failed(io::Error::other(
                "the name is not a plain relative path",
            )));
        }
        match &self.spool {
            Some(spool) => spool.put(path, bytes),
            None => self.put_file(path, bytes),
        }
        .map_err(failed)
    }

    /// Writes one file into the tree, making its folders the first time.
    fn put_file(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let tree = self.site.tree();
        if let Some((folder, _)) = path.rsplit_once('/') {
            let mut folders = lock(&self.folders);
            if !folders.contains(folder) {
                moves::make_folders(&tree.join(folder))?;
                folders.insert(folder.to_owned());
            }
        }
        File::create_new(tree.join(path))?.write_all(bytes)
    }

    /// Writes the manifest and syncs: from here on the output is complete. Looks once more whether
    /// OUT is free, so that losing a race rarely costs a charge and its refund.
    ///
    /// # Errors
    /// [`super::Kind::Io`], or [`super::Kind::Exists`] when OUT was taken meanwhile.
    pub fn seal(&mut self, manifest: &[u8]) -> Result<(), DownloadError> {
        let failed = |e: io::Error| {
            DownloadError::io(
                &self.site.real.join(manifest::NAME),
                "cannot be written",
                &e,
            )
        };
        match self.spool.take() {
            Some(spool) => self.seal_zip(spool, manifest).map_err(failed)?,
            None => self.seal_tree(manifest).map_err(failed)?,
        }
        self.sealed = true;
        let site = &self.site;
        match look(&site.real, site.plan.kind, site.plan.force, site.is_output) {
            Err(e) if !site.is_done() => Err(e),
            _ => Ok(()),
        }
    }

    /// The manifest appears whole or not at all.
    fn seal_tree(&self, manifest: &[u8]) -> io::Result<()> {
        let draft = self.site.folder.join(manifest::NAME);
        write_synced(&draft, manifest)?;
        again(|| fs::rename(&draft, self.site.tree().join(manifest::NAME)))?;
        platform::sync_folder(&self.site.tree())
    }

    /// The zip appears whole or not at all.
    fn seal_zip(&self, spool: Spool, manifest: &[u8]) -> io::Result<()> {
        spool.put(manifest::NAME, manifest)?;
        let draft = self.site.folder.join("draft.zip");
        spool.assemble(&draft)?;
        again(|| fs::rename(&draft, self.site.zip()))?;
        platform::sync_folder(&self.site.folder)
    }

    /// Hands the output over and removes the work folder. On an error give the charge back first
    /// and drop this afterwards (or [`Work::leave`] it if that fails): until then a killed run can
    /// still be settled by [`super::recover`].
    ///
    /// # Errors
    /// [`super::Kind::Exists`] when OUT was taken in the last moment, else [`super::Kind::Io`].
    pub fn publish(&mut self) -> Result<(), DownloadError> {
        if !self.sealed {
            let unsealed = io::Error::other("the output was not sealed");
            return Err(DownloadError::io(
                &self.site.real,
                "cannot be published",
                &unsealed,
            ));
        }
        self.site.publish()?;
        if let Some(lock) = self.lock.take() {
            self.site.remove(lock);
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
    /// Leaves everything as a kill would, and returns the site.
    pub(super) fn kill(self) -> Site {
        let site = self.site.clone();
        self.leave();
        site
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        if let Some(lock) = self.lock.take() {
            self.spool = None;
            self.site.remove(lock);
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

/// Writes a file and waits until it is on the disk.
fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
