//! Tests with damaged files: refused, or used with the right count; never altered, never a panic.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::budget::contract::{NOON, TestFolder};
use crate::budget::error::Fault;
use crate::budget::lifeboat::slots_for;
use crate::budget::status::Status;
use crate::budget::store::{Ask, Change, Charge, Outcome, Store, Target};
use crate::budget::{
    Admission, Digest, Key, Limit, OperationId, Options, Period, Scope, SqliteStore, StateError,
};

fn open(path: &Path) -> SqliteStore {
    SqliteStore::new(
        path.to_owned(),
        Options {
            busy: Duration::from_millis(20),
            ..Options::default()
        },
    )
}

fn key() -> Key {
    Key::named("k".as_ref())
}

fn charge(store: &SqliteStore) -> Result<Outcome, StateError> {
    let admission = store.precheck(&ask(&key()), NOON)?;
    assert!(
        matches!(admission, Admission::Granted { .. }),
        "3 of 5 are used: {admission:?}"
    );
    charge_unasked(store)
}

fn charge_unasked(store: &SqliteStore) -> Result<Outcome, StateError> {
    let key = key();
    let charge = Charge {
        operation: OperationId::fresh(),
        ask: ask(&key),
        digest: Digest::default(),
        ticket: None,
    };
    store.charge(&charge, NOON)
}

fn ask(key: &Key) -> Ask<'_> {
    Ask {
        key,
        cost: 1,
        request: None,
    }
}

fn used(store: &SqliteStore) -> Result<u64, StateError> {
    Ok(store.usage(&key(), NOON)?.budgets.first().unwrap().used)
}

/// A state of which 3 of 5 units are used.
fn good() -> (TestFolder, Vec<u8>) {
    let folder = TestFolder::new();
    let store = open(&folder.path("good.db"));
    store
        .change(
            &Target::Key(key()),
            &[Change::Limit(Period::Month, Limit::Units(5))],
            NOON,
        )
        .unwrap();
    (0..3).for_each(|_| assert!(matches!(charge(&store).unwrap(), Outcome::Charged(_))));
    let bytes = fs::read(folder.path("good.db")).unwrap();
    (folder, bytes)
}

fn place(folder: &TestFolder, bytes: &[u8]) -> SqliteStore {
    let path = folder.path(format!("{}.db", OperationId::fresh()));
    fs::write(&path, bytes).unwrap();
    open(&path)
}

/// Uses a file that may be damaged. `true` if it was refused; then it must be as it was.
fn refused_or_right(store: &SqliteStore, bytes: &[u8], what: &str) -> bool {
    let refused = match used(store).and_then(|used| Ok((used, charge(store)?))) {
        Ok((used, outcome)) => {
            assert_eq!(used, 3, "{what}");
            assert!(
                matches!(outcome, Outcome::Charged(receipt) if receipt.usage.budgets.first().unwrap().used == 4),
                "{what}"
            );
            false
        }
        Err(_) => true,
    };
    if refused {
        assert!(
            fs::read(store.path()).unwrap() == bytes,
            "{what}: the file was altered"
        );
    }
    fs::remove_file(store.path()).unwrap();
    refused
}

#[test]
fn a_flipped_byte_never_changes_a_count() {
    let (folder, good) = good();
    let (mut tried, mut refused) = (0, 0);
    let stride = 7;
    let written = good
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte != 0)
        .map(|(at, _)| at);
    for at in written.step_by(stride) {
        for flip in [0xFF, 0x01] {
            let mut bytes = good.clone();
            *bytes.get_mut(at).unwrap() ^= flip;
            let store = place(&folder, &bytes);
            refused += u32::from(refused_or_right(
                &store,
                &bytes,
                &format!("byte {at} ^ {flip:#x}"),
            ));
            tried += 1;
        }
    }
    assert!(
        tried > 500 && refused * 2 > tried,
        "{refused} of {tried} refused"
    );
}

#[test]
fn a_file_cut_anywhere_is_refused_and_left_as_it_was() {
    let (folder, good) = good();
    let mut tried = 0;
    for cut in (0..good.len()).step_by(997) {
        let bytes = good.get(..cut).unwrap();
        assert!(
            refused_or_right(&place(&folder, bytes), bytes, "cut"),
            "cut at {cut}"
        );
        tried += 1;
    }
    assert!(tried > 30);
}

