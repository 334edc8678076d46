//! Every command of the README and of docs/, run; and that the README stays short.

use std::fs;
use std::process::Command;

use super::stage::{PROGRAM, Stage, TINY, code, root, said};

/// Pages whose commands run anywhere, and how many they have at least.
const PAGES: [(&str, usize); 5] = [
    ("README.md", 10),
    ("docs/data.md", 3),
    ("docs/budget.md", 10),
    ("docs/automation.md", 2),
    ("docs/troubleshooting.md", 4),
];

/// The commands of the ```console blocks, in order.
fn commands(readme: &str) -> Vec<String> {
    let blocks = readme.split("```console\n").skip(1);
    let lines = blocks.flat_map(|b| b.split("```").next().unwrap_or_default().lines());
    lines
        .filter_map(|l| l.strip_prefix("$ "))
        .map(str::to_owned)
        .collect()
}

/// A folder that looks like a reader's: the example, the parts of an export, two people's exports.
fn reader() -> Stage {
    let stage = Stage::new("readme");
    for (name, text) in TINY {
        stage.file(&format!("Takeout-folder/{name}"), text.as_bytes());
    }
    let (first, second) = TINY.split_at(2);
    stage.zip("takeout-001.zip", first);
    stage.zip("takeout-002.zip", second);
    for name in ["takeout.zip", "ana.zip", "ben.zip"] {
        stage.zip(name, TINY);
    }
    let example = root().join("fixtures/example");
    copy(&example, &stage.path().join("fixtures/example"));
    stage
}

/// Copies a folder with everything in it.
pub(super) fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn every_command_of_the_pages_runs() {
    for (page, least) in PAGES {
        let text = fs::read_to_string(root().join(page)).unwrap();
        let commands = commands(&text);
        assert!(commands.len() >= least, "{page}: {commands:?}");
        run(commands);
    }
}

#[test]
fn the_readme_is_short_and_its_links_lead_somewhere() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    assert!(readme.lines().count() <= 200, "{}", readme.lines().count());
    for link in readme
        .split("](")
        .skip(1)
        .filter_map(|l| l.split(')').next())
    {
        assert!(
            link.starts_with("http") || root().join(link).exists(),
            "{link}"
        );
    }
}

/// Runs commands one after the other in a folder of a reader.
fn run(commands: Vec<String>) {
    let stage = reader();
    let folder = std::path::Path::new(PROGRAM).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    for line in commands {
        // The build and the tests are what is running just now; installing is not for a test.
        let line = line.replace("cargo run --release -- ", "trackersync ");
        let line = line.replace("/tmp/", "");
        if line.starts_with("cargo ") {
            continue;
        }
        let (line, expected) = match line.split_once("  # exit ") {
            Some((line, code)) => (line.to_owned(), code.trim().parse().unwrap()),
            None => (line, 0),
        };
        let mut bash = Command::new("bash");
        bash.args(["-c", &line]);
        let output = stage
            .isolate(&mut bash)
            .env("PATH", &path)
            .env("HOME", stage.path().join("home"))
            .output()
            .unwrap();
        assert_eq!(code(&output), expected, "{line}\n{:?}", said(&output));
    }
}

#[test]
fn every_option_that_the_pages_name_exists() {
    let pages = PAGES.map(|(page, _)| fs::read_to_string(root().join(page)).unwrap());
    let readme = pages.concat();
    let known = long_options(&trackersync::cli::command());
    let foreign = [
        "release", "locked", "path", "target", "joblog", "rm", "network",
    ];
    let mut named = 0;
    for (at, _) in readme.match_indices("--") {
        let rest = readme.get(at + 2..).unwrap_or_default();
        let word: String = rest
            .chars()
            .take_while(|c| c.is_ascii_lowercase() || *c == '-')
            .collect();
        let word = word.trim_end_matches('-');
        if word.is_empty()
            || readme
                .get(..at)
                .is_some_and(|b| b.ends_with(['-', '!', '<', '|']))
        {
            continue;
        }
        let is_known = known.iter().any(|k| k == word) || foreign.contains(&word);
        assert!(is_known, "--{word} is no option");
        named += 1;
    }
    assert!(named > 30, "{named}");
}

fn long_options(command: &clap::Command) -> Vec<String> {
    let own = command
        .get_arguments()
        .filter_map(|a| a.get_long().map(str::to_owned));
    let below = command.get_subcommands().flat_map(long_options);
    own.chain(below)
        .chain(["help".to_owned(), "version".to_owned()])
        .collect()
}
