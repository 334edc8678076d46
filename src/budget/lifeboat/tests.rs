//! Tests of the lifeboat by itself.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::budget::contract::{NOON, TestFolder};
use crate::model::time::DAY;

fn board(lifeboat: &Lifeboat, limit: u64, now: Instant) -> Option<LifeboatSlot> {
    let of = slots_for(Some(Limit::Units(limit)));
    lifeboat
        .take(
            OperationId::fresh(),
            &Key::local(),
            1,
            Digest([7; 32]),
            of,
            now,
        )
        .unwrap()
}

#[test]
fn a_tenth_of_the_limit_and_at_most_ten_go_through_per_day() {
    for (limit, slots) in [(0, 0), (9, 0), (10, 1), (25, 2), (100, 10), (1_000_000, 10)] {
        let folder = TestFolder::new();
        let lifeboat = Lifeboat::beside(&folder.path("state.db"));
        let through = (0..30)
            .filter(|_| board(&lifeboat, limit, NOON).is_some())
            .count();
        assert_eq!(u64::try_from(through).unwrap(), slots, "limit {limit}");
        assert_eq!(
            board(&lifeboat, limit, NOON.plus(DAY)).is_some(),
            slots > 0,
            "the next day"
        );
    }
    assert_eq!(
        (slots_for(None), slots_for(Some(Limit::Unlimited))),
        (10, 10)
    );
}

#[test]
fn threads_that_board_together_never_share_a_slot() {
    let folder = TestFolder::new();
    let lifeboat = Lifeboat::beside(&folder.path("state.db"));
    let taken: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..40)
            .map(|_| scope.spawn(|| board(&lifeboat, 100, NOON)))
            .collect();
        threads
            .into_iter()
            .filter_map(|thread| thread.join().unwrap())
            .map(|slot| slot.number)
            .collect()
    });
    let distinct: std::collections::BTreeSet<_> = taken.iter().collect();
    assert_eq!((taken.len(), distinct.len()), (10, 10));
    assert_eq!(lifeboat.waiting().unwrap().unwrap().len(), 10);
}

#[test]
fn a_slot_is_read_as_it_was_written_and_a_torn_one_not_at_all() {
    let folder = TestFolder::new();
    let lifeboat = Lifeboat::beside(&folder.path("state.db"));
    assert_eq!(lifeboat.waiting().unwrap(), None);
    let operation = OperationId::fresh();
    lifeboat
        .take(
            operation,
            &Key::named(OsStr::new("k")),
            3,
            Digest([9; 32]),
            10,
            NOON,
        )
        .unwrap()
        .unwrap();
    let slot = lifeboat.waiting().unwrap().unwrap().pop().unwrap();
    assert_eq!(
        (slot.operation, slot.cost, slot.at, slot.digest),
        (operation, 3, NOON, Digest([9; 32]))
    );
    assert!(slot.is_of(&Key::named(OsStr::new("k"))) && !slot.is_of(&Key::local()));
    let path = lifeboat.folder.join(&slot.name);
    let whole = fs::read_to_string(&path).unwrap();
    for cut in 0..whole.len() {
        assert_eq!(
            Slot::parse(whole.get(..cut).unwrap(), slot.name.clone()),
            None,
            "cut at {cut}"
        );
    }
    for at in 0..whole.len() {
        let mut bytes = whole.clone().into_bytes();
        *bytes.get_mut(at).unwrap() ^= 1;
        assert_eq!(
            String::from_utf8(bytes)
                .ok()
                .and_then(|text| Slot::parse(&text, slot.name.clone())),
            None,
            "byte {at}"
        );
    }
}

#[test]
fn a_slot_given_back_can_be_taken_again() {
    let folder = TestFolder::new();
    let lifeboat = Lifeboat::beside(&folder.path("state.db"));
    let operation = OperationId::fresh();
    let take = |operation| {
        lifeboat
            .take(operation, &Key::local(), 1, Digest::default(), 1, NOON)
            .unwrap()
    };
    assert!(take(operation).is_some() && take(OperationId::fresh()).is_none());
    assert!(lifeboat.slot(operation).unwrap().is_some());
    assert!(lifeboat.give_back(operation).unwrap() && !lifeboat.give_back(operation).unwrap());
    assert!(take(OperationId::fresh()).is_some());
}

#[test]
fn folded_slots_stay_taken_until_their_day_is_over_on_every_clock() {
    let folder = TestFolder::new();
    let lifeboat = Lifeboat::beside(&folder.path("state.db"));
    board(&lifeboat, 10, NOON).unwrap();
    let slots = lifeboat.waiting().unwrap().unwrap();
    lifeboat.tidy(&slots, NOON);
    assert_eq!(
        lifeboat.look(NOON).unwrap(),
        LifeboatState {
            taken_today: 1,
            waiting: 0
        }
    );
    assert_eq!(board(&lifeboat, 10, NOON), None);
    // A machine whose clock is a day ahead enters a conversion of its own: today goes on here.
    lifeboat.tidy(&[], NOON.plus(DAY));
    assert_eq!(board(&lifeboat, 10, NOON), None);
    lifeboat.tidy(&[], NOON.plus(2 * DAY));
    assert_eq!(lifeboat.waiting().unwrap(), None, "the folder is gone");
}

#[test]
fn a_folder_that_cannot_be_looked_into_is_no_empty_one() {
    let folder = TestFolder::new();
    fs::write(folder.path("file"), "mine").unwrap();
    let lifeboat = Lifeboat::beside(&folder.path("file/state.db"));
    assert!(lifeboat.waiting().is_err() && lifeboat.look(NOON).is_err());
}

#[cfg(unix)]
#[test]
fn a_link_in_its_place_costs_nobody_a_file() {
    let folder = TestFolder::new();
    let lifeboat = Lifeboat::beside(&folder.path("state.db"));
    let (logs, name) = (folder.path("logs"), "2001-01-01-01");
    fs::create_dir(&logs).unwrap();
    fs::write(logs.join(name), "mine").unwrap();
    std::os::unix::fs::symlink(&logs, folder.path("state.db.lifeboat")).unwrap();
    let (key, operation) = (Key::local(), OperationId::fresh());
    let taken = lifeboat.take(operation, &key, 1, Digest([7; 32]), 10, NOON);
    assert!(taken.is_err() && lifeboat.waiting().is_err());
    lifeboat.tidy(&[], NOON);
    assert_eq!(fs::read_dir(&logs).unwrap().count(), 1);
}

#[test]
fn only_slots_of_ours_are_tidied_away() {
    let folder = TestFolder::new();
    let lifeboat = Lifeboat::beside(&folder.path("state.db"));
    board(&lifeboat, 100, NOON).unwrap();
    let within = |name: &str| folder.path("state.db.lifeboat").join(name);
    let waiting = fs::read(within(&format!("{}-01", today(NOON)))).unwrap();
    let half = waiting.get(..40).unwrap();
    for (name, text, stays) in [
        ("2001-01-01-01", &b"mine"[..], true),
        ("2001-01-01-02", FOLDED.as_bytes(), false),
        ("2001-01-01-03", b"", false),
        ("2001-01-01-04", half, false),
        ("2001-01-01-05", &waiting, true),
        ("9001-01-01-06", FOLDED.as_bytes(), true),
        ("0-folded-mine", FOLDED.as_bytes(), true),
        ("2001-01-01", FOLDED.as_bytes(), true),
    ] {
        fs::write(within(name), text).unwrap();
        lifeboat.tidy(&[], NOON);
        assert_eq!(within(name).exists(), stays, "{name}");
    }
}
