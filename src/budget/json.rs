//! The budget as JSON documents: the field names that scripts rely on, in a fixed order.
//!
//! Fields may be added, never renamed or removed; `schema` would say so. Nothing is printed here.

use serde::Serialize;

use super::status::Status;
use super::store::{Balance, LedgerRow, Usage, UsageAll, Verification};
use super::{Limit, Period};
use crate::model::time::Instant;

/// Version of every document here.
pub const SCHEMA: u32 = 1;

/// One limit and how far it is used.
#[derive(Clone, Debug, Serialize)]
pub struct BudgetRow {
    /// `day`, `month` or `total`.
    pub period: &'static str,
    /// Units allowed; null for no limit.
    pub limit: Option<u64>,
    /// Units used.
    pub used: u64,
    /// Units held for conversions that are under way: always 0, units are charged when published.
    pub held: u64,
    /// Units left; null for no limit.
    pub remaining: Option<u64>,
    /// When the count starts anew, in UTC; null for never.
    pub resets_at: Option<String>,
}

/// `usage --json` and `budget show --json`.
#[derive(Clone, Debug, Serialize)]
pub struct UsageDocument {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The label of the key.
    pub key: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub row: KeyRow,
    /// The limits over all keys.
    pub global: Vec<BudgetRow>,
    /// What `--verify` has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationRow>,
}

/// What is said of every key.
#[derive(Clone, Debug, Serialize)]
pub struct KeyRow {
    /// Its limits.
    pub budgets: Vec<BudgetRow>,
    /// Whether it is blocked.
    pub blocked: bool,
    /// `enforce` or `shadow`.
    pub mode: &'static str,
}

/// `usage --all --json` and `budget list --json`.
#[derive(Clone, Debug, Serialize)]
pub struct UsageAllDocument {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Every key, by label.
    pub keys: Vec<LabelledRow>,
    /// What keys without limits of their own have.
    pub default: DefaultRow,
    /// The limits over all keys.
    pub global: Vec<BudgetRow>,
    /// Whether all keys are blocked.
    pub global_blocked: bool,
    /// What `--verify` has found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verification: Option<VerificationRow>,
}

/// One key of [`UsageAllDocument`].
#[derive(Clone, Debug, Serialize)]
pub struct LabelledRow {
    /// Its label.
    pub label: Option<String>,
    /// The rest.
    #[serde(flatten)]
    pub row: KeyRow,
}

/// The limits of keys without their own.
#[derive(Clone, Debug, Serialize)]
pub struct DefaultRow {
    /// `enforce` or `shadow`.
    pub mode: &'static str,
    /// The limits that are set.
    pub limits: Vec<LimitRow>,
}

/// One limit.
#[derive(Clone, Debug, Serialize)]
pub struct LimitRow {
    /// `day`, `month` or `total`.
    pub period: &'static str,
    /// Units allowed; null for no limit.
    pub limit: Option<u64>,
}

/// What counting the ledger anew has found.
#[derive(Clone, Debug, Serialize)]
pub struct VerificationRow {
    /// Entries read.
    pub entries: u64,
    /// Units charged and not refunded.
    pub units: u64,
    /// What does not agree.
    pub problems: Vec<String>,
}

/// `usage --log --json`.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerDocument {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Every entry, oldest first.
    pub entries: Vec<LedgerEntry>,
}

/// One entry of the ledger.
#[derive(Clone, Debug, Serialize)]
pub struct LedgerEntry {
    /// Its number.
    pub id: i64,
    /// What it records.
    pub kind: &'static str,
    /// The operation.
    pub operation: String,
    /// The label of the key.
    pub key: String,
    /// Units.
    pub cost: u64,
    /// When it was entered, in UTC.
    pub at: String,
    /// First instant of the day it counts for.
    pub day_start: String,
    /// First instant of the month it counts for.
    pub month_start: String,
    /// SHA-256 of the input.
    pub digest: Option<String>,
}

/// `status --json`.
#[derive(Clone, Debug, Serialize)]
pub struct StatusDocument {
    /// [`SCHEMA`].
    pub schema: u32,
    /// Whether all is well.
    pub healthy: bool,
    /// What is wrong with the state file.
    pub fault: Option<String>,
    /// The state file.
    pub state: String,
    /// Whether it exists.
    pub exists: bool,
    /// Its size.
    pub bytes: Option<u64>,
    /// Version of its tables.
    pub state_schema: Option<u32>,
    /// Entries in its ledger.
    pub ledger_entries: u64,
    /// Keys known.
    pub keys: u64,
    /// Uploads that can be converted.
    pub uploads: u64,
    /// Conversions that can be downloaded.
    pub conversions: u64,
    /// Expired rows that wait for their deletion.
    pub expired: u64,
    /// Slots of the lifeboat that were taken today.
    pub lifeboat_taken_today: u64,
    /// Conversions on the lifeboat that are not in the ledger yet.
    pub lifeboat_waiting: u64,
    /// Bytes free on the disk of the state; null where unknown.
    pub free_bytes: Option<u64>,
    /// Type of the network file system it lies on; null for a local disk.
    pub network: Option<String>,
    /// What the deep check has found; null if it was not asked for.
    pub problems: Option<Vec<String>>,
}

