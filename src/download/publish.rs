//! The last step: a sealed work folder becomes OUT, or is taken back without a trace.
//!
//! Every function here may be run again after a kill at any of its steps; what the work folder
//! holds says how far it came. Beside OUT, publishing is one rename (for a zip: one link), with an
//! old output of ours moved into the work folder first when it is to be replaced. Inside OUT (a
//! mount point, or a folder whose parent cannot be written) the parts are moved one by one, the
//! manifest last. Nothing is deleted before its successor is in place.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::place::Holds;
use super::site::{Site, remove_parents};
use super::{DownloadError, Kind, again, manifest, moves, place};

/// How often an OUT that others keep replacing is moved aside before giving up.
const ROUNDS: usize = 16;
/// What to do when somebody else was faster.
const TAKEN: &str = "another run was faster; choose another place with -o OUT, or use --force";

impl Site {
    /// Publishes, or finishes a publishing that was interrupted.
    ///
    /// # Errors
    /// [`Kind::Exists`] when something that may not be replaced is in the way, [`Kind::Io`] when
    /// the system failed. Either way OUT is as before, as far as the system lets us.
    pub(crate) fn publish(&self) -> Result<(), DownloadError> {
        if !moves::is_there(&self.product()) {
            return Ok(());
        }
        if self.plan.inside {
            return self.publish_inside();
        }
        self.publish_beside().inspect_err(|_| {
            self.put_back();
        })
    }

