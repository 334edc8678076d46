//! The house: who may know whom, and the habits that a compiler does not hold.
//!
//! Reads the sources as text. What it forbids is said in one table or one line each, with the
//! exceptions and their reasons.

use crate::support::{root, walk};

/// A room and the rooms of ours that it must not name.
const ARROWS: &[(&str, &[&str])] = &[
    (
        "platform",
        &[
            "archive", "budget", "cli", "convert", "download", "fit", "fitbit", "garmin",
            "inspect", "model", "report", "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "fit",
        &[
            "archive", "budget", "cli", "convert", "download", "fitbit", "garmin", "inspect",
            "model", "report", "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "model",
        &[
            "archive", "budget", "cli", "convert", "download", "fit", "fitbit", "garmin",
            "inspect", "report", "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "cli",
        &[
            "archive", "budget", "convert", "download", "fit", "fitbit", "garmin", "inspect",
            "report", "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "fitbit",
        &[
            "archive", "budget", "cli", "convert", "download", "fit", "garmin", "inspect",
            "report", "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "garmin",
        &[
            "archive", "budget", "cli", "convert", "download", "fitbit", "inspect", "report",
            "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "archive",
        &[
            "budget", "cli", "convert", "download", "fit", "fitbit", "garmin", "inspect", "report",
            "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "upload",
        &[
            "budget", "cli", "convert", "download", "fit", "garmin", "inspect", "report", "run",
            "terminal", "validate", "verify",
        ],
    ),
    (
        "validate",
        &[
            "budget", "cli", "convert", "download", "fit", "garmin", "inspect", "report", "run",
            "terminal", "verify",
        ],
    ),
    (
        "convert",
        &[
            "archive", "budget", "cli", "download", "fitbit", "inspect", "report", "run",
            "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "download",
        &[
            "budget", "cli", "convert", "fitbit", "garmin", "inspect", "report", "run", "terminal",
            "upload", "validate",
        ],
    ),
    (
        "budget",
        &[
            "archive", "cli", "convert", "download", "fit", "fitbit", "garmin", "inspect",
            "report", "run", "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "report",
        &[
            "archive", "budget", "cli", "convert", "download", "fit", "fitbit", "inspect", "run",
            "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "inspect",
        &[
            "archive", "budget", "cli", "convert", "download", "fitbit", "garmin", "report", "run",
            "terminal", "upload", "validate", "verify",
        ],
    ),
    (
        "terminal",
        &[
            "archive", "budget", "cli", "convert", "download", "fit", "fitbit", "garmin",
            "inspect", "run", "upload", "validate", "verify",
        ],
    ),
];

/// Files above 400 lines that are tables.
const LONG_FILES: &[&str] = &["fit/profile.rs", "model/records.rs"];

/// Functions above 60 lines that are tables.
const LONG_FUNCTIONS: &[&str] = &["walk"];

/// A source file: its path below `src/`, its text without the unit tests, and whether it is all tests.
struct Source {
    path: String,
    code: String,
    whole: String,
    is_test: bool,
}

/// Tells the modules that a text declares for tests only.
fn test_modules(text: &str) -> Vec<&str> {
    text.split("#[cfg(test)]\n")
        .skip(1)
        .filter_map(|after| {
            after
                .lines()
                .next()?
                .trim_end()
                .strip_suffix(';')?
                .rsplit(' ')
                .next()
        })
        .collect()
}

fn sources() -> Vec<Source> {
    let files: Vec<(String, String)> = walk(&root().join("src"))
        .into_iter()
        .filter(|(path, _)| path.ends_with(".rs"))
        .map(|(path, bytes)| (path, String::from_utf8(bytes).unwrap()))
        .collect();
    let mut tests = Vec::new();
    for (path, text) in &files {
        let folder = match path.as_str() {
            "lib.rs" | "main.rs" => "",
            other => other.strip_suffix(".rs").unwrap(),
        };
        tests.extend(
            test_modules(text)
                .into_iter()
                .map(|m| format!("{folder}/{m}")),
        );
    }
    let sources: Vec<_> = files
        .into_iter()
        .map(|(path, whole)| {
            let stem = path.strip_suffix(".rs").unwrap();
            let is_test = tests
                .iter()
                .any(|t| stem == t || stem.starts_with(&format!("{t}/")));
            let code = match whole
                .find("#[cfg(test)]\nmod tests {")
                .or(whole.find("#[cfg(test)]\npub(crate) mod tests {"))
            {
                Some(at) => whole[..at].to_owned(),
                None => whole.clone(),
            };
            Source {
                path,
                code,
                whole,
                is_test,
            }
        })
        .collect();
    assert!(sources.len() > 150, "{}", sources.len());
    assert!(sources.iter().filter(|s| s.is_test).count() > 15);
    sources
}

/// The code without comments, which may name whom they like.
fn bare(code: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = code.lines().enumerate().map(|(at, line)| (at + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

/// Tells whether a line names a room of ours: `crate::room`, or any list behind `crate::{`, which would hide
/// one.
fn names(line: &str, room: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let hidden = line.contains("use crate::{");
    hidden
        || line
            .match_indices(&format!("crate::{room}"))
            .any(|(at, found)| ends(&line[at + found.len()..]))
}

#[test]
fn no_room_names_a_room_that_it_must_not_know() {
    let (sources, mut faults) = (sources(), Vec::new());
    for (room, forbidden) in ARROWS {
        let inside: Vec<_> = sources
            .iter()
            .filter(|s| s.path == format!("{room}.rs") || s.path.starts_with(&format!("{room}/")))
            .collect();
        assert!(!inside.is_empty(), "{room}");
        for source in inside.iter().filter(|s| !s.is_test) {
            for (at, line) in bare(&source.code) {
                for other in forbidden.iter().filter(|other| names(line, other)) {
                    faults.push(format!(
                        "src/{}:{at}: {room} must not know {other}: {line}",
                        source.path
                    ));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_test_is_ignored() {
    let ignore = ["#[ig", "nore"].concat();
    for source in sources() {
        assert!(!source.whole.contains(&ignore), "src/{}", source.path);
    }
    for (path, bytes) in walk(&root().join("tests")) {
        let is_code = path.ends_with(".rs");
        assert!(
            !is_code || !String::from_utf8(bytes).unwrap().contains(&ignore),
            "tests/{path}"
        );
    }
}

#[test]
fn every_file_says_first_what_it_is_for() {
    for source in sources() {
        assert!(source.whole.starts_with("//! "), "src/{}", source.path);
    }
}

#[test]
fn files_stay_short() {
    let mut faults = Vec::new();
    for source in sources() {
        let lines = source.code.lines().count();
        let table = LONG_FILES.contains(&source.path.as_str());
        if lines > 400 && !table && !source.is_test {
            faults.push(format!("src/{}: {lines} lines", source.path));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Every function of a formatted text with its length: it ends at the brace below its first column.
fn functions(code: &str) -> Vec<(String, usize)> {
    let lines: Vec<&str> = code.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let text = line.trim_start();
        let is_function =
            text.split(' ').take(4).any(|word| word == "fn") && !text.starts_with("//");
        if !is_function || text.ends_with(';') || text.ends_with('}') {
            continue;
        }
        let close = format!("{}}}", " ".repeat(line.len() - text.len()));
        let end = lines[at..].iter().position(|l| *l == close);
        let name = text.split("fn ").nth(1).unwrap_or_default();
        let name = name.split(['(', '<']).next().unwrap_or_default();
        found.extend(end.map(|lines| (name.to_owned(), lines + 1)));
    }
    found
}

#[test]
fn functions_stay_short() {
    let (mut faults, mut lengths) = (Vec::new(), Vec::new());
    for source in sources().iter().filter(|s| !s.is_test) {
        for (name, lines) in functions(&source.code) {
            lengths.push(lines);
            if lines > 60 && !LONG_FUNCTIONS.contains(&name.as_str()) {
                faults.push(format!("src/{}: {name}: {lines} lines", source.path));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    lengths.sort_unstable();
    let at = |percent: usize| lengths[lengths.len() * percent / 100];
    assert!(lengths.len() > 1000, "{}", lengths.len());
    assert!(
        at(50) <= 12 && at(90) <= 30,
        "median {}, ninth decile {}",
        at(50),
        at(90)
    );
}

#[test]
fn the_default_build_has_no_crate_for_the_network() {
    let mut cargo = std::process::Command::new(env!("CARGO"));
    let arguments = [
        "tree",
        "--edges=normal,build",
        "--prefix=none",
        "--locked",
        "--offline",
    ];
    let tree = cargo.args(arguments).current_dir(root()).output().unwrap();
    assert!(
        tree.status.success(),
        "{}",
        String::from_utf8_lossy(&tree.stderr)
    );
    let tree = String::from_utf8(tree.stdout).unwrap();
    let crates: Vec<_> = tree
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    assert!(crates.len() > 50 && crates.contains(&"rusqlite"), "{tree}");
    for network in [
        "tokio", "mio", "socket2", "postgres", "rustls", "ring", "hyper", "ureq", "reqwest",
    ] {
        assert!(!crates.contains(&network), "{network}");
    }
}
