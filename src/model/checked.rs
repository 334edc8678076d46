//! Checked: the sound data of one export, on one time axis, each stream told once.
//!
//! Only [`Checked::new`] builds it, and it sorts and removes duplicates while doing so: "sorted,
//! unique, in range" is a fact of the type that every writer relies on. How doubts were resolved is
//! no concern of this file (see `validate`).

use std::collections::BTreeMap;
use std::ops::Deref;

use super::metrics::Day;
use super::minutes::MinuteDays;
use super::offsets::Offsets;
use super::records::{
    FormMeasure, LogType, PackedSample, Pool, SleepKind, SleepStage, SleepSummary, SwimLength,
    TrackLap, TrackPoint, ZoneTime,
};
use super::time::{DAY, Instant, LocalDate, Offset};
use super::units::{
    Bmi, Bpm, BreathsPerMinute, Kilocalories, Kilograms, Metres, Milliseconds, Percent,
};

#[derive(Debug, Default)]
pub struct Parts {
    /// The offset of every local date.
    pub offsets: Offsets,
    /// Heart rate by UTC day, one source per local date, sorted, one sample per second.
    pub heart_rate: BTreeMap<i32, Vec<PackedSample>>,
    /// Steps per minute by UTC day (count).
    pub steps: MinuteDays,
    /// Distance per minute by UTC day (millimetres).
    pub distance: MinuteDays,
    /// Energy per minute by local date (ten-thousandths of a kilocalorie, basal rate included).
    pub calories: MinuteDays,
    /// Ascent per minute by local date (millimetres).
    pub altitude: MinuteDays,
    /// Totals and scores by local date. Only dates on which something is known.
    pub days: BTreeMap<LocalDate, Day>,
    /// Exercises by start.
    pub workouts: Vec<Workout>,
    /// Weigh-ins by time, strictly increasing.
    pub weights: Vec<Weight>,
    /// Sleep logs by start.
    pub nights: Vec<Night>,
    /// Five-minute RMSSD by time.
    pub hrv: Vec<Sample<Milliseconds>>,
    /// Blood oxygen by time.
    pub spo2: Vec<Sample<Percent>>,
    /// Respiratory rate by time.
    pub respiration: Vec<Sample<BreathsPerMinute>>,
    /// First date that is wanted; the streams may begin earlier.
    pub from: Option<LocalDate>,
    /// Last date that is wanted; the streams may end later.
    pub to: Option<LocalDate>,
}

