//! Reads what can be read of a damaged file and writes it into a new one.
//!
//! Every row is taken or left by its own seal. Counters are then counted from the ledger that was
//! read; where a sound counter says more, an entry of kind `rescue` makes up for what the ledger has
//! lost. Which file is copied and replaced is no concern of this file.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, Row};

use super::super::Period;
use super::super::error::Fault;
use super::super::key::{KeyHash, OperationId};
use super::super::seal::Seal;
use super::super::store::{EntryKind, Ticket, TicketKind};
use super::accounts::{Account, Counter};
use super::ledger::{self, Entry, Found};
use super::recount::{Counts, count};
use super::{Db, SqliteStore, tickets};
use crate::model::time::Instant;

/// What was read from a damaged file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rescued {
    /// Keys.
    pub keys: u64,
    /// Entries of the ledger.
    pub entries: u64,
    /// Uploads and conversions.
    pub tickets: u64,
    /// What was lost, in words.
    pub lost: Vec<String>,
}

/// The parts of a damaged file that are sound.
#[derive(Default)]
struct Remains {
    accounts: BTreeMap<KeyHash, Account>,
    entries: Vec<Entry>,
    /// Every sound counter.
    counters: Counts,
    tickets: Vec<Ticket>,
    lost: Vec<String>,
}

impl SqliteStore {
    /// Fills the tables of `new` from what can be read of `old`.
    pub(in crate::budget) fn rescue(
        old: Option<&Connection>,
        new: &Connection,
        now: Instant,
    ) -> Result<Rescued, Fault> {
        let meta = old.and_then(read_meta);
        let (salt, created_at, swept_at) = match meta {
            Some((salt, created_at, swept_at)) => (salt, created_at, swept_at),
            None => (
                new.query_row("SELECT randomblob(32)", [], |row| row.get(0))?,
                now.0,
                now.0,
            ),
        };
        let remains = match old {
            Some(connection) => Remains::read(&Db {
                connection,
                salt: salt.clone(),
                created_at,
                swept_at,
            }),
            None => Remains {
                lost: vec!["nothing could be read, every count starts anew".to_owned()],
                ..Remains::default()
            },
        };
        let db = Db {
            connection: new,
            salt,
            created_at,
            swept_at,
        };
        db.save_meta()?;
        remains.write(&db, now)
    }

    /// Closes the connection, so that the file can be replaced.
    pub(in crate::budget) fn close(&mut self) {
        drop(self.connection.take());
    }
}

/// Reads the salt if its row is sound; without it no key can be told.
fn read_meta(connection: &Connection) -> Option<(Vec<u8>, i64, i64)> {
    let sql = "SELECT salt, created_at, swept_at, seal FROM meta WHERE id = 1";
    let read = |row: &Row| {
        Ok((
            (row.get(0)?, row.get(1)?, row.get(2)?),
            row.get::<_, Seal>(3)?,
        ))
    };
    let ((salt, created_at, swept_at), seal) = connection.query_row(sql, [], read).ok()?;
    let db = Db {
        connection,
        salt,
        created_at,
        swept_at,
    };
    (db.meta_seal() == seal).then_some((db.salt, created_at, swept_at))
}

/// Reads rows in ascending order up to the first that cannot be read, then from the other end.
fn rows<T>(
    db: &Db,
    table: &str,
    order: &str,
    read: impl Fn(&Row) -> rusqlite::Result<T>,
) -> (Vec<T>, bool) {
    let scan = |direction: &str| {
        let mut found = Vec::new();
        let sql = format!("SELECT * FROM {table} ORDER BY {order} {direction}");
        let Ok(mut statement) = db.connection.prepare(&sql) else {
            return (found, false);
        };
        let Ok(mut rows) = statement.query([]) else {
            return (found, false);
        };
        loop {
            match rows.next() {
                Ok(Some(row)) => found.extend(read(row).ok()),
                Ok(None) => return (found, true),
                Err(_) => return (found, false),
            }
        }
    };
    let (mut found, whole) = scan("ASC");
    if !whole {
        found.extend(scan("DESC").0.into_iter().rev());
    }
    (found, whole)
}

impl Remains {
    fn read(db: &Db) -> Self {
        let mut remains = Self::default();
        remains.read_accounts(db);
        remains.read_past(db);
        remains.read_ledger(db);
        remains.read_tickets(db);
        if remains.accounts.is_empty() && remains.entries.is_empty() {
            remains.lost = vec![
                "no key and no ledger entry could be read, every count starts anew".to_owned(),
            ];
        }
        remains
    }

    fn read_accounts(&mut self, db: &Db) {
        let (found, whole) = rows(db, "accounts", "key", Account::from_row);
        let sound = found
            .into_iter()
            .filter_map(|(account, seal)| account.checked(db, seal).ok());
        for account in sound {
            for period in Period::ALL {
                let counter = account.counters.of(period);
                self.counters
                    .insert((account.key, period, counter.start), counter.used);
            }
            self.accounts.insert(account.key, account);
        }
        let complete = [KeyHash::DEFAULT, KeyHash::GLOBAL]
            .iter()
            .all(|key| self.accounts.contains_key(key));
        if !whole || !complete {
            self.lost.push("limits of some keys were lost".to_owned());
        }
    }

