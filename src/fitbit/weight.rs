//! Weigh-ins: `weight-DATE.json`, GoogleData `weight.csv` and `body_fat_*.csv`.
//!
//! **Shape.** JSON: `logId`, `weight`, `bmi`, `fat`, `date`, `time`, `source`. CSV: `timestamp` and
//! `weight grams` or `body fat percentage`. **Time.** JSON is local; its `logId` is that local time
//! read as UTC, so it is no epoch. 23:59:59 means that only the date is known. The CSV's `Z` may be
//! true or mislabelled, which only a comparison with the JSON can tell. **Units.** The JSON number
//! is left open (pounds in every export seen) until BMI, the grams of the CSV or the user state it;
//! never by its size, and where nothing states it, it is rejected. **Errors.** A weight outside what both
//! units allow is rejected. **Source.** fitbit-format §2, §4.8, §7.

use super::json::{Scalar, each_record, object, whole};
use super::reading::{each_sourced, keep_by_device};
use super::record_error::{OrError as _, RecordError};
use super::stamp::{clock, us_date};
use super::{Entry, Settings};
use crate::model::records::{Origin, Provider, Reading, Stamp, WeighIn, WeightUnit, WeightValue};
use crate::model::time::DAY;
use crate::model::units::{Bmi, Kilograms, Percent};
use crate::model::{LocalTime, Records, Tally};

/// Reads `weight-DATE.json`.
pub fn read_json(entry: &Entry<'_>, settings: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |origin, text, _| {
        let record: Record<'_> = serde_json::from_str(text)?;
        records.weights.push(record.weigh_in(origin, settings)?);
        Ok(())
    });
}

object!(Record {
    log_id,
    weight,
    bmi,
    fat,
    date,
    time
});

impl Record<'_> {
    fn weigh_in(&self, origin: Origin, settings: &Settings) -> Result<WeighIn, RecordError> {
        let (at, date_only) = self.at()?;
        let fat = self.fat.number().and_then(|n| Percent::new(n).ok());
        Ok(WeighIn {
            origin,
            at: Stamp::Local(at),
            date_only,
            weight: weight(self.weight.required("weight")?, settings.weight_unit)?,
            bmi: self.bmi.number().and_then(|n| Bmi::new(n).ok()),
            fat: fat.filter(|f| f.get() <= 90.0),
            provider: Provider::json(),
        })
    }

    /// The local stamp, and whether only its date is known.
    fn at(&self) -> Result<(LocalTime, bool), RecordError> {
        let text = self.date.text("date")?;
        let expected = "MM/dd/yy of a date from 2007 to 2034";
        let date = us_date(text.as_bytes()).filter(|d| d.is_plausible());
        let midnight = date.or_date("date", text, expected)?.midnight();
        let last_second = midnight.plus(DAY - 1);
        if self.time == Scalar::Absent {
            return Ok((last_second, true));
        }
        let time = self.time.text("time")?;
        let seconds = clock(time.as_bytes()).or_date("time", time, "HH:mm:ss")?;
        let filed_at_the_end = self.log_id.number().and_then(whole) == Some(last_second.0 * 1000);
        if seconds == DAY - 1 || (seconds == 0 && filed_at_the_end) {
            return Ok((last_second, true));
        }
        Ok((midnight.plus(seconds), false))
    }
}

/// A bare number stays open unless the user stated the unit.
pub fn weight(number: f64, unit: Option<WeightUnit>) -> Result<WeightValue, RecordError> {
    match unit {
        Some(WeightUnit::Pounds) => Ok(WeightValue::Known(Kilograms::from_pounds(number)?)),
        Some(WeightUnit::Kilograms) => Ok(WeightValue::Known(Kilograms::new(number)?)),
        None if (1.0..=1433.0).contains(&number) => Ok(WeightValue::Open(number)),
        None => {
            let expected = "2.2 to 1433 lb or 1 to 650 kg";
            Err(RecordError::value("weight", number, expected))
        }
    }
}

