//! How far a workout had come at each instant.
//!
//! The total is what Fitbit states. Its course is that of the track, or for those on foot that of the
//! minute stream, which is made of steps, where these carry the total; else a straight line over the
//! active time, for nobody knows more. No way is made in a pause, and none faster than anybody moves
//! in the sport: a ride stretched over the few steps that the wrist counted would be such a way.

use crate::fit::profile::record;
use crate::garmin::sport::Sport;
use crate::model::Checked;
use crate::model::checked::{Workout, utc_minutes_in};
use crate::model::records::TrackPoint;
use crate::model::time::Instant;
use crate::model::units::{Latitude, Longitude};

/// Metres per degree of latitude on a sphere of the Earth's mean radius.
const METRES_PER_DEGREE: f64 = 111_194.926_6;
/// A course carries a total when they differ by less than a third.
const CARRIES: std::ops::RangeInclusive<f64> = 0.75..=1.333;
/// Share of a course that may be leaps, which are cut to what is possible.
const LEAPS: f64 = 0.2;
/// Slowest mean speed (m/s) at which the steps of a workout are believed to be its way.
const MOVING: f64 = 0.5;
/// Seconds over which a speed is a mean: positions of single seconds are too rough.
const SPAN: i64 = 10;

/// Metres by time, rising.
type Line = Vec<(Instant, f64)>;

#[derive(Debug, Default)]
pub(super) struct Curve {
    line: Line,
    /// Metres that are left out, because no record could hold them.
    pub(super) too_far: Option<f64>,
}

impl Curve {
    /// Lays out the way of a workout; without a distance it is empty.
    pub(super) fn of(checked: &Checked, w: &Workout, kind: Sport) -> Self {
        let fastest = kind.fastest();
        let track = course(track(w), w, fastest);
        let steps = kind.is_on_foot().then(|| by_minutes(checked, w));
        let steps = steps.and_then(|line| course(line, w, fastest));
        let Some(total) = total(w, track.as_ref(), steps.as_ref()) else {
            return Self::default();
        };
        if !record::DISTANCE.holds(total) {
            return Self {
                line: Line::new(),
                too_far: Some(total),
            };
        }
        let courses = track.into_iter().chain(steps);
        let carried = courses.filter(|line| CARRIES.contains(&(total / end_of(line))));
        let carried = carried.map(|line| stretched(line, total));
        let mut lines = carried.chain([straight(w, total)]);
        let line = lines.find(|line| is_possible(line, fastest));
        Self {
            line: line.unwrap_or_default(),
            too_far: None,
        }
    }

    pub(super) fn total(&self) -> Option<f64> {
        self.line.last().map(|&(_, metres)| metres)
    }

    /// Returns the metres covered by an instant, if the workout has a way.
    pub(super) fn metres_at(&self, at: Instant) -> Option<f64> {
        between(&self.line, at)
    }

    /// Returns the mean speed in m/s of the ten seconds before an instant, or since `before` where that
    /// is longer ago; at the start of a stretch of activity that of the ten seconds after it.
    pub(super) fn speed_at(
        &self,
        at: Instant,
        before: Option<Instant>,
        (from, to): (Instant, Instant),
    ) -> Option<f64> {
        let since = before.map_or(from, |b| b.min(at.plus(-SPAN))).max(from);
        let (a, b) = if since < at {
            (since, at)
        } else {
            (at, at.plus(SPAN).min(to))
        };
        let metres = self.metres_at(b)? - self.metres_at(a)?;
        (a < b).then(|| metres / seconds(a, b))
    }
}

fn seconds(from: Instant, to: Instant) -> f64 {
    (to.0 - from.0) as f64
}

fn end_of(line: &Line) -> f64 {
    line.last().map_or(0.0, |&(_, metres)| metres)
}

/// The distance that is stated, else that of the track, of its laps, or of the steps where they are
/// more than somebody makes who stands about.
fn total(w: &Workout, track: Option<&Line>, steps: Option<&Line>) -> Option<f64> {
    let laps = w.laps.iter().map(|l| l.distance.map(|d| d.get()));
    let slow = MOVING * w.active_ms as f64 / 1000.0;
    let stated = w.distance.map(|d| d.get());
    stated
        .or_else(|| track.map(end_of))
        .or_else(|| laps.sum::<Option<f64>>())
        .filter(|&metres| metres > 0.0)
        .or_else(|| steps.map(end_of).filter(|&metres| metres >= slow))
}

/// A course within the active time, its leaps cut to what is possible; none where there is no way in
/// it, or much of it is leaps.
fn course(mut line: Line, w: &Workout, fastest: f64) -> Option<Line> {
    let told = end_of(&line);
    let (mut cut, mut before) = (0.0, None::<(Instant, f64)>);
    for (at, metres) in &mut line {
        if let Some((then, raw)) = before {
            cut += (*metres - raw - fastest * seconds(then, *at)).max(0.0);
        }
        before = Some((*at, *metres));
        *metres -= cut;
    }
    let line = without_pauses(line, &w.pauses);
    (end_of(&line) > 0.0 && cut <= LEAPS * told).then_some(line)
}

