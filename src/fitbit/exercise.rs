//! Exercises: `exercise-<offset>.json`, 100 records a file.
//!
//! **Shape.** Objects with some thirty fields, any of which may be missing; `logId`, `startTime` and a
//! duration are needed. `heartRateZones` holds objects with `name`, `min`, `max`, `minutes` in any order;
//! names may be in another language, so the bounds tell which zone is which. **Time.** UTC, except a record
//! typed into the phone app, which is local and shows it by a start after its own `lastModified`.
//! **Units.** Milliseconds, kcal, metres of ascent; distance in the record's own `distanceUnit`; zones in
//! beats per minute, which move with age and resting heart rate, and minutes. **Errors.** A record without
//! id, start or a sane duration is rejected; an impossible side value (calories, heart rate, zones) is left
//! out of the record with a remark. **Source.** fitbit-format §2, §4.9.

use serde_json::value::RawValue;

use super::json::{Object, Scalar, count, each_record, object, objects, whole};
use super::record_error::{OrError as _, RecordError, shorten};
use super::{Entry, Settings};
use crate::model::checked::Workout;
use crate::model::records::{Exercise, LogType, Origin, Pool, Provider, Stamp, ZoneTime};
use crate::model::units::{
    Bpm, Kilocalories, METRES_PER_MILE, METRES_PER_YARD, Metres, OutOfRange,
};
use crate::model::{Position, Records, Tally};

/// Longest exercise that is believed: seven days in milliseconds.
pub const LONGEST_MS: u64 = 7 * 86_400_000;
/// Longest exercise name that is kept, in characters.
const LONGEST_NAME: usize = 200;
/// Most steps of one exercise: a hundred thousand a day over the longest one.
const MOST_STEPS: u32 = 700_000;
/// Most zones of a record: Fitbit has four.
const MOST_ZONES: usize = 6;
/// Most minutes in a zone: those of seven days.
const MOST_MINUTES: f64 = 10_080.0;

pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |origin, text, tally| {
        let record: Record<'_> = serde_json::from_str(text)?;
        let mut side = SideValues { origin, tally };
        let (log_id, start) = (log_id(&record.log_id)?, record.start()?);
        records.exercises.push(Exercise {
            origin,
            start,
            workout: record.workout(log_id, &mut side)?,
            provider: Provider::json(),
        });
        Ok(())
    });
}

object!(Record {
    log_id, activity_name, activity_type_id, start_time, last_modified, duration, original_duration,
    active_duration, calories, distance, distance_unit, steps, elevation_gain, average_heart_rate,
    heart_rate_zones: Option<&'a RawValue>, log_type, source: Object<SourceOf<'a>>, pool_length,
    pool_length_unit, swim_lengths
});

object!(SourceOf { name });

impl Record<'_> {
    fn workout(&self, log_id: u64, side: &mut SideValues<'_>) -> Result<Workout, RecordError> {
        let duration_ms = self.duration()?;
        let active = duration(&self.active_duration, "activeDuration").ok();
        let name = self.activity_name.as_text().unwrap_or_default();
        let device = self.source.0.as_ref().and_then(|s| s.name.as_text());
        Ok(Workout {
            log_id,
            name: name.chars().take(LONGEST_NAME).collect(),
            type_id: self.activity_type_id.number().and_then(whole),
            duration_ms,
            active_ms: active.unwrap_or(duration_ms).min(duration_ms),
            calories: side.quantity("calories", &self.calories, Kilocalories::new),
            distance: self.distance(side),
            steps: side.count("steps", &self.steps, MOST_STEPS),
            elevation_gain: side.quantity("elevationGain", &self.elevation_gain, Metres::new),
            average_heart_rate: side.quantity(
                "averageHeartRate",
                &self.average_heart_rate,
                Bpm::rounded,
            ),
            zones: self.zones(side),
            log_type: log_type(self.log_type.as_text().unwrap_or_default()),
            device: device.map(shorten),
            pool: self.pool(side),
            swim_lengths: side
                .count("swimLengths", &self.swim_lengths, 10_000)
                .filter(|&n| n > 0),
            ..Workout::default()
        })
    }

    /// A record whose start lies after its own last change was typed in on a local clock.
    fn start(&self) -> Result<Stamp, RecordError> {
        let start = self.start_time.us_stamp("startTime")?;
        let modified = self.last_modified.us_stamp("lastModified").ok();
        if modified.is_some_and(|m| start > m) {
            return Ok(Stamp::Local(start));
        }
        self.start_time.us_instant("startTime").map(Stamp::Utc)
    }

    fn zones(&self, side: &mut SideValues<'_>) -> Vec<ZoneTime> {
        let told = self.heart_rate_zones;
        told.map_or_else(|| Some(Vec::new()), zones)
            .unwrap_or_else(|| {
                side.left_out(
                    "heartRateZones",
                    "expected zones with a maximum and minutes",
                );
                Vec::new()
            })
    }

    fn distance(&self, side: &mut SideValues<'_>) -> Option<Metres> {
        if self.distance == Scalar::Absent {
            return None;
        }
        let factor = match self.distance_unit.as_text() {
            Some("Kilometer") => 1000.0,
            Some("Mile") => METRES_PER_MILE,
            Some("Meter") => 1.0,
            _ => {
                let unit = &self.distance_unit;
                side.left_out("distance", &format!("its unit is {unit}"));
                return None;
            }
        };
        let metres = |number: f64| Metres::new(number * factor);
        let distance = side.quantity("distance", &self.distance, metres);
        distance.filter(|m| m.get() > 0.0)
    }

    fn pool(&self, side: &mut SideValues<'_>) -> Option<Pool> {
        let in_yards = self.pool_length_unit.as_text().and_then(pool_in_yards);
        let number = side.quantity("poolLength", &self.pool_length, Ok)?;
        pool(number, in_yards.unwrap_or(false))
    }

    /// The wall span; a record that tells its active time alone lasted as long.
    fn duration(&self) -> Result<u64, RecordError> {
        let spans = [
            (&self.duration, "duration"),
            (&self.original_duration, "originalDuration"),
            (&self.active_duration, "activeDuration"),
        ];
        let told = spans.iter().find(|(value, _)| **value != Scalar::Absent);
        let (value, field) = told.copied().unwrap_or((&self.duration, "duration"));
        duration(value, field)
    }
}

