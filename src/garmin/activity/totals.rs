//! Laps, session and activity: the summary at the end of the file.
//!
//! What a lap and the session both tell is written by one function, to the fields of each. What is not
//! known is left out.

use super::grid::Grid;
use super::laps::{Span, laps, session as whole};
use super::pool::{MOST_LENGTHS, lengths, lengths_of, numbers, pool_size};
use super::track::{Stretch, semicircles};
use super::{MOST_PARTS, form};
use crate::fit::profile::sport_kind::SWIMMING;
use crate::fit::profile::{
    ACTIVITY, LAP, SESSION, TIME_IN_ZONE, event_kind, event_type, lap_trigger, session, summary,
};
use crate::fit::{
    EncodeError, Encoder,
    Value::{self, Array, Int, Raw, Unix},
};
use crate::garmin::common::{self, Fields, fields, too_big};
use crate::model::Instant;
use crate::model::checked::Workout;

/// `hr_zone_calc`: bounds that the user or the device chose.
const HR_CALC_TYPE_CUSTOM: i64 = 0;

/// Writes everything that follows the last record. Returns what had to be left out of it.
pub(super) fn write(fit: &mut Encoder, grid: &Grid<'_>) -> Result<Vec<String>, EncodeError> {
    let (w, kind) = (grid.workout, grid.kind);
    let laps = laps(w, grid);
    lengths(fit, w, kind)?;
    let is_all = laps.len() == 1;
    for (i, span) in laps.iter().enumerate() {
        let is_last = i + 1 == laps.len();
        let trigger = if is_last {
            lap_trigger::SESSION_END
        } else {
            lap_trigger::MANUAL
        };
        let mut fields = fields![lap:
            MESSAGE_INDEX = number(i),
            TIMESTAMP = Unix(span.end().0),
            EVENT = Int(event_kind::LAP),
            EVENT_TYPE = Int(event_type::STOP),
            START_TIME = Unix(span.start.0),
            LAP_TRIGGER = Int(trigger),
            SPORT = Int(kind.sport),
            SUB_SPORT = Int(kind.sub_sport),
        ];
        if is_all && !lengths_of(w, kind).is_empty() {
            fields.extend(fields![lap: FIRST_LENGTH_INDEX = Int(0)]);
        }
        let stretch = grid.stretch(span.start, span.end());
        fields.extend(summary_fields(span, grid, &stretch, is_all, false));
        let within = (!is_all).then(|| (span.start, span.end()));
        form_fields(&mut fields, grid, within, false);
        fit.message(LAP, &fields)?;
    }
    let span = whole(w, grid);
    write_session(fit, &span, laps.len(), grid)?;
    time_in_zones(fit, w)?;
    let end = fields![activity:
        TIMESTAMP = Unix(w.end().0),
        TOTAL_TIMER_TIME = milliseconds(w.active_ms),
        NUM_SESSIONS = Int(1),
        TYPE = Int(0),
        EVENT = Int(event_kind::ACTIVITY),
        EVENT_TYPE = Int(event_type::STOP),
        LOCAL_TIMESTAMP = Unix(w.end().at(w.offset).0),
    ];
    fit.message(ACTIVITY, &end)?;
    Ok(left_out(w, &laps, &span, grid))
}

fn write_session(
    fit: &mut Encoder,
    span: &Span,
    laps: usize,
    grid: &Grid<'_>,
) -> Result<(), EncodeError> {
    let (w, kind) = (grid.workout, grid.kind);
    let stretch = grid.stretch(span.start, span.end());
    let (south_west, north_east) = stretch.corners.map(<(_, _)>::from).unzip();
    let name = common::plain(&w.name);
    let mut fields = fields![session:
        MESSAGE_INDEX = Int(0),
        TIMESTAMP = Unix(w.end().0),
        EVENT = Int(event_kind::SESSION),
        EVENT_TYPE = Int(event_type::STOP),
        START_TIME = Unix(w.start.0),
        SPORT = Int(kind.sport),
        SUB_SPORT = Int(kind.sub_sport),
        FIRST_LAP_INDEX = Int(0),
        NUM_LAPS = number(laps),
        TRIGGER = Int(0),
    ];
    fields.extend(summary_fields(span, grid, &stretch, true, true));
    fields.extend(fields![session:
        NEC_LAT ? north_east.map(|at| semicircles(at.0)),
        NEC_LONG ? north_east.map(|at| semicircles(at.1)),
        SWC_LAT ? south_west.map(|at| semicircles(at.0)),
        SWC_LONG ? south_west.map(|at| semicircles(at.1)),
    ]);
    fields.extend(pool_size(w, kind));
    form_fields(&mut fields, grid, None, true);
    let effort = w.form.effort.map(|points| 10.0 * points);
    fields.extend(fields![session: WORKOUT_RPE ? effort]);
    fields.extend(common::text(session::SPORT_PROFILE_NAME, &name));
    fit.message(SESSION, &fields)
}

