//! The same request again: what it has finished before is not made, and not charged, twice.
//!
//! Schedulers start things twice. The manifest of an output carries a mark of the request and its
//! input; a run that is refused because its OUT is taken, or because nothing is left to spend, looks
//! there before it says so.

use anyhow::Error;

use super::Conversion;
use super::billing::Billing;
use super::failure::Refused;
use crate::download::{DownloadError, Kind};
use crate::report::{Account, Summary, Task};

/// Tells whether OUT holds, whole, what this very request has made of this very input, so that the
/// error that ended a run is none. `--force` asks for it to be made anew.
pub(super) fn is_done_before(c: &Conversion<'_>, billing: &Billing<'_>, error: &Error) -> bool {
    let taken = error
        .downcast_ref::<DownloadError>()
        .is_some_and(|e| e.kind == Kind::Exists);
    let asked = c.args.request_id.is_some() && !c.args.force;
    asked && (taken || error.is::<Refused>()) && billing.has_finished(c.out).unwrap_or(false)
}

/// What is told of a request that was done before.
pub(super) fn summary() -> Summary {
    Summary {
        task: Task::DoneBefore,
        account: Account {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            ..Account::default()
        },
        ..Summary::default()
    }
}
