//! Laps, session and activity: the summary at the end of the file.
//!
//! Laps follow the track's where it has several, else one lap is the session; their times always
//! add up to the session's. What is not known is left out.

use super::form;
use super::grid::Grid;
use super::pool::{MOST_LENGTHS, lengths, lengths_of, pool, pool_size};
use crate::fit::profile::{ACTIVITY, LAP, SESSION, activity, event_kind, event_type, lap, session};
use crate::fit::{EncodeError, Encoder, Field, Value};
use crate::garmin::common::{known, too_big};
use crate::garmin::sport::{self, Sport};
use crate::model::Instant;
use crate::model::checked::Workout;
use crate::model::records::TrackLap;

/// `lap_trigger`: manual, and end of session.
const LAP_TRIGGER_MANUAL: i64 = 0;
const LAP_TRIGGER_SESSION_END: i64 = 7;
/// Most laps, or pool lengths with the idle ones, that one file tells; their numbers have 16 bits.
pub(super) const MOST_PARTS: usize = 65_534;

/// Mean, highest and lowest heart rate of a lap and of the session.
const LAP_BEATS: [Field; 3] = [
    lap::AVG_HEART_RATE,
    lap::MAX_HEART_RATE,
    lap::MIN_HEART_RATE,
];
const SESSION_BEATS: [Field; 3] = [
    session::AVG_HEART_RATE,
    session::MAX_HEART_RATE,
    session::MIN_HEART_RATE,
];

pub(super) type Fields = Vec<(Field, Value<'static>)>;

/// Writes everything that follows the last record. Returns what had to be left out of it.
pub(super) fn write(
    fit: &mut Encoder,
    w: &Workout,
    kind: Sport,
    grid: &Grid<'_>,
) -> Result<Vec<String>, EncodeError> {
    let laps = laps(w, grid);
    lengths(fit, w, kind)?;
    for (i, l) in laps.iter().enumerate() {
        let last = i + 1 == laps.len();
        fit.message(LAP, &lap_fields(i, l, w, kind, grid, last))?;
    }
    fit.message(SESSION, &session_fields(w, kind, grid, laps.len()))?;
    fit.message(
        ACTIVITY,
        &[
            (activity::TIMESTAMP, Value::Unix(w.end().0)),
            (activity::TOTAL_TIMER_TIME, milliseconds(w.active_ms)),
            (activity::NUM_SESSIONS, Value::Int(1)),
            (activity::TYPE, Value::Int(0)),
            (activity::EVENT, Value::Int(event_kind::ACTIVITY)),
            (activity::EVENT_TYPE, Value::Int(event_type::STOP)),
            (
                activity::LOCAL_TIMESTAMP,
                Value::Unix(w.end().at(w.offset).0),
            ),
        ],
    )?;
    Ok(left_out(w, &laps, grid))
}

/// Milliseconds are the raw value of every time span in FIT (scale 1000, seconds).
fn milliseconds(ms: u64) -> Value<'static> {
    Value::Raw(i64::try_from(ms).unwrap_or(i64::MAX))
}

/// One lap as it will be written.
struct Span {
    start: Instant,
    elapsed_ms: u64,
    timer_ms: u64,
    metres: Option<f64>,
    calories: Option<f64>,
}

impl Span {
    fn end(&self) -> Instant {
        self.start
            .plus(i64::try_from((self.elapsed_ms + 500) / 1000).unwrap_or(0))
    }
}

/// The laps of the track where there are several, else one that is the whole session.
fn laps(w: &Workout, grid: &Grid<'_>) -> Vec<Span> {
    let whole = Span {
        start: w.start,
        elapsed_ms: w.duration_ms,
        timer_ms: w.active_ms,
        metres: w
            .distance
            .map(|d| d.get())
            .or_else(|| grid.metres_at(w.end())),
        calories: w.calories.map(|c| c.get()),
    };
    if is_one_lap(w) {
        return vec![whole];
    }
    let starts: Vec<i64> = std::iter::once(w.start.0)
        .chain(w.laps.iter().skip(1).map(|l| l.start.0))
        .collect();
    let mut spans: Vec<Span> = Vec::with_capacity(starts.len());
    let end_ms = w.start.0 * 1000 + i64::try_from(w.duration_ms).unwrap_or(0);
    for (i, (l, start)) in w.laps.iter().zip(&starts).enumerate() {
        let next = starts.get(i + 1).map_or(end_ms, |s| s * 1000);
        spans.push(span(
            l,
            *start,
            u64::try_from(next - start * 1000).unwrap_or(0),
            grid,
        ));
    }
    share_timer(&mut spans, w.active_ms);
    spans
}

/// Tells whether one lap stands for the session: fewer than two are known, or too many.
fn is_one_lap(w: &Workout) -> bool {
    !(2..=MOST_PARTS).contains(&w.laps.len())
}

