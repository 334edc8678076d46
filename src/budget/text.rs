//! The budget in words: messages, tables and the line after each conversion.
//!
//! Nothing is printed here. Times are in UTC and, where it matters to a person, on the local clock too.
//! The texts begin lower case and end without a full stop.

use std::fmt::Write as _;

use super::key::Key;
use super::ledger::{LedgerRow, Verification};
use super::lifeboat::LifeboatSlot;
use super::store::{Receipt, Target};
use super::usage::{Balance, Usage, UsageAll, limits_set};
use super::{Limit, Mode, Period, Refusal, Rule, Scope};
use crate::model::counted;
use crate::model::time::{Instant, Offset};

/// The offset of the local clock at an instant; `None` where the zone is not known.
pub(crate) type LocalClock<'a> = &'a dyn Fn(Instant) -> Option<Offset>;

/// Says that a tier is full, how full, and when it resets (exit 75). The second line says what to do.
pub(crate) fn exhausted(refusal: &Refusal, key: &Key, local: LocalClock) -> String {
    let Refusal { scope, period, .. } = *refusal;
    let next = match refusal.resets_at {
        Some(_) => "try again after the reset, or raise the limit",
        None => "raise the limit",
    };
    format!(
        "budget: used up, {} of {} {} ({}), {}\n{next}: trackersync budget set{} --limit N --period {}",
        refusal.used,
        refusal.limit,
        span(period),
        limit_of(scope, &key.shown(), period),
        reset(refusal.resets_at, local),
        option(scope, key),
        period.key(),
    )
}

/// Says whose block it is (exit 77), and how to end it.
pub(crate) fn blocked(scope: Scope, key: &Key) -> String {
    let whose = match scope {
        Scope::Global => "all keys are blocked".to_owned(),
        Scope::Key if key.is_local() => "the local user's key is blocked".to_owned(),
        Scope::Key => format!("the key {} is blocked", key.shown()),
    };
    format!(
        "budget: {whose}, nothing was converted\nend the block with: trackersync budget unblock{}",
        option(scope, key)
    )
}

/// The option that names what a limit or a block is of.
fn option(scope: Scope, key: &Key) -> String {
    match scope {
        Scope::Global => " --global".to_owned(),
        Scope::Key => key.option(),
    }
}

/// Returns the lines to show after a conversion: what is used, then warnings.
pub(crate) fn after_charge(receipt: &Receipt, local: LocalClock) -> Vec<String> {
    let mut lines = vec![after(receipt, local)];
    let beyond = |refusal| beyond(refusal, &receipt.usage.label);
    lines.extend(receipt.beyond.as_ref().map(beyond));
    if !receipt.repeated {
        let (tiers, key) = (receipt.usage.tiers(), &receipt.usage.label);
        lines.extend(tiers.filter_map(|(scope, balance)| warning(scope, key, balance)));
    }
    lines.extend(receipt.clock_back.map(clock_back));
    lines.extend(receipt.clock_off.map(clock_off));
    if receipt.folded > 0 {
        lines.push(format!(
            "budget: {} from the lifeboat entered into the ledger",
            counted(receipt.folded, "conversion", "conversions")
        ));
    }
    lines
}

fn after(receipt: &Receipt, local: LocalClock) -> String {
    let free = match receipt.repeated {
        true => "this request was charged before and is free; ",
        false => "",
    };
    let balances = receipt.usage.budgets.iter();
    let balances: Vec<_> = balances.map(|balance| sentence(balance, local)).collect();
    format!("budget: {free}{}", balances.join("; "))
}

fn sentence(balance: &Balance, local: LocalClock) -> String {
    let (used, span) = (balance.used, span(balance.period));
    match (balance.limit, balance.remaining()) {
        (Limit::Units(limit), Some(left)) => {
            let reset = reset(balance.resets_at, local);
            format!("{used} of {limit} used {span}, {left} left, {reset}")
        }
        _ => format!("{used} used {span}, no limit"),
    }
}

