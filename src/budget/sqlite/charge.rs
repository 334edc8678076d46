//! Ask, charge, refund: the three things that decide about conversions.
//!
//! Asking is one read transaction. Charging is one write transaction that asks again and, in that
//! order, enters what the lifeboat let through, counts, writes the ledger and clears a few expired
//! tickets. What is refused writes nothing.

use super::super::CLOCK_SLACK;
use super::super::account::Accounts;
use super::super::error::{Fault, StateError};
use super::super::key::{Key, KeyHash, OperationId};
use super::super::ledger::Entry;
use super::super::ledger::EntryKind;
use super::super::lifeboat::Slot;
use super::super::store::{Admission, Ask, Charge, Outcome, Receipt};
use super::{Db, SqliteStore, tickets};
use crate::model::time::Instant;

/// Asks about a conversion. Returns the accounts that it concerns too.
pub(super) fn decide(db: &Db, ask: &Ask, now: Instant) -> Result<(Accounts, Admission), Fault> {
    let key = ask.key.hash(&db.meta.salt);
    let accounts = db.accounts(key, now)?;
    let repeated = match ask.request {
        Some(request) => db.knows_request(request.hash(&db.meta.salt, key))?,
        None => false,
    };
    let admission = accounts.decide(ask.cost, repeated, now);
    Ok((accounts, admission))
}

/// Asks and, if admitted, charges.
pub(super) fn charge(
    db: &Db,
    charge: &Charge,
    waited_ms: u64,
    folded: u64,
    now: Instant,
) -> Result<Outcome, Fault> {
    let (mut accounts, admission) = decide(db, &charge.ask, now)?;
    let (repeated, beyond) = match admission {
        Admission::Granted { repeated, beyond } => (repeated, beyond),
        Admission::Exhausted(refusal) => return Ok(Outcome::Exhausted(refusal)),
        Admission::Blocked(scope) => return Ok(Outcome::Blocked(scope)),
    };
    let entry = Entry {
        waited_ms,
        ..charge.entry(&db.meta.salt, repeated, now)
    };
    let last = db.last_entry()?.map(|(_, last)| last.at);
    db.make_account(&accounts)?;
    db.enter(&entry)?;
    accounts.add(entry.cost);
    if let Some(ticket) = charge.ticket {
        tickets::put(db, ticket)?;
    }
    Ok(Outcome::Charged(Box::new(Receipt {
        swept: tickets::sweep_when_due(db, now)?,
        usage: accounts.usage(charge.ask.key, now),
        repeated,
        beyond,
        clock_back: last
            .map(|last| last.0.saturating_sub(now.0))
            .filter(|back| *back > CLOCK_SLACK),
        clock_off: None,
        folded,
    })))
}

/// Gives back the units of an operation; `false` if there is nothing to give back.
pub(super) fn refund(db: &Db, operation: OperationId, now: Instant) -> Result<bool, Fault> {
    let Some((charged_by, charge)) = db.standing_charge(operation)? else {
        return Ok(false);
    };
    db.count(&charge, |counter| {
        counter.give_back(charge.cost, charged_by)
    })?;
    let kind = EntryKind::Refund;
    let at = now;
    db.append(&Entry { kind, at, ..charge })?;
    Ok(true)
}

impl SqliteStore {
    /// Enters into the ledger what the lifeboat let through for `key`. Returns how many conversions,
    /// and how many wait for other keys.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted; nothing was entered.
    pub fn fold_lifeboat(&self, key: &Key, now: Instant) -> Result<(u64, u64), StateError> {
        let lifeboat = self.lifeboat();
        let Some(slots) = lifeboat.waiting().map_err(|fault| self.tell(fault))? else {
            return Ok((0, 0));
        };
        let ours = slots.iter().filter(|slot| slot.is_of(key)).count();
        let mut folded = Vec::new();
        if ours > 0 {
            folded = self.write(now, |db| fold(db, key, &slots, now))?;
        }
        lifeboat.tidy(&folded, now);
        Ok((number(ours), number(slots.len().saturating_sub(ours))))
    }
}

/// Enters the slots of `key`; those that a crash kept from being marked are found in the ledger.
pub(super) fn fold(db: &Db, key: &Key, slots: &[Slot], now: Instant) -> Result<Vec<Slot>, Fault> {
    let hash = key.hash(&db.meta.salt);
    let ours: Vec<Slot> = slots
        .iter()
        .filter(|slot| slot.is_of(key))
        .cloned()
        .collect();
    for slot in &ours {
        if db.operation(slot.operation)?.is_none() {
            let kind = EntryKind::Lifeboat;
            let entry = Entry {
                at: now,
                digest: Some(slot.digest),
                ..Entry::new(kind, slot.operation, hash, slot.cost, slot.at)
            };
            db.make_account(&db.accounts(hash, now)?)?;
            db.enter(&entry)?;
        }
    }
    Ok(ours)
}

impl Db<'_> {
    /// Writes the account of a key that is new.
    fn make_account(&self, accounts: &Accounts) -> Result<(), Fault> {
        let KeyHash(key) = accounts.key.key;
        if self.exists("SELECT 1 FROM accounts WHERE key = ?1", [key])? {
            return Ok(());
        }
        self.put_account(&accounts.key)
    }
}

pub(super) fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
