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
//! Recent rows: UTC, with the offset in a column of its own. Older rows carry the placeholder
//! `+00:00`, and their stamps are local in spite of their `Z`. Such a start is given as local with
//! an offset of 0 beside it, so that an account that does live at `+00:00` loses nothing.
//!
//! # Units
//! Minutes; -1 means "none".
//!
//! # Errors
//! A stamp or offset that cannot be meant, an end before its start, an id that is no number, an
//! unknown type.
//!
//! # Source
//! Headers as seen in archives of 2025 and 2026. The placeholder was found on 88 % of the rows of a
//! twelve-year account.

use super::hypnogram::level;
use super::json::Bad;
use super::reading::{Told, each_told};
use super::sleep::{span, sum};
use super::sleep_score::id;
use super::stamp::{ISO_EXPECTED, Iso, offset, plausible_iso};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::records::{
    LooseStage, SleepKind, SleepLog, SleepSummary, Stamp, StatedBy, StatedOffset,
};
use crate::model::{LocalTime, Offset, Records, Reject, Tally};

/// Reads `UserSleeps_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = ["sleep_id", "sleep_type", "sleep_start", "sleep_end"];
    each_told(entry, tally, &needed, |told, _| {
        let log = log(told)?;
        if let (Stamp::Utc(at), Some(offset)) = (log.start, log.start_offset) {
            records.offsets.push(StatedOffset {
                entry: entry.id,
                by: StatedBy::UserSleeps,
                at,
                offset,
            });
        }
        records.sleep.push(log);
        Ok(())
    });
}

fn log(told: Told<'_>) -> Result<SleepLog, Bad> {
    let row = told.row;
    let (start, end) = (iso(row, "sleep_start")?, iso(row, "sleep_end")?);
    let stated = stated(row, start)?;
    let placeholder = stated.is_none_or(|o| o == Offset(0));
    Ok(SleepLog {
        origin: told.origin,
        log_id: id(row, "sleep_id")?,
        date_of_sleep: None,
        start: if placeholder {
            Stamp::Local(start.clock)
        } else {
            Stamp::Utc(start.instant().unwrap_or(start.clock.minus(Offset(0))))
        },
        start_offset: stated,
        seconds: span(axis(end).0 - axis(start).0)?,
        kind: kind(row)?,
        minutes_asleep: minutes(row, "minutes_asleep")?,
        minutes_awake: minutes(row, "minutes_awake")?,
        summary: SleepSummary::default(),
        main_sleep: None,
        stages: Vec::new(),
        provider: told.provider,
    })
}

fn iso(row: Row<'_>, column: &str) -> Result<Iso, Bad> {
    let text = row.need(column)?;
    plausible_iso(text).ok_or_else(|| Bad::date(column, text, ISO_EXPECTED))
}

/// A stamp as written, `Z` or not: both ends of a row stand on the same axis.
fn axis(iso: Iso) -> LocalTime {
    iso.instant().map_or(iso.clock, |at| LocalTime(at.0))
}

/// The offset beside the start, in its own column or, if that is empty, in the stamp.
fn stated(row: Row<'_>, start: Iso) -> Result<Option<Offset>, Bad> {
    let column = "start_utc_offset";
    let Some(text) = row.get(column) else {
        return Ok(start.offset);
    };
    let expected = "+HH:MM or -HH:MM";
    let stated = offset(text).ok_or_else(|| Bad::value(column, &format!("{text:?}"), expected))?;
    Ok(Some(stated))
}

fn kind(row: Row<'_>) -> Result<SleepKind, Bad> {
    let text = row.need("sleep_type")?;
    match text.to_ascii_lowercase().as_str() {
        "stages" => Ok(SleepKind::Stages),
        "classic" => Ok(SleepKind::Classic),
        _ => Err(Bad::value(
            "sleep_type",
            &format!("{text:?}"),
            "STAGES or CLASSIC",
        )),
    }
}

fn minutes(row: Row<'_>, column: &str) -> Result<Option<u32>, Bad> {
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
    each_told(entry, tally, &needed, |told, _| {
        records.sleep_stages.push(stage(&told)?);
        Ok(())
    });
}

fn stage(told: &Told<'_>) -> Result<LooseStage, Bad> {
    let row = told.row;
    let start = axis(iso(row, "sleep_stage_start")?);
    let end = axis(iso(row, "sleep_stage_end")?);
    if end <= start {
        let what = format!("sleep_stage_end is {end}, its start {start}");
        let expected = "an end after the start";
        return Err(Bad::new(Reject::BadInterval, what, expected));
    }
    let word = row.need("sleep_stage_type")?;
    // "AWAKE" stands in logs of both kinds; which one it is shows when the stage is joined.
    let level = level(word, SleepKind::Stages).or_else(|| level(word, SleepKind::Classic));
    let unknown = || Bad::value("sleep_stage_type", &format!("{word:?}"), "a level of sleep");
    Ok(LooseStage {
        origin: told.origin,
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
    use crate::fitbit::reading::tests::run;
    use crate::model::Instant;
    use crate::model::records::{Rank, SleepLevel};

    const SLEEPS: &str = "sleep_id,sleep_type,minutes_asleep,minutes_awake,start_utc_offset,sleep_start,end_utc_offset,sleep_end,data_source\n";
    const STAGES: &str =
        "sleep_id,sleep_stage_type,start_utc_offset,sleep_stage_start,sleep_stage_end\n";

    fn sleeps(rows: &str) -> (Records, Tally) {
        run(read, "x.csv", &format!("{SLEEPS}{rows}\n"))
    }

    #[test]
    fn a_stated_offset_makes_the_stamp_an_instant_and_is_evidence() {
        let row = "5000000020070000123,STAGES,400,50,+02:00,2026-05-01T21:10:00Z,+02:00,2026-05-02T04:40:30Z,FITBIT";
        let (records, _) = sleeps(row);
        let log = records.sleep.first().unwrap();
        assert_eq!(log.start, Stamp::Utc(Instant(1_777_669_800)));
        assert_eq!((log.seconds, log.minutes_asleep), (27_030, Some(400)));
        assert_eq!(log.provider.rank, Rank::Device);
        let stated = records.offsets.first().unwrap();
        assert_eq!(
            (stated.offset, stated.by),
            (Offset(7200), StatedBy::UserSleeps)
        );
    }

    #[test]
    fn a_placeholder_means_local_and_is_no_evidence() {
        let row = "7,CLASSIC,-1,,+00:00,2016-05-01 23:10:00+0000,+00:00,2016-05-02 06:40:00+0000,";
        let (records, _) = sleeps(row);
        let log = records.sleep.first().unwrap();
        assert_eq!(log.start, Stamp::Local(LocalTime(1_462_144_200)));
        assert_eq!(
            (log.start_offset, log.minutes_asleep),
            (Some(Offset(0)), None)
        );
        assert!(records.offsets.is_empty());
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
