//! What an independent reader (`fitparser`) makes of a file: for the tests of the writers.
//!
//! Wholeness is checked first with our own code, because `fitparser` accepts cut files.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use chrono::{NaiveDate, TimeZone};
use fitparser::Value;
use fitparser::de::{DecodeOption, from_bytes_with_options};

use crate::fit::whole;

/// A data message.
#[derive(Debug)]
pub(in crate::garmin) struct Message {
    /// Name in the profile.
    pub(in crate::garmin) kind: String,
    fields: BTreeMap<String, Value>,
}

/// Decodes a whole file; enums stay numbers.
pub(in crate::garmin) fn decode(bytes: &[u8]) -> Vec<Message> {
    let count = whole::check(bytes).unwrap();
    let options = [DecodeOption::ReturnNumericEnumValues].into();
    let records = from_bytes_with_options(bytes, &options).unwrap();
    assert_eq!(records.len() as u64, count, "fitparser met other messages");
    records
        .into_iter()
        .map(|record| Message {
            kind: record.kind().to_string(),
            fields: record
                .into_vec()
                .into_iter()
                .map(|f| (f.name().to_owned(), f.into_value()))
                .collect(),
        })
        .collect()
}

/// The weight of a `weight_scale` message: `fitparser` shows it unscaled.
pub(in crate::garmin) fn kilograms(message: &Message) -> f64 {
    message.real("weight") / 100.0
}

impl Message {
    /// Tells whether a field is there and set.
    pub(in crate::garmin) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|v| *v != Value::Invalid)
    }

    /// Returns a number.
    pub(in crate::garmin) fn real(&self, name: &str) -> f64 {
        self.value(name).clone().try_into().unwrap()
    }

    /// Returns a whole number.
    pub(in crate::garmin) fn int(&self, name: &str) -> i64 {
        self.value(name).try_into().unwrap()
    }

    /// Returns a `date_time` as Unix seconds.
    pub(in crate::garmin) fn at(&self, name: &str) -> i64 {
        self.int(name)
    }

    /// Returns a `local_date_time` as seconds since 1970 on the local clock, whatever the zone of
    /// the machine: `fitparser` counts it from the epoch in that zone.
    pub(in crate::garmin) fn local(&self, name: &str) -> i64 {
        let Value::Timestamp(shown) = self.value(name) else {
            unreachable!("{self:?} has no time in {name}");
        };
        let epoch = NaiveDate::from_ymd_opt(1989, 12, 31).unwrap();
        let epoch = epoch.and_hms_opt(0, 0, 0).unwrap();
        let here = shown.timezone().from_local_datetime(&epoch).unwrap();
        shown.timestamp() - here.timestamp() + epoch.and_utc().timestamp()
    }

    fn value(&self, name: &str) -> &Value {
        let found = self.fields.get(name);
        assert!(found.is_some(), "{self:?} has no {name}");
        found.unwrap()
    }
}
