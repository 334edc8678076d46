//! A kill at every step, simulated by what it leaves: the lock is let go, the files stay.

use std::fs;
use std::path::Path;

use super::super::workdir::WorkDir;
use super::super::*;
use super::*;

/// A kill at one step: what it leaves, whether it was charged, what OUT must say afterwards.
fn settled(
    name: &str,
    zip: bool,
    charged: bool,
    state: impl FnOnce(&Scratch, &Path) -> WorkDir,
) -> (Option<String>, usize, Vec<String>) {
    let s = Scratch::new(name);
    let out = s.at(if zip { "o.zip" } else { "o" });
    state(&s, &out);
    let book = Book::default();
    if charged {
        book.charge("op");
    }
    settle(&out, &book).unwrap();
    let says = if zip { says_zip(&out) } else { says(&out) };
    let once = s.tree();
    assert_eq!(
        settle(&out, &book).unwrap(),
        Recovered::default(),
        "{name}: a second recovery has nothing to do"
    );
    assert_eq!(s.tree(), once);
    (
        says,
        book.len(),
        once.into_iter().filter(|p| p.starts_with('.')).collect(),
    )
}

const NOTHING: Vec<String> = Vec::new();

#[test]
fn what_was_made_under_any_secret_of_the_state_is_finished() {
    for (secret, finished) in [(SECRET, true), (LIFEBOAT, true), (Secret([9; 32]), false)] {
        let s = Scratch::new("secrets");
        let out = s.at("o");
        let request = Request {
            secret: &secret,
            ..request(&out, OutKind::Folder, false, "op")
        };
        let folder = fill(Work::begin(&request).unwrap(), "new").kill().folder;
        let book = Book::default();
        book.charge("op");
        let done = settle(&out, &book).unwrap();
        assert_eq!(
            (done.finished.len(), done.foreign.len()),
            (usize::from(finished), usize::from(!finished))
        );
        assert_eq!((out.is_dir(), folder.is_dir()), (finished, !finished));
    }
}

#[test]
fn a_kill_before_the_charge_leaves_nothing() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let begun = |_: &Scratch, out: &Path| begin(out, kind, false, "op").unwrap().kill();
        let sealed =
            |_: &Scratch, out: &Path| fill(begin(out, kind, false, "op").unwrap(), "new").kill();
        assert_eq!(settled("begun", zip, false, begun), (None, 0, NOTHING));
        assert_eq!(settled("sealed", zip, false, sealed), (None, 0, NOTHING));
        let no_lock = |_: &Scratch, out: &Path| {
            let work = begin(out, kind, false, "op").unwrap().kill();
            fs::remove_dir_all(&work.folder).unwrap();
            fs::create_dir(&work.folder).unwrap();
            work
        };
        assert_eq!(settled("nolock", zip, false, no_lock), (None, 0, NOTHING));
    }
}

#[test]
fn a_folder_without_a_lock_goes_if_nothing_is_in_it() {
    for file in [None, Some("mine.txt")] {
        let s = Scratch::new("emptied");
        let work = begin(&s.at("o"), OutKind::Folder, false, "op").unwrap();
        let folder = work.kill().folder;
        fs::remove_dir_all(&folder).unwrap();
        fs::create_dir(&folder).unwrap();
        if let Some(name) = file {
            fs::write(folder.join(name), "precious").unwrap();
        }
        let done = settle(&s.at("o"), &Book::default()).unwrap();
        let kept = file.map(|_| folder.clone()).into_iter().collect::<Vec<_>>();
        assert_eq!((done.removed, done.kept), (1 - kept.len(), kept));
        assert_eq!(folder.is_dir(), file.is_some());
    }
}

/// A state was copied to another machine; both tag their work folders alike.
#[test]
fn what_another_copy_of_the_state_has_charged_is_left_alone_and_named() {
    for kind in [OutKind::Folder, OutKind::Zip] {
        let s = Scratch::new("copied");
        let sealed = || fill(begin(&s.at("o"), kind, false, "op").unwrap(), "new");
        let work = sealed();
        work.mark_paid();
        let folder = work.kill().folder;
        let before = contents(&s);
        let done = settle(&s.at("o"), &Book::default()).unwrap();
        assert_eq!((done.foreign, done.removed), (vec![folder], 0));
        assert_eq!(contents(&s), before);
        let book = Book::default();
        book.charge("op");
        assert_eq!(settle(&s.at("o"), &book).unwrap().finished.len(), 1);
        // One whose charge is given back is no longer worth anything, wherever the kill came.
        for out in [s.at("o"), s.at("p")] {
            let mut work = fill(begin(&s.at("p"), kind, false, "op").unwrap(), "late");
            work.mark_paid();
            if out == s.at("p") {
                fs::write(&out, "the user's").unwrap();
                work.publish().unwrap_err();
                work.kill();
                settle(&out, &Book::default()).unwrap();
                assert_eq!(fs::read_to_string(&out).unwrap(), "the user's");
            } else {
                let dir = work.kill();
                dir.mark_paid(false);
                assert_eq!(settle(&s.at("p"), &Book::default()).unwrap().removed, 1);
            }
            assert!(
                !s.tree().iter().any(|p| p.starts_with('.')),
                "{:?}",
                s.tree()
            );
        }
    }
}

