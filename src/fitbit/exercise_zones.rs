//! The heart-rate zones of an exercise record: its array `heartRateZones`.
//!
//! **Shape.** Objects with `name`, `min`, `max`, `minutes` and sometimes `caloriesOut`, in any order; names
//! may be in another language, so the bounds tell which zone is which. **Time.** Of the whole exercise.
//! **Units.** Beats per minute, which move with age and resting heart rate; minutes. **Errors.** An array
//! that is none of zones tells nothing. **Source.** fitbit-format §4.9.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::json::{Scalar, objects};
use crate::model::records::ZoneTime;
use crate::model::units::Bpm;

/// Most zones of a record: Fitbit has four.
const MOST: usize = 6;
/// Most minutes in a zone: those of seven days.
const MOST_MINUTES: f64 = 10_080.0;

#[derive(Default, Deserialize)]
#[serde(default, bound(deserialize = "'de: 'a"))]
struct Zone<'a> {
    max: Scalar<'a>,
    minutes: Scalar<'a>,
}

impl Zone<'_> {
    fn time(&self) -> Option<ZoneTime> {
        let minutes = self.minutes.number()?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "minutes of at most seven days"
        )]
        let seconds = |m: f64| (m * 60.0).round() as u32;
        let sane = (0.0..=MOST_MINUTES).contains(&minutes);
        Some(ZoneTime {
            highest: Bpm::rounded(self.max.number()?).ok()?,
            seconds: sane.then(|| seconds(minutes))?,
        })
    }
}

/// Returns the zones, lowest first, or `None` where the array cannot be understood. No time in any zone
/// is no measurement.
pub(super) fn zones(raw: &RawValue) -> Option<Vec<ZoneTime>> {
    let told: Vec<Zone<'_>> = objects(raw).ok().filter(|t: &Vec<_>| t.len() <= MOST)?;
    let mut zones: Vec<ZoneTime> = told.iter().map(Zone::time).collect::<Option<_>>()?;
    zones.sort_by_key(|z| z.highest);
    if zones.iter().all(|z| z.seconds == 0) {
        zones.clear();
    }
    Some(zones)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Vec<(u8, u32)>> {
        let raw: &RawValue = serde_json::from_str(text).ok()?;
        Some(
            zones(raw)?
                .iter()
                .map(|z| (z.highest.get(), z.seconds))
                .collect(),
        )
    }

    #[test]
    fn zones_are_told_apart_by_their_bounds() {
        let text = r#"[{"name":"Cardio","min":133,"max":161,"minutes":12},
            {"name":"Außerhalb","min":30,"max":95,"minutes":0.5,"caloriesOut":-2.8E-14},
            {"name":"Peak","min":161,"max":220,"minutes":"3"},{"name":"Fat Burn","min":95,"max":133,"minutes":7}]"#;
        assert_eq!(
            read(text),
            Some(vec![(95, 30), (133, 420), (161, 720), (220, 180)])
        );
    }

    #[test]
    fn what_is_no_list_of_zones_tells_nothing() {
        assert_eq!(read(r#"[{"max":95,"minutes":0}]"#), Some(vec![]));
        for text in [
            r#"{"max":95}"#,
            "7",
            r#"[{"max":950,"minutes":1}]"#,
            r#"[{"max":95,"minutes":-1}]"#,
            "[1]",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
