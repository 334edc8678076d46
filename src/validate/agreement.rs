//! How well two streams of one date fit together: steps in UTC minutes, calories in local minutes.
//!
//! The minutes in which a person walks are the minutes that burn more, so the right offset is the
//! one under which the two overlap. Too coarse to find an offset with, good enough to choose between
//! two; the zone asks for it where the heart rate leaves a date open.

use std::collections::BTreeMap;

use crate::model::records::{MINUTES, MinuteBlock, NO_ROW, Rank};
use crate::model::{LocalDate, Offset, Records};

type Days<'r> = BTreeMap<i32, &'r [u32; MINUTES]>;

/// Returns the measure for the classic JSON streams of an export.
pub fn of(records: &Records) -> impl Fn(LocalDate, Offset) -> u64 + '_ {
    let steps = json_days(&records.steps);
    let calories = json_days(&records.calories);
    move |date, offset| overlap(date, offset, &steps, &calories)
}

fn json_days(blocks: &[MinuteBlock]) -> Days<'_> {
    let json = blocks.iter().filter(|b| b.provider.rank == Rank::Json);
    json.map(|b| (b.day, &*b.values)).collect()
}

/// Sum over the date of steps times calories of the same minute; 0 where either is missing.
fn overlap(date: LocalDate, offset: Offset, steps: &Days<'_>, calories: &Days<'_>) -> u64 {
    let Some(burnt) = calories.get(&date.0) else {
        return 0;
    };
    let midnight = date.midnight().minus(offset);
    let pairs = (midnight.0..)
        .step_by(60)
        .zip(burnt.iter())
        .filter(|(_, kcal)| **kcal != NO_ROW);
    let walked = |t: i64| {
        let minute = usize::try_from(t.rem_euclid(86_400) / 60).ok()?;
        let day = i32::try_from(t.div_euclid(86_400)).ok()?;
        steps
            .get(&day)?
            .get(minute)
            .copied()
            .filter(|s| *s != NO_ROW)
    };
    pairs
        .map(|(t, kcal)| u64::from(walked(t).unwrap_or(0)) * u64::from(*kcal))
        .sum()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::model::EntryId;
    use crate::model::records::Provider;

    #[test]
    fn the_right_offset_fits_best() {
        let mut steps = MinuteBlock::empty(EntryId(0), 19_000, Provider::json());
        let mut calories = MinuteBlock::empty(EntryId(0), 19_000, Provider::json());
        calories.values.fill(11_500);
        for minute in 600..640 {
            steps.values[minute] = 100;
            calories.values[minute + 120] = 60_000; // the wall clock runs two hours ahead
        }
        let records = Records {
            steps: vec![steps],
            calories: vec![calories],
            ..Records::default()
        };
        let fit = of(&records);
        let date = LocalDate(19_000);
        assert!(fit(date, Offset(7200)) > 4 * fit(date, Offset(3600)));
        assert_eq!(fit(date.plus(5), Offset(7200)), 0);
    }
}