impl Parts {
    /// Tells whether files of this date are wanted.
    pub fn is_wanted(&self, date: LocalDate) -> bool {
        self.from.is_none_or(|from| from <= date) && self.to.is_none_or(|to| date <= to)
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sample<Q> {
    pub at: Instant,
    pub value: Q,
}

#[derive(Clone, Debug, Default)]
pub struct Workout {
    pub log_id: u64,
    /// The name in Fitbit: foreign text.
    pub name: String,
    pub type_id: Option<i64>,
    pub start: Instant,
    pub offset: Offset,
    /// Wall span in milliseconds.
    pub duration_ms: u64,
    /// Active time in milliseconds, at most `duration_ms`.
    pub active_ms: u64,
    pub calories: Option<Kilocalories>,
    /// Distance that is stated.
    pub distance: Option<Metres>,
    pub steps: Option<u32>,
    pub elevation_gain: Option<Metres>,
    /// Mean heart rate as Fitbit states it.
    pub average_heart_rate: Option<Bpm>,
    /// Time in heart-rate zones, lowest zone first.
    pub zones: Vec<ZoneTime>,
    pub log_type: LogType,
    /// Name of the device or service that logged it: foreign text.
    pub device: Option<String>,
    /// The pool that was swum in; only swims have one.
    pub pool: Option<Pool>,
    /// Number of pool lengths as Fitbit states it.
    pub swim_lengths: Option<u32>,
    /// Single pool lengths by time, within the exercise and none before the one before has ended;
    /// empty unless they are all that were swum.
    pub lengths: Vec<SwimLength>,
    /// Laps of the track by time.
    pub laps: Vec<TrackLap>,
    /// Points of the track by time, one per second at most, all within the exercise.
    pub points: Vec<TrackPoint>,
    /// Pauses as (from, to), by time and apart, as far as the export or the track tells when they were.
    pub pauses: Vec<(Instant, Instant)>,
    pub form: Form,
}

#[derive(Clone, Debug, Default)]
pub struct Form {
    /// By measure, values in its unit by time, one a second at most.
    pub series: BTreeMap<FormMeasure, Vec<(Instant, f64)>>,
    /// By measure, the mean over the workout: as stated, else of the series.
    pub means: BTreeMap<FormMeasure, f64>,
    /// Perceived effort, 0 to 10.
    pub effort: Option<f64>,
}

impl Workout {
    /// Returns the end: start plus wall span, rounded to the second.
    pub fn end(&self) -> Instant {
        self.start
            .plus(i64::try_from((self.duration_ms + 500) / 1000).unwrap_or(0))
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    pub at: Instant,
    /// The local date, which decides the file it goes to.
    pub date: LocalDate,
    pub weight: Kilograms,
    pub bmi: Option<Bmi>,
    pub fat: Option<Percent>,
}

/// One sleep log.
#[derive(Clone, Debug, Default)]
pub struct Night {
    pub log_id: u64,
    /// The date it is filed under: the local date of its end.
    pub date_of_sleep: LocalDate,
    pub start: Instant,
    /// Offset of every stamp of this log: that of its start.
    pub offset: Offset,
    /// Length in seconds.
    pub seconds: u32,
    pub kind: SleepKind,
    pub minutes_asleep: Option<u32>,
    pub minutes_awake: Option<u32>,
    pub summary: SleepSummary,
    /// Whether it is the main sleep of its date.
    pub main_sleep: bool,
    /// The hypnogram: gap-free from the start, neighbours differ; may be empty.
    pub stages: Vec<SleepStage>,
    pub score: Option<u32>,
}

impl Night {
    pub fn end(&self) -> Instant {
        self.start.plus(i64::from(self.seconds))
    }
}

/// The sound data of one export.
#[derive(Debug, Default)]
pub struct Checked {
    parts: Parts,
}

impl Deref for Checked {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.parts
    }
}

impl Checked {
    /// Puts other weigh-ins, a part of those here, in their place and returns those that were here.
    pub fn replace_weights(&mut self, mut part: Vec<Weight>) -> Vec<Weight> {
        part.sort_by_key(|w| w.at);
        std::mem::replace(&mut self.parts.weights, part)
    }

    /// Seals the parts: sorts every list and drops what stands twice at one time.
    pub fn new(mut parts: Parts) -> Self {
        for samples in parts.heart_rate.values_mut() {
            let pairs = samples.iter().zip(samples.iter().skip(1));
            // All of them, without a way out: millions of samples are compared several at a time.
            if !pairs.fold(true, |sorted, (a, b)| sorted & (a.second() < b.second())) {
                samples.sort_unstable();
                samples.dedup_by_key(|s| s.second());
            }
        }
        parts.heart_rate.retain(|_, samples| !samples.is_empty());
        parts.workouts.sort_by_key(|w| (w.start, w.log_id));
        parts.weights.sort_by_key(|w| w.at);
        parts.weights.dedup_by_key(|w| w.at);
        parts.nights.sort_by_key(|n| (n.start, n.log_id));
        sort_unique(&mut parts.hrv);
        sort_unique(&mut parts.spo2);
        sort_unique(&mut parts.respiration);
        Self { parts }
    }

    /// Returns the heart-rate samples in `from..to` as (instant, beats per minute), by time.
    pub fn heart_rate_in(
        &self,
        from: Instant,
        to: Instant,
    ) -> impl Iterator<Item = (Instant, u8)> + '_ {
        self.parts
            .heart_rate
            .range(from.utc_day()..=to.utc_day())
            .flat_map(move |(&day, samples)| {
                let midnight = i64::from(day) * DAY;
                let second =
                    |t: Instant| u32::try_from((t.0 - midnight).clamp(0, DAY)).unwrap_or(0);
                let low = samples.partition_point(|s| s.second() < second(from));
                let high = samples.partition_point(|s| s.second() < second(to));
                samples
                    .get(low..high)
                    .unwrap_or(&[])
                    .iter()
                    .map(move |s| (s.at(day), s.bpm()))
            })
    }
}

/// Returns the rows of a UTC minute stream whose minute begins in `from..to`, as (start, value).
pub fn utc_minutes_in(
    stream: &MinuteDays,
    from: Instant,
    to: Instant,
) -> impl Iterator<Item = (Instant, u32)> + '_ {
    stream
        .range(from.utc_day()..=to.utc_day())
        .flat_map(move |(&day, values)| {
            let midnight = i64::from(day) * DAY;
            // The first minute that does not begin before `t`.
            let minute = |t: Instant| {
                usize::try_from(((t.0 - midnight).clamp(0, DAY) + 59) / 60).unwrap_or(0)
            };
            let (low, high) = (minute(from), minute(to));
            let start = move |m: usize| Instant(midnight + 60 * i64::try_from(m).unwrap_or(0));
            values.rows_in(low..high).map(move |(m, v)| (start(m), v))
        })
}

fn sort_unique<Q>(samples: &mut Vec<Sample<Q>>) {
    samples.sort_by_key(|s| s.at);
    samples.dedup_by_key(|s| s.at);
}
