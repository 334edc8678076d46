//! The tables of the state file and their versions.
//!
//! The text below is compared with the text in the file whenever it is opened, so a statement here
//! may only change together with [`VERSION`] and a new row in [`STEPS`]. What the rows mean is told
//! by the files under `sqlite/`.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::error::Fault;

/// Marks the file as ours in the SQLite header: "TrSy".
pub(crate) const APPLICATION_ID: u32 = 0x5472_5379;

/// Version of the tables, kept as SQLite's `user_version`.
pub(crate) const VERSION: u32 = 1;

/// The tables in the order in which they are made, so that their first pages have the same numbers
/// in every file.
///
/// `meta` has one row, and `meta_copy` the same on a page of its own: without the salt no key can be
/// told. `accounts` has what is set for each key, for all keys together and by default; `counters`
/// has what was used, by key, period and start of the period. `ledger` is append-only. The last column
/// is a checksum over the others.
pub(crate) const TABLES: [&str; 12] = [
    "CREATE TABLE meta (id INTEGER PRIMARY KEY CHECK (id = 1), salt BLOB NOT NULL, created_at INTEGER NOT NULL, \
     swept_at INTEGER NOT NULL, checksum BLOB NOT NULL) STRICT",
    "CREATE TABLE meta_copy (id INTEGER PRIMARY KEY CHECK (id = 1), salt BLOB NOT NULL, created_at INTEGER NOT NULL, \
     swept_at INTEGER NOT NULL, checksum BLOB NOT NULL) STRICT",
    "CREATE TABLE accounts (key BLOB PRIMARY KEY, label TEXT, blocked INTEGER NOT NULL, mode INTEGER, \
     day_limit INTEGER, month_limit INTEGER, total_limit INTEGER, checksum BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE TABLE counters (key BLOB, period TEXT, start INTEGER, used INTEGER NOT NULL, reset_by INTEGER NOT NULL, \
     checksum BLOB NOT NULL, PRIMARY KEY (start, period, key)) STRICT, WITHOUT ROWID",
    "CREATE TABLE ledger (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, operation BLOB NOT NULL, key BLOB NOT NULL, \
     cost INTEGER NOT NULL, at INTEGER NOT NULL, day_start INTEGER NOT NULL, month_start INTEGER NOT NULL, digest BLOB, \
     request BLOB, settings TEXT, waited_ms INTEGER NOT NULL, checksum BLOB NOT NULL) STRICT",
    "CREATE INDEX ledger_by_key ON ledger (key, day_start)",
    "CREATE INDEX ledger_by_operation ON ledger (operation)",
    "CREATE INDEX ledger_by_request ON ledger (request) WHERE request IS NOT NULL",
    "CREATE TABLE uploads (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, \
     checksum BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX uploads_by_expiry ON uploads (expires_at)",
    "CREATE TABLE conversions (id TEXT PRIMARY KEY, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, \
     checksum BLOB NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX conversions_by_expiry ON conversions (expires_at)",
];

/// What leads from one version to the next.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step {
    /// The version it starts from; it ends at the next.
    pub(crate) from: u32,
    /// The statements.
    pub(crate) sql: &'static str,
}

/// Every step since version 1. A step must leave the tables with the very text of [`TABLES`], so it
/// makes a table anew and copies its rows; and it must write the checksums of what it changes. None yet.
pub(crate) const STEPS: [Step; 0] = [];

/// Makes the tables in an empty file.
pub(crate) fn create(connection: &Connection) -> Result<(), Fault> {
    for table in TABLES {
        connection.execute_batch(table)?;
    }
    connection.pragma_update(None, "application_id", APPLICATION_ID)?;
    connection.pragma_update(None, "user_version", VERSION)?;
    Ok(())
}

