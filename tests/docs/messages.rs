//! What is typed and what is said, side by side in `tests/cmd/*.trycmd`.
//!
//! `TRYCMD=overwrite cargo test --test docs messages` rewrites the answers; look at the diff. Each
//! file runs in a folder of its own, which holds the exports made here and those of
//! `tests/cmd/exports`.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use chrono::Datelike as _;
use rusqlite::Connection;
use serde_json::{Value, json};
use trycmd::TestCases;

use super::readme::copy;
use super::stage::{PROGRAM, Stage, TINY, code, root, said};

/// Commands that lead to what the cases of a file find.
const BEFORE: &[(&str, &[&str])] = &[
    (
        "budget",
        &[
            "budget set --key eighty --limit 10",
            "budget set --key last --limit 1",
            "budget set --key two --limit 2",
            "budget set --key full --limit 0",
            "budget set --key day --limit 0 --period day",
            "budget set --key never --limit 0 --period total",
            "budget set --key shadow --limit 0 --mode shadow",
            "budget set --key free --unlimited",
            "budget set --global --limit 0 --state s/global.db",
            "budget block --key stop",
            "convert good.zip -o once --key outputs --request-id once",
            "convert good.zip -o used --force --key eighty",
            "convert good.zip -o used --force --key eighty",
            "convert good.zip -o used --force --key eighty",
            "convert good.zip -o used --force --key eighty",
            "convert good.zip -o used --force --key eighty",
            "convert good.zip -o used --force --key eighty",
            "convert good.zip -o used --force --key eighty",
        ],
    ),
    ("later", &["convert good.zip -o before"]),
    (
        "out",
        &[
            "convert good.zip -o changed",
            "convert good.zip -o stranger",
        ],
    ),
    (
        "state",
        &["convert good.zip -o out-of-state --state s/good.db"],
    ),
    (
        "verify",
        &[
            "convert good.zip -o used",
            "convert good.zip -o changed",
            "convert good.zip -o newer",
            "convert good.zip -o other",
            "convert good.zip -o array",
            "convert good.zip -o text",
        ],
    ),
];

#[test]
fn every_command_says_what_stands_beside_it() {
    let (stage, cases) = (Stage::new("messages"), TestCases::new());
    let mut folders = Vec::new();
    for entry in fs::read_dir(root().join("tests/cmd")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|e| e == "trycmd") {
            let name = path.file_stem().unwrap().to_str().unwrap();
            let folder = stage.below(&format!("{name}.in"));
            prepare(&folder, name);
            folders.push(folder);
            let link = stage.path().join(path.file_name().unwrap());
            symlink(&path, &link).unwrap();
            cases.case(link);
        }
    }
    let today = chrono::Utc::now().date_naive();
    let month = today.with_day(1).unwrap() + chrono::Months::new(1);
    for reset in [month, today.succ_opt().unwrap()] {
        cases.insert_var("[RESET]", reset.to_string()).unwrap();
    }
    cases.insert_var("[TODAY]", today.to_string()).unwrap();
    cases.register_bin("trackersync", Path::new(PROGRAM));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("TRACKERSYNC_")) {
        cases.env(name, "");
    }
    cases.env("TRACKERSYNC_STATE", "state/trackersync/state.db");
    cases.env("TZ", "UTC").env("COLUMNS", "100").run();
}

/// Fills the folder in which the cases of a file run.
fn prepare(stage: &Stage, name: &str) {
    copy(
        &root().join("tests/cmd/exports"),
        &stage.path().join("exports"),
    );
    exports(stage);
    for (_, lines) in BEFORE.iter().filter(|(of, _)| *of == name) {
        for line in *lines {
            let output = stage.run(&line.split(' ').collect::<Vec<_>>());
            assert_eq!(code(&output), 0, "{line}: {}", said(&output).1);
        }
    }
    match name {
        "out" => places(stage),
        "state" => states(stage),
        "verify" => outputs(stage),
        _ => {}
    }
}

const STEPS: &str = "Takeout/Fitbit/Global Export Data/steps-2024-06-01.json";
const WEIGHT: &str = "Takeout/Fitbit/Global Export Data/weight-2024-06-01.json";

