//! How much one day can hold: what keeps the search for repeats short.
//!
//! Nobody steps on a scale hundreds of times a day. A file that says so is damaged or made to keep us
//! busy: what comes after the first hundred is rejected, and told. It does not know what it counts.

use std::collections::BTreeMap;

use super::tallies::Tallies;
use crate::model::records::Origin;
use crate::model::{Instant, LocalDate, Reject};

/// Most records of a kind that are kept of one UTC day; real days have up to a few dozen.
pub const MOST_A_DAY: usize = 100;

/// Counts the records of one kind that were kept, by the UTC days that they cover.
#[derive(Debug)]
pub struct DailyCap {
    kind: &'static str,
    days: BTreeMap<i32, usize>,
}

impl DailyCap {
    /// Starts counting; `kind` is the word for several of them.
    pub fn of(kind: &'static str) -> Self {
        Self {
            kind,
            days: BTreeMap::new(),
        }
    }

    /// Counts one that would be kept on every day that it covers, or rejects it because one of them
    /// is full.
    pub fn admits(
        &mut self,
        (start, end): (Instant, Instant),
        origin: Origin,
        tallies: &mut Tallies,
    ) -> bool {
        let days = start.utc_day()..=end.max(start).utc_day();
        let is_full = |day: &i32| self.days.get(day).is_some_and(|n| *n >= MOST_A_DAY);
        if let Some(day) = days.clone().find(is_full) {
            let what = format!("{} has 100 {} already", LocalDate(day), self.kind);
            tallies.reject(origin, Reject::BadDate, what, "at most 100 on one day");
            return false;
        }
        for day in days {
            *self.days.entry(day).or_default() += 1;
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::EntryId;

    #[test]
    fn a_full_day_rejects_and_the_next_one_admits() {
        let origin = Origin {
            entry: EntryId(0),
            position: 1,
        };
        let (mut cap, mut tallies) = (DailyCap::of("weigh-ins"), Tallies::new(1));
        let mut admitted = |t, end| cap.admits((Instant(t), Instant(end)), origin, &mut tallies);
        assert_eq!((0..299).filter(|&t| admitted(t, t)).count(), MOST_A_DAY);
        assert!(!admitted(-5, 5), "it ends on the full day");
        assert!(admitted(86_400, 2 * 86_400) && admitted(-5, -1));
        let tally = tallies.entries.first();
        let rejected = tally.and_then(|t| t.rejected.get(&Reject::BadDate));
        assert_eq!(rejected, Some(&200));
    }
}
