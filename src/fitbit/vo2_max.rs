//! VO2max: estimated from the profile and the resting heart rate, and from runs with GPS.
//!
//! Knows nothing of exercises, although a run's estimate names one.
//!
//! # Shape
//! `demographic_vo2_max-DATE.json` and `run_vo2_max-DATE.json`, records of `dateTime` and a `value`
//! object with an estimate, a filtered estimate and the errors of both.
//!
//! # Time
//! The demographic estimate labels local dates. A run's stamp is the UTC start of the exercise, so
//! its date waits for the offset.
//!
//! # Units
//! ml/kg/min. The filtered number is taken, as in the app. 0 means "none".
//!
//! # Errors
//! An implausible stamp, a filtered number that is missing, none or beyond 5 to 120.
//!
//! # Source
//! Archives of 2015 to 2024.

use serde::Deserialize;

use super::days::value;
use super::json::{Dated, Object, Scalar, each_record};
use super::record_error::RecordError;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DateLabel, Provider};
use crate::model::{Offset, Records, Skip, Tally};

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Value<'a> {
    #[serde(rename = "filteredDemographicVO2Max")]
    demographic: Scalar<'a>,
    #[serde(rename = "filteredRunVO2Max")]
    run: Scalar<'a>,
}

/// Reads `demographic_vo2_max-DATE.json`.
pub fn read_demographic(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    read(entry, records, tally, Metric::Vo2Max);
}

/// Reads `run_vo2_max-DATE.json`.
pub fn read_run(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    read(entry, records, tally, Metric::RunVo2Max);
}

fn read(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, metric: Metric) {
    each_record(entry, tally, |position, text, _| {
        let raw: Dated<'_, Object<Value<'_>>> = serde_json::from_str(text)?;
        let clock = raw.date_time.us_stamp("dateTime")?;
        let inner = raw.value.0.ok_or_else(|| RecordError::missing("value"))?;
        let (field, number, date) = if metric == Metric::RunVo2Max {
            let at = DateLabel::At(clock.minus(Offset(0)));
            ("filteredRunVO2Max", &inner.run, at)
        } else {
            let date = DateLabel::Date(clock.date());
            ("filteredDemographicVO2Max", &inner.demographic, date)
        };
        let number = Some(number.required(field)?).filter(|n| *n != 0.0);
        let number = number.ok_or(Skip::Sentinel)?;
        let by = (entry.origin(position), Provider::json());
        records.daily.push(value(by, date, metric, field, number)?);
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::{read_as, run};
    use crate::model::{Instant, LocalDate};

    #[test]
    fn the_filtered_number_counts_and_labels_a_date() {
        let text = r#"[{"dateTime":"05/16/18 00:00:00","value":{"demographicVO2Max":41.49,"filteredDemographicVO2Max":40.74}},
            {"dateTime":"05/17/18 00:00:00","value":{"filteredDemographicVO2Max":0.0}},
            {"dateTime":"05/18/18 00:00:00","value":{"demographicVO2Max":41.49}}]"#;
        let (records, tally) = run(read_demographic, "x.json", text);
        let date = LocalDate::from_ymd(2018, 5, 16).map(DateLabel::Date);
        assert!(
            matches!(records.daily.as_slice(), [d] if d.value == 40.74 && Some(d.date) == date)
        );
        assert_eq!((tally.skipped_total(), tally.rejected_total()), (1, 1));
    }

    #[test]
    fn a_run_is_an_instant_because_its_stamp_is_utc() {
        let text = r#"[{"dateTime":"06/12/17 23:02:32","value":{"exerciseId":8206037238,"runVO2Max":41.7,"filteredRunVO2Max":43.6}}]"#;
        let (records, _) = run(read_run, "x.json", text);
        let at = records.daily.first().map(|d| (d.date, d.metric));
        let expected = DateLabel::At(Instant(1_497_308_552));
        assert_eq!(at, Some((expected, Metric::RunVo2Max)));
    }

    #[test]
    fn the_columns_of_google_are_found_whatever_their_case() {
        let text = "timestamp,run VO2 max\n2026-06-12T12:00:00Z,43.6\n";
        let (records, _) = read_as("run_vo2_max.csv", text);
        assert!(matches!(records.daily.as_slice(), [d] if matches!(d.date, DateLabel::At(_))));
        let text = "timestamp,demographic vo2max\n2026-06-12T12:00:00Z,43.6\n";
        let (records, _) = read_as("demographic_vo2max.csv", text);
        assert!(matches!(records.daily.as_slice(), [d] if matches!(d.date, DateLabel::Date(_))));
    }
}
