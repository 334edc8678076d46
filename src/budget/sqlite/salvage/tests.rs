//! Tests of what is read of a damaged state and what is said of the rest.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::budget::contract::{NOON, TestFolder};
use crate::budget::store::{Ask, Change, Charge, Store, Target};
use crate::budget::{Digest, Limit, Options, SqliteStore, file};
use crate::model::time::DAY;

const ENTRIES: &str = "some ledger entries were lost, their units are still counted";
const SETTINGS: &str = "limits and blocks of some keys were lost, also those of all keys";
const TICKETS: &str = "some uploads or conversions were lost";
/// Makes the checksums of a table's rows wrong.
const TORN: &str = "SET checksum = x'00'";

/// A state with a limit, five entries in all of two keys, charges on two days of two months, an
/// upload and two conversions.
fn state() -> (TestFolder, SqliteStore) {
    let folder = TestFolder::new();
    let store = SqliteStore::new(folder.path("state.db"), Options::default());
    let limit = [Change::Limit(Period::Month, Limit::Units(9))];
    store.change(&Target::Key(key("a")), &limit, NOON).unwrap();
    for (name, days, cost) in [("a", 0, 1), ("a", 1, 2), ("b", 1, 4), ("a", 40, 8)] {
        let charge = Charge {
            operation: OperationId::fresh(),
            ask: Ask {
                key: &key(name),
                cost,
                request: None,
            },
            digest: Digest::default(),
            ticket: None,
        };
        store.charge(&charge, NOON.plus(days * DAY)).unwrap();
    }
    use TicketKind::{Conversion, Upload};
    for (kind, id) in [(Upload, "u"), (Conversion, "c"), (Conversion, "d")] {
        let ticket = Ticket {
            kind,
            id: id.to_owned(),
            created_at: NOON,
            expires_at: NOON.plus(100 * DAY),
        };
        store.put(&ticket, NOON).unwrap();
    }
    (folder, store)
}

fn key(name: &str) -> Key {
    Key::named(name.as_ref())
}

/// The state after statements that damage it.
fn damaged(damage: &[&str]) -> (TestFolder, Connection) {
    let (folder, store) = state();
    let connection = file::open(store.path()).unwrap();
    for sql in damage {
        assert!(connection.execute(sql, []).unwrap() > 0, "{sql}");
    }
    (folder, connection)
}

/// A copy of what is set, with an account if it is not empty.
fn copy(connection: &Connection, is_empty: bool) -> Sealed {
    let salt = Salvage::read(connection, None).meta.unwrap().salt;
    let accounts = match is_empty {
        true => Vec::new(),
        false => vec![Account::new(key("a").hash(&salt))],
    };
    Sealed { salt, accounts }
}

