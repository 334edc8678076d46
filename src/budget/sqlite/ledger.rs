//! The ledger in the file, and the counters that are its cache. Rows are only ever appended.
//!
//! A counter that is missed although the ledger speaks of it means damage, never "unused".

use rusqlite::types::Value;

use super::super::account::stored;
use super::super::error::Fault;
use super::super::key::{Digest, KeyHash, OperationId};
use super::super::ledger::{Counter, CounterId, Entry, Recount};
use super::super::ledger::{EntryKind, LedgerRow, Verification};
use super::super::{ByPeriod, Period};
use super::row::{COUNTERS, LEDGER, Row};
use super::{Db, accounts};
use crate::model::time::{DAY, Instant};

/// Makes the row of an entry.
fn row_of(id: i64, entry: &Entry) -> Row {
    let digest = entry.digest.map(|digest| digest.0.to_vec());
    let request = entry.request.map(|request| request.to_vec());
    Row::new([
        Value::Integer(id),
        Value::Text(entry.kind.key().to_owned()),
        Value::Blob(entry.operation.0.to_vec()),
        Value::Blob(entry.key.0.to_vec()),
        Value::Integer(stored(entry.cost)),
        Value::Integer(entry.at.0),
        Value::Integer(entry.day_start.0),
        Value::Integer(entry.month_start.0),
        digest.map_or(Value::Null, Value::Blob),
        request.map_or(Value::Null, Value::Blob),
        entry.settings.clone().map_or(Value::Null, Value::Text),
        Value::Integer(stored(entry.waited_ms)),
    ])
}

/// Reads an entry and its number.
pub(super) fn entry_of(row: &Row) -> Result<(i64, Entry), Fault> {
    let kind: String = row.get(1)?;
    let entry = Entry {
        kind: EntryKind::from_key(&kind)
            .ok_or_else(|| Fault::Damaged(format!("the ledger has an entry of kind {kind}")))?,
        operation: OperationId(row.get(2)?),
        key: KeyHash(row.get(3)?),
        cost: row.units(4)?,
        at: Instant(row.get(5)?),
        day_start: Instant(row.get(6)?),
        month_start: Instant(row.get(7)?),
        digest: row.get::<Option<[u8; 32]>>(8)?.map(Digest),
        request: row.get(9)?,
        settings: row.get(10)?,
        waited_ms: row.units(11)?,
    };
    Ok((row.get(0)?, entry))
}

/// The start of a period as it is stored: that of all time lies behind all others, beside the rows of
/// today, so that a charge writes one page for both.
fn stored_start(period: Period, start: Instant) -> i64 {
    match period {
        Period::Total => i64::MAX,
        _ => start.0,
    }
}

/// Reads a counter and what it counts.
pub(super) fn counter_of(row: &Row) -> Result<(CounterId, Counter), Fault> {
    let word: String = row.get(1)?;
    let period = Period::from_key(&word)
        .ok_or_else(|| Fault::Damaged(format!("a counter counts over {word}")))?;
    let start = match period {
        Period::Total => Instant(0),
        _ => Instant(row.get(2)?),
    };
    let at = (KeyHash(row.get(0)?), period, start);
    let (used, reset_by) = (row.units(3)?, row.get(4)?);
    Ok((at, Counter { used, reset_by }))
}

impl Db<'_> {
    /// Appends an entry and returns its number.
    pub(super) fn append(&self, entry: &Entry) -> Result<i64, Fault> {
        let id = self.last_entry()?.map_or(1, |(last, _)| last + 1);
        self.put(&LEDGER, row_of(id, entry))?;
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
        let row = [
            Value::Blob(key.0.to_vec()),
            Value::Text(period.key().to_owned()),
            Value::Integer(stored_start(period, start)),
            Value::Integer(stored(counter.used)),
            Value::Integer(counter.reset_by),
        ];
        self.put(&COUNTERS, Row::new(row))
    }

    /// Returns a counter, 0 if nothing was ever counted there.
    pub(super) fn counter(&self, at: CounterId) -> Result<Counter, Fault> {
        let (key, period, start) = at;
        let rest = "WHERE key = ?1 AND period = ?2 AND start = ?3";
        match self.find(
            &COUNTERS,
            rest,
            (key.0, period.key(), stored_start(period, start)),
        )? {
            Some(row) => Ok(counter_of(&row)?.1),
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
        let row = self.find(&LEDGER, "ORDER BY id DESC LIMIT 1", [])?;
        row.map(|row| entry_of(&row)).transpose()
    }

    /// Tells whether a request was charged and not refunded.
    pub(super) fn knows_request(&self, request: [u8; 16]) -> Result<bool, Fault> {
        let mut balance = 0_i64;
        self.each(&LEDGER, "WHERE request = ?1", [request], |row| {
            balance += match entry_of(&row)?.1.kind {
                EntryKind::Charge => 1,
                EntryKind::Refund => -1,
                _ => 0,
            };
            Ok(())
        })?;
        Ok(balance > 0)
    }

    /// Returns the last entry of an operation and its number.
    pub(super) fn operation(&self, operation: OperationId) -> Result<Option<(i64, Entry)>, Fault> {
        let rest = "WHERE operation = ?1 ORDER BY id DESC LIMIT 1";
        let row = self.find(&LEDGER, rest, [operation.0])?;
        row.map(|row| entry_of(&row)).transpose()
    }

    /// Returns the charge of an operation and its number unless it was refunded.
    pub(super) fn standing_charge(
        &self,
        operation: OperationId,
    ) -> Result<Option<(i64, Entry)>, Fault> {
        let last = self.operation(operation)?;
        Ok(last.filter(|(_, entry)| entry.is_charge()))
    }

    /// Calls `visit` with every entry, oldest first.
    fn each_entry(&self, mut visit: impl FnMut(i64, Entry)) -> Result<(), Fault> {
        self.each(&LEDGER, "ORDER BY id", [], |row| {
            let (id, entry) = entry_of(&row)?;
            visit(id, entry);
            Ok(())
        })
    }
}

/// Compares ledger and counters.
pub(super) fn verify(db: &Db) -> Result<Verification, Fault> {
    let (mut recount, mut problems) = (Recount::default(), Vec::new());
    db.each_entry(|id, entry| {
        recount.add(id, &entry);
        if stored(recount.entries) != id && problems.is_empty() {
            problems.push(format!("ledger entries before {id} are lost"));
        }
    })?;
    let mut counters = std::collections::BTreeMap::new();
    db.each(&COUNTERS, "", [], |row| {
        let (at, counter) = counter_of(&row)?;
        counters.insert(at, counter);
        Ok(())
    })?;
    recount.compare(&counters, &mut problems);
    Ok(Verification {
        entries: recount.entries,
        units: recount.used((KeyHash::GLOBAL, Period::Total, Instant(0))),
        problems,
    })
}

/// Returns the rows of one key or of all, oldest first.
pub(super) fn list(db: &Db, key: Option<KeyHash>) -> Result<Vec<LedgerRow>, Fault> {
    let local = db.local();
    let accounts = accounts::all(db)?.into_iter();
    let names: std::collections::BTreeMap<_, _> = accounts
        .map(|account| (account.key, account.name(local)))
        .collect();
    let mut list = Vec::new();
    db.each_entry(|id, entry| {
        if key.is_none_or(|key| key == entry.key) {
            list.push(entry.shown(id, names.get(&entry.key)));
        }
    })?;
    Ok(list)
}
