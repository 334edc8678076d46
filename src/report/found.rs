//! What became of the records of one entry, and one finding with the names of its place, cleaned and
//! ready to be shown.
//!
//! A [`Finding`] knows its entry by number only; here the number becomes archive and path. The
//! names are foreign and are cleaned when they come in, so that nothing further on has to.

use std::collections::BTreeMap;

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};

use super::clean::{LONGEST, clean, clean_tail, clean_to};
use super::stated;
use super::words::position_text;
use crate::model::{Finding, Position, Reject, Tally};

/// Most characters of an archive's name in a line.
const ARCHIVE: usize = 48;
/// Most characters of an entry's path in a line.
const ENTRY: usize = 96;

/// One entry of the catalogue and what became of its records: a row of the manifest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntryReport<'a> {
    /// Name of the archive as the catalogue has it: foreign text.
    pub(crate) archive: &'a str,
    /// Path in the archive: foreign text.
    pub(crate) path: &'a str,
    /// Type of the entry; `None` when no type owns it.
    pub(crate) kind: Option<&'a str>,
    /// Size in bytes, unpacked.
    pub(crate) bytes: u64,
    /// Why the entry was left unread, if it was.
    pub(crate) ignored: Option<&'a str>,
    /// What became of its records.
    pub(crate) tally: &'a Tally,
}

impl EntryReport<'_> {
    /// Returns the type of the entry in a word, also of one that no type owns.
    pub(crate) fn kind(&self) -> &str {
        self.kind.unwrap_or("other")
    }
}

impl Serialize for EntryReport<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let skipped = self.tally.skipped.iter().map(|(why, n)| (why.key(), n));
        let rejected = self.tally.rejected.iter().map(|(why, n)| (why.key(), n));
        let mut row = serializer.serialize_map(None)?;
        row.serialize_entry("archive", self.archive)?;
        row.serialize_entry("path", self.path)?;
        row.serialize_entry("type", &self.kind)?;
        row.serialize_entry("bytes", &self.bytes)?;
        row.serialize_entry("records", &self.tally.records)?;
        row.serialize_entry("converted", &self.tally.converted())?;
        row.serialize_entry("skipped", &skipped.collect::<BTreeMap<_, _>>())?;
        row.serialize_entry("rejected", &rejected.collect::<BTreeMap<_, _>>())?;
        if let Some(error) = &self.tally.error {
            row.serialize_entry("error", error)?;
        }
        if let Some(ignored) = self.ignored {
            row.serialize_entry("ignored", ignored)?;
        }
        row.end()
    }
}

/// A finding and its place, all text cleaned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Found {
    /// Name of the archive; empty for the export as a whole.
    #[serde(serialize_with = "stated")]
    pub(crate) archive: String,
    /// Path of the entry; empty for the export as a whole.
    #[serde(serialize_with = "stated")]
    pub(crate) entry: String,
    /// Type of the entry, as in the manifest.
    #[serde(rename = "type", serialize_with = "stated")]
    pub(crate) kind: String,
    /// Where in the entry.
    #[serde(serialize_with = "place")]
    pub(crate) position: Position,
    /// What was rejected, or `None` for a remark.
    #[serde(rename = "reason", serialize_with = "key")]
    pub(crate) reject: Option<Reject>,
    /// What was found.
    pub(crate) what: String,
    /// What was expected; may be empty.
    pub(crate) expected: String,
}

fn place<S: Serializer>(position: &Position, to: S) -> Result<S::Ok, S::Error> {
    stated(&position_text(*position), to)
}

fn key<S: Serializer>(why: &Option<Reject>, to: S) -> Result<S::Ok, S::Error> {
    why.map(Reject::key).serialize(to)
}

impl Found {
    /// Names the place of a finding; `entry` is that of its entry, if it has one.
    pub(crate) fn new(finding: &Finding, entry: Option<&EntryReport<'_>>) -> Self {
        let name = |pick: fn(&EntryReport<'_>) -> String| entry.map(pick).unwrap_or_default();
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

    /// Returns the name of the entry without its folders; empty for the export as a whole.
    pub(crate) fn entry_name(&self) -> &str {
        self.entry.rsplit('/').next().unwrap_or_default()
    }

    /// Returns `archive: entry: record 17: weight is -3.2 lb, expected 2.2 to 1433 lb`.
    pub(crate) fn line(&self) -> String {
        let text = stated_parts([
            &clean_tail(&self.archive, ARCHIVE),
            &clean_tail(&self.entry, ENTRY),
            &position_text(self.position),
            &self.said(),
        ])
        .join(": ");
        clean(&text).into_owned()
    }

    /// Returns `weight-2024-01-01.json, record 17: weight is -3.2 lb, expected 2.2 to 1433 lb`: the
    /// line without archive and folders, which the report page has.
    pub(crate) fn brief(&self) -> String {
        let place = stated_parts([self.entry_name(), &position_text(self.position)]).join(", ");
        let text = stated_parts([&clean_tail(&place, ARCHIVE), &self.said()]).join(": ");
        clean(&text).into_owned()
    }

    /// Tells whether it is about a part of the export that is not there.
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self.reject, Some(Reject::Missing | Reject::NotGiven))
    }

    /// Returns what was found and what was expected, without the place.
    pub(crate) fn said(&self) -> String {
        match self.expected.as_str() {
            "" => self.what.clone(),
            expected => format!("{}, expected {expected}", self.what),
        }
    }
}

/// The parts of a line that are there.
pub(super) fn stated_parts<const N: usize>(parts: [&str; N]) -> Vec<&str> {
    parts.into_iter().filter(|part| !part.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::testing::entry;
    use super::*;
    use crate::model::{EntryId, Skip};

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

    #[test]
    fn an_entry_is_a_row_whose_numbers_add_up() {
        let mut tally = Tally::default();
        for _ in 0..4 {
            tally.record();
        }
        tally.skip(Skip::Padding, 2);
        tally.skip(Skip::Duplicate, 1);
        tally.fail(EntryId(0), Reject::Truncated, "cut", "");
        let row = serde_json::to_string(&entry("w", "weight", &tally));
        assert_eq!(
            row.unwrap_or_default(),
            r#"{"archive":"takeout-001.zip","path":"w","type":"weight","bytes":0,"records":4,"converted":1,"skipped":{"duplicate":1,"padding":2},"rejected":{},"error":"cut"}"#
        );
    }
}
