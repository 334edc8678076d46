//! The name of an entry, in the form that readers are chosen by.
//!
//! Lower case, because people re-zip on systems that change it; basename and folder apart. Knows no
//! rows of SOURCES.

use super::stamp::iso_date;
use crate::model::LocalDate;

/// Folders that only Fitbit has.
const OWN_FOLDERS: &[&str] = &[
    "global export data",
    "google data",
    "user-site-export",
    "active zone minutes (azm)",
    "activity goals",
    "daily readiness",
    "heart rate variability",
    "oxygen saturation (spo2)",
    "paired devices",
    "physical activity",
    "sleep score",
    "stress score",
    "your profile",
];
/// Folders of Google's other products that people export beside Fitbit.
const OTHERS: &[&str] = &[
    "android device configuration service",
    "blogger",
    "calendar",
    "chrome",
    "classroom",
    "contacts",
    "drive",
    "fit",
    "gemini",
    "google account",
    "google chat",
    "google fit",
    "google pay",
    "google photos",
    "google play store",
    "google store",
    "groups",
    "hangouts",
    "home app",
    "keep",
    "location history (timeline)",
    "mail",
    "maps",
    "maps (your places)",
    "my activity",
    "my maps",
    "nest",
    "news",
    "notebooklm",
    "photos",
    "profile",
    "saved",
    "search contributions",
    "tasks",
    "timeline",
    "youtube and youtube music",
];

/// An entry's path, split and lower-cased.
#[derive(Clone, Copy, Debug)]
pub struct Name<'a> {
    /// The whole path in lower case.
    pub path: &'a str,
    /// The last component, in lower case.
    pub base: &'a str,
    /// Everything before it, in lower case; empty at the root.
    pub folder: &'a str,
}

impl<'a> Name<'a> {
    /// Splits a path that is in lower case already.
    pub fn new(path: &'a str) -> Self {
        let (folder, base) = path.rsplit_once('/').unwrap_or(("", path));
        Self { path, base, folder }
    }

    /// Tells whether another product of Google wrote the entry. Below the folder of Takeout every
    /// product has a folder: Fitbit's is called so, or `Google Health`, or, where it was translated,
    /// it holds one of Fitbit's own folders.
    pub fn is_foreign(&self) -> bool {
        let mut folders = self.folder.split('/').filter(|f| !f.is_empty());
        let below = self.folder.split('/').any(|f| f.starts_with("takeout"));
        if below {
            folders.find(|f| f.starts_with("takeout"));
        }
        let Some(product) = folders.next() else {
            return false;
        };
        let is_ours = |f: &str| {
            ["fitbit", "google health"].contains(&f)
                || OWN_FOLDERS.contains(&f)
                || f.ends_with("_googledata")
        };
        if below {
            !is_ours(product) && (OTHERS.contains(&product) || !folders.any(is_ours))
        } else {
            OTHERS.contains(&product) && !folders.any(is_ours)
        }
    }

    /// Tells whether the entry only looks like one: resource forks of macOS, dot files, READMEs.
    pub fn is_junk(&self) -> bool {
        self.base.starts_with('.')
            || self.path.split('/').any(|part| part == "__macosx")
            || (self.base.ends_with(".txt") && self.base.contains("readme"))
    }

