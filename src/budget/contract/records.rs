//! Promises about what is kept: the ledger, keys and tickets.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;

#[test]
fn the_ledger_tells_everything_in_order() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    let operation = OperationId::fresh();
    charge_as(
        &*store,
        operation,
        Ask {
            key: &k,
            cost: 2,
            request: None,
        },
        NOON,
    );
    store.refund(operation, NOON.plus(1)).unwrap();
    charge(&*store, &Key::local(), NOON);
    store
        .change(
            &of_key("k"),
            &[Change::Block, Change::Label("gym".into())],
            NOON,
        )
        .unwrap();
    let rows = store.ledger(None).unwrap();
    let kinds: Vec<_> = rows
        .iter()
        .map(|row| (row.kind.key(), row.key.as_str(), row.cost))
        .collect();
    let expected = [
        ("charge", "gym", 2),
        ("refund", "gym", 2),
        ("charge", "local user", 1),
        ("block", "gym", 0),
        ("set", "gym", 0),
    ];
    assert_eq!(kinds, expected);
    assert_eq!(rows.get(1).map(|row| row.at), Some(NOON.plus(1)));
    assert_eq!(
        rows.first().map(|row| (row.operation, row.digest)),
        Some((operation, Some(Digest([3; 32]))))
    );
    assert_eq!(store.ledger(Some(&Key::local())).unwrap().len(), 1);
    let verification = store.verify().unwrap();
    assert_eq!(
        (
            verification.entries,
            verification.units,
            verification.problems.len()
        ),
        (5, 1, 0)
    );
}

#[test]
fn the_list_says_what_each_key_and_all_together_may_use_and_have_used() {
    let shelf = Shelf::new();
    let store = shelf.store();
    limit(&*store, &Target::Default, Period::Month, 7);
    limit(&*store, &Target::Global, Period::Day, 9);
    limit(&*store, &of_key("a"), Period::Total, 5);
    for name in ["a", "a", "b"] {
        charge(&*store, &key(name), NOON);
    }
    let all = store.usage_all(NOON).unwrap();
    let shown = |balances: &[crate::budget::Balance]| -> Vec<_> {
        let shown = balances.iter();
        shown.map(|b| (b.period, b.limit.units(), b.used)).collect()
    };
    let mut keys: Vec<_> = all
        .keys
        .iter()
        .flat_map(|key| shown(&key.budgets))
        .collect();
    keys.sort_unstable();
    let (a, b) = ((Period::Total, Some(5), 2), (Period::Month, Some(7), 1));
    assert_eq!(keys, [b, a]);
    assert_eq!(shown(&all.global), [(Period::Day, Some(9), 3)]);
    assert!(all.keys.iter().all(|key| key.global == all.global));
    assert_eq!(all.default.limits.month, Some(Limit::Units(7)));
}

#[test]
fn all_keys_are_listed_by_label_without_their_names() {
    let shelf = Shelf::new();
    let store = shelf.store();
    for name in ["a@example.org", "b@example.org"] {
        limit(&*store, &of_key(name), Period::Month, 5);
    }
    charge(&*store, &Key::local(), NOON);
    let labels: Vec<_> = store
        .usage_all(NOON)
        .unwrap()
        .keys
        .into_iter()
        .map(|usage| usage.label)
        .collect();
    assert_eq!(
        (labels.len(), labels.last().map(String::as_str)),
        (3, Some("local user"))
    );
    assert!(
        labels.iter().all(|label| !label.contains("example")),
        "{labels:?}"
    );
}

fn ticket(kind: TicketKind, id: &str, at: Instant, ttl: i64) -> Ticket {
    Ticket {
        kind,
        id: id.into(),
        created_at: at,
        expires_at: at.plus(ttl),
    }
}

#[test]
fn a_ticket_is_there_until_the_second_of_its_end() {
    let shelf = Shelf::new();
    let store = shelf.store();
    let upload = ticket(TicketKind::Upload, "u1", NOON, UPLOAD_TTL);
    store.put(&upload, NOON).unwrap();
    let at = |now| shelf.store().get(TicketKind::Upload, "u1", now).unwrap();
    assert_eq!(at(NOON.plus(3599)), Some(upload));
    assert_eq!(at(NOON.plus(3600)), None);
    assert_eq!(store.get(TicketKind::Conversion, "u1", NOON).unwrap(), None);
}

#[test]
fn expired_tickets_go_in_small_batches_inside_charges() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    for n in 0..60 {
        store
            .put(
                &ticket(TicketKind::Upload, &format!("u{n}"), NOON, 10),
                NOON,
            )
            .unwrap();
    }
    let waiting = ticket(TicketKind::Conversion, "c1", NOON, CONVERSION_TTL);
    let with_ticket = Charge {
        operation: OperationId::fresh(),
        ask: Ask {
            key: &k,
            cost: 1,
            request: None,
        },
        digest: Digest::default(),
        ticket: Some(&waiting),
    };
    let soon = receipt(store.charge(&with_ticket, NOON.plus(3600)).unwrap());
    assert_eq!(soon.swept.len(), 0, "within the hour nothing is cleared");
    assert_eq!(
        store
            .get(TicketKind::Conversion, "c1", NOON.plus(3600))
            .unwrap(),
        Some(waiting)
    );
    let swept = |at: i64| receipt(charge(&*store, &k, NOON.plus(at))).swept.len();
    assert_eq!(swept(3601), 50);
    assert_eq!(swept(3602), 0);
    assert_eq!(store.sweep(NOON.plus(3602)).unwrap().len(), 10);
    assert_eq!(store.sweep(NOON.plus(7199)).unwrap(), []);
    assert_eq!(
        store.sweep(NOON.plus(7200)).unwrap(),
        [(TicketKind::Conversion, "c1".to_owned())]
    );
}

#[test]
fn what_is_refused_leaves_no_trace() {
    let (shelf, k) = (Shelf::new(), key("k"));
    let store = shelf.store();
    limit(&*store, &of_key("k"), Period::Month, 0);
    let before = store.ledger(None).unwrap();
    assert_eq!(granted(&*store, &k, 5, NOON), 0);
    assert_eq!(store.ledger(None).unwrap(), before);
    assert_eq!(used(&*store, &k, Period::Month, NOON), Some(0));
}

#[test]
fn the_secret_of_a_state_is_made_once_and_is_its_own() {
    let (shelf, other) = (Shelf::new(), Shelf::new());
    let first = shelf.store().secret(NOON).unwrap();
    assert_eq!(shelf.store().secret(NOON).unwrap(), first);
    charge(&*shelf.store(), &key("k"), NOON);
    assert_eq!(shelf.store().secret(NOON).unwrap(), first);
    assert_ne!(other.store().secret(NOON).unwrap(), first);
}
