//! Energy: what the minute calories of a date tell beyond their sum.
//!
//! Fitbit's minutes hold all energy, the basal rate included; a minute at rest is the smallest of
//! its date. Nothing here knows a file format.

use crate::model::records::{MINUTES, NO_ROW};

/// Parts of a kilocalorie in which minutes are counted.
const PARTS: f64 = 10_000.0;

/// The minutes of one local date, in ten-thousandths of a kilocalorie.
pub(super) type Minutes = [u32; MINUTES];

/// Returns the energy of a minute at rest: the smallest of the date above 0.
pub(super) fn basal(minutes: &Minutes) -> Option<u32> {
    rows(minutes).filter(|&v| v > 0).min()
}

/// Returns the kilocalories of the time above sedentary level: of every minute that burns more than
/// 1.5 times what rest does (1.5 MET, where light activity begins).
pub(super) fn activity_calories(minutes: &Minutes) -> Option<f64> {
    let basal = u64::from(basal(minutes)?);
    let active = rows(minutes)
        .map(u64::from)
        .filter(|&v| 2 * v > 3 * basal)
        .sum();
    Some(kilocalories(active))
}

/// Returns what a minute burns above rest.
pub(super) fn above(minutes: &Minutes, minute: usize, basal: u32) -> u64 {
    let value = minutes.get(minute).filter(|&&v| v != NO_ROW);
    value.map_or(0, |v| u64::from(v.saturating_sub(basal)))
}

/// Returns kilocalories from ten-thousandths.
pub(super) fn kilocalories(parts: u64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        reason = "sums of a day are far below 2^53"
    )]
    let parts = parts as f64;
    parts / PARTS
}

fn rows(minutes: &Minutes) -> impl Iterator<Item = u32> + '_ {
    minutes.iter().copied().filter(|&v| v != NO_ROW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_minutes_above_one_and_a_half_times_rest_are_active() {
        let mut minutes = [10_000; MINUTES];
        minutes[600..610].fill(15_000);
        minutes[610..620].fill(15_001);
        minutes[620] = NO_ROW;
        assert_eq!(basal(&minutes), Some(10_000));
        assert_eq!(activity_calories(&minutes), Some(15.001));
        assert_eq!(above(&minutes, 610, 10_000), 5001);
        assert_eq!(above(&minutes, 620, 10_000), 0);
    }

    #[test]
    fn a_date_without_minutes_tells_nothing() {
        assert_eq!(activity_calories(&[NO_ROW; MINUTES]), None);
        assert_eq!(basal(&[0; MINUTES]), None);
    }
}
