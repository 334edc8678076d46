//! What every transaction begins with: the row of `meta`, with the salt. And what `status` looks at.

use std::path::Path;

use rusqlite::Connection;

use super::row::{META, META_COPY};
use super::{end, ledger, tickets};
use crate::budget::account::Account;
use crate::budget::error::Fault;
use crate::budget::key::{KeyHash, OperationId};
use crate::budget::row::Row;
use crate::budget::status::Contents;
use crate::budget::store::TicketKind;
use crate::budget::{file, schema};
use crate::model::time::Instant;

/// What the one row of `meta` holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    pub(super) salt: Vec<u8>,
    pub(super) created_at: i64,
    pub(super) swept_at: i64,
}

/// A transaction with what every row needs.
pub(super) struct Db<'a> {
    pub(super) connection: &'a Connection,
    pub(super) meta: Meta,
}

impl Meta {
    pub(super) fn new(connection: &Connection, now: Instant) -> Result<Self, Fault> {
        Ok(Self {
            salt: connection.query_row("SELECT randomblob(32)", [], |row| row.get(0))?,
            created_at: now.0,
            swept_at: now.0,
        })
    }

    pub(super) fn of(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            salt: row.get(1)?,
            created_at: row.get(2)?,
            swept_at: row.get(3)?,
        })
    }

    /// Writes it, and its copy.
    pub(super) fn save(&self, connection: &Connection) -> Result<(), Fault> {
        for table in [&META, &META_COPY] {
            let (created_at, swept_at) = (self.created_at.into(), self.swept_at.into());
            let row = vec![1.into(), self.salt.clone().into(), created_at, swept_at];
            Db::unsalted(connection).put(table, Row(row))?;
        }
        Ok(())
    }
}

impl<'a> Db<'a> {
    /// Returns the transaction as the row of `meta` needs it: the salt is in the row itself, so it is no
    /// part of what its checksum begins with.
    fn unsalted(connection: &'a Connection) -> Self {
        let meta = Meta::default();
        Self { connection, meta }
    }

    pub(super) fn load(connection: &'a Connection) -> Result<Self, Fault> {
        let found = Self::unsalted(connection).find((&META, "WHERE id = 1"), [], Meta::of)?;
        let meta = found.ok_or_else(|| Fault::Damaged("the row of meta is lost".into()))?;
        Ok(Self { connection, meta })
    }
}

/// Fills a new file: the tables, a salt, and the two accounts that are no key's.
pub(super) fn fill(connection: &Connection, now: Instant) -> Result<(), Fault> {
    schema::create(connection)?;
    let meta = Meta::new(connection, now)?;
    meta.save(connection)?;
    let db = Db { connection, meta };
    db.put_account(&Account::new(KeyHash::DEFAULT))?;
    db.put_account(&Account::new(KeyHash::GLOBAL))
}

pub(super) fn contents(db: &Db, now: Instant) -> Result<Contents, Fault> {
    let count = |table: &str| {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = db.connection.query_row(&sql, [], |row| row.get(0))?;
        Ok::<_, Fault>(count.unsigned_abs())
    };
    let (uploads, old_uploads) = tickets::count(db, TicketKind::Upload, now)?;
    let (conversions, old_conversions) = tickets::count(db, TicketKind::Conversion, now)?;
    Ok(Contents {
        schema: schema::pragma(db.connection, "user_version")?,
        // The numbers are gapless from 1, so that the last one is the count, however long it is.
        entries: db.last_entry()?.map_or(0, |(id, _)| id.unsigned_abs()),
        // Two accounts are no key's.
        keys: count("accounts")?.saturating_sub(2),
        uploads,
        conversions,
        expired: old_uploads + old_conversions,
    })
}

pub(super) fn problems(db: &Db) -> Result<Vec<String>, Fault> {
    let mut statement = db.connection.prepare("PRAGMA integrity_check(20)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut problems: Vec<String> = lines
        .filter(|line| line.as_deref() != Ok("ok"))
        .collect::<Result<_, _>>()?;
    problems.extend(ledger::verify(db)?.problems);
    db.all_accounts()?;
    Ok(problems)
}

/// Brings an older file to the newest version: first a copy, then one transaction.
pub(super) fn upgrade(
    connection: &Connection,
    path: &Path,
    steps: &[schema::Step],
) -> Result<(), Fault> {
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
    end(connection, "COMMIT", result).map(drop)
}
