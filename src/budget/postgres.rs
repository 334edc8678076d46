//! The store in PostgreSQL: one exact budget for many machines.
//!
//! A charge is two round trips: the first locks the rows of the key and of all keys and reads what is
//! used, the second counts and commits; the rules in between are those of every store. The server's
//! clock decides. What a lost answer means is told at [`PgStore::charge`].

mod address;
mod session;
mod sql;
mod status;
mod wire;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::account::{self, Account, Accounts};
use super::error::{Fault, StateError};
use super::key::{Key, KeyHash, OperationId};
use super::ledger::{Counter, CounterId, Entry, EntryKind, LedgerRow, Recount, Verification};
use super::options::Options;
use super::row::{ACCOUNTS, COUNTERS, LEDGER};
use super::status::Status;
use super::store::{
    Admission, Ask, Change, Charge, Outcome, Receipt, Store, Swept, Target, Ticket, TicketKind,
};
use super::usage::{Usage, UsageAll};
use super::{ByPeriod, CLOCK_SLACK, SWEEP_BATCH, SWEEP_EVERY, ledger};
use crate::model::time::Instant;
use address::Address;
use session::{Meta, Session};
use wire::{Rows, Stop};

pub use address::Environment;

/// The store in PostgreSQL.
pub struct PgStore {
    address: Address,
    options: Options,
    session: RefCell<Option<Rc<Session>>>,
    /// Whether the caller's clock decides, as only tests may have it.
    callers_clock: bool,
}

impl PgStore {
    /// Returns the store at a URL; nothing is connected yet. `environment` is asked for passwords.
    ///
    /// # Errors
    /// What is wrong with the URL, without its text.
    pub fn new(url: &str, options: Options, environment: Environment) -> Result<Self, String> {
        Ok(Self {
            address: Address::parse(url, environment)?,
            options,
            session: RefCell::default(),
            callers_clock: false,
        })
    }

    /// Lets the caller's clock decide.
    #[cfg(test)]
    pub(super) fn with_callers_clock(self) -> Self {
        Self {
            callers_clock: true,
            ..self
        }
    }

    fn schema(&self) -> &str {
        &self.address.schema
    }

    /// The first half of a charge, the decision, and the second half.
    fn try_charge(
        &self,
        session: &Session,
        meta: &Meta,
        charge: &Charge,
        now: Instant,
    ) -> Result<Outcome, Stop> {
        let (s, key) = (self.schema(), charge.ask.key.hash(&meta.salt));
        let [accounts, counters, known] =
            sql::standing(s, charge.ask.key, charge.ask.request, &meta.salt);
        let own = sql::operation(s, charge.operation);
        let questions = [accounts, counters, known, own];
        let (at, [accounts, counters, known, own]) = self.open(session, key, now, questions)?;
        let (mut accounts, repeated) = standing_of(key, &[accounts, counters, known])?;
        let receipt = |accounts: &Accounts, repeated, beyond, swept| {
            let off = now.0.saturating_sub(at.0);
            let is_off = off.saturating_abs() > CLOCK_SLACK && !self.callers_clock;
            Outcome::Charged(Box::new(Receipt {
                usage: accounts.usage(charge.ask.key, at),
                repeated,
                beyond,
                clock_back: None,
                clock_off: is_off.then_some(off),
                swept,
                folded: 0,
            }))
        };
        if let Some((_, own)) = sql::last_entry(&own)? {
            self.roll_back(session);
            return match own.kind {
                EntryKind::Void | EntryKind::Refund => Err(Fault::Settled.into()),
                // The answer to an earlier COMMIT was lost: paid is paid.
                kind => Ok(receipt(
                    &accounts,
                    kind == EntryKind::Repeat,
                    None,
                    Swept::new(),
                )),
            };
        }
        let refused = match accounts.decide(charge.ask.cost, repeated, at) {
            Admission::Granted { repeated, beyond } => {
                let entry = charge.entry(&meta.salt, repeated, at);
                accounts.add(entry.cost);
                let swept = self.enter(session, meta, &entry, charge.ticket)?;
                return Ok(receipt(&accounts, repeated, beyond, swept));
            }
            Admission::Exhausted(refusal) => Outcome::Exhausted(refusal),
            Admission::Blocked(scope) => Outcome::Blocked(scope),
        };
        self.roll_back(session);
        Ok(refused)
    }

    /// The second half: counters, ledger row and ticket, a clean-up where one is due.
    fn enter(
        &self,
        session: &Session,
        meta: &Meta,
        entry: &Entry,
        ticket: Option<&Ticket>,
    ) -> Result<Swept, Stop> {
        let s = self.schema();
        let mut message = vec![sql::count(s, entry), sql::append(s, entry)];
        message.extend(ticket.map(|ticket| sql::put(s, ticket.kind.table(), &ticket.row())));
        let is_due = meta.swept_at.abs_diff(entry.at.0) > SWEEP_EVERY;
        if is_due {
            message.extend(sql::sweep(s, Some(SWEEP_BATCH)));
        }
        let answer = self.commit_charge(session, message)?;
        if is_due {
            // The time of the last clean-up is read again with the next connection.
            self.session.take();
        }
        Ok(sql::swept(answer)?)
    }
}