fn span(l: &TrackLap, start: i64, elapsed_ms: u64, grid: &Grid<'_>) -> Span {
    let mut span = Span {
        start: Instant(start),
        elapsed_ms,
        timer_ms: 0,
        metres: l.distance.map(|d| d.get()),
        calories: l.calories.map(|c| c.get()),
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds of a lap are within 0 and 10^6"
    )]
    let stated = (l.seconds * 1000.0).round() as u64;
    span.timer_ms = stated.min(elapsed_ms);
    let covered = grid
        .metres_at(span.end())
        .zip(grid.metres_at(span.start))
        .map(|(b, a)| b - a);
    span.metres = span.metres.or(covered);
    span
}

/// Makes the laps' timers add up to the session's, which rules.
fn share_timer(spans: &mut [Span], active_ms: u64) {
    let stated: u64 = spans.iter().map(|s| s.timer_ms).sum();
    if stated.abs_diff(active_ms) <= 1000 {
        return;
    }
    let elapsed: u64 = spans.iter().map(|s| s.elapsed_ms).sum::<u64>().max(1);
    for s in spans {
        s.timer_ms = (s.elapsed_ms * active_ms / elapsed).min(s.elapsed_ms);
    }
}

fn lap_fields(
    index: usize,
    l: &Span,
    w: &Workout,
    kind: Sport,
    grid: &Grid<'_>,
    last: bool,
) -> Fields {
    let trigger = if last {
        LAP_TRIGGER_SESSION_END
    } else {
        LAP_TRIGGER_MANUAL
    };
    let mut fields: Fields = vec![
        (
            lap::MESSAGE_INDEX,
            Value::Int(i64::try_from(index).unwrap_or(0)),
        ),
        (lap::TIMESTAMP, Value::Unix(l.end().0)),
        (lap::EVENT, Value::Int(event_kind::LAP)),
        (lap::EVENT_TYPE, Value::Int(event_type::STOP)),
        (lap::START_TIME, Value::Unix(l.start.0)),
        (lap::TOTAL_ELAPSED_TIME, milliseconds(l.elapsed_ms)),
        (lap::TOTAL_TIMER_TIME, milliseconds(l.timer_ms)),
        (lap::LAP_TRIGGER, Value::Int(trigger)),
        (lap::SPORT, Value::Int(i64::from(kind.sport))),
        (lap::SUB_SPORT, Value::Int(i64::from(kind.sub_sport))),
    ];
    add(&mut fields, lap::TOTAL_DISTANCE, l.metres);
    add(&mut fields, lap::TOTAL_CALORIES, l.calories);
    add(
        &mut fields,
        lap::ENHANCED_AVG_SPEED,
        speed(l.metres, l.timer_ms),
    );
    let beats = Beats::of(grid.heart_rates(l.start, l.end()));
    let single = is_one_lap(w);
    form::lap(&mut fields, w, kind, (l.start, l.end()), single);
    let stated = w.average_heart_rate.filter(|_| single).map(|b| b.get());
    beats.add_to(&mut fields, stated, LAP_BEATS);
    if single {
        add(
            &mut fields,
            lap::TOTAL_ASCENT,
            w.elevation_gain.map(|m| m.get()),
        );
        strides(&mut fields, w, kind, [lap::TOTAL_CYCLES, lap::AVG_CADENCE]);
        pool(
            &mut fields,
            w,
            kind,
            [lap::NUM_LENGTHS, lap::NUM_ACTIVE_LENGTHS],
        );
        if !lengths_of(w, kind).is_empty() {
            fields.push((lap::FIRST_LENGTH_INDEX, Value::Int(0)));
        }
    }
    fields
}

fn session_fields(w: &Workout, kind: Sport, grid: &Grid<'_>, laps: usize) -> Fields {
    let mut fields: Fields = vec![
        (session::MESSAGE_INDEX, Value::Int(0)),
        (session::TIMESTAMP, Value::Unix(w.end().0)),
        (session::EVENT, Value::Int(event_kind::SESSION)),
        (session::EVENT_TYPE, Value::Int(event_type::STOP)),
        (session::START_TIME, Value::Unix(w.start.0)),
        (session::SPORT, Value::Int(i64::from(kind.sport))),
        (session::SUB_SPORT, Value::Int(i64::from(kind.sub_sport))),
        (session::TOTAL_ELAPSED_TIME, milliseconds(w.duration_ms)),
        (session::TOTAL_TIMER_TIME, milliseconds(w.active_ms)),
        (session::FIRST_LAP_INDEX, Value::Int(0)),
        (
            session::NUM_LAPS,
            Value::Int(i64::try_from(laps).unwrap_or(1)),
        ),
        (session::TRIGGER, Value::Int(0)),
    ];
    let metres = w
        .distance
        .map(|d| d.get())
        .or_else(|| grid.metres_at(w.end()));
    add(&mut fields, session::TOTAL_DISTANCE, metres);
    add(
        &mut fields,
        session::TOTAL_CALORIES,
        w.calories.map(|c| c.get()),
    );
    add(
        &mut fields,
        session::TOTAL_ASCENT,
        w.elevation_gain.map(|m| m.get()),
    );
    add(
        &mut fields,
        session::ENHANCED_AVG_SPEED,
        speed(metres, w.active_ms),
    );
    let beats = Beats::of(grid.heart_rates(w.start, w.end()));
    let stated = w.average_heart_rate.map(|b| b.get());
    beats.add_to(&mut fields, stated, SESSION_BEATS);
    strides(
        &mut fields,
        w,
        kind,
        [session::TOTAL_CYCLES, session::AVG_CADENCE],
    );
    pool(
        &mut fields,
        w,
        kind,
        [session::NUM_LENGTHS, session::NUM_ACTIVE_LENGTHS],
    );
    pool_size(&mut fields, w, kind);
    form::session(&mut fields, w, kind);
    fields
}

