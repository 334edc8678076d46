//! Records: what the readers get out of the entries, each on the time axis of its source.
//!
//! Nothing here is resolved: a stream may stand in two files or come from three devices, local stamps
//! still wait for their offset, units of weight may be open. Every record names the entry it came
//! from, so that whatever is skipped later is charged to that entry's tally. Workers fill separate
//! `Records`; put together and sorted they are what one worker would have filled.

use std::sync::Arc;

use super::checked::{Night, Workout};
use super::finding::EntryId;
use super::metrics::Metric;
use super::minutes::DayMinutes;
use super::offsets::Offsets;
use super::time::{Instant, LocalDate, LocalTime, Offset};
use super::units::{
    Altitude, Bmi, Bpm, BreathsPerMinute, Kilocalories, Kilograms, Latitude, Longitude, Metres,
    Milliseconds, Percent,
};

/// Declares `Records`: a row is a kind of record, with the way to the entry that it came from.
macro_rules! records {
    ($($(#[$doc:meta])* $field:ident: $item:ty => $($entry:ident).+;)*) => {
        /// Everything that the readers of a run, or of one worker, have found.
        #[derive(Debug, Default)]
        pub struct Records {
            $($(#[$doc])* pub $field: Vec<$item>,)*
        }

        impl Records {
            /// Takes over all records of another worker.
            pub fn absorb(&mut self, mut other: Self) {
                $(self.$field.append(&mut other.$field);)*
            }

            /// Puts all records in the order of their entries, those of one entry in the order in
            /// which they were read: whichever worker read what, everything is the same from here on.
            pub fn sort(&mut self) {
                $(self.$field.sort_by_key(|record| record.$($entry).+);)*
            }

            /// Tells whether no record of any kind was found.
            pub fn is_empty(&self) -> bool {
                true $(&& self.$field.is_empty())*
            }
        }
    };
}

records! {
    /// Heart-rate samples by UTC day.
    heart_rate: HeartRateBlock => entry;
    /// First and last sample of each `heart_rate-DATE.json`: evidence of the offset of that date.
    heart_rate_bounds: HeartRateBounds => entry;
    /// Steps per UTC minute (count).
    steps: MinuteBlock => entry;
    /// Distance per UTC minute (millimetres).
    distance: MinuteBlock => entry;
    /// Energy per local minute (ten-thousandths of a kilocalorie), total including the basal rate.
    calories: MinuteBlock => entry;
    /// Ascent per local minute (millimetres).
    altitude: MinuteBlock => entry;
    /// Floors per UTC minute (count), from the GoogleData CSV.
    floors: MinuteBlock => entry;
    /// Energy per UTC minute (ten-thousandths of a kilocalorie), from the GoogleData CSV: with the
    /// basal rate where every minute has a row.
    calories_utc: MinuteBlock => entry;
    /// Ascent per UTC minute (millimetres), from the GoogleData CSV.
    ascent_utc: MinuteBlock => entry;
    /// Level of activity per UTC minute: 0 sedentary, 1 light, 2 moderate, 3 very active.
    levels: MinuteBlock => entry;
    /// Values that belong to a local date as a whole.
    daily: DailyValue => origin.entry;
    /// Minutes in a heart-rate zone that count for Active Zone Minutes.
    zone_minutes: ZoneMinute => origin.entry;
    /// Blood-oxygen readings of single minutes.
    spo2: DeviceBlock<Reading<Percent>> => entry;
    /// RMSSD of five-minute windows.
    hrv: DeviceBlock<Reading<Milliseconds>> => entry;
    /// Respiratory rate of single nights or readings.
    respiration: DeviceBlock<Reading<BreathsPerMinute>> => entry;
    /// Wrist temperature deviations from the baseline, degrees Celsius, per minute of sleep.
    temperature_deviation: DeviceBlock<Reading<f64>> => entry;
    /// Sleep logs of any source.
    sleep: SleepLog => origin.entry;
    /// Sleep scores by sleep log id.
    sleep_scores: SleepScore => origin.entry;
    /// Stages that stand in a file of their own (`UserSleepStages`).
    sleep_stages: LooseStage => origin.entry;
    /// Weigh-ins.
    weights: WeighIn => origin.entry;
    /// Body-fat readings that stand in a file of their own.
    body_fat: DeviceBlock<Reading<Percent>> => entry;
    /// Exercises.
    exercises: Exercise => origin.entry;
    /// Tracks from TCX files.
    tracks: Track => entry;
    /// GPS points that stand in a file of their own, by entry and device.
    gps: DeviceBlock<TrackPoint> => entry;
    /// Running form, by entry, measure and device.
    form: FormBlock => block.entry;
    /// Means of running form by stretch.
    form_means: FormMeans => origin.entry;
    /// Pool lengths that stand in a file of their own, by entry and device.
    swim_lengths: DeviceBlock<SwimLength> => entry;
    /// UTC offsets that the export states outright.
    offsets: StatedOffset => entry;
    /// Profiles (one, unless two people's exports were mixed).
    profiles: Profile => entry;
    /// Body heights.
    heights: HeightAt => entry;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Origin {
    pub entry: EntryId,
    /// Record or line number in the entry, from 1.
    pub position: u32,
}

/// How far a source of a stream is trusted; the first in this order wins a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// The classic JSON: reconciled by Fitbit across devices.
    Json,
    /// A table of Takeout's own folders (`Active Zone Minutes - DATE.csv`), whose clock is sure.
    Takeout,
    /// A CSV row of a Fitbit or Pixel device, or of an export that names no source.
    Device,
    /// A CSV row of the Fitbit or Google Health app.
    App,
    /// A CSV row of the phone's own counter (`MobileTrack`).
    Phone,
    /// A CSV row that another app brought in (`* Health Connect`, `* Health Kit`, third parties).
    Foreign,
    /// The monthly CSV of fitbit.com.
    Monthly,
}

/// Who tells a stream: rank and name of the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Provider {
    pub rank: Rank,
    /// The name as the export writes it, or the table where it writes none; empty for JSON.
    pub name: Arc<str>,
}

impl Provider {
    pub fn json() -> Self {
        Self {
            rank: Rank::Json,
            name: Arc::from(""),
        }
    }
}

/// A stamp that is still on the axis of its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stamp {
    Utc(Instant),
    /// A wall-clock stamp that waits for its offset.
    Local(LocalTime),
}

impl Stamp {
    /// Returns the seconds that stand there, whichever axis they are on.
    pub fn seconds(self) -> i64 {
        match self {
            Self::Utc(at) => at.0,
            Self::Local(clock) => clock.0,
        }
    }

    pub fn instant(self, offsets: &Offsets) -> Instant {
        match self {
            Self::Utc(at) => at,
            Self::Local(clock) => offsets.to_instant(clock),
        }
    }

    pub fn date(self, offsets: &Offsets) -> LocalDate {
        match self {
            Self::Utc(at) => offsets.date_of(at),
            Self::Local(clock) => clock.date(),
        }
    }
}

/// One heart-rate sample packed as `second of day << 8 | bpm`: four bytes that sort by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackedSample(u32);

impl PackedSample {
    /// Packs a sample; `second` counts within the UTC day.
    pub fn new(second: u32, bpm: Bpm) -> Self {
        Self(second << 8 | u32::from(bpm.get()))
    }

    /// Returns the instant, given the UTC day that it lies in.
    pub fn at(self, day: i32) -> Instant {
        Instant::of_day(day, self.second())
    }

    pub fn second(self) -> u32 {
        self.0 >> 8
    }

    /// Returns the heart rate in beats per minute.
    pub fn bpm(self) -> u8 {
        u8::try_from(self.0 & 0xFF).unwrap_or(0)
    }
}

/// Heart-rate samples of one UTC day as one entry and source tells them, in file order.
#[derive(Debug)]
pub struct HeartRateBlock {
    pub entry: EntryId,
    /// Days since 1970-01-01, UTC.
    pub day: i32,
    pub provider: Provider,
    pub samples: Vec<PackedSample>,
}

/// The span of one `heart_rate-DATE.json`, which holds UTC stamps of one local day.
#[derive(Clone, Copy, Debug)]
pub struct HeartRateBounds {
    pub entry: EntryId,
    /// The date in the file name: a local date.
    pub date: LocalDate,
    /// Earliest sample of any confidence.
    pub first: Instant,
    /// Latest sample of any confidence.
    pub last: Instant,
}

/// Minute values of one day as one entry and source tells them; the unit is the stream's.
#[derive(Debug)]
pub struct MinuteBlock {
    pub entry: EntryId,
    /// Days since 1970-01-01 on the axis of the stream (UTC or local).
    pub day: i32,
    pub provider: Provider,
    pub values: DayMinutes,
}

/// A measure of running form, with its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FormMeasure {
    /// Steps of both feet per minute.
    Cadence,
    /// Length of one step, millimetres.
    StepLength,
    /// Rise and fall of the trunk at each step, millimetres.
    VerticalOscillation,
    /// Vertical oscillation in percent of the step length.
    VerticalRatio,
    /// Time of a foot on the ground, milliseconds.
    GroundContact,
}

/// How a value names the local date it belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateLabel {
    Date(LocalDate),
    /// By an instant of that date, which waits for its offset.
    At(Instant),
}

