//! The files of an output: what can be asked for, and one type for a file from the writer that makes it
//! to the manifest that lists it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::LocalDate;

/// The outputs that can be asked for with `--only`; the help of the command line says it in these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum Only {
    /// Activities with heart rate and GPS (FIT, import)
    Activities,
    /// Weight (FIT, import)
    Weight,
    /// Daily totals (Garmin CSV, import)
    Daily,
    /// Weight as Garmin CSV, the fallback for --only weight (made only when asked for)
    Body,
    /// Steps, heart rate, SpO2 and respiration by minute (FIT, archive)
    Monitoring,
    /// Sleep (FIT and CSV, archive)
    Sleep,
    /// Heart rate variability (FIT, archive)
    Hrv,
    /// One line of values per day (CSV, archive)
    Health,
}

impl Only {
    /// Returns the name on the command line and in the manifest.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Activities => "activities",
            Self::Weight => "weight",
            Self::Daily => "daily",
            Self::Body => "body",
            Self::Monitoring => "monitoring",
            Self::Sleep => "sleep",
            Self::Hrv => "hrv",
            Self::Health => "health",
        }
    }
}

/// What Garmin Connect does with a file. Reports of users, not a promise of Garmin's.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Connect {
    /// It imports.
    Imports,
    /// It imports for many, not for all.
    Often,
    /// It is refused today; the file is a valid archive for other readers.
    #[default]
    Archive,
}

impl Connect {
    /// Returns the word used in the manifest.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Imports => "imports",
            Self::Often => "often",
            Self::Archive => "archive",
        }
    }
}

/// One file of an output.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenFile {
    /// Path below OUT, with `/`.
    pub path: String,
    /// What it holds: `activity`, `weight`, `report`, …
    pub kind: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 as 64 hex digits.
    pub sha256: String,
    /// Records that went into it.
    #[serde(default)]
    pub records: u64,
    /// First date or time in it, ISO 8601, if it has one.
    #[serde(default)]
    pub first: Option<String>,
    /// Last date or time in it.
    #[serde(default)]
    pub last: Option<String>,
    /// What Garmin Connect does with it.
    #[serde(default)]
    pub garmin_connect: Connect,
    /// What had to be left out of single fields, for the report.
    #[serde(skip)]
    pub remarks: Vec<String>,
}

impl WrittenFile {
    /// Returns the first and the last date in it.
    #[must_use]
    pub fn dates(&self) -> Option<(LocalDate, LocalDate)> {
        let date = |stamp: &Option<String>| LocalDate::of_stamp(stamp.as_deref()?);
        Some((date(&self.first)?, date(&self.last)?))
    }

    /// Describes the bytes of a file that holds no records.
    #[must_use]
    pub fn new(path: &str, kind: &str, bytes: &[u8]) -> Self {
        Self {
            path: path.to_owned(),
            kind: kind.to_owned(),
            bytes: bytes.len() as u64,
            sha256: sha256(bytes),
            ..Self::default()
        }
    }
}

/// Returns the SHA-256 of bytes as 64 hex digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex(Sha256::digest(bytes).as_slice())
}

/// Returns bytes as lower-case hex digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}
