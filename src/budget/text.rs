//! The budget in words: messages, tables and the line after each conversion.
//!
//! Nothing is printed here. Times are given in UTC and, where it matters to a person, on the local
//! clock, which the caller hands in. The texts begin lower case and end without a full stop.

use std::fmt::Write as _;

use super::lifeboat::Berth;
use super::store::{Balance, LedgerRow, Receipt, Usage, UsageAll, Verification};
use super::{Limit, Mode, Period, Refusal, Scope};
use crate::model::counted;
use crate::model::time::{Instant, Offset};

/// The offset of the local clock at an instant; `None` where the zone is not known.
pub type LocalClock<'a> = &'a dyn Fn(Instant) -> Option<Offset>;

/// Says that a tier is full, how full, and when it resets (exit 75). The second line says what to do.
#[must_use]
pub fn exhausted(refusal: &Refusal, local: LocalClock) -> String {
    let Refusal {
        scope,
        period,
        used,
        limit,
        resets_at,
    } = *refusal;
    let next = match resets_at {
        Some(_) => "try again after the reset, or raise the limit",
        None => "raise the limit",
    };
    let option = if scope == Scope::Global {
        "--global"
    } else {
        "--key KEY"
    };
    format!(
        "budget: used up, {used} of {limit} {} ({} limit {}), {}\n{next}: trackersync budget set {option} --limit N --period {}",
        span(period),
        whose(scope),
        per(period),
        reset(resets_at, local),
        period.key(),
    )
}

/// Says that the key is blocked (exit 77).
#[must_use]
pub fn blocked() -> String {
    "budget: the key is blocked, nothing was converted\nend the block with trackersync budget unblock --key KEY".to_owned()
}

/// Returns the lines to show after a conversion: what is used, then warnings.
#[must_use]
pub fn after_charge(receipt: &Receipt, local: LocalClock) -> Vec<String> {
    let mut lines = vec![after(receipt, local)];
    lines.extend(receipt.shadow.as_ref().map(would_refuse));
    if !receipt.repeated {
        let all = receipt
            .usage
            .budgets
            .iter()
            .map(|b| (Scope::Key, b))
            .chain(receipt.usage.global.iter().map(|b| (Scope::Global, b)));
        lines.extend(all.filter_map(|(scope, balance)| warning(scope, balance)));
    }
    lines.extend(receipt.clock_back.map(clock_back));
    if receipt.folded > 0 {
        lines.push(format!(
            "budget: {} from the lifeboat entered into the ledger",
            conversions(receipt.folded)
        ));
    }
    lines
}

fn after(receipt: &Receipt, local: LocalClock) -> String {
    let free = if receipt.repeated {
        "this request was charged before and is free; "
    } else {
        ""
    };
    let balances = receipt
        .usage
        .budgets
        .iter()
        .map(|balance| sentence(balance, local));
    format!("budget: {free}{}", balances.collect::<Vec<_>>().join("; "))
}

fn sentence(balance: &Balance, local: LocalClock) -> String {
    let Balance {
        period,
        limit,
        used,
        resets_at,
    } = balance;
    match (limit, balance.remaining()) {
        (Limit::Units(limit), Some(left)) => {
            format!(
                "{used} of {limit} used {}, {left} left, {}",
                span(*period),
                reset(*resets_at, local)
            )
        }
        _ => format!("{used} used {}, no limit", span(*period)),
    }
}

/// A warning when this conversion has brought the tier to 80 %, or to its last unit.
fn warning(scope: Scope, balance: &Balance) -> Option<String> {
    let Limit::Units(limit) = balance.limit else {
        return None;
    };
    let at_80 = |used: u64| u128::from(used) * 5 >= u128::from(limit) * 4;
    let tier = format!("budget: the {} limit {}", whose(scope), per(balance.period));
    match balance.remaining() {
        Some(0) if balance.used <= limit => Some(format!(
            "{tier} is used up now, the next conversion will be refused"
        )),
        Some(1) => Some(format!("{tier} has one conversion left")),
        Some(left) if left > 1 && at_80(balance.used) && !at_80(balance.used.saturating_sub(1)) => {
            Some(format!(
                "{tier} is used to 80 %, {} left",
                conversions(left)
            ))
        }
        _ => None,
    }
}

/// Says what shadow mode would have refused.
#[must_use]
pub fn would_refuse(refusal: &Refusal) -> String {
    let Refusal {
        scope,
        period,
        used,
        limit,
        ..
    } = refusal;
    format!(
        "budget: {used} of {limit} {} were used before this conversion ({} limit {}); it went through because the limit is in shadow mode",
        span(*period),
        whose(*scope),
        per(*period)
    )
}

fn clock_back(seconds: i64) -> String {
    format!(
        "budget: the clock is {seconds} s behind the last entry of the ledger, used units stay used"
    )
}