#[test]
fn what_is_removed_loses_its_seal_first() {
    for kind in [OutKind::Folder, OutKind::Zip] {
        let s = Scratch::new("unsealed-first");
        let out = s.at("o");
        let work = fill(begin(&out, kind, false, "op").unwrap(), "new").kill();
        // A name before that of the tree, and not ours: the removal ends there.
        let other = work.folder.join("a");
        fs::write(&other, "the user's").unwrap();
        let done = settle(&out, &Book::default()).unwrap();
        assert_eq!(done.kept, std::slice::from_ref(&work.folder));
        assert!(other.is_file() && !work.is_sealed(), "{:?}", s.tree());
    }
}

#[test]
fn a_kill_after_the_charge_is_finished() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let sealed =
            |_: &Scratch, out: &Path| fill(begin(out, kind, false, "op").unwrap(), "new").kill();
        assert_eq!(
            settled("charged", zip, true, sealed),
            (Some("new".into()), 1, NOTHING)
        );
        let renamed = |_: &Scratch, out: &Path| {
            let work = fill(begin(out, kind, false, "op").unwrap(), "new").kill();
            if zip {
                fs::hard_link(work.product(), out)
            } else {
                fs::rename(work.product(), out)
            }
            .unwrap();
            work
        };
        assert_eq!(
            settled("renamed", zip, true, renamed),
            (Some("new".into()), 1, NOTHING)
        );
        let half_removed = |_: &Scratch, out: &Path| {
            let work = fill(begin(out, kind, false, "op").unwrap(), "new").kill();
            fs::rename(work.product(), out).unwrap();
            let _ = fs::remove_file(work.folder.join("spool"));
            fs::remove_file(work.at("lock")).unwrap();
            work
        };
        assert_eq!(
            settled("halfremoved", zip, true, half_removed).0.as_deref(),
            Some("new")
        );
    }
}

#[test]
fn a_kill_in_the_middle_of_force_ends_with_the_new_or_the_old_output() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let aside = |_: &Scratch, out: &Path| {
            write(out, kind, false, "op0", "old");
            let work = fill(begin(out, kind, true, "op").unwrap(), "new").kill();
            fs::rename(out, work.folder.join("old-1")).unwrap();
            work
        };
        assert_eq!(
            settled("aside", zip, true, aside),
            (Some("new".into()), 1, NOTHING)
        );
        assert_eq!(
            settled("aside-refunded", zip, false, aside),
            (Some("old".into()), 0, NOTHING)
        );
        let swapped = |s: &Scratch, out: &Path| {
            let work = aside(s, out);
            fs::rename(work.product(), out).unwrap();
            work
        };
        assert_eq!(
            settled("swapped", zip, true, swapped),
            (Some("new".into()), 1, NOTHING)
        );
        let not_begun = |_: &Scratch, out: &Path| {
            write(out, kind, false, "op0", "old");
            fill(begin(out, kind, true, "op").unwrap(), "new").kill()
        };
        assert_eq!(
            settled("notbegun", zip, false, not_begun),
            (Some("old".into()), 0, NOTHING)
        );
        assert_eq!(
            settled("notbegun-charged", zip, true, not_begun),
            (Some("new".into()), 1, NOTHING)
        );
    }
}

#[test]
fn a_charge_whose_out_was_taken_is_given_back() {
    for (zip, kind) in [(false, OutKind::Folder), (true, OutKind::Zip)] {
        let taken = |_: &Scratch, out: &Path| {
            let work = fill(begin(out, kind, false, "op").unwrap(), "new").kill();
            write(out, kind, false, "other", "faster");
            work
        };
        assert_eq!(
            settled("taken", zip, true, taken),
            (Some("faster".into()), 0, NOTHING)
        );
    }
}