/// A value of one local date. One row of a table may tell several; they share their origin.
#[derive(Clone, Debug)]
pub struct DailyValue {
    pub origin: Origin,
    pub date: DateLabel,
    pub metric: Metric,
    /// The number, in the unit of the metric.
    pub value: f64,
    pub provider: Provider,
}

/// A heart-rate zone whose minutes count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeartZone {
    /// Zone 1.
    FatBurn,
    /// Zone 2.
    Cardio,
    /// Zone 3.
    Peak,
}

/// One row of Active Zone Minutes.
#[derive(Clone, Debug)]
pub struct ZoneMinute {
    pub origin: Origin,
    pub at: Stamp,
    /// In which zone, where the row says so in a word that is known.
    pub zone: Option<HeartZone>,
    /// 1 for fat burn, 2 for cardio and peak: the rows are weighted already.
    pub minutes: u32,
    pub provider: Provider,
}

#[derive(Clone, Debug)]
pub struct Reading<Q> {
    pub at: Stamp,
    pub value: Q,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SleepLevel {
    /// Awake, in a log with stages.
    Wake,
    Light,
    Deep,
    Rem,
    /// Asleep, in a classic log.
    Asleep,
    /// Restless, in a classic log.
    Restless,
    /// Awake, in a classic log.
    Awake,
    /// Not measured: Fitbit's level `unknown`, or a stretch that no stage covers.
    Unmeasured,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SleepKind {
    /// With the stages wake, light, deep and REM.
    Stages,
    /// With asleep, restless and awake only; these cannot become stages.
    #[default]
    Classic,
}

/// A stretch of one level, relative to the start of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SleepStage {
    pub level: SleepLevel,
    /// Seconds from the start of the log.
    pub from: u32,
    /// Length in seconds.
    pub seconds: u32,
}

/// Minutes by level, as the export sums them up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SleepSummary {
    pub deep: Option<u32>,
    pub light: Option<u32>,
    pub rem: Option<u32>,
    pub wake: Option<u32>,
}

