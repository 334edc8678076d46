//! What a swim in a pool tells beyond its time: the pool, and the single lengths.
//!
//! Some readers lay lengths end to end and never look at their starts, so the time between two
//! lengths is an idle length. Knows nothing of how lengths were found.

use super::MOST_PARTS;
use crate::fit::profile::sub_sport::LAP_SWIMMING;
use crate::fit::profile::{LENGTH, display_measure, event_kind, event_type, length_type};
use crate::fit::{
    EncodeError, Encoder,
    Value::{Int, Raw, Real, Unix},
};
use crate::garmin::common::{Fields, fields};
use crate::garmin::sport::Sport;
use crate::model::Instant;
use crate::model::checked::Workout;
use crate::model::records::SwimLength;

/// Most pool lengths that one file tells: an idle one may lie before each and after the last.
pub(super) const MOST_LENGTHS: usize = (MOST_PARTS - 1) / 2;

/// The pool lengths that are written: all of them, or none where there are too many.
pub(super) fn lengths_of(w: &Workout, kind: Sport) -> &[SwimLength] {
    let all = w.lengths.as_slice();
    let is_written = kind.sub_sport == LAP_SWIMMING && all.len() <= MOST_LENGTHS;
    if is_written { all } else { &[] }
}

/// The length of the pool, of swims in one.
pub(super) fn pool_size(w: &Workout, kind: Sport) -> Fields<'static> {
    let pool = w.pool.filter(|_| kind.sub_sport == LAP_SWIMMING);
    let Some(pool) = pool else { return Vec::new() };
    let unit = if pool.in_yards {
        display_measure::STATUTE
    } else {
        display_measure::METRIC
    };
    fields![session: POOL_LENGTH = Real(pool.length.get()), POOL_LENGTH_UNIT = Int(unit)]
}

/// Number of pool lengths with and without the idle ones: those that are written, else the number
/// that Fitbit states, where it makes the distance.
pub(super) fn numbers(w: &Workout, kind: Sport) -> Option<(f64, f64)> {
    if kind.sub_sport != LAP_SWIMMING {
        return None;
    }
    let written = lengths_of(w, kind);
    if written.is_empty() {
        return stated(w).map(|n| (n, n));
    }
    Some((spans(w, written).len() as f64, written.len() as f64))
}

/// The number of lengths that Fitbit states, unless it contradicts the distance.
fn stated(w: &Workout) -> Option<f64> {
    let (count, pool) = (f64::from(w.swim_lengths?), w.pool?.length.get());
    let fits = w
        .distance
        .is_none_or(|d| (count * pool - d.get()).abs() <= pool);
    fits.then_some(count)
}

/// A stretch of a swim: one of its lengths, or the time between two.
struct Span<'w> {
    start: Instant,
    end: Instant,
    swum: Option<&'w SwimLength>,
}

/// The swim from its start to its end. A second between two lengths is no rest: that much is what
/// the stamps of lengths leave open.
fn spans<'w>(w: &Workout, lengths: &'w [SwimLength]) -> Vec<Span<'w>> {
    let mut spans: Vec<Span<'w>> = Vec::with_capacity(2 * lengths.len() + 1);
    let mut add = |start: Instant, end: Instant, swum: Option<&'w SwimLength>| {
        if swum.is_some() || start < end {
            spans.push(Span { start, end, swum });
        }
    };
    let mut free = w.start;
    for (i, l) in lengths.iter().enumerate() {
        add(free, l.start, None);
        let next = lengths.get(i + 1).map_or(w.end(), |next| next.start);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a length lasts an hour at most"
        )]
        let end = l.start.plus(l.seconds.ceil() as i64).min(next);
        free = if next.0 - end.0 <= 1 { next } else { end };
        add(l.start, free, Some(l));
    }
    add(free, w.end(), None);
    spans
}

/// One message per pool length and per rest, where the export has single lengths.
pub(super) fn lengths(fit: &mut Encoder, w: &Workout, kind: Sport) -> Result<(), EncodeError> {
    let lengths = lengths_of(w, kind);
    if lengths.is_empty() {
        return Ok(());
    }
    for (i, span) in (0..).zip(spans(w, lengths)) {
        let whole = 1000 * (span.end.0 - span.start.0);
        let swum = span.swum.map(|l| milliseconds(l.seconds));
        let (kind, swum) = match swum {
            Some(swum) => (length_type::ACTIVE, swum),
            None => (length_type::IDLE, whole),
        };
        let mut fields = fields![length:
            MESSAGE_INDEX = Int(i),
            TIMESTAMP = Unix(span.end.0),
            EVENT = Int(event_kind::LENGTH),
            EVENT_TYPE = Int(event_type::STOP),
            START_TIME = Unix(span.start.0),
            TOTAL_ELAPSED_TIME = Raw(swum.min(whole)),
            TOTAL_TIMER_TIME = Raw(swum),
            LENGTH_TYPE = Int(kind),
        ];
        fields.extend(span.swum.into_iter().flat_map(|l| swimming(l, w)));
        fit.message(LENGTH, &fields)?;
    }
    Ok(())
}

/// What is known of how a length was swum.
fn swimming(l: &SwimLength, w: &Workout) -> Fields<'static> {
    let strokes = l.strokes.map(f64::from);
    fields![length:
        TOTAL_STROKES ? strokes,
        AVG_SPEED ? w.pool.map(|pool| pool.length.get() / l.seconds),
        AVG_SWIMMING_CADENCE ? strokes.map(|n| 60.0 * n / l.seconds),
        SWIM_STROKE ? stroke(l.stroke.as_deref()),
    ]
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a length lasts an hour at most"
)]
fn milliseconds(seconds: f64) -> i64 {
    (seconds.clamp(0.0, 86_400.0) * 1000.0).round() as i64
}

/// `swim_stroke` of Fitbit's name.
fn stroke(name: Option<&str>) -> Option<u8> {
    let strokes = ["freestyle", "backstroke", "breaststroke", "butterfly"];
    let (number, _) = (0..)
        .zip(strokes)
        .find(|(_, s)| name.is_some_and(|n| n.eq_ignore_ascii_case(s)))?;
    Some(number)
}
