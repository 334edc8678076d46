//! Tickets: uploads and conversions that wait to be fetched, each with its end.
//!
//! An expired ticket is missing as soon as it is read after its end; the row goes a day later, in
//! small batches, inside a charge or by `maintain`. Where the files lie is no concern of this file.

use super::super::error::{Fault, StateError};
use super::super::store::{Swept, Ticket, TicketKind};
use super::super::{KEPT_AFTER, SWEEP_BATCH, SWEEP_EVERY};
use super::{Db, Done, SqliteStore};
use crate::model::time::Instant;

/// Keeps a ticket.
pub(super) fn put(db: &Db, ticket: &Ticket) -> Result<(), Fault> {
    db.put(ticket.kind.table(), ticket.row())
}

/// Returns a ticket that has not expired.
pub(super) fn get(
    db: &Db,
    kind: TicketKind,
    id: &str,
    now: Instant,
) -> Result<Option<Ticket>, Fault> {
    let row = db.find(
        kind.table(),
        "WHERE id = ?1 AND expires_at > ?2",
        (id, now.0),
    )?;
    row.map(|row| Ticket::of(kind, &row)).transpose()
}

/// Deletes a batch of expired tickets if the last time was over an hour ago, or in the future, and
/// there are any: a charge writes no page for nothing.
pub(super) fn sweep_when_due(db: &Db, now: Instant) -> Result<Swept, Fault> {
    let recent = db.swept_at.abs_diff(now.0) <= SWEEP_EVERY;
    if recent || !any_expired(db, now)? {
        return Ok(Swept::new());
    }
    sweep(db, now, SWEEP_BATCH.into())
}

/// Tells whether a ticket can go.
fn any_expired(db: &Db, now: Instant) -> Result<bool, Fault> {
    db.exists(
        "SELECT 1 FROM uploads WHERE expires_at <= ?1 \
         UNION ALL SELECT 1 FROM conversions WHERE expires_at <= ?1",
        [now.0 - KEPT_AFTER],
    )
}

/// Deletes up to `batch` expired tickets of each kind.
fn sweep(db: &Db, now: Instant, batch: i64) -> Result<Swept, Fault> {
    let mut swept = Swept::new();
    let rest = "WHERE expires_at <= ?1 ORDER BY expires_at, id LIMIT ?2";
    for kind in TicketKind::ALL {
        db.each(kind.table(), rest, (now.0 - KEPT_AFTER, batch), |row| {
            swept.push((kind, Ticket::of(kind, &row)?.id));
            Ok(())
        })?;
    }
    for (kind, id) in &swept {
        let sql = format!("DELETE FROM {} WHERE id = ?1", kind.table().name);
        db.connection.prepare_cached(&sql)?.execute([id])?;
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

/// Returns how many tickets of a kind are alive, and how many have expired.
pub(super) fn count(db: &Db, kind: TicketKind, now: Instant) -> Result<(u64, u64), Fault> {
    let sql = format!(
        "SELECT count(*) FILTER (WHERE expires_at > ?1), count(*) FROM {}",
        kind.table().name
    );
    let counts = |row: &rusqlite::Row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?));
    let (alive, all) = db.connection.query_row(&sql, [now.0], counts)?;
    Ok((alive.unsigned_abs(), all.abs_diff(alive)))
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
