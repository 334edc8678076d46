//! Exercises: `exercise-<offset>.json`, 100 records a file.
//!
//! **Shape.** Objects with some thirty fields, any of which may be missing; `logId`, `startTime`
//! and a duration are needed. **Time.** UTC, except a record typed into the phone app, which is
//! local and shows it by a start after its own `lastModified`. **Units.** Milliseconds, kcal,
//! metres of ascent; distance in the record's own `distanceUnit`. **Errors.** A record without id,
//! start or a sane duration is rejected; an impossible side value (calories, heart rate) is left
//! out of the record with a remark. **Source.** fitbit-format §2, §4.9.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::exercise_zones::zones;
use super::json::{Object, Scalar, count, each_record, whole};
use super::record_error::{RecordError, shorten};
use super::{Entry, Settings};
use crate::model::checked::Workout;
use crate::model::records::{Exercise, LogType, Origin, Pool, Provider, Stamp, ZoneTime};
use crate::model::units::{
    Bpm, Kilocalories, METRES_PER_MILE, METRES_PER_YARD, Metres, OutOfRange,
};
use crate::model::{EntryId, Position, Records, Tally};

/// Longest exercise that is believed: seven days in milliseconds.
pub const LONGEST_MS: u64 = 7 * 86_400_000;
/// Longest exercise name that is kept, in characters.
const LONGEST_NAME: usize = 200;
/// Most steps of one exercise: a hundred thousand a day over the longest one.
const MOST_STEPS: u32 = 700_000;

/// Reads `exercise-<offset>.json`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |position, text, tally| {
        let record: Record<'_> = serde_json::from_str(text)?;
        let mut side = SideValues {
            entry: entry.id,
            position,
            tally,
        };
        records
            .exercises
            .push(record.exercise(entry.id, position, &mut side)?);
        Ok(())
    });
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Record<'a> {
    log_id: Scalar<'a>,
    activity_name: Scalar<'a>,
    activity_type_id: Scalar<'a>,
    start_time: Scalar<'a>,
    last_modified: Scalar<'a>,
    duration: Scalar<'a>,
    original_duration: Scalar<'a>,
    active_duration: Scalar<'a>,
    calories: Scalar<'a>,
    distance: Scalar<'a>,
    distance_unit: Scalar<'a>,
    steps: Scalar<'a>,
    elevation_gain: Scalar<'a>,
    average_heart_rate: Scalar<'a>,
    heart_rate_zones: Option<&'a RawValue>,
    log_type: Scalar<'a>,
    source: Object<SourceOf<'a>>,
    pool_length: Scalar<'a>,
    pool_length_unit: Scalar<'a>,
    swim_lengths: Scalar<'a>,
}

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct SourceOf<'a> {
    name: Scalar<'a>,
}

