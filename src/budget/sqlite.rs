//! The store in an SQLite file: one read transaction to ask, one write transaction to charge.
//!
//! This file opens the database and runs transactions; what happens within them is told by the files
//! below it. Rollback journal and full sync: one file at rest, and a refusal writes nothing.

mod accounts;
mod charge;
mod db;
mod ledger;
mod row;
mod salvage;
mod tickets;

pub use salvage::Rescued;
pub(super) use salvage::Salvage;

use std::cell::{OnceCell, RefCell};
use std::fs;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::Connection;

use super::account::{Account, Accounts};
use super::error::{Fault, StateError};
use super::key::{Key, OperationId};
use super::ledger::{LedgerRow, Verification};
use super::lifeboat::{Lifeboat, Slot};
use super::options::Options;
use super::sealed::{Copies, Sealed};
use super::status::{Contents, Status};
use super::store::{
    Admission, Ask, Change, Charge, Outcome, Store, Swept, Target, Ticket, TicketKind,
};
use super::usage::{Usage, UsageAll};
use super::{file, schema};
use crate::model::time::Instant;
use charge::number;
use db::{Db, Meta};

/// The store in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    options: Options,
    open: RefCell<Option<Rc<Open>>>,
    secret: OnceCell<[u8; 32]>,
    /// Milliseconds that the last transaction waited for other processes.
    waited: Arc<AtomicU64>,
}

/// The open file, and which one it is: a repair may put another one in its place.
#[derive(Debug)]
struct Open {
    connection: Connection,
    identity: file::Identity,
}

impl SqliteStore {
    /// Returns the store at a path. Nothing is opened or made before it is needed.
    #[must_use]
    pub fn new(path: PathBuf, options: Options) -> Self {
        Self {
            path,
            options,
            open: RefCell::default(),
            secret: OnceCell::new(),
            waited: Arc::default(),
        }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns how it behaves.
    pub(super) fn options(&self) -> &Options {
        &self.options
    }

    /// Returns the lifeboat beside it.
    #[must_use]
    pub fn lifeboat(&self) -> Lifeboat {
        Lifeboat::beside(&self.path)
    }

    /// Returns the secret of the sealed copy: that of the state, except where the lifeboat has had to
    /// go without. `None` if there is no copy.
    #[must_use]
    pub fn lifeboat_secret(&self) -> Option<[u8; 32]> {
        let sealed = self.copies().read().ok()??;
        Some(super::key::secret(&sealed.salt))
    }

    /// Returns the places of the sealed copy of what is set.
    pub(super) fn copies(&self) -> Copies {
        Copies::of(&self.path, self.options.own_folder.as_deref())
    }

    /// Closes the file, so that it can be replaced.
    pub(super) fn close(&self) {
        self.open.take();
    }

    /// Runs `look` in a read transaction, or answers `unused` where there is no file yet.
    fn read<T>(
        &self,
        unused: impl FnOnce() -> T,
        look: impl FnOnce(&Db) -> Result<T, Fault>,
    ) -> Result<T, StateError> {
        let run = || loop {
            let Some(open) = self.existing()? else {
                return Ok(unused());
            };
            open.connection.execute_batch("BEGIN")?;
            match self.begin(&open) {
                Ok(Some(db)) => return end(&open.connection, "COMMIT", look(&db)),
                begun => end(&open.connection, "ROLLBACK", begun.map(|_replaced| ()))?,
            }
            self.close();
        };
        run().map_err(|fault| self.tell(fault))
    }

    /// Runs `work` in a write transaction, making the file first where there is none.
    fn write<T>(
        &self,
        now: Instant,
        work: impl FnOnce(&Db) -> Result<T, Fault>,
    ) -> Result<T, StateError> {
        self.write_if(now, |_| true, work)
    }

    /// Runs `work` in a write transaction and keeps what it wrote if it is to be kept.
    fn write_if<T>(
        &self,
        now: Instant,
        is_kept: impl Fn(&T) -> bool,
        work: impl FnOnce(&Db) -> Result<T, Fault>,
    ) -> Result<T, StateError> {
        let run = || loop {
            let open = self.existing_or_new(now)?;
            self.waited.store(0, Ordering::Relaxed);
            open.connection.execute_batch("BEGIN IMMEDIATE")?;
            match self.begin(&open) {
                Ok(Some(db)) => {
                    let result = work(&db);
                    let keep = result.as_ref().is_ok_and(&is_kept);
                    let last = if keep { "COMMIT" } else { "ROLLBACK" };
                    return end(&open.connection, last, result);
                }
                begun => end(&open.connection, "ROLLBACK", begun.map(|_replaced| ()))?,
            }
            self.close();
        };
        run().map_err(|fault| self.tell(fault))
    }

    /// Looks whether the file can be trusted and reads what every row needs. `None` if a repair has
    /// put another file in its place: what is written here now would be lost.
    fn begin<'o>(&self, open: &'o Open) -> Result<Option<Db<'o>>, Fault> {
        let connection = &open.connection;
        // The first look takes the lock and puts back what a killed process left half-written.
        let looked = schema::check(connection);
        let found = fs::symlink_metadata(&self.path);
        let found = found.map_err(|e| Fault::from_io("looking at it", &e))?;
        if file::identity(&found) != open.identity {
            return Ok(None);
        }
        looked?;
        check_length(connection, found.len())?;
        let db = Db::load(connection)?;
        self.secret
            .get_or_init(|| super::key::secret(&db.meta.salt));
        Ok(Some(db))
    }

    fn existing(&self) -> Result<Option<Rc<Open>>, Fault> {
        if let Some(open) = &*self.open.borrow() {
            return Ok(Some(Rc::clone(open)));
        }
        let Some(identity) = file::exists(&self.path, self.options.on_network)? else {
            file::refuse_forgotten(&self.path)?;
            return Ok(None);
        };
        let mut connection = file::open(&self.path)?;
        let waited = Arc::clone(&self.waited);
        connection.busy_handler(Some(self.options.patience(waited)))?;
        db::upgrade(&connection, &self.path, &schema::STEPS)?;
        let open = Rc::new(Open {
            connection,
            identity,
        });
        *self.open.borrow_mut() = Some(Rc::clone(&open));
        Ok(Some(open))
    }

    fn existing_or_new(&self, now: Instant) -> Result<Rc<Open>, Fault> {
        if let Some(open) = self.existing()? {
            return Ok(open);
        }
        file::create(&self.path, self.options.on_network, |connection| {
            db::fill(connection, now)
        })?;
        let made = self.existing()?;
        made.ok_or_else(|| Fault::Io("it disappeared while it was made".into()))
    }

    /// Adds to a fault what only the store knows.
    fn tell(&self, fault: Fault) -> StateError {
        match fault {
            Fault::Locked { .. } => self.options.gave_up(),
            other => other,
        }
        .of(&self.path)
    }

    /// Returns what the file holds; `None` if there is no file.
    pub(super) fn contents(&self, now: Instant) -> Result<Option<Contents>, StateError> {
        self.read(|| None, |db| db::contents(db, now).map(Some))
    }

    /// Reads the whole file and returns what is wrong with it.
    pub(super) fn problems(&self) -> Result<Vec<String>, StateError> {
        self.read(Vec::new, db::problems)
    }
}

