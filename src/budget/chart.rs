//! `usage --chart`: conversions by day, the pace, and the day on which a limit will be reached.
//!
//! Made from the ledger alone. Days are those of UTC; the day that runs counts as a whole one.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::ledger::{EntryKind, LedgerRow};
use super::usage::{Balance, Usage};
use super::{Limit, Period, Scope, text};
use crate::model::time::{DAY, Instant, Offset};

/// Days that are drawn.
const DAYS: i64 = 31;

/// Characters of the longest bar.
const WIDTH: u64 = 50;

/// Draws what a key used by day, today last, then the pace of each limit.
pub(crate) fn chart(usage: &Usage, rows: &[LedgerRow], now: Instant) -> String {
    let by_day = by_day(rows);
    let today = Period::Day.start(now);
    let days = (0..DAYS).rev().map(|back| today.plus(-back * DAY));
    let used = |day: &Instant| by_day.get(day).copied().unwrap_or(0);
    // What was before the first conversion is not drawn.
    let days: Vec<_> = days
        .skip_while(|day| used(day) == 0 && *day != today)
        .collect();
    let most = days.iter().map(used).max().unwrap_or(0);
    let mut text = format!("{}, conversions by day (UTC):\n", usage.label);
    for day in &days {
        let (date, units) = (day.at(Offset(0)).date(), used(day));
        let bar = "#".repeat(usize::try_from(length(units, most)).unwrap_or(0));
        let line = format!("  {date}  {units:>5}  {bar}");
        let _infallible = writeln!(text, "{}", line.trim_end());
    }
    for (scope, balance) in usage.tiers() {
        let whose = match scope {
            Scope::Key => "",
            Scope::Global => "all keys together, ",
        };
        let _infallible = writeln!(text, "{whose}{}", pace(balance, &by_day, now));
    }
    text
}

/// Units by the day they count for, given back ones left out.
fn by_day(rows: &[LedgerRow]) -> BTreeMap<Instant, u64> {
    let mut by_day = BTreeMap::<Instant, u64>::new();
    for row in rows {
        let used = by_day.entry(row.day_start).or_default();
        *used = match row.kind {
            EntryKind::Refund => used.saturating_sub(row.cost),
            _ => used.saturating_add(row.cost),
        };
    }
    by_day
}

/// At least one character for anything that is not nothing, and all of them only for the most.
fn length(units: u64, most: u64) -> u64 {
    match most {
        ..=WIDTH => units,
        _ => units.saturating_mul(WIDTH).div_ceil(most),
    }
}

/// Says how fast a limit is used and when it will be reached.
fn pace(balance: &Balance, by_day: &BTreeMap<Instant, u64>, now: Instant) -> String {
    let Balance {
        period,
        limit,
        used,
        resets_at,
        ..
    } = *balance;
    let over = text::over(period);
    let Limit::Units(limit) = limit else {
        return format!("{over}: {used} used, no limit");
    };
    let today = Period::Day.start(now);
    let first = match period {
        Period::Total => by_day.keys().next().copied().unwrap_or(today),
        _ => period.start(now),
    };
    let days = u64::try_from((today.0.saturating_sub(first.0)) / DAY).unwrap_or(0) + 1;
    let left = limit.saturating_sub(used);
    let text = format!("{over}: {used} of {limit} used");
    if left == 0 {
        return format!("{text}, used up");
    }
    if period == Period::Day || used == 0 {
        return text;
    }
    let tenths = used.saturating_mul(10) / days;
    // The last unit goes on the day on which the pace, begun tomorrow, has used what is left.
    let wait = left.saturating_mul(days).div_ceil(used);
    let wait = i64::try_from(wait).ok().and_then(|n| n.checked_mul(DAY));
    let end = wait.map(|wait| today.plus(wait));
    let pace = format!("{text}, {}.{} a day", tenths / 10, tenths % 10);
    match end.filter(|end| end.is_plausible() && resets_at.is_none_or(|reset| *end < reset)) {
        Some(end) => format!(
            "{pace}: at this pace used up on {}",
            end.at(Offset(0)).date()
        ),
        None => format!("{pace}: at this pace enough until the reset"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Digest, Mode, OperationId};
    use super::*;

    /// 2026-11-21T12:00:00Z.
    const NOON: Instant = Instant(1_795_262_400);

    fn row(kind: EntryKind, days_ago: i64, cost: u64) -> LedgerRow {
        let at = NOON.plus(-days_ago * DAY);
        LedgerRow {
            id: 1,
            kind,
            operation: OperationId([0; 16]),
            key: "k".to_owned(),
            cost,
            at,
            day_start: Period::Day.start(at),
            month_start: Period::Month.start(at),
            digest: Some(Digest::default()),
            waited_ms: 0,
        }
    }

    fn usage(limit: u64, used: u64) -> Usage {
        let month = Balance {
            period: Period::Month,
            limit: Limit::Units(limit),
            used,
            mode: Mode::Enforce,
            resets_at: Period::Month.resets_at(NOON),
        };
        Usage {
            label: "gym".to_owned(),
            blocked: None,
            mode: Mode::Enforce,
            budgets: vec![month],
            global: Vec::new(),
        }
    }

    #[test]
    fn days_are_drawn_from_the_first_to_today_and_the_end_is_foretold() {
        let rows = [
            row(EntryKind::Charge, 3, 18),
            row(EntryKind::Charge, 2, 4),
            row(EntryKind::Refund, 2, 1),
            row(EntryKind::Charge, 0, 0),
        ];
        let expected = "\
gym, conversions by day (UTC):
  2026-11-18     18  ##################
  2026-11-19      3  ###
  2026-11-20      0
  2026-11-21      0
this month: 21 of 28 used, 1.0 a day: at this pace used up on 2026-11-28
";
        assert_eq!(chart(&usage(28, 21), &rows, NOON), expected);
    }

    #[test]
    fn what_lasts_until_the_reset_or_is_used_up_is_said() {
        let last = |limit, used| {
            let text = chart(&usage(limit, used), &[], NOON);
            text.lines().last().unwrap_or_default().to_owned()
        };
        assert!(last(100, 21).ends_with("1.0 a day: at this pace enough until the reset"));
        assert!(last(30, 21).ends_with("used up on 2026-11-30"));
        assert!(last(31, 21).ends_with("until the reset"));
        assert!(last(21, 21).ends_with("21 of 21 used, used up"));
        assert!(last(21, 0).ends_with("0 of 21 used"));
    }

    #[test]
    fn a_long_bar_is_scaled_and_a_short_one_never_vanishes() {
        assert_eq!(
            (length(1, 4000), length(4000, 4000), length(0, 4000)),
            (1, 50, 0)
        );
        assert_eq!((length(7, 50), length(2000, 4000)), (7, 25));
    }
}