    /// One rename, or one link, to a name that is free by then.
    fn publish_beside(&self) -> Result<(), DownloadError> {
        for _ in 0..ROUNDS {
            let moved = if self.plan.zip {
                moves::file(&self.zip(), &self.real, &self.folder.join("mark"))
            } else {
                self.keep_mode();
                moves::folder(&self.tree(), &self.real)
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
        match place::look(&old, self.kind(), true) {
            Ok(Holds::Ours) => return Ok(()),
            Err(e) if e.kind == Kind::Io => return Err(e),
            _ => {}
        }
        Err(DownloadError::exists(
            &self.real,
            "holds files that trackersync did not write",
            TAKEN,
        ))
    }

    /// The n-th OUT that was moved aside, from 1.
    fn old(&self, n: usize) -> PathBuf {
        self.folder.join(format!("old-{n}"))
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
        let back = if old.is_dir() {
            moves::folder(&old, &self.real)
        } else {
            moves::file(&old, &self.real, &self.folder.join("mark"))
        };
        back.is_ok()
    }

    /// Moves the parts into OUT one by one. `aside` is being filled with an old output, `old` is
    /// full: from then on the `parts` that have left the tree are in OUT.
    fn publish_inside(&self) -> Result<(), DownloadError> {
        let failed = |e: &io::Error| DownloadError::io(&self.real, "cannot be filled", e);
        let mut parts = moves::names(&self.tree()).map_err(|e| failed(&e))?;
        parts.sort_by_key(|name| name == manifest::NAME);
        if !moves::is_there(&self.folder.join("old")) {
            let list = serde_json::to_vec(
                &parts
                    .iter()
                    .map(|p| p.to_string_lossy())
                    .collect::<Vec<_>>(),
            );
            let list = list.map_err(io::Error::other).map_err(|e| failed(&e))?;
            fs::write(self.folder.join("parts"), list).map_err(|e| failed(&e))?;
            self.clear_inside()?;
        }
        for part in parts {
            self.move_in(&part).map_err(|e| {
                let _ = self.take_out() && self.restore_inside();
                if moves::is_taken(&e) {
                    DownloadError::exists(
                        &self.real.join(&part),
                        "was created in the meantime",
                        TAKEN,
                    )
                } else {
                    failed(&e)
                }
            })?;
        }
        Ok(())
    }

    /// Empties OUT into `aside` and calls it `old`; the manifest goes first, so that at no time a
    /// manifest speaks of files that are gone.
    fn clear_inside(&self) -> Result<(), DownloadError> {
        let failed = |e: &io::Error| DownloadError::io(&self.real, "cannot be moved aside", e);
        let aside = self.folder.join("aside");
        if !moves::is_there(&aside) {
            if place::look(&self.real, self.kind(), self.plan.force)? == Holds::Nothing {
                return Err(DownloadError::exists(
                    &self.real,
                    "was removed in the meantime",
                    "try again",
                ));
            }
            again(|| fs::create_dir(&aside)).map_err(|e| failed(&e))?;
        }
        let cleared = self.others().and_then(|mut names| {
            names.sort_by_key(|name| name != manifest::NAME);
            names
                .iter()
                .try_for_each(|n| again(|| fs::rename(self.real.join(n), aside.join(n))))?;
            again(|| fs::rename(&aside, self.folder.join("old")))
        });
        cleared.map_err(|e| {
            self.restore_inside();
            failed(&e)
        })
    }

    /// Moves one part of the tree into OUT, where its name must be free.
    fn move_in(&self, part: &OsString) -> io::Result<()> {
        let to = self.real.join(part);
        if moves::is_there(&to) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        again(|| fs::rename(self.tree().join(part), &to))
    }

    /// Takes back the parts that were moved in; false when one stays in OUT.
    fn take_out(&self) -> bool {
        let list = fs::read(self.folder.join("parts")).unwrap_or_default();
        let parts: Vec<String> = serde_json::from_slice(&list).unwrap_or_default();
        parts
            .iter()
            .filter(|part| place::is_plain(part) && !part.contains('/'))
            .rev()
            .map(|part| (self.real.join(part), self.tree().join(part)))
            .all(|(there, here)| {
                moves::is_there(&here)
                    || !moves::is_there(&there)
                    || again(|| fs::rename(&there, &here)).is_ok()
            })
    }

    /// Gives OUT back what is in `aside` or `old`; false when something stays there.
    fn restore_inside(&self) -> bool {
        ["old", "aside"]
            .iter()
            .map(|n| self.folder.join(n))
            .filter(|p| moves::is_there(p))
            .all(|from| {
                let Ok(mut names) = moves::names(&from) else {
                    return false;
                };
                names.sort_by_key(|name| name == manifest::NAME);
                names.iter().all(|n| {
                    let to = self.real.join(n);
                    !moves::is_there(&to) && again(|| fs::rename(from.join(n), &to)).is_ok()
                }) && again(|| fs::remove_dir(&from)).is_ok()
            })
    }

    /// The names in OUT without the work folder.
    fn others(&self) -> io::Result<Vec<OsString>> {
        Ok(moves::names(&self.real)?
            .into_iter()
            .filter(|n| n != place::INSIDE)
            .collect())
    }

    /// Gives OUT back what a publishing that did not succeed has taken from it.
    fn undo(&self) -> bool {
        if !self.plan.inside {
            return self.put_back();
        }
        // Without `old` nothing has been moved in, and what has a part's name in OUT is the user's.
        let moved_in = moves::is_there(&self.folder.join("old"));
        (!moved_in || self.take_out()) && self.restore_inside()
    }

    /// Tells whether the product has left the work folder for OUT.
    fn is_published(&self) -> bool {
        if self.plan.inside {
            !self.is_sealed() && moves::is_there(&self.folder.join("old"))
        } else {
            !moves::is_there(&self.product())
        }
    }

    /// Removes the work folder, and after a failure the parents that were made for OUT. What was
    /// moved aside and not replaced goes back first; if it cannot, everything stays. Returns
    /// whether the folder is gone.
    pub(crate) fn remove(&self) -> bool {
        let published = self.is_published();
        if !published && !self.undo() {
            return false;
        }
        // First the seal: a half-removed tree must never look complete.
        let _ = fs::remove_file(self.tree().join(manifest::NAME));
        let _ = fs::remove_file(self.zip());
        let listed = moves::names(&self.folder).or_else(|_| moves::names(&self.folder));
        let Ok(names) = listed else {
            return false;
        };
        // The lock goes last: a later recovery finds its way by it.
        if !names
            .iter()
            .filter(|n| *n != "lock")
            .all(|n| remove_any(&self.folder.join(n)))
        {
            return false;
        }
        let _ = fs::remove_file(self.lock());
        let gone = again(|| fs::remove_dir(&self.folder)).is_ok();
        if !moves::is_there(&self.real) {
            remove_parents(self.real.parent(), self.plan.parents);
        }
        gone
    }
}

/// Removes a file or a whole folder, without following links; tries twice.
fn remove_any(path: &Path) -> bool {
    let folder = fs::symlink_metadata(path).is_ok_and(|m| m.is_dir());
    let remove = || {
        if folder {
            fs::remove_dir_all(path)
        } else {
            fs::remove_file(path)
        }
    };
    remove().or_else(|_| remove()).is_ok()
}

/// The failure that a caller answers by giving the charge back.
pub(crate) fn is_conflict(error: &DownloadError) -> bool {
    error.kind == Kind::Exists
}
