//! Ask, charge, refund: the three things that decide about conversions.
//!
//! Asking is one read transaction. Charging is one write transaction that asks again and, in that
//! order, enters what the lifeboat let through, counts, writes the ledger and clears a few expired
//! tickets. What is refused writes nothing.

use super::super::error::{Fault, StateError};
use super::super::key::{Key, KeyHash, OperationId};
use super::super::lifeboat::Slot;
use super::super::store::{Admission, Ask, Charge, EntryKind, Outcome, Receipt, Usage};
use super::super::{CLOCK_SLACK, Period, Refusal, Rule, Verdict, admit};
use super::accounts::Account;
use super::ledger::{self, Entry};
use super::{Db, Done, SqliteStore, settings, tickets};
use crate::model::time::Instant;

/// The three accounts that a request touches.
struct Parties {
    key: Account,
    default: Account,
    global: Account,
}

/// What the accounts say to a request.
enum Answer {
    Admit {
        repeated: bool,
        shadow: Option<Refusal>,
    },
    Exhausted(Refusal),
    Blocked,
}

impl SqliteStore {
    /// See [`Store::precheck`](super::Store::precheck).
    pub(super) fn precheck_in(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        let unused = || match admit(
            &settings::unused_standing(),
            &settings::no_standing(),
            ask.cost,
            now,
        ) {
            Verdict::Admit(shadow) => Admission::Granted {
                usage: settings::unused(ask.key, now),
                repeated: false,
                shadow,
            },
            Verdict::Refuse(refusal) => Admission::Exhausted(refusal),
        };
        self.read(unused, |db| {
            if db.connection.is_readonly("main")? {
                return Err(Fault::ReadOnly(
                    "it is read-only, and a conversion is charged in it".into(),
                ));
            }
            let parties = Parties::load(db, ask, now)?;
            Ok(match parties.answer(db, ask, now)? {
                Answer::Admit { repeated, shadow } => Admission::Granted {
                    usage: parties.usage(db, now)?,
                    repeated,
                    shadow,
                },
                Answer::Exhausted(refusal) => Admission::Exhausted(refusal),
                Answer::Blocked => Admission::Blocked,
            })
        })
    }

    /// See [`Store::charge`](super::Store::charge).
    pub(super) fn charge_in(&self, charge: &Charge, now: Instant) -> Result<Outcome, StateError> {
        let lifeboat = self.lifeboat();
        let waiting = lifeboat.waiting().map_err(|fault| self.tell(fault))?;
        let slots = waiting.as_deref().unwrap_or_default();
        let (outcome, folded) = self.write(now, |db| {
            let mut parties = Parties::load(db, &charge.ask, now)?;
            let folded = parties.fold(db, charge.ask.key, slots, now)?;
            let outcome = parties.charge(db, charge, now)?;
            let keep = !folded.is_empty() || matches!(outcome, Outcome::Charged(_));
            Ok(Done {
                value: (outcome, folded),
                keep,
            })
        })?;
        if waiting.is_some() {
            lifeboat.tidy(&folded, now);
        }
        Ok(match outcome {
            Outcome::Charged(receipt) => Outcome::Charged(Box::new(Receipt {
                folded: number(folded.len()),
                ..*receipt
            })),
            refused => refused,
        })
    }

    /// Enters into the ledger what the lifeboat let through for `key`. Returns how many conversions,
    /// and how many wait for other keys.
    ///
    /// # Errors
    /// The state is unavailable or cannot be trusted; nothing was entered.
    pub fn fold_lifeboat(&self, key: &Key, now: Instant) -> Result<(u64, u64), StateError> {
        let lifeboat = self.lifeboat();
        let Some(slots) = lifeboat.waiting().map_err(|fault| self.tell(fault))? else {
            return Ok((0, 0));
        };
        let ours = slots.iter().filter(|slot| slot.is_of(key)).count();
        let mut folded = Vec::new();
        if ours > 0 {
            let ask = Ask {
                key,
                cost: 0,
                request: None,
            };
            folded = self.write(now, |db| {
                Parties::load(db, &ask, now)?
                    .fold(db, key, &slots, now)
                    .map(Done::keep)
            })?;
        }
        lifeboat.tidy(&folded, now);
        Ok((number(ours), number(slots.len() - ours)))
    }

    /// See [`Store::refund`](super::Store::refund).
    pub(super) fn refund_in(
        &self,
        operation: OperationId,
        now: Instant,
    ) -> Result<bool, StateError> {
        let in_lifeboat = self
            .lifeboat()
            .give_back(operation)
            .map_err(|fault| self.tell(fault))?;
        if in_lifeboat {
            return Ok(true);
        }
        // Where nothing was charged, nothing is made either.
        if !self.read(|| false, |db| ledger::knows_operation(db, operation))? {
            return Ok(false);
        }
        self.write(now, |db| {
            let Some(entry) = ledger::standing_charge(db, operation)? else {
                return Ok(Done::nothing(false));
            };
            for key in [entry.key, KeyHash::GLOBAL] {
                let mut account = Account::load_fixed(db, key)?;
                for (period, start) in [
                    (Period::Day, entry.day_start),
                    (Period::Month, entry.month_start),
                    (Period::Total, Instant(0)),
                ] {
                    account.change(db, period, start, |used| used.saturating_sub(entry.cost))?;
                }
                account.save(db)?;
            }
            ledger::append(
                db,
                &Entry {
                    kind: EntryKind::Refund,
                    at: now,
                    ..entry
                },
            )?;
            Ok(Done::keep(true))
        })
    }

