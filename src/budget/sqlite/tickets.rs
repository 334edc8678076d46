//! Tickets: uploads and conversions that wait to be fetched, each with its end.
//!
//! An expired ticket is missing as soon as it is read after its end; the row goes later, in small
//! batches, inside a charge or by `maintain`. Where the files lie is no concern of this file.

use super::super::error::Fault;
use super::super::row::Row;
use super::super::store::{Swept, Ticket, TicketKind};
use super::super::{SWEEP_BATCH, SWEEP_EVERY};
use super::Db;
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
    let alive = (kind.table(), "WHERE id = ?1 AND expires_at > ?2");
    db.find(alive, (id, now.0), |row| Ticket::of(kind, row))
}

/// Deletes a batch of expired tickets if the last time was over an hour ago, or in the future, and
/// there are any: a charge writes no page for nothing.
pub(super) fn sweep_when_due(db: &Db, now: Instant) -> Result<Swept, Fault> {
    let recent = db.meta.swept_at.abs_diff(now.0) <= SWEEP_EVERY;
    if recent || !any_expired(db, now)? {
        return Ok(Swept::new());
    }
    sweep(db, now, SWEEP_BATCH.into())
}

/// Tells whether a ticket can go.
pub(super) fn any_expired(db: &Db, now: Instant) -> Result<bool, Fault> {
    db.exists(
        "SELECT 1 FROM uploads WHERE expires_at <= ?1 \
         UNION ALL SELECT 1 FROM conversions WHERE expires_at <= ?1",
        [now.0],
    )
}

/// Deletes up to `batch` expired tickets of each kind.
pub(super) fn sweep(db: &Db, now: Instant, batch: i64) -> Result<Swept, Fault> {
    let mut swept = Swept::new();
    let rest = "WHERE expires_at <= ?1 ORDER BY expires_at, id LIMIT ?2";
    for kind in TicketKind::ALL {
        let of = |row: &Row| Ok((kind, Ticket::of(kind, row)?.id));
        let params = (now.0, batch);
        swept.extend(db.all((kind.table(), rest), params, of)?);
    }
    for (kind, id) in &swept {
        let sql = format!("DELETE FROM {} WHERE id = ?1", kind.table().name);
        db.connection.prepare_cached(&sql)?.execute([id])?;
    }
    let mut meta = db.meta.clone();
    meta.swept_at = now.0;
    meta.save(db.connection)?;
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
