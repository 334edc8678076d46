//! What killed runs have left: settled with the ledger's word, and told.

use std::path::Path;

use anyhow::Result;

use super::stages::ticket;
use super::{World, kept};
use crate::budget::{OperationId, SqliteStore, Store, Ticket, TicketKind};
use crate::download::{Ledger, Recovered, Secret, recover};
use crate::garmin::is_output;
use crate::platform;
use crate::report::words::counted;
use crate::terminal::Reporter;

/// The ledger as recovery asks it.
pub(super) struct StoreLedger<'s> {
    store: &'s dyn Store,
    world: &'s World<'s>,
}

impl Ledger for StoreLedger<'_> {
    fn secrets(&self) -> Result<Vec<Secret>> {
        let file = self.store.file();
        let lifeboat = file.and_then(SqliteStore::lifeboat_secret).map(Secret);
        Ok([self.secret()?].into_iter().chain(lifeboat).collect())
    }

    fn charged(&self, operation: &str) -> Result<bool> {
        match OperationId::parse(operation) {
            Some(operation) => Ok(self.store.charged(operation)?),
            None => Ok(false),
        }
    }

    fn published(&self, out: &Path) -> Result<()> {
        let real = |path: Option<&Path>| path.and_then(|path| platform::canonical(path).ok());
        let waits = |file: &&SqliteStore| {
            let folder = kept::folder(file, TicketKind::Conversion);
            real(out.parent()).is_some_and(|parent| real(Some(&folder)) == Some(parent))
        };
        if let Some(file) = self.store.file().filter(waits) {
            let id = out.file_name().unwrap_or_default();
            // Its time begins now: nobody could fetch it before.
            let ticket = Ticket {
                id: id.to_string_lossy().into_owned(),
                ..ticket(TicketKind::Conversion, self.world)
            };
            file.put(&ticket, ticket.created_at)?;
        }
        Ok(())
    }

    fn refund(&self, operation: &str) -> Result<()> {
        if let Some(operation) = OperationId::parse(operation) {
            self.store.refund(operation, self.world.now())?;
        }
        Ok(())
    }
}

impl<'s> StoreLedger<'s> {
    pub(super) fn of(store: &'s dyn Store, world: &'s World<'s>) -> Self {
        Self { store, world }
    }

    /// Returns the secret with which work folders are tagged from now on.
    pub(super) fn secret(&self) -> Result<Secret> {
        Ok(Secret(self.store.secret(self.world.now())?))
    }

    /// Settles what was left for one OUT, or for all in the folder of a batch, and says so.
    pub(super) fn settle(&self, out: &Path) -> Result<Recovered> {
        let done = recover(out, is_output, self)?;
        tell(&done, self.world.reporter);
        Ok(done)
    }

    /// Settles what killed runs have left of conversions that wait for their download, and says how
    /// to fetch those that were finished.
    pub(super) fn settle_waiting(&self, store: &SqliteStore) -> Result<()> {
        let folder = kept::folder(store, TicketKind::Conversion);
        if !folder.is_dir() {
            return Ok(());
        }
        for out in self.settle(&folder)?.finished {
            let id = out.file_name().unwrap_or_default().to_string_lossy();
            let next = format!("was finished; next: trackersync download {id} -o OUT");
            self.world.reporter.note("conversion", &next);
        }
        Ok(())
    }
}

fn tell(done: &Recovered, reporter: &Reporter) {
    let told = [
        (&done.finished, "an interrupted conversion was finished"),
        (
            &done.refunded,
            "an interrupted conversion could not be finished, because something else is there now; its unit was given back",
        ),
        (
            &done.kept,
            "holds files that could not be put back or are not of an output; look at it",
        ),
        (
            &done.foreign,
            "has the name of a work folder, but this state file did not make it; it is left alone, remove it yourself if nobody needs it",
        ),
    ];
    for (paths, what) in told {
        for path in paths {
            reporter.warning(&format!("{}: {what}", path.display()));
        }
    }
    if done.removed > 0 {
        let number = u64::try_from(done.removed).unwrap_or(u64::MAX);
        let removed = counted(number, "interrupted conversion", "interrupted conversions");
        reporter.detail(&format!("cleaned up: {removed}"));
    }
}