/// Tells whether the word for the unit of a pool means yards; `None` for a word that names no unit.
pub fn pool_in_yards(unit: &str) -> Option<bool> {
    let unit = unit.to_ascii_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| unit.starts_with(word));
    begins(&["yard", "yd", "m"]).then(|| unit.starts_with('y'))
}

/// A pool of so many metres or yards, where that is the length of a pool.
pub fn pool(number: f64, in_yards: bool) -> Option<Pool> {
    let factor = if in_yards { METRES_PER_YARD } else { 1.0 };
    let length = Metres::new(number * factor).ok()?;
    let is_pool = (1.0..=655.0).contains(&length.get());
    is_pool.then_some(Pool { length, in_yards })
}

/// A positive whole number; some tools write it as a string.
fn log_id(value: &Scalar<'_>) -> Result<u64, RecordError> {
    let number = match value {
        Scalar::Text(t) if t.bytes().all(|b| b.is_ascii_digit()) => t.parse().ok(),
        Scalar::Number(n) => whole(*n).and_then(|n| u64::try_from(n).ok()),
        Scalar::Absent => return Err(RecordError::missing("logId")),
        _ => None,
    };
    number.or_value("logId", value, "a positive whole number")
}

/// Milliseconds of a span that can be meant: more than nothing, at most seven days.
fn duration(value: &Scalar<'_>, field: &str) -> Result<u64, RecordError> {
    let number = value.required(field)?;
    #[expect(clippy::cast_precision_loss, reason = "604800000 is exact")]
    let sane = (1.0..=LONGEST_MS as f64).contains(&number);
    let whole = whole(number.round()).and_then(|n| u64::try_from(n).ok());
    let whole = whole.filter(|_| sane);
    whole.or_value(field, format_args!("{value} ms"), "1 ms to 7 days")
}

/// Reads `logType`, whose case differs between JSON and CSV.
pub fn log_type(text: &str) -> LogType {
    match text.to_ascii_lowercase().as_str() {
        "tracker" => LogType::Tracker,
        "mobile_run" => LogType::Mobile,
        "auto_detected" => LogType::AutoDetected,
        "manual" => LogType::Manual,
        _ => LogType::Unknown,
    }
}

object!(Zone { max, minutes });

impl Zone<'_> {
    fn time(&self) -> Option<ZoneTime> {
        let minutes = self.minutes.number()?;
        if !(0.0..=MOST_MINUTES).contains(&minutes) {
            return None;
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "minutes of at most seven days"
        )]
        let seconds = (minutes * 60.0).round() as u32;
        let highest = Bpm::rounded(self.max.number()?).ok()?;
        Some(ZoneTime { highest, seconds })
    }
}

/// Returns the zones, lowest first, or `None` where the array cannot be understood. No time in any zone
/// is no measurement.
fn zones(raw: &RawValue) -> Option<Vec<ZoneTime>> {
    let told: Vec<Zone<'_>> = objects(raw)
        .ok()
        .filter(|t: &Vec<_>| t.len() <= MOST_ZONES)?;
    let mut zones: Vec<ZoneTime> = told.iter().map(Zone::time).collect::<Option<_>>()?;
    zones.sort_by_key(|z| z.highest);
    if zones.iter().all(|z| z.seconds == 0) {
        zones.clear();
    }
    Some(zones)
}

/// Values beside the essentials: an impossible one is left out with a remark, the record stays.
struct SideValues<'t> {
    origin: Origin,
    tally: &'t mut Tally,
}

impl SideValues<'_> {
    fn left_out(&mut self, field: &str, why: &str) {
        let position = Position::Record(u64::from(self.origin.position));
        let what = format!("{field} was left out: {why}");
        self.tally.remark(self.origin.entry, position, what);
    }

    fn quantity<T>(
        &mut self,
        field: &str,
        value: &Scalar<'_>,
        build: impl Fn(f64) -> Result<T, OutOfRange>,
    ) -> Option<T> {
        let built = match value.optional(field) {
            Ok(number) => number.map(build).transpose(),
            Err(bad) => {
                self.left_out(field, &bad.what);
                return None;
            }
        };
        built.unwrap_or_else(|e| {
            self.left_out(field, &format!("{e}, expected {}", e.expected));
            None
        })
    }

    fn count(&mut self, field: &str, value: &Scalar<'_>, most: u32) -> Option<u32> {
        self.quantity(field, value, |n| {
            count(n, most).ok_or(OutOfRange {
                what: "the count",
                value: n,
                unit: "",
                expected: "a whole number of plausible size",
            })
        })
    }
}

#[cfg(test)]
mod tests;
