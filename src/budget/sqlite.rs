//! The store in an SQLite file: one read transaction to ask, one write transaction to charge.
//!
//! This file opens the database and runs transactions; what happens within them is told by the files
//! below it. Rollback journal and full sync: one file at rest, and a refusal writes nothing.

mod accounts;
mod charge;
mod ledger;
mod patience;
mod probe;
mod recount;
mod rescue;
mod settings;
mod tickets;

pub use rescue::Rescued;

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rusqlite::Connection;

use super::error::{Fault, StateError};
use super::key::{Key, KeyHash, OperationId};
use super::lifeboat::Lifeboat;
use super::seal::Sealer;
use super::store::{
    Admission, Ask, Change, Charge, LedgerRow, Outcome, Store, Target, Ticket, TicketKind, Usage,
    UsageAll, Verification,
};
use super::{file, schema};
use crate::model::time::Instant;

/// How the store behaves.
#[derive(Clone, Debug)]
pub struct Options {
    /// How long to wait for other processes.
    pub busy: Duration,
    /// Ends every wait when it becomes true.
    pub stop: Arc<AtomicBool>,
    /// Whether a network file system is accepted.
    pub on_network: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            busy: Duration::from_secs(30),
            stop: Arc::default(),
            on_network: false,
        }
    }
}

/// The store in an SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    options: Options,
    connection: OnceCell<Connection>,
    secret: OnceCell<[u8; 32]>,
}

/// A transaction with what every row needs.
struct Db<'a> {
    connection: &'a Connection,
    salt: Vec<u8>,
    created_at: i64,
    swept_at: i64,
}

/// Whether a write transaction is to be kept.
struct Done<T> {
    value: T,
    keep: bool,
}

impl<T> Done<T> {
    fn keep(value: T) -> Self {
        Self { value, keep: true }
    }

    fn nothing(value: T) -> Self {
        Self { value, keep: false }
    }
}

impl SqliteStore {
    /// Returns the store at a path. Nothing is opened or made before it is needed.
    #[must_use]
    pub fn new(path: PathBuf, options: Options) -> Self {
        Self {
            path,
            options,
            connection: OnceCell::new(),
            secret: OnceCell::new(),
        }
    }

    /// Returns the path of the file.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns the lifeboat of this state.
    #[must_use]
    pub fn lifeboat(&self) -> Lifeboat {
        Lifeboat::beside(&self.path)
    }

    /// Runs `look` in a read transaction, or answers `unused` where there is no file yet.
    fn read<T>(
        &self,
        unused: impl FnOnce() -> T,
        look: impl FnOnce(&Db) -> Result<T, Fault>,
    ) -> Result<T, StateError> {
        let result = self.existing().and_then(|connection| match connection {
            None => Ok(unused()),
            Some(connection) => {
                connection.execute_batch("BEGIN")?;
                let result = Db::begin(connection, &self.path).and_then(|db| {
                    self.secret.get_or_init(|| super::key::secret(&db.salt));
                    look(&db)
                });
                end(connection, "COMMIT", result)
            }
        });
        result.map_err(|fault| self.tell(fault))
    }

    /// Runs `work` in a write transaction, making the file first where there is none.
    fn write<T>(
        &self,
        now: Instant,
        work: impl FnOnce(&Db) -> Result<Done<T>, Fault>,
    ) -> Result<T, StateError> {
        let result = self.existing_or_new(now).and_then(|connection| {
            connection.execute_batch("BEGIN IMMEDIATE")?;
            let result = Db::begin(connection, &self.path).and_then(|db| work(&db));
            let last = if matches!(&result, Ok(done) if done.keep) {
                "COMMIT"
            } else {
                "ROLLBACK"
            };
            end(connection, last, result).map(|done| done.value)
        });
        result.map_err(|fault| self.tell(fault))
    }

    fn existing(&self) -> Result<Option<&Connection>, Fault> {
        if let Some(open) = self.connection.get() {
            return Ok(Some(open));
        }
        if !file::exists(&self.path, self.options.on_network)? {
            return Ok(None);
        }
        let mut connection = file::open(&self.path)?;
        connection.busy_handler(Some(patience::handler(&self.options)))?;
        upgrade(&connection, &self.path, &schema::STEPS)?;
        Ok(Some(self.connection.get_or_init(|| connection)))
    }

    fn existing_or_new(&self, now: Instant) -> Result<&Connection, Fault> {
        if self.existing()?.is_none() {
            file::create(&self.path, self.options.on_network, |connection| {
                fill(connection, now)
            })?;
        }
        match self.existing()? {
            Some(connection) => Ok(connection),
            None => Err(Fault::Io("it disappeared while it was made".into())),
        }
    }

    /// Adds to a fault what only the store knows.
    fn tell(&self, fault: Fault) -> StateError {
        let fault = match fault {
            Fault::Locked { .. } if self.options.stop.load(Ordering::Relaxed) => Fault::Interrupted,
            Fault::Locked { .. } => Fault::Locked {
                waited_ms: u64::try_from(self.options.busy.as_millis()).unwrap_or(u64::MAX),
            },
            other => other,
        };
        fault.of(&self.path)
    }
}

/// Fills a new file: the tables, a salt, and the two accounts that are no key's.
fn fill(connection: &Connection, now: Instant) -> Result<(), Fault> {
    schema::create(connection)?;
    let salt = connection.query_row("SELECT randomblob(32)", [], |row| row.get(0))?;
    let db = Db {
        connection,
        salt,
        created_at: now.0,
        swept_at: now.0,
    };
    db.save_meta()?;
    accounts::Account::default_limits(now).save(&db)?;
    accounts::Account::new(KeyHash::GLOBAL, now).save(&db)
}

