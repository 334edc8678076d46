//! Sleep logs and stages of GoogleData.
//!
//! Knows nothing of the classic JSON, which tells most of the same nights under other ids: the join
//! by time, and that of stages to their logs, happen later.
//!
//! # Shape
//! `UserSleeps_DATE.csv`: `sleep_id,sleep_type,…,minutes_asleep,minutes_awake,…,start_utc_offset,
//! sleep_start,end_utc_offset,sleep_end,data_source,…`. `UserSleepStages_DATE.csv`: `sleep_id,…,
//! sleep_stage_type,start_utc_offset,sleep_stage_start,…,sleep_stage_end,…`. Ids have 19 digits and
//! are not those of the JSON. There is no mark of the main sleep.
//!
//! # Time
//! All stamps end in `Z` or `+0000`. In exports of 2026, which have a column `algorithm_version`,
//! they are UTC and the offset stands beside them; in those of 2025 they are local time whatever the
//! offset says, and so are all rows with the placeholder `+00:00`. Starts are given as that column
//! says; `validate::clocks` asks the other tables of the export whether it is so.
//!
//! # Units
//! Minutes; -1 means "none".
//!
//! # Errors
//! An implausible stamp or offset, an end before its start, an id that is no number, an
//! unknown type.
//!
//! # Source
//! Headers as seen in archives of 2025 and 2026. The placeholder was found on 88 % of the rows of a
//! twelve-year account.

use std::sync::Arc;

use super::hypnogram::level;
use super::reading::{SourcedRow, each_sourced};
use super::record_error::RecordError;
use super::sleep::{span, sum};
use super::sleep_score::id;
use super::stamp::{Iso, offset};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::checked::Night;
use crate::model::records::{LooseStage, SleepKind, SleepLog, Stamp};
use crate::model::{LocalTime, Offset, Records, Reject, Tally};

/// The column by which exports of 2026 are known.
const ALGORITHM: &str = "algorithm_version";

/// Reads `UserSleeps_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = ["sleep_id", "sleep_type", "sleep_start", "sleep_end"];
    each_sourced(entry, tally, &needed, |row| {
        records.sleep.push(log(row)?);
        Ok(())
    });
}

