//! What writes: charge, change, refund, settle. Each locks the rows of its key and of all keys first,
//! always in this order, and reads in statements of their own what the locks waited for.

use super::sql::{self, Message, bytes, number};
use super::wire::Rows;
use super::{Meta, PgStore, SILENCE, Session, Stop, read};
use crate::budget::account::{Account, Accounts, Decision};
use crate::budget::error::Fault;
use crate::budget::key::{KeyHash, OperationId};
use crate::budget::ledger::{Entry, EntryKind};
use crate::budget::store::{Change, Charge, Outcome, Receipt, Swept, Target, Ticket};
use crate::budget::{Period, SWEEP_BATCH, SWEEP_EVERY};
use crate::model::time::Instant;

impl PgStore {
    /// Begins a transaction, locks the rows of a key and of all keys, in this order everywhere, and
    /// reads what `ask` adds. Returns the second that the transaction counts for, and the answer.
    fn open<T>(
        &self,
        session: &Session,
        key: Option<KeyHash>,
        now: Instant,
        ask: impl FnOnce(&mut Message) -> T,
    ) -> Result<(Instant, Vec<Rows>, T), Stop> {
        let (s, mut message) = (self.schema(), self.begin());
        if let Some(key) = key.filter(|key| key.is_key()) {
            let key = bytes(&key.0);
            message.add(&format!(
                "INSERT INTO {s}.accounts (key) VALUES ({key}) ON CONFLICT DO NOTHING"
            ));
        }
        let mut keys: Vec<_> = key
            .into_iter()
            .chain(key.map(|_| KeyHash::GLOBAL))
            .collect();
        keys.dedup();
        for key in keys {
            let key = bytes(&key.0);
            message.add(&format!(
                "SELECT 1 FROM {s}.accounts WHERE key = {key} FOR NO KEY UPDATE"
            ));
        }
        let clock = message.clock(self.of_test(now));
        let asked = ask(&mut message);
        let answer = self.send(session, message)?;
        let at = Instant(number(read::row(&answer, clock)?, 0)?);
        Ok((at, answer, asked))
    }

