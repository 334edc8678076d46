//! Commands about the budget and its state: `usage`, `budget`, `status`, `maintain`.
//!
//! `usage` and `budget show` only read. Health is probed by `status` and `maintain` and nowhere else.

use anyhow::Result;
use serde::Serialize;

use super::failure::{WRONG_USE, failure};
use super::recovery::StoreLedger;
use super::{World, billing, kept};
use crate::budget::usage::{Document, Entries};
use crate::budget::{
    Change, Key, LedgerRow, Limit, Mode, Period, SqliteStore, Store, Target, Usage, Verification,
    chart, metrics, repair, text,
};
use crate::cli::{
    BudgetArgs, BudgetCommand, LabelledTarget, MaintainArgs, ModeArg, SetArgs, StatusArgs,
    TargetArgs, UsageArgs,
};
use crate::model::Instant;
use crate::report::words::counted;
use crate::terminal::clean;

/// The store of a command, and how its answer is shown.
struct Shown<'w> {
    store: Box<dyn Store>,
    now: Instant,
    world: &'w World<'w>,
}

impl<'w> Shown<'w> {
    fn of(world: &'w World<'_>) -> Result<Self> {
        let (store, now) = (billing::store(world)?, world.now());
        Ok(Self { store, now, world })
    }

    /// Prints a document, or its text for people.
    fn print(&self, document: &impl Serialize, text: impl FnOnce() -> String) -> Result<()> {
        match self.world.general.json {
            true => self.world.document(document),
            false => Ok(self.world.reporter.result(&text())?),
        }
    }

    fn key(&self, key: &Key, verified: Option<&Verification>) -> Result<()> {
        let usage = self.store.usage(key, self.now)?;
        let text = || text::usage(&usage, self.world.local);
        self.print(&Document::of(&usage, verified), text)
    }

    fn all(&self, verified: Option<&Verification>) -> Result<()> {
        let all = self.store.usage_all(self.now)?;
        let text = || text::usage_all(&all, self.world.local);
        self.print(&Document::of(&all, verified), text)
    }
}

/// `usage`
pub(super) fn usage(args: &UsageArgs, world: &World<'_>) -> Result<u8> {
    let shown = Shown::of(world)?;
    let verified = args.verify.then(|| shown.store.verify()).transpose()?;
    let key = Key::from_option(args.key.as_deref());
    show(&shown, args, &key, verified.as_ref())?;
    if let (Some(verified), false) = (&verified, shown.world.general.json) {
        world.reporter.result(&text::verification(verified))?;
    }
    let sound = verified.is_none_or(|verified| verified.problems.is_empty());
    let reached = match args.check {
        Some(percent) => is_used_to(percent, &shown, args.all, &key)?,
        None => false,
    };
    Ok(if sound && !reached { 0 } else { 3 })
}

/// Prints what was asked for of one key, or of all.
fn show(
    shown: &Shown<'_>,
    args: &UsageArgs,
    key: &Key,
    verified: Option<&Verification>,
) -> Result<()> {
    let (store, now, reporter) = (&shown.store, shown.now, shown.world.reporter);
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
        reporter.result(&metrics::metrics(&keys, &rows()?))?;
        Ok(())
    } else if args.log {
        let rows = rows()?;
        let document = Document::of(Entries { entries: &rows }, None);
        shown.print(&document, || text::ledger(&rows))
    } else if args.chart {
        let usage = match args.all {
            true => store.usage_all(now)?.together(),
            false => store.usage(key, now)?,
        };
        reporter.result(&chart::chart(&usage, &rows()?, now))?;
        Ok(())
    } else if args.all {
        shown.all(verified)
    } else {
        shown.key(key, verified)
    }
}

/// Tells whether so many per cent of a limit are used, of one key or of any.
fn is_used_to(percent: u64, shown: &Shown<'_>, all: bool, key: &Key) -> Result<bool> {
    let keys = match all {
        true => {
            let all = shown.store.usage_all(shown.now)?;
            let together = all.together();
            all.keys.into_iter().chain([together]).collect()
        }
        false => vec![shown.store.usage(key, shown.now)?],
    };
    let mut tiers = keys.iter().flat_map(Usage::tiers);
    Ok(tiers.any(|(_, balance)| balance.is_used_to(percent)))
}

