//! The last step: a sealed work folder becomes OUT, or is taken back without a trace.
//!
//! Every function here may be run again after a kill at any of its steps; what the work folder
//! holds says how far it came. Publishing is one rename (for a zip: one link), with an old output of
//! ours moved into the work folder first when it is to be replaced. Nothing is deleted before its
//! successor is in place, and nothing that was moved aside is deleted before it has proved, where
//! nobody else can reach it, to be an output of ours.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::existing::{Holds, holds_outputs_only, is_finished, look};
use super::site::{Site, remove_parents};
use super::{DownloadError, Kind, OutKind, again, manifest, moves, zip};

/// How often an OUT that others keep replacing is moved aside before giving up.
const ROUNDS: usize = 16;
/// What to do when somebody else was faster.
const TAKEN: &str = "another run was faster; choose another place with -o OUT, or use --force";

impl Site {
    /// Publishes, or finishes a publishing that was interrupted. An OUT in which the same request
    /// has been finished meanwhile is as good.
    ///
    /// # Errors
    /// [`Kind::Exists`] when something that may not be replaced is in the way, [`Kind::Io`] when
    /// the system failed. Either way OUT is as before, as far as the system lets us.
    pub(crate) fn publish(&self) -> Result<(), DownloadError> {
        if !self.is_sealed() {
            let gone = io::Error::other("the finished output is no longer in its work folder");
            return Err(DownloadError::io(
                &self.real,
                "cannot be put in place",
                &gone,
            ));
        }
        match self.move_in() {
            Err(e) if e.kind == Kind::Exists && self.is_done() => Ok(()),
            Err(e) => {
                self.put_back();
                Err(e)
            }
            Ok(()) => Ok(()),
        }
    }

    /// One rename, or one link, to a name that is free by then.
    fn move_in(&self) -> Result<(), DownloadError> {
        for _ in 0..ROUNDS {
            let moved = match self.plan.kind {
                OutKind::Zip => moves::file(&self.zip(), &self.real, &self.folder.join("mark")),
                OutKind::Folder => {
                    self.keep_mode();
                    moves::folder(&self.tree(), &self.real)
                }
            };
            match moved {
                Ok(()) => return Ok(()),
                Err(e) if moves::is_taken(&e) && self.plan.force => self.move_aside()?,
                Err(e) if moves::is_taken(&e) => break,
                Err(e) => return Err(DownloadError::io(&self.real, "cannot be put in place", &e)),
            }
        }
        Err(DownloadError::exists(
            &self.real,
            "was created in the meantime",
            TAKEN,
        ))
    }

    /// Tells whether OUT holds, whole, what this request makes of this input.
    pub(crate) fn is_done(&self) -> bool {
        let head = match self.plan.kind {
            OutKind::Folder => manifest::head_of(&self.tree().join(manifest::NAME)),
            OutKind::Zip => zip::head(&self.zip()),
        };
        let request = head.ok().flatten().and_then(|head| head.request);
        request.is_some_and(|r| is_finished(&self.real, self.plan.kind, &r).unwrap_or(false))
    }

    /// Gives the tree the permissions of the empty folder that it is about to replace: who made OUT
    /// private means it to stay private.
    fn keep_mode(&self) {
        if let Ok(old) = fs::symlink_metadata(&self.real)
            && old.is_dir()
            && !old.permissions().readonly()
        {
            let _ = fs::set_permissions(self.tree(), old.permissions());
        }
    }

    /// Moves the output at OUT into the work folder; looks at it only there, where nobody can swap
    /// it any more, and gives back what is not ours.
    fn move_aside(&self) -> Result<(), DownloadError> {
        let old = self.old(self.last_old() + 1);
        match again(|| fs::rename(&self.real, &old)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(DownloadError::io(&self.real, "cannot be moved aside", &e)),
            Ok(()) => {}
        }
        match look(&old, self.plan.kind, true, self.is_output) {
            Ok(Holds::Ours) => Ok(()),
            Err(e) if e.kind == Kind::Io => Err(e),
            _ => Err(DownloadError::exists(
                &self.real,
                "holds files that trackersync did not write",
                TAKEN,
            )),
        }
    }

