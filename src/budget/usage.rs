//! What is used and left, as it is shown; the JSON of a limit is made here.

use serde::{Serialize, Serializer};

use super::{Limit, Limits, Mode, Period, Rule, Scope};
use crate::model::time::Instant;

/// One limit and how far it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Balance {
    /// Over which period.
    pub period: Period,
    /// The limit.
    pub limit: Limit,
    /// Units used.
    pub used: u64,
    /// What happens at the limit.
    pub mode: Mode,
    /// When the count starts anew; `None` for never.
    pub resets_at: Option<Instant>,
}

impl Balance {
    /// Returns the units left, or `None` if there is no end to them.
    #[must_use]
    pub fn remaining(&self) -> Option<u64> {
        match self.limit {
            Limit::Unlimited => None,
            Limit::Units(limit) => Some(limit.saturating_sub(self.used)),
        }
    }

    /// Tells whether so many per cent of the limit are used.
    #[must_use]
    pub fn is_used_to(&self, percent: u64) -> bool {
        matches!(self.limit, Limit::Units(limit)
            if u128::from(self.used) * 100 >= u128::from(limit) * u128::from(percent))
    }
}

impl Serialize for Balance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut row = serializer.serialize_struct("Balance", 5)?;
        row.serialize_field("period", self.period.key())?;
        row.serialize_field("limit", &self.limit.units())?;
        row.serialize_field("used", &self.used)?;
        row.serialize_field("remaining", &self.remaining())?;
        row.serialize_field("resets_at", &self.resets_at.map(|at| at.to_string()))?;
        row.end()
    }
}

/// What a key has used and has left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Usage {
    /// The key's label, or else the name that was typed; in a list, where none was, `key-` and eight
    /// hex digits of its hash.
    pub label: String,
    /// Who is blocked: the key or all keys.
    pub blocked: Option<Scope>,
    /// What happens at its limits.
    pub mode: Mode,
    /// Its limits, own or default.
    pub budgets: Vec<Balance>,
    /// The limits over all keys.
    pub global: Vec<Balance>,
}

impl Usage {
    /// Returns every limit that concerns the key, with what to say before it: nothing for its own.
    pub fn tiers(&self) -> impl Iterator<Item = (&'static str, &Balance)> {
        let own = self.budgets.iter().map(|balance| ("", balance));
        own.chain(
            self.global
                .iter()
                .map(|balance| ("all keys together, ", balance)),
        )
    }
}

/// The usage of all keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsageAll {
    /// Every key known, by label.
    pub keys: Vec<Usage>,
    /// What keys without limits of their own have.
    pub default: Rule,
    /// What is used by all keys together.
    pub global: Vec<Balance>,
    /// Whether all keys are blocked.
    pub global_blocked: bool,
}

impl UsageAll {
    /// Returns the usage of all keys together, as if of one.
    #[must_use]
    pub fn together(&self) -> Usage {
        Usage {
            label: "all keys".to_owned(),
            blocked: self.global_blocked.then_some(Scope::Global),
            mode: self
                .global
                .first()
                .map_or_else(Mode::default, |balance| balance.mode),
            budgets: self.global.clone(),
            global: Vec::new(),
        }
    }

    /// Returns the usage of all keys in a state that does not exist yet.
    #[must_use]
    pub fn unused() -> Self {
        Self {
            keys: Vec::new(),
            default: Rule::out_of_the_box(),
            global: Vec::new(),
            global_blocked: false,
        }
    }
}

/// Returns the limits that are set, shortest period first.
pub fn limits_set(limits: &Limits) -> impl Iterator<Item = (Period, Limit)> + '_ {
    let limit = |period: Period| limits.of(period).map(|limit| (period, limit));
    Period::ALL.into_iter().filter_map(limit)
}