impl Store for PgStore {
    fn precheck(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        let questions = |salt: &[u8]| sql::standing(self.schema(), ask.key, ask.request, salt);
        self.read(now, questions, |salt, answer, at| {
            let (accounts, repeated) = standing_of(ask.key.hash(salt), &answer)?;
            Ok(accounts.decide(ask.cost, repeated, at))
        })
    }

    /// As the trait says. An answer to the COMMIT that does not come leaves it open whether it was
    /// charged: the same operation is sent again, and the locks make it wait for the first, so that it
    /// finds its own entry or none. Where that cannot be asked any more the fault is
    /// [`Fault::Unknown`]: the sealed output stays, and who comes next settles it.
    fn charge(&self, charge: &Charge, now: Instant) -> Result<Outcome, StateError> {
        self.write(now, |session, meta| {
            self.try_charge(session, meta, charge, now)
        })
    }

    fn refund(&self, operation: OperationId, now: Instant) -> Result<bool, StateError> {
        let s = self.schema();
        let charge_of = |rows: &Rows| {
            let last = sql::last_entry(rows)?;
            Ok::<_, Fault>(last.filter(|(_, entry)| entry.is_charge()))
        };
        let questions = |_: &[u8]| [sql::operation(s, operation)];
        let found = self.read(now, questions, |_, [own], _| charge_of(&own))?;
        let Some((_, charge)) = found else {
            return Ok(false);
        };
        self.patiently(|session| {
            let own = [sql::operation(s, operation)];
            let (at, [own]) = self.open(session, charge.key, now, own)?;
            // Another may have refunded it meanwhile.
            let Some((id, charge)) = charge_of(&own)? else {
                self.roll_back(session);
                return Ok(false);
            };
            let kind = EntryKind::Refund;
            let given_back = sql::uncount(s, id, &charge);
            let refund = sql::append(s, &Entry { kind, at, ..charge });
            self.commit(session, vec![given_back, refund])?;
            Ok(true)
        })
    }

    /// Asks for the entries of an operation after giving it up, so that "not charged" stays true: a
    /// COMMIT that comes late meets the entry of kind `void` and fails. Locks nothing, for that COMMIT
    /// may hold the locks.
    fn charged(&self, operation: OperationId) -> Result<bool, StateError> {
        self.patiently(|session| {
            if session.meta.is_none() {
                return Ok(false);
            }
            let s = self.schema();
            let (at, []) = self.ask(session, self.begin(), Instant(0), [], None)?;
            let void = Entry::new(EntryKind::Void, operation, KeyHash::GLOBAL, 0, at);
            let void = sql::append(s, &void) + " ON CONFLICT DO NOTHING";
            let own = sql::operation(s, operation);
            let answer = self.commit(session, vec![void, own])?;
            let own = answer.get(1).map(sql::last_entry).transpose()?.flatten();
            Ok(own.is_some_and(|(_, entry)| entry.is_charge()))
        })
    }

    fn secret(&self, now: Instant) -> Result<[u8; 32], StateError> {
        self.write(now, |_, meta| Ok(super::key::secret(&meta.salt)))
    }

    fn usage(&self, key: &Key, now: Instant) -> Result<Usage, StateError> {
        let questions = |salt: &[u8]| sql::standing(self.schema(), key, None, salt);
        self.read(now, questions, |salt, answer, at| {
            let (accounts, _) = standing_of(key.hash(salt), &answer)?;
            Ok(accounts.usage(key, at))
        })
    }

    fn usage_all(&self, now: Instant) -> Result<UsageAll, StateError> {
        let s = self.schema();
        let questions = |_: &[u8]| [sql::select(s, &ACCOUNTS, ""), sql::counters_now(s, "")];
        self.read(now, questions, |salt, [accounts, counters], at| {
            let mut used = BTreeMap::<KeyHash, ByPeriod<u64>>::new();
            for ((key, period, _), counter) in sql::all(&COUNTERS, &counters, Counter::of)? {
                *used.entry(key).or_default().of_mut(period) = counter.used;
            }
            let accounts = sql::all(&ACCOUNTS, &accounts, |row| {
                let account = Account::of(row)?;
                let used = used.get(&account.key).copied().unwrap_or_default();
                Ok((account, used))
            })?;
            Ok(account::usage_all(accounts, Key::local().hash(salt), at))
        })
    }

