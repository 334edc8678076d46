//! Door 4, "download": the files are written beside OUT, sealed, and handed over in one step.
//!
//! Nothing here uses the network; the word is the service's. The order of a run is [`Work::begin`],
//! [`Work::put`] for every file, [`Work::seal`], then the caller's decision (the charge), then
//! [`Work::publish`]. Until the last step nothing is visible under OUT, and where it cannot be replaced
//! in one step (a mount point, the current folder) it is refused; after a kill at any point [`recover`]
//! finishes what was decided and removes what was not. The room knows neither the budget (it asks a
//! [`Ledger`]) nor what is in the files, and nothing that is not ours is replaced.

use std::io;
use std::path::{Path, PathBuf};

use crate::platform;

mod existing;
mod fs;
pub mod manifest;
pub(crate) mod output;
mod place;
mod publish;
mod recover;
mod spool;
#[cfg(test)]
mod tests;
mod work;
mod workdir;

pub(crate) use existing::holds_outputs_only;
pub use existing::is_finished;
pub(crate) use fs::{is_folder, keep_private, make_private};
pub use recover::{Ledger, Recovered, recover};
pub use work::{Request, Work};

/// What OUT becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutKind {
    /// A folder.
    Folder,
    /// One zip file.
    Zip,
}

impl OutKind {
    /// Returns what a path asks for: a zip where its name ends in `.zip`, else a folder.
    #[must_use]
    pub fn of(out: &Path) -> Self {
        let ending = out
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("zip"));
        if ending { Self::Zip } else { Self::Folder }
    }
}

/// Secret of the state under which a run works. Whoever does not know it cannot make a work folder
/// that recovery believes.
pub struct Secret(pub [u8; 32]);

/// Tells whether a path below OUT is one that an output of ours can have.
pub type IsOutput = fn(&str) -> bool;

/// Refuses an OUT that is an INPUT, lies inside one, or holds one. To be asked before anything else.
///
/// # Errors
/// [`Kind::CannotCreate`] (73).
pub fn tell_apart(out: &Path, inputs: &[PathBuf]) -> Result<(), DownloadError> {
    place::apart_from(&place::resolve(out)?, inputs)
}

/// What to do about a place that cannot be taken.
pub(crate) const ELSEWHERE: &str = "choose another place with -o OUT";

/// What kind of failure it is; the caller's exit code hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// OUT holds something that may not be replaced (73).
    Exists,
    /// OUT cannot be created where it was asked for (73).
    CannotCreate,
    /// Reading or writing failed on the way (74).
    Io,
}

/// A failure of this room. Paths in it are not yet cleaned for a terminal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{text}{}{hint}", if hint.is_empty() { "" } else { "\n" })]
pub struct DownloadError {
    /// What kind of failure.
    pub kind: Kind,
    /// `path: what is wrong`.
    pub text: String,
    /// What to do about it; may be empty.
    pub hint: String,
}

impl DownloadError {
    /// Something is in the way.
    pub(crate) fn exists(path: &Path, what: &str, hint: &str) -> Self {
        Self::new(Kind::Exists, path, what, hint)
    }

    /// OUT cannot be created, for a reason that is not an error of the system.
    pub(crate) fn cannot(path: &Path, what: &str, hint: &str) -> Self {
        Self::new(Kind::CannotCreate, path, what, hint)
    }

    /// A system call failed while OUT was being claimed: mostly 73, but 74 for a full or failing disk.
    pub(crate) fn creating(path: &Path, error: &io::Error) -> Self {
        let what = format!("cannot be created: {}", cause(error));
        if is_about_the_place(error) {
            Self::cannot(path, &what, ELSEWHERE)
        } else {
            Self::new(Kind::Io, path, &what, words(error).1)
        }
    }

    /// A system call failed on the way.
    pub(crate) fn io(path: &Path, what: &str, error: &io::Error) -> Self {
        let what = format!("{what}: {}", cause(error));
        Self::new(Kind::Io, path, &what, words(error).1)
    }

    fn new(kind: Kind, path: &Path, what: &str, hint: &str) -> Self {
        Self {
            kind,
            text: format!("{}: {what}", platform::full(path)),
            hint: hint.to_owned(),
        }
    }
}

/// Tells whether an error speaks of the place that was asked for, not of the disk's health or room.
fn is_about_the_place(error: &io::Error) -> bool {
    use io::ErrorKind as K;
    matches!(
        error.kind(),
        K::PermissionDenied
            | K::ReadOnlyFilesystem
            | K::NotADirectory
            | K::NotFound
            | K::InvalidFilename
            | K::InvalidInput
            | K::AlreadyExists
            | K::Unsupported
    ) || error.to_string().contains("symbolic link")
}

/// The words for an error of the system, where it has words of its own, and what to do about it.
fn words(error: &io::Error) -> (Option<&'static str>, &'static str) {
    use io::ErrorKind as K;
    const ROOM: &str = "free some space, or choose another place with -o OUT";
    match error.kind() {
        K::StorageFull => (Some("no space left on device"), ROOM),
        K::QuotaExceeded => (Some("disk quota exceeded"), ROOM),
        K::FileTooLarge => (
            Some("file too large"),
            "raise the file size limit (ulimit -f), or choose another file system",
        ),
        K::ReadOnlyFilesystem => (Some("read-only file system"), ELSEWHERE),
        K::PermissionDenied => (Some("permission denied"), ELSEWHERE),
        _ => (
            None,
            "check the disk and try again; nothing was left in OUT",
        ),
    }
}

/// The cause of an error in the words of the operating system, lower case and without its number.
pub(crate) fn cause(error: &io::Error) -> String {
    if let (Some(words), _) = words(error) {
        return words.to_owned();
    }
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    text.to_lowercase()
}

/// Repeats a call that a signal interrupted; the standard library does so for most calls only.
pub(crate) fn again<T>(mut call: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    loop {
        match call() {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}
