//! How the types of the budget stand in rows, whatever the store: the columns of each table, and what
//! is written into them and read back.

use rusqlite::types::{FromSql, Value, ValueRef};

use super::account::{Account, limit_from, limit_to, mode_from, mode_to, stored};
use super::error::Fault;
use super::key::{Digest, KeyHash, OperationId};
use super::ledger::{Counter, CounterId, Entry, EntryKind};
use super::store::{Ticket, TicketKind};
use super::{Limits, Period};
use crate::model::time::Instant;

/// A table.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    /// Its columns; a first `id` that is a number is given by the store.
    pub(crate) columns: &'static str,
    /// What they hold, for a store that answers in text: `b` bytes, `f` a flag, `n` a number, `t` text.
    #[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "SQLite knows"))]
    pub(crate) kinds: &'static str,
    /// Its primary key, by which all rows are read in order.
    pub(crate) key: &'static str,
}

pub(crate) const ACCOUNTS: Table = Table {
    name: "accounts",
    columns: "key, label, blocked, mode, day_limit, month_limit, total_limit",
    kinds: "btfnnnn",
    key: "key",
};
pub(crate) const COUNTERS: Table = Table {
    name: "counters",
    columns: "key, period, start, used, reset_by",
    kinds: "btnnn",
    key: "start, period, key",
};
pub(crate) const LEDGER: Table = Table {
    name: "ledger",
    columns: "id, kind, operation, key, cost, at, day_start, month_start, digest, request, settings, waited_ms",
    kinds: "ntbbnnnnbbtn",
    key: "id",
};
const UPLOADS: Table = Table {
    name: "uploads",
    columns: "created_at, expires_at, id",
    kinds: "nnt",
    key: "id",
};
const CONVERSIONS: Table = Table {
    name: "conversions",
    ..UPLOADS
};

impl TicketKind {
    /// Returns the table of this kind.
    pub(crate) fn table(self) -> &'static Table {
        match self {
            Self::Upload => &UPLOADS,
            Self::Conversion => &CONVERSIONS,
        }
    }
}

/// The values of a row.
#[derive(Clone, Debug)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// Returns the value of a column, counted from 0.
    pub(crate) fn get<T: FromSql>(&self, column: usize) -> Result<T, Fault> {
        let value = self.0.get(column).map_or(ValueRef::Null, ValueRef::from);
        T::column_result(value).map_err(|error| Fault::Damaged(error.to_string()))
    }

    /// Returns a count, which is never negative.
    pub(crate) fn units(&self, column: usize) -> Result<u64, Fault> {
        let value: i64 = self.get(column)?;
        u64::try_from(value)
            .map_err(|_| Fault::Damaged(format!("a count is {value}, expected 0 or more")))
    }
}

impl Account {
    /// Makes its row.
    pub(crate) fn row(&self) -> Row {
        let limit = |period| self.limits.of(period).map(limit_to).into();
        Row(vec![
            self.key.0.to_vec().into(),
            self.label.clone().into(),
            self.blocked.into(),
            self.mode.map(mode_to).into(),
            limit(Period::Day),
            limit(Period::Month),
            limit(Period::Total),
        ])
    }

    /// Reads its row.
    pub(crate) fn of(row: &Row) -> Result<Self, Fault> {
        let limit = |at| Ok::<_, Fault>(row.get::<Option<i64>>(at)?.map(limit_from));
        Ok(Self {
            key: KeyHash(row.get(0)?),
            label: row.get(1)?,
            blocked: row.get::<i64>(2)? != 0,
            mode: row.get::<Option<i64>>(3)?.map(mode_from),
            limits: Limits {
                day: limit(4)?,
                month: limit(5)?,
                total: limit(6)?,
            },
        })
    }
}

impl Entry {
    /// Makes its row.
    pub(crate) fn row(&self, id: i64) -> Row {
        Row(vec![
            id.into(),
            self.kind.key().to_owned().into(),
            self.operation.0.to_vec().into(),
            self.key.0.to_vec().into(),
            stored(self.cost).into(),
            self.at.0.into(),
            self.day_start.0.into(),
            self.month_start.0.into(),
            self.digest.map(|digest| digest.0.to_vec()).into(),
            self.request.map(|request| request.to_vec()).into(),
            self.settings.clone().into(),
            stored(self.waited_ms).into(),
        ])
    }

    /// Reads its row: its number and itself.
    pub(crate) fn of(row: &Row) -> Result<(i64, Self), Fault> {
        let kind: String = row.get(1)?;
        let entry = Self {
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
}

impl Counter {
    /// Reads its row: what it counts and itself. All time begins at 0 whatever is stored.
    pub(crate) fn of(row: &Row) -> Result<(CounterId, Self), Fault> {
        let word: String = row.get(1)?;
        let period = Period::from_key(&word)
            .ok_or_else(|| Fault::Damaged(format!("a counter counts over {word}")))?;
        let start = match period {
            Period::Total => Instant(0),
            _ => Instant(row.get(2)?),
        };
        let (used, reset_by) = (row.units(3)?, row.get(4)?);
        let at = (KeyHash(row.get(0)?), period, start);
        Ok((at, Self { used, reset_by }))
    }
}

impl Ticket {
    /// Makes its row.
    pub(crate) fn row(&self) -> Row {
        Row(vec![
            self.created_at.0.into(),
            self.expires_at.0.into(),
            self.id.clone().into(),
        ])
    }

    /// Reads its row.
    pub(crate) fn of(kind: TicketKind, row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            kind,
            created_at: Instant(row.get(0)?),
            expires_at: Instant(row.get(1)?),
            id: row.get(2)?,
        })
    }
}
