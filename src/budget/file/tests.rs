//! Tests of how the state file is found and made.
#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::budget::contract::TestFolder;

fn fill(connection: &Connection) -> Result<(), Fault> {
    schema::create(connection)
}

#[test]
fn looking_makes_nothing() {
    let folder = TestFolder::new();
    assert_eq!(exists(&folder.path("a/b/state.db"), false).unwrap(), None);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
}

#[test]
fn the_file_is_private_and_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TestFolder::new();
    let path = folder.path("a/b/state.db");
    create(&path, false, fill).unwrap();
    assert!(exists(&path, false).unwrap().is_some());
    let mode = |p: &Path| fs::metadata(p).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        (
            mode(&path),
            mode(&folder.path("a/b")),
            mode(&folder.path("a"))
        ),
        (0o600, 0o700, 0o700)
    );
    assert_eq!(fs::read_dir(folder.path("a/b")).unwrap().count(), 1);
}

#[test]
fn the_second_maker_leaves_the_first_ones_file() {
    let folder = TestFolder::new();
    let path = folder.path("state.db");
    create(&path, false, fill).unwrap();
    let before = fs::read(&path).unwrap();
    create(&path, false, |c| {
        fill(c).and_then(|()| Ok(c.execute_batch("CREATE TABLE other (x)")?))
    })
    .unwrap();
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 1);
}

#[test]
fn without_hard_links_many_makers_make_one_file() {
    let folder = TestFolder::new();
    let path = folder.path("state.db");
    let make = |n: usize| {
        let unfinished = folder.path(format!("unfinished-{n}"));
        fs::write(&unfinished, n.to_string()).unwrap();
        move_in_turn(&unfinished, &path).unwrap();
        (n, !unfinished.exists())
    };
    let moved: Vec<_> = std::thread::scope(|s| {
        let makers: Vec<_> = (0..16).map(|n| s.spawn(move || make(n))).collect();
        makers.into_iter().map(|m| m.join().unwrap()).collect()
    });
    let winners = moved.iter().filter(|(_, moved)| *moved);
    let winners: Vec<_> = winners.map(|(n, _)| n.to_string()).collect();
    assert_eq!(winners, [fs::read_to_string(&path).unwrap()], "{moved:?}");
    assert!(!folder.path("state.db-turn").exists());
}

#[test]
fn whatever_is_no_regular_file_is_refused() {
    let folder = TestFolder::new();
    fs::create_dir(folder.path("dir")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path("link")).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(folder.path("sock")).unwrap();
    for (name, word) in [("dir", "folder"), ("link", "symbolic"), ("sock", "socket")] {
        let fault = exists(&folder.path(name), false).unwrap_err();
        assert!(fault.to_string().contains(word), "{fault}");
    }
}

#[test]
fn what_cannot_be_looked_at_is_not_taken_for_absent() {
    let folder = TestFolder::new();
    fs::write(folder.path("file"), "mine").unwrap();
    let within = folder.path("file/state.db");
    assert!(exists(&within, false).is_err() && refuse_forgotten(&within).is_err());
    assert!(create(&within, false, fill).is_err());
    assert!(sync_folder(&folder.path("none/state.db")).is_err());
    assert_eq!(folder_of(Path::new("state.db")), Path::new("."));
    assert_eq!(folder_of(Path::new("/a/state.db")), Path::new("/a"));
}

#[test]
fn a_link_that_takes_the_place_of_the_file_is_not_opened() {
    let folder = TestFolder::new();
    let (real, link) = (folder.path("real.db"), folder.path("link.db"));
    create(&real, false, fill).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    let read = |path: &Path| open(path).and_then(|c| schema::pragma(&c, "user_version"));
    assert!(read(&real).is_ok() && read(&link).is_err());
}

#[test]
fn only_where_there_are_no_links_a_file_is_moved() {
    let folder = TestFolder::new();
    let fault = link(&folder.path("none"), &folder.path("state.db")).unwrap_err();
    assert!(
        fault.to_string().contains("linking it into place"),
        "{fault}"
    );
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 0);
}

#[test]
fn a_new_file_is_not_made_beside_the_journal_of_a_lost_one() {
    let folder = TestFolder::new();
    fs::write(folder.path("state.db-journal"), b"x").unwrap();
    assert!(matches!(
        create(&folder.path("state.db"), false, fill),
        Err(Fault::Damaged(_))
    ));
}

#[test]
fn every_byte_of_the_header_that_never_changes_is_looked_at() {
    let folder = TestFolder::new();
    let path = folder.path("state.db");
    create(&path, false, fill).unwrap();
    let header = fs::read(&path).unwrap().get(..HEADER).unwrap().to_vec();
    judge_header(&header).unwrap();
    let counters = [24..28, 28..32, 32..40, 40..44, 48..52, 92..100];
    let mut refused = 0;
    for at in 0..HEADER {
        let mut broken = header.clone();
        *broken.get_mut(at).unwrap() ^= 0xFF;
        if !counters.iter().any(|range| range.contains(&at)) {
            assert!(judge_header(&broken).is_err(), "byte {at}");
            refused += 1;
        }
    }
    assert_eq!(refused, 68);
    (0..HEADER).for_each(|cut| {
        assert!(
            cut >= 92 || judge_header(header.get(..cut).unwrap()).is_err(),
            "cut at {cut}"
        )
    });
}

#[test]
fn only_our_own_unfinished_files_are_removed() {
    let folder = TestFolder::new();
    let path = folder.path("state.db");
    fs::write(unfinished_name(&path), b"").unwrap();
    for other in [
        ".state.db.new",
        ".state.db.1.new",
        "state.db.new",
        ".other.db.00000000000000000000000000000000.new",
    ] {
        fs::write(folder.path(other), b"").unwrap();
    }
    assert_eq!(remove_unfinished(&path).unwrap(), 1);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 4);
}

#[test]
fn the_file_is_used_with_full_sync_and_a_rollback_journal() {
    let folder = TestFolder::new();
    let path = folder.path("state.db");
    create(&path, false, fill).unwrap();
    let connection = open(&path).unwrap();
    let word = |pragma: &str| {
        connection
            .pragma_query_value(None, pragma, |row| row.get::<_, rusqlite::types::Value>(0))
            .unwrap()
    };
    assert_eq!(word("synchronous"), rusqlite::types::Value::Integer(2));
    assert_eq!(
        word("journal_mode"),
        rusqlite::types::Value::Text("delete".into())
    );
}

#[test]
fn only_unfinished_files_of_ours_are_removed() {
    let folder = TestFolder::new();
    let state = folder.path("state.db");
    let id = OperationId::fresh().to_string();
    let others = [
        format!(".state.db.{}.new", "z".repeat(32)),
        format!(".other.db.{id}.new"),
        format!(".state.db.{id}.old"),
    ];
    for name in &others {
        fs::write(folder.path(name), "mine").unwrap();
    }
    fs::create_dir(folder.path(format!(".state.db.{}.new", "a".repeat(32)))).unwrap();
    fs::write(folder.path(format!(".state.db.{id}.new")), "half").unwrap();
    assert_eq!(remove_unfinished(&state).unwrap(), 1);
    assert_eq!(fs::read_dir(folder.path("")).unwrap().count(), 4);
}
