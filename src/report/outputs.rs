//! What was written, summed up by kind: how many files, of what dates, in which folders.
//!
//! It knows what Garmin Connect does with a kind by its label only, and never opens a file.

use serde::Serialize;

use super::words::files_words;
use crate::garmin::Output;
use crate::model::LocalDate;
use crate::model::file::{Connect, WrittenFile};

/// Files of one kind, summed up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct OutputKind {
    /// Kind, as in the manifest.
    pub(crate) kind: String,
    /// What Garmin Connect does with it.
    #[serde(rename = "garmin_connect")]
    pub(crate) connect: Connect,
    /// Number of files.
    pub(crate) files: u64,
    /// Records in all files.
    pub(crate) records: u64,
    /// Bytes of all files.
    pub(crate) bytes: u64,
    /// Earliest date; `None` when no file says.
    pub(crate) first: Option<LocalDate>,
    /// Latest date; `None` when no file says.
    pub(crate) last: Option<LocalDate>,
    /// Folders of the files with the number of files in each, in order.
    #[serde(skip)]
    pub(crate) folders: Vec<(String, u64)>,
}

/// Sums the files up, what imports first; within a label in the order of the paths.
pub(crate) fn output_kinds<'f>(
    files: impl IntoIterator<Item = &'f WrittenFile>,
) -> Vec<OutputKind> {
    let mut kinds = Vec::new();
    for file in files {
        add_to(&mut kinds, &file.kind, file.garmin_connect, |kind| {
            kind.add(file);
        });
    }
    kinds.sort_by_key(|k| k.connect);
    kinds
}

/// Counts files that would be written, each by its row of the table of outputs.
pub(crate) fn planned_kinds<'o>(files: impl IntoIterator<Item = &'o Output>) -> Vec<OutputKind> {
    let mut kinds = Vec::new();
    for file in files {
        add_to(&mut kinds, file.kind, file.connect, |kind| kind.files += 1);
    }
    kinds.sort_by_key(|k| k.connect);
    kinds
}

fn add_to(
    kinds: &mut Vec<OutputKind>,
    kind: &str,
    connect: Connect,
    add: impl FnOnce(&mut OutputKind),
) {
    if let Some(known) = kinds.iter_mut().find(|k| k.kind == kind) {
        return add(known);
    }
    let mut new = OutputKind {
        kind: kind.to_owned(),
        connect,
        ..OutputKind::default()
    };
    add(&mut new);
    kinds.push(new);
}

/// Names the kinds with their numbers, as in "3 activities, 1 file of weigh-ins".
pub(crate) fn files_list<'k>(kinds: impl IntoIterator<Item = &'k OutputKind>) -> String {
    let list = kinds.into_iter().map(|k| files_words(&k.kind, k.files));
    list.collect::<Vec<_>>().join(", ")
}

impl OutputKind {
    fn add(&mut self, file: &WrittenFile) {
        self.files += 1;
        self.records += file.records;
        self.bytes += file.bytes;
        if let Some((first, last)) = file.dates() {
            self.first = Some(self.first.map_or(first, |known| known.min(first)));
            self.last = self.last.max(Some(last));
        }
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        match self.folders.iter_mut().find(|(f, _)| f == folder) {
            Some((_, files)) => *files += 1,
            None => self.folders.push((folder.to_owned(), 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::delivered;
    use super::*;

    #[test]
    fn files_are_summed_by_kind_and_what_imports_comes_first() {
        let kinds = output_kinds(&delivered());
        let shown: Vec<_> = kinds
            .iter()
            .map(|k| {
                let [first, last] = [k.first, k.last].map(Option::unwrap_or_default);
                let dates = format!("{first} to {last}");
                (k.kind.as_str(), k.files, k.records, dates)
            })
            .collect();
        let expected = [
            ("activity", 3, 3, "2022-03-02 to 2024-02-28"),
            ("weight", 1, 88, "2022-03-02 to 2024-02-28"),
            ("daily", 1, 30, "2022-03-01 to 2022-03-31"),
            ("sleep", 1, 1, "2022-03-02 to 2022-03-02"),
        ];
        assert_eq!(shown, expected.map(|(k, f, r, d)| (k, f, r, d.to_owned())));
        let folders: Vec<_> = kinds.iter().flat_map(|k| k.folders.clone()).collect();
        assert!(folders.contains(&("import/activities/batch-001".to_owned(), 2)));
    }
}