#[test]
fn files_of_others_are_refused_each_with_its_reason() {
    let (folder, good) = good();
    let with = |at: usize, bytes: &[u8]| {
        let mut changed = good.clone();
        changed.splice(at..at + bytes.len(), bytes.iter().copied());
        changed
    };
    let cases: [(&str, Vec<u8>, &str); 6] = [
        ("nothing", Vec::new(), "is empty"),
        ("text", b"hello\n".to_vec(), "not a trackersync state file"),
        (
            "older tool",
            br#"{"used":3}"#.to_vec(),
            "not a trackersync state file",
        ),
        (
            "another program",
            with(68, &[0, 0, 0x30, 0x39]),
            "another program",
        ),
        ("newer", with(60, &[0, 0, 3, 0xE7]), "newer trackersync"),
        ("write-ahead log", with(18, &[2, 2]), "write-ahead log"),
    ];
    for (what, bytes, reason) in cases {
        let store = place(&folder, &bytes);
        let error = charge(&store).unwrap_err();
        assert!(error.to_string().contains(reason), "{what}: {error}");
        assert_eq!(fs::read(store.path()).unwrap(), bytes, "{what}");
        let status = Status::of(&store, true, NOON);
        assert!(
            !status.is_healthy() && status.text().contains(reason),
            "{what}"
        );
    }
}

#[test]
fn a_stale_journal_of_nonsense_does_no_harm() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let mut journal = b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7".to_vec();
    journal.extend([0; 600]);
    fs::write(
        crate::budget::file::beside(store.path(), "-journal"),
        journal,
    )
    .unwrap();
    assert!(!refused_or_right(&store, &good, "journal"));
    let store = place(&folder, &good);
    fs::write(
        crate::budget::file::beside(store.path(), "-wal"),
        [0x37; 4000],
    )
    .unwrap();
    assert!(matches!(
        charge(&store).unwrap_err().fault,
        Fault::WriteAheadLog
    ));
    assert_eq!(fs::read(store.path()).unwrap(), good);
}

#[test]
fn a_hot_journal_is_rolled_back_and_the_unit_is_not_lost() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let path = store.path().to_owned();
    let writer = rusqlite::Connection::open(&path).unwrap();
    writer.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM ledger; UPDATE counters SET used = 0").unwrap();
    writer.execute_batch("CREATE TABLE spill (x); INSERT INTO spill SELECT randomblob(4000) FROM ledger, meta; INSERT INTO spill SELECT randomblob(90000)").unwrap();
    // As after a kill: the half-written file and its journal, under a name without locks.
    let dead = folder.path("dead.db");
    fs::copy(&path, &dead).unwrap();
    fs::copy(
        crate::budget::file::beside(&path, "-journal"),
        crate::budget::file::beside(&dead, "-journal"),
    )
    .unwrap();
    writer.execute_batch("ROLLBACK").unwrap();
    assert_ne!(
        fs::read(&dead).unwrap(),
        good,
        "pages were written before the commit"
    );
    let store = open(&dead);
    assert_eq!(used(&store).unwrap(), 3);
    assert!(matches!(charge(&store).unwrap(), Outcome::Charged(_)));
    assert!(store.verify().unwrap().problems.is_empty());
}

#[test]
fn a_lock_that_is_never_released_ends_in_an_error_after_the_wait() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let other = rusqlite::Connection::open(store.path()).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let begun = std::time::Instant::now();
    let error = charge(&store).unwrap_err();
    assert!(
        begun.elapsed() < Duration::from_secs(2),
        "the wait is the one asked for"
    );
    assert!(
        matches!(error.fault, Fault::Locked { waited_ms: 20 }),
        "{error}"
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert!(
        matches!(charge(&store).unwrap(), Outcome::Charged(_)),
        "works when the lock is gone"
    );
}

#[test]
fn a_commit_that_others_keep_from_its_lock_is_undone_and_the_next_is_made() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let reader = rusqlite::Connection::open(store.path()).unwrap();
    reader
        .execute_batch("BEGIN; SELECT count(*) FROM ledger")
        .unwrap();
    let error = charge(&store).unwrap_err();
    assert!(matches!(error.fault, Fault::Locked { .. }), "{error}");
    reader.execute_batch("COMMIT").unwrap();
    assert_eq!(used(&store).unwrap(), 3);
    assert!(matches!(charge(&store).unwrap(), Outcome::Charged(_)));
}

#[test]
fn an_account_that_is_lost_is_never_one_for_which_nothing_was_set() {
    for lost in [
        "x'00000000000000000000000000000000'",
        "x'ffffffffffffffffffffffffffffffff'",
    ] {
        for whose in [
            "=",
            "NOT IN (x'00000000000000000000000000000000') AND key <",
        ] {
            let (folder, good) = good();
            let store = place(&folder, &good);
            let other = rusqlite::Connection::open(store.path()).unwrap();
            let sql = format!("DELETE FROM accounts WHERE key {whose} {lost}");
            let gone = other.execute(&sql, []).unwrap();
            assert_eq!(charge(&store).is_err(), gone > 0, "{sql}");
        }
    }
}

