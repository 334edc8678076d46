//! Tests of what every store promises, written against the trait with times of their own choosing.
#![expect(clippy::unwrap_used, reason = "tests")]

mod crowds;
mod records;
mod rules;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use super::store::{
    Admission, Ask, Change, Charge, Outcome, Receipt, Store, Target, Ticket, TicketKind,
};
use super::{
    CONVERSION_TTL, Digest, Key, Limit, Mode, OperationId, Options, Period, RequestId, Rule, Scope,
    SqliteStore, UPLOAD_TTL,
};
use crate::model::time::{DAY, Instant};

/// 2026-11-21T12:00:00Z.
pub(super) const NOON: Instant = Instant(1_795_262_400);

/// A folder that is removed when the test ends.
pub(super) struct TestFolder(PathBuf);

impl TestFolder {
    pub(super) fn new() -> Self {
        let folder =
            std::env::temp_dir().join(format!("trackersync-{}", super::OperationId::fresh()));
        std::fs::create_dir(&folder).unwrap();
        Self(folder)
    }

    pub(super) fn path(&self, name: impl AsRef<Path>) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _left_behind = std::fs::remove_dir_all(&self.0);
    }
}

/// A place for stores; every store made here shares the same state.
struct Shelf(TestFolder);

impl Shelf {
    fn new() -> Self {
        Self(TestFolder::new())
    }

    /// Opens the state once more, as another process would: a file, or tables of its own in the
    /// database that TRACKERSYNC_TEST_STORE names.
    fn store(&self) -> Box<dyn Store> {
        #[cfg(feature = "postgres")]
        if let Some(store) = self.in_database() {
            return store;
        }
        Box::new(SqliteStore::new(
            self.0.path("s/state.db"),
            Options::default(),
        ))
    }
}

#[cfg(feature = "postgres")]
impl Shelf {
    fn in_database(&self) -> Option<Box<dyn Store>> {
        let url = test_store()?;
        let name = self.0.path("").display().to_string();
        let schema = name
            .rsplit(|c: char| !c.is_ascii_hexdigit())
            .find(|part| part.len() == 32);
        let url = format!("{url}?sslmode=disable&schema=t_{}", schema.unwrap());
        let options = Options::default();
        let store = super::postgres::PgStore::new(&url, options, &|_| None).unwrap();
        Some(Box::new(store.with_callers_clock()))
    }
}

/// Tells whether the stores of these tests are files.
fn in_files() -> bool {
    !cfg!(feature = "postgres") || test_store().is_none()
}

#[expect(
    clippy::disallowed_methods,
    reason = "which store is tried is no matter of the program"
)]
fn test_store() -> Option<String> {
    std::env::var("TRACKERSYNC_TEST_STORE").ok()
}

fn key(name: &str) -> Key {
    Key::named(OsStr::new(name))
}

fn of_key(name: &str) -> Target {
    Target::Key(key(name))
}

fn limit(store: &dyn Store, target: &Target, period: Period, units: u64) {
    store
        .change(target, &[Change::Limit(period, Limit::Units(units))], NOON)
        .unwrap();
}

fn charge_as(store: &dyn Store, operation: OperationId, ask: Ask, now: Instant) -> Outcome {
    let charge = Charge {
        operation,
        ask,
        digest: Digest([3; 32]),
        ticket: None,
    };
    store.charge(&charge, now).unwrap()
}

fn charge(store: &dyn Store, key: &Key, now: Instant) -> Outcome {
    charge_as(
        store,
        OperationId::fresh(),
        Ask {
            key,
            cost: 1,
            request: None,
        },
        now,
    )
}

fn goes_through(store: &dyn Store, key: &Key, now: Instant) -> bool {
    matches!(charge(store, key, now), Outcome::Charged(_))
}

fn granted(store: &dyn Store, key: &Key, attempts: usize, now: Instant) -> usize {
    (0..attempts)
        .filter(|_| goes_through(store, key, now))
        .count()
}

fn used(store: &dyn Store, key: &Key, period: Period, now: Instant) -> Option<u64> {
    let usage = store.usage(key, now).unwrap();
    usage
        .budgets
        .iter()
        .find(|balance| balance.period == period)
        .map(|balance| balance.used)
}

fn precheck(store: &dyn Store, key: &Key, now: Instant) -> Admission {
    store
        .precheck(
            &Ask {
                key,
                cost: 1,
                request: None,
            },
            now,
        )
        .unwrap()
}

fn receipt(outcome: Outcome) -> Receipt {
    match outcome {
        Outcome::Charged(receipt) => *receipt,
        other => unreachable!("not charged: {other:?}"),
    }
}

fn agrees(store: &dyn Store) {
    assert_eq!(store.verify().unwrap().problems, Vec::<String>::new());
}

#[test]
fn tickets_and_stores_are_told_by_their_words() {
    use super::store::is_remote;
    let words = TicketKind::ALL.map(TicketKind::key);
    assert_eq!(words, ["upload", "conversion"]);
    assert!(is_remote("postgres://host/db") && !is_remote("/home/me/state.db"));
}
