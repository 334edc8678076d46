//! Running form in the records, laps and session of an activity on foot.
//!
//! Knows nothing of how it was measured.

use crate::fit::profile::{Twin, record, summary};
use crate::fit::{Field, Value};
use crate::garmin::common::{Fields, known};
use crate::model::Instant;
use crate::model::checked::Form;
use crate::model::records::FormMeasure;

/// Longest time in seconds for which a value stands in for the next.
const HOLD: i64 = 10;

/// Declares the measures with the field of each in a record, and in a lap and the session.
macro_rules! fields {
    ($($measure:ident $record:ident $mean:ident,)*) => {
        [$((FormMeasure::$measure, record::$record, summary::$mean),)*]
    };
}

/// The fields of a measure in a record and in a summary; their units are the measure's.
const FIELDS: [(FormMeasure, Field, Twin); 4] = fields! {
    VerticalOscillation VERTICAL_OSCILLATION AVG_VERTICAL_OSCILLATION,
    GroundContact STANCE_TIME AVG_STANCE_TIME,
    VerticalRatio VERTICAL_RATIO AVG_VERTICAL_RATIO,
    StepLength STEP_LENGTH AVG_STEP_LENGTH,
};

/// Tells whether the form says how many steps a minute there were, moment by moment.
pub(super) fn has_cadence(form: &Form) -> bool {
    form.series.contains_key(&FormMeasure::Cadence)
}

/// The times at which anything was measured.
pub(super) fn times(form: &Form) -> impl Iterator<Item = Instant> + '_ {
    form.series.values().flatten().map(|(at, _)| *at)
}

pub(super) fn at(form: &Form, at: Instant) -> impl Iterator<Item = (Field, Value<'static>)> + '_ {
    let told = move |measure| value_at(form.series.get(&measure)?, at);
    let cadence = told(FormMeasure::Cadence);
    let whole = cadence.map(|steps| (steps / 2.0).floor());
    let rest = cadence.zip(whole).map(|(steps, whole)| steps / 2.0 - whole);
    let others = FIELDS.into_iter();
    let others = others.filter_map(move |(measure, field, _)| known(field, told(measure)));
    let cadence = [
        known(record::CADENCE, whole),
        known(record::FRACTIONAL_CADENCE, rest),
    ];
    cadence.into_iter().flatten().chain(others)
}

/// The last value that is not too old.
fn value_at(series: &[(Instant, f64)], at: Instant) -> Option<f64> {
    let after = series.partition_point(|(t, _)| *t <= at);
    let (told, value) = series.get(after.checked_sub(1)?)?;
    (at.0 - told.0 <= HOLD).then_some(*value)
}

/// Adds the means of a lap or of the session, of which all of a workout has those that are stated; the
/// cadence only without a number of steps, which would tell it.
pub(super) fn means(
    fields: &mut Fields<'_>,
    form: &Form,
    within: Option<(Instant, Instant)>,
    is_session: bool,
    has_steps: bool,
) {
    for (measure, _, field) in FIELDS {
        let value = match within {
            Some((from, to)) => form.series.get(&measure).and_then(|s| mean(s, from, to)),
            None => form.means.get(&measure).copied(),
        };
        fields.extend(known(field.of(is_session), value));
    }
    let steps = form.means.get(&FormMeasure::Cadence);
    let strides = steps
        .filter(|_| within.is_none() && !has_steps)
        .map(|n| n / 2.0);
    fields.extend(known(summary::AVG_CADENCE.of(is_session), strides));
}

/// The mean of the values within a span, its ends included.
fn mean(series: &[(Instant, f64)], from: Instant, to: Instant) -> Option<f64> {
    let low = series.partition_point(|(at, _)| *at < from);
    let high = series.partition_point(|(at, _)| *at <= to);
    let inside = series.get(low..high).filter(|s| !s.is_empty())?;
    let sum: f64 = inside.iter().map(|(_, value)| value).sum();
    Some(sum / inside.len() as f64)
}
