//! What a swim in a pool tells beyond its time: the pool, and the single lengths.
//!
//! Some readers lay lengths end to end and never look at their starts, so the time between two
//! lengths is an idle length. Knows nothing of how lengths were found.

use super::{Fields, MOST_PARTS};
use crate::fit::profile::{LENGTH, event_kind, event_type, length, session};
use crate::fit::{
    EncodeError, Encoder, Field,
    Value::{Int, Raw, Real, Unix},
};
use crate::garmin::common::known;
use crate::garmin::sport::{self, Sport};
use crate::model::Instant;
use crate::model::checked::Workout;
use crate::model::records::SwimLength;

/// `display_measure`: metric, and statute.
const METRIC: i64 = 0;
const STATUTE: i64 = 1;
/// `length_type`: nobody swam, and one that was swum.
const IDLE: i64 = 0;
const ACTIVE: i64 = 1;

/// Most pool lengths that one file tells: an idle one may lie before each and after the last.
pub(super) const MOST_LENGTHS: usize = (MOST_PARTS - 1) / 2;

/// The pool lengths that are written: all of them, or none where there are too many.
pub(super) fn lengths_of(w: &Workout, kind: Sport) -> &[SwimLength] {
    let all = w.lengths.as_slice();
    let is_written = kind.sub_sport == sport::LAP_SWIMMING && all.len() <= MOST_LENGTHS;
    if is_written { all } else { &[] }
}

/// The length of the pool, of swims in one.
pub(super) fn pool_size(fields: &mut Fields, w: &Workout, kind: Sport) {
    if let (Some(pool), sport::LAP_SWIMMING) = (w.pool, kind.sub_sport) {
        let unit = if pool.in_yards { STATUTE } else { METRIC };
        fields.push((session::POOL_LENGTH, Real(pool.length.get())));
        fields.push((session::POOL_LENGTH_UNIT, Int(unit)));
    }
}

/// Number of pool lengths with and without the idle ones: those that are written, else the number
/// that Fitbit states, where it makes the distance.
pub(super) fn pool(fields: &mut Fields, w: &Workout, kind: Sport, [all, active]: [Field; 2]) {
    if kind.sub_sport != sport::LAP_SWIMMING {
        return;
    }
    let written = lengths_of(w, kind);
    let numbers = if written.is_empty() {
        stated(w).map(|n| [n, n])
    } else {
        let count = |n: usize| i64::try_from(n).unwrap_or(0);
        Some([count(spans(w, written).len()), count(written.len())])
    };
    if let Some([spans, swum]) = numbers.filter(|n| n.iter().all(|&n| n < 65_535)) {
        fields.push((all, Int(spans)));
        fields.push((active, Int(swum)));
    }
}

/// The number of lengths that Fitbit states, unless it contradicts the distance.
fn stated(w: &Workout) -> Option<i64> {
    let (count, pool) = (w.swim_lengths?, w.pool?.length.get());
    let metres = f64::from(count) * pool;
    let fits = w.distance.is_none_or(|d| (metres - d.get()).abs() <= pool);
    fits.then_some(i64::from(count))
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
    let mut spans = Vec::with_capacity(2 * lengths.len() + 1);
    let mut free = w.start;
    let idle = |start: Instant, end: Instant| Span {
        start,
        end,
        swum: None,
    };
    for (i, l) in lengths.iter().enumerate() {
        if l.start > free {
            spans.push(idle(free, l.start));
        }
        let next = lengths.get(i + 1).map_or(w.end(), |next| next.start);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a length lasts an hour at most"
        )]
        let end = l.start.plus(l.seconds.ceil() as i64).min(next);
        let end = if next.0 - end.0 <= 1 { next } else { end };
        spans.push(Span {
            start: l.start,
            end,
            swum: Some(l),
        });
        free = end;
    }
    if w.end() > free {
        spans.push(idle(free, w.end()));
    }
    spans
}

/// One message per pool length and per rest, where the export has single lengths.
pub(super) fn lengths(fit: &mut Encoder, w: &Workout, kind: Sport) -> Result<(), EncodeError> {
    let lengths = lengths_of(w, kind);
    if lengths.is_empty() {
        return Ok(());
    }
    for (i, span) in spans(w, lengths).iter().enumerate() {
        let whole = 1000 * (span.end.0 - span.start.0);
        let swum = span.swum.map(|l| milliseconds(l.seconds));
        let kind = if span.swum.is_some() { ACTIVE } else { IDLE };
        let mut fields: Fields = vec![
            (length::MESSAGE_INDEX, Int(i64::try_from(i).unwrap_or(0))),
            (length::TIMESTAMP, Unix(span.end.0)),
            (length::EVENT, Int(event_kind::LENGTH)),
            (length::EVENT_TYPE, Int(event_type::STOP)),
            (length::START_TIME, Unix(span.start.0)),
            (
                length::TOTAL_ELAPSED_TIME,
                Raw(swum.map_or(whole, |ms| ms.min(whole))),
            ),
            (length::TOTAL_TIMER_TIME, Raw(swum.unwrap_or(whole))),
            (length::LENGTH_TYPE, Int(kind)),
        ];
        fields.extend(span.swum.into_iter().flat_map(|l| swimming(l, w)));
        fit.message(LENGTH, &fields)?;
    }
    Ok(())
}

/// What is known of how a length was swum.
fn swimming(l: &SwimLength, w: &Workout) -> Fields {
    let strokes = l.strokes.map(f64::from);
    let speed = w.pool.map(|pool| pool.length.get() / l.seconds);
    let mut fields: Fields = Vec::new();
    fields.extend(known(length::TOTAL_STROKES, strokes));
    fields.extend(known(length::AVG_SPEED, speed));
    let cadence = strokes.map(|n| 60.0 * n / l.seconds);
    fields.extend(known(length::AVG_SWIMMING_CADENCE, cadence));
    fields.extend(stroke(l.stroke.as_deref()).map(|s| (length::SWIM_STROKE, Int(s))));
    fields
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a length lasts an hour at most"
)]
fn milliseconds(seconds: f64) -> i64 {
    (seconds.clamp(0.0, 86_400.0) * 1000.0).round() as i64
}

/// `swim_stroke` of Fitbit's name.
fn stroke(name: Option<&str>) -> Option<i64> {
    match name?.to_ascii_lowercase().as_str() {
        "freestyle" => Some(0),
        "backstroke" => Some(1),
        "breaststroke" => Some(2),
        "butterfly" => Some(3),
        _ => None,
    }
}
