//! The budget as JSON documents: the field names that scripts rely on, in a fixed order.
//!
//! Fields may be added, never renamed or removed; `schema` would say so. Nothing is printed here.

use serde::Serialize;
use serde_json::{Value, json};

use super::ledger::{LedgerRow, Verification};
use super::usage::{Balance, Usage, UsageAll, limits_set};
use super::{Limit, Mode, Period, Rule};

/// Version of every document here.
pub const SCHEMA: u32 = 1;

/// `usage --json` and `budget show --json`.
#[derive(Clone, Debug, Serialize)]
pub struct UsageDocument<'u> {
    schema: u32,
    key: &'u str,
    #[serde(flatten)]
    row: KeyRow<'u>,
    global: &'u [Balance],
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<&'u Verification>,
}

/// `usage --all --json` and `budget list --json`.
#[derive(Clone, Debug, Serialize)]
pub struct UsageAllDocument<'u> {
    schema: u32,
    keys: Vec<LabelledRow<'u>>,
    default: Value,
    global: &'u [Balance],
    global_blocked: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    verification: Option<&'u Verification>,
}

#[derive(Clone, Debug, Serialize)]
struct KeyRow<'u> {
    budgets: &'u [Balance],
    blocked: bool,
    mode: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    overage: Option<u64>,
}

#[derive(Clone, Debug, Serialize)]
struct LabelledRow<'u> {
    label: &'u str,
    #[serde(flatten)]
    row: KeyRow<'u>,
}

/// `usage --log --json`.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerDocument<'l> {
    schema: u32,
    entries: &'l [LedgerRow],
}

fn row(usage: &Usage) -> KeyRow<'_> {
    KeyRow {
        budgets: &usage.budgets,
        blocked: usage.blocked.is_some(),
        mode: usage.mode.key(),
        overage: overage(usage.mode),
    }
}

fn overage(mode: Mode) -> Option<u64> {
    match mode {
        Mode::Soft(beyond) => Some(beyond),
        Mode::Enforce | Mode::Shadow => None,
    }
}

/// Returns the document of one key.
#[must_use]
pub fn usage<'u>(usage: &'u Usage, verification: Option<&'u Verification>) -> UsageDocument<'u> {
    UsageDocument {
        schema: SCHEMA,
        key: &usage.label,
        row: row(usage),
        global: &usage.global,
        verification,
    }
}

/// Returns the document of all keys.
#[must_use]
pub fn usage_all<'u>(
    all: &'u UsageAll,
    verification: Option<&'u Verification>,
) -> UsageAllDocument<'u> {
    let labelled = |usage: &'u Usage| LabelledRow {
        label: &usage.label,
        row: row(usage),
    };
    UsageAllDocument {
        schema: SCHEMA,
        keys: all.keys.iter().map(labelled).collect(),
        default: rule(&all.default),
        global: &all.global,
        global_blocked: all.global_blocked,
        verification,
    }
}

fn rule(rule: &Rule) -> Value {
    let limit =
        |(period, limit): (Period, Limit)| json!({"period": period.key(), "limit": limit.units()});
    let limits: Vec<Value> = limits_set(&rule.limits).map(limit).collect();
    let mut value = json!({"mode": rule.mode.key(), "limits": limits});
    if let (Some(beyond), Some(fields)) = (overage(rule.mode), value.as_object_mut()) {
        fields.insert("overage".to_owned(), beyond.into());
    }
    value
}

/// Returns the document of the ledger.
#[must_use]
pub fn ledger(entries: &[LedgerRow]) -> LedgerDocument<'_> {
    LedgerDocument {
        schema: SCHEMA,
        entries,
    }
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
            serde_json::to_string(&usage(&shown, None)).unwrap(),
            r#"{"schema":1,"key":"local user","budgets":[{"period":"month","limit":100,"used":3,"remaining":97,"resets_at":"2026-12-01T00:00:00Z"},{"period":"total","limit":null,"used":9,"remaining":null,"resets_at":null},{"period":"total","limit":3,"used":15,"remaining":0,"resets_at":null}],"blocked":false,"mode":"enforce","global":[]}"#
        );
    }
}
