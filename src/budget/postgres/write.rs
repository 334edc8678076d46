//! What writes: charge, change, refund, settle. Each locks the rows of its key and of all keys first,
//! always in this order, and reads in statements of their own what the locks waited for.

use super::sql::{self, Message, NOW, bytes, number};
use super::{Meta, PgStore, SILENCE, Session, Stop, read, surely};
use crate::budget::account::{Account, Accounts, Decision};
use crate::budget::error::Fault;
use crate::budget::key::{Key, KeyHash, OperationId};
use crate::budget::ledger::{Entry, EntryKind};
use crate::budget::store::{Change, Charge, Outcome, Receipt, Swept, Target, Ticket};
use crate::budget::{Period, Refusal, Usage};
use crate::model::time::Instant;

/// Seconds between two clean-ups of expired tickets inside charges.
const SWEEP_EVERY: u64 = 3600;

impl PgStore {
    /// Begins a transaction and locks the rows of a key and of all keys, in this order everywhere.
    pub(super) fn locked(&self, key: KeyHash, now: Instant) -> (Message, usize) {
        let (s, mut message) = (self.schema(), Message::default());
        message.begin(self.options.busy.as_millis());
        if key.is_key() {
            let key = bytes(&key.0);
            message.add(&format!(
                "INSERT INTO {s}.accounts (key) VALUES ({key}) ON CONFLICT DO NOTHING"
            ));
        }
        let mut keys = vec![key, KeyHash::GLOBAL];
        keys.dedup();
        for key in keys {
            let key = bytes(&key.0);
            message.add(&format!(
                "SELECT 1 FROM {s}.accounts WHERE key = {key} FOR NO KEY UPDATE"
            ));
        }
        let clock = message.clock(self.of_test(now));
        (message, clock)
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
        let (mut message, clock) = self.locked(key, now);
        let state = read::accounts(&mut message, s, key);
        let request = charge.ask.request;
        let request = request.map(|request| request.hash(&meta.salt, key));
        let known = request.map(|request| read::request(&mut message, s, request));
        let own = read::operation(&mut message, s, charge.operation);
        let answer = self.send(session, message)?;
        let at = Instant(number(read::row(&answer, clock)?, 0)?);
        let mut accounts = state.of(&answer, key)?;
        let own = read::last_entry(&answer, own)?;
        let local = Key::local().hash(&meta.salt);
        let receipt = |accounts: &Accounts, repeated, beyond, swept| {
            let usage = accounts.usage(Some(local), at);
            let clock_off = read::clock_off(now, at).filter(|_| !self.callers_clock);
            charged(usage, clock_off, repeated, beyond, swept)
        };
        if let Some((_, own)) = own {
            self.roll_back(session);
            return match own.kind {
                EntryKind::Void | EntryKind::Refund => Err(Fault::Settled.into()),
                // The answer to an earlier COMMIT was lost: paid is paid.
                kind => {
                    let repeated = kind == EntryKind::Repeat;
                    Ok(receipt(&accounts, repeated, None, Swept::new()))
                }
            };
        }
        let repeated = known.is_some_and(|known| read::is_charged(&answer, known));
        let decided = match accounts.decide(charge.ask.cost, repeated, at) {
            Decision::Admit { repeated, beyond } => Ok((repeated, beyond)),
            Decision::Exhausted(refusal) => Err(Outcome::Exhausted(refusal)),
            Decision::Blocked(scope) => Err(Outcome::Blocked(scope)),
        };
        let (repeated, beyond) = match decided {
            Ok(admitted) => admitted,
            Err(outcome) => {
                self.roll_back(session);
                return Ok(outcome);
            }
        };
        let entry = Entry {
            request: request.filter(|_| !repeated),
            ..entry(charge, key, repeated, at)
        };
        accounts.add(entry.cost);
        let swept = self.book(session, meta, &entry, charge.ticket)?;
        Ok(receipt(&accounts, repeated, beyond, swept))
    }

