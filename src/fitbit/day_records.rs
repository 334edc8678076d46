//! Values of whole local dates in JSON: minutes at each level of activity, resting heart rate, VO2max,
//! minutes in heart-rate zones, and drinks.
//!
//! **Shape.** `{"dateTime", "value"}`. The value of `{sedentary,lightly_active,moderately_active,
//! very_active}_minutes-DATE.json` is a number as a string; of `resting_heart_rate-DATE.json`, a record
//! for each of 365 dates, `{"date", "value", "error"}`; of `demographic_vo2_max-DATE.json` and
//! `run_vo2_max-DATE.json` an estimate, a filtered one and the errors of both; of
//! `time_in_heart_rate_zones-DATE.json` `{"valuesInZones": {"IN_DEFAULT_ZONE_1": 61.0, …}}` in any order,
//! whose zones 1, 2 and 3 are fat burn, cardio and peak. `water_logs-N.json`: `{"id", "date",
//! "waterAmount", "measurementUnit"}`, a record a drink. **Time.** Labels of the local date; a run's stamp
//! is the UTC start of the exercise, so its date waits for the offset. **Units.** Whole minutes, beats per
//! minute with decimals, ml/kg/min (the filtered number, as in the app), minutes with decimals in zones,
//! millilitres; the words for other units are not documented. A VO2max of 0 is none, and so is a resting
//! heart rate of 0.0 or whose `date` is null. Fitbit pads dates without data, past and future (to
//! `12/31/99`), with 1440 sedentary minutes: only the steps can tell such a date from a day in bed.
//! **Errors.** An implausible date, unless the row is padding; a number that is none, out of the range of
//! its metric or, at a level, not whole; zones that are no object; another unit of water. **Source.**
//! Archives of 2015 to 2026; fitbit-format §4.5, §4.11.

use std::collections::BTreeSet;

use super::days::value;
use super::json::{Dated, Object, Scalar, each_record, object, whole};
use super::record_error::{OrError as _, RecordError};
use super::stamp::{US_EXPECTED, us, us_date};
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DateLabel, Provider};
use crate::model::{LocalDate, LocalTime, Offset, Records, Reject, Skip, Tally};

/// The label of a date, and its values: metric, field and number.
type Told<'a, const N: usize> = (DateLabel, [(Metric, &'static str, Scalar<'a>); N]);

/// Walks records of one date each, as `read` answers them; a value that is absent is left out.
fn each_day<const N: usize>(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    mut read: impl FnMut(&str) -> Result<Told<'_, N>, RecordError>,
) {
    each_record(entry, tally, |origin, text, _| {
        let (date, values) = read(text)?;
        // A record counts whole or not at all.
        let mut sound = Vec::with_capacity(N);
        for (metric, field, number) in values {
            if let Some(number) = number.optional(field)? {
                let by = (origin, Provider::json());
                sound.push(value(by, date, metric, field, number)?);
            }
        }
        records.daily.append(&mut sound);
        Ok(())
    });
}

/// Reads the minutes of one level. `filler` is what fills dates without data.
pub fn read_level(
    entry: &Entry<'_>,
    records: &mut Records,
    tally: &mut Tally,
    (metric, filler): (Metric, f64),
) {
    each_day(entry, records, tally, |text| {
        let raw: Dated<'_, Scalar<'_>> = serde_json::from_str(text)?;
        let stamp = raw.date_time.text("dateTime")?;
        let date = us(stamp).or_date("dateTime", stamp, US_EXPECTED)?;
        let number = raw.value.required("value")?;
        if !date.is_plausible() && number == filler {
            return Err(Skip::Padding.into());
        }
        let date = Some(date).filter(|date| date.is_plausible());
        let date = date.or_date("dateTime", stamp, US_EXPECTED)?;
        whole(number).or_value("value", number, "whole minutes")?;
        Ok((DateLabel::Date(date.date()), [(metric, "value", raw.value)]))
    });
}

object!(Resting { date, value });

