//! Steps of a day as running totals since local midnight.
//!
//! Steps and distance lie on UTC minutes, energy on local ones: [`Span`] joins them. Where a day has
//! no minutes, its totals close it all the same.

use super::Moment;
use super::span::{self, Span};
use crate::fit::Value::{self, Raw};
use crate::garmin::energy;
use crate::model::checked::utc_minutes_in;
use crate::model::{Checked, Instant};

const MINUTE: i64 = 60;

/// What was walked since local midnight. Absent is `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Walked {
    pub(super) steps: Option<u64>,
    millimetres: Option<u64>,
    /// Minutes with steps.
    minutes: u32,
    /// Energy of these minutes above rest, in ten-thousandths of a kilocalorie.
    energy: Option<u64>,
}

impl Walked {
    /// Returns the value of `cycles`, whose sub-field `steps` counts single steps: no scale.
    pub(super) fn cycles(&self) -> Value<'static> {
        let steps = self.steps.and_then(|n| i64::try_from(n).ok());
        let held = steps.filter(|&n| n < u32::MAX.into());
        held.map_or(Value::None, Raw)
    }

    pub(super) fn metres(&self) -> Option<f64> {
        self.millimetres.map(span::metres)
    }

    /// Returns the time with steps in seconds.
    pub(super) fn active_seconds(&self) -> i64 {
        i64::from(self.minutes) * MINUTE
    }

    /// Returns the energy of the minutes with steps above rest, in kilocalories.
    pub(super) fn kilocalories(&self) -> Option<f64> {
        self.energy.map(energy::kilocalories)
    }

    fn go(&mut self, millimetres: u32) {
        self.millimetres = Some(self.millimetres.unwrap_or(0) + u64::from(millimetres));
    }
}

/// Returns the totals after each minute with steps, and those of the day.
pub(super) fn of(checked: &Checked, span: &Span) -> (Vec<(Instant, Moment)>, Walked) {
    let mut moments = Vec::new();
    let mut total = Walked::default();
    let energy = checked.calories.get(&span.date.0);
    let energy = energy.and_then(|minutes| Some((minutes, energy::basal(minutes)?)));
    let mut distance = utc_minutes_in(&checked.distance, span.start, span.end).peekable();
    for (at, steps) in utc_minutes_in(&checked.steps, span.start, span.end) {
        total.steps = Some(total.steps.unwrap_or(0) + u64::from(steps));
        if steps == 0 {
            continue;
        }
        while let Some((_, millimetres)) = distance.next_if(|&(t, _)| t <= at) {
            total.go(millimetres);
        }
        total.minutes += 1;
        if let Some(((minutes, basal), minute)) = energy.zip(span.minute_of(at)) {
            let above = energy::above(minutes, minute, basal);
            total.energy = Some(total.energy.unwrap_or(0) + above);
        }
        moments.push((at.plus(MINUTE).min(span.end), Moment::Walked(total)));
    }
    distance.for_each(|(_, millimetres)| total.go(millimetres));
    // Without minutes, what the day states.
    if let Some(day) = checked.days.get(&span.date) {
        total.steps = total.steps.or(day.steps.map(u64::from));
        let stated = || day.distance_m.and_then(millimetres);
        total.millimetres = total.millimetres.or_else(stated);
    }
    (moments, total)
}

fn millimetres(metres: f64) -> Option<u64> {
    let rounded = (metres * 1000.0).round();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range is checked"
    )]
    (0.0..1e15).contains(&rounded).then_some(rounded as u64)
}