#[test]
fn a_lock_that_is_released_is_waited_for_and_a_signal_ends_the_wait() {
    let (folder, good) = good();
    let path = place(&folder, &good).path().to_owned();
    let other = rusqlite::Connection::open(&path).unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let options = Options {
        stop: Arc::clone(&stop),
        ..Options::default()
    };
    let waiting =
        |options: &Options| charge_unasked(&SqliteStore::new(path.clone(), options.clone()));
    std::thread::scope(|scope| {
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let patient = scope.spawn(|| waiting(&options));
        std::thread::sleep(Duration::from_millis(100));
        other.execute_batch("ROLLBACK").unwrap();
        assert!(matches!(
            patient.join().unwrap().unwrap(),
            Outcome::Charged(_)
        ));
        let waited = open(&path)
            .ledger(None)
            .unwrap()
            .into_iter()
            .map(|row| row.waited_ms);
        let waited: Vec<_> = waited.collect();
        let (last, before) = waited.split_last().unwrap();
        assert!(
            (50..5000).contains(last) && before.iter().all(|ms| *ms == 0),
            "{waited:?}"
        );
        other.execute_batch("BEGIN EXCLUSIVE").unwrap();
        let interrupted = scope.spawn(|| waiting(&options));
        std::thread::sleep(Duration::from_millis(100));
        stop.store(true, Ordering::Relaxed);
        assert!(interrupted.join().unwrap().unwrap_err().is_interrupted());
    });
}

#[test]
fn a_state_that_moves_away_meanwhile_is_not_charged() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    assert_eq!(used(&store).unwrap(), 3);
    fs::rename(store.path(), folder.path("moved.db")).unwrap();
    assert!(charge(&store).is_err());
    assert_eq!(used(&open(&folder.path("moved.db"))).unwrap(), 3);
}

#[test]
fn the_lifeboat_carries_over_an_outage_and_is_folded_into_the_ledger() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let (path, aside) = (store.path().to_owned(), folder.path("aside.db"));
    fs::rename(&path, &aside).unwrap();
    fs::write(&path, b"broken").unwrap();
    let store = open(&path);
    assert!(charge(&store).is_err());
    let boat = store.lifeboat();
    let (operation, other) = (OperationId::fresh(), OperationId::fresh());
    assert_eq!(slots_for(Some(Limit::Units(20))), 2);
    let board = |operation, key: &Key| {
        boat.take(operation, key, 1, Digest([5; 32]), 2, NOON)
            .unwrap()
    };
    assert!(board(operation, &key()).is_some() && board(other, &Key::local()).is_some());
    assert!(board(OperationId::fresh(), &key()).is_none());
    assert!(
        store.charged(operation).unwrap(),
        "its output is finished even while the state is away"
    );
    fs::rename(&aside, &path).unwrap();
    let store = open(&path);
    let Outcome::Charged(receipt) = charge(&store).unwrap() else {
        unreachable!()
    };
    assert_eq!(
        (receipt.folded, receipt.usage.budgets.first().unwrap().used),
        (1, 5)
    );
    assert!(store.charged(operation).unwrap() && store.charged(other).unwrap());
    assert_eq!(store.fold_lifeboat(&key(), NOON).unwrap(), (0, 1));
    assert_eq!(store.fold_lifeboat(&Key::local(), NOON).unwrap(), (1, 0));
    assert!(store.refund(operation, NOON).unwrap());
    assert_eq!(used(&store).unwrap(), 4);
    assert!(store.verify().unwrap().problems.is_empty());
    assert!(
        board(OperationId::fresh(), &key()).is_none(),
        "today's slots stay taken"
    );
}

#[test]
fn folding_again_after_a_crash_charges_nothing_twice() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let operation = OperationId::fresh();
    store
        .lifeboat()
        .take(operation, &key(), 1, Digest::default(), 10, NOON)
        .unwrap()
        .unwrap();
    let slots = crate::budget::file::beside(store.path(), ".lifeboat");
    let slot = fs::read_dir(&slots)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let waiting = fs::read(&slot).unwrap();
    store.fold_lifeboat(&key(), NOON).unwrap();
    fs::write(&slot, waiting).unwrap();
    store.fold_lifeboat(&key(), NOON).unwrap();
    assert_eq!(used(&store).unwrap(), 4);
}

#[test]
fn slots_of_other_keys_make_no_state() {
    let folder = TestFolder::new();
    let store = open(&folder.path("state.db"));
    let (boat, operation) = (store.lifeboat(), OperationId::fresh());
    let taken = boat.take(operation, &key(), 1, Digest::default(), 10, NOON);
    assert!(taken.unwrap().is_some());
    assert_eq!(store.fold_lifeboat(&Key::local(), NOON).unwrap(), (0, 1));
    assert!(!store.path().exists());
}