impl Record<'_> {
    fn exercise(
        &self,
        entry: EntryId,
        position: u32,
        side: &mut SideValues<'_>,
    ) -> Result<Exercise, RecordError> {
        let log_id = log_id(&self.log_id)?;
        let start = self.start()?;
        let duration_ms = self.duration()?;
        let active = duration(&self.active_duration, "activeDuration").ok();
        Ok(Exercise {
            origin: Origin { entry, position },
            start,
            workout: Workout {
                log_id,
                name: name(&self.activity_name),
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
                log_type: log_type(&self.log_type),
                device: self
                    .source
                    .0
                    .as_ref()
                    .and_then(|s| s.name.text("name").ok().map(shorten)),
                pool: self.pool(side),
                swim_lengths: side
                    .count("swimLengths", &self.swim_lengths, 10_000)
                    .filter(|&n| n > 0),
                ..Workout::default()
            },
            provider: Provider::json(),
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
        let zones = told.map_or_else(|| Some(Vec::new()), zones);
        if zones.is_none() {
            side.left_out(
                "heartRateZones",
                "expected zones with a maximum and minutes",
            );
        }
        zones.unwrap_or_default()
    }

    fn distance(&self, side: &mut SideValues<'_>) -> Option<Metres> {
        if self.distance == Scalar::Absent {
            return None;
        }
        let factor = match &self.distance_unit {
            Scalar::Text(unit) => metres_per(unit),
            _ => None,
        };
        let Some(factor) = factor else {
            side.left_out(
                "distance",
                &format!("its unit is {}", self.distance_unit.shown()),
            );
            return None;
        };
        let metres = |number: f64| Metres::new(number * factor);
        side.quantity("distance", &self.distance, metres)
            .filter(|m| m.get() > 0.0)
    }

    fn pool(&self, side: &mut SideValues<'_>) -> Option<Pool> {
        let in_yards = match &self.pool_length_unit {
            Scalar::Text(unit) => pool_in_yards(unit),
            _ => None,
        };
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
    begins(&["yard", "yd", "met", "m"]).then(|| unit.starts_with('y'))
}

/// A pool of so many metres or yards, where that is the length of a pool.
pub fn pool(number: f64, in_yards: bool) -> Option<Pool> {
    let factor = if in_yards { METRES_PER_YARD } else { 1.0 };
    let length = Metres::new(number * factor).ok()?;
    let is_pool = (1.0..=655.0).contains(&length.get());
    is_pool.then_some(Pool { length, in_yards })
}

/// Metres in one `distanceUnit`.
fn metres_per(unit: &str) -> Option<f64> {
    match unit {
        "Kilometer" => Some(1000.0),
        "Mile" => Some(METRES_PER_MILE),
        "Meter" => Some(1.0),
        _ => None,
    }
}

/// A positive whole number; some tools write it as a string.
fn log_id(value: &Scalar<'_>) -> Result<u64, RecordError> {
    let number = match value {
        Scalar::Text(t) if t.bytes().all(|b| b.is_ascii_digit()) => t.parse().ok(),
        Scalar::Number(n) => whole(*n).and_then(|n| u64::try_from(n).ok()),
        Scalar::Absent => return Err(RecordError::missing("logId")),
        _ => None,
    };
    number.ok_or_else(|| RecordError::value("logId", &value.shown(), "a positive whole number"))
}

/// Milliseconds of a span that can be meant: more than nothing, at most seven days.
fn duration(value: &Scalar<'_>, field: &str) -> Result<u64, RecordError> {
    let number = value.required(field)?;
    #[expect(clippy::cast_precision_loss, reason = "604800000 is exact")]
    let sane = number >= 1.0 && number <= LONGEST_MS as f64;
    let whole = whole(number.round())
        .and_then(|n| u64::try_from(n).ok())
        .filter(|_| sane);
    whole.ok_or_else(|| {
        RecordError::value(field, &format!("{} ms", value.shown()), "1 ms to 7 days")
    })
}

fn name(value: &Scalar<'_>) -> String {
    match value {
        Scalar::Text(t) => t.chars().take(LONGEST_NAME).collect(),
        _ => String::new(),
    }
}

fn log_type(value: &Scalar<'_>) -> LogType {
    match value {
        Scalar::Text(t) => log_type_of(t),
        _ => LogType::Unknown,
    }
}

/// Reads `logType`, whose case differs between JSON and CSV.
pub fn log_type_of(text: &str) -> LogType {
    match text.to_ascii_lowercase().as_str() {
        "tracker" => LogType::Tracker,
        "mobile_run" => LogType::Mobile,
        "auto_detected" => LogType::AutoDetected,
        "manual" => LogType::Manual,
        _ => LogType::Unknown,
    }
}

/// Values beside the essentials: an impossible one is left out with a remark, the record stays.
struct SideValues<'t> {
    entry: EntryId,
    position: u32,
    tally: &'t mut Tally,
}

impl SideValues<'_> {
    fn left_out(&mut self, field: &str, why: &str) {
        let position = Position::Record(u64::from(self.position));
        self.tally
            .remark(self.entry, position, format!("{field} was left out: {why}"));
    }

    fn quantity<T>(
        &mut self,
        field: &str,
        value: &Scalar<'_>,
        build: impl Fn(f64) -> Result<T, OutOfRange>,
    ) -> Option<T> {
        let read = value.optional(field).map_err(|bad| bad.what);
        match read.and_then(|n| {
            n.map(|n| build(n).map_err(|e| format!("{e}, expected {}", e.expected)))
                .transpose()
        }) {
            Ok(quantity) => quantity,
            Err(why) => {
                self.left_out(field, &why);
                None
            }
        }
    }

    fn count(&mut self, field: &str, value: &Scalar<'_>, most: u32) -> Option<u32> {
        let range = |n: f64| {
            count(n, most).ok_or(OutOfRange {
                what: "the count",
                value: n,
                unit: "",
                expected: "a whole number of plausible size",
            })
        };
        self.quantity(field, value, range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;

    fn read_one(fields: &str) -> (Option<Exercise>, Tally) {
        let text = format!(
            r#"[{{"logId":7,"startTime":"03/22/21 21:04:02","duration":1077000{fields}}}]"#
        );
        let entry = Entry::new(EntryId(0), Name::new("exercise-0.json"), text.as_bytes());
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read(&entry, &Settings::default(), &mut records, &mut tally);
        (records.exercises.pop(), tally)
    }

    #[test]
    fn distance_is_in_the_unit_of_its_record() {
        let metres = |f: &str| {
            read_one(f)
                .0
                .and_then(|e| e.workout.distance)
                .map(|d| d.get().round())
        };
        assert_eq!(
            metres(r#","distance":1.872894,"distanceUnit":"Mile""#),
            Some(3014.0)
        );
        assert_eq!(
            metres(r#","distance":5.2,"distanceUnit":"Kilometer""#),
            Some(5200.0)
        );
        assert_eq!(
            metres(r#","distance":450,"distanceUnit":"Meter""#),
            Some(450.0)
        );
        let (exercise, tally) = read_one(r#","distance":5.2,"distanceUnit":"Furlong""#);
        assert!(
            exercise.is_some_and(|e| e.workout.distance.is_none()) && tally.findings.len() == 1
        );
    }

    #[test]
    fn a_start_after_the_last_change_is_local() {
        let start = |f: &str| read_one(f).0.map(|e| e.start);
        assert!(matches!(
            start(r#","lastModified":"03/22/21 20:04:02""#),
            Some(Stamp::Local(_))
        ));
        assert!(matches!(
            start(r#","lastModified":"03/22/21 21:22:03""#),
            Some(Stamp::Utc(_))
        ));
        assert!(matches!(start(""), Some(Stamp::Utc(_))));
    }

    #[test]
    fn impossible_side_values_are_left_out_and_the_record_stays() {
        let fields =
            r#","calories":70000,"averageHeartRate":999,"steps":1000000000000,"elevationGain":-4"#;
        let (exercise, tally) = read_one(fields);
        let e = exercise.map(|e| {
            (
                e.workout.calories,
                e.workout.average_heart_rate,
                e.workout.steps,
                e.workout.elevation_gain,
            )
        });
        assert_eq!(e, Some((None, None, None, None)));
        assert_eq!((tally.findings.len(), tally.rejected_total()), (4, 0));
        let null = read_one(r#","averageHeartRate":null"#);
        assert!(
            null.0.is_some() && null.1.findings.is_empty(),
            "null is absent, not wrong"
        );
    }

    #[test]
    fn the_span_is_the_first_that_is_told() {
        let lasted = |fields: &str| {
            let text = format!(r#"[{{"logId":7,"startTime":"03/22/21 21:04:02"{fields}}}]"#);
            let (records, _) = crate::fitbit::testing::run(read, "x.json", &text);
            records
                .exercises
                .first()
                .map(|e| (e.workout.duration_ms, e.workout.active_ms))
        };
        assert_eq!(
            lasted(r#","activeDuration":1500000"#),
            Some((1_500_000, 1_500_000))
        );
        assert_eq!(
            lasted(r#","activeDuration":1500000,"originalDuration":1800000"#),
            Some((1_800_000, 1_500_000))
        );
        assert_eq!(lasted(""), None);
        assert_eq!(lasted(r#","duration":-1,"activeDuration":1500000"#), None);
    }

    #[test]
    fn a_record_without_sane_essentials_is_rejected() {
        for text in [
            r#"[{"logId":9}]"#,
            r#"[{"logId":-1,"startTime":"03/22/21 21:04:02","duration":5}]"#,
            r#"[{"logId":"../x","startTime":"03/22/21 21:04:02","duration":5}]"#,
            r#"[{"logId":1,"startTime":"03/22/21 21:04:02","duration":-1}]"#,
            r#"[{"logId":1,"startTime":"03/22/21 21:04:02","duration":4000000000000}]"#,
            r#"[{"logId":1,"startTime":"01/01/2107 00:00:00","duration":5}]"#,
        ] {
            let entry = Entry::new(EntryId(0), Name::new("exercise-0.json"), text.as_bytes());
            let (mut records, mut tally) = (Records::default(), Tally::default());
            read(&entry, &Settings::default(), &mut records, &mut tally);
            assert_eq!(
                (records.exercises.len(), tally.rejected_total()),
                (0, 1),
                "{text}"
            );
        }
    }
}
