//! What a file tells, by device and by day while it is read.

use std::collections::BTreeMap;

use crate::model::records::Provider;

/// Values by day. Files are mostly in order, so that the day asked for is mostly the one before.
pub struct ByDay<T> {
    /// In the order in which the days came.
    pub days: Vec<(i32, T)>,
    places: BTreeMap<i32, usize>,
    current: usize,
}

impl<T> ByDay<T> {
    pub fn new() -> Self {
        Self {
            days: Vec::new(),
            places: BTreeMap::new(),
            current: 0,
        }
    }

    /// Returns what is kept of a day; `first` makes it, given the number of days before.
    #[inline]
    pub fn of(&mut self, day: i32, first: impl FnOnce(usize) -> T) -> Option<&mut T> {
        if self.days.get(self.current).is_none_or(|(d, _)| *d != day) {
            self.turn_to(day, first);
        }
        self.days.get_mut(self.current).map(|(_, value)| value)
    }

    /// The day may have been met before.
    #[cold]
    fn turn_to(&mut self, day: i32, first: impl FnOnce(usize) -> T) {
        let next = self.days.len();
        self.current = *self.places.entry(day).or_insert(next);
        if self.current == next {
            self.days.push((day, first(next)));
        }
    }
}

/// What the devices of a table tell, in the order in which they came.
pub type ByDevice<T> = Vec<(Provider, T)>;

/// Returns what is kept of a device; `first` makes it.
pub fn of_device<'d, T>(
    devices: &'d mut ByDevice<T>,
    provider: &Provider,
    first: impl FnOnce() -> T,
) -> Option<&'d mut T> {
    let known = devices.iter().position(|(p, _)| p == provider);
    let place = known.unwrap_or_else(|| {
        devices.push((provider.clone(), first()));
        devices.len() - 1
    });
    devices.get_mut(place).map(|(_, value)| value)
}
