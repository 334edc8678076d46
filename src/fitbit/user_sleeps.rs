//! Sleep logs, stages and scores of GoogleData, and the scores of `sleep_score.csv`.
//!
//! Knows nothing of the classic JSON, which tells most of the same nights under other ids: the join
//! by time, and those of stages and scores to their logs, happen later.
//!
//! **Shape.** `UserSleeps_DATE.csv`: `sleep_id,sleep_type,…,minutes_asleep,minutes_awake,…,start_utc_offset,
//! sleep_start,end_utc_offset,sleep_end,data_source,…`. `UserSleepStages_DATE.csv`: `sleep_id,…,
//! sleep_stage_type,start_utc_offset,sleep_stage_start,…,sleep_stage_end,…`. `UserSleepScores_DATE.csv`:
//! `sleep_id,…,overall_score,…`. `sleep_score.csv`, the whole history: `sleep_log_entry_id,timestamp,
//! overall_score,…` in any order, the sub-scores blank in newer rows. Ids of GoogleData have 19 digits and
//! are not those of the JSON. There is no mark of the main sleep. **Time.** All stamps end in `Z` or
//! `+0000`. In exports of 2026, which have a column `algorithm_version`, they are UTC and the offset stands
//! beside them; in those of 2025 they are local time whatever the offset says, and so are all rows with
//! the placeholder `+00:00`. Starts are given as that column says; `validate::clocks` asks the other tables
//! of the export whether it is so. Of scores no time is taken: the stamp of `sleep_score.csv` is the local
//! end of the sleep behind a false `Z`. **Units.** Minutes; points, 0 to 100, rounded; -1 means "none".
//! **Errors.** An implausible stamp or offset, an end before its start, an id that is no number, an unknown
//! type, a score that is none or beyond 0 to 100. **Source.** Headers as seen in archives of 2019 to 2026.
//! The placeholder was found on 88 % of the rows of a twelve-year account.

use std::sync::Arc;

use super::hypnogram::level;
use super::json::count;
use super::reading::each_sourced;
use super::record_error::{OrError as _, RecordError};
use super::sleep::{kind_of, span, sum};
use super::stamp::{Iso, offset};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::checked::Night;
use crate::model::records::{LooseStage, Provider, SleepKind, SleepLog, SleepScore, Stamp};
use crate::model::{LocalTime, Offset, Records, Reject, Skip, Tally};

/// The column by which exports of 2026 are known.
const ALGORITHM: &str = "algorithm_version";

/// Reads `UserSleeps_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = ["sleep_id", "sleep_type", "sleep_start", "sleep_end"];
    each_sourced(entry, tally, &needed, |row, provider| {
        records.sleep.push(log(&row, provider)?);
        Ok(())
    });
}

fn log(row: &Row<'_>, provider: Provider) -> Result<SleepLog, RecordError> {
    let (start, end) = (row.iso("sleep_start")?, row.iso("sleep_end")?);
    let start_offset = stated(row, start)?;
    let is_utc = row.has(ALGORITHM) && start_offset.is_some_and(|o| o != Offset(0));
    let clock = axis(start);
    let night = Night {
        log_id: id(row, "sleep_id")?,
        seconds: span(axis(end).0 - clock.0)?,
        kind: kind(row)?,
        minutes_asleep: minutes(row, "minutes_asleep")?,
        minutes_awake: minutes(row, "minutes_awake")?,
        ..Night::default()
    };
    Ok(SleepLog {
        origin: row.origin,
        date_of_sleep: None,
        start: if is_utc {
            Stamp::Utc(clock.minus(Offset(0)))
        } else {
            Stamp::Local(clock)
        },
        start_offset,
        night,
        algorithm: row.get(ALGORITHM).map(Arc::from),
        provider,
    })
}

/// A stamp as written, `Z` or not: both ends of a row stand on the same axis.
fn axis(iso: Iso) -> LocalTime {
    iso.instant().map_or(iso.clock, |at| LocalTime(at.0))
}

/// The offset beside the start, in its own column or, if that is empty, in the stamp.
fn stated(row: &Row<'_>, start: Iso) -> Result<Option<Offset>, RecordError> {
    let column = "start_utc_offset";
    let Some(text) = row.get(column) else {
        return Ok(start.offset);
    };
    offset(text)
        .map(Some)
        .or_text(column, text, "+HH:MM or -HH:MM")
}

fn kind(row: &Row<'_>) -> Result<SleepKind, RecordError> {
    let text = row.need("sleep_type")?;
    kind_of(&text.to_ascii_lowercase()).or_text("sleep_type", text, "STAGES or CLASSIC")
}

fn minutes(row: &Row<'_>, column: &str) -> Result<Option<u32>, RecordError> {
    let number = row.measured(column, &[-1.0])?;
    number.map(|n| sum(n, column)).transpose()
}

/// Reads `UserSleepStages_DATE.csv`.
pub fn read_stages(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    const NEEDED: [&str; 4] = [
        "sleep_id",
        "sleep_stage_type",
        "sleep_stage_start",
        "sleep_stage_end",
    ];
    each_sourced(entry, tally, &NEEDED, |row, _| {
        records.sleep_stages.push(stage(&row)?);
        Ok(())
    });
}

fn stage(row: &Row<'_>) -> Result<LooseStage, RecordError> {
    let start = axis(row.iso("sleep_stage_start")?);
    let end = axis(row.iso("sleep_stage_end")?);
    if end <= start {
        let what = format!("sleep_stage_end is {end}, its start {start}");
        let expected = "an end after the start";
        return Err(RecordError::new(Reject::BadInterval, what, expected));
    }
    let word = row.need("sleep_stage_type")?;
    // "AWAKE" stands in logs of both kinds; which one it is shows when the stage is joined.
    let level = level(word, SleepKind::Stages).or_else(|| level(word, SleepKind::Classic));
    Ok(LooseStage {
        origin: row.origin,
        log_id: id(row, "sleep_id")?,
        level: level.or_text("sleep_stage_type", word, "a level of sleep")?,
        start,
        end,
    })
}

/// Reads `sleep_score.csv` or `UserSleepScores_DATE.csv`, which name a sleep in the column `sleep`.
pub fn read_scores(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, sleep: &str) {
    each_sourced(entry, tally, &[sleep, "overall_score"], |row, _| {
        let log_id = id(&row, sleep)?;
        let number = row
            .measured("overall_score", &[-1.0])?
            .ok_or(Skip::Sentinel)?;
        // UserSleepScores has decimals, sleep_score.csv the same number rounded.
        let points = count(number.round(), 100).filter(|_| (0.0..=100.0).contains(&number));
        records.sleep_scores.push(SleepScore {
            origin: row.origin,
            log_id,
            overall: points.or_value("overall_score", number, "0 to 100")?,
        });
        Ok(())
    });
}

/// Returns an id: up to 19 digits, more than a float could hold.
fn id(row: &Row<'_>, column: &str) -> Result<u64, RecordError> {
    let text = row.need(column)?;
    let is_number = text.bytes().all(|b| b.is_ascii_digit());
    let id = text.parse().ok().filter(|_| is_number);
    id.or_text(column, text, "a number")
}

#[cfg(test)]
mod tests;