/// Ends a transaction. Whatever fails, none is left open.
fn end<T>(connection: &Connection, last: &str, result: Result<T, Fault>) -> Result<T, Fault> {
    let ended = connection.execute_batch(if result.is_ok() { last } else { "ROLLBACK" });
    if ended.is_err() && !connection.is_autocommit() {
        // The commit failed: what the journal holds is put back, now or by the next process.
        let _unfinished = connection.execute_batch("ROLLBACK");
    }
    let value = result?;
    ended?;
    Ok(value)
}

/// Refuses a file whose length is not what its header says. The transaction keeps others from growing it.
fn check_length(connection: &Connection, found: u64) -> Result<(), Fault> {
    let expected = u64::from(schema::pragma(connection, "page_count")?)
        * u64::from(schema::pragma(connection, "page_size")?);
    if found == expected {
        Ok(())
    } else {
        Err(Fault::Damaged(format!(
            "it has {found} bytes, expected {expected}"
        )))
    }
}

impl Store for SqliteStore {
    fn precheck(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        let unused = || Accounts::unused(ask.key.hash(&[])).decide(ask.cost, false, now);
        self.read(unused, |db| {
            if db.connection.is_readonly("main")? {
                return Err(Fault::ReadOnly(
                    "it is read-only, and a conversion is charged in it".into(),
                ));
            }
            Ok(charge::decide(db, ask, now)?.1)
        })
    }

