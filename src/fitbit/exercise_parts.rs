//! What stands beside exercises in files of its own: GPS points, pool lengths, running form.
//!
//! Knows nothing of exercises; which one a row belongs to is resolved later. Devices stay apart: two
//! tracks must never be mixed.
//!
//! **Shape.** `gps_location_DATE.csv`: `timestamp`, `latitude`, `longitude`, `altitude`, about one row a
//! second, two devices interleaved. `swim_lengths_data-DATE.json`: `dateTime` and a `value` with
//! `lapDurationSec`, `strokeCount`, `swimStrokeType`; `swim_lengths_data_DATE.csv`: `timestamp,lap
//! time,stroke count,stroke type`; trackers write rows all day long, most of which belong to no swim.
//! `cadence_DATE.csv`, `stride_length_DATE.csv`, `vertical_oscillation_DATE.csv`,
//! `vertical_ratio_DATE.csv` and `ground_contact_time_DATE.csv`: one column beside the stamp.
//! `WorkoutSummariesAndRounds.csv`: a row per summary, round, segment, set and split of a coached workout;
//! each repeats the summary that it belongs to, and only that is read. GoogleData has `data source` since
//! 2026. **Time.** UTC; of a length the start; `interval_start` and `interval_end` where an offset is
//! written. **Units.** Degrees, metres; seconds, in GoogleData `HH:MM:SS.mmm`; steps of both feet per
//! minute, centimetres (of a stride, which is one step or two: resolved later), centimetres, percent,
//! milliseconds; in summaries millimetres, microseconds, effort from 0 to 10. Empty, 0 and -1 mean "none".
//! **Errors.** An implausible stamp or position, a number that nobody's steps have, a table without one of
//! the columns, a length that is none or beyond a day, strokes that are not whole or beyond 1000; a bad
//! altitude is left out of its row. A length of 0 seconds tells nothing. **Source.** fitbit-format §4.13,
//! §7, §8; the clock of lengths from a comparison of the rows of six archives; summaries from Google's own
//! description, no row is public.

use super::json::{Dated, Object, count, decimal, each_record, object};
use super::reading::{each_sourced, keep_by_device};
use super::record_error::{OrError as _, RecordError};
use super::table::{NONE, Row};
use super::{Entry, Settings};
use crate::model::records::FormMeasure::{
    self, Cadence, GroundContact, StepLength, VerticalOscillation, VerticalRatio,
};
use crate::model::records::{FormBlock, FormMeans, Provider, SwimLength, TrackPoint};
use crate::model::units::{Altitude, Latitude, Longitude};
use crate::model::{Instant, Offset, Records, Skip, Tally};

/// Reads `gps_location_DATE.csv`.
pub fn read_gps(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = &["timestamp", "latitude", "longitude"];
    each_sourced(entry, tally, needed, |row, provider| {
        keep_by_device(&mut records.gps, entry.id, &provider, point(&row)?);
        Ok(())
    });
}

fn point(row: &Row<'_>) -> Result<TrackPoint, RecordError> {
    let at = row.instant("timestamp")?;
    let latitude = Latitude::new(row.need_number("latitude")?)?;
    let longitude = Longitude::new(row.need_number("longitude")?)?;
    let altitude = row.number("altitude").ok().flatten();
    Ok(TrackPoint {
        at,
        position: Some((latitude, longitude)),
        altitude: altitude.and_then(|m| Altitude::new(m).ok()),
        distance: None,
        heart_rate: None,
    })
}

object!(Lap {
    lap_duration_sec,
    stroke_count,
    swim_stroke_type
});

/// Reads `swim_lengths_data-DATE.json`.
pub fn read_lengths(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_record(entry, tally, |_, text, _| {
        let raw: Dated<'_, Object<Lap<'_>>> = serde_json::from_str(text)?;
        let start = raw.date_time.us_stamp("dateTime")?.minus(Offset(0));
        let value = raw.value.required("value")?;
        let seconds = value.lap_duration_sec.required("lapDurationSec")?;
        let strokes = value.stroke_count.optional("strokeCount")?;
        let length = length(start, seconds, strokes, value.swim_stroke_type.as_text())?;
        keep_by_device(
            &mut records.swim_lengths,
            entry.id,
            &Provider::json(),
            length,
        );
        Ok(())
    });
}