    fn ledger(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError> {
        let s = self.schema();
        let questions = |salt: &[u8]| {
            let of = key.map(|key| format!("WHERE key = {} ", sql::bytes(&key.hash(salt).0)));
            let of = of.unwrap_or_default() + "ORDER BY id";
            [sql::select(s, &LEDGER, &of), sql::select(s, &ACCOUNTS, "")]
        };
        self.read(Instant(0), questions, |salt, [entries, accounts], _| {
            let entries = sql::all(&LEDGER, &entries, Entry::of)?.into_iter();
            let accounts = sql::all(&ACCOUNTS, &accounts, Account::of)?;
            let local = Key::local().hash(salt);
            Ok(account::ledger_rows(accounts, local, entries))
        })
    }

    fn verify(&self) -> Result<Verification, StateError> {
        let s = self.schema();
        let questions = |_: &[u8]| {
            let entries = sql::select(s, &LEDGER, "ORDER BY id");
            [entries, sql::select(s, &COUNTERS, "")]
        };
        self.read(Instant(0), questions, |_, [entries, counters], _| {
            let mut recount = Recount::default();
            for (id, entry) in sql::all(&LEDGER, &entries, Entry::of)? {
                recount.add(id, &entry);
            }
            let counters = sql::all(&COUNTERS, &counters, Counter::of)?;
            let counters: BTreeMap<CounterId, Counter> = counters.into_iter().collect();
            Ok(recount.verification(&counters, Vec::new()))
        })
    }

    fn change(&self, target: &Target, changes: &[Change], now: Instant) -> Result<(), StateError> {
        self.write(now, |session, meta| {
            let (s, key) = (self.schema(), target.hash(&meta.salt));
            let of_key = format!("WHERE key = {}", sql::bytes(&key.0));
            let account = [sql::select(s, &ACCOUNTS, &of_key)];
            let (at, [account]) = self.open(session, key, now, account)?;
            let account = sql::all(&ACCOUNTS, &account, Account::of)?.pop();
            let mut account = account.unwrap_or_else(|| Account::new(key));
            let entries = account.change(changes, at).into_iter();
            let mut message: Vec<_> = entries
                .map(|entry| match entry.kind {
                    EntryKind::Reset(period) => sql::reset(s, &entry, period),
                    _ => sql::append(s, &entry),
                })
                .collect();
            message.push(sql::put(s, &ACCOUNTS, &account.row()));
            self.commit(session, message).map(drop)
        })
    }

    fn put(&self, ticket: &Ticket, now: Instant) -> Result<(), StateError> {
        self.write(now, |session, _| {
            let mut message = self.begin();
            message.push(sql::put(self.schema(), ticket.kind.table(), &ticket.row()));
            self.commit(session, message).map(drop)
        })
    }

    fn get(&self, kind: TicketKind, id: &str, now: Instant) -> Result<Option<Ticket>, StateError> {
        let alive = format!("WHERE id = {} AND expires_at > {}", sql::text(id), sql::NOW);
        let questions = |_: &[u8]| [sql::select(self.schema(), kind.table(), &alive)];
        self.read(now, questions, |_, [found], _| {
            Ok(sql::all(kind.table(), &found, |row| Ticket::of(kind, row))?.pop())
        })
    }

    fn sweep(&self, now: Instant) -> Result<Swept, StateError> {
        self.patiently(|session| {
            if session.meta.is_none() {
                return Ok(Swept::new());
            }
            let sweep = sql::sweep(self.schema(), None);
            let (_, swept) = self.ask(session, self.begin(), now, sweep, Some("COMMIT"))?;
            Ok(sql::swept(swept)?)
        })
    }

    fn place(&self) -> String {
        self.address.place.clone()
    }

    fn status(&self, deep: bool, now: Instant) -> Status {
        let mut status = Status {
            place: self.place(),
            ..Status::default()
        };
        if let Some((contents, details)) = status.keep(self.contents(now)).flatten() {
            (status.contents, status.details) = (Some(contents), details);
            if deep {
                let verification = status.keep(self.verify());
                status.problems = verification.map(|verification| verification.problems);
            }
        }
        status
    }

    fn tables(&self) -> Option<String> {
        Some(sql::tables(self.schema()))
    }
}

/// Reads what [`sql::standing`] asked for: the accounts, and whether the request was charged before.
fn standing_of(key: KeyHash, answer: &[Rows; 3]) -> Result<(Accounts, bool), Fault> {
    let [rows, counters, known] = answer;
    let mut accounts = Accounts::unused(key);
    for account in sql::all(&ACCOUNTS, rows, Account::of)? {
        match account.key {
            KeyHash::GLOBAL => accounts.global = account,
            KeyHash::DEFAULT => accounts.default = account,
            _ => accounts.key = account,
        }
    }
    for ((of, period, _), Counter { used, .. }) in sql::all(&COUNTERS, counters, Counter::of)? {
        let all = match of == key {
            true => &mut accounts.used,
            false => &mut accounts.global_used,
        };
        *all.of_mut(period) = used;
    }
    let known = sql::all(&LEDGER, known, Entry::of)?.into_iter();
    let is_paid = ledger::is_paid(known.map(|(_, entry)| entry.kind));
    Ok((accounts, is_paid))
}
