//! Exercises: one per workout, joined with track, laps, pool lengths and distance.
//!
//! JSON records lead; `UserExercises` rows fill in what the JSON does not hold. A workout that a
//! service such as Strava brought in over the tracker's own log is dropped in favour of the log.

use std::collections::BTreeMap;

use super::books::Books;
use super::crowd::Crowd;
use crate::model::checked::{Workout, utc_minutes_in};
use crate::model::records::{
    Exercise, GpsBlock, LogType, Origin, Rank, Stamp, SwimLength, Track, TrackPoint,
};
use crate::model::time::DAY;
use crate::model::units::Metres;
use crate::model::{Instant, MinuteDays, Offsets, Skip};

mod gps;
mod orphan;
mod pauses;

/// A `UserExercises` row starts within this many seconds of its JSON record; the nearest is taken.
const SAME_START: i64 = 120;
/// A track and its laps start within this many seconds of their exercise.
const CLOSE: i64 = 5;
/// Share of the shorter of two workouts that both cover when they are one.
const SAME_SHARE: f64 = 0.8;
/// No workout is longer than this, in seconds.
const LONGEST: i64 = 8 * DAY;
/// Slowest mean speed (m/s) at which the minute stream is believed to be the workout's distance.
const MOVING: f64 = 0.5;

/// What belongs to exercises but stands elsewhere.
#[derive(Debug, Default)]
pub struct Beside {
    /// Tracks from TCX files.
    pub tracks: Vec<Track>,
    /// GPS points by device.
    pub gps: Vec<GpsBlock>,
    /// Pool lengths.
    pub swim_lengths: Vec<SwimLength>,
}

/// Settles all exercises.
#[must_use]
pub fn settle(
    exercises: Vec<Exercise>,
    beside: Beside,
    distance: &MinuteDays,
    offsets: &Offsets,
    books: &mut Books,
) -> Vec<Workout> {
    let mut placed: Vec<Placed> = exercises
        .into_iter()
        .map(|e| Placed::new(e, offsets))
        .collect();
    placed.sort_by_key(|p| {
        (
            p.exercise.provider.rank,
            p.start,
            p.exercise.log_id,
            p.exercise.origin,
        )
    });
    let mut crowd = Crowd::of("exercises");
    let unique = drop_second_tellings(placed, &mut crowd, books);
    let single = drop_overlapping(unique, books);
    let mut workouts: Vec<Workout> = single.into_iter().map(|p| p.workout(offsets)).collect();
    workouts.sort_by_key(|w| (w.start, w.log_id));
    join_tracks(&mut workouts, beside.tracks, offsets, &mut crowd, books);
    gps::join(&mut workouts, beside.gps, books);
    join_lengths(&mut workouts, beside.swim_lengths, books);
    for w in &mut workouts {
        w.pauses = pauses::of(&w.points, w.duration_ms.saturating_sub(w.active_ms));
        w.distance = w.distance.or_else(|| moved(w, distance));
    }
    workouts
}

/// An exercise with its start on the UTC axis.
struct Placed {
    exercise: Exercise,
    start: Instant,
    end: Instant,
}

impl Placed {
    fn new(exercise: Exercise, offsets: &Offsets) -> Self {
        let start = match exercise.start {
            Stamp::Utc(t) => t,
            Stamp::Local(t) => offsets.to_instant(t),
        };
        let seconds = i64::try_from((exercise.duration_ms + 500) / 1000).unwrap_or(0);
        Self {
            exercise,
            start,
            end: start.plus(seconds),
        }
    }

    fn workout(self, offsets: &Offsets) -> Workout {
        let e = self.exercise;
        Workout {
            log_id: e.log_id,
            name: e.name,
            type_id: e.type_id,
            start: self.start,
            offset: offsets.at_instant(self.start),
            duration_ms: e.duration_ms,
            active_ms: e.active_ms,
            calories: e.calories,
            distance: e.distance,
            steps: e.steps,
            elevation_gain: e.elevation_gain,
            average_heart_rate: e.average_heart_rate,
            log_type: e.log_type,
            device: e.source,
            pool_length: e.pool_length,
            pool_in_yards: e.pool_in_yards,
            swim_lengths: e.swim_lengths,
            lengths: Vec::new(),
            laps: Vec::new(),
            points: Vec::new(),
            pauses: Vec::new(),
        }
    }
}

/// Drops records that stand twice and CSV rows whose exercise the JSON holds. The list is sorted by
/// rank, so JSON comes first; of a dropped row only a missing distance is kept.
fn drop_second_tellings(placed: Vec<Placed>, crowd: &mut Crowd, books: &mut Books) -> Vec<Placed> {
    let mut kept: Vec<Placed> = Vec::with_capacity(placed.len());
    let mut by_start: BTreeMap<Instant, Vec<usize>> = BTreeMap::new();
    for p in placed {
        let from_json = p.exercise.provider.rank == Rank::Json;
        let near = by_start.range(p.start.plus(-SAME_START)..=p.start.plus(SAME_START));
        let candidates =
            near.flat_map(|(start, at)| at.iter().map(|i| ((start.0 - p.start.0).abs(), *i)));
        let same = candidates
            .filter(|&(apart, i)| kept.get(i).is_some_and(|k| is_same(k, &p, apart)))
            .min();
        match same.and_then(|(_, i)| kept.get_mut(i)) {
            Some(_) if from_json => books.skip(p.exercise.origin.entry, Skip::Duplicate, 1),
            Some(first) => {
                first.exercise.distance = first.exercise.distance.or(p.exercise.distance);
                books.skip(p.exercise.origin.entry, Skip::OtherSource, 1);
            }
            None if crowd.admits((p.start, p.end), p.exercise.origin, books) => {
                by_start.entry(p.start).or_default().push(kept.len());
                kept.push(p);
            }
            None => {}
        }
    }
    kept
}

