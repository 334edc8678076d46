//! Sleep scores.
//!
//! Knows no sleep logs; a score is joined to its log by the id.
//!
//! # Shape
//! `sleep_score.csv`, the whole history in one table: `sleep_log_entry_id,timestamp,overall_score,…`
//! in any order of columns, the sub-scores blank in newer rows; and `UserSleepScores_DATE.csv` of
//! GoogleData: `sleep_id,…,overall_score,…`, whose ids are those of `UserSleeps`.
//!
//! # Time
//! None is taken: the stamp of `sleep_score.csv` is the local end of the sleep behind a false `Z`.
//!
//! # Units
//! Points, 0 to 100, rounded. Empty and -1 mean "none".
//!
//! # Errors
//! An id that is no number, a score that is none or beyond 0 to 100.
//!
//! # Source
//! Headers as seen in archives of 2019 to 2026.

use super::json::count;
use super::reading::{SourcedRow, each_sourced};
use super::record_error::RecordError;
use super::table::Row;
use super::{Entry, Settings};
use crate::model::records::SleepScore;
use crate::model::{Records, Skip, Tally};

/// Reads `sleep_score.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    scores(entry, records, tally, "sleep_log_entry_id");
}

/// Reads `UserSleepScores_DATE.csv`.
pub fn read_google(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    scores(entry, records, tally, "sleep_id");
}

fn scores(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, id: &str) {
    each_sourced(entry, tally, &[id, "overall_score"], |row| {
        records.sleep_scores.push(score(&row, id)?);
        Ok(())
    });
}

fn score(row: &SourcedRow<'_>, column: &str) -> Result<SleepScore, RecordError> {
    let log_id = id(row, column)?;
    let number = row.number("overall_score")?;
    let number = number.filter(|n| *n != -1.0).ok_or(Skip::Sentinel)?;
    // UserSleepScores has decimals, sleep_score.csv the same number rounded.
    let points = count(number.round(), 100).filter(|_| (0.0..=100.0).contains(&number));
    let bad = || RecordError::value("overall_score", &number.to_string(), "0 to 100");
    Ok(SleepScore {
        origin: row.origin,
        log_id,
        overall: points.ok_or_else(bad)?,
    })
}

/// Returns an id: up to 19 digits, more than a float could hold.
pub fn id(row: &Row<'_>, column: &str) -> Result<u64, RecordError> {
    let text = row.need(column)?;
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let id = text.parse().ok().filter(|_| digits);
    id.ok_or_else(|| RecordError::value(column, &format!("{text:?}"), "a number"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    #[test]
    fn columns_stand_in_either_order_and_the_stamp_is_not_asked() {
        let old =
            "timestamp,sleep_log_entry_id,overall_score\n2019-11-07T06:09:30Z,24550716102,75\n";
        let new = "sleep_log_entry_id,timestamp,overall_score\n24550716102,never,75\n";
        for text in [old, new] {
            let (records, _) = run(read, "x.csv", text);
            assert!(
                matches!(records.sleep_scores.as_slice(), [s] if (s.log_id, s.overall) == (24_550_716_102, 75))
            );
        }
    }

    #[test]
    fn an_id_that_is_no_number_is_rejected_and_no_score_is_none() {
        let text =
            "sleep_log_entry_id,timestamp,overall_score\nabc,not-a-date,x\n1,,\n2,,101\n+3,,50\n";
        let (records, tally) = run(read, "x.csv", text);
        assert!(records.sleep_scores.is_empty());
        assert_eq!((tally.rejected_total(), tally.skipped_total()), (3, 1));
    }

    #[test]
    fn nineteen_digits_keep_all_their_digits() {
        let text = "sleep_id,sleep_score_id,overall_score\n5000000020070000123,1,76.5\n5000000020070000124,1,-1\n";
        let (records, tally) = run(read_google, "x.csv", text);
        assert!(
            matches!(records.sleep_scores.as_slice(), [s] if (s.log_id, s.overall) == (5_000_000_020_070_000_123, 77))
        );
        assert_eq!(tally.skipped_total(), 1);
    }
}
