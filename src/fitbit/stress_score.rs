//! Stress management scores of whole days.
//!
//! Knows nothing of how Fitbit comes to its scores; only the totals are read.
//!
//! # Shape
//! `Stress Score.csv`, a row per date: `DATE,UPDATED_AT,STRESS_SCORE,…,STATUS,CALCULATION_FAILED`.
//!
//! # Time
//! Labels of the local date.
//!
//! # Units
//! Points, 1 to 100. A score of 0, a status `NO_DATA` and a failed calculation hold no score.
//!
//! # Errors
//! An implausible date, a score that is no number or beyond 100.
//!
//! # Source
//! Headers as seen in Takeout archives of 2022 to 2026.

use super::days::{Labels, label, value};
use super::reading::{NONE, each_sourced};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::{Records, Skip, Tally};

/// Reads `Stress Score.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_sourced(entry, tally, &["date", "stress_score"], |row| {
        let date = label(&row, "date", Labels::Local)?;
        let score = row.number("stress_score")?;
        let score = score.filter(|n| !NONE.contains(n) && !is_void(&row));
        let (date, score) = date.zip(score).ok_or(Skip::NoData)?;
        let by = (row.origin, row.provider);
        let score = value(by, date, Metric::StressScore, "stress_score", score)?;
        records.daily.push(score);
        Ok(())
    });
}

/// Tells whether the row says itself that it holds no score.
fn is_void(row: &Row<'_>) -> bool {
    let is = |column, word: &str| {
        row.get(column)
            .is_some_and(|c| c.eq_ignore_ascii_case(word))
    };
    is("status", "NO_DATA") || is("calculation_failed", "true")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    #[test]
    fn a_stress_row_that_says_it_has_no_score_has_none() {
        let text = "DATE,UPDATED_AT,STRESS_SCORE,STATUS,CALCULATION_FAILED\n\
            2024-01-12T00:00:00,2024-01-12T17:07:49.634,79,READY_NOT_PREMIUM,false\n\
            2024-01-13T00:00:00,x,79,NO_DATA,false\n2024-01-14T00:00:00,x,79,READY,true\n\
            2024-01-15T00:00:00,x,0,READY,false\n2024-01-16T00:00:00,x,179,READY,false\n";
        let (records, tally) = run(read, "x.csv", text);
        assert!(matches!(records.daily.as_slice(), [d] if d.value == 79.0));
        assert_eq!(tally.skipped.get(&Skip::NoData), Some(&3));
        assert_eq!(tally.rejected_total(), 1);
    }
}
