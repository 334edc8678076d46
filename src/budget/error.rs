//! What can be wrong with the state file, and what the user can do about it.
//!
//! Every [`StateError`] means that nothing may be converted, and all but one that nothing was
//! charged. It does not print itself and knows no exit codes.

use std::path::Path;

use thiserror::Error;

/// The state is unavailable or cannot be trusted.
#[derive(Debug, Error)]
#[error("{} {place}: {fault}\n{}", self.what(), self.way_out())]
pub struct StateError {
    /// What users call the store: the path of its file, or its address without a password.
    pub place: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug, Error)]
pub enum Fault {
    #[error("is {0}, expected a regular file")]
    NotAFile(&'static str),
    #[error("is empty, expected a trackersync state file")]
    Empty,
    /// A file of another program, or no database at all.
    #[error("is not a trackersync state file ({0})")]
    Foreign(String),
    #[error("has schema version {found} of a newer trackersync, expected at most {known}")]
    Newer { found: u32, known: u32 },
    #[error("is damaged ({0})")]
    Damaged(String),
    /// It lies beside the file, or the file was set to use one.
    #[error("has a write-ahead log of another program, expected none")]
    WriteAheadLog,
    #[error("is locked by another process, waited {waited_ms} ms; or its file system cannot lock")]
    Locked { waited_ms: u64 },
    #[error("the wait for its lock was interrupted")]
    Interrupted,
    #[error("cannot be written ({0})")]
    ReadOnly(String),
    #[error("cannot be written, no space is left on its disk")]
    Full,
    #[error("lies on a network file system ({0}), whose locks cannot be relied on")]
    Network(String),
    /// Anything else that the operating system refused.
    #[error("cannot be used ({0})")]
    Io(String),
    #[error("cannot be reached ({0})")]
    Unreachable(String),
    /// The store on another machine was reached and refuses: no rights, a wrong password, no database.
    #[error("refuses ({0})")]
    Denied(String),
    /// No answer came to a charge: it may have been made.
    #[error("has not answered the charge ({0}): this conversion may have been charged")]
    Unknown(String),
    /// Another run, which found this one gone, has settled the conversion as not charged.
    #[error("says that another run has taken this conversion for a killed one")]
    Settled,
}

impl Fault {
    /// Ties the fault to the file it was met in.
    #[must_use]
    pub fn of(self, path: &Path) -> StateError {
        StateError {
            place: path.display().to_string(),
            fault: self,
        }
    }

    /// Wraps an error of the file system, keeping full disks and missing rights apart.
    #[must_use]
    pub fn from_io(doing: &str, error: &std::io::Error) -> Self {
        use std::io::ErrorKind as Kind;
        match error.kind() {
            Kind::StorageFull | Kind::QuotaExceeded => Self::Full,
            Kind::PermissionDenied | Kind::ReadOnlyFilesystem => {
                Self::ReadOnly(format!("{doing}: {error}"))
            }
            _ => Self::Io(format!("{doing}: {error}")),
        }
    }
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        let text = error.to_string();
        match error.sqlite_error_code() {
            // The caller replaces the 0: it knows how long it was willing to wait.
            Some(Code::DatabaseBusy | Code::DatabaseLocked) => Self::Locked { waited_ms: 0 },
            Some(Code::NotADatabase) => Self::Foreign(text),
            Some(Code::DiskFull) => Self::Full,
            Some(Code::ReadOnly | Code::PermissionDenied) => Self::ReadOnly(text),
            Some(
                Code::CannotOpen
                | Code::SystemIoFailure
                | Code::OutOfMemory
                | Code::FileLockingProtocolFailed,
            ) => Self::Io(text),
            _ => Self::Damaged(text),
        }
    }
}

