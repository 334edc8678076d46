//! Transactions: one message there and all its answers back, again with another connection where one
//! is lost.

use std::rc::Rc;
use std::time::Duration;

use super::wire::{Rows, Stop, Wire};
use super::{PgStore, sql};
use crate::budget::error::{Fault, StateError};
use crate::budget::key::{KeyHash, OperationId};
use crate::model::time::Instant;

/// Longest wait for an answer beyond that for other clients.
const SILENCE: Duration = Duration::from_secs(10);

/// Longest pause between two tries to connect, in milliseconds.
const LONGEST_PAUSE: u64 = 200;

/// Held while the tables are made; the number is our own.
const MAKING: &str = "SELECT pg_advisory_xact_lock(6088613754936234361)";

/// An open connection and the row of `meta`; `None` where there are no tables yet.
pub(super) struct Session {
    wire: Wire,
    pub(super) meta: Option<Meta>,
}

pub(super) struct Meta {
    pub(super) salt: [u8; 32],
    pub(super) swept_at: i64,
}

impl PgStore {
    /// Runs `work`, again with another connection when one is lost, for as long as the user is willing
    /// to wait. Once a COMMIT may have arrived only `work` itself can say whether it did: if it cannot
    /// be asked any more, nobody knows.
    pub(super) fn patiently<T>(
        &self,
        mut work: impl FnMut(&Session) -> Result<T, Stop>,
    ) -> Result<T, StateError> {
        let (mut left, mut unsure) = (self.options.busy, false);
        let fault = loop {
            let stop = match self.session().and_then(|session| work(&session)) {
                Ok(done) => return Ok(done),
                Err(stop) => stop,
            };
            self.session.take();
            let why = match stop {
                Stop::Lost {
                    why,
                    waited,
                    committing,
                } => {
                    unsure |= committing;
                    left = left.saturating_sub(waited);
                    why
                }
                // Somebody else was faster, or two met: asked again, it is seen.
                Stop::Refused(code, why) if ["23505", "40001", "40P01"].contains(&&*code) => why,
                Stop::Refused(code, _) if code == "55P03" => {
                    let waited = self.options.busy.as_millis();
                    break Fault::Unreachable(format!("waited {waited} ms for other clients"));
                }
                Stop::Refused(_, why) => break Fault::Denied(why),
                Stop::Fault(fault) => break fault,
            };
            match (self.options.is_stopped(), left.is_zero()) {
                (true, _) if !unsure => break Fault::Interrupted,
                (true, _) | (_, true) => break Fault::Unreachable(why),
                _ => left = left.saturating_sub(pause(left)),
            }
        };
        let fault = match fault {
            Fault::Unreachable(why) if unsure => Fault::Unknown(why),
            Fault::Unknown(_) => fault,
            fault if unsure => Fault::Unknown(fault.to_string()),
            fault => fault,
        };
        let place = self.address.place.clone();
        Err(StateError { place, fault })
    }

    /// Returns the connection, open or opened now.
    fn session(&self) -> Result<Rc<Session>, Stop> {
        if let Some(session) = &*self.session.borrow() {
            return Ok(Rc::clone(session));
        }
        let wire = Wire::connect(&self.address)?;
        let meta = self.meta(&wire)?;
        let session = Rc::new(Session { wire, meta });
        *self.session.borrow_mut() = Some(Rc::clone(&session));
        Ok(session)
    }

    /// Reads the row of `meta`; `None` where there is none yet.
    fn meta(&self, wire: &Wire) -> Result<Option<Meta>, Stop> {
        let schema = self.schema();
        let query = format!("SELECT version, salt, swept_at FROM {schema}.meta");
        let answer = match wire.send(query, SILENCE, false) {
            // No such schema, no such table.
            Err(Stop::Refused(code, _)) if code == "3F000" || code == "42P01" => return Ok(None),
            other => other?,
        };
        let Some(row) = answer.first().and_then(|rows| rows.first()) else {
            return Ok(None);
        };
        let row = sql::row(row, "nbn")?;
        let (found, known) = (row.get::<i64>(0)?, sql::VERSION);
        if found > known.into() {
            let found = u32::try_from(found).unwrap_or(u32::MAX);
            return Err(Fault::Newer { found, known }.into());
        }
        Ok(Some(Meta {
            salt: row.get(1)?,
            swept_at: row.get(2)?,
        }))
    }

    /// Begins a transaction that cannot outlive its client for long, nor wait for ever.
    pub(super) fn begin(&self) -> Vec<String> {
        let busy = self.options.busy.as_millis().max(1);
        vec![
            "BEGIN".to_owned(),
            format!("SET LOCAL lock_timeout = {busy}"),
            "SET LOCAL idle_in_transaction_session_timeout = 10000".to_owned(),
            // Whatever the database or the user has been set to: what is acknowledged is durable.
            "SET LOCAL synchronous_commit = on".to_owned(),
        ]
    }

    /// Sends statements in one message and returns the rows of each.
    fn send(
        &self,
        session: &Session,
        statements: &[String],
        committing: bool,
    ) -> Result<Vec<Rows>, Stop> {
        let deadline = self.options.busy + SILENCE;
        let message = statements.join(";\n");
        session.wire.send(message, deadline, committing)
    }

