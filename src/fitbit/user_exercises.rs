//! Exercises as `UserExercises_DATE.csv` tells them: true UTC with the offset beside it.
//!
//! **Shape.** 33 columns in 2025, 46 in 2026, found by name. **Time.** UTC; `utc_offset` leads to
//! local time and is evidence of that date's offset, in rows of deleted exercises too. **Units.**
//! Millimetres, kcal; heart rate 0 is "not measured"; the length of a pool has its unit beside it.
//! **Errors.** A row whose end is not after its start is rejected; a `deletion_reason` other than
//! the words for "none" says that the user deleted the exercise. **Source.** fitbit-format §8. The
//! speed columns are unreliable, and `pool_length` is what the user prefers on any row; neither is
//! read. These rows only fill in for exercises that the JSON does not hold.

use super::exercise::{self, LONGEST_MS, log_type};
use super::exercise_events::course;
use super::reading::each_sourced;
use super::record_error::{OrError as _, RecordError, shorten};
use super::stamp;
use super::table::Row;
use super::{Entry, Settings};
use crate::model::checked::Workout;
use crate::model::records::{Exercise, Pool, Stamp, StatedBy, StatedOffset};
use crate::model::units::{Bpm, Kilocalories, METRES_PER_YARD, Metres};
use crate::model::{Instant, Records, Reject, Skip, Tally};

/// Reads `UserExercises_DATE.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = &["exercise_id", "exercise_start", "exercise_end"];
    each_sourced(entry, tally, needed, |row, provider| {
        let deleted = is_deleted(&row);
        let workout = workout(&row);
        let offset = row.get("utc_offset").and_then(stamp::offset);
        if let (Some(offset), Ok(at)) = (offset, row.instant("exercise_start"))
            && (deleted || workout.is_ok())
        {
            records.offsets.push(StatedOffset {
                entry: entry.id,
                by: StatedBy::UserExercises,
                at,
                offset,
            });
        }
        if deleted {
            return Err(Skip::Deleted.into());
        }
        let (start, workout) = workout?;
        records.exercises.push(Exercise {
            origin: row.origin,
            start: Stamp::Utc(start),
            workout,
            provider,
        });
        Ok(())
    });
}

/// Tells whether the row gives a reason for which the user deleted the exercise.
fn is_deleted(row: &Row<'_>) -> bool {
    row.get("deletion_reason").is_some_and(|reason| {
        let reason = reason.to_ascii_uppercase();
        !reason.ends_with("UNSPECIFIED") && !matches!(reason.as_str(), "NONE" | "NULL")
    })
}

fn workout(row: &Row<'_>) -> Result<(Instant, Workout), RecordError> {
    const DISTANCE: [&str; 2] = [
        "tracker_total_distance_mm",
        "manually_logged_total_distance_mm",
    ];
    const CALORIES: [&str; 2] = ["tracker_total_calories", "manually_logged_total_calories"];
    const STEPS: [&str; 2] = ["tracker_total_steps", "manually_logged_total_steps"];
    let id = row.need("exercise_id")?;
    let log_id = id.parse().ok();
    let log_id = log_id.or_text("exercise_id", id, "a positive whole number")?;
    let (start, end) = (row.instant("exercise_start")?, row.instant("exercise_end")?);
    let duration_ms = duration(start, end)?;
    let blob = row.get("events").or_else(|| row.get("exercise_events"));
    let course = blob
        .map(|blob| course(blob, start, end))
        .unwrap_or_default();
    let distance = metres(row, &DISTANCE)?;
    let swim_lengths = row.number("tracker_swim_lengths")?.and_then(count);
    let workout = Workout {
        log_id,
        name: shorten(row.get("activity_name").unwrap_or_default()),
        duration_ms,
        active_ms: active(duration_ms, &course.pauses, course.active_ms),
        calories: first(row, &CALORIES)?.and_then(|n| Kilocalories::new(n).ok()),
        distance,
        steps: first(row, &STEPS)?.and_then(count),
        elevation_gain: metres(row, &["tracker_total_altitude_mm"])?,
        average_heart_rate: row
            .number("tracker_avg_heart_rate")?
            .and_then(|n| Bpm::rounded(n).ok()),
        log_type: log_type(row.get("log_type").unwrap_or_default()),
        pool: pool(row, distance, swim_lengths)?,
        swim_lengths,
        pauses: course.pauses,
        ..Workout::default()
    };
    Ok((start, workout))
}

/// The wall span without the pauses; where none is told, the active time that the stop states.
fn active(duration_ms: u64, pauses: &[(Instant, Instant)], stated: Option<u64>) -> u64 {
    let paused: i64 = pauses.iter().map(|(from, to)| to.0 - from.0).sum();
    let paused = u64::try_from(paused * 1000).unwrap_or(0);
    let active = match stated {
        Some(ms) if pauses.is_empty() => ms,
        _ => duration_ms.saturating_sub(paused),
    };
    active.clamp(1, duration_ms)
}

/// The pool that was swum in, as the tracker knows it or as it was typed in. Where the unit is not
/// told, the distance tells it.
fn pool(
    row: &Row<'_>,
    distance: Option<Metres>,
    lengths: Option<u32>,
) -> Result<Option<Pool>, RecordError> {
    for column in ["tracker_pool_length", "manually_logged_pool_length"] {
        let Some(number) = row.positive(column)? else {
            continue;
        };
        let unit = row.get(&format!("{column}_unit"));
        let each = distance.zip(lengths).map(|(d, n)| d.get() / f64::from(n));
        let by_distance = || each.is_some_and(|each| is_nearer(each, number));
        let in_yards = unit.and_then(exercise::pool_in_yards);
        return Ok(exercise::pool(number, in_yards.unwrap_or_else(by_distance)));
    }
    Ok(None)
}

