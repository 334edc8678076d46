//! Single readings (blood oxygen, RMSSD, respiration): one source per night, on the UTC axis.

use std::collections::BTreeMap;

use super::books::Books;
use super::nights::instant_in;
use crate::model::checked::{Night, Sample};
use crate::model::records::{Provider, Reading, Stamp};
use crate::model::time::DAY;
use crate::model::{EntryId, Instant, LocalDate, Offsets, Skip};

/// Readings from this hour on belong to the night that ends on the next date, in seconds.
const EVENING: i64 = 18 * 3600;

/// A reading may come so many seconds after the end of its night.
const AFTER: i64 = 3600;

/// Settles readings of one quantity.
#[must_use]
pub fn settle<Q: Copy + PartialEq>(
    readings: Vec<Reading<Q>>,
    nights: &[Night],
    offsets: &Offsets,
    books: &mut Books,
) -> Vec<Sample<Q>> {
    let placed = place(readings, nights, offsets);
    let mut chosen: BTreeMap<LocalDate, Provider> = BTreeMap::new();
    for p in &placed {
        let best = chosen.entry(p.night).or_insert_with(|| p.provider.clone());
        if p.provider < *best {
            *best = p.provider.clone();
        }
    }
    let mut samples: Vec<Sample<Q>> = Vec::with_capacity(placed.len());
    for p in placed {
        let known = samples.last().is_some_and(|s| s.at == p.at);
        if chosen.get(&p.night) != Some(&p.provider) {
            books.skip(p.entry, Skip::OtherSource, 1);
        } else if known {
            books.skip(p.entry, Skip::Duplicate, 1);
        } else {
            samples.push(Sample {
                at: p.at,
                value: p.value,
            });
        }
    }
    samples
}

/// A reading on the UTC axis, and the date of the night it belongs to.
pub(super) struct Placed<Q> {
    pub(super) at: Instant,
    pub(super) night: LocalDate,
    pub(super) entry: EntryId,
    pub(super) value: Q,
    provider: Provider,
}

/// Puts readings on the UTC axis and in time order.
pub(super) fn place<Q>(
    readings: Vec<Reading<Q>>,
    nights: &[Night],
    offsets: &Offsets,
) -> Vec<Placed<Q>> {
    let mut placed: Vec<(u32, Placed<Q>)> = readings
        .into_iter()
        .map(|r| {
            let at = match r.at {
                Stamp::Utc(t) => t,
                Stamp::Local(t) => instant_in(nights, t, offsets),
            };
            let night = at
                .at(offsets.at_instant(at))
                .plus(24 * 3600 - EVENING)
                .date();
            (
                r.origin.position,
                Placed {
                    at,
                    night,
                    entry: r.origin.entry,
                    value: r.value,
                    provider: r.provider,
                },
            )
        })
        .collect();
    placed.sort_by(|(i, a), (j, b)| {
        (a.at, &a.provider, a.entry, i).cmp(&(b.at, &b.provider, b.entry, j))
    });
    placed.into_iter().map(|(_, p)| p).collect()
}

/// The reading of each date: that of the night it lies in or just after, the main sleep's before
/// a nap's; without a night, that of its own date.
#[must_use]
pub fn by_date<Q: Copy>(
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
    use crate::model::records::{Origin, Rank};
    use crate::model::{Evidence, Offset};

    fn reading(entry: u32, at: i64, value: u32, rank: Rank) -> Reading<u32> {
        let origin = Origin {
            entry: EntryId(entry),
            position: 1,
        };
        Reading {
            origin,
            at: Stamp::Utc(Instant(at)),
            value,
            provider: Provider {
                rank,
                name: Arc::from(""),
            },
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
        let mut books = Books::new(2);
        let samples = settle(list, &[], &offsets, &mut books);
        assert_eq!(samples.iter().map(|s| s.value).collect::<Vec<_>>(), [4, 6]);
        assert_eq!(books.tallies[1].skipped[&Skip::OtherSource], 1);
        assert_eq!(books.tallies[0].skipped[&Skip::Duplicate], 1);
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
