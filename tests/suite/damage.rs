//! Damage: every fixture cut at many lengths and bent bit by bit. An error or a finding, never a
//! panic, and the books balance.

use trackersync::fitbit::{Action, Entry, Name, Settings, owner};
use trackersync::model::{EntryId, Records, Tally};

use crate::support::{Chance, Part, Sandbox, fixture, root, tgz, walk, zip};

/// Lengths that a large file is cut at, and bits that are flipped in it.
const TRIES: usize = 60;

fn read(path: &str, bytes: &[u8]) -> bool {
    let lower = path.to_lowercase();
    let name = Name::new(&lower);
    let Some(Action::Read(reader)) = owner(&name).map(|s| s.action) else {
        return false;
    };
    let (mut records, mut tally) = (Records::default(), Tally::default());
    let id = EntryId(0);
    reader(
        &Entry::new(id, name, bytes),
        &Settings::default(),
        &mut records,
        &mut tally,
    );
    assert!(tally.balances(), "{path}: {tally:?}");
    let silent = tally.records == 0 && tally.error.is_none() && tally.findings.is_empty();
    // A TCX without a track still states the offset of the account.
    let stub = path.ends_with(".tcx");
    assert!(
        !silent || stub || records.is_empty(),
        "{path}: records out of nothing"
    );
    true
}

fn cuts(bytes: &[u8], chance: &mut Chance) -> Vec<usize> {
    if bytes.len() < 400 {
        return (0..bytes.len()).collect();
    }
    (0..TRIES).map(|_| chance.below(bytes.len())).collect()
}

#[test]
fn a_cut_file_is_a_finding_or_fewer_records() {
    let (mut chance, mut tried) = (Chance::new(1), 0);
    for (path, bytes) in walk(&root().join("fixtures")) {
        for at in cuts(&bytes, &mut chance) {
            tried += usize::from(read(&path, &bytes[..at]));
        }
    }
    assert!(tried > 10_000, "{tried}");
}

#[test]
fn a_bent_file_is_a_finding_or_other_values() {
    let (mut chance, mut tried) = (Chance::new(2), 0);
    for (path, bytes) in walk(&root().join("fixtures")) {
        for _ in 0..if bytes.is_empty() { 0 } else { TRIES } {
            let mut bent = bytes.clone();
            for _ in 0..=chance.below(3) {
                let at = chance.below(bent.len());
                bent[at] ^= 1 << chance.below(8);
            }
            tried += usize::from(read(&path, &bent));
        }
    }
    assert!(tried > 10_000, "{tried}");
}

#[test]
fn a_file_under_a_foreign_name_is_a_finding() {
    let files = walk(&fixture("b-takeout"));
    let mut tried = 0;
    for (path, _) in &files {
        for (_, bytes) in &files {
            tried += usize::from(bytes.len() < 20_000 && read(path, bytes));
        }
    }
    assert!(tried > 500, "{tried}");
}

/// Every code but 0 and 3 leaves no output; none of them is a crash.
fn whole(sandbox: &Sandbox, name: &str, archive: &[u8], codes: &mut Vec<i32>) {
    let input = sandbox.file(name, archive);
    let run = sandbox.run(&[
        "convert",
        input.to_str().unwrap(),
        "-o",
        "out",
        "--dry-run",
        "--jobs",
        "1",
    ]);
    assert!(matches!(run.code, 0 | 3 | 65), "{run:?}");
    assert!(!run.stderr.contains("panicked"), "{run:?}");
    codes.push(run.code);
}

#[test]
fn a_damaged_archive_is_refused_or_partly_read_by_the_whole_program() {
    let sandbox = Sandbox::new();
    let parts: Vec<Part> = walk(&fixture("n-native"));
    let (mut chance, mut codes) = (Chance::new(3), Vec::new());
    for (name, archive) in [("x.zip", zip(&parts, false)), ("x.tgz", tgz(&parts))] {
        for n in 0..30 {
            let mut bent = archive.clone();
            if n % 3 == 0 {
                bent.truncate(chance.below(bent.len()));
            } else {
                let at = chance.below(bent.len());
                bent[at] ^= 1 << chance.below(8);
            }
            whole(&sandbox, name, &bent, &mut codes);
        }
    }
    assert!(codes.contains(&65) && codes.contains(&3), "{codes:?}");
}
