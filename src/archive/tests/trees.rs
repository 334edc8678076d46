//! Several INPUTs as one tree, folders, single files, and how reading is shared.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use crate::archive::testing::{Entry, Scratch, open, open_bytes, read, zip};
use crate::archive::{EntryError, Export, InputError, NotTaken};
use crate::model::EntryId;

fn entries(names: &[&str]) -> Vec<Entry> {
    names
        .iter()
        .map(|name| Entry::new(name, format!("[\"{name}\"]").as_bytes()))
        .collect()
}

fn paths(export: &Export) -> Vec<&str> {
    export
        .entries()
        .iter()
        .map(|entry| entry.path.as_str())
        .collect()
}

#[test]
fn the_tree_is_the_same_from_a_zip_a_folder_and_parts_in_any_order() {
    let scratch = Scratch::new("same");
    let names = [
        "T/z.json",
        "T/a b/2.json",
        "T/a/1.json",
        "T/index.html",
        "T/a.json",
    ];
    let whole = scratch.file("whole.zip", &zip(&entries(&names)));
    let one = scratch.file(
        "takeout-20240301T000000Z-1-001.zip",
        &zip(&entries(&names[..2])),
    );
    let two = scratch.file(
        "takeout-20240301T000000Z-1-002.zip",
        &zip(&entries(&names[2..])),
    );
    for name in names {
        scratch.file(
            &format!("folder/{name}"),
            format!("[\"{name}\"]").as_bytes(),
        );
    }
    let expected = read(&open(&[whole]).unwrap(), 1);
    assert_eq!(expected.len(), 4);
    let folder = scratch.path().join("folder");
    let (ab, ba) = (
        vec![one.clone(), two.clone()],
        vec![two.clone(), one.clone()],
    );
    for inputs in [vec![folder], ab, ba, vec![one.clone(), two, one]] {
        let export = open(&inputs).unwrap();
        assert_eq!(
            paths(&export),
            [
                "T/a b/2.json",
                "T/a.json",
                "T/a/1.json",
                "T/index.html",
                "T/z.json"
            ]
        );
        assert!(
            export
                .entries()
                .iter()
                .zip(0..)
                .all(|(entry, id)| entry.id == EntryId(id))
        );
        assert_eq!(read(&export, 2), expected);
    }
}

#[test]
fn one_name_with_two_contents_is_refused_on_both_sides() {
    let scratch = Scratch::new("duplicate");
    let a = scratch.file("a.zip", &zip(&[Entry::new("T/x.json", b"[1]")]));
    let b = scratch.file(
        "b.zip",
        &zip(&[
            Entry::new("./T//X.json", b"[2]"),
            Entry::new("T/y.json", b"[]"),
        ]),
    );
    let export = open(&[a, b]).unwrap();
    let problems: Vec<_> = export
        .entries()
        .iter()
        .map(|entry| entry.error.clone())
        .collect();
    let duplicate = |archive: &str| {
        Some(EntryError::Duplicate {
            archive: archive.into(),
        })
    };
    assert_eq!(problems, [duplicate("a.zip"), duplicate("b.zip"), None]);
}

#[test]
fn one_name_with_one_content_is_read_once() {
    let scratch = Scratch::new("identical");
    let a = scratch.file("a.zip", &zip(&[Entry::new("T/x.json", b"[1]")]));
    let b = scratch.file("b.zip", &zip(&[Entry::new("T/x.json", b"[1]")]));
    scratch.file("folder/T/x.json", b"[1]");
    let export = open(&[scratch.path().join("folder"), b, a]).unwrap();
    let all = read(&export, 1);
    assert_eq!(all[0].1.as_deref(), Ok(b"[1]".as_slice()));
    for (entry, (_, text)) in export.entries().iter().zip(&all).skip(1) {
        assert!(
            matches!(&entry.error, Some(EntryError::IdenticalDuplicate { archive }) if archive == "a.zip")
        );
        assert!(text.is_err());
    }
    assert_eq!(all.len(), 3);
}

#[test]
fn a_duplicate_that_nobody_needs_is_no_problem() {
    let scratch = Scratch::new("unneeded");
    let twice = [
        Entry::new("T/x.bin", b"1"),
        Entry::new("T/x.bin", b"2"),
        Entry::new("T/a.json", b"[]"),
    ];
    let export = open_bytes(&scratch, &zip(&twice)).unwrap();
    assert!(export.entries().iter().all(|entry| entry.error.is_none()));
}

