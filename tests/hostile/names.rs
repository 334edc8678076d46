//! Names from archives and exports reach no terminal, file name, page or table unescaped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Everything at once: an escape sequence, a bidi override, a formula, markup, a line end.
const EVIL: &str = "=cmd\u{1b}[2J\u{202e}<script>alert(1)<\u{7}\u{9b}\n@SUM(A1)\u{2066}";

/// A folder that is gone when the test ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = fs::remove_dir_all(&self.0);
    }
}

/// Makes an export whose every name is hostile, and converts it.
fn convert(options: &[&str]) -> (Scratch, Output) {
    use std::hash::{BuildHasher, RandomState};
    let unique = RandomState::new().hash_one(0);
    let root = std::env::temp_dir().join(format!("trackersync-names-{unique:x}"));
    let folder = root
        .join("in")
        .join(EVIL.replace('/', ""))
        .join("Fitbit/Global Export Data");
    fs::create_dir_all(&folder).unwrap();
    let name = serde_json::to_string(EVIL).unwrap();
    let walk = format!(
        "[{{\"logId\":5,\"activityName\":{name},\"activityTypeId\":90013,\"logType\":{name},\"startTime\":\"05/01/24 07:00:00\",\"duration\":600000,\"activeDuration\":600000,\"calories\":50,\"steps\":900,\"source\":{{\"name\":{name}}}}}]"
    );
    let weight = "[{\"logId\":1714546800000,\"weight\":150.2,\"bmi\":22.1,\"date\":\"05/01/24\",\"time\":\"07:00:00\",\"source\":\"API\"}]";
    let bad = format!("[{{\"logId\":1,\"weight\":{name},\"date\":{name},\"time\":\"07:00:00\"}}]");
    fs::write(folder.join("exercise-0.json"), walk).unwrap();
    let night = "[{\"logId\":7,\"dateOfSleep\":\"2024-05-01\",\"startTime\":\"2024-04-30T23:00:00.000\",\"endTime\":\"2024-05-01T06:00:00.000\",\"duration\":25200000,\"minutesAsleep\":400,\"minutesAwake\":20,\"type\":\"classic\",\"levels\":{\"summary\":{},\"data\":[{\"dateTime\":\"2024-04-30T23:00:00.000\",\"level\":\"asleep\",\"seconds\":25200}]}}]";
    fs::write(folder.join("sleep-2024-05-01.json"), night).unwrap();
    fs::write(folder.join("weight-2024-05-01.json"), weight).unwrap();
    fs::write(folder.join(format!("weight-{}.json", EVIL)), bad).unwrap();
    fs::write(
        folder.join(format!("steps-{}.json", EVIL)),
        "[{\"dateTime\"",
    )
    .unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_trackersync"))
        .args(["convert", "--timezone", "UTC", "-o"])
        .arg(root.join("out"))
        .args(options)
        .arg(root.join("in"))
        .env("TRACKERSYNC_STATE", root.join("state.db"))
        .env("HOME", &root)
        .output()
        .unwrap();
    (Scratch(root), output)
}

/// Characters that act on a terminal or on the order of a line.
fn acts(c: char) -> bool {
    (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, all);
        } else {
            all.push(path);
        }
    }
}

#[test]
fn hostile_names_reach_no_terminal() {
    for options in [&["-v"][..], &["--json"], &["--color", "always", "-v"]] {
        let (_scratch, output) = convert(options);
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(
            said.contains("weight"),
            "the kind of entry is named: {said}"
        );
        let colours = [
            "\u{1b}[0m",
            "\u{1b}[1m",
            "\u{1b}[2m",
            "\u{1b}[31m",
            "\u{1b}[32m",
            "\u{1b}[33m",
            "\u{1b}[36m",
            "\u{1b}[1;31m",
            "\u{1b}[1;32m",
            "\u{1b}[1;33m",
        ];
        let plain = colours.iter().fold(said, |s, c| s.replace(c, ""));
        assert_eq!(plain.find(acts), None, "{options:?}: {plain:?}");
    }
}

#[test]
fn hostile_names_reach_no_file_name_page_or_table() {
    let (scratch, output) = convert(&[]);
    assert_eq!(output.status.code(), Some(3));
    let out = scratch.0.join("out");
    let mut all = Vec::new();
    files(&out, &mut all);
    let (mut tables, mut pages) = (0, 0);
    for path in &all {
        let name = path.strip_prefix(&out).unwrap().to_str().unwrap();
        let plain = |c: char| c.is_ascii_alphanumeric() || "/.-_".contains(c);
        assert!(name.chars().all(plain), "{name:?}");
        if name.ends_with(".fit") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        assert_eq!(
            text.find(|c| acts(c)
                && c != '\r'
                && c != '\u{202e}'
                && c != '\u{2066}'
                && c != '\u{9b}'),
            None,
            "{name}"
        );
        if name.ends_with(".html") {
            pages += 1;
            assert!(
                !text.contains("<script>alert") && text.find(acts).is_none(),
                "{name}"
            );
        }
        if name.ends_with(".csv") {
            tables += 1;
            assert_eq!(text.find(|c| acts(c) && c != '\r'), None, "{name}");
            let cells = text.lines().flat_map(|l| l.split(','));
            let cells: Vec<&str> = cells.map(|c| c.trim_start_matches('"')).collect();
            assert!(
                cells.iter().all(|c| !c.starts_with(['=', '@', '\t'])),
                "{name}"
            );
        }
    }
    assert!(tables > 0 && pages == 1 && all.len() > 3, "{all:?}");
}
