//! Single lengths of a pool.
//!
//! Knows nothing of exercises; which swim a length belongs to is resolved later. Trackers write rows
//! all day long, so most of them belong to none.
//!
//! # Shape
//! `swim_lengths_data-DATE.json`: records of `dateTime` and a `value` object with `lapDurationSec`,
//! `strokeCount`, `swimStrokeType` and `swimAlgorithmType`; `swim_lengths_data_DATE.csv` of
//! GoogleData: `timestamp,lap time,stroke count,stroke type`.
//!
//! # Time
//! UTC, the start of the length.
//!
//! # Units
//! Seconds, in GoogleData `HH:MM:SS.mmm`; strokes.
//!
//! # Errors
//! An implausible stamp, a duration that is none or beyond a day, a number of strokes that
//! is not whole or beyond 1000. A row without time or of 0 seconds tells nothing.
//!
//! # Source
//! fitbit-format §4.13, §7; the clock from a comparison of the rows of six archives.

use serde::Deserialize;

use super::json::{Dated, Object, Scalar, count, decimal, each_record};
use super::reading::{each_sourced, keep_by_device, stamp};
use super::record_error::RecordError;
use super::{Entry, Settings};
use crate::model::records::{Provider, SwimLength};
use crate::model::{Instant, Offset, Records, Skip, Tally};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase", bound(deserialize = "'de: 'a"))]
struct Value<'a> {
    lap_duration_sec: Scalar<'a>,
    stroke_count: Scalar<'a>,
    swim_stroke_type: Scalar<'a>,
}

/// Reads `swim_lengths_data-DATE.json`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut blocks = Vec::new();
    each_record(entry, tally, |_, text, _| {
        let raw: Dated<'_, Object<Value<'_>>> = serde_json::from_str(text)?;
        let clock = raw.date_time.us_stamp("dateTime")?;
        let value = raw.value.0.ok_or_else(|| RecordError::missing("value"))?;
        let stroke = match &value.swim_stroke_type {
            Scalar::Text(name) => Some(name.as_ref()),
            _ => None,
        };
        let seconds = value.lap_duration_sec.required("lapDurationSec")?;
        let strokes = value.stroke_count.optional("strokeCount")?;
        let at = clock.minus(Offset(0));
        let length = length(at, seconds, strokes, stroke)?;
        keep_by_device(&mut blocks, entry.id, &Provider::json(), length);
        Ok(())
    });
    records.swim_lengths.append(&mut blocks);
}

/// Reads `swim_lengths_data_DATE.csv`.
pub fn read_google(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let mut blocks = Vec::new();
    each_sourced(entry, tally, &["timestamp", "lap time"], |row| {
        let at = stamp(&row, "timestamp")?;
        let seconds = row.get("lap time").map(lap_time).transpose()?;
        let strokes = row.number("stroke count")?;
        let (at, seconds) = at.zip(seconds).ok_or(Skip::Sentinel)?;
        let length = length(
            Instant(at.seconds()),
            seconds,
            strokes,
            row.get("stroke type"),
        )?;
        keep_by_device(&mut blocks, entry.id, &row.provider, length);
        Ok(())
    });
    records.swim_lengths.append(&mut blocks);
}

/// Seconds of `HH:MM:SS.mmm`, or of a plain number.
fn lap_time(text: &str) -> Result<f64, RecordError> {
    let parts = text
        .split(':')
        .map(|part| decimal(part).filter(|n| *n >= 0.0));
    let parts: Option<Vec<f64>> = parts.collect();
    let seconds = match parts.as_deref() {
        Some([seconds]) => Some(*seconds),
        Some([minutes, seconds]) => Some(60.0 * minutes + seconds),
        Some([hours, minutes, seconds]) => Some(3600.0 * hours + 60.0 * minutes + seconds),
        _ => None,
    };
    seconds.ok_or_else(|| RecordError::value("lap time", &format!("{text:?}"), "HH:MM:SS.mmm"))
}

/// A length; one of less than a second was not swum.
fn length(
    start: Instant,
    seconds: f64,
    strokes: Option<f64>,
    stroke: Option<&str>,
) -> Result<SwimLength, RecordError> {
    if !(0.0..=86_400.0).contains(&seconds) {
        let found = format!("{seconds} s");
        return Err(RecordError::value(
            "the time of a length",
            &found,
            "0 to 86400 s",
        ));
    }
    let length = SwimLength {
        start,
        seconds,
        strokes: strokes.map(whole_strokes).transpose()?,
        stroke: stroke.map(str::to_owned),
    };
    Ok(Some(length)
        .filter(|l| l.seconds >= 1.0)
        .ok_or(Skip::Sentinel)?)
}

fn whole_strokes(strokes: f64) -> Result<u32, RecordError> {
    count(strokes, 1000).ok_or_else(|| {
        let found = strokes.to_string();
        RecordError::value("the number of strokes", &found, "a whole number to 1000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::testing::run;

    fn rows(records: &Records) -> Vec<&SwimLength> {
        records.swim_lengths.iter().flat_map(|b| &b.rows).collect()
    }

    #[test]
    fn a_length_has_its_seconds_and_strokes() {
        let text = r#"[{"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":31,"strokeCount":18,"swimStrokeType":"FREESTYLE"}},
            {"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":-1,"strokeCount":18}},
            {"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":30,"strokeCount":1e9}}]"#;
        let (records, tally) = run(read, "x.json", text);
        assert!(
            matches!(rows(&records).as_slice(), [l] if l.seconds == 31.0 && l.strokes == Some(18) && l.stroke.as_deref() == Some("FREESTYLE"))
        );
        assert_eq!(tally.rejected_total(), 2);
    }

    #[test]
    fn google_writes_the_time_of_a_length_as_a_clock() {
        let seconds = |lap: &str| {
            let text = format!(
                "timestamp,lap time,stroke count,stroke type\n2026-05-16T09:00:31Z,{lap},18,FREESTYLE\n"
            );
            let (records, tally) = run(read_google, "x.csv", &text);
            let told = rows(&records).first().map(|l| l.seconds);
            (told, tally.rejected_total(), tally.skipped_total())
        };
        assert_eq!(seconds("00:00:31.500"), (Some(31.5), 0, 0));
        assert_eq!(seconds("00:01:02"), (Some(62.0), 0, 0));
        assert_eq!(seconds("31.5"), (Some(31.5), 0, 0));
        assert_eq!(seconds("00:00:00.000"), (None, 0, 1));
        assert_eq!(seconds(""), (None, 0, 1));
        assert_eq!(seconds("25:00:00.000"), (None, 1, 0));
        assert_eq!(seconds("00:-1:31"), (None, 1, 0));
        assert_eq!(seconds("half a minute"), (None, 1, 0));
    }

    #[test]
    fn devices_stay_apart() {
        let text = "timestamp,lap time,stroke count,stroke type,data source\n2026-05-16T09:00:31Z,00:00:31.000,18,FREESTYLE,Versa 4\n2026-05-16T09:00:33Z,00:00:31.000,18,FREESTYLE,Pixel Watch\n";
        assert_eq!(run(read_google, "x.csv", text).0.swim_lengths.len(), 2);
    }
}
