//! The ledger in the file, and the counters that are its cache. Rows are only ever appended.
//!
//! A counter that is missed although the ledger speaks of it means damage, never "unused".

use super::super::account::{ledger_rows, stored};
use super::super::error::Fault;
use super::super::key::{KeyHash, OperationId};
use super::super::ledger::{Counter, CounterId, Entry, LedgerRow, Recount, Verification, is_paid};
use super::super::row::{COUNTERS, LEDGER, Row, Table};
use super::super::{ByPeriod, Period};
use super::Db;
use crate::model::time::{DAY, Instant};

/// Every entry, oldest first.
const EVERY_ENTRY: (&Table, &str) = (&LEDGER, "ORDER BY id");

/// The start of a period as it is stored: that of all time lies behind all others, beside the rows of
/// today, so that a charge writes one page for both.
fn stored_start(period: Period, start: Instant) -> i64 {
    match period {
        Period::Total => i64::MAX,
        _ => start.0,
    }
}

impl Db<'_> {
    /// Appends an entry and returns its number.
    pub(super) fn append(&self, entry: &Entry) -> Result<i64, Fault> {
        let id = self.last_entry()?.map_or(1, |(last, _)| last + 1);
        self.put(&LEDGER, entry.row(id))?;
        Ok(id)
    }

    /// Appends an entry and counts its units for its key and for all keys together.
    pub(super) fn enter(&self, entry: &Entry) -> Result<(), Fault> {
        // Counters first: where one is missing, the ledger is asked whether it was ever there.
        self.count(entry, |counter| counter.add(entry.cost))?;
        self.append(entry)?;
        Ok(())
    }

    /// Changes the counters of the periods of an entry.
    pub(super) fn count(&self, entry: &Entry, change: impl Fn(&mut Counter)) -> Result<(), Fault> {
        for key in [entry.key, KeyHash::GLOBAL] {
            for period in Period::ALL {
                let at = (key, period, entry.start(period));
                let mut counter = self.counter(at)?;
                change(&mut counter);
                self.put_counter(at, counter)?;
            }
        }
        Ok(())
    }

    pub(super) fn put_counter(&self, at: CounterId, counter: Counter) -> Result<(), Fault> {
        let (key, period, start) = at;
        let row = vec![
            key.0.to_vec().into(),
            period.key().to_owned().into(),
            stored_start(period, start).into(),
            stored(counter.used).into(),
            counter.reset_by.into(),
        ];
        self.put(&COUNTERS, Row(row))
    }

    /// Returns a counter, 0 if nothing was ever counted there.
    pub(super) fn counter(&self, at: CounterId) -> Result<Counter, Fault> {
        let (key, period, start) = at;
        let rest = "WHERE key = ?1 AND period = ?2 AND start = ?3";
        let params = (key.0, period.key(), stored_start(period, start));
        match self.find((&COUNTERS, rest), params, Counter::of)? {
            Some((_, counter)) => Ok(counter),
            None if self.is_lost(at)? => Err(Fault::Damaged(format!("a counter of {key} is lost"))),
            None => Ok(Counter::default()),
        }
    }

    /// Asks the ledger whether there was a counter once. Of all keys together the last entry tells:
    /// every entry counts there.
    fn is_lost(&self, at: CounterId) -> Result<bool, Fault> {
        let (key, period, start) = at;
        if key == KeyHash::GLOBAL {
            let last = self.last_entry()?;
            return Ok(last.is_some_and(|(_, entry)| entry.start(period) == start));
        }
        let (from, end) = match period.resets_at(start) {
            Some(end) => (start, end),
            None => (Instant(i64::MIN), Instant(i64::MAX).plus(-DAY)),
        };
        let query = "SELECT 1 FROM ledger WHERE key = ?1 AND day_start >= ?2 AND day_start < ?3 AND cost > 0";
        self.exists(query, (key.0, from.0, end.0))
    }

    /// Returns what a key has used in the periods of `now`.
    pub(super) fn used(&self, key: KeyHash, now: Instant) -> Result<ByPeriod<u64>, Fault> {
        let mut used = ByPeriod::default();
        for period in Period::ALL {
            *used.of_mut(period) = self.counter((key, period, period.start(now)))?.used;
        }
        Ok(used)
    }

    /// Returns the last entry, which must be sound, and its number.
    pub(super) fn last_entry(&self) -> Result<Option<(i64, Entry)>, Fault> {
        self.find((&LEDGER, "ORDER BY id DESC LIMIT 1"), [], Entry::of)
    }

    /// Tells whether a request was charged and not refunded.
    pub(super) fn knows_request(&self, request: [u8; 16]) -> Result<bool, Fault> {
        let entries = self.all((&LEDGER, "WHERE request = ?1"), [request], Entry::of)?;
        Ok(is_paid(entries.into_iter().map(|(_, entry)| entry.kind)))
    }

    /// Returns the last entry of an operation and its number.
    pub(super) fn operation(&self, operation: OperationId) -> Result<Option<(i64, Entry)>, Fault> {
        let rest = "WHERE operation = ?1 ORDER BY id DESC LIMIT 1";
        self.find((&LEDGER, rest), [operation.0], Entry::of)
    }

    /// Returns the charge of an operation and its number unless it was refunded.
    pub(super) fn standing_charge(
        &self,
        operation: OperationId,
    ) -> Result<Option<(i64, Entry)>, Fault> {
        let last = self.operation(operation)?;
        Ok(last.filter(|(_, entry)| entry.is_charge()))
    }
}

/// Compares ledger and counters.
pub(super) fn verify(db: &Db) -> Result<Verification, Fault> {
    let (mut recount, mut problems) = (Recount::default(), Vec::new());
    db.each(EVERY_ENTRY, [], Entry::of, |(id, entry)| {
        recount.add(id, &entry);
        if stored(recount.entries) != id && problems.is_empty() {
            problems.push(format!("ledger entries before {id} are lost"));
        }
    })?;
    let counters = db.all((&COUNTERS, ""), [], Counter::of)?;
    Ok(recount.verification(&counters.into_iter().collect(), problems))
}

/// Returns the rows of one key or of all, oldest first.
pub(super) fn list(db: &Db, key: Option<KeyHash>) -> Result<Vec<LedgerRow>, Fault> {
    let entries = db.all(EVERY_ENTRY, [], Entry::of)?.into_iter();
    let entries = entries.filter(|(_, entry)| key.is_none_or(|key| key == entry.key));
    Ok(ledger_rows(db.all_accounts()?, db.local(), entries))
}
