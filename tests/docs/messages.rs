//! Every message that ends a run, provoked and kept in one file to be read aloud.

use std::fmt::Write as _;
use std::fs;

use super::stage::{Stage, TINY, assert_current, code, said};

/// A way to fail: what it is, the exit code, and the command line.
type Case = (&'static str, i32, &'static str);

const CASES: &[Case] = &[
    ("no such command", 2, "frobnicate"),
    ("no INPUT", 2, "convert"),
    ("no OUT", 2, "convert good.zip"),
    (
        "a date that does not exist",
        2,
        "convert good.zip -o out --from 2024-02-30",
    ),
    (
        "dates the wrong way round",
        2,
        "convert good.zip -o out --from 2024-02-02 --to 2024-02-01",
    ),
    (
        "a zone that does not exist",
        2,
        "convert good.zip -o out --timezone Europe/Atlantis",
    ),
    (
        "an output that does not exist",
        2,
        "convert good.zip -o out --only everything",
    ),
    ("options that exclude each other", 2, "usage --all --key k"),
    ("a limit that is no number", 2, "budget set --limit many"),
    ("nothing to set", 2, "budget set --key k"),
    ("some records rejected", 3, "convert partial.zip -o partial"),
    ("validate finds something", 3, "validate partial.zip"),
    (
        "validate for GitHub",
        3,
        "validate partial.zip --format github",
    ),
    (
        "some INPUT of --each failed",
        3,
        "convert good.zip absent.zip --each -o each",
    ),
    ("an output was changed", 3, "verify changed"),
    ("not an archive", 65, "convert text.txt -o out"),
    ("an empty file", 65, "convert empty.zip -o out"),
    ("a zip that was cut", 65, "convert cut.zip -o out"),
    ("a zip without Fitbit files", 65, "convert other.zip -o out"),
    ("a zip in a zip", 65, "convert nested.zip -o out"),
    ("no usable record", 65, "convert hollow.zip -o out"),
    (
        "no evidence of the time zone",
        65,
        "convert nozone.zip -o out",
    ),
    ("two people", 65, "convert two.zip -o out"),
    ("not a FIT file", 65, "inspect text.txt"),
    ("INPUT does not exist", 66, "convert absent.zip -o out"),
    ("a FIT file that does not exist", 66, "inspect absent.fit"),
    ("an output that does not exist", 66, "verify absent"),
    ("a folder that is no output", 3, "verify foreign"),
    (
        "an unknown upload id",
        66,
        "convert 0123456789abcdef0123456789abcdef",
    ),
    (
        "an unknown conversion id",
        66,
        "download 0123456789abcdef0123456789abcdef -o out",
    ),
    (
        "a state file of another program",
        69,
        "convert good.zip -o out --state foreign/notes.txt",
    ),
    ("an empty state file", 69, "usage --state empty.zip"),
    (
        "a folder as state file",
        69,
        "convert good.zip -o out --state foreign",
    ),
    (
        "a damaged state file, lifeboat",
        0,
        "convert good.zip -o lifeboat --state foreign/notes.txt --degraded lifeboat",
    ),
    (
        "OUT is a folder of others",
        73,
        "convert good.zip -o foreign",
    ),
    (
        "OUT is a folder of others, forced",
        73,
        "convert good.zip -o foreign --force",
    ),
    ("OUT is a file", 73, "convert good.zip -o text.txt"),
    (
        "OUT is an output already",
        73,
        "convert good.zip -o changed",
    ),
    (
        "the folder of OUT is a file",
        73,
        "convert good.zip -o text.txt/out",
    ),
    ("OUT lies in INPUT", 73, "convert folder -o folder/out"),
    (
        "the budget at 80 %",
        0,
        "convert good.zip -o eighty --key eighty",
    ),
    ("the last unit", 0, "convert good.zip -o last --key last"),
    (
        "the budget is used up",
        75,
        "convert good.zip -o out --key full",
    ),
    (
        "the total is used up",
        75,
        "convert good.zip -o out --key never",
    ),
    ("shadow mode", 0, "convert good.zip -o shadow --key shadow"),
    (
        "the key is blocked",
        77,
        "convert good.zip -o out --key stop",
    ),
    (
        "a part is missing",
        0,
        "convert takeout-20240501T000000Z-001.zip takeout-20240501T000000Z-003.zip -o parts",
    ),
];

