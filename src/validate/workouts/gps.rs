//! GPS points that stand in files of their own, for workouts without a track.
//!
//! It does not know whose the points are before it looks at their times: one device tells a workout.

use std::collections::{BTreeMap, BTreeSet};

use super::one_a_second;
use crate::model::checked::Workout;
use crate::model::records::{GpsBlock, Provider, TrackPoint};
use crate::model::{Instant, Skip};
use crate::validate::books::Books;
use crate::validate::crowd::MOST_A_DAY;

/// Gives GPS points to exercises without a TCX track, one device each: the best ranked, then the
/// one with most points.
pub(super) fn join(workouts: &mut [Workout], mut blocks: Vec<GpsBlock>, books: &mut Books) {
    for block in &mut blocks {
        block.points.sort_by_key(|p| p.at);
    }
    blocks.sort_by(|a, b| (&a.provider, a.entry).cmp(&(&b.provider, b.entry)));
    let mut used = vec![(0u64, 0u64); blocks.len()];
    let by_day = by_day(&blocks);
    for w in workouts.iter_mut() {
        let days = by_day.range(w.start.utc_day()..=w.end().utc_day());
        let near: BTreeSet<usize> = days.flat_map(|(_, places)| places).copied().collect();
        let parts: Vec<(usize, &[TrackPoint])> = near
            .into_iter()
            .filter_map(|i| Some((i, within(&blocks.get(i)?.points, w.start, w.end()))))
            .filter(|(_, part)| !part.is_empty())
            .collect();
        let best = if w.points.is_empty() {
            best_device(&blocks, &parts)
        } else {
            None
        };
        let mut points = Vec::new();
        for (i, part) in parts {
            let is_best = best.is_some() && blocks.get(i).map(|b| &b.provider) == best.as_ref();
            if is_best {
                points.extend_from_slice(part);
            }
            if let Some((chosen, other)) = used.get_mut(i) {
                *if is_best { chosen } else { other } += part.len() as u64;
            }
        }
        if best.is_some() {
            w.points = one_a_second(points);
        }
    }
    for (block, (chosen, other)) in blocks.iter().zip(used) {
        let all = block.points.len() as u64;
        let other = other.min(all.saturating_sub(chosen));
        books.skip(block.entry, Skip::OtherSource, other);
        books.skip(
            block.entry,
            Skip::NoOutput,
            all.saturating_sub(chosen + other),
        );
    }
}

/// The places of the blocks by the UTC days on which they have points, of the first few of each day:
/// the points of others belong to no workout.
fn by_day(blocks: &[GpsBlock]) -> BTreeMap<i32, Vec<usize>> {
    let mut days: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (i, block) in blocks.iter().enumerate() {
        for part in block
            .points
            .chunk_by(|a, b| a.at.utc_day() == b.at.utc_day())
        {
            let day = part
                .first()
                .map(|p| days.entry(p.at.utc_day()).or_default());
            if let Some(places) = day.filter(|places| places.len() < MOST_A_DAY) {
                places.push(i);
            }
        }
    }
    days
}

/// The device whose track is taken: the best ranked, then the one with most points.
fn best_device(blocks: &[GpsBlock], parts: &[(usize, &[TrackPoint])]) -> Option<Provider> {
    let mut devices: BTreeMap<&Provider, usize> = BTreeMap::new();
    for (i, part) in parts {
        if let Some(block) = blocks.get(*i) {
            *devices.entry(&block.provider).or_default() += part.len();
        }
    }
    let best = devices
        .into_iter()
        .min_by_key(|(p, n)| (p.rank, std::cmp::Reverse(*n)));
    best.filter(|(_, n)| *n > 1).map(|(p, _)| p.clone())
}

fn within(points: &[TrackPoint], from: Instant, to: Instant) -> &[TrackPoint] {
    let low = points.partition_point(|p| p.at < from);
    let high = points.partition_point(|p| p.at <= to);
    points.get(low..high).unwrap_or(&[])
}
