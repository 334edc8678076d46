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

use super::existing::{OutState, holds_outputs_only, is_finished, look};
use super::output::Output;
use super::workdir::{WorkDir, remove_parents};
use super::{DownloadError, Kind, OutKind, again, fs as files, manifest};
use crate::platform;

/// How often an OUT that others keep replacing is moved aside before giving up.
const ROUNDS: usize = 16;
/// What to do when somebody else was faster.
const TAKEN: &str = "another run was faster; choose another place with -o OUT, or use --force";

impl WorkDir {
    /// Publishes, or finishes a publishing that was interrupted. An OUT in which the same request
    /// has been finished meanwhile is as good.
    ///
    /// # Errors
    /// [`Kind::Exists`] when something that may not be replaced is in the way, [`Kind::Io`] when
    /// the system failed. Either way OUT is as before, as far as the system lets us.
    pub(crate) fn publish(&self) -> Result<(), DownloadError> {
        if !self.is_sealed() {
            let gone = io::Error::other("the finished output is no longer in its work folder");
            return Err(self.failed("cannot be put in place", &gone));
        }
        let moved = self.move_in();
        if matches!(&moved, Err(e) if e.kind == Kind::Exists) && self.is_done() {
            return Ok(());
        }
        moved.inspect_err(|_| {
            self.put_back();
        })
    }

    fn failed(&self, what: &str, error: &io::Error) -> DownloadError {
        DownloadError::io(&self.real, what, error)
    }

    /// One rename, or one link, to a name that is free by then.
    fn move_in(&self) -> Result<(), DownloadError> {
        for _ in 0..ROUNDS {
            if self.plan.kind == OutKind::Folder {
                self.keep_mode();
            }
            match self.move_to_out(&self.product()) {
                Ok(()) => return Ok(()),
                Err(e) if files::is_taken(&e) && self.plan.force => self.move_aside()?,
                Err(e) if files::is_taken(&e) => break,
                Err(e) => return Err(self.failed("cannot be put in place", &e)),
            }
        }
        let what = "was created in the meantime";
        Err(DownloadError::exists(&self.real, what, TAKEN))
    }

    /// Moves a tree or a zip to OUT, if that name is free or an empty folder.
    fn move_to_out(&self, from: &Path) -> io::Result<()> {
        if files::is_folder(from) {
            again(|| platform::rename_folder(from, &self.real))
        } else {
            files::move_file(from, &self.real, &self.at("mark"))
        }
    }

    /// Tells whether OUT holds, whole, what this request makes of this input.
    pub(crate) fn is_done(&self) -> bool {
        let own = Output::open(&self.product()).ok().and_then(Result::ok);
        let manifest = own.and_then(|own| own.manifest().ok()?.ok());
        let request = manifest.and_then(|manifest| manifest.request);
        request.is_some_and(|r| is_finished(&self.real, self.plan.kind, &r).unwrap_or(false))
    }

    /// Gives the tree the permissions of the empty folder that it is about to replace: who made OUT
    /// private means it to stay private.
    fn keep_mode(&self) {
        if let Ok(old) = fs::symlink_metadata(&self.real)
            && old.is_dir()
            && !old.permissions().readonly()
        {
            let _ = fs::set_permissions(self.product(), old.permissions());
        }
    }

    /// Moves the output at OUT into the work folder; looks at it only there, where nobody can swap
    /// it any more. What is not ours is given back by who called this.
    pub(super) fn move_aside(&self) -> Result<(), DownloadError> {
        let old = self.old(self.last_old() + 1);
        match again(|| fs::rename(&self.real, &old)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e) => return Err(self.failed("cannot be moved aside", &e)),
            Ok(()) => {}
        }
        match look(&old, self.plan.kind, true, self.is_output) {
            Ok(OutState::Ours) => Ok(()),
            Err(e) if e.kind == Kind::Io => Err(e),
            _ => {
                let what = "holds files that trackersync did not write";
                Err(DownloadError::exists(&self.real, what, TAKEN))
            }
        }
    }

    /// The number of OUTs that were moved aside.
    fn last_old(&self) -> usize {
        let numbers = 1..=ROUNDS;
        numbers
            .take_while(|&n| files::is_there(&self.old(n)))
            .count()
    }

    /// Gives OUT back what was moved aside last, if its name is free; false when it is not.
    fn put_back(&self) -> bool {
        let n = self.last_old();
        n == 0 || self.move_to_out(&self.old(n)).is_ok()
    }

    /// Removes the work folder, whose lock is handed over, and after a failure the parents that were
    /// made for OUT. What was moved aside and not replaced goes back first. Returns whether the
    /// folder is gone: it stays with what could not go back and with everything that is not an output
    /// of ours.
    pub(crate) fn remove(&self, lock: File) -> bool {
        let published = !files::is_there(&self.product()) && files::is_there(&self.real);
        if !published && !self.put_back() {
            return false;
        }
        let gone = self.empty(lock) && again(|| fs::remove_dir(&self.folder)).is_ok();
        if !files::is_there(&self.real) {
            remove_parents(self.real.parent(), self.plan.parents);
        }
        gone
    }

    /// Removes everything of ours from the work folder; false when something stays.
    fn empty(&self, lock: File) -> bool {
        let (tree, zip) = (self.at("out"), self.at("out.zip"));
        if files::is_folder(&tree) {
            if !holds_outputs_only(&tree, self.is_output).unwrap_or(false) {
                return false;
            }
            // First the seal: a half-removed tree must never look complete.
            let _ = fs::remove_file(tree.join(manifest::NAME));
        }
        let _ = fs::remove_file(zip);
        let listed = files::names(&self.folder).or_else(|_| files::names(&self.folder));
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
        gone && remove_any(&self.at("lock"))
    }

    /// Removes an output that was replaced, its manifest last: as long as a file of it is there, it
    /// proves to be ours. False when it is not, or cannot be removed.
    fn remove_old(&self, old: &Path) -> bool {
        let state = look(old, self.plan.kind, true, self.is_output);
        if !state.is_ok_and(|state| state != OutState::Nothing) {
            return false;
        }
        let mut names = Vec::new();
        if files::is_folder(old) {
            let Ok(listed) = files::names(old) else {
                return false;
            };
            names = listed;
        }
        let mut others = names.iter().filter(|n| *n != manifest::NAME);
        others.all(|n| remove_any(&old.join(n))) && remove_any(old)
    }
}

/// Removes a file or a whole folder, without following links; tries twice.
pub(super) fn remove_any(path: &Path) -> bool {
    let remove = || match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => fs::remove_dir(path).or_else(|_| fs::remove_dir_all(path)),
        Ok(_) => fs::remove_file(path),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
    };
    remove().or_else(|_| remove()).is_ok()
}
