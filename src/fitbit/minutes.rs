//! Minute streams: steps, distance, floors, calories, altitude and levels of activity.
//!
//! **Shape.** Classic JSON: `{"dateTime", "value": "13"}`, numbers as strings. GoogleData: `timestamp`, a
//! column named after the family (or three flags, or a word), since 2026 `data source`; rows of several
//! devices interleaved, of which one may cover more than its minute: a phone writes one for a long walk.
//! **Time.** JSON: steps and distance are UTC minutes, calories and altitude *local* minutes, in files
//! that look alike. GoogleData is UTC. **Units.** Steps, floors: count. Distance: centimetres, in
//! GoogleData metres. Calories: kilocalories with the basal rate, in GoogleData where a day has a row for
//! every minute. Altitude: feet of ascent, 10 feet a floor; in GoogleData millimetres, 3048 a floor.
//! **Errors.** A bad row is rejected, and so is a count with a fraction, whose point may set thousands
//! apart. In JSON two different values for one minute are a conflict, the first stays; of a 0 and a number
//! the number does. **Source.** fitbit-format §2, §4.2, §7.

use super::by_day::{ByDay, ByDevice, of_device};
use super::json::{Dated, Scalar, each_record};
use super::layout;
use super::reading::{each_exact, each_sourced};
use super::record_error::{OrError as _, RecordError};
use super::table::Row;
use super::{Entry, Settings};
use crate::model::records::{MinuteBlock, Provider};
use crate::model::{DayMinutes, EntryId, Instant, Offset, Records, Reject, Skip, Tally};

/// What a stream measures: how its numbers become the integers of a [`DayMinutes`].
pub struct Stream {
    /// Integers per unit of the file.
    factor: f64,
    /// Largest number of a row, in the unit of the file.
    most: f64,
    /// Whether it counts, and so has no fraction.
    counts: bool,
    /// The numbers that can be meant, for findings.
    expected: &'static str,
}

const fn stream(factor: f64, most: f64, counts: bool, expected: &'static str) -> Stream {
    Stream {
        factor,
        most,
        counts,
        expected,
    }
}

const STEP_COUNT: &str = "a whole number of steps from 0 to 100000";
const FLOOR_COUNT: &str = "a whole number of floors from 0 to 1000";

/// Steps.
pub const STEPS: Stream = stream(1.0, 100_000.0, true, STEP_COUNT);
/// Floors.
pub const FLOORS: Stream = stream(1.0, 1_000.0, true, FLOOR_COUNT);
/// Distance in centimetres to millimetres; the bound is a day on a bike.
pub const CENTIMETRES: Stream = stream(10.0, 20_000_000.0, false, "0 to 20000000 cm");
/// Distance in metres to millimetres.
pub const METRES: Stream = stream(1_000.0, 200_000.0, false, "0 to 200000 m");
/// Kilocalories to ten-thousandths.
pub const CALORIES: Stream = stream(10_000.0, 200.0, false, "0 to 200 kcal a minute");
/// Ascent in feet to millimetres.
pub const FEET: Stream = stream(304.8, 10_000.0, false, "0 to 10000 feet a minute");
/// Ascent in millimetres.
pub const ASCENT: Stream = stream(1.0, 3_000_000.0, false, "0 to 3000000 mm a minute");

impl Stream {
    /// Rounds half away from zero; `None` out of range, and for a fraction of a count.
    fn scale(&self, number: f64) -> Option<u32> {
        let is_meant = !self.counts || number.fract() == 0.0;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "range checked"
        )]
        (is_meant && (0.0..=self.most).contains(&number)).then(|| {
            let scaled = number * self.factor;
            let whole = scaled as u32;
            // What `round` does, without its call: the rest is exact.
            whole + u32::from(scaled - f64::from(whole) >= 0.5)
        })
    }
}

/// Reads the minutes of a file of the classic JSON.
pub fn read_json(entry: &Entry<'_>, stream: &Stream, tally: &mut Tally) -> Vec<MinuteBlock> {
    let of_json = |minutes| blocks(entry.id, vec![(Provider::json(), minutes)]);
    let mut fast = Minutes::new();
    let mut count = 0;
    let scanned = layout::minutes(entry.bytes, |row| {
        count += 1;
        let value = stream.scale(row.number)?;
        let is_plausible = Instant::of_day(row.date.0, 0).is_plausible();
        let known = fast.insert((row.date.0, row.second), value);
        (known.is_none() && is_plausible).then_some(())
    });
    if scanned.is_some() {
        tally.records += count;
        return of_json(fast);
    }
    let mut slow = Minutes::new();
    each_record(entry, tally, |_, text, _| {
        let record: Dated<'_, Scalar<'_>> = serde_json::from_str(text)?;
        let at = record.date_time.us_instant("dateTime")?;
        let value = stream.scale(record.value.required("value")?);
        let value = value.or_value("value", &record.value, stream.expected)?;
        match slow.insert((at.utc_day(), at.second_of_day()), value) {
            None => Ok(()),
            Some(first) if first == value => Err(Skip::Duplicate.into()),
            Some(_) => {
                let at = at.at(Offset(0));
                let what = format!("a second value for {at}, unlike the first");
                let expected = "one value for a minute; the first was kept";
                Err(RecordError::new(Reject::Conflict, what, expected))
            }
        }
    });
    of_json(slow)
}

