//! What is made from the definitions in the code: completions, man pages, the tables of README and docs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;

use clap::ValueEnum as _;
use clap_complete::Shell;
use trackersync::cli;
use trackersync::fitbit::{Action, SOURCES};
use trackersync::garmin::{Connect, OUTPUTS};

use super::stage::{assert_current, root};

#[test]
fn completions_are_those_of_the_parser() {
    let mut shells = 0;
    for shell in Shell::value_variants() {
        let text = cli::completions(*shell);
        let name = match shell {
            Shell::Bash => "trackersync.bash",
            Shell::Elvish => "trackersync.elv",
            Shell::Fish => "trackersync.fish",
            Shell::PowerShell => "_trackersync.ps1",
            Shell::Zsh => "_trackersync",
            other => panic!("{other} has no file name yet"),
        };
        assert_current(&format!("completions/{name}"), &text);
        shells += 1;
    }
    assert_eq!(shells, 5);
}

#[test]
fn man_pages_are_those_of_the_parser() {
    let pages = pages(cli::manual(), "trackersync");
    assert!(pages.len() > 15, "{}", pages.len());
    for (name, text) in &pages {
        assert_current(&format!("man/{name}.1"), text);
    }
    let files = fs::read_dir(root().join("man")).unwrap().count();
    assert_eq!(files, pages.len(), "man/ holds a page of no command");
}

/// One page per command: its name with the names of the commands above it.
fn pages(command: clap::Command, name: &str) -> BTreeMap<String, String> {
    let below: Vec<clap::Command> = command.get_subcommands().cloned().collect();
    let text = cli::man_page(command, name).unwrap();
    let file = name.replace(' ', "-");
    let mut pages = BTreeMap::from([(file, String::from_utf8(text).unwrap())]);
    for sub in below {
        let name = format!("{name} {}", sub.get_name());
        pages.extend(self::pages(sub, &name));
    }
    pages
}

#[test]
fn the_tables_of_the_pages_are_those_of_the_code() {
    let tables = [
        ("sources", sources()),
        ("skipped", skipped()),
        ("outputs", outputs()),
    ];
    page("docs/data.md", &tables);
    page("README.md", &[("exit-codes", exit_codes())]);
}

/// Compares a page with what it would be with these tables.
fn page(path: &str, tables: &[(&str, String)]) {
    let mut text = fs::read_to_string(root().join(path)).unwrap();
    for (name, table) in tables {
        let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
        let (before, rest) = text.split_once(&begin).unwrap_or_else(|| panic!("{begin}"));
        let (_, after) = rest.split_once(&end).unwrap_or_else(|| panic!("{end}"));
        text = format!("{before}{begin}{table}{end}{after}");
    }
    assert_current(path, &text);
}

/// A cell: the bar would end it, and `<` would open a tag.
fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('<', "\\<")
}

/// The types that are read, one line per file, times and units as their readers have them.
fn sources() -> String {
    let mut table = "| files | type | times; units | goes into |\n|---|---|---|---|\n".to_owned();
    for s in SOURCES
        .iter()
        .filter(|s| matches!(s.action, Action::Read(_)))
    {
        let feeds = if s.feeds.len() == 8 {
            "everything (time zone)".to_owned()
        } else {
            s.feeds
                .iter()
                .map(|o| o.key())
                .collect::<Vec<_>>()
                .join(", ")
        };
        let _ = writeln!(
            table,
            "| {} | `{}` | {} | {feeds} |",
            cell(s.files),
            s.kind,
            cell(s.basis)
        );
    }
    table
}

/// The types that are known and left unread, and why.
fn skipped() -> String {
    let mut table = "| files | type | why not |\n|---|---|---|\n".to_owned();
    for s in SOURCES {
        if let Action::Skip(why) = s.action {
            let _ = writeln!(
                table,
                "| {} | `{}` | {} |",
                cell(s.files),
                s.kind,
                cell(why)
            );
        }
    }
    table
}

fn outputs() -> String {
    let mut table = "| `--only` | files | label | Garmin Connect |\n|---|---|---|---|\n".to_owned();
    for o in OUTPUTS {
        let does = match o.connect {
            Connect::Imports => "imports it",
            Connect::Often => "imports it for many people, not for all",
            Connect::Archive => "refuses it today; a sound file to keep",
        };
        let asked = if o.by_default {
            ""
        } else {
            " (only when asked for)"
        };
        let _ = writeln!(
            table,
            "| `{}`{asked} | `{}` | `{}` | {does} |",
            o.name.key(),
            o.files,
            o.connect.label()
        );
    }
    table
}

fn exit_codes() -> String {
    let mut table = "| code | meaning |\n|---|---|\n".to_owned();
    for (code, meaning) in cli::EXIT_CODES {
        let _ = writeln!(table, "| {code} | {meaning} |");
    }
    table
}
