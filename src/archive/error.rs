//! Why an INPUT or one of its entries cannot be used.
//!
//! A bad INPUT ends the run, a bad entry becomes a finding and the run goes on. The room knows no exit codes:
//! the caller chooses the code by the kind.

use std::io;

use thiserror::Error;

use super::EntryRead;
use crate::model::counted;

/// Why no export could be opened, or why reading it ended before all entries were handed over. The
/// text names the INPUT, then what is wrong and what was expected; a second line says what to do.
#[derive(Debug, Error)]
pub enum InputError {
    /// The INPUT is there and can be read, but it is not a usable export.
    #[error("{input}: {what}\n{advice}")]
    Unusable {
        input: String,
        what: String,
        advice: String,
    },
    /// The INPUT does not exist, or this user or this program cannot read it.
    #[error("{input}: {what}\n{advice}")]
    Missing {
        input: String,
        what: String,
        advice: String,
    },
    /// The operating system failed while reading: nothing read so far should be trusted to be all.
    #[error(
        "{input}: reading failed: {source}\nthe disk or the connection to it may be faulty: try again, or copy the file first"
    )]
    Io { input: String, source: io::Error },
    #[error("stopped")]
    Stopped,
}

/// What to do about an archive of too many entries.
pub(super) const TOO_MANY: &str = "an export of so many files is no usual one; if it is what you want, raise the limit with --max-entries";

pub(super) fn in_bytes(bytes: u64) -> String {
    counted(bytes, "byte", "bytes")
}

/// Links that lead in a circle; `io::ErrorKind` has no stable name for it.
const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };

/// The room makes errors without the path of the INPUT; [`InputError::of`] puts it to them.
impl InputError {
    /// Not a usable export: what is wrong, and what to do.
    pub(super) fn unusable(what: impl Into<String>, advice: &str) -> Self {
        let (input, what, advice) = (String::new(), what.into(), advice.to_owned());
        Self::Unusable {
            input,
            what,
            advice,
        }
    }

    /// An archive that is cut off, changed or contradicts itself.
    pub(super) fn damaged(what: impl Into<String>) -> Self {
        let again = "download the export again; a file that was cut off or changed cannot be used";
        Self::unusable(what, again)
    }

    /// Not there, or not readable: what is wrong, and what to do.
    pub(super) fn missing(what: impl Into<String>, advice: &str) -> Self {
        let (input, what, advice) = (String::new(), what.into(), advice.to_owned());
        Self::Missing {
            input,
            what,
            advice,
        }
    }

    /// Sorts an error of `stat`, `open` or `readdir`: the user's to mend, or the disk's fault.
    pub(super) fn from_access(error: io::Error) -> Self {
        use io::ErrorKind::{
            InvalidFilename, InvalidInput, NotADirectory, NotFound, PermissionDenied,
        };
        const SPELLING: &str = "check the spelling and the folder";
        match error.kind() {
            NotFound => Self::missing("it does not exist, expected a file or a folder", SPELLING),
            PermissionDenied => Self::missing(
                "permission denied, expected a readable file or folder",
                "change its permissions or copy it to a place of yours",
            ),
            kind if matches!(kind, NotADirectory | InvalidFilename | InvalidInput)
                || error.raw_os_error() == Some(ELOOP) =>
            {
                let what = format!("it cannot be opened ({error}), expected a file or a folder");
                Self::missing(what, SPELLING)
            }
            _ => error.into(),
        }
    }

    /// Puts the path of the INPUT to it, unless it has one already.
    pub(super) fn of(mut self, place: &str) -> Self {
        if let Self::Unusable { input, .. } | Self::Missing { input, .. } | Self::Io { input, .. } =
            &mut self
            && input.is_empty()
        {
            place.clone_into(input);
        }
        self
    }
}

impl From<io::Error> for InputError {
    fn from(source: io::Error) -> Self {
        let input = String::new();
        Self::Io { input, source }
    }
}

