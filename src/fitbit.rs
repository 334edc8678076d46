//! SOURCES: what a Fitbit export can hold, one row per type, and the contract of a reader.
//!
//! A reader gets the bytes of one entry and fills [`Records`] with what it finds, on the time axis
//! of its file; whatever it cannot read it reports in the [`Tally`] with its place, and goes on.
//! Readers know nothing of zips, of each other, of FIT or of Garmin. Entries are recognised by
//! their basename, with the nearest folder only where one basename has two meanings, because eight
//! generations of exports keep the same names in different folders.

#![expect(unreachable_pub, reason = "inside a room, pub means the room")]

use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::file::Only;
use crate::model::records::{Origin, WeightUnit};
use crate::model::{EntryId, Records, Tally};

mod by_day;
mod day_records;
mod days;
mod exercise;
mod exercise_parts;
mod heart_rate;
pub(crate) mod hypnogram;
mod json;
pub mod layout;
mod locale_date;
mod minutes;
mod monthly;
mod monthly_table;
mod name;
mod profile;
mod reading;
mod record_error;
mod respiration;
mod sleep;
mod sources;
mod stamp;
mod table;
mod tcx;
mod user_exercises;
mod user_sleeps;
mod weight;
mod zone_minutes;

#[cfg(test)]
mod testing;

pub use name::Name;
pub use sources::SOURCES;

/// One entry, decompressed.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its number in the catalogue.
    pub id: EntryId,
    /// Its name.
    pub name: Name<'a>,
    /// Its bytes.
    pub bytes: &'a [u8],
    /// Set when nobody wants the records any more.
    stop: Option<&'a AtomicBool>,
}

impl<'a> Entry<'a> {
    /// Hands over an entry, to be read to its end.
    #[must_use]
    pub fn new(id: EntryId, name: Name<'a>, bytes: &'a [u8]) -> Self {
        Self {
            id,
            name,
            bytes,
            stop: None,
        }
    }

    /// Lets the walk over its records end early once `stop` is set; who sets it drops what was read.
    #[must_use]
    pub fn until(self, stop: &'a AtomicBool) -> Self {
        Self {
            stop: Some(stop),
            ..self
        }
    }

    /// Tells whether nobody wants the records any more.
    #[must_use]
    pub fn is_stopped(&self) -> bool {
        self.stop.is_some_and(|stop| stop.load(Ordering::Relaxed))
    }

    /// Returns the place of one of its records; `position` is its record or line number, from 1.
    #[must_use]
    pub fn origin(&self, position: u32) -> Origin {
        Origin {
            entry: self.id,
            position,
        }
    }
}

/// What the user chose that a reader must know.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Lowest confidence of a heart-rate sample that is kept, 0 to 3.
    pub min_confidence: u8,
    /// Unit of weights in JSON and in the monthly CSV, where the user states it.
    pub weight_unit: Option<WeightUnit>,
    /// Whether distances in the monthly CSV are miles, where the user states it.
    pub imperial: Option<bool>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            min_confidence: 1,
            weight_unit: None,
            imperial: None,
        }
    }
}

/// Reads one entry.
pub type Read = fn(&Entry<'_>, &Settings, &mut Records, &mut Tally);

/// What is done with the entries of a row.
#[derive(Clone, Copy, Debug)]
pub enum Action {
    /// They are read.
    Read(Read),
    /// They are known and left unread, for the reason given.
    Skip(&'static str),
}

/// One row: a type of entry.
#[derive(Clone, Copy, Debug)]
pub struct Source {
    /// Name of the type in the manifest.
    pub kind: &'static str,
    /// The basenames, as people read them, for the documentation.
    pub files: &'static str,
    /// Recognises an entry.
    pub owns: fn(&Name<'_>) -> bool,
    /// What is done with it.
    pub action: Action,
    /// Time basis and unit, for the documentation.
    pub basis: &'static str,
    /// The outputs that it can reach (names of `--only`).
    pub feeds: &'static [Only],
}

/// Returns the row that owns an entry, or `None` for an entry of another kind.
#[must_use]
pub fn owner(name: &Name<'_>) -> Option<&'static Source> {
    if name.is_junk() || name.is_foreign() {
        return None;
    }
    SOURCES.iter().find(|s| (s.owns)(name))
}