#[cfg(unix)]
#[test]
fn links_of_a_folder_are_named_and_not_followed() {
    let scratch = Scratch::new("link");
    let secret = scratch.file("secret.json", b"[\"secret\"]");
    scratch.file("in/T/a.json", b"[]");
    std::os::unix::fs::symlink(&secret, scratch.path().join("in/T/b.json")).unwrap();
    std::os::unix::fs::symlink(scratch.path(), scratch.path().join("in/T/loop")).unwrap();
    let _socket =
        std::os::unix::net::UnixListener::bind(scratch.path().join("in/T/c.json")).unwrap();
    std::os::unix::fs::symlink("in", scratch.path().join("root")).unwrap();
    let export = open(&[scratch.path().join("root")]).unwrap();
    assert_eq!(
        paths(&export),
        ["T/a.json", "T/b.json", "T/c.json", "T/loop"]
    );
    let problems: Vec<_> = export
        .entries()
        .iter()
        .map(|entry| entry.error.clone())
        .collect();
    let expected = [
        None,
        Some(EntryError::Link),
        Some(EntryError::NotAFile),
        Some(EntryError::Link),
    ];
    assert_eq!(problems, expected);
    assert!(read(&export, 1)[1].1.is_err());
}

#[test]
fn every_archive_in_a_folder_is_looked_into_whatever_its_name() {
    let scratch = Scratch::new("parts");
    scratch.file("Rosa (old phone).zip", &zip(&entries(&["T/b.json"])));
    scratch.file("sub/backup", &zip(&entries(&["T/a.json"])));
    scratch.file("readme.txt", b"mine");
    scratch.file("page.ZIP", &zip(&entries(&["index.html"])));
    scratch.file("letter.docx", &zip(&entries(&["T/c.json"])));
    let export = open(&[scratch.path().to_owned()]).unwrap();
    assert_eq!(paths(&export), ["T/a.json", "T/b.json"]);
    let names: Vec<_> = export.archive_names().collect();
    assert_eq!(names, ["Rosa (old phone).zip", "sub/backup"]);
    let page = NotTaken {
        path: "page.ZIP".into(),
        why: "there is no Fitbit data in it".into(),
        is_unreadable: false,
    };
    assert_eq!(export.not_taken, [page]);
}

#[test]
fn archives_beside_loose_files_are_read_with_them() {
    let scratch = Scratch::new("beside");
    scratch.file("T/a.json", b"[]");
    scratch.file("part.zip", &zip(&entries(&["T/b.json"])));
    scratch.file("cut.zip", &zip(&entries(&["T/c.json"]))[..40]);
    scratch.file("notes.gz", &[0x1f, 0x8b, 8, 0, 0]);
    let export = open(&[scratch.path().to_owned()]).unwrap();
    assert_eq!(
        paths(&export),
        ["T/a.json", "T/b.json", "cut.zip", "notes.gz"]
    );
    assert_eq!(export.archive_names().count(), 2);
    let refused: Vec<_> = export
        .not_taken
        .iter()
        .map(|n| (n.path.as_str(), n.is_unreadable))
        .collect();
    assert_eq!(refused, [("cut.zip", true), ("notes.gz", false)]);
    assert!(export.not_taken[0].why.contains("truncated"));
}

#[test]
fn a_folder_whose_only_archive_is_damaged_is_refused_in_its_words() {
    let scratch = Scratch::new("onlycut");
    scratch.file("cut.zip", &zip(&entries(&["T/c.json"]))[..40]);
    let error = open(&[scratch.path().to_owned()]).unwrap_err().to_string();
    assert!(
        error.contains("/cut.zip: the zip has no end record"),
        "{error}"
    );
}

#[test]
fn single_files_are_an_export_of_themselves() {
    let scratch = Scratch::new("single");
    let a = scratch.file("steps-2024-03-01.json", b"[]");
    let b = scratch.file("heart_rate-2024-03-01.json", b"[1]");
    let export = open(&[a, b.clone()]).unwrap();
    assert_eq!(
        paths(&export),
        ["heart_rate-2024-03-01.json", "steps-2024-03-01.json"]
    );
    assert_eq!(read(&export, 1)[0].1.as_deref(), Ok(b"[1]".as_slice()));
    std::fs::write(b, b"[1, 2]").unwrap();
    assert!(
        read(&export, 1)[0]
            .1
            .as_ref()
            .unwrap_err()
            .to_string()
            .contains("changed")
    );
}

