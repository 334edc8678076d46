//! Promises under many hands at once, and over long histories.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

#[test]
fn two_hundred_attempts_of_many_threads_get_exactly_the_limit() {
    let (shelf, k) = (Shelf::new(), key("k"));
    limit(&*shelf.store(), &of_key("k"), Period::Month, 100);
    let counts: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..10)
            .map(|_| scope.spawn(|| granted(&*shelf.store(), &k, 20, NOON)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    assert_eq!(counts.iter().sum::<usize>(), 100, "{counts:?}");
    assert_eq!(used(&*shelf.store(), &k, Period::Month, NOON), Some(100));
    agrees(&*shelf.store());
}

#[test]
fn threads_that_meet_no_state_make_it_once() {
    let shelf = Shelf::new();
    std::thread::scope(|scope| {
        for n in 0..24 {
            let (shelf, name) = (&shelf, format!("k{n}"));
            scope.spawn(move || limit(&*shelf.store(), &of_key(&name), Period::Month, 5));
        }
    });
    assert_eq!(shelf.store().usage_all(NOON).unwrap().keys.len(), 24);
    assert_eq!(
        std::fs::read_dir(shelf.0.path("s")).unwrap().count(),
        1,
        "nothing unfinished is left"
    );
}

/// A model of the promise: units by key and month, whatever the order of events.
#[test]
fn over_any_history_a_month_grants_the_smaller_of_limit_and_attempts() {
    let mut seed = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |below: u64| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed % below
    };
    for history in 0..6 {
        let shelf = Shelf::new();
        let mut store = shelf.store();
        let names = ["a", "b"];
        let limits = [random(6), random(9)];
        names
            .iter()
            .zip(limits)
            .for_each(|(name, units)| limit(&*store, &of_key(name), Period::Month, units));
        let mut model: BTreeMap<(usize, Instant), (u64, u64)> = BTreeMap::new();
        let mut taken: Vec<(OperationId, (usize, Instant))> = Vec::new();
        let mut now = NOON;
        for _ in 0..150 {
            match random(10) {
                0 => now = now.plus(i64::try_from(random(40)).unwrap() * DAY),
                1 => now = now.plus(-i64::try_from(random(60)).unwrap() * DAY),
                2 => store = shelf.store(), // the process died, another one came
                3 if !taken.is_empty() => {
                    let at = usize::try_from(random(u64::try_from(taken.len()).unwrap())).unwrap();
                    let (operation, of) = taken.swap_remove(at);
                    assert!(store.refund(operation, now).unwrap());
                    model.get_mut(&of).unwrap().0 -= 1;
                }
                _ => {
                    let who = usize::try_from(random(2)).unwrap();
                    let (name, units) = names.iter().zip(limits).nth(who).unwrap();
                    let of = (who, Period::Month.start(now));
                    let (granted, attempts) = model.entry(of).or_default();
                    *attempts += 1;
                    let operation = OperationId::fresh();
                    let ask = Ask {
                        key: &key(name),
                        cost: 1,
                        request: None,
                    };
                    let through =
                        matches!(charge_as(&*store, operation, ask, now), Outcome::Charged(_));
                    assert_eq!(
                        through,
                        *granted < units,
                        "history {history}, {name} at {now}"
                    );
                    if through {
                        *granted += 1;
                        taken.push((operation, of));
                    }
                    assert_eq!(
                        used(&*store, &key(name), Period::Month, now),
                        Some(*granted)
                    );
                }
            }
        }
        assert!(model.len() > 4, "the history met several months");
        agrees(&*store);
    }
}
