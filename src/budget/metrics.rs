//! `usage --metrics`: the budget in the text format of OpenMetrics, for a collector of text files.
//!
//! A key is shown by its label, or by its name where that was typed. See <https://openmetrics.io>, version 1.0.

use std::fmt::Write as _;

use super::ledger::{EntryKind, LedgerRow};
use super::usage::{Balance, Usage};

/// Counters: name, help, and what they count.
const COUNTERS: [(&str, &str, EntryKind); 4] = [
    ("charges", "Conversions charged.", EntryKind::Charge),
    (
        "repeats",
        "Conversions that repeated a charged request and were free.",
        EntryKind::Repeat,
    ),
    ("refunds", "Charges given back.", EntryKind::Refund),
    (
        "lifeboat_uses",
        "Conversions that went through on the lifeboat.",
        EntryKind::Lifeboat,
    ),
];

/// Shows what keys have used, and what their entries of the ledger say.
pub(crate) fn metrics(keys: &[Usage], rows: &[LedgerRow]) -> String {
    let mut text = String::new();
    let help = "Units used in the current period.";
    let used = gauge(&mut text, "budget_used", help);
    tiers(&mut text, &used, keys, |balance| Some(balance.used));
    let help = "Units allowed per period; absent where there is no limit.";
    let limit = gauge(&mut text, "budget_limit", help);
    tiers(&mut text, &limit, keys, |balance| balance.limit.units());
    let blocked = gauge(&mut text, "budget_blocked", "1 while the key is blocked.");
    for usage in keys {
        let is_blocked = u8::from(usage.blocked.is_some());
        sample(&mut text, &blocked, &label(usage), is_blocked);
    }
    for (name, help, kind) in COUNTERS {
        let name = family(&mut text, name, "counter", help);
        let count = rows.iter().filter(|row| row.kind == kind).count();
        let _infallible = writeln!(text, "{name}_total {count}");
    }
    let last = rows.iter().rfind(|row| row.kind == EntryKind::Charge);
    if let Some(&LedgerRow { waited_ms: ms, .. }) = last {
        let help = "Time that the last charge waited for other processes.";
        let waited = gauge(&mut text, "charge_wait_seconds", help);
        let _infallible = writeln!(text, "{waited} {}.{:03}", ms / 1000, ms % 1000);
    }
    text.push_str("# EOF\n");
    text
}

/// Begins a family and returns its whole name.
fn family(text: &mut String, name: &str, kind: &str, help: &str) -> String {
    let name = format!("trackersync_{name}");
    let _infallible = writeln!(text, "# TYPE {name} {kind}\n# HELP {name} {help}");
    name
}

fn gauge(text: &mut String, name: &str, help: &str) -> String {
    family(text, name, "gauge", help)
}

/// Writes a sample for each tier of each key; the tiers of all keys together come once.
fn tiers(text: &mut String, name: &str, keys: &[Usage], value: impl Fn(&Balance) -> Option<u64>) {
    let own = keys
        .iter()
        .flat_map(|usage| usage.budgets.iter().map(|b| (label(usage), b)));
    let global = keys.iter().take(1).flat_map(|usage| &usage.global);
    let global = global.map(|balance| ("key=\"all keys\"".to_owned(), balance));
    for (key, balance) in own.chain(global) {
        if let Some(value) = value(balance) {
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
    use super::super::{Limit, Mode, Period};
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