    fn read_past(&mut self, db: &Db) {
        let (found, _) = rows(db, "past", "start, period, key", |row| {
            Ok((
                KeyHash(row.get(0)?),
                row.get::<_, String>(1)?,
                row.get(2)?,
                row.get(3)?,
                row.get(4)?,
            ))
        });
        for (key, word, start, used, seal) in found {
            if let Some((period, counter)) = db.sound_past(key, &word, start, used, seal) {
                // A past row of the current period is out of use.
                self.counters
                    .entry((key, period, counter.start))
                    .or_insert(counter.used);
            }
        }
    }

    fn read_ledger(&mut self, db: &Db) {
        let (found, whole) = rows(db, "ledger", "id", Found::from_row);
        let (mut before, mut ids) = (Seal::default(), BTreeSet::new());
        for row in found {
            if row.is_sound(db, before) && ids.insert(row.id) {
                self.entries.push(row.entry);
            }
            before = row.seal();
        }
        let last = ids.last().copied().unwrap_or(0);
        if !whole || i64::try_from(ids.len()).unwrap_or(i64::MAX) < last {
            self.lost
                .push("some ledger entries were lost, their units are still counted".to_owned());
        }
    }

    fn read_tickets(&mut self, db: &Db) {
        for kind in TicketKind::ALL {
            let read = |row: &Row| {
                let (id, payload) = (row.get(0)?, row.get(1)?);
                Ok(Ticket {
                    kind,
                    id,
                    payload,
                    created_at: Instant(row.get(2)?),
                    expires_at: Instant(row.get(3)?),
                })
            };
            let (found, whole) = rows(db, tickets::table(kind), "id", read);
            self.tickets.extend(found);
            if !whole {
                self.lost
                    .push("some uploads or conversions were lost".to_owned());
            }
        }
    }

    /// Writes the remains as a state whose ledger and counters agree.
    fn write(mut self, db: &Db, now: Instant) -> Result<Rescued, Fault> {
        let mut counts = Counts::new();
        let entries = std::mem::take(&mut self.entries);
        for entry in &entries {
            ledger::append(db, entry)?;
            count(&mut counts, entry);
        }
        self.make_up(db, &mut counts, now)?;
        let mut keys: BTreeSet<KeyHash> = counts
            .keys()
            .map(|(key, ..)| *key)
            .chain(self.accounts.keys().copied())
            .collect();
        keys.extend(entries.iter().map(|entry| entry.key));
        keys.extend([KeyHash::DEFAULT, KeyHash::GLOBAL]);
        for key in &keys {
            self.write_account(db, *key, &entries, &counts, now)?;
        }
        self.tickets
            .iter()
            .try_for_each(|ticket| tickets::put(db, ticket))?;
        let number = |length: usize| u64::try_from(length).unwrap_or(u64::MAX);
        let (keys, entries, tickets) = (
            number(keys.len() - 2),
            number(entries.len()),
            number(self.tickets.len()),
        );
        Ok(Rescued {
            keys,
            entries,
            tickets,
            lost: self.lost,
        })
    }

    /// Enters what sound counters know and the ledger does not: days first, for they are part of
    /// months; what then still lacks of a month is entered for its first day, of the total for 1970.
    fn make_up(&self, db: &Db, counts: &mut Counts, now: Instant) -> Result<(), Fault> {
        let mut counters: Vec<_> = self.counters.iter().collect();
        // Keys before all keys together, because their entries count there too.
        counters.sort_by_key(|((key, period, start), _)| {
            (*key == KeyHash::GLOBAL, *period, *key, *start)
        });
        for (at, used) in counters {
            let (key, period, start) = *at;
            let missing = used.saturating_sub(counts.get(at).copied().unwrap_or(0));
            if missing > 0 && key != KeyHash::DEFAULT {
                let month_start = if period == Period::Total {
                    start
                } else {
                    Period::Month.start(start)
                };
                let fresh = Entry::new(EntryKind::Rescue, OperationId::fresh(), key, missing, now);
                let entry = Entry {
                    day_start: start,
                    month_start,
                    ..fresh
                };
                ledger::append(db, &entry)?;
                count(counts, &entry);
            }
        }
        Ok(())
    }

    /// Writes the account of a key with its counts: those of now as current, the others as past.
    fn write_account(
        &mut self,
        db: &Db,
        key: KeyHash,
        entries: &[Entry],
        counts: &Counts,
        now: Instant,
    ) -> Result<(), Fault> {
        let mut account = self
            .accounts
            .remove(&key)
            .unwrap_or_else(|| self.lost_account(key, entries, now));
        for period in Period::ALL {
            let start = period.start(now);
            for ((_, _, start), used) in counts
                .iter()
                .filter(|((k, p, _), _)| (*k, *p) == (key, period))
            {
                db.save_past(
                    key,
                    period,
                    Counter {
                        start: *start,
                        used: *used,
                    },
                )?;
            }
            let used = counts.get(&(key, period, start)).copied().unwrap_or(0);
            *account.counters.of_mut(period) = Counter { start, used };
        }
        account.save(db)
    }

    /// Returns an account whose limits are lost; whether it is blocked is told by the ledger.
    fn lost_account(&mut self, key: KeyHash, entries: &[Entry], now: Instant) -> Account {
        let mut blocks = entries.iter().filter(|entry| {
            entry.key == key && matches!(entry.kind, EntryKind::Block | EntryKind::Unblock)
        });
        let blocked = blocks
            .next_back()
            .is_some_and(|entry| entry.kind == EntryKind::Block);
        if key.is_key() {
            self.lost.push(format!(
                "the limits of {key} were lost, it has the default now"
            ));
        }
        let account = if key == KeyHash::DEFAULT {
            Account::default_limits(now)
        } else {
            Account::new(key, now)
        };
        Account { blocked, ..account }
    }
}
