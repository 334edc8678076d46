//! Values of whole local dates: how tables label them, their ranges, and the tables that hold nothing else.
//!
//! **Shape.** Tables with one value a row are rows of `sources.rs`. Here: `Stress Score.csv`, a row per
//! date with `DATE,STRESS_SCORE,STATUS,CALCULATION_FAILED`, and skin temperature at the wrist relative to
//! the wearer's own baseline: `Computed Temperature - DATE.csv` (a row per sleep: `sleep_end,
//! temperature_samples,baseline_relative_sample_sum`) and GoogleData's
//! `daily_sleep_temperature_derivations.csv`. **Time.** Labels of the local date; a night belongs to the
//! date on which it ends. **Units.** Points, 1 to 100: a score of 0, a status `NO_DATA` and a failed
//! calculation hold no score. Degrees Celsius: the sum of the samples' deviations by their number, or
//! nightly minus baseline temperature; `NaN` until a baseline exists, 0.0 for no baseline. **Errors.** An
//! implausible label, a number that is none or out of the range of its metric. **Source.** Headers as
//! seen in Takeout archives of 2022 to 2026. That the sum is one of deviations follows from its name; that
//! `Wrist Temperature` has the header of `Device Temperature` is assumed.

use super::Entry;
use super::reading::each_sourced;
use super::record_error::RecordError;
use super::table::{NONE, Row};
use crate::model::metrics::Metric;
use crate::model::records::{DailyValue, DateLabel, Origin, Provider};
use crate::model::units::{OutOfRange, within};
use crate::model::{Offset, Records, Skip, Tally};

/// Noon, the second time of day by which GoogleData labels a date.
const NOON: u32 = 43_200;

/// How a table labels its dates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Labels {
    /// The stamp begins with the local date; its time of day, if any, is local too, even behind a
    /// false `Z` (the folders of Takeout).
    Local,
    /// 00:00:00 and 12:00:00 mark a plain label, any other time in UTC is an instant of that date
    /// (GoogleData, where other apps write instants).
    Google,
    /// The stamp is an instant of that date.
    Instant,
}

/// Returns the label in a cell; `None` for the placeholder of 1970-01-01.
fn label(row: &Row<'_>, column: &str, labels: Labels) -> Result<Option<DateLabel>, RecordError> {
    let Some(iso) = row.iso_unless_never(column)? else {
        return Ok(None);
    };
    let plain = match labels {
        Labels::Local => true,
        Labels::Google => [0, NOON].contains(&iso.clock.second_of_day()),
        Labels::Instant => false,
    };
    let instant = iso.offset == Some(Offset(0)) && !plain;
    Ok(Some(match iso.instant() {
        Some(at) if instant => DateLabel::At(at),
        // With an offset other than Z, or with none, the date in the text is the local one.
        _ => DateLabel::Date(iso.clock.date()),
    }))
}

/// Builds a daily value, in range. `field` is its name in a finding.
pub fn value(
    (origin, provider): (Origin, Provider),
    date: DateLabel,
    metric: Metric,
    field: &str,
    number: f64,
) -> Result<DailyValue, RecordError> {
    let (low, high, unit) = metric.bounds();
    if !(low..=high).contains(&number) {
        let expected = format!("{low} to {high} {unit}");
        return Err(RecordError::value(field, number, &expected));
    }
    Ok(DailyValue {
        origin,
        date,
        metric,
        value: number,
        provider,
    })
}

/// A table with one value per date.
pub struct DayTable {
    /// Column of the label, and how to read it.
    pub time: (&'static str, Labels),
    /// The other columns that the table must have.
    pub needed: &'static [&'static str],
    pub metric: Metric,
    /// Name of the number in a finding.
    pub field: &'static str,
    pub number: fn(&Row<'_>) -> Result<Option<f64>, RecordError>,
    /// What a row without a label or a number is.
    pub none: Skip,
}

/// Reads a table with one value per date.
pub fn read(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, table: &DayTable) {
    let (time, labels) = table.time;
    let needed = [&[time], table.needed].concat();
    each_sourced(entry, tally, &needed, |row, provider| {
        let date = label(&row, time, labels)?;
        let (date, number) = date.zip((table.number)(&row)?).ok_or(table.none)?;
        let by = (row.origin, provider);
        let day = value(by, date, table.metric, table.field, number)?;
        records.daily.push(day);
        Ok(())
    });
}

/// `Stress Score.csv`.
pub const STRESS: DayTable = DayTable {
    time: ("date", Labels::Local),
    needed: &["stress_score"],
    metric: Metric::StressScore,
    field: "stress_score",
    number: |row| {
        let is = |column, word: &str| {
            row.get(column)
                .is_some_and(|c| c.eq_ignore_ascii_case(word))
        };
        let is_void = is("status", "NO_DATA") || is("calculation_failed", "true");
        let score = row.measured("stress_score", NONE)?;
        Ok(score.filter(|_| !is_void))
    },
    none: Skip::NoData,
};

/// `Computed Temperature - DATE.csv`.
pub const NIGHT_TEMPERATURES: DayTable = DayTable {
    time: ("sleep_end", Labels::Local),
    needed: &["temperature_samples", "baseline_relative_sample_sum"],
    metric: Metric::SkinTemperatureDeviation,
    field: "the deviation",
    number: |row| {
        let samples = row.positive("temperature_samples")?;
        let sum = row.number("baseline_relative_sample_sum")?;
        Ok(sum.zip(samples).map(|(sum, samples)| sum / samples))
    },
    none: Skip::Sentinel,
};

/// `daily_sleep_temperature_derivations.csv`.
pub const DAILY_TEMPERATURES: DayTable = DayTable {
    time: ("timestamp", Labels::Google),
    needed: &[
        "nightly temperature celsius",
        "baseline temperature celsius",
    ],
    metric: Metric::SkinTemperatureDeviation,
    field: "the deviation",
    number: |row| {
        let nightly = row.positive("nightly temperature celsius")?;
        let baseline = row.positive("baseline temperature celsius")?;
        Ok(nightly.zip(baseline).map(|(n, b)| n - b))
    },
    none: Skip::Sentinel,
};

/// A deviation that a living wrist can have; an absolute temperature is none.
pub fn deviation(value: f64) -> Result<f64, OutOfRange> {
    let expected = "a deviation of -20 to 20 degrees Celsius";
    within(
        -20.0..=20.0,
        value,
        "temperature",
        "degrees Celsius",
        expected,
    )
}

#[cfg(test)]
mod tests;
