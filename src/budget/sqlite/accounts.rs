//! Accounts: the limits of a key and the counters of its current periods, one sealed row each.
//!
//! A charge touches the row of the key and the row of all keys, and nothing that grows with time.
//! When a period turns, its counter moves to the table `past`; a clock set back moves it here again.
//! A row that is missed although the ledger speaks of it means damage, never "unused".

use rusqlite::{OptionalExtension, Row};

use super::super::error::Fault;
use super::super::key::{Key, KeyHash};
use super::super::seal::Seal;
use super::super::{ByPeriod, Limit, Limits, Mode, Period, Rule, Standing};
use super::{Db, stored, units};
use crate::model::time::{DAY, Instant};

/// The units used in the period that began at `start`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Counter {
    pub(super) start: Instant,
    pub(super) used: u64,
}

/// One row of `accounts`.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) key: KeyHash,
    pub(super) label: Option<String>,
    pub(super) blocked: bool,
    pub(super) mode: Option<Mode>,
    pub(super) limits: Limits,
    pub(super) counters: ByPeriod<Counter>,
}

const COLUMNS: &str = "key, label, blocked, mode, day_limit, month_limit, total_limit, day_start, day_used, month_start, \
                       month_used, total_used, seal";

impl Account {
    /// Returns an account that has used nothing.
    pub(super) fn new(key: KeyHash, now: Instant) -> Self {
        let unused = |period: Period| Counter {
            start: period.start(now),
            used: 0,
        };
        let counters = ByPeriod {
            day: unused(Period::Day),
            month: unused(Period::Month),
            total: unused(Period::Total),
        };
        Self {
            key,
            label: None,
            blocked: false,
            mode: None,
            limits: Limits::default(),
            counters,
        }
    }

    /// Returns the account of the default limits as it is out of the box.
    pub(super) fn default_limits(now: Instant) -> Self {
        Self {
            limits: Rule::out_of_the_box().limits,
            ..Self::new(KeyHash::DEFAULT, now)
        }
    }

    /// Returns the account of a key, new if the store does not know it.
    pub(super) fn of_key(db: &Db, key: &Key, now: Instant) -> Result<Self, Fault> {
        let hash = key.hash(&db.salt);
        let found = Self::load(db, hash)?;
        let unused = || Self {
            label: key.label().map(str::to_owned),
            ..Self::new(hash, now)
        };
        Ok(found.unwrap_or_else(unused))
    }

    /// Reads the row of a key; `None` if neither the row nor the ledger knows it.
    pub(super) fn load(db: &Db, key: KeyHash) -> Result<Option<Self>, Fault> {
        let sql = format!("SELECT {COLUMNS} FROM accounts WHERE key = ?1");
        let found = db
            .connection
            .prepare_cached(&sql)?
            .query_row([key.0], Self::from_row)
            .optional()?;
        match found {
            Some((account, seal)) => account.checked(db, seal).map(Some),
            None if !key.is_key() || db.ledger_knows(key)? => {
                Err(Fault::Damaged(format!("the account of {key} is lost")))
            }
            None => Ok(None),
        }
    }

    /// Reads the row of all keys together or of the default limits, which always exists.
    pub(super) fn load_fixed(db: &Db, key: KeyHash) -> Result<Self, Fault> {
        Self::load(db, key)?.ok_or_else(|| Fault::Damaged(format!("the account of {key} is lost")))
    }

    /// Reads every row.
    pub(super) fn all(db: &Db) -> Result<Vec<Self>, Fault> {
        let mut statement = db
            .connection
            .prepare(&format!("SELECT {COLUMNS} FROM accounts ORDER BY key"))?;
        let rows = statement.query_map([], Self::from_row)?;
        rows.map(|row| {
            row.map_err(Fault::from)
                .and_then(|(account, seal)| account.checked(db, seal))
        })
        .collect()
    }

    /// Reads the columns; `seal` is still to be compared.
    pub(super) fn from_row(row: &Row) -> rusqlite::Result<(Self, Seal)> {
        let limit = |at| {
            row.get::<_, Option<i64>>(at)
                .map(|limit| limit.map(limit_from))
        };
        let counter = |start: Instant, used: i64| Counter {
            start,
            used: u64::try_from(used).unwrap_or(u64::MAX),
        };
        let account = Self {
            key: KeyHash(row.get(0)?),
            label: row.get(1)?,
            blocked: row.get::<_, i64>(2)? != 0,
            mode: row.get::<_, Option<i64>>(3)?.map(|mode| {
                if mode == 0 {
                    Mode::Enforce
                } else {
                    Mode::Shadow
                }
            }),
            limits: Limits {
                day: limit(4)?,
                month: limit(5)?,
                total: limit(6)?,
            },
            counters: ByPeriod {
                day: counter(Instant(row.get(7)?), row.get(8)?),
                month: counter(Instant(row.get(9)?), row.get(10)?),
                total: counter(Instant(0), row.get(11)?),
            },
        };
        Ok((account, row.get(12)?))
    }