#[test]
fn an_old_output_that_cannot_go_back_is_kept() {
    let s = Scratch::new("kept");
    let out = s.at("o");
    write(&out, OutKind::Folder, false, "op0", "old");
    let work = fill(begin(&out, OutKind::Folder, true, "op").unwrap(), "new").kill();
    fs::rename(&out, work.folder.join("old-1")).unwrap();
    fs::write(&out, "the user's own file").unwrap();
    let book = Book::default();
    book.charge("op");
    let done = settle(&out, &book).unwrap();
    assert_eq!((done.kept, book.len()), (vec![work.folder.clone()], 0));
    assert_eq!(says(&work.folder.join("old-1")).as_deref(), Some("old"));
    assert_eq!(fs::read_to_string(&out).unwrap(), "the user's own file");
}

#[test]
fn a_live_work_folder_is_left_alone_and_a_dead_one_beside_it_removed() {
    let s = Scratch::new("live");
    let live = begin(&s.at("o"), OutKind::Folder, false, "live").unwrap();
    begin(&s.at("o"), OutKind::Folder, false, "dead")
        .unwrap()
        .kill();
    begin(&s.at("other"), OutKind::Folder, false, "dead")
        .unwrap()
        .kill();
    let done = settle(&s.at("o"), &Book::default()).unwrap();
    assert_eq!(done.removed, 1);
    let mut live = fill(live, "x");
    live.publish().unwrap();
    assert_eq!(
        s.tree().iter().filter(|p| p.starts_with('.')).count(),
        3,
        "other, its lock and its tree"
    );
    let batch = settle(&s.0, &Book::default()).unwrap();
    assert_eq!(
        batch.removed, 1,
        "the folder of a batch settles what is in it"
    );
    assert_eq!(s.tree(), whole("o"));
}

/// Everything below a folder with its content, so that nothing can be lost unseen.
fn contents(s: &Scratch) -> Vec<(String, Option<Vec<u8>>)> {
    let read = |path: String| (path.clone(), fs::read(s.at(&path)).ok());
    s.tree().into_iter().map(read).collect()
}

