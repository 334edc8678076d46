//! The cold path: is the state as it should be? Asked by `status` and `maintain`, by nothing else.
//!
//! Looks and never writes, makes or mends anything; a fault is part of the answer. The deep check
//! reads the whole file: SQLite's own integrity check, and the ledger counted anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::error::StateError;
use super::lifeboat::LifeboatState;
use super::sqlite::SqliteStore;
use super::store::{Store, is_remote};
use super::{file, network};
use crate::model::counted;
use crate::model::time::Instant;

/// What is known of the state.
#[derive(Debug, Default)]
pub struct Status {
    /// What users call the store: the path of its file, or its address without a password.
    pub place: String,
    /// What is to be said of a store on another machine, line by line; empty for a file.
    pub details: Vec<String>,
    /// The size of its file; `None` if there is none yet.
    pub bytes: Option<u64>,
    /// What it holds; `None` if it does not exist or cannot be read.
    pub contents: Option<Contents>,
    /// The lifeboat.
    pub lifeboat: LifeboatState,
    /// Bytes free on its disk; `None` where unknown.
    pub free_bytes: Option<u64>,
    /// Type of the network file system it lies on.
    pub network: Option<String>,
    /// Why it cannot be used.
    pub fault: Option<StateError>,
    /// What the deep check has found; `None` if it was not asked for or not possible.
    pub problems: Option<Vec<String>>,
}

/// What a sound state file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contents {
    /// Version of its tables.
    pub schema: u32,
    /// Entries in the ledger.
    pub entries: u64,
    /// Keys known.
    pub keys: u64,
    /// Uploads that can be converted.
    pub uploads: u64,
    /// Conversions that can be downloaded.
    pub conversions: u64,
    /// Expired rows that wait for their deletion.
    pub expired: u64,
}

impl Status {
    /// Tells whether nothing was found wrong.
    #[must_use]
    pub fn is_healthy(&self) -> bool {
        self.fault.is_none() && self.problems.as_ref().is_none_or(Vec::is_empty)
    }

    /// Takes what a look has given, or keeps the first fault.
    pub(super) fn keep<T>(&mut self, looked: Result<T, StateError>) -> Option<T> {
        let fault = |error| {
            self.fault.get_or_insert(error);
        };
        looked.map_err(fault).ok()
    }

    /// Looks at the state of a store; `deep` reads all of it.
    #[must_use]
    pub fn of(store: &SqliteStore, deep: bool, now: Instant) -> Self {
        let path = store.path();
        let mut status = Self {
            place: store.place(),
            bytes: fs::symlink_metadata(path).ok().map(|found| found.len()),
            free_bytes: free_bytes(path),
            network: network::remote_type(path),
            ..Self::default()
        };
        status.contents = status.keep(store.contents(now)).flatten();
        if deep && status.fault.is_none() {
            status.problems = status.keep(store.problems());
        }
        if status.contents.is_none() {
            let orphans = file::refuse_orphans(path);
            status.keep(orphans.map_err(|fault| fault.of(path)));
        }
        let lifeboat = status.keep(store.lifeboat().look(now));
        status.lifeboat = lifeboat.unwrap_or_default();
        status
    }

    /// Returns the document of `status --json`.
    #[must_use]
    pub fn document(&self) -> Value {
        let contents = self.contents.unwrap_or_default();
        json!({
            "schema": super::usage::SCHEMA,
            "healthy": self.is_healthy(),
            "fault": self.fault.as_ref().map(ToString::to_string),
            "state": self.place,
            "exists": self.bytes.is_some() || self.contents.is_some(),
            "bytes": self.bytes,
            "state_schema": self.contents.map(|contents| contents.schema),
            "ledger_entries": contents.entries,
            "keys": contents.keys,
            "uploads": contents.uploads,
            "conversions": contents.conversions,
            "expired": contents.expired,
            "lifeboat_taken_today": self.lifeboat.taken_today,
            "lifeboat_waiting": self.lifeboat.waiting,
            "free_bytes": self.free_bytes,
            "network": self.network,
            "problems": self.problems,
            "details": self.details,
        })
    }

