//! The store in PostgreSQL: one exact budget for many machines.
//!
//! A charge is two round trips: the first locks the rows of the key and of all keys and reads what is
//! used, the second counts and commits; the rules in between are those of every store. The server's
//! clock decides. What a lost answer means is told at [`PgStore::charge`]. The tables are told in
//! `sql`, the connection in `wire`.

mod address;
mod read;
mod sql;
mod tls;
mod wire;
mod write;

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use super::error::{Fault, StateError};
use super::key::{Key, OperationId};
use super::ledger::{LedgerRow, Verification};
use super::options::Options;
use super::status::Status;
use super::store::{
    Admission, Ask, Change, Charge, Outcome, Store, Swept, Target, Ticket, TicketKind,
};
use super::usage::{Usage, UsageAll};
use crate::model::time::Instant;
use address::Address;
use sql::{Message, cell, number};
use wire::{Broken, Rows, Wire};

pub use address::Environment;

/// Longest wait for an answer beyond that for other clients.
const SILENCE: Duration = Duration::from_secs(10);

/// Longest pause between two tries to connect, in milliseconds.
const LONGEST_PAUSE: u64 = 200;

/// Held while the tables are made; the number is our own.
const MAKING: &str = "SELECT pg_advisory_xact_lock(6088613754936234361)";

/// The store in PostgreSQL.
pub struct PgStore {
    address: Address,
    options: Options,
    session: RefCell<Option<Rc<Session>>>,
    /// Whether the caller's clock decides, as only tests may have it.
    callers_clock: bool,
}

/// An open connection and the row of `meta`; `None` where there are no tables yet.
struct Session {
    wire: Wire,
    meta: Option<Meta>,
}

#[derive(Clone)]
struct Meta {
    salt: Vec<u8>,
    swept_at: i64,
}

/// Why a piece of work did not come to its end.
enum Stop {
    /// For good.
    Fault(Fault),
    /// Another connection may do.
    Lost {
        why: String,
        /// How long was waited for an answer.
        waited: Duration,
        /// Whether a COMMIT may have arrived.
        committing: bool,
    },
    /// A COMMIT that is no promise.
    Unsure(String),
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl std::fmt::Debug for PgStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PgStore({})", self.address.place)
    }
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

    fn of_test(&self, now: Instant) -> Option<Instant> {
        self.callers_clock.then_some(now)
    }

    /// Runs `work`, again with another connection when one is lost, for as long as the user is willing
    /// to wait. Once a COMMIT may have arrived only `work` itself can say whether it did: if it cannot
    /// be asked any more, nobody knows.
    fn patiently<T>(
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
            match stop {
                Stop::Unsure(why) => break Fault::Unknown(why),
                Stop::Fault(fault) if unsure => break Fault::Unknown(fault.to_string()),
                Stop::Fault(fault) => break fault,
                Stop::Lost {
                    why,
                    waited,
                    committing,
                } => {
                    unsure |= committing;
                    left = left.saturating_sub(waited);
                    if self.options.is_stopped() && !unsure {
                        break Fault::Interrupted;
                    }
                    if left.is_zero() || self.options.is_stopped() {
                        break if unsure {
                            Fault::Unknown(why)
                        } else {
                            Fault::Unreachable(why)
                        };
                    }
                    left = left.saturating_sub(pause(left));
                }
            }
        };
        Err(self.tell(fault))
    }

    fn tell(&self, fault: Fault) -> StateError {
        StateError {
            place: self.address.place.clone(),
            fault,
        }
    }

    /// Returns the connection, open or opened now.
    fn session(&self) -> Result<Rc<Session>, Stop> {
        if let Some(session) = &*self.session.borrow() {
            return Ok(Rc::clone(session));
        }
        let wire = Wire::connect(&self.address).map_err(|broken| stop(broken, SILENCE, false))?;
        let session = Rc::new(Session {
            meta: self.meta(&wire)?,
            wire,
        });
        *self.session.borrow_mut() = Some(Rc::clone(&session));
        Ok(session)
    }

    /// Reads the row of `meta`; `None` where there is none yet.
    fn meta(&self, wire: &Wire) -> Result<Option<Meta>, Stop> {
        let schema = self.schema();
        let query = format!("SELECT version, salt, swept_at FROM {schema}.meta");
        let answer = match wire.send(query, SILENCE) {
            // No such schema, no such table.
            Err(Broken::Refused(code, _)) if code == "3F000" || code == "42P01" => return Ok(None),
            other => other.map_err(|broken| stop(broken, SILENCE, false))?,
        };
        let Some(row) = answer.first().and_then(|rows| rows.first()) else {
            return Ok(None);
        };
        let found = u32::try_from(number(row, 0)?).unwrap_or(u32::MAX);
        if found > sql::VERSION {
            let known = sql::VERSION;
            return Err(Fault::Newer { found, known }.into());
        }
        Ok(Some(Meta {
            salt: sql::fixed::<32>(cell(row, 1)?)?.to_vec(),
            swept_at: number(row, 2)?,
        }))
    }

    /// Begins a transaction.
    fn begin(&self) -> Message {
        let mut message = Message::default();
        message.begin(self.options.busy.as_millis());
        message
    }

    /// Sends a message that ends nothing.
    fn send(&self, session: &Session, message: Message) -> Result<Vec<Rows>, Stop> {
        self.exchange(session, message, false)
    }

    /// Commits what can be done twice: a lost answer leaves nothing open.
    fn commit(&self, session: &Session, mut message: Message) -> Result<Vec<Rows>, Stop> {
        message.add("COMMIT");
        self.exchange(session, message, false)
    }

    /// Commits a charge.
    fn decide(&self, session: &Session, mut message: Message) -> Result<Vec<Rows>, Stop> {
        message.add("COMMIT");
        self.exchange(session, message, true)
    }

    fn exchange(
        &self,
        session: &Session,
        message: Message,
        deciding: bool,
    ) -> Result<Vec<Rows>, Stop> {
        let deadline = self.options.busy + SILENCE;
        let answer = session.wire.send(message.text, deadline);
        answer.map_err(|broken| stop(broken, deadline, deciding))
    }

    /// Runs `work` with the row of `meta`, making the tables first where there are none.
    fn write<T>(
        &self,
        now: Instant,
        mut work: impl FnMut(&Session, &Meta) -> Result<T, Stop>,
    ) -> Result<T, StateError> {
        self.patiently(|session| {
            if let Some(meta) = &session.meta {
                return work(session, meta);
            }
            let mut message = self.begin();
            message.add(MAKING);
            let mut tables = sql::tables(self.schema());
            if let Some(now) = self.of_test(now) {
                tables = tables.replace(sql::SECOND, &now.0.to_string());
            }
            message.add(tables.trim_end_matches(';'));
            self.commit(session, message)?;
            self.session.take();
            let session = self.session()?;
            match &session.meta {
                Some(meta) => work(&session, meta),
                None => Err(Fault::Damaged("its tables were made and are not there".into()).into()),
            }
        })
    }
}

