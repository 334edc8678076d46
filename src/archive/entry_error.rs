//! Why one entry cannot be used: what the catalogue alone reveals, and what reading it shows.
//!
//! Such an entry becomes a finding and the run goes on. It is not known here which entries matter.

use std::fmt;

use super::error::in_bytes;

/// A fault of one entry. The text says what is wrong; [`EntryError::expected`] what should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// Encrypted: only its owner's password opens it.
    Encrypted,
    /// Compressed with a method other than stored and deflate (number of APPNOTE 4.4.5).
    Method(u16),
    /// A symbolic or hard link; links are never followed.
    Link,
    /// A device, a FIFO, a socket, or a directory under the name of a file.
    NotAFile,
    /// A sparse file of a tar archive.
    Sparse,
    /// Larger than the limit for one entry.
    TooLarge {
        /// Claimed size, in bytes.
        bytes: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// Grows on inflating beyond anything that real data does: a zip bomb.
    Ratio {
        /// Claimed size, in bytes.
        bytes: u64,
        /// Compressed size, in bytes.
        packed: u64,
        /// Bytes per compressed byte that are believed.
        limit: u64,
    },
    /// Has far more compressed bytes than its content can need.
    Padded {
        /// Claimed size, in bytes.
        bytes: u64,
        /// Compressed size, in bytes.
        packed: u64,
    },
    /// Its bytes would lie outside the part of the archive that holds entries.
    OutOfBounds,
    /// Its own header calls it something else than the central directory does.
    OtherName {
        /// The name in the central directory.
        central: String,
    },
    /// Another entry has the same name and other content: no telling which is meant.
    Duplicate {
        /// File name of the archive that holds the other one.
        archive: String,
    },
    /// Another entry has the same name and the same content; that one is read.
    IdenticalDuplicate {
        /// File name of the archive that holds the other one.
        archive: String,
    },
    /// Its bytes are not what the archive says of them, or cannot be had.
    Damaged {
        /// What is wrong, as in "the CRC-32 is 00000001, the archive says deadbeef".
        what: String,
        /// What was expected instead.
        expected: String,
    },
}

impl EntryError {
    pub(super) fn damaged(what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self::Damaged {
            what: what.into(),
            expected: expected.into(),
        }
    }

    /// Returns what was expected instead.
    #[must_use]
    pub fn expected(&self) -> &str {
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

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encrypted => write!(f, "it is encrypted"),
            Self::Method(id) => write!(f, "compression method {} is not supported", method(*id)),
            Self::Link => write!(f, "it is a link, and links are not followed"),
            Self::NotAFile => write!(f, "it is a device, a pipe, a socket or a folder"),
            Self::Sparse => write!(f, "it is a sparse file"),
            Self::TooLarge { bytes, limit } => {
                write!(
                    f,
                    "it has {}, more than the limit of {limit}",
                    in_bytes(*bytes)
                )
            }
            Self::Ratio {
                bytes,
                packed,
                limit,
            } => write!(
                f,
                "{packed} bytes would inflate to {bytes}, a ratio of more than {limit} to 1"
            ),
            Self::Padded { bytes, packed } => write!(
                f,
                "it has {packed} compressed bytes, more than its {bytes} bytes can need"
            ),
            Self::OutOfBounds => write!(f, "its bytes lie outside the archive"),
            Self::OtherName { central } => {
                write!(
                    f,
                    "the central directory calls it {central:?}: the archive is damaged"
                )
            }
            Self::Duplicate { archive } => write!(
                f,
                "duplicate: {archive} has another entry of the same name with other content"
            ),
            Self::IdenticalDuplicate { archive } => write!(
                f,
                "duplicate: {archive} has another entry of the same name with the same content"
            ),
            Self::Damaged { what, .. } => write!(f, "{what}"),
        }
    }
}

/// Methods that archivers use beside deflate (APPNOTE 4.4.5).
const METHODS: [(u16, &str); 6] = [
    (9, "deflate64"),
    (12, "bzip2"),
    (14, "lzma"),
    (93, "zstd"),
    (95, "xz"),
    (98, "ppmd"),
];

/// Names a method as in "12 (bzip2)".
fn method(id: u16) -> String {
    match METHODS.iter().find(|(known, _)| *known == id) {
        Some((_, name)) => format!("{id} ({name})"),
        None => id.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