fn is_same(kept: &Placed, other: &Placed, apart: i64) -> bool {
    if other.exercise.provider.rank == kept.exercise.provider.rank {
        apart == 0 && kept.exercise.log_id == other.exercise.log_id
    } else {
        other.exercise.provider.rank > kept.exercise.provider.rank
    }
}

/// Drops workouts that were brought in over a log of the tracker.
fn drop_overlapping(mut placed: Vec<Placed>, books: &mut Books) -> Vec<Placed> {
    placed.sort_by_key(|p| (p.start, p.exercise.log_id));
    let is_copy: Vec<Option<u64>> = placed
        .iter()
        .enumerate()
        .map(|(i, p)| original_of(i, p, &placed))
        .collect();
    let mut kept = Vec::with_capacity(placed.len());
    for (p, original) in placed.into_iter().zip(is_copy) {
        let Some(original) = original else {
            kept.push(p);
            continue;
        };
        books.skip(p.exercise.origin.entry, Skip::OverlappingExercise, 1);
        books.remark(format!(
            "exercise {original} was kept and {} left out: the same workout, logged twice",
            p.exercise.log_id
        ));
    }
    kept
}

/// The log id of the tracker's own log of the same workout, if `p` is a copy of one.
fn original_of(i: usize, p: &Placed, placed: &[Placed]) -> Option<u64> {
    if p.exercise.log_type != LogType::Manual {
        return None;
    }
    let before = placed
        .get(..i)?
        .iter()
        .rev()
        .take_while(|o| o.start > p.start.plus(-86_400));
    let after = placed.get(i + 1..)?.iter().take_while(|o| o.start < p.end);
    let is_original =
        |o: &&Placed| o.exercise.log_type != LogType::Manual && shares(o, p) && same_kind(o, p);
    before
        .chain(after)
        .find(is_original)
        .map(|o| o.exercise.log_id)
}

fn same_kind(a: &Placed, b: &Placed) -> bool {
    let name = |p: &Placed| p.exercise.name.to_lowercase();
    let same_id = a.exercise.type_id.is_some() && a.exercise.type_id == b.exercise.type_id;
    same_id || name(a) == name(b) || b.exercise.source.is_some()
}

/// Tells whether two workouts cover most of the shorter one together.
#[expect(clippy::cast_precision_loss, reason = "seconds of at most a week")]
fn shares(a: &Placed, b: &Placed) -> bool {
    let both = a.end.min(b.end).0 - a.start.max(b.start).0;
    let shorter = (a.end.0 - a.start.0).min(b.end.0 - b.start.0).max(1);
    both as f64 >= SAME_SHARE * shorter as f64
}

/// Gives TCX tracks to their exercises, by id or by start. One without an exercise becomes one.
fn join_tracks(
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
fn one_a_second(mut points: Vec<TrackPoint>) -> Vec<TrackPoint> {
    points.sort_by_key(|p| p.at);
    points.dedup_by_key(|p| p.at);
    points
}

fn join_lengths(workouts: &mut [Workout], mut lengths: Vec<SwimLength>, books: &mut Books) {
    lengths.sort_by_key(|l| (l.at, l.origin));
    let mut swims: Vec<&mut Workout> = workouts
        .iter_mut()
        .filter(|w| w.pool_length.is_some())
        .collect();
    for length in lengths {
        let earliest = length.at.plus(-LONGEST);
        let first = swims.partition_point(|w| w.start < earliest);
        let near = swims.iter_mut().skip(first);
        let mut begun = near.take_while(|w| w.start <= length.at);
        match begun.find(|w| length.at <= w.end()) {
            Some(w) => w.lengths.push(length),
            None => books.skip(length.origin.entry, Skip::NoOutput, 1),
        }
    }
}

/// The distance of the minute stream over the window, its first and last minute in part.
fn moved(w: &Workout, distance: &MinuteDays) -> Option<Metres> {
    let (from, to) = (w.start, w.end());
    #[expect(
        clippy::cast_precision_loss,
        reason = "seconds of a minute, and of at most a week"
    )]
    let share = |at: Instant| (at.plus(60).min(to).0 - at.max(from).0).max(0) as f64 / 60.0;
    let sum: f64 = utc_minutes_in(distance, from.plus(-59), to)
        .map(|(at, mm)| f64::from(mm) / 1000.0 * share(at))
        .sum();
    #[expect(clippy::cast_precision_loss, reason = "at most a week of milliseconds")]
    let seconds = w.active_ms as f64 / 1000.0;
    Metres::new(sum)
        .ok()
        .filter(|m| m.get() >= MOVING * seconds)
}
