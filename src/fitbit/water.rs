//! Drinks, summed by date.
//!
//! # Shape
//! `water_logs-N.json`: `{"id" : 1329813433, "date" : "05/18/15", "waterAmount" : 200.0,
//! "measurementUnit" : "MILLILITER"}`, a record a drink. The `hydration_log` of GoogleData, whose
//! columns are not documented, is left unread.
//!
//! # Time
//! Labels of the local date.
//!
//! # Units
//! Millilitres; the words for other units are not documented.
//!
//! # Errors
//! An implausible date, an amount that is no number or beyond 20 litres, another unit.
//!
//! # Source
//! An archive of 2015 to 2018 (fitbit-format §4.11).

use std::collections::BTreeSet;

use serde::Deserialize;

use super::days::value;
use super::json::{Scalar, each_record};
use super::record_error::RecordError;
use super::stamp::us_date;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DateLabel, Provider};
use crate::model::{Records, Reject, Skip, Tally};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Raw<'a> {
    id: Scalar<'a>,
    date: Scalar<'a>,
    water_amount: Scalar<'a>,
    measurement_unit: Scalar<'a>,
}

/// Reads `water_logs-N.json`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut ids = BTreeSet::new();
    each_record(entry, tally, |position, text, _| {
        let raw: Raw<'_> = serde_json::from_str(text)?;
        let label = raw.date.text("date")?;
        let date = us_date(label.as_bytes()).filter(|d| d.is_plausible());
        let date = date.ok_or_else(|| RecordError::date("date", label, "MM/dd/yy"))?;
        let unit = raw.measurement_unit.text("measurementUnit")?;
        if unit != "MILLILITER" {
            let what = format!("measurementUnit is {unit:?}");
            return Err(RecordError::new(Reject::UnknownUnit, what, "MILLILITER"));
        }
        let amount = raw.water_amount.required("waterAmount")?;
        if raw.id != Scalar::Absent && !ids.insert(raw.id.shown()) {
            return Err(Skip::Duplicate.into());
        }
        let by = (entry.origin(position), Provider::json());
        let date = DateLabel::Date(date);
        let drink = value(by, date, Metric::Water, "waterAmount", amount)?;
        records.daily.push(drink);
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    #[test]
    fn a_drink_told_twice_counts_once_and_another_unit_is_refused() {
        let drink = |id: u32, amount: &str, unit: &str| {
            format!(
                r#"{{"id":{id},"date":"05/18/15","waterAmount":{amount},"measurementUnit":"{unit}"}}"#
            )
        };
        let all = [
            drink(1, "200.0", "MILLILITER"),
            drink(2, "200.0", "MILLILITER"),
            drink(2, "200.0", "MILLILITER"),
            drink(3, "8", "FL_OZ"),
            drink(4, "30000", "MILLILITER"),
        ];
        let (records, tally) = run(read, "water_logs-0.json", &format!("[{}]", all.join(",")));
        let drinks: Vec<_> = records.daily.iter().map(|d| d.value).collect();
        assert_eq!(drinks, [200.0, 200.0]);
        assert_eq!(tally.skipped.get(&Skip::Duplicate), Some(&1));
        assert_eq!(tally.rejected.get(&Reject::UnknownUnit), Some(&1));
        assert_eq!(tally.rejected.get(&Reject::BadValue), Some(&1));
    }
}