/// A warning when this conversion has brought the tier to 80 %, or to its last unit.
fn warning(scope: Scope, key: &str, balance: &Balance) -> Option<String> {
    let Limit::Units(limit) = balance.limit else {
        return None;
    };
    let at_80 = |used: u64| u128::from(used) * 5 >= u128::from(limit) * 4;
    let tier = format!("budget: {}", limit_of(scope, key, balance.period));
    match balance.remaining() {
        Some(0) if balance.used <= limit => Some(match balance.mode {
            Mode::Enforce => format!("{tier} is used up now, the next conversion will be refused"),
            Mode::Soft(beyond) => format!("{tier} is used up now, {} more go through", beyond),
            Mode::Shadow => format!("{tier} is used up now"),
        }),
        Some(1) => Some(format!("{tier} has one conversion left")),
        Some(left) if left > 1 && at_80(balance.used) && !at_80(balance.used.saturating_sub(1)) => {
            Some(format!(
                "{tier} is used to 80 %, {} left",
                counted(left, "conversion", "conversions")
            ))
        }
        _ => None,
    }
}

/// Says that a conversion went beyond a limit in soft or shadow mode.
fn beyond(refusal: &Refusal, key: &str) -> String {
    let Refusal { scope, period, .. } = *refusal;
    let why = match refusal.mode {
        Mode::Soft(beyond) => format!("the limit is soft: {beyond} beyond it go through"),
        _ => "the limit is in shadow mode".to_owned(),
    };
    format!(
        "budget: {} of {} {} were used before this conversion ({}); it went through because {why}",
        refusal.used,
        refusal.limit,
        span(period),
        limit_of(scope, key, period)
    )
}

fn clock_back(seconds: i64) -> String {
    format!("budget: the clock is {seconds} s behind the last entry, used units stay used")
}

fn clock_off(seconds: i64) -> String {
    let ahead = if seconds > 0 { "ahead of" } else { "behind" };
    let seconds = seconds.unsigned_abs();
    format!(
        "budget: the clock of this machine is {seconds} s {ahead} that of the store, which decides"
    )
}

/// Says loudly that a conversion went through on the lifeboat.
pub(crate) fn on_the_lifeboat(slot: LifeboatSlot) -> String {
    let LifeboatSlot { number, of } = slot;
    format!(
        "budget: the state cannot be used; this conversion went through on the lifeboat, slot {number} of {of} today\nit will be entered into the ledger when the state is back: trackersync status"
    )
}

/// Says that the lifeboat has no slot left today.
pub(crate) fn lifeboat_full(of: u64) -> String {
    let slots = match of {
        0 => "the lifeboat has no slots under so small a limit".to_owned(),
        of => format!("the {of} slots of the lifeboat are taken today"),
    };
    format!("budget: the state cannot be used and {slots}\nmend the state: trackersync status")
}

/// Shows what a key has used and has left.
pub(crate) fn usage(usage: &Usage, local: LocalClock) -> String {
    let mut text = own(usage, local);
    for balance in &usage.global {
        let _infallible = writeln!(text, "  all keys together: {}", sentence(balance, local));
    }
    text
}

fn own(usage: &Usage, local: LocalClock) -> String {
    let remarks = remarks(usage.blocked, usage.mode);
    let mut text = format!("key: {}{remarks}\n", usage.label);
    for balance in &usage.budgets {
        let _infallible = writeln!(text, "  {}", sentence(balance, local));
    }
    text
}

/// Shows the usage of every key, the default and all keys together.
pub(crate) fn usage_all(all: &UsageAll, local: LocalClock) -> String {
    let mut text: String = all.keys.iter().map(|key| own(key, local)).collect();
    let default = rule(&all.default);
    let _infallible = writeln!(text, "default: {default}");
    for balance in &all.global {
        let sentence = sentence(balance, local);
        let remarks = remarks(all.global_blocked.then_some(Scope::Global), balance.mode);
        let _infallible = writeln!(text, "all keys together: {sentence}{remarks}");
    }
    text
}

