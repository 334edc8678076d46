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

use super::reading::each_sourced;
use super::record_error::RecordError;
use super::table::{NONE, Row};
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DailyValue, DateLabel, Origin, Provider};
use crate::model::units::OutOfRange;
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

/// A table with one value per date: the columns of label and number, and how to read them.
#[derive(Debug)]
pub struct DayTable {
    pub time: &'static str,
    pub labels: Labels,
    pub value: &'static str,
    /// Numbers that mean "no measurement".
    pub absent: &'static [f64],
    pub metric: Metric,
}

/// Reads a table with one value per date.
pub fn read_days(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, table: &DayTable) {
    let (needed, none) = ([table.time, table.value], Skip::Sentinel);
    let number = |row: &Row<'_>| row.measured(table.value, table.absent);
    let told = (table.time, table.labels, table.metric, table.value);
    read_rows(entry, records, tally, &needed, told, none, number);
}

/// Walks the rows of a table with one value per date, which `number` reads; a row without one is skipped.
fn read_rows(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    needed: &[&str],
    (time, labels, metric, field): (&str, Labels, Metric, &str),
    none: Skip,
    number: impl Fn(&Row<'_>) -> Result<Option<f64>, RecordError>,
) {
    each_sourced(entry, tally, needed, |row, provider| {
        let date = label(&row, time, labels)?;
        let (date, number) = date.zip(number(&row)?).ok_or(none)?;
        let by = (row.origin, provider);
        records.daily.push(value(by, date, metric, field, number)?);
        Ok(())
    });
}

/// Reads `Stress Score.csv`.
pub fn read_stress(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let (time, score) = ("date", "stress_score");
    let told = (time, Labels::Local, Metric::StressScore, score);
    read_rows(
        entry,
        records,
        tally,
        &[time, score],
        told,
        Skip::NoData,
        |row| {
            let is = |column, word: &str| {
                row.get(column)
                    .is_some_and(|c| c.eq_ignore_ascii_case(word))
            };
            let is_void = is("status", "NO_DATA") || is("calculation_failed", "true");
            Ok(row.measured(score, NONE)?.filter(|_| !is_void))
        },
    );
}

/// A night's deviation from the baseline, by the end of the night or the date of the row.
const fn night(time: &str, labels: Labels) -> (&str, Labels, Metric, &'static str) {
    (
        time,
        labels,
        Metric::SkinTemperatureDeviation,
        "the deviation",
    )
}

/// Reads `Computed Temperature - DATE.csv`.
pub fn read_computed(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed @ [time, samples, sum] = [
        "sleep_end",
        "temperature_samples",
        "baseline_relative_sample_sum",
    ];
    let told = night(time, Labels::Local);
    read_rows(
        entry,
        records,
        tally,
        &needed,
        told,
        Skip::Sentinel,
        |row| {
            let samples = row.number(samples)?.filter(|n| *n > 0.0);
            Ok(row
                .number(sum)?
                .zip(samples)
                .map(|(sum, samples)| sum / samples))
        },
    );
}

/// Reads `daily_sleep_temperature_derivations.csv`.
pub fn read_derived(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed @ [time, nightly, baseline] = [
        "timestamp",
        "nightly temperature celsius",
        "baseline temperature celsius",
    ];
    let told = night(time, Labels::Google);
    read_rows(
        entry,
        records,
        tally,
        &needed,
        told,
        Skip::Sentinel,
        |row| {
            let nightly = row.number(nightly)?.filter(|n| *n > 0.0);
            let baseline = row.number(baseline)?.filter(|n| *n > 0.0);
            Ok(nightly.zip(baseline).map(|(n, b)| n - b))
        },
    );
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
mod tests;
