//! What only reads: ask, usage, ledger, tickets, status. One message each.

use std::collections::BTreeMap;

use super::sql::{self, ENTRY, Message, NOW, bytes};
use super::wire::Rows;
use super::{PgStore, Session, Stop};
use crate::budget::account::{self, Account, Accounts, Decision};
use crate::budget::error::{Fault, StateError};
use crate::budget::key::{Key, KeyHash, OperationId};
use crate::budget::ledger::{
    Counter, CounterId, Entry, EntryKind, LedgerRow, Recount, Verification,
};
use crate::budget::status::{Contents, Status};
use crate::budget::store::{Admission, Ask, Swept, Ticket, TicketKind};
use crate::budget::usage::{Usage, UsageAll};
use crate::budget::{ByPeriod, CLOCK_SLACK, Period};
use crate::model::time::Instant;

/// Where the accounts of a request stand in an answer.
pub(super) struct State {
    accounts: usize,
    counters: usize,
}

/// Reads the three accounts of a request and what is used.
pub(super) fn accounts(message: &mut Message, s: &str, key: KeyHash) -> State {
    State {
        accounts: message.accounts(s, &[key, KeyHash::GLOBAL, KeyHash::DEFAULT]),
        counters: message.counters_now(s, &[key, KeyHash::GLOBAL]),
    }
}

impl State {
    pub(super) fn of(&self, answer: &[Rows], key: KeyHash) -> Result<Accounts, Fault> {
        let mut accounts = Accounts::unused(key);
        for account in sql::accounts_of(rows(answer, self.accounts)?)? {
            match account.key {
                KeyHash::GLOBAL => accounts.global = account,
                KeyHash::DEFAULT => accounts.default = account,
                _ => accounts.key = account,
            }
        }
        for ((of, period, _), Counter { used, .. }) in
            sql::counters_of(rows(answer, self.counters)?)?
        {
            let all = if of == key {
                &mut accounts.used
            } else {
                &mut accounts.global_used
            };
            *all.of_mut(period) = used;
        }
        Ok(accounts)
    }
}

/// Reads the entries of a request.
pub(super) fn request(message: &mut Message, s: &str, request: [u8; 16]) -> usize {
    let request = bytes(&request);
    message.add(&format!(
        "SELECT kind FROM {s}.ledger WHERE request = {request}"
    ))
}

/// Tells whether a request was charged and not refunded.
pub(super) fn is_charged(answer: &[Rows], at: usize) -> bool {
    let kinds = answer
        .get(at)
        .into_iter()
        .flatten()
        .filter_map(|row| row.first().cloned().flatten());
    let balance = kinds.map(|kind| match EntryKind::from_key(&kind) {
        Some(EntryKind::Charge) => 1,
        Some(EntryKind::Refund) => -1,
        _ => 0,
    });
    balance.sum::<i64>() > 0
}

/// Reads the entries of an operation.
pub(super) fn operation(message: &mut Message, s: &str, operation: OperationId) -> usize {
    let operation = bytes(&operation.0);
    message.add(&format!(
        "SELECT {ENTRY} FROM {s}.ledger WHERE operation = {operation} ORDER BY id"
    ))
}

pub(super) fn last_entry(answer: &[Rows], at: usize) -> Result<Option<(i64, Entry)>, Fault> {
    Ok(sql::entries_of(rows(answer, at)?)?.pop())
}

/// Reads what a clean-up has deleted.
pub(super) fn swept(answer: &[Rows], first: usize) -> Result<Swept, Fault> {
    let mut swept = Swept::new();
    for (at, kind) in (first..).zip(TicketKind::ALL) {
        let tickets = sql::tickets_of(kind, rows(answer, at)?)?.into_iter();
        swept.extend(tickets.map(|ticket| (kind, ticket.id)));
    }
    Ok(swept)
}

fn rows(answer: &[Rows], at: usize) -> Result<&Rows, Fault> {
    answer
        .get(at)
        .ok_or_else(|| Fault::Damaged("an answer is incomplete".into()))
}

/// The only row of a statement.
pub(super) fn row(answer: &[Rows], at: usize) -> Result<&[Option<String>], Fault> {
    let row = rows(answer, at)?.first();
    row.map(Vec::as_slice)
        .ok_or_else(|| Fault::Damaged("an answer is empty".into()))
}

/// By how many seconds the clock of this machine is off, if it is worth a warning.
pub(super) fn clock_off(here: Instant, there: Instant) -> Option<i64> {
    let off = here.0.saturating_sub(there.0);
    (off.saturating_abs() > CLOCK_SLACK).then_some(off)
}