/// One sleep log as an entry tells it. Date, start, offset and score of its night are not set yet.
#[derive(Clone, Debug)]
pub struct SleepLog {
    pub origin: Origin,
    /// The date that Fitbit files it under; `None` where the source has none (the end's date then).
    pub date_of_sleep: Option<LocalDate>,
    /// The start. Only the start is ever converted with an offset; all else counts from it.
    pub start: Stamp,
    /// The offset stated beside the start, if any.
    pub start_offset: Option<Offset>,
    /// What is the same on every clock.
    pub night: Night,
    /// The algorithm that found it, where the export names one: `sleep_session_v1`.
    pub algorithm: Option<Arc<str>>,
    pub provider: Provider,
}

#[derive(Clone, Debug)]
pub struct SleepScore {
    pub origin: Origin,
    pub log_id: u64,
    /// 0 to 100.
    pub overall: u32,
}

/// A stage that names its log by id.
#[derive(Clone, Debug)]
pub struct LooseStage {
    pub origin: Origin,
    pub log_id: u64,
    pub level: SleepLevel,
    /// Start as written, on the axis of its log.
    pub start: LocalTime,
    /// End as written, on the same axis.
    pub end: LocalTime,
}

/// Unit of the number in a weigh-in; the help of `--weight-unit` says it in these words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, clap::ValueEnum)]
pub enum WeightUnit {
    /// Pounds
    #[value(name = "lb")]
    Pounds,
    /// Kilograms
    #[value(name = "kg")]
    Kilograms,
}

/// The number of a weigh-in as the source writes it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum WeightValue {
    Known(Kilograms),
    /// A bare number whose unit the BMI check or the user must state.
    Open(f64),
}

