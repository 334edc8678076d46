//! Which rows of pool lengths are a swim's, and when each of its lengths began and ended.
//!
//! Trackers write lengths all day long, so only rows within a swim count, and only where they are
//! all that were swum: as many as Fitbit states, and as far as it states. A few lengths of many
//! would contradict the distance in every reader. Knows no file and no FIT.

use super::devices::Rows;
use crate::model::checked::Workout;
use crate::model::records::{Pool, SwimLength};
use crate::model::units::Metres;
use crate::model::{Instant, Skip};
use crate::validate::tallies::Tallies;

/// Seconds before a swim from which its first lengths may begin.
pub(super) const EARLY: i64 = 100;
/// Seconds by which lengths may reach out of the swim or into each other, whole seconds being what
/// their stamps have.
const SLACK: f64 = 5.0;

/// Gives a swim its lengths, or sets them all aside. The rows before its start are the first
/// lengths or, where there are too many with them, noise.
pub(super) fn give(w: &mut Workout, rows: &Rows<'_, SwimLength>, tallies: &mut Tallies) {
    let mut lengths: Vec<SwimLength> = rows.iter().flat_map(|(_, part)| *part).cloned().collect();
    lengths.sort_by_key(|l| l.start);
    lengths.dedup_by_key(|l| l.start);
    let within = lengths.partition_point(|l| l.start < w.start);
    let inside = lengths.split_off(within);
    let all = [lengths, inside.clone()].concat();
    let from = |lengths: Vec<SwimLength>| of_swim(lengths, w);
    let (lengths, since) = match from(all) {
        Some(lengths) => (lengths, Instant(i64::MIN)),
        None => from(inside).map_or((Vec::new(), Instant(i64::MAX)), |l| (l, w.start)),
    };
    w.lengths = lengths;
    for (entry, part) in rows {
        let aside = part.partition_point(|l| l.start < since);
        tallies.skip(*entry, Skip::NoOutput, aside as u64);
    }
}

/// The rows as lengths of the swim, if they are all that were swum as far as Fitbit states anything.
fn of_swim(lengths: Vec<SwimLength>, w: &Workout) -> Option<Vec<SwimLength>> {
    let count = u32::try_from(lengths.len()).ok()?;
    let stated = w.swim_lengths.is_none_or(|stated| stated == count);
    let covers = w.distance.is_none_or(|d| covers(w.pool, count, d));
    // Where they do not fit as starting at their stamps, but do as ending there, stamps are ends.
    let mut ended = lengths.clone();
    ended.iter_mut().for_each(begin_at_end);
    let (begun, late) = (misfit(&lengths, w), misfit(&ended, w));
    let is_misfit = begun > SLACK && 2.0 * late < begun;
    let fitted = fitted(if is_misfit { ended } else { lengths }, w);
    fitted.filter(|lengths| stated && covers && !lengths.is_empty())
}

/// The distance of a swim that states its lengths and no distance.
pub(super) fn distance(w: &Workout) -> Option<Metres> {
    Metres::new(f64::from(w.swim_lengths?) * w.pool?.length.get()).ok()
}

/// Takes the stamp of a length as its end.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a length lasts an hour at most"
)]
fn begin_at_end(l: &mut SwimLength) {
    l.start = l.start.plus(-(l.seconds.round() as i64));
}

#[expect(clippy::cast_precision_loss, reason = "seconds of at most a week")]
fn span(from: Instant, to: Instant) -> f64 {
    (to.0 - from.0) as f64
}

/// Seconds in which the lengths lie outside the swim, or in each other beyond what whole seconds do.
fn misfit(lengths: &[SwimLength], w: &Workout) -> f64 {
    let outside = lengths.iter().map(|l| {
        let late = l.seconds - span(l.start, w.end());
        span(l.start, w.start).max(0.0) + late.max(0.0)
    });
    let pairs = lengths.iter().zip(lengths.iter().skip(1));
    let shared = pairs.map(|(a, b)| (a.seconds - span(a.start, b.start) - 1.0).max(0.0));
    outside.chain(shared).sum()
}

/// Tells whether so many lengths of the pool are the distance, up to half a length.
fn covers(pool: Option<Pool>, count: u32, distance: Metres) -> bool {
    let (length, distance) = (pool.map_or(0.0, |p| p.length.get()), distance.get());
    (f64::from(count) * length - distance).abs() <= length / 2.0 + distance / 100.0
}

