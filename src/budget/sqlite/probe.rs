//! Looks into the file for `status`: how much it holds, and whether all of it is sound.

use super::super::error::{Fault, StateError};
use super::super::schema;
use super::super::status::Contents;
use super::super::store::TicketKind;
use super::accounts::Account;
use super::{Db, SqliteStore, recount, tickets};
use crate::model::time::Instant;

impl SqliteStore {
    /// Returns what the file holds; `None` if there is no file.
    pub(in crate::budget) fn contents(&self, now: Instant) -> Result<Option<Contents>, StateError> {
        self.read(|| None, |db| contents(db, now).map(Some))
    }

    /// Reads the whole file and returns what is wrong with it.
    pub(in crate::budget) fn problems(&self) -> Result<Vec<String>, StateError> {
        self.read(Vec::new, problems)
    }
}

fn contents(db: &Db, now: Instant) -> Result<Contents, Fault> {
    let (expired_uploads, uploads) = tickets::count(db, TicketKind::Upload, now)?;
    let (expired_conversions, conversions) = tickets::count(db, TicketKind::Conversion, now)?;
    let keys = Account::all(db)?
        .iter()
        .filter(|account| account.key.is_key())
        .count();
    Ok(Contents {
        schema: schema::pragma(db.connection, "user_version")?,
        entries: recount::entries(db)?,
        keys: u64::try_from(keys).unwrap_or(u64::MAX),
        uploads,
        conversions,
        expired: expired_uploads + expired_conversions,
    })
}

fn problems(db: &Db) -> Result<Vec<String>, Fault> {
    let mut statement = db.connection.prepare("PRAGMA integrity_check(20)")?;
    let lines = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut problems: Vec<String> = lines
        .filter(|line| line.as_deref() != Ok("ok"))
        .collect::<Result<_, _>>()?;
    problems.extend(recount::verify(db)?.problems);
    Ok(problems)
}
