//! Which records tell the same workout.
//!
//! JSON records lead; rows of `UserExercises` of the same workout only fill in what the JSON leaves
//! open. A workout that a service such as Strava brought in over the tracker's own log is dropped
//! in favour of the log. Knows neither tracks nor streams.

use std::collections::BTreeMap;

use crate::model::checked::Workout;
use crate::model::records::{Exercise, LogType, Rank};
use crate::model::{Instant, Skip};
use crate::validate::daily_cap::DailyCap;
use crate::validate::tallies::{Tallies, again};

/// A `UserExercises` row starts and ends within this many seconds of its JSON record; the nearest
/// is taken.
const SAME_EDGE: i64 = 120;
/// Share of the longer of the two that both cover when they are one: workouts that begin together
/// may end an hour apart.
const SAME_SPAN: f64 = 0.8;
/// Share from which on the one's values are the other's.
const SAME_VALUES: f64 = 0.95;
/// Share of the shorter of two workouts that both cover when one is a copy of the other.
const COPY_SHARE: f64 = 0.8;

/// Drops records that stand twice and rows of `UserExercises` whose exercise the JSON holds.
pub(super) fn drop_repeats(
    mut exercises: Vec<Exercise>,
    cap: &mut DailyCap,
    tallies: &mut Tallies,
) -> Vec<Exercise> {
    // JSON first.
    exercises.sort_by_key(|e| (e.provider.rank, e.workout.start, e.workout.log_id, e.origin));
    let mut kept: Vec<Exercise> = Vec::with_capacity(exercises.len());
    let mut by_start: BTreeMap<Instant, Vec<usize>> = BTreeMap::new();
    for e in exercises {
        let (start, entry) = (e.workout.start, e.origin.entry);
        let near = by_start.range(start.plus(-SAME_EDGE)..=start.plus(SAME_EDGE));
        let near = near.flat_map(|(at, all)| all.iter().map(|i| ((at.0 - start.0).abs(), *i)));
        let same = near.filter(|&(_, i)| kept.get(i).is_some_and(|k| is_same(k, &e)));
        match same.min().and_then(|(_, i)| kept.get_mut(i)) {
            Some(first) => {
                tallies.skip(entry, again(&first.provider, &e.provider), 1);
                let is_alike = of_longer(&first.workout, &e.workout) >= SAME_VALUES;
                if e.provider.rank != Rank::Json && is_alike {
                    fill(&mut first.workout, e.workout);
                }
            }
            None if cap.admits((start, e.workout.end()), e.origin, tallies) => {
                by_start.entry(start).or_default().push(kept.len());
                kept.push(e);
            }
            None => {}
        }
    }
    kept
}

fn is_same(kept: &Exercise, other: &Exercise) -> bool {
    let (a, b) = (&kept.workout, &other.workout);
    if kept.provider.rank == other.provider.rank {
        return a.start == b.start && a.log_id == b.log_id;
    }
    (a.end().0 - b.end().0).abs() <= SAME_EDGE && of_longer(a, b) >= SAME_SPAN
}

/// Takes over what only the second record of a workout knows.
fn fill(first: &mut Workout, other: Workout) {
    first.distance = first.distance.or(other.distance);
    first.calories = first.calories.or(other.calories);
    first.steps = first.steps.or(other.steps);
    first.elevation_gain = first.elevation_gain.or(other.elevation_gain);
    first.average_heart_rate = first.average_heart_rate.or(other.average_heart_rate);
    first.pool = first.pool.or(other.pool);
    first.swim_lengths = first.swim_lengths.or(other.swim_lengths);
    if first.pauses.is_empty() {
        first.pauses = other.pauses;
        if first.active_ms == first.duration_ms {
            let paused = other.duration_ms.saturating_sub(other.active_ms);
            first.active_ms = first.duration_ms.saturating_sub(paused).max(1);
        }
    }
}

/// Drops workouts that were brought in over a log of the tracker, and sorts the others by start.
pub(super) fn drop_copies(mut all: Vec<Exercise>, tallies: &mut Tallies) -> Vec<Workout> {
    all.sort_by_key(|e| (e.workout.start, e.workout.log_id));
    let originals: Vec<Option<u64>> = (0..all.len()).map(|i| original_of(i, &all)).collect();
    let mut kept = Vec::with_capacity(all.len());
    for (
        Exercise {
            origin, workout, ..
        },
        original,
    ) in all.into_iter().zip(originals)
    {
        let Some(original) = original else {
            kept.push(workout);
            continue;
        };
        tallies.skip(origin.entry, Skip::OverlappingExercise, 1);
        tallies.remark(format!(
            "exercise {original} was kept and {} left out: the same workout, logged twice",
            workout.log_id
        ));
    }
    kept
}

