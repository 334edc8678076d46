//! Counts the ledger anew, entry by entry, and compares the result with the counters.
//!
//! Reads everything, changes nothing; asked for by the user, never on the way of a conversion.

use std::collections::{BTreeMap, BTreeSet};

use super::super::Period;
use super::super::error::Fault;
use super::super::key::KeyHash;
use super::super::seal::Seal;
use super::super::store::{EntryKind, Verification};
use super::accounts::Account;
use super::ledger::{self, Entry};
use super::{Db, units};
use crate::model::time::Instant;

/// Problems that are named; more are only counted.
const NAMED: usize = 20;

/// Units by key, period and start of the period.
pub(super) type Counts = BTreeMap<(KeyHash, Period, Instant), u64>;

/// Compares ledger and counters.
pub(super) fn verify(db: &Db) -> Result<Verification, Fault> {
    let mut result = Verification::default();
    let (mut counts, mut before, mut last_id) = (Counts::new(), Seal::default(), 0);
    ledger::for_each(db, |found| {
        if !found.is_sound(db, before) || found.id != last_id + 1 {
            result
                .problems
                .push(format!("the seal of ledger entry {} is broken", found.id));
        }
        (before, last_id) = (found.seal(), found.id);
        result.entries += 1;
        count(&mut counts, &found.entry);
    })?;
    result.units = counts
        .get(&(KeyHash::GLOBAL, Period::Total, Instant(0)))
        .copied()
        .unwrap_or(0);
    compare(&counts, &counters(db)?, &mut result.problems);
    let unnamed = result.problems.len().saturating_sub(NAMED);
    if unnamed > 0 {
        result.problems.truncate(NAMED);
        result.problems.push(format!("and {unnamed} more"));
    }
    Ok(result)
}

/// Adds one entry of the ledger to the counts.
pub(super) fn count(counts: &mut Counts, entry: &Entry) {
    let starts = [
        (Period::Day, entry.day_start),
        (Period::Month, entry.month_start),
        (Period::Total, Instant(0)),
    ];
    for (period, start) in starts {
        match entry.kind {
            EntryKind::Charge
            | EntryKind::Repeat
            | EntryKind::Lifeboat
            | EntryKind::Rescue
            | EntryKind::Refund => {
                for key in BTreeSet::from([entry.key, KeyHash::GLOBAL]) {
                    let used = counts.entry((key, period, start)).or_default();
                    let refund = entry.kind == EntryKind::Refund;
                    *used = if refund {
                        used.saturating_sub(entry.cost)
                    } else {
                        used.saturating_add(entry.cost)
                    };
                }
            }
            EntryKind::Reset(of) if of == period => {
                counts.insert((entry.key, period, start), 0);
            }
            EntryKind::Set | EntryKind::Block | EntryKind::Unblock | EntryKind::Reset(_) => {}
        }
    }
}

/// Reads every counter, current and past. A past row of the current period is out of use.
fn counters(db: &Db) -> Result<Counts, Fault> {
    let past = db
        .all_past()?
        .into_iter()
        .map(|(key, period, counter)| ((key, period, counter.start), counter.used));
    let mut counters: Counts = past.collect();
    for account in Account::all(db)? {
        for period in Period::ALL {
            let counter = account.counters.of(period);
            counters.insert((account.key, period, counter.start), counter.used);
        }
    }
    Ok(counters)
}

fn compare(counts: &Counts, counters: &Counts, problems: &mut Vec<String>) {
    let keys: BTreeSet<_> = counts.keys().chain(counters.keys()).collect();
    for at in keys {
        let (counted, shown) = (
            counts.get(at).copied().unwrap_or(0),
            counters.get(at).copied().unwrap_or(0),
        );
        if counted != shown {
            let (key, period, start) = at;
            problems.push(format!(
                "{key}, {} from {start}: the counter says {shown}, the ledger {counted}",
                period.key()
            ));
        }
    }
}

/// Returns the number of entries in the ledger.
pub(super) fn entries(db: &Db) -> Result<u64, Fault> {
    // The ids are gapless from 1, so that the last one is the number, however long the ledger is.
    units(
        db.connection
            .query_row("SELECT coalesce(max(id), 0) FROM ledger", [], |row| {
                row.get(0)
            })?,
    )
}
