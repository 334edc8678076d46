//! Laps, session and activity: the summary at the end of the file.
//!
//! What a lap and the session both tell is written by one function, to the fields of each. What is not
//! known is left out.

use super::grid::Grid;
use super::laps::{Span, laps, session as whole};
use super::pool::{MOST_LENGTHS, lengths, lengths_of, pool, pool_size};
use super::{Fields, MOST_PARTS, form};
use crate::fit::profile::{
    ACTIVITY, LAP, SESSION, TIME_IN_ZONE, activity, event_kind, event_type, lap, session,
    time_in_zone,
};
use crate::fit::{
    EncodeError, Encoder, Field,
    Value::{self, Int, Raw, Unix},
};
use crate::garmin::common::{self, known, too_big};
use crate::garmin::sport::{self, Sport};
use crate::model::checked::Workout;

/// `lap_trigger`: manual, and end of session.
const LAP_TRIGGER_MANUAL: i64 = 0;
const LAP_TRIGGER_SESSION_END: i64 = 7;
/// `hr_zone_calc`: bounds that the user or the device chose.
const HR_CALC_TYPE_CUSTOM: i64 = 0;

/// The fields in which a lap or the session tells what both can tell; speeds and altitudes have one
/// for old and one for new readers.
struct Places {
    elapsed: Field,
    timer: Field,
    distance: Field,
    calories: Field,
    /// Mean, highest, lowest.
    beats: [Field; 3],
    average_speed: [Field; 2],
    top_speed: [Field; 2],
    /// Metres up and down.
    climbs: [Field; 2],
    /// Lowest, mean, highest.
    altitudes: [[Field; 2]; 3],
    /// First and last position.
    ends: [[Field; 2]; 2],
    cycles: Field,
    cadence: Field,
    lengths: [Field; 2],
}

macro_rules! places {
    ($of:ident) => {
        Places {
            elapsed: $of::TOTAL_ELAPSED_TIME,
            timer: $of::TOTAL_TIMER_TIME,
            distance: $of::TOTAL_DISTANCE,
            calories: $of::TOTAL_CALORIES,
            beats: [
                $of::AVG_HEART_RATE,
                $of::MAX_HEART_RATE,
                $of::MIN_HEART_RATE,
            ],
            average_speed: [$of::AVG_SPEED, $of::ENHANCED_AVG_SPEED],
            top_speed: [$of::MAX_SPEED, $of::ENHANCED_MAX_SPEED],
            climbs: [$of::TOTAL_ASCENT, $of::TOTAL_DESCENT],
            altitudes: [
                [$of::MIN_ALTITUDE, $of::ENHANCED_MIN_ALTITUDE],
                [$of::AVG_ALTITUDE, $of::ENHANCED_AVG_ALTITUDE],
                [$of::MAX_ALTITUDE, $of::ENHANCED_MAX_ALTITUDE],
            ],
            ends: [
                [$of::START_POSITION_LAT, $of::START_POSITION_LONG],
                [$of::END_POSITION_LAT, $of::END_POSITION_LONG],
            ],
            cycles: $of::TOTAL_CYCLES,
            cadence: $of::AVG_CADENCE,
            lengths: [$of::NUM_LENGTHS, $of::NUM_ACTIVE_LENGTHS],
        }
    };
}

const OF_LAP: Places = places!(lap);
const OF_SESSION: Places = places!(session);

/// The corners of the session's area: north-east, south-west.
const CORNERS: [[Field; 2]; 2] = [
    [session::NEC_LAT, session::NEC_LONG],
    [session::SWC_LAT, session::SWC_LONG],
];

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
        let mut fields = lap_fields(i, l, laps.len(), kind);
        let first_length = (lap::FIRST_LENGTH_INDEX, Int(0));
        let has_lengths = laps.len() == 1 && !lengths_of(w, kind).is_empty();
        fields.extend(has_lengths.then_some(first_length));
        let is_all = laps.len() == 1;
        summary(&mut fields, l, is_all, w, kind, grid, &OF_LAP);
        form::lap(&mut fields, w, kind, (l.start, l.end()), is_all);
        fit.message(LAP, &fields)?;
    }
    let span = whole(w, grid);
    let mut fields = session_fields(w, kind, laps.len());
    summary(&mut fields, &span, true, w, kind, grid, &OF_SESSION);
    let stretch = grid.stretch(span.start, span.end());
    stretch.add_corners(&mut fields, CORNERS);
    pool_size(&mut fields, w, kind);
    form::session(&mut fields, w, kind);
    let name = common::plain(&w.name);
    let mut fields: Vec<(Field, Value<'_>)> = fields;
    if !name.is_empty() {
        fields.push((session::SPORT_PROFILE_NAME, Value::Text(&name)));
    }
    fit.message(SESSION, &fields)?;
    time_in_zones(fit, w)?;
    end(fit, w)?;
    Ok(left_out(w, &laps, &span, grid))
}

