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

use super::Entry;
use super::json::{Dated, Scalar, each_record};
use super::layout::{self, LayoutMismatch};
use super::record_error::RecordError;
use crate::model::records::{MinuteBlock, Provider};
use crate::model::{DayMinutes, EntryId, Instant, Offset, Reject, Skip, Tally};

/// What a stream measures: how its numbers become the integers of a [`DayMinutes`].
#[derive(Debug)]
pub struct Stream {
    /// Integers per unit of the file.
    factor: f64,
    /// Largest number of a row, in the unit of the file.
    most: f64,
    /// Whether it counts, and so has no fraction.
    counts: bool,
    /// The numbers that can be meant, for findings.
    pub(super) expected: &'static str,
}

const fn count(most: f64, expected: &'static str) -> Stream {
    Stream {
        factor: 1.0,
        most,
        counts: true,
        expected,
    }
}

const fn measure(factor: f64, most: f64, expected: &'static str) -> Stream {
    Stream {
        factor,
        most,
        counts: false,
        expected,
    }
}

/// Steps.
pub const STEPS: Stream = count(100_000.0, "a whole number of steps from 0 to 100000");
/// Floors.
pub const FLOORS: Stream = count(1_000.0, "a whole number of floors from 0 to 1000");
/// Distance in centimetres to millimetres; the bound is a day on a bike.
pub const CENTIMETRES: Stream = measure(10.0, 20_000_000.0, "0 to 20000000 cm");
/// Distance in metres to millimetres.
pub const METRES: Stream = measure(1_000.0, 200_000.0, "0 to 200000 m");
/// Kilocalories to ten-thousandths.
pub const CALORIES: Stream = measure(10_000.0, 200.0, "0 to 200 kcal a minute");
/// Ascent in feet to millimetres.
pub const FEET: Stream = measure(304.8, 10_000.0, "0 to 10000 feet a minute");
/// Ascent in millimetres.
pub const ASCENT: Stream = measure(1.0, 3_000_000.0, "0 to 3000000 mm a minute");

/// Reads the minutes of one file.
pub fn read(entry: &Entry<'_>, stream: &Stream, tally: &mut Tally) -> Vec<MinuteBlock> {
    let json = Provider::json();
    let mut fast = Minutes::new(entry.id);
    let mut count = 0;
    let scanned = layout::minutes(entry.bytes, |row| {
        count += 1;
        let value = stream.scale(row.number).ok_or(LayoutMismatch)?;
        let is_plausible = Instant(row.date.midnight().0).is_plausible();
        match fast.insert((row.date.0, row.second), value, &json) {
            None if is_plausible => Ok(()),
            _ => Err(LayoutMismatch),
        }
    });
    if scanned.is_ok() {
        tally.records += count;
        return fast.blocks;
    }
    let mut slow = Minutes::new(entry.id);
    each_record(entry, tally, |_, text, _| {
        let record: Dated<'_, Scalar<'_>> = serde_json::from_str(text)?;
        let at = record.date_time.us_instant("dateTime")?;
        let value = stream.read(&record.value)?;
        match slow.insert((at.utc_day(), at.second_of_day()), value, &json) {
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
    slow.blocks
}

impl Stream {
    fn read(&self, value: &Scalar<'_>) -> Result<u32, RecordError> {
        let number = value.required("value")?;
        self.scale(number)
            .ok_or_else(|| RecordError::value("value", &value.shown(), self.expected))
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
    pub(super) blocks: Vec<MinuteBlock>,
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

    /// The minutes of a day as one source tells them.
    fn day(&mut self, day: i32, source: &Provider) -> Option<&mut DayMinutes> {
        let is_it = |b: &MinuteBlock| b.day == day && b.provider == *source;
        if !self.blocks.get(self.current).is_some_and(is_it) {
            self.turn_to(day, source);
        }
        self.blocks.get_mut(self.current).map(|b| &mut b.values)
    }

    /// Makes the block of a day and source the current one.
    #[cold]
    fn turn_to(&mut self, day: i32, source: &Provider) {
        let next = self.blocks.len();
        let place = self.places.entry((day, source.clone()));
        self.current = *place.or_insert(next);
        if self.current == next {
            self.blocks.push(MinuteBlock {
                entry: self.entry,
                day,
                provider: source.clone(),
                values: DayMinutes::default(),
            });
        }
    }

    /// Sets a minute, given as day and second of it, that has no row yet; else returns its value, or
    /// the same value again where one of the two is 0.
    fn insert(&mut self, (day, second): (i32, u32), value: u32, source: &Provider) -> Option<u32> {
        let minutes = self.day(day, source)?;
        minutes.insert_beside(minute(second), value)
    }

    /// Adds to a minute: rows of one device within a minute are parts of it.
    pub(super) fn add(&mut self, (day, second): (i32, u32), value: u32, source: &Provider) {
        if let Some(minutes) = self.day(day, source) {
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
        let blocks = read(&entry, stream, &mut tally);
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
        assert_eq!(one("10", &FEET), Some(3048));
        assert_eq!(one("1.15", &CALORIES), Some(11_500));
        assert_eq!(one("7500", &CENTIMETRES), Some(75_000));
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
