//! Promises about who is admitted, and when.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

const FEBRUARY: Instant = Instant(1_769_904_000);

#[test]
fn out_of_the_box_the_hundredth_of_the_month_succeeds_and_the_next_does_not() {
    let (shelf, key) = (Shelf::new(), Key::local());
    let store = shelf.store();
    assert_eq!(granted(&*store, &key, 103, NOON), 100);
    let Admission::Exhausted(refusal) = precheck(&*store, &key, NOON) else {
        unreachable!()
    };
    assert_eq!(
        (refusal.used, refusal.limit, refusal.period),
        (100, 100, Period::Month)
    );
    assert_eq!(
        refusal.resets_at.unwrap().to_string(),
        "2026-12-01T00:00:00Z"
    );
    assert_eq!(used(&*store, &key, Period::Month, NOON), Some(100));
    agrees(&*store);
}

#[test]
fn asking_and_showing_make_no_state() {
    let (shelf, key) = (Shelf::new(), Key::local());
    let store = shelf.store();
    assert!(matches!(
        precheck(&*store, &key, NOON),
        Admission::Granted {
            repeated: false,
            ..
        }
    ));
    assert_eq!(used(&*store, &key, Period::Month, NOON), Some(0));
    assert!(store.ledger(None).unwrap().is_empty() && store.sweep(NOON).unwrap().is_empty());
    assert_eq!(store.usage_all(NOON).unwrap().keys.len(), 0);
    assert_eq!(store.get(TicketKind::Upload, "x", NOON).unwrap(), None);
    assert!(!store.charged(OperationId::fresh()).unwrap());
    assert_eq!(std::fs::read_dir(shelf.0.path("")).unwrap().count(), 0);
}

#[test]
fn every_tier_must_admit() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &of_key("k"), Period::Month, 5);
    limit(&*store, &of_key("k"), Period::Day, 2);
    assert_eq!(granted(&*store, &k, 4, NOON), 2);
    assert_eq!(granted(&*store, &k, 4, NOON.plus(DAY)), 2);
    assert_eq!(granted(&*store, &k, 4, NOON.plus(2 * DAY)), 1);
    limit(&*store, &Target::Global, Period::Total, 6);
    assert_eq!(granted(&*store, &key("other"), 4, NOON), 1);
    agrees(&*store);
}

#[test]
fn two_keys_do_not_disturb_each_other() {
    let shelf = Shelf::new();
    let store = shelf.store();
    limit(&*store, &of_key("a"), Period::Month, 3);
    limit(&*store, &of_key("b"), Period::Month, 5);
    assert_eq!(granted(&*store, &key("a"), 10, NOON), 3);
    assert_eq!(granted(&*store, &key("b"), 10, NOON), 5);
}

#[test]
fn a_limit_set_later_counts_what_was_used_before() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    assert_eq!(granted(&*store, &k, 4, NOON), 4);
    for period in Period::ALL {
        limit(&*store, &of_key("k"), period, 9);
        assert_eq!(used(&*store, &k, period, NOON), Some(4), "{period:?}");
    }
    limit(&*store, &of_key("k"), Period::Day, 3);
    assert!(
        matches!(precheck(&*shelf.store(), &k, NOON), Admission::Exhausted(_)),
        "a lowered limit counts at once"
    );
    assert_eq!(
        used(&*store, &k, Period::Day, NOON),
        Some(4),
        "history is kept"
    );
}

#[test]
fn a_blocked_key_is_refused_and_can_still_see_its_usage() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    store.change(&of_key("k"), &[Change::Block], NOON).unwrap();
    let blocked = Scope::Key;
    assert_eq!(
        precheck(&*shelf.store(), &k, NOON),
        Admission::Blocked(blocked)
    );
    assert_eq!(charge(&*store, &k, NOON), Outcome::Blocked(blocked));
    assert_eq!(store.usage(&k, NOON).unwrap().blocked, Some(blocked));
    assert!(goes_through(&*store, &key("other"), NOON));
    store
        .change(&of_key("k"), &[Change::Unblock], NOON)
        .unwrap();
    assert!(goes_through(&*store, &k, NOON));
    store
        .change(&Target::Global, &[Change::Block], NOON)
        .unwrap();
    assert_eq!(
        precheck(&*store, &k, NOON),
        Admission::Blocked(Scope::Global)
    );
}

