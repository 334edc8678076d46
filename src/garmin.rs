//! OUTPUTS: the kinds of file that come out, one row per kind, and the contract of a writer.
//!
//! A writer first plans its files (paths and ranges, nothing else) and then renders them one by
//! one, on any thread, into bytes: a pure function of [`Checked`] and the units that were chosen. Writers know
//! no Fitbit, no disk and no clock. Each row says what Garmin Connect does with its files; we never
//! pretend to be a Garmin device and never disguise data as activities.

use crate::fit::EncodeError;
pub use crate::model::file::Connect;
use crate::model::file::Only;
use crate::model::{Checked, LocalDate};

pub(crate) mod activity;
mod body;
mod cells;
mod common;
mod daily;
mod energy;
mod health_daily;
mod hrv;
mod monitoring;
mod sleep;
mod sleep_table;
pub(crate) mod sport;
mod weight;

#[cfg(test)]
mod specimen;

/// One file to come: its path below OUT and the range it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Path below OUT, `/` between folders, made of our own words and numbers only.
    pub path: String,
    /// Indices into the list that the writer works on, or days since 1970-01-01: first, and one
    /// after the last.
    pub range: (i64, i64),
}

impl PlannedFile {
    /// Returns the dates of a file whose range counts days.
    fn dates(&self) -> impl Iterator<Item = LocalDate> + use<> {
        let days = self.range.0..self.range.1;
        days.filter_map(|d| i32::try_from(d).ok()).map(LocalDate)
    }

    /// Returns the part of `list` that a range of indices covers; empty where it covers none of it.
    fn part_of<'a, T>(&self, list: &'a [T]) -> &'a [T] {
        let index = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        let part = list.get(index(self.range.0)..index(self.range.1));
        part.unwrap_or(&[])
    }
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

impl Rendered {
    /// A file that had room for all it was to hold.
    fn new<T: ToString>(bytes: Vec<u8>, records: usize, first: T, last: T) -> Self {
        Self {
            bytes,
            records: records as u64,
            first: first.to_string(),
            last: last.to_string(),
            remarks: Vec::new(),
        }
    }
}

/// What comes of a planned file: `None` when it would hold no record, an error when a FIT field cannot
/// hold a value, which the types of the model prevent.
pub type Rendering = Result<Option<Rendered>, EncodeError>;

/// One row: a kind of file.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// By what it is asked for, shared by kinds that belong together.
    pub name: Only,
    /// The kind in the manifest.
    pub kind: &'static str,
    /// Path pattern, for the documentation.
    pub files: &'static str,
    /// What Garmin Connect does with it.
    pub connect: Connect,
    /// Whether it is written without being asked for by name.
    pub by_default: bool,
    /// Lays out the files.
    pub plan: fn(&Checked) -> Vec<PlannedFile>,
    /// Renders one of them into a buffer, whose memory is reused; in miles and pounds where the flag
    /// says so and the file is a CSV of Garmin's.
    pub render: fn(&Checked, bool, &PlannedFile, Vec<u8>) -> Rendering,
}

/// Declares the rows: the writer; the name for `--only`, the kind in the manifest, what Garmin Connect
/// does with the files, and whether they are written without being asked for; the pattern of the paths.
macro_rules! outputs {
    ($($writer:ident: $name:ident $kind:literal $connect:ident $by_default:literal, $files:literal;)*) => {
        /// Every kind of file that comes out.
        pub const OUTPUTS: &[Output] = &[$(Output {
            name: Only::$name,
            kind: $kind,
            files: $files,
            connect: Connect::$connect,
            by_default: $by_default,
            plan: $writer::plan,
            render: $writer::render,
        },)*];
    };
}

outputs! {
    activity: Activities "activity" Imports true, "import/activities/batch-NNN/YYYYMMDDHHMMSS-SPORT-LOGID.fit";
    weight: Weight "weight" Imports true, "import/weight/weight-YYYY-MM[-n].fit";
    daily: Daily "daily" Often true, "import/daily/daily-YYYY-MM.csv";
    body: Body "body" Imports false, "import/body/body-YYYY.csv";
    monitoring: Monitoring "monitoring" Archive true, "archive/monitoring/YYYY/YYYY-MM-DD.fit";
    sleep: Sleep "sleep" Archive true, "archive/sleep/YYYY/YYYY-MM-DD[-n].fit";
    hrv: Hrv "hrv" Archive true, "archive/hrv/YYYY/YYYY-MM-DD.fit";
    health_daily: Health "health-daily" Archive true, "archive/health-daily.csv";
    sleep_table: Sleep "sleep-table" Archive true, "archive/sleep.csv";
}

/// Turns items, each with the key of its file and its place (index or day), into one file per run of
/// equal keys. `path` names the file of a key.
fn runs<K: PartialEq>(
    items: impl Iterator<Item = (K, i64)>,
    path: impl Fn(&K) -> String,
) -> Vec<PlannedFile> {
    let mut files: Vec<PlannedFile> = Vec::new();
    let mut current = None;
    for (key, at) in items {
        match files.last_mut() {
            Some(file) if current.as_ref() == Some(&key) => file.range.1 = at + 1,
            _ => {
                let (path, range) = (path(&key), (at, at + 1));
                files.push(PlannedFile { path, range });
                current = Some(key);
            }
        }
    }
    files
}

/// Tells whether a path below OUT is one that a row of OUTPUTS gives its files.
#[must_use]
pub fn is_output(path: &str) -> bool {
    OUTPUTS.iter().any(|output| fits(output.files, path))
}

