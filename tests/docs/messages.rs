//! Every message of the program, provoked and kept in one file to be read aloud.

use std::fmt::Write as _;
use std::fs;

use super::stage::{Stage, TINY, assert_current, code, said};

#[path = "messages/cases.rs"]
mod cases;
#[path = "messages/fits.rs"]
mod fits;
#[path = "messages/inputs.rs"]
mod inputs;
#[path = "messages/outputs.rs"]
mod outputs;
#[path = "messages/records.rs"]
mod records;
#[path = "messages/states.rs"]
mod states;
#[path = "messages/zips.rs"]
mod zips;

use cases::SECTIONS;

/// Commands that lead to what the cases find.
const BEFORE: &[&str] = &[
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
];

fn stage() -> Stage {
    let stage = Stage::new("messages");
    exports(&stage);
    inputs::make(&stage);
    records::make(&stage);
    fits::make(&stage);
    outputs::make(&stage);
    for line in BEFORE
        .iter()
        .chain(&["convert good.zip -o used --force --key eighty"; 7])
    {
        run(&stage, line);
    }
    stage
}

/// Exports that are good, and those with one simple fault.
fn exports(stage: &Stage) {
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
}

/// Runs a command that must work and returns what it prints.
fn run(stage: &Stage, line: &str) -> String {
    let output = stage.run(&line.split(' ').collect::<Vec<_>>());
    let (out, err) = said(&output);
    assert_eq!(code(&output), 0, "{line}: {err}");
    out.trim().to_owned()
}

/// Ids of an upload, of a conversion that waits, and of one whose files were damaged.
fn ids(stage: &Stage) -> [(&'static str, String); 3] {
    let upload = run(stage, "upload good.zip");
    let convert = || run(stage, &format!("convert {upload} --key outputs"));
    let (conversion, damaged) = (convert(), convert());
    let folder = "state/trackersync/state.db.conversions";
    stage.file(&format!("{folder}/{damaged}/manifest.json"), b"{");
    [
        ("UPLOAD", upload),
        ("CONVERSION", conversion),
        ("DAMAGED", damaged),
    ]
}

#[test]
fn every_message_is_in_the_golden_file() {
    let stage = stage();
    let _held = states::make(&stage);
    outputs::killed(&stage);
    let ids = ids(&stage);
    let mut faults = Vec::new();
    let mut golden =
        "Every message that ends a run or warns in it, with its exit code.\n".to_owned();
    for (title, cases) in SECTIONS {
        let _ = write!(golden, "\n== {title} ==\n");
        for case in *cases {
            let (what, expected, line) = case;
            let (code, text) = provoked(line, &ids, &stage);
            let (variables, arguments) = words(line);
            let program = [variables.as_slice(), &["trackersync"], &arguments].concat();
            let shown = program.join(" ");
            let part = format!("\n{what}\n$ {shown}\n{text}exit {code}\n");
            if code != *expected {
                faults.push(part.clone());
            }
            golden += &part;
        }
    }
    assert!(faults.is_empty(), "other exit codes: {}", faults.concat());
    assert_current("tests/golden/messages.txt", &golden);
}

/// Parts a command line into variables and arguments.
fn words(line: &str) -> (Vec<&str>, Vec<&str>) {
    let words = || line.split(' ');
    let first = words().take_while(|word| word.starts_with(char::is_uppercase));
    let variables: Vec<&str> = first.collect();
    let arguments = words().skip(variables.len()).collect();
    (variables, arguments)
}

/// Runs a command line and returns its exit code and what it prints.
fn provoked(line: &str, ids: &[(&str, String)], stage: &Stage) -> (i32, String) {
    let mut typed = line.to_owned();
    for (name, id) in ids {
        typed = typed.replace(name, id);
    }
    let (variables, arguments) = words(&typed);
    let mut command = stage.command(&arguments);
    command.envs(variables.iter().filter_map(|v| v.split_once('=')));
    let output = command.output().unwrap();
    let (out, err) = said(&output);
    (code(&output), settled(&format!("{out}{err}"), stage))
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
        let line = resets(line);
        let words: Vec<String> = line.split(' ').map(word).collect();
        out += &words.join(" ");
        out.push('\n');
    }
    for (before, after) in SETTLED {
        out = between(&out, before, after);
    }
    out
}

/// Replaces an id or a key, whatever stands behind it.
fn word(word: &str) -> String {
    let is_hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit());
    if let Some(key) = word.strip_prefix("key-").and_then(|w| w.get(..8)) {
        return word.replace(key, "…");
    }
    match word.split_at_checked(32) {
        Some((id, rest)) if is_hex(id) && !is_hex(rest) || word.len() == 32 && is_hex(word) => {
            format!("ID{rest}")
        }
        _ => word.to_owned(),
    }
}

/// Texts with something of today or of this machine in between.
const SETTLED: &[(&str, &str)] = &[
    ("(os error ", ")"),
    ("disk: ", " MB free"),
    ("the clock is ", " s behind"),
    ("valid until ", ";"),
    ("waits until ", ";"),
    ("day from ", ": the"),
    ("month from ", ": the"),
];

/// Replaces what stands between two texts.
fn between(text: &str, before: &str, after: &str) -> String {
    let mut parts = text.split(before);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out += before;
        match part.split_once(after) {
            Some((_, rest)) => out += &format!("…{after}{rest}"),
            None => out += part,
        }
    }
    out
}

/// Replaces the reset times, and the dates of today in them.
fn resets(line: &str) -> String {
    match line.split_once("resets 2") {
        Some((before, after)) => {
            let after = after.split_once(')').map_or("", |(_, a)| a);
            format!("{before}resets TIME (local time TIME){}", resets(after))
        }
        None => line.to_owned(),
    }
}
