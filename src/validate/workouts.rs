//! Exercises: one per workout, joined with track, laps and pool lengths.
//!
//! The order in which it is done stands here, each step in a file of its own.

use std::mem::take;

use super::daily_cap::DailyCap;
use super::tallies::Tallies;
use crate::model::Records;
use crate::model::checked::{Parts, Workout};
use crate::model::records::{DeviceBlock, SwimLength, TrackPoint};
use crate::model::time::DAY;

mod devices;
mod form;
mod lengths;
mod pauses;
mod same;
mod tracks;

use devices::{Rows, Terms};

/// No workout is longer than this, in seconds.
const LONGEST: i64 = 8 * DAY;

pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let offsets = &parts.offsets;
    let mut exercises = take(&mut records.exercises);
    for e in &mut exercises {
        e.workout.start = e.start.instant(offsets);
        e.workout.offset = offsets.at_instant(e.workout.start);
    }
    let mut cap = DailyCap::of("exercises");
    let unique = same::drop_repeats(exercises, &mut cap, tallies);
    let mut workouts = same::drop_copies(unique, tallies);
    let tracks = take(&mut records.tracks);
    tracks::join(&mut workouts, tracks, offsets, &mut cap, tallies);
    join_gps(&mut workouts, take(&mut records.gps), tallies);
    join_lengths(&mut workouts, take(&mut records.swim_lengths), tallies);
    for w in &mut workouts {
        w.pauses = pauses::of(w);
        w.distance = w.distance.or_else(|| lengths::distance(w));
    }
    form::join(&mut workouts, records, offsets, tallies);
    parts.workouts = workouts;
}

/// Gives GPS points to exercises without a track.
fn join_gps(workouts: &mut [Workout], gps: Vec<DeviceBlock<TrackPoint>>, tallies: &mut Tallies) {
    let terms = Terms {
        at: |point: &TrackPoint| point.at,
        early: 0,
        least: 2,
        shared: true,
    };
    let give = |w: &mut Workout, rows: Rows<'_, TrackPoint>, _: &mut Tallies| {
        let wanted = w.points.is_empty();
        if wanted {
            let points = rows.into_iter().flat_map(|(_, part)| part).copied();
            w.points = tracks::one_a_second(points.collect());
        }
        wanted
    };
    devices::join(workouts.iter_mut(), gps, terms, give, tallies);
}

/// Gives swims in a pool their single lengths.
fn join_lengths(
    workouts: &mut [Workout],
    told: Vec<DeviceBlock<SwimLength>>,
    tallies: &mut Tallies,
) {
    let swims = workouts.iter_mut().filter(|w| w.pool.is_some());
    let terms = Terms {
        at: |length: &SwimLength| length.start,
        early: lengths::EARLY,
        least: 1,
        shared: false,
    };
    let give = |w: &mut Workout, rows: Rows<'_, SwimLength>, tallies: &mut Tallies| {
        lengths::give(w, &rows, tallies);
        true
    };
    devices::join(swims, told, terms, give, tallies);
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::records::{Pool, Provider};
    use crate::model::units::Metres;
    use crate::model::{EntryId, Instant};

    const START: Instant = Instant(1_739_962_800);

    fn blocks<T>(row: impl Fn(i64) -> T) -> Vec<DeviceBlock<T>> {
        vec![DeviceBlock {
            entry: EntryId(0),
            provider: Provider::json(),
            rows: [50, -10, 20, 20, 110].map(row).into(),
        }]
    }

    #[test]
    fn points_and_lengths_of_devices_go_to_workouts_that_can_have_them() {
        let workout = |from: i64| Workout {
            start: START.plus(from),
            duration_ms: 100_000,
            ..Workout::default()
        };
        let mut workouts = [workout(0), workout(0)];
        let point = |second: i64| TrackPoint {
            at: START.plus(second),
            position: None,
            altitude: None,
            distance: None,
            heart_rate: None,
        };
        let [swim, run] = &mut workouts;
        run.points = vec![point(7)];
        swim.pool = Some(Pool {
            length: Metres::new(25.0).unwrap(),
            in_yards: false,
        });
        let length = |second: i64| SwimLength {
            start: START.plus(second),
            seconds: 30.0,
            strokes: None,
            stroke: None,
        };
        let mut tallies = Tallies::new(1);
        join_gps(&mut workouts, blocks(point), &mut tallies);
        join_lengths(&mut workouts, blocks(length), &mut tallies);
        let second = |at: Instant| at.0 - START.0;
        let points = workouts.each_ref().map(|w| {
            let points = w.points.iter().map(|p| second(p.at));
            points.collect::<Vec<_>>()
        });
        assert_eq!(points, [vec![20, 50], vec![7]]);
        let lengths = workouts.each_ref().map(|w| w.lengths.len());
        assert_eq!(lengths, [3, 0]);
    }
}
