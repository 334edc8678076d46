//! Exercises as `UserExercises_DATE.csv` tells them: true UTC with the offset beside it.
//!
//! **Shape.** 33 columns in 2025, 46 in 2026, found by name. **Time.** UTC; `utc_offset` leads to
//! local time and is evidence of that date's offset, in rows of deleted exercises too. **Units.**
//! Millimetres, kcal; heart rate 0 is "not measured"; the length of a pool has its unit beside it.
//! **Errors.** A row whose end is not after its start is rejected; a `deletion_reason` other than
//! the words for "none" says that the user deleted the exercise. **Source.** fitbit-format §8. The
//! speed columns are unreliable, and `pool_length` is what the user prefers on any row; neither is
//! read. These rows only fill in for exercises that the JSON does not hold.
//!
//! The column `events` holds blocks of `Key: value`, one after the other in a list: starts, pauses and
//! stops, with a UTC `Timestamp` and milliseconds of active time since the start. The keys are known, what
//! stands around them is not: any brackets, `:` or `=`, quotes, and the keys in any order are read; a
//! block without a time or a known word tells nothing.

use super::exercise::{self, LONGEST_MS, log_type};
use super::reading::each_sourced;
use super::record_error::{OrError as _, RecordError, shorten};
use super::stamp::{self, Iso, plausible_iso};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::checked::Workout;
use crate::model::records::{Exercise, Pool, Stamp, StatedBy, StatedOffset};
use crate::model::units::{Bpm, Kilocalories, METRES_PER_YARD, Metres};
use crate::model::{Instant, Records, Reject, Skip, Tally};

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

/// The keys, those that count first.
const KEYS: [&str; 13] = [
    "timestamp",
    "type",
    "elapsedtimemillis",
    "exerciseeventid",
    "autocuetype",
    "traveleddistancemm",
    "caloriesburned",
    "steps",
    "averageheartrate",
    "elevationgainmm",
    "swimlengths",
    "averagespeedmmpersec",
    "intervaltype",
];

/// One block: the values of the first three keys.
type Event<'a> = [Option<&'a str>; 3];

/// What the events of a workout tell of its time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Course {
    /// Pauses as (from, to), by time; none touches the next.
    pub pauses: Vec<(Instant, Instant)>,
    /// Active time in milliseconds as the stop states it.
    pub active_ms: Option<u64>,
}

/// Reads the events of a workout from `start` to `end`.
pub fn course(blob: &str, start: Instant, end: Instant) -> Course {
    let told = events(blob).into_iter().map(|[at, word, active]| {
        let at = at.and_then(plausible_iso).map(Iso::utc);
        let word = word.unwrap_or_default().to_ascii_uppercase();
        (at, word, active.and_then(|ms| ms.parse().ok()))
    });
    let told: Vec<(Option<Instant>, String, Option<u64>)> = told.collect();
    let stop = told
        .iter()
        .rev()
        .find(|(_, word, _)| word.ends_with("STOP"));
    let timed = told.iter().filter_map(|(at, word, _)| Some(((*at)?, word)));
    let mut timed: Vec<(Instant, &String)> = timed.collect();
    timed.sort_by_key(|(at, _)| *at);
    let mut pauses = Vec::new();
    let mut since: Option<Instant> = None;
    for (at, word) in timed {
        let at = at.clamp(start, end);
        if word.ends_with("PAUSE") {
            since = since.or(Some(at));
        } else if ["RESUME", "START", "STOP"]
            .iter()
            .any(|end| word.ends_with(end))
        {
            pauses.extend(since.take().map(|from| (from, at)));
        }
    }
    pauses.extend(since.map(|from| (from, end)));
    pauses.retain(|(from, to)| from < to);
    let active_ms = stop.and_then(|(.., active)| *active);
    Course {
        pauses,
        active_ms: active_ms.filter(|ms| *ms > 0),
    }
}

/// Takes the blob apart: a block ends where a bracket closes or one of its keys comes again.
fn events(blob: &str) -> Vec<Event<'_>> {
    const CLOSING: [char; 3] = [']', '}', ')'];
    let keys = keys(blob);
    let mut all = Vec::new();
    let mut event = Event::default();
    for (i, (key, _, from)) in keys.iter().enumerate() {
        let to = keys.get(i + 1).map_or(blob.len(), |(_, next, _)| *next);
        let after = blob.get(*from..to).unwrap_or_default();
        if event.get(*key).is_some_and(Option::is_some) {
            all.push(std::mem::take(&mut event));
        }
        if let Some(place) = event.get_mut(*key) {
            *place = value(after);
        }
        if after.contains(CLOSING) {
            all.push(std::mem::take(&mut event));
        }
    }
    all.push(event);
    all
}

/// The keys in the blob: which, where it begins and where its value may begin.
fn keys(blob: &str) -> Vec<(usize, usize, usize)> {
    let mut keys = Vec::new();
    let mut begun = None;
    for (at, c) in blob.char_indices() {
        if c.is_ascii_alphanumeric() {
            begun = begun.or(Some(at));
            continue;
        }
        let Some(from) = begun.take() else { continue };
        let word = blob.get(from..at).unwrap_or_default();
        let known = KEYS.iter().position(|k| word.eq_ignore_ascii_case(k));
        let rest = blob.get(at..).unwrap_or_default();
        let rest = rest.trim_start_matches(['"', '\'', ' ']);
        if let Some(key) = known.filter(|_| rest.starts_with([':', '='])) {
            keys.push((key, from, blob.len() - rest.len() + 1));
        }
    }
    keys
}

/// The value at the beginning of a text.
fn value(text: &str) -> Option<&str> {
    let text = text.trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
    let end = [',', ';', ']', '}', ')', '"', '\'', '\n'];
    let value = text.split(end).next()?.trim();
    (!value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests;
