//! Resting heart rate per date.
//!
//! Does not know which of several sources of a date is right.
//!
//! # Shape
//! `resting_heart_rate-DATE.json` with a record for each of 365 dates: `{"dateTime" : "02/28/24
//! 00:00:00", "value" : {"date" : "02/28/24", "value" : 52.267, "error" : 6.787}}`; two tables of
//! GoogleData repeat it.
//!
//! # Time
//! Labels of the local date.
//!
//! # Units
//! Beats per minute, with decimals. A record whose `date` is null or whose value is 0.0 fills a
//! date without data.
//!
//! # Errors
//! An implausible date, a number that is none or lies outside 20 to 250 bpm.
//!
//! # Source
//! Archives of 2015 to 2026.

use serde::Deserialize;

use super::days::value;
use super::json::{Dated, Object, Scalar, each_record};
use super::record_error::RecordError;
use super::stamp::us_date;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DailyValue, DateLabel, Origin, Provider};
use crate::model::{LocalDate, Records, Skip, Tally};

type Raw<'a> = Dated<'a, Object<Value<'a>>>;

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Value<'a> {
    date: Scalar<'a>,
    value: Scalar<'a>,
}

/// Reads `resting_heart_rate-DATE.json`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |position, text, _| {
        let day = day(&serde_json::from_str(text)?, entry.origin(position))?;
        records.daily.push(day);
        Ok(())
    });
}

fn day(raw: &Raw<'_>, origin: Origin) -> Result<DailyValue, RecordError> {
    let inner = raw
        .value
        .0
        .as_ref()
        .ok_or_else(|| RecordError::missing("value"))?;
    let number = inner.value.optional("value.value")?;
    let number = number.filter(|n| *n != 0.0).ok_or(Skip::Padding)?;
    let date = match &inner.date {
        Scalar::Absent => return Err(Skip::Padding.into()),
        own => DateLabel::Date(date_of(own.text("value.date")?, raw)?),
    };
    let by = (origin, Provider::json());
    value(by, date, Metric::RestingHeartRate, "value.value", number)
}

/// The date of the value, which `dateTime` must repeat.
fn date_of(own: &str, raw: &Raw<'_>) -> Result<LocalDate, RecordError> {
    let label = raw.date_time.us_stamp("dateTime")?;
    let expected = "the date of dateTime as MM/dd/yy";
    us_date(own.as_bytes())
        .filter(|d| *d == label.date())
        .ok_or_else(|| RecordError::date("value.date", own, expected))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    #[test]
    fn dates_without_data_are_padding_even_in_1999() {
        let text = r#"[{"dateTime":"02/28/24 00:00:00","value":{"date":"02/28/24","value":52.26,"error":6.8}},
            {"dateTime":"03/01/24 00:00:00","value":{"date":null,"value":0.0,"error":0.0}},
            {"dateTime":"12/31/99 00:00:00","value":{"date":null,"value":0.0,"error":0.0}}]"#;
        let (records, tally) = run(read, "x.json", text);
        assert!(matches!(records.daily.as_slice(), [d] if d.value == 52.26));
        assert_eq!(tally.skipped.get(&Skip::Padding), Some(&2));
        assert!(!tally.is_partial());
    }

    #[test]
    fn bad_records_are_rejected_one_by_one() {
        let text = r#"[{"dateTime":"02/30/24 00:00:00","value":{"date":"02/28/24","value":52.2}},
            {"dateTime":"02/28/24 00:00:00","value":{"date":"02/27/24","value":52.2}},
            {"dateTime":"02/28/24 00:00:00","value":{"date":"02/28/24","value":"high"}},
            {"dateTime":"02/28/24 00:00:00","value":[52.2]},
            {"dateTime":"02/28/24 00:00:00","value":{"date":"02/28/24","value":300}}]"#;
        let (records, tally) = run(read, "x.json", text);
        assert!(records.daily.is_empty());
        assert_eq!((tally.rejected_total(), tally.skipped_total()), (5, 0));
    }
}