    fn charge(&self, charge: &Charge, now: Instant) -> Result<Outcome, StateError> {
        let lifeboat = self.lifeboat();
        let waiting = lifeboat.waiting().map_err(|fault| self.tell(fault))?;
        let slots = waiting.as_deref().unwrap_or_default();
        let is_kept = |(outcome, folded): &(Outcome, Vec<Slot>)| {
            !folded.is_empty() || matches!(outcome, Outcome::Charged(_))
        };
        let (outcome, folded) = self.write_if(now, is_kept, |db| {
            let folded = charge::fold(db, charge.ask.key, slots, now)?;
            let (count, waited_ms) = (number(folded.len()), self.waited.load(Ordering::Relaxed));
            let outcome = charge::charge(db, charge, waited_ms, count, now)?;
            Ok((outcome, folded))
        })?;
        if waiting.is_some() {
            lifeboat.tidy(&folded, now);
        }
        Ok(outcome)
    }

    fn refund(&self, operation: OperationId, now: Instant) -> Result<bool, StateError> {
        if self.lifeboat().give_back(operation)? {
            return Ok(true);
        }
        // Where nothing was charged, nothing is made either.
        let known = self.read(|| false, |db| Ok(db.operation(operation)?.is_some()))?;
        let refund = |db: &Db| charge::refund(db, operation, now);
        Ok(known && self.write_if(now, |refunded| *refunded, refund)?)
    }

    fn charged(&self, operation: OperationId) -> Result<bool, StateError> {
        // A folded slot is in the ledger, where it may have been refunded since.
        let slot = self.lifeboat().slot(operation);
        let waits = slot.map_err(|fault| self.tell(fault))?.is_some();
        let stands = |db: &Db| Ok(db.standing_charge(operation)?.is_some());
        Ok(waits || self.read(|| false, stands)?)
    }

    fn secret(&self, now: Instant) -> Result<[u8; 32], StateError> {
        if let Some(known) = self.secret.get() {
            return Ok(*known);
        }
        self.existing_or_new(now)
            .map_err(|fault| self.tell(fault))?;
        let known = self.read(|| None, |db| Ok(Some(super::key::secret(&db.meta.salt))))?;
        let gone = || Fault::Io("it disappeared while it was made".into());
        known.ok_or_else(|| self.tell(gone()))
    }

    fn usage(&self, key: &Key, now: Instant) -> Result<Usage, StateError> {
        let unused = || Accounts::unused(key.hash(&[])).usage(key, now);
        self.read(unused, |db| {
            let accounts = db.accounts(key.hash(&db.meta.salt), now)?;
            Ok(accounts.usage(key, now))
        })
    }

    fn usage_all(&self, now: Instant) -> Result<UsageAll, StateError> {
        let unused = || super::account::usage_all(Vec::new(), Key::local().hash(&[]), now);
        self.read(unused, |db| accounts::usage_all(db, now))
    }

    fn ledger(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError> {
        self.read(Vec::new, |db| {
            ledger::list(db, key.map(|key| key.hash(&db.meta.salt)))
        })
    }

    fn verify(&self) -> Result<Verification, StateError> {
        self.read(Verification::default, ledger::verify)
    }

    /// As the trait says. What holds is copied before the commit together with what is to hold, and
    /// after it alone; until that is done the stricter is what the copy says.
    fn change(&self, target: &Target, changes: &[Change], now: Instant) -> Result<(), StateError> {
        let copies = self.copies();
        let copy = |db: &Db, mut accounts: Vec<Account>| {
            accounts.extend(db.all_accounts()?);
            let salt = db.meta.salt.clone();
            copies.write(&Sealed { salt, accounts })
        };
        self.write(now, |db| {
            let before = db.all_accounts()?;
            accounts::change(db, target, changes, now)?;
            copy(db, before)
        })?;
        let _stricter = self.write_if(now, |()| false, |db| copy(db, Vec::new()));
        Ok(())
    }

    fn put(&self, ticket: &Ticket, now: Instant) -> Result<(), StateError> {
        self.write(now, |db| tickets::put(db, ticket))
    }

    fn get(&self, kind: TicketKind, id: &str, now: Instant) -> Result<Option<Ticket>, StateError> {
        self.read(|| None, |db| tickets::get(db, kind, id, now))
    }

    /// As the trait says. A state that does not exist is not made.
    fn sweep(&self, now: Instant) -> Result<Swept, StateError> {
        if !self.read(|| false, |db| tickets::any_expired(db, now))? {
            return Ok(Swept::new());
        }
        self.write(now, |db| tickets::sweep(db, now, i64::MAX))
    }

    fn place(&self) -> String {
        self.path.display().to_string()
    }

    fn status(&self, deep: bool, now: Instant) -> Status {
        Status::of(self, deep, now)
    }

    fn file(&self) -> Option<&SqliteStore> {
        Some(self)
    }
}

#[cfg(test)]
mod tests;
