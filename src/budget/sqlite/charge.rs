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
use super::{Db, Done, SqliteStore, tickets};
use crate::model::time::Instant;

impl SqliteStore {
    /// See [`Store::precheck`](super::Store::precheck).
    pub(super) fn ask(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        let unused = || Accounts::unused(ask.key.hash(&[])).decide(ask.cost, false, now);
        self.read(unused, |db| {
            if db.connection.is_readonly("main")? {
                return Err(Fault::ReadOnly(
                    "it is read-only, and a conversion is charged in it".into(),
                ));
            }
            let accounts = db.accounts(ask.key.hash(&db.salt), now)?;
            decide(db, &accounts, ask, now)
        })
    }

    /// See [`Store::charge`](super::Store::charge).
    pub(super) fn decide_and_charge(
        &self,
        charge: &Charge,
        now: Instant,
    ) -> Result<Outcome, StateError> {
        let lifeboat = self.lifeboat();
        let waiting = lifeboat.waiting().map_err(|fault| self.tell(fault))?;
        let slots = waiting.as_deref().unwrap_or_default();
        let (outcome, folded) = self.write(now, |db| {
            let folded = fold(db, charge.ask.key, slots, now)?;
            let outcome = self.charge_in(db, charge, number(folded.len()), now)?;
            let keep = !folded.is_empty() || matches!(outcome, Outcome::Charged(_));
            let value = (outcome, folded);
            Ok(Done { value, keep })
        })?;
        if waiting.is_some() {
            lifeboat.tidy(&folded, now);
        }
        Ok(outcome)
    }

    fn charge_in(
        &self,
        db: &Db,
        charge: &Charge,
        folded: u64,
        now: Instant,
    ) -> Result<Outcome, Fault> {
        let key = charge.ask.key.hash(&db.salt);
        let mut accounts = db.accounts(key, now)?;
        let (repeated, beyond) = match decide(db, &accounts, &charge.ask, now)? {
            Admission::Granted { repeated, beyond } => (repeated, beyond),
            Admission::Exhausted(refusal) => return Ok(Outcome::Exhausted(refusal)),
            Admission::Blocked(scope) => return Ok(Outcome::Blocked(scope)),
        };
        let entry = Entry {
            waited_ms: self.waited_ms(),
            ..charge.entry(&db.salt, repeated, now)
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
            folded = self.write(now, |db| fold(db, key, &slots, now).map(Done::keep))?;
        }
        lifeboat.tidy(&folded, now);
        Ok((number(ours), number(slots.len().saturating_sub(ours))))
    }

    /// See [`Store::refund`](super::Store::refund).
    pub(super) fn give_back(
        &self,
        operation: OperationId,
        now: Instant,
    ) -> Result<bool, StateError> {
        let lifeboat = self.lifeboat();
        if lifeboat.give_back(operation)? {
            return Ok(true);
        }
        // Where nothing was charged, nothing is made either.
        if !self.read(|| false, |db| Ok(db.operation(operation)?.is_some()))? {
            return Ok(false);
        }
        self.write(now, |db| {
            let Some((charged_by, charge)) = db.standing_charge(operation)? else {
                return Ok(Done::nothing(false));
            };
            db.count(&charge, |counter| {
                counter.give_back(charge.cost, charged_by)
            })?;
            let refund = Entry {
                kind: EntryKind::Refund,
                at: now,
                ..charge
            };
            db.append(&refund)?;
            Ok(Done::keep(true))
        })
    }

    /// See [`Store::charged`](super::Store::charged).
    pub(super) fn is_charged(&self, operation: OperationId) -> Result<bool, StateError> {
        // A folded slot is in the ledger, where it may have been refunded since.
        let slot = self.lifeboat().slot(operation);
        if slot.map_err(|fault| self.tell(fault))?.is_some() {
            return Ok(true);
        }
        self.read(|| false, |db| Ok(db.standing_charge(operation)?.is_some()))
    }
}

fn decide(db: &Db, accounts: &Accounts, ask: &Ask, now: Instant) -> Result<Admission, Fault> {
    let repeated = match ask.request {
        Some(request) => db.knows_request(request.hash(&db.salt, accounts.key.key))?,
        None => false,
    };
    Ok(accounts.decide(ask.cost, repeated, now))
}

/// Enters the slots of `key`; those that a crash kept from being marked are found in the ledger.
fn fold(db: &Db, key: &Key, slots: &[Slot], now: Instant) -> Result<Vec<Slot>, Fault> {
    let hash = key.hash(&db.salt);
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

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