/// Tells whether a path fits a pattern: a word in capitals stands for a number or a stamp (`SPORT`
/// for a word), `[-n]` for a number that may be missing.
fn fits(pattern: &str, path: &str) -> bool {
    if let Some(rest) = pattern.strip_prefix("[-n]") {
        return fits(rest, path) || fits(&format!("-N{rest}"), path);
    }
    let end = pattern.find(|c: char| !c.is_ascii_uppercase());
    let (word, rest) = pattern.split_at(end.unwrap_or(pattern.len()));
    if word.is_empty() {
        let (mut letters, mut met) = (pattern.chars(), path.chars());
        return match (letters.next(), met.next()) {
            (None, None) => true,
            (a, b) => a == b && fits(letters.as_str(), met.as_str()),
        };
    }
    let stands = |c: char| match word {
        "SPORT" => c.is_ascii_lowercase() || c == '-' || c == '_',
        _ => c.is_ascii_digit(),
    };
    let longest = path.find(|c| !stands(c)).unwrap_or(path.len());
    (1..=longest).any(|n| path.get(n..).is_some_and(|after| fits(rest, after)))
}

#[cfg(test)]
mod tests {
    pub(super) mod decoded;

    use super::*;
    use crate::model::Instant;
    use crate::model::checked::Parts;
    use crate::model::metrics::Day;

    #[test]
    fn folders_agree_with_what_garmin_connect_does() {
        for output in OUTPUTS {
            let archive = output.files.starts_with("archive/");
            assert_eq!(
                archive,
                output.connect == Connect::Archive,
                "{}",
                output.kind
            );
            assert!(archive || output.files.starts_with("import/"));
        }
        assert!(OUTPUTS.len() > 7);
    }

    #[test]
    fn kinds_are_told_apart_and_nothing_comes_of_nothing() {
        for (at, output) in OUTPUTS.iter().enumerate() {
            let same = OUTPUTS.iter().skip(at + 1).any(|o| o.kind == output.kind);
            assert!(!same, "{}", output.kind);
            assert!((output.plan)(&Checked::default()).is_empty());
        }
    }

    #[test]
    fn the_same_data_gives_the_same_bytes_whatever_the_buffer_held()
    -> Result<(), crate::fit::EncodeError> {
        let mut parts = Parts::default();
        parts.nights.push(specimen::night());
        parts
            .weights
            .push(specimen::weigh_in(Instant(1_709_278_200), 70.0));
        let day = Day {
            steps: Some(5),
            ..Day::default()
        };
        parts.days.insert(crate::model::LocalDate(19_783), day);
        let checked = Checked::new(parts);
        let mut files = 0;
        for output in OUTPUTS {
            for file in (output.plan)(&checked) {
                let fresh = (output.render)(&checked, false, &file, Vec::new())?;
                let used = (output.render)(&checked, false, &file, vec![0xAB; 5000])?;
                let bytes = fresh.map(|f| f.bytes);
                assert!(bytes.is_some(), "{}", file.path);
                assert!(crate::garmin::is_output(&file.path), "{}", file.path);
                assert_eq!(bytes, used.map(|f| f.bytes));
                files += 1;
            }
        }
        assert_eq!(files, 7);
        Ok(())
    }

    #[test]
    fn neighbours_with_one_key_share_a_file() {
        let items = [(1, 10), (1, 12), (2, 13), (2, 14), (2, 20)];
        let files = runs(items.into_iter(), |k| format!("f{k}"));
        let told: Vec<(&str, (i64, i64))> =
            files.iter().map(|p| (p.path.as_str(), p.range)).collect();
        assert_eq!(told, [("f1", (10, 13)), ("f2", (13, 21))]);
        assert!(runs(std::iter::empty::<(u8, i64)>(), |_| String::new()).is_empty());
    }

    #[test]
    fn a_file_outside_the_list_covers_nothing() {
        let file = |range| PlannedFile {
            path: String::new(),
            range,
        };
        assert_eq!(file((1, 3)).part_of(&[1, 2, 3]), [2, 3]);
        for range in [(2, 4), (-1, 2), (2, 1)] {
            assert!(file(range).part_of(&[1, 2, 3]).is_empty(), "{range:?}");
        }
    }

    #[test]
    fn only_the_paths_of_outputs_fit() {
        for ours in [
            "import/activities/batch-001/20240301070000-running-51000000000.fit",
            "import/weight/weight-2024-03-2.fit",
            "import/activities/batch-012/20240301070000-cross-country-skiing-5.fit",
            "import/daily/daily-2024-03.csv",
            "archive/sleep/2024/2024-03-01.fit",
            "archive/sleep/2024/2024-03-01-2.fit",
            "archive/health-daily.csv",
        ] {
            assert!(is_output(ours), "{ours}");
        }
        for foreign in [
            "",
            "mine.txt",
            "mine.fit",
            "photos/a.jpg",
            "import/mine.fit",
            "import/activities/batch-001/mine.fit",
            "import/activities/batch-001/my-own-run.fit",
            "import/activities/batch-x/20240301070000-running-5.fit",
            "archive/sleep/2024/2024-03-01-.fit",
            "archive/sleep/2024/2024-03-01.fit.bak",
            "archive/sleep/2024/x/2024-03-01.fit",
            "archive/health-daily.csv/x",
            "../archive/sleep.csv",
        ] {
            assert!(!is_output(foreign), "{foreign}");
        }
    }
}