/// Takes out what a line rises within the pauses, which are in order and apart.
fn without_pauses(line: Line, pauses: &[(Instant, Instant)]) -> Line {
    let ends = line.first().zip(line.last());
    let Some((&(first, _), &(last, _))) = ends.filter(|_| !pauses.is_empty()) else {
        return line;
    };
    let edges = pauses.iter().flat_map(|&(a, b)| [a, b]);
    let inside = edges.filter(|t| (first..=last).contains(t));
    let mut times: Vec<Instant> = line.iter().map(|&(t, _)| t).chain(inside).collect();
    times.sort_unstable();
    times.dedup();
    let metres = |at| between(&line, at).unwrap_or(0.0);
    let (mut gone, mut ahead) = (0.0, pauses.iter().peekable());
    let moved = |t: Instant| {
        while let Some(&(a, b)) = ahead.next_if(|&&(_, b)| b <= t) {
            gone += metres(b) - metres(a);
        }
        let begun = ahead.peek().filter(|&&&(a, _)| a < t);
        let still = begun.map_or(0.0, |&&(a, _)| metres(t) - metres(a));
        (t, metres(t) - gone - still)
    };
    times.into_iter().map(moved).collect()
}

fn stretched(mut line: Line, total: f64) -> Line {
    let factor = total / end_of(&line);
    line.iter_mut().for_each(|(_, metres)| *metres *= factor);
    line
}

/// Tells whether neither a line as a whole nor any ten seconds of it are faster than `fastest`.
fn is_possible(line: &Line, fastest: f64) -> bool {
    let fits =
        |&(a, m): &(Instant, f64), &(b, n): &(Instant, f64)| n - m <= fastest * seconds(a, b);
    let mut end = 0;
    let spans = line.iter().all(|from| {
        while line.get(end).is_some_and(|(t, _)| t.0 - from.0.0 < SPAN) {
            end += 1;
        }
        line.get(end).is_none_or(|to| fits(from, to))
    });
    let whole = line.first().zip(line.last());
    spans && whole.is_none_or(|(first, last)| fits(first, last))
}

/// The same speed over all of the active time.
fn straight(w: &Workout, total: f64) -> Line {
    let line = vec![(w.start, 0.0), (w.end().max(w.start.plus(1)), total)];
    let active = without_pauses(line, &w.pauses);
    if end_of(&active) > 0.0 {
        stretched(active, total)
    } else {
        active
    }
}

/// Metres along the track, as it states them, else from position to position.
fn track(w: &Workout) -> Line {
    // A cumulative distance never falls.
    let mut most = 0.0_f64;
    let stated = w.points.iter().filter_map(|p| {
        most = most.max(p.distance?.get());
        Some((p.at, most))
    });
    let mut line: Line = stated.collect();
    if end_of(&line) <= 0.0 {
        line = along(&w.points);
    }
    if line.first().is_some_and(|&(t, _)| t > w.start) {
        line.insert(0, (w.start, 0.0));
    }
    line
}

/// Metres along the positions of a track.
fn along(points: &[TrackPoint]) -> Line {
    let (mut before, mut sum) = (None, 0.0);
    let positions = points.iter().filter_map(|p| Some((p.at, p.position?)));
    let step = |(at, (lat, long)): (Instant, (Latitude, Longitude))| {
        let here = (lat.get(), long.get());
        sum += before.replace(here).map_or(0.0, |b| apart(b, here));
        (at, sum)
    };
    positions.map(step).collect()
}

/// Metres between two near positions in degrees.
fn apart(a: (f64, f64), b: (f64, f64)) -> f64 {
    let east = east(a.1, b.1) * a.0.to_radians().cos();
    (b.0 - a.0).hypot(east) * METRES_PER_DEGREE
}

/// Degrees from one longitude to another, the shorter way round: a track may cross the date line.
pub(super) fn east(from: f64, to: f64) -> f64 {
    (to - from + 180.0).rem_euclid(360.0) - 180.0
}

/// Metres at the end of each minute of the minute stream, cut to the workout.
fn by_minutes(checked: &Checked, w: &Workout) -> Line {
    let (start, end) = (w.start, w.end());
    let mut line = vec![(start, 0.0)];
    let mut sum = 0.0;
    for (at, millimetres) in utc_minutes_in(&checked.distance, start.plus(-59), end) {
        let (from, to) = (at.max(start), at.plus(60).min(end));
        if line.last().is_some_and(|(t, _)| *t < from) {
            line.push((from, sum));
        }
        sum += f64::from(millimetres) / 1000.0 * seconds(from, to) / 60.0;
        line.push((to, sum));
    }
    line
}

