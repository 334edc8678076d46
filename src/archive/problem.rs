//! What is known to be wrong with an entry before it is read.
//!
//! Every way in which an archive can lie about an entry that the catalogue alone reveals. It does
//! not know which entries matter; it words the fault and what was expected.

use std::fmt;

use rawzip::CompressionMethod;

use super::error::{Damage, in_bytes};

/// A fault of an entry that is known without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
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
}

impl Problem {
    /// Returns what was expected instead.
    #[must_use]
    pub fn expected(&self) -> &'static str {
        match self {
            Self::Encrypted => "an archive without a password",
            Self::Method(_) => "method 0 (stored) or 8 (deflate)",
            Self::Link | Self::NotAFile | Self::Sparse => "an ordinary file",
            Self::TooLarge { .. } => "less, or a higher limit with --max-entry-bytes",
            Self::Ratio { .. } => "less, or a higher limit with --max-ratio",
            Self::Padded { .. } => "the size that real exports have",
            Self::OutOfBounds | Self::OtherName { .. } => "an undamaged archive",
            Self::Duplicate { .. } | Self::IdenticalDuplicate { .. } => "each name once",
        }
    }
}

impl fmt::Display for Problem {
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
        }
    }
}

impl From<&Problem> for Damage {
    fn from(problem: &Problem) -> Self {
        Self::new(problem.to_string(), problem.expected())
    }
}

/// Names a method as in "12 (bzip2)".
fn method(id: u16) -> String {
    match CompressionMethod::new(id).name() {
        Some(name) => format!("{id} ({})", name.to_ascii_lowercase()),
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
        let p = Problem::OtherName {
            central: "a\nb".into(),
        };
        assert!(!p.to_string().contains('\n'), "{p}");
    }
}