    /// The second round trip: counters, ledger row and ticket, a clean-up where one is due, COMMIT.
    fn book(
        &self,
        session: &Session,
        meta: &Meta,
        entry: &Entry,
        ticket: Option<&Ticket>,
    ) -> Result<Swept, Stop> {
        let (s, at) = (self.schema(), entry.at);
        let mut message = Message::default();
        message.add(&count(s, entry));
        message.append(s, entry, "");
        if let Some(ticket) = ticket {
            message.add(&put(s, ticket));
        }
        let due = meta.swept_at.abs_diff(at.0) > SWEEP_EVERY;
        let sweep = due.then(|| message.add(&sweep(s, "LIMIT 50")));
        if due {
            message.add(&format!("UPDATE {s}.meta SET swept_at = {}", at.0));
        }
        let answer = self.commit(session, message)?;
        let swept = sweep.map(|sweep| read::swept(&answer, sweep)).transpose()?;
        if due {
            // The time of the last clean-up is read again with the next connection.
            self.session.take();
        }
        Ok(swept.unwrap_or_default())
    }

    /// Ends a transaction that wrote nothing; what goes wrong ends it too.
    pub(super) fn roll_back(&self, session: &Session) {
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
        let (mut message, clock) = self.locked(key, now);
        let accounts = message.accounts(s, &[key]);
        let answer = self.send(session, message)?;
        let at = Instant(number(read::row(&answer, clock)?, 0)?);
        let rows = answer.get(accounts).map(sql::accounts_of).transpose()?;
        let mut account = rows
            .and_then(|mut rows| rows.pop())
            .unwrap_or_else(|| Account::new(key));
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
        self.commit(session, message).map(drop).map_err(surely)
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
        let Some((id, charge)) = read::last_entry(&answer, own)?.filter(|(_, e)| e.is_charge())
        else {
            return Ok(false);
        };
        let (message, clock) = self.locked(charge.key, now);
        let answer = self.send(session, message)?;
        let at = Instant(number(read::row(&answer, clock)?, 0)?);
        let mut message = Message::default();
        let Entry { cost, .. } = charge;
        message.add(&format!(
            "UPDATE {s}.counters SET used = GREATEST(used - {cost}, 0) WHERE reset_by < {id} AND {}",
            periods_of(&charge)
        ));
        let refund = Entry {
            kind: EntryKind::Refund,
            at,
            ..charge
        };
        message.append(s, &refund, " ON CONFLICT DO NOTHING");
        self.commit(session, message).map_err(surely)?;
        Ok(true)
    }

    /// Asks for the entries of an operation after giving it up, so that "not charged" stays true: a
    /// COMMIT that comes late meets the entry of kind `void` and fails.
    pub(super) fn try_settle(
        &self,
        session: &Session,
        operation: OperationId,
        now: Instant,
    ) -> Result<bool, Stop> {
        let (s, mut message) = (self.schema(), Message::default());
        message.begin(self.options.busy.as_millis());
        message.clock(self.of_test(now));
        let at = Instant(0);
        let void = Entry::new(EntryKind::Void, operation, KeyHash::GLOBAL, 0, at);
        let void = sql::insert(s, &void);
        // Its time is the server's; it counts for no period.
        let void = void.replacen(", 0, 0, 0, 0, ", &format!(", 0, {NOW}, 0, 0, "), 1);
        message.add(&format!("{void} ON CONFLICT DO NOTHING"));
        let own = read::operation(&mut message, s, operation);
        let answer = self.commit(session, message).map_err(surely)?;
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

pub(super) fn put(s: &str, ticket: &Ticket) -> String {
    format!(
        "INSERT INTO {s}.tickets (kind, id, created_at, expires_at) VALUES ('{}', {}, {}, {}) \
         ON CONFLICT (kind, id) DO UPDATE SET created_at = excluded.created_at, expires_at = excluded.expires_at",
        ticket.kind.key(),
        sql::text(&ticket.id),
        ticket.created_at.0,
        ticket.expires_at.0,
    )
}

/// The statement that deletes expired tickets and says which.
pub(super) fn sweep(s: &str, limit: &str) -> String {
    format!(
        "DELETE FROM {s}.tickets WHERE (kind, id) IN \
         (SELECT kind, id FROM {s}.tickets WHERE expires_at <= {NOW} ORDER BY expires_at, id {limit}) \
         RETURNING kind, id, created_at, expires_at"
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

/// The answer to a charge that was admitted.
fn charged(
    usage: Usage,
    clock_off: Option<i64>,
    repeated: bool,
    beyond: Option<Refusal>,
    swept: Swept,
) -> Outcome {
    Outcome::Charged(Box::new(Receipt {
        usage,
        repeated,
        beyond,
        clock_back: None,
        clock_off,
        swept,
        folded: 0,
    }))
}
