//! Accounts: what is set for a key, and what the three accounts of a request say to it together.
//!
//! Pure: every store reads the rows in its own way and asks here, so that the rules exist once.

use std::collections::BTreeMap;

use super::key::{Key, KeyHash, OperationId, secret};
use super::ledger::{Entry, EntryKind, LedgerRow};
use super::store::{Admission, Change, LastKnown};
use super::usage::{Balance, Usage, UsageAll, limits_set};
use super::{ByPeriod, Limit, Limits, Mode, Period, Rule, Scope, Standing, admit};
use crate::model::time::Instant;

/// What is set for a key, for all keys together or for keys without limits of their own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) key: KeyHash,
    pub(crate) label: Option<String>,
    pub(crate) blocked: bool,
    pub(crate) mode: Option<Mode>,
    pub(crate) limits: Limits,
}

impl Account {
    /// Returns an account for which nothing was set.
    pub(crate) fn new(key: KeyHash) -> Self {
        let limits = match key {
            KeyHash::DEFAULT => Rule::out_of_the_box().limits,
            _ => Limits::default(),
        };
        Self {
            key,
            label: None,
            blocked: false,
            mode: None,
            limits,
        }
    }

    /// Returns the rule of this account by itself.
    pub(crate) fn rule(&self) -> Rule {
        Rule {
            limits: self.limits,
            mode: self.mode.unwrap_or_default(),
        }
    }

    /// Tells whether anything was set for it that a conversion may be refused by, or let through.
    pub(crate) fn is_set(&self) -> bool {
        let Self { mode, limits, .. } = Self::new(self.key);
        self.blocked || self.mode != mode || self.limits != limits
    }

    /// Returns how many units its own limits let through at most, to compare two that may hold: less
    /// is stricter.
    pub(crate) fn strictness(&self) -> u64 {
        if self.mode == Some(Mode::Shadow) {
            return u64::MAX;
        }
        let own = limits_set(&self.limits);
        let smallest = own.map(|(_, limit)| limit.units().unwrap_or(u64::MAX));
        smallest.min().unwrap_or(super::DEFAULT_PER_MONTH)
    }

    /// Returns how the account is called where people read it; `local` is the local user's key.
    pub(crate) fn name(&self, local: KeyHash) -> String {
        match (&self.label, self.key) {
            (_, KeyHash::GLOBAL) => "all keys".to_owned(),
            (_, KeyHash::DEFAULT) => "default".to_owned(),
            (Some(label), _) => label.clone(),
            (None, key) if key == local => Key::LOCAL_LABEL.to_owned(),
            (None, key) => key.to_string(),
        }
    }

    /// Applies a change and returns what the ledger records of it. A reset concerns the counters alone.
    pub(crate) fn apply(&mut self, change: &Change) -> Vec<EntryKind> {
        match change {
            Change::Limit(period, limit) => *self.limits.of_mut(*period) = Some(*limit),
            Change::Unlimited => self.limits = Limits::monthly(Limit::Unlimited),
            Change::Inherit => {
                let Self { mode, limits, .. } = Self::new(self.key);
                (self.mode, self.limits) = (mode, limits);
            }
            Change::Mode(mode) => self.mode = Some(*mode),
            Change::Label(label) => self.label = Some(label.clone()),
            Change::Block => self.blocked = true,
            Change::Unblock => self.blocked = false,
            Change::Reset(_) => {}
        }
        match change {
            Change::Block => vec![EntryKind::Block],
            Change::Unblock => vec![EntryKind::Unblock],
            Change::Reset(Some(period)) => vec![EntryKind::Reset(*period)],
            Change::Reset(None) => Period::ALL.map(EntryKind::Reset).to_vec(),
            _ => vec![EntryKind::Set],
        }
    }

    /// Applies changes and returns the entries that record them.
    pub(crate) fn change(&mut self, changes: &[Change], now: Instant) -> Vec<Entry> {
        let mut entries = Vec::new();
        for change in changes {
            for kind in self.apply(change) {
                let is_reset = matches!(kind, EntryKind::Reset(_));
                entries.push(Entry {
                    settings: (!is_reset).then(|| self.to_line()),
                    ..Entry::new(kind, OperationId::fresh(), self.key, 0, now)
                });
            }
        }
        entries
    }

    /// Writes what is set as one line, for the ledger: the copy from which a lost row is made anew.
    pub(crate) fn to_line(&self) -> String {
        let number = |n: Option<i64>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let Limits { day, month, total } = self.limits;
        let limits = [day, month, total].map(|limit| number(limit.map(limit_to)));
        let (blocked, mode) = (u8::from(self.blocked), number(self.mode.map(mode_to)));
        let label = self.label.as_deref().unwrap_or_default();
        format!("{blocked} {mode} {} {label}", limits.join(" "))
    }

