//! What was written, summed up by kind: how many files, of what dates, in which folders.
//!
//! It knows what Garmin Connect does with a kind by its label only, and never opens a file.

use serde::Serialize;

use super::words::files_words;
use crate::model::LocalDate;
use crate::model::file::{Connect, WrittenFile};

/// Files of one kind, summed up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OutputKind {
    /// Kind, as in the manifest.
    pub kind: String,
    /// What Garmin Connect does with it.
    #[serde(rename = "garmin_connect")]
    pub connect: Connect,
    /// Number of files.
    pub files: u64,
    /// Records in all files.
    pub records: u64,
    /// Bytes of all files.
    pub bytes: u64,
    /// Earliest date; `None` when no file says.
    pub first: Option<LocalDate>,
    /// Latest date; `None` when no file says.
    pub last: Option<LocalDate>,
    /// Folders of the files with the number of files in each, in order.
    #[serde(skip)]
    pub folders: Vec<(String, u64)>,
}

/// Sums the files up, what imports first; within a label in the order of the paths.
#[must_use]
pub fn output_kinds<'f>(files: impl IntoIterator<Item = &'f WrittenFile>) -> Vec<OutputKind> {
    let mut kinds: Vec<OutputKind> = Vec::new();
    for file in files {
        let at = kinds.iter().position(|k| k.kind == file.kind);
        match at.and_then(|at| kinds.get_mut(at)) {
            Some(kind) => kind.add(file),
            None => kinds.push(OutputKind::new(file)),
        }
    }
    kinds.sort_by_key(|k| k.connect);
    kinds
}

/// Names the kinds with their numbers, as in "3 activities, 1 file of weigh-ins".
#[must_use]
pub fn files_list<'k>(kinds: impl IntoIterator<Item = &'k OutputKind>) -> String {
    let list = kinds.into_iter().map(|k| files_words(&k.kind, k.files));
    list.collect::<Vec<_>>().join(", ")
}

impl OutputKind {
    fn new(file: &WrittenFile) -> Self {
        let mut kind = Self {
            kind: file.kind.clone(),
            connect: file.garmin_connect,
            files: 0,
            records: 0,
            bytes: 0,
            first: None,
            last: None,
            folders: Vec::new(),
        };
        kind.add(file);
        kind
    }

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
pub(crate) mod tests {
    use super::*;

    /// Files as a run over three years writes them: two batches, weight, daily totals, sleep.
    pub(crate) fn delivered() -> Vec<WrittenFile> {
        let (a, b) = ("2022-03-02T06:00:00Z", "2024-02-28T18:00:00Z");
        let march = ("2022-03-01", "2022-03-31");
        let files = [
            ("archive/sleep/2022/2022-03-02.fit", "sleep", 1, (a, a)),
            ("import/activities/batch-001/a.fit", "activity", 1, (a, a)),
            ("import/activities/batch-001/b.fit", "activity", 1, (a, b)),
            ("import/activities/batch-002/c.fit", "activity", 1, (b, b)),
            ("import/daily/daily-2022-03.csv", "daily", 30, march),
            ("import/weight/weight-2022.fit", "weight", 88, (a, b)),
        ];
        let file =
            |(path, kind, records, (first, last)): (&str, &str, u64, (&str, &str))| WrittenFile {
                path: path.to_owned(),
                kind: kind.to_owned(),
                bytes: 1000,
                records,
                first: Some(first.to_owned()),
                last: Some(last.to_owned()),
                garmin_connect: match kind {
                    "sleep" => Connect::Archive,
                    "daily" => Connect::Often,
                    _ => Connect::Imports,
                },
                ..WrittenFile::default()
            };
        files.map(file).to_vec()
    }

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
