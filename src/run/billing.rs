//! The budget as one conversion sees it: asked before, charged between sealing and publishing,
//! given back when publishing fails; and the lifeboat, where the state cannot be used.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::failure::{BLOCKED, EXHAUSTED, WRONG_USE, failure};
use super::recovery::StoreLedger;
use super::{Conversion, World, inputs};
use crate::budget::lifeboat::slots_for;
#[cfg(feature = "postgres")]
use crate::budget::postgres::PgStore;
use crate::budget::usage::Document;
use crate::budget::{
    Admission, Ask, Charge, Digest, Key, LastKnown, OperationId, Options, Outcome, Receipt,
    Refusal, RequestId, Scope, SqliteStore, StateError, Store, Swept, text,
};
use crate::cli::Degraded;
use crate::download::{OutKind, Secret, Work, is_finished};
use crate::report::BudgetNotice;

/// Returns the store that `--state` names: a file, or a database for many machines.
///
/// # Errors
/// When neither an option nor the platform names one (69), or it is no address that can be used (2).
pub(super) fn store(world: &World<'_>) -> Result<Box<dyn Store>> {
    let named = world
        .general
        .state
        .as_ref()
        .and_then(|state| state.to_str());
    match named.filter(|state| is_address(state)) {
        Some(url) => database(url, world),
        None => Ok(Box::new(file(world)?)),
    }
}

/// A mistyped address is no file: its name would show the password.
fn is_address(state: &str) -> bool {
    let Some((scheme, rest)) = state.split_once(':') else {
        return false;
    };
    let is_ours = ["postgres", "postgresql"]
        .iter()
        .any(|ours| scheme.eq_ignore_ascii_case(ours));
    is_ours || rest.starts_with("//")
}

/// Returns the state file, for what keeps other files beside it.
///
/// # Errors
/// When nothing names a file (69), or a database is named (2).
pub(super) fn file(world: &World<'_>) -> Result<SqliteStore> {
    let named = world.general.state.clone().or_else(|| world.state.clone());
    let path: PathBuf = named.ok_or_else(|| {
        failure(
            69,
            "no folder for the state file is known: HOME is not set\npass --state FILE or set TRACKERSYNC_STATE",
        )
    })?;
    if path.to_str().is_some_and(is_address) {
        return Err(failure(
            WRONG_USE,
            "uploads and results that wait lie beside a state file, and --state names a database\nconvert the export in one go: trackersync convert INPUT -o OUT",
        ));
    }
    Ok(SqliteStore::new(path, options(world)))
}

fn options(world: &World<'_>) -> Options {
    let general = world.general;
    Options {
        busy: Duration::from_millis(general.busy_ms),
        stop: Arc::clone(&world.stop),
        on_network: general.state_on_network,
        own_folder: world
            .state
            .as_deref()
            .and_then(Path::parent)
            .map(Path::to_owned),
    }
}

#[cfg(feature = "postgres")]
fn database(url: &str, world: &World<'_>) -> Result<Box<dyn Store>> {
    let store = PgStore::new(url, options(world), world.environment);
    let wrong = |why| format!("--state: this is no address of a database: {why}");
    Ok(Box::new(
        store.map_err(|why| failure(WRONG_USE, wrong(why)))?,
    ))
}

#[cfg(not(feature = "postgres"))]
fn database(_url: &str, _world: &World<'_>) -> Result<Box<dyn Store>> {
    Err(failure(
        WRONG_USE,
        "--state: this build knows no PostgreSQL\nbuild it with: cargo build --release --features postgres",
    ))
}

/// The budget of one conversion.
pub(super) struct Billing<'c> {
    pub(super) store: Box<dyn Store>,
    pub(super) operation: OperationId,
    /// What there is to say at the end.
    pub(super) notice: BudgetNotice,
    /// Expired tickets that the charge has deleted; their files can go.
    pub(super) swept: Swept,
    key: Key,
    request: Option<RequestId>,
    degraded: Option<Degradation>,
    c: &'c Conversion<'c>,
    world: &'c World<'c>,
}

