//! Tests of the rescue of damaged files.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::budget::OperationId;
use crate::budget::contract::{NOON, TestFolder};
use crate::budget::store::{Ask, Change, Charge, Outcome, Store, Target, Ticket, TicketKind};
use crate::budget::{Admission, Digest, Key, Limit, Options, Period, Scope};

fn store(folder: &TestFolder) -> SqliteStore {
    SqliteStore::new(folder.path("state.db"), Options::default())
}

fn charge(store: &SqliteStore) {
    let (key, operation, digest) = (Key::local(), OperationId::fresh(), Digest::default());
    let charge = Charge {
        operation,
        ask: Ask {
            key: &key,
            cost: 1,
            request: None,
        },
        digest,
        ticket: None,
    };
    assert!(matches!(
        store.charge(&charge, NOON).unwrap(),
        Outcome::Charged(_)
    ));
}

/// A state with a limit of 5 of which 3 are used, and a blocked key.
fn used_state() -> (TestFolder, PathBuf) {
    let folder = TestFolder::new();
    let store = store(&folder);
    let blocked = Target::Key(Key::named("b".as_ref()));
    store
        .change(
            &Target::Key(Key::local()),
            &[
                Change::Limit(Period::Month, Limit::Units(5)),
                Change::Label("mine".to_owned()),
            ],
            NOON,
        )
        .unwrap();
    store.change(&blocked, &[Change::Block], NOON).unwrap();
    (0..3).for_each(|_| charge(&store));
    let path = folder.path("state.db");
    (folder, path)
}

fn used(store: &SqliteStore) -> u64 {
    store
        .usage(&Key::local(), NOON)
        .unwrap()
        .budgets
        .first()
        .unwrap()
        .used
}

/// Copies the state under a name that this process has not looked at yet, with bytes flipped.
fn broken(folder: &TestFolder, path: &Path, places: &[usize]) -> SqliteStore {
    let mut bytes = fs::read(path).unwrap();
    places
        .iter()
        .for_each(|&at| *bytes.get_mut(at).unwrap() ^= 0xFF);
    let copy = folder.path(format!("{}.db", OperationId::fresh()));
    fs::write(&copy, bytes).unwrap();
    SqliteStore::new(copy, Options::default())
}

