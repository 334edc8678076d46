//! Minutes per date at each level of activity.
//!
//! Does not know on which dates the tracker was worn: Fitbit pads dates without data, past and
//! future, with 1440 sedentary minutes, and only the steps can tell such a date from a day in bed.
//!
//! # Shape
//! Four JSON files alike, `sedentary_minutes-DATE.json`, `lightly_active_minutes-…`,
//! `moderately_active_minutes-…` ("fairly" on Fitbit's page) and `very_active_minutes-…`:
//! `{"dateTime" : "01/11/24 00:00:00", "value" : "560"}`, the number as a string.
//!
//! # Time
//! Labels of the local date.
//!
//! # Units
//! Whole minutes.
//!
//! # Errors
//! An implausible date, unless the row is padding (it may reach `12/31/99`); a number that
//! is none, not whole or beyond 0 to 2880.
//!
//! # Source
//! Archives of 2015 to 2026.

use super::Entry;
use super::days::value;
use super::json::{Dated, Scalar, each_record, whole};
use super::record_error::RecordError;
use super::stamp::{US_EXPECTED, us};
use crate::model::metrics::Metric;
use crate::model::records::{DateLabel, Provider};
use crate::model::{Records, Skip, Tally};

/// Reads the minutes of one level. `filler` is what fills dates without data.
pub fn read(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    (metric, filler): (Metric, f64),
) {
    each_record(entry, tally, |position, text, _| {
        let raw: Dated<'_, Scalar<'_>> = serde_json::from_str(text)?;
        let stamp = raw.date_time.text("dateTime")?;
        let bad = || RecordError::date("dateTime", stamp, US_EXPECTED);
        let date = us(stamp).ok_or_else(bad)?;
        let number = raw.value.required("value")?;
        if !date.is_plausible() {
            let is_padding = number == filler;
            return Err(if is_padding {
                Skip::Padding.into()
            } else {
                bad()
            });
        }
        if whole(number).is_none() {
            return Err(RecordError::value(
                "value",
                &number.to_string(),
                "whole minutes",
            ));
        }
        let by = (entry.origin(position), Provider::json());
        let date = DateLabel::Date(date.date());
        let day = value(by, date, metric, "value", number)?;
        records.daily.push(day);
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::read_as;

    #[test]
    fn numbers_come_as_strings_and_far_padding_is_set_aside() {
        let text = r#"[{"dateTime":"01/11/24 00:00:00","value":"560"},
            {"dateTime":"01/12/24 00:00:00","value":"1440"},
            {"dateTime":"12/31/99 00:00:00","value":"1440"},
            {"dateTime":"12/31/98 00:00:00","value":"7"},
            {"dateTime":"01/13/24 00:00:00","value":""},
            {"dateTime":"01/13/24 00:00:00","value":"1.5"},
            {"dateTime":"01/13/24 00:00:00","value":"2881"}]"#;
        let (records, tally) = read_as("sedentary_minutes-2024-01-01.json", text);
        let values: Vec<_> = records.daily.iter().map(|d| d.value).collect();
        assert_eq!(
            values,
            [560.0, 1440.0],
            "near padding is for the steps to tell"
        );
        assert_eq!(tally.skipped.get(&Skip::Padding), Some(&1));
        assert_eq!(tally.rejected_total(), 4);
    }

    #[test]
    fn each_file_has_its_metric() {
        let text = r#"[{"dateTime":"01/11/24 00:00:00","value":"3"}]"#;
        for (name, metric) in [
            ("lightly", Metric::LightlyActiveMinutes),
            ("moderately", Metric::ModeratelyActiveMinutes),
            ("very", Metric::VeryActiveMinutes),
        ] {
            let (records, _) = read_as(&format!("{name}_active_minutes-2024-01-01.json"), text);
            assert_eq!(records.daily.first().map(|d| d.metric), Some(metric));
        }
    }
}
