//! Tests of what is SQLite's own: what a charge costs, and how an older file is brought up.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

mod damage;
mod unreadable;

use crate::budget::contract::{NOON, TestFolder};
use crate::budget::{Digest, Limit, Period};

const PAGE: usize = 4096;

/// Pages that a charge writes: the header, the counters (two where today's are on the edge of a page),
/// the ledger and two of its indexes. SQLite writes a page once and journals it in three writes, with two more for the journal.
const PAGES_OF_A_CHARGE: usize = 6;

/// Pages that are written when all four trees of the file outgrow theirs at once: each shares the rows
/// of three neighbours with a fourth, below one parent. Ids are random, so that it is rare.
const PAGES_AT_MOST: usize = 1 + 4 * 5;

fn state(limit: u64) -> (TestFolder, SqliteStore) {
    let folder = TestFolder::new();
    let store = SqliteStore::new(folder.path("state.db"), Options::default());
    let changes = [Change::Limit(Period::Month, Limit::Units(limit))];
    store
        .change(&Target::Key(Key::local()), &changes, NOON)
        .unwrap();
    (folder, store)
}

#[test]
fn a_state_is_called_by_its_path() {
    let store = SqliteStore::new("some/state.db".into(), Options::default());
    assert_eq!(store.place(), "some/state.db");
}

fn charge(store: &SqliteStore, now: Instant) -> Outcome {
    let key = Key::local();
    let ask = Ask {
        key: &key,
        cost: 1,
        request: None,
    };
    store.precheck(&ask, now).unwrap();
    let charge = Charge {
        operation: OperationId::fresh(),
        ask,
        digest: Digest([1; 32]),
        ticket: None,
    };
    store.charge(&charge, now).unwrap()
}

/// Returns how often the file was written: SQLite counts its write transactions in the header.
fn transactions(bytes: &[u8]) -> u32 {
    bytes
        .get(24..28)
        .unwrap()
        .try_into()
        .map(u32::from_be_bytes)
        .unwrap()
}

fn pages_changed(before: &[u8], after: &[u8]) -> usize {
    let before = before.chunks(PAGE).chain(std::iter::repeat(&[][..]));
    after
        .chunks(PAGE)
        .zip(before)
        .filter(|(after, before)| after != before)
        .count()
}

#[test]
fn a_charge_is_one_write_transaction_whose_size_does_not_grow_with_history() {
    let (_folder, store) = state(100_000);
    let mut usual = 0;
    for n in 0..600 {
        // A year and more, so that days and months turn.
        let before = fs::read(store.path()).unwrap();
        assert!(matches!(
            charge(&store, NOON.plus(n * 60_000)),
            Outcome::Charged(_)
        ));
        let after = fs::read(store.path()).unwrap();
        assert_eq!(transactions(&after), transactions(&before) + 1);
        let pages = pages_changed(&before, &after);
        assert!(pages <= PAGES_AT_MOST, "charge {n} wrote {pages} pages");
        usual += usize::from(pages <= PAGES_OF_A_CHARGE);
    }
    assert!(usual > 500, "{usual} of 600 wrote few pages");
}

#[test]
fn asking_refusing_and_showing_write_nothing() {
    let (_folder, store) = state(1);
    charge(&store, NOON);
    let before = fs::read(store.path()).unwrap();
    assert!(matches!(charge(&store, NOON), Outcome::Exhausted(_)));
    store.usage(&Key::local(), NOON).unwrap();
    store.usage_all(NOON).unwrap();
    store.verify().unwrap();
    store.sweep(NOON).unwrap();
    store.refund(OperationId::fresh(), NOON).unwrap();
    store
        .change(&Target::Key(Key::local()), &[Change::Block], NOON)
        .unwrap();
    let blocked = fs::read(store.path()).unwrap();
    assert_eq!(
        transactions(&blocked),
        transactions(&before) + 1,
        "only the block was written"
    );
    assert_eq!(
        charge(&store, NOON),
        Outcome::Blocked(crate::budget::Scope::Key)
    );
    assert_eq!(fs::read(store.path()).unwrap(), blocked);
}

#[test]
fn a_state_that_does_not_exist_is_not_made_by_a_refund() {
    let folder = TestFolder::new();
    let store = SqliteStore::new(folder.path("state.db"), Options::default());
    assert!(!store.refund(OperationId::fresh(), NOON).unwrap());
    assert!(!store.path().exists());
}

#[test]
fn an_older_file_is_copied_and_then_brought_up_once() {
    let (folder, store) = state(5);
    charge(&store, NOON);
    let path = store.path().to_owned();
    drop(store);
    let steps = [schema::Step {
        from: 1,
        sql: "ALTER TABLE meta ADD COLUMN more INTEGER",
    }];
    let connection = file::open(&path).unwrap();
    db::upgrade(&connection, &path, &steps).unwrap();
    db::upgrade(&connection, &path, &steps).unwrap();
    assert_eq!(schema::pragma(&connection, "user_version").unwrap(), 2);
    let copies = || {
        fs::read_dir(folder.path(""))
            .unwrap()
            .flatten()
            .map(|entry| entry.path())
    };
    let copies: Vec<_> = copies()
        .filter(|p| p.to_string_lossy().contains(".version-1-"))
        .collect();
    assert_eq!(copies.len(), 1);
    let old = SqliteStore::new(copies.into_iter().next().unwrap(), Options::default());
    assert_eq!(
        old.usage(&Key::local(), NOON)
            .unwrap()
            .budgets
            .first()
            .unwrap()
            .used,
        1
    );
    let newer = SqliteStore::new(path, Options::default());
    assert!(matches!(
        newer.usage(&Key::local(), NOON).unwrap_err().fault,
        Fault::Newer { found: 2, .. }
    ));
}

#[test]
fn the_counter_of_all_time_lies_behind_those_of_today() {
    let (_folder, store) = state(5);
    charge(&store, NOON);
    assert_eq!(store.tables(), None, "they are made with the file");
    let connection = file::open(store.path()).unwrap();
    let starts = "SELECT DISTINCT start FROM counters WHERE period = 'total'";
    let start: i64 = connection.query_row(starts, [], |row| row.get(0)).unwrap();
    assert_eq!(start, i64::MAX);
}

#[test]
fn the_status_counts_what_waits_and_what_has_expired() {
    use crate::budget::store::TicketKind::{Conversion, Upload};
    let (_folder, store) = state(5);
    let ends = [
        (Upload, vec![0, 1, 1, 9]),
        (Conversion, vec![-1, -1, 0, 0, 1]),
    ];
    for (kind, ends) in ends {
        for (n, end) in ends.into_iter().enumerate() {
            let ticket = Ticket {
                kind,
                id: format!("t{n}"),
                created_at: NOON.plus(-60),
                expires_at: NOON.plus(end),
            };
            store.put(&ticket, NOON.plus(-60)).unwrap();
        }
    }
    let contents = store.status(false, NOON).contents.unwrap();
    let counts = (contents.uploads, contents.conversions, contents.expired);
    assert_eq!(counts, (3, 1, 5));
}