    /// The number of OUTs that were moved aside.
    fn last_old(&self) -> usize {
        (1..=ROUNDS)
            .take_while(|&n| moves::is_there(&self.old(n)))
            .count()
    }

    /// Gives OUT back what was moved aside last, if its name is free; false when it is not.
    fn put_back(&self) -> bool {
        let n = self.last_old();
        if n == 0 {
            return true;
        }
        let old = self.old(n);
        let back = if moves::is_folder(&old) {
            moves::folder(&old, &self.real)
        } else {
            moves::file(&old, &self.real, &self.folder.join("mark"))
        };
        back.is_ok()
    }

    /// Removes the work folder, whose lock is handed over, and after a failure the parents that were
    /// made for OUT. What was moved aside and not replaced goes back first. Returns whether the
    /// folder is gone: it stays with what could not go back and with everything that is not an output
    /// of ours.
    pub(crate) fn remove(&self, lock: File) -> bool {
        let published = !moves::is_there(&self.product()) && moves::is_there(&self.real);
        if !published && !self.put_back() {
            return false;
        }
        let gone = self.empty(lock) && again(|| fs::remove_dir(&self.folder)).is_ok();
        if !moves::is_there(&self.real) {
            remove_parents(self.real.parent(), self.plan.parents);
        }
        gone
    }

    /// Removes everything of ours from the work folder; false when something stays.
    fn empty(&self, lock: File) -> bool {
        if moves::is_folder(&self.tree()) {
            if !holds_outputs_only(&self.tree(), self.is_output).unwrap_or(false) {
                return false;
            }
            // First the seal: a half-removed tree must never look complete.
            let _ = fs::remove_file(self.tree().join(manifest::NAME));
        }
        let _ = fs::remove_file(self.zip());
        let listed = moves::names(&self.folder).or_else(|_| moves::names(&self.folder));
        let Ok(names) = listed else {
            return false;
        };
        // The lock goes last: who finds none takes the folder for one that is about to be filled.
        let gone = names.iter().filter(|n| *n != "lock").all(|name| {
            let path = self.folder.join(name);
            let old = name.as_encoded_bytes().starts_with(b"old-");
            self.is_own_name(name)
                && if old {
                    self.remove_old(&path)
                } else {
                    remove_any(&path)
                }
        });
        // Windows removes no folder in which a file is open; by now there is nothing to find in it.
        let _held = cfg!(unix).then_some(lock);
        gone && remove_any(&self.lock())
    }

    /// Removes an output that was replaced, its manifest last: as long as a file of it is there, it
    /// proves to be ours. False when it is not, or cannot be removed.
    fn remove_old(&self, old: &Path) -> bool {
        if !look(old, self.plan.kind, true, self.is_output)
            .is_ok_and(|holds| holds != Holds::Nothing)
        {
            return false;
        }
        if !moves::is_folder(old) {
            return remove_any(old);
        }
        let Ok(names) = moves::names(old) else {
            return false;
        };
        let mut others = names.iter().filter(|n| *n != manifest::NAME);
        others.all(|n| remove_any(&old.join(n))) && remove_any(old)
    }
}

/// Removes a file or a whole folder, without following links; tries twice.
fn remove_any(path: &Path) -> bool {
    let remove = || match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir(path).or_else(|_| fs::remove_dir_all(path)),
        Ok(_) => fs::remove_file(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
    };
    remove().or_else(|_| remove()).is_ok()
}

/// The failure that a caller answers by giving the charge back.
pub(crate) fn is_conflict(error: &DownloadError) -> bool {
    error.kind == Kind::Exists
}
