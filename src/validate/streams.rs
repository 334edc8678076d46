//! One truth per stream: heart rate and minutes, which several files and devices hold at once.
//!
//! On every local date one source counts for a stream: the classic JSON where it has that date, else the
//! device, the app, the phone, others, in this order; among equals the one with most. Sources
//! are never summed. What was skipped is charged to its entries.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::mem::take;
use std::ops::Range;

use super::tallies::Tallies;
use crate::model::checked::Parts;
use crate::model::records::{HeartRateBlock, MinuteBlock, Origin, PackedSample, Provider};
use crate::model::time::DAY;
use crate::model::{DayMinutes, Instant, LocalDate, MinuteDays, Offsets, Records, Reject, Skip};

/// Resolves the streams that other steps ask for.
pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let offsets = &parts.offsets;
    parts.heart_rate = heart_rate(take(&mut records.heart_rate), offsets, tallies);
    parts.steps = utc_minutes(take(&mut records.steps), offsets, tallies);
    parts.distance = utc_minutes(take(&mut records.distance), offsets, tallies);
}

/// Heart rate: one source per local date, by UTC day, sorted, one sample a second.
fn heart_rate(
    mut blocks: Vec<HeartRateBlock>,
    offsets: &Offsets,
    tallies: &mut Tallies,
) -> BTreeMap<i32, Vec<PackedSample>> {
    blocks.sort_by(|a, b| (&a.provider, a.day, a.entry).cmp(&(&b.provider, b.day, b.entry)));
    if several(blocks.iter().map(|b| &b.provider)) {
        blocks = one_source_a_date(blocks, offsets, tallies);
    }
    let mut days: BTreeMap<i32, Vec<PackedSample>> = BTreeMap::new();
    for block in blocks {
        let Some(day) = days.get_mut(&block.day) else {
            days.insert(block.day, block.samples);
            continue;
        };
        let before = day.len() + block.samples.len();
        day.extend(block.samples);
        day.sort_unstable();
        day.dedup_by_key(|s| s.second());
        tallies.skip(block.entry, Skip::Duplicate, (before - day.len()) as u64);
    }
    days
}

pub(super) fn several<'p>(mut sources: impl Iterator<Item = &'p Provider>) -> bool {
    let first = sources.next();
    sources.any(|p| Some(p) != first)
}

/// Keeps, of every block, the samples on the dates of its source.
fn one_source_a_date(
    mut blocks: Vec<HeartRateBlock>,
    offsets: &Offsets,
    tallies: &mut Tallies,
) -> Vec<HeartRateBlock> {
    let mut shares = Shares::default();
    for block in &blocks {
        for (date, samples) in by_date(block, offsets) {
            shares.add(date, &block.provider, samples.len() as u64);
        }
    }
    let chosen = shares.chosen();
    for block in &mut blocks {
        let mut samples = Vec::new();
        for (date, part) in by_date(block, offsets) {
            if chosen.get(&date) == Some(&block.provider) {
                samples.extend_from_slice(part);
            } else {
                tallies.skip(block.entry, Skip::OtherSource, part.len() as u64);
            }
        }
        block.samples = samples;
    }
    blocks.retain(|block| !block.samples.is_empty());
    blocks
}

fn by_date<'b>(
    block: &'b HeartRateBlock,
    offsets: &Offsets,
) -> impl Iterator<Item = (LocalDate, &'b [PackedSample])> {
    let samples = block.samples.as_slice();
    let before = |minute: usize| samples.partition_point(|s| (s.second() as usize) < 60 * minute);
    let parts = dates_of_utc_day(block.day, offsets).into_iter();
    let parts = parts.map(move |(date, minutes)| {
        let part = samples.get(before(minutes.start)..before(minutes.end));
        (date, part.unwrap_or_default())
    });
    parts.filter(|(_, part)| !part.is_empty())
}

/// How much each source has of each date.
#[derive(Default)]
struct Shares(BTreeMap<LocalDate, BTreeMap<Provider, u64>>);

impl Shares {
    fn add(&mut self, date: LocalDate, provider: &Provider, share: u64) {
        let sources = self.0.entry(date).or_default();
        *sources.entry(provider.clone()).or_default() += share;
    }

    /// The best source of each date.
    fn chosen(self) -> BTreeMap<LocalDate, Provider> {
        let dates = self.0.into_iter().filter_map(|(date, sources)| {
            let best = best(sources.iter().map(|(p, share)| (p, *share)))?;
            Some((date, best.clone()))
        });
        dates.collect()
    }
}