    /// Ends a transaction that can be done twice: a lost answer leaves nothing open.
    pub(super) fn commit(
        &self,
        session: &Session,
        mut statements: Vec<String>,
    ) -> Result<Vec<Rows>, Stop> {
        statements.push("COMMIT".to_owned());
        self.send(session, &statements, false)
    }

    /// Ends a transaction that charges.
    pub(super) fn commit_charge(
        &self,
        session: &Session,
        mut statements: Vec<String>,
    ) -> Result<Vec<Rows>, Stop> {
        statements.push("COMMIT".to_owned());
        self.send(session, &statements, true)
    }

    /// Ends a transaction that wrote nothing; what goes wrong ends it too.
    pub(super) fn roll_back(&self, session: &Session) {
        let _ended = session.wire.send("ROLLBACK".to_owned(), SILENCE, false);
    }

    /// Begins a transaction, notes the second that it counts for, asks and does what follows. Returns
    /// that second and the rows of each question.
    pub(super) fn ask<const N: usize>(
        &self,
        session: &Session,
        begin: Vec<String>,
        now: Instant,
        questions: [String; N],
        then: Option<&str>,
    ) -> Result<(Instant, [Rows; N]), Stop> {
        let begun = begin.len();
        let mut message = begin;
        message.push(sql::clock(self.callers_clock.then_some(now)));
        message.extend(questions);
        message.extend(then.map(str::to_owned));
        let mut answer = self.send(session, &message, false)?.into_iter().skip(begun);
        let clock = answer.next().unwrap_or_default();
        let rows: Vec<Rows> = answer.take(N).collect();
        let incomplete = |_| Fault::Damaged("an answer is incomplete".into());
        let second = sql::one(&clock, "n")?.get(0)?;
        Ok((Instant(second), rows.try_into().map_err(incomplete)?))
    }

    /// Asks in a transaction that only reads, all of one moment although others charge meanwhile;
    /// where there are no tables yet, every answer is empty. Both halves are handed the salt.
    pub(super) fn read<const N: usize, T>(
        &self,
        now: Instant,
        questions: impl Fn(&[u8]) -> [String; N],
        tell: impl Fn(&[u8], [Rows; N], Instant) -> Result<T, Fault>,
    ) -> Result<T, StateError> {
        self.patiently(|session| {
            let Some(Meta { salt, .. }) = &session.meta else {
                return Ok(tell(&[], std::array::from_fn(|_| Rows::new()), now)?);
            };
            let begin = vec!["BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY".to_owned()];
            let (at, rows) = self.ask(session, begin, now, questions(salt), Some("COMMIT"))?;
            Ok(tell(salt, rows, at)?)
        })
    }

    /// Begins a transaction, locks the rows of a key and of all keys, in this order everywhere, and
    /// asks in statements of their own, which see what the locks waited for.
    pub(super) fn open<const N: usize>(
        &self,
        session: &Session,
        key: KeyHash,
        now: Instant,
        questions: [String; N],
    ) -> Result<(Instant, [Rows; N]), Stop> {
        let (s, mut begin) = (self.schema(), self.begin());
        if key.is_key() {
            let key = sql::bytes(&key.0);
            begin.push(format!(
                "INSERT INTO {s}.accounts (key) VALUES ({key}) ON CONFLICT DO NOTHING"
            ));
        }
        let mut keys = vec![key, KeyHash::GLOBAL];
        keys.dedup();
        for KeyHash(key) in keys {
            let key = sql::bytes(&key);
            begin.push(format!(
                "SELECT 1 FROM {s}.accounts WHERE key = {key} FOR NO KEY UPDATE"
            ));
        }
        self.ask(session, begin, now, questions, None)
    }

    /// Runs `work` with the row of `meta`, making the tables first where there are none.
    pub(super) fn write<T>(
        &self,
        now: Instant,
        mut work: impl FnMut(&Session, &Meta) -> Result<T, Stop>,
    ) -> Result<T, StateError> {
        self.patiently(|session| {
            if let Some(meta) = &session.meta {
                return work(session, meta);
            }
            let mut tables = sql::tables(self.schema());
            if self.callers_clock {
                tables = tables.replace(sql::SECOND, &now.0.to_string());
            }
            let mut making = self.begin();
            making.push(MAKING.to_owned());
            making.push(tables.trim_end_matches(';').to_owned());
            self.commit(session, making)?;
            self.session.take();
            let session = self.session()?;
            match &session.meta {
                Some(meta) => work(&session, meta),
                None => Err(Fault::Damaged("its tables were made and are not there".into()).into()),
            }
        })
    }
}

/// Pauses for a moment, another in every process. Returns how long.
fn pause(left: Duration) -> Duration {
    let OperationId(random) = OperationId::fresh();
    let random = random
        .first_chunk()
        .map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let pause = Duration::from_millis(20 + random % LONGEST_PAUSE).min(left);
    std::thread::sleep(pause);
    pause
}
