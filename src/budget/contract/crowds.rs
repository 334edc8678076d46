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
fn refunds_that_meet_give_back_once() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let ids = [(); 9].map(|()| OperationId::fresh());
    let ask = Ask {
        key: &k,
        cost: 1,
        request: None,
    };
    for operation in ids {
        charge_as(&*shelf.store(), operation, ask, NOON);
    }
    let [operation, ..] = ids;
    let start = std::sync::Barrier::new(8);
    let given: usize = std::thread::scope(|scope| {
        let refund = || {
            let store = shelf.store();
            store.charged(operation).unwrap();
            start.wait();
            usize::from(store.refund(operation, NOON).unwrap())
        };
        let threads = [(); 8].map(|()| scope.spawn(refund));
        threads.map(|thread| thread.join().unwrap()).iter().sum()
    });
    assert_eq!(given, 1);
    assert_eq!(used(&*shelf.store(), &k, Period::Month, NOON), Some(8));
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
    let left = || std::fs::read_dir(shelf.0.path("s")).unwrap().count();
    assert!(
        !in_files() || left() == 2,
        "the state and the copy of what is set, nothing unfinished"
    );
}

/// A small random number generator, the same numbers on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn days(&mut self, end: u64) -> i64 {
        i64::try_from(self.below(end)).unwrap() * DAY
    }
}

/// A model of the promise: units granted by key and month, whatever the order of events.
struct History {
    shelf: Shelf,
    store: Box<dyn Store>,
    limits: [(&'static str, u64); 2],
    granted: BTreeMap<(&'static str, Instant), u64>,
    charges: Vec<(OperationId, (&'static str, Instant))>,
    now: Instant,
}

impl History {
    fn new(random: &mut Random) -> Self {
        let (shelf, limits) = (
            Shelf::new(),
            [("a", random.below(6)), ("b", random.below(9))],
        );
        let store = shelf.store();
        limits
            .iter()
            .for_each(|(name, units)| limit(&*store, &of_key(name), Period::Month, *units));
        Self {
            shelf,
            store,
            limits,
            granted: BTreeMap::new(),
            charges: Vec::new(),
            now: NOON,
        }
    }

    fn event(&mut self, random: &mut Random) {
        match random.below(10) {
            0 => self.now = self.now.plus(random.days(40)),
            1 => self.now = self.now.plus(-random.days(60)),
            2 => self.store = self.shelf.store(), // the process died, another one came
            3 if !self.charges.is_empty() => self.refund(random),
            _ => self.attempt(random),
        }
    }

    fn refund(&mut self, random: &mut Random) {
        let at = random.below(u64::try_from(self.charges.len()).unwrap());
        let (operation, of) = self.charges.swap_remove(usize::try_from(at).unwrap());
        assert!(self.store.refund(operation, self.now).unwrap());
        *self.granted.get_mut(&of).unwrap() -= 1;
    }

    fn attempt(&mut self, random: &mut Random) {
        let (name, units) = *self
            .limits
            .get(usize::try_from(random.below(2)).unwrap())
            .unwrap();
        let of = (name, Period::Month.start(self.now));
        let granted = self.granted.entry(of).or_default();
        let (operation, ask) = (
            OperationId::fresh(),
            Ask {
                key: &key(name),
                cost: 1,
                request: None,
            },
        );
        let through = matches!(
            charge_as(&*self.store, operation, ask, self.now),
            Outcome::Charged(_)
        );
        assert_eq!(through, *granted < units, "{name} at {}", self.now);
        if through {
            *granted += 1;
            self.charges.push((operation, of));
        }
        assert_eq!(
            used(&*self.store, &key(name), Period::Month, self.now),
            Some(*granted)
        );
    }
}

#[test]
fn over_any_history_a_month_grants_the_smaller_of_limit_and_attempts() {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    for _ in 0..6 {
        let mut history = History::new(&mut random);
        (0..150).for_each(|_| history.event(&mut random));
        assert!(history.granted.len() > 4, "the history met several months");
        agrees(&*history.store);
    }
}