/// Tells whether so many metres are rather this number of yards than of metres.
fn is_nearer(metres: f64, number: f64) -> bool {
    (metres - number * METRES_PER_YARD).abs() < (metres - number).abs()
}

fn metres(row: &Row<'_>, columns: &[&str]) -> Result<Option<Metres>, RecordError> {
    Ok(first(row, columns)?.and_then(|mm| Metres::new(mm / 1000.0).ok()))
}

/// Milliseconds from start to end, where that is a span that can be meant.
fn duration(start: Instant, end: Instant) -> Result<u64, RecordError> {
    let duration_ms = u64::try_from((end.0 - start.0) * 1000).unwrap_or(0);
    if (1..=LONGEST_MS).contains(&duration_ms) {
        return Ok(duration_ms);
    }
    let what = format!("exercise_end is {end} and exercise_start {start}");
    let expected = "an end after the start, within 7 days";
    Err(RecordError::new(Reject::BadInterval, what, expected))
}

/// The first of several columns that holds a number above 0.
fn first(row: &Row<'_>, columns: &[&str]) -> Result<Option<f64>, RecordError> {
    for column in columns {
        if let Some(number) = row.positive(column)? {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

/// A count above 0.
fn count(number: f64) -> Option<u32> {
    super::json::count(number, 999_999).filter(|&n| n > 0)
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
            e.map(|e| (e.workout.duration_ms, e.workout.average_heart_rate)),
            Some((1_800_000, None))
        );
        assert_eq!(
            e.and_then(|e| e.workout.distance).map(Metres::get),
            Some(5000.0)
        );
        assert_eq!(
            records.offsets.first().map(|o| o.offset),
            Some(Offset(-14_400))
        );
    }

    #[test]
    fn rows_that_end_before_they_start_are_rejected() {
        let (records, tally) = read_rows(
            "1,2026-10-04T12:54:29Z,2026-10-04T12:54:29Z,+02:00,Walk,AUTO_DETECTED,,,,\n",
        );
        assert!(records.exercises.is_empty() && records.offsets.is_empty());
        assert_eq!(tally.rejected_total(), 1);
    }

    #[test]
    fn only_a_word_for_a_reason_deletes_and_the_offset_counts_all_the_same() {
        let row = |reason: &str| {
            format!(
                "2,2026-10-04T12:54:29Z,2026-10-04T13:54:29Z,+02:00,Walk,AUTO_DETECTED,,,{reason},\n"
            )
        };
        for live in [
            "UNSPECIFIED",
            "DELETION_REASON_UNSPECIFIED",
            "none",
            "null",
            "",
        ] {
            let (records, tally) = read_rows(&row(live));
            assert_eq!(
                (records.exercises.len(), tally.skipped_total()),
                (1, 0),
                "{live}"
            );
        }
        let (records, tally) = read_rows(&row("USER_DELETED"));
        assert_eq!((records.exercises.len(), records.offsets.len()), (0, 1));
        assert_eq!(tally.skipped.get(&Skip::Deleted), Some(&1));
    }

    #[test]
    fn a_pool_is_the_trackers_or_the_typed_one_in_its_own_unit() {
        let pool = |cells: &str| {
            let text = format!(
                "exercise_id,exercise_start,exercise_end,pool_length,pool_length_unit,tracker_pool_length,tracker_pool_length_unit,manually_logged_pool_length,manually_logged_pool_length_unit,tracker_total_distance_mm,tracker_swim_lengths\n1,2026-10-04T12:54:29Z,2026-10-04T13:54:29Z,{cells}\n"
            );
            let (records, _) = crate::fitbit::testing::run(read, "x.csv", &text);
            let pool = records.exercises.first().and_then(|e| e.workout.pool);
            pool.map(|p| (p.length.get(), p.in_yards))
        };
        assert_eq!(pool("25,YARD,0,UNSPECIFIED,,,,"), None);
        assert_eq!(pool("25,METER,25,YARD,,,,"), Some((22.86, true)));
        assert_eq!(
            pool("0,UNSPECIFIED,0,UNSPECIFIED,50,METER,,"),
            Some((50.0, false))
        );
        assert_eq!(pool("0,,25,UNSPECIFIED,,,914400,40"), Some((22.86, true)));
        assert_eq!(pool("0,,25,UNSPECIFIED,,,1000000,40"), Some((25.0, false)));
    }

    #[test]
    fn pauses_leave_the_active_time() {
        let events = |text: &str| {
            let (records, _) = read_rows(&format!(
                "7,2026-05-12T12:00:00Z,2026-05-12T13:00:00Z,+02:00,Outdoor Run,TRACKER,,,,\"{text}\"\n"
            ));
            records
                .exercises
                .first()
                .map(|e| (e.workout.active_ms, e.workout.pauses.len()))
        };
        let pause = "[Type: PAUSE, Timestamp: 2026-05-12T12:10:00Z], [Type: RESUME, Timestamp: 2026-05-12T12:40:00Z]";
        assert_eq!(events(pause), Some((1_800_000, 1)));
        assert_eq!(
            events("[Type: STOP, ElapsedTimeMillis: 3000000]"),
            Some((3_000_000, 0))
        );
        assert_eq!(events(""), Some((3_600_000, 0)));
    }
}
