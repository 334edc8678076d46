//! Single lengths of a pool.
//!
//! Knows nothing of exercises; which swim a length belongs to is settled later.
//!
//! # Shape
//! `swim_lengths_data-DATE.json`: records of `dateTime` and a `value` object with `lapDurationSec`,
//! `strokeCount`, `swimStrokeType` and `swimAlgorithmType`; `swim_lengths_data_DATE.csv` of
//! GoogleData: `timestamp,lap time,stroke count,stroke type`.
//!
//! # Time
//! Not documented; taken as UTC like exercises, and as the end of the length.
//!
//! # Units
//! Seconds and strokes.
//!
//! # Errors
//! A stamp that cannot be meant, a duration that is none or beyond 1 second to 1 hour, a number of
//! strokes that is not whole or beyond 1000.
//!
//! # Source
//! Field names from catalogues of archives of 2015 to 2026; no value is public.

use serde::Deserialize;

use super::json::{Bad, Object, Scalar, each_record, whole};
use super::reading::{each_told, stamp};
use super::{Entry, Settings};
use crate::model::records::{Origin, Stamp, SwimLength};
use crate::model::{Instant, Offset, Records, Skip, Tally};

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Raw<'a> {
    #[serde(borrow)]
    date_time: Scalar<'a>,
    #[serde(borrow)]
    value: Object<Value<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Value<'a> {
    #[serde(borrow)]
    lap_duration_sec: Scalar<'a>,
    #[serde(borrow)]
    stroke_count: Scalar<'a>,
    #[serde(borrow)]
    swim_stroke_type: Scalar<'a>,
}

/// Reads `swim_lengths_data-DATE.json`.
pub fn read(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |position, text, _| {
        let raw: Raw<'_> = serde_json::from_str(text)?;
        let clock = raw.date_time.us_stamp("dateTime")?;
        let value = raw.value.0.ok_or_else(|| Bad::missing("value"))?;
        let stroke = match &value.swim_stroke_type {
            Scalar::Text(name) => Some(name.as_ref()),
            _ => None,
        };
        let origin = entry.origin(position);
        let seconds = value.lap_duration_sec.required("lapDurationSec")?;
        let strokes = value.stroke_count.optional("strokeCount")?;
        let at = clock.minus(Offset(0));
        let length = length((origin, at), seconds, strokes, stroke)?;
        records.swim_lengths.push(length);
        Ok(())
    });
}

/// Reads `swim_lengths_data_DATE.csv`.
pub fn read_google(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_told(entry, tally, &["timestamp", "lap time"], |told, tally| {
        let (row, at) = (told.row, stamp(told.row, "timestamp")?);
        let Some((at, seconds)) = at.zip(row.number("lap time")?) else {
            tally.skip(Skip::Sentinel, 1);
            return Ok(());
        };
        let at = match at {
            Stamp::Utc(at) => at,
            Stamp::Local(clock) => clock.minus(Offset(0)),
        };
        let strokes = row.number("stroke count")?;
        let stroke = row.get("stroke type");
        let length = length((told.origin, at), seconds, strokes, stroke)?;
        records.swim_lengths.push(length);
        Ok(())
    });
}

fn length(
    (origin, at): (Origin, Instant),
    seconds: f64,
    strokes: Option<f64>,
    stroke: Option<&str>,
) -> Result<SwimLength, Bad> {
    if !(1.0..=3600.0).contains(&seconds) {
        let found = format!("{seconds} s");
        return Err(Bad::value("the time of a length", &found, "1 to 3600 s"));
    }
    Ok(SwimLength {
        origin,
        at,
        seconds,
        strokes: strokes.map(count).transpose()?,
        stroke: stroke.map(str::to_owned),
    })
}

fn count(strokes: f64) -> Result<u32, Bad> {
    let whole = whole(strokes).and_then(|n| u32::try_from(n).ok());
    let whole = whole.filter(|n| *n <= 1000);
    whole.ok_or_else(|| {
        let found = strokes.to_string();
        Bad::value("the number of strokes", &found, "a whole number to 1000")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::reading::tests::run;

    #[test]
    fn a_length_has_its_seconds_and_strokes() {
        let text = r#"[{"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":31,"strokeCount":18,"swimStrokeType":"FREESTYLE"}},
            {"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":-1,"strokeCount":18}},
            {"dateTime":"05/16/24 09:00:31","value":{"lapDurationSec":30,"strokeCount":1e9}}]"#;
        let (records, tally) = run(read, "x.json", text);
        assert!(
            matches!(records.swim_lengths.as_slice(), [l] if l.seconds == 31.0 && l.strokes == Some(18) && l.stroke.as_deref() == Some("FREESTYLE"))
        );
        assert_eq!(tally.rejected_total(), 2);
    }

    #[test]
    fn google_has_the_same_in_a_table() {
        let text =
            "timestamp,lap time,stroke count,stroke type\n2026-05-16T09:00:31Z,31.5,18,FREESTYLE\n";
        assert_eq!(run(read_google, "x.csv", text).0.swim_lengths.len(), 1);
    }
}
