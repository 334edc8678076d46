//! The budget in PostgreSQL beside that in a state file, as ratios of one run: charges of one client and
//! of many at once, and a whole `usage`. Needs the database that TRACKERSYNC_TEST_STORE names:
//! `DURABLE=on .ci/postgres cargo bench --features postgres -- database`.

use std::ffi::OsStr;
use std::path::Path;
use std::sync::Barrier;
use std::thread;
use std::time::Instant;

use trackersync::budget::postgres::PgStore;
use trackersync::budget::{
    Ask, Change, Charge, Digest, Key, Limit, OperationId, Options, Outcome, Period, RequestId,
    SqliteStore, Store, Target,
};
use trackersync::model::time::Instant as Second;

use super::process::{median, program, run};
use super::row;

/// Clients at once, and charges of each.
const CLIENTS: usize = 16;
const CHARGES: usize = 40;
/// Rounds, the two stores in turn.
const ROUNDS: usize = 5;
/// Calls of `usage`.
const CALLS: usize = 40;

/// 2026-11-26, for the file; the server asks its own clock.
const NOW: Second = Second(1_795_651_200);

/// A store for each client, all of one state.
type Place<'p> = &'p (dyn Fn() -> Box<dyn Store> + Sync);

/// Prints the rows.
pub(super) fn all(folder: &Path) {
    let Ok(url) = std::env::var("TRACKERSYNC_TEST_STORE") else {
        return row("with PostgreSQL / with the file", "no server", "");
    };
    let url = format!("{url}?sslmode=disable&schema=bench_{}", std::process::id());
    let folder = folder.join(format!("database-{}", std::process::id()));
    let path = folder.join("state.db");
    let file: Place = &|| Box::new(SqliteStore::new(path.clone(), Options::default()));
    let server: Place = &|| Box::new(PgStore::new(&url, Options::default(), &|_| None).unwrap());
    for place in [file, server] {
        let month = Change::Limit(Period::Month, Limit::Units(1_000_000));
        for target in [Target::Key(key()), Target::Global] {
            place()
                .change(&target, std::slice::from_ref(&month), NOW)
                .unwrap();
        }
    }
    for clients in [1, CLIENTS] {
        let (mut speed, mut middle, mut slowest) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let [file, server] = [file, server].map(|place| charges(place, clients));
            speed.push(file.wall / server.wall);
            middle.push(server.at(50) / file.at(50));
            slowest.push(server.at(99) / file.at(99));
        }
        let ratio = |list| format!("{:.2}", median(list).unwrap());
        let of = format!("{clients} at once: with PostgreSQL / with the file");
        row(&format!("charges a second, {of}"), &ratio(speed), "");
        row(&format!("median wait, {of}"), &ratio(middle), "");
        row(&format!("longest wait of 99 %, {of}"), &ratio(slowest), "");
    }
    let usage = |state: &OsStr| {
        let mut command = program(&folder);
        let command = command.args(["usage", "--state"]).arg(state);
        run(command).unwrap().wall
    };
    let calls = (0..CALLS).map(|_| usage(OsStr::new(&url)) / usage(path.as_os_str()));
    let ratio = median(calls.collect()).unwrap();
    row(
        "`usage`, with PostgreSQL / with the file",
        &format!("{ratio:.2}"),
        "",
    );
}

fn key() -> Key {
    Key::named(OsStr::new("bench"))
}

/// What a round took: as a whole, and each charge.
struct Round {
    wall: f64,
    waits: Vec<f64>,
}

impl Round {
    /// The wait that so many of a hundred charges do not exceed.
    fn at(&self, percent: usize) -> f64 {
        let at = self.waits.len() * percent / 100;
        *self.waits.get(at).unwrap()
    }
}

fn charges(place: Place, clients: usize) -> Round {
    let ready = Barrier::new(clients + 1);
    let client = || {
        let store = place();
        // Connected before the clock starts.
        store.usage(&key(), NOW).unwrap();
        ready.wait();
        let waits = (0..CHARGES * CLIENTS / clients).map(|_| charge(&*store));
        waits.collect::<Vec<_>>()
    };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(client)).collect();
        ready.wait();
        let start = Instant::now();
        let waits = clients
            .into_iter()
            .flat_map(|client| client.join().unwrap());
        let mut waits: Vec<f64> = waits.collect();
        let wall = start.elapsed().as_secs_f64();
        waits.sort_by(f64::total_cmp);
        Round { wall, waits }
    })
}

fn charge(store: &dyn Store) -> f64 {
    let (start, operation, key) = (Instant::now(), OperationId::fresh(), key());
    let request = RequestId::new(OsStr::new(&operation.to_string()), Digest::default());
    let ask = Ask {
        key: &key,
        cost: 1,
        request: Some(&request),
    };
    let charge = Charge {
        operation,
        ask,
        digest: Digest::default(),
        ticket: None,
    };
    let outcome = store.charge(&charge, NOW).unwrap();
    assert!(matches!(outcome, Outcome::Charged(_)), "{outcome:?}");
    start.elapsed().as_secs_f64()
}
