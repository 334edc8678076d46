//! Single readings (blood oxygen, RMSSD, respiration): one source per night, on the UTC axis.

use std::collections::BTreeMap;

use super::books::Books;
use super::nights::instant_in;
use crate::model::checked::{Night, Sample};
use crate::model::records::{Provider, Reading, Stamp};
use crate::model::{EntryId, Instant, LocalDate, Offsets, Skip};

/// Readings from this hour on belong to the night that ends on the next date, in seconds.
const EVENING: i64 = 18 * 3600;

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
}
