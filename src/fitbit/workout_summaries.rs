//! Means of running form and the perceived effort of coached workouts:
//! `WorkoutSummariesAndRounds.csv`.
//!
//! **Shape.** A row per summary, round, segment, set and split; each repeats the summary that it
//! belongs to, and only that is read. **Time.** `interval_start` and `interval_end`, UTC where an
//! offset is written. **Units.** Steps of both feet per minute, millimetres, percent, microseconds;
//! effort from 0 to 10. Empty, 0 and -1 mean "none". **Errors.** An implausible stamp, a
//! number that is none. **Source.** fitbit-format §8, from Google's own description; no row is
//! public. Knows nothing of exercises.

use super::reading::{NONE, each_sourced, stamp};
use super::record_error::RecordError;
use super::{Entry, Settings};
use crate::model::records::{FormMeans, FormMeasure};
use crate::model::{Records, Skip, Tally};

/// The columns of the means, with the units of the measure in one of theirs.
const MEANS: [(&str, FormMeasure, f64); 4] = [
    ("avg_cadence_spm", FormMeasure::Cadence, 1.0),
    (
        "avg_vertical_oscillation_mm",
        FormMeasure::VerticalOscillation,
        1.0,
    ),
    ("avg_vertical_ratio", FormMeasure::VerticalRatio, 1.0),
    (
        "avg_ground_contact_time_duration_micro_sec",
        FormMeasure::GroundContact,
        0.001,
    ),
];
/// The effort, 0 to 10.
const EFFORT: &str = "rate_perceived_exertion";

/// Reads `WorkoutSummariesAndRounds.csv`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = &["interval_start", "interval_end"];
    each_sourced(entry, tally, needed, |row| {
        let number = |column| -> Result<Option<f64>, RecordError> {
            Ok(row.number(column)?.filter(|n| !NONE.contains(n)))
        };
        let mut means = Vec::new();
        for (column, measure, factor) in MEANS {
            means.extend(number(column)?.map(|n| (measure, n * factor)));
        }
        let effort = number(EFFORT)?.filter(|n| (0.0..=10.0).contains(n));
        let span = stamp(&row, "interval_start")?.zip(stamp(&row, "interval_end")?);
        let span = span.filter(|_| !means.is_empty() || effort.is_some());
        records.form_means.push(FormMeans {
            origin: row.origin,
            span: span.ok_or(Skip::Sentinel)?,
            means,
            effort,
        });
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    #[test]
    fn a_summary_has_the_means_that_it_states_in_our_units() {
        let text = "workout_name,interval_start,interval_end,avg_cadence_spm,avg_vertical_oscillation_mm,avg_vertical_ratio,rate_perceived_exertion,avg_ground_contact_time_duration_micro_sec\n\
            Easy,2026-09-02T06:00:00Z,2026-09-02T06:30:00Z,171,84.5,,6,241000\n\
            Easy,2026-09-02T06:00:00Z,2026-09-02T06:30:00Z,,-1,,,\n";
        let (records, tally) = run(read, "x.csv", text);
        let told = records
            .form_means
            .first()
            .map(|m| (m.means.clone(), m.effort));
        let means = vec![
            (FormMeasure::Cadence, 171.0),
            (FormMeasure::VerticalOscillation, 84.5),
            (FormMeasure::GroundContact, 241.0),
        ];
        assert_eq!(told, Some((means, Some(6.0))));
        assert_eq!((records.form_means.len(), tally.skipped_total()), (1, 1));
    }
}
