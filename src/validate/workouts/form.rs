//! The running form of workouts: the moments that devices tell, and the means that a coached
//! workout states.
//!
//! Knows no sport: whether a workout is one on foot is for who writes it.

use std::collections::BTreeMap;
use std::mem::take;

use super::devices::{self, Rows, Terms};
use crate::model::checked::{Form, Workout};
use crate::model::records::{DeviceBlock, FormBlock, FormMeans, FormMeasure};
use crate::model::{Instant, Offsets, Records, Skip};
use crate::validate::tallies::Tallies;

/// A stretch with means begins and ends within this many seconds of its workout.
const SAME_EDGE: i64 = 180;
/// Longest step in millimetres that is one step; longer ones are two.
const LONGEST_STEP: f64 = 2000.0;

/// Gives the workouts, which are in order of their starts, their running form.
pub(super) fn join(
    workouts: &mut [Workout],
    records: &mut Records,
    offsets: &Offsets,
    tallies: &mut Tallies,
) {
    let mut by_measure: BTreeMap<FormMeasure, Vec<DeviceBlock<(Instant, f64)>>> = BTreeMap::new();
    for FormBlock { measure, block } in take(&mut records.form) {
        by_measure.entry(measure).or_default().push(block);
    }
    let terms = Terms {
        at: |(at, _): &(Instant, f64)| *at,
        early: 0,
        least: 1,
        shared: true,
    };
    for (measure, blocks) in by_measure {
        let give = |w: &mut Workout, rows: Rows<'_, (Instant, f64)>, _: &mut Tallies| {
            let rows = rows.into_iter().flat_map(|(_, part)| part).copied();
            let mut all: Vec<_> = rows.collect();
            all.sort_by_key(|(at, _)| *at);
            all.dedup_by_key(|(at, _)| *at);
            w.form.series.insert(measure, all);
            true
        };
        devices::join(workouts.iter_mut(), blocks, terms, give, tallies);
    }
    for stretch in take(&mut records.form_means) {
        give_means(workouts, stretch, offsets, tallies);
    }
    workouts.iter_mut().for_each(complete);
}

/// Gives the means of a stretch to the workout that it is.
fn give_means(workouts: &mut [Workout], told: FormMeans, offsets: &Offsets, tallies: &mut Tallies) {
    let (from, to) = told.span;
    let (from, to) = (from.instant(offsets), to.instant(offsets));
    let apart = |w: &Workout| (w.start.0 - from.0).abs().max((w.end().0 - to.0).abs());
    let first = workouts.partition_point(|w| w.start < from.plus(-SAME_EDGE));
    let near = workouts.iter_mut().skip(first);
    let near = near.take_while(|w| w.start <= from.plus(SAME_EDGE));
    let near = near.filter(|w| apart(w) <= SAME_EDGE);
    let same = near.min_by_key(|w| apart(w));
    let entry = told.origin.entry;
    match same.map(|w| &mut w.form) {
        None => tallies.skip(entry, Skip::NoOutput, 1),
        Some(form) if !form.means.is_empty() || form.effort.is_some() => {
            tallies.skip(entry, Skip::Duplicate, 1);
        }
        Some(form) => {
            form.means.extend(told.means);
            form.effort = told.effort;
        }
    }
}

/// Makes strides steps, and adds the means that nobody states.
fn complete(w: &mut Workout) {
    if let Some(factor) = steps_in_a_stride(w) {
        let strides = w.form.series.get_mut(&FormMeasure::StepLength);
        let strides = strides.into_iter().flatten();
        strides.for_each(|(_, mm)| *mm *= factor);
    }
    let Form { series, means, .. } = &mut w.form;
    for (measure, values) in series {
        if let Some(mean) = mean(values) {
            means.entry(*measure).or_insert(mean);
        }
    }
}

/// One half where the lengths told are of two steps: by the speed and the cadence of the workout,
/// else by their size.
fn steps_in_a_stride(w: &Workout) -> Option<f64> {
    let told = mean(w.form.series.get(&FormMeasure::StepLength)?)?;
    let cadence = w.form.series.get(&FormMeasure::Cadence);
    #[expect(clippy::cast_precision_loss, reason = "at most a week of milliseconds")]
    let minutes = w.active_ms as f64 / 60_000.0;
    let steps = cadence.and_then(|c| mean(c)).map(|spm| spm * minutes);
    let steps = steps.or(w.steps.map(f64::from)).filter(|n| *n > 0.0);
    let step = w.distance.zip(steps).map(|(d, n)| 1000.0 * d.get() / n);
    let is_two = step.map_or(told > LONGEST_STEP, |step| told > 1.5 * step);
    is_two.then_some(0.5)
}

