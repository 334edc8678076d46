//! Single readings (blood oxygen, RMSSD, respiration): one source per night, on the UTC axis.

use std::collections::BTreeMap;
use std::mem::take;

use super::nights::instant_in;
use super::streams::several;
use super::tallies::Tallies;
use crate::model::checked::{Night, Parts, Sample};
use crate::model::records::{DeviceBlock, Provider, Reading, Stamp};
use crate::model::time::DAY;
use crate::model::{EntryId, Instant, LocalDate, Offsets, Records, Skip};

/// Readings from this hour on belong to the night that ends on the next date, in seconds.
const EVENING: i64 = 18 * 3600;

/// A reading may come so many seconds after the end of its night.
const AFTER: i64 = 3600;

pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let (nights, offsets) = (&parts.nights, &parts.offsets);
    parts.hrv = choose(take(&mut records.hrv), nights, offsets, tallies);
    parts.spo2 = choose(take(&mut records.spo2), nights, offsets, tallies);
    parts.respiration = choose(take(&mut records.respiration), nights, offsets, tallies);
    for (date, rate) in by_date(&parts.respiration, nights, offsets) {
        let day = parts.days.entry(date).or_default();
        day.respiratory_rate.get_or_insert(rate.get());
    }
}

/// Keeps the readings of one source a night.
fn choose<Q: Copy>(
    blocks: Vec<DeviceBlock<Reading<Q>>>,
    nights: &[Night],
    offsets: &Offsets,
    tallies: &mut Tallies,
) -> Vec<Sample<Q>> {
    let Placed { blocks, order } = Placed::new(blocks, nights, offsets);
    let night = |at: Instant| at.at(offsets.at_instant(at)).plus(DAY - EVENING).date();
    let mut chosen: BTreeMap<LocalDate, &Provider> = BTreeMap::new();
    let several = several(blocks.iter().map(|b| &b.provider));
    for place in order.iter().filter(|_| several) {
        if let Some((block, _)) = told(&blocks, place) {
            let best = chosen.entry(night(place.at)).or_insert(&block.provider);
            *best = (*best).min(&block.provider);
        }
    }
    let mut last = None;
    // As large as a place, so that the samples stand where the places stood.
    let kept = order.into_iter().filter_map(|p| {
        let (block, &value) = told(&blocks, &p)?;
        if several && chosen.get(&night(p.at)) != Some(&&block.provider) {
            tallies.skip(block.entry, Skip::OtherSource, 1);
        } else if last.replace(p.at) == Some(p.at) {
            tallies.skip(block.entry, Skip::Duplicate, 1);
        } else {
            return Some(Sample { at: p.at, value });
        }
        None
    });
    kept.collect()
}

/// Readings on the UTC axis, in time order; of several at one time the better source comes first.
pub(super) struct Placed<Q> {
    blocks: Vec<DeviceBlock<Reading<Q>>>,
    order: Vec<Place>,
}

/// When a reading is, and where it stands.
struct Place {
    at: Instant,
    block: u32,
    row: u32,
}

/// The reading at a place, with its block.
fn told<'b, Q>(
    blocks: &'b [DeviceBlock<Reading<Q>>],
    place: &Place,
) -> Option<(&'b DeviceBlock<Reading<Q>>, &'b Q)> {
    let block = blocks.get(usize::try_from(place.block).ok()?)?;
    let row = block.rows.get(usize::try_from(place.row).ok()?)?;
    Some((block, &row.value))
}

impl<Q> Placed<Q> {
    pub(super) fn new(
        mut blocks: Vec<DeviceBlock<Reading<Q>>>,
        nights: &[Night],
        offsets: &Offsets,
    ) -> Self {
        blocks.sort_by(|a, b| (&a.provider, a.entry).cmp(&(&b.provider, b.entry)));
        let mut order = Vec::with_capacity(blocks.iter().map(|b| b.rows.len()).sum());
        for (block, readings) in (0..).zip(&blocks) {
            order.extend((0..).zip(&readings.rows).map(|(row, reading)| {
                let at = match reading.at {
                    Stamp::Utc(t) => t,
                    Stamp::Local(t) => instant_in(nights, t, offsets),
                };
                Place { at, block, row }
            }));
        }
        order.sort_by_key(|p| (p.at, p.block, p.row));
        Self { blocks, order }
    }

