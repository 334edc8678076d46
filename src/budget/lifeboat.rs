//! The lifeboat: a weaker limiter for when the state cannot be used, and only if the user asks.
//!
//! A conversion goes through by making one of today's K slot files, which the file system lets only
//! one process do; K = min(10, limit / 10) per UTC day over all keys, by the smallest limit that the
//! rows of the damaged state, or the sealed copy of its settings, still show. So over-admission is at
//! most K a day. When the state is back, the slots are entered into the ledger, each by the first charge of
//! its key (only the hash of a key is kept here, with a salt of the slot's own). Today's slots stay
//! taken even then. On the way of a sound conversion this room is never entered.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use super::error::{Fault, StateError};
use super::key::{Digest, Key, OperationId, salted, unhex};
use super::{Limit, file};
use crate::model::time::{DAY, Instant, Offset};
use crate::platform;

/// Slots per UTC day at most.
pub const MOST_SLOTS: u64 = 10;

/// First line of a slot whose conversion is not in the ledger yet.
const WAITING: &str = "trackersync lifeboat 1";

/// Content of a slot whose conversion is in the ledger.
const FOLDED: &str = "folded\n";

/// The folder of slots beside a state file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lifeboat {
    state: PathBuf,
    folder: PathBuf,
}

/// A slot that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LifeboatSlot {
    /// Its number today, from 1.
    pub number: u64,
    /// How many there are today.
    pub of: u64,
}

/// A conversion that waits to be entered into the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Slot {
    name: String,
    pub(super) operation: OperationId,
    salt: OperationId,
    key: OperationId,
    pub(super) cost: u64,
    pub(super) at: Instant,
    pub(super) digest: Digest,
}

/// What `status` shows of the lifeboat.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LifeboatState {
    /// Slots taken today.
    pub taken_today: u64,
    /// Conversions that are not in the ledger yet.
    pub waiting: u64,
}

/// Returns the slots per day for the smallest limit that refuses; `None` stands for no such limit, or
/// for a state of which nothing can be read.
#[must_use]
pub fn slots_for(limit: Option<Limit>) -> u64 {
    let units = limit.and_then(Limit::units);
    units.map_or(MOST_SLOTS, |units| MOST_SLOTS.min(units / 10))
}

impl Lifeboat {
    /// Returns the lifeboat of a state file.
    #[must_use]
    pub fn beside(state: &Path) -> Self {
        Self {
            state: state.to_owned(),
            folder: file::beside(state, ".lifeboat"),
        }
    }

    /// Takes one of today's `of` slots for a conversion that is ready to be published. `None` if all
    /// are taken.
    ///
    /// # Errors
    /// The folder cannot be written; the conversion must not be published.
    pub fn take(
        &self,
        operation: OperationId,
        key: &Key,
        cost: u64,
        digest: Digest,
        of: u64,
        now: Instant,
    ) -> Result<Option<LifeboatSlot>, StateError> {
        let salt = OperationId::fresh();
        let slot = Slot {
            name: String::new(),
            operation,
            key: OperationId(key.hash(&salt.0).0),
            salt,
            cost,
            at: now,
            digest,
        };
        self.make(&slot, of, now)
            .map_err(|fault| fault.of(&self.state))
    }

    fn make(&self, slot: &Slot, of: u64, now: Instant) -> Result<Option<LifeboatSlot>, Fault> {
        if of == 0 {
            return Ok(None);
        }
        // A link would lead the slots, and what removes them, elsewhere.
        self.names()?;
        let made = platform::private_folder(true).create(&self.folder);
        made.map_err(|e| Fault::from_io("making its lifeboat", &e))?;
        for number in 1..=of {
            let name = self.folder.join(format!("{}-{number:02}", today(now)));
            match file::private_file(&name) {
                Ok(file) => {
                    slot.write(file, &name)?;
                    file::sync_folder(&name).inspect_err(|_| {
                        let _nothing_published = fs::remove_file(&name);
                    })?;
                    return Ok(Some(LifeboatSlot { number, of }));
                }
                // Taken, perhaps just now.
                Err(_) if fs::symlink_metadata(&name).is_ok() => {}
                Err(fault) => return Err(fault),
            }
        }
        Ok(None)
    }