    /// The first half of a charge, the decision, and the second half.
    pub(super) fn try_charge(
        &self,
        session: &Session,
        meta: &Meta,
        charge: &Charge,
        now: Instant,
    ) -> Result<Outcome, Stop> {
        let (s, key) = (self.schema(), charge.ask.key.hash(&meta.salt));
        let request = charge.ask.request.map(|id| id.hash(&meta.salt, key));
        let ask = |message: &mut Message| {
            let state = read::accounts(message, s, key);
            let known = request.map(|request| read::request(message, s, request));
            (state, known, read::operation(message, s, charge.operation))
        };
        let (at, answer, (state, known, own)) = self.open(session, Some(key), now, ask)?;
        let mut accounts = state.of(&answer, key)?;
        let receipt = |accounts: &Accounts, repeated, beyond, swept| {
            Outcome::Charged(Box::new(Receipt {
                usage: accounts.usage(charge.ask.key, at),
                repeated,
                beyond,
                clock_back: None,
                clock_off: read::clock_off(now, at).filter(|_| !self.callers_clock),
                swept,
                folded: 0,
            }))
        };
        if let Some((_, own)) = read::last_entry(&answer, own)? {
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
        let repeated = known.is_some_and(|known| read::is_charged(&answer, known));
        let refused = match accounts.decide(charge.ask.cost, repeated, at) {
            Decision::Admit { repeated, beyond } => {
                let entry = Entry {
                    request: request.filter(|_| !repeated),
                    ..entry(charge, key, repeated, at)
                };
                accounts.add(entry.cost);
                let swept = self.book(session, meta, &entry, charge.ticket)?;
                return Ok(receipt(&accounts, repeated, beyond, swept));
            }
            Decision::Exhausted(refusal) => Outcome::Exhausted(refusal),
            Decision::Blocked(scope) => Outcome::Blocked(scope),
        };
        self.roll_back(session);
        Ok(refused)
    }

    /// The second round trip: counters, ledger row and ticket, a clean-up where one is due, COMMIT.
    fn book(
        &self,
        session: &Session,
        meta: &Meta,
        entry: &Entry,
        ticket: Option<&Ticket>,
    ) -> Result<Swept, Stop> {
        let (s, mut message) = (self.schema(), Message::default());
        message.add(&count(s, entry));
        message.append(s, entry, "");
        if let Some(ticket) = ticket {
            message.put(s, ticket);
        }
        let due = meta.swept_at.abs_diff(entry.at.0) > SWEEP_EVERY;
        let sweep = due.then(|| message.sweep(s, Some(SWEEP_BATCH), &entry.at.0.to_string()));
        let answer = self.decide(session, message)?;
        if due {
            // The time of the last clean-up is read again with the next connection.
            self.session.take();
        }
        let swept = sweep.map(|sweep| read::swept(&answer, sweep)).transpose()?;
        Ok(swept.unwrap_or_default())
    }

    /// Ends a transaction that wrote nothing; what goes wrong ends it too.
    fn roll_back(&self, session: &Session) {
        let _ended = session.wire.send("ROLLBACK".to_owned(), SILENCE);
    }

    pub(super) fn try_change(
        &self,
        session: &Session,
        meta: &Meta,
        target: &Target,
        changes: &[Change],
        now: Instant,
    ) -> Result<(), Stop> {
        let (s, key) = (self.schema(), target.hash(&meta.salt));
        let (at, answer, accounts) = self.open(session, Some(key), now, |message| {
            message.accounts(s, &[key])
        })?;
        let account = answer.get(accounts).map(sql::accounts_of).transpose()?;
        let account = account.and_then(|mut accounts| accounts.pop());
        let mut account = account.unwrap_or_else(|| Account::new(key));
        let mut message = Message::default();
        for change in changes {
            let Change::Reset(only) = change else {
                let kind = account.apply(change).unwrap_or(EntryKind::Set);
                let entry = Entry {
                    settings: Some(account.to_line()),
                    ..Entry::new(kind, OperationId::fresh(), key, 0, at)
                };
                message.append(s, &entry, "");
                continue;
            };
            let periods = Period::ALL.into_iter();
            for period in periods.filter(|period| only.is_none_or(|only| only == *period)) {
                message.add(&reset(s, key, period, at));
            }
        }
        message.put_account(s, &account);
        self.commit(session, message).map(drop)
    }

    pub(super) fn try_refund(
        &self,
        session: &Session,
        operation: OperationId,
        now: Instant,
    ) -> Result<bool, Stop> {
        let (s, mut message) = (self.schema(), Message::default());
        let own = read::operation(&mut message, s, operation);
        let answer = self.send(session, message)?;
        let own = read::last_entry(&answer, own)?;
        let Some((id, charge)) = own.filter(|(_, entry)| entry.is_charge()) else {
            return Ok(false);
        };
        let (at, ..) = self.open(session, Some(charge.key), now, |_| ())?;
        let mut message = Message::default();
        let (cost, periods) = (charge.cost, periods_of(&charge));
        message.add(&format!(
            "UPDATE {s}.counters SET used = GREATEST(used - {cost}, 0) WHERE reset_by < {id} AND {periods}"
        ));
        let kind = EntryKind::Refund;
        message.append(s, &Entry { kind, at, ..charge }, " ON CONFLICT DO NOTHING");
        self.commit(session, message).map(|_| true)
    }

    /// Asks for the entries of an operation after giving it up, so that "not charged" stays true: a
    /// COMMIT that comes late meets the entry of kind `void` and fails. Locks nothing, for that COMMIT
    /// may hold the locks.
    pub(super) fn try_settle(
        &self,
        session: &Session,
        operation: OperationId,
    ) -> Result<bool, Stop> {
        let (s, global) = (self.schema(), KeyHash::GLOBAL);
        let (at, ..) = self.open(session, None, Instant(0), |_| ())?;
        let mut message = Message::default();
        let void = Entry::new(EntryKind::Void, operation, global, 0, at);
        message.append(s, &void, " ON CONFLICT DO NOTHING");
        let own = read::operation(&mut message, s, operation);
        let answer = self.commit(session, message)?;
        Ok(read::last_entry(&answer, own)?.is_some_and(|(_, entry)| entry.is_charge()))
    }
}

/// The condition for the counters of an entry.
fn periods_of(entry: &Entry) -> String {
    let period = |period: Period| format!("('{}', {})", period.key(), entry.start(period).0);
    let periods = Period::ALL.map(period).join(", ");
    let (key, global) = (bytes(&entry.key.0), bytes(&KeyHash::GLOBAL.0));
    format!("key IN ({key}, {global}) AND (period, start) IN ({periods})")
}

/// The statement that counts an entry.
fn count(s: &str, entry: &Entry) -> String {
    let keys = [entry.key, KeyHash::GLOBAL].into_iter();
    let row = |(key, period): (KeyHash, Period)| {
        let (key, start) = (bytes(&key.0), entry.start(period).0);
        format!("({key}, {start}, '{}', {}, 0)", period.key(), entry.cost)
    };
    let rows: Vec<_> = keys
        .flat_map(|key| Period::ALL.map(|p| (key, p)))
        .map(row)
        .collect();
    format!(
        "INSERT INTO {s}.counters AS c (key, start, period, used, reset_by) VALUES {} \
         ON CONFLICT (key, start, period) DO UPDATE SET used = c.used + excluded.used",
        rows.join(", ")
    )
}

/// The statement that sets a counter to 0 and enters that into the ledger.
fn reset(s: &str, key: KeyHash, period: Period, at: Instant) -> String {
    let entry = Entry::new(EntryKind::Reset(period), OperationId::fresh(), key, 0, at);
    format!(
        "WITH entry AS ({} RETURNING id) INSERT INTO {s}.counters (key, start, period, used, reset_by) \
         SELECT {}, {}, '{}', 0, id FROM entry \
         ON CONFLICT (key, start, period) DO UPDATE SET used = 0, reset_by = excluded.reset_by",
        sql::insert(s, &entry),
        bytes(&key.0),
        entry.start(period).0,
        period.key(),
    )
}

/// The row of the ledger for a charge that was admitted, or for its free repeat.
fn entry(charge: &Charge, key: KeyHash, repeated: bool, at: Instant) -> Entry {
    let (kind, cost) = match repeated {
        true => (EntryKind::Repeat, 0),
        false => (EntryKind::Charge, charge.ask.cost),
    };
    Entry {
        digest: Some(charge.digest),
        ..Entry::new(kind, charge.operation, key, cost, at)
    }
}
