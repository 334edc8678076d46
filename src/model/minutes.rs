//! The minutes of one day: a row a minute, or none.
//!
//! A day that a tracker was worn has a row for most of its minutes, and then takes a fixed array. A
//! day with a handful of rows takes the room of these rows, so that memory follows what a file holds
//! and not the number of days that it names. It knows neither unit nor axis.

use std::collections::BTreeMap;
use std::ops::Range;

pub const MINUTES: usize = 1440;

/// Values of single minutes by day; which axis the days are on is said by the field that holds it.
pub type MinuteDays = BTreeMap<i32, DayMinutes>;

/// Marks a minute without a row; no value of any stream comes near it.
const NO_ROW: u32 = u32::MAX;

/// Most rows of a list; a day with more takes the array, which is six times as large.
const MOST_LISTED: usize = 128;

/// One value per minute of a day, or none. The unit is the stream's.
#[derive(Clone, Debug)]
pub struct DayMinutes(Rows);

#[derive(Clone, Debug)]
enum Rows {
    /// (minute, value), by minute.
    Listed(Vec<(u16, u32)>),
    /// One place a minute, [`NO_ROW`] where there is none.
    Array(Box<[u32; MINUTES]>),
}

impl Default for DayMinutes {
    fn default() -> Self {
        Self(Rows::Listed(Vec::new()))
    }
}

impl DayMinutes {
    /// Returns the value of a minute of the day, or `None` where it has no row.
    pub fn get(&self, minute: usize) -> Option<u32> {
        match &self.0 {
            Rows::Listed(list) => {
                let at = list.binary_search_by_key(&minute, |&(m, _)| usize::from(m));
                at.ok().and_then(|at| list.get(at)).map(|&(_, value)| value)
            }
            Rows::Array(array) => array.get(minute).copied().filter(|&v| v != NO_ROW),
        }
    }

    /// Sets a minute that has no row yet. Returns `None` then, else the value that is there and stays.
    ///
    /// A minute behind the end of the day is no minute: nothing is kept, the answer is `None`.
    #[inline]
    pub fn insert(&mut self, minute: usize, value: u32) -> Option<u32> {
        match self.place(minute) {
            Some(place) if *place == NO_ROW => *place = value.min(NO_ROW - 1),
            Some(place) => return Some(*place),
            None => {}
        }
        None
    }

    /// Sets a minute as one more row tells it: where one of the two is 0, the number stays, for a 0
    /// beside a number contradicts nothing. The answer is that of [`Self::insert`], but for a minute
    /// that was 0.
    pub fn insert_beside(&mut self, minute: usize, value: u32) -> Option<u32> {
        let known = self.insert(minute, value);
        if known == Some(0) {
            self.add(minute, value);
        }
        known.map(|first| {
            if first == 0 || value == 0 {
                value
            } else {
                first
            }
        })
    }

    /// Adds to a minute, which has the value alone if it had no row; far too much becomes the most
    /// that a row can hold.
    pub fn add(&mut self, minute: usize, value: u32) {
        if let Some(place) = self.place(minute) {
            let known = if *place == NO_ROW { 0 } else { *place };
            *place = known.saturating_add(value).min(NO_ROW - 1);
        }
    }

    /// Returns the rows as (minute of the day, value), by minute.
    pub fn rows(&self) -> impl Iterator<Item = (usize, u32)> + Clone + '_ {
        self.rows_in(0..MINUTES)
    }

    /// Returns the rows whose minute lies in `range`, as (minute of the day, value), by minute.
    pub fn rows_in(&self, range: Range<usize>) -> impl Iterator<Item = (usize, u32)> + Clone + '_ {
        let (list, array): (&[_], &[u32]) = match &self.0 {
            Rows::Listed(list) => {
                let before = |end: usize| list.partition_point(|&(m, _)| usize::from(m) < end);
                (between(list, before(range.start)..before(range.end)), &[])
            }
            Rows::Array(array) => (&[], between(array.as_slice(), range.clone())),
        };
        let listed = list.iter().map(|&(m, value)| (usize::from(m), value));
        let there = |&(_, value): &(usize, u32)| value != NO_ROW;
        listed.chain((range.start..).zip(array.iter().copied()).filter(there))
    }

    /// Returns the sum of the rows that are there.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.rows().map(|(_, value)| u64::from(value)).sum()
    }

    /// The place of a minute, made if it is not there.
    #[inline]
    fn place(&mut self, minute: usize) -> Option<&mut u32> {
        if matches!(&self.0, Rows::Listed(list) if list.len() == MOST_LISTED) {
            self.spread();
        }
        match &mut self.0 {
            Rows::Array(array) => array.get_mut(minute),
            Rows::Listed(list) => listed(list, minute),
        }
    }

    #[cold]
    fn spread(&mut self) {
        let mut array = Box::new([NO_ROW; MINUTES]);
        for (minute, value) in self.rows() {
            if let Some(place) = array.get_mut(minute) {
                *place = value;
            }
        }
        self.0 = Rows::Array(array);
    }
}