/// Exports that are good, and those with one simple fault.
fn exports(stage: &Stage) {
    let good = fs::read(stage.zip("good.zip", TINY)).unwrap();
    let (profile, weight) = (TINY[0], TINY[1].1);
    stage.file("cut.zip", &good[..good.len() / 2]);
    zips(stage, &good);
    stage.file("text.txt", b"some notes\n");
    stage.file("empty.zip", b"");
    stage.file("foreign/notes.txt", b"some notes\n");
    stage.zip("other.zip", &[("Takeout/Mail/all.mbox", "hello")]);
    stage.zip("nested.zip", &[("Takeout/takeout-001.zip", "hello")]);
    stage.zip("hollow.zip", &[profile, (WEIGHT, "[]")]);
    stage.zip("profile.zip", &[profile]);
    stage.zip("nozone.zip", &[TINY[1]]);
    stage.zip("other-day.zip", &[profile, (TINY[1].0, "[]")]);
    stage.zip("twice.zip", &[profile, TINY[1], (TINY[1].0, "[]")]);
    stage.zip("same.zip", &[profile, TINY[1], TINY[1]]);
    for folder in ["", "several/"] {
        let part = |n| format!("{folder}takeout-20240501T000000Z-{n:03}.zip");
        stage.zip(&part(1), &TINY[..2]);
        stage.zip(&part(if folder.is_empty() { 3 } else { 30 }), &TINY[2..]);
    }
    let of = |name: &str| format!("MyFitbitData/{name}/Weight/weight-2024-06-01.json");
    let (ana, ben) = (of("AnaLee"), of("BenRay"));
    stage.zip("two.zip", &[(ana.as_str(), weight), (ben.as_str(), weight)]);
    let bad = r#"[{"logId":1,"weight":-3.5,"date":"06/01/24","time":"06:00:00"}]"#;
    let cut = r#"[{"dateTime":"06/01/24 06:0"#;
    stage.zip(
        "partial.zip",
        &[TINY, &[(WEIGHT, bad), (STEPS, cut)]].concat(),
    );
    for (name, text) in TINY {
        stage.file(&format!("folder/{name}"), text.as_bytes());
    }
    fs::create_dir(stage.path().join("nothing")).unwrap();
    symlink("circle", stage.path().join("circle")).unwrap();
    for (name, head) in LOOKS {
        stage.file(&format!("looks/{name}"), head);
    }
}

/// Files that are no archive, by their first bytes.
const LOOKS: &[(&str, &[u8])] = &[
    ("a.7z", b"7z\xbc\xaf\x27\x1c"),
    ("b.rar", b"Rar!"),
    ("c.xz", b"\xfd7zXZ\0"),
    ("d.bz2", b"BZh"),
    ("e.zst", b"\x28\xb5\x2f\xfd"),
    ("f.pdf", b"%PDF"),
    ("g.png", b"\x89PNG"),
    ("h.db", b"SQLite format 3\0"),
    ("i.exe", b"MZ"),
    ("j", b"\x7fELF"),
    ("k.html", b"<!DOCTYPE html>"),
    ("l.txt", b"[]"),
    ("m", b"\x01\x02"),
];

