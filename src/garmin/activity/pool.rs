//! What a swim in a pool tells beyond its time: the pool, and the single lengths.

use super::totals::{Fields, MOST_PARTS};
use crate::fit::profile::{LENGTH, event_kind, event_type, length, session};
use crate::fit::{EncodeError, Encoder, Field, Value};
use crate::garmin::sport::{self, Sport};
use crate::model::checked::Workout;
use crate::model::records::SwimLength;

/// `display_measure`: metric, and statute.
const METRIC: i64 = 0;
const STATUTE: i64 = 1;
/// `length_type` of a length that was swum.
const ACTIVE: i64 = 1;

/// The pool lengths that are written: all of them, or none where there are too many.
pub(super) fn lengths_of(w: &Workout) -> &[SwimLength] {
    let all = w.lengths.as_slice();
    if all.len() <= MOST_PARTS { all } else { &[] }
}

/// The length of the pool, of swims in one.
pub(super) fn pool_size(fields: &mut Fields, w: &Workout, kind: Sport) {
    if let (Some(metres), sport::LAP_SWIMMING) = (w.pool_length, kind.sub_sport) {
        let unit = if w.pool_in_yards { STATUTE } else { METRIC };
        fields.push((session::POOL_LENGTH, Value::Real(metres.get())));
        fields.push((session::POOL_LENGTH_UNIT, Value::Int(unit)));
    }
}

/// Number of pool lengths: those that are written, else the number Fitbit states.
pub(super) fn pool(fields: &mut Fields, w: &Workout, kind: Sport, [all, active]: [Field; 2]) {
    if kind.sub_sport != sport::LAP_SWIMMING {
        return;
    }
    let written = u32::try_from(lengths_of(w).len()).ok().filter(|&n| n > 0);
    if let Some(n) = written.or(w.swim_lengths).filter(|&n| n < 65_535) {
        fields.push((all, Value::Int(i64::from(n))));
        fields.push((active, Value::Int(i64::from(n))));
    }
}

/// One message per pool length, where the export has single lengths.
pub(super) fn lengths(fit: &mut Encoder, w: &Workout) -> Result<(), EncodeError> {
    let mut start = w.start;
    for (i, l) in lengths_of(w).iter().enumerate() {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a length is shorter than a day"
        )]
        let ms = (l.seconds.clamp(0.0, 86_400.0) * 1000.0).round() as i64;
        let mut fields: Fields = vec![
            (
                length::MESSAGE_INDEX,
                Value::Int(i64::try_from(i).unwrap_or(0)),
            ),
            (length::TIMESTAMP, Value::Unix(l.at.0)),
            (length::EVENT, Value::Int(event_kind::LENGTH)),
            (length::EVENT_TYPE, Value::Int(event_type::STOP)),
            (
                length::START_TIME,
                Value::Unix(l.at.plus(-ms / 1000).max(start).0),
            ),
            (length::TOTAL_ELAPSED_TIME, Value::Raw(ms)),
            (length::TOTAL_TIMER_TIME, Value::Raw(ms)),
            (length::LENGTH_TYPE, Value::Int(ACTIVE)),
        ];
        fields.extend(
            l.strokes
                .filter(|&s| s < 65_535)
                .map(|s| (length::TOTAL_STROKES, Value::Int(i64::from(s)))),
        );
        fields.extend(stroke(l.stroke.as_deref()).map(|s| (length::SWIM_STROKE, Value::Int(s))));
        fit.message(LENGTH, &fields)?;
        start = l.at;
    }
    Ok(())
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
