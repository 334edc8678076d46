//! The work folder of one operation: its name, its plan, its lock, and what the names in it mean.
//!
//! ```text
//! <parent>/.<name>.trackersync-<operation>/     or, where nothing can be put beside OUT, OUT/.trackersync-work/
//!     lock        held while the process lives; its text is the plan
//!     out/        the tree (folder), or out.zip (zip)
//!     old-1       an OUT that --force moved aside
//!     aside/ old/ the same for a work folder inside OUT: filling, full
//! ```
//! Sealed means that the manifest is in place; it comes last and appears whole. The room knows no
//! ledger: whether a sealed work folder is to be published is asked elsewhere.

use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{OutKind, again, manifest, moves, place};

/// What a later process must know to finish or undo; the text of the lock file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Plan {
    /// The operation, as the ledger knows it.
    pub(crate) operation: String,
    /// OUT becomes a zip.
    pub(crate) zip: bool,
    /// An output of ours at OUT is to be replaced.
    pub(crate) force: bool,
    /// The work folder lies inside OUT.
    pub(crate) inside: bool,
    /// How many of the innermost parents of OUT were made for it.
    pub(crate) parents: usize,
}

/// A work folder and where its contents belong.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// The work folder.
    pub(crate) folder: PathBuf,
    /// OUT, absolute, links resolved.
    pub(crate) real: PathBuf,
    /// The plan.
    pub(crate) plan: Plan,
}

impl Site {
    /// The tree that becomes OUT.
    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.join("out")
    }

    /// Makes the tree, under a name that no other operation gives it: file systems choose by it
    /// where a tree begins ([`moves::mark_as_top`]).
    pub(crate) fn make_tree(&self) -> io::Result<()> {
        moves::mark_as_top(&self.folder);
        let draft = self.folder.join(format!("out-{}", self.plan.operation));
        again(|| fs::create_dir(&draft))?;
        again(|| fs::rename(&draft, self.tree()))
    }

    /// The zip that becomes OUT.
    pub(crate) fn zip(&self) -> PathBuf {
        self.folder.join("out.zip")
    }

    /// The lock file.
    pub(crate) fn lock(&self) -> PathBuf {
        self.folder.join("lock")
    }

    /// What is renamed to OUT: the tree or the zip.
    pub(crate) fn product(&self) -> PathBuf {
        if self.plan.zip {
            self.zip()
        } else {
            self.tree()
        }
    }

    /// What OUT becomes.
    pub(crate) fn kind(&self) -> OutKind {
        if self.plan.zip {
            OutKind::Zip
        } else {
            OutKind::Folder
        }
    }

    /// Tells whether the output is complete and waits to be published.
    pub(crate) fn is_sealed(&self) -> bool {
        if self.plan.zip {
            moves::is_there(&self.zip())
        } else {
            moves::is_there(&self.tree().join(manifest::NAME))
        }
    }

    /// Writes the plan into the lock file.
    pub(crate) fn write_plan(&self, mut lock: &File) -> io::Result<()> {
        let text = serde_json::to_vec(&self.plan).map_err(io::Error::other)?;
        lock.write_all(&text)
    }

    /// Reads the plan from a lock file; `None` when it was never finished, or is not one of ours.
    pub(crate) fn read_plan(mut lock: &File) -> io::Result<Option<Plan>> {
        let mut text = Vec::new();
        lock.rewind()?;
        lock.take(4096).read_to_end(&mut text)?;
        let plan: Option<Plan> = serde_json::from_slice(&text).ok();
        Ok(plan.filter(|p| place::is_operation(&p.operation)))
    }
}

/// What came of asking for a lock without waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locked {
    /// It is ours until the file is closed.
    Ours,
    /// Another process holds it.
    Theirs,
    /// This file system has no locks; nobody can tell whether a process lives.
    Unknown,
}

/// Asks for the lock of a file without waiting.
pub(crate) fn ask_lock(file: &File) -> Locked {
    let asked = again(|| match file.try_lock() {
        Ok(()) => Ok(Locked::Ours),
        Err(TryLockError::WouldBlock) => Ok(Locked::Theirs),
        Err(TryLockError::Error(e)) => Err(e),
    });
    asked.unwrap_or(Locked::Unknown)
}

/// Removes the folders from `innermost` upwards, as many as were made, as far as they are empty.
pub(crate) fn remove_parents(innermost: Option<&Path>, mut count: usize) {
    for path in innermost.into_iter().flat_map(Path::ancestors) {
        if count == 0 {
            return;
        }
        match fs::remove_dir(path) {
            Ok(()) => count -= 1,
            // The making of it failed; those above were made.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(_) => return,
        }
    }
}
