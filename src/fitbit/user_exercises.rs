//! Exercises as `UserExercises_DATE.csv` tells them: true UTC with the offset beside it.
//!
//! **Shape.** 33 columns in 2025, 46 in 2026, found by name. **Time.** UTC; `utc_offset` leads to
//! local time and is evidence of that date's offset. **Units.** Millimetres, kcal; heart rate 0 is
//! "not measured". **Errors.** A row whose end is not after its start is rejected; a row with a
//! `deletion_reason` was deleted by the user. **Source.** fitbit-format §8. The speed columns are
//! unreliable and not read. These rows only fill in for exercises that the JSON does not hold.

use super::exercise::{LONGEST_MS, log_type_of};
use super::json::{Bad, shorten};
use super::reading::{Told, each_told, instant};
use super::stamp;
use super::table::Row;
use super::{Entry, Settings};
use crate::model::records::{Exercise, Stamp, StatedBy, StatedOffset};
use crate::model::units::{Bpm, Kilocalories, Metres};
use crate::model::{Instant, Records, Reject, Skip, Tally};

/// Reads `UserExercises_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = &["exercise_id", "exercise_start", "exercise_end"];
    each_told(entry, tally, needed, |told, tally| {
        if told.row.get("deletion_reason").is_some() {
            tally.skip(Skip::Deleted, 1);
            return Ok(());
        }
        let exercise = exercise(&told)?;
        if let (Some(offset), Stamp::Utc(at)) = (exercise.offset, exercise.start) {
            records.offsets.push(StatedOffset {
                entry: entry.id,
                by: StatedBy::UserExercises,
                at,
                offset,
            });
        }
        records.exercises.push(exercise);
        Ok(())
    });
}

fn exercise(told: &Told<'_>) -> Result<Exercise, Bad> {
    let row = &told.row;
    let id = row.need("exercise_id")?;
    let log_id = id
        .parse()
        .map_err(|_| Bad::value("exercise_id", &format!("{id:?}"), "a positive whole number"))?;
    let (start, end) = (
        instant(*row, "exercise_start")?,
        instant(*row, "exercise_end")?,
    );
    let duration_ms = duration(start, end)?;
    let metres = |columns: &[&str]| {
        first(row, columns).map(|mm| mm.and_then(|n| Metres::new(n / 1000.0).ok()))
    };
    let pool = row
        .number("tracker_pool_length")?
        .or(row.number("pool_length")?);
    Ok(Exercise {
        origin: told.origin,
        log_id,
        name: shorten(row.get("activity_name").unwrap_or_default()),
        type_id: None,
        start: Stamp::Utc(start),
        duration_ms,
        active_ms: duration_ms,
        calories: first(
            row,
            &["tracker_total_calories", "manually_logged_total_calories"],
        )?
        .and_then(|n| Kilocalories::new(n).ok()),
        distance: metres(&[
            "tracker_total_distance_mm",
            "manually_logged_total_distance_mm",
        ])?,
        steps: first(row, &["tracker_total_steps", "manually_logged_total_steps"])?.and_then(count),
        elevation_gain: metres(&["tracker_total_altitude_mm"])?,
        average_heart_rate: row
            .number("tracker_avg_heart_rate")?
            .and_then(|n| Bpm::rounded(n).ok()),
        log_type: log_type_of(row.get("log_type").unwrap_or_default()),
        source: None,
        pool_length: pool
            .and_then(|n| Metres::new(n).ok())
            .filter(|m| m.get() >= 1.0 && m.get() < 655.0),
        pool_in_yards: false,
        swim_lengths: row.number("tracker_swim_lengths")?.and_then(count),
        offset: row.get("utc_offset").and_then(stamp::offset),
        provider: told.provider.clone(),
    })
}

/// Milliseconds from start to end, where that is a span that can be meant.
fn duration(start: Instant, end: Instant) -> Result<u64, Bad> {
    let duration_ms = u64::try_from((end.0 - start.0) * 1000).unwrap_or(0);
    if (1..=LONGEST_MS).contains(&duration_ms) {
        return Ok(duration_ms);
    }
    let what = format!("exercise_end is {end} and exercise_start {start}");
    Err(Bad::new(
        Reject::BadInterval,
        what,
        "an end after the start, within 7 days",
    ))
}

/// The first of several columns that holds a number above 0.
fn first(row: &Row<'_>, columns: &[&str]) -> Result<Option<f64>, Bad> {
    for column in columns {
        if let Some(number) = row.number(column)?.filter(|&n| n > 0.0) {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// A count above 0.
fn count(number: f64) -> Option<u32> {
    super::json::whole(number)
        .and_then(|n| u32::try_from(n).ok())
        .filter(|&n| n > 0 && n < 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::{EntryId, Offset};

    fn read_rows(rows: &str) -> (Records, Tally) {
        let text = format!(
            "exercise_id,exercise_start,exercise_end,utc_offset,activity_name,log_type,tracker_total_distance_mm,tracker_avg_heart_rate,deletion_reason,events\n{rows}"
        );
        let entry = Entry::new(
            EntryId(0),
            Name::new("userexercises_2024-08-01.csv"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read(&entry, &Settings::default(), &mut records, &mut tally);
        (records, tally)
    }

    #[test]
    fn utc_and_offset_are_both_taken() {
        let (records, _) = read_rows(
            "9000000000000000001,2024-08-03 19:24:04+0000,2024-08-03 19:54:04+0000,-04:00,Outdoor Run,TRACKER,5000000,0,,\"[{a, b}]\"\n",
        );
        let e = records.exercises.first();
        assert_eq!(
            e.map(|e| (e.duration_ms, e.average_heart_rate)),
            Some((1_800_000, None))
        );
        assert_eq!(e.and_then(|e| e.distance).map(Metres::get), Some(5000.0));
        assert_eq!(
            records.offsets.first().map(|o| o.offset),
            Some(Offset(-14_400))
        );
    }

    #[test]
    fn rows_that_end_before_they_start_and_deleted_rows_do_not_count() {
        let (records, tally) = read_rows(
            "1,2026-10-04T12:54:29Z,2026-10-04T12:54:29Z,+02:00,Walk,AUTO_DETECTED,,,,\n2,2026-10-04T12:54:29Z,2026-10-04T13:54:29Z,+02:00,Walk,AUTO_DETECTED,,,USER,\n",
        );
        assert!(records.exercises.is_empty());
        assert_eq!(
            (tally.rejected_total(), tally.skipped.get(&Skip::Deleted)),
            (1, Some(&1))
        );
    }
}
