//! Why an INPUT cannot be used. Faults of one entry are in `entry_error`.
//!
//! Knows no exit codes and prints nothing: the caller chooses the code by the kind.

use std::io;

use thiserror::Error;

use crate::model::counted;

/// Why no export could be opened, or why reading it ended before all entries were handed over. The
/// text names the INPUT, then what is wrong and what was expected; a second line says what to do.
#[derive(Debug, Error)]
pub enum InputError {
    /// The INPUT is there and can be read, but it is not a usable export.
    #[error("{input}: {what}\n{advice}")]
    Unusable {
        /// Path of the INPUT, from the root on.
        input: String,
        /// What is wrong and what was expected.
        what: String,
        /// What the user can do.
        advice: String,
    },
    /// The INPUT does not exist, or this user or this program cannot read it.
    #[error("{input}: {what}\n{advice}")]
    Missing {
        /// Path of the INPUT, from the root on.
        input: String,
        /// What is wrong and what was expected.
        what: String,
        /// What the user can do.
        advice: String,
    },
    /// The operating system failed while reading: nothing read so far should be trusted to be all.
    #[error(
        "{input}: reading failed: {source}\nthe disk or the connection to it may be faulty: try again, or copy the file first"
    )]
    Io {
        /// Path of the INPUT, from the root on.
        input: String,
        /// What the operating system said.
        source: io::Error,
    },
    /// The caller asked to stop.
    #[error("stopped")]
    Stopped,
}

/// What to do about an archive that is cut off, changed or contradicts itself.
pub(super) const AGAIN: &str =
    "download the export again; a file that was cut off or changed cannot be used";
/// What to do about an archive of too many entries.
pub(super) const TOO_MANY: &str = "an export of so many files is no usual one; if it is what you want, raise the limit with --max-entries";

/// Says how many bytes there are.
pub(super) fn in_bytes(bytes: u64) -> String {
    counted(bytes, "byte", "bytes")
}

/// Links that lead in a circle; `io::ErrorKind` has no stable name for it.
const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };

/// The room makes errors without the name of the INPUT; [`InputError::of`] puts it to them.
impl InputError {
    /// Not a usable export: what is wrong, and what to do.
    pub(super) fn unusable(what: impl Into<String>, advice: &str) -> Self {
        Self::Unusable {
            input: String::new(),
            what: what.into(),
            advice: advice.to_owned(),
        }
    }

    /// Not there, or not readable: what is wrong, and what to do.
    pub(super) fn missing(what: impl Into<String>, advice: &str) -> Self {
        Self::Missing {
            input: String::new(),
            what: what.into(),
            advice: advice.to_owned(),
        }
    }

    /// Sorts an error of `stat`, `open` or `readdir`: the user's to mend, or the disk's fault.
    pub(super) fn from_access(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => Self::missing(
                "it does not exist, expected a file or a folder",
                "check the spelling and the folder",
            ),
            io::ErrorKind::PermissionDenied => Self::missing(
                "permission denied, expected a readable file or folder",
                "change its permissions or copy it to a place of yours",
            ),
            io::ErrorKind::NotADirectory
            | io::ErrorKind::InvalidFilename
            | io::ErrorKind::InvalidInput => Self::out_of_reach(&error),
            _ if error.raw_os_error() == Some(ELOOP) => Self::out_of_reach(&error),
            _ => error.into(),
        }
    }

    fn out_of_reach(error: &io::Error) -> Self {
        Self::missing(
            format!("it cannot be opened ({error}), expected a file or a folder"),
            "check the spelling and the folder",
        )
    }

    /// Puts the name of the INPUT to it.
    pub(super) fn of(mut self, name: &str) -> Self {
        if let Self::Unusable { input, .. } | Self::Missing { input, .. } | Self::Io { input, .. } =
            &mut self
        {
            name.clone_into(input);
        }
        self
    }
}

impl From<io::Error> for InputError {
    fn from(source: io::Error) -> Self {
        Self::Io {
            input: String::new(),
            source,
        }
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
            let error = InputError::from_access(kind.into()).of("a.zip");
            assert!(matches!(error, InputError::Missing { .. }), "{error}");
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
        let error = InputError::from_access(io::Error::other("the platter is bent")).of("a.zip");
        let text = error.to_string();
        let (what, advice) = text.split_once('\n').unwrap_or_default();
        assert_eq!(what, "a.zip: reading failed: the platter is bent");
        assert!(advice.contains("try again"), "{advice}");
    }
}
