//! Accounts in the file: read, changed and shown.
//!
//! An account that is missed although the ledger speaks of it means damage, never "nothing set".
//! Showing never makes a file.

use super::super::account::{self, Account, Accounts};
use super::super::error::{Fault, StateError};
use super::super::key::{Key, KeyHash};
use super::super::ledger::EntryKind;
use super::super::ledger::{Counter, Entry};
use super::super::row::ACCOUNTS;
use super::super::sealed::Sealed;
use super::super::store::{Change, LastKnown, Target};
use super::super::usage::UsageAll;
use super::super::{Period, repair};
use super::{Db, Salvage, SqliteStore};
use crate::model::time::Instant;

impl Db<'_> {
    /// Reads every account.
    pub(super) fn all_accounts(&self) -> Result<Vec<Account>, Fault> {
        self.all((&ACCOUNTS, "ORDER BY key"), [], Account::of)
    }

    /// Writes what is set.
    pub(super) fn put_account(&self, account: &Account) -> Result<(), Fault> {
        self.put(&ACCOUNTS, account.row())
    }

    /// Reads an account; `None` for a key that neither the accounts nor the ledger know.
    pub(super) fn account(&self, key: KeyHash) -> Result<Option<Account>, Fault> {
        let found = self.find((&ACCOUNTS, "WHERE key = ?1"), [key.0], Account::of)?;
        if found.is_some() {
            return Ok(found);
        }
        let known = "SELECT 1 FROM ledger WHERE key = ?1";
        if !key.is_key() || self.exists(known, [key.0])? {
            return Err(Fault::Damaged(format!("the account of {key} is lost")));
        }
        Ok(None)
    }

    fn account_or_new(&self, key: KeyHash) -> Result<Account, Fault> {
        Ok(self.account(key)?.unwrap_or_else(|| Account::new(key)))
    }

    /// Reads the accounts that a request of a key touches, with what is used in the periods of `now`.
    pub(super) fn accounts(&self, key: KeyHash, now: Instant) -> Result<Accounts, Fault> {
        Ok(Accounts {
            key: self.account_or_new(key)?,
            used: self.used(key, now)?,
            default: self.account_or_new(KeyHash::DEFAULT)?,
            global: self.account_or_new(KeyHash::GLOBAL)?,
            global_used: self.used(KeyHash::GLOBAL, now)?,
        })
    }

    /// Returns the local user's key.
    pub(super) fn local(&self) -> KeyHash {
        Key::local().hash(&self.meta.salt)
    }
}

/// Returns the usage of every account.
pub(super) fn usage_all(db: &Db, now: Instant) -> Result<UsageAll, Fault> {
    let mut accounts = Vec::new();
    for account in db.all_accounts()? {
        let used = db.used(account.key, now)?;
        accounts.push((account, used));
    }
    Ok(account::usage_all(accounts, db.local(), now))
}

/// Applies changes to a target and enters each into the ledger.
pub(super) fn change(
    db: &Db,
    target: &Target,
    changes: &[Change],
    now: Instant,
) -> Result<(), Fault> {
    let mut account = db.account_or_new(target.hash(&db.meta.salt))?;
    for entry in account.change(changes, now) {
        match entry.kind {
            EntryKind::Reset(period) => reset(db, &entry, period)?,
            _ => db.enter(&entry)?,
        }
    }
    db.put_account(&account)
}

fn reset(db: &Db, entry: &Entry, period: Period) -> Result<(), Fault> {
    db.count(entry, |counter| counter.add(0))?;
    let counter = Counter {
        used: 0,
        reset_by: db.append(entry)?,
    };
    db.put_counter((entry.key, period, entry.start(period)), counter)
}

impl SqliteStore {
    /// Returns what is known of a key while the state cannot be used, for the lifeboat: from the rows
    /// that can still be read, else from the sealed copy of what is set.
    ///
    /// # Errors
    /// The copy is not as it was written.
    pub fn last_known(&self, key: &Key) -> Result<LastKnown, StateError> {
        self.close();
        let copies = self.copies();
        let sealed = copies.read().map_err(|fault| self.tell(fault))?;
        let read = repair::salvage(self.path(), sealed.as_ref());
        let known = read.unwrap_or_else(|_| Salvage::of_copy(sealed.as_ref()));
        Ok(known.last_known(key).unwrap_or_else(|| {
            let unknown = Sealed::unknown();
            copies.keep_salt(&unknown);
            Accounts::unused(key.hash(&unknown.salt)).last_known(&unknown.salt)
        }))
    }
}