/// The value at an instant on the line through the known ones; the end values beyond them.
fn between(line: &Line, at: Instant) -> Option<f64> {
    let after = line.partition_point(|(t, _)| *t <= at);
    let Some(&(t0, m0)) = after.checked_sub(1).and_then(|i| line.get(i)) else {
        return line.first().map(|_| 0.0);
    };
    let Some(&(t1, m1)) = line.get(after) else {
        return Some(m0);
    };
    Some(m0 + (m1 - m0) * seconds(t0, at) / seconds(t0, t1).max(1.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MinuteDays;
    use crate::model::checked::Parts;
    use crate::model::units::Metres;

    const START: Instant = Instant(1_709_278_200); // a whole minute
    const FOOT: f64 = 12.0;
    const RUN: Sport = Sport {
        sport: 1,
        sub_sport: 0,
    };
    const RIDE: Sport = Sport {
        sport: 2,
        sub_sport: 0,
    };

    fn line(points: &[(i64, f64)]) -> Line {
        points.iter().map(|&(s, m)| (START.plus(s), m)).collect()
    }

    /// A workout of twenty minutes; `minutes` are metres of the minute stream.
    fn curve(stated: Option<f64>, minutes: &[u32], kind: Sport) -> Curve {
        let mut distance = MinuteDays::new();
        let first = usize::try_from(START.second_of_day() / 60).unwrap_or(0);
        let day = distance.entry(START.utc_day()).or_default();
        for (i, metres) in minutes.iter().enumerate() {
            day.insert(first + i, metres * 1000);
        }
        let checked = Checked::new(Parts {
            distance,
            ..Parts::default()
        });
        let w = Workout {
            start: START,
            duration_ms: 1_200_000,
            active_ms: 900_000,
            distance: stated.and_then(|m| Metres::new(m).ok()),
            pauses: vec![(START.plus(600), START.plus(900))],
            ..Workout::default()
        };
        Curve::of(&checked, &w, kind)
    }

    #[test]
    fn a_total_that_the_steps_carry_goes_their_course_and_another_goes_straight() {
        let mut steps = [160; 20];
        steps[0] = 0;
        let at = |c: &Curve, s| c.metres_at(START.plus(s)).unwrap_or(-1.0).round();
        let run = curve(Some(2600.0), &steps, RUN);
        assert_eq!((at(&run, 60), run.total()), (0.0, Some(2600.0)));
        for straight in [
            curve(Some(2600.0), &steps, RIDE),
            curve(Some(2600.0), &[20; 20], RUN),
            curve(Some(2600.0), &[], RUN),
        ] {
            let told = [60, 600, 750, 900, 1200].map(|s| at(&straight, s));
            assert_eq!(told, [173.0, 1733.0, 1733.0, 1733.0, 2600.0]);
        }
    }

    #[test]
    fn steps_are_a_way_on_foot_alone_and_only_when_somebody_moves() {
        let walked = curve(None, &[80; 20], RUN).total().unwrap_or(0.0);
        assert!(
            (walked - 15.0 * 80.0).abs() < 1e-6,
            "without the pause: {walked}"
        );
        assert_eq!(curve(None, &[20; 20], RUN).total(), None);
        assert_eq!(curve(None, &[80; 20], RIDE).total(), None);
        assert_eq!(curve(Some(900_000.0), &[80; 20], RUN).total(), None);
    }

    #[test]
    fn leaps_are_cut_and_a_line_of_leaps_is_no_way() {
        let w = Workout::default();
        let glitch = line(&[(0, 0.0), (100, 300.0), (101, 340.0), (200, 640.0)]);
        let cut = course(glitch, &w, FOOT).map(|l| end_of(&l));
        assert_eq!(cut, Some(612.0));
        let leaps: Line = (0..60).map(|s| (START.plus(s), s as f64 * 900.0)).collect();
        assert_eq!(course(leaps, &w, FOOT), None);
    }

    #[test]
    fn ten_seconds_are_judged_and_a_short_line_as_a_whole() {
        assert!(is_possible(&line(&[(0, 0.0), (1, 20.0), (11, 40.0)]), FOOT));
        assert!(!is_possible(
            &line(&[(0, 0.0), (60, 0.0), (70, 121.0), (90, 130.0)]),
            FOOT
        ));
        assert!(!is_possible(&line(&[(0, 0.0), (5, 61.0)]), FOOT));
    }

    #[test]
    fn what_a_line_rises_in_its_pauses_is_taken_out() {
        let pauses = [(10, 20), (35, 40)].map(|(a, b)| (START.plus(a), START.plus(b)));
        let active = without_pauses(line(&[(0, 0.0), (30, 30.0), (50, 50.0)]), &pauses);
        let want = [
            (0, 0.0),
            (10, 10.0),
            (20, 10.0),
            (30, 20.0),
            (35, 25.0),
            (40, 25.0),
            (50, 35.0),
        ];
        assert_eq!(active, line(&want));
    }
}