#[derive(Clone, Debug)]
pub struct WeighIn {
    pub origin: Origin,
    pub at: Stamp,
    /// Whether only the date is known (time written as 23:59:59 or 00:00:00 by convention).
    pub date_only: bool,
    pub weight: WeightValue,
    /// Body mass index, absent when 0 in the export.
    pub bmi: Option<Bmi>,
    pub fat: Option<Percent>,
    pub provider: Provider,
}

/// How an exercise came to be logged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LogType {
    /// Started on the tracker.
    Tracker,
    /// Started in the phone app (`mobile_run`).
    Mobile,
    /// Recognised by the tracker by itself.
    AutoDetected,
    /// Typed in, or brought in by another service.
    Manual,
    #[default]
    Unknown,
}

/// The time of an exercise in one heart-rate zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ZoneTime {
    /// Upper bound of the zone.
    pub highest: Bpm,
    /// Seconds in it.
    pub seconds: u32,
}

/// One exercise as an entry tells it. Start and offset of its workout are not set yet.
#[derive(Clone, Debug)]
pub struct Exercise {
    pub origin: Origin,
    /// The start. A record typed in by hand is local, all others UTC.
    pub start: Stamp,
    /// What is the same on every clock.
    pub workout: Workout,
    pub provider: Provider,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pool {
    pub length: Metres,
    /// Whether it is measured in yards.
    pub in_yards: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackPoint {
    pub at: Instant,
    /// Latitude and longitude; both or none.
    pub position: Option<(Latitude, Longitude)>,
    pub altitude: Option<Altitude>,
    /// Metres since the start of the track.
    pub distance: Option<Metres>,
    pub heart_rate: Option<Bpm>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrackLap {
    pub start: Instant,
    /// Active seconds.
    pub seconds: f64,
    pub distance: Option<Metres>,
    pub calories: Option<Kilocalories>,
}

#[derive(Clone, Debug)]
pub struct Track {
    pub entry: EntryId,
    /// The exercise it belongs to: the file is named after its `logId`.
    pub log_id: Option<u64>,
    /// The kind of activity as the file names it; only Running and Biking are told apart.
    pub sport: Option<String>,
    pub start: Instant,
    /// Laps in time order.
    pub laps: Vec<TrackLap>,
    /// Points in time order.
    pub points: Vec<TrackPoint>,
}

/// What one device tells in one entry, moment by moment: readings, track points, all with a position,
/// or instants with a value.
#[derive(Debug)]
pub struct DeviceBlock<T> {
    pub entry: EntryId,
    pub provider: Provider,
    /// The rows, in the order of the file.
    pub rows: Vec<T>,
}

/// Running form as one device tells it in one entry.
#[derive(Debug)]
pub struct FormBlock {
    pub measure: FormMeasure,
    /// Instants with a value in the unit of the measure.
    pub block: DeviceBlock<(Instant, f64)>,
}

/// The means of running form over a stretch of time.
#[derive(Clone, Debug)]
pub struct FormMeans {
    pub origin: Origin,
    pub span: (Stamp, Stamp),
    /// The means, each in the unit of its measure.
    pub means: Vec<(FormMeasure, f64)>,
    /// Perceived effort, 0 to 10.
    pub effort: Option<f64>,
}

#[derive(Clone, Debug)]
pub struct SwimLength {
    pub start: Instant,
    /// Seconds.
    pub seconds: f64,
    pub strokes: Option<u32>,
    /// Fitbit's name of the stroke.
    pub stroke: Option<String>,
}

/// An offset that a file states beside an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatedOffset {
    pub entry: EntryId,
    pub by: StatedBy,
    pub at: Instant,
    pub offset: Offset,
}

/// Which kind of file states an offset, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatedBy {
    /// `UserSleeps` (never its `+00:00` placeholder).
    UserSleeps,
    UserExercises,
    Tcx,
}

#[derive(Clone, Debug)]
pub struct Profile {
    pub entry: EntryId,
    /// Fitbit's user id: tells two people apart, never shown.
    pub user_id: String,
    /// IANA name of the zone as of the export.
    pub timezone: Option<String>,
    pub height: Option<Metres>,
}

/// A body height from a date on.
#[derive(Clone, Copy, Debug)]
pub struct HeightAt {
    pub entry: EntryId,
    pub date: LocalDate,
    pub height: Metres,
}
