//! What the tests of readers share: a reader runs over a text.
#![expect(clippy::panic, reason = "tests")]

use super::{Action, Entry, Name, Read, Settings, owner};
use crate::model::{EntryId, Records, Tally};

/// Reads a text as the entry that its name says it is.
pub(crate) fn read_as(name: &str, text: &str) -> (Records, Tally) {
    let lower = name.to_lowercase();
    match owner(&Name::new(&lower)).map(|source| source.action) {
        Some(Action::Read(read)) => run(read, &lower, text),
        _ => panic!("nobody reads {name}"),
    }
}

/// Runs a reader over a text.
pub(crate) fn run(read: Read, name: &str, text: &str) -> (Records, Tally) {
    run_with(read, name, text, &Settings::default())
}

/// Runs a reader over a text with settings.
pub(crate) fn run_with(read: Read, name: &str, text: &str, s: &Settings) -> (Records, Tally) {
    let entry = Entry::new(EntryId(0), Name::new(name), text.as_bytes());
    let (mut records, mut tally) = (Records::default(), Tally::default());
    read(&entry, s, &mut records, &mut tally);
    assert!(tally.balances());
    (records, tally)
}
