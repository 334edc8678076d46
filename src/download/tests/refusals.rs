//! What is refused, and what an undisturbed run leaves.

use std::fs;
use std::path::Path;

use super::super::{fs as files, *};
use super::*;

#[test]
fn an_output_appears_whole_with_its_parents_and_nothing_beside_it() {
    let s = Scratch::new("fresh");
    let mut work = fill(
        begin(&s.at("a/b/o"), OutKind::Folder, false, "op1").unwrap(),
        "x",
    );
    assert!(
        !files::is_there(&s.at("a/b/o")),
        "nothing is visible before it is published"
    );
    work.publish().unwrap();
    let mut expected = vec!["a/".to_owned(), "a/b/".to_owned()];
    expected.extend(whole("a/b/o"));
    assert_eq!(s.tree(), expected);
}

#[test]
fn a_dropped_output_takes_its_parents_along_but_not_those_of_others() {
    let s = Scratch::new("drop");
    fs::create_dir(s.at("there")).unwrap();
    for kind in [OutKind::Folder, OutKind::Zip] {
        for sealed in [false, true] {
            let work = begin(&s.at("there/a/b/o.zip"), kind, false, "op1").unwrap();
            drop(if sealed { fill(work, "x") } else { work });
            assert_eq!(s.tree(), ["there/"]);
        }
    }
}

