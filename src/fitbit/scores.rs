//! Scores of whole days: stress management and readiness.
//!
//! Knows nothing of how Fitbit comes to its scores; only the totals are read.
//!
//! # Shape
//! Three tables with a row per date: `Stress Score.csv` (`DATE,UPDATED_AT,STRESS_SCORE,…,STATUS,
//! CALCULATION_FAILED`), `Daily Readiness Score - DATE.csv` (`date,readiness_score_value,…`) and
//! `daily_readiness.csv` of GoogleData (`timestamp,score,…`).
//!
//! # Time
//! Labels of the local date.
//!
//! # Units
//! Points, 1 to 100. A stress score of 0, a status `NO_DATA` and a failed calculation hold no score.
//!
//! # Errors
//! A date that cannot be meant, a score that is no number or beyond 100.
//!
//! # Source
//! Headers as seen in Takeout archives of 2022 to 2026.

use super::days::{DayTable, Labels, label, read_days, value};
use super::reading::{NONE, each_told};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::{Records, Skip, Tally};

/// Reads `Stress Score.csv`.
pub fn read_stress(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_told(entry, tally, &["date", "stress_score"], |told, tally| {
        let date = label(told.row, "date", Labels::Local)?;
        let score = told.row.number("stress_score")?;
        let score = score.filter(|n| !NONE.contains(n) && !is_void(told.row));
        let Some((date, score)) = date.zip(score) else {
            tally.skip(Skip::NoData, 1);
            return Ok(());
        };
        let by = (told.origin, told.provider);
        let score = value(by, date, Metric::StressScore, "stress_score", score)?;
        records.daily.push(score);
        Ok(())
    });
}

/// Tells whether the row says itself that it holds no score.
fn is_void(row: Row<'_>) -> bool {
    let is = |column, word: &str| {
        row.get(column)
            .is_some_and(|c| c.eq_ignore_ascii_case(word))
    };
    is("status", "NO_DATA") || is("calculation_failed", "true")
}

/// Reads `Daily Readiness Score - DATE.csv`.
pub fn read_readiness(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let table = DayTable {
        time: "date",
        labels: Labels::Local,
        value: "readiness_score_value",
        absent: NONE,
        metric: Metric::ReadinessScore,
    };
    read_days(entry, records, tally, &table);
}

/// Reads `daily_readiness.csv`.
pub fn read_google_readiness(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    let table = DayTable {
        time: "timestamp",
        labels: Labels::Google,
        value: "score",
        absent: NONE,
        metric: Metric::ReadinessScore,
    };
    read_days(entry, records, tally, &table);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::reading::tests::run;

    #[test]
    fn a_stress_row_that_says_it_has_no_score_has_none() {
        let text = "DATE,UPDATED_AT,STRESS_SCORE,STATUS,CALCULATION_FAILED\n\
            2024-01-12T00:00:00,2024-01-12T17:07:49.634,79,READY_NOT_PREMIUM,false\n\
            2024-01-13T00:00:00,x,79,NO_DATA,false\n2024-01-14T00:00:00,x,79,READY,true\n\
            2024-01-15T00:00:00,x,0,READY,false\n2024-01-16T00:00:00,x,179,READY,false\n";
        let (records, tally) = run(read_stress, "x.csv", text);
        assert!(matches!(records.daily.as_slice(), [d] if d.value == 79.0));
        assert_eq!(tally.skipped.get(&Skip::NoData), Some(&3));
        assert_eq!(tally.rejected_total(), 1);
    }

    #[test]
    fn readiness_has_two_tables() {
        let takeout = "date,readiness_score_value,readiness_state\n2024-02-22,72,MED\n";
        let google = "timestamp,score,type,data source\n2026-02-22,72,HIGH,Fitbit App\n";
        assert_eq!(run(read_readiness, "x.csv", takeout).0.daily.len(), 1);
        assert_eq!(run(read_google_readiness, "x.csv", google).0.daily.len(), 1);
    }
}
