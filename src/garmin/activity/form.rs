//! Running form in the records, laps and session of an activity on foot.
//!
//! Knows nothing of how it was measured.

use super::Fields;
use crate::fit::profile::{lap, record, session};
use crate::fit::{Field, Value};
use crate::garmin::common::known;
use crate::garmin::sport::Sport;
use crate::model::Instant;
use crate::model::checked::{Form, Workout};
use crate::model::records::FormMeasure;

/// Longest time in seconds for which a value stands in for the next.
const HOLD: i64 = 10;

/// Declares the measures with the field of each in a record, and in a lap and the session.
macro_rules! fields {
    ($($measure:ident $record:ident $mean:ident,)*) => {
        [$((FormMeasure::$measure, [record::$record, lap::$mean, session::$mean]),)*]
    };
}

/// The fields of a measure in a record, a lap and the session; their units are the measure's.
const FIELDS: [(FormMeasure, [Field; 3]); 4] = fields! {
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

/// The fields of a record.
pub(super) fn at(form: &Form, at: Instant) -> impl Iterator<Item = (Field, Value<'static>)> + '_ {
    let told = move |measure| value_at(form.series.get(&measure)?, at);
    let cadence = told(FormMeasure::Cadence);
    let whole = cadence.map(|steps| (steps / 2.0).floor());
    let rest = cadence.zip(whole).map(|(steps, whole)| steps / 2.0 - whole);
    let others = FIELDS.into_iter();
    let others = others.filter_map(move |(measure, [field, ..])| known(field, told(measure)));
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

/// The means of a lap: those of the session, where it is the only one.
pub(super) fn lap(
    fields: &mut Fields,
    w: &Workout,
    kind: Sport,
    (from, to): (Instant, Instant),
    single: bool,
) {
    if !kind.is_on_foot() {
        return;
    }
    let Form { series, means, .. } = &w.form;
    for (measure, [_, field, _]) in FIELDS {
        let own = || series.get(&measure).and_then(|s| mean(s, from, to));
        let whole = means.get(&measure).copied();
        fields.extend(known(field, if single { whole } else { own() }));
    }
    fields.extend(cadence(w, lap::AVG_CADENCE).filter(|_| single));
}

/// The means of the session, and the effort in tenths of a point.
pub(super) fn session(fields: &mut Fields, w: &Workout, kind: Sport) {
    for (measure, [.., field]) in FIELDS.into_iter().filter(|_| kind.is_on_foot()) {
        fields.extend(known(field, w.form.means.get(&measure).copied()));
    }
    fields.extend(cadence(w, session::AVG_CADENCE).filter(|_| kind.is_on_foot()));
    let effort = w.form.effort.map(|points| 10.0 * points);
    fields.extend(known(session::WORKOUT_RPE, effort));
}

/// The mean cadence of a workout without a number of steps, which would tell it.
fn cadence(w: &Workout, field: Field) -> Option<(Field, Value<'static>)> {
    let steps = w.form.means.get(&FormMeasure::Cadence)?;
    known(field, Some(steps / 2.0)).filter(|_| w.steps.is_none())
}

/// The mean of the values within a span, its ends included.
fn mean(series: &[(Instant, f64)], from: Instant, to: Instant) -> Option<f64> {
    let low = series.partition_point(|(at, _)| *at < from);
    let high = series.partition_point(|(at, _)| *at <= to);
    let inside = series.get(low..high).filter(|s| !s.is_empty())?;
    let sum: f64 = inside.iter().map(|(_, value)| value).sum();
    Some(sum / inside.len() as f64)
}