#[test]
fn clock_set_back_never_refills() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &of_key("k"), Period::Month, 3);
    let january = FEBRUARY.plus(-20);
    assert_eq!(granted(&*store, &k, 5, january), 3);
    assert_eq!(granted(&*store, &k, 5, FEBRUARY.plus(5)), 3);
    assert_eq!(granted(&*store, &k, 2, january.plus(10)), 0);
    assert_eq!(granted(&*store, &k, 2, FEBRUARY.plus(6)), 0);
    let in_2099 = Instant(4_070_908_800);
    assert_eq!(granted(&*store, &k, 1, in_2099), 1);
    assert_eq!(
        granted(&*store, &k, 4, Instant(1_775_124_000)),
        3,
        "April 2026, after the excursion"
    );
    assert_eq!(granted(&*store, &k, 4, Instant(1)), 3, "1970");
    assert_eq!(
        granted(&*store, &k, 4, in_2099),
        2,
        "what was used in 2099 is still used"
    );
    agrees(&*store);
}

#[test]
fn a_clock_that_jumps_back_is_told_once() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    if !in_files() {
        return; // The clock of a server is the server's.
    }
    let back = |now| receipt(charge(&*store, &k, now)).clock_back;
    assert_eq!(back(NOON), None);
    assert_eq!(back(NOON.plus(-300)), None);
    assert_eq!(back(NOON.plus(-3600)), Some(3300));
    assert_eq!(back(NOON.plus(-3600)), None);
}

#[test]
fn the_same_request_again_is_free_and_its_output_is_finished_too() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &of_key("k"), Period::Month, 1);
    let request = RequestId::new(OsStr::new("r1"), Digest([3; 32]));
    let ask = Ask {
        key: &k,
        cost: 1,
        request: Some(&request),
    };
    let first = OperationId::fresh();
    assert!(!receipt(charge_as(&*store, first, ask, NOON)).repeated);
    assert!(matches!(
        store.precheck(&ask, NOON).unwrap(),
        Admission::Granted { repeated: true, .. }
    ));
    let retry = OperationId::fresh();
    assert!(receipt(charge_as(&*store, retry, ask, NOON)).repeated);
    assert!(store.charged(retry).unwrap());
    assert_eq!(used(&*store, &k, Period::Month, NOON), Some(1));
    for (name, input) in [("r2", 3), ("r1", 4)] {
        let other = RequestId::new(OsStr::new(name), Digest([input; 32]));
        let ask = Ask {
            request: Some(&other),
            ..ask
        };
        assert!(
            matches!(store.precheck(&ask, NOON).unwrap(), Admission::Exhausted(_)),
            "another name or another input is another request"
        );
        let outcome = charge_as(&*store, OperationId::fresh(), ask, NOON);
        assert!(matches!(outcome, Outcome::Exhausted(_)));
    }
    let stranger = key("stranger");
    let theirs = receipt(charge_as(
        &*store,
        OperationId::fresh(),
        Ask {
            key: &stranger,
            ..ask
        },
        NOON,
    ));
    assert!(!theirs.repeated, "another key's request is another request");
    assert!(store.refund(first, NOON).unwrap());
    assert!(
        !receipt(charge_as(&*store, OperationId::fresh(), ask, NOON)).repeated,
        "a refunded request is charged again"
    );
    agrees(&*store);
}

#[test]
fn a_refund_goes_to_the_periods_it_was_taken_from_and_only_once() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &of_key("k"), Period::Month, 2);
    limit(&*store, &of_key("k"), Period::Day, 2);
    let january = FEBRUARY.plus(-20);
    let operation = OperationId::fresh();
    charge_as(
        &*store,
        operation,
        Ask {
            key: &k,
            cost: 1,
            request: None,
        },
        january,
    );
    assert_eq!(granted(&*store, &k, 5, FEBRUARY), 2);
    assert!(store.charged(operation).unwrap());
    assert!(
        store.refund(operation, FEBRUARY).unwrap() && !store.refund(operation, FEBRUARY).unwrap()
    );
    assert!(!store.charged(operation).unwrap());
    assert!(!store.refund(OperationId::fresh(), FEBRUARY).unwrap());
    assert_eq!(used(&*store, &k, Period::Month, january), Some(0));
    assert_eq!(used(&*store, &k, Period::Month, FEBRUARY), Some(2));
    agrees(&*store);
}