    /// Reads what [`to_line`](Self::to_line) wrote.
    pub(crate) fn from_line(key: KeyHash, line: &str) -> Option<Self> {
        let mut words = line.splitn(6, ' ');
        let blocked = words.next()? == "1";
        let mut number = || match words.next()? {
            "-" => Some(None),
            digits => digits.parse::<i64>().ok().map(Some),
        };
        let mode = number()?.map(mode_from);
        let mut limit = || Some(number()?.map(limit_from));
        let (day, month, total) = (limit()?, limit()?, limit()?);
        let label = words.next().filter(|label| !label.is_empty());
        Some(Self {
            key,
            label: label.map(str::to_owned),
            blocked,
            mode,
            limits: Limits { day, month, total },
        })
    }
}

/// A mode as it is stored: 0 refuses, -1 is the shadow, others are units beyond the limit.
pub(crate) fn mode_to(mode: Mode) -> i64 {
    match mode {
        Mode::Enforce => 0,
        Mode::Shadow => -1,
        Mode::Soft(beyond) => stored(beyond),
    }
}

pub(crate) fn mode_from(stored: i64) -> Mode {
    match u64::try_from(stored) {
        Ok(0) => Mode::Enforce,
        Ok(beyond) => Mode::Soft(beyond),
        Err(_) => Mode::Shadow,
    }
}

/// A limit as it is stored; -1 stands for none.
pub(crate) fn limit_to(limit: Limit) -> i64 {
    limit.units().map_or(-1, stored)
}

pub(crate) fn limit_from(stored: i64) -> Limit {
    u64::try_from(stored).map_or(Limit::Unlimited, Limit::Units)
}

/// A count as it is stored; those beyond a store's numbers stay at its largest.
pub(crate) fn stored(units: u64) -> i64 {
    i64::try_from(units).unwrap_or(i64::MAX)
}

/// The three accounts that a request touches, with what is used in the periods of now.
#[derive(Clone, Debug)]
pub(crate) struct Accounts {
    pub(crate) key: Account,
    pub(crate) used: ByPeriod<u64>,
    pub(crate) default: Account,
    pub(crate) global: Account,
    pub(crate) global_used: ByPeriod<u64>,
}

impl Accounts {
    /// Returns the accounts of a key in a state that does not exist yet.
    pub(crate) fn unused(key: KeyHash) -> Self {
        Self {
            key: Account::new(key),
            used: ByPeriod::default(),
            default: Account::new(KeyHash::DEFAULT),
            global: Account::new(KeyHash::GLOBAL),
            global_used: ByPeriod::default(),
        }
    }

    fn standing(&self) -> Standing {
        Standing {
            rule: Rule::of_key(self.key.limits, self.key.mode, self.default.rule()),
            used: self.used,
        }
    }

    fn global_standing(&self) -> Standing {
        Standing {
            rule: self.global.rule(),
            used: self.global_used,
        }
    }

    fn blocked(&self) -> Option<Scope> {
        let key = self.key.blocked.then_some(Scope::Key);
        key.or(self.global.blocked.then_some(Scope::Global))
    }

    /// Decides about a request; `repeated` tells whether it was charged before.
    pub(crate) fn decide(&self, cost: u64, repeated: bool, now: Instant) -> Admission {
        if let Some(scope) = self.blocked() {
            return Admission::Blocked(scope);
        }
        if repeated {
            let beyond = None;
            return Admission::Granted { repeated, beyond };
        }
        match admit(&self.standing(), &self.global_standing(), cost, now) {
            Ok(beyond) => Admission::Granted { repeated, beyond },
            Err(refusal) => Admission::Exhausted(refusal),
        }
    }

    /// Counts units that were just used.
    pub(crate) fn add(&mut self, cost: u64) {
        for used in [&mut self.used, &mut self.global_used] {
            for period in Period::ALL {
                let used = used.of_mut(period);
                *used = used.saturating_add(cost);
            }
        }
    }

    /// Returns the usage of the key that was asked for.
    pub(crate) fn usage(&self, key: &Key, now: Instant) -> Usage {
        self.usage_as(self.key.label.clone().unwrap_or_else(|| key.shown()), now)
    }

    fn usage_as(&self, label: String, now: Instant) -> Usage {
        let standing = self.standing();
        Usage {
            label,
            blocked: self.blocked(),
            mode: standing.rule.mode,
            budgets: balances(&standing, now),
            global: balances(&self.global_standing(), now),
        }
    }

    /// Returns what the lifeboat may know of the key.
    pub(crate) fn last_known(&self, salt: &[u8]) -> LastKnown {
        let rules = [self.standing().rule, self.global.rule()];
        let refusing = rules.iter().filter(|rule| rule.mode != Mode::Shadow);
        let limits = refusing.flat_map(|rule| limits_set(&rule.limits));
        let units = limits.filter_map(|(_, limit)| limit.units());
        LastKnown {
            secret: secret(salt),
            blocked: self.blocked(),
            limit: units.min().map(Limit::Units),
        }
    }
}

