//! Skin temperature of nights: means of readings where no table tells the deviation.

use std::cmp::Reverse;
use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use super::daily_values::DailyValues;
use super::readings::Placed;
use super::tallies::Tallies;
use crate::model::checked::Night;
use crate::model::metrics::Metric;
use crate::model::records::{DeviceBlock, Origin, Reading};
use crate::model::{EntryId, Instant, Offsets, Skip};

/// Means of the temperature readings of nights whose deviation no table tells. A wrist that is awake
/// or off is far below the baseline: only readings within a sleep log count, those of the main sleep
/// where it has any.
pub fn fill(
    daily: &mut DailyValues,
    blocks: Vec<DeviceBlock<Reading<f64>>>,
    nights: &[Night],
    offsets: &Offsets,
    tallies: &mut Tallies,
) {
    let mut by_night: BTreeMap<usize, Vec<(f64, EntryId)>> = BTreeMap::new();
    for (at, entry, value) in Placed::new(blocks, nights, offsets).iter() {
        match night_at(nights, at) {
            Some(night) => by_night.entry(night).or_default().push((*value, entry)),
            None => tallies.skip(entry, Skip::NoOutput, 1),
        }
    }
    let told = by_night.into_iter();
    let told = told.filter_map(|(i, values)| Some((nights.get(i)?, values)));
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|(n, values)| (!n.main_sleep, Reverse(values.len()), n.start));
    let mut ours = BTreeSet::new();
    for (night, values) in told {
        let metrics = daily.0.entry(night.date_of_sleep).or_default();
        let Entry::Vacant(place) = metrics.entry(Metric::SkinTemperatureDeviation) else {
            // A date has one deviation: what a nap adds to the main sleep has no place.
            let is_ours = ours.contains(&night.date_of_sleep);
            let why = if is_ours {
                Skip::NoOutput
            } else {
                Skip::OtherSource
            };
            values
                .iter()
                .for_each(|(_, entry)| tallies.skip(*entry, why, 1));
            continue;
        };
        #[expect(clippy::cast_precision_loss, reason = "readings of one night")]
        let mean = values.iter().map(|(v, _)| v).sum::<f64>() / values.len() as f64;
        let entry = values.first().map(|(_, e)| *e).unwrap_or_default();
        place.insert((mean, Origin { entry, position: 0 }));
        ours.insert(night.date_of_sleep);
    }
}

/// The place of the sleep log that an instant lies in; logs are sorted by their start.
fn night_at(nights: &[Night], at: Instant) -> Option<usize> {
    const LOGS_ASKED: usize = 3;
    let begun = nights.partition_point(|n| n.start <= at);
    let mut latest_first = (0..begun).rev().take(LOGS_ASKED);
    let holds = |i: &usize| nights.get(*i).is_some_and(|n| at < n.end());
    latest_first.find(holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::checked::Night;
    use crate::model::records::{Provider, SleepKind, SleepSummary, Stamp};
    use crate::model::{Evidence, LocalDate, Offset};

    #[test]
    fn only_readings_within_a_sleep_log_count() {
        let night = |start: i64, hours: u32, main_sleep| Night {
            log_id: 1,
            date_of_sleep: LocalDate(19_900),
            start: Instant(start),
            offset: Offset(0),
            seconds: hours * 3600,
            kind: SleepKind::Stages,
            minutes_asleep: None,
            minutes_awake: None,
            summary: SleepSummary::default(),
            main_sleep,
            stages: Vec::new(),
            score: None,
        };
        let midnight = 19_900 * 86_400;
        let nights = [night(midnight, 7, true), night(midnight + 50_000, 1, false)];
        let reading = |at: i64, value: f64| Reading {
            at: Stamp::Utc(Instant(midnight + at)),
            value,
        };
        let rows = vec![
            reading(60, 0.5),
            reading(120, 0.25),
            reading(30_000, -6.0),
            reading(50_060, -2.0),
        ];
        let block = DeviceBlock {
            entry: EntryId(0),
            provider: Provider::json(),
            rows,
        };
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let (mut told, mut tallies) = (DailyValues::default(), Tallies::new(1));
        fill(&mut told, vec![block], &nights, &offsets, &mut tallies);
        let metrics = told.0.remove(&LocalDate(19_900)).unwrap_or_default();
        let deviation = metrics.get(&Metric::SkinTemperatureDeviation);
        assert_eq!(deviation.map(|(v, _)| *v), Some(0.375));
        let skipped = tallies.entries.first().map(|t| t.skipped.clone());
        let expected = [(Skip::NoOutput, 2)].into();
        assert_eq!(skipped, Some(expected));
    }
}