fn form_fields(
    fields: &mut Fields<'_>,
    grid: &Grid<'_>,
    within: Option<(Instant, Instant)>,
    is_session: bool,
) {
    if let Some(form) = grid.form {
        form::means(
            fields,
            form,
            within,
            is_session,
            grid.workout.steps.is_some(),
        );
    }
}

/// The time in the zones that Fitbit counted, lowest first: readers look for six.
fn time_in_zones(fit: &mut Encoder, w: &Workout) -> Result<(), EncodeError> {
    if w.zones.is_empty() {
        return Ok(());
    }
    let times = w.zones.iter().map(|z| 1000 * i64::from(z.seconds));
    let times: Vec<i64> = times.chain([0; 6]).take(w.zones.len().max(6)).collect();
    let bounds = w.zones.iter().map(|z| i64::from(z.highest.get()));
    let bounds: Vec<i64> = bounds.collect();
    let fields = fields![time_in_zone:
        TIMESTAMP = Unix(w.end().0),
        REFERENCE_MESG = Int(i64::from(SESSION.number)),
        REFERENCE_INDEX = Int(0),
        TIME_IN_HR_ZONE = Array(&times),
        HR_ZONE_HIGH_BOUNDARY = Array(&bounds),
        HR_CALC_TYPE = Int(HR_CALC_TYPE_CUSTOM),
    ];
    fit.message(TIME_IN_ZONE, &fields)
}

/// Milliseconds are the raw value of every time span in FIT (scale 1000, seconds).
fn milliseconds(ms: u64) -> Value<'static> {
    Raw(i64::try_from(ms).unwrap_or(i64::MAX))
}

fn number(n: usize) -> Value<'static> {
    Int(i64::try_from(n).unwrap_or(i64::MAX))
}

/// What a lap and the session both tell. A lap that is all of the session has what Fitbit states of it.
/// Speeds and altitudes have a field for old and one for new readers.
fn summary_fields(
    span: &Span,
    grid: &Grid<'_>,
    stretch: &Stretch,
    is_all: bool,
    is_session: bool,
) -> Fields<'static> {
    let (w, start, end) = (grid.workout, span.start, span.end());
    let mean = span.speed();
    let top = grid.top_speed(start, end);
    let top = top.map(|top| top.max(mean.unwrap_or(0.0)));
    // A value at the edge of two laps is the later one's; at the end of all it is the session's alone.
    let last = if is_all { end } else { end.plus(-1) };
    let stated = w.average_heart_rate.filter(|_| is_all).map(|b| b.get());
    let beats = Beats::of(grid.heart_rates(start, last), stated);
    let stated = w.elevation_gain.filter(|_| is_all).map(|m| m.get());
    let (up, down) = stretch.climbs.unzip();
    let [low, middle, high] = stretch.altitudes.map_or([None; 3], |all| all.map(Some));
    let (first, last) = stretch.ends.unzip();
    let strides = strides(grid).filter(|_| is_all);
    let lengths = numbers(w, grid.kind).filter(|_| is_all);
    fields![summary(is_session):
        TOTAL_ELAPSED_TIME = milliseconds(span.elapsed_ms),
        TOTAL_TIMER_TIME = milliseconds(span.timer_ms),
        TOTAL_DISTANCE ? span.metres,
        TOTAL_CALORIES ? span.calories,
        AVG_SPEED ? mean,
        ENHANCED_AVG_SPEED ? mean,
        MAX_SPEED ? top,
        ENHANCED_MAX_SPEED ? top,
        AVG_HEART_RATE ? beats.mean,
        MAX_HEART_RATE ? beats.max,
        MIN_HEART_RATE ? beats.min,
        TOTAL_ASCENT ? stated.or(up),
        TOTAL_DESCENT ? down,
        MIN_ALTITUDE ? low,
        ENHANCED_MIN_ALTITUDE ? low,
        AVG_ALTITUDE ? middle,
        ENHANCED_AVG_ALTITUDE ? middle,
        MAX_ALTITUDE ? high,
        ENHANCED_MAX_ALTITUDE ? high,
        START_POSITION_LAT ? first.map(|at| semicircles(at.0.get())),
        START_POSITION_LONG ? first.map(|at| semicircles(at.1.get())),
        END_POSITION_LAT ? last.map(|at| semicircles(at.0.get())),
        END_POSITION_LONG ? last.map(|at| semicircles(at.1.get())),
        TOTAL_CYCLES ? strides,
        AVG_CADENCE ? strides.map(|n| u64::from(n) * 60_000 / w.active_ms.max(1)).map(|n| n as f64),
        NUM_LENGTHS ? lengths.map(|n| n.0),
        NUM_ACTIVE_LENGTHS ? lengths.map(|n| n.1),
    ]
}