/// A fault of one entry. The text says what is wrong; [`EntryError::expected`] what should be. Sizes
/// are claimed ones, in bytes; `packed` is a compressed size.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// Only its owner's password opens it.
    #[error("it is encrypted")]
    Encrypted,
    /// Compressed with a method other than stored and deflate (number of APPNOTE 4.4.5).
    #[error("compression method {} is not supported", method(*.0))]
    Method(u16),
    /// A symbolic or hard link; links are never followed.
    #[error("it is a link, and links are not followed")]
    Link,
    /// What is no file, under the name of one.
    #[error("it is a device, a pipe, a socket or a folder")]
    NotAFile,
    /// Of a tar archive.
    #[error("it is a sparse file")]
    Sparse,
    /// Larger than the limit for one entry.
    #[error("it has {}, more than the limit of {limit}", in_bytes(*.bytes))]
    TooLarge { bytes: u64, limit: u64 },
    /// Grows on inflating beyond anything that real data does: a zip bomb.
    #[error("{packed} bytes would inflate to {bytes}, a ratio of more than {limit} to 1")]
    Ratio { bytes: u64, packed: u64, limit: u64 },
    /// Has far more compressed bytes than its content can need.
    #[error("it has {packed} compressed bytes, more than its {bytes} bytes can need")]
    Padded { bytes: u64, packed: u64 },
    /// Its bytes would lie outside the part of the archive that holds entries.
    #[error("its bytes lie outside the archive")]
    OutOfBounds,
    /// Its own header calls it something else than the central directory does.
    #[error("the central directory calls it {central:?}: the archive is damaged")]
    OtherName { central: String },
    /// Another entry, of this archive, has the same name and other content: no telling which is meant.
    #[error("duplicate: {archive} has another entry of the same name with other content")]
    Duplicate { archive: String },
    /// Another entry, of this archive, has the same name and the same content; that one is read.
    #[error("duplicate: {archive} has another entry of the same name with the same content")]
    IdenticalDuplicate { archive: String },
    /// Its bytes are not what the archive says of them, or cannot be had.
    #[error("{what}")]
    Damaged { what: String, expected: String },
}

impl EntryError {
    pub(super) fn damaged(what: impl Into<String>, expected: impl Into<String>) -> Self {
        let (what, expected) = (what.into(), expected.into());
        Self::Damaged { what, expected }
    }

    pub(crate) fn expected(&self) -> &str {
        match self {
            Self::Encrypted => "an archive without a password",
            Self::Method(_) => "method 0 (stored) or 8 (deflate)",
            Self::Link | Self::NotAFile | Self::Sparse => "an ordinary file",
            Self::TooLarge { .. } => "less, or a higher limit with --max-entry-bytes",
            Self::Ratio { .. } => "less, or a higher limit with --max-ratio",
            Self::Padded { .. } => "the size that real exports have",
            Self::OutOfBounds | Self::OtherName { .. } => "an undamaged archive",
            Self::Duplicate { .. } | Self::IdenticalDuplicate { .. } => "each name once",
            Self::Damaged { expected, .. } => expected,
        }
    }
}

/// What reading a damaged entry gives.
pub(super) fn damaged(what: impl Into<String>, expected: impl Into<String>) -> EntryRead<'static> {
    Ok(Err(EntryError::damaged(what, expected)))
}

/// Names a method as in "12 (bzip2)".
fn method(id: u16) -> String {
    let name = match id {
        9 => "deflate64",
        12 => "bzip2",
        14 => "lzma",
        93 => "zstd",
        95 => "xz",
        98 => "ppmd",
        _ => return id.to_string(),
    };
    format!("{id} ({name})")
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

    #[test]
    fn a_method_is_named_when_it_has_a_name() {
        assert_eq!(method(12), "12 (bzip2)");
        assert_eq!(method(0xFFFF), "65535");
    }

    #[test]
    fn a_foreign_name_in_a_text_is_quoted() {
        let p = EntryError::OtherName {
            central: "a\nb".into(),
        };
        assert!(!p.to_string().contains('\n'), "{p}");
    }
}