/// Reads `weight.csv` and `weight_DATE.csv`: grams.
pub fn read_csv(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let (time, value) = ("timestamp", "weight grams");
    each_sourced(entry, tally, &[time, value], |row, provider| {
        let at = Stamp::Utc(row.instant(time)?);
        let grams = row.need_number(value)?;
        records.weights.push(WeighIn {
            origin: row.origin,
            at,
            date_only: false,
            weight: WeightValue::Known(Kilograms::new(grams / 1000.0)?),
            bmi: None,
            fat: None,
            provider,
        });
        Ok(())
    });
}

/// Reads `body_fat_DATE.csv`: percent.
pub fn read_body_fat(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let (time, value) = ("timestamp", "body fat percentage");
    each_sourced(entry, tally, &[time, value], |row, provider| {
        let at = Stamp::Utc(row.instant(time)?);
        let value = Percent::new(row.need_number(value)?)?;
        keep_by_device(
            &mut records.body_fat,
            entry.id,
            &provider,
            Reading { at, value },
        );
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;
    use crate::model::EntryId;

    fn read(text: &str, settings: &Settings) -> (Vec<WeighIn>, Tally) {
        let entry = Entry::new(
            EntryId(0),
            Name::new("weight-2025-09-01.json"),
            text.as_bytes(),
        );
        let (mut records, mut tally) = (Records::default(), Tally::default());
        read_json(&entry, settings, &mut records, &mut tally);
        (records.weights, tally)
    }

    #[test]
    fn the_stamp_is_local_and_the_unit_stays_open() {
        let text = r#"[{"logId":1757668406000,"weight":198.1,"bmi":30.04,"fat":28.743999481201172,"date":"09/12/25","time":"09:13:26","source":"Aria"}]"#;
        let (weights, _) = read(text, &Settings::default());
        let w = weights.first();
        assert_eq!(w.map(|w| w.weight), Some(WeightValue::Open(198.1)));
        assert!(w.is_some_and(
            |w| matches!(w.at, Stamp::Local(t) if t.to_string() == "2025-09-12T09:13:26")
                && !w.date_only
        ));
    }

    #[test]
    fn a_reading_without_a_time_is_known_by_date_only() {
        let date_only = |time: &str, id: i64| {
            let text =
                format!(r#"[{{"logId":{id},"weight":198.1,"date":"09/12/25","time":"{time}"}}]"#);
            read(&text, &Settings::default())
                .0
                .first()
                .map(|w| w.date_only)
        };
        assert_eq!(date_only("23:59:59", 0), Some(true));
        assert_eq!(date_only("00:00:00", 1_757_721_599_000), Some(true));
        assert_eq!(date_only("00:00:00", 1_757_635_200_000), Some(false));
    }

    #[test]
    fn the_users_word_settles_the_unit_and_impossible_weights_are_rejected() {
        let settings = Settings {
            weight_unit: Some(WeightUnit::Kilograms),
            ..Settings::default()
        };
        let text = r#"[{"weight":80,"date":"09/12/25","time":"09:00:00"},{"weight":0.0,"date":"09/12/25","time":"09:00:00"},{"weight":-70,"date":"09/12/25"},{"weight":1e308,"date":"09/12/25"}]"#;
        let (weights, tally) = read(text, &settings);
        assert_eq!((weights.len(), tally.rejected_total()), (1, 3));
        assert_eq!(read(text, &Settings::default()).1.rejected_total(), 3);
    }

    #[test]
    fn bmi_zero_is_absent() {
        let (weights, _) = read(
            r#"[{"weight":180,"bmi":0,"date":"09/12/25","time":"09:00:00"}]"#,
            &Settings::default(),
        );
        assert!(
            weights
                .first()
                .is_some_and(|w| w.bmi.is_none() && w.fat.is_none())
        );
    }
}