/// What is known and left out because FIT cannot hold it, or because nobody can have moved so.
fn left_out(w: &Workout, laps: &[Span], whole: &Span, grid: &Grid<'_>) -> Vec<String> {
    let ascent = w.elevation_gain.map(|m| m.get());
    let told = laps.iter().map(|lap| (false, lap)).chain([(true, whole)]);
    let told = told.flat_map(|(is_session, span)| {
        [
            (summary::TOTAL_DISTANCE.of(is_session), span.metres),
            (summary::TOTAL_CALORIES.of(is_session), span.calories),
            (summary::ENHANCED_AVG_SPEED.of(is_session), span.speed()),
        ]
    });
    let told = told.chain([(session::TOTAL_ASCENT, ascent)]);
    let mut all: Vec<String> = told
        .filter_map(|(field, value)| too_big(field, value))
        .collect();
    let too_far = grid.curve.too_far;
    all.extend(too_far.map(|metres| format!("distance {metres:.0}")));
    let many = |n: usize, most: usize, what| (n > most).then(|| format!("{n} {what}"));
    all.extend(many(w.laps.len(), MOST_PARTS, "laps"));
    all.extend(many(w.lengths.len(), MOST_LENGTHS, "pool lengths"));
    all.sort_unstable();
    all.dedup();
    all
}

/// Mean, highest and lowest of the heart rates of a span. Fitbit's own mean rules; bounds that
/// contradict it are left out.
struct Beats {
    mean: Option<u8>,
    max: Option<u8>,
    min: Option<u8>,
}

impl Beats {
    fn of(rates: impl Iterator<Item = u8>, stated: Option<u8>) -> Self {
        let (mut sum, mut count, mut max, mut min) = (0u64, 0u64, 0, u8::MAX);
        for bpm in rates {
            sum += u64::from(bpm);
            count += 1;
            (max, min) = (max.max(bpm), min.min(bpm));
        }
        let own = (sum + count / 2).checked_div(count);
        let mean = stated.or(own.and_then(|mean| u8::try_from(mean).ok()));
        let fits = mean.is_some_and(|mean| (min..=max).contains(&mean));
        let bound = |value| fits.then_some(value);
        Self {
            mean,
            max: bound(max),
            min: bound(min),
        }
    }
}

/// Strides (two steps) of those on foot, strokes of swimmers.
fn strides(grid: &Grid<'_>) -> Option<u32> {
    let (w, kind) = (grid.workout, grid.kind);
    let strokes = || lengths_of(w, kind).iter().filter_map(|l| l.strokes).sum();
    let count: u32 = match kind.sport {
        SWIMMING => strokes(),
        _ if kind.is_on_foot() => w.steps.unwrap_or(0).div_ceil(2),
        _ => 0,
    };
    Some(count).filter(|&n| n > 0)
}