/// Reads a table of GoogleData with one number a minute.
pub fn read_csv(
    entry: &Entry<'_>,
    stream: &Stream,
    column: &str,
    tally: &mut Tally,
) -> Vec<MinuteBlock> {
    let mut fast = ByDevice::new();
    let exact = each_exact(entry, tally, column, |row, provider| {
        let value = stream.scale(row.number)?;
        let minutes = of_device(&mut fast, provider, Minutes::new)?;
        Some(minutes.add((row.date.0, row.second), value))
    });
    if exact.is_some() {
        return blocks(entry.id, fast);
    }
    minutes_of(entry, tally, &["timestamp", column], |row| {
        let number = row.number(column)?;
        let scale = |n| stream.scale(n).or_value(column, n, stream.expected);
        number.map(scale).transpose()
    })
}

/// Reads `calories_in_heart_rate_zone_DATE.csv`: kilocalories with the basal rate, UTC.
pub fn read_zones(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    let blocks = read_csv(entry, &CALORIES, "kcal", tally);
    records.calories_utc.extend(own_table(entry, blocks));
}

/// Reads `active_minutes_DATE.csv`: a flag for one of three levels, UTC.
pub fn read_flags(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    const FLAGS: [(&str, u32); 3] = [("light", 1), ("moderate", 2), ("very", 3)];
    let needed = ["timestamp", "light", "moderate", "very"];
    let blocks = minutes_of(entry, tally, &needed, |row| {
        let mut level = 0;
        for (column, number) in FLAGS {
            match row.number(column)? {
                None | Some(0.0) => {}
                Some(1.0) => level = number,
                Some(other) => return Err(RecordError::value(column, other, "0 or 1")),
            }
        }
        Ok(Some(level))
    });
    records.levels.extend(blocks);
}

/// Reads `activity_level_DATE.csv`: the word for a level, UTC.
pub fn read_levels(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    const WORDS: [&str; 4] = [
        "SEDENTARY",
        "LIGHTLY_ACTIVE",
        "MODERATELY_ACTIVE",
        "VERY_ACTIVE",
    ];
    let blocks = minutes_of(entry, tally, &["timestamp", "level"], |row| {
        let Some(text) = row.get("level").filter(|t| !t.ends_with("UNSPECIFIED")) else {
            return Ok(None);
        };
        let level = (0..)
            .zip(WORDS)
            .find(|(_, word)| text.eq_ignore_ascii_case(word));
        let expected = "SEDENTARY, LIGHTLY_ACTIVE, MODERATELY_ACTIVE or VERY_ACTIVE";
        level
            .map(|(level, _)| Some(level))
            .or_text("level", text, expected)
    });
    records.levels.extend(own_table(entry, blocks));
}

/// Keeps a table that tells the minutes of another one apart from it, where both name their source.
fn own_table(entry: &Entry<'_>, mut blocks: Vec<MinuteBlock>) -> Vec<MinuteBlock> {
    let table = entry.name.stem();
    for block in blocks.iter_mut().filter(|b| *b.provider.name != *table) {
        block.provider.name = format!("{} ({table})", block.provider.name).into();
    }
    blocks
}

/// Reads a table of UTC minutes; a row without a value is a sentinel.
fn minutes_of(
    entry: &Entry<'_>,
    tally: &mut Tally,
    needed: &[&str],
    value: impl Fn(&Row<'_>) -> Result<Option<u32>, RecordError>,
) -> Vec<MinuteBlock> {
    let mut devices = ByDevice::new();
    each_sourced(entry, tally, needed, |row, provider| {
        let at = row.iso("timestamp")?.utc();
        let value = value(&row)?.ok_or(Skip::Sentinel)?;
        let at = (at.utc_day(), at.second_of_day());
        let minutes = of_device(&mut devices, &provider, Minutes::new);
        Ok(minutes.map_or(Ok(()), |minutes| minutes.add(at, value))?)
    });
    blocks(entry.id, devices)
}

/// The minutes that one source tells.
struct Minutes {
    days: ByDay<DayMinutes>,
    /// The last row: day and second, and value.
    last: Option<((i32, u32), u32)>,
}

impl Minutes {
    fn new() -> Self {
        let days = ByDay::new();
        Self { days, last: None }
    }

    fn day(&mut self, day: i32) -> Option<&mut DayMinutes> {
        self.days.of(day, |_| DayMinutes::default())
    }

    /// Sets a minute, given as day and second of it, that has no row yet; else returns its value, or
    /// the same value again where one of the two is 0.
    fn insert(&mut self, (day, second): (i32, u32), value: u32) -> Option<u32> {
        self.day(day)?.insert_beside(minute(second), value)
    }

    /// Adds a row to its minute: rows of one device within a minute are parts of it. One that repeats
    /// the row before is a duplicate.
    fn add(&mut self, at: (i32, u32), value: u32) -> Result<(), Skip> {
        if self.last.replace((at, value)) == Some((at, value)) {
            return Err(Skip::Duplicate);
        }
        if let Some(minutes) = self.day(at.0) {
            minutes.add(minute(at.1), value);
        }
        Ok(())
    }
}

/// The minute of the day that a second of it lies in.
fn minute(second: u32) -> usize {
    usize::try_from(second / 60).unwrap_or(usize::MAX)
}

/// The blocks of an entry.
fn blocks(entry: EntryId, devices: ByDevice<Minutes>) -> Vec<MinuteBlock> {
    let of_device = |(provider, minutes): (Provider, Minutes)| {
        minutes
            .days
            .days
            .into_iter()
            .map(move |(day, values)| MinuteBlock {
                entry,
                day,
                provider: provider.clone(),
                values,
            })
    };
    devices.into_iter().flat_map(of_device).collect()
}

#[cfg(test)]
mod tests;