    pub(super) fn checked(self, db: &Db, seal: Seal) -> Result<Self, Fault> {
        db.verify(self.seal(db), seal, "an account")?;
        Ok(self)
    }

    fn seal(&self, db: &Db) -> Seal {
        let row = db
            .seal("accounts")
            .bytes(&self.key.0)
            .optional(self.label.as_ref().map(String::as_bytes));
        let row = row
            .number(i64::from(self.blocked))
            .optional_number(self.mode.map(mode_to));
        let limits = Period::ALL.iter().fold(row, |row, p| {
            row.optional_number(self.limits.of(*p).map(limit_to))
        });
        let counters = Period::ALL.iter().map(|period| self.counters.of(*period));
        counters
            .fold(limits, |row, counter| {
                row.number(counter.start.0).number(stored(counter.used))
            })
            .finish()
    }

    /// Writes the row.
    pub(super) fn save(&self, db: &Db) -> Result<(), Fault> {
        let (limits, counters) = (&self.limits, &self.counters);
        let sql = format!(
            "INSERT OR REPLACE INTO accounts ({COLUMNS}) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"
        );
        db.connection.prepare_cached(&sql)?.execute((
            self.key.0,
            &self.label,
            i64::from(self.blocked),
            self.mode.map(mode_to),
            limits.day.map(limit_to),
            limits.month.map(limit_to),
            limits.total.map(limit_to),
            counters.day.start.0,
            stored(counters.day.used),
            counters.month.start.0,
            stored(counters.month.used),
            stored(counters.total.used),
            self.seal(db),
        ))?;
        Ok(())
    }

    /// Returns the units used in the periods of `now`, changing nothing.
    pub(super) fn used(&self, db: &Db, now: Instant) -> Result<ByPeriod<u64>, Fault> {
        let mut used = ByPeriod::default();
        for period in Period::ALL {
            *used.of_mut(period) = self.used_in(db, period, period.start(now))?;
        }
        Ok(used)
    }

    fn used_in(&self, db: &Db, period: Period, start: Instant) -> Result<u64, Fault> {
        let current = self.counters.of(period);
        if current.start == start {
            Ok(current.used)
        } else {
            db.past(self.key, period, start)
        }
    }

    /// Returns the standing of this account under `rule`.
    pub(super) fn standing(&self, db: &Db, rule: Rule, now: Instant) -> Result<Standing, Fault> {
        Ok(Standing {
            rule,
            used: self.used(db, now)?,
        })
    }

    /// Returns the rule of this account by itself.
    pub(super) fn rule(&self) -> Rule {
        Rule {
            limits: self.limits,
            mode: self.mode.unwrap_or_default(),
        }
    }

    /// Adds units to the periods of `now`, which become the current ones.
    pub(super) fn add(&mut self, db: &Db, cost: u64, now: Instant) -> Result<(), Fault> {
        for period in Period::ALL {
            self.turn(db, period, period.start(now))?;
            let counter = self.counters.of_mut(period);
            counter.used = counter.used.saturating_add(cost);
        }
        Ok(())
    }

    /// Makes the period that began at `start` the current one.
    pub(super) fn turn(&mut self, db: &Db, period: Period, start: Instant) -> Result<(), Fault> {
        let current = *self.counters.of(period);
        if current.start != start {
            db.save_past(self.key, period, current)?;
            *self.counters.of_mut(period) = Counter {
                start,
                used: db.past(self.key, period, start)?,
            };
        }
        Ok(())
    }

    /// Changes the counter of one period, current or past.
    pub(super) fn change(
        &mut self,
        db: &Db,
        period: Period,
        start: Instant,
        to: impl FnOnce(u64) -> u64,
    ) -> Result<(), Fault> {
        let used = to(self.used_in(db, period, start)?);
        let current = self.counters.of_mut(period);
        if current.start == start {
            current.used = used;
            Ok(())
        } else {
            db.save_past(self.key, period, Counter { start, used })
        }
    }
}

