//! How much one day can hold: what keeps the search for second tellings short.
//!
//! Nobody steps on a scale hundreds of times a day. A file that says so is damaged or made to keep us
//! busy: what comes after the first few hundred is rejected, and told. It does not know what it counts.

use std::collections::BTreeMap;

use super::books::Books;
use crate::model::records::Origin;
use crate::model::{Instant, LocalDate, Reject};

/// Most records of a kind that are kept of one UTC day; real days have up to a few dozen.
pub const MOST_A_DAY: usize = 100;

/// Counts the records of one kind that were kept, by UTC day.
#[derive(Debug)]
pub struct Crowd {
    kind: &'static str,
    days: BTreeMap<i32, usize>,
}

impl Crowd {
    /// Starts counting; `kind` is the word for several of them.
    #[must_use]
    pub fn of(kind: &'static str) -> Self {
        Self {
            kind,
            days: BTreeMap::new(),
        }
    }

    /// Counts one that would be kept, or rejects it because its day is full.
    pub fn admits(&mut self, at: Instant, origin: Origin, books: &mut Books) -> bool {
        let day = at.utc_day();
        let count = self.days.entry(day).or_default();
        *count += 1;
        let fits = *count <= MOST_A_DAY;
        if !fits {
            let what = format!("{} has 100 {} already", LocalDate(day), self.kind);
            books.reject(origin, Reject::BadDate, what, "at most 100 on one day");
        }
        fits
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
        let (mut crowd, mut books) = (Crowd::of("weigh-ins"), Books::new(1));
        let mut admitted = |t: i64| crowd.admits(Instant(t), origin, &mut books);
        assert_eq!((0..300).filter(|&t| admitted(t)).count(), MOST_A_DAY);
        assert!(admitted(86_400));
        let tally = books.tallies.first();
        let rejected = tally.and_then(|t| t.rejected.get(&Reject::BadDate));
        assert_eq!(rejected, Some(&200));
    }
}
