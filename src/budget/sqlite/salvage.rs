//! Reads what can be read of a damaged file and writes it into a new one.
//!
//! Every row whose checksum holds is taken. What is set for a key is also known from the last entry
//! of the ledger that changed it. Counters are counted from the entries that were read; where a sound
//! counter says more, an entry of kind `rescue` makes up for what the ledger has lost: damage never
//! gives units back. Which file is copied and replaced is no concern of this file.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::super::Period;
use super::super::account::{Account, Accounts};
use super::super::error::Fault;
use super::super::key::{Key, KeyHash, OperationId};
use super::super::ledger::EntryKind;
use super::super::ledger::{Counter, CounterId, Entry, Recount};
use super::super::row::{ACCOUNTS, COUNTERS, LEDGER, Row, Table};
use super::super::sealed::Sealed;
use super::super::store::{LastKnown, Ticket, TicketKind};
use super::charge::number;
use super::row::{META, META_COPY};
use super::tickets;
use super::{Db, Meta};
use crate::model::time::{DAY, Instant};

/// What was written into the new file.
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

/// The rows of a damaged file that are sound.
#[derive(Default)]
pub(in crate::budget) struct Salvage {
    meta: Option<Meta>,
    accounts: BTreeMap<KeyHash, Account>,
    counters: BTreeMap<CounterId, u64>,
    entries: BTreeMap<i64, Entry>,
    tickets: BTreeMap<(TicketKind, String), Ticket>,
    /// The copy of what is set, if it is of this state.
    sealed: Option<Sealed>,
    /// Tables that could not be read to their end, or have rows that are not sound.
    torn: BTreeSet<&'static str>,
}

impl Salvage {
    /// Returns what is known where no row can be read.
    pub(in crate::budget) fn of_copy(sealed: Option<&Sealed>) -> Self {
        let meta = |sealed: &Sealed| Meta {
            salt: sealed.salt.clone(),
            ..Meta::default()
        };
        Self {
            meta: sealed.map(meta),
            sealed: sealed.cloned(),
            ..Self::default()
        }
    }

    /// Reads what is sound.
    pub(in crate::budget) fn read(connection: &Connection, sealed: Option<&Sealed>) -> Self {
        let mut salvage = Self::default();
        let mut torn = BTreeSet::new();
        // The salt is in the row itself, so that it is no part of what its checksum begins with.
        for table in [&META, &META_COPY] {
            let rows = rows(connection, table, &[], &mut torn);
            let meta = rows.iter().find_map(|row| Meta::of(row).ok());
            salvage.meta = salvage.meta.or(meta);
        }
        let of_copy = Self::of_copy(sealed);
        salvage.meta = salvage.meta.or(of_copy.meta);
        let Some(Meta { salt, .. }) = salvage.meta.clone() else {
            return salvage;
        };
        salvage.sealed = of_copy.sealed.filter(|sealed| sealed.salt == salt);
        let mut sound = |table: &Table| rows(connection, table, &salt, &mut torn);
        let accounts = sound(&ACCOUNTS)
            .into_iter()
            .filter_map(|row| Account::of(&row).ok());
        salvage.accounts = accounts.map(|account| (account.key, account)).collect();
        let counters = sound(&COUNTERS)
            .into_iter()
            .filter_map(|row| Counter::of(&row).ok());
        salvage.counters = counters.map(|(at, counter)| (at, counter.used)).collect();
        let entries = sound(&LEDGER)
            .into_iter()
            .filter_map(|row| Entry::of(&row).ok());
        salvage.entries = entries.collect();
        for kind in TicketKind::ALL {
            let rows = sound(kind.table()).into_iter();
            let tickets = rows.filter_map(|row| Ticket::of(kind, &row).ok());
            let named = tickets.map(|ticket| ((kind, ticket.id.clone()), ticket));
            salvage.tickets.extend(named);
        }
        salvage.torn = torn;
        salvage
    }

    /// Tells whether every table could be read to its end and every row is sound.
    pub(in crate::budget) fn is_whole(&self) -> bool {
        self.meta.is_some() && self.rows() > 0 && self.torn.is_empty()
    }

    /// Returns the number of sound rows, to compare two ways of reading one file.
    pub(in crate::budget) fn rows(&self) -> usize {
        self.accounts.len() + self.counters.len() + self.entries.len() + self.tickets.len()
    }