    /// See [`Store::charged`](super::Store::charged).
    pub(super) fn charged_in(&self, operation: OperationId) -> Result<bool, StateError> {
        // A folded slot is in the ledger, where it may have been refunded since.
        if self
            .lifeboat()
            .holds(operation)
            .map_err(|fault| self.tell(fault))?
        {
            return Ok(true);
        }
        self.read(
            || false,
            |db| Ok(ledger::standing_charge(db, operation)?.is_some()),
        )
    }
}

impl Parties {
    fn load(db: &Db, ask: &Ask, now: Instant) -> Result<Self, Fault> {
        Ok(Self {
            key: Account::of_key(db, ask.key, now)?,
            default: Account::load_fixed(db, KeyHash::DEFAULT)?,
            global: Account::load_fixed(db, KeyHash::GLOBAL)?,
        })
    }

    fn usage(&self, db: &Db, now: Instant) -> Result<Usage, Fault> {
        settings::usage_of(db, &self.key, &self.default, &self.global, now)
    }

    fn answer(&self, db: &Db, ask: &Ask, now: Instant) -> Result<Answer, Fault> {
        if self.key.blocked || self.global.blocked {
            return Ok(Answer::Blocked);
        }
        if let Some(request) = ask.request
            && ledger::knows_request(db, self.key.key, request.hash(&db.salt))?
        {
            return Ok(Answer::Admit {
                repeated: true,
                shadow: None,
            });
        }
        let rule = Rule::of_key(self.key.limits, self.key.mode, self.default.rule());
        let (key, global) = (
            self.key.standing(db, rule, now)?,
            self.global.standing(db, self.global.rule(), now)?,
        );
        Ok(match admit(&key, &global, ask.cost, now) {
            Verdict::Admit(shadow) => Answer::Admit {
                repeated: false,
                shadow,
            },
            Verdict::Refuse(refusal) => Answer::Exhausted(refusal),
        })
    }

    fn charge(&mut self, db: &Db, charge: &Charge, now: Instant) -> Result<Outcome, Fault> {
        let (repeated, shadow) = match self.answer(db, &charge.ask, now)? {
            Answer::Admit { repeated, shadow } => (repeated, shadow),
            Answer::Exhausted(refusal) => return Ok(Outcome::Exhausted(refusal)),
            Answer::Blocked => return Ok(Outcome::Blocked),
        };
        // A repeated request is entered too, at no cost, so that its output is finished after a crash.
        let (kind, cost) = if repeated {
            (EntryKind::Repeat, 0)
        } else {
            (EntryKind::Charge, charge.ask.cost)
        };
        let entry = Entry {
            digest: Some(charge.digest),
            request: charge
                .ask
                .request
                .filter(|_| !repeated)
                .map(|request| request.hash(&db.salt)),
            ..Entry::new(kind, charge.operation, self.key.key, cost, now)
        };
        // Counters first: where one is missing, the ledger is asked whether it was ever there.
        self.count(db, cost, now)?;
        let clock_back = ledger::append(db, &entry)?
            .map(|last| last.0 - now.0)
            .filter(|back| *back > CLOCK_SLACK);
        if let Some(ticket) = charge.ticket {
            tickets::put(db, ticket)?;
        }
        let swept = tickets::sweep_when_due(db, now)?;
        let usage = self.usage(db, now)?;
        Ok(Outcome::Charged(Box::new(Receipt {
            usage,
            repeated,
            shadow,
            clock_back,
            swept,
            folded: 0,
        })))
    }

    /// Adds units to the key and to all keys, in the periods of `at`.
    fn count(&mut self, db: &Db, cost: u64, at: Instant) -> Result<(), Fault> {
        for account in [&mut self.key, &mut self.global] {
            account.add(db, cost, at)?;
            account.save(db)?;
        }
        Ok(())
    }

    /// Enters the slots of `key`; those that a crash kept from being marked are found in the ledger.
    fn fold(
        &mut self,
        db: &Db,
        key: &Key,
        slots: &[Slot],
        now: Instant,
    ) -> Result<Vec<Slot>, Fault> {
        let mut folded = Vec::new();
        for slot in slots.iter().filter(|slot| slot.is_of(key)) {
            if !ledger::knows_operation(db, slot.operation)? {
                let entry = Entry {
                    at: now,
                    digest: Some(slot.digest),
                    ..Entry::new(
                        EntryKind::Lifeboat,
                        slot.operation,
                        self.key.key,
                        slot.cost,
                        slot.at,
                    )
                };
                self.count(db, slot.cost, slot.at)?;
                ledger::append(db, &entry)?;
            }
            folded.push(slot.clone());
        }
        Ok(folded)
    }
}

fn number(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
