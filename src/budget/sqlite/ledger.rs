//! The ledger: one sealed row per event, each seal resting on the one before it.
//!
//! Rows are only ever appended. The counters in `accounts` and `past` are their cache.

use rusqlite::{OptionalExtension, Row};

use super::super::Period;
use super::super::error::Fault;
use super::super::key::{Digest, KeyHash, OperationId};
use super::super::seal::Seal;
use super::super::store::{EntryKind, LedgerRow};
use super::accounts::Account;
use super::{Db, stored, units};
use crate::model::time::Instant;

/// An entry as it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) kind: EntryKind,
    pub(super) operation: OperationId,
    pub(super) key: KeyHash,
    pub(super) cost: u64,
    pub(super) at: Instant,
    pub(super) day_start: Instant,
    pub(super) month_start: Instant,
    pub(super) digest: Option<Digest>,
    pub(super) request: Option<[u8; 16]>,
}

impl Entry {
    /// Returns an entry that counts for the periods of `at`.
    pub(super) fn new(
        kind: EntryKind,
        operation: OperationId,
        key: KeyHash,
        cost: u64,
        at: Instant,
    ) -> Self {
        let (day_start, month_start) = (Period::Day.start(at), Period::Month.start(at));
        Self {
            kind,
            operation,
            key,
            cost,
            at,
            day_start,
            month_start,
            digest: None,
            request: None,
        }
    }

    fn seal(&self, db: &Db, id: i64, before: Seal) -> Seal {
        let row = db
            .seal("ledger")
            .bytes(&before)
            .number(id)
            .bytes(self.kind.key().as_bytes())
            .bytes(&self.operation.0);
        let row = row
            .bytes(&self.key.0)
            .number(stored(self.cost))
            .number(self.at.0)
            .number(self.day_start.0);
        let row = row
            .number(self.month_start.0)
            .optional(self.digest.as_ref().map(|d| d.0.as_slice()));
        row.optional(self.request.as_ref().map(<[u8; 16]>::as_slice))
            .finish()
    }
}

const COLUMNS: &str =
    "id, kind, operation, key, cost, at, day_start, month_start, digest, request, seal";

/// A row as it was read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) id: i64,
    pub(super) entry: Entry,
    seal: Seal,
}

impl Found {
    pub(super) fn from_row(row: &Row) -> rusqlite::Result<Self> {
        let kind: String = row.get(1)?;
        let cost: i64 = row.get(4)?;
        let entry = Entry {
            kind: EntryKind::from_key(&kind).ok_or(rusqlite::Error::InvalidQuery)?,
            operation: OperationId(row.get(2)?),
            key: KeyHash(row.get(3)?),
            cost: units(cost).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(4, cost))?,
            at: Instant(row.get(5)?),
            day_start: Instant(row.get(6)?),
            month_start: Instant(row.get(7)?),
            digest: row.get::<_, Option<[u8; 32]>>(8)?.map(Digest),
            request: row.get(9)?,
        };
        Ok(Self {
            id: row.get(0)?,
            entry,
            seal: row.get(10)?,
        })
    }

    /// Tells whether the row is as it was written, after a row with the seal `before`.
    pub(super) fn is_sound(&self, db: &Db, before: Seal) -> bool {
        self.entry.seal(db, self.id, before) == self.seal
    }

    pub(super) fn seal(&self) -> Seal {
        self.seal
    }
}

/// Appends an entry, resting on the last one, which must be sound. Returns when that was entered.
pub(super) fn append(db: &Db, entry: &Entry) -> Result<Option<Instant>, Fault> {
    let last = last_sound(db)?;
    let (id, before) = last.map_or((1, Seal::default()), |last| (last.id + 1, last.seal));
    let sql = format!(
        "INSERT INTO ledger ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)"
    );
    db.connection.prepare_cached(&sql)?.execute((
        id,
        entry.kind.key(),
        entry.operation.0,
        entry.key.0,
        stored(entry.cost),
        entry.at.0,
        entry.day_start.0,
        entry.month_start.0,
        entry.digest.map(|digest| digest.0),
        entry.request,
        entry.seal(db, id, before),
    ))?;
    Ok(last.map(|last| last.entry.at))
}

