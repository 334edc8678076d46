//! Commands about the budget and its state: `usage`, `budget`, `status`, `maintain`.
//!
//! `usage` and `budget show` only read. Health is probed by `status` and `maintain` and nowhere else.

use anyhow::Result;
use serde::Serialize;

use super::failure::WrongUse;
use super::recovery::StoreLedger;
use super::{World, billing, kept};
use crate::budget::usage::LedgerDocument;
use crate::budget::{
    Change, Key, LedgerRow, Limit, Mode, Period, SqliteStore, Store, Target, Usage, Verification,
    chart, metrics, repair, text,
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
    let store = billing::store(general, world)?;
    let verified = if args.verify {
        Some(store.verify()?)
    } else {
        None
    };
    let key = Key::from_option(args.key.as_deref());
    show(args, &*store, &key, verified.as_ref(), general, world)?;
    if let (Some(v), false) = (&verified, general.json) {
        world.reporter.result(&text::verification(v))?;
    }
    let sound = verified.as_ref().is_none_or(|v| v.problems.is_empty());
    let reached = match args.check {
        Some(percent) => is_used_to(percent, args.all, &*store, &key, world)?,
        None => false,
    };
    Ok(if sound && !reached { 0 } else { 3 })
}

/// Prints what was asked for of one key, or of all.
fn show(
    args: &UsageArgs,
    store: &dyn Store,
    key: &Key,
    verified: Option<&Verification>,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<()> {
    let now = (world.clock)();
    let rows = || -> Result<Vec<LedgerRow>> {
        if args.all {
            return Ok(store.ledger(None)?);
        }
        let (label, mut rows) = (store.usage(key, now)?.label, store.ledger(Some(key))?);
        rows.iter_mut().for_each(|row| row.key.clone_from(&label));
        Ok(rows)
    };
    if args.metrics {
        let keys = match args.all {
            true => store.usage_all(now)?.keys,
            false => vec![store.usage(key, now)?],
        };
        world.reporter.result(&metrics::metrics(&keys, &rows()?))?;
    } else if args.log && general.json {
        document(&LedgerDocument::new(&rows()?), world)?;
    } else if args.log {
        world.reporter.result(&text::ledger(&rows()?))?;
    } else if args.chart {
        let usage = match args.all {
            true => store.usage_all(now)?.together(),
            false => store.usage(key, now)?,
        };
        world
            .reporter
            .result(&chart::chart(&usage, &rows()?, now))?;
    } else if args.all {
        show_all(store, verified, general, world)?;
    } else {
        show_key(store, key, verified, general, world)?;
    }
    Ok(())
}

fn show_key(
    store: &dyn Store,
    key: &Key,
    verified: Option<&Verification>,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<()> {
    let usage = store.usage(key, (world.clock)())?;
    if general.json {
        return document(&usage.document(verified), world);
    }
    world.reporter.result(&text::usage(&usage, world.local))?;
    Ok(())
}

fn show_all(
    store: &dyn Store,
    verified: Option<&Verification>,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<()> {
    let all = store.usage_all((world.clock)())?;
    if general.json {
        return document(&all.document(verified), world);
    }
    world.reporter.result(&text::usage_all(&all, world.local))?;
    Ok(())
}

/// Tells whether so many per cent of a limit are used, of one key or of any.
fn is_used_to(
    percent: u64,
    all: bool,
    store: &dyn Store,
    key: &Key,
    world: &World<'_>,
) -> Result<bool> {
    let now = (world.clock)();
    let keys = match all {
        true => {
            let all = store.usage_all(now)?;
            let together = all.together();
            all.keys.into_iter().chain([together]).collect()
        }
        false => vec![store.usage(key, now)?],
    };
    let mut tiers = keys.iter().flat_map(Usage::tiers);
    Ok(tiers.any(|(_, balance)| balance.is_used_to(percent)))
}

/// `budget …`
pub(super) fn budget(args: &BudgetArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let store = billing::store(general, world)?;
    let (target, changes) = match &args.command {
        BudgetCommand::Show(t) if !t.global && !t.default => {
            let key = Key::from_option(t.key.as_deref());
            show_key(&*store, &key, None, general, world)?;
            return Ok(0);
        }
        BudgetCommand::Show(_) | BudgetCommand::List => {
            show_all(&*store, None, general, world)?;
            return Ok(0);
        }
        BudgetCommand::Init(init) => return make(init.print, &*store, world),
        BudgetCommand::Set(set) => (target_of(&set.target), changes_of(set)),
        BudgetCommand::Block(t) => (labelled(t), vec![Change::Block]),
        BudgetCommand::Unblock(t) => (labelled(t), vec![Change::Unblock]),
        BudgetCommand::Reset(r) => (
            labelled(&r.target),
            vec![Change::Reset(r.period.map(period))],
        ),
    };
    let now = (world.clock)();
    store.change(&target, &changes, now)?;
    echo(&*store, &target, general, world)
}

/// Makes the state where there is none, or prints how an administrator makes the tables.
fn make(print: bool, store: &dyn Store, world: &World<'_>) -> Result<u8> {
    if !print {
        store.secret((world.clock)())?;
        world
            .reporter
            .note("budget", &format!("{}: is there", store.place()));
        return Ok(0);
    }
    let Some(tables) = store.tables() else {
        let text = "--print is for a database\na state file is made when it is used";
        return Err(WrongUse(text.to_owned()).into());
    };
    world.reporter.result(&format!("{tables}\n"))?;
    Ok(0)
}

/// Says what holds now.
fn echo(
    store: &dyn Store,
    target: &Target,
    general: &GeneralArgs,
    world: &World<'_>,
) -> Result<u8> {
    let now = (world.clock)();
    let key = match target {
        Target::Key(key) => key.clone(),
        Target::Global | Target::Default => Key::local(),
    };
    match target {
        _ if !general.json => {
            let (usage, all) = (store.usage(&key, now)?, store.usage_all(now)?);
            let text = text::holds_now(target, &usage, &all);
            world.reporter.note("budget", &text);
        }
        Target::Key(_) => show_key(store, &key, None, general, world)?,
        Target::Global | Target::Default => show_all(store, None, general, world)?,
    }
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
            ModeArg::Soft => Mode::Soft(set.overage.unwrap_or(0)),
            ModeArg::Shadow => Mode::Shadow,
        })
    }));
    changes.extend(set.label.clone().map(Change::Label));
    changes
}

