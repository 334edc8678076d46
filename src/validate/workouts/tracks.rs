//! TCX tracks and the exercises that they belong to: by id, or by start. One without an exercise
//! becomes one.

use std::collections::BTreeMap;

use super::LONGEST;
use crate::model::checked::Workout;
use crate::model::records::{Origin, Track, TrackPoint};
use crate::model::units::Kilocalories;
use crate::model::{Offsets, Skip};
use crate::validate::daily_cap::DailyCap;
use crate::validate::tallies::Tallies;

/// A track and its laps start within this many seconds of their exercise.
const CLOSE: i64 = 5;

/// Gives tracks to their exercises.
pub(super) fn join(
    workouts: &mut Vec<Workout>,
    tracks: Vec<Track>,
    offsets: &Offsets,
    cap: &mut DailyCap,
    tallies: &mut Tallies,
) {
    let mut orphans = Vec::new();
    let mut ids: BTreeMap<u64, usize> = BTreeMap::new();
    for (i, w) in workouts.iter().enumerate() {
        ids.entry(w.log_id).or_insert(i);
    }
    for track in tracks {
        let by_id = track.log_id.and_then(|id| ids.get(&id).copied());
        let first = workouts.partition_point(|w| w.start < track.start.plus(-CLOSE));
        let is_close = |w: &Workout| w.start <= track.start.plus(CLOSE);
        let by_start = || workouts.get(first).is_some_and(is_close).then_some(first);
        match by_id.or_else(by_start).and_then(|i| workouts.get_mut(i)) {
            Some(w) => give_track(w, track, tallies),
            None => orphans.extend(orphan(track, offsets, cap, tallies)),
        }
    }
    workouts.extend(orphans);
    workouts.sort_by_key(|w| (w.start, w.log_id));
}

/// The workout that a track without an exercise becomes, if it becomes one; its other points are
/// counted.
fn orphan(
    track: Track,
    offsets: &Offsets,
    cap: &mut DailyCap,
    tallies: &mut Tallies,
) -> Option<Workout> {
    let (entry, all) = (track.entry, track.points.len());
    let origin = Origin { entry, position: 1 };
    let workout = of_track(track, offsets);
    let found = workout.is_some();
    let admitted = workout.filter(|w| cap.admits((w.start, w.end()), origin, tallies));
    let (why, aside) = match &admitted {
        Some(w) => (Skip::Duplicate, all - w.points.len()),
        // One point is counted as rejected where the day was full.
        None => (Skip::NoOutput, all - usize::from(found)),
    };
    tallies.skip(entry, why, aside as u64);
    admitted
}

/// A workout made of nothing but its track: its kind as the TCX tells it, where it does.
fn of_track(mut track: Track, offsets: &Offsets) -> Option<Workout> {
    let (first, last) = (track.points.first()?.at, track.points.last()?.at);
    let start = track.start.min(first);
    let duration_ms = u64::try_from((last.0 - start.0) * 1000)
        .ok()
        .filter(|&d| d > 0 && d < 7 * 86_400_000)?;
    let energy = track
        .laps
        .iter()
        .filter_map(|l| l.calories)
        .map(|c| c.get())
        .sum();
    let seconds: f64 = track.laps.iter().map(|l| l.seconds).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a reader's lap has 0 to 10^6 s"
    )]
    let stated = (seconds * 1000.0) as u64;
    // A lap of another month would be longer than FIT can say.
    track
        .laps
        .retain(|l| (l.start.0 - start.0).abs() <= LONGEST);
    let active_ms = if stated > 0 { stated } else { duration_ms };
    Some(Workout {
        log_id: track.log_id.unwrap_or(0),
        name: track.sport.unwrap_or_default(),
        start,
        offset: offsets.at_instant(start),
        duration_ms,
        active_ms: active_ms.clamp(1, duration_ms),
        calories: Kilocalories::new(energy).ok().filter(|c| c.get() > 0.0),
        distance: track
            .points
            .iter()
            .rev()
            .find_map(|p| p.distance)
            .filter(|d| d.get() > 0.0),
        laps: track.laps,
        points: one_a_second(track.points),
        ..Workout::default()
    })
}

fn give_track(w: &mut Workout, track: Track, tallies: &mut Tallies) {
    let entry = track.entry;
    let all = track.points.len();
    let (from, to) = (w.start, w.end());
    let inside: Vec<TrackPoint> = track
        .points
        .into_iter()
        .filter(|p| from <= p.at && p.at <= to)
        .collect();
    tallies.skip(entry, Skip::NoOutput, (all - inside.len()) as u64);
    if inside.is_empty() || !w.points.is_empty() {
        tallies.skip(entry, Skip::Duplicate, inside.len() as u64);
        return;
    }
    let before = inside.len();
    w.points = one_a_second(inside);
    tallies.skip(entry, Skip::Duplicate, (before - w.points.len()) as u64);
    w.laps = track
        .laps
        .into_iter()
        .filter(|l| from.plus(-CLOSE) <= l.start && l.start < to)
        .collect();
}

/// Keeps the first point of every second; FIT records have whole seconds.
pub(super) fn one_a_second(mut points: Vec<TrackPoint>) -> Vec<TrackPoint> {
    points.sort_by_key(|p| p.at);
    points.dedup_by_key(|p| p.at);
    points
}
