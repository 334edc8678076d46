//! What is used and left, as it is shown and as JSON documents for scripts: fields may be added there,
//! never renamed or removed.

use serde::{Serialize, Serializer};
use serde_json::json;

use super::ledger::{LedgerRow, Verification};
use super::{Limit, Limits, Mode, Period, Rule, Scope};
use crate::model::time::Instant;

/// Version of every document of the budget.
pub const SCHEMA: u32 = 1;

/// A document for scripts: a [`Usage`], a [`UsageAll`] or [`Entries`].
#[derive(Debug, Serialize)]
pub struct Document<'v, T> {
    schema: u32,
    #[serde(flatten)]
    content: T,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<&'v Verification>,
}

impl<'v, T> Document<'v, T> {
    /// Returns the document, with what counting anew has found if that was asked for.
    pub fn of(content: T, verification: Option<&'v Verification>) -> Self {
        Self {
            schema: SCHEMA,
            content,
            verification,
        }
    }
}

/// What `usage --log --json` shows.
#[derive(Debug, Serialize)]
pub struct Entries<'l> {
    /// Entries of the ledger.
    pub entries: &'l [LedgerRow],
}

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
        row.serialize_field("period", &self.period)?;
        row.serialize_field("limit", &self.limit)?;
        row.serialize_field("used", &self.used)?;
        row.serialize_field("remaining", &self.remaining())?;
        row.serialize_field("resets_at", &self.resets_at.map(|at| at.to_string()))?;
        row.end()
    }
}

/// What a key has used and has left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// The key's label, or else the name that was typed; in a list, where none was, `key-` and eight
    /// hex digits of its hash.
    #[serde(rename = "key")]
    pub label: String,
    /// Its limits, own or default.
    pub budgets: Vec<Balance>,
    /// Who is blocked: the key or all keys.
    #[serde(serialize_with = "is_some")]
    pub blocked: Option<Scope>,
    /// What happens at its limits.
    #[serde(flatten)]
    pub mode: Mode,
    /// The limits over all keys.
    pub global: Vec<Balance>,
}

fn is_some<S: Serializer>(blocked: &Option<Scope>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(blocked.is_some())
}

impl Usage {
    /// Returns every limit that concerns the key, its own first.
    pub fn tiers(&self) -> impl Iterator<Item = (Scope, &Balance)> {
        let own = self.budgets.iter().map(|balance| (Scope::Key, balance));
        own.chain(self.global.iter().map(|balance| (Scope::Global, balance)))
    }

    /// Returns the rule that its own limits are.
    pub(super) fn rule(&self) -> Rule {
        let (mut limits, mode) = (Limits::default(), self.mode);
        for balance in &self.budgets {
            *limits.of_mut(balance.period) = Some(balance.limit);
        }
        Rule { limits, mode }
    }
}

/// The usage of all keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UsageAll {
    /// Every key known, by label.
    #[serde(serialize_with = "labelled")]
    pub keys: Vec<Usage>,
    /// What keys without limits of their own have.
    pub default: Rule,
    /// What is used by all keys together.
    pub global: Vec<Balance>,
    /// Whether all keys are blocked.
    pub global_blocked: bool,
}

/// In a list the name of a key is its label, and what all keys have is not said of each.
fn labelled<S: Serializer>(keys: &[Usage], serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Labelled<'u> {
        label: &'u str,
        budgets: &'u [Balance],
        blocked: bool,
        #[serde(flatten)]
        mode: Mode,
    }
    serializer.collect_seq(keys.iter().map(|usage| Labelled {
        label: &usage.label,
        budgets: &usage.budgets,
        blocked: usage.blocked.is_some(),
        mode: usage.mode,
    }))
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
}

/// Returns the limits that are set, shortest period first.
pub fn limits_set(limits: &Limits) -> impl Iterator<Item = (Period, Limit)> + '_ {
    let limit = |period: Period| limits.of(period).map(|limit| (period, limit));
    Period::ALL.into_iter().filter_map(limit)
}

/// The limits that are set as JSON.
pub(super) fn limits_json<S: Serializer>(limits: &Limits, to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(
        limits_set(limits).map(|(period, limit)| json!({"period": period, "limit": limit})),
    )
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::model::time::Instant;

    #[test]
    fn the_usage_document_has_the_promised_fields_in_order() {
        let month = Balance {
            period: Period::Month,
            limit: Limit::Units(100),
            used: 3,
            mode: Mode::Enforce,
            resets_at: Some(Instant(1_796_083_200)),
        };
        let total = Balance {
            period: Period::Total,
            limit: Limit::Unlimited,
            used: 9,
            resets_at: None,
            ..month
        };
        let lowered = Balance {
            limit: Limit::Units(3),
            used: 15,
            ..total
        };
        let shown = Usage {
            label: "local user".into(),
            blocked: None,
            mode: Mode::Enforce,
            budgets: vec![month, total, lowered],
            global: Vec::new(),
        };
        assert_eq!(
            serde_json::to_string(&Document::of(&shown, None)).unwrap(),
            r#"{"schema":1,"key":"local user","budgets":[{"period":"month","limit":100,"used":3,"remaining":97,"resets_at":"2026-12-01T00:00:00Z"},{"period":"total","limit":null,"used":9,"remaining":null,"resets_at":null},{"period":"total","limit":3,"used":15,"remaining":0,"resets_at":null}],"blocked":false,"mode":"enforce","global":[]}"#
        );
    }
}