/// The best of several sources: by rank, then by how much it has, then by name.
pub(super) fn best<'p>(sources: impl Iterator<Item = (&'p Provider, u64)>) -> Option<&'p Provider> {
    let best = sources.min_by_key(|&(p, share)| (p.rank, Reverse(share), &p.name));
    best.map(|(provider, _)| provider)
}

/// Resolves a stream of UTC minutes: one source per local date.
pub fn utc_minutes(
    blocks: Vec<MinuteBlock>,
    offsets: &Offsets,
    tallies: &mut Tallies,
) -> MinuteDays {
    let blocks = merge(blocks, tallies);
    if !several(blocks.keys().map(|(provider, _)| provider)) {
        return by_day(blocks);
    }
    let mut shares = Shares::default();
    for ((provider, day), block) in &blocks {
        for (date, minutes) in dates_of_utc_day(*day, offsets) {
            let mut rows = block.values.rows_in(minutes).peekable();
            if rows.peek().is_some() {
                shares.add(date, provider, rows.map(|(_, v)| u64::from(v)).sum());
            }
        }
    }
    pick(blocks, &shares.chosen(), offsets, tallies)
}

fn by_day(blocks: Blocks) -> MinuteDays {
    let days = blocks.into_iter();
    days.map(|((_, day), block)| (day, block.values)).collect()
}

fn pick(
    blocks: Blocks,
    chosen: &BTreeMap<LocalDate, Provider>,
    offsets: &Offsets,
    tallies: &mut Tallies,
) -> MinuteDays {
    let mut days = MinuteDays::new();
    for ((provider, day), block) in blocks {
        let dates = dates_of_utc_day(day, offsets);
        let is_chosen = |date: &LocalDate| chosen.get(date) == Some(&provider);
        if dates.iter().all(|(date, _)| is_chosen(date)) {
            days.insert(day, block.values);
            continue;
        }
        for (date, minutes) in dates {
            let rows = block.values.rows_in(minutes);
            if is_chosen(&date) {
                let target = days.entry(day).or_default();
                for (minute, value) in rows {
                    target.insert(minute, value);
                }
            } else {
                tallies.skip(block.entry, Skip::OtherSource, rows.count() as u64);
            }
        }
    }
    days
}

/// The local dates within a UTC day, with the minutes of that day that belong to each.
pub(super) fn dates_of_utc_day(day: i32, offsets: &Offsets) -> Vec<(LocalDate, Range<usize>)> {
    let midnight = i64::from(day) * DAY;
    let minute = |t: Instant| usize::try_from((t.0 - midnight).clamp(0, DAY) / 60).unwrap_or(0);
    let mut parts = Vec::new();
    let mut date = offsets.date_of(Instant(midnight));
    while offsets.day_start(date).0 < midnight + DAY {
        let range = minute(offsets.day_start(date))..minute(offsets.day_end(date));
        if !range.is_empty() {
            parts.push((date, range));
        }
        date = date.plus(1);
    }
    parts
}

/// Minutes by source and day, each with the entry that came first.
type Blocks = BTreeMap<(Provider, i32), MinuteBlock>;

/// Puts the blocks of each source together; a minute that two files have is a duplicate, or a
/// conflict when they differ.
pub(super) fn merge(mut blocks: Vec<MinuteBlock>, tallies: &mut Tallies) -> Blocks {
    blocks.sort_by(|a, b| (&a.provider, a.day, a.entry).cmp(&(&b.provider, b.day, b.entry)));
    let mut days = Blocks::new();
    for block in blocks {
        match days.entry((block.provider.clone(), block.day)) {
            Entry::Vacant(place) => {
                place.insert(block);
            }
            Entry::Occupied(mut first) => overlay(&mut first.get_mut().values, &block, tallies),
        }
    }
    days
}

fn overlay(first: &mut DayMinutes, block: &MinuteBlock, tallies: &mut Tallies) {
    let (mut same, mut unlike) = (0, 0);
    for (minute, value) in block.values.rows() {
        match first.insert_beside(minute, value) {
            None => {}
            Some(known) if known == value => same += 1,
            Some(_) => unlike += 1,
        }
    }
    tallies.skip(block.entry, Skip::Duplicate, same);
    let (entry, day) = (block.entry, LocalDate(block.day));
    let origin = Origin { entry, position: 0 };
    let what = format!("another file has other values for minutes of {day}");
    for _ in 0..unlike {
        let expected = "one value for a minute; the first file's was kept";
        tallies.reject(origin, Reject::Conflict, &what, expected);
    }
}

