//! TCX tracks and the exercises that they belong to: by id, or by start. One without an exercise
//! becomes one.

use std::collections::BTreeMap;

use super::LONGEST;
use crate::model::checked::Workout;
use crate::model::records::{Origin, Track, TrackLap, TrackPoint};
use crate::model::units::Kilocalories;
use crate::model::{Offsets, Skip};
use crate::validate::daily_cap::DailyCap;
use crate::validate::tallies::Tallies;

/// A track and its laps start within this many seconds of their exercise.
const CLOSE: i64 = 5;

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
    let duration_ms = u64::try_from((last.0 - start.0) * 1000).ok();
    let duration_ms = duration_ms.filter(|&d| d > 0 && d < 7 * 86_400_000)?;
    let energy = track.laps.iter().filter_map(|l| l.calories);
    let energy = energy.map(|c| c.get()).sum();
    let seconds: f64 = track.laps.iter().map(|l| l.seconds).sum();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a reader's lap has 0 to 10^6 s"
    )]
    let stated = (seconds * 1000.0) as u64;
    let active_ms = if stated > 0 { stated } else { duration_ms };
    let distance = track.points.iter().rev().find_map(|p| p.distance);
    // A lap of another month would be longer than FIT can say.
    let is_near = |l: &TrackLap| (l.start.0 - start.0).abs() <= LONGEST;
    track.laps.retain(is_near);
    Some(Workout {
        log_id: track.log_id.unwrap_or(0),
        name: track.sport.unwrap_or_default(),
        start,
        offset: offsets.at_instant(start),
        duration_ms,
        active_ms: active_ms.clamp(1, duration_ms),
        calories: Kilocalories::new(energy).ok().filter(|c| c.get() > 0.0),
        distance: distance.filter(|d| d.get() > 0.0),
        laps: track.laps,
        points: one_a_second(track.points),
        ..Workout::default()
    })
}

fn give_track(w: &mut Workout, mut track: Track, tallies: &mut Tallies) {
    let (from, to) = (w.start, w.end());
    let mut skip = |why, count| tallies.skip(track.entry, why, count as u64);
    let all = track.points.len();
    track.points.retain(|p| from <= p.at && p.at <= to);
    let inside = track.points.len();
    skip(Skip::NoOutput, all - inside);
    if inside == 0 || !w.points.is_empty() {
        return skip(Skip::Duplicate, inside);
    }
    w.points = one_a_second(track.points);
    skip(Skip::Duplicate, inside - w.points.len());
    track
        .laps
        .retain(|l| from.plus(-CLOSE) <= l.start && l.start < to);
    w.laps = track.laps;
}

