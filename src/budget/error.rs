//! What can be wrong with the state file, and what the user can do about it.
//!
//! Every [`StateError`] means that nothing may be converted, and all but one that nothing was
//! charged. It does not print itself and knows no exit codes.

use std::fmt;
use std::path::Path;

/// The state is unavailable or cannot be trusted.
#[derive(Debug)]
pub struct StateError {
    /// What users call the store: the path of its file, or its address without a password.
    pub place: String,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong.
#[derive(Debug)]
pub enum Fault {
    /// Something other than a regular file lies at the path.
    NotAFile(&'static str),
    /// The file has no bytes.
    Empty,
    /// A file of another program, or no database at all.
    Foreign(String),
    /// Written by a newer version of this program.
    Newer {
        /// Schema version found.
        found: u32,
        /// Newest schema version known.
        known: u32,
    },
    /// The file contradicts itself.
    Damaged(String),
    /// Another program left its write-ahead log beside the file, or set the file to use one.
    WriteAheadLog,
    /// Another process held the lock for longer than the wait.
    Locked {
        /// How long was waited, in milliseconds.
        waited_ms: u64,
    },
    /// The wait for the lock was ended by a signal.
    Interrupted,
    /// The file or its folder may not be written.
    ReadOnly(String),
    /// The file system of the state is full.
    Full,
    /// The state lies on a network file system of this type.
    Network(String),
    /// Anything else that the operating system refused.
    Io(String),
    /// The store on another machine cannot be reached.
    Unreachable(String),
    /// The store on another machine was reached and refuses: no rights, a wrong password, no database.
    Denied(String),
    /// No answer came to a charge: it may have been made.
    Unknown(String),
    /// Another run, which found this one gone, has settled the conversion as not charged.
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
    fn way_out(&self) -> &'static str {
        match self.fault {
            Fault::Damaged(_) if self.is_remote() => {
                "nothing was changed; ask who runs the database to restore a backup"
            }
            Fault::Newer { .. } if self.is_remote() => {
                "upgrade trackersync, or name another database with --state"
            }
            _ => self.fault.way_out(),
        }
    }

    fn is_remote(&self) -> bool {
        super::store::is_remote(&self.place)
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

impl std::error::Error for StateError {}

impl fmt::Display for StateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} {}: {}\n{}",
            if self.is_remote() {
                "store"
            } else {
                "state file"
            },
            self.place,
            self.fault,
            self.way_out()
        )
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAFile(what) => write!(f, "is {what}, expected a regular file"),
            Self::Empty => f.write_str("is empty, expected a trackersync state file"),
            Self::Foreign(why) => write!(f, "is not a trackersync state file ({why})"),
            Self::Newer { found, known } => {
                write!(
                    f,
                    "has schema version {found} of a newer trackersync, expected at most {known}"
                )
            }
            Self::Damaged(why) => write!(f, "is damaged ({why})"),
            Self::WriteAheadLog => {
                f.write_str("has a write-ahead log of another program, expected none")
            }
            Self::Locked { waited_ms } => {
                write!(
                    f,
                    "is locked by another process, waited {waited_ms} ms; or its file system cannot lock"
                )
            }
            Self::Interrupted => f.write_str("the wait for its lock was interrupted"),
            Self::ReadOnly(why) => write!(f, "cannot be written ({why})"),
            Self::Full => f.write_str("cannot be written, no space is left on its disk"),
            Self::Network(kind) => write!(
                f,
                "lies on a network file system ({kind}), whose locks cannot be relied on"
            ),
            Self::Io(why) => write!(f, "cannot be used ({why})"),
            Self::Unreachable(why) => write!(f, "cannot be reached ({why})"),
            Self::Denied(why) => write!(f, "refuses ({why})"),
            Self::Unknown(why) => write!(
                f,
                "has not answered the charge ({why}): this conversion may have been charged"
            ),
            Self::Settled => {
                f.write_str("says that another run has taken this conversion for a killed one")
            }
        }
    }
}

impl Fault {
    fn way_out(&self) -> &'static str {
        match self {
            Self::NotAFile(_) => "name another file with --state or TRACKERSYNC_STATE",
            Self::Empty | Self::Damaged(_) | Self::WriteAheadLog => {
                "nothing was changed; `trackersync maintain --repair` keeps a copy and rebuilds what can be read"
            }
            Self::Foreign(_) => {
                "nothing was changed; name another file with --state, or run `trackersync maintain --repair` if it should be ours"
            }
            Self::Newer { .. } => "upgrade trackersync, or name another file with --state",
            Self::Locked { .. } => {
                "try again, raise TRACKERSYNC_BUSY_MS, or move the state to a local disk with --state"
            }
            Self::Interrupted => "nothing was charged",
            Self::ReadOnly(_) => {
                "allow writing to the file and its folder, or name another file with --state"
            }
            Self::Full => "free some space, or name another file with --state",
            Self::Network(_) => {
                "name a file on a local disk with --state, or accept the risk with --state-on-network"
            }
            Self::Unreachable(_) => "nothing was charged; try again, or raise TRACKERSYNC_BUSY_MS",
            Self::Denied(_) => {
                "nothing was charged; correct --state, or ask who runs the database for the rights (`trackersync budget init --print` shows the tables)"
            }
            Self::Unknown(_) => {
                "the output is kept: run the same command again, or `trackersync maintain OUT`, to finish or remove it"
            }
            Self::Settled => "nothing was charged; convert again",
            Self::Io(_) => {
                "check the disk and `trackersync status`, or name another file with --state"
            }
        }
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