/// Reads `resting_heart_rate-DATE.json`.
pub fn read_resting(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_day(entry, records, tally, |text| {
        let raw: Dated<'_, Object<Resting<'_>>> = serde_json::from_str(text)?;
        let inner = raw.value.required("value")?;
        let number = inner.value.optional("value.value")?;
        let number = number.filter(|n| *n != 0.0).ok_or(Skip::Padding)?;
        if inner.date == Scalar::Absent {
            return Err(Skip::Padding.into());
        }
        let date = same_date(
            inner.date.text("value.date")?,
            raw.date_time.us_stamp("dateTime")?,
        )?;
        let metric = Metric::RestingHeartRate;
        Ok((
            DateLabel::Date(date),
            [(metric, "value.value", Scalar::Number(number))],
        ))
    });
}

/// The date of the value, which `dateTime` must repeat.
fn same_date(own: &str, label: LocalTime) -> Result<LocalDate, RecordError> {
    let expected = "the date of dateTime as MM/dd/yy";
    let date = us_date(own.as_bytes()).filter(|d| *d == label.date());
    date.or_date("value.date", own, expected)
}

object!(Vo2Max {
    #[serde(rename = "filteredDemographicVO2Max")]
    demographic,
    #[serde(rename = "filteredRunVO2Max")]
    run
});

/// Reads `demographic_vo2_max-DATE.json`, or `run_vo2_max-DATE.json` for that metric.
pub fn read_vo2_max(entry: &Entry<'_>, records: &mut Records, tally: &mut Tally, metric: Metric) {
    each_day(entry, records, tally, |text| {
        let raw: Dated<'_, Object<Vo2Max<'_>>> = serde_json::from_str(text)?;
        let clock = raw.date_time.us_stamp("dateTime")?;
        let inner = raw.value.required("value")?;
        let (field, number, date) = if metric == Metric::RunVo2Max {
            let at = DateLabel::At(clock.minus(Offset(0)));
            ("filteredRunVO2Max", inner.run, at)
        } else {
            let date = DateLabel::Date(clock.date());
            ("filteredDemographicVO2Max", inner.demographic, date)
        };
        if number.required(field)? == 0.0 {
            return Err(Skip::Sentinel.into());
        }
        Ok((date, [(metric, field, number)]))
    });
}

object!(InZones { values_in_zones: Object<Zones<'a>> });

object!(Zones {
    #[serde(rename = "IN_DEFAULT_ZONE_1")]
    fat_burn,
    #[serde(rename = "IN_DEFAULT_ZONE_2")]
    cardio,
    #[serde(rename = "IN_DEFAULT_ZONE_3")]
    peak
});

/// Reads `time_in_heart_rate_zones-DATE.json`.
pub fn read_zones(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_day(entry, records, tally, |text| {
        let raw: Dated<'_, Object<InZones<'_>>> = serde_json::from_str(text)?;
        let date = DateLabel::Date(raw.date_time.us_stamp("dateTime")?.date());
        let zones = raw.value.0.and_then(|v| v.values_in_zones.0);
        let zones = zones.or_missing("valuesInZones")?;
        let values = [
            (Metric::FatBurnMinutes, "IN_DEFAULT_ZONE_1", zones.fat_burn),
            (Metric::CardioMinutes, "IN_DEFAULT_ZONE_2", zones.cardio),
            (Metric::PeakMinutes, "IN_DEFAULT_ZONE_3", zones.peak),
        ];
        Ok((date, values))
    });
}

object!(Drink {
    id,
    date,
    water_amount,
    measurement_unit
});

/// Reads `water_logs-N.json`.
pub fn read_water(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut ids = BTreeSet::new();
    each_day(entry, records, tally, |text| {
        let raw: Drink<'_> = serde_json::from_str(text)?;
        let label = raw.date.text("date")?;
        let date = us_date(label.as_bytes()).filter(|d| d.is_plausible());
        let date = date.or_date("date", label, "MM/dd/yy")?;
        let unit = raw.measurement_unit.text("measurementUnit")?;
        if unit != "MILLILITER" {
            let what = format!("measurementUnit is {unit:?}");
            return Err(RecordError::new(Reject::UnknownUnit, what, "MILLILITER"));
        }
        raw.water_amount.required("waterAmount")?;
        if raw.id != Scalar::Absent && !ids.insert(raw.id.to_string()) {
            return Err(Skip::Duplicate.into());
        }
        Ok((
            DateLabel::Date(date),
            [(Metric::Water, "waterAmount", raw.water_amount)],
        ))
    });
}

#[cfg(test)]
mod tests;