/// The log id of the tracker's own log of the same workout, if this one is a copy of one.
fn original_of(i: usize, all: &[Exercise]) -> Option<u64> {
    let copy = all.get(i).map(|e| &e.workout)?;
    if copy.log_type != LogType::Manual {
        return None;
    }
    let (before, after) = all.split_at_checked(i)?;
    let before = before.iter().rev().map(|e| &e.workout);
    let before = before.take_while(|w| w.start > copy.start.plus(-86_400));
    let after = after.iter().skip(1).map(|e| &e.workout);
    let after = after.take_while(|w| w.start < copy.end());
    let is_original = |w: &&Workout| {
        w.log_type != LogType::Manual && of_shorter(w, copy) >= COPY_SHARE && same_kind(w, copy)
    };
    before.chain(after).find(is_original).map(|w| w.log_id)
}

fn same_kind(a: &Workout, b: &Workout) -> bool {
    let same_id = a.type_id.is_some() && a.type_id == b.type_id;
    same_id || a.name.to_lowercase() == b.name.to_lowercase() || b.device.is_some()
}

fn of_longer(a: &Workout, b: &Workout) -> f64 {
    share(a, b, i64::max)
}

fn of_shorter(a: &Workout, b: &Workout) -> f64 {
    share(a, b, i64::min)
}

