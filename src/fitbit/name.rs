//! The name of an entry, in the form that readers are chosen by.
//!
//! Lower case, because people re-zip on systems that change it; basename and folder apart. Knows no
//! rows of SOURCES.

use crate::model::LocalDate;

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
    #[must_use]
    pub fn new(path: &'a str) -> Self {
        let (folder, base) = path.rsplit_once('/').unwrap_or(("", path));
        Self { path, base, folder }
    }

    /// Tells whether the entry only looks like one: resource forks of macOS, dot files, READMEs.
    #[must_use]
    pub fn is_junk(&self) -> bool {
        self.base.starts_with('.')
            || self.path.split('/').any(|part| part == "__macosx")
            || (self.base.ends_with(".txt") && self.base.contains("readme"))
    }

    /// Returns what stands between `stem` plus `-` or `_` and `suffix`: `json_of("heart_rate")`
    /// of `heart_rate-2024-05-01.json` is `2024-05-01`.
    #[must_use]
    pub fn after(&self, stem: &str, separators: &[char], suffix: &str) -> Option<&'a str> {
        self.base
            .strip_prefix(stem)?
            .strip_prefix(separators)?
            .strip_suffix(suffix)
    }

    /// Tells whether this is `<stem>-….json`.
    #[must_use]
    pub fn is_json(&self, stem: &str) -> bool {
        self.after(stem, &['-'], ".json").is_some()
    }

    /// Tells whether this is `<stem>.csv` or `<stem>_….csv` or `<stem>-….csv`, followed by a date.
    #[must_use]
    pub fn is_csv(&self, stem: &str) -> bool {
        let dated = self
            .after(stem, &['_', '-'], ".csv")
            .is_some_and(|d| d.starts_with(|c: char| c.is_ascii_digit()));
        dated || self.base.strip_suffix(".csv") == Some(stem)
    }

    /// Tells whether this is a CSV whose title begins like this, as in `daily spo2 - ….csv`.
    #[must_use]
    pub fn is_titled(&self, title: &str) -> bool {
        self.base
            .strip_suffix(".csv")
            .and_then(|b| b.strip_prefix(title))
            .is_some_and(|rest| {
                rest.is_empty()
                    || rest.starts_with(" -")
                    || rest.starts_with('_')
                    || rest.starts_with('-')
            })
    }

    /// Returns the first `YYYY-MM-DD` in the basename that is a date.
    #[must_use]
    pub fn date(&self) -> Option<LocalDate> {
        (0..self.base.len())
            .filter_map(|i| self.base.get(i..i + 10))
            .find_map(iso_date)
    }
}

/// Parses `YYYY-MM-DD`.
fn iso_date(text: &str) -> Option<LocalDate> {
    let mut parts = text.splitn(3, '-');
    let mut number = |width: usize| {
        let part = parts.next()?;
        let digits = part.len() == width && part.bytes().all(|b| b.is_ascii_digit());
        if digits {
            part.parse::<u32>().ok()
        } else {
            None
        }
    };
    let (year, month, day) = (number(4)?, number(2)?, number(2)?);
    LocalDate::from_ymd(i32::try_from(year).ok()?, month, day)
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
    fn what_a_mac_adds_is_junk() {
        assert!(Name::new("__macosx/takeout/._steps-2024-01-01.json").is_junk());
        assert!(Name::new("x/._steps-2024-01-01.json").is_junk());
        assert!(Name::new("x/steps_readme.txt").is_junk());
        assert!(!Name::new("x/steps-2024-01-01.json").is_junk());
    }
}
