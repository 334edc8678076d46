//! Exercises: one per workout, joined with track, laps and pool lengths.
//!
//! The order in which it is done stands here, each step in a file of its own.

use std::mem::take;

use super::daily_cap::DailyCap;
use super::tallies::Tallies;
use crate::model::checked::{Parts, Workout};
use crate::model::records::{DeviceBlock, Exercise, Origin, Provider, SwimLength, TrackPoint};
use crate::model::time::DAY;
use crate::model::{Instant, Offsets, Records};

mod devices;
mod form;
mod lengths;
mod pauses;
mod same;
mod tracks;

use devices::Terms;

/// No workout is longer than this, in seconds.
const LONGEST: i64 = 8 * DAY;

/// Resolves all exercises.
pub fn resolve(records: &mut Records, parts: &mut Parts, tallies: &mut Tallies) {
    let offsets = &parts.offsets;
    let exercises = take(&mut records.exercises);
    let mut placed: Vec<Placed> = exercises
        .into_iter()
        .map(|e| Placed::new(e, offsets))
        .collect();
    placed.sort_by_key(|p| (p.provider.rank, p.workout.start, p.workout.log_id, p.origin));
    let mut cap = DailyCap::of("exercises");
    let unique = same::drop_repeats(placed, &mut cap, tallies);
    let single = same::drop_copies(unique, tallies);
    let mut workouts: Vec<Workout> = single.into_iter().map(|p| p.workout).collect();
    workouts.sort_by_key(|w| (w.start, w.log_id));
    tracks::join(
        &mut workouts,
        take(&mut records.tracks),
        offsets,
        &mut cap,
        tallies,
    );
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
        early: 0,
        least: 2,
        shared: true,
    };
    let give = |w: &mut Workout, rows: devices::Rows<'_, TrackPoint>, _: &mut Tallies| {
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
        early: lengths::EARLY,
        least: 1,
        shared: false,
    };
    let give = |w: &mut Workout, rows: devices::Rows<'_, SwimLength>, tallies: &mut Tallies| {
        lengths::give(w, &rows, tallies);
        true
    };
    devices::join(swims, told, terms, give, tallies);
}

/// An exercise on the UTC axis.
struct Placed {
    origin: Origin,
    provider: Provider,
    workout: Workout,
    end: Instant,
}

impl Placed {
    fn new(exercise: Exercise, offsets: &Offsets) -> Self {
        let start = exercise.start.instant(offsets);
        let workout = Workout {
            start,
            offset: offsets.at_instant(start),
            ..exercise.workout
        };
        Self {
            origin: exercise.origin,
            provider: exercise.provider,
            end: workout.end(),
            workout,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::EntryId;
    use crate::model::records::Pool;
    use crate::model::units::Metres;

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