#[expect(clippy::cast_precision_loss, reason = "seconds of at most a week")]
fn share(a: &Workout, b: &Workout, of: fn(i64, i64) -> i64) -> f64 {
    let ((a, b), (from, to)) = ((a.start, b.start), (a.end(), b.end()));
    let both = from.min(to).0 - a.max(b).0;
    let whole = of(from.0 - a.0, to.0 - b.0).max(1);
    both as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::EntryId;
    use crate::model::records::{Origin, Provider, Stamp};
    use crate::model::units::Metres;

    fn placed(entry: u32, log_id: u64, from: i64, seconds: u64, metres: Option<f64>) -> Exercise {
        let mut provider = Provider::json();
        if entry > 0 {
            provider.rank = Rank::Device;
        }
        let start = Instant(1_739_775_600).plus(from);
        Exercise {
            origin: Origin {
                entry: EntryId(entry),
                position: 1,
            },
            start: Stamp::Utc(start),
            workout: Workout {
                start,
                log_id,
                name: "Run".into(),
                duration_ms: 1000 * seconds,
                active_ms: 1000 * seconds,
                distance: metres.map(|m| Metres::new(m).unwrap()),
                log_type: LogType::AutoDetected,
                pauses: vec![(start.plus(60), start.plus(120))],
                ..Workout::default()
            },
            provider,
        }
    }

    /// What stays of a JSON run of 3000 s and a row.
    fn kept(from: i64, seconds: u64) -> Vec<(u64, Option<f64>)> {
        let mut run = placed(0, 1, 0, 3000, None);
        run.workout.pauses.clear();
        let row = placed(1, 2, from, seconds, Some(9000.0));
        let mut tallies = Tallies::new(2);
        let kept = drop_repeats(vec![run, row], &mut DailyCap::of("exercises"), &mut tallies);
        kept.iter()
            .map(|p| (p.workout.log_id, p.workout.distance.map(Metres::get)))
            .collect()
    }

    #[test]
    fn a_row_is_the_same_workout_where_it_ends_with_it_too() {
        assert_eq!(kept(0, 3000), [(1, Some(9000.0))]);
        assert_eq!(kept(4, 2998), [(1, Some(9000.0))]);
        // The same workout, but not so nearly that its distance would be the same.
        assert_eq!(kept(-100, 3200), [(1, None)]);
        assert_eq!(kept(40, 6600), [(1, None), (2, Some(9000.0))]);
        assert_eq!(kept(0, 3300), [(1, None), (2, Some(9000.0))]);
        assert_eq!(kept(40, 3900), [(1, None), (2, Some(9000.0))]);
        assert_eq!(kept(-340, 3340), [(1, None), (2, Some(9000.0))]);
    }

    #[test]
    fn short_workouts_with_near_edges_are_one_only_where_both_cover_most() {
        let run = placed(0, 1, 0, 300, None);
        let same = |from| is_same(&run, &placed(1, 2, from, 300, None));
        assert!(same(60) && same(-60));
        assert!(!same(61) && !same(-61) && !same(119));
    }

    #[test]
    fn the_pauses_of_a_row_are_those_of_its_record() {
        let mut first = placed(0, 1, 0, 3000, None).workout;
        first.pauses.clear();
        let mut second = placed(1, 2, 0, 3000, None).workout;
        second.active_ms = 2_940_000;
        fill(&mut first, second);
        assert_eq!((first.active_ms, first.pauses.len()), (2_940_000, 1));
    }

    #[test]
    fn a_row_is_the_record_whose_start_is_nearest_within_two_minutes() {
        assert_eq!(kept(-120, 3240), [(1, None)]);
        assert_eq!(kept(120, 3000), [(1, Some(9000.0))]);
        assert_eq!(kept(-121, 3121).len(), 2);
        assert_eq!(kept(121, 2879).len(), 2);
        let filled = |from| {
            let records = [(1, 0), (2, 100)].map(|(id, from)| placed(0, id, from, 3000, None));
            let row = placed(1, 3, from, 3000, Some(9000.0));
            let placed = records.into_iter().chain([row]).collect();
            let mut tallies = Tallies::new(2);
            let kept = drop_repeats(placed, &mut DailyCap::of("exercises"), &mut tallies);
            let filled = kept.iter().filter(|p| p.workout.distance.is_some());
            let ids: Vec<_> = filled.map(|p| p.workout.log_id).collect();
            (kept.len(), ids)
        };
        assert_eq!(filled(40), (2, vec![1]));
        assert_eq!(filled(60), (2, vec![2]));
    }

    #[test]
    fn a_record_stands_twice_where_its_id_and_start_do() {
        let again = |id, from| {
            let placed = vec![
                placed(0, 1, 0, 3000, None),
                placed(0, id, from, 3000, Some(9.0)),
            ];
            let mut tallies = Tallies::new(1);
            let kept = drop_repeats(placed, &mut DailyCap::of("exercises"), &mut tallies);
            let skipped = &tallies.entries.first().unwrap().skipped;
            let is_untouched = kept.first().unwrap().workout.distance.is_none();
            assert!(is_untouched, "a repeat fills in nothing");
            (kept.len(), skipped.get(&Skip::Duplicate).copied())
        };
        assert_eq!(again(1, 0), (1, Some(1)));
        assert_eq!(again(2, 0), (2, None));
        assert_eq!(again(1, 1), (2, None));
    }

    #[test]
    fn a_day_that_is_full_admits_no_other_workout() {
        let many = (0..200).map(|id| placed(0, id, 0, 60, None)).collect();
        let (mut cap, mut tallies) = (DailyCap::of("exercises"), Tallies::new(1));
        assert_eq!(drop_repeats(many, &mut cap, &mut tallies).len(), 100);
    }

    /// The ids that stay of the tracker's run of `seconds` and another log.
    fn beside(seconds: u64, other: Exercise) -> Vec<u64> {
        let mut tallies = Tallies::new(2);
        let kept = drop_copies(vec![other, placed(0, 1, 0, seconds, None)], &mut tallies);
        let skipped = &tallies.entries.get(1).unwrap().skipped;
        let remarks: Vec<_> = tallies.remarks.iter().map(|r| r.what.as_str()).collect();
        if kept.len() == 1 {
            assert_eq!(skipped.get(&Skip::OverlappingExercise), Some(&1));
            let told = "exercise 1 was kept and 2 left out: the same workout, logged twice";
            assert_eq!(remarks, [told]);
        } else {
            assert!(skipped.is_empty() && remarks.is_empty());
        }
        kept.iter().map(|w| w.log_id).collect()
    }

    fn typed(from: i64, seconds: u64) -> Exercise {
        let mut typed = placed(1, 2, from, seconds, None);
        typed.workout.log_type = LogType::Manual;
        typed
    }

    #[test]
    fn a_log_that_was_brought_in_is_a_copy_where_both_cover_most_of_the_shorter() {
        for (from, seconds) in [(0, 3000), (600, 3000), (-600, 3000), (-50, 9000), (900, 60)] {
            assert_eq!(beside(3000, typed(from, seconds)), [1], "{from}, {seconds}");
        }
        assert_eq!(beside(3000, typed(601, 3000)), [1, 2]);
        assert_eq!(beside(3000, typed(-601, 3000)), [2, 1]);
        assert_eq!(beside(3000, typed(2990, 60)), [1, 2]);
        assert_eq!(beside(3000, typed(-3000, 3000)), [2, 1]);
        // The tracker's own log started less than a day before.
        assert_eq!(beside(90_000, typed(86_399, 60)), [1]);
        assert_eq!(beside(90_000, typed(86_400, 60)), [1, 2]);
        let mut own = typed(0, 3000);
        own.workout.log_type = LogType::Tracker;
        assert_eq!(
            beside(3000, own),
            [1, 2],
            "the tracker's logs are no copies"
        );
        let both = vec![typed(0, 3000), typed(0, 3000)];
        assert_eq!(drop_copies(both, &mut Tallies::new(2)).len(), 2);
    }

    #[test]
    fn a_copy_is_of_the_same_kind_or_of_a_service() {
        let is_kind = |ids: (Option<i64>, Option<i64>), name: &str, source: Option<&str>| {
            let (mut own, mut other) = (placed(0, 1, 0, 3000, None), typed(0, 3000));
            own.workout.type_id = ids.0;
            other.workout.type_id = ids.1;
            other.workout.name = name.to_owned();
            other.workout.device = source.map(str::to_owned);
            drop_copies(vec![own, other], &mut Tallies::new(2)).len() == 1
        };
        assert!(is_kind((None, None), "rUN", None));
        assert!(is_kind((Some(7), Some(8)), "Run", None));
        assert!(is_kind((Some(7), Some(7)), "Jog", None));
        assert!(is_kind((None, None), "Jog", Some("Strava")));
        assert!(!is_kind((None, None), "Jog", None));
        assert!(!is_kind((Some(7), Some(8)), "Jog", None));
    }
}
