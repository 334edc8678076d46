//! Single steps that a run meets only when another one is in its way, or a disk knows less.

use std::fs;
use std::io::ErrorKind;
use std::time::Duration;

use super::super::publish::remove_any;
use super::super::recover::list;
use super::super::workdir::WorkDir;
use super::super::{fs as files, *};
use super::*;

const KINDS: [OutKind; 2] = [OutKind::Folder, OutKind::Zip];

fn kind_of<T>(result: std::io::Result<T>) -> Option<ErrorKind> {
    result.err().map(|e| e.kind())
}

#[test]
fn a_file_takes_a_free_name_or_the_empty_file_that_its_mark_speaks_of() {
    let s = Scratch::new("movefile");
    let [from, to, mark] = ["from", "to", "mark"].map(|name| s.at(name));
    let moved = |there: Option<&str>, marked: bool| {
        fs::write(&from, "new").unwrap();
        for path in [&to, &mark] {
            remove_any(path);
        }
        if let Some(text) = there {
            fs::write(&to, text).unwrap();
        }
        if marked {
            fs::write(&mark, "").unwrap();
        }
        let moved = files::move_file(&from, &to, &mark);
        (kind_of(moved), fs::read_to_string(&to).unwrap())
    };
    let taken = Some(ErrorKind::AlreadyExists);
    assert_eq!(moved(None, false), (None, "new".into()));
    assert_eq!(moved(None, true), (None, "new".into()));
    assert_eq!(moved(Some(""), true), (None, "new".into()));
    assert_eq!(moved(Some(""), false), (taken, String::new()));
    assert_eq!(moved(Some("mine"), true), (taken, "mine".into()));
    for path in [&from, &to, &mark] {
        remove_any(path);
    }
    let moved = files::move_file(&from, &to, &mark);
    assert_eq!(kind_of(moved), Some(ErrorKind::NotFound));
    assert!(s.tree().is_empty(), "{:?}", s.tree());
}

#[test]
fn two_looks_are_the_same_where_nothing_was_put_in_between() {
    let s = Scratch::new("same");
    let look = |name: &str| fs::symlink_metadata(s.at(name)).ok();
    fs::write(s.at("a"), "a").unwrap();
    fs::write(s.at("b"), "a").unwrap();
    let same = |a: &Option<_>, b: &Option<_>| files::is_same(a.as_ref(), b.as_ref());
    let before = look("a");
    assert!(same(&before, &look("a")) && same(&None, &look("none")));
    assert!(!same(&before, &look("none")) && !same(&None, &before));
    let times = [look("a"), look("b")].map(|meta| meta.unwrap().modified().unwrap());
    fs::File::open(s.at("b"))
        .unwrap()
        .set_modified(times[0])
        .unwrap();
    assert!(!same(&before, &look("b")), "another file of the same time");
    let later = times[1] + Duration::from_secs(9);
    fs::File::open(s.at("a"))
        .unwrap()
        .set_modified(later)
        .unwrap();
    assert!(!same(&before, &look("a")), "changed");
}

#[test]
fn parents_that_somebody_else_makes_meanwhile_are_not_ours() {
    let s = Scratch::new("parents");
    let mut made = Vec::new();
    // The second name is there as soon as the first one is.
    files::make_parents(&s.at("new/../other"), &mut made).unwrap();
    assert_eq!(made, [s.at("new"), s.at("new/../other")]);
    fs::write(s.at("file"), "").unwrap();
    let failed = files::make_parents(&s.at("file/sub"), &mut Vec::new());
    assert_eq!(kind_of(failed), Some(ErrorKind::AlreadyExists));
}

#[cfg(target_os = "linux")]
#[test]
fn another_mount_is_known_by_a_move_that_changes_nothing() {
    let s = Scratch::new("mount");
    for name in ["probe", "beside"] {
        fs::create_dir(s.at(name)).unwrap();
    }
    assert!(files::is_other_mount(&s.at("probe"), Path::new("/proc")));
    assert!(!files::is_other_mount(&s.at("probe"), &s.at("beside")));
    assert_eq!(s.tree(), ["beside/", "probe/"]);
}

#[cfg(unix)]
#[test]
fn a_folder_that_was_open_to_others_is_closed() {
    use std::os::unix::fs::PermissionsExt;
    let s = Scratch::new("private");
    let mode = |name: &str| s.at(name).metadata().unwrap().permissions().mode() & 0o777;
    fs::create_dir(s.at("open")).unwrap();
    fs::set_permissions(s.at("open"), PermissionsExt::from_mode(0o755)).unwrap();
    files::keep_private(&s.at("open")).unwrap();
    files::make_private(&s.at("made")).unwrap();
    assert_eq!([mode("open"), mode("made")], [0o700; 2]);
}