/// Why the state cannot be used, and what is still known of the key.
struct Degradation {
    fault: String,
    known: LastKnown,
}

impl<'c> Billing<'c> {
    pub(super) fn of(c: &'c Conversion<'c>, world: &'c World<'c>) -> Result<Self> {
        let name = c.args.request_id.as_deref();
        let digest = |_| inputs::digest(c.inputs, &world.stop);
        let input = name.map(digest).transpose()?.flatten();
        let request = name.zip(input);
        let store = store(world)?;
        if c.args.degraded == Degraded::Lifeboat && store.file().is_none() {
            return Err(failure(
                WRONG_USE,
                "--degraded lifeboat is for a state file: each machine would have slots of its own\nleave it out, and start what failed again",
            ));
        }
        Ok(Self {
            store,
            operation: OperationId::fresh(),
            notice: BudgetNotice::default(),
            swept: Swept::new(),
            key: Key::from_option(c.args.key.as_deref()),
            request: request.map(|(name, input)| RequestId::new(name, input)),
            degraded: None,
            c,
            world,
        })
    }

    pub(super) fn is_degraded(&self) -> bool {
        self.degraded.is_some()
    }

    fn request(&self) -> Ask<'_> {
        Ask {
            key: &self.key,
            cost: 1,
            request: self.request.as_ref(),
        }
    }

    fn exhausted(&self, refusal: &Refusal) -> anyhow::Error {
        let text = text::exhausted(refusal, &self.key, self.world.local);
        failure(EXHAUSTED, text)
    }

    fn blocked(&self, scope: Scope) -> anyhow::Error {
        failure(BLOCKED, text::blocked(scope, &self.key))
    }

    /// The first of the two questions: may a conversion begin? Writes nothing.
    pub(super) fn ask(&mut self) -> Result<()> {
        if self.is_degraded() {
            return Ok(());
        }
        match self.store.precheck(&self.request(), self.world.now()) {
            Ok(Admission::Granted { .. }) => Ok(()),
            Ok(Admission::Exhausted(refusal)) => Err(self.exhausted(&refusal)),
            Ok(Admission::Blocked(scope)) => Err(self.blocked(scope)),
            Err(error) => self.fall_back(error),
        }
    }

    /// Without the lifeboat a state that cannot be used ends the run. A block holds there too, and so
    /// does a limit under which the lifeboat has no slots.
    fn fall_back(&mut self, error: StateError) -> Result<()> {
        let is_for_good = error.is_interrupted() || error.may_be_charged();
        let is_allowed = self.c.args.degraded == Degraded::Lifeboat && !is_for_good;
        let Some(file) = self.store.file().filter(|_| is_allowed) else {
            return Err(error.into());
        };
        let known = file.last_known(&self.key)?;
        if let Some(scope) = known.blocked {
            return Err(self.blocked(scope));
        }
        let fault = error.to_string();
        self.degraded = Some(Degradation { fault, known });
        Ok(())
    }

    /// Settles what killed runs have left for an OUT. It is paid, or was never: neither a full budget
    /// nor a block stops this, and a state that cannot be used only where the lifeboat is not asked for.
    pub(super) fn settle(&mut self, out: &Path) -> Result<()> {
        match self.ledger().settle(out) {
            Ok(_) => Ok(()),
            Err(error) => self.fall_back(error.downcast::<StateError>()?),
        }
    }

    /// The ledger as recovery asks it.
    fn ledger(&self) -> StoreLedger<'_> {
        StoreLedger::of(&*self.store, self.world)
    }

    /// The secret that tags the work folder.
    pub(super) fn secret(&self) -> Result<Secret> {
        match &self.degraded {
            Some(Degradation { known, .. }) => Ok(Secret(known.secret)),
            None => self.ledger().secret(),
        }
    }

    /// The request as a manifest names it; `None` where the user has not named it.
    pub(super) fn request_mark(&self) -> Result<Option<String>> {
        let mark = |request: &RequestId| {
            let Secret(secret) = self.secret()?;
            Ok(request.mark(&secret, &self.key))
        };
        self.request.as_ref().map(mark).transpose()
    }

    /// Tells whether OUT holds, whole, what this very request has made of this very input.
    pub(super) fn has_finished(&self, out: &Path) -> Result<bool> {
        match self.request_mark()? {
            Some(mark) => Ok(is_finished(out, OutKind::of(out), &mark)?),
            None => Ok(false),
        }
    }

    /// The decision. Where the state fails only now and the lifeboat is allowed, `mark` seals the
    /// output anew with the mark of the degraded mode.
    pub(super) fn charge(
        &mut self,
        digest: Digest,
        mark: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        if self.is_degraded() {
            return self.use_lifeboat(digest);
        }
        let charge = Charge {
            operation: self.operation,
            ask: self.request(),
            digest,
            ticket: self.c.ticket,
        };
        match self.store.charge(&charge, self.world.now()) {
            Ok(Outcome::Charged(receipt)) => {
                self.note(&receipt);
                Ok(())
            }
            Ok(Outcome::Exhausted(refusal)) => Err(self.exhausted(&refusal)),
            Ok(Outcome::Blocked(scope)) => Err(self.blocked(scope)),
            Err(error) => {
                self.fall_back(error)?;
                mark()?;
                self.use_lifeboat(digest)
            }
        }
    }

    /// The degraded mode: one of today's few slots, said loudly.
    fn use_lifeboat(&mut self, digest: Digest) -> Result<()> {
        let (Some(Degradation { fault, known }), Some(file)) = (&self.degraded, self.store.file())
        else {
            return Ok(());
        };
        let of = slots_for(known.limit);
        let lifeboat = file.lifeboat();
        let taken = lifeboat.take(self.operation, &self.key, 1, digest, of, self.world.now());
        let neither = |e: StateError| {
            let both = format!("{fault}\nthe lifeboat beside it {}", e.fault);
            anyhow::Error::new(e).context(both)
        };
        let Some(slot) = taken.map_err(neither)? else {
            let full = format!("{}\n{fault}", text::lifeboat_full(of));
            return Err(failure(EXHAUSTED, full));
        };
        for warning in [fault, &text::on_the_lifeboat(slot)] {
            self.world.reporter.warning(warning);
        }
        self.notice.degraded = Some(fault.clone());
        Ok(())
    }

    fn note(&mut self, receipt: &Receipt) {
        let mut lines = text::after_charge(receipt, self.world.local).into_iter();
        // Who has plenty left need not read of it.
        let mut tiers = receipt.usage.budgets.iter().chain(&receipt.usage.global);
        let is_told = receipt.repeated || tiers.any(|b| b.is_used_to(80));
        self.notice.line = lines
            .next()
            .filter(|_| is_told)
            .map(|l| l.strip_prefix("budget: ").map_or(l.clone(), str::to_owned));
        lines.for_each(|line| self.world.reporter.warning(&line));
        self.notice.value = serde_json::to_value(Document::of(&receipt.usage, None)).ok();
        self.swept.clone_from(&receipt.swept);
    }

    /// Hands the output over, or gives the charge or the slot of the lifeboat back. Where that fails
    /// too, the work folder stays for a later run to settle.
    pub(super) fn publish(&self, mut work: Work) -> Result<()> {
        work.mark_paid();
        let Err(error) = work.publish() else {
            return Ok(());
        };
        if let Err(lost) = self.give_back() {
            work.leave();
            return Err(lost).context(
                "the output could not be published, and the charge could not be given back: the next run there, or `trackersync maintain OUT`, will settle it",
            );
        }
        Err(error.into())
    }

    fn give_back(&self) -> Result<(), StateError> {
        if let Some(file) = self.store.file().filter(|_| self.is_degraded())
            && file.lifeboat().give_back(self.operation)?
        {
            return Ok(());
        }
        // A slot that is gone was entered into the ledger meanwhile.
        self.store.refund(self.operation, self.world.now())?;
        Ok(())
    }
}