#[test]
fn shadow_mode_counts_and_refuses_nothing() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    store
        .change(
            &of_key("k"),
            &[
                Change::Limit(Period::Month, Limit::Units(2)),
                Change::Mode(Mode::Shadow),
            ],
            NOON,
        )
        .unwrap();
    let shadows = (0..4)
        .map(|_| receipt(charge(&*store, &k, NOON)).beyond.is_some())
        .collect::<Vec<_>>();
    assert_eq!(shadows, [false, false, true, true]);
    assert_eq!(used(&*store, &k, Period::Month, NOON), Some(4));
    store
        .change(&of_key("k"), &[Change::Mode(Mode::Enforce)], NOON)
        .unwrap();
    assert!(!goes_through(&*store, &k, NOON));
}

#[test]
fn the_default_holds_for_keys_without_limits_of_their_own() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &Target::Default, Period::Month, 1);
    assert_eq!(granted(&*store, &k, 3, NOON), 1);
    limit(&*store, &of_key("k"), Period::Day, 4);
    assert_eq!(
        granted(&*store, &k, 9, NOON),
        3,
        "its own limit stands instead of the default"
    );
    store
        .change(&of_key("k"), &[Change::Unlimited], NOON)
        .unwrap();
    assert_eq!(granted(&*store, &k, 9, NOON), 9);
    store
        .change(&of_key("k"), &[Change::Inherit], NOON)
        .unwrap();
    assert!(!goes_through(&*store, &k, NOON));
    store
        .change(&Target::Default, &[Change::Inherit], NOON)
        .unwrap();
    assert_eq!(
        store.usage_all(NOON).unwrap().default,
        Rule::out_of_the_box()
    );
}

#[test]
fn a_reset_starts_the_count_anew() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &of_key("k"), Period::Month, 2);
    limit(&*store, &of_key("k"), Period::Total, 3);
    assert_eq!(granted(&*store, &k, 5, NOON), 2);
    store
        .change(&of_key("k"), &[Change::Reset(Some(Period::Month))], NOON)
        .unwrap();
    assert_eq!(granted(&*store, &k, 5, NOON), 1, "the total still counts");
    store
        .change(&of_key("k"), &[Change::Reset(None)], NOON)
        .unwrap();
    assert_eq!(granted(&*store, &k, 5, NOON), 2);
    agrees(&*store);
}

#[test]
fn a_refund_frees_nothing_that_was_spent_after_a_reset() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    let ask = Ask {
        key: &k,
        cost: 1,
        request: None,
    };
    let resets = [
        (of_key("k"), None),
        (of_key("k"), Some(Period::Month)),
        (Target::Global, None),
    ];
    for (target, period) in resets {
        let of = if target == Target::Global {
            &target
        } else {
            &of_key("k")
        };
        limit(&*store, of, Period::Month, 1);
        store.change(of, &[Change::Reset(None)], NOON).unwrap();
        let early = OperationId::fresh();
        charge_as(&*store, early, ask, NOON);
        store
            .change(&target, &[Change::Reset(period)], NOON)
            .unwrap();
        assert!(goes_through(&*store, &k, NOON), "{target:?}");
        assert!(store.refund(early, NOON).unwrap());
        assert!(!goes_through(&*store, &k, NOON), "{target:?}");
        assert!(!store.charged(early).unwrap());
        store
            .change(&of_key("k"), &[Change::Unlimited], NOON)
            .unwrap();
        agrees(&*store);
    }
}

#[test]
fn a_soft_limit_lets_so_many_through_and_says_so_each_time() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    let changes = [
        Change::Limit(Period::Month, Limit::Units(2)),
        Change::Mode(Mode::Soft(3)),
    ];
    store.change(&of_key("k"), &changes, NOON).unwrap();
    let beyond: Vec<_> = (0..5)
        .map(|_| receipt(charge(&*store, &k, NOON)).beyond)
        .map(|beyond| beyond.map(|tier| (tier.used, tier.mode)))
        .collect();
    let soft = |used| Some((used, Mode::Soft(3)));
    assert_eq!(beyond, [None, None, soft(2), soft(3), soft(4)]);
    let Admission::Exhausted(refusal) = precheck(&*store, &k, NOON) else {
        unreachable!()
    };
    assert_eq!((refusal.used, refusal.limit), (5, 2));
    assert!(!goes_through(&*store, &k, NOON));
    let other = shelf.store().usage(&k, NOON).unwrap();
    assert_eq!(
        (other.mode, used(&*store, &k, Period::Month, NOON)),
        (Mode::Soft(3), Some(5))
    );
    agrees(&*store);
}
