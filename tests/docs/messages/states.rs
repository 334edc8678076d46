//! State files that cannot be used, or that hold something to be told.

use std::fs;
use std::os::unix::fs::symlink;

use rusqlite::Connection;
use trackersync::budget::sqlite::{Options, SqliteStore};
use trackersync::budget::store::{Change, Store, Target};
use trackersync::model::Instant;

use super::super::stage::{Stage, code, said};

/// A process that holds the state for as long as it lives.
pub(super) struct Holder(#[expect(dead_code, reason = "held, not used")] Connection);

/// Bytes that are overwritten, by the name of the file: offset and what is put there.
const HEADERS: &[(&str, usize, &[u8])] = &[
    ("newer", 60, &[0, 0, 0, 2]),
    ("zero", 60, &[0, 0, 0, 0]),
    ("program", 68, &[1, 2, 3, 4]),
    ("header", 20, &[9]),
    ("log", 18, &[2, 2]),
];

/// Changes of rows by somebody else.
const ROWS: &[(&str, &str)] = &[
    ("meta", "UPDATE meta SET swept_at = 1"),
    ("account", "UPDATE accounts SET month_used = 0"),
    ("lost", "DELETE FROM accounts"),
    ("entry", "UPDATE ledger SET cost = 0"),
    ("entries", "DELETE FROM ledger"),
    (
        "past",
        "INSERT INTO past VALUES (zeroblob(16), 'day', 0, 1, zeroblob(8))",
    ),
    ("gap", "DELETE FROM ledger WHERE id = 1"),
    ("nobody", "DELETE FROM accounts; DELETE FROM ledger"),
    ("tickets", "DELETE FROM accounts; DROP TABLE uploads"),
    ("negative", "UPDATE accounts SET total_used = -1"),
    ("tables", "CREATE TABLE more (x)"),
];

/// Runs a command that must work.
fn run(stage: &Stage, line: &str) {
    let output = stage.run(&line.split(' ').collect::<Vec<_>>());
    assert_eq!(code(&output), 0, "{line}: {}", said(&output).1);
}

/// Makes all of them.
pub(super) fn make(stage: &Stage) -> Holder {
    run(stage, "convert good.zip -o state-out --state s/good.db");
    run(stage, "budget set --key x --label me --state s/good.db");
    let good = fs::read(stage.path().join("s/good.db")).unwrap();
    let path = |name: &str| stage.path().join(format!("s/{name}.db"));
    for (name, at, bytes) in HEADERS {
        let mut broken = good.clone();
        broken[*at..at + bytes.len()].copy_from_slice(bytes);
        stage.file(&format!("s/{name}.db"), &broken);
    }
    for (name, sql) in ROWS {
        stage.file(&format!("s/{name}.db"), &good);
        let connection = Connection::open(path(name)).unwrap();
        connection.execute_batch(sql).unwrap();
        connection.close().unwrap();
    }
    for name in ["wal", "busy", "later", "sunk", "full", "beside"] {
        stage.file(&format!("s/{name}.db"), &good);
    }
    stage.file("s/grown.db", &[good.as_slice(), &[0; 4096]].concat());
    stage.file("s/wal.db-wal", b"x");
    stage.file("s/orphan.db-journal", b"x");
    stage.file("s/beside.db.lifeboat", b"");
    stage.file("s/text.db", b"some notes\n");
    symlink("good.db", path("link")).unwrap();
    let later = SqliteStore::new(path("later"), Options::default());
    let blocks = [Change::Block, Change::Unblock];
    later
        .change(&Target::Global, &blocks, Instant(7_000_000_000))
        .unwrap();
    copies(stage, &good);
    lifeboats(stage, &good);
    let holder = Connection::open(path("busy")).unwrap();
    holder.execute_batch("BEGIN EXCLUSIVE").unwrap();
    Holder(holder)
}

/// A state that was repaired too often.
fn copies(stage: &Stage, good: &[u8]) {
    stage.file("copies/s.db", &good[..good.len() / 2]);
    for n in 1..=1000 {
        stage.file(&format!("copies/s.db.damaged-{n}"), b"");
    }
}

/// States that are gone: with a conversion on the lifeboat, with none left, with no way to take one.
fn lifeboats(stage: &Stage, good: &[u8]) {
    stage.file("s/sunk.db", b"");
    run(
        stage,
        "convert good.zip -o sunk --state s/sunk.db --degraded lifeboat",
    );
    stage.file("s/sunk.db", good);
    stage.file("s/full.db", b"");
    // Today's slots, and tomorrow's: it may be a minute to midnight.
    let today = chrono::Utc::now().date_naive();
    for day in [Some(today), today.succ_opt()].into_iter().flatten() {
        for number in 1..=10 {
            stage.file(
                &format!("s/full.db.lifeboat/{day}-{number:02}"),
                b"folded\n",
            );
        }
    }
    stage.file("s/leaky.db", b"");
    stage.file("s/leaky.db.lifeboat", b"");
}
