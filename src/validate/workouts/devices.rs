//! What devices tell moment by moment in files of their own, for the workouts within which it lies.
//!
//! One device tells a workout; two are never mixed. It does not know what is told, nor whose it is
//! before it looks at the times.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::checked::Workout;
use crate::model::records::{DeviceBlock, Provider, SwimLength, TrackPoint};
use crate::model::{EntryId, Instant, Skip};
use crate::validate::daily_cap::MOST_A_DAY;
use crate::validate::tallies::Tallies;

/// A row that stands at an instant.
pub(super) trait Timed {
    /// Returns the instant.
    fn at(&self) -> Instant;
}

impl Timed for TrackPoint {
    fn at(&self) -> Instant {
        self.at
    }
}

impl Timed for SwimLength {
    fn at(&self) -> Instant {
        self.start
    }
}

impl Timed for (Instant, f64) {
    fn at(&self) -> Instant {
        self.0
    }
}

/// The rows of one device within a workout, entry by entry, each by time.
pub(super) type Rows<'b, T> = Vec<(EntryId, &'b [T])>;

/// Which rows count for a workout.
#[derive(Clone, Copy, Debug)]
pub(super) struct Terms {
    /// Seconds before the workout from which its rows may begin.
    pub early: i64,
    /// Fewest rows of a device.
    pub least: usize,
    /// Whether workouts that overlap share rows; else a row is the first one's.
    pub shared: bool,
}

/// Hands each workout the rows of one device: the best ranked, then the one with most rows. Where
/// `give` answers that it has no use for them, they count as told by a better source.
pub(super) fn join<'w, T: Timed>(
    workouts: impl Iterator<Item = &'w mut Workout>,
    mut blocks: Vec<DeviceBlock<T>>,
    terms: Terms,
    mut give: impl FnMut(&mut Workout, Rows<'_, T>, &mut Tallies) -> bool,
    tallies: &mut Tallies,
) {
    for block in &mut blocks {
        block.rows.sort_by_key(T::at);
    }
    blocks.sort_by(|a, b| (&a.provider, a.entry).cmp(&(&b.provider, b.entry)));
    let mut used = vec![(0u64, 0u64); blocks.len()];
    let by_day = by_day(&blocks);
    let mut free = Instant(i64::MIN);
    for w in workouts {
        let (from, to) = (w.start.plus(-terms.early).max(free), w.end());
        if !terms.shared {
            free = free.max(to.plus(1));
        }
        let days = by_day.range(from.utc_day()..=to.utc_day().max(from.utc_day()));
        let near: BTreeSet<usize> = days.flat_map(|(_, places)| places).copied().collect();
        let parts: Vec<(usize, &[T])> = near
            .into_iter()
            .filter_map(|i| Some((i, within(&blocks.get(i)?.rows, from, to))))
            .filter(|(_, part)| !part.is_empty())
            .collect();
        let best = best_device(&blocks, &parts, terms.least);
        let is_best = |i: usize| blocks.get(i).is_some_and(|b| Some(&b.provider) == best);
        let chosen = parts.iter().filter(|(i, _)| is_best(*i));
        let rows: Rows<'_, T> = chosen
            .filter_map(|(i, part)| Some((blocks.get(*i)?.entry, *part)))
            .collect();
        let taken = !rows.is_empty() && give(w, rows, tallies);
        for (i, part) in parts {
            if let Some((chosen, other)) = used.get_mut(i) {
                *if taken && is_best(i) { chosen } else { other } += part.len() as u64;
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
fn by_day<T: Timed>(blocks: &[DeviceBlock<T>]) -> BTreeMap<i32, Vec<usize>> {
    let mut days: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (i, block) in blocks.iter().enumerate() {
        let same_day = |a: &T, b: &T| a.at().utc_day() == b.at().utc_day();
        for part in block.rows.chunk_by(same_day) {
            let day = part.first().map(|r| days.entry(r.at().utc_day()));
            let day = day.map(std::collections::btree_map::Entry::or_default);
            if let Some(places) = day.filter(|places| places.len() < MOST_A_DAY) {
                places.push(i);
            }
        }
    }
    days
}

/// The device whose rows are taken: the best ranked, then the one with most rows.
fn best_device<'b, T>(
    blocks: &'b [DeviceBlock<T>],
    parts: &[(usize, &[T])],
    least: usize,
) -> Option<&'b Provider> {
    let mut devices: BTreeMap<&Provider, usize> = BTreeMap::new();
    for (i, part) in parts {
        if let Some(block) = blocks.get(*i) {
            *devices.entry(&block.provider).or_default() += part.len();
        }
    }
    let best = devices
        .into_iter()
        .min_by_key(|(p, n)| (p.rank, std::cmp::Reverse(*n)));
    best.filter(|(_, n)| *n >= least).map(|(p, _)| p)
}

fn within<T: Timed>(rows: &[T], from: Instant, to: Instant) -> &[T] {
    let low = rows.partition_point(|r| r.at() < from);
    let high = rows.partition_point(|r| r.at() <= to);
    rows.get(low..high).unwrap_or(&[])
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
