//! The local day that a monitoring file spans, which days there are, and what its local minutes
//! sum up to.
//!
//! Knows the offsets of the account; writes nothing.

use std::collections::BTreeSet;

use crate::garmin::energy;
use crate::model::checked::Sample;
use crate::model::records::PackedSample;
use crate::model::time::DAY;
use crate::model::{Checked, Instant, LocalDate, MINUTES, Offset};

/// Second of the local day from which the next date's offset holds.
const NOON: i64 = 43_200;

/// From 18:00 on, what is measured in sleep belongs to the night that ends on the next date: so many
/// seconds before its midnight.
const EVENING: i64 = 6 * 3600;

/// A local day on both axes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) date: LocalDate,
    /// Its first instant.
    pub(super) start: Instant,
    /// The first instant of the next date.
    pub(super) end: Instant,
    before_noon: Offset,
    from_noon: Offset,
}

impl Span {
    pub(super) fn of(checked: &Checked, date: LocalDate) -> Self {
        let offsets = &checked.offsets;
        Self {
            date,
            start: offsets.day_start(date),
            end: offsets.day_end(date),
            before_noon: offsets.on(date),
            from_noon: offsets.on(date.plus(1)),
        }
    }

    /// Returns the minute of the local date that an instant of the span is labelled with.
    pub(super) fn minute_of(&self, at: Instant) -> Option<usize> {
        let midnight = self.date.midnight().0;
        let second = at.at(self.before_noon).0 - midnight;
        let second = if second < NOON {
            second
        } else {
            at.at(self.from_noon).0 - midnight
        };
        let minute = usize::try_from(second / 60).ok()?;
        (minute < MINUTES).then_some(minute)
    }

    /// Returns the samples of the night that ends on this date: from the evening before it on.
    pub(super) fn night<'a, Q>(&self, samples: &'a [Sample<Q>]) -> &'a [Sample<Q>] {
        let low = samples.partition_point(|s| s.at < self.start.plus(-EVENING));
        let high = samples.partition_point(|s| s.at < self.end.plus(-EVENING));
        samples.get(low..high).unwrap_or(&[])
    }
}

/// Returns every local date that a stream may touch: some of them may turn out to hold nothing.
pub(super) fn dates(checked: &Checked) -> BTreeSet<LocalDate> {
    let mut dates = BTreeSet::new();
    for (&day, samples) in &checked.heart_rate {
        let ends = [samples.first(), samples.last()];
        let at =
            |s: Option<&PackedSample>| i64::from(day) * DAY + s.map_or(0, |s| s.second().into());
        cover(checked, &mut dates, ends.map(at));
    }
    for &day in checked.steps.keys() {
        let midnight = i64::from(day) * DAY;
        cover(checked, &mut dates, [midnight, midnight + DAY - 1]);
    }
    dates.extend(sampled(checked, &checked.spo2));
    dates.extend(sampled(checked, &checked.respiration));
    let told = checked.days.iter().filter(|(_, day)| {
        day.steps.is_some_and(|n| n > 0)
            || day.resting_heart_rate.is_some()
            || day.spo2_average.is_some()
            || day.respiratory_rate.is_some()
            || day.moderately_active_minutes.is_some_and(|n| n > 0)
            || day.very_active_minutes.is_some_and(|n| n > 0)
    });
    dates.extend(told.map(|(date, _)| *date));
    dates
}

/// Adds the local dates of two instants and all between.
fn cover(checked: &Checked, dates: &mut BTreeSet<LocalDate>, [from, to]: [i64; 2]) {
    let [from, to] = [from, to].map(|t| checked.offsets.date_of(Instant(t)).0);
    dates.extend((from..=to).map(LocalDate));
}

/// The dates on which the nights of samples end, asking the offsets once per date.
fn sampled<Q>(checked: &Checked, samples: &[Sample<Q>]) -> Vec<LocalDate> {
    let mut dates = Vec::new();
    let mut rest = samples;
    while let Some(first) = rest.first() {
        let date = checked.offsets.date_of(first.at.plus(EVENING));
        let end = checked.offsets.day_end(date).plus(-EVENING);
        dates.push(date);
        let next = rest.partition_point(|s| s.at < end);
        rest = rest.get(next..).unwrap_or(&[]);
    }
    dates
}

pub(super) fn ascent(checked: &Checked, date: LocalDate) -> Option<f64> {
    let rows = checked.altitude.get(&date.0)?.rows();
    let millimetres = rows.map(|(_, value)| u64::from(value));
    millimetres.reduce(|sum, value| sum + value).map(metres)
}

/// Returns the energy that rest burns in a day, in kilocalories: that of the smallest minute, all
/// day long.
pub(super) fn resting_metabolic_rate(checked: &Checked, date: LocalDate) -> Option<f64> {
    let minutes = checked.calories.get(&date.0)?;
    let basal = u64::from(energy::basal(minutes)?);
    Some(energy::kilocalories(basal * MINUTES as u64))
}

pub(super) fn metres(millimetres: u64) -> f64 {
    millimetres as f64 / 1000.0
}
