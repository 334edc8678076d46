//! One finding with the names of its place, cleaned and ready to be shown.
//!
//! A [`Finding`] knows its entry by number only; here the number becomes archive and path. The
//! names are foreign and are cleaned when they come in, so that nothing further on has to.

use serde::{Serialize, Serializer};

use super::clean::{LONGEST, clean, clean_tail, clean_to};
use super::entry::EntryReport;
use super::stated;
use super::words::position_text;
use crate::model::{Finding, Position, Reject};

/// Most characters of an archive's name in a line.
const ARCHIVE: usize = 48;
/// Most characters of an entry's path in a line.
const ENTRY: usize = 96;

/// A finding and its place, all text cleaned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// Name of the archive; empty for the export as a whole.
    #[serde(serialize_with = "stated")]
    pub archive: String,
    /// Path of the entry; empty for the export as a whole.
    #[serde(serialize_with = "stated")]
    pub entry: String,
    /// Type of the entry, as in the manifest.
    #[serde(rename = "type", serialize_with = "stated")]
    pub kind: String,
    /// Where in the entry.
    #[serde(serialize_with = "place")]
    pub position: Position,
    /// What was rejected, or `None` for a remark.
    #[serde(rename = "reason", serialize_with = "key")]
    pub reject: Option<Reject>,
    /// What was found.
    pub what: String,
    /// What was expected; may be empty.
    pub expected: String,
}

fn place<S: Serializer>(position: &Position, to: S) -> Result<S::Ok, S::Error> {
    stated(&position_text(*position), to)
}

fn key<S: Serializer>(why: &Option<Reject>, to: S) -> Result<S::Ok, S::Error> {
    why.map(Reject::key).serialize(to)
}

impl Found {
    /// Names the place of a finding; `entry` is that of its entry, if it has one.
    #[must_use]
    pub fn new(finding: &Finding, books: Option<&EntryReport<'_>>) -> Self {
        let name = |pick: fn(&EntryReport<'_>) -> String| books.map(pick).unwrap_or_default();
        Self {
            archive: name(|b| clean_tail(b.archive, LONGEST).into_owned()),
            entry: name(|b| clean_tail(b.path, LONGEST).into_owned()),
            kind: name(|b| b.kind().to_owned()),
            position: finding.position,
            reject: finding.reject,
            what: clean_to(&finding.what, 200).into_owned(),
            expected: clean_to(&finding.expected, 160).into_owned(),
        }
    }

    /// Returns `archive: entry: record 17: weight is -3.2 lb, expected 2.2 to 1433 lb`.
    #[must_use]
    pub fn line(&self) -> String {
        let parts = [
            clean_tail(&self.archive, ARCHIVE).into_owned(),
            clean_tail(&self.entry, ENTRY).into_owned(),
            position_text(self.position),
            self.said(),
        ];
        let parts: Vec<String> = parts.into_iter().filter(|p| !p.is_empty()).collect();
        clean(&parts.join(": ")).into_owned()
    }

    /// Returns `weight-2024-01-01.json, record 17: weight is -3.2 lb, expected 2.2 to 1433 lb`: the
    /// line without archive and folders, which the report page has.
    #[must_use]
    pub fn brief(&self) -> String {
        let base = self.entry.rsplit('/').next().unwrap_or_default();
        let place = [base.to_owned(), position_text(self.position)];
        let place: Vec<String> = place.into_iter().filter(|p| !p.is_empty()).collect();
        let text = match place.join(", ").as_str() {
            "" => self.said(),
            place => format!("{}: {}", clean_tail(place, ARCHIVE), self.said()),
        };
        clean(&text).into_owned()
    }

    /// Tells whether it is about a part of the export that is not there.
    #[must_use]
    pub fn is_missing(&self) -> bool {
        matches!(self.reject, Some(Reject::Missing | Reject::NotGiven))
    }

    /// Returns what was found and what was expected, without the place.
    #[must_use]
    pub fn said(&self) -> String {
        if self.expected.is_empty() {
            self.what.clone()
        } else {
            format!("{}, expected {}", self.what, self.expected)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EntryId, Tally};

    fn found(archive: &str, path: &str, what: &str) -> Found {
        let tally = Tally::default();
        let books = EntryReport {
            archive,
            path,
            kind: Some("weight"),
            bytes: 0,
            ignored: None,
            tally: &tally,
        };
        let finding = Finding {
            entry: Some(EntryId(0)),
            position: Position::Record(17),
            reject: Some(Reject::BadValue),
            what: what.to_owned(),
            expected: "2.2 to 1433 lb".to_owned(),
        };
        Found::new(&finding, Some(&books))
    }

    #[test]
    fn a_line_says_where_what_and_what_was_expected() {
        assert_eq!(
            found("takeout-001.zip", "Fitbit/weight.json", "weight is -3.2 lb").line(),
            "takeout-001.zip: Fitbit/weight.json: record 17: weight is -3.2 lb, expected 2.2 to 1433 lb"
        );
    }

    #[test]
    fn a_brief_line_has_the_name_without_the_folders() {
        assert_eq!(
            found(
                "takeout-001.zip",
                "Takeout/Fitbit/weight.json",
                "weight is -3.2 lb"
            )
            .brief(),
            "weight.json, record 17: weight is -3.2 lb, expected 2.2 to 1433 lb"
        );
    }

    #[test]
    fn hostile_names_neither_steer_nor_flood() {
        let line = found(
            &"\u{1b}]0;x\u{7}".repeat(500),
            &"\n::error::\u{202e}".repeat(500),
            &"z".repeat(90_000),
        )
        .line();
        assert!(line.chars().count() <= 300, "{line}");
        assert!(
            !line.chars().any(|c| c.is_control() || c == '\u{202e}'),
            "{line}"
        );
        assert!(line.contains("record 17: zzz"), "{line}");
    }
}
