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
//! A date that cannot be meant, unless the row is padding (it may reach `12/31/99`); a number that
//! is none, not whole or beyond 0 to 2880.
//!
//! # Source
//! Archives of 2015 to 2026.

use serde::Deserialize;

use super::days::value;
use super::json::{Bad, Scalar, each_record, whole};
use super::stamp::{US_EXPECTED, us};
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DateLabel, Provider};
use crate::model::{Records, Skip, Tally};

/// What Fitbit fills sedentary minutes with on a date without data.
const WHOLE_DAY: f64 = 1440.0;

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    date_time: Scalar<'a>,
    #[serde(borrow)]
    value: Scalar<'a>,
}

/// Reads `sedentary_minutes-DATE.json`.
pub fn read_sedentary(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    read(entry, records, tally, (Metric::SedentaryMinutes, WHOLE_DAY));
}

/// Reads `lightly_active_minutes-DATE.json`.
pub fn read_lightly(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    read(entry, records, tally, (Metric::LightlyActiveMinutes, 0.0));
}

/// Reads `moderately_active_minutes-DATE.json`.
pub fn read_moderately(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let metric = Metric::ModeratelyActiveMinutes;
    read(entry, records, tally, (metric, 0.0));
}

/// Reads `very_active_minutes-DATE.json`.
pub fn read_very(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    read(entry, records, tally, (Metric::VeryActiveMinutes, 0.0));
}

fn read(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    (metric, filler): (Metric, f64),
) {
    each_record(entry, tally, |position, text, tally| {
        let raw: Raw<'_> = serde_json::from_str(text)?;
        let stamp = raw.date_time.text("dateTime")?;
        let date = us(stamp).ok_or_else(|| Bad::date("dateTime", stamp, US_EXPECTED))?;
        let number = raw.value.required("value")?;
        if !date.is_plausible() {
            if number == filler {
                tally.skip(Skip::Padding, 1);
                return Ok(());
            }
            return Err(Bad::date("dateTime", stamp, US_EXPECTED));
        }
        if whole(number).is_none() {
            return Err(Bad::value("value", &number.to_string(), "whole minutes"));
        }
        let origin = entry.origin(position);
        let by = (origin, Provider::json());
        let date = DateLabel::Date(date.date());
        records
            .daily
            .push(value(by, date, metric, "value", number)?);
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::reading::tests::run;

    #[test]
    fn numbers_come_as_strings_and_far_padding_is_set_aside() {
        let text = r#"[{"dateTime":"01/11/24 00:00:00","value":"560"},
            {"dateTime":"01/12/24 00:00:00","value":"1440"},
            {"dateTime":"12/31/99 00:00:00","value":"1440"},
            {"dateTime":"12/31/98 00:00:00","value":"7"},
            {"dateTime":"01/13/24 00:00:00","value":""},
            {"dateTime":"01/13/24 00:00:00","value":"1.5"},
            {"dateTime":"01/13/24 00:00:00","value":"2881"}]"#;
        let (records, tally) = run(read_sedentary, "x.json", text);
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
        let metric = |read: crate::fitbit::Read| {
            let (records, _) = run(read, "x.json", text);
            records.daily.first().map(|d| d.metric)
        };
        assert_eq!(metric(read_lightly), Some(Metric::LightlyActiveMinutes));
        assert_eq!(
            metric(read_moderately),
            Some(Metric::ModeratelyActiveMinutes)
        );
        assert_eq!(metric(read_very), Some(Metric::VeryActiveMinutes));
    }
}
