//! Tests of the command line: every option has its variable, and each value is read or refused.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests")]

use std::collections::BTreeSet;

use clap::error::ErrorKind;

use super::*;
use crate::model::file::Only;

fn parsed(line: &[&str]) -> Result<Cli, clap::Error> {
    let arguments: Vec<_> = std::iter::once("trackersync")
        .chain(line.iter().copied())
        .map(Into::into)
        .collect();
    parse(&arguments, &|_| false)
}

fn commands(command: &clap::Command) -> Vec<clap::Command> {
    let inner = command.get_subcommands().flat_map(commands);
    std::iter::once(command.clone()).chain(inner).collect()
}

#[test]
fn clap_finds_nothing_wrong_with_the_definition() {
    command().debug_assert();
}

#[test]
fn every_option_has_a_variable_made_of_its_name() {
    let mut options = 0;
    for command in commands(&command()) {
        for argument in command.get_arguments().filter(|a| !a.is_positional()) {
            let long = argument.get_long().unwrap();
            if ["help", "version"].contains(&long) {
                continue;
            }
            let expected = format!("TRACKERSYNC_{}", long.to_uppercase().replace('-', "_"));
            assert_eq!(
                argument.get_env().and_then(|name| name.to_str()),
                Some(expected.as_str()),
                "{} --{long}",
                command.get_name()
            );
            options += 1;
        }
    }
    assert!(options > 50, "{options}");
}

#[test]
fn every_command_and_option_is_explained() {
    let mut explained = 0;
    for command in commands(&command()) {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            let help = argument
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default();
            assert!(
                !help.is_empty() && !help.ends_with('.'),
                "{} {}: {help}",
                command.get_name(),
                argument.get_id()
            );
            explained += 1;
        }
    }
    assert!(explained > 60, "{explained}");
}

#[test]
fn every_command_of_the_contract_exists() {
    let lines = [
        "convert a.zip b.zip -o out --each --force --dry-run --units imperial --key k --request-id r --degraded lifeboat",
        "convert a.zip --only activities,hrv --from 2024-01-01 --to 2024-01-01 --timezone Europe/Berlin --weight-unit kg",
        "convert a.zip --min-confidence 3 --sample 5 --jobs 2 --json -q --color never --no-progress --state s --state-on-network",
        "convert a.zip --max-entries 5 --max-entry-bytes 1G --max-total-bytes 10 --max-ratio 300 -v",
        "upload a.zip folder",
        "validate a.zip --format github --from 2024-02-29",
        "download 00ff -o out --force",
        "usage --key k --json",
        "usage --all --log --verify",
        "budget set --key k --limit 5 --period day --mode shadow --label gym",
        "budget set --default --unlimited",
        "budget set --global --limit 0",
        "budget set --inherit",
        "budget show --key k",
        "budget list",
        "budget block --key k",
        "budget unblock --global",
        "budget reset --key k --period total",
        "status --verify",
        "maintain",
        "maintain a b --repair --key k",
        "inspect a.fit b.fit --csv",
        "verify out",
        "completions zsh",
        "man",
    ];
    for line in lines {
        let words: Vec<_> = line.split(' ').collect();
        assert!(
            parsed(&words).is_ok(),
            "{line}: {}",
            parsed(&words).unwrap_err()
        );
    }
}

#[test]
fn what_cannot_be_meant_is_wrong_use() {
    let lines: [&[&str]; 24] = [
        &["frobnicate"],
        &["convert"],
        &["convert", ""],
        &["convert", "a", "--from", "2024-02-30"],
        &["convert", "a", "--from", "24-02-03"],
        &["convert", "a", "--from", "2024-02-02", "--to", "2024-02-01"],
        &["convert", "a", "--timezone", "Europe/Atlantis"],
        &["convert", "a", "--min-confidence", "4"],
        &["convert", "a", "--sample", "0"],
        &["convert", "a", "--jobs", "0"],
        &["convert", "a", "--only", "everything"],
        &["convert", "a", "--key", ""],
        &["convert", "a", "--max-entry-bytes", "64X"],
        &["convert", "a", "--max-total-bytes", "99999999999G"],
        &["convert", "a", "-q", "-v"],
        &["usage", "--all", "--key", "k"],
        &["budget", "set", "--key", "q"],
        &["budget", "set", "--key", "q", "--limit", "-1"],
        &["budget", "set", "--key", "q", "--limit", "1e3"],
        &[
            "budget",
            "set",
            "--key",
            "q",
            "--limit",
            "9223372036854775808",
        ],
        &["budget", "set", "--key", "q", "--limit", ""],
        &["budget", "set", "--key", "q", "--limit", "abc"],
        &[
            "budget",
            "set",
            "--key",
            "q",
            "--limit",
            "5",
            "--period",
            "fortnight",
        ],
        &["budget", "set", "--key", "q", "--limit", "5", "--unlimited"],
    ];
    for line in lines {
        assert_eq!(parsed(line).unwrap_err().exit_code(), 2, "{line:?}");
    }
}