    /// Returns what the lifeboat holds.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn look(&self, now: Instant) -> Result<LifeboatState, StateError> {
        let look = || {
            let names = self.names()?.unwrap_or_default();
            let today = today(now);
            let taken = names.iter().filter(|name| name.starts_with(&today)).count();
            let waiting = self.waiting()?.unwrap_or_default().len();
            let number = |n| u64::try_from(n).unwrap_or(u64::MAX);
            Ok(LifeboatState {
                taken_today: number(taken),
                waiting: number(waiting),
            })
        };
        look().map_err(|fault: Fault| fault.of(&self.state))
    }

    /// Returns the conversions that wait for the ledger; `None` if there is no lifeboat.
    pub(super) fn waiting(&self) -> Result<Option<Vec<Slot>>, Fault> {
        let slot = |name: String| Slot::parse(&self.text(&name)?, name);
        let slots = |names: Vec<String>| names.into_iter().filter_map(slot).collect();
        Ok(self.names()?.map(slots))
    }

    /// Returns the conversion of an operation if it waits for the ledger.
    pub(super) fn slot(&self, operation: OperationId) -> Result<Option<Slot>, Fault> {
        let mut slots = self.waiting()?.into_iter().flatten();
        Ok(slots.find(|slot| slot.operation == operation))
    }

    /// Reads what stands in a slot.
    fn text(&self, name: &str) -> Option<String> {
        let file = platform::open_plain(&self.folder.join(name)).ok()?;
        io::read_to_string(file).ok()
    }

    /// Returns the names of all slots in order; `None` if there is no folder.
    fn names(&self) -> Result<Option<Vec<String>>, Fault> {
        let fail = |e: std::io::Error| Fault::from_io("reading its lifeboat", &e);
        // Asked for before every charge: one call where there is none.
        match fs::symlink_metadata(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(fail(error)),
            Ok(found) if !found.is_dir() => {
                let what = format!("{} is no folder", self.folder.display());
                return Err(Fault::Io(what));
            }
            Ok(_) => {}
        }
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.folder).map_err(fail)? {
            names.extend(slot_name(&entry.map_err(fail)?.file_name()));
        }
        names.sort_unstable();
        Ok(Some(names))
    }

    /// Gives the slot of an operation back; `false` if there is none, or it is in the ledger already.
    ///
    /// # Errors
    /// The folder cannot be written; the slot stays taken.
    pub fn give_back(&self, operation: OperationId) -> Result<bool, StateError> {
        let remove = || {
            let Some(slot) = self.slot(operation)? else {
                return Ok(false);
            };
            fs::remove_file(self.folder.join(&slot.name))
                .map_err(|e| Fault::from_io("giving back a slot", &e))?;
            Ok(true)
        };
        remove().map_err(|fault: Fault| fault.of(&self.state))
    }

    /// Marks slots as entered and removes those of days that are over, by a clock a day behind too:
    /// on another machine that day may go on.
    ///
    /// What fails here is done by the next charge: the ledger knows the operations.
    pub(super) fn tidy(&self, folded: &[Slot], now: Instant) {
        for slot in folded {
            let _left_for_later = fs::write(self.folder.join(&slot.name), FOLDED);
        }
        let yesterday = today(now.plus(-DAY));
        for name in self.names().ok().flatten().unwrap_or_default() {
            let text = self.text(&name).filter(|_| name < yesterday);
            if text.is_some_and(|text| is_done_with(&text)) {
                let _left_for_later = fs::remove_file(self.folder.join(name));
            }
        }
        // Fails as it should while a slot is in it.
        let _left_for_later = fs::remove_dir(&self.folder);
    }
}

/// Tells whether a slot is folded, or was never finished and so never published.
fn is_done_with(text: &str) -> bool {
    let is_ours = WAITING.starts_with(text) || text.starts_with(WAITING);
    text == FOLDED || is_ours && Slot::parse(text, String::new()).is_none()
}

fn today(now: Instant) -> String {
    now.at(Offset(0)).date().to_string()
}

fn slot_name(name: &OsStr) -> Option<String> {
    let name = name.to_str()?;
    let shape = |(at, byte): (usize, u8)| {
        if matches!(at, 4 | 7 | 10) {
            byte == b'-'
        } else {
            byte.is_ascii_digit()
        }
    };
    (name.len() == 13 && name.bytes().enumerate().all(shape)).then(|| name.to_owned())
}

impl Slot {
    /// Tells whether the slot was taken for this key.
    pub(super) fn is_of(&self, key: &Key) -> bool {
        key.hash(&self.salt.0).0 == self.key.0
    }

    /// Writes the slot and makes it durable, or leaves none.
    fn write(&self, mut file: File, name: &Path) -> Result<(), Fault> {
        let (cost, at, digest) = (self.cost, self.at.0, self.digest);
        let text = format!(
            "{WAITING}\n{} {} {} {cost} {at} {digest}\n",
            self.operation, self.salt, self.key
        );
        let sealed = format!("{text}{}\n", check(&text));
        let written = file.write_all(sealed.as_bytes());
        written.and_then(|()| file.sync_all()).map_err(|e| {
            let _nothing_published = fs::remove_file(name);
            Fault::from_io("taking a slot of its lifeboat", &e)
        })
    }

    fn parse(text: &str, name: String) -> Option<Self> {
        let (body, seal) = text.strip_suffix('\n')?.rsplit_once('\n')?;
        let body = format!("{body}\n");
        let mut fields = body.strip_prefix(WAITING)?.split_ascii_whitespace();
        let sound = check(&body).to_string() == seal;
        let slot = Self {
            name,
            operation: OperationId::parse(fields.next()?)?,
            salt: OperationId::parse(fields.next()?)?,
            key: OperationId::parse(fields.next()?)?,
            cost: fields.next()?.parse().ok()?,
            at: Instant(fields.next()?.parse().ok()?),
            digest: Digest(unhex(fields.next()?)?.try_into().ok()?),
        };
        sound.then_some(slot)
    }
}

/// A checksum over the text of a slot, in the form of an id.
fn check(text: &str) -> OperationId {
    OperationId(salted(b"", b"lifeboat", text.as_bytes()))
}

#[cfg(test)]
mod tests;