/// The lengths one after the other within the swim: each ends before the next begins. `None` where
/// one of them has no time left.
fn fitted(mut lengths: Vec<SwimLength>, w: &Workout) -> Option<Vec<SwimLength>> {
    let mut limit = w.end();
    for l in lengths.iter_mut().rev() {
        l.seconds -= span(l.start, w.start).max(0.0);
        l.start = l.start.max(w.start);
        let room = span(l.start, limit);
        // Stamps have whole seconds: a length that seems to last up to one more keeps its time.
        if l.seconds - room > 1.0 {
            l.seconds = room;
        }
        if l.seconds < 1.0 || room < 1.0 {
            return None;
        }
        limit = l.start;
    }
    Some(lengths)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::EntryId;

    const START: Instant = Instant(1_739_962_800);

    /// A swim of 420 s in a pool of 25 m; lengths are (second of the stamp, seconds).
    fn swum(
        stated: Option<u32>,
        metres: impl Into<Option<f64>>,
        rows: &[(i64, f64)],
    ) -> (Vec<(i64, f64)>, u64) {
        let mut w = Workout {
            start: START,
            duration_ms: 420_000,
            active_ms: 420_000,
            distance: metres.into().map(|m| Metres::new(m).unwrap()),
            swim_lengths: stated,
            pool: Some(Pool {
                length: Metres::new(25.0).unwrap(),
                in_yards: false,
            }),
            ..Workout::default()
        };
        let rows: Vec<SwimLength> = rows
            .iter()
            .map(|&(second, seconds)| SwimLength {
                start: START.plus(second),
                seconds,
                strokes: Some(14),
                stroke: None,
            })
            .collect();
        let mut tallies = Tallies::new(1);
        give(&mut w, &vec![(EntryId(0), rows.as_slice())], &mut tallies);
        let lengths = w.lengths.iter();
        let lengths = lengths.map(|l| (l.start.0 - START.0, l.seconds)).collect();
        let aside = tallies.entries.first().map_or(0, |t| t.skipped_total());
        (lengths, aside)
    }

    #[test]
    fn the_stamps_are_starts() {
        let rows = [(20, 42.0), (64, 42.0), (107, 42.0)];
        assert_eq!(swum(Some(3), 75.0, &rows), (rows.to_vec(), 0));
    }

    #[test]
    fn stamps_that_would_reach_beyond_the_swim_are_ends() {
        let rows = [(100, 100.0), (200, 100.0), (300, 100.0), (400, 100.0)];
        let begun = vec![(0, 100.0), (100, 100.0), (200, 100.0), (300, 100.0)];
        assert_eq!(swum(Some(4), 100.0, &rows).0, begun);
    }

    #[test]
    fn some_lengths_of_many_are_none() {
        let rows = [(20, 42.0), (64, 42.0), (107, 42.0)];
        assert_eq!(swum(Some(4), 100.0, &rows), (vec![], 3));
        assert_eq!(swum(None, 100.0, &rows), (vec![], 3));
        assert_eq!(swum(Some(3), 100.0, &rows), (vec![], 3));
        assert_eq!(swum(None, 80.0, &rows).0.len(), 3);
        assert_eq!(swum(Some(4), None, &rows), (vec![], 3));
        assert_eq!(swum(Some(3), None, &rows).0.len(), 3);
    }

    #[test]
    fn a_length_ends_before_the_next_and_begins_in_the_swim() {
        let rows = [(-10, 40.0), (30, 50.0), (70, 40.6), (110, 40.0)];
        let told = vec![(0, 30.0), (30, 40.0), (70, 40.6), (110, 40.0)];
        assert_eq!(swum(Some(4), 100.0, &rows).0, told);
        let noise = [(-90, 40.0), (30, 40.0)];
        assert_eq!(swum(Some(2), 50.0, &noise), (vec![], 2));
        assert_eq!(swum(Some(1), 25.0, &noise), (vec![(30, 40.0)], 1));
    }

    #[test]
    fn rows_before_the_swim_are_noise_where_those_from_its_start_on_are_all() {
        let rows = [(-90, 40.0), (0, 40.0)];
        assert_eq!(swum(Some(1), 25.0, &rows), (vec![(0, 40.0)], 1));
    }

    #[test]
    fn stamps_are_ends_only_where_they_fit_twice_as_well() {
        // Five seconds are within what stamps have.
        assert_eq!(swum(None, None, &[(325, 100.0)]).0, [(325, 95.0)]);
        assert_eq!(swum(None, None, &[(326, 100.0)]).0, [(226, 100.0)]);
        let half = [(97, 100.0), (326, 100.0)];
        assert_eq!(swum(None, None, &half).0, [(97, 100.0), (326, 94.0)]);
        // Lengths in each other count from the second second on.
        let ends = [(100, 50.0), (140, 30.0)];
        assert_eq!(swum(None, None, &ends).0, [(50, 50.0), (110, 30.0)]);
        let begun = [(100, 46.0), (140, 30.0)];
        assert_eq!(swum(None, None, &begun).0, [(100, 40.0), (140, 30.0)]);
    }

    #[test]
    fn lengths_cover_the_distance_up_to_half_a_length_and_a_hundredth() {
        let rows = [(20, 42.0), (64, 42.0), (107, 42.0)];
        let covers = |metres: f64| !swum(None, metres, &rows).0.is_empty();
        assert!(covers(88.0) && covers(64.0));
        assert!(!covers(89.0) && !covers(61.0) && !covers(95.0));
    }

    #[test]
    fn a_length_keeps_a_second_and_one_without_time_drops_them_all() {
        let kept = [(30, 41.0), (70, 1.0), (71, 40.0)];
        assert_eq!(swum(None, None, &kept).0, kept);
        assert_eq!(swum(None, None, &[(30, 0.9), (70, 40.0)]), (vec![], 2));
        assert_eq!(swum(None, None, &[(420, 5.0)]), (vec![], 1));
    }

    #[test]
    fn a_swim_is_as_long_as_its_lengths() {
        let mut w = Workout {
            swim_lengths: Some(40),
            ..Workout::default()
        };
        assert_eq!(distance(&w), None);
        w.pool = Some(Pool {
            length: Metres::new(25.0).unwrap(),
            in_yards: false,
        });
        assert_eq!(distance(&w).map(Metres::get), Some(1000.0));
    }
}
