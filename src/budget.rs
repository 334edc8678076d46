//! The budget: how many conversions a key may make in a day, a month and in total.
//!
//! This file holds the rules alone: periods, tiers, who is admitted, when a tier resets. They are
//! pure; `now` is a parameter. They do not know where the counts come from: the rooms below it keep
//! them ([`sqlite`]), stand in for them ([`lifeboat`]) and show them ([`text`], [`usage`]). Nothing
//! here knows what is converted.

mod account;
pub(crate) mod chart;
mod error;
mod file;
mod key;
pub mod ledger;
pub mod lifeboat;
pub(crate) mod metrics;
mod network;
mod options;
#[cfg(feature = "postgres")]
pub mod postgres;
pub mod repair;
mod row;
mod schema;
mod sealed;
pub mod sqlite;
pub mod status;
pub mod store;
pub(crate) mod text;
pub mod usage;

#[cfg(test)]
mod contract;

pub use error::StateError;
pub use key::{Digest, Key, OperationId, RequestId};
pub use ledger::{EntryKind, LedgerRow, Verification};
pub use options::Options;
pub use sqlite::SqliteStore;
pub use store::{
    Admission, Ask, Change, Charge, LastKnown, Outcome, Receipt, Store, Swept, Target, Ticket,
    TicketKind,
};
pub use usage::{Balance, Usage, UsageAll};

use serde::Serialize;

pub use crate::model::time::Period;

use crate::model::time::Instant;

/// Conversions per calendar month that a key has when nobody has set anything.
pub const DEFAULT_PER_MONTH: u64 = 100;

/// Seconds that the clock may jump back before it is worth a warning.
pub const CLOCK_SLACK: i64 = 300;

/// Seconds that an upload can be converted.
pub const UPLOAD_TTL: i64 = 3600;

/// Seconds that a conversion can be downloaded.
pub const CONVERSION_TTL: i64 = 7200;

/// Seconds between two clean-ups of expired tickets inside charges.
const SWEEP_EVERY: u64 = 3600;

/// Tickets of a kind that a charge deletes at most.
const SWEEP_BATCH: u32 = 50;

/// One value for each [`Period`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByPeriod<T> {
    /// Of the day.
    pub day: T,
    /// Of the month.
    pub month: T,
    /// Of all time.
    pub total: T,
}

impl<T> ByPeriod<T> {
    /// Returns the value of `period`.
    pub fn of(&self, period: Period) -> &T {
        match period {
            Period::Day => &self.day,
            Period::Month => &self.month,
            Period::Total => &self.total,
        }
    }

    /// Returns the value of `period`, to be changed.
    pub fn of_mut(&mut self, period: Period) -> &mut T {
        match period {
            Period::Day => &mut self.day,
            Period::Month => &mut self.month,
            Period::Total => &mut self.total,
        }
    }
}

/// What may be used in a period; `null` in JSON where there is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Limit {
    /// Any number.
    Unlimited,
    /// So many units; at most `i64::MAX`.
    Units(u64),
}

impl Limit {
    /// Returns the units; `None` for no limit.
    #[must_use]
    pub fn units(self) -> Option<u64> {
        match self {
            Self::Unlimited => None,
            Self::Units(units) => Some(units),
        }
    }
}

/// Limits by period; `None` where nothing is set.
pub type Limits = ByPeriod<Option<Limit>>;

impl Limits {
    /// Returns a limit by month and no other.
    #[must_use]
    pub fn monthly(limit: Limit) -> Self {
        Self {
            month: Some(limit),
            ..Self::default()
        }
    }
}

/// What happens when a limit is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "mode", content = "overage", rename_all = "lowercase")]
pub enum Mode {
    /// The conversion is refused.
    #[default]
    Enforce,
    /// So many units beyond the limit go through, and the user is told each time.
    Soft(u64),
    /// The conversion goes through, and the user is told that it would have been refused.
    Shadow,
}

impl Mode {
    /// Returns the units that go through at a limit; `None` if all do.
    #[must_use]
    fn admits(self, limit: u64) -> Option<u64> {
        match self {
            Self::Enforce => Some(limit),
            Self::Soft(beyond) => Some(limit.saturating_add(beyond)),
            Self::Shadow => None,
        }
    }
}

/// The limits that hold, and what happens at them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// The limits.
    #[serde(serialize_with = "usage::limits_json")]
    pub limits: Limits,
    /// What happens at them.
    #[serde(flatten)]
    pub mode: Mode,
}

impl Rule {
    /// Returns the rule under which every key stands out of the box.
    #[must_use]
    pub fn out_of_the_box() -> Self {
        Self {
            limits: Limits::monthly(Limit::Units(DEFAULT_PER_MONTH)),
            mode: Mode::Enforce,
        }
    }

    /// Returns the rule of a key: its own limits if it has any, else those of `default`; its own
    /// mode if it has one.
    #[must_use]
    pub fn of_key(own: Limits, mode: Option<Mode>, default: Self) -> Self {
        let has_own = own != Limits::default();
        Self {
            limits: if has_own { own } else { default.limits },
            mode: mode.unwrap_or(default.mode),
        }
    }
}

/// Whom a limit holds for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// One key.
    Key,
    /// All keys together.
    Global,
}

/// A rule and what has been used under it in the periods of `now`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The rule.
    pub rule: Rule,
    /// Units used.
    pub used: ByPeriod<u64>,
}

/// A tier that is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Whose limit it is.
    pub scope: Scope,
    /// Over which period.
    pub period: Period,
    /// Units used in the period.
    pub used: u64,
    /// Units allowed in the period.
    pub limit: u64,
    /// What happens at the limit.
    pub mode: Mode,
    /// When the count starts anew; `None` for never.
    pub resets_at: Option<Instant>,
}

/// Decides whether `cost` units may be used at `now`. All tiers must admit; of several full ones
/// the one that resets last is named, because nothing goes through before that. Returns the tier that
/// is gone beyond in soft or shadow mode.
///
/// # Errors
/// The tier that is full.
pub fn admit(
    key: &Standing,
    global: &Standing,
    cost: u64,
    now: Instant,
) -> Result<Option<Refusal>, Refusal> {
    let tiers = [(Scope::Key, key), (Scope::Global, global)];
    let full = || {
        let tiers = tiers.into_iter();
        tiers.flat_map(|(scope, standing)| full_tiers(scope, standing, cost, now))
    };
    let refuses = |tier: &Refusal| {
        let most = tier.mode.admits(tier.limit);
        most.is_some_and(|most| tier.used.saturating_add(cost) > most)
    };
    let last = |tier: &Refusal| tier.resets_at.map_or(i64::MAX, |at| at.0);
    match full().filter(refuses).max_by_key(last) {
        Some(refusal) => Err(refusal),
        None => Ok(full().max_by_key(last)),
    }
}

fn full_tiers(
    scope: Scope,
    standing: &Standing,
    cost: u64,
    now: Instant,
) -> impl Iterator<Item = Refusal> {
    Period::ALL.into_iter().filter_map(move |period| {
        let used = *standing.used.of(period);
        match standing.rule.limits.of(period) {
            Some(Limit::Units(limit)) if used.saturating_add(cost) > *limit => Some(Refusal {
                scope,
                period,
                used,
                limit: *limit,
                mode: standing.rule.mode,
                resets_at: period.resets_at(now),
            }),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests;