/// The place of a minute in a list; rows mostly come in order.
fn listed(list: &mut Vec<(u16, u32)>, minute: usize) -> Option<&mut u32> {
    let number = u16::try_from(minute).ok().filter(|_| minute < MINUTES)?;
    let at = match list.last() {
        Some(&(last, _)) if last >= number => list.binary_search_by_key(&number, |&(m, _)| m),
        _ => Err(list.len()),
    };
    let at = at.unwrap_or_else(|at| {
        list.insert(at, (number, NO_ROW));
        at
    });
    list.get_mut(at).map(|(_, value)| value)
}

/// The part of a slice that a range covers, as far as there is one.
fn between<T>(slice: &[T], range: Range<usize>) -> &[T] {
    let end = range.end.min(slice.len());
    slice.get(range.start.min(end)..end).unwrap_or(&[])
}

#[cfg(test)]
mod tests {
    use super::*;

    impl FromIterator<(usize, u32)> for DayMinutes {
        /// Collects (minute, value); of several rows for a minute the first stays.
        fn from_iter<I: IntoIterator<Item = (usize, u32)>>(rows: I) -> Self {
            let mut day = Self::default();
            for (minute, value) in rows {
                day.insert(minute, value);
            }
            day
        }
    }

    /// A value that tells its minute.
    fn value(minute: usize) -> u32 {
        7 * u32::try_from(minute).unwrap_or(0)
    }

    /// Minutes of a day in an order that is none.
    fn shuffled(count: usize) -> impl Iterator<Item = usize> {
        (0..count).map(|n| n * 1009 % MINUTES)
    }

    #[test]
    fn a_list_and_an_array_answer_alike() {
        for count in [0, 1, MOST_LISTED - 1, MOST_LISTED, MOST_LISTED + 1, MINUTES] {
            let day: DayMinutes = shuffled(count).map(|m| (m, value(m))).collect();
            assert_eq!(
                matches!(day.0, Rows::Array(_)),
                count > MOST_LISTED,
                "{count}"
            );
            let mut told: Vec<_> = shuffled(count).collect();
            told.sort_unstable();
            assert_eq!(day.rows().map(|(m, _)| m).collect::<Vec<_>>(), told);
            assert!(
                (0..MINUTES + 9)
                    .all(|m| { day.get(m) == told.binary_search(&m).is_ok().then_some(value(m)) })
            );
            for range in [0..0, 3..700, 700..MINUTES, 1400..9999, 2000..3000] {
                let inside = told.iter().filter(|m| range.contains(m)).count();
                assert_eq!(day.rows_in(range).count(), inside, "{count}");
            }
        }
    }

    #[test]
    fn the_first_value_stays_and_parts_add_up() {
        for others in [0, 600] {
            let mut day: DayMinutes = (10..10 + others).map(|m| (m, 1)).collect();
            assert_eq!(day.insert(5, 0), None);
            assert_eq!((day.insert(5, 9), day.get(5)), (Some(0), Some(0)));
            day.add(6, 20);
            day.add(6, 23);
            assert_eq!(day.get(6), Some(43));
            day.add(6, u32::MAX);
            assert_eq!(day.get(6), Some(u32::MAX - 1), "a row, however much");
            assert_eq!(day.insert(7, u32::MAX), None);
            assert_eq!(day.get(7), Some(u32::MAX - 1));
        }
    }

    #[test]
    fn a_zero_beside_a_number_contradicts_nothing() {
        let mut day = DayMinutes::default();
        let told = [(1, 0), (1, 7), (2, 7), (2, 0), (3, 7), (3, 8), (3, 7)];
        let answers = told.map(|(minute, value)| day.insert_beside(minute, value));
        let same = [None, Some(7), None, Some(0), None, Some(7), Some(7)];
        assert_eq!(answers, same);
        assert_eq!([1, 2, 3].map(|m| day.get(m)), [Some(7); 3]);
    }

    #[test]
    fn behind_the_end_of_the_day_there_is_nothing() {
        let mut day = DayMinutes::default();
        assert_eq!(day.insert(MINUTES, 1), None);
        day.add(70_000, 1);
        assert_eq!(day.rows().count(), 0);
    }
}