fn last_sound(db: &Db) -> Result<Option<Found>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM ledger ORDER BY id DESC LIMIT 2");
    let mut statement = db.connection.prepare_cached(&sql)?;
    let mut rows = statement.query_map([], Found::from_row)?;
    let Some(last) = rows.next().transpose()? else {
        return Ok(None);
    };
    let before = rows
        .next()
        .transpose()?
        .map_or(Seal::default(), |found| found.seal);
    if last.is_sound(db, before) {
        Ok(Some(last))
    } else {
        Err(broken(last.id))
    }
}

fn broken(id: i64) -> Fault {
    Fault::Damaged(format!("the seal of ledger entry {id} is broken"))
}

/// Tells whether a request of a key was charged and not refunded.
pub(super) fn knows_request(db: &Db, key: KeyHash, request: [u8; 16]) -> Result<bool, Fault> {
    let sql = "SELECT operation FROM ledger WHERE key = ?1 AND request = ?2 AND kind = 'charge'";
    let mut statement = db.connection.prepare_cached(sql)?;
    let operations = statement.query_map((key.0, request), |row| row.get(0).map(OperationId))?;
    for operation in operations.collect::<Result<Vec<_>, _>>()? {
        if standing_charge(db, operation)?.is_some() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tells whether the ledger holds an operation.
pub(super) fn knows_operation(db: &Db, operation: OperationId) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM ledger WHERE operation = ?1 ORDER BY id DESC LIMIT 1";
    Ok(db
        .connection
        .prepare_cached(sql)?
        .query_row([operation.0], |_| Ok(()))
        .optional()?
        .is_some())
}

/// Returns the charge of an operation unless it was refunded.
///
/// Read from the end without an index: this is asked only after something went wrong, and mostly
/// about the last conversions; an index would cost every charge.
pub(super) fn standing_charge(db: &Db, operation: OperationId) -> Result<Option<Entry>, Fault> {
    let sql = format!("SELECT {COLUMNS} FROM ledger WHERE operation = ?1 ORDER BY id DESC LIMIT 1");
    let found = db
        .connection
        .prepare_cached(&sql)?
        .query_row([operation.0], Found::from_row)
        .optional()?;
    let stands = |kind| {
        matches!(
            kind,
            EntryKind::Charge | EntryKind::Repeat | EntryKind::Lifeboat
        )
    };
    Ok(found
        .map(|found| found.entry)
        .filter(|entry| stands(entry.kind)))
}

/// Calls `visit` with every row, oldest first.
pub(super) fn for_each(db: &Db, mut visit: impl FnMut(&Found)) -> Result<(), Fault> {
    let mut statement = db
        .connection
        .prepare(&format!("SELECT {COLUMNS} FROM ledger ORDER BY id"))?;
    let rows = statement.query_map([], Found::from_row)?;
    for row in rows {
        visit(&row?);
    }
    Ok(())
}

/// Returns the rows of one key or of all, oldest first.
pub(super) fn list(db: &Db, key: Option<KeyHash>) -> Result<Vec<LedgerRow>, Fault> {
    let labels: std::collections::BTreeMap<_, _> = Account::all(db)?
        .into_iter()
        .map(|a| (a.key, label_of(&a)))
        .collect();
    let mut list = Vec::new();
    for_each(db, |found| {
        let Found { id, entry, .. } = *found;
        if key.is_none_or(|key| key == entry.key) {
            let key = labels
                .get(&entry.key)
                .cloned()
                .unwrap_or_else(|| entry.key.to_string());
            let Entry {
                kind,
                operation,
                cost,
                at,
                day_start,
                month_start,
                digest,
                ..
            } = entry;
            list.push(LedgerRow {
                id,
                kind,
                operation,
                key,
                cost,
                at,
                day_start,
                month_start,
                digest,
            });
        }
    })?;
    Ok(list)
}

/// Returns how an account is called where people read it.
pub(super) fn label_of(account: &Account) -> String {
    match account.key {
        KeyHash::GLOBAL => "all keys".to_owned(),
        KeyHash::DEFAULT => "default".to_owned(),
        key => account.label.clone().unwrap_or_else(|| key.to_string()),
    }
}
