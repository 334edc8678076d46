//! What an output is taken for, by what stands in it and around it.

use std::fs::{self, File};

use super::super::existing::{OutState, is_finished, look};
use super::super::output::{Found, MAX_FILE, Output, walk};
use super::super::workdir::remove_parents;
use super::*;

#[test]
fn only_a_free_name_is_nothing() {
    let s = Scratch::new("looks");
    fs::write(s.at("file"), "").unwrap();
    let state = |name: &str| look(&s.at(name), OutKind::Folder, true, is_output);
    assert_eq!(state("free").unwrap(), OutState::Nothing);
    // Below a file no name can be free: the system says why.
    assert_eq!(state("file/out").unwrap_err().kind, Kind::CannotCreate);
    assert_eq!(state("file").unwrap_err().kind, Kind::Exists);
}

#[test]
fn a_request_is_finished_or_not_unless_the_system_fails() {
    let s = Scratch::new("finished");
    let is_done = |name: &str| is_finished(&s.at(name), OutKind::Folder, "r");
    assert!(!is_done("absent").unwrap());
    fs::write(s.at("file"), "").unwrap();
    assert!(!is_done("file").unwrap());
    assert_eq!(is_done("file/out").unwrap_err().kind, Kind::Io);
}

#[test]
fn a_name_that_stands_twice_in_a_zip_is_found_before_it_is_replaced() {
    let s = Scratch::new("twice");
    let out = s.at("out.zip");
    write(&out, OutKind::Zip, false, "op", "text");
    let state = |out: &Path| look(out, OutKind::Zip, true, is_output);
    assert_eq!(state(&out).unwrap(), OutState::Ours);
    // Another file is added and takes the name of one that is there, in both headers.
    let own: &[u8] = b"import/weight/weight-2024.fit";
    let added = "import/weight/weight-2025.fit";
    let file = File::options().read(true).write(true).open(&out).unwrap();
    let mut extra = zip::ZipWriter::new_append(file).unwrap();
    extra
        .start_file(added, zip::write::SimpleFileOptions::default())
        .unwrap();
    extra.finish().unwrap();
    let mut bytes = fs::read(&out).unwrap();
    let places: Vec<usize> = (0..bytes.len())
        .filter(|&at| bytes[at..].starts_with(added.as_bytes()))
        .collect();
    assert_eq!(places.len(), 2, "two headers");
    for at in places {
        bytes[at..at + own.len()].copy_from_slice(own);
    }
    fs::write(&out, &bytes).unwrap();
    let zip = Output::open(&out).unwrap().unwrap();
    assert_eq!(zip.repeated().len(), 1);
    assert_eq!(state(&out).unwrap_err().kind, Kind::Exists);
}

#[test]
fn a_manifest_longer_than_any_is_not_read() {
    let s = Scratch::new("long");
    fs::create_dir(s.at("out")).unwrap();
    let file = File::create(s.at("out/manifest.json")).unwrap();
    file.set_len(MAX_FILE + 1).unwrap();
    let output = Output::open(&s.at("out")).unwrap().unwrap();
    assert_eq!(output.manifest().unwrap().unwrap_err(), "is too long");
}

#[test]
fn a_walk_ends_where_no_output_is_so_deep_and_follows_nothing() {
    let s = Scratch::new("deep");
    let nested = |depth: usize| s.at("deep").join(vec!["d"; depth].join("/"));
    fs::create_dir_all(nested(33)).unwrap();
    assert_eq!(walk(&s.at("deep")).unwrap().unwrap().len(), 33);
    fs::create_dir_all(nested(34)).unwrap();
    let why = walk(&s.at("deep")).unwrap().unwrap_err();
    assert_eq!(why, "holds more folders or files than any output");
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        fs::create_dir(s.at("odd")).unwrap();
        std::os::unix::fs::symlink("/etc", s.at("odd/link")).unwrap();
        fs::write(s.at("odd").join(std::ffi::OsStr::from_bytes(b"\xff")), "").unwrap();
        let found = walk(&s.at("odd")).unwrap().unwrap();
        assert!(found.len() == 2 && found.values().all(|what| *what == Found::Other));
    }
}

#[test]
fn parents_go_as_far_as_they_were_made() {
    let s = Scratch::new("parents");
    let made = || fs::create_dir_all(s.at("own/a/b")).unwrap();
    made();
    // The innermost was never made.
    remove_parents(Some(&s.at("own/a/b/c")), 2);
    assert_eq!(s.tree(), ["own/"]);
    made();
    fs::write(s.at("own/a/file"), "").unwrap();
    remove_parents(Some(&s.at("own/a/b")), 3);
    assert_eq!(s.tree(), ["own/", "own/a/", "own/a/file"]);
}
