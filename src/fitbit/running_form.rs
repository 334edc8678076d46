//! Running form of GoogleData: what a watch measures of a runner's steps, moment by moment.
//!
//! **Shape.** `cadence_DATE.csv`, `stride_length_DATE.csv`, `vertical_oscillation_DATE.csv`,
//! `vertical_ratio_DATE.csv` and `ground_contact_time_DATE.csv`, each with one column beside the
//! stamp. **Time.** UTC. **Units.** Steps of both feet per minute, centimetres, centimetres,
//! percent, milliseconds; whether a stride is one step or two is resolved later. Empty, 0 and -1 mean
//! "none". **Errors.** An implausible stamp, a number that nobody's steps have, a table
//! without one of the columns. **Source.** fitbit-format §7. Knows nothing of runs.

use super::reading::{NONE, each_sourced, instant, keep_by_device};
use super::record_error::RecordError;
use super::{Entry, Settings};
use crate::model::records::{DeviceBlock, FormBlock, FormMeasure};
use crate::model::{Instant, Records, Skip, Tally};

/// A column: its name, what it measures, units of the measure in one of its own, and the largest
/// number that is believed, with the text that says so.
struct Column(&'static str, FormMeasure, f64, f64, &'static str);

const COLUMNS: [Column; 5] = {
    use FormMeasure::{Cadence, GroundContact, StepLength, VerticalOscillation, VerticalRatio};
    [
        Column(
            "steps per minute",
            Cadence,
            1.0,
            500.0,
            "0 to 500 steps/min",
        ),
        Column("stride length", StepLength, 10.0, 600.0, "0 to 600 cm"),
        Column(
            "vertical oscillation",
            VerticalOscillation,
            10.0,
            100.0,
            "0 to 100 cm",
        ),
        Column("vertical ratio", VerticalRatio, 1.0, 100.0, "0 to 100 %"),
        Column(
            "ground contact time",
            GroundContact,
            1.0,
            6000.0,
            "0 to 6000 ms",
        ),
    ]
};

/// Reads a table of running form, whichever it is.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut blocks: Vec<DeviceBlock<(Instant, f64)>> = Vec::new();
    let mut found = None;
    each_sourced(entry, tally, &["timestamp"], |row| {
        let column = COLUMNS.iter().find(|c| row.has(c.0));
        let Some(Column(name, measure, factor, most, expected)) = column else {
            return Err(RecordError::missing("a column of running form"));
        };
        found = Some(*measure);
        let at = instant(&row, "timestamp")?;
        let number = row.number(name)?.filter(|n| !NONE.contains(n));
        let number = number.ok_or(Skip::Sentinel)?;
        if !(0.0..=*most).contains(&number) {
            return Err(RecordError::value(name, &number.to_string(), expected));
        }
        keep_by_device(&mut blocks, entry.id, &row.provider, (at, number * factor));
        Ok(())
    });
    let of_measure = |measure| move |block| FormBlock { measure, block };
    if let Some(measure) = found {
        records
            .form
            .extend(blocks.into_iter().map(of_measure(measure)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    fn told(column: &str, number: &str) -> (Option<(FormMeasure, f64)>, u64, u64) {
        let text = format!(
            "timestamp,{column},data source\n2026-09-02T06:00:00.500Z,{number},Pixel Watch\n"
        );
        let (records, tally) = run(read, "x.csv", &text);
        let value = records
            .form
            .first()
            .and_then(|f| Some((f.measure, f.block.rows.first()?.1)));
        (value, tally.skipped_total(), tally.rejected_total())
    }

    #[test]
    fn each_column_has_its_measure_and_its_unit() {
        let value = |column, number| told(column, number).0;
        assert_eq!(
            value("steps per minute", "172"),
            Some((FormMeasure::Cadence, 172.0))
        );
        assert_eq!(
            value("Stride Length", "105"),
            Some((FormMeasure::StepLength, 1050.0))
        );
        assert_eq!(
            value("vertical oscillation", "8.4"),
            Some((FormMeasure::VerticalOscillation, 84.0))
        );
        assert_eq!(
            value("vertical ratio", "7.9"),
            Some((FormMeasure::VerticalRatio, 7.9))
        );
        assert_eq!(
            value("ground contact time", "241"),
            Some((FormMeasure::GroundContact, 241.0))
        );
    }

    #[test]
    fn no_measurement_is_none_and_what_nobody_runs_is_refused() {
        assert_eq!(told("vertical ratio", "0.0"), (None, 1, 0));
        assert_eq!(told("vertical ratio", ""), (None, 1, 0));
        assert_eq!(told("vertical ratio", "250"), (None, 0, 1));
        assert_eq!(told("temper", "7"), (None, 0, 1));
    }
}
