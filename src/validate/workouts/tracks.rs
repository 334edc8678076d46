//! TCX tracks and the exercises that they belong to: by id, or by start. One without an exercise
//! becomes one.

use std::collections::BTreeMap;

use super::orphan;
use crate::model::checked::Workout;
use crate::model::records::{Origin, Track, TrackPoint};
use crate::model::{Offsets, Skip};
use crate::validate::books::Books;
use crate::validate::crowd::Crowd;

/// A track and its laps start within this many seconds of their exercise.
const CLOSE: i64 = 5;

/// Gives tracks to their exercises.
pub(super) fn join(
    workouts: &mut Vec<Workout>,
    tracks: Vec<Track>,
    offsets: &Offsets,
    crowd: &mut Crowd,
    books: &mut Books,
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
            Some(w) => give_track(w, track, books),
            None => orphans.extend(orphan(track, offsets, crowd, books)),
        }
    }
    workouts.extend(orphans);
    workouts.sort_by_key(|w| (w.start, w.log_id));
}

/// The workout that a track without an exercise becomes, if it becomes one; its other points are
/// booked.
fn orphan(
    track: Track,
    offsets: &Offsets,
    crowd: &mut Crowd,
    books: &mut Books,
) -> Option<Workout> {
    let (entry, all) = (track.entry, track.points.len());
    let origin = Origin { entry, position: 1 };
    let workout = orphan::of(track, offsets);
    let found = workout.is_some();
    let admitted = workout.filter(|w| crowd.admits((w.start, w.end()), origin, books));
    let (why, aside) = match &admitted {
        Some(w) => (Skip::Duplicate, all - w.points.len()),
        // One point is booked as rejected where the day was full.
        None => (Skip::NoOutput, all - usize::from(found)),
    };
    books.skip(entry, why, aside as u64);
    admitted
}

fn give_track(w: &mut Workout, track: Track, books: &mut Books) {
    let entry = track.entry;
    let all = track.points.len();
    let (from, to) = (w.start, w.end());
    let inside: Vec<TrackPoint> = track
        .points
        .into_iter()
        .filter(|p| from <= p.at && p.at <= to)
        .collect();
    books.skip(entry, Skip::NoOutput, (all - inside.len()) as u64);
    if inside.is_empty() || !w.points.is_empty() {
        books.skip(entry, Skip::Duplicate, inside.len() as u64);
        return;
    }
    let before = inside.len();
    w.points = one_a_second(inside);
    books.skip(entry, Skip::Duplicate, (before - w.points.len()) as u64);
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