/// The time in the zones that Fitbit counted, lowest first: readers look for six.
fn time_in_zones(fit: &mut Encoder, w: &Workout) -> Result<(), EncodeError> {
    if w.zones.is_empty() {
        return Ok(());
    }
    let times = w.zones.iter().map(|z| 1000 * i64::from(z.seconds));
    let times: Vec<i64> = times.chain([0; 6]).take(w.zones.len().max(6)).collect();
    let bounds = w.zones.iter().map(|z| i64::from(z.highest.get()));
    fit.message(
        TIME_IN_ZONE,
        &[
            (time_in_zone::TIMESTAMP, Unix(w.end().0)),
            (time_in_zone::REFERENCE_MESG, Int(i64::from(SESSION.number))),
            (time_in_zone::REFERENCE_INDEX, Int(0)),
            (time_in_zone::TIME_IN_HR_ZONE, Value::Array(&times)),
            (
                time_in_zone::HR_ZONE_HIGH_BOUNDARY,
                Value::Array(&bounds.collect::<Vec<_>>()),
            ),
            (time_in_zone::HR_CALC_TYPE, Int(HR_CALC_TYPE_CUSTOM)),
        ],
    )
}

fn end(fit: &mut Encoder, w: &Workout) -> Result<(), EncodeError> {
    fit.message(
        ACTIVITY,
        &[
            (activity::TIMESTAMP, Unix(w.end().0)),
            (activity::TOTAL_TIMER_TIME, milliseconds(w.active_ms)),
            (activity::NUM_SESSIONS, Int(1)),
            (activity::TYPE, Int(0)),
            (activity::EVENT, Int(event_kind::ACTIVITY)),
            (activity::EVENT_TYPE, Int(event_type::STOP)),
            (activity::LOCAL_TIMESTAMP, Unix(w.end().at(w.offset).0)),
        ],
    )
}

/// Milliseconds are the raw value of every time span in FIT (scale 1000, seconds).
fn milliseconds(ms: u64) -> Value<'static> {
    Raw(i64::try_from(ms).unwrap_or(i64::MAX))
}

fn number(n: usize) -> Value<'static> {
    Int(i64::try_from(n).unwrap_or(i64::MAX))
}

fn lap_fields(index: usize, l: &Span, laps: usize, kind: Sport) -> Fields {
    let trigger = if index + 1 == laps {
        LAP_TRIGGER_SESSION_END
    } else {
        LAP_TRIGGER_MANUAL
    };
    vec![
        (lap::MESSAGE_INDEX, number(index)),
        (lap::TIMESTAMP, Unix(l.end().0)),
        (lap::EVENT, Int(event_kind::LAP)),
        (lap::EVENT_TYPE, Int(event_type::STOP)),
        (lap::START_TIME, Unix(l.start.0)),
        (lap::LAP_TRIGGER, Int(trigger)),
        (lap::SPORT, Int(i64::from(kind.sport))),
        (lap::SUB_SPORT, Int(i64::from(kind.sub_sport))),
    ]
}

fn session_fields(w: &Workout, kind: Sport, laps: usize) -> Fields {
    vec![
        (session::MESSAGE_INDEX, Int(0)),
        (session::TIMESTAMP, Unix(w.end().0)),
        (session::EVENT, Int(event_kind::SESSION)),
        (session::EVENT_TYPE, Int(event_type::STOP)),
        (session::START_TIME, Unix(w.start.0)),
        (session::SPORT, Int(i64::from(kind.sport))),
        (session::SUB_SPORT, Int(i64::from(kind.sub_sport))),
        (session::FIRST_LAP_INDEX, Int(0)),
        (session::NUM_LAPS, number(laps)),
        (session::TRIGGER, Int(0)),
    ]
}