    /// Shows the status in words.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = self.head();
        for detail in &self.details {
            let _infallible = writeln!(text, "{detail}");
        }
        if let Some(contents) = &self.contents {
            text += &contents.text();
        }
        if !is_remote(&self.place) {
            let LifeboatState {
                taken_today,
                waiting,
            } = self.lifeboat;
            let _infallible = writeln!(
                text,
                "lifeboat: {} taken today, {waiting} not in the ledger yet",
                counted(taken_today, "slot", "slots")
            );
        }
        if let Some(free) = self.free_bytes {
            let _infallible = writeln!(text, "disk: {} MB free", free / 1_000_000);
        }
        if let Some(kind) = &self.network {
            let _infallible = writeln!(
                text,
                "warning: the state lies on a network file system ({kind})"
            );
        }
        for problem in self.problems.iter().flatten() {
            let _infallible = writeln!(text, "problem: {problem}");
        }
        text
    }

    /// Says where the state is and whether it can be used.
    fn head(&self) -> String {
        let place = &self.place;
        let what = if is_remote(place) {
            "store"
        } else {
            "state file"
        };
        match (self.bytes, &self.fault) {
            (_, Some(fault)) => format!("{fault}\n"),
            (Some(bytes), None) => format!("state file {place}: sound, {bytes} bytes\n"),
            (None, None) if self.contents.is_some() => format!("store {place}: can be used\n"),
            (None, None) => {
                format!("{what} {place}: does not exist yet, nothing was charged so far\n")
            }
        }
    }
}

impl Contents {
    fn text(&self) -> String {
        format!(
            "schema {}, {}, {}\n{}, {}, {}\n",
            self.schema,
            counted(self.entries, "ledger entry", "ledger entries"),
            counted(self.keys, "key", "keys"),
            counted(self.uploads, "upload", "uploads"),
            counted(self.conversions, "conversion", "conversions"),
            counted(self.expired, "expired row", "expired rows")
        )
    }
}

/// Returns the bytes that a user may still write to the disk of `file`.
#[cfg(unix)]
fn free_bytes(file: &Path) -> Option<u64> {
    let folder = file
        .ancestors()
        .skip(1)
        .find(|folder| folder.is_dir())
        .unwrap_or(Path::new("."));
    let disk = rustix::fs::statvfs(folder).ok()?;
    disk.f_bavail.checked_mul(disk.f_frsize)
}

#[cfg(not(unix))]
fn free_bytes(_file: &Path) -> Option<u64> {
    None
}

#[cfg(test)]
mod tests {
    use super::super::contract::{NOON, TestFolder};
    use super::super::error::Fault;
    use super::*;
    use crate::budget::{Options, Store};

    #[test]
    fn the_first_line_says_whether_the_state_can_be_used() {
        let status = |place: &str, bytes, contents| Status {
            place: place.to_owned(),
            bytes,
            contents,
            ..Status::default()
        };
        let first = |status: Status| status.text().lines().next().map(str::to_owned);
        let contents = Some(Contents::default());
        let (file, server) = ("s.db", "postgres://u@h/d");
        for (status, expected) in [
            (
                status(file, Some(7), contents),
                "state file s.db: sound, 7 bytes",
            ),
            (
                status(file, None, None),
                "state file s.db: does not exist yet, nothing was charged so far",
            ),
            (
                status(server, None, contents),
                "store postgres://u@h/d: can be used",
            ),
            (
                status(server, None, None),
                "store postgres://u@h/d: does not exist yet, nothing was charged so far",
            ),
        ] {
            assert_eq!(first(status).as_deref(), Some(expected));
        }
        let mut broken = status(file, Some(7), None);
        let gone = std::io::Error::other("gone");
        broken.fault = Some(Fault::from_io("reading it", &gone).of(Path::new(file)));
        assert_ne!(
            first(broken).as_deref(),
            Some("state file s.db: sound, 7 bytes")
        );
    }

    #[test]
    fn only_a_deep_look_reads_everything() {
        let folder = TestFolder::new();
        let store = SqliteStore::new(folder.path("state.db"), Options::default());
        store.secret(NOON).ok();
        let problems = |deep| Status::of(&store, deep, NOON).problems;
        assert_eq!((problems(false), problems(true)), (None, Some(Vec::new())));
    }

    #[cfg(unix)]
    #[test]
    fn the_disk_is_that_of_the_nearest_folder_that_is_there() {
        let folder = std::env::temp_dir();
        let free = |name: &str| free_bytes(&folder.join(name)).unwrap_or_default();
        assert!(free("s.db") > 1 << 20);
        // Others write to it meanwhile.
        assert!(free("a/b/s.db").abs_diff(free("s.db")) < 1 << 30);
    }
}