/// Resolves a stream of local minutes. Days that only pad the file are left out.
pub fn local_minutes(
    blocks: Vec<MinuteBlock>,
    is_padding: impl Fn(LocalDate) -> bool,
    tallies: &mut Tallies,
) -> MinuteDays {
    let is_real = |b: &MinuteBlock| !is_padding(LocalDate(b.day));
    let (real, padding): (Vec<_>, Vec<_>) = blocks.into_iter().partition(is_real);
    for block in padding {
        let rows = block.values.rows().count() as u64;
        tallies.skip(block.entry, Skip::Padding, rows);
    }
    by_day(merge(real, tallies))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use std::sync::Arc;

    use super::*;
    use crate::model::records::Rank;
    use crate::model::units::Bpm;
    use crate::model::{EntryId, Evidence, MINUTES, Offset};

    fn source(rank: Rank, name: &str) -> Provider {
        Provider {
            rank,
            name: Arc::from(name),
        }
    }

    fn beats(entry: u32, day: i32, provider: Provider, seconds: &[u32]) -> HeartRateBlock {
        let samples = seconds
            .iter()
            .map(|&s| PackedSample::new(s, Bpm::new(60).unwrap()))
            .collect();
        HeartRateBlock {
            entry: EntryId(entry),
            day,
            provider,
            samples,
        }
    }

    fn minutes(entry: u32, provider: Provider, rows: &[(usize, u32)]) -> MinuteBlock {
        MinuteBlock {
            entry: EntryId(entry),
            day: 19_000,
            provider,
            values: rows.iter().copied().collect(),
        }
    }

    #[test]
    fn the_json_wins_its_dates_and_a_csv_fills_the_others() {
        let offsets = Offsets::constant(Offset(3600), Evidence::Option);
        let device = source(Rank::Device, "Charge 5");
        // The JSON tells local date 19001 only, which begins at 23:00 of UTC day 19000.
        let blocks = vec![
            beats(0, 19_000, Provider::json(), &[82_800, 82_805]),
            beats(1, 19_000, device.clone(), &[100, 82_801, 82_806]),
        ];
        let mut tallies = Tallies::new(2);
        let days = heart_rate(blocks, &offsets, &mut tallies);
        let seconds: Vec<u32> = days[&19_000].iter().map(|s| s.second()).collect();
        assert_eq!(seconds, [100, 82_800, 82_805]);
        assert_eq!(tallies.entries[1].skipped[&Skip::OtherSource], 2);
    }

    #[test]
    fn two_devices_are_never_summed() {
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let blocks = vec![
            minutes(0, source(Rank::Phone, "MobileTrack"), &[(5, 500)]),
            minutes(0, source(Rank::Device, "Pixel Watch"), &[(5, 30)]),
            minutes(0, source(Rank::Device, "Charge 5"), &[(5, 40), (6, 40)]),
        ];
        let mut tallies = Tallies::new(1);
        let days = utc_minutes(blocks, &offsets, &mut tallies);
        assert_eq!(
            (days[&19_000].get(5), days[&19_000].get(6)),
            (Some(40), Some(40))
        );
        assert_eq!(tallies.entries[0].skipped[&Skip::OtherSource], 2);
    }

    #[test]
    fn a_row_that_two_chunks_hold_counts_once() {
        let block = |entry: u32, v: u32| minutes(entry, Provider::json(), &[(959, v)]);
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let mut tallies = Tallies::new(3);
        let days = utc_minutes(
            vec![block(1, 7), block(0, 7), block(2, 8)],
            &offsets,
            &mut tallies,
        );
        assert_eq!(days[&19_000].get(959), Some(7));
        assert_eq!(tallies.entries[1].skipped[&Skip::Duplicate], 1);
        assert_eq!(tallies.entries[2].rejected[&Reject::Conflict], 1);
    }

    #[test]
    fn a_date_of_23_hours_keeps_every_minute_of_its_utc_days() {
        let first = LocalDate::from_ymd(2024, 3, 30).unwrap();
        let e = Evidence::Profile;
        let offsets = Offsets::new(
            first,
            &[(Offset(3600), e), (Offset(3600), e), (Offset(7200), e)],
            None,
        );
        let minutes: usize = (first.0 - 1..first.0 + 4)
            .flat_map(|d| dates_of_utc_day(d, &offsets))
            .map(|(_, r)| r.len())
            .sum();
        assert_eq!(minutes, 5 * MINUTES);
    }
}