/// What a lap and the session both tell. A lap that is all of the session has what Fitbit states of it.
fn summary(
    fields: &mut Fields,
    span: &Span,
    is_all: bool,
    w: &Workout,
    kind: Sport,
    grid: &Grid<'_>,
    to: &Places,
) {
    fields.push((to.elapsed, milliseconds(span.elapsed_ms)));
    fields.push((to.timer, milliseconds(span.timer_ms)));
    fields.extend(known(to.distance, span.metres));
    fields.extend(known(to.calories, span.calories));
    let (start, end) = (span.start, span.end());
    let mean = span.speed();
    let top = grid
        .top_speed(start, end)
        .map(|top| top.max(mean.unwrap_or(0.0)));
    for (pair, speed) in [(to.average_speed, mean), (to.top_speed, top)] {
        fields.extend(pair.into_iter().filter_map(|field| known(field, speed)));
    }
    let stated = w.average_heart_rate.filter(|_| is_all).map(|b| b.get());
    // A value at the edge of two laps is the later one's; at the end of all it is the session's alone.
    let last = if is_all { end } else { end.plus(-1) };
    Beats::of(grid.heart_rates(start, last)).add_to(fields, stated, to.beats);
    let stretch = grid.stretch(start, end);
    let stated = w.elevation_gain.filter(|_| is_all).map(|m| m.get());
    let (up, down) = stretch.climbs.unzip();
    fields.extend(known(to.climbs[0], stated.or(up)));
    fields.extend(known(to.climbs[1], down));
    stretch.add_altitudes(fields, to.altitudes);
    stretch.add_ends(fields, to.ends);
    if is_all {
        strides(fields, w, kind, [to.cycles, to.cadence]);
        pool(fields, w, kind, to.lengths);
    }
}

/// What is known and left out because FIT cannot hold it, or because nobody can have moved so.
fn left_out(w: &Workout, laps: &[Span], whole: &Span, grid: &Grid<'_>) -> Vec<String> {
    let ascent = w.elevation_gain.map(|m| m.get());
    let told = [(&OF_SESSION, whole)]
        .into_iter()
        .chain(laps.iter().map(|l| (&OF_LAP, l)));
    let mut all: Vec<String> = told
        .flat_map(|(of, span)| {
            [
                (of.distance, span.metres),
                (of.calories, span.calories),
                (of.average_speed[1], span.speed()),
            ]
        })
        .chain([(OF_SESSION.climbs[0], ascent)])
        .filter_map(|(field, value)| too_big(field, value))
        .collect();
    all.extend(
        grid.curve
            .too_far
            .map(|metres| format!("distance {metres:.0}")),
    );
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
        fields.extend(mean.map(|m| (avg, Int(i64::from(m)))));
        if fits {
            fields.extend(self.max.map(|m| (max, Int(i64::from(m)))));
            fields.extend(self.min.map(|m| (min, Int(i64::from(m)))));
        }
    }
}

/// Strides (two steps) of those on foot, strokes of swimmers; and how many a minute.
fn strides(fields: &mut Fields, w: &Workout, kind: Sport, [cycles, cadence]: [Field; 2]) {
    let strokes = || lengths_of(w, kind).iter().filter_map(|l| l.strokes).sum();
    let count: u32 = match kind.sport {
        sport::SWIMMING => strokes(),
        _ if kind.is_on_foot() => w.steps.unwrap_or(0).div_ceil(2),
        _ => 0,
    };
    if count == 0 {
        return;
    }
    fields.push((cycles, Int(i64::from(count))));
    let rpm = u64::from(count) * 60_000 / w.active_ms.max(1);
    fields.extend(
        u8::try_from(rpm)
            .ok()
            .filter(|r| *r < 255)
            .map(|r| (cadence, Int(i64::from(r)))),
    );
}