fn mode_to(mode: Mode) -> i64 {
    i64::from(mode == Mode::Shadow)
}

/// A limit as a number; -1 stands for none.
fn limit_to(limit: Limit) -> i64 {
    match limit {
        Limit::Unlimited => -1,
        Limit::Units(units) => stored(units),
    }
}

fn limit_from(limit: i64) -> Limit {
    u64::try_from(limit).map_or(Limit::Unlimited, Limit::Units)
}

impl Db<'_> {
    fn past_seal(&self, key: KeyHash, period: Period, counter: Counter) -> Seal {
        let row = self
            .seal("past")
            .bytes(&key.0)
            .bytes(period.key().as_bytes());
        row.number(counter.start.0)
            .number(stored(counter.used))
            .finish()
    }

    /// Returns the counter of a period that is not current.
    fn past(&self, key: KeyHash, period: Period, start: Instant) -> Result<u64, Fault> {
        let sql = "SELECT used, seal FROM past WHERE key = ?1 AND period = ?2 AND start = ?3";
        let read = |row: &Row| Ok((row.get::<_, i64>(0)?, row.get::<_, Seal>(1)?));
        let row = self
            .connection
            .prepare_cached(sql)?
            .query_row((key.0, period.key(), start.0), read)
            .optional()?;
        let Some((used, seal)) = row else {
            return self.never_used(key, period, start);
        };
        let used = units(used)?;
        self.verify(
            self.past_seal(key, period, Counter { start, used }),
            seal,
            "a past period",
        )?;
        Ok(used)
    }

    /// Answers 0 after asking the ledger whether that can be.
    fn never_used(&self, key: KeyHash, period: Period, start: Instant) -> Result<u64, Fault> {
        let end = period.resets_at(start).unwrap_or(start.plus(DAY));
        let sql = "SELECT EXISTS (SELECT 1 FROM ledger WHERE key = ?1 AND day_start >= ?2 AND day_start < ?3 AND cost > 0)";
        let known: bool = self
            .connection
            .prepare_cached(sql)?
            .query_row((key.0, start.0, end.0), |row| row.get(0))?;
        if known {
            Err(Fault::Damaged(format!("a counter of {key} is lost")))
        } else {
            Ok(0)
        }
    }

    /// Returns a past row as it was read, if it is sound.
    pub(super) fn sound_past(
        &self,
        key: KeyHash,
        word: &str,
        start: i64,
        used: i64,
        seal: Seal,
    ) -> Option<(Period, Counter)> {
        let period = Period::from_key(word)?;
        let counter = Counter {
            start: Instant(start),
            used: u64::try_from(used).ok()?,
        };
        (self.past_seal(key, period, counter) == seal).then_some((period, counter))
    }

    pub(super) fn save_past(
        &self,
        key: KeyHash,
        period: Period,
        counter: Counter,
    ) -> Result<(), Fault> {
        let sql = "INSERT OR REPLACE INTO past (key, period, start, used, seal) VALUES (?1, ?2, ?3, ?4, ?5)";
        let seal = self.past_seal(key, period, counter);
        let row = (
            key.0,
            period.key(),
            counter.start.0,
            stored(counter.used),
            seal,
        );
        self.connection.prepare_cached(sql)?.execute(row)?;
        Ok(())
    }

    fn ledger_knows(&self, key: KeyHash) -> Result<bool, Fault> {
        let sql = "SELECT EXISTS (SELECT 1 FROM ledger WHERE key = ?1)";
        Ok(self
            .connection
            .prepare_cached(sql)?
            .query_row([key.0], |row| row.get(0))?)
    }

    /// Reads every row of `past` as (key, period, counter).
    pub(super) fn all_past(&self) -> Result<Vec<(KeyHash, Period, Counter)>, Fault> {
        let mut statement = self
            .connection
            .prepare("SELECT key, period, start, used, seal FROM past")?;
        let mut rows = statement.query([])?;
        let mut past = Vec::new();
        while let Some(row) = rows.next()? {
            let (key, word): (KeyHash, String) = (KeyHash(row.get(0)?), row.get(1)?);
            let sound = self.sound_past(key, &word, row.get(2)?, row.get(3)?, row.get(4)?);
            let (period, counter) = sound
                .ok_or_else(|| Fault::Damaged("the seal of a past period is broken".into()))?;
            past.push((key, period, counter));
        }
        Ok(past)
    }
}
