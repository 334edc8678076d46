//! Minute streams of the classic JSON: steps, distance, calories and altitude.
//!
//! **Shape.** `{"dateTime", "value": "13"}`, numbers as strings. **Time.** Steps and distance are UTC
//! minutes, calories and altitude *local* minutes, in files that look alike. **Units.** Steps: count.
//! Distance: centimetres. Calories: kilocalories with the basal rate. Altitude: feet of ascent, 10
//! feet a floor. **Errors.** A bad row is rejected, and so is a count with a fraction, whose point may
//! set thousands apart; two different values for one minute are a conflict, the first stays; of a 0 and a
//! number the number does.
//! **Source.** fitbit-format §2, §4.2.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::json::{Bad, Scalar, each_record};
use super::layout::{self, Departed, MinuteRow};
use super::stamp::{US_EXPECTED, plausible_us};
use super::{Entry, Settings};
use crate::model::records::{MinuteBlock, Provider};
use crate::model::{
    DayMinutes, EntryId, Instant, LocalTime, Position, Records, Reject, Skip, Tally,
};

/// What a stream measures: how its numbers become the integers of a [`DayMinutes`].
pub(super) struct Stream {
    /// Integers per unit of the file.
    pub(super) factor: f64,
    /// Largest number of a row, in the unit of the file.
    pub(super) most: f64,
    /// Whether it counts, and so has no fraction.
    pub(super) counts: bool,
    /// Unit of the file, for findings.
    pub(super) unit: &'static str,
}

pub(super) const STEPS: Stream = Stream {
    factor: 1.0,
    most: 100_000.0,
    counts: true,
    unit: "a whole number of steps from 0 to 100000",
};
/// Centimetres to millimetres; the bound is a day on a bike.
const DISTANCE: Stream = Stream {
    factor: 10.0,
    most: 20_000_000.0,
    counts: false,
    unit: "0 to 20000000 cm",
};
/// Kilocalories to ten-thousandths.
pub(super) const CALORIES: Stream = Stream {
    factor: 10_000.0,
    most: 200.0,
    counts: false,
    unit: "0 to 200 kcal a minute",
};
/// Feet to millimetres.
const ALTITUDE: Stream = Stream {
    factor: 304.8,
    most: 10_000.0,
    counts: false,
    unit: "0 to 10000 feet a minute",
};
/// Reads `steps-DATE.json`: UTC minutes.
pub fn read_steps(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    records.steps.extend(read_json(entry, &STEPS, tally));
}

/// Reads `distance-DATE.json`: centimetres in UTC minutes.
pub fn read_distance(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    records.distance.extend(read_json(entry, &DISTANCE, tally));
}

/// Reads `calories-DATE.json`: kilocalories in local minutes.
pub fn read_calories(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    records.calories.extend(read_json(entry, &CALORIES, tally));
}

/// Reads `altitude-DATE.json`: feet of ascent in local minutes.
pub fn read_altitude(entry: &Entry<'_>, _: &Settings, records: &mut Records, tally: &mut Tally) {
    records.altitude.extend(read_json(entry, &ALTITUDE, tally));
}

fn read_json(entry: &Entry<'_>, stream: &Stream, tally: &mut Tally) -> Vec<MinuteBlock> {
    let json = Provider::json();
    let mut fast = Minutes::new(entry.id);
    let mut count = 0;
    let set = |minutes: &mut Minutes, row: MinuteRow| {
        let value = stream.scale(row.number).ok_or(Departed)?;
        let plausible = Instant(row.date.midnight().0).is_plausible();
        let place = (row.date.0, row.second);
        if plausible && minutes.insert(place, value, &json).is_none() {
            Ok(())
        } else {
            Err(Departed)
        }
    };
    let scanned = layout::minutes(entry.bytes, |row| {
        count += 1;
        set(&mut fast, row)
    });
    if scanned.is_ok() {
        tally.records += count;
        return fast.blocks();
    }
    let mut slow = Minutes::new(entry.id);
    each_record(entry, tally, |position, text, tally| {
        if layout::minute_record(text).is_ok_and(|row| set(&mut slow, row).is_ok()) {
            return Ok(());
        }
        let record: Record<'_> = serde_json::from_str(text)?;
        let at = record.at()?;
        let value = stream.read(&record.value)?;
        match slow.insert((at.date().0, at.second_of_day()), value, &json) {
            None => {}
            Some(first) if first == value => tally.skip(Skip::Duplicate, 1),
            Some(_) => {
                let what = format!("a second value for {at}, unlike the first");
                let expected = "one value for a minute; the first was kept";
                let place = Position::Record(u64::from(position));
                tally.reject(entry.id, place, Reject::Conflict, what, expected);
            }
        }
        Ok(())
    });
    slow.blocks()
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow, default, rename = "dateTime")]
    date_time: Scalar<'a>,
    #[serde(borrow, default)]
    value: Scalar<'a>,
}

impl Record<'_> {
    fn at(&self) -> Result<LocalTime, Bad> {
        let text = self.date_time.text("dateTime")?;
        plausible_us(text)
            .filter(|t| Instant(t.0).is_plausible())
            .ok_or_else(|| Bad::date("dateTime", text, US_EXPECTED))
    }
}

impl Stream {
    fn read(&self, value: &Scalar<'_>) -> Result<u32, Bad> {
        let number = value.required("value")?;
        self.scale(number)
            .ok_or_else(|| Bad::value("value", &value.shown(), self.unit))
    }

