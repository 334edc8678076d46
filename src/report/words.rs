//! Words for people: reasons, kinds, labels, numbers and dates as summary and page write them.
//!
//! The reasons of the manifest have their words in `model::finding`. Not translated, and
//! no locale is asked: the same run says the same words everywhere.

use crate::garmin::Connect;
use crate::model::{LocalDate, Position};

pub(crate) use crate::model::{counted, grouped, kind_words};

/// Where Garmin Connect takes files; its app on a phone does not.
pub(crate) const IMPORT_PAGE: &str = "https://connect.garmin.com/modern/import-data";

/// Returns what a label means, as a sentence without its full stop.
pub(crate) fn connect_text(connect: Connect) -> &'static str {
    match connect {
        Connect::Imports => "Garmin Connect imports these",
        Connect::Often => "Garmin Connect imports these for many people, not for all",
        Connect::Archive => "Garmin Connect refuses these today; sound files to keep",
    }
}

/// Returns a key such as `fitness_equipment` as words that begin with a capital letter.
pub(crate) fn kind_title(key: &str) -> String {
    let words = kind_words(key);
    let mut letters = words.chars();
    let first = letters.next().map(char::to_uppercase);
    first.into_iter().flatten().chain(letters).collect()
}

/// Declares the kinds of output files: key, what one holds, what people call one and several.
macro_rules! kinds {
    ($($key:literal $holds:literal $one:literal $many:literal,)*) => {
        /// Returns what a kind of output file holds, in words.
        pub(crate) fn output_words(kind: &str) -> &str {
            match kind {
                $($key => $holds,)*
                other => other,
            }
        }

        /// Returns a number of files of a kind as people call what is in them, as in "3 activities".
        pub(crate) fn files_words(kind: &str, n: u64) -> String {
            match kind {
                $($key => counted(n, $one, $many),)*
                other => counted(n, &format!("{other} file"), &format!("{other} files")),
            }
        }
    };
}

kinds! {
    "activity" "Activities" "activity" "activities",
    "weight" "Weigh-ins" "file of weigh-ins" "files of weigh-ins",
    "body" "Weigh-ins as a table" "year of weights" "years of weights",
    "daily" "Daily totals" "month of daily totals" "months of daily totals",
    "monitoring" "Days in full: steps, heart rate" "day of steps and heart rate" "days of steps and heart rate",
    "sleep" "Nights with their stages" "sleep file" "sleep files",
    "hrv" "Heart-rate variability" "night of HRV" "nights of HRV",
    "health-daily" "Table of all days" "table of days" "tables of days",
    "sleep-table" "Table of all nights" "table of nights" "tables of nights",
}

/// Returns the place in an entry, empty for the entry as a whole.
pub(crate) fn position_text(position: Position) -> String {
    match position {
        Position::Entry => String::new(),
        Position::Record(n) => format!("record {n}"),
        Position::Line(n) => format!("line {n}"),
    }
}

/// Returns `2019-03-02 to 2024-02-28`, or one date where both are the same.
pub(crate) fn dates(first: LocalDate, last: LocalDate) -> String {
    match first == last {
        true => first.to_string(),
        false => format!("{first} to {last}"),
    }
}

/// English short names of the months.
pub(crate) const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Returns the short name of a month, 1 to 12.
pub(crate) fn month_name(month: u32) -> &'static str {
    let at = usize::try_from(month).unwrap_or(0).saturating_sub(1);
    MONTHS.get(at).copied().unwrap_or("")
}

/// Returns a month as in `Mar 2019`.
pub(crate) fn month_year(date: LocalDate) -> String {
    let (year, month, _) = date.ymd();
    format!("{} {year}", month_name(month))
}

/// Returns a date as in `2 Mar 2019`.
pub(crate) fn date_words(date: LocalDate) -> String {
    let (year, month, day) = date.ymd();
    format!("{day} {} {year}", month_name(month))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Reject, Skip};

    #[test]
    fn every_reason_has_words_of_its_own() {
        let skips = Skip::ALL.iter().map(|r| r.text());
        let texts: Vec<_> = skips.chain(Reject::ALL.iter().map(|r| r.text())).collect();
        let unique: std::collections::BTreeSet<_> = texts.iter().collect();
        assert!(unique.len() == texts.len() && texts.len() > 20, "{texts:?}");
    }

    #[test]
    fn thousands_are_set_apart() {
        for (n, text) in [
            (0, "0"),
            (999, "999"),
            (1000, "1,000"),
            (1_234_567, "1,234,567"),
        ] {
            assert_eq!(grouped(n), text);
        }
        assert_eq!(kind_title("fitness_equipment"), "Fitness equipment");
        assert_eq!(kind_title("hrv_daily_csv"), "HRV daily CSV");
        assert_eq!(counted(1, "entry", "entries"), "1 entry");
        assert_eq!(counted(2000, "entry", "entries"), "2,000 entries");
    }

    #[test]
    fn one_date_is_not_a_range() {
        let d = LocalDate::from_ymd(2024, 2, 29).unwrap_or_default();
        assert_eq!(dates(d, d), "2024-02-29");
        assert_eq!(dates(d, d.plus(1)), "2024-02-29 to 2024-03-01");
        assert_eq!(date_words(d), "29 Feb 2024");
    }
}