fn log(row: SourcedRow<'_>) -> Result<SleepLog, RecordError> {
    let (start, end) = (row.iso("sleep_start")?, row.iso("sleep_end")?);
    let stated = stated(&row, start)?;
    let is_utc = row.has(ALGORITHM) && stated.is_some_and(|o| o != Offset(0));
    Ok(SleepLog {
        origin: row.origin,
        date_of_sleep: None,
        start: if is_utc {
            Stamp::Utc(axis(start).minus(Offset(0)))
        } else {
            Stamp::Local(axis(start))
        },
        start_offset: stated,
        night: Night {
            log_id: id(&row, "sleep_id")?,
            seconds: span(axis(end).0 - axis(start).0)?,
            kind: kind(&row)?,
            minutes_asleep: minutes(&row, "minutes_asleep")?,
            minutes_awake: minutes(&row, "minutes_awake")?,
            ..Night::default()
        },
        algorithm: row.get(ALGORITHM).map(Arc::from),
        provider: row.provider,
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
    let expected = "+HH:MM or -HH:MM";
    let stated =
        offset(text).ok_or_else(|| RecordError::value(column, &format!("{text:?}"), expected))?;
    Ok(Some(stated))
}

fn kind(row: &Row<'_>) -> Result<SleepKind, RecordError> {
    let text = row.need("sleep_type")?;
    match text.to_ascii_lowercase().as_str() {
        "stages" => Ok(SleepKind::Stages),
        "classic" => Ok(SleepKind::Classic),
        _ => {
            let found = format!("{text:?}");
            Err(RecordError::value(
                "sleep_type",
                &found,
                "STAGES or CLASSIC",
            ))
        }
    }
}

fn minutes(row: &Row<'_>, column: &str) -> Result<Option<u32>, RecordError> {
    let number = row.number(column)?.filter(|n| *n != -1.0);
    number.map(|n| sum(n, column)).transpose()
}

/// Reads `UserSleepStages_DATE.csv`.
pub fn read_stages(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = [
        "sleep_id",
        "sleep_stage_type",
        "sleep_stage_start",
        "sleep_stage_end",
    ];
    each_sourced(entry, tally, &needed, |row| {
        records.sleep_stages.push(stage(&row)?);
        Ok(())
    });
}

fn stage(row: &SourcedRow<'_>) -> Result<LooseStage, RecordError> {
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
    let unknown =
        || RecordError::value("sleep_stage_type", &format!("{word:?}"), "a level of sleep");
    Ok(LooseStage {
        origin: row.origin,
        log_id: id(row, "sleep_id")?,
        level: level.ok_or_else(unknown)?,
        start,
        end,
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::fitbit::hypnogram::of_loose;
    use crate::fitbit::testing::run;
    use crate::model::Instant;
    use crate::model::records::{Rank, SleepLevel};

    const SLEEPS: &str = "sleep_id,sleep_type,minutes_asleep,minutes_awake,start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source\n";
    const STAGES: &str =
        "sleep_id,sleep_stage_type,start_utc_offset,sleep_stage_start,sleep_stage_end\n";

    fn sleeps(rows: &str) -> (Records, Tally) {
        run(read, "x.csv", &format!("{SLEEPS}{rows}\n"))
    }

    #[test]
    fn the_column_of_the_algorithm_tells_utc_and_a_placeholder_is_local() {
        let row = "5000000020070000123,STAGES,400,50,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,FITBIT";
        let (records, _) = sleeps(row);
        let log = records.sleep.first().unwrap();
        assert_eq!(log.start, Stamp::Local(LocalTime(1_777_669_800)));
        assert_eq!(
            (log.night.seconds, log.night.minutes_asleep),
            (27_030, Some(400))
        );
        assert_eq!(log.provider.rank, Rank::Device);
        assert_eq!(log.start_offset, Some(Offset(7200)));
        let header = SLEEPS.replace('\n', ",algorithm_version\n");
        let recent = |row: &str| {
            let text = format!("{header}{row},sleep_session_v1\n");
            let (records, _) = run(read, "x.csv", &text);
            let log = records.sleep.into_iter().next().unwrap();
            (log.start, log.algorithm)
        };
        let (start, algorithm) = recent(row);
        assert_eq!(start, Stamp::Utc(Instant(1_777_669_800)));
        assert_eq!(algorithm.as_deref(), Some("sleep_session_v1"));
        let old = "7,CLASSIC,-1,,+00:00,2016-05-01 23:10:00+0000,+00:00,2016-05-02 06:40:00+0000,";
        assert_eq!(recent(old).0, Stamp::Local(LocalTime(1_462_144_200)));
        let (records, _) = sleeps(old);
        assert_eq!(records.sleep.first().unwrap().night.minutes_asleep, None);
    }

    #[test]
    fn rows_that_cannot_be_meant_are_rejected() {
        let (records, tally) = sleeps(
            "x,STAGES,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,a\n\
            1,DREAM,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,a\n\
            1,STAGES,1,1,99,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,a\n\
            1,STAGES,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-01T20:40:30Z,a",
        );
        assert!(records.sleep.is_empty());
        assert_eq!((tally.rejected_total(), tally.records), (4, 4));
    }

    #[test]
    fn stages_join_their_log_on_the_axis_both_are_written_on() {
        let row = "9,CLASSIC,1,1,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-01T21:20:00Z,a";
        let (logs, _) = sleeps(row);
        let text = format!(
            "{STAGES}9,AWAKE,+02:00,2026-05-01T21:15:00Z,2026-05-01T21:20:00Z\n\
             9,ASLEEP,+02:00,2026-05-01T21:10:00Z,2026-05-01T21:15:00Z\n\
             9,ASLEEP,+02:00,2026-05-01T21:10:00Z,2026-05-01T21:10:00Z\n\
             9,FLYING,+02:00,2026-05-01T21:10:00Z,2026-05-01T21:15:00Z\n"
        );
        let (stages, tally) = run(read_stages, "x.csv", &text);
        assert_eq!(tally.rejected_total(), 2);
        let laid = of_loose(logs.sleep.first().unwrap(), &stages.sleep_stages);
        let levels: Vec<_> = laid.iter().map(|s| (s.level, s.seconds)).collect();
        let expected = [(SleepLevel::Asleep, 300), (SleepLevel::Awake, 300)];
        assert_eq!(levels, expected);
    }
}
