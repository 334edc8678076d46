//! Energy: what the minute calories of a date tell beyond their sum.
//!
//! Fitbit's minutes hold all energy, the basal rate included; a minute at rest is the smallest of
//! its date. Nothing here knows a file format.

use crate::model::DayMinutes;

/// Parts of a kilocalorie in which minutes are counted.
const PARTS: f64 = 10_000.0;

/// Returns the energy of a minute at rest: the smallest of the date above 0.
pub(super) fn basal(minutes: &DayMinutes) -> Option<u32> {
    let burnt = minutes.rows().map(|(_, parts)| parts);
    burnt.filter(|&parts| parts > 0).min()
}

/// Returns the kilocalories of the time above sedentary level: of every minute that burns more than
/// 1.5 times what rest does (1.5 MET, where light activity begins).
pub(super) fn activity_calories(minutes: &DayMinutes) -> Option<f64> {
    let basal = u64::from(basal(minutes)?);
    let parts = minutes.rows().map(|(_, parts)| u64::from(parts));
    Some(kilocalories(parts.filter(|&v| 2 * v > 3 * basal).sum()))
}

/// Returns what a minute burns above rest.
pub(super) fn above(minutes: &DayMinutes, minute: usize, basal: u32) -> u64 {
    let value = minutes.get(minute);
    value.map_or(0, |v| u64::from(v.saturating_sub(basal)))
}

/// Returns kilocalories from ten-thousandths.
pub(super) fn kilocalories(parts: u64) -> f64 {
    parts as f64 / PARTS
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MINUTES;

    #[test]
    fn only_minutes_above_one_and_a_half_times_rest_are_active() {
        let burnt = |minute| match minute {
            600..610 => 15_000,
            610..620 => 15_001,
            _ => 10_000,
        };
        let told = (0..MINUTES).filter(|&minute| minute != 620);
        let minutes = told.map(|minute| (minute, burnt(minute))).collect();
        assert_eq!(basal(&minutes), Some(10_000));
        assert_eq!(activity_calories(&minutes), Some(15.001));
        assert_eq!(above(&minutes, 610, 10_000), 5001);
        assert_eq!(above(&minutes, 620, 10_000), 0);
    }

    #[test]
    fn a_date_without_minutes_tells_nothing() {
        assert_eq!(activity_calories(&DayMinutes::default()), None);
        assert_eq!(
            basal(&(0..MINUTES).map(|minute| (minute, 0)).collect()),
            None
        );
    }
}
