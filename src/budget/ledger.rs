//! Entries of the ledger and the counters that follow from them.
//!
//! The counters are the ledger's cache: counting all entries anew gives the same, and this file says
//! how. Where entries are kept is no concern of it.

use std::collections::{BTreeMap, HashMap};

use serde::{Serialize, Serializer};

use super::Period;
use super::key::{Digest, KeyHash, OperationId};
use crate::model::time::Instant;

/// What an entry of the ledger records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EntryKind {
    /// A conversion that was charged.
    Charge,
    /// A conversion that was free because its request had been charged.
    Repeat,
    /// Units given back.
    Refund,
    /// A conversion that went through on the lifeboat, entered later.
    Lifeboat,
    /// A conversion that a recovery has settled as not charged; a charge that comes late then fails.
    Void,
    /// Units that a rescued file's counters knew and its ledger had lost.
    Rescue,
    /// Limits, mode or label were set.
    Set,
    /// The key was blocked.
    Block,
    /// The key was unblocked.
    Unblock,
    /// A counter was set to 0.
    Reset(Period),
}

impl EntryKind {
    /// Every kind.
    pub const ALL: [Self; 12] = [
        Self::Charge,
        Self::Repeat,
        Self::Refund,
        Self::Lifeboat,
        Self::Void,
        Self::Rescue,
        Self::Set,
        Self::Block,
        Self::Unblock,
        Self::Reset(Period::Day),
        Self::Reset(Period::Month),
        Self::Reset(Period::Total),
    ];

    /// Returns the word used in the ledger.
    #[must_use]
    pub fn key(self) -> &'static str {
        match self {
            Self::Charge => "charge",
            Self::Repeat => "repeat",
            Self::Refund => "refund",
            Self::Lifeboat => "lifeboat",
            Self::Void => "void",
            Self::Rescue => "rescue",
            Self::Set => "set",
            Self::Block => "block",
            Self::Unblock => "unblock",
            Self::Reset(Period::Day) => "reset-day",
            Self::Reset(Period::Month) => "reset-month",
            Self::Reset(Period::Total) => "reset-total",
        }
    }

    /// Returns the kind that [`key`](Self::key) names.
    #[must_use]
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.key() == key)
    }
}

/// Tells whether a request with these entries was charged and not refunded.
pub(crate) fn is_paid(kinds: impl Iterator<Item = EntryKind>) -> bool {
    let balance = kinds.map(|kind| match kind {
        EntryKind::Charge => 1,
        EntryKind::Refund => -1,
        _ => 0,
    });
    balance.sum::<i64>() > 0
}

/// An entry of the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerRow {
    /// Its number; larger than those before it.
    pub id: i64,
    /// What it records.
    #[serde(serialize_with = "word")]
    pub kind: EntryKind,
    /// The operation.
    #[serde(serialize_with = "shown")]
    pub operation: OperationId,
    /// The label of the key as in [`Usage::label`]; `all keys` and `default` for those two.
    pub key: String,
    /// Units.
    pub cost: u64,
    /// When it was entered.
    #[serde(serialize_with = "shown")]
    pub at: Instant,
    /// First instant of the UTC day it counts for.
    #[serde(serialize_with = "shown")]
    pub day_start: Instant,
    /// First instant of the UTC month it counts for.
    #[serde(serialize_with = "shown")]
    pub month_start: Instant,
    /// Digest of the input; `None` where there was none.
    pub digest: Option<Digest>,
    /// Milliseconds that a charge waited for other processes.
    pub waited_ms: u64,
}

fn shown<S: Serializer>(value: &impl std::fmt::Display, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(value)
}

fn word<S: Serializer>(kind: &EntryKind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.key())
}

/// The result of counting the ledger anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Verification {
    /// Entries read.
    pub entries: u64,
    /// Units charged and not refunded.
    pub units: u64,
    /// What does not agree; empty if all is well.
    pub problems: Vec<String>,
}

/// Problems that are named; more are only counted.
const NAMED: usize = 20;

/// An entry as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) kind: EntryKind,
    pub(crate) operation: OperationId,
    pub(crate) key: KeyHash,
    pub(crate) cost: u64,
    pub(crate) at: Instant,
    pub(crate) day_start: Instant,
    pub(crate) month_start: Instant,
    pub(crate) digest: Option<Digest>,
    pub(crate) request: Option<[u8; 16]>,
    /// What is set for the key from here on; see [`Account::to_line`](super::account::Account::to_line).
    pub(crate) settings: Option<String>,
    pub(crate) waited_ms: u64,
}

impl Entry {
    /// Returns an entry that counts for the periods of `at`.
    pub(crate) fn new(
        kind: EntryKind,
        operation: OperationId,
        key: KeyHash,
        cost: u64,
        at: Instant,
    ) -> Self {
        Self {
            kind,
            operation,
            key,
            cost,
            at,
            day_start: Period::Day.start(at),
            month_start: Period::Month.start(at),
            digest: None,
            request: None,
            settings: None,
            waited_ms: 0,
        }
    }

    /// Returns where the period begins that the entry counts for.
    pub(crate) fn start(&self, period: Period) -> Instant {
        match period {
            Period::Day => self.day_start,
            Period::Month => self.month_start,
            Period::Total => Instant(0),
        }
    }

