//! Minutes per date in Fitbit's three heart-rate zones.
//!
//! # Shape
//! `time_in_heart_rate_zones-DATE.json`, one record a file: `{"dateTime", "value":
//! {"valuesInZones": {"BELOW_DEFAULT_ZONE_1": 1355.0, "IN_DEFAULT_ZONE_1": 61.0, …}}}`, the zones in
//! any order. Zones 1, 2 and 3 are fat burn, cardio and peak; their bounds are not in the file.
//!
//! # Time
//! Labels of the local date.
//!
//! # Units
//! Minutes with decimals.
//!
//! # Errors
//! An implausible date, zones that are no object, a number that is none or out of range.
//!
//! # Source
//! fitbit-format §4.5.

use serde::Deserialize;

use super::days::value;
use super::json::{Dated, Object, Scalar, each_record};
use super::record_error::RecordError;
use super::{Entry, Settings};
use crate::model::metrics::Metric;
use crate::model::records::{DateLabel, Provider};
use crate::model::{Records, Tally};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Value<'a> {
    values_in_zones: Object<Zones<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "SCREAMING_SNAKE_CASE")]
#[serde(bound(deserialize = "'de: 'a"))]
struct Zones<'a> {
    in_default_zone_1: Scalar<'a>,
    in_default_zone_2: Scalar<'a>,
    in_default_zone_3: Scalar<'a>,
}

/// Reads `time_in_heart_rate_zones-DATE.json`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    use Metric::{CardioMinutes, FatBurnMinutes, PeakMinutes};
    each_record(entry, tally, |position, text, _| {
        let raw: Dated<'_, Object<Value<'_>>> = serde_json::from_str(text)?;
        let date = DateLabel::Date(raw.date_time.us_stamp("dateTime")?.date());
        let zones = raw.value.0.and_then(|v| v.values_in_zones.0);
        let zones = zones.ok_or_else(|| RecordError::missing("valuesInZones"))?;
        for (metric, field, number) in [
            (
                FatBurnMinutes,
                "IN_DEFAULT_ZONE_1",
                &zones.in_default_zone_1,
            ),
            (CardioMinutes, "IN_DEFAULT_ZONE_2", &zones.in_default_zone_2),
            (PeakMinutes, "IN_DEFAULT_ZONE_3", &zones.in_default_zone_3),
        ] {
            if let Some(number) = number.optional(field)? {
                let by = (entry.origin(position), Provider::json());
                records.daily.push(value(by, date, metric, field, number)?);
            }
        }
        Ok(())
    });
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::fitbit::testing::run;

    #[test]
    fn zones_come_in_any_order_and_may_be_missing() {
        let text = r#"[{"dateTime":"05/20/15 00:00:00","value":{"valuesInZones":{"IN_DEFAULT_ZONE_2":1.0,"BELOW_DEFAULT_ZONE_1":1355.0,"IN_DEFAULT_ZONE_1":61.0}}},
            {"dateTime":"05/21/15 00:00:00","value":{"valuesInZones":[1]}},
            {"dateTime":"05/22/15 00:00:00","value":{"valuesInZones":{"IN_DEFAULT_ZONE_1":9999.0}}}]"#;
        let (records, tally) = run(read, "time_in_heart_rate_zones-2015-05-20.json", text);
        let numbers: Vec<_> = records.daily.iter().map(|d| (d.metric, d.value)).collect();
        assert_eq!(
            numbers,
            [(Metric::FatBurnMinutes, 61.0), (Metric::CardioMinutes, 1.0)]
        );
        assert_eq!(tally.rejected_total(), 2);
        assert_eq!(records.daily.first().unwrap().origin.position, 1);
    }
}
