//! OUTPUTS: the kinds of file that come out, one row per kind, and the contract of a writer.
//!
//! A writer first plans its files (paths and ranges, nothing else) and then renders them one by
//! one, on any thread, into bytes: a pure function of [`Checked`] and the [`Choice`]. Writers know
//! no Fitbit, no disk and no clock. Each row says what Garmin Connect does with its files; we never
//! pretend to be a Garmin device and never disguise data as activities.

use crate::fit::EncodeError;
use crate::model::{Checked, LocalDate};

pub mod activity;
pub mod body;
mod cells;
pub mod common;
pub mod daily;
#[cfg(test)]
mod decoded;
mod energy;
pub mod health_daily;
pub mod hrv;
mod layout;
pub mod monitoring;
mod names;
pub mod outputs;
pub mod sleep;
pub mod sleep_table;
#[cfg(test)]
mod specimen;
pub mod sport;
pub mod weight;

pub use names::is_output;
pub use outputs::OUTPUTS;

/// What Garmin Connect does with a file. Reports of users, not a promise of Garmin's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Connect {
    /// It imports.
    Imports,
    /// It imports for many, not for all.
    Often,
    /// It is refused today; the file is a valid archive for other readers.
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

/// What the user chose that a writer must know. Dates and types are already applied to `Checked`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Choice {
    /// Miles and pounds in Garmin's CSV files.
    pub imperial: bool,
}

/// One file to come: its path below OUT and the range it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Path below OUT, `/` between folders, made of our own words and numbers only.
    pub path: String,
    /// Indices into the list that the writer works on, or days since 1970-01-01: first, and one
    /// after the last.
    pub range: (i64, i64),
}

/// A finished file.
#[derive(Clone, Debug, Default)]
pub struct Rendered {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// What it holds, in records of its kind.
    pub records: u64,
    /// First instant or date in it, ISO 8601.
    pub first: String,
    /// Last instant or date in it, ISO 8601.
    pub last: String,
    /// What had to be left out of single fields, for the report.
    pub remarks: Vec<String>,
}

/// Renders a piece into a buffer, whose memory is reused.
pub type Render = fn(&Checked, &Choice, &Piece, Vec<u8>) -> Result<Option<Rendered>, EncodeError>;

/// One row: a kind of file.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// The name for `--only`, shared by kinds that belong together.
    pub name: &'static str,
    /// The kind in the manifest.
    pub kind: &'static str,
    /// Path pattern, for the README.
    pub files: &'static str,
    /// What Garmin Connect does with it.
    pub connect: Connect,
    /// Whether it is written without being asked for by name.
    pub by_default: bool,
    /// Lays out the files.
    pub plan: fn(&Checked, &Choice) -> Vec<Piece>,
    /// Renders one of them. A file without records is `None`.
    pub render: Render,
}

/// Returns the dates of a piece whose range counts days.
pub fn dates_of(piece: &Piece) -> impl Iterator<Item = LocalDate> + use<> {
    let (from, to) = piece.range;
    (from..to)
        .filter_map(|d| i32::try_from(d).ok())
        .map(LocalDate)
}