fn stop(broken: Broken, deadline: Duration, committing: bool) -> Stop {
    match broken {
        Broken::Lost(why, waited) => Stop::Lost {
            why,
            waited,
            committing,
        },
        Broken::Warned(why) if committing => Stop::Unsure(why),
        Broken::Warned(why) => Fault::Denied(why).into(),
        // Somebody else was faster, or two met: asked again, it is seen.
        Broken::Refused(code, why) if ["23505", "40001", "40P01"].contains(&&*code) => Stop::Lost {
            why,
            waited: Duration::ZERO,
            committing: false,
        },
        Broken::Refused(code, _) if code == "55P03" => {
            let waited = deadline.saturating_sub(SILENCE).as_millis();
            Fault::Unreachable(format!("waited {waited} ms for other clients")).into()
        }
        Broken::Refused(_, why) => Fault::Denied(why).into(),
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

impl Store for PgStore {
    fn precheck(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        self.precheck_now(ask, now)
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
        self.patiently(|session| match session.meta {
            Some(_) => self.try_refund(session, operation, now),
            None => Ok(false),
        })
    }

    fn charged(&self, operation: OperationId) -> Result<bool, StateError> {
        self.patiently(|session| match session.meta {
            Some(_) => self.try_settle(session, operation),
            None => Ok(false),
        })
    }

    fn secret(&self, now: Instant) -> Result<[u8; 32], StateError> {
        self.write(now, |_, meta| Ok(super::key::secret(&meta.salt)))
    }

    fn usage(&self, key: &Key, now: Instant) -> Result<Usage, StateError> {
        self.usage_now(key, now)
    }

    fn usage_all(&self, now: Instant) -> Result<UsageAll, StateError> {
        self.usage_of_all(now)
    }

    fn ledger(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError> {
        self.list(key)
    }

    fn verify(&self) -> Result<Verification, StateError> {
        self.recount()
    }

    fn change(&self, target: &Target, changes: &[Change], now: Instant) -> Result<(), StateError> {
        self.write(now, |session, meta| {
            self.try_change(session, meta, target, changes, now)
        })
    }

    fn put(&self, ticket: &Ticket, now: Instant) -> Result<(), StateError> {
        self.write(now, |session, _| {
            let mut message = self.begin();
            message.put(self.schema(), ticket);
            self.commit(session, message).map(drop)
        })
    }

    fn get(&self, kind: TicketKind, id: &str, now: Instant) -> Result<Option<Ticket>, StateError> {
        self.ticket(kind, id, now)
    }

    fn sweep(&self, now: Instant) -> Result<Swept, StateError> {
        self.patiently(|session| {
            if session.meta.is_none() {
                return Ok(Swept::new());
            }
            let mut message = self.begin();
            message.clock(self.of_test(now));
            let swept = message.sweep(self.schema(), None, sql::NOW);
            let answer = self.commit(session, message)?;
            Ok(read::swept(&answer, swept)?)
        })
    }

    fn place(&self) -> String {
        self.address.place.clone()
    }

    fn status(&self, deep: bool, now: Instant) -> Status {
        self.look(deep, now)
    }

    fn tables(&self) -> Option<String> {
        Some(sql::tables(self.schema()))
    }
}