#[test]
fn what_is_not_ours_is_refused_and_untouched() {
    let s = Scratch::new("refuse");
    fs::write(s.at("file"), "precious").unwrap();
    fs::create_dir_all(s.at("full/sub")).unwrap();
    fs::write(s.at("full/sub/f"), "precious").unwrap();
    fs::create_dir(s.at("npm")).unwrap();
    fs::write(s.at("npm/manifest.json"), r#"{"program":"npm"}"#).unwrap();
    fs::create_dir(s.at("d.zip")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", s.at("dangling")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink("loop", s.at("loop")).unwrap();
    let before = s.tree();
    let cases = [
        ("file", OutKind::Folder, Kind::Exists, "not a folder"),
        (
            "file",
            OutKind::Zip,
            Kind::Exists,
            "not written by trackersync",
        ),
        (
            "file/sub",
            OutKind::Folder,
            Kind::CannotCreate,
            "not a directory",
        ),
        (
            "full",
            OutKind::Folder,
            Kind::Exists,
            "not written by trackersync",
        ),
        (
            "npm",
            OutKind::Folder,
            Kind::Exists,
            "not written by trackersync",
        ),
        ("d.zip", OutKind::Zip, Kind::Exists, "not a file"),
        (
            "dangling",
            OutKind::Folder,
            Kind::CannotCreate,
            "link to nothing",
        ),
        (
            "dangling/sub",
            OutKind::Folder,
            Kind::CannotCreate,
            "link to nothing",
        ),
        ("loop", OutKind::Folder, Kind::CannotCreate, "symbolic link"),
        (
            "no/../o",
            OutKind::Folder,
            Kind::CannotCreate,
            "does not exist",
        ),
    ];
    for (name, kind, expected, text) in cases {
        for force in [false, true] {
            let e = begin(&s.at(name), kind, force, "op1").unwrap_err();
            assert!(e.kind == expected && e.text.contains(text), "{name}: {e:?}");
            assert!(
                !e.hint.is_empty() && e.text.contains(name.split('/').next().unwrap()),
                "{name}: {e:?}"
            );
        }
    }
    let root = begin(Path::new("/"), OutKind::Folder, true, "op1").unwrap_err();
    assert_ne!(root.kind, Kind::Io);
    assert_eq!(s.tree(), before);
}

#[test]
fn a_place_that_cannot_be_written_is_named_with_its_cause() {
    for system in ["/proc/o", "/sys", "/dev/null", "/dev/stdout", "/dev/o.zip"] {
        let e = begin(Path::new(system), OutKind::Folder, true, "op1").unwrap_err();
        assert_eq!(e.kind, Kind::CannotCreate);
        let text = format!("{system}: is a place of the operating system");
        assert!(e.text.starts_with(&text), "{e:?}");
    }
    let long = Scratch::new("long");
    fs::write(long.at("file"), "").unwrap();
    let e = begin(&long.at("file/o"), OutKind::Folder, false, "op1").unwrap_err();
    assert!(
        e.text
            .ends_with("/file/o: cannot be created: not a directory"),
        "{e:?}"
    );
    for kind in [OutKind::Folder, OutKind::Zip] {
        let e = begin(&long.at(&"x".repeat(300)), kind, false, "op1").unwrap_err();
        assert_eq!((e.kind, &*e.hint), (Kind::CannotCreate, ELSEWHERE), "{e:?}");
    }
}

#[test]
fn an_out_that_touches_an_input_is_refused() {
    let s = Scratch::new("inputs");
    fs::create_dir_all(s.at("in/deep")).unwrap();
    write(&s.at("ours"), OutKind::Folder, false, "op0", "x");
    fs::write(s.at("ours/import/part.zip"), "zip").unwrap();
    let cases = [
        ("in", "in", "is the input"),
        ("in/deep/o", "in", "inside an input"),
        ("ours", "ours/import/part.zip", "holds an input"),
    ];
    for (out, input, text) in cases {
        let inputs = [s.at("missing"), s.at(input)];
        let request = Request {
            out: &s.at(out),
            kind: OutKind::Folder,
            force: true,
            operation: "op1",
            inputs: &inputs,
            secret: &SECRET,
            is_output,
        };
        let e = Work::begin(&request).unwrap_err();
        assert!(
            e.kind == Kind::CannotCreate && e.text.contains(text),
            "{e:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn an_empty_folder_and_a_link_to_one_are_filled_and_keep_their_permissions() {
    use std::os::unix::fs::PermissionsExt;
    let s = Scratch::new("empty");
    for out in ["real", "link"] {
        fs::create_dir(s.at("real")).unwrap();
        fs::set_permissions(s.at("real"), fs::Permissions::from_mode(0o700)).unwrap();
        if out == "link" {
            std::os::unix::fs::symlink("real", s.at("link")).unwrap();
        }
        write(&s.at(out), OutKind::Folder, false, "op1", out);
        assert_eq!(says(&s.at("real")).as_deref(), Some(out));
        assert_eq!(
            fs::metadata(s.at("real")).unwrap().permissions().mode() & 0o777,
            0o700
        );
        let file = fs::metadata(s.at("real/report.html"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(file & 0o111, 0, "nothing is executable");
        fs::remove_dir_all(s.at("real")).unwrap();
    }
    assert_eq!(s.tree(), ["link"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_name_that_is_not_unicode_or_nearly_too_long_works() {
    use std::os::unix::ffi::OsStrExt;
    let s = Scratch::new("names");
    for name in [
        std::ffi::OsStr::from_bytes(b"o\xff\xfe").to_owned(),
        "x".repeat(255).into(),
        "-rf *".into(),
        "o.trackersync-x".into(),
    ] {
        let out = s.0.join(&name);
        let work = fill(begin(&out, OutKind::Folder, false, "op1").unwrap(), "x").kill();
        assert!(files::is_there(&work.folder));
        let book = Book::default();
        book.charge("op1");
        assert_eq!(
            settle(&out, &book).unwrap().finished,
            std::slice::from_ref(&out)
        );
        assert_eq!(says(&out).as_deref(), Some("x"));
        fs::remove_dir_all(&out).unwrap();
    }
    assert!(s.tree().is_empty(), "{:?}", s.tree());
}

#[test]
fn an_output_of_ours_is_replaced_by_force_only() {
    let s = Scratch::new("force");
    for (name, kind) in [("o", OutKind::Folder), ("o.zip", OutKind::Zip)] {
        let read = |p: &Path| {
            if kind == OutKind::Zip {
                says_zip(p)
            } else {
                says(p)
            }
        };
        write(&s.at(name), kind, false, "op1", "first");
        let e = begin(&s.at(name), kind, false, "op2").unwrap_err();
        assert!(
            e.kind == Kind::Exists && e.hint.contains("--force"),
            "{e:?}"
        );
        assert_eq!(read(&s.at(name)).as_deref(), Some("first"));
        write(&s.at(name), kind, true, "op3", "second");
        assert_eq!(read(&s.at(name)).as_deref(), Some("second"));
        let aborted = fill(begin(&s.at(name), kind, true, "op4").unwrap(), "third");
        drop(aborted);
        assert_eq!(
            read(&s.at(name)).as_deref(),
            Some("second"),
            "dropped before it was published"
        );
    }
    assert_eq!(s.tree(), [vec!["o.zip".to_owned()], whole("o")].concat());
}

#[test]
fn force_never_takes_a_file_that_the_user_added() {
    let s = Scratch::new("stranger");
    write(&s.at("o"), OutKind::Folder, false, "op1", "first");
    fs::write(s.at("o/.DS_Store"), "noise").unwrap();
    write(&s.at("o"), OutKind::Folder, true, "op2", "second");
    fs::write(s.at("o/import/notes.txt"), "precious").unwrap();
    let e = begin(&s.at("o"), OutKind::Folder, true, "op3").unwrap_err();
    assert!(
        e.kind == Kind::Exists && e.text.contains("notes.txt"),
        "{e:?}"
    );
    fs::remove_file(s.at("o/import/notes.txt")).unwrap();
    let mut late = fill(
        begin(&s.at("o"), OutKind::Folder, true, "op4").unwrap(),
        "third",
    );
    fs::write(s.at("o/notes.txt"), "precious").unwrap();
    let e = late.publish().unwrap_err();
    let named = e
        .text
        .ends_with("/o: holds files that trackersync did not write");
    assert!(
        e.kind == Kind::Exists && named,
        "added while we worked: {e}"
    );
    drop(late);
    assert_eq!(says(&s.at("o")).as_deref(), Some("second"));
    assert!(
        s.at("o/notes.txt").is_file() && s.tree().len() == 7,
        "{:?}",
        s.tree()
    );
}

#[test]
fn who_comes_second_is_told_and_leaves_nothing() {
    let s = Scratch::new("second");
    for (name, kind) in [("o", OutKind::Folder), ("o.zip", OutKind::Zip)] {
        let mut a = fill(begin(&s.at(name), kind, false, "a").unwrap(), "a");
        let mut b = fill(begin(&s.at(name), kind, false, "b").unwrap(), "b");
        let mut c = begin(&s.at(name), kind, false, "c").unwrap();
        a.publish().unwrap();
        assert_eq!(b.publish().unwrap_err().kind, Kind::Exists);
        let m = manifest_of([]);
        assert_eq!(
            c.seal(&m).unwrap_err().kind,
            Kind::Exists,
            "told before the charge"
        );
    }
    assert_eq!(s.tree(), [vec!["o.zip".to_owned()], whole("o")].concat());
}

#[test]
fn an_unsealed_output_is_never_published() {
    let s = Scratch::new("unsealed");
    let mut work = begin(&s.at("o"), OutKind::Folder, false, "op1").unwrap();
    work.put("report.html", b"x").unwrap();
    assert!(work.publish().is_err());
    for path in [
        "",
        "/etc/x",
        "../x",
        "a/../b",
        "a//b",
        "a\\b",
        "c:x",
        "report.html",
    ] {
        assert!(work.put(path, b"x").is_err(), "{path}");
    }
    drop(work);
    assert!(s.tree().is_empty());
}