#[test]
fn values_are_read_as_they_are_meant() {
    let Command::Convert(convert) = parsed(&[
        "convert",
        "a",
        "--from",
        "2024-02-29",
        "--max-entry-bytes",
        "64M",
        "--only",
        "hrv,daily",
    ])
    .unwrap()
    .command
    else {
        unreachable!()
    };
    assert_eq!(
        convert.read.from,
        crate::model::LocalDate::from_ymd(2024, 2, 29)
    );
    assert_eq!(convert.read.limits.max_entry_bytes, Some(64 << 20));
    assert_eq!(convert.read.only, [Only::Hrv, Only::Daily]);
    assert_eq!(
        (
            convert.read.min_confidence,
            convert.degraded,
            convert.output
        ),
        (1, Degraded::Closed, None)
    );
    let largest = parsed(&["budget", "set", "--limit", "9223372036854775807"]).unwrap();
    let Command::Budget(BudgetArgs {
        command: BudgetCommand::Set(set),
    }) = largest.command
    else {
        unreachable!()
    };
    assert_eq!(set.limit, Some(i64::MAX.unsigned_abs()));
    assert_eq!(parsed(&["usage"]).unwrap().general.busy_ms, 30_000);
}

#[cfg(unix)]
#[test]
fn names_need_not_be_text() {
    use std::os::unix::ffi::OsStringExt;
    let odd = std::ffi::OsString::from_vec(b"\xff\xfe \n'in.zip".to_vec());
    let arguments = [
        "trackersync".into(),
        "convert".into(),
        odd.clone(),
        "-o".into(),
        odd.clone(),
        "--key".into(),
        odd.clone(),
    ];
    let Command::Convert(convert) = parse(&arguments, &|_| false).unwrap().command else {
        unreachable!()
    };
    assert_eq!(
        (convert.inputs, convert.output, convert.key),
        (vec![odd.clone()], Some(odd.clone().into()), Some(odd))
    );
}

#[test]
fn general_options_stand_before_or_after_the_command() {
    for line in [["--json", "usage"], ["usage", "--json"]] {
        assert!(parsed(&line).unwrap().general.json);
    }
}

#[test]
fn help_goes_short_and_long_and_shows_every_exit_code() {
    let (short, long) = (
        parsed(&["-h"]).unwrap_err(),
        parsed(&["--help"]).unwrap_err(),
    );
    assert_eq!(
        (short.kind(), long.kind(), long.exit_code()),
        (ErrorKind::DisplayHelp, ErrorKind::DisplayHelp, 0)
    );
    let (short, long) = (short.to_string(), long.to_string());
    assert!(
        short.lines().count() < 40 && short.lines().count() < long.lines().count(),
        "{short}"
    );
    for (code, _) in EXIT_CODES {
        assert!(
            long.lines()
                .any(|line| line.trim_start().starts_with(&format!("{code}  "))),
            "{code}\n{long}"
        );
    }
    assert!(
        long.lines().all(|line| line.chars().count() <= 100),
        "{long}"
    );
    let codes: BTreeSet<_> = EXIT_CODES.iter().map(|(code, _)| code).collect();
    assert_eq!(codes.len(), EXIT_CODES.len());
}

/// Runs in a process of its own (see below), because variables cannot be set in a running one.
#[test]
fn within_an_environment() {
    if std::env::var_os("IN_A_CHILD").is_none() {
        return;
    }
    let empty =
        |name: &std::ffi::OsStr| std::env::var_os(name).is_some_and(|value| value.is_empty());
    let parsed = |line: &str| {
        let arguments: Vec<_> = line.split(' ').map(Into::into).collect();
        parse(&arguments, &empty)
    };
    let usage = |line: &str| match parsed(line).unwrap().command {
        Command::Usage(usage) => (usage.all, usage.key),
        _ => unreachable!(),
    };
    assert_eq!(usage("t usage"), (false, Some("gym".into())));
    assert_eq!(usage("t usage --key me"), (false, Some("me".into())));
    assert_eq!(
        usage("t usage --all"),
        (true, None),
        "the command line wins over its rival"
    );
    let cli = parsed("t convert a").unwrap();
    let Command::Convert(convert) = cli.command else {
        unreachable!()
    };
    assert_eq!(
        (convert.read.from, convert.degraded),
        (None, Degraded::Lifeboat),
        "empty is unset"
    );
    assert_eq!(
        (cli.general.json, cli.general.quiet, cli.general.busy_ms),
        (false, true, 1500)
    );
    assert!(parsed("t -v convert a").is_ok_and(|cli| cli.general.verbose && !cli.general.quiet));
    assert_eq!(parsed("t budget set --limit x").unwrap_err().exit_code(), 2);
    assert!(parsed("t budget set --unlimited").is_ok());
    assert!(!command().render_long_help().to_string().contains("gym"));
}

#[test]
fn the_command_line_wins_over_the_environment() {
    let child = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "cli::tests::within_an_environment"])
        .env("IN_A_CHILD", "1")
        .env("TRACKERSYNC_KEY", "gym")
        .env("TRACKERSYNC_FROM", "")
        .env("TRACKERSYNC_JSON", "0")
        .env("TRACKERSYNC_QUIET", "1")
        .env("TRACKERSYNC_DEGRADED", "lifeboat")
        .env("TRACKERSYNC_BUSY_MS", "1500")
        .env("TRACKERSYNC_LIMIT", "7")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(
        child.status.success() && said.contains("1 passed"),
        "{said}"
    );
}
