//! Skin temperature at the wrist, relative to the wearer's own baseline.
//!
//! Knows nothing of absolute temperatures: those of the wrist mean little, those of the body
//! (`Manual Temperature`, `Pixel Body Temperatures`) have no place in any output.
//!
//! # Shape
//! Three tables: `Computed Temperature - DATE.csv` (a row per sleep: `type,sleep_start,sleep_end,
//! temperature_samples,nightly_temperature,baseline_relative_sample_sum,…`), `Device Temperature -
//! DATE.csv` and `Wrist Temperature - DATE.csv` (a row per minute: `recorded_time,temperature,
//! sensor_type`), `daily_sleep_temperature_derivations.csv` of GoogleData.
//!
//! # Time
//! Takeout is local, seconds dropped when 0; a night belongs to the date on which it ends.
//! GoogleData labels local dates.
//!
//! # Units
//! Degrees Celsius. The deviation of a night is the sum of its samples' deviations by their number,
//! or nightly minus baseline temperature. `NaN` until a baseline exists, 0.0 for no baseline.
//!
//! # Errors
//! An implausible stamp, a number that is none, a deviation beyond 20 degrees.
//!
//! # Source
//! Headers as seen in Takeout archives of 2025 and 2026. That the sum is one of deviations follows
//! from its name; that `Wrist Temperature` has the header of `Device Temperature` is assumed.

use super::days::{Labels, label, value};
use super::reading::each_sourced;
use super::record_error::RecordError;
use super::table::Row;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::units::OutOfRange;
use crate::model::{Records, Skip, Tally};

/// Reads `Computed Temperature - DATE.csv`.
pub fn read_computed(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = [
        "sleep_end",
        "temperature_samples",
        "baseline_relative_sample_sum",
    ];
    read_nights(
        entry,
        records,
        tally,
        &needed,
        ("sleep_end", Labels::Local),
        |row| {
            let samples = row.number("temperature_samples")?.filter(|n| *n > 0.0);
            let sum = row.number("baseline_relative_sample_sum")?;
            Ok(sum.zip(samples).map(|(sum, samples)| sum / samples))
        },
    );
}

/// Reads `daily_sleep_temperature_derivations.csv`.
pub fn read_google_daily(
    entry: &Entry<'_>,
    _: &Settings,
    records: &mut Records,
    tally: &mut Tally,
) {
    let needed = [
        "timestamp",
        "nightly temperature celsius",
        "baseline temperature celsius",
    ];
    read_nights(
        entry,
        records,
        tally,
        &needed,
        ("timestamp", Labels::Google),
        |row| {
            let number = |column| row.number(column).map(|n| n.filter(|n| *n > 0.0));
            let nightly = number("nightly temperature celsius")?;
            let baseline = number("baseline temperature celsius")?;
            Ok(nightly.zip(baseline).map(|(n, b)| n - b))
        },
    );
}

/// Walks the rows of nights; one without a deviation is a sentinel.
fn read_nights(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    needed: &[&str],
    (time, labels): (&str, Labels),
    deviation: impl Fn(&Row<'_>) -> Result<Option<f64>, RecordError>,
) {
    each_sourced(entry, tally, needed, |row| {
        let deviation = deviation(&row)?;
        let date = label(&row, time, labels)?;
        let (date, deviation) = date.zip(deviation).ok_or(Skip::Sentinel)?;
        let (by, metric) = ((row.origin, row.provider), Metric::SkinTemperatureDeviation);
        let night = value(by, date, metric, "the deviation", deviation)?;
        records.daily.push(night);
        Ok(())
    });
}

/// A deviation that a living wrist can have; an absolute temperature is none.
pub fn deviation(value: f64) -> Result<f64, OutOfRange> {
    if (-20.0..=20.0).contains(&value) {
        return Ok(value);
    }
    Err(OutOfRange {
        what: "temperature",
        value,
        unit: "degrees Celsius",
        expected: "a deviation of -20 to 20 degrees Celsius",
    })
}

#[cfg(test)]
mod tests {
    #![expect(clippy::indexing_slicing, reason = "tests")]

    use super::*;
    use crate::fitbit::testing::{read_as, run};
    use crate::model::LocalDate;
    use crate::model::records::{DateLabel, Stamp};

    const COMPUTED: &str = "type,sleep_start,sleep_end,temperature_samples,nightly_temperature,baseline_relative_sample_sum\n";

    #[test]
    fn a_night_without_a_baseline_is_a_sentinel() {
        let text = format!(
            "{COMPUTED}IDT,2026-06-10T22:13,2026-06-11T05:41:30,444,33.336,NaN\nSKIN,2026-06-11T22:13,2026-06-12T05:41,400,33.3,-100\n"
        );
        let (records, tally) = run(read_computed, "x.csv", &text);
        let date = LocalDate::from_ymd(2026, 6, 12).map(DateLabel::Date);
        assert!(
            matches!(records.daily.as_slice(), [d] if d.value == -0.25 && Some(d.date) == date)
        );
        assert_eq!(tally.skipped.get(&Skip::Sentinel), Some(&1));
    }

    #[test]
    fn google_tells_both_temperatures_and_no_baseline_as_zero() {
        let text = "timestamp,nightly temperature celsius,baseline temperature celsius\n2026-06-11,33.5,33.25\n2026-06-12,33.5,0.0\n";
        let (records, tally) = run(read_google_daily, "x.csv", text);
        assert!(matches!(records.daily.as_slice(), [d] if d.value == 0.25));
        assert_eq!(tally.skipped_total(), 1);
    }

    #[test]
    fn minutes_are_local_and_absolute_temperatures_are_refused() {
        let text = "recorded_time,temperature,sensor_type\n2026-06-10T22:13,-0.4,UNKNOWN\n2026-06-10T22:14,33.1,UNKNOWN\n";
        let (records, tally) = read_as("Device Temperature - 2026-06-01.csv", text);
        assert!(
            matches!(records.temperature_deviation[0].rows.as_slice(), [r] if matches!(r.at, Stamp::Local(_)))
        );
        assert_eq!(tally.rejected_total(), 1);
    }
}