impl PgStore {
    /// Runs a message that only reads; `None` where there are no tables yet.
    fn read<T>(
        &self,
        now: Instant,
        look: impl Fn(&[u8], &mut Message) -> usize,
        tell: impl Fn(&[u8], &[Rows], usize, Instant) -> Result<T, Fault>,
    ) -> Result<Option<T>, StateError> {
        self.patiently(|session: &Session| {
            let Some(meta) = &session.meta else {
                return Ok::<_, Stop>(None);
            };
            let mut message = Message::default();
            // All of one moment, although others charge meanwhile.
            message.add("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
            let clock = message.clock(self.of_test(now));
            let what = look(&meta.salt, &mut message);
            message.add("COMMIT");
            let answer = self.send(session, message)?;
            let at = Instant(sql::number(row(&answer, clock)?, 0)?);
            Ok(Some(tell(&meta.salt, &answer, what, at)?))
        })
    }

    /// Reads the accounts of a key, and the second they were read in.
    fn accounts_now(
        &self,
        key: &Key,
        ask: Option<&Ask>,
        now: Instant,
    ) -> Result<(Accounts, bool, Instant), StateError> {
        let look = |salt: &[u8], message: &mut Message| {
            let hash = key.hash(salt);
            let state = accounts(message, self.schema(), hash);
            if let Some(id) = ask.and_then(|ask| ask.request) {
                request(message, self.schema(), id.hash(salt, hash));
            }
            state.accounts
        };
        let tell = |salt: &[u8], answer: &[Rows], first: usize, at| {
            let state = State {
                accounts: first,
                counters: first + 1,
            };
            let accounts = state.of(answer, key.hash(salt))?;
            Ok((accounts, is_charged(answer, first + 2), at))
        };
        let unused = || (Accounts::unused(key.hash(&[])), false, now);
        Ok(self.read(now, look, tell)?.unwrap_or_else(unused))
    }

    pub(super) fn precheck_now(&self, ask: &Ask, now: Instant) -> Result<Admission, StateError> {
        let (accounts, repeated, at) = self.accounts_now(ask.key, Some(ask), now)?;
        Ok(match accounts.decide(ask.cost, repeated, at) {
            Decision::Admit { repeated, beyond } => Admission::Granted { repeated, beyond },
            Decision::Exhausted(refusal) => Admission::Exhausted(refusal),
            Decision::Blocked(scope) => Admission::Blocked(scope),
        })
    }

    pub(super) fn usage_now(&self, key: &Key, now: Instant) -> Result<Usage, StateError> {
        let (accounts, _, at) = self.accounts_now(key, None, now)?;
        Ok(accounts.usage(key, at))
    }

    pub(super) fn usage_of_all(&self, now: Instant) -> Result<UsageAll, StateError> {
        let look = |_: &[u8], message: &mut Message| {
            let first = all_accounts(message, self.schema());
            message.counters_now(self.schema(), &[]);
            first
        };
        let tell = |salt: &[u8], answer: &[Rows], first: usize, at| {
            let mut used = BTreeMap::<KeyHash, ByPeriod<u64>>::new();
            for ((key, period, _), counter) in sql::counters_of(rows(answer, first + 1)?)? {
                *used.entry(key).or_default().of_mut(period) = counter.used;
            }
            let accounts = sql::accounts_of(rows(answer, first)?)?.into_iter();
            let with_used = |account: Account| {
                let used = used.get(&account.key).copied().unwrap_or_default();
                (account, used)
            };
            Ok(account::usage_all(
                accounts.map(with_used).collect(),
                Key::local().hash(salt),
                at,
            ))
        };
        Ok(self.read(now, look, tell)?.unwrap_or_else(UsageAll::unused))
    }

    pub(super) fn list(&self, key: Option<&Key>) -> Result<Vec<LedgerRow>, StateError> {
        let s = self.schema();
        let look = |salt: &[u8], message: &mut Message| {
            let of = key.map(|key| format!("WHERE key = {} ", bytes(&key.hash(salt).0)));
            let of = of.unwrap_or_default();
            let first = message.add(&format!("SELECT {ENTRY} FROM {s}.ledger {of}ORDER BY id"));
            all_accounts(message, s);
            first
        };
        let tell = |salt: &[u8], answer: &[Rows], first: usize, _| {
            let local = Key::local().hash(salt);
            let accounts = sql::accounts_of(rows(answer, first + 1)?)?.into_iter();
            let names: BTreeMap<_, _> = accounts.map(|a| (a.key, a.name(local))).collect();
            let entries = sql::entries_of(rows(answer, first)?)?.into_iter();
            Ok(entries
                .map(|(id, entry)| entry.shown(id, names.get(&entry.key)))
                .collect())
        };
        Ok(self.read(Instant(0), look, tell)?.unwrap_or_default())
    }

    pub(super) fn recount(&self) -> Result<Verification, StateError> {
        let s = self.schema();
        let look = |_: &[u8], message: &mut Message| {
            let first = message.add(&format!("SELECT {ENTRY} FROM {s}.ledger ORDER BY id"));
            message.add(&format!(
                "SELECT key, period, start, used, reset_by FROM {s}.counters"
            ));
            first
        };
        let tell = |_: &[u8], answer: &[Rows], first: usize, _| {
            let (mut recount, mut problems) = (Recount::default(), Vec::new());
            for (id, entry) in sql::entries_of(rows(answer, first)?)? {
                recount.add(id, &entry);
            }
            let counters = sql::counters_of(rows(answer, first + 1)?)?;
            let counters: BTreeMap<CounterId, Counter> = counters.into_iter().collect();
            recount.compare(&counters, &mut problems);
            Ok(Verification {
                entries: recount.entries,
                units: recount.used((KeyHash::GLOBAL, Period::Total, Instant(0))),
                problems,
            })
        };
        Ok(self.read(Instant(0), look, tell)?.unwrap_or_default())
    }

    pub(super) fn ticket(
        &self,
        kind: TicketKind,
        id: &str,
        now: Instant,
    ) -> Result<Option<Ticket>, StateError> {
        let look = |_: &[u8], message: &mut Message| {
            message.add(&format!(
                "SELECT id, created_at, expires_at FROM {} WHERE id = {} AND expires_at > {NOW}",
                sql::table(self.schema(), kind),
                sql::text(id),
            ))
        };
        let tell = |_: &[u8], answer: &[Rows], at: usize, _| {
            Ok(sql::tickets_of(kind, rows(answer, at)?)?.pop())
        };
        Ok(self.read(now, look, tell)?.flatten())
    }

    /// Looks at the server, the rights and, where asked for, at the whole ledger.
    pub(super) fn look(&self, deep: bool, now: Instant) -> Status {
        let mut status = Status::of_place(self.address.place.clone());
        match self.contents(now) {
            Ok(Some((contents, details))) => {
                (status.contents, status.details) = (Some(contents), details)
            }
            Ok(None) => {}
            Err(fault) => status.fault = Some(fault),
        }
        if deep && status.contents.is_some() {
            match self.recount() {
                Ok(verification) => status.problems = Some(verification.problems),
                Err(fault) => status.fault = Some(fault),
            }
        }
        status
    }

    fn contents(&self, now: Instant) -> Result<Option<(Contents, Vec<String>)>, StateError> {
        let s = self.schema();
        let alive = |table| format!("(SELECT count(*) FROM {s}.{table} WHERE expires_at > {NOW})");
        let expired =
            |table| format!("(SELECT count(*) FROM {s}.{table} WHERE expires_at <= {NOW})");
        let may = |right, table| format!("has_table_privilege('{s}.{table}', '{right}')");
        let look = |_: &[u8], message: &mut Message| {
            message.add(&format!(
                "SELECT (SELECT count(*) FROM {s}.ledger), (SELECT count(*) FROM {s}.accounts), {}, {}, {} + {}, \
                 current_setting('server_version'), nullif(current_setting('synchronous_standby_names'), ''), \
                 (SELECT string_agg(coalesce(application_name, 'a standby'), ', ') FROM pg_stat_replication \
                  WHERE sync_state = 'async' OR current_setting('synchronous_standby_names') = ''), \
                 {} AND {} AND {}, current_setting('fsync')",
                alive("uploads"),
                alive("conversions"),
                expired("uploads"),
                expired("conversions"),
                may("INSERT", "ledger"),
                may("UPDATE", "counters"),
                may("UPDATE", "accounts"),
            ))
        };
        let tell = |_: &[u8], answer: &[Rows], at: usize, there: Instant| {
            let row = row(answer, at)?;
            let count = |at| Ok::<_, Fault>(sql::number(row, at)?.unsigned_abs());
            let contents = Contents {
                schema: sql::VERSION,
                entries: count(0)?,
                keys: count(1)?.saturating_sub(2),
                uploads: count(2)?,
                conversions: count(3)?,
                expired: count(4)?,
            };
            Ok((contents, details(row, now.0.saturating_sub(there.0))?))
        };
        self.read(now, look, tell)
    }
}

/// What is to be said of the server, from the cells behind the counts.
fn details(row: &[Option<String>], ahead: i64) -> Result<Vec<String>, Fault> {
    let text = |at: usize| row.get(at).and_then(Option::as_deref);
    let mut details = vec![
        format!("server: PostgreSQL {}", sql::cell(row, 5)?),
        format!("clock: this machine is {ahead} s ahead of the server"),
    ];
    let (synchronous, asynchronous) = (text(6), text(7));
    if let Some(names) = synchronous {
        details.push(format!("standbys: synchronous ({names})"));
    }
    if let Some(names) = asynchronous {
        details.push(format!(
            "warning: standbys that follow asynchronously: {names}; after a failover to one charges may be missing, and more go through than the limit"
        ));
    }
    if synchronous.or(asynchronous).is_none() {
        details.push("standbys: none".to_owned());
    }
    if sql::cell(row, 8)? != "t" {
        details.push("warning: this user may only read, nothing can be charged".to_owned());
    }
    if sql::cell(row, 9)? == "off" {
        details.push(
            "warning: fsync is off: a crash of the server's machine loses charges".to_owned(),
        );
    }
    Ok(details)
}

fn all_accounts(message: &mut Message, s: &str) -> usize {
    message.add(&format!(
        "SELECT {} FROM {s}.accounts ORDER BY key",
        sql::ACCOUNT
    ))
}