#[expect(clippy::cast_precision_loss, reason = "rows of one workout")]
fn mean(values: &[(Instant, f64)]) -> Option<f64> {
    let sum: f64 = values.iter().map(|(_, value)| value).sum();
    (!values.is_empty()).then(|| sum / values.len() as f64)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::model::records::Stamp;
    use crate::model::records::{Origin, Provider};
    use crate::model::units::Metres;
    use crate::model::{EntryId, Evidence, Offset};

    const START: Instant = Instant(1_788_328_800);

    fn block(measure: FormMeasure, values: &[(i64, f64)]) -> FormBlock {
        let rows = values.iter().map(|&(s, value)| (START.plus(s), value));
        FormBlock {
            measure,
            block: DeviceBlock {
                entry: EntryId(0),
                provider: Provider::json(),
                rows: rows.collect(),
            },
        }
    }

    /// A run of 30 minutes and 6 km.
    fn joined(form: Vec<FormBlock>, form_means: Vec<FormMeans>) -> (Form, u64) {
        let mut workouts = [Workout {
            start: START,
            duration_ms: 1_800_000,
            active_ms: 1_800_000,
            distance: Some(Metres::new(6000.0).unwrap()),
            ..Workout::default()
        }];
        let offsets = Offsets::constant(Offset(0), Evidence::Option);
        let mut tallies = Tallies::new(1);
        let mut records = Records {
            form,
            form_means,
            ..Records::default()
        };
        join(&mut workouts, &mut records, &offsets, &mut tallies);
        let [w] = workouts;
        (w.form, tallies.entries.first().unwrap().skipped_total())
    }

    #[test]
    fn values_within_the_run_are_its_form_and_have_a_mean() {
        let (form, aside) = joined(
            vec![block(
                FormMeasure::Cadence,
                &[(-5, 90.0), (0, 168.0), (5, 172.0), (1900, 90.0)],
            )],
            vec![],
        );
        assert_eq!(form.series.get(&FormMeasure::Cadence).unwrap().len(), 2);
        assert_eq!(form.means.get(&FormMeasure::Cadence), Some(&170.0));
        assert_eq!(aside, 2);
    }

    #[test]
    fn a_stride_of_two_steps_is_halved_by_the_speed() {
        // 6 km in 30 minutes at 160 steps a minute are steps of 1.25 m.
        let mean = |told: f64| {
            let cadence = block(FormMeasure::Cadence, &[(0, 160.0)]);
            let stride = block(FormMeasure::StepLength, &[(0, told)]);
            let (form, _) = joined(vec![cadence, stride], vec![]);
            form.means.get(&FormMeasure::StepLength).copied()
        };
        assert_eq!(mean(1240.0), Some(1240.0));
        assert_eq!(mean(2480.0), Some(1240.0));
    }

    #[test]
    fn stated_means_belong_to_the_run_that_begins_and_ends_with_them() {
        let told = |from: i64, to: i64, contact: f64| FormMeans {
            origin: Origin {
                entry: EntryId(0),
                position: 1,
            },
            span: (Stamp::Utc(START.plus(from)), Stamp::Utc(START.plus(to))),
            means: vec![(FormMeasure::GroundContact, contact)],
            effort: Some(6.0),
        };
        let means = vec![
            told(0, 900, 1.0),
            told(-60, 1900, 241.0),
            told(0, 1800, 2.0),
        ];
        let (form, aside) = joined(vec![], means);
        assert_eq!(form.means.get(&FormMeasure::GroundContact), Some(&241.0));
        assert_eq!((form.effort, aside), (Some(6.0), 2));
    }

    #[test]
    fn a_step_is_two_from_one_and_a_half_of_the_speed_on_else_from_two_metres_on() {
        let mean = |cadence: Option<f64>, told: f64| {
            let cadence = cadence.map(|spm| block(FormMeasure::Cadence, &[(0, spm)]));
            let stride = block(FormMeasure::StepLength, &[(0, told)]);
            let (form, _) = joined(cadence.into_iter().chain([stride]).collect(), vec![]);
            form.means.get(&FormMeasure::StepLength).copied()
        };
        assert_eq!(mean(Some(160.0), 1875.0), Some(1875.0));
        assert_eq!(mean(Some(160.0), 1876.0), Some(938.0));
        for unknown in [None, Some(0.0)] {
            assert_eq!(mean(unknown, 2000.0), Some(2000.0));
            assert_eq!(mean(unknown, 2002.0), Some(1001.0));
        }
    }

    #[test]
    fn means_go_to_the_nearest_workout_that_has_none() {
        let workout = |from: i64| Workout {
            start: START.plus(from),
            duration_ms: u64::try_from(1000 * (1800 - from)).unwrap(),
            ..Workout::default()
        };
        let told = |from: i64, to: i64, effort: f64| FormMeans {
            origin: Origin {
                entry: EntryId(0),
                position: 1,
            },
            span: (Stamp::Utc(START.plus(from)), Stamp::Utc(START.plus(to))),
            means: Vec::new(),
            effort: Some(effort),
        };
        let efforts = |form_means: Vec<FormMeans>| {
            let mut workouts = [workout(0), workout(100)];
            let offsets = Offsets::constant(Offset(0), Evidence::Option);
            let mut tallies = Tallies::new(1);
            for told in form_means {
                give_means(&mut workouts, told, &offsets, &mut tallies);
            }
            workouts.map(|w| w.form.effort)
        };
        assert_eq!(efforts(vec![told(40, 1800, 1.0)]), [Some(1.0), None]);
        assert_eq!(efforts(vec![told(60, 1800, 1.0)]), [None, Some(1.0)]);
        assert_eq!(efforts(vec![told(280, 1800, 1.0)]), [None, Some(1.0)]);
        assert_eq!(efforts(vec![told(281, 1800, 1.0)]), [None, None]);
        assert_eq!(efforts(vec![told(-180, 1980, 1.0)]), [Some(1.0), None]);
        assert_eq!(efforts(vec![told(-181, 1800, 1.0)]), [None, None]);
        let twice = vec![told(0, 1800, 1.0), told(1, 1800, 2.0)];
        assert_eq!(efforts(twice), [Some(1.0), None]);
    }
}