#[test]
fn what_is_gone_is_removed_and_what_cannot_be_looked_at_is_not() {
    let s = Scratch::new("remove");
    fs::write(s.at("file"), "").unwrap();
    fs::create_dir_all(s.at("folder/sub")).unwrap();
    assert!(remove_any(&s.at("none")) && remove_any(&s.at("folder")));
    assert_eq!(remove_any(&s.at("file/sub")), cfg!(windows));
    assert_eq!(
        list(&s.at("none")).unwrap(),
        Vec::<std::ffi::OsString>::new()
    );
    assert!(list(&s.at("file")).is_err());
    assert_eq!(s.tree(), ["file"]);
}

#[test]
fn a_request_that_another_run_has_finished_meanwhile_is_done() {
    for kind in KINDS {
        let s = Scratch::new("done");
        let out = s.at("o.zip");
        let text: [(&str, &[u8]); 1] = [("report.html", b"<p>")];
        let begun = |operation: &str| begin(&out, kind, false, operation).unwrap();
        let put = |work: &Work, request: Option<&str>| {
            work.put("report.html", b"<p>").unwrap();
            manifest_for(request, text)
        };
        let sealed = |operation: &str, request: Option<&str>| {
            let mut work = begun(operation);
            let manifest = put(&work, request);
            work.seal(&manifest).unwrap();
            work
        };
        let [mut first, mut again] = ["a", "b"].map(|operation| sealed(operation, Some("r")));
        let [mut other, mut unnamed] = [sealed("c", Some("q")), sealed("d", None)];
        let [mut late, mut later] = ["e", "f"].map(begun);
        first.publish().unwrap();
        again.publish().unwrap();
        let manifest = put(&late, Some("r"));
        late.seal(&manifest).unwrap();
        for work in [&mut other, &mut unnamed] {
            assert_eq!(work.publish().unwrap_err().kind, Kind::Exists, "{kind:?}");
        }
        let manifest = put(&later, Some("q"));
        assert_eq!(later.seal(&manifest).unwrap_err().kind, Kind::Exists);
        // One that has lost a byte since is not done.
        let mut again = late;
        if kind == OutKind::Folder {
            fs::write(out.join("report.html"), "<q>").unwrap();
            assert_eq!(again.publish().unwrap_err().kind, Kind::Exists);
        }
    }
}

#[test]
fn a_failure_of_the_system_is_none_of_the_place() {
    for kind in KINDS {
        let s = Scratch::new("system");
        fs::write(s.at("file"), "").unwrap();
        let dir = fill(begin(&s.at("o"), kind, true, "op").unwrap(), "x").kill();
        for real in ["gone/o", "file/o"] {
            let dir = WorkDir {
                real: s.at(real),
                ..dir.clone()
            };
            let error = dir.publish().unwrap_err();
            assert_eq!(error.kind, Kind::Io, "{kind:?} {real}: {error}");
        }
        assert!(dir.is_sealed());
        dir.move_aside().unwrap();
        assert!(!files::is_there(&dir.old(1)), "there was nothing at OUT");
    }
}

#[test]
fn a_charge_is_not_given_back_while_its_output_can_still_be_published() {
    let s = Scratch::new("later");
    let out = s.at("o");
    write(&out, OutKind::Folder, false, "op0", "old");
    let dir = fill(begin(&out, OutKind::Folder, true, "op").unwrap(), "new").kill();
    // No name is left under which the old output could wait.
    for n in 1..=17 {
        fs::create_dir_all(dir.old(n).join("full")).unwrap();
    }
    let book = Book::default();
    book.charge("op");
    let error = settle(&out, &book).unwrap_err();
    let error = error.downcast::<DownloadError>().unwrap();
    assert_eq!((error.kind, book.len()), (Kind::Io, 1), "{error}");
    assert!(dir.is_sealed() && says(&out).as_deref() == Some("old"));
}

#[test]
fn a_name_that_is_about_to_be_free_is_waited_for() {
    let s = Scratch::new("wait");
    let first = begin(&s.at("o"), OutKind::Folder, false, "op").unwrap();
    let second = std::thread::scope(|scope| {
        let second = scope.spawn(|| begin(&s.at("o"), OutKind::Folder, false, "op"));
        std::thread::sleep(Duration::from_millis(30));
        drop(first);
        second.join().unwrap()
    });
    fill(second.unwrap(), "x").publish().unwrap();
    assert_eq!(s.tree(), whole("o"));
}