#[test]
fn nothing_is_believed_or_touched_that_carries_no_true_tag() {
    let sealed = |s: &Scratch, secret: u8| {
        let (out, secret) = (s.at("o"), Secret([secret; 32]));
        let request = Request {
            secret: &secret,
            ..request(&out, OutKind::Folder, true, "op")
        };
        let work = fill(Work::begin(&request).unwrap(), "new").kill();
        fs::create_dir(work.old(1)).unwrap();
        fs::write(work.old(1).join("letter"), "precious").unwrap();
        work
    };
    let rename = |s: &Scratch, work: &WorkDir, name: &str| {
        fs::rename(&work.folder, s.at(name)).unwrap();
    };
    type Plant<'p> = &'p dyn Fn(&Scratch, WorkDir);
    let ways: [(&str, Plant<'_>); 5] = [
        ("of another state", &|_, _| ()),
        ("without a tag", &|s, work| {
            rename(s, &work, ".o.trackersync-op")
        }),
        ("of another plan", &|s, work| {
            let name = work.folder.file_name().unwrap().to_str().unwrap();
            rename(s, &work, &name.replace("-df", "-d"));
        }),
        ("with a name of a person's own", &|s, work| {
            rename(s, &work, ".o.trackersync-notes");
        }),
        ("a file", &|s, work| {
            fs::remove_dir_all(&work.folder).unwrap();
            fs::write(s.at(".o.trackersync-op"), "precious").unwrap();
        }),
    ];
    for (what, plant) in ways {
        let s = Scratch::new("planted");
        plant(&s, sealed(&s, 8));
        let before = contents(&s);
        let book = Book::default();
        book.charge("op");
        let done = settle(&s.at("o"), &book).unwrap();
        assert_eq!(done.foreign.len(), 1, "{what}: it is named");
        assert_eq!((contents(&s), book.len()), (before, 1), "{what}");
    }
}

#[test]
fn a_live_work_folder_of_another_state_is_not_spoken_of() {
    let s = Scratch::new("livestate");
    let (out, secret) = (s.at("o"), Secret([8; 32]));
    let request = Request {
        secret: &secret,
        ..request(&out, OutKind::Folder, false, "op")
    };
    let live = Work::begin(&request).unwrap();
    assert_eq!(
        settle(&s.at("o"), &Book::default()).unwrap(),
        Recovered::default()
    );
    fill(live, "x").publish().unwrap();
    assert_eq!(s.tree(), whole("o"));
}

#[test]
fn what_the_user_put_into_a_dead_work_folder_stays() {
    for path in ["mine.txt", "out/mine.txt", "out/import/mine.txt", "old-x"] {
        let s = Scratch::new("added");
        let work = begin(&s.at("o"), OutKind::Folder, false, "op").unwrap();
        work.put("import/weight/w.fit", b"x").unwrap();
        let work = work.kill();
        fs::write(work.folder.join(path), "precious").unwrap();
        let done = settle(&s.at("o"), &Book::default()).unwrap();
        assert_eq!(done.kept, std::slice::from_ref(&work.folder), "{path}");
        let kept = fs::read_to_string(work.folder.join(path)).unwrap();
        assert_eq!(kept, "precious", "{path}");
    }
}

#[cfg(unix)]
#[test]
fn links_in_a_work_folder_of_ours_lead_nowhere() {
    for (kind, name) in [
        (OutKind::Folder, "out"),
        (OutKind::Folder, "old-1"),
        (OutKind::Folder, "lock"),
        (OutKind::Zip, "out.zip"),
        (OutKind::Zip, "old-1"),
    ] {
        let s = Scratch::new("links");
        fs::create_dir(s.at("docs")).unwrap();
        fs::write(s.at("docs/manifest.json"), "precious").unwrap();
        let work = fill(begin(&s.at("o"), kind, true, "op").unwrap(), "new").kill();
        let path = work.folder.join(name);
        let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
        std::os::unix::fs::symlink(s.at("docs"), &path).unwrap();
        let book = Book::default();
        book.charge("op");
        settle(&s.at("o"), &book).unwrap();
        let letter = fs::read_to_string(s.at("docs/manifest.json"));
        assert_eq!(letter.unwrap(), "precious", "{name}");
    }
}

#[test]
fn an_old_output_is_deleted_only_where_it_proves_to_be_ours() {
    for kind in [OutKind::Folder, OutKind::Zip] {
        let s = Scratch::new("unproven");
        let out = s.at("o");
        write(&out, kind, false, "op0", "old");
        let work = fill(begin(&out, kind, true, "op").unwrap(), "new").kill();
        // Killed after the move aside, before the look: what was moved is somebody's own.
        fs::rename(&out, s.at("replaced")).unwrap();
        match kind {
            OutKind::Folder => fs::create_dir(work.old(1)).unwrap(),
            OutKind::Zip => {}
        }
        let letter = match kind {
            OutKind::Folder => work.old(1).join("letter"),
            OutKind::Zip => work.old(1),
        };
        fs::write(&letter, "precious").unwrap();
        let book = Book::default();
        book.charge("op");
        let done = settle(&out, &book).unwrap();
        assert_eq!((done.finished.len(), done.kept.len()), (1, 1), "{kind:?}");
        assert_eq!(fs::read_to_string(letter).unwrap(), "precious");
    }
}

#[test]
fn an_old_output_that_was_half_removed_is_removed_in_full() {
    let s = Scratch::new("halfold");
    let out = s.at("o");
    write(&out, OutKind::Folder, false, "op0", "old");
    let work = fill(begin(&out, OutKind::Folder, true, "op").unwrap(), "new").kill();
    fs::rename(&out, work.old(1)).unwrap();
    fs::rename(work.product(), &out).unwrap();
    fs::remove_dir_all(work.old(1).join("import")).unwrap();
    let book = Book::default();
    book.charge("op");
    let done = settle(&out, &book).unwrap();
    assert_eq!(
        (done.finished.len(), done.kept.len(), book.len()),
        (1, 0, 1)
    );
    assert_eq!(s.tree(), whole("o"));
}

#[test]
fn an_old_output_goes_back_when_its_successor_is_gone() {
    let s = Scratch::new("gone");
    let out = s.at("o");
    write(&out, OutKind::Folder, false, "op0", "old");
    let work = fill(begin(&out, OutKind::Folder, true, "op").unwrap(), "new").kill();
    fs::rename(&out, work.old(1)).unwrap();
    fs::remove_dir_all(work.product()).unwrap();
    settle(&out, &Book::default()).unwrap();
    assert_eq!(says(&out).as_deref(), Some("old"));
    assert_eq!(s.tree(), whole("o"));
}

#[test]
fn a_run_whose_work_folder_is_taken_away_says_so() {
    for kind in [OutKind::Folder, OutKind::Zip] {
        let s = Scratch::new("takenaway");
        let mut work = fill(begin(&s.at("o"), kind, false, "op").unwrap(), "x");
        for name in s.tree().iter().filter(|p| !p.contains("lock")) {
            let path = s.at(name.trim_end_matches('/'));
            if path.ends_with("out") || path.ends_with("out.zip") {
                let _ = fs::remove_dir_all(&path).or_else(|_| fs::remove_file(&path));
            }
        }
        assert_eq!(work.publish().unwrap_err().kind, Kind::Io);
    }
}
