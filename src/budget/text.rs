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
use super::{Limit, Limits, Mode, Period, Refusal, Rule, Scope};
use crate::model::counted;
use crate::model::time::{Instant, Offset};

/// The offset of the local clock at an instant; `None` where the zone is not known.
pub type LocalClock<'a> = &'a dyn Fn(Instant) -> Option<Offset>;

/// Says that a tier is full, how full, and when it resets (exit 75). The second line says what to do.
#[must_use]
pub fn exhausted(refusal: &Refusal, key: &Key, local: LocalClock) -> String {
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
#[must_use]
pub fn blocked(scope: Scope, key: &Key) -> String {
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
#[must_use]
pub fn after_charge(receipt: &Receipt, local: LocalClock) -> Vec<String> {
    let mut lines = vec![after(receipt, local)];
    let beyond = |refusal| beyond(refusal, &receipt.usage.label);
    lines.extend(receipt.beyond.as_ref().map(beyond));
    if !receipt.repeated {
        let all = receipt
            .usage
            .budgets
            .iter()
            .map(|b| (Scope::Key, b))
            .chain(receipt.usage.global.iter().map(|b| (Scope::Global, b)));
        let key = &receipt.usage.label;
        lines.extend(all.filter_map(|(scope, balance)| warning(scope, key, balance)));
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
#[must_use]
pub fn on_the_lifeboat(slot: LifeboatSlot) -> String {
    let LifeboatSlot { number, of } = slot;
    format!(
        "budget: the state cannot be used; this conversion went through on the lifeboat, slot {number} of {of} today\nit will be entered into the ledger when the state is back: trackersync status"
    )
}

/// Says that the lifeboat has no slot left today.
#[must_use]
pub fn lifeboat_full(of: u64) -> String {
    let slots = match of {
        0 => "the lifeboat has no slots under so small a limit".to_owned(),
        of => format!("the {of} slots of the lifeboat are taken today"),
    };
    format!("budget: the state cannot be used and {slots}\nmend the state: trackersync status")
}

/// Shows what a key has used and has left.
#[must_use]
pub fn usage(usage: &Usage, local: LocalClock) -> String {
    let mut text = format!(
        "key: {}{}\n",
        usage.label,
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
    let default = rule(&all.default);
    let _infallible = writeln!(text, "default: {default}");
    for balance in &all.global {
        let _infallible = writeln!(
            text,
            "all keys together: {}{}",
            sentence(balance, local),
            remarks(all.global_blocked.then_some(Scope::Global), balance.mode)
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
    let not = if problems.is_empty() { "" } else { "do not " };
    let _infallible = writeln!(text, ", the counters {not}agree");
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
#[must_use]
pub fn holds_now(target: &Target, usage: &Usage, all: &UsageAll) -> String {
    let limits = |balances: &[Balance]| {
        let mut limits = Limits::default();
        for balance in balances {
            *limits.of_mut(balance.period) = Some(balance.limit);
        }
        limits
    };
    let of = |name: &str, blocked: bool, limits, mode| {
        let blocked = if blocked { " (blocked)" } else { "" };
        let has = if matches!(target, Target::Global) {
            "have"
        } else {
            "has"
        };
        format!("{name}{blocked} {has} {} now", rule(&Rule { limits, mode }))
    };
    let global_mode = all
        .global
        .first()
        .map_or(Mode::Enforce, |balance| balance.mode);
    match target {
        Target::Default => of(
            "a key without limits of its own",
            false,
            all.default.limits,
            all.default.mode,
        ),
        Target::Global => of(
            "all keys together",
            all.global_blocked,
            limits(&all.global),
            global_mode,
        ),
        Target::Key(_) => {
            let name = &usage.label;
            of(
                name,
                usage.blocked.is_some(),
                limits(&usage.budgets),
                usage.mode,
            )
        }
    }
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
