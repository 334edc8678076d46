//! Commands about the budget and its state: `usage`, `budget`, `status`, `maintain`.
//!
//! `usage` and `budget show` only read. Health is probed by `status` and `maintain` and nowhere else.

use anyhow::Result;
use serde::Serialize;

use super::recovery::StoreLedger;
use super::{World, kept, purse};
use crate::budget::status::Status;
use crate::budget::{
    Change, Key, Limit, Mode, Period, SqliteStore, Store, Target, json, repair, text,
};
use crate::cli::{
    BudgetArgs, BudgetCommand, GeneralArgs, LabelledTarget, MaintainArgs, ModeArg, PeriodArg,
    SetArgs, StatusArgs, TargetArgs, UsageArgs,
};
use crate::report::words::counted;
use crate::terminal::clean;

fn document(value: &impl Serialize, world: &World<'_>) -> Result<()> {
    world
        .reporter
        .result(&format!("{}\n", serde_json::to_string(value)?))?;
    Ok(())
}

/// `usage`
pub(super) fn usage(args: &UsageArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let store = purse::store(general, world)?;
    let now = (world.clock)();
    let verified = if args.verify {
        Some(store.verify()?)
    } else {
        None
    };
    let sound = verified.as_ref().is_none_or(|v| v.problems.is_empty());
    let key = Key::from_option(args.key.as_deref());
    if args.log {
        let rows = store.ledger((!args.all).then_some(&key))?;
        if general.json {
            document(&json::ledger(&rows), world)?;
        } else {
            world.reporter.result(&text::ledger(&rows))?;
        }
    } else if args.all {
        let all = store.usage_all(now)?;
        if general.json {
            document(&json::usage_all(&all, verified.as_ref()), world)?;
        } else {
            world.reporter.result(&text::usage_all(&all, world.local))?;
        }
    } else {
        show(&store, &key, verified.as_ref(), general, world)?;
    }
    if let (Some(v), false) = (&verified, general.json) {
        world.reporter.result(&text::verification(v))?;
    }
    Ok(if sound { 0 } else { 3 })
}

fn show(
    store: &SqliteStore,
    key: &Key,
    verified: Option<&crate::budget::store::Verification>,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<()> {
    let usage = store.usage(key, (world.clock)())?;
    if general.json {
        return document(&json::usage(&usage, verified), world);
    }
    world.reporter.result(&text::usage(&usage, world.local))?;
    Ok(())
}

/// `budget …`
pub(super) fn budget(args: &BudgetArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let store = purse::store(general, world)?;
    let now = (world.clock)();
    let (target, changes, what) = match &args.command {
        BudgetCommand::Show(t) if !t.global && !t.default => {
            show(
                &store,
                &Key::from_option(t.key.as_deref()),
                None,
                general,
                world,
            )?;
            return Ok(0);
        }
        BudgetCommand::Show(_) | BudgetCommand::List => {
            let all = store.usage_all(now)?;
            if general.json {
                document(&json::usage_all(&all, None), world)?;
            } else {
                world.reporter.result(&text::usage_all(&all, world.local))?;
            }
            return Ok(0);
        }
        BudgetCommand::Set(set) => (target_of(&set.target), changes_of(set), "set"),
        BudgetCommand::Block(t) => (labelled(t), vec![Change::Block], "blocked"),
        BudgetCommand::Unblock(t) => (labelled(t), vec![Change::Unblock], "unblocked"),
        BudgetCommand::Reset(r) => (
            labelled(&r.target),
            vec![Change::Reset(r.period.map(period))],
            "reset",
        ),
    };
    store.change(&target, &changes, now)?;
    world.reporter.note("budget", what);
    Ok(0)
}

fn target_of(t: &TargetArgs) -> Target {
    match (t.global, t.default) {
        (true, _) => Target::Global,
        (_, true) => Target::Default,
        _ => Target::Key(Key::from_option(t.key.as_deref())),
    }
}

fn labelled(t: &LabelledTarget) -> Target {
    if t.global {
        Target::Global
    } else {
        Target::Key(Key::from_option(t.key.as_deref()))
    }
}

fn period(p: PeriodArg) -> Period {
    match p {
        PeriodArg::Day => Period::Day,
        PeriodArg::Month => Period::Month,
        PeriodArg::Total => Period::Total,
    }
}

fn changes_of(set: &SetArgs) -> Vec<Change> {
    let over = set.period.map_or(Period::Month, period);
    let mut changes = Vec::new();
    if set.inherit {
        changes.push(Change::Inherit);
    }
    match (set.unlimited, set.period) {
        (true, Some(p)) => changes.push(Change::Limit(period(p), Limit::Unlimited)),
        (true, None) => changes.push(Change::Unlimited),
        (false, _) => changes.extend(set.limit.map(|n| Change::Limit(over, Limit::Units(n)))),
    }
    changes.extend(set.mode.map(|m| {
        Change::Mode(match m {
            ModeArg::Enforce => Mode::Enforce,
            ModeArg::Shadow => Mode::Shadow,
        })
    }));
    changes.extend(set.label.clone().map(Change::Label));
    changes
}

/// `status`
pub(super) fn status(args: &StatusArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let store = purse::store(general, world)?;
    let status = Status::of(&store, args.verify, (world.clock)());
    if general.json {
        document(&json::status(&status), world)?;
    } else {
        let lines = status.text();
        let lines: Vec<_> = lines.lines().map(clean).collect();
        world.reporter.result(&format!("{}\n", lines.join("\n")))?;
    }
    Ok(if status.is_healthy() { 0 } else { 69 })
}

/// `maintain`
pub(super) fn maintain(
    args: &MaintainArgs,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let mut store = purse::store(general, world)?;
    let now = (world.clock)();
    if args.repair {
        let done = repair::repair(&mut store, now)?;
        world.reporter.result(&done.text())?;
    }
    let ledger = StoreLedger {
        store: &store,
        now: world.clock,
    };
    for out in &args.outputs {
        let done = ledger.settle(out, world.reporter)?;
        world.reporter.note(
            "maintain",
            &format!(
                "{}: {} finished, {} removed",
                out.display(),
                done.finished.len(),
                done.removed
            ),
        );
    }
    ledger.settle_waiting(&store, world)?;
    let expired = store.sweep(now)?;
    kept::forget(&store, &expired);
    let orphans = kept::remove_orphans(&store, now)?;
    let tidied = repair::tidy(&store)?;
    if args.outputs.is_empty() {
        let counts = format!(
            "removed: {} expired, {orphans} orphaned, {}",
            expired.len(),
            counted(tidied, "leftover file", "leftover files")
        );
        world.reporter.note("maintain", &counts);
    }
    Ok(0)
}