    /// Returns what stands between `stem` plus `-` or `_` and `suffix`: `json_of("heart_rate")`
    /// of `heart_rate-2024-05-01.json` is `2024-05-01`.
    pub fn after(&self, stem: &str, separators: &[char], suffix: &str) -> Option<&'a str> {
        strip(self.base, stem)?
            .strip_prefix(separators)?
            .strip_suffix(suffix)
    }

    /// Tells whether this is `<stem>-….json`.
    pub fn is_json(&self, stem: &str) -> bool {
        self.after(stem, &['-'], ".json").is_some()
    }

    /// Tells whether this is `<stem>.csv` or `<stem>_….csv` or `<stem>-….csv`, followed by a date.
    pub fn is_csv(&self, stem: &str) -> bool {
        let dated = self
            .after(stem, &['_', '-'], ".csv")
            .is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit()));
        dated || strip(self.base, stem) == Some(".csv")
    }

    /// Tells whether this is a CSV whose title begins like this, as in `daily spo2 - ….csv`.
    pub fn is_titled(&self, title: &str) -> bool {
        let name = self.base.strip_suffix(".csv");
        let rest = name.and_then(|name| strip(name, title));
        rest.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(" -") || rest.starts_with(['_', '-'])
        })
    }

    /// Returns the name of the table: the basename up to its date or number.
    pub fn stem(&self) -> &'a str {
        let name = self.base.split('.').next().unwrap_or(self.base);
        let mut cuts = name.match_indices([' ', '-', '_', '(']).map(|(at, _)| at);
        let is_number = |at: &usize| {
            let rest = name.get(at + 1..).unwrap_or_default();
            rest.starts_with(|c: char| c.is_ascii_digit())
        };
        let end = cuts.find(is_number).unwrap_or(name.len());
        let stem = name.get(..end).unwrap_or(name);
        stem.trim_end_matches([' ', '-', '_', '('])
    }

    /// Tells whether this is a table of Takeout's own folders, whose names are titles in words.
    pub fn is_title(&self) -> bool {
        self.stem().contains(' ')
    }

    /// Returns the first `YYYY-MM-DD` in the basename that is a date.
    pub fn date(&self) -> Option<LocalDate> {
        (0..self.base.len())
            .filter_map(|i| self.base.get(i..i + 10))
            .find_map(iso_date)
    }
}

/// What stands behind the beginning of a name, whose letters may be large in `beginning`.
fn strip<'a>(name: &'a str, beginning: &str) -> Option<&'a str> {
    let (head, rest) = name.split_at_checked(beginning.len())?;
    head.eq_ignore_ascii_case(beginning).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dash_and_an_underscore_tell_json_and_csv_apart() {
        assert!(Name::new("a/heart_rate-2024-05-01.json").is_json("heart_rate"));
        assert!(Name::new("heart_rate_2024-05-01.csv").is_csv("heart_rate"));
        assert!(Name::new("heart_rate-2024-05-01.csv").is_csv("heart_rate"));
        assert!(!Name::new("heart_rate_variability_2024-05-01.csv").is_csv("heart_rate"));
        assert!(!Name::new("resting_heart_rate-2024-05-01.json").is_json("heart_rate"));
        assert!(Name::new("weight.csv").is_csv("weight"));
    }

    #[test]
    fn the_date_of_a_name_must_exist() {
        let date = |n: &str| Name::new(n).date().map(|d| d.to_string());
        assert_eq!(
            date("heart_rate-2024-02-29.json").as_deref(),
            Some("2024-02-29")
        );
        assert_eq!(date("heart_rate-2024-13-45.json"), None);
        assert_eq!(date("exercise-0.json"), None);
    }

    #[test]
    fn the_folder_of_the_product_tells_whose_a_file_is() {
        let foreign = |path: &str| Name::new(path).is_foreign();
        for path in [
            "takeout/keep/exercise-0.json",
            "takeout/drive/training/steps_2025-06-01.csv",
            "takeout/google photos/photos from 2025/weight-2025-06-03.json",
            "takeout/something new/sleep-2025-06-01.json",
            "takeout/fit/activities/12345.tcx",
            "takeout-1/takeout/mail/sleep-2025-06-01.json",
            "keep/exercise-0.json",
        ] {
            assert!(foreign(path), "{path}");
        }
        for path in [
            "takeout/fitbit/global export data/sleep-2025-06-01.json",
            "takeout/google health/activities/12345.tcx",
            "takeout/santé/global export data/sleep-2025-06-01.json",
            "takeout/santé/physical activity_googledata/steps/steps_2025-06-01.csv",
            "takeout/global export data/sleep-2025-06-01.json",
            "takeout/sleep-2025-06-01.json",
            "fitbit/global export data/sleep-2025-06-01.json",
            "drive/fitbit/sleep-2025-06-01.json",
            "myfitbitdata/jane doe/sleep/sleep-2025-06-01.json",
            "backup/sleep-2025-06-01.json",
            "sleep-2025-06-01.json",
        ] {
            assert!(!foreign(path), "{path}");
        }
    }

    #[test]
    fn what_a_mac_adds_is_junk() {
        assert!(Name::new("__macosx/takeout/._steps-2024-01-01.json").is_junk());
        assert!(Name::new("x/._steps-2024-01-01.json").is_junk());
        assert!(Name::new("x/steps_readme.txt").is_junk());
        assert!(!Name::new("x/steps-2024-01-01.json").is_junk());
    }
}