fn stage() -> Stage {
    let stage = Stage::new("messages");
    let weight = |text: &'static str| {
        (
            "Takeout/Fitbit/Global Export Data/weight-2024-06-01.json",
            text,
        )
    };
    let good = stage.zip("good.zip", TINY);
    let bytes = fs::read(good).unwrap();
    stage.file("cut.zip", bytes.get(..bytes.len() / 2).unwrap());
    stage.file("text.txt", b"some notes\n");
    stage.file("empty.zip", b"");
    stage.file("foreign/notes.txt", b"some notes\n");
    stage.zip("other.zip", &[("Takeout/Mail/all.mbox", "hello")]);
    stage.zip("nested.zip", &[("Takeout/takeout-001.zip", "hello")]);
    stage.zip("hollow.zip", &[TINY[0], weight("[]")]);
    stage.zip("nozone.zip", &[TINY[1]]);
    stage.zip("takeout-20240501T000000Z-001.zip", &TINY[..2]);
    stage.zip("takeout-20240501T000000Z-003.zip", &TINY[2..]);
    let two = [
        (
            "MyFitbitData/AnaLee/Weight/weight-2024-06-01.json",
            TINY[1].1,
        ),
        (
            "MyFitbitData/BenRay/Weight/weight-2024-06-01.json",
            TINY[1].1,
        ),
    ];
    stage.zip("two.zip", &two);
    let mut partial = TINY.to_vec();
    partial.push(weight(
        r#"[{"logId":1,"weight":-3.5,"date":"06/01/24","time":"06:00:00"}]"#,
    ));
    partial.push((
        "Takeout/Fitbit/Global Export Data/steps-2024-06-01.json",
        r#"[{"dateTime":"06/01/24 06:0"#,
    ));
    stage.zip("partial.zip", &partial);
    for (name, text) in TINY {
        stage.file(&format!("folder/{name}"), text.as_bytes());
    }
    for line in [
        "convert good.zip -o changed",
        "budget set --key eighty --limit 10",
        "budget set --key last --limit 1",
        "budget set --key full --limit 0",
        "budget set --key never --limit 0 --period total",
        "budget set --key shadow --limit 0 --mode shadow",
        "budget block --key stop",
    ]
    .into_iter()
    .chain(["convert good.zip -o used --force --key eighty"; 7])
    {
        let output = stage.run(&line.split(' ').collect::<Vec<_>>());
        assert_eq!(code(&output), 0, "{line}: {}", said(&output).1);
    }
    stage.file("changed/import/weight/weight-2024.fit", b"x");
    stage
}

#[test]
fn every_message_is_in_the_golden_file() {
    let stage = stage();
    let mut golden =
        "Every message that ends a run or warns in it, with its exit code.\n".to_owned();
    for (what, expected, line) in CASES {
        let output = stage.run(&line.split(' ').collect::<Vec<_>>());
        let (out, err) = said(&output);
        assert_eq!(code(&output), *expected, "{what}: {out}{err}");
        let text = settled(&format!("{out}{err}"), &stage);
        let _ = write!(
            golden,
            "\n{what}\n$ trackersync {line}\n{text}exit {expected}\n"
        );
    }
    let codes: std::collections::BTreeSet<i32> = CASES.iter().map(|c| c.1).collect();
    assert!(
        codes.is_superset(&[2, 3, 65, 66, 69, 73, 75, 77].into()),
        "{codes:?}"
    );
    assert_current("tests/golden/messages.txt", &golden);
}

/// Full disks: 74, and nothing is left.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let stage = stage();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let output = stage
        .command(&["usage", "--json"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(code(&output), 74, "{}", said(&output).1);
    assert!(
        said(&output).1.starts_with("error: "),
        "{}",
        said(&output).1
    );
}

/// Takes out what differs from day to day and from machine to machine.
fn settled(text: &str, stage: &Stage) -> String {
    let text = text.replace(&stage.path().display().to_string(), "/scratch");
    let mut out = String::new();
    for line in text.lines() {
        out += &resets(line);
        out.push('\n');
    }
    out
}

/// Replaces the reset times, and the dates of today in them.
fn resets(line: &str) -> String {
    match line.split_once("resets 2") {
        Some((before, after)) => {
            let after = after.split_once(')').map_or("", |(_, a)| a);
            format!("{before}resets TIME (local time TIME){after}")
        }
        None => line.to_owned(),
    }
}
