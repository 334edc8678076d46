//! `usage --metrics`: the budget in the text format of OpenMetrics, for a collector of text files.
//!
//! A key is shown by its label, or by its name where that was typed. See <https://openmetrics.io>, version 1.0.

use std::fmt::Write as _;

use super::Limit;
use super::ledger::{EntryKind, LedgerRow};
use super::usage::Usage;

/// A family of metrics: name, type, help.
type Family = (&'static str, &'static str, &'static str);

const USED: Family = (
    "trackersync_budget_used",
    "gauge",
    "Units used in the current period.",
);
const LIMIT: Family = (
    "trackersync_budget_limit",
    "gauge",
    "Units allowed per period; absent where there is no limit.",
);
const BLOCKED: Family = (
    "trackersync_budget_blocked",
    "gauge",
    "1 while the key is blocked.",
);
const WAITED: Family = (
    "trackersync_charge_wait_seconds",
    "gauge",
    "Time that the last charge waited for other processes.",
);
const COUNTERS: [(Family, EntryKind); 4] = [
    (
        ("trackersync_charges", "counter", "Conversions charged."),
        EntryKind::Charge,
    ),
    (
        (
            "trackersync_repeats",
            "counter",
            "Conversions that repeated a charged request and were free.",
        ),
        EntryKind::Repeat,
    ),
    (
        ("trackersync_refunds", "counter", "Charges given back."),
        EntryKind::Refund,
    ),
    (
        (
            "trackersync_lifeboat_uses",
            "counter",
            "Conversions that went through on the lifeboat.",
        ),
        EntryKind::Lifeboat,
    ),
];

/// Shows what keys have used, and what their entries of the ledger say.
#[must_use]
pub fn metrics(keys: &[Usage], rows: &[LedgerRow]) -> String {
    let mut text = String::new();
    family(&mut text, USED);
    tiers(&mut text, USED.0, keys, |_, used| Some(used));
    family(&mut text, LIMIT);
    tiers(&mut text, LIMIT.0, keys, |limit, _| limit.units());
    family(&mut text, BLOCKED);
    for usage in keys {
        let blocked = u8::from(usage.blocked.is_some());
        sample(&mut text, BLOCKED.0, &label(usage), blocked);
    }
    for (of, kind) in COUNTERS {
        family(&mut text, of);
        let count = rows.iter().filter(|row| row.kind == kind).count();
        let _infallible = writeln!(text, "{}_total {count}", of.0);
    }
    let charges = rows
        .iter()
        .rev()
        .filter(|row| row.kind == EntryKind::Charge);
    if let Some(last) = charges.into_iter().next() {
        family(&mut text, WAITED);
        let ms = last.waited_ms;
        let _infallible = writeln!(text, "{} {}.{:03}", WAITED.0, ms / 1000, ms % 1000);
    }
    text.push_str("# EOF\n");
    text
}

fn family(text: &mut String, (name, kind, help): Family) {
    let _infallible = writeln!(text, "# TYPE {name} {kind}\n# HELP {name} {help}");
}

/// Writes a sample for each tier of each key; the tiers of all keys together come once.
fn tiers(text: &mut String, name: &str, keys: &[Usage], value: impl Fn(Limit, u64) -> Option<u64>) {
    let own = keys
        .iter()
        .flat_map(|usage| usage.budgets.iter().map(|b| (label(usage), b)));
    let global = keys.iter().take(1).flat_map(|usage| &usage.global);
    let global = global.map(|balance| ("key=\"all keys\"".to_owned(), balance));
    for (key, balance) in own.chain(global) {
        if let Some(value) = value(balance.limit, balance.used) {
            let labels = format!("{key},period=\"{}\"", balance.period.key());
            sample(text, name, &labels, value);
        }
    }
}

fn sample(text: &mut String, name: &str, labels: &str, value: impl std::fmt::Display) {
    let _infallible = writeln!(text, "{name}{{{labels}}} {value}");
}

/// The label of a key, escaped.
fn label(usage: &Usage) -> String {
    let escaped = (usage.label)
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("key=\"{escaped}\"")
}

#[cfg(test)]
mod tests {
    use super::super::usage::Balance;
    use super::super::{Mode, Period};
    use super::*;

    #[test]
    fn every_line_is_a_sample_of_the_family_above_it() {
        let month = Balance {
            period: Period::Month,
            limit: Limit::Units(100),
            used: 3,
            mode: Mode::Enforce,
            resets_at: None,
        };
        let total = Balance {
            period: Period::Total,
            limit: Limit::Unlimited,
            ..month
        };
        let usage = Usage {
            label: "the \"gym\"".to_owned(),
            blocked: None,
            mode: Mode::Enforce,
            budgets: vec![month, total],
            global: vec![month],
        };
        let text = metrics(&[usage.clone(), usage], &[]);
        let mut family = "";
        let mut samples = 0;
        for line in text.lines().filter(|line| !line.starts_with("# HELP")) {
            if let Some(rest) = line.strip_prefix("# TYPE ") {
                family = rest.split(' ').next().unwrap_or_default();
            } else if line != "# EOF" {
                assert!(line.starts_with(family), "{line} under {family}");
                samples += 1;
            }
        }
        assert_eq!(samples, 5 + 3 + 2 + 4);
        assert!(
            text.contains("trackersync_budget_used{key=\"the \\\"gym\\\"\",period=\"month\"} 3\n")
        );
        assert!(text.contains("trackersync_budget_limit{key=\"all keys\",period=\"month\"} 100\n"));
        assert!(text.contains("trackersync_charges_total 0\n") && text.ends_with("# EOF\n"));
    }
}
