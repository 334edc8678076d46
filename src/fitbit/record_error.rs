//! Why a record is not taken, and what that means for the tally. Knows no format.

use std::fmt::Display;

use crate::model::units::OutOfRange;
use crate::model::{EntryId, Position, Reject, Skip, Tally};

/// Why a record is not taken; the reader's answer to the walk.
#[derive(Debug)]
pub struct RecordError {
    /// Why nothing is wrong with it all the same: then it is skipped, else rejected.
    pub skip: Option<Skip>,
    /// The reason, for the tally.
    pub why: Reject,
    pub what: String,
    pub expected: String,
}

impl RecordError {
    pub fn new(why: Reject, what: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            skip: None,
            why,
            what: what.into(),
            expected: expected.into(),
        }
    }

    /// Books the record that this is the answer for.
    pub fn book(self, entry: EntryId, place: Position, tally: &mut Tally) {
        match self.skip {
            Some(why) => tally.skip(why, 1),
            None => self.reject(entry, place, tally),
        }
    }

    /// Books the record as rejected, whatever it is.
    pub fn reject(self, entry: EntryId, place: Position, tally: &mut Tally) {
        tally.reject(entry, place, self.why, self.what, self.expected);
    }

    /// Marks the entry as unreadable from here on.
    pub fn fail(self, entry: EntryId, tally: &mut Tally) {
        tally.fail(entry, self.why, self.what, self.expected);
    }

    /// Builds the answer for a field that is not there.
    pub fn missing(field: &str) -> Self {
        let what = format!("{field} is missing");
        Self::new(Reject::MissingField, what, "a value in every record")
    }

    /// Builds the answer for a stamp that cannot be read or is implausible. Fitbit pads some files with
    /// rows of the last day of 2099, which are none.
    pub fn date(field: &str, text: &str, expected: &str) -> Self {
        let what = format!("{field} is {:?}", shorten(text));
        let mut filler = ["12/31/99", "2099-12-31"].iter();
        let is_padding = filler.any(|date| text.starts_with(date));
        Self {
            skip: is_padding.then_some(Skip::Padding),
            ..Self::new(Reject::BadDate, what, expected)
        }
    }

    /// Builds the answer for a number that cannot be read or meant.
    pub fn value(field: &str, found: impl Display, expected: &str) -> Self {
        let what = format!("{field} is {}", shorten(&found.to_string()));
        Self::new(Reject::BadValue, what, expected)
    }

    /// Builds the answer for a text that says nothing that is known, shown in quotes.
    pub fn text(field: &str, found: &str, expected: &str) -> Self {
        Self::value(field, format_args!("{found:?}"), expected)
    }
}

impl From<Skip> for RecordError {
    fn from(why: Skip) -> Self {
        Self {
            skip: Some(why),
            ..Self::new(Reject::MissingField, "", "")
        }
    }
}

impl From<OutOfRange> for RecordError {
    fn from(e: OutOfRange) -> Self {
        Self::new(Reject::BadValue, e.to_string(), e.expected)
    }
}

impl From<serde_json::Error> for RecordError {
    fn from(e: serde_json::Error) -> Self {
        let expected = "a record with the fields of its type";
        Self::new(Reject::WrongType, shorten(&e.to_string()), expected)
    }
}

/// What a reader answers where it found nothing that can be meant.
pub trait OrError<T>: Sized {
    /// Answers with an error where there is nothing.
    fn or_error(self, bad: impl FnOnce() -> RecordError) -> Result<T, RecordError>;

    fn or_missing(self, field: &str) -> Result<T, RecordError> {
        self.or_error(|| RecordError::missing(field))
    }

    fn or_date(self, field: &str, text: &str, expected: &str) -> Result<T, RecordError> {
        self.or_error(|| RecordError::date(field, text, expected))
    }

    fn or_value(self, field: &str, found: impl Display, expected: &str) -> Result<T, RecordError> {
        self.or_error(|| RecordError::value(field, found, expected))
    }

    fn or_text(self, field: &str, found: &str, expected: &str) -> Result<T, RecordError> {
        self.or_error(|| RecordError::text(field, found, expected))
    }
}

impl<T> OrError<T> for Option<T> {
    fn or_error(self, bad: impl FnOnce() -> RecordError) -> Result<T, RecordError> {
        self.ok_or_else(bad)
    }
}

/// Cuts foreign text to a length that a finding can carry.
pub fn shorten(text: &str) -> String {
    const LONGEST: usize = 80;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