/// Brings an older file to the newest version: first a copy, then one transaction.
fn upgrade(connection: &Connection, path: &Path, steps: &[schema::Step]) -> Result<(), Fault> {
    if steps.is_empty() {
        return Ok(());
    }
    let found = schema::pragma(connection, "user_version")?;
    if !steps.iter().any(|step| step.from == found) {
        return Ok(());
    }
    let copy = file::beside(path, &format!(".version-{found}-{}", OperationId::fresh()));
    let name = copy
        .to_str()
        .ok_or_else(|| Fault::Io("its name is not UTF-8, so it cannot be copied".into()))?;
    drop(file::private_file(&copy)?);
    connection.execute("VACUUM INTO ?1", [name])?;
    connection.execute_batch("BEGIN IMMEDIATE")?;
    // Another process may have been faster.
    let found = schema::pragma(connection, "user_version");
    let result = found.and_then(|found| schema::upgrade(connection, found, steps));
    end(
        connection,
        if result.is_ok() { "COMMIT" } else { "ROLLBACK" },
        result,
    )
    .map(drop)
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

impl<'a> Db<'a> {
    /// Looks whether the file can be trusted and reads what every row needs.
    fn begin(connection: &'a Connection, path: &Path) -> Result<Self, Fault> {
        schema::check(connection)?;
        check_length(connection, path)?;
        let sql = "SELECT salt, created_at, swept_at, seal FROM meta WHERE id = 1";
        let (salt, created_at, swept_at, seal) = connection
            .prepare_cached(sql)?
            .query_row([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
        let db = Self {
            connection,
            salt,
            created_at,
            swept_at,
        };
        db.verify(db.meta_seal(), seal, "meta")?;
        Ok(db)
    }

    fn save_meta(&self) -> Result<(), Fault> {
        let sql = "INSERT INTO meta VALUES (1, ?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET swept_at = ?3, seal = ?4";
        self.connection.execute(
            sql,
            (&self.salt, self.created_at, self.swept_at, self.meta_seal()),
        )?;
        Ok(())
    }

    fn meta_seal(&self) -> super::seal::Seal {
        self.seal("meta")
            .number(self.created_at)
            .number(self.swept_at)
            .finish()
    }

    fn seal(&self, table: &str) -> Sealer {
        Sealer::new(&self.salt, table)
    }

    fn verify(
        &self,
        expected: super::seal::Seal,
        found: super::seal::Seal,
        what: &str,
    ) -> Result<(), Fault> {
        if expected == found {
            Ok(())
        } else {
            Err(Fault::Damaged(format!("the seal of {what} is broken")))
        }
    }
}

/// Refuses a file whose length is not what its header says. The transaction keeps others from growing it.
fn check_length(connection: &Connection, path: &Path) -> Result<(), Fault> {
    let found = fs::symlink_metadata(path)
        .map_err(|e| Fault::from_io("looking at it", &e))?
        .len();
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

/// Reads a count, which is never negative.
fn units(value: i64) -> Result<u64, Fault> {
    u64::try_from(value)
        .map_err(|_| Fault::Damaged(format!("a count is {value}, expected 0 or more")))
}

/// Writes a count; those beyond SQLite's numbers stay at its largest.
fn stored(units: u64) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}

impl Store for SqliteStore {
    fn precheck(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        self.precheck_in(ask, now)
    }

    fn charge(&self, charge: &Charge, now: Instant) -> Result<Outcome, StateError> {
        self.charge_in(charge, now)
    }

    fn refund(&self, operation: OperationId, now: Instant) -> Result<bool, StateError> {
        self.refund_in(operation, now)
    }

    fn charged(&self, operation: OperationId) -> Result<bool, StateError> {
        self.charged_in(operation)
    }

    fn secret(&self, now: Instant) -> Result<[u8; 32], StateError> {
        if let Some(known) = self.secret.get() {
            return Ok(*known);
        }
        self.existing_or_new(now)
            .map_err(|fault| self.tell(fault))?;
        let known = self.read(|| None, |db| Ok(Some(super::key::secret(&db.salt))))?;
        let gone = || Fault::Io("it disappeared while it was made".into());
        known.ok_or_else(|| self.tell(gone()))
    }

    fn usage(&self, key: &Key, now: Instant) -> Result<Usage, StateError> {
        self.read(
            || settings::unused(key, now),
            |db| settings::usage(db, key, now),
        )
    }

    fn usage_all(&self, now: Instant) -> Result<UsageAll, StateError> {
        self.read(settings::unused_all, |db| settings::usage_all(db, now))
    }

    fn ledger(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError> {
        self.read(Vec::new, |db| {
            ledger::list(db, key.map(|key| key.hash(&db.salt)))
        })
    }

    fn verify(&self) -> Result<Verification, StateError> {
        self.read(Verification::default, recount::verify)
    }

    fn change(&self, target: &Target, changes: &[Change], now: Instant) -> Result<(), StateError> {
        self.write(now, |db| {
            settings::change(db, target, changes, now).map(Done::keep)
        })
    }

    fn put(&self, ticket: &Ticket, now: Instant) -> Result<(), StateError> {
        self.write(now, |db| tickets::put(db, ticket).map(Done::keep))
    }

    fn get(&self, kind: TicketKind, id: &str, now: Instant) -> Result<Option<Ticket>, StateError> {
        self.read(|| None, |db| tickets::get(db, kind, id, now))
    }

    fn sweep(&self, now: Instant) -> Result<Vec<(TicketKind, String)>, StateError> {
        self.sweep_in(now)
    }
}

#[cfg(test)]
mod tests;