#[test]
fn what_the_lifeboat_let_through_is_entered_by_a_charge_that_is_refused_too() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let boat = store.lifeboat();
    for _ in 0..2 {
        let operation = OperationId::fresh();
        let taken = boat.take(operation, &key(), 1, Digest::default(), 10, NOON);
        assert!(taken.unwrap().is_some());
    }
    let (key, outcome) = (key(), charge_unasked(&store).unwrap());
    assert!(matches!(outcome, Outcome::Exhausted(_)));
    assert_eq!(used(&store).unwrap(), 5);
    assert_eq!(store.fold_lifeboat(&key, NOON).unwrap(), (0, 0));
    assert!(store.verify().unwrap().problems.is_empty());
}

#[test]
fn a_slot_counts_in_the_day_and_month_in_which_it_was_taken() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let october = NOON.plus(-40 * crate::model::time::DAY);
    let (boat, operation) = (store.lifeboat(), OperationId::fresh());
    let taken = boat.take(operation, &key(), 1, Digest([5; 32]), 10, october);
    assert!(taken.unwrap().is_some());
    assert_eq!(store.fold_lifeboat(&key(), NOON).unwrap(), (1, 0));
    let at = |now| {
        store
            .usage(&key(), now)
            .unwrap()
            .budgets
            .first()
            .unwrap()
            .used
    };
    assert_eq!((at(october), at(NOON)), (1, 3));
    let row = store.ledger(None).unwrap().pop().unwrap();
    assert_eq!(
        (row.operation, row.digest),
        (operation, Some(Digest([5; 32])))
    );
    assert_eq!((row.at, row.day_start), (NOON, Period::Day.start(october)));
    assert!(store.verify().unwrap().problems.is_empty());
}

#[test]
fn the_lifeboat_knows_limits_and_blocks_of_a_damaged_state() {
    let (folder, good) = good();
    let sound = place(&folder, &good);
    let block = [Change::Block];
    let blocked = Key::named("b".as_ref());
    sound
        .change(&Target::Key(blocked.clone()), &block, NOON)
        .unwrap();
    let good = fs::read(sound.path()).unwrap();
    let damages: [(&str, &[usize]); 5] = [
        ("the header", &[20]),
        ("the first page of the tables' list", &[100, 103, 105]),
        ("the row of meta", &[2 * 4096 - 20]),
        ("the accounts", &[3 * 4096]),
        ("the ledger", &[5 * 4096]),
    ];
    for (what, places) in damages {
        let mut bytes = good.clone();
        places
            .iter()
            .for_each(|&at| *bytes.get_mut(at).unwrap() ^= 0xFF);
        let store = place(&folder, &bytes);
        let known = |key: &Key| store.last_known(key).unwrap();
        assert_eq!(known(&key()).limit, Some(Limit::Units(5)), "{what}");
        assert_eq!(known(&key()).blocked, None, "{what}");
        assert_eq!(known(&blocked).blocked, Some(Scope::Key), "{what}");
        assert_eq!(
            known(&blocked).secret,
            sound.secret(NOON).unwrap(),
            "{what}"
        );
        assert!(fs::read(store.path()).unwrap() == bytes, "{what}");
    }
    let noise = place(&folder, &[7; 9000]);
    let known = noise.last_known(&key()).unwrap();
    assert_eq!(
        (known.blocked, known.limit),
        (None, Some(Limit::Units(100)))
    );
    let again = noise.last_known(&key()).unwrap();
    assert_eq!(
        again.secret, known.secret,
        "what is made under it is found again"
    );
    assert_eq!(noise.lifeboat_secret(), Some(known.secret));
}

#[test]
fn a_charge_that_waited_for_a_repair_goes_into_the_new_file() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    assert_eq!(used(&store).unwrap(), 3);
    let other = folder.path("repaired.db");
    fs::copy(store.path(), &other).unwrap();
    fs::rename(&other, store.path()).unwrap();
    assert!(matches!(charge(&store).unwrap(), Outcome::Charged(_)));
    let again = open(store.path());
    assert_eq!(
        used(&again).unwrap(),
        4,
        "the open file was no longer the one at the path"
    );
}

#[test]
fn the_status_of_a_sound_state_is_healthy_and_changes_nothing() {
    let (folder, good) = good();
    let store = place(&folder, &good);
    let status = Status::of(&store, true, NOON);
    assert!(status.is_healthy(), "{}", status.text());
    assert_eq!(
        status.contents.map(|c| (c.schema, c.entries, c.keys)),
        Some((1, 4, 1))
    );
    assert!(status.free_bytes.is_some_and(|free| free > 0));
    assert_eq!(fs::read(store.path()).unwrap(), good);
    let none = Status::of(&open(&folder.path("none/state.db")), true, NOON);
    assert!(none.is_healthy() && none.bytes.is_none() && !folder.path("none").exists());
}