#[test]
fn a_state_is_whole_where_every_row_of_it_is_sound() {
    let (_folder, connection) = damaged(&[]);
    let count = |table: &str| -> isize {
        let sql = format!("SELECT count(*) FROM {table}");
        connection.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let rows: isize = ["accounts", "counters", "ledger", "uploads", "conversions"]
        .map(count)
        .iter()
        .sum();
    let rows = rows.unsigned_abs();
    let read = Salvage::read(&connection, None);
    assert!(read.is_whole() && read.rows() == rows, "{rows}");
    for table in ["accounts", "counters", "ledger", "uploads", "conversions"] {
        let row = format!("checksum = (SELECT min(checksum) FROM {table})");
        let (_folder, connection) = damaged(&[&format!("UPDATE {table} {TORN} WHERE {row}")]);
        let read = Salvage::read(&connection, None);
        assert!(!read.is_whole() && read.rows() == rows - 1, "{table}");
    }
    let emptied = ["accounts", "counters", "ledger", "uploads", "conversions"]
        .map(|table| format!("DELETE FROM {table}"));
    let (_folder, connection) = damaged(&emptied.each_ref().map(String::as_str));
    let read = Salvage::read(&connection, None);
    assert!(read.meta.is_some() && read.torn.is_empty() && !read.is_whole());
    assert!(!Salvage::of_copy(None).is_whole());
}

#[test]
fn what_was_lost_is_said_and_nothing_else() {
    let account = &format!("UPDATE accounts {TORN}");
    let gap = "DELETE FROM ledger WHERE id = 2";
    let entry = &format!("UPDATE ledger {TORN} WHERE id = 5");
    let ticket = &format!("UPDATE conversions {TORN} WHERE id = 'c'");
    // What is lost without a copy, with one, and with one in which nothing is set.
    let table: [(&[&str], &[&str], &[&str]); 8] = [
        (&[], &[], &[]),
        (&[gap], &[ENTRIES], &[ENTRIES]),
        (&[entry], &[ENTRIES], &[ENTRIES]),
        (&["DELETE FROM ledger"], &[ENTRIES], &[ENTRIES]),
        (&[account], &[], &[]),
        (&[account, gap], &[ENTRIES, SETTINGS], &[ENTRIES]),
        (&[ticket], &[TICKETS], &[TICKETS]),
        (
            &[account, entry, ticket],
            &[ENTRIES, SETTINGS, TICKETS],
            &[ENTRIES, TICKETS],
        ),
    ];
    for (damage, alone, with_copy) in table {
        let (_folder, connection) = damaged(damage);
        let lost = |sealed: Option<&Sealed>| Salvage::read(&connection, sealed).losses();
        assert_eq!(lost(None), alone, "{damage:?}");
        assert_eq!(lost(Some(&copy(&connection, true))), alone, "{damage:?}");
        assert_eq!(lost(Some(&copy(&connection, false))), with_copy);
    }
    let (_folder, connection) = damaged(&[]);
    let nothing = |is_empty| Salvage::of_copy(Some(&copy(&connection, is_empty))).losses();
    let said = "nothing could be read: every count starts anew, limits and blocks";
    assert_eq!(nothing(true), [format!("{said} of every key are lost")]);
    assert_eq!(
        nothing(false),
        [format!("{said} were read from their copy")]
    );
}

/// Writes what is sound of a damaged state into a new one, with a copy of what is set or without.
/// Returns the counters of both, what was written, and the new state.
fn rescued(damage: &[&str], with_copy: bool) -> (Counters, Rescued, TestFolder, SqliteStore) {
    let (folder, connection) = damaged(damage);
    let copy = copy(&connection, false);
    let read = Salvage::read(&connection, with_copy.then_some(&copy));
    let path = folder.path("new.db");
    let mut rescued = Rescued::default();
    file::write_whole(&path, |new| {
        crate::budget::schema::create(new)?;
        rescued = read.write(new, NOON)?;
        Ok(())
    })
    .unwrap();
    let new = Salvage::read(&file::open(&path).unwrap(), None);
    let store = SqliteStore::new(path, Options::default());
    ([read.counters, new.counters], rescued, folder, store)
}

type Counters = [BTreeMap<CounterId, u64>; 2];

#[test]
fn every_unit_that_the_ledger_or_a_counter_knows_is_counted_once() {
    let day = "DELETE FROM counters WHERE period = 'day' AND used IN (2, 4, 6)";
    let (ledger, charge) = ("DELETE FROM ledger", "DELETE FROM ledger WHERE cost = 4");
    // With how many entries: five, less those that are lost, and one for each day that lacks them.
    for (damage, entries) in [
        (&[][..], 5),
        (&[charge], 5),
        (&[ledger], 4),
        (&[ledger, day], 4),
    ] {
        let ([old, new], rescued, _folder, store) = rescued(damage, false);
        let (keys, tickets) = (rescued.keys, rescued.tickets);
        assert_eq!((keys, rescued.entries, tickets), (2, entries, 3));
        assert!(old.iter().all(|(at, used)| new.get(at) == Some(used)));
        let verified = store.verify().unwrap();
        assert_eq!((verified.units, verified.problems.len()), (15, 0));
        let usage = store.usage(&key("a"), NOON).unwrap();
        let limits: Vec<_> = usage.budgets.iter().map(|b| b.limit).collect();
        assert_eq!(limits, [Limit::Units(9)]);
    }
}

/// Units by period, whoever used them: keys are told by another hash in every state.
fn units(counters: &BTreeMap<CounterId, u64>) -> Vec<(Period, Instant, u64)> {
    let used = counters.iter().filter(|(_, used)| **used > 0);
    let mut units: Vec<_> = used.map(|((_, p, start), n)| (*p, *start, *n)).collect();
    units.sort_unstable();
    units
}

#[test]
fn a_lost_counter_is_told_by_those_that_are_left() {
    let (_folder, connection) = damaged(&[]);
    let whole = Salvage::read(&connection, None).counters;
    let mut tried = 0;
    for lost in 0..whole.len() {
        let key = "SELECT start, period, key FROM counters ORDER BY start, period, key";
        let lost = format!(
            "UPDATE counters {TORN} WHERE (start, period, key) = ({key} LIMIT 1 OFFSET {lost})"
        );
        let ([old, new], ..) = rescued(&[&lost, "DELETE FROM ledger"], false);
        assert_eq!(old.len() + 1, whole.len());
        assert_eq!(units(&new), units(&whole), "{lost}");
        tried += 1;
    }
    assert_eq!(tried, 15);
    let today = "period = 'day' AND start = (SELECT min(start) FROM counters WHERE period = 'day')";
    let today = format!("UPDATE counters {TORN} WHERE {today}");
    let ([old, new], ..) = rescued(&[&today, "DELETE FROM ledger"], false);
    assert_eq!(old.len() + 2, whole.len());
    assert_eq!(units(&new), units(&whole), "a limit for today still holds");
}

#[test]
fn units_of_no_known_day_count_on_any_day_of_their_month() {
    let start = Period::Month.start(NOON);
    let at = (KeyHash([7; 16]), Period::Month, start);
    let november: Vec<_> = (0..30).map(|n| start.plus(n * DAY)).collect();
    assert_eq!(Salvage::default().days(at, NOON), november);
}

#[test]
fn a_key_whose_limits_may_be_lost_is_named() {
    let account = &format!("UPDATE accounts {TORN}");
    let entry = &format!("UPDATE ledger {TORN} WHERE id = 1");
    let named = |damage: &[&str], with_copy| {
        let (_, rescued, ..) = rescued(damage, with_copy);
        let lost = rescued.lost.into_iter();
        lost.filter(|l| l.starts_with("the limits of ")).count()
    };
    assert_eq!(named(&[account], false), 0, "the ledger knows them");
    assert_eq!(named(&[account, entry], false), 4);
    assert_eq!(named(&[account, "DELETE FROM ledger"], false), 4);
    assert_eq!(named(&[account, entry], true), 0);
}