impl StateError {
    fn what(&self) -> &'static str {
        match self.is_remote() {
            true => "store",
            false => "state file",
        }
    }

    fn is_remote(&self) -> bool {
        super::store::is_remote(&self.place)
    }

    /// Says what to do about it.
    fn way_out(&self) -> &'static str {
        match &self.fault {
            Fault::Damaged(_) if self.is_remote() => {
                "nothing was changed; ask who runs the database to restore a backup"
            }
            Fault::Newer { .. } if self.is_remote() => {
                "upgrade trackersync, or name another database with --state"
            }
            Fault::NotAFile(_) => "name another file with --state or TRACKERSYNC_STATE",
            Fault::Empty | Fault::Damaged(_) | Fault::WriteAheadLog => {
                "nothing was changed; `trackersync maintain --repair` keeps a copy and rebuilds what can be read"
            }
            Fault::Foreign(_) => {
                "nothing was changed; name another file with --state, or run `trackersync maintain --repair` if it should be ours"
            }
            Fault::Newer { .. } => "upgrade trackersync, or name another file with --state",
            Fault::Locked { .. } => {
                "try again, raise TRACKERSYNC_BUSY_MS, or move the state to a local disk with --state"
            }
            Fault::Interrupted => "nothing was charged",
            Fault::ReadOnly(_) => {
                "allow writing to the file and its folder, or name another file with --state"
            }
            Fault::Full => "free some space, or name another file with --state",
            Fault::Network(_) => {
                "name a file on a local disk with --state, or accept the risk with --state-on-network"
            }
            Fault::Unreachable(_) => "nothing was charged; try again, or raise TRACKERSYNC_BUSY_MS",
            Fault::Denied(_) => {
                "nothing was charged; correct --state, or ask who runs the database for the rights (`trackersync budget init --print` shows the tables)"
            }
            Fault::Unknown(_) => {
                "the output is kept: run the same command again, or `trackersync maintain OUT`, to finish or remove it"
            }
            Fault::Settled => "nothing was charged; convert again",
            Fault::Io(_) => {
                "check the disk and `trackersync status`, or name another file with --state"
            }
        }
    }

    /// Tells whether a signal, and not the state, was the reason.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.fault, Fault::Interrupted)
    }

    /// Tells whether a charge may have been made although it failed.
    #[must_use]
    pub fn may_be_charged(&self) -> bool {
        matches!(self.fault, Fault::Unknown(_))
    }

    /// Tells whether `maintain --repair` is the way out.
    #[must_use]
    pub fn is_repairable(&self) -> bool {
        matches!(
            self.fault,
            Fault::Empty | Fault::Foreign(_) | Fault::Damaged(_) | Fault::WriteAheadLog
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_names_the_file_and_a_way_out_on_a_line_of_its_own() {
        let faults = [
            Fault::NotAFile("a symbolic link"),
            Fault::Empty,
            Fault::Foreign("x".into()),
            Fault::Newer {
                found: 999,
                known: 1,
            },
            Fault::Damaged("x".into()),
            Fault::WriteAheadLog,
            Fault::Locked { waited_ms: 5 },
            Fault::Interrupted,
            Fault::ReadOnly("x".into()),
            Fault::Full,
            Fault::Network("nfs4".into()),
            Fault::Io("x".into()),
            Fault::Unreachable("x".into()),
            Fault::Denied("x".into()),
            Fault::Unknown("x".into()),
            Fault::Settled,
        ];
        for fault in faults {
            let text = fault.of(Path::new("/s/state.db")).to_string();
            assert!(text.starts_with("state file /s/state.db: "), "{text}");
            assert_eq!(text.lines().count(), 2, "{text}");
            assert!(!text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }

    #[test]
    fn a_full_disk_is_told_apart_from_a_damaged_file() {
        let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
        assert!(matches!(Fault::from_io("writing", &full), Fault::Full));
        let sqlite = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(13), None);
        assert!(matches!(Fault::from(sqlite), Fault::Full));
        let corrupt = rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(11), None);
        assert!(Fault::from(corrupt).of(Path::new("s")).is_repairable());
    }
}
