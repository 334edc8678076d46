//! The same request again: what it has finished before is not made, and not charged, twice.
//!
//! Schedulers start things twice. The manifest of an output carries a mark of the request and its
//! input; a run that is refused because its OUT is taken, or because nothing is left to spend, looks
//! there before it says so.

use anyhow::{Error, Result};

use super::failure::Refused;
use super::purse::Purse;
use super::{Conversion, World, account, options};
use crate::budget::Digest;
use crate::download::{DownloadError, Kind, OutKind, is_finished};
use crate::report::{Account, Summary, Task};
use crate::upload::Catalogue;

/// Tells whether OUT holds, whole, what this very request has made of this very input, so that the
/// error that ended a run is none. `--force` asks for it to be made anew.
pub(super) fn is_done_before(
    c: &Conversion<'_>,
    purse: &Purse<'_>,
    error: &Error,
    world: &World<'_>,
) -> bool {
    let taken = error
        .downcast_ref::<DownloadError>()
        .is_some_and(|e| e.kind == Kind::Exists);
    let asked = c.args.request_id.is_some() && !c.args.force;
    asked && (taken || error.is::<Refused>()) && finished(c, purse, world).unwrap_or(false)
}

fn finished(c: &Conversion<'_>, purse: &Purse<'_>, world: &World<'_>) -> Result<bool> {
    let limits = options::limits(&c.args.read.limits);
    let selected = options::selected(&c.args.read);
    let catalogue = Catalogue::take_in(c.inputs, limits, &selected, &world.stop)?;
    let digest: Digest = account::digest(&catalogue, world)?;
    let Some(mark) = purse.request_mark(digest)? else {
        return Ok(false);
    };
    Ok(is_finished(c.out, OutKind::of(c.out), &mark)?)
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