    /// Returns what is set for an account: its row, else what the copy says, else the last entry that
    /// says it.
    fn account(&self, key: KeyHash) -> Option<Account> {
        let from_entry = || {
            let of_key = self.entries.values().rev().filter(|entry| entry.key == key);
            let line = of_key
                .filter_map(|entry| entry.settings.as_deref())
                .next()?;
            Account::from_line(key, line)
        };
        let sealed = self.sealed.as_ref();
        let copied = || sealed.and_then(|sealed| sealed.account(key));
        let row = self.accounts.get(&key).cloned();
        row.or_else(copied).or_else(from_entry)
    }

    /// Tells whether what is set is known from the copy.
    fn is_copied(&self) -> bool {
        let sealed = self.sealed.as_ref();
        sealed.is_some_and(|sealed| !sealed.accounts.is_empty())
    }

    /// Returns what the lifeboat may know of a key; `None` if nothing could be read.
    pub(in crate::budget) fn last_known(&self, key: &Key) -> Option<LastKnown> {
        let salt = &self.meta.as_ref()?.salt;
        let mut accounts = Accounts::unused(key.hash(salt));
        for account in [
            &mut accounts.key,
            &mut accounts.default,
            &mut accounts.global,
        ] {
            if let Some(known) = self.account(account.key) {
                *account = known;
            }
        }
        Some(accounts.last_known(salt))
    }

    /// Writes the rows as a new state whose ledger and counters agree.
    pub(in crate::budget) fn write(
        &self,
        new: &Connection,
        now: Instant,
    ) -> Result<Rescued, Fault> {
        let meta = match &self.meta {
            Some(meta) => meta.clone(),
            None => Meta::new(new, now)?,
        };
        meta.save(new)?;
        let db = Db {
            connection: new,
            meta,
        };
        let mut recount = Recount::default();
        for entry in self.entries.values() {
            recount.add(db.append(entry)?, entry);
        }
        self.make_up(&db, &mut recount, now)?;
        for (at, counter) in &recount.counters {
            db.put_counter(*at, *counter)?;
        }
        let mut keys = BTreeSet::from([KeyHash::DEFAULT, KeyHash::GLOBAL]);
        keys.extend(recount.counters.keys().map(|(key, ..)| *key));
        keys.extend(self.accounts.keys());
        let copied = self.sealed.iter().flat_map(|sealed| &sealed.accounts);
        keys.extend(copied.map(|account| account.key));
        let mut lost = self.losses();
        for key in &keys {
            let account = self.account(*key).unwrap_or_else(|| {
                // Who was never set anything has no entry that says so: only with all of them read
                // is that known.
                let torn = self.torn.contains(LEDGER.name) || self.entries.is_empty();
                if torn && !self.is_copied() {
                    let name = Account::new(*key).name(db.local());
                    lost.push(format!(
                        "the limits of {name} and a block were lost, it has the default now"
                    ));
                }
                Account::new(*key)
            });
            db.put_account(&account)?;
        }
        for ticket in self.tickets.values() {
            tickets::put(&db, ticket)?;
        }
        Ok(Rescued {
            keys: number(keys.iter().filter(|key| key.is_key()).count()),
            entries: recount.entries,
            tickets: number(self.tickets.len()),
            lost,
        })
    }

    fn losses(&self) -> Vec<String> {
        if self.rows() == 0 {
            let settings = match self.is_copied() {
                true => "limits and blocks were read from their copy",
                false => "limits and blocks of every key are lost",
            };
            let nothing = "nothing could be read: every count starts anew";
            return vec![format!("{nothing}, {settings}")];
        }
        let last = self.entries.keys().next_back().copied().unwrap_or(0);
        let gaps = i64::try_from(self.entries.len()).is_ok_and(|read| read < last);
        let entries = gaps || self.torn.contains(LEDGER.name) || self.entries.is_empty();
        let accounts = self.torn.contains(ACCOUNTS.name) && entries && !self.is_copied();
        let mut kinds = TicketKind::ALL.into_iter();
        let tickets = kinds.any(|kind| self.torn.contains(kind.table().name));
        [
            (
                entries,
                "some ledger entries were lost, their units are still counted",
            ),
            (
                accounts,
                "limits and blocks of some keys were lost, also those of all keys",
            ),
            (tickets, "some uploads or conversions were lost"),
        ]
        .into_iter()
        .filter(|(is, _)| *is)
        .map(|(_, what)| what.to_owned())
        .collect()
    }

