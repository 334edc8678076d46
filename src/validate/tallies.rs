//! The tallies of all entries, open until everything is resolved.
//!
//! Whatever VALIDATE skips after reading (duplicates, repeats, padding) is charged
//! here to the entry it came from, so that the manifest balances.

use crate::model::records::{Origin, Provider};
use crate::model::{EntryId, Finding, Position, Reject, Skip, Tally, thin};

/// Findings that may come before they are thinned again.
const MOST_FRESH: usize = 100_000;

/// One tally per entry of the catalogue, and remarks on the export as a whole.
#[derive(Debug, Default)]
pub struct Tallies {
    pub entries: Vec<Tally>,
    /// What was preferred, derived or corrected for the export as a whole.
    pub remarks: Vec<Finding>,
    /// What the user's own choice of dates and sample leaves out.
    pub chosen: Vec<String>,
    fresh: usize,
}

impl Tallies {
    pub fn new(entries: usize) -> Self {
        Self {
            entries: vec![Tally::default(); entries],
            ..Self::default()
        }
    }

    pub fn skip(&mut self, entry: EntryId, why: Skip, count: u64) {
        if let Some(tally) = self.of(entry) {
            tally.skip(why, count);
        }
    }

    /// Rejects a record that was read before.
    pub fn reject(
        &mut self,
        origin: Origin,
        why: Reject,
        what: impl Into<String>,
        expected: impl Into<String>,
    ) {
        let position = Position::Record(u64::from(origin.position));
        if let Some(tally) = self.of(origin.entry) {
            tally.reject(origin.entry, position, why, what, expected);
            self.fresh += 1;
        }
        if self.fresh > MOST_FRESH {
            self.thin();
        }
    }

    /// Keeps the findings of very many entries within bounds, see [`thin`].
    pub fn thin(&mut self) {
        thin(self.entries.iter_mut());
        self.fresh = 0;
    }

    /// Notes what the user's choice leaves out, to be told on the terminal too.
    pub fn choose(&mut self, what: String) {
        self.remark(&what);
        self.chosen.push(what);
    }

    /// Notes something about the export as a whole.
    pub fn remark(&mut self, what: impl Into<String>) {
        self.note(None, what.into(), "");
    }

    /// Tells that the export as a whole is not what it should be: an archive is damaged although its
    /// data could be read, or a part is not there.
    pub fn doubt(&mut self, why: Reject, what: String, expected: &str) {
        self.note(Some(why), what, expected);
    }

    fn note(&mut self, reject: Option<Reject>, what: String, expected: &str) {
        self.remarks.push(Finding {
            entry: None,
            position: Position::Entry,
            reject,
            what,
            expected: expected.to_owned(),
        });
    }

    pub(super) fn of(&mut self, entry: EntryId) -> Option<&mut Tally> {
        self.entries.get_mut(usize::try_from(entry.0).ok()?)
    }
}

/// Why a record of `second` is skipped where `first` has told the same before.
pub(super) fn again(first: &Provider, second: &Provider) -> Skip {
    if first == second {
        Skip::Duplicate
    } else {
        Skip::OtherSource
    }
}
