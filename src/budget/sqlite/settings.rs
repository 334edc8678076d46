//! Limits and what is left of them: shown and changed.
//!
//! Showing never makes a file: before the first charge or change everybody stands under the limits
//! that hold out of the box.

use super::super::error::Fault;
use super::super::key::{Key, KeyHash, OperationId};
use super::super::store::{Balance, Change, EntryKind, Target, Usage, UsageAll};
use super::super::{Limit, Limits, Period, Rule, Standing};
use super::Db;
use super::accounts::Account;
use super::ledger::{self, Entry, label_of};
use crate::model::time::Instant;

/// Returns the standing of a key in a state that does not exist yet.
pub(super) fn unused_standing() -> Standing {
    Standing {
        rule: Rule::out_of_the_box(),
        ..Standing::default()
    }
}

/// Returns the standing of all keys where nothing limits them.
pub(super) fn no_standing() -> Standing {
    Standing::default()
}

/// Returns the usage of a key in a state that does not exist yet.
pub(super) fn unused(key: &Key, now: Instant) -> Usage {
    let standing = unused_standing();
    let budgets = balances(&standing, now);
    Usage {
        label: key.label().map(str::to_owned),
        blocked: false,
        mode: standing.rule.mode,
        budgets,
        global: Vec::new(),
    }
}

/// Returns the usage of all keys in a state that does not exist yet.
pub(super) fn unused_all() -> UsageAll {
    UsageAll {
        keys: Vec::new(),
        default: Rule::out_of_the_box(),
        global: Vec::new(),
        global_blocked: false,
    }
}

/// Returns the usage of a key, known or not.
pub(super) fn usage(db: &Db, key: &Key, now: Instant) -> Result<Usage, Fault> {
    let (default, global) = (
        Account::load_fixed(db, KeyHash::DEFAULT)?,
        Account::load_fixed(db, KeyHash::GLOBAL)?,
    );
    usage_of(db, &Account::of_key(db, key, now)?, &default, &global, now)
}

/// Returns the usage of an account.
pub(super) fn usage_of(
    db: &Db,
    account: &Account,
    default: &Account,
    global: &Account,
    now: Instant,
) -> Result<Usage, Fault> {
    let standing = account.standing(
        db,
        Rule::of_key(account.limits, account.mode, default.rule()),
        now,
    )?;
    Ok(Usage {
        label: Some(label_of(account)),
        blocked: account.blocked || global.blocked,
        mode: standing.rule.mode,
        budgets: balances(&standing, now),
        global: balances(&global.standing(db, global.rule(), now)?, now),
    })
}

/// Returns the usage of every account.
pub(super) fn usage_all(db: &Db, now: Instant) -> Result<UsageAll, Fault> {
    let accounts = Account::all(db)?;
    let (default, global) = (
        Account::load_fixed(db, KeyHash::DEFAULT)?,
        Account::load_fixed(db, KeyHash::GLOBAL)?,
    );
    let keys = accounts.iter().filter(|account| account.key.is_key());
    let keys: Result<Vec<_>, _> = keys
        .map(|account| usage_of(db, account, &default, &global, now))
        .collect();
    let mut keys = keys?;
    keys.sort_by(|a, b| a.label.cmp(&b.label));
    let over_all = balances(&global.standing(db, global.rule(), now)?, now);
    Ok(UsageAll {
        keys,
        default: default.rule(),
        global: over_all,
        global_blocked: global.blocked,
    })
}

fn balances(standing: &Standing, now: Instant) -> Vec<Balance> {
    let set = Period::ALL
        .into_iter()
        .filter_map(|period| standing.rule.limits.of(period).map(|limit| (period, limit)));
    set.map(|(period, limit)| Balance {
        period,
        limit,
        used: *standing.used.of(period),
        resets_at: period.resets_at(now),
    })
    .collect()
}

/// Applies changes to a target and enters each into the ledger.
pub(super) fn change(
    db: &Db,
    target: &Target,
    changes: &[Change],
    now: Instant,
) -> Result<(), Fault> {
    let mut account = match target {
        Target::Key(key) => Account::of_key(db, key, now)?,
        Target::Global => Account::load_fixed(db, KeyHash::GLOBAL)?,
        Target::Default => Account::load_fixed(db, KeyHash::DEFAULT)?,
    };
    for change in changes {
        for kind in apply(db, &mut account, change, now)? {
            ledger::append(
                db,
                &Entry::new(kind, OperationId::fresh(), account.key, 0, now),
            )?;
        }
    }
    account.save(db)
}

fn apply(
    db: &Db,
    account: &mut Account,
    change: &Change,
    now: Instant,
) -> Result<Vec<EntryKind>, Fault> {
    let kind = match change {
        Change::Limit(period, limit) => {
            *account.limits.of_mut(*period) = Some(*limit);
            EntryKind::Set
        }
        Change::Unlimited => {
            account.limits = Limits {
                month: Some(Limit::Unlimited),
                ..Limits::default()
            };
            EntryKind::Set
        }
        Change::Inherit => {
            (account.limits, account.mode) = inherited(account.key);
            EntryKind::Set
        }
        Change::Mode(mode) => {
            account.mode = Some(*mode);
            EntryKind::Set
        }
        Change::Label(label) => {
            account.label = Some(label.clone());
            EntryKind::Set
        }
        Change::Block | Change::Unblock => {
            account.blocked = *change == Change::Block;
            if account.blocked {
                EntryKind::Block
            } else {
                EntryKind::Unblock
            }
        }
        Change::Reset(period) => return reset(db, account, *period, now),
    };
    Ok(vec![kind])
}

/// What an account has when nothing is set: for the default itself that is the rule out of the box.
fn inherited(key: KeyHash) -> (Limits, Option<super::super::Mode>) {
    let limits = if key == KeyHash::DEFAULT {
        Rule::out_of_the_box().limits
    } else {
        Limits::default()
    };
    (limits, None)
}

fn reset(
    db: &Db,
    account: &mut Account,
    period: Option<Period>,
    now: Instant,
) -> Result<Vec<EntryKind>, Fault> {
    let periods: Vec<_> = Period::ALL
        .into_iter()
        .filter(|p| period.is_none_or(|only| only == *p))
        .collect();
    for period in &periods {
        account.turn(db, *period, period.start(now))?;
        account.counters.of_mut(*period).used = 0;
    }
    Ok(periods.into_iter().map(EntryKind::Reset).collect())
}