/// Zips that lie about themselves.
fn zips(stage: &Stage, good: &[u8]) {
    /// Bytes of the record that ends a zip.
    const END: usize = 22;
    let end = good.len() - END;
    let file = |name: &str, changes: &[(usize, &[u8])]| {
        let mut zip = good.to_vec();
        for (at, bytes) in changes {
            zip[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        stage.file(name, &zip)
    };
    file("fewer.zip", &[(end + 8, &[1, 0, 1, 0])]);
    file("more.zip", &[(end + 8, &[7, 0, 7, 0])]);
    file("volume.zip", &[(end + 4, &[1, 0, 1, 0])]);
    file("sized.zip", &[(end + 12, &[255, 255, 0, 0])]);
    let inner = u16::try_from(good.len()).unwrap().to_le_bytes();
    let ambiguous = file("ambiguous.zip", &[(end + 20, &inner)]);
    let twice = [&fs::read(&ambiguous).unwrap(), good].concat();
    fs::write(ambiguous, twice).unwrap();
    let headers = |mark: &[u8]| -> Vec<usize> {
        let starts = good.windows(mark.len()).enumerate();
        starts
            .filter(|(_, w)| *w == mark)
            .map(|(at, _)| at)
            .collect()
    };
    let (local, central) = (headers(b"PK\x03\x04"), headers(b"PK\x01\x02"));
    let first = &good[central[0] + 42..central[0] + 46];
    file("overlap.zip", &[(central[1] + 42, first)]);
    let flags = local
        .iter()
        .map(|at| at + 6)
        .chain(central.iter().map(|at| at + 8));
    let flags: Vec<(usize, &[u8])> = flags.map(|at| (at, &[1, 0][..])).collect();
    file("encrypted.zip", &flags);
    // The last byte of what the second entry holds.
    file("damaged.zip", &[(local[2] - 1, b"x")]);
}

/// Places where no output can be made.
fn places(stage: &Stage) {
    stage.file("stranger/notes.txt", b"mine");
    fs::create_dir(stage.path().join("folder.zip")).unwrap();
    symlink("nowhere", stage.path().join("dangling")).unwrap();
    stage.zip("nest/in.zip", TINY);
}

/// State files that cannot be used.
fn states(stage: &Stage) {
    let good = fs::read(stage.path().join("s/good.db")).unwrap();
    for (name, at, bytes) in [("newer", 60, [0, 0, 0, 99]), ("header", 20, [9; 4])] {
        let mut broken = good.clone();
        broken[at..at + 4].copy_from_slice(&bytes);
        stage.file(&format!("s/{name}.db"), &broken);
    }
    let zero = [0; 4];
    let changed: [(&str, usize, &[u8]); 3] = [
        ("zero", 60, &zero),
        ("program", 68, b"song"),
        ("log", 18, &[2, 2]),
    ];
    for (name, at, bytes) in changed {
        let mut other = good.clone();
        other[at..at + bytes.len()].copy_from_slice(bytes);
        stage.file(&format!("s/{name}.db"), &other);
    }
    stage.file("s/grown.db", &[&good[..], &[0; 4096]].concat());
    stage.file("s/short.db", &good[..good.len() - 4096]);
    stage.file("s/orphan.db-journal", b"x");
    stage.file("s/entry.db", &good);
    stage.file("s/wal.db", &good);
    stage.file("s/wal.db-wal", b"x");
    let entry = Connection::open(stage.path().join("s/entry.db")).unwrap();
    entry.execute_batch("UPDATE ledger SET cost = 0").unwrap();
    symlink("good.db", stage.path().join("s/link.db")).unwrap();
}

/// Outputs that were changed after they were written.
fn outputs(stage: &Stage) {
    stage.file("changed/archive/sleep.csv", b"x");
    stage.file("changed/notes.txt", b"mine");
    fs::remove_file(stage.path().join("changed/report.html")).unwrap();
    edit(stage, "newer", |manifest| manifest["schema"] = json!(2));
    edit(stage, "other", |manifest| {
        manifest["program"] = json!("npm")
    });
    stage.file("array/manifest.json", b"[]");
    stage.file("text/manifest.json", b"{");
}

/// Changes the manifest of an output.
fn edit(stage: &Stage, name: &str, change: impl FnOnce(&mut Value)) {
    let path = stage.path().join(name).join("manifest.json");
    let mut manifest: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    change(&mut manifest);
    fs::write(path, serde_json::to_vec(&manifest).unwrap()).unwrap();
}

/// Full disks: 74, and nothing is left.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let stage = Stage::new("full");
    let full = fs::OpenOptions::new().write(true).open("/dev/full");
    let mut usage = stage.command(&["usage", "--json"]);
    let output = usage.stdout(full.unwrap()).output().unwrap();
    assert_eq!(code(&output), 74, "{}", said(&output).1);
    assert!(
        said(&output).1.starts_with("error: "),
        "{}",
        said(&output).1
    );
}