    /// Returns every reading with its instant and its entry.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Instant, EntryId, &Q)> {
        let told = self.order.iter().map(|p| Some((p, told(&self.blocks, p)?)));
        told.flatten()
            .map(|(p, (block, value))| (p.at, block.entry, value))
    }
}

/// The reading of each date: that of the night it lies in or just after, the main sleep's before
/// a nap's; without a night, that of its own date.
fn by_date<Q: Copy>(
    readings: &[Sample<Q>],
    nights: &[Night],
    offsets: &Offsets,
) -> BTreeMap<LocalDate, Q> {
    let mut dates = BTreeMap::new();
    for reading in readings {
        let around = |n: &&Night| n.start <= reading.at && reading.at <= n.end().plus(AFTER);
        let first = nights.partition_point(|n| n.start < reading.at.plus(-DAY));
        let night = nights.get(first..).and_then(|n| n.iter().find(around));
        let own = || offsets.date_of(reading.at.plus(DAY - EVENING));
        let date = night.map_or_else(own, |n| n.date_of_sleep);
        if night.is_some_and(|n| n.main_sleep) {
            dates.insert(date, reading.value);
        } else {
            dates.entry(date).or_insert(reading.value);
        }
    }
    dates
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use std::sync::Arc;

    use super::*;
    use crate::model::records::Rank;
    use crate::model::{Evidence, Offset};

    fn reading(entry: u32, at: i64, value: u32, rank: Rank) -> DeviceBlock<Reading<u32>> {
        DeviceBlock {
            entry: EntryId(entry),
            provider: Provider {
                rank,
                name: Arc::from(""),
            },
            rows: vec![Reading {
                at: Stamp::Utc(Instant(at)),
                value,
            }],
        }
    }

    #[test]
    fn the_better_source_tells_a_night_and_the_other_fills_the_next() {
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let list = vec![
            reading(1, 3600, 5, Rank::App),
            reading(0, 3600, 4, Rank::Device),
            reading(1, 90_000, 6, Rank::App),
            reading(0, 3600, 4, Rank::Device),
        ];
        let mut tallies = Tallies::new(2);
        let samples = choose(list, &[], &offsets, &mut tallies);
        assert_eq!(samples.iter().map(|s| s.value).collect::<Vec<_>>(), [4, 6]);
        assert_eq!(tallies.entries[1].skipped[&Skip::OtherSource], 1);
        assert_eq!(tallies.entries[0].skipped[&Skip::Duplicate], 1);
    }

    #[test]
    fn a_rate_is_the_dates_of_its_night_and_the_main_sleep_comes_first() {
        let night = |start: i64, main_sleep: bool| Night {
            log_id: 1,
            date_of_sleep: LocalDate(19_000),
            start: Instant(start),
            offset: Offset(0),
            seconds: 3600,
            kind: crate::model::records::SleepKind::Classic,
            minutes_asleep: None,
            minutes_awake: None,
            summary: crate::model::records::SleepSummary::default(),
            main_sleep,
            stages: Vec::new(),
            score: None,
        };
        let midnight = 19_000 * DAY;
        let nights = [night(midnight, false), night(midnight + 20_000, true)];
        let rate = |at: i64, value: u32| Sample {
            at: Instant(at),
            value,
        };
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let rates = [
            rate(midnight + 3700, 13),
            rate(midnight + 23_600, 14),
            rate(midnight + 80_000, 15),
        ];
        let told = by_date(&rates, &nights, &offsets);
        let expected = [(LocalDate(19_000), 14), (LocalDate(19_001), 15)];
        assert_eq!(told.into_iter().collect::<Vec<_>>(), expected);
    }
}