/// Returns entries as they are shown, each with the name of its key.
pub(crate) fn ledger_rows(
    accounts: Vec<Account>,
    local: KeyHash,
    entries: impl Iterator<Item = (i64, Entry)>,
) -> Vec<LedgerRow> {
    let names = accounts.into_iter().map(|a| (a.key, a.name(local)));
    let names: BTreeMap<_, _> = names.collect();
    entries
        .map(|(id, entry)| entry.shown(id, names.get(&entry.key)))
        .collect()
}

/// Returns the usage of every key; `accounts` holds each with its own units.
pub(crate) fn usage_all(
    accounts: Vec<(Account, ByPeriod<u64>)>,
    local: KeyHash,
    now: Instant,
) -> UsageAll {
    let mut together = Accounts::unused(local);
    for (account, used) in &accounts {
        match account.key {
            KeyHash::DEFAULT => together.default = account.clone(),
            KeyHash::GLOBAL => (together.global, together.global_used) = (account.clone(), *used),
            _ => {}
        }
    }
    let mut keys = Vec::new();
    for (key, used) in accounts.into_iter().filter(|(a, _)| a.key.is_key()) {
        let label = key.name(local);
        let default = together.clone();
        keys.push(
            Accounts {
                key,
                used,
                ..default
            }
            .usage_as(label, now),
        );
    }
    keys.sort_by(|a, b| a.label.cmp(&b.label));
    UsageAll {
        keys,
        default: together.default.rule(),
        global: balances(&together.global_standing(), now),
        global_blocked: together.global.blocked,
    }
}

fn balances(standing: &Standing, now: Instant) -> Vec<Balance> {
    let balance = |(period, limit): (Period, Limit)| Balance {
        period,
        limit,
        used: *standing.used.of(period),
        mode: standing.rule.mode,
        resets_at: period.resets_at(now),
    };
    limits_set(&standing.rule.limits).map(balance).collect()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_set_can_be_read_back_from_the_ledger() {
        let key = KeyHash([7; 16]);
        let mut account = Account::new(key);
        for change in [
            Change::Label("Ana's laptop 2".to_owned()),
            Change::Limit(Period::Day, Limit::Units(20)),
            Change::Limit(Period::Total, Limit::Unlimited),
            Change::Mode(Mode::Soft(3)),
            Change::Block,
            Change::Mode(Mode::Shadow),
            Change::Unblock,
            Change::Inherit,
        ] {
            assert_eq!(account.apply(&change).len(), 1);
            let line = account.to_line();
            assert_eq!(Account::from_line(key, &line).unwrap(), account, "{line}");
        }
        for line in ["", "1", "0 - - -", "0 x - - - "] {
            assert_eq!(Account::from_line(key, line), None, "{line:?}");
        }
    }

    #[test]
    fn every_change_has_its_entry_and_every_account_its_name() {
        let local = KeyHash([8; 16]);
        let mut account = Account::new(KeyHash([7; 16]));
        assert_eq!(account.name(local), "key-07070707");
        assert_eq!(account.apply(&Change::Block), [EntryKind::Block]);
        assert_eq!(account.apply(&Change::Unblock), [EntryKind::Unblock]);
        let named = Change::Label("gym".to_owned());
        assert_eq!(account.apply(&named), [EntryKind::Set]);
        assert_eq!(account.name(local), "gym");
        let names = [local, KeyHash::GLOBAL, KeyHash::DEFAULT].map(|k| Account::new(k).name(local));
        assert_eq!(names, ["local user", "all keys", "default"]);
    }

    #[test]
    fn the_lifeboat_knows_the_smallest_limit_that_refuses() {
        let mut accounts = Accounts::unused(KeyHash([7; 16]));
        assert_eq!(accounts.last_known(b"s").limit, Some(Limit::Units(100)));
        accounts.key.apply(&Change::Unlimited);
        assert_eq!(accounts.last_known(b"s").limit, None);
        accounts
            .global
            .apply(&Change::Limit(Period::Total, Limit::Units(40)));
        accounts
            .key
            .apply(&Change::Limit(Period::Day, Limit::Units(50)));
        assert_eq!(accounts.last_known(b"s").limit, Some(Limit::Units(40)));
        accounts.global.apply(&Change::Mode(Mode::Shadow));
        assert_eq!(accounts.last_known(b"s").limit, Some(Limit::Units(50)));
        accounts.global.apply(&Change::Block);
        assert_eq!(accounts.last_known(b"s").blocked, Some(Scope::Global));
    }
}
