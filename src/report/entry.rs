//! What became of the records of one entry: a row of the manifest, and what the account adds up.

use std::collections::BTreeMap;

use serde::Serialize;
use serde::ser::{SerializeMap as _, Serializer};

use crate::model::Tally;

/// One entry of the catalogue and what became of its records: a row of the manifest.
#[derive(Clone, Copy, Debug)]
pub struct EntryReport<'a> {
    /// Name of the archive as the catalogue has it: foreign text.
    pub archive: &'a str,
    /// Path in the archive: foreign text.
    pub path: &'a str,
    /// Type of the entry; `None` when no type owns it.
    pub kind: Option<&'a str>,
    /// Size in bytes, unpacked.
    pub bytes: u64,
    /// Why the entry was left unread, if it was.
    pub ignored: Option<&'a str>,
    /// What became of its records.
    pub tally: &'a Tally,
}

impl EntryReport<'_> {
    /// Returns the type of the entry in a word, also of one that no type owns.
    #[must_use]
    pub fn kind(&self) -> &str {
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

#[cfg(test)]
mod tests {
    use super::super::group::tests::entry;
    use super::*;
    use crate::model::{EntryId, Reject, Skip};

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
