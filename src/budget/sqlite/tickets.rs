//! Tickets: uploads and conversions that wait to be fetched, each with its end.
//!
//! An expired ticket is missing as soon as it is read after its end; the row goes later, in small
//! batches, inside a charge or by `maintain`. Where the files lie is no concern of this file.

use rusqlite::types::Value;

use super::super::error::{Fault, StateError};
use super::super::store::{Swept, Ticket, TicketKind};
use super::row::{Row, TICKETS};
use super::{Db, Done, SqliteStore};
use crate::model::time::Instant;

/// Seconds between two clean-ups inside charges.
const SWEEP_EVERY: u64 = 3600;

/// Rows that a charge deletes at most.
const BATCH: i64 = 50;

/// Keeps a ticket.
pub(super) fn put(db: &Db, ticket: &Ticket) -> Result<(), Fault> {
    let row = [
        Value::Text(ticket.kind.key().to_owned()),
        Value::Text(ticket.id.clone()),
        Value::Integer(ticket.created_at.0),
        Value::Integer(ticket.expires_at.0),
    ];
    db.put(&TICKETS, Row::new(row))
}

/// Reads a ticket.
pub(super) fn ticket_of(row: &Row) -> Result<Ticket, Fault> {
    let word: String = row.get(0)?;
    let kind = TicketKind::ALL.into_iter().find(|kind| kind.key() == word);
    Ok(Ticket {
        kind: kind.ok_or_else(|| Fault::Damaged(format!("a ticket is of kind {word}")))?,
        id: row.get(1)?,
        created_at: Instant(row.get(2)?),
        expires_at: Instant(row.get(3)?),
    })
}

/// Returns a ticket that has not expired.
pub(super) fn get(
    db: &Db,
    kind: TicketKind,
    id: &str,
    now: Instant,
) -> Result<Option<Ticket>, Fault> {
    let rest = "WHERE kind = ?1 AND id = ?2 AND expires_at > ?3";
    let row = db.find(&TICKETS, rest, (kind.key(), id, now.0))?;
    row.map(|row| ticket_of(&row)).transpose()
}

/// Deletes a batch of expired tickets if the last time was over an hour ago, or in the future, and
/// there are any: a charge writes no page for nothing.
pub(super) fn sweep_when_due(db: &Db, now: Instant) -> Result<Swept, Fault> {
    let recent = db.swept_at.abs_diff(now.0) <= SWEEP_EVERY;
    if recent || !any_expired(db, now)? {
        return Ok(Swept::new());
    }
    sweep(db, now, BATCH)
}

fn any_expired(db: &Db, now: Instant) -> Result<bool, Fault> {
    db.exists("SELECT 1 FROM tickets WHERE expires_at <= ?1", [now.0])
}

fn sweep(db: &Db, now: Instant, batch: i64) -> Result<Swept, Fault> {
    let mut swept = Swept::new();
    let rest = "WHERE expires_at <= ?1 ORDER BY expires_at, id LIMIT ?2";
    db.each(&TICKETS, rest, (now.0, batch), |row| {
        let ticket = ticket_of(&row)?;
        swept.push((ticket.kind, ticket.id));
        Ok(())
    })?;
    for (kind, id) in &swept {
        let sql = "DELETE FROM tickets WHERE kind = ?1 AND id = ?2";
        db.connection
            .prepare_cached(sql)?
            .execute((kind.key(), id))?;
    }
    let salt = db.salt.clone();
    let swept_at = now.0;
    Db {
        swept_at,
        salt,
        ..*db
    }
    .save_meta()?;
    Ok(swept)
}

/// Returns how many tickets of a kind are alive.
pub(super) fn count(db: &Db, kind: TicketKind, now: Instant) -> Result<u64, Fault> {
    let sql = "SELECT count(*) FROM tickets WHERE kind = ?1 AND expires_at > ?2";
    let alive: i64 = db
        .connection
        .query_row(sql, (kind.key(), now.0), |row| row.get(0))?;
    Ok(alive.unsigned_abs())
}

impl SqliteStore {
    /// See [`Store::sweep`](super::Store::sweep). A state that does not exist is not made.
    pub(super) fn sweep_all(&self, now: Instant) -> Result<Swept, StateError> {
        if !self.read(|| false, |db| any_expired(db, now))? {
            return Ok(Swept::new());
        }
        self.write(now, |db| sweep(db, now, i64::MAX).map(Done::keep))
    }
}