/// Keeps the first point of every second; FIT records have whole seconds.
pub(super) fn one_a_second(mut points: Vec<TrackPoint>) -> Vec<TrackPoint> {
    points.sort_by_key(|p| p.at);
    points.dedup_by_key(|p| p.at);
    points
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::units::Metres;
    use crate::model::{EntryId, Evidence, Instant, Offset};
    use crate::validate::daily_cap::MOST_A_DAY;

    const START: Instant = Instant(1_739_775_600);
    const WEEK: i64 = 7 * 86_400;
    /// Beyond it a lap is of another time.
    const EIGHT_DAYS: i64 = 8 * 86_400;

    fn point(second: i64) -> TrackPoint {
        TrackPoint {
            at: START.plus(second),
            position: None,
            altitude: None,
            distance: None,
            heart_rate: None,
        }
    }

    fn lap(second: i64, seconds: f64, calories: Option<f64>) -> TrackLap {
        TrackLap {
            start: START.plus(second),
            seconds,
            distance: None,
            calories: calories.map(|c| Kilocalories::new(c).unwrap()),
        }
    }

    /// A track without laps that starts with its first point.
    fn track(log_id: Option<u64>, points: &[i64]) -> Track {
        Track {
            entry: EntryId(0),
            log_id,
            sport: None,
            start: START.plus(points.first().copied().unwrap_or(0)),
            laps: Vec::new(),
            points: points.iter().map(|&second| point(second)).collect(),
        }
    }

    /// An exercise of 100 s.
    fn workout(log_id: u64, from: i64) -> Workout {
        Workout {
            log_id,
            start: START.plus(from),
            duration_ms: 100_000,
            ..Workout::default()
        }
    }

    fn offsets() -> Offsets {
        Offsets::constant(Offset(3600), Evidence::Option)
    }

    /// Joins the tracks; also returns what was skipped.
    fn joined(mut workouts: Vec<Workout>, tracks: Vec<Track>) -> (Vec<Workout>, Vec<(Skip, u64)>) {
        let (mut cap, mut tallies) = (DailyCap::of("exercises"), Tallies::new(1));
        join(&mut workouts, tracks, &offsets(), &mut cap, &mut tallies);
        (workouts, skipped(&tallies))
    }

    fn skipped(tallies: &Tallies) -> Vec<(Skip, u64)> {
        let counts = &tallies.entries.first().unwrap().skipped;
        counts.iter().map(|(&why, &count)| (why, count)).collect()
    }

    /// What an exercise holds: its id, the seconds of its points and of its laps.
    fn held(w: &Workout) -> (u64, Vec<i64>, Vec<i64>) {
        let second = |at: Instant| at.0 - START.0;
        let points = w.points.iter().map(|p| second(p.at)).collect();
        let laps = w.laps.iter().map(|l| second(l.start)).collect();
        (w.log_id, points, laps)
    }

    #[test]
    fn a_track_goes_to_the_exercise_of_its_id_else_to_one_that_starts_within_five_seconds() {
        let exercises = || vec![workout(1, -1000), workout(2, 0), workout(3, 1000)];
        let owner = |track: Track| {
            let (all, _) = joined(exercises(), vec![track]);
            let owner = all.iter().position(|w| !w.points.is_empty());
            (all.len(), owner)
        };
        let at = |second| Track {
            start: START.plus(second),
            ..track(None, &[10, 20])
        };
        for second in [-5, 0, 5] {
            assert_eq!(owner(at(second)), (3, Some(1)), "{second}");
        }
        for second in [-6, 6] {
            assert_eq!(owner(at(second)).0, 4, "{second}");
        }
        // The id is believed over the start, an unknown one is not.
        assert_eq!(owner(track(Some(3), &[0, 1000])), (3, Some(2)));
        assert_eq!(owner(track(Some(9), &[0, 10])), (3, Some(1)));
    }

    #[test]
    fn an_exercise_takes_the_points_and_laps_within_it_from_its_first_track() {
        let mut first = track(Some(1), &[-1, 0, 50, 50, 50, 100, 101]);
        first.laps = [-6, -5, 60, 99, 100].map(|at| lap(at, 1.0, None)).to_vec();
        let second = track(Some(1), &[1, 2, 3, 300]);
        let outside = track(Some(1), &[-2, -1]);
        let (all, skipped) = joined(vec![workout(1, 0)], vec![outside, first, second]);
        let all: Vec<_> = all.iter().map(held).collect();
        assert_eq!(all, [(1, vec![0, 50, 100], vec![-5, 60, 99])]);
        assert_eq!(skipped, [(Skip::Duplicate, 2 + 3), (Skip::NoOutput, 5)]);
    }

    #[test]
    fn a_track_without_an_exercise_becomes_one() {
        let mut alone = track(None, &[10, 20, 20, 40]);
        alone.sport = Some("Running".to_owned());
        alone.start = START.plus(5);
        let laps = [
            (5 - EIGHT_DAYS - 1, 0.25, None),
            (5 - EIGHT_DAYS, 10.0, Some(3.0)),
            (5, 2.5, None),
            (5 + EIGHT_DAYS, 3.0, Some(4.5)),
            (5 + EIGHT_DAYS + 1, 4.0, None),
        ];
        alone.laps = laps.map(|(at, s, kcal)| lap(at, s, kcal)).to_vec();
        let metres = [1.0, 2.0, 70.5].map(|m| Some(Metres::new(m).unwrap()));
        for (point, distance) in alone.points.iter_mut().zip(metres) {
            point.distance = distance;
        }
        let (all, skipped) = joined(vec![workout(1, 1000)], vec![alone]);
        let w = all.first().unwrap();
        let kept = vec![5 - EIGHT_DAYS, 5, 5 + EIGHT_DAYS];
        assert_eq!(held(w), (0, vec![10, 20, 40], kept));
        assert_eq!((w.start, w.offset), (START.plus(5), Offset(3600)));
        assert_eq!((w.name.as_str(), w.duration_ms), ("Running", 35_000));
        assert_eq!(w.active_ms, 19_750);
        assert_eq!(w.calories.map(Kilocalories::get), Some(7.5));
        assert_eq!(w.distance.map(Metres::get), Some(70.5));
        assert_eq!((all.len(), skipped), (2, vec![(Skip::Duplicate, 1)]));
    }

    #[test]
    fn an_exercise_of_a_track_states_nothing_that_the_track_does_not() {
        let mut bare = track(Some(7), &[0, 30]);
        let of = |track: &Track| of_track(track.clone(), &offsets()).unwrap();
        assert_eq!((of(&bare).log_id, of(&bare).active_ms), (7, 30_000));
        bare.laps = vec![lap(0, 31.0, Some(0.0))];
        for point in &mut bare.points {
            point.distance = Metres::new(0.0).ok();
        }
        let w = of(&bare);
        assert_eq!((w.active_ms, w.calories, w.distance), (30_000, None, None));
    }

    #[test]
    fn only_a_track_of_less_than_a_week_becomes_an_exercise() {
        let becomes = |points: &[i64]| {
            let (all, skipped) = joined(Vec::new(), vec![track(None, points)]);
            (all.len(), skipped)
        };
        assert_eq!(becomes(&[]), (0, vec![]));
        assert_eq!(becomes(&[3]), (0, vec![(Skip::NoOutput, 1)]));
        assert_eq!(becomes(&[0, 1]), (1, vec![]));
        assert_eq!(becomes(&[0, WEEK - 1]), (1, vec![]));
        assert_eq!(becomes(&[0, 9, WEEK]), (0, vec![(Skip::NoOutput, 3)]));
    }

    #[test]
    fn a_track_of_a_full_day_is_rejected_and_all_its_points_are_counted() {
        let (mut cap, mut tallies) = (DailyCap::of("exercises"), Tallies::new(1));
        let tracks = vec![track(None, &[0, 1, 2]); MOST_A_DAY + 1];
        let mut all = Vec::new();
        join(&mut all, tracks, &offsets(), &mut cap, &mut tallies);
        assert_eq!(all.len(), MOST_A_DAY);
        assert_eq!(skipped(&tallies), [(Skip::NoOutput, 2)]);
        let tally = tallies.entries.first().unwrap();
        assert_eq!(tally.rejected.values().sum::<u64>(), 1);
    }
}