/// Reads `swim_lengths_data_DATE.csv`.
pub fn read_lengths_csv(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    each_sourced(entry, tally, &["timestamp", "lap time"], |row, provider| {
        let at = row.stamp("timestamp")?;
        let seconds = row.get("lap time").map(lap_time).transpose()?;
        let strokes = row.number("stroke count")?;
        let (at, seconds) = at.zip(seconds).ok_or(Skip::Sentinel)?;
        let start = Instant(at.seconds());
        let length = length(start, seconds, strokes, row.get("stroke type"))?;
        keep_by_device(&mut records.swim_lengths, entry.id, &provider, length);
        Ok(())
    });
}

/// Seconds of `HH:MM:SS.mmm`, or of a plain number.
fn lap_time(text: &str) -> Result<f64, RecordError> {
    let part = |part| decimal(part).filter(|n| *n >= 0.0);
    let parts: Option<Vec<f64>> = text.split(':').map(part).collect();
    let parts = parts.filter(|parts| parts.len() <= 3);
    let seconds = parts.map(|parts| parts.into_iter().fold(0.0, |sum, part| 60.0 * sum + part));
    seconds.or_text("lap time", text, "HH:MM:SS.mmm")
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
            found,
            "0 to 86400 s",
        ));
    }
    let whole =
        |n: f64| count(n, 1000).or_value("the number of strokes", n, "a whole number to 1000");
    let strokes = strokes.map(whole).transpose()?;
    if seconds < 1.0 {
        return Err(Skip::Sentinel.into());
    }
    Ok(SwimLength {
        start,
        seconds,
        strokes,
        stroke: stroke.map(str::to_owned),
    })
}

/// The columns of running form: name, measure, units of the measure in one of its own, and the largest
/// number that is believed, with its unit.
const FORM: [(&str, FormMeasure, f64, f64, &str); 5] = [
    ("steps per minute", Cadence, 1.0, 500.0, "steps/min"),
    ("stride length", StepLength, 10.0, 600.0, "cm"),
    (
        "vertical oscillation",
        VerticalOscillation,
        10.0,
        100.0,
        "cm",
    ),
    ("vertical ratio", VerticalRatio, 1.0, 100.0, "%"),
    ("ground contact time", GroundContact, 1.0, 6000.0, "ms"),
];

/// Reads a table of running form, whichever it is.
pub fn read_form(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let (mut blocks, mut found) = (Vec::new(), None);
    each_sourced(entry, tally, &["timestamp"], |row, provider| {
        let column = FORM.iter().find(|(name, ..)| row.has(name));
        let &(name, measure, factor, most, unit) = column.or_missing("a column of running form")?;
        found = Some(measure);
        let at = row.instant("timestamp")?;
        let number = row.measured(name, NONE)?.ok_or(Skip::Sentinel)?;
        if !(0.0..=most).contains(&number) {
            return Err(RecordError::value(
                name,
                number,
                &format!("0 to {most} {unit}"),
            ));
        }
        keep_by_device(&mut blocks, entry.id, &provider, (at, number * factor));
        Ok(())
    });
    if let Some(measure) = found {
        let of_measure = |block| FormBlock { measure, block };
        records.form.extend(blocks.into_iter().map(of_measure));
    }
}

/// The columns of the means in a summary, with the units of the measure in one of theirs.
const MEANS: [(&str, FormMeasure, f64); 4] = [
    ("avg_cadence_spm", Cadence, 1.0),
    ("avg_vertical_oscillation_mm", VerticalOscillation, 1.0),
    ("avg_vertical_ratio", VerticalRatio, 1.0),
    (
        "avg_ground_contact_time_duration_micro_sec",
        GroundContact,
        0.001,
    ),
];

/// Reads `WorkoutSummariesAndRounds.csv`.
pub fn read_summaries(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let needed = &["interval_start", "interval_end"];
    each_sourced(entry, tally, needed, |row, _| {
        let mut means = Vec::new();
        for (column, measure, factor) in MEANS {
            let mean = row.measured(column, NONE)?;
            means.extend(mean.map(|n| (measure, n * factor)));
        }
        let effort = row.measured("rate_perceived_exertion", NONE)?;
        let effort = effort.filter(|n| (0.0..=10.0).contains(n));
        let span = row.stamp("interval_start")?.zip(row.stamp("interval_end")?);
        let span = span.filter(|_| !means.is_empty() || effort.is_some());
        records.form_means.push(FormMeans {
            origin: row.origin,
            span: span.ok_or(Skip::Sentinel)?,
            means,
            effort,
        });
        Ok(())
    });
}

#[cfg(test)]
mod tests;