/// `status`
pub(super) fn status(args: &StatusArgs, general: &GeneralArgs, world: &World<'_>) -> Result<u8> {
    let store = billing::store(general, world)?;
    let status = store.status(args.verify, (world.clock)());
    if general.json {
        document(&status.document(), world)?;
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
    let store = billing::store(general, world)?;
    let now = (world.clock)();
    if args.repair {
        let Some(file) = store.file() else {
            let text = "--repair is for a state file\nrestore a backup of the database";
            return Err(WrongUse(text.to_owned()).into());
        };
        world.reporter.result(&repair::repair(file, now)?.text())?;
    }
    let ledger = StoreLedger {
        store: &*store,
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
    let removed = match store.file() {
        Some(file) => tidy(file, args, &ledger, world)?,
        None => format!("{} expired", store.sweep(now)?.len()),
    };
    if args.outputs.is_empty() {
        world
            .reporter
            .note("maintain", &format!("removed: {removed}"));
    }
    Ok(0)
}

/// Cleans up beside a state file, and enters what waits in its lifeboat. Returns what was removed.
fn tidy(
    file: &SqliteStore,
    args: &MaintainArgs,
    ledger: &StoreLedger<'_>,
    world: &World<'_>,
) -> Result<String> {
    let now = (world.clock)();
    ledger.settle_waiting(file, world)?;
    let key = Key::from_option(args.key.as_deref());
    let (folded, waiting) = file.fold_lifeboat(&key, now)?;
    if folded + waiting > 0 {
        let text =
            format!("lifeboat: {folded} entered into the ledger, {waiting} wait for other keys");
        world.reporter.note("maintain", &text);
    }
    let expired = file.sweep(now)?;
    kept::forget(file, &expired);
    let orphans = kept::remove_orphans(file, now)?;
    for path in orphans.kept {
        let what = "was paid, and its entry in the state is lost: copy it, or it goes when it would have expired";
        let text = format!("{}: {what}", path.display());
        world.reporter.warning(&text);
    }
    let leftovers = counted(repair::tidy(file)?, "leftover file", "leftover files");
    Ok(format!(
        "{} expired, {} orphaned, {leftovers}",
        expired.len(),
        orphans.removed
    ))
}
