//! The budget as one conversion sees it: asked before, charged between sealing and publishing,
//! given back when publishing fails; and the lifeboat, where the state cannot be used.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::failure::Refused;
use super::recovery::StoreLedger;
use super::{Conversion, World};
use crate::budget::{
    Admission, Ask, Charge, Digest, Key, OperationId, Options, Outcome, Receipt, RequestId,
    SqliteStore, StateError, Store, Ticket, TicketKind, Usage, json, text,
};
use crate::cli::{Degraded, GeneralArgs};
use crate::download::{Ledger, Secret, Work};
use crate::model::{Instant, Offset};
use crate::report::{Event, Report};
use crate::terminal::Reporter;

/// Returns the store of the state file.
///
/// # Errors
/// When neither an option nor the platform names a file (69).
pub(super) fn store(general: &GeneralArgs, world: &World<'_>) -> Result<SqliteStore, NoState> {
    let path: PathBuf = general
        .state
        .clone()
        .or_else(|| world.state.clone())
        .ok_or(NoState)?;
    let options = Options {
        busy: Duration::from_millis(general.busy_ms),
        stop: Arc::clone(&world.stop),
        on_network: general.state_on_network,
    };
    Ok(SqliteStore::new(path, options))
}

/// No folder for the state is known.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error(
    "no folder for the state file is known: HOME is not set\npass --state FILE or set TRACKERSYNC_STATE"
)]
pub(super) struct NoState;

/// What is told of the budget at the end.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) line: Option<String>,
    pub(super) value: Option<serde_json::Value>,
    pub(super) degraded: Option<String>,
    /// Expired tickets that the charge has deleted; their files can go.
    pub(super) swept: Vec<(TicketKind, String)>,
}

/// The budget of one conversion.
pub(super) struct Purse<'c> {
    store: SqliteStore,
    key: Key,
    request: Option<RequestId>,
    operation: OperationId,
    ticket: Option<&'c Ticket>,
    lifeboat: bool,
    fault: Option<String>,
    now: &'c dyn Fn() -> Instant,
    local: &'c dyn Fn(Instant) -> Option<Offset>,
    reporter: &'c Reporter,
    told: Told,
}

impl<'c> Purse<'c> {
    pub(super) fn of(c: &Conversion<'c>, world: &'c World<'_>) -> Result<Self> {
        Ok(Self {
            store: store(c.general, world)?,
            key: c.key.clone(),
            request: c.args.request_id.as_deref().map(RequestId::new),
            operation: OperationId::fresh(),
            ticket: c.ticket,
            lifeboat: c.args.degraded == Degraded::Lifeboat,
            fault: None,
            now: world.clock,
            local: world.local,
            reporter: world.reporter,
            told: Told::default(),
        })
    }

    pub(super) fn operation(&self) -> OperationId {
        self.operation
    }

    pub(super) fn is_degraded(&self) -> bool {
        self.fault.is_some()
    }

    /// What there is to tell; asked for once, at the end.
    pub(super) fn told(&mut self) -> Told {
        std::mem::take(&mut self.told)
    }

    pub(super) fn store(&self) -> &SqliteStore {
        &self.store
    }

    /// The request as a manifest names it; `None` where the user has not named it.
    pub(super) fn request_mark(&self, digest: Digest) -> Result<Option<String>> {
        let Some(request) = &self.request else {
            return Ok(None);
        };
        let Secret(secret) = self.secret()?;
        Ok(Some(request.mark(&secret, &self.key, digest)))
    }