    /// Enters what sound counters know and the ledger does not, each unit once: days first, for they are
    /// part of months, and keys before all keys together, because their entries count there too.
    fn make_up(&self, db: &Db, recount: &mut Recount, now: Instant) -> Result<(), Fault> {
        let mut counters: Vec<_> = self.counters.iter().collect();
        counters.sort_by_key(|((key, period, start), _)| {
            (*key == KeyHash::GLOBAL, *period, *key, *start)
        });
        for (at, used) in counters {
            let (key, period, start) = *at;
            // Wherever else there is no room for them, they count from its first day on.
            let days = self.days(*at, now).into_iter().map(Some).chain([None]);
            for day in days {
                let missing = used.saturating_sub(recount.used(*at));
                let room = day.map_or(u64::MAX, |day| self.room(recount, key, period, day));
                let cost = missing.min(room);
                if cost == 0 {
                    continue;
                }
                let day_start = day.unwrap_or(start);
                let entry = Entry {
                    day_start,
                    month_start: Period::Month.start(day_start),
                    ..Entry::new(EntryKind::Rescue, OperationId::fresh(), key, cost, now)
                };
                recount.add(db.append(&entry)?, &entry);
            }
        }
        Ok(())
    }

    /// Returns the days on which units may have been used that a counter knows, the likeliest first:
    /// those on which all keys together used some, the latest first; then, where counters are lost,
    /// today, so that none is given back.
    fn days(&self, (_, period, start): CounterId, now: Instant) -> Vec<Instant> {
        let all_keys = |of: Period| {
            let id = |start| (KeyHash::GLOBAL, of, start);
            let known = self.counters.range(id(start)..id(Instant(i64::MAX)));
            known.rev().map(|((_, _, start), _)| *start)
        };
        let lossy = self.torn.contains(COUNTERS.name);
        let today = lossy.then_some(Period::Day.start(now));
        let month = |start: Instant| {
            let days = (0..31).map(move |n| start.plus(n * DAY));
            let days = today.into_iter().chain(days);
            days.filter(move |day| Period::Month.start(*day) == start)
        };
        match period {
            Period::Day => Vec::new(),
            Period::Month => {
                let known = all_keys(Period::Day).filter(|day| Period::Month.start(*day) == start);
                known.chain(month(start)).collect()
            }
            Period::Total => {
                let months =
                    all_keys(Period::Month).chain(today.map(|day| Period::Month.start(day)));
                all_keys(Period::Day)
                    .chain(months.flat_map(month))
                    .collect()
            }
        }
    }

    /// Returns how many units of a key a day may still take: no shorter sound counter, its own or of
    /// all keys together, says less.
    fn room(&self, recount: &Recount, key: KeyHash, of: Period, day: Instant) -> u64 {
        let shorter = Period::ALL.into_iter().filter(|period| *period < of);
        let ids = shorter
            .flat_map(|period| [key, KeyHash::GLOBAL].map(|key| (key, period, period.start(day))));
        let rooms =
            ids.filter_map(|id| Some(self.counters.get(&id)?.saturating_sub(recount.used(id))));
        rooms.min().unwrap_or(u64::MAX)
    }
}

/// Reads the sound rows of a table: in order up to the first that cannot be read, then from the other
/// end. An empty salt reads the rows of `meta`, which hold it themselves.
fn rows(
    connection: &Connection,
    table: &Table,
    salt: &[u8],
    torn: &mut BTreeSet<&'static str>,
) -> Vec<Row> {
    let mut found = Vec::new();
    let order = table.key;
    let backwards = order.split(", ").map(|column| format!("{column} DESC"));
    for order in [order.to_owned(), backwards.collect::<Vec<_>>().join(", ")] {
        let sql = format!(
            "SELECT {}, checksum FROM {} NOT INDEXED ORDER BY {order}",
            table.columns, table.name
        );
        let mut unsound = 0;
        let mut scan = || -> rusqlite::Result<()> {
            let mut statement = connection.prepare(&sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                match Row::read(salt, table, row) {
                    Ok(Some(row)) => found.push(row),
                    _ => unsound += 1,
                }
            }
            Ok(())
        };
        let whole = scan().is_ok();
        if unsound > 0 || !whole {
            torn.insert(table.name);
        }
        if whole {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests;
