//! What devices tell moment by moment in files of their own, for the workouts within which it lies.
//!
//! One device tells a workout; two are never mixed. It does not know what is told, nor whose it is
//! before it looks at the times.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::checked::Workout;
use crate::model::records::{DeviceBlock, Provider};
use crate::model::{EntryId, Instant, Skip};
use crate::validate::daily_cap::MOST_A_DAY;
use crate::validate::streams::best;
use crate::validate::tallies::Tallies;

/// The rows of one device within a workout, entry by entry, each by time.
pub(super) type Rows<'b, T> = Vec<(EntryId, &'b [T])>;

/// Which rows count for a workout.
#[derive(Clone, Copy)]
pub(super) struct Terms<T> {
    pub at: fn(&T) -> Instant,
    /// Seconds before the workout from which its rows may begin.
    pub early: i64,
    /// Fewest rows of a device.
    pub least: u64,
    /// Whether workouts that overlap share rows; else a row is the first one's.
    pub shared: bool,
}

/// Hands each workout the rows of one device: the best ranked, then the one with most rows. Where
/// `give` answers that it has no use for them, they count as told by a better source.
pub(super) fn join<'w, T>(
    workouts: impl Iterator<Item = &'w mut Workout>,
    mut blocks: Vec<DeviceBlock<T>>,
    terms: Terms<T>,
    mut give: impl FnMut(&mut Workout, Rows<'_, T>, &mut Tallies) -> bool,
    tallies: &mut Tallies,
) {
    for block in &mut blocks {
        block.rows.sort_by_key(terms.at);
    }
    blocks.sort_by(|a, b| (&a.provider, a.entry).cmp(&(&b.provider, b.entry)));
    let mut used = vec![(0u64, 0u64); blocks.len()];
    let by_day = by_day(&blocks, terms.at);
    let mut free = Instant(i64::MIN);
    for w in workouts {
        let (from, to) = (w.start.plus(-terms.early).max(free), w.end());
        if !terms.shared {
            free = free.max(to.plus(1));
        }
        let days = by_day.range(from.utc_day()..=to.utc_day().max(from.utc_day()));
        let near: BTreeSet<usize> = days.flat_map(|(_, places)| places).copied().collect();
        let parts = near.into_iter().filter_map(|i| {
            let block = blocks.get(i)?;
            let low = block.rows.partition_point(|r| (terms.at)(r) < from);
            let high = block.rows.partition_point(|r| (terms.at)(r) <= to);
            let part = block.rows.get(low..high).filter(|part| !part.is_empty());
            Some((i, block, part?))
        });
        let parts: Vec<_> = parts.collect();
        let mut shares: BTreeMap<&Provider, u64> = BTreeMap::new();
        for (_, block, part) in &parts {
            *shares.entry(&block.provider).or_default() += part.len() as u64;
        }
        let best = best(shares.iter().map(|(provider, rows)| (*provider, *rows)));
        let best = best.filter(|best| shares.get(best) >= Some(&terms.least));
        let is_best = |block: &DeviceBlock<T>| Some(&block.provider) == best;
        let chosen = parts.iter().filter(|(_, block, _)| is_best(block));
        let rows: Rows<'_, T> = chosen
            .map(|(_, block, part)| (block.entry, *part))
            .collect();
        let taken = !rows.is_empty() && give(w, rows, tallies);
        for (i, block, part) in parts {
            if let Some((chosen, other)) = used.get_mut(i) {
                *if taken && is_best(block) {
                    chosen
                } else {
                    other
                } += part.len() as u64;
            }
        }
    }
    for (block, (chosen, other)) in blocks.iter().zip(used) {
        let all = block.rows.len() as u64;
        let other = other.min(all.saturating_sub(chosen));
        tallies.skip(block.entry, Skip::OtherSource, other);
        let nowhere = all.saturating_sub(chosen + other);
        tallies.skip(block.entry, Skip::NoOutput, nowhere);
    }
}

/// The places of the blocks by the UTC days on which they have rows, of the first few of each day:
/// the rows of others belong to no workout.
fn by_day<T>(blocks: &[DeviceBlock<T>], at: fn(&T) -> Instant) -> BTreeMap<i32, Vec<usize>> {
    let mut days: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (i, block) in blocks.iter().enumerate() {
        let mut met: Vec<i32> = block.rows.iter().map(|r| at(r).utc_day()).collect();
        met.dedup();
        for day in met {
            let places = days.entry(day).or_default();
            if places.len() < MOST_A_DAY {
                places.push(i);
            }
        }
    }
    days
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::records::Rank;

    const START: Instant = Instant(1_739_962_800);

    fn block(entry: u32, rank: Rank, seconds: &[i64]) -> DeviceBlock<(Instant, f64)> {
        let name = Arc::from("");
        DeviceBlock {
            entry: EntryId(entry),
            provider: Provider { rank, name },
            rows: seconds.iter().map(|&s| (START.plus(s), 1.0)).collect(),
        }
    }

    /// The seconds of the rows that two workouts of a minute each get, the second right after the
    /// first; and the rows of each entry that are skipped.
    fn given(shared: bool, blocks: Vec<DeviceBlock<(Instant, f64)>>) -> (Vec<Vec<i64>>, Vec<u64>) {
        let workout = |from: i64| Workout {
            start: START.plus(from),
            duration_ms: 60_000,
            ..Workout::default()
        };
        let mut workouts = [workout(0), workout(60)];
        let terms = Terms {
            at: |(at, _): &(Instant, f64)| *at,
            early: 30,
            least: 1,
            shared,
        };
        let mut got = Vec::new();
        let give = |_: &mut Workout, rows: Rows<'_, (Instant, f64)>, _: &mut Tallies| {
            let rows = rows.into_iter().flat_map(|(_, part)| part);
            got.push(rows.map(|(at, _)| at.0 - START.0).collect());
            true
        };
        let mut tallies = Tallies::new(2);
        join(workouts.iter_mut(), blocks, terms, give, &mut tallies);
        (
            got,
            tallies.entries.iter().map(|t| t.skipped_total()).collect(),
        )
    }

    #[test]
    fn one_device_tells_a_workout_and_what_lies_in_none_is_set_aside() {
        let worse = block(0, Rank::App, &[1, 2, 3, 4, 70]);
        let better = block(1, Rank::Device, &[-40, -20, 5, 6]);
        let (got, aside) = given(false, vec![worse, better]);
        assert_eq!(got, [vec![-20, 5, 6], vec![70]]);
        assert_eq!(aside, [4, 1]);
    }

    #[test]
    fn a_row_that_is_not_shared_belongs_to_the_first() {
        let told = || vec![block(0, Rank::Device, &[10, 40, 60, 90])];
        assert_eq!(given(false, told()).0, [vec![10, 40, 60], vec![90]]);
        assert_eq!(given(true, told()).0, [vec![10, 40, 60], vec![40, 60, 90]]);
    }

    #[test]
    fn a_day_has_the_rows_of_its_first_hundred_blocks() {
        let many = |block: &dyn Fn(u32) -> DeviceBlock<(Instant, f64)>, count: u32| {
            let (got, _) = given(true, (0..count).map(block).collect());
            got.first().map_or(0, Vec::len)
        };
        assert_eq!(many(&|n| block(n, Rank::App, &[1]), 100), 100);
        assert_eq!(many(&|n| block(n, Rank::App, &[1]), 101), 100);
        assert_eq!(many(&|n| block(n, Rank::App, &[1; 150]), 2), 300);
    }
}