/// Adds a field when its value is known and the field can hold it; see [`left_out`].
fn add(fields: &mut Fields, field: Field, value: Option<f64>) {
    fields.extend(known(field, value));
}

/// What is known and left out because FIT cannot hold it.
fn left_out(w: &Workout, laps: &[Span], grid: &Grid<'_>) -> Vec<String> {
    let metres = w.distance.map(|d| d.get());
    let sums = [
        (session::TOTAL_DISTANCE, metres),
        (session::TOTAL_CALORIES, w.calories.map(|c| c.get())),
        (session::TOTAL_ASCENT, w.elevation_gain.map(|m| m.get())),
        (session::ENHANCED_AVG_SPEED, speed(metres, w.active_ms)),
    ];
    let of_laps = laps.iter().flat_map(|l| {
        [
            (lap::TOTAL_DISTANCE, l.metres),
            (lap::TOTAL_CALORIES, l.calories),
            (lap::ENHANCED_AVG_SPEED, speed(l.metres, l.timer_ms)),
        ]
    });
    let told = sums.into_iter().chain(of_laps);
    let mut all: Vec<String> = told.filter_map(|(f, value)| too_big(f, value)).collect();
    all.extend(grid.too_far.map(|metres| format!("distance {metres:.0}")));
    if w.laps.len() > MOST_PARTS {
        all.push(format!("{} laps", w.laps.len()));
    }
    if w.lengths.len() > MOST_LENGTHS {
        all.push(format!("{} pool lengths", w.lengths.len()));
    }
    all.sort_unstable();
    all.dedup();
    all
}

/// Mean speed in m/s.
fn speed(metres: Option<f64>, timer_ms: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "at most a week of milliseconds")]
    let seconds = timer_ms as f64 / 1000.0;
    metres.filter(|_| seconds >= 1.0).map(|m| m / seconds)
}

/// Mean, highest and lowest of the heart rates of a span.
struct Beats {
    mean: Option<u8>,
    max: Option<u8>,
    min: Option<u8>,
}

impl Beats {
    fn of(rates: impl Iterator<Item = u8>) -> Self {
        let (mut sum, mut count, mut max, mut min) = (0u64, 0u64, None::<u8>, None::<u8>);
        for bpm in rates {
            sum += u64::from(bpm);
            count += 1;
            max = Some(max.map_or(bpm, |m| m.max(bpm)));
            min = Some(min.map_or(bpm, |m| m.min(bpm)));
        }
        let mean = (sum + count / 2)
            .checked_div(count)
            .and_then(|m| u8::try_from(m).ok());
        Self { mean, max, min }
    }

    /// Fitbit's own mean rules; bounds that contradict it are left out.
    fn add_to(&self, fields: &mut Fields, stated: Option<u8>, [avg, max, min]: [Field; 3]) {
        let mean = stated.or(self.mean);
        let fits = self
            .max
            .zip(self.min)
            .zip(mean)
            .is_some_and(|((max, min), mean)| min <= mean && mean <= max);
        fields.extend(mean.map(|m| (avg, Value::Int(i64::from(m)))));
        if fits {
            fields.extend(self.max.map(|m| (max, Value::Int(i64::from(m)))));
            fields.extend(self.min.map(|m| (min, Value::Int(i64::from(m)))));
        }
    }
}

/// Strides (two steps) and strides per minute, for those on foot.
fn strides(fields: &mut Fields, w: &Workout, kind: Sport, [cycles, cadence]: [Field; 2]) {
    let on_foot = [sport::RUNNING, sport::WALKING, sport::HIKING].contains(&kind.sport);
    let Some(steps) = w.steps.filter(|&s| on_foot && s > 0) else {
        return;
    };
    fields.push((cycles, Value::Int(i64::from(steps.div_ceil(2)))));
    let rpm = u64::from(steps) * 30_000 / w.active_ms.max(1);
    fields.extend(
        u8::try_from(rpm)
            .ok()
            .filter(|r| *r < 255)
            .map(|r| (cadence, Value::Int(i64::from(r)))),
    );
}