/// Shows the ledger, one line per entry.
pub(crate) fn ledger(rows: &[LedgerRow]) -> String {
    let line = |row: &LedgerRow| {
        let digest = row.digest.map(|digest| digest.to_string());
        let input = digest.map_or_else(String::new, |digest| format!("  input {digest:.16}"));
        format!(
            "{:>6}  {}  {:<11}  {}  {}  {}{input}\n",
            row.id,
            row.at,
            row.kind.key(),
            row.cost,
            row.key,
            row.operation
        )
    };
    rows.iter().map(line).collect()
}

/// Shows what counting anew has found.
pub(crate) fn verification(verification: &Verification) -> String {
    let problems = &verification.problems;
    let mut text = format!(
        "ledger: {}, {} charged, the counters {}agree\n",
        counted(verification.entries, "entry", "entries"),
        counted(verification.units, "unit", "units"),
        if problems.is_empty() { "" } else { "do not " }
    );
    for problem in problems {
        let _infallible = writeln!(text, "  {problem}");
    }
    text
}

/// Says which limits hold, and what happens at them.
fn rule(rule: &Rule) -> String {
    let limit = |(period, limit): (Period, Limit)| match limit {
        Limit::Unlimited => format!("no limit {}", per(period)),
        Limit::Units(units) => format!("{units} {}", per(period)),
    };
    let limits: Vec<_> = limits_set(&rule.limits).map(limit).collect();
    let limits = match limits.as_slice() {
        [] => "no limit".to_owned(),
        limits => limits.join(", "),
    };
    format!("{limits}{}", remarks(None, rule.mode))
}

/// Says what holds for a target after a change.
pub(crate) fn holds_now(target: &Target, usage: &Usage, all: &UsageAll) -> String {
    let (name, has, blocked, rule_now) = match target {
        Target::Default => ("a key without limits of its own", "has", false, all.default),
        Target::Global => (
            "all keys together",
            "have",
            all.global_blocked,
            all.together().rule(),
        ),
        Target::Key(_) => (
            usage.label.as_str(),
            "has",
            usage.blocked.is_some(),
            usage.rule(),
        ),
    };
    let blocked = if blocked { " (blocked)" } else { "" };
    format!("{name}{blocked} {has} {} now", rule(&rule_now))
}

fn remarks(blocked: Option<Scope>, mode: Mode) -> String {
    let blocked = match blocked {
        Some(Scope::Key) => " (blocked)",
        Some(Scope::Global) => " (all keys are blocked)",
        None => "",
    };
    let mode = match mode {
        Mode::Enforce => String::new(),
        Mode::Soft(beyond) => format!(" (soft: {beyond} beyond the limit go through)"),
        Mode::Shadow => " (shadow mode: counted, not refused)".to_owned(),
    };
    format!("{blocked}{mode}")
}

fn limit_of(scope: Scope, key: &str, period: Period) -> String {
    let per = per(period);
    match scope {
        Scope::Key if key == Key::LOCAL_LABEL => format!("your limit {per}"),
        Scope::Key => format!("the limit {per} of the key {key}"),
        Scope::Global => format!("the limit {per} of all keys together"),
    }
}

fn per(period: Period) -> &'static str {
    match period {
        Period::Day => "per day",
        Period::Month => "per month",
        Period::Total => "in total",
    }
}

/// The span that a period is now.
pub(super) fn over(period: Period) -> &'static str {
    match period {
        Period::Day => "today",
        Period::Month => "this month",
        Period::Total => "in total",
    }
}

fn span(period: Period) -> String {
    let utc = if period == Period::Total {
        ""
    } else {
        " (UTC)"
    };
    format!("{}{utc}", over(period))
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