    /// Rounds half away from zero; `None` out of range, and for a fraction of a count.
    pub(super) fn scale(&self, number: f64) -> Option<u32> {
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

/// The blocks of one entry.
pub(super) struct Minutes {
    entry: EntryId,
    blocks: Vec<MinuteBlock>,
    /// Where the block of a day and source is.
    places: BTreeMap<(i32, Provider), usize>,
    /// The block used last; the next row is mostly for it too.
    current: usize,
}

impl Minutes {
    pub(super) fn new(entry: EntryId) -> Self {
        Self {
            entry,
            blocks: Vec::new(),
            places: BTreeMap::new(),
            current: 0,
        }
    }

    pub(super) fn blocks(self) -> Vec<MinuteBlock> {
        self.blocks
    }

    /// The minutes of a day as one source tells them.
    fn day(&mut self, day: i32, told_by: &Provider) -> Option<&mut DayMinutes> {
        let is_it = |b: &MinuteBlock| b.day == day && b.provider == *told_by;
        if !self.blocks.get(self.current).is_some_and(is_it) {
            self.turn_to(day, told_by);
        }
        self.blocks.get_mut(self.current).map(|b| &mut b.values)
    }

    /// Makes the block of a day and source the current one.
    #[cold]
    fn turn_to(&mut self, day: i32, told_by: &Provider) {
        let next = self.blocks.len();
        let place = self.places.entry((day, told_by.clone()));
        self.current = *place.or_insert(next);
        if self.current == next {
            self.blocks.push(MinuteBlock {
                entry: self.entry,
                day,
                provider: told_by.clone(),
                values: DayMinutes::default(),
            });
        }
    }

    /// Sets a minute, given as day and second of it, that has no row yet; else returns its value, or
    /// the same value again where one of the two is 0.
    fn insert(&mut self, (day, second): (i32, u32), value: u32, told_by: &Provider) -> Option<u32> {
        let minutes = self.day(day, told_by)?;
        minutes.insert_beside(minute(second), value)
    }

    /// Adds to a minute: rows of one device within a minute are parts of it.
    pub(super) fn add(&mut self, (day, second): (i32, u32), value: u32, told_by: &Provider) {
        if let Some(minutes) = self.day(day, told_by) {
            minutes.add(minute(second), value);
        }
    }
}

/// The minute of the day that a second of it lies in.
fn minute(second: u32) -> usize {
    usize::try_from(second / 60).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fitbit::Name;

    fn blocks(text: &str, stream: &Stream) -> (Vec<(i32, usize, u32)>, Tally) {
        let entry = Entry::new(
            EntryId(0),
            Name::new("steps-2024-05-01.json"),
            text.as_bytes(),
        );
        let mut tally = Tally::default();
        let blocks = read_json(&entry, stream, &mut tally);
        let rows = blocks
            .iter()
            .flat_map(|b| b.values.rows().map(move |(m, v)| (b.day, m, v)))
            .collect();
        (rows, tally)
    }

    fn exact(rows: &[(&str, &str)]) -> String {
        let row = |(t, v): &(&str, &str)| {
            format!("{{\n  \"dateTime\" : \"{t}\",\n  \"value\" : \"{v}\"\n}}")
        };
        format!("[{}]", rows.iter().map(row).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn both_paths_give_the_same_minutes() {
        let text = exact(&[
            ("01/11/24 23:59:00", "13"),
            ("01/12/24 00:00:00", "0"),
            ("01/12/24 00:02:00", "19"),
        ]);
        let (fast, _) = blocks(&text, &STEPS);
        let (slow, tally) = blocks(&text.replace('\n', " "), &STEPS);
        assert_eq!(fast, slow);
        assert_eq!(fast, [(19_733, 1439, 13), (19_734, 0, 0), (19_734, 2, 19)]);
        assert_eq!((tally.records, tally.converted()), (3, 3));
    }

    #[test]
    fn units_become_integers_without_loss() {
        let one = |v: &str, s: &Stream| {
            blocks(&exact(&[("01/11/24 10:00:00", v)]), s)
                .0
                .first()
                .map(|r| r.2)
        };
        assert_eq!(one("10", &ALTITUDE), Some(3048));
        assert_eq!(one("1.15", &CALORIES), Some(11_500));
        assert_eq!(one("7500", &DISTANCE), Some(75_000));
    }

    #[test]
    fn a_repeated_row_is_a_duplicate_and_a_different_one_a_conflict() {
        let same = exact(&[("01/11/24 10:00:00", "5"), ("01/11/24 10:00:00", "5")]);
        let (rows, tally) = blocks(&same, &STEPS);
        assert_eq!(
            (rows.len(), tally.skipped_total(), tally.rejected_total()),
            (1, 1, 0)
        );
        let (rows, tally) = blocks(
            &exact(&[("01/11/24 10:00:00", "5"), ("01/11/24 10:00:00", "6")]),
            &STEPS,
        );
        assert_eq!(
            (
                rows.first().map(|r| r.2),
                tally.rejected.get(&Reject::Conflict)
            ),
            (Some(5), Some(&1))
        );
    }

    #[test]
    fn values_that_are_no_numbers_are_rejected() {
        for bad in ["", "abc", "-5", "NaN", " 12 ", "4294967296"] {
            let (rows, tally) = blocks(
                &exact(&[("01/11/24 10:00:00", bad), ("01/11/24 10:01:00", "1")]),
                &STEPS,
            );
            assert_eq!((rows.len(), tally.rejected_total()), (1, 1), "{bad:?}");
        }
    }
}