    /// Returns the entry as it is shown, with the name of its key.
    pub(crate) fn shown(&self, id: i64, name: Option<&String>) -> LedgerRow {
        LedgerRow {
            id,
            kind: self.kind,
            operation: self.operation,
            key: name.cloned().unwrap_or_else(|| self.key.to_string()),
            cost: self.cost,
            at: self.at,
            day_start: self.day_start,
            month_start: self.month_start,
            digest: self.digest,
            waited_ms: self.waited_ms,
        }
    }

    /// Tells whether its output is to be finished, unless it is refunded later.
    pub(crate) fn is_charge(&self) -> bool {
        use EntryKind::{Charge, Lifeboat, Repeat};
        matches!(self.kind, Charge | Repeat | Lifeboat)
    }
}

/// Whose units, over which period, from when on.
pub(crate) type CounterId = (KeyHash, Period, Instant);

/// What was used in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counter {
    /// Units.
    pub(crate) used: u64,
    /// The entry that set it to 0 last; 0 for none.
    pub(crate) reset_by: i64,
}

impl Counter {
    pub(crate) fn add(&mut self, cost: u64) {
        self.used = self.used.saturating_add(cost);
    }

    /// Takes back what the charge with the number `charged_by` counted, unless it was forgotten by a
    /// reset since: what was used after that stays used.
    pub(crate) fn give_back(&mut self, cost: u64, charged_by: i64) {
        if charged_by > self.reset_by {
            self.used = self.used.saturating_sub(cost);
        }
    }
}

/// The counters as the ledger gives them, entry by entry.
#[derive(Debug, Default)]
pub(crate) struct Recount {
    pub(crate) counters: BTreeMap<CounterId, Counter>,
    pub(crate) entries: u64,
    charges: HashMap<OperationId, i64>,
}

impl Recount {
    /// Adds the entry with the number `id`; entries come in order.
    pub(crate) fn add(&mut self, id: i64, entry: &Entry) {
        self.entries += 1;
        if entry.is_charge() {
            self.charges.insert(entry.operation, id);
        }
        let charged_by = self.charges.get(&entry.operation).copied();
        for period in Period::ALL {
            let start = entry.start(period);
            if entry.kind == EntryKind::Reset(period) {
                let counter = Counter {
                    used: 0,
                    reset_by: id,
                };
                self.counters.insert((entry.key, period, start), counter);
            }
            let mut keys = vec![entry.key, KeyHash::GLOBAL];
            keys.dedup();
            for key in keys {
                let counter = self.counters.entry((key, period, start)).or_default();
                match entry.kind {
                    EntryKind::Refund => counter.give_back(entry.cost, charged_by.unwrap_or(id)),
                    _ => counter.add(entry.cost),
                }
            }
        }
    }

    /// Returns the units used by a key.
    pub(crate) fn used(&self, at: CounterId) -> u64 {
        self.counters.get(&at).map_or(0, |counter| counter.used)
    }

    /// Returns what counting anew has found: `problems`, and what does not agree with the counters of
    /// a store.
    pub(crate) fn verification(
        &self,
        counters: &BTreeMap<CounterId, Counter>,
        mut problems: Vec<String>,
    ) -> Verification {
        let known: std::collections::BTreeSet<_> =
            self.counters.keys().chain(counters.keys()).collect();
        for at @ (key, period, start) in known {
            let (counted, shown) = (
                self.used(*at),
                counters.get(at).map_or(0, |counter| counter.used),
            );
            if counted != shown {
                problems.push(format!(
                    "{key}, {} from {start}: the counter says {shown}, the ledger {counted}",
                    period.key()
                ));
            }
        }
        let unnamed = problems.len().saturating_sub(NAMED);
        if unnamed > 0 {
            problems.truncate(NAMED);
            problems.push(format!("and {unnamed} more"));
        }
        Verification {
            entries: self.entries,
            units: self.used((KeyHash::GLOBAL, Period::Total, Instant(0))),
            problems,
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_counter_that_does_not_agree_is_named_and_many_are_counted() {
        let (key, start) = (KeyHash([1; 16]), Instant(0));
        let mut recount = Recount::default();
        let charge = Entry::new(EntryKind::Charge, OperationId([9; 16]), key, 2, start);
        recount.add(1, &charge);
        let mut counters = recount.counters.clone();
        let problems =
            |counters: &BTreeMap<_, _>| recount.verification(counters, Vec::new()).problems;
        assert!(problems(&counters).is_empty());
        counters.get_mut(&(key, Period::Total, start)).unwrap().used = 3;
        let one = problems(&counters);
        let only = one.first().unwrap();
        assert!(
            only.ends_with("the counter says 3, the ledger 2"),
            "{one:?}"
        );
        assert_eq!(one.len(), 1);
        for n in 2..32 {
            let counter = Counter {
                used: 1,
                reset_by: 0,
            };
            counters.insert((KeyHash([n; 16]), Period::Day, start), counter);
        }
        let many = problems(&counters);
        assert_eq!(
            (many.len(), many.last().unwrap().as_str()),
            (NAMED + 1, "and 11 more")
        );
    }
}
