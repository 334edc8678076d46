//! Values of whole local dates: their labels, their ranges, and tables with one of them per row.
//!
//! Knows what a label of a date looks like in each kind of table. Which file holds which metric is said
//! by the rows of `sources.rs` and by the readers.

use super::Entry;
use super::reading::{each_sourced, iso};
use super::record_error::RecordError;
use super::table::Row;
use crate::model::metrics::Metric;
use crate::model::records::{DailyValue, DateLabel, Origin, Provider};
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

/// The columns of a table with one value per date.
#[derive(Debug)]
pub struct DayTable {
    /// Column of the label.
    pub time: &'static str,
    /// How to read it.
    pub labels: Labels,
    /// Column of the number.
    pub value: &'static str,
    /// Numbers that mean "no measurement".
    pub absent: &'static [f64],
    /// What it measures.
    pub metric: Metric,
}

/// Reads a table with one value per date.
pub fn read_days(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, table: &DayTable) {
    each_sourced(entry, tally, &[table.time, table.value], |row| {
        let date = label(&row, table.time, table.labels)?;
        let number = row.number(table.value)?;
        let number = number.filter(|n| !table.absent.contains(n));
        let (date, number) = date.zip(number).ok_or(Skip::Sentinel)?;
        let day = value(
            (row.origin, row.provider),
            date,
            table.metric,
            table.value,
            number,
        )?;
        records.daily.push(day);
        Ok(())
    });
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
        return Err(RecordError::value(field, &number.to_string(), &expected));
    }
    Ok(DailyValue {
        origin,
        date,
        metric,
        value: number,
        provider,
    })
}

/// Returns the label in a cell; `None` for the placeholder of 1970-01-01.
pub fn label(
    row: &Row<'_>,
    column: &str,
    labels: Labels,
) -> Result<Option<DateLabel>, RecordError> {
    let Some(iso) = iso(row, column)? else {
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

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::fitbit::Settings;
    use crate::fitbit::testing::run;
    use crate::model::{Instant, LocalDate, Reject};

    fn rhr(e: &Entry<'_>, labels: Labels, r: &mut Records, t: &mut Tally) {
        let table = DayTable {
            time: "timestamp",
            labels,
            value: "bpm",
            absent: &[0.0],
            metric: Metric::RestingHeartRate,
        };
        read_days(e, r, t, &table);
    }

    fn google(e: &Entry<'_>, _: &Settings, r: &mut Records, t: &mut Tally) {
        rhr(e, Labels::Google, r, t);
    }

    fn local(e: &Entry<'_>, _: &Settings, r: &mut Records, t: &mut Tally) {
        rhr(e, Labels::Local, r, t);
    }

    #[test]
    fn midnight_and_noon_are_labels_and_other_times_are_instants() {
        let text = "timestamp,bpm\n2026-06-10T00:00:00Z,50\n2026-06-10T12:00:00Z,50\n2026-06-10,50\n\
            2026-06-10T22:01:13Z,50\n2026-06-10T22:01:13+08:00,50\n";
        let (records, tally) = run(google, "x.csv", text);
        let day = DateLabel::Date(LocalDate::from_ymd(2026, 6, 10).unwrap());
        let labels: Vec<_> = records.daily.iter().map(|d| d.date).collect();
        let at = DateLabel::At(Instant(1_781_128_873));
        assert_eq!(labels, [day, day, day, at, day]);
        assert!(!tally.is_partial());
    }

    #[test]
    fn a_false_z_does_not_move_a_local_label() {
        let text = "timestamp,bpm\n2024-01-11T06:40:30Z,50\n";
        let (records, _) = run(local, "x.csv", text);
        let day = LocalDate::from_ymd(2024, 1, 11).unwrap();
        assert_eq!(records.daily.first().unwrap().date, DateLabel::Date(day));
    }

    #[test]
    fn a_number_out_of_bounds_names_field_and_bounds() {
        let (_, tally) = run(local, "x.csv", "timestamp,bpm\n2024-01-11,500\n");
        let finding = tally.findings.first().unwrap();
        assert_eq!(
            (finding.what.as_str(), finding.expected.as_str()),
            ("bpm is 500", "20 to 250 bpm")
        );
        assert_eq!(finding.reject, Some(Reject::BadValue));
    }
}
