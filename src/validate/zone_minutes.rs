//! Active Zone Minutes: rows of single minutes, summed by local date, each date from one source.

use std::collections::{BTreeMap, BTreeSet};

use super::tallies::Tallies;
use crate::model::metrics::Metric;
use crate::model::records::{DailyValue, DateLabel, ZoneMinute};
use crate::model::{LocalDate, Offsets, Skip};

/// Sums Active Zone Minutes by date, one source each, as daily values.
pub fn resolve(
    mut minutes: Vec<ZoneMinute>,
    offsets: &Offsets,
    tallies: &mut Tallies,
) -> Vec<DailyValue> {
    minutes.sort_by(|a, b| (&a.provider, a.at, a.origin).cmp(&(&b.provider, b.at, b.origin)));
    let mut sums: BTreeMap<LocalDate, DailyValue> = BTreeMap::new();
    for minute in minutes.chunk_by(|a, b| (&a.provider, a.at) == (&b.provider, b.at)) {
        // A minute may hold seconds of two zones.
        let mut told = BTreeSet::new();
        for m in minute {
            if !told.insert((m.zone, m.minutes)) {
                tallies.skip(m.origin.entry, Skip::Duplicate, 1);
                continue;
            }
            let date = m.at.date(offsets);
            let sum = sums.entry(date).or_insert_with(|| DailyValue {
                origin: m.origin,
                date: DateLabel::Date(date),
                metric: Metric::ActiveZoneMinutes,
                value: 0.0,
                provider: m.provider.clone(),
            });
            if sum.provider == m.provider {
                sum.value += f64::from(m.minutes);
            } else {
                tallies.skip(m.origin.entry, Skip::OtherSource, 1);
            }
        }
    }
    sums.into_values().collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::model::records::{HeartZone, Origin, Provider, Stamp};
    use crate::model::{EntryId, Evidence, Instant, Offset};

    const DATE: LocalDate = LocalDate(19_000);

    #[test]
    fn zone_minutes_of_two_equal_files_count_once_and_two_zones_of_a_minute_both() {
        let row = |entry: u32, position: u32, zone: Option<HeartZone>, minutes: u32| ZoneMinute {
            origin: Origin {
                entry: EntryId(entry),
                position,
            },
            at: Stamp::Utc(Instant(DATE.0.into())),
            zone,
            minutes,
            provider: Provider::json(),
        };
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let file = |entry| {
            let known = [
                (HeartZone::FatBurn, 1),
                (HeartZone::Cardio, 1),
                (HeartZone::Peak, 2),
            ];
            (1..)
                .zip(known)
                .map(move |(at, (zone, minutes))| row(entry, at, Some(zone), minutes))
        };
        let mut tallies = Tallies::new(2);
        let sums = resolve(file(0).chain(file(1)).collect(), &offsets, &mut tallies);
        assert_eq!(sums.iter().map(|v| v.value).collect::<Vec<_>>(), [4.0]);
        assert_eq!(tallies.entries[1].skipped[&Skip::Duplicate], 3);
        let unnamed = vec![row(0, 1, None, 1), row(0, 2, None, 1)];
        let sums = resolve(unnamed, &offsets, &mut tallies);
        assert_eq!(sums[0].value.to_bits(), 1f64.to_bits());
    }
}