fn every(path: &Path, text: &[u8]) -> Vec<usize> {
    let bytes = fs::read(path).unwrap();
    let found: Vec<_> = bytes
        .windows(text.len())
        .enumerate()
        .filter(|(_, window)| *window == text)
        .map(|(at, _)| at)
        .collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn a_sound_file_is_left_alone() {
    let (folder, path) = used_state();
    let before = fs::read(&path).unwrap();
    assert_eq!(repair(&store(&folder), NOON).unwrap(), Repair::NotNeeded);
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(
        repair(
            &SqliteStore::new(folder.path("none"), Options::default()),
            NOON
        )
        .unwrap(),
        Repair::NotNeeded
    );
    assert!(!folder.path("none").exists());
}

#[test]
fn a_broken_account_is_counted_again_from_the_ledger() {
    let (folder, path) = used_state();
    let accounts = 3 * 4096..4 * 4096;
    let mut row = every(&path, b"mine");
    row.retain(|at| accounts.contains(at));
    let store = broken(&folder, &path, &row);
    assert!(
        store
            .usage(&Key::local(), NOON)
            .unwrap_err()
            .is_repairable()
    );
    let damaged = fs::read(store.path()).unwrap();
    let Repair::Rebuilt { copy, rescued } = repair(&store, NOON).unwrap() else {
        unreachable!()
    };
    assert_eq!(fs::read(copy).unwrap(), damaged);
    assert_eq!((used(&store), rescued.entries), (3, 6));
    assert_eq!(
        rescued.lost,
        Vec::<String>::new(),
        "the ledger knows the limit"
    );
    assert!(store.verify().unwrap().problems.is_empty());
    assert_eq!(repair(&store, NOON).unwrap(), Repair::NotNeeded);
    charge(&store);
    assert_eq!(used(&store), 4);
}

#[test]
fn a_broken_ledger_entry_gives_no_unit_away() {
    let (folder, path) = used_state();
    let store = broken(
        &folder,
        &path,
        &every(&path, b"charge")
            .into_iter()
            .take(1)
            .collect::<Vec<_>>(),
    );
    repair(&store, NOON).unwrap();
    assert_eq!(used(&store), 3);
    assert!(store.verify().unwrap().problems.is_empty());
    let blocked = Key::named("b".as_ref());
    let ask = Ask {
        key: &blocked,
        cost: 1,
        request: None,
    };
    assert_eq!(
        store.precheck(&ask, NOON).unwrap(),
        Admission::Blocked(Scope::Key)
    );
}

#[test]
fn a_broken_header_costs_nothing() {
    for at in [0, 18, 31, 45, 57, 70] {
        let (folder, path) = used_state();
        let store = broken(&folder, &path, &[at]);
        let Repair::Rebuilt { rescued, .. } = repair(&store, NOON).unwrap() else {
            unreachable!()
        };
        assert_eq!((used(&store), rescued.lost), (3, Vec::new()), "byte {at}");
    }
}

#[test]
fn a_broken_header_of_a_long_file_costs_no_row_of_it() {
    let (folder, path) = used_state();
    let sound = store(&folder);
    for _ in 0..150 {
        let operation = OperationId::fresh();
        let ticket = Ticket {
            kind: TicketKind::Upload,
            id: operation.to_string(),
            created_at: NOON,
            expires_at: NOON.plus(60),
        };
        sound.put(&ticket, NOON).unwrap();
    }
    for at in [0, 18, 31] {
        let store = broken(&folder, &path, &[at]);
        let Repair::Rebuilt { rescued, .. } = repair(&store, NOON).unwrap() else {
            unreachable!()
        };
        assert_eq!(
            (rescued.tickets, rescued.lost),
            (150, Vec::new()),
            "byte {at}"
        );
    }
}

#[test]
fn rows_in_the_write_ahead_log_of_another_program_are_read() {
    let (folder, path) = used_state();
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch(
            "PRAGMA journal_mode = WAL; CREATE TEMP TABLE kept AS SELECT * FROM ledger; \
             DELETE FROM ledger; PRAGMA wal_checkpoint(TRUNCATE); INSERT INTO ledger SELECT * FROM kept",
        )
        .unwrap();
    for at in [None, Some(45)] {
        let store = broken(&folder, &path, at.as_slice());
        fs::copy(
            file::beside(&path, "-wal"),
            file::beside(store.path(), "-wal"),
        )
        .unwrap();
        let Repair::Rebuilt { rescued, copy } = repair(&store, NOON).unwrap() else {
            unreachable!()
        };
        assert_eq!((rescued.entries, rescued.lost), (6, Vec::new()), "{at:?}");
        assert!(file::beside(&copy, "-wal").exists());
        assert!(!file::beside(store.path(), "-wal").exists());
    }
}

#[test]
fn the_journal_of_a_lost_file_is_kept_and_out_of_the_way() {
    let folder = TestFolder::new();
    let store = store(&folder);
    let journal = file::beside(store.path(), "-journal");
    fs::write(&journal, "what it was").unwrap();
    let Repair::Rebuilt { copy, .. } = repair(&store, NOON).unwrap() else {
        unreachable!()
    };
    assert!(!journal.exists() && !copy.exists());
    let kept = fs::read_to_string(file::beside(&copy, "-journal")).unwrap();
    assert_eq!(kept, "what it was");
    charge(&store);
}

#[test]
fn what_an_interrupted_run_left_is_tidied_away() {
    let (folder, path) = used_state();
    fs::write(file::unfinished_name(&path), "half").unwrap();
    assert_eq!(tidy(&store(&folder)).unwrap(), 1);
    assert_eq!(tidy(&store(&folder)).unwrap(), 0);
    assert_eq!(used(&store(&folder)), 3);
}

#[test]
fn what_cannot_be_read_at_all_is_started_anew_and_said() {
    for content in [&b""[..], b"hello\n", b"SQLite format 3\0 and nothing else"] {
        let folder = TestFolder::new();
        fs::write(folder.path("state.db"), content).unwrap();
        let store = store(&folder);
        let Repair::Rebuilt { rescued, copy } = repair(&store, NOON).unwrap() else {
            unreachable!()
        };
        assert!(!rescued.lost.is_empty());
        assert_eq!(fs::read(copy).unwrap(), content);
        assert_eq!(used(&store), 0);
        charge(&store);
    }
}

#[test]
fn files_cut_anywhere_are_mended_into_sound_ones() {
    let (folder, path) = used_state();
    let whole = fs::read(&path).unwrap();
    let mut rebuilt = 0;
    for tenth in 0..10 {
        let path = folder.path(format!("cut{tenth}.db"));
        fs::write(&path, whole.get(..whole.len() * tenth / 10).unwrap()).unwrap();
        let store = SqliteStore::new(path, Options::default());
        assert!(matches!(
            repair(&store, NOON).unwrap(),
            Repair::Rebuilt { .. }
        ));
        assert!(store.verify().unwrap().problems.is_empty());
        rebuilt += 1;
    }
    assert_eq!(rebuilt, 10);
    assert_eq!(
        tidy(&store(&folder)).unwrap(),
        0,
        "nothing unfinished is left"
    );
}

#[test]
fn a_file_that_was_cut_keeps_what_stands_before_the_cut() {
    let (folder, path) = used_state();
    let whole = fs::read(&path).unwrap();
    let page = usize::try_from(file::PAGE).unwrap();
    let new = folder.path("new.db");
    file::write_whole(&new, schema::create).unwrap();
    assert_eq!(fs::metadata(&new).unwrap().len(), NEW_PAGES * file::PAGE);
    for cut in [1, page - 1, page, page + 1, 2 * page, 3 * page] {
        let path = folder.path(format!("cut-{cut}.db"));
        fs::write(&path, whole.get(..whole.len() - cut).unwrap()).unwrap();
        let store = SqliteStore::new(path, Options::default());
        repair(&store, NOON).unwrap();
        assert_eq!(used(&store), 3, "cut by {cut} bytes");
        assert!(store.verify().unwrap().problems.is_empty());
    }
}

#[test]
fn a_newer_file_is_never_rebuilt() {
    let (folder, path) = used_state();
    let mut bytes = fs::read(&path).unwrap();
    *bytes.get_mut(63).unwrap() = 200;
    fs::write(&path, &bytes).unwrap();
    let error = repair(&SqliteStore::new(path.clone(), Options::default()), NOON).unwrap_err();
    assert!(matches!(error.fault, Fault::Newer { found: 200, .. }));
    assert_eq!(fs::read(&path).unwrap(), bytes);
    drop(folder);
}