/// Refuses a file whose identity or tables are not exactly ours.
pub(crate) fn check(connection: &Connection) -> Result<(), Fault> {
    check_identity(
        pragma(connection, "application_id")?,
        pragma(connection, "user_version")?,
    )?;
    let mut statement = connection.prepare("SELECT sql FROM sqlite_schema")?;
    let found = statement.query_map([], |row| row.get::<_, String>(0))?;
    // In any order: VACUUM, which makes our own copies, has another one.
    let found: BTreeSet<String> = found.collect::<Result<_, _>>()?;
    if found.len() == TABLES.len() && TABLES.iter().all(|table| found.contains(*table)) {
        Ok(())
    } else {
        Err(Fault::Damaged(
            "its tables are not those of this version".into(),
        ))
    }
}

/// Refuses a file that is not ours, and versions that we do not know.
pub(crate) fn check_identity(application_id: u32, version: u32) -> Result<(), Fault> {
    if application_id != APPLICATION_ID {
        return Err(Fault::Foreign(
            "it is an SQLite database of another program".into(),
        ));
    }
    match version {
        0 => Err(Fault::Damaged(
            "its schema version is 0, which never was".into(),
        )),
        found if found > VERSION => Err(Fault::Newer {
            found,
            known: VERSION,
        }),
        _ => Ok(()),
    }
}

/// Applies the steps that lead from `from` to the newest version; the caller holds the transaction.
pub(crate) fn upgrade(connection: &Connection, from: u32, steps: &[Step]) -> Result<u32, Fault> {
    let mut version = from;
    while let Some(step) = steps.iter().find(|step| step.from == version) {
        connection.execute_batch(step.sql)?;
        version += 1;
    }
    connection.pragma_update(None, "user_version", version)?;
    Ok(version)
}

/// Reads a number of the SQLite header.
pub(crate) fn pragma(connection: &Connection, name: &str) -> Result<u32, Fault> {
    let value: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
    // `application_id` is signed to SQLite; only its bits matter.
    u32::try_from(value & 0xFFFF_FFFF)
        .map_err(|_| Fault::Damaged(format!("{name} is out of range")))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn fresh() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        create(&connection).unwrap();
        connection
    }

    #[test]
    fn what_is_made_passes_the_check() {
        check(&fresh()).unwrap();
    }

    #[test]
    fn a_table_more_or_less_or_other_is_damage() {
        let changes = [
            "CREATE TABLE more (x)",
            "DROP TABLE uploads",
            "DROP INDEX ledger_by_key",
            "ALTER TABLE conversions ADD COLUMN more INTEGER",
            "ALTER TABLE ledger RENAME COLUMN cost TO price",
        ];
        for change in changes {
            let connection = fresh();
            connection.execute_batch(change).unwrap();
            assert!(
                matches!(check(&connection), Err(Fault::Damaged(_))),
                "{change}"
            );
        }
    }

    #[test]
    fn foreign_older_than_the_first_and_newer_files_are_told_apart() {
        assert!(matches!(check_identity(0, 1), Err(Fault::Foreign(_))));
        assert!(matches!(
            check_identity(APPLICATION_ID, 0),
            Err(Fault::Damaged(_))
        ));
        assert!(matches!(
            check_identity(APPLICATION_ID, VERSION + 1),
            Err(Fault::Newer { .. })
        ));
        assert!(check_identity(APPLICATION_ID, VERSION).is_ok());
    }

    #[test]
    fn every_version_leads_to_the_newest() {
        for from in 1..=VERSION {
            let steps = STEPS.iter().filter(|step| step.from >= from).count();
            assert_eq!(from + u32::try_from(steps).unwrap(), VERSION);
        }
    }

    #[test]
    fn steps_are_taken_in_order_from_where_the_file_is() {
        let steps = [
            Step {
                from: 2,
                sql: "ALTER TABLE meta ADD COLUMN third INTEGER",
            },
            Step {
                from: 1,
                sql: "ALTER TABLE meta ADD COLUMN second INTEGER",
            },
        ];
        let connection = fresh();
        assert_eq!(upgrade(&connection, 1, &steps).unwrap(), 3);
        assert_eq!(pragma(&connection, "user_version").unwrap(), 3);
        connection
            .execute_batch("SELECT second, third FROM meta")
            .unwrap();
    }
}
