//! Tests with states of which nothing can be read: what was set holds by its sealed copy.

use std::fs::{self, File};
use std::time::Duration;

use super::*;
use crate::budget::lifeboat::slots_for;
use crate::budget::{Scope, StateError, repair};

fn open(folder: &TestFolder) -> SqliteStore {
    let options = Options {
        busy: Duration::from_millis(20),
        own_folder: Some(folder.path("own")),
        ..Options::default()
    };
    SqliteStore::new(folder.path("s/state.db"), options)
}

fn named(name: &str) -> Key {
    Key::named(name.as_ref())
}

/// A state with a limit of 30 for one key, of 50 for those without their own, and a blocked key.
fn settings() -> (TestFolder, SqliteStore) {
    let folder = TestFolder::new();
    let store = open(&folder);
    let limit = |units| Change::Limit(Period::Month, Limit::Units(units));
    let changes = [
        (Target::Key(named("k")), limit(30)),
        (Target::Default, limit(50)),
        (Target::Key(named("b")), Change::Block),
    ];
    for (target, change) in changes {
        store.change(&target, &[change], NOON).unwrap();
    }
    (folder, store)
}

type Harm = fn(&Path);

/// Ways in which a state file can be lost altogether.
fn harms() -> Vec<(&'static str, Harm)> {
    let mut harms: Vec<(&str, Harm)> = vec![
        ("emptied", |path| fs::write(path, "").unwrap()),
        ("cut to its header", |path| {
            File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(100)
                .unwrap();
        }),
        ("cut to a page", |path| {
            File::options()
                .write(true)
                .open(path)
                .unwrap()
                .set_len(4096)
                .unwrap();
        }),
        ("noise", |path| fs::write(path, [7; 9000]).unwrap()),
        ("zeros", |path| {
            let length = fs::metadata(path).unwrap().len();
            fs::write(path, vec![0; usize::try_from(length).unwrap()]).unwrap();
        }),
        ("of another program", |path| {
            fs::remove_file(path).unwrap();
            let other = Connection::open(path).unwrap();
            other.execute_batch("CREATE TABLE x (y)").unwrap();
        }),
        ("gone", |path| fs::remove_file(path).unwrap()),
        ("gone, its journal is not", |path| {
            fs::rename(path, file::beside(path, "-journal")).unwrap();
        }),
        ("a folder", |path| {
            fs::remove_file(path).unwrap();
            fs::create_dir(path).unwrap();
        }),
    ];
    if cfg!(unix) {
        harms.push(("a link to nothing", |path| {
            fs::remove_file(path).unwrap();
            #[cfg(unix)]
            std::os::unix::fs::symlink("nothing", path).unwrap();
        }));
    }
    harms
}

#[test]
fn limits_and_blocks_hold_where_the_state_cannot_be_read() {
    for (what, harm) in harms() {
        let (folder, store) = settings();
        let secret = store.secret(NOON).unwrap();
        harm(store.path());
        let store = open(&folder);
        let known = |key: &str| store.last_known(&named(key)).unwrap();
        let slots = |key: &str| slots_for(known(key).limit);
        assert_eq!((slots("k"), slots("other")), (3, 5), "{what}");
        assert_eq!(known("k").blocked, None, "{what}");
        assert_eq!(known("b").blocked, Some(Scope::Key), "{what}");
        assert_eq!(known("k").secret, secret, "{what}");
        let (key, request) = (named("b"), None);
        let ask = Ask {
            key: &key,
            cost: 1,
            request,
        };
        assert!(
            store.precheck(&ask, NOON).is_err(),
            "{what}: never taken for new"
        );
    }
}

#[test]
fn a_repair_takes_limits_and_blocks_from_the_copy() {
    for (what, harm) in harms() {
        let (folder, store) = settings();
        let secret = store.secret(NOON).unwrap();
        harm(store.path());
        let store = open(&folder);
        let Ok(repaired) = repair::repair(&store, NOON) else {
            assert!(what.contains("folder") || what.contains("link"), "{what}");
            continue;
        };
        let told = repaired.text();
        assert!(
            told.contains("blocks were read from their copy"),
            "{what}: {told}"
        );
        assert_eq!(store.secret(NOON).unwrap(), secret, "{what}");
        let usage = |key: &str| store.usage(&named(key), NOON).unwrap();
        let limit = |key: &str| usage(key).budgets.first().unwrap().limit;
        assert_eq!(limit("k"), Limit::Units(30), "{what}");
        assert_eq!(limit("other"), Limit::Units(50), "{what}");
        assert_eq!(usage("b").blocked, Some(Scope::Key), "{what}");
        assert!(store.verify().unwrap().problems.is_empty(), "{what}");
    }
}

#[test]
fn without_a_copy_there_are_the_limits_of_the_box_and_with_a_false_one_nothing() {
    let (folder, store) = settings();
    fs::write(store.path(), "").unwrap();
    let beside = file::beside(store.path(), file::SETTINGS);
    let known = |folder: &TestFolder| open(folder).last_known(&named("k"));
    let own = fs::read_dir(folder.path("own"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    fs::write(&own, "trackersync settings 1\nx\n").unwrap();
    let told: StateError = known(&folder).unwrap_err();
    assert!(
        told.to_string().contains("is not as it was written"),
        "{told}"
    );
    fs::remove_file(own).unwrap();
    assert_eq!(
        known(&folder).unwrap().limit,
        Some(Limit::Units(30)),
        "the other copy"
    );
    fs::remove_file(beside).unwrap();
    assert_eq!(known(&folder).unwrap().limit, Some(Limit::Units(100)));
}

#[test]
fn what_cannot_be_copied_is_not_set() {
    let (_folder, store) = settings();
    let beside = file::beside(store.path(), file::SETTINGS);
    fs::remove_file(&beside).unwrap();
    fs::create_dir(&beside).unwrap();
    let (unblock, limit) = (Change::Unblock, Change::Limit(Period::Day, Limit::Units(1)));
    for change in [unblock, limit] {
        let target = Target::Key(named("b"));
        store.change(&target, &[change], NOON).unwrap_err();
        let usage = store.usage(&named("b"), NOON).unwrap();
        assert_eq!((usage.blocked, usage.budgets.len()), (Some(Scope::Key), 1));
    }
}