/// Says loudly that a conversion went through on the lifeboat.
#[must_use]
pub fn on_the_lifeboat(berth: Berth) -> String {
    let Berth { number, of } = berth;
    format!(
        "budget: the state cannot be used; this conversion went through on the lifeboat, slot {number} of {of} today\nit will be entered into the ledger when the state is back: trackersync status"
    )
}

/// Says that the lifeboat has no slot left today.
#[must_use]
pub fn lifeboat_full(of: u64) -> String {
    format!(
        "budget: the state cannot be used and the {of} slots of the lifeboat are taken today\nmend the state: trackersync status"
    )
}

/// Shows what a key has used and has left.
#[must_use]
pub fn usage(usage: &Usage, local: LocalClock) -> String {
    let mut text = format!(
        "key: {}{}\n",
        usage.label.as_deref().unwrap_or("not used yet"),
        remarks(usage.blocked, usage.mode)
    );
    for balance in &usage.budgets {
        let _infallible = writeln!(text, "  {}", sentence(balance, local));
    }
    for balance in &usage.global {
        let _infallible = writeln!(text, "  all keys together: {}", sentence(balance, local));
    }
    text
}

/// Shows the usage of every key, the default and all keys together.
#[must_use]
pub fn usage_all(all: &UsageAll, local: LocalClock) -> String {
    let mut text: String = all
        .keys
        .iter()
        .map(|key| {
            usage(
                &Usage {
                    global: Vec::new(),
                    ..key.clone()
                },
                local,
            )
        })
        .collect();
    let limits = Period::ALL.iter().filter_map(|p| {
        all.default
            .limits
            .of(*p)
            .map(|limit| format!("{} per {}", amount(limit), p.key()))
    });
    let default = limits.collect::<Vec<_>>().join(", ");
    let _infallible = writeln!(
        text,
        "default: {default}{}",
        remarks(false, all.default.mode)
    );
    for balance in &all.global {
        let _infallible = writeln!(
            text,
            "all keys together: {}{}",
            sentence(balance, local),
            remarks(all.global_blocked, Mode::Enforce)
        );
    }
    text
}

/// Shows the ledger, one line per entry.
#[must_use]
pub fn ledger(rows: &[LedgerRow]) -> String {
    let mut text = String::new();
    for LedgerRow {
        id,
        kind,
        operation,
        key,
        cost,
        at,
        digest,
        ..
    } in rows
    {
        let digest = digest.map(|digest| digest.to_string()).unwrap_or_default();
        let input = digest
            .get(..16)
            .map(|start| format!("  input {start}"))
            .unwrap_or_default();
        let _infallible = writeln!(
            text,
            "{id:>6}  {at}  {:<11}  {cost}  {key}  {operation}{input}",
            kind.key()
        );
    }
    text
}

/// Shows what counting anew has found.
#[must_use]
pub fn verification(verification: &Verification) -> String {
    let Verification {
        entries,
        units,
        problems,
    } = verification;
    let mut text = format!(
        "ledger: {}, {} charged",
        counted(*entries, "entry", "entries"),
        counted(*units, "unit", "units")
    );
    text.push_str(if problems.is_empty() {
        ", the counters agree\n"
    } else {
        ", the counters do not agree\n"
    });
    for problem in problems {
        let _infallible = writeln!(text, "  {problem}");
    }
    text
}

fn remarks(blocked: bool, mode: Mode) -> String {
    let blocked = if blocked { " (blocked)" } else { "" };
    let mode = if mode == Mode::Shadow {
        " (shadow mode: counted, not refused)"
    } else {
        ""
    };
    format!("{blocked}{mode}")
}

fn amount(limit: Limit) -> String {
    match limit {
        Limit::Unlimited => "no limit".to_owned(),
        Limit::Units(units) => units.to_string(),
    }
}

fn conversions(count: u64) -> String {
    counted(count, "conversion", "conversions")
}

fn whose(scope: Scope) -> &'static str {
    match scope {
        Scope::Key => "key's",
        Scope::Global => "global",
    }
}

fn per(period: Period) -> &'static str {
    match period {
        Period::Day => "per day",
        Period::Month => "per month",
        Period::Total => "in total",
    }
}

fn span(period: Period) -> &'static str {
    match period {
        Period::Day => "today (UTC)",
        Period::Month => "this month (UTC)",
        Period::Total => "in total",
    }
}

fn reset(at: Option<Instant>, local: LocalClock) -> String {
    match (at, at.and_then(local)) {
        (None, _) => "never resets".to_owned(),
        (Some(at), None) => format!("resets {at}"),
        (Some(at), Some(offset)) => format!("resets {at} (local time {}{offset})", at.at(offset)),
    }
}

#[cfg(test)]
mod tests;