#[test]
fn what_cannot_be_an_input_is_told_apart() {
    let scratch = Scratch::new("inputs");
    std::fs::create_dir(scratch.path().join("empty.zip")).unwrap();
    let is_missing = |error: &InputError| matches!(error, InputError::Missing { .. });
    let (missing, unusable) = (true, false);
    for (input, kind, word) in [
        (scratch.path().join("no.zip"), missing, "does not exist"),
        (
            scratch.file("a", b"").join("b.zip"),
            missing,
            "cannot be opened",
        ),
        (PathBuf::from("/dev/null"), missing, "regular file"),
        (scratch.path().join("empty.zip"), unusable, "directory"),
        (
            scratch.file("page.zip", b"<html>Sign in</html>"),
            unusable,
            "web page",
        ),
    ] {
        let error = open(&[input]).unwrap_err();
        assert_eq!(is_missing(&error), kind, "{error}");
        assert!(error.to_string().contains(word), "{error}");
    }
}

#[test]
fn any_number_of_threads_hands_over_the_same() {
    let scratch = Scratch::new("threads");
    let names: Vec<String> = (0..200).map(|n| format!("T/{n}.json")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut all = entries(&names);
    all[7].crc = Some(1);
    let export = open_bytes(&scratch, &zip(&all)).unwrap();
    let expected = read(&export, 1);
    assert_eq!(expected.iter().filter(|(_, text)| text.is_err()).count(), 1);
    for jobs in [0, 2, 3, 16] {
        assert_eq!(read(&export, jobs), expected, "{jobs} jobs");
    }
}

#[test]
fn an_entry_asked_for_twice_is_read_once() {
    let scratch = Scratch::new("twice");
    let export = open_bytes(&scratch, &zip(&entries(&["T/a.json"]))).unwrap();
    let wanted = [EntryId(0), EntryId(0)];
    let good = AtomicUsize::new(0);
    let stop = AtomicBool::new(false);
    export
        .for_each(
            &wanted,
            2,
            &stop,
            || (),
            |(), _, text| {
                good.fetch_add(usize::from(text.is_ok()), Ordering::Relaxed);
            },
        )
        .unwrap();
    assert_eq!(good.into_inner(), 1);
}

#[test]
fn stopping_is_seen_between_entries() {
    let scratch = Scratch::new("stop");
    let export = open_bytes(&scratch, &zip(&entries(&["T/a.json", "T/b.json"]))).unwrap();
    let (stop, seen) = (AtomicBool::new(false), AtomicUsize::new(0));
    let result = export.for_each(
        &[EntryId(0), EntryId(1)],
        1,
        &stop,
        || (),
        |(), _, _| {
            seen.fetch_add(1, Ordering::Relaxed);
            stop.store(true, Ordering::Relaxed);
        },
    );
    assert!(matches!(result, Err(InputError::Stopped)));
    assert_eq!(seen.into_inner(), 1);
    assert!(matches!(export.inputs(&stop), Err(InputError::Stopped)));
}

#[test]
fn inputs_have_the_fingerprint_of_their_bytes_and_folders_that_of_their_list() {
    let scratch = Scratch::new("hash");
    let single = scratch.file("a.json", b"abc");
    scratch.file("folder/T/b.json", b"12345");
    let export = open(&[single, scratch.path().join("folder")]).unwrap();
    export.hash_while_reading();
    assert_eq!(read(&export, 2).len(), 2);
    assert!(
        export
            .sources
            .iter()
            .all(|source| source.sha256.get().is_some())
    );
    let inputs = export.inputs(&AtomicBool::new(false)).unwrap();
    let told: Vec<_> = inputs
        .iter()
        .map(|i| (i.name.as_str(), i.bytes, i.sha256.as_str()))
        .collect();
    // `printf abc | sha256sum` and `printf 'T/b.json\0005\n' | sha256sum`
    assert_eq!(
        told,
        [
            (
                "a.json",
                3,
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
            ),
            (
                "folder",
                5,
                "7d316e13d5defcf9c1cf1d85e7c6162ab8cef3fb71f17cf89acc12afdd29041b"
            ),
        ]
    );
}
