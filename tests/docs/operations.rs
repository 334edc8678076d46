//! What each command does to the state file, counted; docs/budget.md shows the same table.
//!
//! Write transactions are read off SQLite's own change counter in the file header. Syncs and calls
//! on the state are counted by strace where it is installed.

use std::fs;
use std::io::Write as _;
use std::path::PathBuf;

use super::stage::{Stage, TINY, code, is_there, root, said};

/// A command: its name in the docs, its arguments, its exit code, write transactions, most syncs.
type Row = (&'static str, &'static [&'static str], i32, u32, u64);

const ROWS: &[Row] = &[
    (
        "convert, granted",
        &["convert", "a.zip", "-o", "out", "--force"],
        0,
        1,
        4,
    ),
    (
        "convert, refused (75)",
        &["convert", "a.zip", "-o", "no", "--key", "full"],
        75,
        0,
        0,
    ),
    (
        "convert, blocked (77)",
        &["convert", "a.zip", "-o", "no", "--key", "stop"],
        77,
        0,
        0,
    ),
    (
        "convert --dry-run",
        &["convert", "a.zip", "--dry-run"],
        0,
        0,
        0,
    ),
    ("validate", &["validate", "a.zip"], 0, 0, 0),
    (
        "inspect",
        &["inspect", "out/import/weight/weight-2024-05.fit"],
        0,
        0,
        0,
    ),
    ("verify", &["verify", "out"], 0, 0, 0),
    ("usage", &["usage"], 0, 0, 0),
    ("status", &["status"], 0, 0, 0),
    ("upload", &["upload", "a.zip"], 0, 1, 4),
];

fn prepared() -> (Stage, PathBuf) {
    let stage = Stage::new("operations");
    stage.zip("a.zip", TINY);
    for line in [
        "convert a.zip -o out",
        "budget set --key full --limit 0",
        "budget block --key stop",
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        let output = stage.run(&arguments);
        assert_eq!(code(&output), 0, "{line}: {}", said(&output).1);
    }
    let state = stage.path().join("state/trackersync/state.db");
    assert!(state.is_file());
    (stage, state)
}

/// SQLite counts every write transaction in bytes 24 to 27 of the file.
fn changes(state: &PathBuf) -> u32 {
    let bytes = fs::read(state).unwrap();
    let counter = bytes.get(24..28).and_then(|b| b.try_into().ok()).unwrap();
    u32::from_be_bytes(counter)
}

#[test]
fn write_transactions_are_those_of_the_table() {
    let (stage, state) = prepared();
    for (name, arguments, expected, writes, _) in ROWS {
        let before = changes(&state);
        let output = stage.run(arguments);
        assert_eq!(code(&output), *expected, "{name}: {}", said(&output).1);
        assert_eq!(changes(&state) - before, *writes, "{name}");
    }
}

#[test]
fn syncs_of_the_state_stay_within_the_table() {
    if !is_there("strace") {
        // Past the harness, which keeps what a passing test says to itself.
        let said = writeln!(
            std::io::stderr(),
            "SKIPPED, no strace: the syncs of the state"
        );
        return said.unwrap();
    }
    let (stage, _) = prepared();
    for (name, arguments, _, writes, most) in ROWS {
        let trace = stage.path().join("trace");
        let mut strace = std::process::Command::new("strace");
        strace.args(["-f", "-y", "-qq", "-e", "trace=fsync,fdatasync", "-o"]);
        strace
            .arg(&trace)
            .arg(super::stage::PROGRAM)
            .args(*arguments);
        let run = stage.isolate(&mut strace).output().unwrap();
        let Ok(traced) = fs::read_to_string(&trace) else {
            panic!("{name}: {}", said(&run).1)
        };
        let state = "/state/trackersync";
        let syncs = traced
            .lines()
            .filter(|l| l.contains(state) && !l.contains("resumed"))
            .count();
        let syncs = u64::try_from(syncs).unwrap();
        assert!(syncs <= *most, "{name}: {syncs}\n{traced}");
        assert_eq!(
            syncs > 0,
            *writes > 0,
            "{name}: what is written is synced\n{traced}"
        );
    }
}

#[test]
fn what_only_looks_does_not_open_the_state() {
    let (stage, _) = prepared();
    let foreign = stage.file("foreign.txt", b"no state file");
    let mut looked = 0;
    for (name, arguments, ..) in ROWS {
        if ["convert --dry-run", "validate", "inspect", "verify"].contains(name) {
            let output = stage
                .command(arguments)
                .arg("--state")
                .arg(&foreign)
                .output()
                .unwrap();
            assert_eq!(code(&output), 0, "{name}: {}", said(&output).1);
            looked += 1;
        }
    }
    assert_eq!(looked, 4);
}

#[test]
fn the_docs_show_the_table() {
    let readme = fs::read_to_string(root().join("docs/budget.md")).unwrap();
    for (name, _, _, writes, syncs) in ROWS {
        let syncs = if *syncs == 0 {
            "0".to_owned()
        } else {
            format!("≤ {syncs}")
        };
        let ends = format!(" | {writes} | {syncs} |");
        let shown = readme
            .lines()
            .any(|l| l.starts_with(&format!("| {name} |")) && l.ends_with(&ends));
        assert!(
            shown,
            "docs/budget.md has no row for {name} ending with {ends}"
        );
    }
}