/// `budget …`
pub(super) fn budget(args: &BudgetArgs, world: &World<'_>) -> Result<u8> {
    let shown = Shown::of(world)?;
    let (target, changes) = match &args.command {
        BudgetCommand::Show(target) => match target_of(target) {
            Target::Key(key) => return shown.key(&key, None).map(|()| 0),
            Target::Global | Target::Default => return shown.all(None).map(|()| 0),
        },
        BudgetCommand::List => return shown.all(None).map(|()| 0),
        BudgetCommand::Init(init) => return make(init.print, &shown).map(|()| 0),
        BudgetCommand::Set(set) => (target_of(&set.target), changes_of(set)),
        BudgetCommand::Block(t) => (labelled(t), vec![Change::Block]),
        BudgetCommand::Unblock(t) => (labelled(t), vec![Change::Unblock]),
        BudgetCommand::Reset(r) => (labelled(&r.target), vec![Change::Reset(r.period)]),
    };
    shown.store.change(&target, &changes, shown.now)?;
    echo(&shown, &target).map(|()| 0)
}

/// Makes the state where there is none, or prints how an administrator makes the tables.
fn make(print: bool, shown: &Shown<'_>) -> Result<()> {
    let (store, reporter) = (&shown.store, shown.world.reporter);
    if !print {
        store.secret(shown.now)?;
        reporter.note("budget", &format!("{}: is there", store.place()));
        return Ok(());
    }
    let Some(tables) = store.tables() else {
        let text = "--print is for a database\na state file is made when it is used";
        return Err(failure(WRONG_USE, text));
    };
    Ok(reporter.result(&format!("{tables}\n"))?)
}

/// Says what holds now.
fn echo(shown: &Shown<'_>, target: &Target) -> Result<()> {
    let local = Key::local();
    let key = match target {
        Target::Key(key) => key,
        Target::Global | Target::Default => &local,
    };
    match target {
        _ if !shown.world.general.json => {
            let usage = shown.store.usage(key, shown.now)?;
            let all = shown.store.usage_all(shown.now)?;
            let text = text::holds_now(target, &usage, &all);
            shown.world.reporter.note("budget", &text);
            Ok(())
        }
        Target::Key(_) => shown.key(key, None),
        Target::Global | Target::Default => shown.all(None),
    }
}

fn target_of(t: &TargetArgs) -> Target {
    match labelled(&t.labelled) {
        Target::Key(_) if t.default => Target::Default,
        other => other,
    }
}

fn labelled(t: &LabelledTarget) -> Target {
    match t.global {
        true => Target::Global,
        false => Target::Key(Key::from_option(t.key.as_deref())),
    }
}

fn changes_of(set: &SetArgs) -> Vec<Change> {
    let over = set.period.unwrap_or(Period::Month);
    let mut changes = Vec::new();
    if set.inherit {
        changes.push(Change::Inherit);
    }
    match (set.unlimited, set.period) {
        (true, Some(p)) => changes.push(Change::Limit(p, Limit::Unlimited)),
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
pub(super) fn status(args: &StatusArgs, world: &World<'_>) -> Result<u8> {
    let shown = Shown::of(world)?;
    let status = shown.store.status(args.verify, shown.now);
    shown.print(&status.document(), || {
        let text = status.text();
        text.lines()
            .map(|line| format!("{}\n", clean(line)))
            .collect()
    })?;
    Ok(if status.is_healthy() { 0 } else { 69 })
}

/// `maintain`
pub(super) fn maintain(args: &MaintainArgs, world: &World<'_>) -> Result<u8> {
    let Shown { store, now, .. } = Shown::of(world)?;
    if args.repair {
        let Some(file) = store.file() else {
            let text = "--repair is for a state file\nrestore a backup of the database";
            return Err(failure(WRONG_USE, text));
        };
        world.reporter.result(&repair::repair(file, now)?.text())?;
    }
    let note = |text: &str| world.reporter.note("maintain", text);
    let ledger = StoreLedger::of(&*store, world);
    for out in &args.outputs {
        let done = ledger.settle(out)?;
        let (finished, removed) = (done.finished.len(), done.removed);
        let out = out.display();
        note(&format!("{out}: {finished} finished, {removed} removed"));
    }
    let removed = match store.file() {
        Some(file) => tidy(file, args, &ledger, world)?,
        None => format!("{} expired", store.sweep(now)?.len()),
    };
    if args.outputs.is_empty() {
        note(&format!("removed: {removed}"));
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
    let now = world.now();
    ledger.settle_waiting(file)?;
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
