//! Tickets: uploads and conversions that wait to be fetched, each with its end.
//!
//! An expired ticket is missing as soon as it is read after its end; the row goes later, in small
//! batches, inside a charge or by `maintain`. What a payload means is no concern of this file.

use rusqlite::OptionalExtension;

use super::super::error::{Fault, StateError};
use super::super::store::{Ticket, TicketKind};
use super::{Db, Done, SqliteStore};
use crate::model::time::Instant;

/// Seconds between two clean-ups inside charges.
const SWEEP_EVERY: i64 = 3600;

/// Rows of one kind that a charge deletes at most.
const BATCH: i64 = 50;

/// Tickets that were deleted.
pub(super) type Swept = Vec<(TicketKind, String)>;

pub(super) fn table(kind: TicketKind) -> &'static str {
    match kind {
        TicketKind::Upload => "uploads",
        TicketKind::Conversion => "conversions",
    }
}

/// Keeps a ticket.
pub(super) fn put(db: &Db, ticket: &Ticket) -> Result<(), Fault> {
    let sql = format!(
        "INSERT OR REPLACE INTO {} (id, payload, created_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
        table(ticket.kind)
    );
    let row = (
        &ticket.id,
        &ticket.payload,
        ticket.created_at.0,
        ticket.expires_at.0,
    );
    db.connection.prepare_cached(&sql)?.execute(row)?;
    Ok(())
}

/// Returns a ticket that has not expired.
pub(super) fn get(
    db: &Db,
    kind: TicketKind,
    id: &str,
    now: Instant,
) -> Result<Option<Ticket>, Fault> {
    let sql = format!(
        "SELECT payload, created_at, expires_at FROM {} WHERE id = ?1 AND expires_at > ?2",
        table(kind)
    );
    let read = |row: &rusqlite::Row| {
        let (payload, created_at, expires_at) =
            (row.get(0)?, Instant(row.get(1)?), Instant(row.get(2)?));
        Ok(Ticket {
            kind,
            id: id.to_owned(),
            payload,
            created_at,
            expires_at,
        })
    };
    Ok(db
        .connection
        .prepare_cached(&sql)?
        .query_row((id, now.0), read)
        .optional()?)
}

/// Deletes a batch of expired tickets if the last time was over an hour ago, or in the future, and
/// there are any: a charge writes no page for nothing.
pub(super) fn sweep_when_due(db: &Db, now: Instant) -> Result<Swept, Fault> {
    let recent = db.swept_at.abs_diff(now.0) <= SWEEP_EVERY.unsigned_abs();
    if recent || !any_expired(db, now)? {
        return Ok(Swept::new());
    }
    sweep(db, now, BATCH)
}

fn any_expired(db: &Db, now: Instant) -> Result<bool, Fault> {
    let sql = "SELECT EXISTS (SELECT 1 FROM uploads WHERE expires_at <= ?1) \
               OR EXISTS (SELECT 1 FROM conversions WHERE expires_at <= ?1)";
    Ok(db.connection.query_row(sql, [now.0], |row| row.get(0))?)
}

fn sweep(db: &Db, now: Instant, batch: i64) -> Result<Swept, Fault> {
    let mut swept = Swept::new();
    for kind in TicketKind::ALL {
        let table = table(kind);
        let sql = format!(
            "DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2) RETURNING id"
        );
        let mut statement = db.connection.prepare(&sql)?;
        for id in statement.query_map((now.0, batch), |row| row.get(0))? {
            swept.push((kind, id?));
        }
    }
    Db {
        swept_at: now.0,
        salt: db.salt.clone(),
        ..*db
    }
    .save_meta()?;
    Ok(swept)
}

/// Returns how many tickets have expired and how many have not.
pub(super) fn count(db: &Db, kind: TicketKind, now: Instant) -> Result<(u64, u64), Fault> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE expires_at <= ?1), count(*) FILTER (WHERE expires_at > ?1) FROM {}",
        table(kind)
    );
    let (expired, alive): (i64, i64) = db
        .connection
        .query_row(&sql, [now.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok((super::units(expired)?, super::units(alive)?))
}

impl SqliteStore {
    /// See [`Store::sweep`](super::Store::sweep). A state that does not exist is not made.
    pub(super) fn sweep_in(&self, now: Instant) -> Result<Swept, StateError> {
        if !self.read(|| false, |db| any_expired(db, now))? {
            return Ok(Swept::new());
        }
        self.write(now, |db| sweep(db, now, i64::MAX).map(Done::keep))
    }
}
