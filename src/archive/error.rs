//! What can go wrong while an export is opened or read, in the order of how far it reaches: the
//! whole run, one INPUT, one entry.
//!
//! Knows no exit codes and prints nothing: [`OpenError::kind`] says which kind it is, the caller
//! chooses the code.

use std::io;

use thiserror::Error;

use crate::model::counted;

/// Why no export could be opened. The text names the INPUT, then what is wrong and what was
/// expected; a second line says what to do.
#[derive(Debug, Error)]
pub enum OpenError {
    /// The INPUT is there and can be read, but it is not a usable export.
    #[error("{input}: {what}\n{advice}")]
    Unusable {
        /// File name of the INPUT.
        input: String,
        /// What is wrong and what was expected.
        what: String,
        /// What the user can do.
        advice: String,
    },
    /// The INPUT does not exist, or this user or this program cannot read it.
    #[error("{input}: {what}\n{advice}")]
    Missing {
        /// File name of the INPUT.
        input: String,
        /// What is wrong and what was expected.
        what: String,
        /// What the user can do.
        advice: String,
    },
    /// The operating system failed while reading.
    #[error(
        "{input}: reading failed: {source}\nthe disk or the connection to it may be faulty: try again, or copy the file first"
    )]
    Io {
        /// File name of the INPUT.
        input: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

/// The kinds of [`OpenError`], for the exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenErrorKind {
    /// Not a usable export.
    Unusable,
    /// Not there, or not readable.
    Missing,
    /// Reading failed on the way.
    Io,
    /// Stopped by the caller.
    Stopped,
}

impl OpenError {
    /// Returns which kind of error this is.
    #[must_use]
    pub fn kind(&self) -> OpenErrorKind {
        match self {
            Self::Unusable { .. } => OpenErrorKind::Unusable,
            Self::Missing { .. } => OpenErrorKind::Missing,
            Self::Io { .. } => OpenErrorKind::Io,
            Self::Stopped => OpenErrorKind::Stopped,
        }
    }
}

/// Why reading entries ended before all were handed over.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The operating system failed while reading: nothing read so far should be trusted to be all.
    #[error(
        "{input}: reading failed: {source}\nthe disk or the connection to it may be faulty: try again, or copy the file first"
    )]
    Io {
        /// File name of the INPUT.
        input: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

/// Why one entry cannot be used. It becomes a finding and the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damage {
    /// What is wrong, as in "the CRC-32 is 00000001, the archive says deadbeef".
    pub what: String,
    /// What was expected instead.
    pub expected: String,
}

impl Damage {
    pub(super) fn new(what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            expected: expected.into(),
        }
    }
}

/// What to do about an archive of too many entries.
pub(super) const TOO_MANY: &str = "an export of so many files is no usual one; if it is what you want, raise the limit with --max-entries";

/// Says how many bytes there are.
pub(super) fn in_bytes(bytes: u64) -> String {
    counted(bytes, "byte", "bytes")
}

/// Links that lead in a circle; `io::ErrorKind` has no stable name for it.
const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };

/// Why cataloguing one INPUT ended, before its name is put to it.
#[derive(Debug)]
pub(super) enum Halt {
    /// Not a usable export: what is wrong, and what to do.
    Unusable(String, &'static str),
    /// Not there, or not readable: what is wrong, and what to do.
    Missing(String, &'static str),
    /// The operating system failed.
    Io(io::Error),
    /// The caller asked to stop.
    Stopped,
}

impl Halt {
    /// Sorts an error of `stat`, `open` or `readdir`: the user's to mend, or the disk's fault.
    pub(super) fn from_access(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::Missing(
                "it does not exist, expected a file or a folder".into(),
                "check the spelling and the folder",
            ),
            io::ErrorKind::PermissionDenied => Self::Missing(
                "permission denied, expected a readable file or folder".into(),
                "change its permissions or copy it to a place of yours",
            ),
            io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput => Self::out_of_reach(&error),
            _ if error.raw_os_error() == Some(ELOOP) => Self::out_of_reach(&error),
            _ => Self::Io(error),
        }
    }

    fn out_of_reach(error: &io::Error) -> Self {
        Self::Missing(
            format!("it cannot be opened ({error}), expected a file or a folder"),
            "check the spelling and the folder",
        )
    }

    /// Puts the name of the INPUT to it.
    pub(super) fn of(self, input: &str) -> OpenError {
        let input = input.to_owned();
        match self {
            Self::Unusable(what, advice) => OpenError::Unusable {
                input,
                what,
                advice: advice.to_owned(),
            },
            Self::Missing(what, advice) => OpenError::Missing {
                input,
                what,
                advice: advice.to_owned(),
            },
            Self::Io(source) => OpenError::Io { input, source },
            Self::Stopped => OpenError::Stopped,
        }
    }
}

/// Why one entry was not handed over: its own fault, or the disk's.
#[derive(Debug)]
pub(super) enum Failure {
    /// The entry is bad.
    Damage(Damage),
    /// The operating system failed.
    Io(io::Error),
}

impl From<Damage> for Failure {
    fn from(damage: Damage) -> Self {
        Self::Damage(damage)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_that_cannot_be_opened_is_named_with_what_to_do() {
        for (kind, what) in [
            (io::ErrorKind::NotFound, "it does not exist"),
            (io::ErrorKind::PermissionDenied, "permission denied"),
            (io::ErrorKind::NotADirectory, "it cannot be opened"),
        ] {
            let error = Halt::from_access(kind.into()).of("a.zip");
            assert_eq!(error.kind(), OpenErrorKind::Missing, "{error}");
            let text = error.to_string();
            assert!(text.starts_with(&format!("a.zip: {what}")), "{text}");
            assert!(
                text.contains(", expected ") && text.lines().count() == 2,
                "{text}"
            );
        }
    }

    #[test]
    fn a_disk_that_fails_is_named_with_what_to_do() {
        let failed = || io::Error::other("the platter is bent");
        let opening = Halt::from_access(failed()).of("a.zip");
        assert_eq!(opening.kind(), OpenErrorKind::Io);
        let reading = ReadError::Io {
            input: "a.zip".into(),
            source: failed(),
        };
        for text in [opening.to_string(), reading.to_string()] {
            let (what, advice) = text.split_once('\n').unwrap_or_default();
            assert_eq!(what, "a.zip: reading failed: the platter is bent");
            assert!(advice.contains("try again"), "{advice}");
        }
    }
}
