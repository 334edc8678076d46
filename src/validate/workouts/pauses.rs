//! Where a workout was paused: as its record tells, else the holes in its track that make up the
//! difference between its wall span and its active time.
//!
//! Most exports state how long the pauses were and not when. Knows no file and no FIT.

use crate::model::Instant;
use crate::model::checked::Workout;
use crate::model::records::TrackPoint;

/// Seconds by which a hole must be longer than twice the usual step, and by which the sum of the
/// pauses may differ from what the log says.
const SLACK: i64 = 5;

/// Returns the pauses of a workout, first to last; none where neither its record nor its track
/// explains the difference.
pub(super) fn of(w: &Workout) -> Vec<(Instant, Instant)> {
    let missing_ms = w.duration_ms.saturating_sub(w.active_ms);
    let missing = i64::try_from(missing_ms / 1000).unwrap_or(0);
    let told: i64 = w.pauses.iter().map(|(a, b)| b.0 - a.0).sum();
    if explains(told, missing) {
        return w.pauses.clone();
    }
    holes(&w.points, missing)
}

/// Tells whether pauses of so many seconds are what is missing, nearly.
fn explains(sum: i64, missing: i64) -> bool {
    missing > 0 && (sum - missing).abs() <= SLACK.max(missing / 10)
}

/// The holes in the track that add up to what is missing.
fn holes(points: &[TrackPoint], missing: i64) -> Vec<(Instant, Instant)> {
    let usual = usual_step(points);
    let mut holes: Vec<(Instant, Instant)> = steps(points)
        .filter(|(a, b)| b.0 - a.0 > (2 * usual).max(SLACK))
        .collect();
    holes.sort_by_key(|(a, b)| (a.0 - b.0, a.0));
    let (mut chosen, mut sum) = (Vec::new(), 0);
    for (a, b) in holes {
        // A hole is a pause and the step that there would have been without it.
        let paused = b.0 - a.0 - usual;
        if sum + paused <= missing + SLACK {
            sum += paused;
            chosen.push((a, b));
        }
    }
    chosen.sort_unstable();
    if explains(sum, missing) {
        chosen
    } else {
        Vec::new()
    }
}

/// The times of every two neighbours in the track.
fn steps(points: &[TrackPoint]) -> impl Iterator<Item = (Instant, Instant)> + '_ {
    let pairs = points.iter().zip(points.iter().skip(1));
    pairs.map(|(a, b)| (a.at, b.at))
}

/// The median time between neighbours: some trackers write a point a second, some one in ten.
fn usual_step(points: &[TrackPoint]) -> i64 {
    let mut lengths: Vec<i64> = steps(points).map(|(a, b)| b.0 - a.0).collect();
    let middle = lengths.len() / 2;
    if lengths.is_empty() {
        return 0;
    }
    *lengths.select_nth_unstable(middle).1
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Instant = Instant(1_714_658_400);

    fn found(times: impl IntoIterator<Item = i64>, missing: i64) -> Vec<(i64, i64)> {
        let point = |second| TrackPoint {
            at: START.plus(second),
            position: None,
            altitude: None,
            distance: None,
            heart_rate: None,
        };
        let points: Vec<_> = times.into_iter().map(point).collect();
        let pauses = holes(&points, missing);
        let seconds = |i: Instant| i.0 - START.0;
        pauses
            .iter()
            .map(|(a, b)| (seconds(*a), seconds(*b)))
            .collect()
    }

    #[test]
    fn a_track_of_a_point_a_second_shows_its_hole() {
        assert_eq!(found((0..100).chain(161..200), 60), [(99, 161)]);
    }

    #[test]
    fn usual_steps_of_ten_seconds_are_no_pauses() {
        let times = (0..20).map(|n| n * 10).chain((0..20).map(|n| 320 + n * 10));
        assert_eq!(found(times, 120), [(190, 320)]);
    }

    #[test]
    fn holes_that_do_not_explain_the_difference_are_no_pauses() {
        assert_eq!(found((0..100).chain(161..200), 180), []);
        assert_eq!(found(0..200, 100), []);
        assert_eq!(found([], 100), []);
    }

    #[test]
    fn a_hole_is_longer_than_two_usual_steps_and_five_seconds() {
        assert_eq!(found((0..100).chain(104..200), 4), []);
        assert_eq!(found((0..100).chain(105..200), 5), [(99, 105)]);
        let tens = |hole: i64| (0..20).map(move |n| n * 10 + if n < 10 { 0 } else { hole });
        assert_eq!(found(tens(10), 10), []);
        assert_eq!(found(tens(11), 11), [(90, 111)]);
        // A few points a second apart do not make the second usual.
        assert_eq!(found([-2, -1].into_iter().chain(tens(11)), 11), [(90, 111)]);
    }

    #[test]
    fn the_longest_holes_that_fit_into_what_is_missing_are_taken() {
        let with = |holes: [i64; 3]| {
            let after = move |n| -> i64 {
                holes
                    .iter()
                    .zip(1..)
                    .filter(|(_, k)| n >= 50 * k)
                    .map(|(h, _)| h)
                    .sum()
            };
            (0..200).map(move |n| n + after(n))
        };
        assert_eq!(found(with([31, 61, 0]), 60), [(130, 192)]);
        assert_eq!(found(with([1000, 20, 58]), 60), [(1169, 1228)]);
        assert_eq!(found(with([65, 0, 0]), 60), [(49, 115)]);
        assert_eq!(found(with([66, 0, 0]), 60), []);
        assert_eq!(found(with([20, 40, 0]), 60), [(49, 70), (119, 160)]);
    }

    #[test]
    fn pauses_that_are_told_are_believed_where_they_nearly_explain_what_is_missing() {
        let pauses = |missing: u64, told: i64| {
            let w = Workout {
                duration_ms: 7_200_999,
                active_ms: 7_200_999 - 1000 * missing,
                pauses: vec![(START.plus(1000), START.plus(1000 + told))],
                ..Workout::default()
            };
            of(&w).first().map(|(a, b)| b.0 - a.0)
        };
        assert_eq!(pauses(20, 25), Some(25));
        assert_eq!(pauses(20, 26), None);
        assert_eq!(pauses(600, 540), Some(540));
        assert_eq!(pauses(600, 539), None);
        assert_eq!(pauses(0, 3), None, "nothing is missing");
    }
}