    fn ask_for(&self) -> Ask<'_> {
        Ask {
            key: &self.key,
            cost: 1,
            request: self.request.as_ref(),
        }
    }

    /// The first of the two questions: may a conversion begin? Writes nothing.
    pub(super) fn ask(&mut self) -> Result<()> {
        match self.store.precheck(&self.ask_for(), (self.now)()) {
            Ok(Admission::Granted { .. }) => Ok(()),
            Ok(Admission::Exhausted(refusal)) => {
                Err(Refused::exhausted(text::exhausted(&refusal, self.local)).into())
            }
            Ok(Admission::Blocked) => Err(Refused::blocked().into()),
            Err(error) => self.fall_back(error),
        }
    }

    /// Without the lifeboat a state that cannot be used ends the run.
    fn fall_back(&mut self, error: StateError) -> Result<()> {
        if !self.lifeboat || error.is_interrupted() {
            return Err(error.into());
        }
        self.fault = Some(error.to_string());
        Ok(())
    }

    /// Settles what killed runs have left for an OUT. It is paid, or was never: neither a full budget
    /// nor a block stops this, and a state that cannot be used only where the lifeboat is not asked for.
    pub(super) fn settle(&mut self, out: &Path) -> Result<()> {
        match self.ledger().settle(out, self.reporter) {
            Ok(_) => Ok(()),
            Err(error) => self.fall_back(error.downcast::<StateError>()?),
        }
    }

    /// The ledger as recovery asks it.
    pub(super) fn ledger(&self) -> StoreLedger<'_> {
        StoreLedger {
            store: &self.store,
            now: self.now,
        }
    }

    /// The secret that tags the work folder. Without a state there is none to find the folder again
    /// by: what a killed run leaves is then named by later ones and left alone.
    pub(super) fn secret(&self) -> Result<Secret> {
        if self.is_degraded() {
            let halves = [OperationId::fresh().0, OperationId::fresh().0].concat();
            return Ok(Secret(halves.try_into().unwrap_or_default()));
        }
        self.ledger().secret()
    }

    /// The decision. Where the state fails only now and the lifeboat is allowed, `mark` seals the
    /// output anew with the mark of the degraded mode.
    pub(super) fn pay(&mut self, digest: Digest, mark: impl FnOnce() -> Result<()>) -> Result<()> {
        if self.is_degraded() {
            return self.board(digest);
        }
        let charge = Charge {
            operation: self.operation,
            ask: self.ask_for(),
            digest,
            ticket: self.ticket,
        };
        match self.store.charge(&charge, (self.now)()) {
            Ok(Outcome::Charged(receipt)) => {
                self.note(&receipt);
                Ok(())
            }
            Ok(Outcome::Exhausted(refusal)) => {
                Err(Refused::exhausted(text::exhausted(&refusal, self.local)).into())
            }
            Ok(Outcome::Blocked) => Err(Refused::blocked().into()),
            Err(error) => {
                self.fall_back(error)?;
                mark()?;
                self.board(digest)
            }
        }
    }

    /// The degraded mode: one of today's few slots, said loudly.
    fn board(&mut self, digest: Digest) -> Result<()> {
        let fault = self.fault.clone().unwrap_or_default();
        let berth =
            self.store
                .lifeboat()
                .board(self.operation, &self.key, 1, digest, None, (self.now)());
        let neither = |e: StateError| {
            let both = format!("{fault}\nthe lifeboat beside it {}", e.fault);
            anyhow::Error::new(e).context(both)
        };
        let Some(berth) = berth.map_err(neither)? else {
            let of = crate::budget::lifeboat::slots_for(None);
            let full = format!("{}\n{fault}", text::lifeboat_full(of));
            return Err(Refused::exhausted(full).into());
        };
        self.reporter.event(Event::Warning(&fault));
        self.reporter
            .event(Event::Warning(&text::on_the_lifeboat(berth)));
        self.told.degraded = Some(fault);
        Ok(())
    }

    fn note(&mut self, receipt: &Receipt) {
        let mut lines = text::after_charge(receipt, self.local).into_iter();
        self.told.line = lines
            .next()
            .map(|l| l.strip_prefix("budget: ").map_or(l.clone(), str::to_owned));
        lines.for_each(|line| self.reporter.event(Event::Warning(&line)));
        self.told.value = usage_value(&receipt.usage);
        self.told.swept.clone_from(&receipt.swept);
    }

    /// Hands the output over, or gives the charge back. Where that fails too, the work folder stays
    /// for a later run to settle.
    pub(super) fn publish(&self, mut work: Work) -> Result<()> {
        let Err(error) = work.publish() else {
            return Ok(());
        };
        if !self.is_degraded()
            && let Err(lost) = self.store.refund(self.operation, (self.now)())
        {
            work.leave();
            return Err(lost).context(
                "the output could not be published, and the charge could not be given back: the next run there, or `trackersync maintain OUT`, will settle it",
            );
        }
        Err(error.into())
    }
}

/// The usage as `usage --json` prints it.
pub(super) fn usage_value(usage: &Usage) -> Option<serde_json::Value> {
    serde_json::to_value(json::usage(usage, None)).ok()
}
