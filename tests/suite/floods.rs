//! Small exports that name very much: memory follows what they hold, not what they name.
//!
//! Each is converted under a limit of address space that the same export went beyond before it was
//! bounded. What floods cost in time is measured elsewhere: a test has no clock.

use std::fmt::Write as _;
use std::fs;
use std::process::Command;

use crate::support::{Part, Run, Sandbox, manifest, zip};

/// Kilobytes of address space for a run, threads and files in memory included.
const ROOM: &str = "400000";

/// Runs `convert` on an export with no more than [`ROOM`]; returns the run and the sandbox.
fn convert(parts: &[Part]) -> (Run, Sandbox) {
    let sandbox = Sandbox::new();
    let input = sandbox.file("takeout.zip", &zip(parts, true));
    let program = sandbox.command();
    let arguments = [
        "convert",
        input.to_str().unwrap(),
        "-o",
        "out",
        "--jobs",
        "2",
    ];
    let mut limited = Command::new("sh");
    limited
        .args(["-c", &format!("ulimit -v {ROOM}; exec \"$0\" \"$@\"")])
        .arg(program.get_program())
        .args(arguments)
        .current_dir(sandbox.path(""))
        .env("TRACKERSYNC_STATE", sandbox.path("state.db"));
    let run = Run::of(&arguments, &limited.output().unwrap());
    (run, sandbox)
}

fn part(name: &str, text: &str) -> Part {
    let folder = "Takeout/Fitbit/Global Export Data";
    (format!("{folder}/{name}"), text.as_bytes().to_vec())
}

fn profile() -> Part {
    let text = "id,full_name,timezone\nAB12,A B,Europe/Paris\n";
    (
        "Takeout/Fitbit/Your Profile/Profile.csv".to_owned(),
        text.into(),
    )
}

/// Every date of 27 years once, as `MM/DD/YY`.
fn dates() -> impl Iterator<Item = String> {
    let days = |y: u32, m: u32| match m {
        2 if y.is_multiple_of(4) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    let months = (2007..2034).flat_map(|y| (1..13).map(move |m| (y, m)));
    months.flat_map(move |(y, m)| {
        (1..=days(y, m)).map(move |d| format!("{m:02}/{d:02}/{:02}", y % 100))
    })
}

#[test]
fn thirty_files_with_a_row_on_each_of_ten_thousand_days() {
    let mut text = String::from("[");
    for date in dates() {
        let comma = if text.len() > 1 { "," } else { "" };
        write!(
            text,
            r#"{comma}{{"dateTime":"{date} 12:00:00","value":"5"}}"#
        )
        .unwrap();
    }
    text.push(']');
    let mut parts = vec![profile()];
    parts.extend((1..=30).map(|n| part(&format!("steps-2024-01-{n:02}.json"), &text)));
    let (run, sandbox) = convert(&parts);
    assert_eq!(run.code, 0, "{run:?}");
    let manifest = manifest(&sandbox.path("out"));
    let duplicates = |e: &serde_json::Value| e["skipped"]["duplicate"].as_u64();
    let told = manifest["entries"].as_array().unwrap().iter();
    assert_eq!(told.filter(|e| duplicates(e) == Some(9862)).count(), 29);
    let table = fs::read_to_string(sandbox.path("out/archive/health-daily.csv")).unwrap();
    assert_eq!(table.lines().count(), 1 + 9862);
}

#[test]
fn sixty_thousand_files_of_nothing_but_errors() {
    let text = format!("[{}0]", "0,".repeat(59));
    let mut parts = vec![profile()];
    parts.extend((0..60_000).map(|n| part(&format!("exercise-{n}.json"), &text)));
    let (run, _sandbox) = convert(&parts);
    assert_eq!(run.code, 65, "{run:?}");
    assert!(run.stderr.contains("exercise-0.json"), "{run:?}");
}