fn limit_of(limit: Limit) -> Option<u64> {
    match limit {
        Limit::Unlimited => None,
        Limit::Units(units) => Some(units),
    }
}

fn rows(balances: &[Balance]) -> Vec<BudgetRow> {
    balances.iter().map(row).collect()
}

fn row(balance: &Balance) -> BudgetRow {
    BudgetRow {
        period: balance.period.key(),
        limit: limit_of(balance.limit),
        used: balance.used,
        held: 0,
        remaining: balance.remaining(),
        resets_at: balance.resets_at.as_ref().map(Instant::to_string),
    }
}

fn key_row(usage: &Usage) -> KeyRow {
    KeyRow {
        budgets: rows(&usage.budgets),
        blocked: usage.blocked,
        mode: usage.mode.key(),
    }
}

fn verification(verification: Option<&Verification>) -> Option<VerificationRow> {
    verification.map(
        |Verification {
             entries,
             units,
             problems,
         }| VerificationRow {
            entries: *entries,
            units: *units,
            problems: problems.clone(),
        },
    )
}

/// Returns the document of one key.
#[must_use]
pub fn usage(usage: &Usage, verified: Option<&Verification>) -> UsageDocument {
    let (key, row) = (usage.label.clone(), key_row(usage));
    UsageDocument {
        schema: SCHEMA,
        key,
        row,
        global: rows(&usage.global),
        verification: verification(verified),
    }
}

/// Returns the document of all keys.
#[must_use]
pub fn usage_all(all: &UsageAll, verified: Option<&Verification>) -> UsageAllDocument {
    let limits = Period::ALL
        .into_iter()
        .filter_map(|period| all.default.limits.of(period).map(|limit| (period, limit)));
    UsageAllDocument {
        schema: SCHEMA,
        keys: all
            .keys
            .iter()
            .map(|usage| LabelledRow {
                label: usage.label.clone(),
                row: key_row(usage),
            })
            .collect(),
        default: DefaultRow {
            mode: all.default.mode.key(),
            limits: limits
                .map(|(period, limit)| LimitRow {
                    period: period.key(),
                    limit: limit_of(limit),
                })
                .collect(),
        },
        global: rows(&all.global),
        global_blocked: all.global_blocked,
        verification: verification(verified),
    }
}

/// Returns the document of the ledger.
#[must_use]
pub fn ledger(rows: &[LedgerRow]) -> LedgerDocument {
    let entry = |row: &LedgerRow| LedgerEntry {
        id: row.id,
        kind: row.kind.key(),
        operation: row.operation.to_string(),
        key: row.key.clone(),
        cost: row.cost,
        at: row.at.to_string(),
        day_start: row.day_start.to_string(),
        month_start: row.month_start.to_string(),
        digest: row.digest.map(|digest| digest.to_string()),
    };
    LedgerDocument {
        schema: SCHEMA,
        entries: rows.iter().map(entry).collect(),
    }
}

/// Returns the document of the status.
#[must_use]
pub fn status(status: &Status) -> StatusDocument {
    StatusDocument {
        schema: SCHEMA,
        healthy: status.is_healthy(),
        fault: status.fault.as_ref().map(ToString::to_string),
        state: status.path.display().to_string(),
        exists: status.bytes.is_some(),
        bytes: status.bytes,
        state_schema: status.contents.map(|contents| contents.schema),
        ledger_entries: status.contents.map_or(0, |contents| contents.entries),
        keys: status.contents.map_or(0, |contents| contents.keys),
        uploads: status.contents.map_or(0, |contents| contents.uploads),
        conversions: status.contents.map_or(0, |contents| contents.conversions),
        expired: status.contents.map_or(0, |contents| contents.expired),
        lifeboat_taken_today: status.lifeboat.taken_today,
        lifeboat_waiting: status.lifeboat.waiting,
        free_bytes: status.free_bytes,
        network: status.network.clone(),
        problems: status.problems.clone(),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::super::Mode;
    use super::*;

    #[test]
    fn the_usage_document_has_the_promised_fields_in_order() {
        let month = Balance {
            period: Period::Month,
            limit: Limit::Units(100),
            used: 3,
            resets_at: Some(Instant(1_796_083_200)),
        };
        let total = Balance {
            period: Period::Total,
            limit: Limit::Unlimited,
            used: 9,
            resets_at: None,
        };
        let shown = Usage {
            label: Some("local user".into()),
            blocked: false,
            mode: Mode::Enforce,
            budgets: vec![month, total],
            global: Vec::new(),
        };
        assert_eq!(
            serde_json::to_string(&usage(&shown, None)).unwrap(),
            r#"{"schema":1,"key":"local user","budgets":[{"period":"month","limit":100,"used":3,"held":0,"remaining":97,"resets_at":"2026-12-01T00:00:00Z"},{"period":"total","limit":null,"used":9,"held":0,"remaining":null,"resets_at":null}],"blocked":false,"mode":"enforce","global":[]}"#
        );
    }

    #[test]
    fn a_limit_lowered_below_what_is_used_leaves_nothing_rather_than_less() {
        let month = Balance {
            period: Period::Month,
            limit: Limit::Units(3),
            used: 15,
            resets_at: None,
        };
        assert_eq!((row(&month).remaining, row(&month).used), (Some(0), 15));
    }
}
